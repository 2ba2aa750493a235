"""Logistic regression on products of two inputs, with an L1 and with an L2 penalty of each size."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.modules.sigmoid import sigmoid

EDGE = 2.0  # inputs lie in [-EDGE, EDGE]^2
POWERS = ((1, 0), (0, 1), (2, 0), (1, 1), (0, 2), (3, 0), (2, 1), (1, 2), (0, 3))
NAMES = ("x₁", "x₂", "x₁²", "x₁x₂", "x₂²", "x₁³", "x₁²x₂", "x₁x₂²", "x₂³")
TRUE = (2, 4)  # the features that the classes depend on: x₁² and x₂²
RADIUS2 = 1.8  # class 1 is where x₁² + x₂² is more
TRAINING, TESTS, FLIPPED = 60, 1000, 0.1  # examples, and the share of wrong training labels
STRENGTHS = tuple(float(f"{s:.2g}") for s in 10 ** np.arange(-4, 0.01, 0.125))
STILL, MOST_STEPS = 1e-9, 20_000  # a step that small ends a fit
L1, L2 = PENALTIES = "L1", "L2"


class Classes(NamedTuple):
    """Points X (N, 2) and their classes t (N,), 0 or 1."""

    X: Array
    t: Array


def products(X: Array) -> Array:
    """Return the products of POWERS of the points X (N, 2): (N, 9).

    >>> products(np.array([[2.0, 3.0]])).tolist()
    [[2.0, 3.0, 4.0, 6.0, 9.0, 8.0, 12.0, 18.0, 27.0]]
    """
    return np.column_stack([X[:, 0] ** a * X[:, 1] ** b for a, b in POWERS])


def draw(seed: int) -> tuple[Classes, Classes]:
    """Return training examples, some with a wrong label, and test examples, all with right ones."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-EDGE, EDGE, (TRAINING + TESTS, 2))
    t = ((X**2).sum(axis=1) > RADIUS2).astype(float)
    wrong = rng.random(TRAINING) < FLIPPED
    noisy = np.where(wrong, 1 - t[:TRAINING], t[:TRAINING])
    return Classes(X[:TRAINING], noisy), Classes(X[TRAINING:], t[TRAINING:])


class Model(NamedTuple):
    """Weights w (9,) and bias of features less their mean (9,), divided by their size (9,)."""

    w: Array
    b: float
    mean: Array
    size: Array

    def logit(self, F: Array) -> Array:
        """Return the logits (N,) of points whose products are F (N, 9)."""
        slopes = self.w / self.size
        return np.asarray(F @ slopes + (self.b - self.mean @ slopes))

    def error(self, classes: Classes) -> float:
        """Return the share of examples that are classified wrongly."""
        return float(((self.logit(products(classes.X)) > 0) != classes.t).mean())


def fit(F: Array, t: Array, penalty: str, strength: float, start: Array) -> Array:
    """Return the weights and bias (D + 1,) with the least mean cross entropy and penalty.

    The penalty is strength * sum |w| (L1) or strength * sum w^2 (L2), without the bias. Found by
    proximal gradient steps with momentum, which begins anew where it points uphill (Beck and
    Teboulle 2009; O'Donoghue and Candes 2015).

    Parameters
    ----------
    F : (N, D)
    t : (N,)
        Targets, 0 or 1.
    penalty : "L1" or "L2"
    strength : float
    start : (D + 1,)
    """
    A = np.column_stack([F, np.ones(len(F))])
    double = 2 * strength * (np.arange(len(start)) < len(start) - 1) * (penalty == L2)
    rate = 1 / (np.linalg.norm(A, 2) ** 2 / (4 * len(t)) + double.max())
    w, ahead, pace = start, start, 1.0
    for _ in range(MOST_STEPS):
        step = ahead - rate * (A.T @ (sigmoid(A @ ahead) - t) / len(t) + double * ahead)
        if penalty == L1:
            step[:-1] = np.sign(step[:-1]) * np.maximum(np.abs(step[:-1]) - rate * strength, 0)
        pace = 1.0 if (ahead - step) @ (step - w) > 0 else pace
        faster = (1 + np.sqrt(1 + 4 * pace**2)) / 2
        ahead, moved = step + (pace - 1) / faster * (step - w), np.abs(step - w).max()
        w, pace = step, faster
        if moved < STILL:
            break
    return w


def path(training: Classes, penalty: str) -> list[Model]:
    """Return a model for each of STRENGTHS."""
    F = products(training.X)
    mean, size = F.mean(axis=0), F.std(axis=0)
    w, models = np.zeros(len(POWERS) + 1), []
    for strength in reversed(STRENGTHS):  # each begins where the one before has ended
        w = fit((F - mean) / size, training.t, penalty, strength, w)
        models.append(Model(w[:-1], float(w[-1]), mean, size))
    return models[::-1]


class Paths:
    """Training and test examples of a draw, and the models of both penalties.

    >>> paths = Paths(2)
    >>> [len(paths.models[penalty]) for penalty in PENALTIES]
    [33, 33]
    """

    def __init__(self, seed: int) -> None:
        self.training, self.tests = draw(seed)
        self.models = {penalty: path(self.training, penalty) for penalty in PENALTIES}
