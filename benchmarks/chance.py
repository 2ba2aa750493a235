"""How often the published solutions fail by chance, in their own checks.

Inputs are drawn from a seed, and a class gets a new one: a right answer has to pass with each.
Quick exercises are checked with many seeds. Training takes seconds, so that its runs are scored
one by one: the share of runs that do not get there, and the rule by which they are counted, give
the chance of a check; where every run gets there, how many standard deviations the nearest and
the middle one are above what is asked.
"""

from __future__ import annotations

import math
import os

import numpy as np

from nnf_teach.checking.calls import copy_args
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.checking.trial import Trial
from nnf_teach.exercises import Exercise, Reached, all_exercises

SEEDS = int(os.environ.get("SEEDS", "200"))  # at which each quick exercise is checked
RUNS = int(os.environ.get("RUNS", "200"))  # of training, where several decide
LONG_RUNS = max(RUNS // 20, 2)  # of training, where one decides
MOST = 1e-3
CLEAR = 4.0  # standard deviations; 3.1 would do for 1 in 1,000 of a bell curve


def measure() -> list[tuple[str, str, str, bool]]:
    """Return a row for all quick exercises, and one for each that is trained."""
    answers = published()
    quick = [e for e in all_exercises().values() if e.time_limit <= Exercise.time_limit]
    failed = {e.name: failures(e, answers[e.name]) for e in quick}
    some = ", ".join(f"{name} at {seeds}" for name, seeds in failed.items() if seeds)
    what = f"{len(quick)} quick exercises as published, {SEEDS} seeds each"
    rows = [(what, some or "none fails", "none fails", not some)]
    for e in all_exercises().values():
        if e not in quick:
            rows.append(_several(e, answers) if e.failures_allowed else _one(e, answers))
    return rows


def published() -> dict[str, object]:
    """Return the functions of the solution notebooks by name."""
    from tests.exercises.solutions import solutions

    return solutions()


def failures(exercise: Exercise, answer: object) -> list[int]:
    """Return the seeds at which an answer does not pass."""
    return [seed for seed in range(SEEDS) if not diagnose(exercise, answer, seed).passed]


def runs(exercise: Exercise, answer: object, number: int) -> list[Reached]:
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


def _several(e: Exercise, answers: dict[str, object]) -> tuple[str, str, str, bool]:
    found = runs(e, answers[e.name], RUNS)
    failed = sum(not reached.enough for reached in found)
    likely = (failed + 1) / (len(found) + 2)  # of 0 failures, too
    chance = chance_of_failing(e, likely)
    said = f"{failed} of {len(found)} runs do not get there: {chance:.1g} of the checks fail"
    return f"{e.name} as published", said, f"under {MOST}", chance < MOST


def _one(e: Exercise, answers: dict[str, object]) -> tuple[str, str, str, bool]:
    found = runs(e, answers[e.name], LONG_RUNS)
    values, target = [reached.value for reached in found], found[0].target
    said = f"{sum(r.enough for r in found)} of {len(found)} runs get there"
    if np.std(values) == 0 or len({r.target for r in found}) > 1:
        return f"{e.name} as published", said, "all", all(r.enough for r in found)
    middle = (np.mean(values) - target) / np.std(values, ddof=1)
    lowest, asked = (f"{value:{found[0].shown}}" for value in (min(values), target))
    said += f", at least {lowest}; the middle is {middle:.1f} deviations above {asked}"
    return f"{e.name} as published", said, f"over {CLEAR}", bool(middle > CLEAR)
