"""Does Gradescope get an archive of its form, and for every submission what it shows?"""

import importlib.metadata
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nnf_teach.cli import main
from nnf_teach.exercises import all_exercises
from nnf_teach.grading.gradescope import archive, run
from nnf_teach.grading.gradescope.archive import Settings, write_archive
from nnf_teach.grading.sandbox import NoSandbox

TOP = Path(__file__).parents[2]
NEURON = "def neuron(x, w, b):\n    return w @ x - b"
STEM = "01_neuron"


# The archive ----------------------------------------------------------------------------------


def test_the_archive_has_the_platform_s_form(tmp_path: Path) -> None:
    path = tmp_path / "autograder.zip"
    words = "gradescope 01 3 --visibility after_due_date --sandbox user --time-factor 3 --out"
    assert main([*words.split(), str(path)]) == 0
    with zipfile.ZipFile(path) as packed:
        assert packed.testzip() is None
        names = set(packed.namelist())
        modes = {one.filename: one.external_attr >> 16 for one in packed.infolist()}
        settings = json.loads(packed.read("settings.json"))
        scripts = [packed.read(name).decode() for name in ("setup.sh", "run_autograder")]
    assert names == {
        "setup.sh", "run_autograder", "settings.json", "requirements.txt", "constraints.txt",
        "nnf_teach-0.1.0-py3-none-any.whl",
    }  # fmt: skip
    assert modes["setup.sh"] & modes["run_autograder"] & 0o111 == 0o111
    assert settings == {
        "lessons": [1, 3], "sandbox": "user", "visibility": "after_due_date", "time_factor": 3.0
    }  # fmt: skip
    for script in scripts:
        assert script.startswith("#!/usr/bin/env bash\n")
        assert "\r" not in script
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def test_a_folder_gets_one_archive_for_each_lesson(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gradescope", "01", "02", "--out", str(tmp_path / "new")]) == 0
    made = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert made == ["autograder_01.zip", "autograder_02.zip"]
    assert "lesson 01, 10 points" in capsys.readouterr().out


@pytest.mark.parametrize("lesson", ["neuron", "00", "42", "-1", "²"])
def test_what_is_no_lesson_is_said(
    lesson: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status = main(["gradescope", "--out", str(tmp_path / "x.zip"), "--", lesson])
    except SystemExit as stopped:
        status = int(str(stopped.code))
    said = capsys.readouterr().err
    assert status == 2
    assert repr(lesson) in said
    assert not (tmp_path / "x.zip").exists()


def test_where_nothing_can_be_written_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gradescope", "01", "--out", str(tmp_path / "none" / "x.zip")]) == 1
    assert "cannot be written" in capsys.readouterr().err


# What is loaded to grade a notebook, outside and inside, beside the standard library.
LOADS = """
import json, sys
from pathlib import Path
from nnf_teach.grading.gradescope import run
from nnf_teach.grading.gradescope.archive import Settings
found = run.grade(Path(sys.argv[1]), Settings((1,)))
assert found["score"] == 0, found
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def test_all_that_grading_imports_is_installed_there(
    tmp_path: Path, sandbox_works: None, answered: Callable[..., bytes]
) -> None:
    (tmp_path / f"{STEM}.ipynb").write_bytes(answered(STEM, neuron=NEURON))
    ran = subprocess.run(
        [sys.executable, "-c", LOADS, str(tmp_path)], capture_output=True, text=True, check=True
    )
    known = importlib.metadata.packages_distributions()
    used = {known[name][0].lower() for name in json.loads(ran.stdout) if name in known}
    missing = used - closure(archive._NEEDED) - {"nnf_teach"}
    assert not {name for name in missing if not name.startswith(("pip", "setuptools"))}


def closure(names: tuple[str, ...]) -> set[str]:
    """These distributions, and all that they require."""
    found: set[str] = set()
    new = set(names)
    while new:
        found |= new
        wanted = [w for n in new for w in importlib.metadata.requires(n) or () if "extra" not in w]
        plain = {re.split(r"[^\w.-]", w)[0].lower() for w in wanted}
        new = {name for name in plain if name in _installed()} - found
    return found


def _installed() -> set[str]:
    return {one.name.lower() for one in importlib.metadata.distributions()}


# A submission ---------------------------------------------------------------------------------


@pytest.fixture
def graded(tmp_path: Path, sandbox_works: None) -> Callable[..., dict[str, Any]]:
    """Return a function that grades files, by name, for an archive of lesson 01."""

    def make(files: dict[str, bytes], lessons: tuple[int, ...] = (1,)) -> dict[str, Any]:
        folder = tmp_path / "submission"
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        folder.mkdir(exist_ok=True)
        found = run.grade(folder, Settings(lessons, visibility="after_published"))
        json.dumps(found, allow_nan=False)
        assert_has_the_form(found, lessons)
        return found

    return make


def assert_has_the_form(found: dict[str, Any], lessons: tuple[int, ...]) -> None:
    """Are there all exercises, with what the platform's specification asks for?"""
    *tests, hidden = found["tests"]
    asked = [e for e in all_exercises().values() if e.lesson in lessons]
    assert [test["name"].split()[0] for test in tests] == [e.name for e in asked]
    assert [test["max_score"] for test in tests] == [e.points for e in asked]
    assert {test["visibility"] for test in tests} == {"after_published"}
    assert all(0 <= test["score"] <= test["max_score"] for test in tests)
    assert all(test["output"] and test["status"] in ("passed", "failed") for test in tests)
    counted = [test["score"] for test in tests if test.get("tags") != ["extra"]]
    assert found["score"] == sum(counted)
    assert hidden["visibility"] == "hidden"
    assert "seed" in hidden["output"]
    seen = json.dumps([found["output"], tests])
    assert "seed" not in seen
    assert "extra_data" not in found
    assert found["stdout_visibility"] == "hidden"


def test_work_done_by_half(
    graded: Callable[..., dict[str, Any]], answered: Callable[..., bytes]
) -> None:
    """Does the student read what was tried, what came back, and where to look?"""
    work = answered(STEM, neuron=NEURON, or_gate=..., sigmoid=...)
    found = graded({f"{STEM}.ipynb": work})
    assert found["score"] == 3
    assert found["output"] == "01 The neuron: 3 of 10 points."
    neuron = found["tests"][0]["output"]
    for word in ("not yet", "input: ", "got: ", "expected: ", "w @ x - b"):
        assert word in neuron
    facts = found["tests"][-1]["output"]
    seed = int(facts.split("seed: ")[1].split()[0])
    assert f"--seed {seed}" in facts
    assert "sandbox: bubblewrap" in facts


@pytest.mark.parametrize(("folder", "score"), [("solutions", 10), ("course", 0)])
def test_the_solution_and_the_untouched_notebook(
    folder: str, score: int, graded: Callable[..., dict[str, Any]]
) -> None:
    assert (
        graded({f"{STEM}.ipynb": (TOP / folder / f"{STEM}.ipynb").read_bytes()})["score"] == score
    )


def test_stretch_exercises_are_extra(graded: Callable[..., dict[str, Any]]) -> None:
    lesson = next(e.lesson for e in all_exercises().values() if e.stretch)
    found = graded({}, (lesson,))
    extra = [test for test in found["tests"] if "extra" in test["name"]]
    assert extra
    assert all(test["tags"] == ["extra"] for test in extra)


def zipped(method: int = zipfile.ZIP_STORED, /, **files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/") + ".ipynb", content)
    return packed.getvalue()


def test_a_name_of_its_own_a_zip_and_several_copies(
    graded: Callable[..., dict[str, Any]], answered: Callable[..., bytes]
) -> None:
    half = answered(STEM, or_gate=...)
    untouched = (TOP / "course" / f"{STEM}.ipynb").read_bytes()
    other = (TOP / "course" / "02_logistic_regression.ipynb").read_bytes()
    found = graded({
        "work.zip": zipped(a__b__my_work=half, __MACOSX__x=b"x"),
        f"{STEM}.ipynb": untouched,
        "02_logistic_regression.ipynb": other,
    })  # fmt: skip
    assert found["score"] == 1
    assert "my_work.ipynb was graded, not 01_neuron.ipynb" in found["output"]
    assert "02_logistic_regression.ipynb is a notebook of lesson 02" in found["output"]


def damaged(packed: bytes) -> bytes:
    """The same zip, with nonsense in place of what it holds."""
    return packed[:42] + bytes(b ^ 0x5A for b in packed[42:90]) + packed[90:]


LONG = json.dumps(list(range(5000))).encode()
BROKEN = {
    "nonsense": damaged(zipped(zipfile.ZIP_DEFLATED, work=LONG)),
    "bzip2": damaged(zipped(zipfile.ZIP_BZIP2, work=LONG)),
    "lzma": damaged(zipped(zipfile.ZIP_LZMA, work=LONG)),
    "cut": zipped(work=b"{}" * 99)[-200:],
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_damaged_zip_costs_nothing_but_itself(name: str, tmp_path: Path) -> None:
    (tmp_path / "w.zip").write_bytes(BROKEN[name])
    (sentence,) = run._unpack(tmp_path, unpacked(tmp_path))
    assert "w.zip cannot be unpacked" in sentence


def unpacked(tmp_path: Path) -> Path:
    """An empty folder elsewhere."""
    folder = tmp_path.with_name(tmp_path.name + "-unpacked")
    folder.mkdir()
    return folder


def test_a_damaged_zip_beside_work(
    graded: Callable[..., dict[str, Any]], answered: Callable[..., bytes]
) -> None:
    files = {f"{STEM}.ipynb": answered(STEM, or_gate=...), "w.zip": BROKEN["nonsense"]}
    found = graded(files)
    assert found["score"] == 1
    assert "w.zip cannot be unpacked" in found["output"]


def test_a_link_does_not_lead_what_is_unpacked_elsewhere(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "submission", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / "unpacked_0").symlink_to(elsewhere)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("x.ipynb/evil.py", b"1")
        made.writestr("y.ipynb", b"{}")
    (folder / "w.zip").write_bytes(packed.getvalue())
    run.grade(folder, Settings((1,)))
    assert list(elsewhere.iterdir()) == []
    to = unpacked(tmp_path)
    assert list(run._unpack(folder, to)) == []
    assert [path.name for path in to.rglob("*.*")] == ["y.ipynb"]
    assert [path.name for path in folder.iterdir() if not path.is_symlink()] == ["w.zip"]


def test_zip_files_have_room_for_so_much_together(tmp_path: Path) -> None:
    bomb = zipped(zipfile.ZIP_DEFLATED, **{f"w{k}": bytes(19_000_000) for k in range(3)})
    for k in range(3):
        (tmp_path / f"{k}.zip").write_bytes(bomb)
    to = unpacked(tmp_path)
    (sentence,) = run._unpack(tmp_path, to)
    assert "1.zip holds too much" in sentence
    assert sum(path.stat().st_size for path in to.rglob("*.ipynb")) <= 100 * 2**20


def test_zip_files_have_room_for_so_many_files(tmp_path: Path) -> None:
    for k in range(3):
        (tmp_path / f"{k}.zip").write_bytes(zipped(**{f"w{n}": b"{}" for n in range(90)}))
    to = unpacked(tmp_path)
    assert "2.zip holds too much" in "".join(run._unpack(tmp_path, to))
    assert len(list(to.rglob("*.ipynb"))) == 200


def test_a_long_name_in_a_zip(tmp_path: Path) -> None:
    (tmp_path / "w.zip").write_bytes(zipped(**{"\u795e" * 90: b"{}"}))
    assert list(run._unpack(tmp_path, unpacked(tmp_path))) == []


def test_what_an_error_says_is_printable(graded: Callable[..., dict[str, Any]]) -> None:
    cell = "def or_gate():\n    raise ValueError('a\\x1b[2J\\u202eb')"
    cells = [{"cell_type": "code", "metadata": {}, "source": cell}]
    found = graded({f"{STEM}.ipynb": json.dumps({"cells": cells, "nbformat": 4}).encode()})
    said = "".join(test["output"] for test in found["tests"])
    assert "a\\x1b[2J" in said
    assert not {"\x1b", "\u202e"} & set(said)


NOTHING = {
    "nothing": ({}, "There is no notebook"),
    "a PDF": ({"neuron.pdf": b"%PDF"}, "only neuron.pdf"),
    "another lesson": ({"02_x.ipynb": b"{}"}, "is a notebook of lesson 02"),
    "a stranger": ({"w.ipynb": b'{"cells": []}'}, "w.ipynb: Neither its name nor its cells"),
    "half a notebook": ({f"{STEM}.ipynb": b'{"cells": [{"cell'}, "cannot be read"),
    "no bytes": ({f"{STEM}.ipynb": b""}, "cannot be read"),
    "a broken zip": ({"w.zip": b"PK\3\4 nothing"}, "w.zip cannot be unpacked"),
    "a zip that leaves": ({"w.zip": zipped(**{"..__..__up": b"{}"})}, "up.ipynb"),
    "an empty zip": ({"w.zip": zipped()}, "There is no notebook"),
    "no text": ({f"\u202e{STEM}\x1b.ipynb": b"\xff\xfe"}, "\\x1b"),
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_cannot_be_graded_gets_a_sentence_and_nothing(
    name: str, graded: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    files, words = NOTHING[name]
    found = graded(files)
    assert found["score"] == 0
    assert words in found["output"] or name == "no text"
    assert "\x1b" not in found["output"]
    assert not list(tmp_path.glob("*.ipynb"))


def test_many_files_make_no_endless_summary(graded: Callable[..., dict[str, Any]]) -> None:
    found = graded({f"{k}{'x' * 200}.ipynb": b"{}" for k in range(100)})
    assert len(found["output"]) <= 10_000


def test_links_and_pipes_are_not_opened(
    graded: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    folder = tmp_path / "submission"
    folder.mkdir()
    (folder / f"{STEM}.ipynb").symlink_to("/etc/passwd")
    (folder / "work.zip").symlink_to("/dev/zero")
    found = graded({})
    assert found["score"] == 0
    assert "links are not followed" in found["output"]


def test_a_grader_that_fails_says_that_it_is_not_the_student_s_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answered: Callable[..., bytes]
) -> None:
    (tmp_path / f"{STEM}.ipynb").write_bytes(answered(STEM))
    for error in (NoSandbox("There is none: /secret."), ValueError("/secret")):

        def fails(task: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(run, "mark", fails)
        found = run.grade(tmp_path, Settings((1,)))
        assert "not your fault" in found["output"]
        assert "/secret" not in json.dumps([found["output"], found["tests"][:-1]])
        assert "/secret" in found["tests"][-1]["output"]


# The script -----------------------------------------------------------------------------------


@pytest.fixture
def platform(tmp_path: Path) -> Callable[[str], dict[str, Any]]:
    """The platform's folders; return a function that runs the script there with this Python."""
    top = tmp_path / "autograder"
    write_archive(tmp_path / "a.zip", Settings((1,)))
    zipfile.ZipFile(tmp_path / "a.zip").extractall(top / "source")
    for name in ("submission", "python/bin"):
        (top / name).mkdir(parents=True)
    (top / "submission_metadata.json").write_text('{"id": 1}')

    def run_script(python: str) -> dict[str, Any]:
        shim = top / "python" / "bin" / "python"
        shim.write_text(f"#!/bin/sh\nshift\n{python}\n")
        shim.chmod(0o755)
        script = ["bash", str(top / "source" / "run_autograder")]
        environment = {"AUTOGRADER": str(top), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(TOP)}
        subprocess.run(script, env=environment, check=True, capture_output=True, cwd=top)
        found: dict[str, Any] = json.loads((top / "results" / "results.json").read_text())
        return found

    return run_script


def test_the_script_grades_and_closes_what_students_must_not_read(
    platform: Callable[[str], dict[str, Any]],
    tmp_path: Path,
    sandbox_works: None,
    answered: Callable[..., bytes],
) -> None:
    top = tmp_path / "autograder"
    (top / "submission" / f"{STEM}.ipynb").write_bytes(answered(STEM, or_gate=...))
    assert platform(f'exec "{sys.executable}" "$@"')["score"] == 1
    for name in ("source", "submission", "results", "submission_metadata.json"):
        assert (top / name).stat().st_mode & 0o077 == 0
    assert top.stat().st_mode & 0o777 == 0o711


@pytest.mark.parametrize("python", ["exit 1", "kill -9 $$", "true"])
def test_the_script_leaves_results_whatever_happens(
    python: str, platform: Callable[[str], dict[str, Any]]
) -> None:
    found = platform(python)
    assert found["score"] == 0
    assert "not your fault" in found["output"]
