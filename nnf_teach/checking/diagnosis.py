"""`diagnose`: try a function out, explain what is wrong, and build the result."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Collection, Iterator
from typing import Any

import numpy as np

from nnf_teach.checking.callers import HERE, Caller
from nnf_teach.checking.explain import (
    Explanation,
    explain,
    known,
    large_matrix,
    python_loop,
    searched,
    side_by_side,
    telling_case,
    too_long,
    write_it,
)
from nnf_teach.checking.giving_up import Waiting
from nnf_teach.checking.result import CheckResult, Status
from nnf_teach.checking.trial import Trial, try_out
from nnf_teach.checking.wording import passed_rows
from nnf_teach.exercises import Exercise


def diagnose(
    exercise: Exercise,
    function: Callable[..., Any],
    seed: int = 0,
    waiting: Waiting | None = None,
    caller: Caller = HERE,
    first: Callable[[CheckResult], None] | None = None,
    later: Callable[[Trial], None] | None = None,
) -> CheckResult:
    """Call the function on the exercise's cases and say what is wrong, if anything is.

    `waiting(seconds)` is called now and then while the function runs. `caller` calls functions
    that live in another process. `first` gets the verdict and the example of a wrong answer,
    before it is searched for the place of its slip. Where there is a `later`, it is not searched,
    and `later` gets what `search_on` can search. What NumPy and Python do about warnings in
    the notebook does not count.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return _diagnose(exercise, function, seed, waiting, caller, first, later)


def _diagnose(
    exercise: Exercise,
    function: Callable[..., Any],
    seed: int,
    waiting: Waiting | None,
    caller: Caller,
    first: Callable[[CheckResult], None] | None,
    later: Callable[[Trial], None] | None,
) -> CheckResult:
    sentence = _signature_problem(exercise, function)
    if sentence:
        return _uncalled(exercise, "raised", sentence)
    trial = try_out(exercise, function, seed, waiting, caller)
    if trial.calls.timed_out:
        return _result(trial, too_long(trial))
    if trial.failing and later is not None:
        found = known(trial.first_round)
        if found is None:
            later(trial)
        return _result(trial, found or telling_case(trial.first_round))
    if trial.failing:
        told = None if first is None else lambda found: first(_result(trial, found))
        return _result(trial, explain(trial.first_round, told))
    return _result(trial, _right(trial))


def search_on(trial: Trial) -> CheckResult | None:
    """Search a wrong answer that is not explained for the place of its slip, or for a clue."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = searched(trial.first_round)
        return None if found is None else _result(trial, found)


def not_attempted(exercise: Exercise, function: Callable[..., Any]) -> CheckResult:
    """Return what `diagnose` says of a stub, which need not be called for it."""
    sentence = _signature_problem(exercise, function)
    if sentence:
        return _uncalled(exercise, "raised", sentence)
    return _uncalled(exercise, "not attempted", write_it(exercise))


def _uncalled(exercise: Exercise, status: Status, sentence: str) -> CheckResult:
    return CheckResult(
        exercise=exercise.name,
        status=status,
        out_of=exercise.points,
        rows=(("look at", sentence),),
        parts=tuple(_parts(exercise, wrong=exercise.parts)),
    )


def _right(trial: Trial) -> Explanation:
    for look in (python_loop, large_matrix, side_by_side):
        if found := look(trial):
            return found
    return Explanation("passed", passed_rows(trial))


def _result(trial: Trial, found: Explanation) -> CheckResult:
    exercise, rows = trial.exercise, list(found.rows)
    right, total = len(trial.cases) - len(trial.failing), len(trial.cases)
    if not found.counted:
        right = total = 0
    if right < total and total > 1 and exercise.subject is None:
        rows.append(("cases", f"{right} of {total} are right"))
    return CheckResult(
        exercise=exercise.name,
        status=found.status,
        points=exercise.points if found.status == "passed" else 0,
        out_of=exercise.points,
        misconception=found.misconception,
        explained_by=found.explained_by,
        place=found.place,
        clue=found.clue,
        steps=() if found.shown is None else own_steps(trial, found.shown),
        rows=tuple(rows),
        cases=(right, total),
        parts=tuple(_parts(exercise, _wrong_parts(trial, found.lost))),
    )


def own_steps(trial: Trial, k: int) -> tuple[str, ...]:
    """Return the learner's lines on case k; none where another call would give others."""
    if trial.exercise.draws or trial.exercise.score is not None:
        return ()
    return trial.caller.steps(trial.function, trial.cases[k])


def _wrong_parts(trial: Trial, lost: str) -> set[str]:
    first = next(iter(trial.exercise.parts), "")
    unasked = range(len(trial.problems), len(trial.cases))
    wrong = {trial.cases[k].part or first for k in (*trial.failing, *unasked)}
    return wrong | {lost}


def _parts(exercise: Exercise, wrong: Collection[str]) -> Iterator[tuple[str, int, int]]:
    """Give each part its points, if it and those before it are right."""
    earning = True
    for part, points in exercise.parts.items():
        earning = earning and part not in wrong
        yield part, points if earning else 0, points


def _signature_problem(exercise: Exercise, function: Callable[..., Any]) -> str:
    """Say when the function cannot be called with the exercise's arguments."""
    wanted = inspect.signature(exercise.reference)
    try:
        given = inspect.signature(function)
    except Exception:  # built-in functions need not tell, others may answer as they like
        return ""
    try:
        given.bind(*wanted.parameters)
    except TypeError:
        return (
            f"It is called as {exercise.name}({', '.join(wanted.parameters)}), "
            f"but yours is {exercise.name}{given}."
        )
    return ""
