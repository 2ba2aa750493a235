"""The quadratic loss, and its gradients by predictions and by targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.exercises.exercise import Case, Exercise, Misconception
from nnf_teach.exercises.oracles import vjp

Array = NDArray[Any]

# 5. quadratic_loss, quadratic_loss_backward --------------------------------------------------


def _distance_cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(n: int, k: int) -> Case:
        return Case((rng.normal(size=(n, k)), rng.normal(size=(n, k))))

    T = rng.normal(size=(2, 3))
    return [
        Case((np.array([[1.0, 2.0], [5.0, 4.0]]), np.array([[4.0, 6.0], [5.0, 5.0]])), "by hand"),
        Case((np.array([[1, 2, 0]]), np.array([[0, 5, 0]])), "whole numbers"),
        Case((T, T.copy()), "no error"),
        Case((np.array([[5.0]]), np.array([[2.0]])), "one number"),
        drawn(4, 1),
        drawn(3, 3),
        drawn(5, 2),
        drawn(1, 4),
        drawn(0, 3),
    ]


QUADRATIC_LOSS = Exercise(
    name="quadratic_loss",
    lesson=6,
    points=1,
    reference=lambda X, T: np.sum((np.asarray(T) - X) ** 2, axis=1),
    cases=_distance_cases,
    misconceptions=(
        Misconception(
            "half",
            lambda X, T: np.sum((X - T) ** 2, axis=1) / 2,
            "Yours is half of it. Many books write the half. Does the slide?",
        ),
        Misconception(
            "distance-without-square",
            lambda X, T: np.sqrt(np.sum((X - T) ** 2, axis=1)),
            "That is the distance itself. What does the small 2 on the slide do to it?",
        ),
        Misconception(
            "mean-over-outputs",
            lambda X, T: np.sum((X - T) ** 2, axis=1) / max(np.shape(X)[1], 1),
            "You divide by the number of outputs. In Pythagoras' theorem, are the squares added "
            "up or averaged?",
        ),
        Misconception(
            "one-number",
            lambda X, T: np.sum((X - T) ** 2),
            "You add up over everything. How many losses are asked for?",
        ),
        Misconception(
            "mean-of-everything",
            lambda X, T: np.sum((X - T) ** 2) / max(np.size(X), 1),
            "That is one mean for all. How many losses are asked for, and is there a mean on the "
            "slide?",
        ),
        Misconception(
            "summed-over-examples",
            lambda X, T: np.sum((X - T) ** 2, axis=0),
            "You add up over the examples. Along which axis are the outputs of one example?",
        ),
        Misconception(
            "absolute-differences",
            lambda X, T: np.sum(np.abs(X - T), axis=1),
            "You add up sizes of differences. What is done to each difference in a squared "
            "distance?",
        ),
        Misconception(
            "square-of-the-sum",
            lambda X, T: np.sum(np.asarray(X) - T, axis=1) ** 2,
            "You add first and square then, so that errors of opposite sign hide each other. "
            "Which comes first?",
        ),
        Misconception(
            "not-summed",
            lambda X, T: (np.asarray(X) - T) ** 2,
            "You have one square for each output. What makes one loss for each example of them?",
        ),
        Misconception(
            "difference-of-squares",
            lambda X, T: np.sum(np.square(T) - np.square(X), axis=1),
            "You square before you subtract. Can a squared distance be below 0?",
        ),
    ),
    hints=(
        "||t - x||^2 is Pythagoras: the squares of the differences, added up.",
        "One number for each row: which axis disappears?",
        "np.sum of (T - X) ** 2 along axis 1.",
    ),
    remark="No half, no mean, as on the slide. Look which one a book or a library means.",
)


def _distance_backward(X: Array, T: Array) -> tuple[Array, ...]:
    from autograd import numpy as anp

    return vjp(lambda X, T: anp.sum((T - X) ** 2), 1.0, X, T)


def _lengths(X: Array, T: Array) -> Array:
    length = np.sqrt(np.sum((X - T) ** 2, axis=1, keepdims=True))
    return np.asarray(np.where(length > 0, length, 1.0))


QUADRATIC_LOSS_BACKWARD = Exercise(
    name="quadratic_loss_backward",
    lesson=6,
    points=1,
    reference=_distance_backward,
    cases=_distance_cases,
    misconceptions=(
        Misconception(
            "forgot-two",
            lambda X, T: (X - T, T - X),
            "Your gradients are half of what they should be. What does differentiating a square "
            "put in front?",
        ),
        Misconception(
            "wrong-sign",
            lambda X, T: (2 * (T - X), 2 * (X - T)),
            "Both signs are turned round, or both gradients have changed places. If the prediction "
            "is above the target and grows, does the loss rise or fall?",
        ),
        Misconception(
            "same-sign",
            lambda X, T: (2 * (X - T), 2 * (X - T)),
            "dX is right. If both move by the same amount, the distance stays. "
            "What must dX + dT be then?",
        ),
        Misconception(
            "targets-are-constants",
            lambda X, T: (2 * (X - T), np.zeros(np.shape(T))),
            "dX is right. You say that the loss does not depend on the target. "
            "If the target comes nearer, what happens to it?",
        ),
        Misconception(
            "mean-instead-of-sum",
            lambda X, T: (2 * (X - T) / max(len(X), 1), 2 * (T - X) / max(len(X), 1)),
            "You divide by N. The losses of the examples are added up here. "
            "Does one example's gradient then depend on how many others there are?",
        ),
        Misconception(
            "mean-of-everything",
            lambda X, T: (2 * (X - T) / max(np.size(X), 1), 2 * (T - X) / max(np.size(X), 1)),
            "You divide by the count of all numbers. The losses are added up here. "
            "Where does your mean come from?",
        ),
        Misconception(
            "mean-over-outputs",
            lambda X, T: (
                2 * (X - T) / max(np.shape(X)[1], 1),
                2 * (T - X) / max(np.shape(X)[1], 1),
            ),
            "You divide by the number of outputs. Their squares are added up here. "
            "Where does your mean come from?",
        ),
        Misconception(
            "gradient-of-the-distance",
            lambda X, T: ((X - T) / _lengths(X, T), (T - X) / _lengths(X, T)),
            "Your gradients have length 1: they belong to the distance without the square. "
            "Should an error that is twice as large pull twice as hard?",
        ),
        Misconception(
            "loss-instead-of-its-gradient",
            lambda X, T: ((X - T) ** 2, (T - X) ** 2),
            "These are the parts of the loss. What is the slope of a square?",
        ),
        Misconception(
            "summed-over-outputs",
            lambda X, T: (2 * (X - T).sum(axis=1), 2 * (T - X).sum(axis=1)),
            "You add up over the outputs. A gradient has the shape of what it is a gradient of: "
            "which shape has X?",
        ),
    ),
    hints=(
        "The loss is a sum of terms (t - x)^2. Each x and each t is in one term only.",
        "The slope of a square is twice what is squared, times the slope of the inside. "
        "By x the inside has slope -1, by t it has +1.",
        "dX = 2 * (X - T), and dT = 2 * (T - X). Nothing is divided.",
    ),
    remark="Prediction minus target, and targets can be learnt in the same way.",
)
