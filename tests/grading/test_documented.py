"""Does every command of docs/grading.md run, and is in the sandbox what it says?

Each `nnf grade` is run as it is written, in a folder that has what it names; `HOST`, `N` and a
cluster are put in by hand. Notebooks are marked in the sandbox of this process.
"""

import json
import re
import shlex
from pathlib import Path

import pytest

from nnf_teach.cli import main
from nnf_teach.grading import grade_class, self_check
from nnf_teach.grading.run import RunError, grade_one

TOP = Path(__file__).parents[2]
TEXT = (TOP / "docs" / "grading.md").read_text(encoding="utf-8")
NEURON = "def neuron(x, w, b):\n    return sum(a * c for a, c in zip(x, w)) + b"


def commands() -> list[str]:
    """Return the commands of the document: those of its blocks, and those in its sentences."""
    blocks = re.findall(r"^ *```\n(.*?)^ *```", TEXT, re.DOTALL | re.MULTILINE)
    lines = [line.split("  #")[0].strip() for b in blocks for line in
             b.replace("\\\n", " ").splitlines()]  # fmt: skip
    outside = re.sub(r"^ *```\n.*?^ *```", "", TEXT, flags=re.DOTALL | re.MULTILINE)
    lines += [" ".join(inline.split()) for inline in re.findall(r"`([^`]+)`", outside)]
    found = [" ".join(line.split()) for line in lines if re.match(r"nnf \w+ \S", line.strip())]
    return list(dict.fromkeys(found))


@pytest.fixture
def folder(tmp_path, monkeypatch, make_notebook, sandbox_works) -> Path:
    """Be in a folder with all that the document names; mark in this process."""

    def here(tasks, jobs, done, tick) -> None:
        for task in tasks:
            done(task, grade_one(task))

    for where in ("submissions/ann", "submissions/bob", "ann", "mycourse/submitted/ann/ps1"):
        path = tmp_path / where / "01_neuron.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(make_notebook(NEURON))
    (tmp_path / "mycourse" / "source").mkdir()
    (tmp_path / "handed_in.csv").write_text("student,submitted\nann,2026-11-21\n")
    for name in ("SUMMARY", "OUTPUT"):
        monkeypatch.setenv(f"GITHUB_{'STEP_' * (name == 'SUMMARY')}{name}", str(tmp_path / name))
    monkeypatch.setenv("GITHUB_REPOSITORY", "class/points-ann")
    monkeypatch.setattr(grade_class, "run_processes", here)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(command: str) -> int:
    return main(shlex.split(command)[1:])


STATUS = {"nnf grade . --report github --at-least 8": 1}  # ann has 1 point


def plain_commands() -> list[str]:
    apart = ("--self-check", "--scheduler", "--compare")
    return [c for c in commands() if c.startswith("nnf grade ") and not any(a in c for a in apart)]


@pytest.mark.filterwarnings("ignore:Object of type")  # nbgrader's own, of its database
@pytest.mark.parametrize("command", plain_commands())
def test_the_command_runs(command: str, folder: Path, monkeypatch, capsys) -> None:
    if "--gradebook" in command:
        pytest.importorskip("nbgrader")
    if command.startswith("nnf grade ."):
        monkeypatch.chdir(folder / "ann")
    status = run(re.sub(r"\bN\b", "5", command))
    said = capsys.readouterr()
    assert status == STATUS.get(command, 0), said.err
    assert "1 graded" in said.out or "2 graded" in said.out or "of 10 points" in said.out
    if out := re.search(r"--out (\S+)", command):
        table = (folder / out[1] / "grades.csv").read_text(encoding="utf-8-sig")
        assert "ann" in table.splitlines()[1]
        assert "no student" not in table


@pytest.mark.parametrize("command", [c for c in commands() if c.startswith("nnf gradescope ")])
def test_an_archive_is_written(command: str, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(command) == 0
    assert ".zip: lesson 01, 10 points" in capsys.readouterr().out
    assert list(tmp_path.rglob("*.zip"))


def test_the_comparison_runs(folder: Path, capsys) -> None:
    """Does it tell that the appeal drew other inputs, which changed no mark?"""
    (compare,) = [c for c in commands() if "--compare" in c]
    (appeal,) = [c for c in plain_commands() if c.startswith("nnf grade ann/")]
    for command in (
        "nnf grade submissions/ --out results/",
        re.sub(r"\bN\b", "5", appeal),
        compare,
    ):
        capsys.readouterr()
        assert run(command) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == ["bob, 01 The neuron: in the old results alone", "0 of 1 results differ."]


def test_an_appeal_gets_the_same_marks(folder: Path, capsys) -> None:
    assert run("nnf grade submissions/ --out results/") == 0
    seed = json.loads((folder / "results" / "run.json").read_text())["seed"]
    assert run(f"nnf grade ann/ --out again/ --seed {seed}") == 0
    first, again = (
        json.loads(next((folder / out / "results").glob("ann-*/lesson_01.json")).read_text())
        for out in ("results", "again")
    )
    for entry in (first, again):
        entry["result"]["mark"].pop("seconds")
        for exercise in entry["result"]["mark"]["exercises"]:
            exercise.pop("seconds")
    assert first["result"]["mark"] == again["result"]["mark"]


def test_the_self_check_and_a_cluster_are_asked_as_documented(folder, monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(self_check, "self_check", lambda *a, **k: asked.append((a, k)) or [])
    (check,) = [c for c in commands() if "--self-check" in c]
    assert run(check) == run(f"{check} --lesson 1") == 0
    assert [lessons for (lessons,), _ in asked] == [None, [1]]

    def no_cluster(tasks, scheduler, *more) -> None:
        asked.append(scheduler)
        raise RunError("none")

    monkeypatch.setattr(grade_class, "run_dask", no_cluster)
    (cluster,) = [c for c in commands() if "--scheduler" in c]
    assert run(cluster) == 1
    assert asked[-1] == "tcp://HOST:8786"


def test_every_option_that_is_named_is_one(capsys) -> None:
    for command in ("grade", "gradescope"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
    there = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    lines = [line for line in TEXT.splitlines() if not re.search(r"dask|docker|pip ", line)]
    named = set(re.findall(r"`(--[a-z-]+)", "\n".join(lines)))
    named |= set(re.findall(r"--[a-z-]+", "\n".join(plain_commands())))
    assert named <= there
    assert len(named) > 10


def test_what_is_said_to_be_in_the_sandbox_is(mark_cells) -> None:
    (said,) = re.findall(r"The course brings (.*?)\.\s", TEXT, re.DOTALL)
    names = re.findall(r"`(\w+)`", said)
    assert "numpy" in names
    assert len(names) >= 5
    assert mark_cells("\n".join(f"import {name}" for name in names))["notes"] == []


def test_extras_that_are_named_can_be_installed() -> None:
    project = (TOP / "pyproject.toml").read_text(encoding="utf-8")
    for extra in re.findall(r"'\.\[(\w+)\]'", TEXT):
        assert f"\n{extra} = [" in project
