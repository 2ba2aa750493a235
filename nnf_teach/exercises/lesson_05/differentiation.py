"""Derivatives of functions that are given: by differences, and of second order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.exercises.exercise import Case, Exercise, Misconception
from nnf_teach.exercises.formula import Formula

Array = NDArray[Any]
ANY_SHAPE = "any shape, whole numbers"

# 1. numerical_gradient -----------------------------------------------------------------------


def _every_second(array: Array) -> Array:
    """Return the values in memory that is not contiguous."""
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]


def _numerical_cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw functions with steps of every size: with a large one, every slip shows."""
    square = Formula("x[0] ** 2 + 3 * x[0] * x[1]")
    cube = Formula("np.sum(x ** 3)")
    product = Formula("np.prod(x) + np.sum(x**2) / 4")
    waves = Formula("np.sum(np.sin(x) * np.exp(x[0]))")
    chained = Formula("np.sum(x[:, :-1] ** 2 * x[:, 1:]) + np.sum(np.exp(x))")
    return [
        Case((square, np.array([1.0, 2.0]), 1e-5)),
        Case((cube, np.array([2.0]), 0.5), "a large step"),
        Case((cube, np.array(1.5), 0.25), "no axes", ANY_SHAPE),
        Case((product, np.array([1, 2, 3]), 0.125), "whole numbers", ANY_SHAPE),
        Case((square, np.array([1.0, -2.0])), "the step that is the default"),
        Case((waves, rng.normal(size=4), 0.1)),
        Case((chained, rng.normal(size=(2, 3)), 1e-5), "two axes", ANY_SHAPE),
        Case((waves, rng.normal(size=(2, 1, 3)), 0.2), "three axes", ANY_SHAPE),
        Case((chained, _every_second(rng.normal(size=(2, 3))), 0.1), "not contiguous", ANY_SHAPE),
        Case((cube, np.zeros(0), 1e-5), "no numbers at all", ANY_SHAPE),
    ]


Quotient = Callable[[Callable[[Array], Any], Array, Array, float], Any]


def _differences(quotient: Quotient) -> Callable[..., Any]:
    """Build a gradient from what is computed for one entry: quotient(f, x, move, epsilon)."""

    def gradient(f: Callable[[Array], Any], x: Array, epsilon: float = 1e-5) -> Array:
        x = np.array(x, dtype=float)
        found = np.zeros_like(x)
        for place in np.ndindex(*x.shape):
            move = np.zeros_like(x)
            move[place] = epsilon
            found[place] = quotient(f, x, move, epsilon)
        return found

    return gradient


_central = _differences(lambda f, x, move, e: (f(x + move) - f(x - move)) / (2 * e))


def _numerical_gradient(
    f: Callable[[Array], Any], x: Array, epsilon: float = 1e-5
) -> NDArray[np.float64]:
    """Take central differences; the tests compare them with autograd where epsilon is small."""
    return np.asarray(_central(f, x, epsilon))


def _all_at_once(f: Callable[[Array], Any], x: Array, epsilon: float = 1e-5) -> Any:
    return (f(x + epsilon) - f(x - epsilon)) / (2 * epsilon)


def _walking(copy: bool) -> Callable[..., Any]:
    """Move every entry up and down, and put none of them back."""

    def gradient(f: Callable[[Array], Any], x: Array, epsilon: float = 1e-5) -> Array:
        x = x.astype(float) if copy else x
        found = np.zeros(x.shape)
        for place in np.ndindex(*x.shape):
            x[place] += epsilon
            up = f(x)
            x[place] -= 2 * epsilon
            found[place] = (up - f(x)) / (2 * epsilon)
        return found

    return gradient


def _whole_steps(f: Callable[[Array], Any], x: Array, epsilon: float = 1e-5) -> Array:
    found = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[place] += epsilon  # in an array of whole numbers the step is cut off
        down[place] -= epsilon
        found[place] = (f(up) - f(down)) / (2 * epsilon)
    return found


NUMERICAL_GRADIENT = Exercise(
    name="numerical_gradient",
    lesson=5,
    points=2,
    reference=_numerical_gradient,
    cases=_numerical_cases,
    parts={"vectors": 1, ANY_SHAPE: 1},
    atol=1e-8,  # rounding in f, divided by 2e-5
    misconceptions=(
        Misconception(
            "forward-difference",
            _differences(lambda f, x, move, e: (f(x + move) - f(x)) / e),
            "You look to one side only. The error of a central difference shrinks with the "
            "square of epsilon. Which second point does it use?",
        ),
        Misconception(
            "backward-difference",
            _differences(lambda f, x, move, e: (f(x) - f(x - move)) / e),
            "You look to one side only, below x. Which second point does a central difference use?",
        ),
        Misconception(
            "divided-by-epsilon",
            _differences(lambda f, x, move, e: (f(x + move) - f(x - move)) / e),
            "Every number is twice too large. How far apart are the two points at which you "
            "evaluate f?",
        ),
        Misconception(
            "not-divided",
            _differences(lambda f, x, move, e: f(x + move) - f(x - move)),
            "That is how much f changes. A slope is a change per unit of x: "
            "what must it be divided by?",
        ),
        Misconception(
            "wrong-sign",
            _differences(lambda f, x, move, e: (f(x - move) - f(x + move)) / (2 * e)),
            "Every sign is turned round. Where f grows with x, should the slope be positive?",
        ),
        Misconception(
            "all-entries-at-once",
            _all_at_once,
            "You move all entries together and get one number. A gradient has one number for "
            "each entry. How do you find out what a single entry does?",
        ),
        Misconception(
            "all-entries-at-once-and-filled",
            lambda f, x, epsilon=1e-5: np.full(np.shape(x), _all_at_once(f, x, epsilon)),
            "All your numbers are equal, because all entries move together. "
            "How do you find out what a single entry does?",
        ),
        Misconception(
            "not-put-back",
            _walking(copy=True),
            "The first number is right, later ones drift: the entries that you have moved stay "
            "moved. What is missing at the end of each round?",
        ),
        Misconception(
            "not-put-back-in-x",
            _walking(copy=False),
            "After your function, x is not what it was: the entries stay moved. "
            "On what should you work instead, and what belongs at the end of each round?",
        ),
        Misconception(
            "whole-number-steps",
            _whole_steps,
            "x may hold whole numbers. What is left of a small step when you add it to an entry "
            "of such an array?",
        ),
        Misconception(
            "integer-output",
            lambda f, x, epsilon=1e-5: _central(f, x, epsilon).astype(np.asarray(x).dtype),
            "For whole numbers your slopes are cut to whole numbers. "
            "Which dtype has the array that you fill?",
        ),
        Misconception(
            "flat-output",
            lambda f, x, epsilon=1e-5: _central(f, x, epsilon).ravel(),
            "Your numbers are right, but they stand in one row. A gradient has the shape of what "
            "it is a gradient of: which shape is that here?",
        ),
        Misconception(
            "ignores-epsilon",
            lambda f, x, epsilon=1e-5: _central(f, x, 1e-5),
            "Your step is always the same. Which argument says how large it should be?",
        ),
    ),
    hints=(
        "Move one entry of x up by epsilon and down by epsilon, and compare the two values of f.",
        "Start with x = np.array(x, dtype=float): a copy, with room for small steps. "
        "np.ndindex(x.shape) goes through all places, whatever the shape.",
        "For each place: keep old = x[place]; set x[place] = old + epsilon and call f; set "
        "old - epsilon and call f; put old back. The slope is (up - down) / (2 * epsilon).",
    ),
    remark="Two calls of f for every entry: fine for a test, far too slow for training.",
)


# 10. hessian_vector_product ------------------------------------------------------------------


def _hvp_cases(rng: np.random.Generator) -> Sequence[Case]:
    hand = Formula("x[0] ** 2 * x[1] + x[1] ** 3")
    smooth = Formula("np.sum(np.exp(x) * x[0]) + np.prod(x)")
    waves = Formula("np.sum(np.sin(x)) ** 2")
    return [
        Case((hand, np.array([1.0, 2.0]), np.array([1.0, 0.0]))),
        Case((hand, np.array([1.0, 2.0]), np.array([-1.0, 2.0]))),
        Case((Formula("x[0] ** 4"), np.array([2.0]), np.array([3.0])), "one number"),
        Case((smooth, rng.normal(size=3), rng.normal(size=3))),
        Case((waves, rng.normal(size=5), rng.normal(size=5))),
        Case((Formula("np.sum(x ** 2)"), rng.normal(size=4), np.zeros(4)), "v is zero"),
    ]


def _hessian(f: Callable[[Array], Any], x: Array) -> Array:
    from autograd import hessian

    return np.asarray(hessian(f)(np.asarray(x, dtype=float)))


def _slope(f: Callable[[Array], Any], x: Array) -> Array:
    from autograd import grad

    return np.asarray(grad(f)(np.asarray(x, dtype=float)))


HESSIAN_VECTOR_PRODUCT = Exercise(
    name="hessian_vector_product",
    lesson=5,
    points=1,
    stretch=True,
    may_call=("autograd",),
    reference=lambda f, x, v: _hessian(f, x) @ v,
    cases=_hvp_cases,
    misconceptions=(
        Misconception(
            "directional-derivative",
            lambda f, x, v: float(_slope(f, x) @ v),
            "That is one number: the slope of f along v. "
            "What do you get when you differentiate it by x once more?",
        ),
        Misconception(
            "gradient-only",
            lambda f, x, v: _slope(f, x),
            "That is the gradient of f, and v plays no part in it. Where does v come in?",
        ),
        Misconception(
            "gradient-times-v",
            lambda f, x, v: _slope(f, x) * v,
            "That holds first derivatives only. How does the gradient itself change when x moves "
            "along v?",
        ),
        Misconception(
            "diagonal-only",
            lambda f, x, v: np.diag(_hessian(f, x)) * v,
            "You use each entry's own second derivative only. What about the mixed ones, when "
            "one entry changes the slope by another?",
        ),
        Misconception(
            "row-sums-times-v",
            lambda f, x, v: _hessian(f, x).sum(axis=1) * v,
            "You differentiate the sum of the gradient's entries. Before you add them up, "
            "what should each of them be multiplied by?",
        ),
        Misconception(
            "quadratic-form",
            lambda f, x, v: float(v @ _hessian(f, x) @ v),
            "That is one number, v twice. The Hessian times one v is a vector: "
            "where did you multiply once too often?",
        ),
        Misconception(
            "whole-step",
            lambda f, x, v: _slope(f, x + v) - _slope(f, x),
            "You compare the gradients at x and at x + v, which is far away. "
            "Can autograd differentiate the gradient itself, without any step?",
        ),
    ),
    hints=(
        "The Hessian is the Jacobian of the gradient. You need its product with v, not all of it.",
        "g(x) = <gradient of f at x, v> is a scalar function of x. What is its gradient?",
        "Define a function of x that returns np.dot(autograd.grad(f)(x), v), with "
        "autograd.numpy, and take autograd.grad of it at x.",
    ),
    remark="The backward pass was itself a graph, so it could be differentiated again.",
)
