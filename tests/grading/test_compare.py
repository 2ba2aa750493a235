"""Does a comparison say whose marks changed, by how much, and why?"""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from nnf_teach.cli import main
from nnf_teach.grading import results as results_module
from nnf_teach.grading.compare import compare
from nnf_teach.grading.mark import Result
from nnf_teach.grading.marking import Limits, Task
from nnf_teach.grading.results import Results, ResultsError

TASK = Task("ann", 1, b"{}", seed=7)


@pytest.fixture
def keep(tmp_path: Path, make_mark: Callable) -> Callable[..., Path]:
    """Return a function that keeps a result: `keep("old", task, neuron=0)`."""

    def keep(folder: str, task: Task = TASK, **changed: int) -> Path:
        with Results(tmp_path / folder) as results:
            results.keep(task, Result(make_mark(task.student, task.lesson, **changed)))
        return tmp_path / folder

    return keep


@pytest.mark.parametrize(
    ("task", "why"),
    [
        (replace(TASK, notebook=b"{ }"), "another notebook was handed in"),
        (replace(TASK, seed=8), "other inputs were drawn"),
        (replace(TASK, limits=Limits(statement_seconds=3)), "other limits were set"),
        (replace(TASK, sandbox="none"), "one of them ran without a sandbox"),
        (replace(TASK, notebook=b"", seed=8), "handed in, and other inputs were drawn"),
        (TASK, "they rest on the same"),
    ],
)
def test_the_reason_is_what_the_result_rests_on(keep: Callable, task: Task, why: str) -> None:
    lines = compare(keep("old", neuron=0), keep("new", task))
    assert lines[0].startswith("ann, 01 The neuron: 9 of 10 points, now 10 of 10 points; ")
    assert lines[0].endswith(why) or why in lines[0]
    assert lines[1:] == ["    neuron: 0 not yet, now 1 right", "1 of 1 results differ."]


@pytest.mark.parametrize("name", ["exercise_version", "environment"])
def test_sources_and_packages(keep: Callable, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    old = keep("old", neuron=0)
    monkeypatch.setattr(results_module, name, lambda *lesson: "another")
    why = {"exercise_version": "of another version", "environment": "Python or its packages"}
    assert why[name] in compare(old, keep("new"))[0]


def test_what_stayed_is_not_listed(keep: Callable) -> None:
    old, new = keep("old"), keep("new", replace(TASK, seed=8))
    keep("old", replace(TASK, student="bob"))
    keep("new", replace(TASK, student="cy"))
    assert compare(old, new) == [
        "bob, 01 The neuron: in the old results alone",
        "cy, 01 The neuron: in the new results alone",
        "0 of 1 results differ.",
    ]


def test_a_result_that_did_not_note_what_it_rests_on(keep: Callable) -> None:
    old, new = keep("old", neuron=0), keep("new")
    (path,) = (old / "results").glob("*/*.json")
    entry = json.loads(path.read_text())
    del entry["rests on"]
    path.write_text(json.dumps(entry))
    assert "why cannot be told" in compare(old, new)[0]


def test_damaged_and_missing_results(keep: Callable, tmp_path: Path) -> None:
    new = keep("new")
    (path,) = (new / "results").glob("*/*.json")
    path.write_text("{")
    for folder in (new, tmp_path / "none"):
        with pytest.raises(ResultsError, match="no results of nnf grade"):
            compare(keep("old"), folder)


def test_the_command(keep: Callable, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = keep("old", neuron=0), keep("new")
    assert main(["grade", "--compare", str(old), str(new)]) == 0
    assert "1 of 1 results differ." in capsys.readouterr().out
    assert main(["grade", "--compare", str(old), str(new / "no")]) == 1
    assert capsys.readouterr().err.startswith("There are no results")
