"""The tent composed with itself: each layer folds [0, 1] once more, and the pieces double."""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.modules.relu import relu


def tent(x: Array) -> Array:
    """Fold [0, 1] at 1/2 and stretch it: 2 relu(x) - 4 relu(x - 1/2).

    >>> tent(np.array([0.0, 0.25, 0.5, 1.0]))
    array([0. , 0.5, 1. , 0. ])
    """
    return np.asarray(2 * relu(x) - 4 * relu(x - 0.5))


def folded(x: Array, depth: int) -> Array:
    """Return the tent applied `depth` times.

    >>> folded(np.array([0.125, 0.25]), 2)
    array([0.5, 1. ])
    """
    for _ in range(depth):
        x = tent(x)
    return x


def unfold(y: float, depth: int) -> list[Array]:
    """Return the points that fold onto y in 0, 1, ..., `depth` folds, in order.

    Two points fold onto each one, x and 1 - x; at the crease, 1/2, they are one.

    >>> [points.tolist() for points in unfold(0.5, 2)]
    [[0.5], [0.25, 0.75], [0.125, 0.375, 0.625, 0.875]]
    """
    points = [np.array([y])]
    for _ in range(depth):
        half = points[-1] / 2
        points.append(np.unique(np.concatenate([half, 1 - half])))
    return points


def units_of_one_layer(depth: int) -> int:
    """Return the fewest ReLUs with which one hidden layer can have 2^depth pieces on [0, 1].

    A ReLU adds one kink, and between 2^depth pieces lie 2^depth - 1.

    >>> units_of_one_layer(3)
    7
    """
    return int(2**depth) - 1
