"""Layer norm and batch norm: the same formula, along another axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnf_teach.exercises.exercise import Case, Exercise, Misconception
from nnf_teach.exercises.lesson_07.facts import Array

# layer_norm, batch_norm ----------------------------------------------------------------------


def _cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(n: int, d: int, *epsilon: float, shift: float = 0.0, about: str = "") -> Case:
        X = shift + rng.normal(size=(n, 1)) + rng.normal(size=(n, d)) * rng.uniform(0.5, 2, d)
        return Case((X, rng.normal(1, 0.5, d), rng.normal(size=d), *epsilon), about)

    hand = np.array([[1.0, 3.0], [5.0, 5.0], [3.0, 1.0]])
    whole = np.array([[1, 2, 6], [4, 4, 1]]), np.array([1, 2, -1]), np.array([0, 10, 100])
    equal = np.full((2, 3), 7.0)
    return [
        Case((hand, np.ones(2), np.zeros(2), 3.0), "by hand"),
        Case((equal, np.array([1.0, 2.0, 3.0]), np.array([0.5, -1.0, 0.0])), "all equal"),
        Case((*whole, 0.5), "whole numbers"),
        drawn(1, 4, 0.3, about="one example"),
        drawn(4, 1, 0.3, about="one unit"),
        drawn(3, 3, about="square"),
        drawn(5, 3),
        drawn(2, 6, 0.1),
        drawn(6, 4, shift=1e6, about="far from 0"),
    ]


def _normalise(X: Array, gain: Array, bias: Array, epsilon: float, axis: int) -> Array:
    """Write out the definition, entry by entry: another way than the array formula."""
    X = np.asarray(X, dtype=float)
    if axis == 0:
        return _normalise_rows(X.T, epsilon).T * gain + bias
    return _normalise_rows(X, epsilon) * gain + bias


def _normalise_rows(X: Array, epsilon: float) -> Array:
    rows = []
    for x in X:
        mean = float(sum(x)) / len(x)
        variance = sum((v - mean) ** 2 for v in x) / len(x)
        rows.append([(v - mean) / (variance + epsilon) ** 0.5 for v in x])
    return np.array(rows).reshape(X.shape)


def _layer_norm(X: Array, gain: Array, bias: Array, epsilon: float = 1e-5) -> Array:
    return _normalise(X, gain, bias, epsilon, axis=1)


def _batch_norm(X: Array, gain: Array, bias: Array, epsilon: float = 1e-5) -> Array:
    return _normalise(X, gain, bias, epsilon, axis=0)


Along = Callable[[Array, int], Any]


def _mean(X: Array, axis: int | None) -> Any:
    return X.mean(axis=axis, keepdims=True)


def _variance(X: Array, axis: int | None) -> Any:
    return X.var(axis=axis, keepdims=True)


def _by_two_means(X: Array, axis: int) -> Any:
    return np.mean(np.square(X * 1.0), axis=axis, keepdims=True) - _mean(X, axis) ** 2


def _unbiased(X: Array, axis: int) -> Any:
    return X.var(axis=axis, keepdims=True, ddof=1)


Spread = Callable[[Any, float], Any]


def _normed(
    axis: int,
    mean: Along = _mean,
    variance: Along = _variance,
    spread: Spread = lambda variance, epsilon: np.sqrt(variance + epsilon),
    after: Callable[[Any, Array, Array], Any] = lambda S, gain, bias: S * gain + bias,
    fixed: float | None = None,
) -> Callable[..., Any]:
    """Build a norm in which one thing is wrong."""

    def norm(X: Array, gain: Array, bias: Array, epsilon: float = 1e-5) -> Any:
        epsilon = epsilon if fixed is None else fixed
        with np.errstate(all="ignore"):
            S = (X - mean(X, axis)) / spread(variance(X, axis), epsilon)
        return after(S, gain, bias)

    return norm


def _in_place(axis: int) -> Callable[..., Any]:
    def norm(X: Array, gain: Array, bias: Array, epsilon: float = 1e-5) -> Any:
        X -= _mean(X, axis)
        X /= np.sqrt(_variance(X, axis) + epsilon)
        X *= gain
        X += bias
        return X

    return norm


def _misconceptions(axis: int, other: str) -> tuple[Misconception, ...]:
    along = "units of one example" if axis == 1 else "examples of one unit"
    return (
        Misconception(
            "wrong-axis",
            _normed(1 - axis),
            f"Yours normalises along the other axis: that is {other}. "
            f"Which axis runs over the {along}?",
        ),
        Misconception(
            "one-mean-for-all",
            _normed(axis, lambda X, _: _mean(X, None), lambda X, _: _variance(X, None)),
            f"You take one mean of the whole array. How many means are there, when each is over "
            f"the {along}?",
        ),
        Misconception(
            "epsilon-outside-the-root",
            _normed(axis, spread=lambda variance, epsilon: np.sqrt(variance) + epsilon),
            "You add epsilon to the standard deviation. Is it inside the square root, or outside?",
        ),
        Misconception(
            "forgot-epsilon",
            _normed(axis, spread=lambda variance, epsilon: np.sqrt(variance)),
            "When all numbers are equal you divide 0 by 0. What is epsilon for?",
        ),
        Misconception(
            "epsilon-fixed",
            _normed(axis, fixed=1e-5),
            "Right for the usual epsilon only. Is 1e-5 written somewhere in its place?",
        ),
        Misconception(
            "forgot-root",
            _normed(axis, spread=lambda variance, epsilon: variance + epsilon),
            "You divide by the variance. In which units is it: those of x, or of x squared?",
        ),
        Misconception(
            "unbiased-variance",
            _normed(axis, variance=_unbiased),
            "You divide by one less than the number of values, as statisticians do for samples. "
            "What does the formula divide by, and what happens with a single value?",
        ),
        Misconception(
            "unstable-variance",
            _normed(axis, variance=_by_two_means),
            "Mean of the squares minus square of the mean: two large, nearly equal numbers, when "
            "the values are far from 0. What else gives a variance?",
        ),
        Misconception(
            "not-centred",
            _normed(axis, mean=lambda X, axis: 0.0),
            "The mean is still there. What is subtracted before dividing?",
        ),
        Misconception(
            "only-centred",
            _normed(axis, spread=lambda variance, epsilon: 1.0),
            "The mean is gone, but the spread is as it was. What do you divide by?",
        ),
        Misconception(
            "forgot-gain-and-bias",
            _normed(axis, after=lambda S, gain, bias: S),
            "Normalised, and nothing after it. What do gain and bias do?",
        ),
        Misconception(
            "forgot-bias",
            _normed(axis, after=lambda S, gain, bias: S * gain),
            "The gain is there. What is added after it?",
        ),
        Misconception(
            "bias-before-gain",
            _normed(axis, after=lambda S, gain, bias: (S + bias) * gain),
            "Your gain multiplies the bias, too. Which of the two comes last?",
        ),
        Misconception(
            "gain-and-bias-exchanged",
            _normed(axis, after=lambda S, gain, bias: S * bias + gain),
            "gain and bias have changed places. Which one multiplies?",
        ),
        Misconception(
            "gain-per-example",
            _normed(axis, after=_by_example),
            "Your gain belongs to examples. There is one gain and one bias for each unit: along "
            "which axis do they lie?",
        ),
        Misconception(
            "changes-x",
            _in_place(axis),
            "-= and /= write into the array that came in, and an array of whole numbers cannot "
            "hold fractions. Can you make a new array?",
        ),
    )


def _by_example(S: Array, gain: Array, bias: Array) -> Array:
    """Put one gain on each row where there are as many units as examples, else as it should be."""
    if S.shape[0] == S.shape[1]:
        return np.asarray(S * gain[:, None] + bias[:, None])
    return np.asarray(S * gain + bias)


LAYER_NORM = Exercise(
    name="layer_norm",
    lesson=7,
    points=1,
    reference=_layer_norm,
    cases=_cases,
    stable=True,
    misconceptions=_misconceptions(1, "batch norm"),
    hints=(
        "Each row is one example. It gets its own mean and its own variance, over its D units.",
        "X.mean(axis=1, keepdims=True) has shape (N, 1), so it can be subtracted from every unit. "
        "The variance in the same way.",
        "(X - mean) / np.sqrt(variance + epsilon), then times gain, plus bias.",
    ),
    remark="No example knows of the others: the same in training and after it.",
)

BATCH_NORM = Exercise(
    name="batch_norm",
    lesson=7,
    points=1,
    reference=_batch_norm,
    cases=_cases,
    stable=True,
    misconceptions=_misconceptions(0, "layer norm"),
    hints=(
        "Each column is one unit. It gets its own mean and its own variance, over the N examples "
        "of the batch.",
        "It is layer_norm with the other axis, and gain and bias where they were: one for each "
        "unit.",
        "(X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + epsilon), then times gain, plus bias.",
    ),
    remark="Here an example's output depends on the batch it came with. After training one uses "
    "running averages of the means and variances in place of the batch's.",
)
