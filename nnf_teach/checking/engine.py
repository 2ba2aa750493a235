"""`check`: find the exercise, try the function out, show the panel, keep the progress."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nnf_teach import session
from nnf_teach.checking import stale, undefined
from nnf_teach.checking.called import name_of
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.checking.display import Bar, show
from nnf_teach.checking.result import CheckResult
from nnf_teach.checking.solutions import switched_off
from nnf_teach.checking.speed import with_time
from nnf_teach.checking.store import store
from nnf_teach.exercises import Exercise, all_exercises

PASSED: weakref.WeakSet[Callable[..., Any]] = weakref.WeakSet()
"""The functions that have passed their check in this process."""


stale.watch()
undefined.watch()


class CheckFailed(AssertionError):
    """Raised by a failed check where nobody is looking (see `session.strict`)."""


def check(function: Callable[..., Any], name: str | None = None) -> CheckResult:
    """Check an exercise: show whether the function is right and, if not, why.

    Parameters
    ----------
    function
        The function itself (`check(sigmoid)`, not `check(sigmoid(x))`).
    name
        The exercise's name, where it is not the function's own.

    Returns
    -------
    CheckResult
        `passed`, `status`, `points`, `misconception` and `message`. A panel has been shown.

    Raises
    ------
    CheckFailed
        Only where nobody is looking (see `session.strict`), so that the run fails.

    >>> def neuron(x, w, b):
    ...     return x @ w
    >>> check(neuron).misconception  # doctest: +ELLIPSIS
    neuron: not yet...
    'forgot-bias'
    """
    shown: list[Any] = []

    def at_once(result: CheckResult) -> None:
        shown.append(show(result.panel()))

    if name is None and not isinstance(function, str):
        name = name_of(function)
    early = at_once if session.in_notebook() and not session.strict() else None
    try:
        result = _checked(function, name, early)
    except Exception as error:  # ours, not the learner's: it must not cost them the notebook
        if session.strict():
            raise
        look = f"This check itself failed ({type(error).__name__}). Please tell the authors."
        result = CheckResult("check", "wrong", rows=(("look at", look),))
    if callable(function) and stale.is_stale(result.exercise):
        row = (
            "notice",
            f"The cell that defines {result.exercise} failed when it was last run. "
            "This check is about the version before.",
        )
        result = replace(result, rows=(*result.rows, row))
    if (
        result.passed
        and not session.strict()
        and not switched_off(all_exercises()[result.exercise])
    ):
        row = ("more", f"`solution({result.exercise})` shows good ways to write it.")
        result = replace(result, rows=(*result.rows, row))
    sentence = ""
    if result.exercise in all_exercises():
        sentence = store(session.strict()).record_check(result)
    if result.passed:
        with contextlib.suppress(TypeError):  # some callables take no weak references
            PASSED.add(function)
    show(result.panel(), sentence, *shown)
    if session.strict() and not result.passed:
        raise CheckFailed(result.message)
    return result


def _checked(function: Any, name: Any, early: Callable[[CheckResult], None] | None) -> CheckResult:
    if isinstance(function, str):
        look = undefined.missing(function)
        return CheckResult(function, "not attempted", rows=(("look at", look),))
    if not callable(function) or name is None:
        look = (
            f"A value of type {type(function).__name__} is no function. Hand over the function "
            "itself, without brackets: check(sigmoid). Has its name been given to something else?"
        )
        return CheckResult("check", "wrong", rows=(("look at", look),))
    name = name if isinstance(name, str) else repr(name)
    exercise = find(name)
    if exercise is None:
        look = f"{undefined.unknown(name)} Keep the name that the cell gave it."
        return CheckResult(name, "wrong", rows=(("look at", look),))
    exercise = with_time(exercise)
    if exercise.time_limit <= Exercise.time_limit or session.strict():
        return diagnose(exercise, function, first=early)
    bar = Bar(name, exercise.time_limit)
    try:
        return diagnose(exercise, function, waiting=bar, first=early)
    finally:
        bar.close()


def find(name: Any) -> Exercise | None:
    """Return the exercise of that name, or None."""
    return all_exercises().get(name) if isinstance(name, str) else None
