"""One sigmoid unit that starts at a wrong answer, trained with square loss and cross entropy.

The loss of y = sigmoid(z) is (1 - y)^2 or -ln y, for the target 1: in every pair here square loss
is first.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.modules.sigmoid import sigmoid

STARTS = np.linspace(-8.0, 4.0, 49)
WATCHED_STEPS, COUNTED_STEPS = 200, 2000  # at most
LEARNT = 0.9  # of y
_LEARNT_Z = math.log(LEARNT / (1 - LEARNT)) - 1e-12  # up to rounding
# -dL/dz by y. With plain numbers too: a drag asks for thousands of steps.
_PULLS: tuple[Callable[[Any], Any], ...] = (lambda y: 2 * y * (1 - y) ** 2, lambda y: 1 - y)


def losses(z: Array) -> Array:
    """Return both losses, (2, *z.shape).

    >>> losses(np.array([0.0])).ravel().round(3).tolist()
    [0.25, 0.693]
    """
    return np.stack([(1 - sigmoid(z)) ** 2, np.logaddexp(0, -z)])


def gradients(z: Array) -> Array:
    """Return dL/dz of both: 2 (y - 1) y (1 - y), and y - 1.

    The factor y (1 - y) is the sigmoid's derivative: where it saturates, square loss stalls.

    >>> gradients(np.array([0.0])).ravel().tolist()
    [-0.25, -0.5]
    """
    y, rest = sigmoid(z), sigmoid(-z)  # rest is 1 - y, also where y rounds to 1
    return np.stack([-2 * rest * y * rest, -rest])


def descend(start: float, rate: float, steps: int = WATCHED_STEPS) -> Array:
    """Return z_0 .. z_steps of gradient descent on both losses, (2, steps + 1).

    >>> descend(0.0, 2.0, 1).tolist()
    [[0.0, 0.5], [0.0, 1.0]]
    """
    paths = []
    for pull in _PULLS:
        path = [start]
        for _ in range(steps):
            path.append(path[-1] + rate * pull(1 / (1 + math.exp(-path[-1]))))
        paths.append(path)
    return np.array(paths)


def steps_needed(rate: float) -> Array:
    """Return the steps until y >= LEARNT from each of STARTS, (2, starts), or COUNTED_STEPS + 1.

    >>> steps_needed(1.0)[:, STARTS.tolist().index(-5.0)].tolist()
    [119.0, 16.0]
    """
    needed = np.zeros((2, len(STARTS)))
    for row, pull in enumerate(_PULLS):
        z = STARTS.copy()
        for _ in range(COUNTED_STEPS + 1):
            short = z < _LEARNT_Z
            if not short.any():
                break
            needed[row] += short
            z += rate * pull(1 / (1 + np.exp(-z)))
    return needed


def count_steps(start: float, rate: float) -> list[int]:
    """Return the steps until y >= LEARNT from one start, for both losses, or COUNTED_STEPS + 1.

    >>> count_steps(-5.0, 1.0)
    [119, 16]
    """
    found = []
    for pull in _PULLS:
        z, count = start, 0
        while z < _LEARNT_Z and count <= COUNTED_STEPS:
            z += rate * pull(1 / (1 + math.exp(-z)))
            count += 1
        found.append(count)
    return found
