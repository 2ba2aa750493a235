"""The quadratic loss, and its gradients by predictions and by targets."""

import numpy as np

from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.oracles import vjp


def distance_cases(rng):
    def drawn(n, k):
        return rng.normal(size=(n, k)), rng.normal(size=(n, k))

    yield np.array([[1.0, 2.0], [5.0, 4.0]]), np.array([[4.0, 6.0], [5.0, 5.0]])
    yield np.array([[1, 2, 0]]), np.array([[0, 5, 0]]), "whole numbers"
    T = rng.normal(size=(2, 3))
    yield T, T.copy(), "no error"
    yield np.array([[5.0]]), np.array([[2.0]]), "one number"
    yield from (drawn(4, 1), drawn(3, 3), drawn(5, 2), drawn(1, 4))
    yield 100 * T, np.zeros((2, 3))
    yield *drawn(0, 3), "no examples"


@exercise(lesson=6, points=1)
def quadratic_loss(X, T):
    return np.sum((np.asarray(T) - X) ** 2, axis=1)


quadratic_loss.cases(distance_cases)


@quadratic_loss.mistake
def square_of_the_sum(X, T):
    """You add first and square then, so that errors of opposite sign hide each other. Which comes
    first?"""
    return np.sum(np.asarray(X) - T, axis=1) ** 2


@quadratic_loss.mistake
def difference_of_squares(X, T):
    """You square before you subtract. Can a squared distance be below 0?"""
    return np.sum(np.square(T) - np.square(X), axis=1)


quadratic_loss.hints(
    "||t - x||^2 is Pythagoras: the squares of the differences, added up.",
    "One number for each row: which axis disappears?",
    "np.sum of (T - X) ** 2 along axis 1.",
    remark="No half, no mean, as on the slide. Look which one a book or a library means.",
)


@exercise(lesson=6, points=1, returns=("dX", "dT"))
def quadratic_loss_backward(X, T):
    from autograd import numpy as anp

    return vjp(lambda X, T: anp.sum((T - X) ** 2), 1.0, X, T)


quadratic_loss_backward.cases(distance_cases)


def _without_guard(X, T):
    length = np.linalg.norm(X - T, axis=1, keepdims=True)
    return (X - T) / length, (T - X) / length


@quadratic_loss_backward.mistake(also=(_without_guard,))
def gradient_of_the_distance(X, T):
    """Your gradients have length 1: they belong to the distance without the square. Should an
    error that is twice as large pull twice as hard?"""
    length = np.linalg.norm(X - T, axis=1, keepdims=True)
    length[length == 0] = 1
    return (X - T) / length, (T - X) / length


quadratic_loss_backward.hints(
    "The loss is a sum of terms (t - x)^2. Each x and each t is in one term only.",
    "The slope of a square is twice what is squared, times the slope of the inside. "
    "By x the inside has slope -1, by t it has +1.",
    "dX = 2 * (X - T), and dT = 2 * (T - X). Nothing is divided.",
    remark="Prediction minus target, and targets can be learnt in the same way.",
)
