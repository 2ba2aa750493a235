"""Are names shown as they are, and file names harmless, whatever a name is?"""

import os
from pathlib import Path

import pytest

from nnf_teach.grading.names import file_names, key, printable

HOSTILE = [
    "../../etc/passwd",
    "/etc/passwd",
    "..",
    ".",
    "",
    "con",
    "NUL.txt",
    "a\x00b",
    "a\nb",
    "-rf",
    "~",
    "C:\\Windows",
    "x" * 1000,
    "ü" * 300,
    "😀" * 300,
    os.fsdecode(b"caf\xe9"),
    "<script>",
    "$(reboot)",
    "name with space",
    ".hidden",
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("make", [key, lambda name: file_names([name])[name]], ids=["key", "file"])
def test_a_file_name_stays_in_its_folder(name: str, make, tmp_path: Path) -> None:
    """Can a name leave the folder, hide, or be refused by the system?"""
    path = tmp_path / f"{make(name)}.html"
    path.write_text("x")
    assert path.parent == tmp_path
    assert [path] == list(tmp_path.iterdir())
    assert not path.name.startswith((".", "-"))
    path.name.encode()


def test_no_two_students_share_a_file(tmp_path: Path) -> None:
    """Do names that a file system takes for the same get files of their own?"""
    students = [*HOSTILE, "a/b", "a_b", "A_B", "a_b.", "bob", "Bob"]
    names = file_names(students)
    assert len({name.casefold() for name in names.values()}) == len(students)
    assert len({key(student).casefold() for student in students}) == len(students)


def test_an_ordinary_name_is_kept() -> None:
    assert file_names(["ann", "José Müller", "b.c@d.org"]) == {
        "ann": "ann",
        "José Müller": "José Müller",
        "b.c@d.org": "b.c@d.org",
    }


def test_printable_shows_what_would_act() -> None:
    """Is there nothing left that moves a cursor or turns the direction of writing?"""
    text = printable("a\x1b[2J\r\nb\u202ec\u2028" + os.fsdecode(b"\xff"))
    assert text == "a\\x1b[2J\\x0d\\x0ab\\u202ec\\u2028\\xff"
    assert printable("José Müller 李 😀") == "José Müller 李 😀"


def test_nobody_takes_the_file_of_another_by_choosing_its_name() -> None:
    """Is a name that looks like what we make of another's name made into something else?"""
    taken = file_names(["bob", "Bob"])
    for chosen in (*taken.values(), taken["bob"].upper()):
        names = file_names(["bob", "Bob", chosen])
        assert len({name.casefold() for name in names.values()}) == 3
