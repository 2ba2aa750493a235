"""Lesson 04, Universal approximation and depth: bumps, ReLUs, folds, linear pieces.

Slides: "Universal Approximation Theorem" and its intuition, "Rectified Linear Unit (ReLU)",
"Depth", "Neural networks as computational graphs".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.exercises.exercise import (
    BadAnswer,
    Case,
    Exercise,
    Misconception,
    Prediction,
    Reached,
)
from nnf_teach.exercises.formula import Formula
from nnf_teach.exercises.lesson_03 import Params, read_network
from nnf_teach.exercises.numbers import kind_of, read_numbers

TITLE = "Universal approximation and depth"

Array = NDArray[Any]


@dataclass(frozen=True, repr=False)
class Curve(Formula):
    """A function of one number that takes numbers and arrays of any shape.

    >>> Curve("np.abs(x)")([-1, 2])
    array([1., 2.])
    """

    lipschitz: float = 1.0  # |f(x) - f(z)| <= lipschitz |x - z|
    kinks: tuple[float, ...] = ()

    as_floats = True  # a copy: f(x) = x hands it back


def _polygon(knots: Array, values: Array, low: float, high: float) -> Curve:
    """Return the curve through these points; its Lipschitz constant holds on [low, high]."""
    places, heights = ([float(f"{v:.6g}") for v in numbers] for numbers in (knots, values))
    slopes = np.abs(np.diff(heights) / np.diff(places))
    inside = (np.array(places[1:]) > low) & (np.array(places[:-1]) < high)
    text = f"np.interp(x, {places}, {heights})"
    return Curve(text, float(slopes[inside].max()), tuple(places[1:-1]))


def _sigmoid(z: Array) -> Array:
    return np.asarray(0.5 + 0.5 * np.tanh(z / 2))


def _every_second(x: Array) -> Array:
    """Return the values in memory that is not contiguous."""
    return np.repeat(x, 2, axis=-1)[..., ::2]


# 1. step -------------------------------------------------------------------------------------


def _step_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((np.array([0.0, 0.5, 1.0]), 0.5, 10.0)),
        Case((np.array(0.25), 0.75, 4.0), "no axes"),
        Case((np.array([0, 1, 2, -1]), 1, 3), "whole numbers"),
        Case((np.array([]), 0.5, 10.0), "empty"),
        Case((np.array([-1.0, 0.5, 2.0]), 0.5, 1e6), "very steep"),
        Case((np.array([[1000.0], [-1000.0]]), -2.0, 50.0), "far out"),
        Case((np.linspace(-1, 1, 6).reshape(2, 3), -0.25, 0.5), "hardly a step"),
        Case((_every_second(rng.normal(size=(2, 3))), 0.1, 7.0), "not contiguous"),
        Case((rng.uniform(0, 1, size=5), float(rng.uniform(0.2, 0.8)), 20.0)),
    ]


def _step(x: Array, position: float, steepness: float) -> Array:
    return _sigmoid(steepness * (x - position))


def _naive_step(x: Array, position: float, steepness: float) -> Array:
    return np.asarray(1 / (1 + np.exp(-steepness * (x - position))))


STEP = Exercise(
    name="step",
    lesson=4,
    points=1,
    reference=_step,
    cases=_step_cases,
    stable=True,
    misconceptions=(
        Misconception(
            "steepness-not-on-position",
            lambda x, position, steepness: _sigmoid(steepness * x - position),
            "At x = position the sigmoid should get 0, so that the step is half up. "
            "What does yours get there?",
        ),
        Misconception(
            "wrong-sign-of-position",
            lambda x, position, steepness: _step(x, -position, steepness),
            "Your step goes up at x = -position. Which sign puts it at +position?",
        ),
        Misconception(
            "forgot-position",
            lambda x, position, steepness: _step(x, 0, steepness),
            "Your step is always half up at x = 0. What moves it to its position?",
        ),
        Misconception(
            "forgot-steepness",
            lambda x, position, steepness: _step(x, position, 1),
            "All your steps are equally gentle. Where does the steepness come in?",
        ),
        Misconception(
            "divided-by-steepness",
            lambda x, position, steepness: _sigmoid((x - position) / steepness),
            "Your step gets gentler when the steepness grows. Should a large weight do that?",
        ),
        Misconception(
            "steps-down",
            lambda x, position, steepness: _step(x, position, -steepness),
            "Yours goes from 1 down to 0. What is the value asked for far to the right?",
        ),
        Misconception(
            "threshold-instead",
            lambda x, position, steepness: (np.asarray(x) > position).astype(float),
            "That jumps. A sigmoid only comes near a jump: what is its value at the position?",
        ),
        Misconception(
            "scaled-outside",
            lambda x, position, steepness: steepness * _sigmoid(x - position),
            "Your step is steepness high. Should the factor stand outside the sigmoid or inside?",
        ),
        Misconception(
            "unstable-exp",
            _naive_step,
            "The values are right, but exp overflows for a steep step. "
            "Which sigmoid of lesson 1 never does?",
        ),
    ),
    hints=(
        "A sigmoid of w x + b is half up where w x + b = 0. Where should that be?",
        "The weight is the steepness. The bias must make the sum 0 at x = position.",
        "sigmoid of steepness times (x - position), with the safe sigmoid of lesson 1.",
    ),
    remark="One neuron with w = steepness and b = -steepness * position.",
)


# 2. bump -------------------------------------------------------------------------------------


def _bump_cases(rng: np.random.Generator) -> Sequence[Case]:
    left = float(rng.uniform(0.1, 0.4))
    return [
        Case((np.array([0.0, 0.5, 1.0]), 0.25, 0.75, 2.0, 100.0)),
        Case((np.array(0.5), 0.25, 0.75, -1.5, 20.0), "no axes, a dip"),
        Case((np.array([0, 1, 2, 3]), 1, 2, 3, 4), "whole numbers"),
        Case((np.array([]), 0.25, 0.75, 1.0, 20.0), "empty"),
        Case((np.array([0.2, 0.4, 0.6]), 0.4, 0.4, 2.0, 50.0), "no width"),
        Case((np.array([0.3, 0.5, 0.7]), 0.4, 0.6, 1.0, 5.0), "too soft to reach its height"),
        Case((np.array([-1000.0, 0.5, 1000.0]), 0.25, 0.75, 1.0, 1e5), "very steep"),
        Case((_every_second(rng.uniform(0, 1, (2, 3))), 0.3, 0.5, 0.7, 30.0), "not contiguous"),
        Case((rng.uniform(0, 1, 6), left, left + 0.3, float(rng.uniform(0.5, 2)), 25.0)),
    ]


def _bump(x: Array, left: float, right: float, height: float, steepness: float) -> Array:
    return np.asarray(height * (_step(x, left, steepness) - _step(x, right, steepness)))


BUMP = Exercise(
    name="bump",
    lesson=4,
    points=1,
    reference=_bump,
    cases=_bump_cases,
    stable=True,
    misconceptions=(
        Misconception(
            "both-steps-up",
            lambda x, left, right, height, steepness: (
                height * (_step(x, left, steepness) + _step(x, right, steepness))
            ),
            "To the right of the bump your function stays high. "
            "What must the second sigmoid do to bring it down again?",
        ),
        Misconception(
            "upside-down",
            lambda x, left, right, height, steepness: _bump(x, left, right, -height, steepness),
            "Your bump hangs down. Which of the two steps comes with the minus?",
        ),
        Misconception(
            "forgot-height",
            lambda x, left, right, height, steepness: _bump(x, left, right, 1, steepness),
            "All your bumps are 1 high. Where does the height come in?",
        ),
        Misconception(
            "height-on-one-step",
            lambda x, left, right, height, steepness: (
                height * _step(x, left, steepness) - _step(x, right, steepness)
            ),
            "Up by the height, down by 1: it does not come back to 0. "
            "What is the output weight of the second sigmoid?",
        ),
        Misconception(
            "product-of-steps",
            lambda x, left, right, height, steepness: (
                height * _step(x, left, steepness) * _step(x, right, -steepness)
            ),
            "A linear output layer cannot multiply two hidden units. "
            "How can it combine them so that they cancel on the right?",
        ),
        Misconception(
            "width-for-right",
            lambda x, left, right, height, steepness: _bump(
                x, left, left + right, height, steepness
            ),
            "Your bump ends too far to the right. Is `right` a place or a width?",
        ),
        Misconception(
            "sharp-box",
            lambda x, left, right, height, steepness: (
                height * ((x > left) & (x < right)).astype(float)
            ),
            "Your bump has vertical walls. What does a sigmoid make of them?",
        ),
        Misconception(
            "steepness-on-one-step",
            lambda x, left, right, height, steepness: (
                height * (_step(x, left, steepness) - _step(x, right, 1))
            ),
            "The left side is steep and the right side is not. "
            "Which number is missing in the second sigmoid?",
        ),
        Misconception(
            "unstable-exp",
            lambda x, left, right, height, steepness: (
                height * (_naive_step(x, left, steepness) - _naive_step(x, right, steepness))
            ),
            "The values are right, but exp overflows for a steep bump. "
            "Which sigmoid of lesson 1 never does?",
        ),
    ),
    hints=(
        "Draw a step up at `left`. What must be added to it to come back to 0 at `right`?",
        "A step up at `left` minus a step up at `right` is 1 between them and 0 outside.",
        "Call your own step twice, with `left` and with `right`; height times the difference.",
    ),
    remark="Two hidden units with output weights +height and -height.",
)


# 3. approximate ------------------------------------------------------------------------------

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


def _approximate_cases(rng: np.random.Generator) -> Sequence[Case]:
    knots = np.linspace(-1, 2, 13) + rng.uniform(-0.05, 0.05, 13)
    return [
        Case((Curve("x"), 4)),
        Case((Curve("3 + x"), 5), "high at both ends"),
        Case((Curve("5 - x"), 1), "a single bump"),
        Case((Curve("np.sin(2 * np.pi * x)", 2 * np.pi), 10)),
        Case((Curve("np.abs(x - 0.3)", 1, (0.3,)), 8), "a kink"),
        Case((Curve("np.clip(40 * (x - 0.47), -1, 1)", 40, (0.445, 0.495)), 50), "steep"),
        Case((Curve("4 * np.exp(-5 * x)", 20), 40), "steep at its end"),
        Case((Curve("2 + np.cos(9 * x)", 9), 30)),
        Case((_polygon(knots, rng.uniform(1, 3, 13), 0, 1), 60), "many kinks"),
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
        return np.asarray(_sigmoid(np.multiply.outer(x, W[:, 0]) + b) @ v[0] + c[0])


def _two_layers(answer: Any, n_bumps: int) -> Params:
    return read_network(answer, [(2 * n_bumps, 1), (1, 2 * n_bumps)])


def _largest_error(answer: Any, f: Any, n_bumps: int) -> Reached:
    params = _two_layers(answer, n_bumps)
    x = _look_at(*params[0], f)
    gaps = np.nan_to_num(np.abs(_run(params, x) - f(x)), nan=np.inf, posinf=np.inf)
    worst = int(np.argmax(gaps))
    target = f.lipschitz / n_bumps + 1e-9  # some right answers reach L / n exactly
    reached = Reached("largest error", float(gaps[worst]), target, ".4g", at_most=True)
    if reached.enough:
        return reached
    return replace(reached, what=f"largest error, at x = {x[worst]:.4g}")


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
    score=_largest_error,
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


# 4. bumps_needed -----------------------------------------------------------------------------


def _decimal(number: float) -> Fraction:
    """Return the number as it is written: 0.1 is one tenth."""
    return Fraction(repr(float(number)))


def _bumps_needed(lipschitz: float, epsilon: float, dimension: int) -> int:
    side = math.ceil(_decimal(lipschitz) / (2 * _decimal(epsilon)))
    return int(max(side, 1) ** dimension)


def _cells_counted(answer: Any, lipschitz: float, epsilon: float, dimension: int) -> Array:
    """Return the number of cells; where rounding decides about one cell a side, both are right."""
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
    """Return the count for a grid with so many cells a side."""
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


# 5. relu and dead_units ----------------------------------------------------------------------


def _relu(x: Array) -> Array:
    return np.asarray(np.maximum(x, 0))


def _relu_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((np.array([-2.0, 0.0, 3.0]),)),
        Case((np.array(-0.5),), "no axes"),
        Case((np.array([2, -3, 0]),), "whole numbers"),
        Case((np.array([]),), "empty"),
        Case((np.array([1e6, -1e6, 1e-12, -1e-12]),), "large and small"),
        Case((np.array([-0.0, -1.0]),), "nothing is positive"),
        Case((rng.normal(size=(3, 2)) * 3,), "two axes"),
        Case((_every_second(rng.normal(size=(2, 3))),), "not contiguous"),
    ]


def _relu_in_place(x: Array) -> Array:
    x[x < 0] = 0
    return x


RELU = Exercise(
    name="relu",
    lesson=4,
    points=1,
    reference=_relu,
    cases=_relu_cases,
    misconceptions=(
        Misconception(
            "absolute-value",
            lambda x: np.abs(x),
            "Yours folds negative numbers up. What should be left of a negative number?",
        ),
        Misconception(
            "step-instead",
            lambda x: (np.asarray(x) > 0).astype(float),
            "That is 0 or 1: it is the derivative of ReLU. What is ReLU of 3?",
        ),
        Misconception(
            "kept-the-negative-side",
            lambda x: np.minimum(x, 0),
            "Yours keeps the negative numbers. Which of two numbers does max(0, x) keep?",
        ),
        Misconception(
            "one-maximum-for-all",
            lambda x: np.max(np.append(x, 0.0)),
            "You get one number for the whole array. "
            "Which function compares each number with 0 for itself?",
        ),
        Misconception(
            "leaky",
            lambda x: np.where(np.asarray(x) > 0, x, 0.01 * np.asarray(x)),
            "Yours lets a little of the negative numbers through: it is a 'leaky' ReLU. "
            "What is max(0, -2)?",
        ),
        Misconception(
            "softplus-instead",
            lambda x: np.logaddexp(0, x),
            "Yours has no kink: it is log(1 + exp(x)), a smooth relative. What is max(0, 0)?",
        ),
        Misconception(
            "cut-at-one",
            lambda x: np.clip(x, 0, 1),
            "Yours never exceeds 1, so its derivative vanishes for large x. Is ReLU bounded above?",
        ),
        Misconception(
            "changed-its-input",
            _relu_in_place,
            "The numbers are right, but the array that came in has changed. "
            "Who else may still need it, and which function makes a new one?",
        ),
    ),
    hints=(
        "max(0, x), for every number of x by itself.",
        "np.max takes the largest of an array. Its relative np.maximum compares two, in pairs.",
        "np.maximum of x and 0 does it for any shape.",
    ),
    remark="Positive numbers pass unchanged, and so does their gradient.",
)


def _dead_units(X: Array, W: Array, b: Array) -> Array:
    return np.asarray((X @ W.T + b <= 0).all(axis=0))


def _units(rng: np.random.Generator, n: int, d: int, k: int) -> tuple[Array, Array, Array]:
    """Draw units about half of which are dead."""
    X, W = rng.normal(size=(n, d)), rng.normal(size=(k, d))
    top = (X @ W.T).max(axis=0)
    alive = np.arange(k) % 2 == rng.integers(2)
    return X, W, -top + np.where(alive, 0.3, -0.3)


def _dead_cases(rng: np.random.Generator) -> Sequence[Case]:
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    gates = np.array([[1.0, 1.0], [1.0, 1.0], [-1.0, 2.0]]), np.array([-1.0, -3.0, -1.0])
    X, W, b = _units(rng, 5, 3, 4)
    return [
        Case((corners, *gates), "one is dead"),
        Case((corners, np.array([[1.0, 1.0], [0.0, 0.0]]), np.array([-2.0, 0.0])),
             "never above 0, but exactly 0"),
        Case((np.array([[2]]), np.array([[-1]]), np.array([1])), "whole numbers"),
        Case((np.array([[3.0]]), np.array([[1.0]]), np.array([-2.0])), "one of each, alive"),
        Case((np.array([[1.0, 2.0], [-1.0, 0.5]]), np.array([[1.0, -3.0], [2.0, 1.0]]),
              np.array([2.0, -5.0])), "as many examples as inputs as units"),
        Case(_units(rng, 1, 3, 4), "a single example"),
        Case(_units(rng, 6, 2, 1), "a single unit"),
        Case(_units(rng, 6, 1, 5), "a single input"),
        Case(_units(rng, 40, 3, 7)),
        Case((_every_second(X), np.asfortranarray(W), b), "not contiguous"),
        Case((rng.normal(size=(30, 2)), rng.normal(size=(3, 2)), np.array([50.0, -50.0, 0.1])),
             "always on, always off, both"),
    ]  # fmt: skip


def _logits(wrong: Callable[[Array], Any]) -> Callable[..., Any]:
    return lambda X, W, b: wrong(X @ W.T + b)


DEAD_UNITS = Exercise(
    name="dead_units",
    lesson=4,
    points=1,
    reference=_dead_units,
    cases=_dead_cases,
    misconceptions=(
        Misconception(
            "zero-counts-as-alive",
            _logits(lambda Z: (Z < 0).all(axis=0)),
            "One of your living units is exactly 0 for every example. Does it ever fire, "
            "and does its gradient get through?",
        ),
        Misconception(
            "silent-once",
            _logits(lambda Z: (Z <= 0).any(axis=0)),
            "You call a unit dead when one example leaves it silent. "
            "For how many examples must it be silent?",
        ),
        Misconception(
            "alive-instead",
            _logits(lambda Z: (Z > 0).any(axis=0)),
            "These are the living units. Which ones are asked for?",
        ),
        Misconception(
            "examples-instead-of-units",
            _logits(lambda Z: (Z <= 0).all(axis=1)),
            "You have one answer an example: those at which every unit is silent. "
            "Along which axis do the examples run?",
        ),
        Misconception(
            "forgot-bias",
            lambda X, W, b: (X @ W.T <= 0).all(axis=0),
            "What does the bias do to a unit whose weights are all zero?",
        ),
        Misconception(
            "silent-on-average",
            _logits(lambda Z: Z.mean(axis=0) <= 0),
            "A unit may be far below 0 for most examples and above it for one. "
            "Is it dead then? What does a mean not see?",
        ),
        Misconception(
            "counted-them",
            _logits(lambda Z: (Z <= 0).all(axis=0).sum()),
            "Your answer is how many are dead. How would a reader know which ones?",
        ),
        Misconception(
            "subtracted-bias",
            lambda X, W, b: (X @ W.T - b <= 0).all(axis=0),
            "Does a positive bias make a unit fire more easily, or less? And in yours?",
        ),
    ),
    hints=(
        "Compute what goes into the ReLUs: a linear layer, (N, K). When does a ReLU put out 0?",
        "Ask of each number whether it is 0 or less. Then: for which units is it so for every row?",
        "np.all with axis=0 asks along the examples and leaves one answer a unit.",
    ),
    remark="No example sends a gradient through a dead unit, so no step can wake it.",
)


# 6. tent and sawtooth ------------------------------------------------------------------------


def _tent(x: Array) -> Array:
    return np.asarray(2 * _relu(x) - 4 * _relu(x - 0.5))


def _tent_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((np.array([0.0, 0.25, 0.5, 0.75, 1.0]),)),
        Case((np.array(0.4),), "no axes"),
        Case((np.array([0, 1]),), "whole numbers"),
        Case((np.array([]),), "empty"),
        Case((np.array([0.5]),), "the top"),
        Case((_every_second(rng.uniform(0, 1, size=(3, 2))),), "not contiguous"),
        Case((rng.uniform(0, 1, size=7),)),
    ]


TENT = Exercise(
    name="tent",
    lesson=4,
    points=1,
    reference=_tent,
    cases=_tent_cases,
    misconceptions=(
        Misconception(
            "half-as-high",
            lambda x: _tent(x) / 2,
            "At x = 1/2 yours is 1/2. How steep must the sides be to reach 1?",
        ),
        Misconception(
            "flat-roof",
            lambda x: 2 * _relu(x) - 2 * _relu(x - 0.5),
            "Yours stays at 1 after the middle. The slope was +2: "
            "what must be added to it to make it -2?",
        ),
        Misconception(
            "upside-down",
            lambda x: 1 - _tent(x),
            "Yours is 1 at both ends and 0 in the middle. What is it asked to be there?",
        ),
        Misconception(
            "no-kink",
            lambda x: 2 * np.asarray(x) - 4 * (np.asarray(x) - 0.5),
            "Without the ReLUs your two terms add up to one straight line. "
            "Which of them must be silent on the left half?",
        ),
        Misconception(
            "kink-at-one",
            lambda x: 2 * _relu(x) - 4 * _relu(x - 1),
            "Your kink is not inside (0, 1). Where does relu(x - c) have its kink?",
        ),
        Misconception(
            "wrong-sign-of-kink",
            lambda x: 2 * _relu(x) - 4 * _relu(x + 0.5),
            "Your second ReLU is on everywhere in [0, 1]. For which x should it begin to count?",
        ),
        Misconception(
            "parabola",
            lambda x: 4 * np.asarray(x) * (1 - np.asarray(x)),
            "The ends and the top are right, but yours is curved. "
            "Can a sum of ReLUs have a curved piece?",
        ),
        Misconception(
            "sine",
            lambda x: np.sin(np.pi * np.asarray(x)),
            "The ends and the top are right, but yours is curved. "
            "Can a sum of ReLUs be anything but straight pieces?",
        ),
    ),
    hints=(
        "Begin with slope 2: a ReLU with its kink at 0. What must change at x = 1/2?",
        "The slope goes from +2 to -2 there: a second ReLU with its kink at 1/2 adds -4.",
        "2 relu(x) - 4 relu(x - 0.5). Check it at 0, 1/2 and 1.",
    ),
    remark="Two ReLUs fold [0, 1] in the middle: x and 1 - x land on the same place.",
)


def _sawtooth(x: Array, depth: int) -> Array:
    for _ in range(depth):
        x = _tent(x)
    return x


def _sawtooth_cases(rng: np.random.Generator) -> Sequence[Case]:
    grid = np.linspace(0, 1, 17)
    return [
        Case((np.array([0.0, 0.25, 0.5]), 2)),
        Case((np.array([0.0, 0.3, 0.5, 1.0]), 1), "a single tent"),
        Case((np.array(0.3), 2), "no axes"),
        Case((np.array([0, 1]), 3), "whole numbers"),
        Case((np.array([]), 2), "empty"),
        Case((grid, 3)),
        Case((grid, 4)),
        Case((_every_second(rng.uniform(0, 1, size=(2, 3))), 3), "not contiguous"),
        Case((rng.uniform(0, 1, size=5), 5)),
        Case((rng.uniform(0, 1, size=5), 10), "deep"),
    ]


def _teeth(x: Array, number: float) -> Array:
    """Return a zigzag with so many teeth of height 1 on [0, 1]."""
    return np.asarray(1 - np.abs(2 * ((number * np.asarray(x)) % 1) - 1))


SAWTOOTH = Exercise(
    name="sawtooth",
    lesson=4,
    points=1,
    reference=_sawtooth,
    cases=_sawtooth_cases,
    misconceptions=(
        Misconception(
            "only-one-tent",
            lambda x, depth: _tent(x),
            "Yours does not depend on depth. What goes into the second tent?",
        ),
        Misconception(
            "one-tent-too-many",
            lambda x, depth: _sawtooth(x, depth + 1),
            "sawtooth(x, 1) is one tent. How many do you apply?",
        ),
        Misconception(
            "one-tent-too-few",
            lambda x, depth: _sawtooth(x, depth - 1),
            "sawtooth(x, 1) is one tent. How many do you apply?",
        ),
        Misconception(
            "power-of-the-tent",
            lambda x, depth: _tent(x) ** depth,
            "You multiply tents with each other. How do you put the output of one tent into the "
            "next?",
        ),
        Misconception(
            "sum-of-tents",
            lambda x, depth: depth * _tent(x),
            "You add the same tent up. How do you put the output of one tent into the next?",
        ),
        Misconception(
            "as-many-teeth-as-tents",
            _teeth,
            "Yours has `depth` teeth. Fold a strip of paper three times: "
            "how many layers does it have?",
        ),
        Misconception(
            "stretched-once",
            lambda x, depth: _tent(2.0 ** (depth - 1) * np.asarray(x)),
            "You stretch x first, and it leaves [0, 1], where the tent falls for ever. "
            "What brings it back between two tents?",
        ),
    ),
    hints=(
        "sawtooth(x, 2) is tent(tent(x)). What is sawtooth(x, 3)?",
        "Apply tent again and again, depth times: each output is the next input.",
        "A loop over range(depth): replace x by tent(x), then return it.",
    ),
    remark="2 ReLUs a layer, and every layer doubles the number of pieces.",
)


# 7. count_linear_pieces ----------------------------------------------------------------------

SHORTEST = 1e-3  # shortest piece that the check uses, as a share of the interval
LEAST_BEND = 0.01  # smallest change of slope that the check uses
CELLS = 8000  # so that the shortest piece spans eight


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
    return Case((_polygon(knots, values, low, high), low, high))


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


# 8. montufar_lower_bound ---------------------------------------------------------------------


def _montufar(n_inputs: int, width: int, depth: int) -> int:
    last = sum(math.comb(width, j) for j in range(n_inputs + 1))
    return int((width // n_inputs) ** (n_inputs * (depth - 1)) * last)


def _montufar_cases(rng: np.random.Generator) -> Sequence[Case]:
    shapes = [(1, 2, 1), (2, 4, 1), (2, 4, 2), (2, 5, 2), (1, 3, 4), (2, 2, 3), (3, 7, 4)]
    n = int(rng.integers(2, 5))
    shapes += [(n, 2 * n + 1, 3), (4, 9, 1), (10, 64, 5)]
    return [Case(shape) for shape in shapes]


def _cells_of(width: int, terms: int) -> int:
    return sum(math.comb(width, j) for j in range(terms))


MONTUFAR = Exercise(
    name="montufar_lower_bound",
    lesson=4,
    points=2,
    reference=lambda n_inputs, width, depth: float(_montufar(n_inputs, width, depth)),
    cases=_montufar_cases,
    rtol=1e-14,
    atol=0.0,
    stretch=True,
    misconceptions=(
        Misconception(
            "every-layer-folds",
            lambda n, width, depth: (width // n) ** (n * depth) * _cells_of(width, n + 1),
            "With one hidden layer nothing is folded yet. In how many of the layers is it?",
        ),
        Misconception(
            "forgot-the-floor",
            lambda n, width, depth: (width / n) ** (n * (depth - 1)) * _cells_of(width, n + 1),
            "Five units shared among two inputs: can each input have two and a half?",
        ),
        Misconception(
            "folds-of-one-input",
            lambda n, width, depth: (width // n) ** (depth - 1) * _cells_of(width, n + 1),
            "Each of the inputs is folded. Into how many boxes does one layer cut a square when "
            "both of its sides are folded in two?",
        ),
        Misconception(
            "sum-ends-too-early",
            lambda n, width, depth: (width // n) ** (n * (depth - 1)) * _cells_of(width, n),
            "Two units with one input make 3 pieces. With how many terms do you count them?",
        ),
        Misconception(
            "sum-of-all",
            lambda n, width, depth: (width // n) ** (n * (depth - 1)) * 2**width,
            "You count every pattern of units on and off. Can 4 lines in a plane make 16 regions?",
        ),
        Misconception(
            "layers-add-up",
            lambda n, width, depth: (width // n) ** n * (depth - 1) + _cells_of(width, n + 1),
            "Your count grows by the same amount with every layer. "
            "When a layer folds space, what happens to all the regions of the layers after it?",
        ),
        Misconception(
            "depth-ignored",
            lambda n, width, depth: _cells_of(width, n + 1),
            "That is the number for one hidden layer. What does every layer before it do?",
        ),
    ),
    hints=(
        "Begin with depth 1: width lines cut the plane. The sum of binomials counts the regions.",
        "Each earlier layer multiplies: floor(width / n_inputs) folds along each of n_inputs axes.",
        "(width // n_inputs) ** (n_inputs * (depth - 1)), times the sum of math.comb(width, j) "
        "for j from 0 to n_inputs, both included.",
    ),
    remark="Exponential in depth, polynomial in width: the slide's sentence, with numbers.",
)

EXERCISES = (
    STEP,
    BUMP,
    APPROXIMATE,
    BUMPS_NEEDED,
    RELU,
    DEAD_UNITS,
    TENT,
    SAWTOOTH,
    COUNT_LINEAR_PIECES,
    MONTUFAR,
)

PREDICTIONS = (
    Prediction(
        name="what-the-theorem-promises",
        lesson=4,
        question="A continuous function on [0, 1] and an epsilon are given. What does the theorem "
        "promise about networks with one hidden layer of sigmoids?",
        options=(
            "One of them equals the function",
            "Gradient descent finds one within epsilon of it",
            "There is one within epsilon of it",
        ),
        answer=2,
        explanation="It says that such a network exists, not how to find it: nothing about "
        "learning. And near is not equal: a finite sum of sigmoids is smooth, so it can never "
        "equal a function with a kink.",
    ),
    Prediction(
        name="cells-in-ten-dimensions",
        lesson=4,
        question="On [0, 1], 10 bumps are enough for a certain error. "
        "How many cells does the same grid need on a cube of 10 dimensions?",
        options=("100", "1,024", "10,000,000,000"),
        answer=2,
        explanation="10 cells along each of 10 sides: 10 to the power of 10. "
        "The theorem holds in any dimension, but the network that this proof builds grows "
        "exponentially with it.",
    ),
    Prediction(
        name="dead-unit-in-training",
        lesson=4,
        question="A ReLU puts out 0 for every training example. "
        "What does gradient descent do to its weights?",
        options=(
            "Nothing: their gradient is 0",
            "It makes them larger until the unit fires",
            "It makes them smaller still",
        ),
        answer=0,
        explanation="The gradient of every example is multiplied by the slope of the ReLU, which "
        "is 0 there. So the weights never change: the unit is dead. (It can only come back when "
        "the layers before it move its inputs.)",
    ),
    Prediction(
        name="pieces-of-ten-tents",
        lesson=4,
        question="tent(x) has 2 linear pieces on [0, 1]. Ten tents, one after the other, use "
        "20 ReLUs. How many linear pieces has the result?",
        options=("20", "1,024", "100"),
        answer=1,
        explanation="Each tent folds the interval in two, so it doubles the pieces: 2 to the "
        "power of 10. A network with one hidden layer would need 1,023 ReLUs: one for each kink.",
    ),
)
