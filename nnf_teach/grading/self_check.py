"""Prove an assignment: solutions score full, untouched notebooks 0, every known mistake is named.

All of it goes through the sandbox, as submissions do. A notebook of mistakes carries the exercises
with it, since the sandbox has none: as copies of other names, for it also has to get past the
watch over borrowed answers.
"""

from __future__ import annotations

import functools
import json
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import autograd

import nnf_teach
from nnf_teach.exercises import Misconception, all_exercises
from nnf_teach.grading.grade_class import GradeError, available_cores
from nnf_teach.grading.lessons import stems
from nnf_teach.grading.mark import ExerciseMark, Mark, Result
from nnf_teach.grading.report import number
from nnf_teach.grading.run import run_processes
from nnf_teach.grading.task import Limits, Task
from nnf_teach.notebooks import checkout

Say = Callable[[str], None]
Judge = Callable[[Mark], Iterator[str]]

# What a notebook of mistakes begins with. `{sources}` is a dictionary of module names and texts.
_CARRIER = """
import importlib.abc, importlib.util, sys

SOURCES = {sources}


class Carrier(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name in SOURCES:
            is_package = name + ".__init__" in SOURCES
            return importlib.util.spec_from_loader(name, self, is_package=is_package)

    def exec_module(self, module):
        name = module.__name__
        module.__file__ = "/carried/" + name  # some look for data beside it, which stay outside
        exec(compile(SOURCES[name], name, "exec"), module.__dict__)


sys.meta_path.insert(0, Carrier())
"""
_MISTAKE = """
from carried.exercises.lesson_{lesson:02} import EXERCISES
(mistakes,) = (e.misconceptions for e in EXERCISES if e.name == "{name}")
(found,) = (m for m in mistakes if m.name == "{mistake}")
{name} = found.wrong
"""


@dataclass(frozen=True)
class _Proof:
    """A notebook, and what must come of it."""

    what: str
    lesson: int
    notebook: bytes
    judge: Judge


def self_check(
    lessons: Sequence[int] | None = None,
    jobs: int | None = None,
    sandbox: str = "auto",
    say: Say = lambda line: None,
    seed: int | None = None,
) -> list[str]:
    """Grade solutions, untouched notebooks and all misconceptions; return what is wrong.

    Parameters
    ----------
    lessons
        Their numbers; all with exercises if None.
    jobs
        How many processes; as many as there are cores if None.
    sandbox
        As in a `Task`.
    say
        Called with a line for the seed, and one for each notebook.
    seed
        Draws the inputs; a new one if None, so that each self-check tries others.

    Raises
    ------
    GradeError
        If there are no solutions here, or no such lesson.
    """
    top = checkout()
    if top is None:
        raise GradeError("The self-check needs the repository of the course, with its solutions.")
    there = sorted({e.lesson for e in all_exercises().values()})
    if unknown := set(lessons or ()) - set(there):
        raise GradeError(f"There is no lesson {', '.join(map(str, sorted(unknown)))}.")
    problems: list[str] = []
    proofs = []
    for lesson in lessons or there:
        try:
            proofs += list(_proofs(top, lesson))
        except FileNotFoundError as error:
            problems.append(f"lesson {lesson:02}: there is no {Path(str(error.filename)).name}")
    seed = secrets.randbelow(2**31) if seed is None else seed
    say(f"Inputs are drawn from the seed {seed}; --seed {seed} draws them again.")
    by_name = {proof.what: proof for proof in proofs}
    limits = Limits(notebook_seconds=600, statement_seconds=300)
    tasks = (Task(p.what, p.lesson, p.notebook, seed, limits, sandbox) for p in proofs)

    def done(task: Task, result: Result) -> None:
        found = [f"{task.student}: {sentence}" for sentence in _judged(by_name, result.mark)]
        problems.extend(found)
        say(f"{task.student}: {'as it must be' if not found else f'{len(found)} problems'}")

    run_processes(tasks, jobs or available_cores(), done, lambda busy: None)
    return sorted(problems)


def _judged(proofs: dict[str, _Proof], mark: Mark) -> Iterator[str]:
    proof = proofs[mark.student]
    if mark.status != "graded":
        yield f"{mark.status}: {mark.sentence}"
        return
    expected = {e.name for e in all_exercises().values() if e.lesson == proof.lesson}
    if missing := expected - {found.name for found in mark.exercises}:
        yield f"without a mark: {', '.join(sorted(missing))}"
    yield from proof.judge(mark)


def _proofs(top: Path, lesson: int) -> Iterator[_Proof]:
    name = f"{stems()[lesson]}.ipynb"
    yield _Proof(f"solutions/{name}", lesson, (top / "solutions" / name).read_bytes(), _full)
    yield _Proof(f"course/{name}", lesson, (top / "course" / name).read_bytes(), _nothing)
    exercises = [e for e in all_exercises().values() if e.lesson == lesson]
    for k in range(max(len(e.misconceptions) for e in exercises)):
        mistakes = {e.name: e.misconceptions[k] for e in exercises if k < len(e.misconceptions)}
        notebook = mistaken_notebook(mistakes)
        yield _Proof(f"lesson {lesson:02}, mistakes {k + 1}", lesson, notebook, _named(mistakes))


def _full(mark: Mark) -> Iterator[str]:
    for found in mark.exercises:
        if found.points != found.out_of or found.status != "passed":
            yield f"{found.name}: {_score(found)}; {_said(found)}"


def _nothing(mark: Mark) -> Iterator[str]:
    for found in mark.exercises:
        if found.points or found.status != "not attempted":
            yield f"{found.name}: {_score(found)}, {found.status}; {_said(found)}"


def _named(mistakes: dict[str, Misconception]) -> Judge:
    wanted = {exercise: mistake.name for exercise, mistake in mistakes.items()}

    def judge(mark: Mark) -> Iterator[str]:
        for found in mark.exercises:
            name = wanted.get(found.name)
            if name is None:
                if found.points:
                    yield f"{found.name}: {_score(found)} without an answer"
            elif found.points >= found.out_of > 0:
                yield f"{found.name}: {name} gets {_score(found)}"
            elif found.misconception != name:
                yield f"{found.name}: {name} is not named; {_said(found)}"

    return judge


def _score(found: ExerciseMark) -> str:
    return f"{number(found.points)} of {number(found.out_of)}"


def _said(found: ExerciseMark) -> str:
    rows = ", ".join(f"{label}: {text}" for label, text in found.rows)
    return f"{found.status}, {found.misconception or 'no misconception'} ({rows})"[:400]


def mistaken_notebook(mistakes: dict[str, Misconception]) -> bytes:
    """Return a notebook in which every exercise is answered by a known mistake."""
    sources = [_CARRIER.format(sources=repr(_sources()))]
    sources += [
        _MISTAKE.format(name=name, mistake=mistake.name, lesson=all_exercises()[name].lesson)
        for name, mistake in mistakes.items()
    ]
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"cell-{k}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": source.strip(),
        }
        for k, source in enumerate(sources)
    ]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    return json.dumps(notebook).encode()


@functools.cache
def _sources() -> dict[str, str]:
    """Return the texts of the modules that a notebook of mistakes carries, by name."""
    found = {"carried": "from nnf_teach import datasets\n", "carried.__init__": ""}
    package = Path(nnf_teach.__file__).parent
    for name in ("session", "arguments"):
        text = (package / f"{name}.py").read_text(encoding="utf-8")
        found[f"carried.{name}"] = _renamed(text)
    for part in ("exercises", "modules", "clinic"):
        found |= _package(package / part, f"carried.{part}")
    return found | _package(Path(autograd.__file__).parent, "carried_autograd")


def _package(folder: Path, name: str) -> dict[str, str]:
    found = {}
    for path in sorted(folder.rglob("*.py")):
        names = [name, *path.relative_to(folder).with_suffix("").parts]
        text = _renamed(path.read_text(encoding="utf-8"))
        found[".".join(names)] = text
        if names[-1] == "__init__":
            found[".".join(names[:-1])] = text
    return found


def _renamed(text: str) -> str:
    text = re.sub(r"\bnnf_teach\b(?!\.datasets)", "carried", text)
    text = re.sub(r"\bimport autograd\b(?!\.)", "import carried_autograd as autograd", text)
    return re.sub(r"\b(from|import) autograd\b", r"\1 carried_autograd", text)
