"""The maximum of lines, fitted to points by gradient descent, and the best convex curve."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.datasets import make_piecewise
from nnf_teach.experiments.film import Film

REACH = 3.0  # x runs from -REACH to REACH
COUNT = 41  # of points
NAMES = ("a bowl", "a hill", "the zigzag")
RATE, STEPS = 0.1, 5  # learning rate, and steps per frame


class Cloud(NamedTuple):
    """Points (x, t), each of shape (N,); x grows."""

    x: Array
    t: Array


@functools.cache
def cloud(name: str) -> Cloud:
    """Return the points of a name: convex ones, concave ones, or some of the lesson's zigzag."""
    x = np.linspace(-REACH, REACH, COUNT)
    if name == "the zigzag":
        X, T, _ = make_piecewise(COUNT, np.random.default_rng(1))
        order = X[:, 0].argsort()
        return Cloud(X[order, 0], T[order, 0])
    return Cloud(x, {"a bowl": x**2 / 3 - 1, "a hill": 2 - x**2 / 3}[name])


def heights(lines: Array, x: Array) -> Array:
    """Return what lines (K, 2), of slope and intercept, say at x (N,): (N, K).

    >>> heights(np.array([[2.0, 1.0]]), np.array([0.0, 3.0])).tolist()
    [[1.0], [7.0]]
    """
    return np.asarray(x[:, None] * lines[:, 0] + lines[:, 1])


def gradient(lines: Array, points: Cloud) -> Array:
    """Return the gradient (K, 2) of the mean squared error of the maximum of lines (K, 2).

    It goes through the largest line of each point, the first of those that tie.
    """
    A = heights(lines, points.x)
    chosen = np.eye(len(lines))[A.argmax(axis=1)]  # (N, K)
    pull = 2 * (A.max(axis=1) - points.t)[:, None] * chosen / len(points.x)
    return np.column_stack([points.x @ pull, pull.sum(axis=0)])


class Frame(NamedTuple):
    """Lines (K, 2), the mean squared error of their maximum, and each point's line (N,)."""

    lines: Array
    error: float
    owner: Array


class Descent(Film[Frame]):
    """Lines that follow the gradient of the mean squared error of their maximum.

    >>> lines = ((0.0, -2.0), (0.0, 0.0))  # the first is nowhere the largest, and stays
    >>> Descent("a bowl", lines).at(10).lines[0].tolist()
    [0.0, -2.0]
    """

    def __init__(self, name: str, lines: tuple[tuple[float, float], ...]) -> None:
        self.cloud, self._lines = cloud(name), np.array(lines)
        super().__init__()

    def look(self) -> Frame:
        A = heights(self._lines, self.cloud.x)
        error = float(((A.max(axis=1) - self.cloud.t) ** 2).mean())
        return Frame(self._lines, error, A.argmax(axis=1))

    def advance(self) -> None:
        for _ in range(STEPS):
            self._lines = self._lines - RATE * gradient(self._lines, self.cloud)


@functools.cache
def best_convex(name: str) -> Array:
    """Return the values (N,) at the points of the convex curve nearest to them.

    Such a curve is a line and kinks that only bend upwards, at points: a least squares problem
    whose coefficients of kinks are not negative.

    >>> bool(np.allclose(best_convex("a bowl"), cloud("a bowl").t))
    True
    """
    x, t = cloud(name)
    line = np.column_stack([np.ones_like(x), x])
    kinks = np.maximum(x[:, None] - x[1:-1], 0)
    return _fit(line, kinks, t)


def _fit(free: Array, bound: Array, t: Array) -> Array:
    """Return the least squares fit to t (N,), the coefficients of `bound` (N, B) not negative.

    The active set method of Lawson and Hanson (1974, chapter 23).
    """
    used = np.zeros(bound.shape[1], dtype=bool)
    held = np.zeros(bound.shape[1])
    while True:
        columns = np.column_stack([free, bound[:, used]])
        found = np.linalg.lstsq(columns, t, rcond=None)[0]
        wanted = found[free.shape[1] :]
        if (wanted < 0).any():
            old = held[used]
            falls = wanted < 0
            share = (old[falls] / (old[falls] - wanted[falls])).min()
            moved = old + share * (wanted - old)
            held[used] = np.where(moved > 1e-12, moved, 0)
            used = held > 0
            continue
        held[:] = 0
        held[used] = wanted
        fit = np.asarray(columns @ found)
        gain = np.where(used, -np.inf, bound.T @ (t - fit))
        if gain.max() < 1e-9:
            return fit
        used[gain.argmax()] = True
