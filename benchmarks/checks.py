"""How long each check takes, right and wrong answers alike.

A wrong answer costs more: the known misconceptions are computed on the same inputs.
"""

from __future__ import annotations

import statistics
import time

from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import Exercise, all_exercises

REPEATS = 7
MOST = 100.0  # ms; training exercises, which have time limits of their own, are left out


def measure() -> list[tuple[str, str, str, bool]]:
    """Return a row for the slowest exercise by either kind of answer."""
    rows = []
    exercises = [e for e in all_exercises().values() if e.time_limit <= 10]
    for kind in ("right", "wrong"):
        medians = {e.name: median_ms(e, kind) for e in exercises}
        slowest = max(medians, key=lambda name: medians[name])
        typical = statistics.median(medians.values())
        found = f"{typical:.0f} ms in the middle, {medians[slowest]:.0f} ms for {slowest}"
        what = f"a check of a {kind} answer, {len(medians)} exercises"
        rows.append((what, found, f"each under {MOST:.0f} ms", medians[slowest] < MOST))
    return rows


def median_ms(exercise: Exercise, kind: str) -> float:
    """Return the median time of checking a right or a known wrong answer."""
    answer = exercise.reference if kind == "right" else exercise.misconceptions[-1].wrong
    diagnose(exercise, answer)  # the first one imports autograd
    times = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        diagnose(exercise, answer)
        times.append(1000 * (time.perf_counter() - begin))
    return statistics.median(times)
