"""Right answers to an exercise: of the solution notebooks, and other good ways to write it."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

from nnf_teach import ways
from nnf_teach.checking.borrow import Right, right_of
from nnf_teach.exercises import all_exercises

FILE = Path(__file__).parents[1] / "data" / "solutions.json"


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
