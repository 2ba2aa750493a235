"""7: count the linear pieces of a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.exercises.exercise import Case, Exercise, Misconception
from nnf_teach.exercises.lesson_04.curves import Curve, polygon

Array = NDArray[Any]

SHORTEST = 1e-3  # shortest piece that the check uses, as a share of the interval
LEAST_BEND = 0.01  # smallest change of slope that the check uses
CELLS = 8000  # of the interval; the shortest piece spans eight


def _grid(f: Any, low: float, high: float, cells: int = CELLS) -> tuple[Array, float]:
    """Return f on a regular grid, and how much of its second differences may be rounding."""
    x = np.linspace(low, high, cells + 1)
    y = np.asarray(f(x), dtype=float)
    steepest = float(np.max(np.abs(np.diff(y)))) * cells / (high - low)
    noise = 16 * np.finfo(float).eps * (np.abs(y).max() + steepest * np.abs(x).max())
    return y, float(noise)


def _pieces_on_grid(f: Any, low: float, high: float, cells: int = CELLS) -> int:
    """Count the runs of at least two cells of equal slope.

    A cell with a kink inside has a slope of its own, or that of a neighbour; it is never a run.
    A piece that spans three cells always holds two without a kink. So no piece of at least
    3 / cells of the interval is missed.
    """
    y, noise = _grid(f, low, high, cells)
    straight = np.abs(np.diff(y, n=2)) <= noise
    return int(np.sum(np.diff(straight.astype(int), prepend=0) == 1))


def _zigzag(low: float, high: float, kinks: Sequence[float], slopes: Sequence[float]) -> Case:
    """Ask for the pieces of a function with these kinks and slopes, and f(low) = 0."""
    knots = np.array([low - 1, *kinks, high + 1])
    values = np.cumsum([-slopes[0] * 1.0, *(np.diff(knots) * slopes)])
    return Case((polygon(knots, values, low, high), low, high))


def _random_pieces(rng: np.random.Generator, low: float, high: float, pieces: int) -> Case:
    """Draw pieces that are none too short and bend clearly."""
    spare = 1 - pieces * 1.05 * SHORTEST
    lengths = 1.05 * SHORTEST + spare * rng.dirichlet(np.full(pieces, 0.5))
    kinks = low + (high - low) * np.cumsum(lengths)[:-1]
    slopes = np.cumsum(rng.uniform(0.1, 2, pieces) * rng.choice([-1, 1], pieces))
    return _zigzag(low, high, kinks.tolist(), slopes.tolist())


def _relu_network(rng: np.random.Generator, units: int) -> Case:
    """Draw a sum of ReLUs that look both ways, with kinks apart from each other in (-1, 1)."""
    kinks = np.linspace(-0.9, 0.9, units) + rng.uniform(-0.05, 0.05, units)
    terms = [
        f"{v:+.2f} * np.maximum({sign}(x - {kink:.3f}), 0)"
        for v, sign, kink in zip(
            rng.choice([-1, 1], units) * rng.uniform(0.5, 2, units),
            rng.choice(["", "-"], units),
            kinks,
            strict=True,
        )
    ]
    return Case((Curve(" ".join(terms)), -1.0, 1.0), "a network of ReLUs")


def _about(about: str, case: Case) -> Case:
    return replace(case, about=about)


def _pieces_cases(rng: np.random.Generator) -> Sequence[Case]:
    short = 1.05 * SHORTEST
    return [
        Case((Curve("2 * x - 1"), 0.0, 1.0), "a straight line"),
        Case((Curve("np.abs(x)", kinks=(0,)), -1.0, 1.0)),
        Case((Curve("0 * x"), -1, 4), "whole numbers, a constant"),
        _about("equal slopes apart", _zigzag(0.0, 1.0, [0.25, 0.5, 0.75], [1, -1, 1, -1])),
        Case((Curve("1 - np.abs(2 * x - 1)"), 0.0, 0.5), "the kink is at the border"),
        _about("it never turns", _zigzag(-2.0, 3.0, [0, 1.7], [1, 2, 2.5])),
        _about("a short piece", _zigzag(0.0, 1.0, [1 / 3, 1 / 3 + short], [1, 3, 1])),
        _about(
            "short pieces side by side",
            _zigzag(0.0, 1.0, [0.4, 0.4 + 2.5 * short, 0.4 + 4 * short], [1, -1, 1, 2]),
        ),
        _about("hardly bent", _zigzag(0.0, 1.0, [0.2, np.pi / 5], [1, 1 + 1.01 * LEAST_BEND, 1])),
        _about("very steep", _zigzag(0.0, 1.0, [0.123, 0.55, 0.8], [1e4, -1e4, 1e4, -2e4])),
        _about("far from 0", _zigzag(100.0, 101.0, [100.3, 100.9], [1, -2, 1])),
        Case((Curve("1 - np.abs(2 * ((32 * x) % 1) - 1)"), 0.0, 1.0), "a sawtooth of 64 pieces"),
        _relu_network(rng, 9),
        _random_pieces(rng, -3.0, 2.0, 12),
        _random_pieces(rng, 0.0, 1.0, 25),
        _about("steep, and hardly bent", _zigzag(0.0, 1.0, [0.3, 0.62], [1000, 1000.5, 1000])),
    ]


def _bends(f: Any, low: float, high: float, cells: int = CELLS) -> Array:
    y, noise = _grid(f, low, high, cells)
    return np.asarray(np.abs(np.diff(y, n=2)) > noise)


def _distinct_slopes(f: Any, low: float, high: float) -> int:
    y, noise = _grid(f, low, high)
    straight = ~_bends(f, low, high)
    slopes = np.sort(np.diff(y)[1:][straight])
    return int(1 + np.sum(np.diff(slopes) > 8 * noise))


def _turning_points(f: Any, low: float, high: float) -> int:
    rises = np.sign(np.diff(_grid(f, low, high)[0]))
    return int(1 + np.sum(np.diff(rises[rises != 0]) != 0))


def _count_by(change: Callable[[Array, Array], Array], f: Any, low: float, high: float) -> int:
    """Count the runs in which something made of each cell's dx and dy stays nearly the same."""
    x = np.linspace(low, high, CELLS + 1)
    changes = change(np.diff(x), np.diff(np.asarray(f(x), dtype=float)))
    straight = np.isclose(changes[1:], changes[:-1], rtol=1e-6, atol=1e-6)
    return int(np.sum(np.diff(straight.astype(int), prepend=0) == 1))


def _inverse_slopes(dx: Array, dy: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.asarray(dx / dy)


COUNT_LINEAR_PIECES = Exercise(
    name="count_linear_pieces",
    lesson=4,
    points=2,
    reference=lambda f, low, high: _pieces_on_grid(f, low, high),
    cases=_pieces_cases,
    misconceptions=(
        Misconception(
            "counted-kinks",
            lambda f, low, high: _pieces_on_grid(f, low, high) - 1,
            "A straight line has no kink. How many pieces has it?",
        ),
        Misconception(
            "kink-cells-counted-twice",
            lambda f, low, high: int(1 + np.sum(_bends(f, low, high))),
            "A kink between two points of your grid changes the slope twice: once into the cell "
            "and once out of it. How many pieces are that?",
        ),
        Misconception(
            "distinct-slopes",
            _distinct_slopes,
            "A zigzag has only two different slopes. Has it only two pieces?",
        ),
        Misconception(
            "only-turning-points",
            _turning_points,
            "You count where the function turns from rising to falling. "
            "Is there no kink where the slope goes from 1 to 2?",
        ),
        Misconception(
            "no-tolerance",
            lambda f, low, high: int(1 + np.sum(np.diff(np.diff(_grid(f, low, high)[0])) != 0)),
            "Equal slopes come out different in the last digit. "
            "How large must a difference be before it is more than rounding?",
        ),
        Misconception(
            "grid-of-a-thousand",
            lambda f, low, high: _pieces_on_grid(f, low, high, 1000),
            "The long pieces are all there, but a short one is missing. How long is the shortest "
            "piece, and how many points of your grid lie in it?",
        ),
        Misconception(
            "grid-of-a-hundred",
            lambda f, low, high: _pieces_on_grid(f, low, high, 100),
            "Some short pieces are missing. How long is the shortest piece, "
            "and how far apart are the points of your grid?",
        ),
        Misconception(
            "always-on-zero-to-one",
            lambda f, low, high: _pieces_on_grid(f, 0.0, 1.0),
            "You look at [0, 1] whatever is asked. What are low and high for?",
        ),
        Misconception(
            "inverse-slopes",
            partial(_count_by, _inverse_slopes),
            "You compare dx / dy, or angles: where the function is steep, two clearly different "
            "slopes are nearly the same there. Which of dx and dy belongs on top?",
            also=(partial(_count_by, lambda dx, dy: np.arctan2(dy, dx)),),
        ),
    ),
    hints=(
        "Take f on a fine regular grid. What do the differences of neighbours say, and the "
        "differences of these differences?",
        "np.diff(y, n=2) is 0 (but for rounding) inside a piece. Around a kink one or two "
        "neighbouring entries are not. Two of them side by side are one kink.",
        "With 10,000 cells: straight = np.abs(np.diff(y, n=2)) below a small tolerance, such as "
        "1e-10 times the largest |y| (plus 1e-12). Count the unbroken runs of True.",
    ),
    remark="Sure for pieces down to a thousandth of the interval, and for no shorter ones.",
)
