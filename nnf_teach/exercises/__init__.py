"""The exercises, lesson by lesson: what is asked, and what people get wrong.

One folder per lesson, with a file per idea (lesson 00 is one file), each with `TITLE`, `EXERCISES`
and `PREDICTIONS`. What several lessons need is beside them: `readers` of answers, `oracles` of
gradients, `digits`, `formula`, `given`, `numbers`. No lesson imports another.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from functools import cache

from nnf_teach.exercises.exercise import (
    BadAnswer,
    Case,
    Exercise,
    Fact,
    Misconception,
    Prediction,
    Raised,
    Reached,
)

__all__ = [
    "BadAnswer",
    "Case",
    "Exercise",
    "Fact",
    "Misconception",
    "Prediction",
    "Raised",
    "Reached",
    "all_exercises",
    "all_predictions",
    "lesson_titles",
]


@cache
def _lessons() -> dict[int, object]:
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name.startswith("lesson_"))
    return {int(name[7:]): importlib.import_module(f"{__name__}.{name}") for name in names}


@cache
def all_exercises() -> dict[str, Exercise]:
    """Return the exercises of all lessons by name, in the order of the course.

    >>> all_exercises()["sigmoid"].points
    2
    """
    return {e.name: e for lesson in _lessons().values() for e in lesson.EXERCISES}  # type: ignore[attr-defined]


@cache
def all_predictions() -> dict[str, Prediction]:
    """Return the predictions of all lessons by name."""
    return {
        p.name: replace(p, lesson=number)
        for number, lesson in _lessons().items()
        for p in lesson.PREDICTIONS  # type: ignore[attr-defined]
    }


@cache
def lesson_titles() -> dict[int, str]:
    """Return the titles of the lessons by number."""
    return {number: lesson.TITLE for number, lesson in _lessons().items()}  # type: ignore[attr-defined]
