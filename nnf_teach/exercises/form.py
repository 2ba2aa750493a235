"""Write an exercise as ordinary functions: the reference, its cases, and the known mistakes.

>>> import numpy as np
>>> @exercise(lesson=1, points=1)
... def neuron(x, w, b):
...     return x @ w + b
>>> @neuron.cases
... def cases(rng):
...     yield np.array([1.0, 2.0]), np.array([3.0, 4.0]), 5.0
...     yield rng.normal(size=3), np.zeros(3), 0.5, "no weights"
>>> @neuron.mistake
... def without_bias(x, w, b):
...     '''Your answer does not depend on b. What is it for x = 0?'''
...     return x @ w
>>> neuron.hints("What is summed?", "What is added?", "x @ w, then + b.")
>>> neuron.exercise.name, [case.about for case in neuron.exercise.cases(np.random.default_rng(0))]
('neuron', ['', 'no weights'])
>>> neuron.exercise.misconceptions[0].name, neuron.exercise.misconceptions[0].message[-21:]
('without-bias', 'What is it for x = 0?')
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np

from nnf_teach.exercises.exercise import Case, Exercise, Function, Misconception


class Draft:
    """An exercise while it is written: called, the reference; its `exercise`, what it became."""

    def __init__(self, started: Exercise) -> None:
        self.exercise = started

    def __call__(self, *args: Any) -> Any:
        return self.exercise.reference(*args)

    def cases(self, drawn: Callable[[np.random.Generator], Iterator[Any]]) -> Function:
        """Take a generator of cases, simplest first: the arguments, then a word on what is special.

        A last argument that is a text needs a `Case` of its own, as does one part of several.
        """
        self.exercise = replace(
            self.exercise, cases=lambda rng: [_case(given) for given in drawn(rng)]
        )
        return drawn

    def mistake(self, wrong: Function | None = None, *, name: str = "", **more: Any) -> Function:
        """Take a wrong answer that learners give: its docstring is the question that they read.

        It is known by its own name, with hyphens. `name` is for functions that were made
        elsewhere, `more` for the other fields of a `Misconception`.
        """
        if wrong is None:
            return lambda function: self.mistake(function, name=name, **more)
        question = " ".join(inspect.cleandoc(wrong.__doc__ or "").split())
        found = Misconception(name or wrong.__name__.replace("_", "-"), wrong, question, **more)
        self.exercise = replace(
            self.exercise, misconceptions=(*self.exercise.misconceptions, found)
        )
        return wrong

    def hints(self, first: str, second: str, third: str, remark: str = "") -> None:
        """Take the three hints, and a sentence for those who passed."""
        self.exercise = replace(self.exercise, hints=(first, second, third), remark=remark)


def exercise(lesson: int, points: int, name: str = "", **more: Any) -> Callable[[Function], Draft]:
    """Begin an exercise with its reference; `more` are the other fields of an `Exercise`."""

    def begin(reference: Function) -> Draft:
        return Draft(
            Exercise(
                name=name or reference.__name__,
                lesson=lesson,
                points=points,
                reference=reference,
                cases=lambda rng: [Case(())],  # of a function without arguments
                misconceptions=(),
                hints=("", "", ""),
                **more,
            )
        )

    return begin


def gather(*parts: ModuleType | Draft) -> tuple[Exercise, ...]:
    """Return the exercises of some modules, in the order in which they are written.

    An exercise that comes before the others of its module is named by itself, first.
    """
    found: dict[Draft, None] = {}
    for part in parts:
        if isinstance(part, Draft):
            found[part] = None
            continue
        drafts = [value for value in vars(part).values() if isinstance(value, Draft)]
        found |= {d: None for d in drafts if d.exercise.reference.__module__ == part.__name__}
    return tuple(draft.exercise for draft in found)


def _case(given: Any) -> Case:
    if isinstance(given, Case):
        return given
    args = given if isinstance(given, tuple) else (given,)
    return Case(args[:-1], args[-1]) if isinstance(args[-1], str) else Case(args)
