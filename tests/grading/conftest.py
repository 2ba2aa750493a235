"""A class without notebooks that run: marks as the sandbox would give them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from nnf_teach.exercises import all_exercises
from nnf_teach.grading import bubblewrap, marking, user_wall
from nnf_teach.grading.late import LateRule
from nnf_teach.grading.mark import ExerciseMark, Mark
from nnf_teach.grading.records import to_json
from nnf_teach.grading.report import ClassReport, collect
from nnf_teach.grading.submissions import Submission

TOP = Path(__file__).parents[2]
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()


def exercise_mark(name: str, points: float | None = None, **more: Any) -> ExerciseMark:
    """What became of one exercise: all points if not told otherwise."""
    exercise = all_exercises()[name]
    points = exercise.points if points is None else points
    status = "passed" if points == exercise.points else "wrong"
    found = ExerciseMark(
        name, points, exercise.points, exercise.stretch, status, cases=(5, 5), seconds=0.01
    )
    return replace(found, **more)


@pytest.fixture
def mark_exercise() -> Callable[..., ExerciseMark]:
    return exercise_mark


@pytest.fixture
def make_mark() -> Callable[..., Mark]:
    """Return a function that makes a mark: full points but for what is told by name."""

    def make(student: str, lesson: int = 1, **changed: Any) -> Mark:
        exercises = tuple(
            exercise_mark(name, changed.get(name))
            for name, exercise in all_exercises().items()
            if exercise.lesson == lesson
        )
        return Mark(student, lesson, 7, "graded", exercises=exercises, seconds=0.5)

    return make


@pytest.fixture
def make_report(make_mark: Callable[..., Mark]) -> Callable[..., ClassReport]:
    """Return a function that makes a report of one lesson: `make(ann={"neuron": 0})`."""

    def make(
        students: dict[str, dict[str, Any]],
        lesson: int = 1,
        rule: LateRule | None = None,
        modified: float = NOON,
        **more: Any,
    ) -> ClassReport:
        marked = []
        for student, changed in students.items():
            path = Path(student) / "01_neuron.ipynb"
            marked.append(
                (Submission(student, lesson, path, modified), make_mark(student, lesson, **changed))
            )
        return collect(marked, rule or LateRule(), **more)

    return make


# Real notebooks in the real sandbox


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    roots = [item for item in items if _is_roots(item)]
    for item in roots:
        item.add_marker(pytest.mark.root)
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        config.hook.pytest_deselected(items=roots)
        items[:] = [item for item in items if item not in roots]
    for item in items:
        if {"sandbox_works", "user_wall_works"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.sandbox)


def _is_roots(item: pytest.Item) -> bool:
    """Whether a test is about the wall of a user, which root alone can build."""
    params = getattr(getattr(item, "callspec", None), "params", {})
    return "user_wall_works" in getattr(item, "fixturenames", ()) or params.get("wall") == "user"


@pytest.fixture(scope="session")
def sandbox_works() -> Iterator[None]:
    """Need the sandbox; where there is none skip."""
    if sentence := bubblewrap.problem():
        pytest.skip(sentence)
    yield
    marking.close_sandbox()


@pytest.fixture(scope="module")
def wall() -> str:
    """The sandbox that `mark_cells` marks in."""
    return "auto"


@pytest.fixture(scope="module")
def user_wall_works(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Need the wall of a user; where Python is in a home, open that in a private view."""
    with pytest.MonkeyPatch.context() as patch:
        if user_wall._shut() and os.getuid() == 0 and _gives_a_private_view():
            shell = opened_homes(tmp_path_factory.mktemp("homes"))
            command = ["unshare", "-m", "sh", "-c", f'{shell} exec "$@"', "sh"]
            patch.setattr(user_wall.UserWall, "command", lambda *_: command)
            patch.setattr(user_wall, "_shut", lambda: "")
        if sentence := user_wall.UserWall.problem():
            pytest.skip(sentence)
        marking.close_sandbox()
        yield
        marking.close_sandbox()


def _gives_a_private_view() -> bool:
    """Whether mounts of one's own can be had: not in a folder that was made the root."""
    try:
        return subprocess.run(["unshare", "-m", "true"], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


@pytest.fixture
def opening() -> Callable[[Path], str]:
    return opened_homes


def opened_homes(folder: Path) -> str:
    """Return what a shell does, in mounts of its own, to let everybody pass to this Python."""
    closed = [
        path
        for path in (*Path(sys.base_prefix).parents, *Path(marking.__file__).parents)
        if path != Path("/") and not path.stat().st_mode & 0o001
    ]
    for parent in (folder, *folder.parents):
        if parent != Path("/") and parent.stat().st_uid == os.getuid():
            parent.chmod(parent.stat().st_mode | 0o055)
    return "set -e;" + "".join(
        f"mkdir -p {folder}/v{k}; mount --rbind {path} {folder}/v{k}; chmod 755 {folder};"
        f"mount -t tmpfs -o mode=755 tmpfs {path};"
        f"for e in $(ls -A {folder}/v{k}); do if [ -d {folder}/v{k}/$e ]; then mkdir {path}/$e; "
        f"mount --rbind {folder}/v{k}/$e {path}/$e; fi; done;"
        for k, path in enumerate(closed)
    )


def notebook_of(*cells: str) -> bytes:
    """Make a notebook of code cells."""
    parts = [{"cell_type": "code", "source": source, "metadata": {}} for source in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": parts}).encode()


@pytest.fixture
def make_notebook() -> Callable[..., bytes]:
    return notebook_of


@pytest.fixture
def mark_cells(sandbox_works: None, wall: str) -> Callable[..., Any]:
    """Return a function that marks a notebook of these cells: `mark_cells("def neuron ...")`.

    The result is the mark as JSON, but for the exercises, which are by name.
    """

    def make(*cells: str | bytes, lesson: int = 1, seed: int = 3, **limits: Any) -> dict[str, Any]:
        whole = len(cells) == 1 and isinstance(cells[0], bytes)
        notebook = cells[0] if whole else notebook_of(*cells)
        limits = {"statement_seconds": 5.0, "notebook_seconds": 15.0} | limits
        task = marking.Task("student", lesson, notebook, seed, marking.Limits(**limits), wall)
        written = json.dumps(to_json(marking.mark(task)), ensure_ascii=False).encode()
        result = json.loads(written)
        return result | {"exercises": {row["name"]: row for row in result["exercises"]}}

    return make


@pytest.fixture(scope="session")
def answered() -> Callable[..., bytes]:
    """Return a function that answers a lesson's exercises in its notebook as handed out.

    `answered("01_neuron", neuron="def neuron...")`; `...` stands for the published solution.
    """

    def make(stem: str, /, **answers: Any) -> bytes:
        solution = json.loads((TOP / "solutions" / f"{stem}.ipynb").read_text())
        published = {_grade_id(cell): "".join(cell["source"]) for cell in solution["cells"]}
        notebook = json.loads((TOP / "course" / f"{stem}.ipynb").read_text())
        cells = {_grade_id(cell): cell for cell in notebook["cells"]}
        for name, answer in answers.items():
            whole = f"{name}_answer"
            cells[whole]["source"] = published[whole] if answer is ... else answer
        return json.dumps(notebook).encode()

    return make


def _grade_id(cell: dict[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id"))
