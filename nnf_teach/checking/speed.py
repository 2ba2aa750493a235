"""How fast this machine is: training gets the time that it needs here.

The limits of training exercises are for the machine on which `USUAL` was measured. A slower one,
such as a browser, where NumPy has no fast matrix products, is given more, and none is given less.
"""

from __future__ import annotations

import functools
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from nnf_teach.exercises import Exercise

LONGEST = 300.0  # seconds for which anybody has to wait for a loop without an end
_TIMES = 3  # of which the middle one counts


def training() -> None:
    """Train on as many numbers as a few batches of digits have."""
    from nnf_teach.modules import init_params, last_state, train

    rng = np.random.default_rng(0)
    X, t = rng.random((640, 784), np.float32), np.arange(640) % 10
    params = init_params((784, 128, 10), rng=rng, init="he", dtype=np.float32)
    options: dict[str, Any] = {"loss": "softmax cross entropy", "activation": "relu"}
    last_state(train(params, X, t, learning_rate=0.1, epochs=1, batch_size=128, rng=rng, **options))


def steps() -> None:
    """Do some thousand steps of Python."""
    total = 0.0
    for k in range(20_000):
        total += 0.5 * k


USUAL: dict[Callable[[], None], float] = {training: 0.0098, steps: 0.0007}
"""Seconds of a thread of the machine for which the limits were chosen."""


def seconds_of(work: Callable[[], None]) -> float:
    """Return the seconds that some work takes here, the middle one of three times."""
    taken = []
    for _ in range(_TIMES):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


@functools.cache
def slowness() -> float:
    """Return how many times as long as usual work takes here; at least 1.

    It is measured once in a kernel, which takes about as long as 3 of the usual works.
    """
    return max(1.0, *(seconds_of(work) / usual for work, usual in USUAL.items()))


def with_time(exercise: Exercise) -> Exercise:
    """Return an exercise with the time that it needs here: more than usual, if it trains.

    >>> from nnf_teach.exercises import all_exercises
    >>> with_time(all_exercises()["sigmoid"]).time_limit
    10.0
    """
    if exercise.time_limit <= Exercise.time_limit:
        return exercise
    longest = max(exercise.time_limit, LONGEST)
    return replace(exercise, time_limit=min(slowness() * exercise.time_limit, longest))
