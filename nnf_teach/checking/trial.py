"""Try a learner's function out: call it on the cases of an exercise, and compare."""

from __future__ import annotations

import contextlib
import inspect
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from nnf_teach.checking import answers
from nnf_teach.checking.answers import Problem
from nnf_teach.checking.callers import HERE, Caller
from nnf_teach.checking.calls import Calls, Outcome, copy_args
from nnf_teach.checking.candidates import accepts, cases_of
from nnf_teach.checking.draws import merge, take_thirds, thrice
from nnf_teach.checking.giving_up import Waiting
from nnf_teach.exercises import BadAnswer, Case, Exercise, Raised, Reached


@dataclass(frozen=True)
class Run:
    """The answer of a training exercise, and what it reached."""

    answer: Any
    reached: Reached


@dataclass(frozen=True)
class Trial:
    """A learner's function, called on the cases of an exercise.

    Attributes
    ----------
    truths
        What is right, case by case.
    problems
        What is wrong, case by case; None where nothing is.
    seed, caller
        What drew the cases, and who calls the function.
    rounds
        How many times as many cases as an exercise has were tried, where chance decides.
    """

    exercise: Exercise
    function: Callable[..., Any]
    cases: Sequence[Case]
    truths: Sequence[Any]
    calls: Calls
    problems: Sequence[Problem | None]
    seed: int = 0
    caller: Caller = HERE
    rounds: int = 1

    @cached_property
    def failing(self) -> list[int]:
        """The cases that went wrong, smallest first; empty arrays last, they show least.

        None, when so many may fail.
        """
        if len(self._wrong) <= self.exercise.failures_allowed * self.rounds:
            return []
        return sorted(self._wrong, key=lambda k: (size(self.cases[k]) or np.inf, k))

    @cached_property
    def _wrong(self) -> list[int]:
        return [k for k, problem in enumerate(self.problems) if problem is not None]

    @property
    def undecided(self) -> bool:
        """Whether too many cases failed, and no more than may fail after all rounds."""
        most = self.exercise.failures_allowed * self.exercise.rounds
        return bool(self.failing) and len(self._wrong) <= most and not self.calls.timed_out

    @property
    def first_round(self) -> Trial:
        """The trial as it was before more cases were drawn."""
        n = len(self.cases) // self.rounds
        return replace(
            self,
            cases=self.cases[:n],
            truths=self.truths[:n],
            calls=replace(self.calls, outcomes=self.calls.outcomes[:n]),
            problems=self.problems[:n],
            rounds=1,
        )

    def and_then(self, more: Trial) -> Trial:
        """Return this trial with the cases of another one."""
        outcomes = self.calls.outcomes + more.calls.outcomes
        return replace(
            self,
            cases=[*self.cases, *more.cases],
            truths=[*self.truths, *more.truths],
            calls=replace(more.calls, outcomes=outcomes),
            problems=[*self.problems, *more.problems],
            rounds=self.rounds + 1,
        )


def try_out(
    exercise: Exercise,
    function: Callable[..., Any],
    seed: int = 0,
    waiting: Waiting | None = None,
    caller: Caller = HERE,
) -> Trial:
    """Call the function on every case, and compare with the reference.

    Where chance decides, and a right answer may have been unlucky, it is called on more cases.
    """
    trial = _round(exercise, function, seed, waiting, caller)
    for number in range(1, exercise.rounds):
        if not trial.undecided:
            break
        trial = trial.and_then(_round(exercise, function, seed, waiting, caller, number))
    return trial


def _round(
    exercise: Exercise,
    function: Callable[..., Any],
    seed: int,
    waiting: Waiting | None,
    caller: Caller,
    number: int = 0,
) -> Trial:
    cases = cases_of(exercise, seed, number)
    truths = _truths(exercise, cases, seed, number)
    calls = call(exercise, function, cases, truths, exercise.time_limit, waiting, caller)
    missing = len(cases) - len(calls.outcomes)
    if missing and not calls.timed_out:  # its thread ended: whatever it did, it gave no answer
        calls.outcomes += [calls.outcomes[-1]] * missing
    problems = [
        problem_of(exercise, outcome, truth)
        for outcome, truth in zip(calls.outcomes, truths, strict=not calls.timed_out)
    ]
    return Trial(exercise, function, cases, truths, calls, problems, seed, caller)


def call(
    exercise: Exercise,
    function: Callable[..., Any],
    cases: Sequence[Case],
    truths: Sequence[Any],
    time_limit: float,
    waiting: Waiting | None = None,
    caller: Caller = HERE,
) -> Calls:
    """Call a function on cases; the outcomes hold what is compared."""

    def read(answer: Any) -> Any:
        if inspect.iscoroutine(answer):
            answer.close()
        return answers.read(answer, {})  # refuses None

    def take(answer: Any, k: int) -> Any:
        if exercise.subject is not None:
            return np.asarray(accepts(answer))
        return observed(exercise, read(answer), cases[k], truths[k])

    if exercise.draws:
        each = take_thirds(read, take)
        calls = merge(caller.call_all(function, thrice(cases), each, time_limit, waiting))
    else:
        calls = caller.call_all(function, cases, take, time_limit, waiting)
    for outcome, case, truth in zip(calls.outcomes, cases, truths, strict=False):
        _take_error(exercise, outcome, case, truth)
    return calls


def _take_error(exercise: Exercise, outcome: Outcome, case: Case, truth: Any) -> None:
    """Make an answer of an error that is asked for, and of one by which a test rejects."""
    if exercise.subject is not None and outcome.error is not None:
        if not isinstance(outcome.error, NotImplementedError):  # of a test that is not written yet
            outcome.answer, outcome.error = np.asarray(False), None
        return
    if exercise.raises is None or not isinstance(truth, Mapping):
        return
    if isinstance(outcome.error, exercise.raises) and exercise.observe is not None:
        outcome.answer = exercise.observe(Raised(outcome.error_text), *case.args)
        outcome.error = None


_MOST_REMEMBERED = 400
_MOST_BYTES = 1_000_000  # of truths that are remembered, per exercise and round
_remembered: dict[tuple[Any, ...], bytes] = {}


def _truths(exercise: Exercise, cases: Sequence[Case], seed: int, number: int) -> list[Any]:
    """Return what is right, case by case: found once, and told to each learner afresh."""
    key = (*asked_as(exercise), seed, number)
    if key not in _remembered:
        truths = [truth_of(exercise, case) for case in cases]
        with contextlib.suppress(Exception):  # not everything can be written down
            written = pickle.dumps(truths)
            if len(written) <= _MOST_BYTES and len(_remembered) < _MOST_REMEMBERED:
                _remembered[key] = written
        return truths
    return list(pickle.loads(_remembered[key]))


def asked_as(exercise: Exercise) -> tuple[Any, ...]:
    """Return what the outcomes of a function on the cases of an exercise rest on, but the seed."""
    asked = exercise.name, exercise.cases, exercise.reference, exercise.observe
    return *asked, exercise.draws, exercise.raises, exercise.score, exercise.subject is None


def truth_of(exercise: Exercise, case: Case) -> Any:
    if exercise.score is not None:
        return None  # what a training run must reach is known without running one
    if exercise.subject is not None:
        return np.asarray(case.args[0].right)
    asked = thrice([case]) if exercise.draws else [case]
    found = [_reference(exercise, each) for each in asked]
    return observed(exercise, tuple(found) if exercise.draws else found[0], case)


def _reference(exercise: Exercise, case: Case) -> Any:
    """Return the reference's answer, or the error that it raises where one is asked for."""
    try:
        return exercise.reference(*copy_args(case.args))
    except Exception as error:
        if exercise.raises is None or not isinstance(error, exercise.raises):
            raise
        return Raised(f"{type(error).__name__}: {error}")


def observed(exercise: Exercise, answer: Any, case: Case, truth: Any = None) -> Any:
    """Return what is compared: the answer itself as plain arrays, or what is observed of it."""
    if exercise.score is not None:
        return Run(answer, exercise.score(answer, *case.args))
    if exercise.observe is None:
        return answers.read(answer, answer if truth is None else truth)
    return exercise.observe(answer, *case.args)


def problem_of(exercise: Exercise, outcome: Outcome, truth: Any) -> Problem | None:
    """Return what is wrong with an outcome, or None."""
    error = outcome.error
    if isinstance(error, BadAnswer):
        return Problem(error.kind, str(error))
    if error is not None:
        return Problem("raised", "")
    if isinstance(outcome.answer, Run):
        problem = None if outcome.answer.reached.enough else Problem("value", "")
    else:
        problem = answers.compare(outcome.answer, truth, exercise.rtol, exercise.atol)
    if problem is None and exercise.stable and outcome.warned:
        return Problem("warning", "")
    if problem is None and outcome.mutated:
        return Problem("mutated", "")
    return problem


def size(case: Case) -> int:
    """Count the numbers of a case; 0 when one of its arrays is empty."""
    sizes = [len(a) if isinstance(a, list | tuple) else int(np.size(a)) for a in case.args]
    return sum(sizes) * all(sizes)
