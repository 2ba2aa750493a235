"""Do all commands mean the same folder, the one where the learner works, and keep that work?"""

import io
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from nnf_teach import doctor, fresh, lab, notebooks
from nnf_teach.cli import main

NOW = datetime(2026, 11, 23, 14, 5, 9)
NAMES = ["00_start_here.ipynb", "01_neuron.ipynb"]


def test_reset_installed(installed: Path) -> None:
    """Is work kept beside the fresh copy, also twice in one second?"""
    course = fresh.open_course(installed)
    mine = course / "01_neuron.ipynb"
    mine.write_text("work")
    notebook, backup = fresh.reset("01", installed, NOW)
    assert (notebook, mine.read_text()) == (mine, "fresh 01_neuron.ipynb")
    assert backup is not None
    assert backup.name == "01_neuron-2026-11-23T14-05-09.ipynb"
    assert backup.read_text() == "work"
    mine.write_text("more work")
    _, second = fresh.reset("01_neuron", course, NOW)
    assert second is not None
    assert backup.read_text() == "work"
    assert second.read_text() == "more work"
    assert notebooks.is_backup(second)


@pytest.mark.parametrize(
    "name",
    ["01", "01_neuron", "01_neuron.ipynb", "course/01_neuron.ipynb", "{top}/01_neuron.ipynb"],
)
def test_reset_cloned(cloned: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Does a clone give a fresh copy, by any name of the notebook?"""
    mine = cloned / "course" / "01_neuron.ipynb"
    before = mine.read_bytes()
    mine.write_text("work")
    assert main(["reset", name.format(top=cloned / "course")]) == 0
    assert mine.read_bytes() == before
    (backup,) = (path for path in mine.parent.iterdir() if notebooks.is_backup(path))
    assert backup.read_text() == "work"
    assert str(backup) in capsys.readouterr().out


@pytest.mark.parametrize("name", ["7", "07_lost", "nowhere/01_neuron.ipynb", "", "..", "01_"])
def test_reset_unknown(cloned: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Is a notebook that is not there refused in a sentence, and nothing changed?"""
    before = sorted((cloned / "course").iterdir())
    assert main(["reset", name]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert sorted((cloned / "course").iterdir()) == before


@pytest.mark.parametrize("history", ["none", "committed", "of another repository"])
def test_answers_never_come_back_as_fresh(cloned: Path, history: str) -> None:
    """Is a copy fresh where a ZIP has no history, and where answers were committed?"""
    mine = cloned / "course" / "01_neuron.ipynb"
    before = mine.read_bytes()
    mine.write_text("my answers")
    if history != "none":
        top = cloned if history == "committed" else cloned.parent
        author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message=all"]):
            subprocess.run(["git", *author, *words], check=True, cwd=top)
    fresh.reset("01", cloned, NOW)
    assert mine.read_bytes() == before


def test_a_solution_is_never_reset(cloned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does reset leave the solutions alone, also where one stands among them?"""
    solution = cloned / "solutions" / "01_neuron.ipynb"
    before = solution.read_bytes()
    monkeypatch.chdir(solution.parent)
    assert main(["reset", "01_neuron.ipynb"]) == 0
    assert main(["reset", "../solutions/01_neuron.ipynb"]) == 1
    assert solution.read_bytes() == before
    assert len(list(solution.parent.iterdir())) == len(NAMES)


def test_a_broken_solution_gives_no_fresh_copy(
    cloned: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (cloned / "solutions" / "01_neuron.ipynb").write_text("{")
    mine = cloned / "course" / "01_neuron.ipynb"
    before = mine.read_bytes()
    assert main(["reset", "01"]) == 1
    assert "There is no fresh copy of 01_neuron.ipynb" in capsys.readouterr().err
    assert mine.read_bytes() == before


def test_reset_elsewhere(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Is a folder without the course told so?"""
    assert main(["reset", "01"]) == 1
    assert "The course is not in this folder" in capsys.readouterr().err


def test_open_copies(installed: Path) -> None:
    """Does the first opening copy, and the next one add only what is missing?"""
    course = fresh.open_course(installed)
    assert course == installed / "nnf-course"
    assert sorted(path.name for path in course.iterdir()) == NAMES
    (course / "01_neuron.ipynb").write_text("work")
    (course / "00_start_here.ipynb").unlink()
    fresh.open_course(installed)
    assert (course / "01_neuron.ipynb").read_text() == "work"
    assert (course / "00_start_here.ipynb").read_text() == "fresh 00_start_here.ipynb"


def test_open_where_a_file_is(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Is a file in the place of the folder reported, not overwritten?"""
    (installed / "nnf-course").write_text("mine")
    assert main(["lab", "--no-browser"]) == 1
    assert "cannot be copied" in capsys.readouterr().err
    assert (installed / "nnf-course").read_text() == "mine"


# --- One folder for all commands -----------------------------------------------------------------


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What `nnf lab` opens, in place of JupyterLab."""
    folders: list[Path] = []
    monkeypatch.setattr(lab, "start_lab", lambda folder, *_: folders.append(folder) or 0)
    return folders


def commands_mean(
    where: Path,
    opened: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Path:
    """Run every command at `where`; return the one folder that all of them mean and name."""
    monkeypatch.chdir(where)
    assert main(["lab"]) == 0
    folder = opened.pop()
    assert str(folder) in capsys.readouterr().out
    (folder / "01_neuron.ipynb").write_text("work")
    assert main(["reset", "01"]) == 0
    assert f"{folder / '01_neuron.ipynb'} is fresh" in capsys.readouterr().out
    assert (folder / "01_neuron.ipynb").read_text() != "work"
    assert main(["progress"]) == 0
    assert f"Your notebooks are in {folder}\n" in capsys.readouterr().out
    assert f"the notebooks are in {folder}" in [finding.what for finding in doctor.examine(where)]
    return folder


# where one stands, and which folder that is, in each kind of installation
PLACES = {
    "installed": {
        "home": "home/nnf-course",
        "home/nnf-course": "home/nnf-course",
        "home/nnf-course/deeper": "home/nnf-course",
        "home/renamed": "home/renamed",
        "first": "first/course",
        "first/course": "first/course",
        "first/solutions": "first/course",
        "first/docs": "first/course",
    },
    "first": {
        "first": "first/course",
        "first/course": "first/course",
        "first/course/deeper": "first/course",
        "second": "second/course",
        "second/course": "second/course",
        "second/solutions": "second/course",
        "home": "first/course",
        "home/renamed": "home/renamed",
    },
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("package", "where"), [(package, where) for package in PLACES for where in PLACES[package]]
)
def test_all_commands_mean_one_folder(
    package: str,
    where: str,
    tmp_path: Path,
    installed: Path,
    opened: list[Path],
    make_clone: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Do lab, reset, progress and doctor mean the nearest folder, whatever is installed?"""
    clones = {name: make_clone(name) for name in ("first", "second")}
    if package in clones:
        monkeypatch.setattr(notebooks, "_PACKAGE", clones[package] / "nnf_teach")
    (installed / "renamed").mkdir()
    (installed / "renamed" / NAMES[0]).write_text("")
    place = tmp_path / where
    place.mkdir(parents=True, exist_ok=True)
    expected = tmp_path / PLACES[package][where]
    others = {
        path: path.read_bytes()
        for path in tmp_path.rglob("*.ipynb")
        if path != expected / "01_neuron.ipynb"
    }
    assert commands_mean(place, opened, monkeypatch, capsys) == expected
    assert {path: path.read_bytes() for path in others} == others
    assert not list(tmp_path.rglob("nnf-course/nnf-course"))


def test_a_terminal_of_the_lab_means_what_the_lab_has_opened(
    cloned: Path,
    installed: Path,
    opened: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Also where the learner has gone elsewhere in that terminal?"""
    shown = fresh.open_course(installed)
    monkeypatch.setenv(notebooks.OPENED, str(shown))
    (installed / "elsewhere").mkdir()
    assert commands_mean(installed / "elsewhere", opened, monkeypatch, capsys) == shown


@pytest.fixture(params=["a copy in a clone", "a copy beside an editable installation"])
def two(request: pytest.FixtureRequest, cloned: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand where the course could be in two folders."""
    where = cloned if request.param == "a copy in a clone" else cloned.parent
    (where / "nnf-course").mkdir()
    for name in NAMES:
        (where / "nnf-course" / name).write_text("work")
    monkeypatch.chdir(where)
    return where


@pytest.mark.parametrize("words", [["lab"], ["reset", "01"]])
def test_two_folders(
    two: Path, words: list[str], opened: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Does a command refuse to guess, and say how to choose?"""
    assert main(words) == 1
    said = capsys.readouterr().err
    assert "a clone/course" in said
    assert str(two / "nnf-course") in said
    assert "--folder" in said
    assert (two / "nnf-course" / NAMES[1]).read_text() == "work"
    assert main([*words, "--folder", "nnf-course"]) == 0
    assert str(two / "nnf-course") in capsys.readouterr().out
    (finding,) = (finding for finding in doctor.examine(two) if not finding.ok)
    assert "2 folders" in finding.what


@pytest.mark.parametrize(("answer", "status"), [("1", 0), ("2", 0), ("", 1), ("3", 1), ("x", 1)])
def test_asked_for_one_of_two(
    two: Path,
    answer: str,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Is a person at a terminal asked?"""
    stdin = io.StringIO(f"{answer}\n")
    monkeypatch.setattr(stdin, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", stdin)
    assert main(["reset", "01"]) == status
    if status == 0:
        folder = notebooks.course_folders(two)[int(answer) - 1]
        assert f"{folder / NAMES[1]} is fresh" in capsys.readouterr().out


def test_no_such_folder(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "--folder", "nowhere"]) == 1
    assert "There is no folder nowhere" in capsys.readouterr().err
