"""Does `nnf grade` understand its words, and answer a mistake in one sentence?"""

import subprocess
import sys
from pathlib import Path

import pytest

from nnf_teach.cli import main
from nnf_teach.grading import command, grade_class
from nnf_teach.grading.run import NoSandbox


@pytest.fixture
def classroom(tmp_path: Path) -> Path:
    (tmp_path / "class" / "ann").mkdir(parents=True)
    return tmp_path / "class"


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        ([], 2, "say which submissions"),
        (["{class}"], 2, "--out RESULTS"),
        (["{class}", "--out", "{out}", "--deadline", "soon"], 2, "'soon' is no time"),
        (["{class}", "--out", "{out}", "--penalty", "10%/day"], 2, "needs a --deadline"),
        (["{class}", "--out", "{out}", "--grace", "x"], 2, "is no duration"),
        (["{class}", "--out", "{out}", "--times", "{class}/no.csv"], 2, "cannot be read"),
        (["{class}", "--out", "{out}", "--roster", "{class}/no.csv"], 2, "cannot be read"),
        (["{class}/none", "--out", "{out}"], 1, "cannot be read (No such file or directory)"),
        (["{empty}", "--out", "{out}"], 1, "There are no submissions"),
        (["{class}", "--out", "{file}/out"], 1, "cannot be written to"),
        (["--self-check", "--lesson", "77"], 1, "There is no lesson 77"),
    ],
)
def test_mistakes(
    classroom: Path,
    words: list[str],
    status: int,
    sentence: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    top = classroom.parent
    (top / "empty").mkdir()
    (top / "file").touch()
    places = {"class": classroom, "out": top / "out", "empty": top / "empty", "file": top / "file"}
    assert main(["grade", *(word.format(**places) for word in words)]) == status
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


@pytest.mark.parametrize(
    "words", [["--jobs", "0"], ["--max-size", "-1"], ["--place-seconds", "-1"], ["--seed", "x"]]
)
def test_words_that_are_no_numbers(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["grade", *words])
    assert stop.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_what_the_words_mean(
    classroom: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = {}

    def grade(options: grade_class.Options) -> None:
        asked["options"] = options
        raise NoSandbox("There is none here.")

    monkeypatch.setattr(command, "grade_class", grade)
    words = "--jobs 3 --seed 4 --unsafe --regrade --statement-seconds 5 --max-size 1.5"
    words += " --scheduler tcp://x:1 --notebook-seconds 9 --time-factor 2 --deadline 01=2026-11-20"
    words += " --place-seconds 0"
    assert main(["grade", str(classroom), "--out", str(tmp_path), *words.split()]) == 1
    options = asked["options"]
    assert (options.jobs, options.seed, options.sandbox, options.regrade) == (3, 4, "none", True)
    limits = options.limits
    assert (limits.statement_seconds, limits.notebook_seconds, limits.question_factor) == (5, 9, 2)
    assert limits.place_seconds == 0
    assert limits.notebook_bytes == 1.5 * 1024**2
    assert options.scheduler == "tcp://x:1"
    assert list(options.late.deadlines) == [1]


def test_no_sandbox_is_a_sentence(
    classroom: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(options: grade_class.Options) -> None:
        raise NoSandbox("There is no sandbox on this machine.")

    monkeypatch.setattr(command, "grade_class", refuse)
    assert main(["grade", str(classroom), "--out", str(classroom.parent / "out")]) == 1
    assert capsys.readouterr().err == "There is no sandbox on this machine.\n"


def test_nobody_can_be_read(classroom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Does a class without one notebook get its row, and status 0?"""
    out = classroom.parent / "out"
    assert main(["grade", str(classroom), "--out", str(out)]) == 0
    assert "0 graded, 1 not readable; 1 students." in capsys.readouterr().out
    assert "no notebook" in (out / "grades.csv").read_text()


def test_nothing_of_the_folder_where_it_is_started_runs(classroom: Path, tmp_path: Path) -> None:
    """Does a student's file with the name of a module run where the grader starts?"""
    (classroom / "ann" / "01_neuron.ipynb").write_text('{"cells": []}')
    (classroom / "multiprocessing").mkdir()
    for name in ("multiprocessing/__init__.py", "signal.py", "json.py", "numpy.py"):
        (classroom / name).write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write(__name__)")
    (classroom / "matplotlibrc").write_text("a.student.wrote: this")
    nnf = tmp_path / "nnf"  # as what pip installs
    nnf.write_text(
        "from nnf_teach.cli import main\nif __name__ == '__main__': raise SystemExit(main())"
    )
    words = [sys.executable, nnf, "grade", ".", "--out", tmp_path / "out", "--sandbox", "none"]
    done = subprocess.run(words, cwd=classroom, capture_output=True, text=True, check=True)
    assert "lesson 01: 0 of 10" in done.stderr
    assert not (tmp_path / "ran").exists()
    assert "a.student.wrote" not in done.stderr
