"""How long it takes to say why an answer is wrong, and how many wrong answers are told why.

The answers are those of `tests/answers`, which were written apart from the exercises. The verdict
with its example is there before the search for the place begins; the rest is what a learner waits
for under it. Times are those of the process's own work, so that a busy machine does not count.

    python -m benchmarks explaining
"""

from __future__ import annotations

import runpy
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.checking.result import CheckResult
from nnf_teach.exercises import Exercise, all_exercises

ANSWERS = Path(__file__).parents[1] / "tests" / "answers"
LONG = 10.0  # seconds: exercises with a longer time limit train, and are left out
VERDICT, MIDDLE, WORST = 0.1, 0.3, 0.75  # seconds: the place's half, and a quarter for the clues
EXPLAINED = 0.95


def measure() -> list[tuple[str, str, str, bool]]:
    """Return a row for the verdict, one for all that is told, and one for how many are told."""
    told = [explained(exercise, answer) for exercise, answer in wrong_answers()]
    verdicts, ends, by = zip(*told, strict=True)
    share = 1 - by.count(None) / len(by)
    named = ", ".join(f"{by.count(kind)} {kind}" for kind in sorted(set(by) - {None}))
    return [
        (
            "the verdict on a wrong answer, with its example",
            _seconds(verdicts),
            f"{VERDICT} s in the middle",
            statistics.median(verdicts) < VERDICT,
        ),
        (
            "a wrong answer explained",
            _seconds(ends),
            f"{MIDDLE} s in the middle, {WORST} s for 99 of 100",
            statistics.median(ends) < MIDDLE and float(np.quantile(ends, 0.99)) < WORST,
        ),
        (
            f"wrong answers that are told why, of {len(by)}",
            f"{share:.1%} ({named})",
            f"{EXPLAINED:.0%}",
            share >= EXPLAINED,
        ),
    ]


def explained(exercise: Exercise, answer: Callable[..., Any]) -> tuple[float, float, str | None]:
    """Return when the verdict was there, when all was, and what explained the answer."""
    at: list[float] = []

    def first(result: CheckResult) -> None:
        at.append(time.process_time())

    begin = time.process_time()
    result = diagnose(exercise, answer, first=first)
    end = time.process_time()
    return (at[0] if at else end) - begin, end - begin, result.explained_by


def wrong_answers() -> Iterator[tuple[Exercise, Callable[..., Any]]]:
    """Yield every wrong answer of the exercises that do not train."""
    exercises = {name: e for name, e in all_exercises().items() if e.time_limit <= LONG}
    for exercise in exercises.values():
        diagnose(exercise, exercise.reference)  # the first one imports
    for file in sorted(ANSWERS.glob("lesson_*.py")):
        for name, answer in runpy.run_path(str(file)).items():
            exercise_name, slip, _ = name.partition("__")
            if slip and exercise_name in exercises:
                yield exercises[exercise_name], answer


def _seconds(times: tuple[float, ...]) -> str:
    middle, most = statistics.median(times), float(np.quantile(times, 0.99))
    return f"{middle:.2f} s in the middle, {most:.2f} s for 99 of 100, {max(times):.2f} s at most"
