"""Towers in the plane: four steep units make a step, a fifth is its lid; a grid of them.

Slide "Universal Approximation Theorem Intuition", one dimension further.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.experiments import bumps
from nnf_teach.modules.sigmoid import sigmoid

Surface = Callable[[Array, Array], Array]

UNITS = 5  # of a tower: four steps and the lid; a bump of one dimension has 2
STEEP = 200.0  # a step takes about a fiftieth of a cell
LID_AT, LID_STEEP = 1.5, 40.0  # inside the four units add up to 2, beside it to 1
SIDES = (1, 2, 3, 4, 6, 8, 12, 16)  # towers along a side
CUT = 0.5  # where the surface is cut for the comparison: x2
CELLS = 120  # places at which errors are measured, along each side

SURFACES: dict[str, Surface] = {
    "hill": lambda x, y: 0.1 + 0.8 * np.exp(-6 * ((x - 0.5) ** 2 + (y - 0.5) ** 2)),
    "waves": lambda x, y: 0.5 + 0.2 * np.sin(2 * np.pi * x) + 0.2 * np.cos(2 * np.pi * y),
    "ridge": lambda x, y: 0.1 + 0.8 * np.exp(-12 * (x - y) ** 2),
}


def four_steps(
    x: Array, y: Array, low: tuple[float, float], high: tuple[float, float], steepness: float
) -> Array:
    """Return the sum of four sigmoids: 2 between the corners, 1 in the strips, 0 beyond.

    >>> x, y = np.array([0.5, 0.5, 0.0]), np.array([0.5, 0.0, 0.0])
    >>> four_steps(x, y, (0.2, 0.2), (0.8, 0.8), 100.0).round(3).tolist()
    [2.0, 1.0, 0.0]
    """
    along = bumps.bump(x, low[0], high[0], 1.0, steepness)
    return np.asarray(along + bumps.bump(y, low[1], high[1], 1.0, steepness))


def lid(steps: Array) -> Array:
    """Return the tower under the sum of its four steps: about 1 above 1.5, and 0 below.

    >>> lid(np.array([2.0, 1.0, 0.0])).round(3).tolist()
    [1.0, 0.0, 0.0]
    """
    return np.asarray(sigmoid(LID_STEEP * (steps - LID_AT)))


def places() -> Array:
    """Return where errors are measured along a side: the middles of equal cells."""
    return np.asarray((np.arange(CELLS) + 0.5) / CELLS)


def sum_of_towers(surface: Surface, side: int, x: Array) -> Array:
    """Return (N, N) values at the places x along both sides, x1 along a row.

    On each of side^2 cells a tower stands, as high as the surface in its middle.

    >>> sum_of_towers(lambda x, y: 3 * x + 0 * y, 2, np.array([0.25, 0.75])).round(3).tolist()
    [[0.75, 2.25], [0.75, 2.25]]
    """
    centres, ramps = _ramps(side, x)
    heights = surface(centres, centres[:, None])  # (x2, x1)
    total = np.zeros((len(x), len(x)))
    for row, up in zip(heights, ramps, strict=True):
        for height, along in zip(row, ramps, strict=True):
            total += height * lid(along + up[:, None])
    return total


def sum_of_bumps(surface: Surface, side: int, x: Array) -> Array:
    """Return (N,) values along the cut: a bump in each cell, as high as the surface in its middle.

    >>> sum_of_bumps(lambda x, y: 3 * x + 0 * y, 2, np.array([0.25, 0.75])).round(3).tolist()
    [0.75, 2.25]
    """
    centres, ramps = _ramps(side, x)
    return np.asarray(surface(centres, np.full(side, CUT)) @ ramps)


def _ramps(side: int, x: Array) -> tuple[Array, Array]:
    """Return the centres of the cells along a side, and at x the two steps of each (side, N)."""
    edges, centres = bumps.cells(side)
    ends = zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
    return centres, np.array([bumps.bump(x, a, b, 1.0, STEEP * side) for a, b in ends])


class Errors(NamedTuple):
    """Of towers on the plane, and of as many bumps along the cut; one entry for each of SIDES."""

    plane: Array  # mean over the square
    line: Array  # mean over the cut
    largest: Array  # in the square: where four towers meet, none of them stands


@functools.cache
def measure(word: str) -> Errors:
    """Return how the errors of a surface fall with the number of towers along a side."""
    surface, x = SURFACES[word], places()
    cut = surface(x, np.full_like(x, CUT))
    gaps = [gap(word, side, x) for side in SIDES]
    corners = [gap(word, side, np.arange(1, side) / side) for side in SIDES]
    on_line = [np.abs(sum_of_bumps(surface, side, x) - cut) for side in SIDES]
    return Errors(
        np.array([each.mean() for each in gaps]),
        np.array([each.mean() for each in on_line]),
        np.array([max(a.max(), b.max(initial=0)) for a, b in zip(gaps, corners, strict=True)]),
    )


def gap(word: str, side: int, x: Array) -> Array:
    """Return how far the towers are from the surface, (N, N), at the places x along both sides.

    >>> gap("hill", 1, np.array([0.5])).round(3).tolist()
    [[0.0]]
    """
    surface = SURFACES[word]
    return np.asarray(np.abs(sum_of_towers(surface, side, x) - surface(x, x[:, None])))
