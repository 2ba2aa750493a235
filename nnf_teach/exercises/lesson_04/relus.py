"""5: the ReLU, and units that died."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.exercises.exercise import Case, Exercise, Misconception
from nnf_teach.exercises.lesson_04.curves import every_second

Array = NDArray[Any]


def relu(x: Array) -> Array:
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
        Case((every_second(rng.normal(size=(2, 3))),), "not contiguous"),
    ]


def _relu_in_place(x: Array) -> Array:
    x[x < 0] = 0
    return x


RELU = Exercise(
    name="relu",
    lesson=4,
    points=1,
    reference=relu,
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
        Case((every_second(X), np.asfortranarray(W), b), "not contiguous"),
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
