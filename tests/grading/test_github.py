"""Does a repository's workflow show what the student's page says, and nothing as a command?"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from nnf_teach.cli import main
from nnf_teach.exercises import all_exercises
from nnf_teach.grading import command, grade_class, sandbox
from nnf_teach.grading.grade_class import Outcome
from nnf_teach.grading.report import ClassReport

WORKFLOW = Path(__file__).parents[2] / "docs" / "classroom.yml"
NEURON = "def neuron(x, w, b):\n    return w @ x - b"


@pytest.fixture
def step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A step of a workflow, in a repository; returns the repository."""
    repository = tmp_path / "points-ann"
    repository.mkdir()
    monkeypatch.chdir(repository)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("GITHUB_REPOSITORY", "class/points-ann")
    return repository


def test_a_hostile_row_is_no_command(
    step: Path,
    monkeypatch: pytest.MonkeyPatch,
    make_report: Callable[..., ClassReport],
    mark_exercise: Callable[..., Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Does a line that a student chose stay in its annotation, and in its HTML?"""
    evil = "::stop-commands::x\r\n::add-path::/tmp\n\n![](https://example.org/x) 100%,:\r\r# 10"
    report = make_report({"ann": {}})
    handed = report.students[0].lessons[1]
    (step / "01_neuron.ipynb").write_text('{\n"source": ["def neuron(x, w, b):"]}')
    wrong = mark_exercise("neuron", 0, status="wrong", rows=(("printed", evil),))
    object.__setattr__(handed.submission, "path", step / "01_neuron.ipynb")
    object.__setattr__(handed.mark, "exercises", (wrong,))
    monkeypatch.setattr(command, "grade_class", lambda options: Outcome(report))
    assert main(["grade", ".", "--report", "github"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("::")] == [
        "::error file=01_neuron.ipynb,line=2,title=✗ neuron%3A not yet::0 of 1 points%0A"
        "printed: ::stop-commands::x%0D%0A::add-path::/tmp%0A%0A![](https://example.org/x) 100%25,:"
        "%0D%0D# 10"
    ]
    summary = (step.parent / "summary.md").read_bytes()
    assert summary.count(b"\n") == 1  # Markdown takes a carriage return for the end of a line, too
    assert b"\r" not in summary
    assert (step.parent / "output").read_text() == f"points=0\nout-of={report.out_of()}\n"


@pytest.mark.parametrize(
    ("words", "unset", "sentence"),
    [
        (["--report", "github"], True, "GITHUB_STEP_SUMMARY names, and it is not set"),
        (["--at-least", "3", "--out", "x"], False, "--at-least goes with --report github"),
    ],
)
def test_mistakes(
    step: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    unset: bool,
    sentence: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if unset:
        monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    assert main(["grade", ".", *words]) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert (said.err.count("\n"), said.out) == (1, "")


def test_all_of_a_repository_is_one_students(step: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[grade_class.Options] = []

    def grade(options: grade_class.Options) -> Outcome:
        asked.append(options)
        raise sandbox.NoSandbox("There is none here.")

    monkeypatch.setattr(command, "grade_class", grade)
    assert main(["grade", ".", "--report", "github", "--seed", "4"]) == 1
    assert (asked[0].student, asked[0].seed) == ("points-ann", 4)


@pytest.fixture
def shims(tmp_path: Path) -> Path:
    """Commands that only note how they were called: no test installs what the system lacks."""
    folder = tmp_path / "shims"
    folder.mkdir()
    for name in ("sudo", "git", "pip"):
        path = folder / name
        path.write_text(f'#!/bin/sh\necho {name} "$@" >> "{tmp_path}/called"\n')
        path.chmod(0o755)
    (folder / "nnf").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m nnf_teach.cli "$@"\n')
    (folder / "nnf").chmod(0o755)
    return folder


@pytest.mark.parametrize(("points", "status"), [("9", 0), ("10", 1)])
def test_the_workflow_that_instructors_copy(
    step: Path,
    tmp_path: Path,
    shims: Path,
    points: str,
    status: int,
    sandbox_works: None,
    answered: Callable[..., bytes],
) -> None:
    """Do its steps run as written, on work in a folder, with one answer wrong?"""
    workflow = yaml.safe_load(WORKFLOW.read_text())
    assert workflow["permissions"] == {"contents": "read"}
    steps = workflow["jobs"]["points"]["steps"]
    used = [one["uses"] for one in steps if "uses" in one]
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", one) for one in used)
    (step / "week 1").mkdir()
    right = [name for name, each in all_exercises().items() if each.lesson == 1]
    content = answered("01_neuron", **dict.fromkeys(right, ...) | {"neuron": NEURON})
    (step / "week 1" / "01_neuron.ipynb").write_bytes(content)
    environment = {
        **os.environ,
        **{name: str(value) for name, value in workflow["env"].items()},
        "RUNNER_TEMP": str(tmp_path),
        "PATH": f"{shims}{os.pathsep}{os.environ['PATH']}",
        "AT_LEAST": points,
    }
    ended = [
        subprocess.run(
            ["bash", "-e", "-c", one["run"]],
            cwd=step, env=environment, capture_output=True, text=True, check=False,
        )
        for one in steps
        if "run" in one
    ]  # fmt: skip
    assert [one.returncode for one in ended] == [0, 0, status], ended[-1].stderr
    said = ended[-1].stdout.splitlines()
    (annotation,) = [line for line in said if line.startswith("::")]
    assert annotation.startswith("::error file=week 1/01_neuron.ipynb,line=")
    assert "title=✗ neuron%3A not yet" in annotation
    assert "pip install -q -c" in (tmp_path / "called").read_text()
    assert "<code>neuron</code>: not yet, 0 of 1 point" in (tmp_path / "summary.md").read_text()
