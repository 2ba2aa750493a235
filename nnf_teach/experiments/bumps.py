"""Targets on [0, 1], and networks of one hidden layer of sigmoids that come near them.

Slides "Universal approximation theorem" and its intuition; G. Cybenko, "Approximation by
superpositions of a sigmoidal function", 1989.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnf_teach.arguments import Array
from nnf_teach.modules.sigmoid import sigmoid

Function = Callable[[Array], Array]
Params = list[tuple[Array, Array]]

OUTSIDE = 1.0  # how far beyond [0, 1] the two outermost steps lie
STEEP = 40.0  # a step of the rule takes about a tenth of a cell
GENTLE = 2.0  # a step of the fitted network takes about two of its distances
TINY = 1e-10


class Target(NamedTuple):
    """A function on [0, 1] and the largest size of its slope."""

    function: Function
    lipschitz: float


_ZIGZAG = np.array([0.0, 0.3, 0.5, 0.8, 1.0]), np.array([0.2, 0.8, 0.3, 0.9, 0.5])
TARGETS = {
    "smooth": Target(lambda x: 0.5 + 0.4 * np.sin(2 * np.pi * x), 0.8 * np.pi),
    "kinked": Target(lambda x: np.interp(x, *_ZIGZAG), 2.5),
    "steep": Target(lambda x: 0.5 + 0.4 * np.tanh(12 * (x - 0.4)), 4.8),
}
DRAWN = "drawn by you"


def drawn_target(heights: ArrayLike) -> Target:
    """Return the target that is straight between equally spaced points on [0, 1].

    >>> target = drawn_target([0.0, 1.0, 1.0])
    >>> target.function(np.array([0.25])), target.lipschitz
    (array([0.5]), 2.0)
    """
    y = np.asarray(heights, dtype=np.float64)
    x = np.linspace(0, 1, len(y))
    return Target(
        lambda places: np.interp(places, x, y), float(np.abs(np.diff(y)).max() * (len(y) - 1))
    )


def bump(x: Array, left: float, right: float, height: float, steepness: float) -> Array:
    """Return height (sigmoid(steepness (x - left)) - sigmoid(steepness (x - right))).

    >>> bump(np.array([0.5, 2.0]), 0.0, 1.0, 3.0, 100.0).round(3)
    array([3., 0.])
    """
    rise, fall = sigmoid(steepness * (x - left)), sigmoid(steepness * (x - right))
    return np.asarray(height * (rise - fall))


def cells(count: int) -> tuple[Array, Array]:
    """Return the edges (count + 1,) of equal cells and their centres (count,).

    The outermost edges lie outside [0, 1]: a step at 0 would give half its height there.

    >>> cells(2)
    (array([-1. ,  0.5,  2. ]), array([0.25, 0.75]))
    """
    edges = np.linspace(0, 1, count + 1)
    centres = (edges[:-1] + edges[1:]) / 2
    edges[0], edges[-1] = -OUTSIDE, 1 + OUTSIDE
    return edges, centres


def rule(f: Function, bumps: int) -> Params:
    """Return the network of `bumps` bumps, each as high as f at the middle of its cell.

    It is [(W (2 bumps, 1), b (2 bumps,)), (V (1, 2 bumps), c (1,))].

    >>> params = rule(lambda x: 3 * x, 1)
    >>> values(params, np.array([0.0, 1.0])).round(3)
    array([1.5, 1.5])
    """
    edges, centres = cells(bumps)
    heights, steepness = f(centres), STEEP * bumps
    ends = np.stack([edges[:-1], edges[1:]], axis=1).ravel()
    V = np.stack([heights, -heights], axis=1).reshape(1, -1)
    return [(np.full((2 * bumps, 1), steepness), -steepness * ends), (V, np.zeros(1))]


def fitted(f: Function, bumps: int) -> Params:
    """Return the network of as many sigmoids, evenly spread, with output weights fitted to f.

    The weights have the smallest sum of squared errors on a grid. Shapes as in `rule`.

    >>> params = fitted(lambda x: 3 * x, 4)
    >>> values(params, np.array([0.0, 1.0])).round(1)
    array([0., 3.])
    """
    units = 2 * bumps
    b = -GENTLE * (np.arange(units) + 0.5)
    hidden = np.full((units, 1), GENTLE * units), b
    x = np.linspace(0, 1, max(200, 4 * units) + 1)
    H = np.column_stack([sigmoid(x[:, None] * hidden[0].T + b), np.ones_like(x)])
    # Normal equations: ten times faster than lstsq, and the steps overlap little enough.
    weights = np.linalg.solve(H.T @ H + TINY * np.eye(units + 1), H.T @ f(x))
    return [hidden, (weights[None, :-1], weights[-1:])]


def values(params: Any, x: Array) -> Array:
    """Return the values of a network 1 -> sigmoids -> 1, linear output, at x (N,)."""
    (W, b), (V, c) = params
    Y = sigmoid(x[:, None] @ np.asarray(W).T + np.asarray(b)) @ np.asarray(V).T + np.asarray(c)
    return np.asarray(Y).reshape(len(x))


class Measured(NamedTuple):
    """A network's values on [0, 1] beside those of the target, and where they differ most."""

    x: Array  # (N,)
    y: Array  # (N,)
    wanted: Array  # (N,)
    error: float  # the largest; infinite where a value of y is not finite
    at: float  # x, y and wanted there; of equal errors at the first
    there: float
    goal: float


def places_to_measure(edges: Array, steepness: float) -> Array:
    """Return where errors are measured: 1001 points of [0, 1], and more around each edge."""
    around = np.linspace(-10, 10, 41) / steepness
    near = (edges[1:-1, None] + around).ravel()
    return np.unique(np.concatenate([np.linspace(0, 1, 1001), near.clip(0, 1)]))


def measure(f: Function, x: Array, y: Array) -> Measured:
    """Compare y with f at x; errors that differ in their last digits count as equal.

    >>> measure(np.zeros_like, np.array([0.0, 0.5, 1.0]), np.array([0.1, 0.4, 0.4 + 1e-15])).at
    0.5
    """
    wanted = f(x)
    gap = np.where(np.isfinite(y), np.abs(y - wanted), np.inf)
    worst = int((gap >= gap.max() - 1e-9).argmax())
    largest = [float(values[worst]) for values in (gap, x, y, wanted)]
    return Measured(x, y, wanted, *largest)
