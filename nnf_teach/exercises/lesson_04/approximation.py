"""Any function out of bumps, and how many it takes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from nnf_teach.arguments import Array, Params
from nnf_teach.exercises.exercise import BadAnswer, Case, Reached
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.lesson_04.curves import Curve, polygon, sigmoid
from nnf_teach.exercises.numbers import kind_of, read_numbers
from nnf_teach.exercises.readers import read_network

KINKED = "kinks and steep parts"
STEEPNESS = 1000.0  # in units of 1 / width of a cell


def _look_at(W: Array, b: Array, f: Any) -> Array:
    """Return where the error is measured: a fine grid, both ends, every joint and its slopes."""
    away = np.array([-8.0, -3.0, -1.0, 0.0, 1.0, 3.0, 8.0])  # in units of 1 / steepness
    with np.errstate(all="ignore"):
        joints = ((away[:, None] - b) / W[:, 0]).ravel()
    joints = joints[np.isfinite(joints)]
    places = [np.linspace(0, 1, 2001), joints, np.array(getattr(f, "kinks", ()))]
    return np.asarray(np.clip(np.concatenate(places), 0, 1))


def _run(params: Params, x: Array) -> Array:
    (W, b), (v, c) = params
    with np.errstate(all="ignore"):
        return np.asarray(sigmoid(np.multiply.outer(x, W[:, 0]) + b) @ v[0] + c[0])


def _two_layers(answer: Any, n_bumps: int) -> Params:
    return read_network(answer, [(2 * n_bumps, 1), (1, 2 * n_bumps)])


def _largest_error(answer: Any, f: Any, n_bumps: int) -> Reached:
    x, gaps = _errors(answer, f, n_bumps)
    worst = int(np.argmax(gaps))
    reached = Reached("largest error", float(gaps[worst]), _allowed(f, n_bumps), ".4g", True)
    if reached.enough:
        return reached
    return replace(reached, what=f"largest error, at x = {x[worst]:.4g}")


def _errors(answer: Any, f: Any, n_bumps: int) -> tuple[Array, Array]:
    params = _two_layers(answer, n_bumps)
    x = _look_at(*params[0], f)
    return x, np.nan_to_num(np.abs(_run(params, x) - f(x)), nan=np.inf, posinf=np.inf)


def _allowed(f: Any, n_bumps: int) -> float:
    return float(f.lipschitz / n_bumps + 1e-9)  # some right answers reach L / n exactly


def _which_cells(answer: Any, f: Any, n_bumps: int) -> str:
    """Say in which cells the curve is too far from f, and how far at its worst."""
    x, gaps = _errors(answer, f, n_bumps)
    cell = np.minimum((x * n_bumps).astype(int), n_bumps - 1)
    inside = np.abs(x * n_bumps - np.round(x * n_bumps)) > 0.05  # two cells meet at an edge
    wrong = np.unique(cell[inside & (gaps > _allowed(f, n_bumps))]) + 1
    ours = np.isin(cell + 1, wrong) & (inside | (x == 0) | (x == 1))
    worst = int(np.argmax(gaps * ours if len(wrong) else gaps))
    y, right = float(_run(_two_layers(answer, n_bumps), x[worst : worst + 1])[0]), f(x[worst])
    if len(wrong) == 0:
        where = "only where two cells meet, or at an end"
    elif len(wrong) == n_bumps:
        where = "in every cell" if n_bumps > 1 else "in the one cell"
    elif np.array_equal(wrong, [1, n_bumps]):
        where = "in the first and the last cell only"
    elif len(wrong) == 1:
        where = f"in cell {wrong[0]} of {n_bumps} only"
    else:
        where = f"in {len(wrong)} of the {n_bumps} cells"
    return (
        f"Your curve is too far from f {where}. At x = {x[worst]:.4g}, in cell "
        f"{cell[worst] + 1}, it is {y:.4g}, and f is {right:.4g}. Which of your bumps are up there?"
    )


def _bumps(f: Callable[[Array], Array], n_bumps: int, s: float, sign: float = -1.0) -> Params:
    """Return the network of bumps of steepness s, whose biases have this sign."""
    edges = np.linspace(0, 1, n_bumps + 1)
    heights = f((edges[:-1] + edges[1:]) / 2)
    edges[0], edges[-1] = -1, 2  # so that the outer bumps are up at both ends
    positions = np.concatenate([edges[:-1], edges[1:]])
    V = np.concatenate([heights, -heights])[None, :]
    return [(np.full((2 * n_bumps, 1), s), sign * s * positions), (V, np.zeros(1))]


@exercise(
    lesson=4,
    points=3,
    parts={"smooth functions": 2, KINKED: 1},
    score=_largest_error,
    tell=_which_cells,
)
def approximate(f, n_bumps):
    return _bumps(f, n_bumps, STEEPNESS * n_bumps)


@approximate.cases
def cases(rng):
    knots = np.linspace(-1, 2, 13) + rng.uniform(-0.05, 0.05, 13)
    steep = Curve("np.clip(40 * (x - 0.47), -1, 1)", 40, (0.445, 0.495))
    many = polygon(knots, rng.uniform(1, 3, 13), 0, 1)
    yield Curve("x"), 4
    yield Curve("3 + x"), 5, "high at both ends"
    yield Curve("5 - x"), 1, "a single bump"
    yield Curve("np.sin(2 * np.pi * x)", 2 * np.pi), 10
    yield Case((Curve("np.abs(x - 0.3)", 1, (0.3,)), 8), "a kink", KINKED)
    yield Case((steep, 50), "steep", KINKED)
    yield Case((Curve("4 * np.exp(-5 * x)", 20), 40), "steep at its end", KINKED)
    yield Curve("2 + np.cos(9 * x)", 9), 30
    yield Case((many, 60), "many kinks", KINKED)
    yield Curve("2 - x"), 300, "many bumps"


def _positions(answer: Any, f: Any, n_bumps: int) -> Array:
    (W, b), _ = _two_layers(answer, n_bumps)
    return np.asarray(-b / W[:, 0])


@approximate.mistake(recognise=lambda *args: np.mean(_positions(*args) < 0) > 0.7)
def wrong_sign_of_bias(f, n_bumps):
    """Most of your steps stand at negative x, outside [0, 1]. A unit is half up where
    w x + b = 0: which sign must b have for a step at a positive x?"""
    return _bumps(f, n_bumps, STEEPNESS * n_bumps, sign=1.0)


@approximate.mistake(recognise=lambda *args: np.abs(_positions(*args)).max() < 0.1)
def bias_not_scaled(f, n_bumps):
    """All your steps stand close to x = 0. A unit is half up where w x + b = 0: when w is large,
    how large must b be?"""
    (W, b), last = approximate(f, n_bumps)
    return [(W, b / W[0]), last]


@approximate.mistake(
    recognise=lambda answer, f, n_bumps: (
        np.median(np.abs(_two_layers(answer, n_bumps)[0][0])) < 8 * n_bumps
    )
)
def too_soft(f, n_bumps):
    """Your steps are so gentle that neighbouring bumps run into each other. How steep must a step
    be to be done within a small part of a cell of width 1/n?"""
    return _bumps(f, n_bumps, 10.0)


approximate.hints(
    "Cut [0, 1] into n_bumps equal cells. Each gets a bump as high as f at the cell's centre. "
    "Why is the error then at most L / (2 n_bumps) inside a cell?",
    "Unit i goes up at the left edge of cell i, unit n_bumps + i at its right edge: weight s, "
    "bias -s * edge. Output weights: the heights, then minus the heights.",
    "Take s = 1000 * n_bumps. Let the first left edge be -1 and the last right edge 2, so "
    "that the outer bumps are fully up at both ends. Shapes: (2n, 1), (2n,), (1, 2n), (1,).",
    remark="The theorem of the slide, in one dimension, with a network that you can write down.",
)


def _decimal(number: float) -> Fraction:
    """Return the number as it is written: 0.1 is one tenth."""
    return Fraction(repr(float(number)))


def _cells_counted(answer: Any, lipschitz: float, epsilon: float, dimension: int) -> Array:
    """Return the number of cells; where rounding decides about one per side, both are right."""
    cells = read_numbers(answer)
    if cells.dtype.kind == "f" and not isinstance(answer, int):  # a very large int is read as one
        sentence = (
            f"A whole number is asked for, got {kind_of(answer)}. Which function makes an int?"
        )
        raise BadAnswer("type", sentence)
    in_the_computer = Fraction(lipschitz) / (2 * Fraction(epsilon))
    for side in (math.ceil(in_the_computer), math.ceil(lipschitz / (2 * epsilon))):
        if cells.shape == () and float(cells) == float(max(side, 1) ** dimension):
            return np.array(float(bumps_needed(lipschitz, epsilon, dimension)))
    return cells


@exercise(lesson=4, points=1, observe=_cells_counted, rtol=1e-15, atol=0.0)  # whole numbers
def bumps_needed(lipschitz, epsilon, dimension):
    side = math.ceil(_decimal(lipschitz) / (2 * _decimal(epsilon)))
    return int(max(side, 1) ** dimension)


@bumps_needed.cases
def cases(rng):
    yield 1.0, 0.25, 1
    yield 4.0, 0.25, 1, "exactly whole"
    yield 1.0, 0.15, 1, "not whole"
    yield 1.0, 0.18, 1, "nearly whole"
    yield 1.0, 0.25, 2
    yield 5, 1, 3, "whole numbers"
    yield 1.1, 0.05, 2, "whole on paper, not in the computer"
    yield 0.5, 2.0, 4, "one cell is enough"
    yield 0.0, 0.1, 3, "a constant function"
    yield float(rng.integers(3, 20)) + 0.3, 0.5, int(rng.integers(2, 6))
    yield 1.0, 0.05, 10
    yield 20.0, 0.1, 20, "more than an int64 can count"
    yield 4.0001, 0.5, 2, "hardly more than whole"


@bumps_needed.mistake
def one_more_than_needed(lipschitz, epsilon, dimension):
    """Where L / (2 epsilon) is whole, a side of as many cells is fine enough. Why does yours take
    one more?"""
    return (math.floor(lipschitz / (2 * epsilon)) + 1) ** dimension


@bumps_needed.mistake
def euclidean_distance(lipschitz, epsilon, dimension):
    """You measure the distance along the diagonal. In the max-norm, how far is a corner of a cell
    from its centre?"""
    side = math.ceil(lipschitz * math.sqrt(dimension) / (2 * epsilon))
    return max(side, 1) ** dimension


bumps_needed.hints(
    "How far can a point of a cell be from the centre, in the max-norm, when a side is 1/m?",
    "Half a side: 1 / (2m). So the error is at most L / (2m): which m makes that epsilon?",
    "m is L / (2 epsilon) rounded up, at least 1; the answer is m to the power of the "
    "dimension. Use math.ceil: Python's whole numbers never overflow.",
    remark="Exponential in the dimension. No network of this kind fits 784 pixels.",
)
