"""How often right answers fail by chance, when a grader asks: the published ones, and others.

Inputs are drawn from a seed, and a class gets a new one: a right answer has to pass with each.
Quick exercises are checked with many seeds, and it is measured how much of their tolerance they
use. Training takes seconds, so that its runs are scored one by one: the share of runs that do not
get there, and the rule by which they are counted, give the chance of a check. Where one decides,
it is measured how far the median run is from what is asked, in standard deviations of the runs on
that side.

    RUNS=40 python -m benchmarks chance
"""

from __future__ import annotations

import importlib
import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nnf_teach.checking.calls import copy_args
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.checking.trial import Trial, try_out
from nnf_teach.exercises import Exercise, Reached, all_exercises
from nnf_teach.exercises.lesson_08.experiment import CLEAR as TARGETS
from nnf_teach.exercises.lesson_08.experiment import WIDTHS

SEEDS = int(os.environ.get("SEEDS", "200"))  # at which each quick exercise is checked
RUNS = int(os.environ.get("RUNS", "200"))  # of training, as published or where several decide
LONG_RUNS = max(RUNS // 10, 4)  # of other right answers, where one decides
MOST = 1e-3
CLEAR = 4.0  # standard deviations; 3.1 would do for 1 in 1,000 of a bell curve
ROOM = 0.1  # of its tolerance, how much an answer may use

Row = tuple[str, str, str, bool]
Answer = Callable[..., Any]

# Other right answers than the published ones, in the tests of their lessons.
OTHERS = {
    "train_digit_classifier": ("as_advised", "in_larger_batches", "at_one_rate"),
    "train_xor": ("adam_training",),
    "train_digit_mlp": ("train_with_adam",),
    "train_mixture": ("train_by_autograd", "train_each_for_itself", "train_by_expectation"),
    "width_for_error": ("briefly", "without_adam"),
}


def measure() -> Iterator[Row]:
    """Yield rows for all quick exercises, and for each that is trained."""
    answers = published()
    quick = [e for e in all_exercises().values() if e.time_limit <= Exercise.time_limit]
    failed = {e.name: failures(e, answers[e.name]) for e in quick}
    some = ", ".join(f"{name} at {seeds}" for name, seeds in failed.items() if seeds)
    what = f"{len(quick)} quick exercises as published, {SEEDS} seeds each"
    yield what, some or "none fails", "none fails", not some
    used, name = max((tolerance_used(e, answers[e.name]), e.name) for e in quick)
    yield "of its tolerance uses most", f"{name}, {used:.2g}", f"under {ROOM}", used < ROOM
    for e in all_exercises().values():
        if e in quick:
            continue
        graded = replace(e, **e.graded)
        yield _row(graded, answers[e.name], "as published")
        tests = importlib.import_module(f"tests.exercises.test_lesson_{e.lesson:02}")
        for other in OTHERS[e.name]:
            yield _row(graded, getattr(tests, other), other, LONG_RUNS)


def published() -> dict[str, Answer]:
    """Return the functions of the solution notebooks by name."""
    from tests.exercises.solutions import solutions

    return solutions()


def failures(exercise: Exercise, answer: Answer) -> list[int]:
    """Return the seeds at which an answer does not pass."""
    return [seed for seed in range(SEEDS) if not diagnose(exercise, answer, seed).passed]


def tolerance_used(exercise: Exercise, answer: Answer) -> float:
    """Return how much of what its numbers may be off an answer is off at most, at any seed."""
    used = 0.0
    for seed in range(SEEDS):
        trial = try_out(exercise, answer, seed)
        for outcome, truth in zip(trial.calls.outcomes, trial.truths, strict=True):
            for got, right in zip(_arrays(outcome.answer), _arrays(truth), strict=True):
                allowed = exercise.atol + exercise.rtol * np.abs(right)
                with np.errstate(all="ignore"):
                    used = max(used, float(np.nanmax(np.abs(got - right) / allowed, initial=0)))
    return used


def _arrays(answer: Any) -> list[Any]:
    """Return all arrays of floats in an answer."""
    if isinstance(answer, tuple):
        return [array for part in answer for array in _arrays(part)]
    is_array = isinstance(answer, np.ndarray) and answer.dtype.kind in "fiu"
    return [np.asarray(answer, dtype=float)] if is_array else []


def runs(exercise: Exercise, answer: Answer, number: int) -> list[Reached]:
    """Return what an answer reaches in runs of its training, one after the other."""
    found: list[Reached] = []
    seed = 0
    while len(found) < number:
        for case in exercise.cases(np.random.default_rng(seed)):
            got = answer(*copy_args(case.args))
            found.append(exercise.score(got, *case.args))
        seed += 1
    return found


def chance_of_failing(exercise: Exercise, share: float) -> float:
    """Return how often an answer fails a check whose runs fail independently with this share."""
    each = len(list(exercise.cases(np.random.default_rng(0))))
    one = [math.comb(each, k) * share**k * (1 - share) ** (each - k) for k in range(each + 1)]
    states, fails = {0: 1.0}, 0.0
    for rounds in range(1, exercise.rounds + 1):
        after: dict[int, float] = {}
        for wrong, p in states.items():
            for more, q in enumerate(one):
                after[wrong + more] = after.get(wrong + more, 0.0) + p * q
        trials = {wrong: _trial(exercise, wrong, each * rounds, rounds) for wrong in after}
        last = rounds == exercise.rounds
        open_ = {w for w, trial in trials.items() if trial.undecided and not last}
        fails += sum(p for w, p in after.items() if trials[w].failing and w not in open_)
        states = {w: after[w] for w in open_}
    return fails


def _trial(exercise: Exercise, wrong: int, total: int, rounds: int) -> Trial:
    """Return a trial in which so many of the cases have failed."""
    from nnf_teach.checking.answers import Problem
    from nnf_teach.checking.calls import Calls
    from nnf_teach.exercises import Case

    problems = [Problem("value", "") if k < wrong else None for k in range(total)]
    cases = [Case(())] * total
    return Trial(exercise, len, cases, cases, Calls(), problems, rounds=rounds)


def _row(e: Exercise, answer: Answer, which: str, number: int = RUNS) -> Row:
    if e.failures_allowed:
        return _several(e, answer, which)
    return (_widths if e.name == "width_for_error" else _one)(e, answer, which, number)


def _several(e: Exercise, answer: Answer, which: str) -> Row:
    found = runs(e, answer, RUNS)
    failed = sum(not reached.enough for reached in found)
    likely = (failed + 1) / (len(found) + 2)  # of 0 failures, too
    chance = chance_of_failing(e, likely)
    said = f"{failed} of {len(found)} runs do not get there: {chance:.1g} of the checks fail"
    return f"{e.name}, {which}", said, f"under {MOST}", chance < MOST


def _one(e: Exercise, answer: Answer, which: str, number: int) -> Row:
    found = runs(e, answer, number)
    values, target = [reached.value for reached in found], found[0].target
    away = deviations(values, target)
    lowest, asked = (f"{value:{found[0].shown}}" for value in (min(values), target))
    said = f"{sum(r.enough for r in found)} of {len(found)} runs get there, at least {lowest}; "
    said += f"the median is {away:.1f} deviations above {asked}"
    return f"{e.name}, {which}", said, f"over {CLEAR}", away > CLEAR


def deviations(values: Sequence[float], limit: float) -> float:
    """Return how far the median is above a limit, in deviations of the values below the median.

    Training ends at a floor: how far unlucky runs are on its other side says nothing of this one.
    """
    below = np.minimum(np.subtract(values, np.median(values)), 0)
    return float((np.median(values) - limit) / np.sqrt(2 * np.mean(below**2)))


class Watching(np.float64):
    """A target that no error reaches, until so many errors were compared with it."""

    errors: list[float]
    widths: int

    def __ge__(self, error: Any) -> bool:  # type: ignore[override]
        self.errors.append(float(error))
        return len(self.errors) == self.widths


def _widths(e: Exercise, answer: Answer, which: str, number: int) -> Row:
    """Measure the errors of the widths around each right one: the next one counts as well."""
    away = []
    for dimension, low, high, width in TARGETS:
        place, logs = WIDTHS.index(width), []
        for seed in range(number):
            target = Watching(0)
            target.errors, target.widths = [], place + 2
            answer(dimension, target, np.random.default_rng([dimension, seed]))
            logs.append(np.log(target.errors))
        errors = np.array(logs)
        if place:
            away.append(deviations(errors[:, place - 1], math.log(high)))
        away.append(deviations(-errors[:, place:].min(axis=1), -math.log(low)))
    said = f"{number} runs: errors are at least {min(away):.1f} deviations away from the targets"
    return f"{e.name}, {which}", said, f"over {CLEAR}", min(away) > CLEAR
