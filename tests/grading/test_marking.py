"""A task in, a result out: solutions earn all, stubs nothing, mistakes are named."""

import ast
import inspect
import json
import pickle
import re
import threading
from dataclasses import asdict, replace
from typing import Any

import pytest

from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.checking.trial import try_out
from nnf_teach.exercises import all_exercises
from nnf_teach.grading import explaining, marking, versions
from nnf_teach.grading.mark import Mark
from nnf_teach.grading.marking import Limits, Task, exercise_version, mark
from nnf_teach.grading.records import from_json, to_json
from nnf_teach.grading.shop import RemoteShop
from nnf_teach.grading.versions import handed_out
from nnf_teach.notebooks import checkout
from tests.checking.cells import run_cell

TOP = checkout()
LESSONS = sorted({e.lesson for e in all_exercises().values()})
QUICK = [n for n in LESSONS if all(e.time_limit <= 10 for e in all_exercises().values()
                                   if e.lesson == n)]  # fmt: skip


def notebook(folder, lesson):
    (found,) = (TOP / folder).glob(f"{lesson:02}_*.ipynb")
    return found.read_bytes()


@pytest.mark.parametrize("lesson", QUICK)
def test_the_solutions_earn_all_points(lesson, mark_cells):
    """Training exercises take their time: `nnf grade --self-check` proves them."""
    result = mark_cells(notebook("solutions", lesson), lesson=lesson, notebook_seconds=60.0,
                        statement_seconds=30.0)  # fmt: skip
    lost = [row for row in result["exercises"].values() if row["points"] != row["out_of"]]
    assert lost == []
    assert result["status"] == "graded"
    assert result["notes"] == []


NARROW = """
import numpy as np
def train_digit_classifier(X, t, rng):
    W, b = np.zeros((10, 784), np.float32), np.zeros(10, np.float32)
    for batch in np.vstack([rng.permutation(len(X)).reshape(-1, 50) for epoch in range(2)]):
        P = np.exp(X[batch] @ W.T + b)
        G = 0.002 * (P / P.sum(axis=1, keepdims=True) - np.eye(10, dtype=np.float32)[t[batch]])
        W -= G.T @ X[batch]
        b -= G.sum(axis=0)
    return W, b
"""


def test_a_run_may_fall_a_little_short_of_what_the_notebooks_check_asks(mark_cells):
    """Does who got there narrowly lose the points at a grader's start?"""
    cells: dict[str, Any] = {}
    exec(NARROW, cells)
    alone = diagnose(all_exercises()["train_digit_classifier"], cells["train_digit_classifier"], 3)
    assert alone.status == "wrong", alone.message
    found = mark_cells(NARROW, lesson=2)["exercises"]["train_digit_classifier"]
    assert found["status"] == "passed", found["rows"]


@pytest.mark.parametrize("lesson", LESSONS)
def test_an_untouched_notebook_earns_none(lesson, mark_cells):
    result = mark_cells(notebook("course", lesson), lesson=lesson)
    assert {row["status"] for row in result["exercises"].values()} <= {"not attempted"}
    assert sum(row["points"] for row in result["exercises"].values()) == 0
    assert result["notes"] == []


MISTAKES = {
    "neuron": ("def neuron(x, w, b): return x @ w", "forgot-bias"),
    "linear_layer": ("def linear_layer(X, W, b): return X @ W + b", "transposed-weights"),
    "sigmoid_derivative": ("def sigmoid_derivative(x): return x * (1 - x)", "took-x-for-y"),
}


def test_mistakes_lose_their_points_and_are_named(mark_cells):
    result = mark_cells(*(source for source, _ in MISTAKES.values()))
    for name, (_, misconception) in MISTAKES.items():
        row = result["exercises"][name]
        assert (row["points"], row["misconception"]) == (0, misconception)
        message = next(m.message for m in all_exercises()[name].misconceptions
                       if m.name == misconception)  # fmt: skip
        assert ["look at", message] in row["rows"]


SLIPS = {
    "neuron": "z = x @ w\n    return z + 3 * b",
    "linear_layer": "return X @ W.T + b + 0.5",
    "sigmoid": "z = np.clip(x, -700, 700)\n    return 1 / (1 + np.exp(z + 1))",
    "sigmoid_derivative": "y = 0.5 * (1 + np.tanh(x / 2))\n    return y * (1 - y) / 3",
}


def slip(name):
    arguments = ", ".join(inspect.signature(all_exercises()[name].reference).parameters)
    return f"def {name}({arguments}):\n    {SLIPS[name]}"


def test_the_place_of_a_slip_is_told_as_in_a_notebook(mark_cells):
    cells = {name: slip(name) for name in SLIPS}
    result = mark_cells("import numpy as np", *cells.values(), seed=0, place_seconds=30.0)
    for name, code in cells.items():
        here = diagnose(all_exercises()[name], run_cell(code)[name])
        row = result["exercises"][name]
        assert here.explained_by == "place"
        assert row["place"] == asdict(here.place)
        assert (row["explained_by"], row["rows"]) == ("place", list(map(list, here.rows)))
        assert row["steps"] == list(here.steps)


def test_no_place_is_looked_for_where_that_is_switched_off(mark_cells, monkeypatch):
    monkeypatch.setattr(RemoteShop, "__init__", None)
    row = mark_cells(slip("neuron"), place_seconds=0.0)["exercises"]["neuron"]
    assert (row["status"], row["place"]) == ("wrong", None)
    assert row["steps"]


def test_the_same_answers_are_looked_at_once(mark_cells, monkeypatch):
    searched = []
    search = explaining._search

    def counted(task, fork, trial, cells):
        searched.append(trial.exercise.name)
        return search(task, fork, trial, cells)

    monkeypatch.setattr(explaining, "_search", counted)
    monkeypatch.setattr(explaining, "_found", {})
    cells = "import numpy as np", slip("neuron")
    first = mark_cells(*cells, "x = 1", place_seconds=30.0)
    again = mark_cells("'another notebook'", *cells, "y = 2", place_seconds=30.0)
    assert searched == ["neuron"]
    assert first["exercises"]["neuron"]["place"] == again["exercises"]["neuron"]["place"]
    mark_cells(*cells, seed=4)  # other inputs
    mark_cells("import numpy as np", "b = 1\n" + slip("neuron"))  # another cell
    mark_cells(*cells, "w = neuron\ndef neuron(x, w, b): return 2 * x @ w + b")
    assert searched == ["neuron"] * 4


def test_the_result_has_the_form_that_is_documented(mark_cells, make_notebook):
    found = mark(Task("Änne <b>", 1, make_notebook("def neuron(x, w, b): return 0"), 9))
    result = json.loads(json.dumps(to_json(found)))
    assert from_json(Mark, result) == found
    assert (result["student"], result["lesson"], result["seed"]) == ("Änne <b>", 1, 9)
    assert (result["status"], result["sentence"], result["sandbox"]) == ("graded", "", "bubblewrap")
    rows = result["exercises"]
    assert [row["name"] for row in rows] == [
        e.name for e in all_exercises().values() if e.lesson == 1
    ]
    for row in rows:
        assert set(row) == {"name", "points", "out_of", "stretch", "status", "misconception",
                            "rows", "cases", "parts", "seconds", "explained_by", "place", "clue",
                            "steps"}  # fmt: skip
        assert sum(points for _, _, points in row["parts"]) in (0, row["out_of"])
    assert rows[0]["cases"] == [0, 10]
    assert rows[1]["status"] == "not found"


def test_a_task_can_be_sent_and_does_not_show_the_notebook_when_printed():
    task = Task("a", 1, b"secret", limits=Limits(statement_seconds=1.0))
    assert pickle.loads(pickle.dumps(task)) == task
    assert "secret" not in repr(task)
    assert hash(task)


def test_threads_have_sandboxes_of_their_own(mark_cells, make_notebook):
    data = make_notebook("def neuron(x, w, b): return sum(x * w) + b")
    mark(Task("a", 1, data))
    first, found = marking._kept.sandbox[1], []

    def work():
        found.append(mark(Task("b", 1, data)))
        found.append(marking._kept.sandbox[1])
        marking.close_sandbox()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found[0].exercises[0].points == 1
    assert found[1] is not first
    assert marking._kept.sandbox[1] is first


def test_a_killed_sandbox_costs_at_most_the_submission_at_hand(mark_cells, make_notebook):
    data = make_notebook("def neuron(x, w, b): return sum(x * w) + b")
    mark(Task("a", 1, data))
    marking._kept.sandbox[1]._process.kill()
    mark(Task("a", 1, data))
    assert mark(Task("b", 1, data)).exercises[0].points == 1


def test_what_is_found_is_remembered_for_the_same_inputs_alone():
    """Two answers may give the same to other inputs, and read another example then."""
    exercise, task = all_exercises()["neuron"], Task("a", 1, b"")
    trials = [try_out(exercise, lambda x, w, b: 0.5, seed) for seed in (0, 0, 2**32)]
    keys = [explaining._key(task, trial, "") for trial in trials]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.slow
def test_an_unsafe_result_says_so(make_notebook):
    data = make_notebook("def neuron(x, w, b): return sum(x * w) + b", "import os; os._exit(0)")
    try:
        result = mark(Task("a", 1, data, sandbox="none"))
    finally:
        marking.close_sandbox()
    assert result.unsafe is True
    assert result.exercises[0].points == 1
    assert "its process ended" in result.notes[0]


def test_parts_are_earned_in_order():
    exercise = all_exercises()["sigmoid"]
    assert diagnose(exercise, exercise.reference).parts == (
        ("ordinary inputs", 1, 1), ("extreme inputs", 1, 1)
    )  # fmt: skip

    def threshold(x):  # right on extreme inputs alone
        return (x > 0).astype(float) if hasattr(x, "astype") else 0

    assert [earned for _, earned, _ in diagnose(exercise, threshold).parts] == [0, 0]


# Versions -------------------------------------------------------------------------------------


def test_a_version_is_the_same_until_something_changes(tmp_path, monkeypatch):
    found = [exercise_version(n) for n in LESSONS]
    assert found == [exercise_version(n) for n in LESSONS]
    assert len(set(found)) == len(found)


def names_of(lesson):
    return {path.name if path.name != "__init__.py" else f"{path.parent.name}/"
            for path in versions._sources([f"nnf_teach.exercises.lesson_{lesson:02}"])}  # fmt: skip


def test_a_version_knows_all_that_is_imported():
    """Against Python's own parser."""
    package = TOP / "nnf_teach"
    for path in package.rglob("*.py"):
        found = set(versions._imports(path, path.stat().st_mtime_ns))
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("nnf_teach"):
                whole = (f"{node.module}.{alias.name}" for alias in node.names)
                assert found >= {n if versions._spec(n) else node.module for n in whole}, path
            elif isinstance(node, ast.Import):
                names = {alias.name for alias in node.names}
                assert found >= {name for name in names if name.startswith("nnf_teach")}, path


def test_a_version_follows_what_an_exercise_imports_and_nothing_else():
    assert "readers.py" in names_of(3)  # lesson 3 reads gates as lesson 1 does
    assert {"steps.py", "backward.py", "digits.py", "mnist.py", "training.py"} <= names_of(5)
    core = {path.name for path in versions._sources([marking.__name__])}
    assert {"diagnosis.py", "trial.py", "mistakes.py", "explain.py", "wording.py"} <= core
    assert {"calls.py", "answers.py", "wire.py", "remote.py", "mark.py"} <= core
    assert not core & {"engine.py", "hints.py", "display.py", "neurons.py"}


def lessons_of(paths):
    """The lessons whose exercises are in these files."""
    found = (re.search(r"exercises/lesson_(\d\d)", path.as_posix()) for path in paths)
    return {int(match[1]) for match in found if match}


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_file_of_another_lesson_counts(lesson):
    assert lessons_of(versions.sources_of(lesson)) == {lesson}


@pytest.mark.parametrize("changed", ["neurons.py", "answers.py", "node.py"])
def test_a_changed_source_changes_the_version(changed, monkeypatch):
    before = exercise_version(1), exercise_version(0)
    read = versions.Path.read_bytes

    def read_changed(path):
        return read(path) + (b"\n# changed" if path.name == changed else b"")

    monkeypatch.setattr(versions.Path, "read_bytes", read_changed)
    assert exercise_version(1) != before[0]
    assert (exercise_version(0) == before[1]) is (changed == "neurons.py")


def test_the_notebook_that_was_handed_out_counts(monkeypatch):
    before = exercise_version(1)
    texts = [*handed_out(1), "print('new')"]
    monkeypatch.setattr(versions, "handed_out", lambda lesson: texts)
    assert exercise_version(1) != before


def test_limits_are_kept(mark_cells):
    assert mark_cells("x = 1", notebook_bytes=10)["status"] == "too large"
    assert replace(Limits(), processes=3).processes == 3
