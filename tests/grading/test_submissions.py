"""Is everything found that was handed in, and nothing touched that is not a notebook?"""

import json
import os
import socket
import time
from pathlib import Path

import pytest

from nnf_teach.grading import lessons
from nnf_teach.grading.lessons import lesson_of, stems, worth
from nnf_teach.grading.submissions import (
    MEGABYTE,
    NotGraded,
    Submission,
    WrongLevel,
    find_submissions,
    read,
)

NOTEBOOK = json.dumps({"nbformat": 4, "cells": []})


def put(path: Path, text: str = NOTEBOOK, modified: float | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    if modified is not None:
        os.utime(path, (modified, modified))
    return path


def found(folder: Path) -> list[tuple[str, int | None, str]]:
    return [(s.student, s.lesson, s.status) for s in find_submissions(folder)]


def test_a_folder_a_student(tmp_path: Path) -> None:
    """Are notebooks found by student and lesson, in folders below too?"""
    put(tmp_path / "ann" / "01_neuron.ipynb")
    put(tmp_path / "ann" / "work" / "02_logistic_regression.ipynb")
    put(tmp_path / "ann" / ".ipynb_checkpoints" / "01_neuron-checkpoint.ipynb")
    put(tmp_path / "ann" / "notes.txt")
    put(tmp_path / "ann" / "._01_neuron.ipynb")
    put(tmp_path / ".git" / "config")
    put(tmp_path / "bob" / "01_neuron (2).ipynb")
    assert found(tmp_path) == [("ann", 1, ""), ("ann", 2, ""), ("bob", 1, "")]
    assert find_submissions(tmp_path)[0].others == ()


@pytest.mark.parametrize("start", ["submitted", "."])
def test_nbgrader(tmp_path: Path, start: str) -> None:
    """Is nbgrader's layout read, from its course folder too, with the time that it noted?"""
    put(tmp_path / "submitted" / "ann" / "ps1" / "01_neuron.ipynb", modified=0)
    put(tmp_path / "submitted" / "ann" / "ps1" / "timestamp.txt", "2026-11-20 12:00:00.5 UTC")
    put(tmp_path / "source" / "ps1" / "01_neuron.ipynb")
    put(tmp_path / "autograded" / "ann" / "ps1" / "01_neuron.ipynb")
    (submission,) = find_submissions(tmp_path / start)
    assert (submission.student, submission.lesson) == ("ann", 1)
    assert submission.modified == 1795176000.5


def test_a_student_cannot_note_the_time(tmp_path: Path) -> None:
    """Does a timestamp.txt count only where nbgrader wrote it?"""
    put(tmp_path / "ann" / "01_neuron.ipynb", modified=1000)
    put(tmp_path / "ann" / "timestamp.txt", "2020-01-01 00:00:00 UTC")
    assert find_submissions(tmp_path)[0].modified == 1000


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("ann_01_neuron.ipynb", "ann"),
        ("s12_34_01_neuron.ipynb", "s12_34"),
        ("ann b-01_neuron.ipynb", "ann b"),
        ("doejane_1234_567890_01_neuron.ipynb", "doejane_1234"),
        ("doejane_LATE_1234_567890_01_neuron-1.ipynb", "doejane_1234"),
        ("Jane Doe_77_assignsubmission_file_01_neuron.ipynb", "Jane Doe_77"),
    ],
)
def test_flat(tmp_path: Path, name: str, student: str) -> None:
    """Is the student read from a file's name, as Canvas and Moodle write it?"""
    put(tmp_path / name)
    assert found(tmp_path) == [(student, 1, "")]


def test_moodle_folders(tmp_path: Path) -> None:
    put(tmp_path / "Jane Doe_77_assignsubmission_file" / "01_neuron.ipynb")
    put(tmp_path / "Max_78_assignsubmission_file_" / "01_neuron.ipynb")
    assert found(tmp_path) == [("Jane Doe_77", 1, ""), ("Max_78", 1, "")]


def test_a_name_that_says_nothing(tmp_path: Path) -> None:
    """Is the lesson found by the cells, and a row made where it cannot be?"""
    cell = {"metadata": {"nbgrader": {"grade_id": "softmax_answer"}}}
    put(tmp_path / "ann" / "homework.ipynb", json.dumps({"cells": [cell]}))
    put(tmp_path / "bob" / "homework.ipynb")
    put(tmp_path / "01_neuron.ipynb")
    put(tmp_path / "09_lost.ipynb")
    (tmp_path / "eve").mkdir()
    assert found(tmp_path) == [
        ("01_neuron", None, "no student"),
        ("09_lost", None, "no lesson"),
        ("ann", 2, ""),
        ("bob", None, "no lesson"),
        ("eve", None, "no notebook"),
    ]


def test_one_students_folder_alone(tmp_path: Path) -> None:
    """Is it found as what it is, as on appeal, and all of it where it is said whose it is?"""
    put(tmp_path / "ann" / "01_neuron.ipynb")
    put(tmp_path / "ann" / "02_logistic_regression.ipynb")
    put(tmp_path / "ann" / "notes" / "plan.txt")
    assert found(tmp_path / "ann") == [("ann", 1, ""), ("ann", 2, "")]
    put(tmp_path / "ann" / "work" / "03_xor.ipynb")
    assert ("01_neuron", None, "no student") in found(tmp_path / "ann")
    students = {one.student for one in find_submissions(tmp_path / "ann", student="eve")}
    assert students == {"eve"}


def test_one_of_several_copies(tmp_path: Path) -> None:
    """Is the newest taken, a backup never before the work itself, and the rest named?"""
    put(tmp_path / "ann" / "01_neuron.ipynb", modified=1000)
    put(tmp_path / "ann" / "01_neuron-1.ipynb", modified=2000)
    put(tmp_path / "ann" / "01_neuron-2026-11-20T10-00-00.ipynb", modified=3000)
    (tmp_path / "ann" / "01_neuron-2.ipynb").symlink_to("/etc/passwd")
    (submission,) = find_submissions(tmp_path)
    assert submission.path.name == "01_neuron-1.ipynb"
    assert submission.others == (
        "01_neuron-2.ipynb",
        "01_neuron-2026-11-20T10-00-00.ipynb",
        "01_neuron.ipynb",
    )


@pytest.mark.parametrize("name", [".zip", ".html", ".pdf", ".py", "", ".IPYNB.zip", "_v2.tar.gz"])
def test_a_file_that_is_no_notebook_gets_its_row(tmp_path: Path, name: str) -> None:
    put(tmp_path / f"ann_01_neuron{name}")
    put(tmp_path / f"doejane_LATE_1234_567890_01_neuron{name}")
    put(tmp_path / "class.csv")
    put(tmp_path / ".DS_Store")
    assert found(tmp_path) == [("ann", 1, "no notebook"), ("doejane_1234", 1, "no notebook")]
    sentence = find_submissions(tmp_path)[0].sentence
    assert (Path(f"x{name}").suffix or "without an ending") in sentence
    put(tmp_path / "bob" / f"01_neuron{name}")
    (bob,) = [one for one in find_submissions(tmp_path) if one.student == "bob"]
    assert bob.sentence == f"There is no notebook in the folder, only 01_neuron{name}."


@pytest.mark.parametrize("ending", [".ipynb.json", ".ipynb.txt", ".IPYNB"])
def test_a_notebook_that_a_browser_gave_another_ending(tmp_path: Path, ending: str) -> None:
    put(tmp_path / f"ann_01_neuron{ending}")
    put(tmp_path / "bob" / f"01_neuron{ending}")
    assert found(tmp_path) == [("ann", 1, ""), ("bob", 1, "")]


def test_grade_ids_decide_on_the_lesson(tmp_path: Path) -> None:
    """Are two digits of a date, or a wrong name, less than what is in the notebook?"""
    cell = {"metadata": {"nbgrader": {"grade_id": "neuron_answer"}}}
    notebook = json.dumps({"cells": [cell]})
    put(tmp_path / "ann" / "2026-11-03_neuron.ipynb", notebook)
    put(tmp_path / "bob" / "03_xor.ipynb", notebook)
    assert found(tmp_path) == [("ann", 1, ""), ("bob", 1, "")]


WORK = json.dumps({"cells": [{"cell_type": "code", "source": "def neuron(x, w, b): ..."}]})


@pytest.mark.parametrize("newest", ["", WORK[:30], NOTEBOOK, "untouched"])
def test_the_newest_copy_with_work_in_it_counts(tmp_path: Path, newest: str) -> None:
    """Does a truncated, empty or untouched copy lose against work that is older?"""
    if newest == "untouched":
        newest = (Path(__file__).parents[2] / "course" / f"{stems()[1]}.ipynb").read_text()
    put(tmp_path / "ann" / "01_neuron.ipynb", newest, modified=3000)
    put(tmp_path / "ann" / "01_neuron-1.ipynb", WORK, modified=2000)
    put(tmp_path / "ann" / "01_neuron-2.ipynb", WORK, modified=1000)
    (submission,) = find_submissions(tmp_path)
    assert submission.path.name == "01_neuron-1.ipynb"


@pytest.mark.parametrize("layout", ["hw1/{}/01_neuron.ipynb", "hw1/{}_01_neuron.ipynb"])
def test_a_class_one_level_down_is_not_taken_for_one_student(tmp_path: Path, layout: str) -> None:
    for name in ("ann", "bob", "eve"):
        put(tmp_path / layout.format(name))
    with pytest.raises(WrongLevel, match=r"hw1 has lesson 01 3 times\. .* grade that folder"):
        find_submissions(tmp_path)
    assert [one.student for one in find_submissions(tmp_path / "hw1")] == ["ann", "bob", "eve"]


def test_links_pipes_and_sockets_are_refused(tmp_path: Path) -> None:
    """Does everything that is no file get a row, and is none of it opened?"""
    secret = put(tmp_path / "secret" / "01_neuron.ipynb")
    classroom = tmp_path / "class"
    for student in ("fifo", "link", "loop", "sock", "folder"):
        (classroom / student).mkdir(parents=True)
    os.mkfifo(classroom / "fifo" / "01_neuron.ipynb")
    (classroom / "link" / "01_neuron.ipynb").symlink_to(secret)
    (classroom / "loop" / "self").symlink_to(classroom)
    (classroom / "folder" / "01_neuron.ipynb").mkdir()
    (classroom / "whole").symlink_to(secret.parent)
    with socket.socket(socket.AF_UNIX) as server:
        here = os.open(classroom / "sock", os.O_RDONLY)
        server.bind(f"/proc/self/fd/{here}/01_neuron.ipynb")
        os.close(here)
    begin = time.monotonic()
    assert found(classroom) == [
        ("fifo", 1, "refused"),
        ("folder", None, "no notebook"),
        ("link", 1, "refused"),
        ("loop", None, "no notebook"),
        ("sock", 1, "refused"),
        ("whole", None, "refused"),
    ]
    for submission in find_submissions(classroom):
        with pytest.raises(NotGraded):
            read(submission, MEGABYTE)
    assert time.monotonic() - begin < 5


def test_what_became_something_else_is_not_read(tmp_path: Path) -> None:
    """Is a pipe or a link refused that stands where a file was found?"""
    path = tmp_path / "01_neuron.ipynb"
    os.mkfifo(path)
    with pytest.raises(NotGraded, match="a pipe"):
        read(Submission("ann", 1, path), MEGABYTE)
    for target in ("/dev/zero", put(tmp_path / "secret.txt")):
        path.unlink()
        path.symlink_to(target)
        with pytest.raises(NotGraded):
            read(Submission("ann", 1, path), MEGABYTE)


def test_two_hundred_megabytes(tmp_path: Path) -> None:
    """Is a huge notebook refused without being held in memory?"""
    path = tmp_path / "ann" / "01_neuron.ipynb"
    path.parent.mkdir()
    with open(path, "wb") as file:
        file.truncate(200 * MEGABYTE)
    (submission,) = find_submissions(tmp_path)
    with pytest.raises(NotGraded, match="200 MB") as caught:
        read(submission, 20 * MEGABYTE)
    assert caught.value.status == "too large"


@pytest.mark.slow
def test_a_crowded_folder(tmp_path: Path) -> None:
    """Is a folder with very many files a row, not a wait?"""
    (tmp_path / "ann").mkdir()
    for k in range(20_100):
        (tmp_path / "ann" / f"{k}.ipynb").touch()
    assert found(tmp_path) == [("ann", None, "refused")]


def test_deep_folders_end(tmp_path: Path) -> None:
    put(tmp_path / "ann" / Path(*"abcdefghijkl") / "01_neuron.ipynb")
    assert found(tmp_path) == [("ann", None, "no notebook")]


def test_hostile_names(tmp_path: Path) -> None:
    """Are names of all kinds found, in a form that can be printed?"""
    names = ["=cmd", "a\x1b[2Jb", "-rf", "<b>", "..x", os.fsdecode(b"caf\xe9")]
    for name in names:
        put(tmp_path / name / "01_neuron.ipynb")
    assert [s for s, _, _ in found(tmp_path)] == sorted(
        ["=cmd", "a\\x1b[2Jb", "-rf", "<b>", "..x", "caf\\xe9"]
    )


def test_results_among_the_submissions_are_no_student(tmp_path: Path) -> None:
    put(tmp_path / "ann" / "01_neuron.ipynb")
    put(tmp_path / "results" / "old.ipynb")
    assert [s.student for s in find_submissions(tmp_path, tmp_path / "results")] == ["ann"]


def test_deep_and_foreign_content_is_only_looked_at() -> None:
    """Can content that no parser survives be told apart by its cells?"""
    assert lesson_of(b"[" * 1_000_000) is None
    assert lesson_of(b'\xff\xfe"grade_id": "sigmoid"') == 1


@pytest.mark.parametrize("swapped", ["folder", "student"])
def test_a_folder_that_becomes_a_link_is_not_followed(tmp_path: Path, swapped: str) -> None:
    """Between finding and reading, a student may put a link to another's work in the place."""
    put(tmp_path / "private" / "week" / "01_neuron.ipynb", "secret")
    put(tmp_path / "class" / "ann" / "week" / "01_neuron.ipynb")
    (submission,) = find_submissions(tmp_path / "class")
    assert read(submission, MEGABYTE) == NOTEBOOK.encode()
    ann = tmp_path / "class" / "ann"
    if swapped == "student":
        ann.rename(tmp_path / "away")
        ann.symlink_to(tmp_path / "private")
    else:
        (ann / "week").rename(ann / "away")
        (ann / "week").symlink_to(tmp_path / "private" / "week")
    with pytest.raises(NotGraded):
        read(submission, MEGABYTE)


def test_the_class_itself_may_be_reached_by_a_link(tmp_path: Path) -> None:
    put(tmp_path / "class" / "ann" / "01_neuron.ipynb")
    (tmp_path / "link").symlink_to(tmp_path / "class")
    (submission,) = find_submissions(tmp_path / "link")
    assert read(submission, MEGABYTE) == NOTEBOOK.encode()


@pytest.mark.parametrize("part", ["[],", '{"a":1},', "1.5,"])
def test_a_file_of_very_many_parts_is_not_parsed_outside(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Would one who hands in two of them stop the grader, or fill its memory?"""
    bomb = b'{"cells": [], "x": [' + part.encode() * 3_000_000 + b"1]}"
    monkeypatch.setattr(lessons, "read_cells", lambda content: pytest.fail("it was parsed"))
    assert worth(bomb, 1) == 0
