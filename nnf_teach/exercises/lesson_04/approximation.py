"""3 and 4: any function out of bumps, and how many it takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from nnf_teach.arguments import Array, Params
from nnf_teach.exercises.exercise import (
    BadAnswer,
    Case,
    Exercise,
    Misconception,
    Reached,
)
from nnf_teach.exercises.lesson_04.curves import Curve, polygon, sigmoid
from nnf_teach.exercises.numbers import kind_of, read_numbers
from nnf_teach.exercises.readers import read_network

STEEPNESS = 1000.0  # in units of 1 / width of a cell


def _bump_network(
    edges: Array, heights: Array, steepness: float, second: float = -1.0, bias: float = 1.0
) -> Params:
    """Return the network of bumps between neighbouring edges; `second`, `bias` are for mistakes."""
    positions = np.concatenate([edges[:-1], edges[1:]])
    W = np.full((len(positions), 1), steepness)
    v = np.concatenate([heights, second * heights])[None, :]
    return [(W, -bias * steepness * positions), (v, np.zeros(1))]


def _cells(n_bumps: int) -> tuple[Array, Array]:
    """Return the edges and the centres of equal cells of [0, 1]."""
    edges = np.linspace(0, 1, n_bumps + 1)
    return edges, (edges[:-1] + edges[1:]) / 2


def _stretched(edges: Array) -> Array:
    """Move the two outer edges well outside [0, 1], so that the outer bumps are up at its ends."""
    return np.concatenate([[-1.0], edges[1:-1], [2.0]])


def _approximate(f: Callable[[Array], Array], n_bumps: int) -> Params:
    edges, centres = _cells(n_bumps)
    return _bump_network(_stretched(edges), f(centres), STEEPNESS * n_bumps)


KINKED = "kinks and steep parts"


def _approximate_cases(rng: np.random.Generator) -> Sequence[Case]:
    knots = np.linspace(-1, 2, 13) + rng.uniform(-0.05, 0.05, 13)
    return [
        Case((Curve("x"), 4)),
        Case((Curve("3 + x"), 5), "high at both ends"),
        Case((Curve("5 - x"), 1), "a single bump"),
        Case((Curve("np.sin(2 * np.pi * x)", 2 * np.pi), 10)),
        Case((Curve("np.abs(x - 0.3)", 1, (0.3,)), 8), "a kink", KINKED),
        Case((Curve("np.clip(40 * (x - 0.47), -1, 1)", 40, (0.445, 0.495)), 50), "steep", KINKED),
        Case((Curve("4 * np.exp(-5 * x)", 20), 40), "steep at its end", KINKED),
        Case((Curve("2 + np.cos(9 * x)", 9), 30)),
        Case((polygon(knots, rng.uniform(1, 3, 13), 0, 1), 60), "many kinks", KINKED),
        Case((Curve("2 - x"), 100), "many bumps"),
    ]


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
    inside = np.abs(x * n_bumps - np.round(x * n_bumps)) > 0.02  # two cells meet at an edge
    wrong = np.unique(cell[inside & (gaps > _allowed(f, n_bumps))]) + 1
    worst = int(np.argmax(gaps * inside if len(wrong) else gaps))
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


def _same_curve(wrong: Callable[..., Params]) -> Callable[..., bool]:
    """Recognise a network by its values at the ends and the centres of the cells."""

    def recognise(answer: Any, f: Any, n_bumps: int) -> bool:
        x = np.concatenate([[0.0], _cells(n_bumps)[1], [1.0]])
        theirs, known = _run(_two_layers(answer, n_bumps), x), _run(wrong(f, n_bumps), x)
        return bool(np.allclose(theirs, known, rtol=0, atol=0.02 * float(np.ptp(known)) + 1e-3))

    return recognise


def _mean_position(answer: Any, f: Any, n_bumps: int) -> float:
    (W, b), _ = _two_layers(answer, n_bumps)
    return float(np.mean(-b / W[:, 0]))


def _ends_half_high(f: Any, n_bumps: int) -> Params:
    edges, centres = _cells(n_bumps)
    return _bump_network(edges, f(centres), STEEPNESS * n_bumps)


def _heights_outside(f: Any, n_bumps: int) -> Params:
    edges = _stretched(_cells(n_bumps)[0])
    return _bump_network(edges, f((edges[:-1] + edges[1:]) / 2), STEEPNESS * n_bumps)


def _heights_of_numbers(f: Any, n_bumps: int) -> Params:
    edges = _stretched(_cells(n_bumps)[0])
    return _bump_network(edges, f(np.arange(n_bumps) + 0.5), STEEPNESS * n_bumps)


def _heights_of_differences(f: Any, n_bumps: int) -> Params:
    edges, centres = _cells(n_bumps)
    heights = np.diff(f(centres), prepend=0.0)
    return _bump_network(_stretched(edges), heights, STEEPNESS * n_bumps)


def _wrong_network(**mistake: float) -> Callable[..., Params]:
    def wrong(f: Any, n_bumps: int) -> Params:
        edges, centres = _cells(n_bumps)
        settings = {"steepness": STEEPNESS * n_bumps, **mistake}
        return _bump_network(_stretched(edges), f(centres), **settings)

    return wrong


def _one_sigmoid_a_bump(f: Any, n_bumps: int) -> Params:
    edges, centres = _cells(n_bumps)
    (W, b), (v, c) = _bump_network(edges, f(centres), STEEPNESS * n_bumps)
    return [(W[:n_bumps], b[:n_bumps]), (v[:, :n_bumps], c)]


APPROXIMATE = Exercise(
    name="approximate",
    lesson=4,
    points=3,
    reference=_approximate,
    cases=_approximate_cases,
    parts={"smooth functions": 2, KINKED: 1},
    score=_largest_error,
    tell=_which_cells,
    misconceptions=(
        Misconception(
            "one-sigmoid-a-bump",
            _one_sigmoid_a_bump,
            "You have one hidden unit for each bump. How many sigmoids does your bump take?",
            recognise=lambda answer, f, n_bumps: (
                np.shape(answer[0][0])[0] == n_bumps == np.size(answer[0][1])
            ),
        ),
        Misconception(
            "wrong-sign-of-bias",
            _wrong_network(bias=-1.0),
            "Your steps stand at negative x, outside [0, 1]. A unit is half up where "
            "w x + b = 0: which sign must b have for a step at a positive x?",
            recognise=lambda *args: _mean_position(*args) < -0.1,
        ),
        Misconception(
            "bias-not-scaled",
            lambda f, n_bumps: _wrong_network(bias=1 / (STEEPNESS * n_bumps))(f, n_bumps),
            "All your steps stand close to x = 0. A unit is half up where w x + b = 0: "
            "when w is large, how large must b be?",
            recognise=lambda *args: abs(_mean_position(*args)) < 0.1,
        ),
        Misconception(
            "both-steps-up",
            _wrong_network(second=1.0),
            "Your bumps go up and never come down. "
            "Which sign has the output weight of the second sigmoid of a bump?",
            recognise=_same_curve(_wrong_network(second=1.0)),
        ),
        Misconception(
            "ends-half-high",
            _ends_half_high,
            "Inside [0, 1] it fits, but at x = 0 or x = 1 you are half way up a step. "
            "Must the first bump begin, and the last bump end, exactly there?",
            recognise=_same_curve(_ends_half_high),
        ),
        Misconception(
            "heights-from-outside",
            _heights_outside,
            "Your first or last bump has the height of f at a place outside [0, 1]. When you "
            "move an outer edge, should the place where f is looked up move with it?",
            recognise=_same_curve(_heights_outside),
        ),
        Misconception(
            "heights-of-cell-numbers",
            _heights_of_numbers,
            "Your heights are f(0.5), f(1.5), f(2.5) and so on. Where in [0, 1] is the centre "
            "of cell number i?",
            recognise=_same_curve(_heights_of_numbers),
        ),
        Misconception(
            "heights-of-differences",
            _heights_of_differences,
            "Your heights are the changes of f from cell to cell. A bump comes back to 0 at its "
            "end: what must its height be then?",
            recognise=_same_curve(_heights_of_differences),
        ),
        Misconception(
            "too-soft",
            _wrong_network(steepness=10.0),
            "Your steps are so gentle that neighbouring bumps run into each other. "
            "How steep must a step be to be done within a small part of a cell of width 1/n?",
            recognise=lambda answer, f, n_bumps: bool(
                np.median(np.abs(_two_layers(answer, n_bumps)[0][0])) < 8 * n_bumps
            ),
        ),
    ),
    hints=(
        "Cut [0, 1] into n_bumps equal cells. Each gets a bump as high as f at the cell's centre. "
        "Why is the error then at most L / (2 n_bumps) inside a cell?",
        "Unit i goes up at the left edge of cell i, unit n_bumps + i at its right edge: weight s, "
        "bias -s * edge. Output weights: the heights, then minus the heights.",
        "Take s = 1000 * n_bumps. Let the first left edge be -1 and the last right edge 2, so "
        "that the outer bumps are fully up at both ends. Shapes: (2n, 1), (2n,), (1, 2n), (1,).",
    ),
    remark="The theorem of the slide, in one dimension, with a network that you can write down.",
)


def _decimal(number: float) -> Fraction:
    """Return the number as it is written: 0.1 is one tenth."""
    return Fraction(repr(float(number)))


def _bumps_needed(lipschitz: float, epsilon: float, dimension: int) -> int:
    side = math.ceil(_decimal(lipschitz) / (2 * _decimal(epsilon)))
    return int(max(side, 1) ** dimension)


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
            return np.array(float(_bumps_needed(lipschitz, epsilon, dimension)))
    return cells


def _bumps_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((1.0, 0.25, 1)),
        Case((4.0, 0.25, 1), "exactly whole"),
        Case((1.0, 0.15, 1), "not whole"),
        Case((1.0, 0.18, 1), "nearly whole"),
        Case((1.0, 0.25, 2)),
        Case((5, 1, 3), "whole numbers"),
        Case((1.1, 0.05, 2), "whole on paper, not in the computer"),
        Case((0.5, 2.0, 4), "one cell is enough"),
        Case((0.0, 0.1, 3), "a constant function"),
        Case((float(rng.integers(3, 20)) + 0.3, 0.5, int(rng.integers(2, 6)))),
        Case((1.0, 0.05, 10)),
        Case((20.0, 0.1, 20), "more than an int64 can count"),
    ]


def _needed(side: Callable[[float, float, int], int]) -> Callable[..., int]:
    """Return the count for a grid with so many cells per side."""
    return lambda lipschitz, epsilon, dimension: (
        max(side(lipschitz, epsilon, dimension), 1) ** dimension
    )


BUMPS_NEEDED = Exercise(
    name="bumps_needed",
    lesson=4,
    points=1,
    reference=_bumps_needed,
    cases=_bumps_cases,
    observe=_cells_counted,
    rtol=1e-15,  # whole numbers
    atol=0.0,
    misconceptions=(
        Misconception(
            "forgot-the-half",
            _needed(lambda L, e, d: math.ceil(L / e)),
            "The value is taken at the centre of a cell. How far is the centre from a point at "
            "the cell's border: a whole side, or less?",
        ),
        Misconception(
            "forgot-dimension",
            lambda L, e, d: max(math.ceil(L / (2 * e)), 1),
            "Your number does not depend on the dimension. "
            "With 4 cells along each side, how many cells has a square, and a cube?",
        ),
        Misconception(
            "times-dimension",
            lambda L, e, d: max(math.ceil(L / (2 * e)), 1) * d,
            "A square of 4 by 4 cells: does it have 8 cells or 16?",
        ),
        Misconception(
            "rounded-down",
            _needed(lambda L, e, d: math.floor(L / (2 * e))),
            "With L = 1 and epsilon = 0.15 the cells must be at most 0.3 wide. "
            "Are 3 of them enough to fill [0, 1]?",
        ),
        Misconception(
            "rounded-to-nearest",
            _needed(lambda L, e, d: round(L / (2 * e))),
            "You round to the nearest whole number. When that is the smaller one, "
            "is the grid still fine enough?",
        ),
        Misconception(
            "one-more-than-needed",
            _needed(lambda L, e, d: math.floor(L / (2 * e)) + 1),
            "With L = 4 and epsilon = 0.25, cells of side 1/8 are fine enough. "
            "Why does yours take one more?",
        ),
        Misconception(
            "rounded-after-the-power",
            lambda L, e, d: max(math.ceil((L / (2 * e)) ** d), 1),
            "You round up the number of all cells. A side cannot have 3.3 cells: "
            "when must you round?",
        ),
        Misconception(
            "no-cell-at-all",
            lambda L, e, d: math.ceil(_decimal(L) / (2 * _decimal(e))) ** d,
            "For a constant function your grid has no cell. "
            "What does a network without any bump compute, and how wrong is that?",
        ),
        Misconception(
            "upside-down",
            _needed(lambda L, e, d: math.ceil(2 * e / L) if L else 1),
            "When epsilon gets smaller, yours needs fewer cells. Should it?",
        ),
        Misconception(
            "euclidean-distance",
            _needed(lambda L, e, d: math.ceil(L * math.sqrt(d) / (2 * e))),
            "You measure the distance along the diagonal. In the max-norm, how far is a corner "
            "of a cell from its centre?",
        ),
    ),
    hints=(
        "How far can a point of a cell be from the centre, in the max-norm, when a side is 1/m?",
        "Half a side: 1 / (2m). So the error is at most L / (2m): which m makes that epsilon?",
        "m is L / (2 epsilon) rounded up, at least 1; the answer is m to the power of the "
        "dimension. Use math.ceil: Python's whole numbers never overflow.",
    ),
    remark="Exponential in the dimension. No network of this kind fits 784 pixels.",
)
