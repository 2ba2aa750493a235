"""`solution`: after a pass, good ways to write it; before one, only for who asks twice."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import os
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from types import FunctionType
from typing import Any

from nnf_teach import session, ways
from nnf_teach.checking import undefined
from nnf_teach.checking.borrow import Right, right_of
from nnf_teach.checking.called import name_of
from nnf_teach.checking.display import show
from nnf_teach.checking.result import panel_html
from nnf_teach.checking.store import store
from nnf_teach.exercises import Exercise, all_exercises

FILE = Path(__file__).parents[1] / "data" / "solutions.json"

_asked: set[str] = set()


@dataclass(frozen=True)
class Way:
    """A right answer in another way, and what it is good for."""

    function: FunctionType
    exercise: str

    @property
    def good_for(self) -> str:
        return " ".join((inspect.getdoc(self.function) or "").split())

    @property
    def code(self) -> str:
        """The function under the exercise's name, without its docstring."""
        lines = inspect.getsource(self.function).splitlines()
        (tree,) = ast.parse("\n".join(lines)).body
        docstring: Any = tree.body[0]  # type: ignore[attr-defined]
        lines[docstring.lineno - 1 : docstring.end_lineno] = []
        return "\n".join(lines).replace(self.function.__name__, self.exercise)


@cache
def other_ways() -> dict[str, tuple[Way, ...]]:
    """Return the other ways by exercise: `softmax__logaddexp` of `nnf_teach.ways` is of softmax."""
    found: dict[str, tuple[Way, ...]] = {}
    for module in pkgutil.iter_modules(ways.__path__):
        for name, value in vars(importlib.import_module(f"{ways.__name__}.{module.name}")).items():
            exercise, marked, _ = name.partition("__")
            if marked and exercise in all_exercises():
                found[exercise] = (*found.get(exercise, ()), Way(value, exercise))
    return found


@cache
def our_answers() -> dict[str, str]:
    """Return the answers of the solution notebooks by exercise."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    return {name: "\n".join(lines) for name, lines in stored.items()}


@cache
def right_answers(name: str, reference: Callable[..., Any]) -> list[Right]:
    """Return what the search for a place may borrow from: ours, other ways, and the reference.

    The names in our own answer are those of the learner's notebook.
    """
    trees = ast.parse(our_answers().get(name, "")).body
    ours: list[Right] = [(tree, {}) for tree in trees if isinstance(tree, ast.FunctionDef)]
    others: list[Callable[..., Any]] = [way.function for way in other_ways().get(name, ())]
    found = map(right_of, [*others, reference])
    return [*ours[-1:], *(right for right in found if right is not None)]


def switched_off(exercise: Exercise) -> bool:
    """Whether an instructor has switched solutions off: by `NNF_SOLUTIONS=0`, or in the notebook.

    The notebook is the one that runs, where the server says which, else that of the lesson here.
    """
    if os.environ.get("NNF_SOLUTIONS") == "0":
        return True
    running = Path(os.environ.get("JPY_SESSION_NAME", ""))
    here = [running] if running.is_file() else Path().glob(f"{exercise.lesson:02}_*.ipynb")
    return any(_says_off(path) for path in here)


def _says_off(path: Path) -> bool:
    try:
        metadata = json.loads(path.read_text(encoding="utf-8"))["metadata"]
        return metadata["nnf_teach"]["solutions"] is False
    except (OSError, ValueError, LookupError, TypeError):
        return False


def solution(exercise: Callable[..., Any] | str, sure: bool = False) -> None:
    """Show good ways to write an exercise, each with what it is good for.

    Before its check has passed, they are shown to who has seen all hints and asks a second time,
    with `sure=True`. Progress and certificate then say so, and the points need a pass all the same.

    Parameters
    ----------
    exercise
        The function, or its name.
    sure
        The second time, before a pass: yes, show it.

    >>> solution("neuron")
    neuron: the solution comes after a pass.
      look at  Its check has not passed yet. Open its three hints first: `hint(neuron)`
    """
    name = exercise if isinstance(exercise, str) else name_of(exercise)
    found = all_exercises().get(name) if isinstance(name, str) else None
    if found is None:
        _say("solution: of what?", undefined.unknown(name))
        return
    if switched_off(found):
        _say(f"{name}: no solution here.", "Solutions are switched off in this course.")
        return
    kept = store(session.strict())
    entry = kept.read()[0]["exercises"].get(found.name, {})
    if entry.get("passed"):
        _show(found, other_ways().get(found.name, ()))
    elif not entry.get("hints"):
        _say(
            f"{name}: the solution comes after a pass.",
            f"Its check has not passed yet. Open its three hints first: `hint({name})`",
        )
    elif not sure or name not in _asked:
        _asked.add(found.name)
        _say(
            f"{name}: do you want the solution before a pass?",
            "Have you read all three hints? If you want to see it all the same, write "
            f"`solution({name}, sure=True)`.\n"
            "Your progress and your certificate will say so, and the points still need a pass.",
        )
    else:
        _show(found, (), kept.record_solution(found.name))


def _say(heading: str, text: str) -> None:
    result = f"{heading}\n" + "\n".join(
        f"  {'look at' if k == 0 else '':7}  {line}" for k, line in enumerate(text.split("\n"))
    )
    show({"text/plain": result, "text/html": panel_html(heading, (("look at", text),))})


def _show(exercise: Exercise, others: tuple[Way, ...], sentence: str = "") -> None:
    heading = f"{exercise.name}: {'ways to write it' if others else 'a way to write it'}."
    parts = [("As in the course's own notebook.", our_answers()[exercise.name])]
    parts += [(way.good_for, way.code) for way in others]
    text = "\n\n".join(f"{good_for}\n\n{code}" for good_for, code in parts)
    html = "".join(
        f'<p style="margin:.8em 0 .2em">{escape(good_for)}</p>'
        '<pre style="margin:0;padding:.5em .8em;color:inherit;'
        "background:var(--jp-layout-color2,#8882);white-space:pre-wrap;word-break:normal;"
        f'overflow-wrap:anywhere">{escape(code)}</pre>'
        for good_for, code in parts
    )
    shown = {"text/plain": f"{heading}\n\n{text}", "text/html": panel_html(heading, (), more=html)}
    show(shown, sentence)
