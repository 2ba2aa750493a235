"""Logistic regression on round clouds of points, trained by gradient descent from zeros."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from nnf_teach.arguments import Array, unchecked
from nnf_teach.datasets import make_blobs
from nnf_teach.experiments.film import Film
from nnf_teach.modules.cross_entropy import (
    cross_entropy_with_logits,
    cross_entropy_with_logits_gradient,
)

Gradients = Callable[..., Any]  # (X, t, w, b) -> (dw, db)

EDGE = 4.0  # points are in [-EDGE, EDGE]^2
SIZE = 32  # points
FREE = 6  # of them can be moved, three of each class
MAX_WEIGHT = 1e9  # a weight beyond this ends the descent

_loss = unchecked(cross_entropy_with_logits)
_loss_gradient = unchecked(cross_entropy_with_logits_gradient)


class Cloud(NamedTuple):
    """Centres of round clouds, the class of each, and their standard deviation."""

    centres: tuple[tuple[float, float], ...]
    classes: tuple[int, ...]
    noise: float


DATA = {
    "two blobs": Cloud(((-1.6, -1.1), (1.6, 1.1)), (0, 1), 0.7),
    "overlapping blobs": Cloud(((-0.8, -0.6), (0.8, 0.6)), (0, 1), 1.1),
    "XOR": Cloud(((-1.8, -1.8), (-1.8, 1.8), (1.8, -1.8), (1.8, 1.8)), (0, 1, 1, 0), 0.5),
}


def load_points(word: str) -> tuple[Array, Array]:
    """Return X (SIZE, 2) and t (SIZE,) of a data set; the last FREE points can be moved.

    >>> X, t = load_points("XOR")
    >>> X.shape, t[-FREE:].tolist()
    ((32, 2), [0.0, 0.0, 0.0, 1.0, 1.0, 1.0])
    """
    cloud = DATA[word]
    rng = np.random.default_rng(len(word))
    X, which = make_blobs(SIZE, cloud.noise, centres=cloud.centres, rng=rng)
    t = np.array(cloud.classes)[which]
    free = []
    for label in (0, 1):  # the lowest, the highest and one between: far from one another
        upwards = sorted(np.flatnonzero(t == label), key=lambda i: float(X[i, 1]))
        free += [upwards[k] for k in (0, len(upwards) // 2, -1)]
    order = [*np.delete(np.arange(SIZE), free), *free]
    return np.clip(X[order], 0.1 - EDGE, EDGE - 0.1), t[order].astype(np.float64)


def our_gradients(X: Array, t: Array, w: Array, b: float) -> tuple[Array, float]:
    """Return dL/dw (D,) and dL/db of the mean cross entropy of p = sigmoid(Xw + b).

    >>> dw, db = our_gradients(np.array([[2.0, 0.0]]), np.array([1.0]), np.zeros(2), 0.0)
    >>> dw.tolist(), db
    ([-1.0, 0.0], -0.5)
    """
    dz = _loss_gradient(X @ w + b, t)
    return X.T @ dz, float(dz.sum())


class Now(NamedTuple):
    """A step of a descent; z (N,) are the logits of the points."""

    step: int
    w: Array
    b: float
    z: Array
    loss: float


class Descent(Film[Now]):
    """Full-batch gradient descent from zeros; after a weight leaves all bounds it stands still.

    >>> descent = Descent(np.array([[2.0, 0.0]]), np.array([1]), 0.5, our_gradients)
    >>> descent.at(1).w.tolist(), descent.at(1).b
    ([0.5, 0.0], 0.25)
    """

    def __init__(self, X: Array, t: Array, learning_rate: float, gradients: Gradients) -> None:
        self.X, self.t, self.learning_rate, self.gradients = X, t, learning_rate, gradients
        self.step, self.weights = 0, np.zeros(3)  # w and b
        self.lost = False
        super().__init__()

    def advance(self) -> None:
        """Take a step, if there is one."""
        if self.lost:
            return
        *w, b = self.weights.tolist()
        dw, db = self.gradients(self.X, self.t, np.array(w), b)
        new = self.weights - self.learning_rate * np.array([*dw, db])
        self.lost = not (np.abs(new) < MAX_WEIGHT).all()  # so too where it is nan
        if not self.lost:
            self.step, self.weights = self.step + 1, new

    def look(self) -> Now:
        """Return the step that was reached."""
        *w, b = self.weights
        z = self.X @ w + b
        return Now(self.step, np.array(w), float(b), z, _loss(z, self.t))

    def losses(self, step: int) -> Array:
        """Return the losses of the steps up to this one."""
        return np.array([now.loss for now in self.frames[: step + 1]])


def begins_uphill(descent: Descent) -> bool:
    """Whether already a thousandth of the first step raises the loss: the direction is wrong.

    >>> def ascent(X, t, w, b):
    ...     dw, db = our_gradients(X, t, w, b)
    ...     return -dw, -db
    >>> data = np.array([[2.0, 0.0]]), np.array([1])
    >>> [begins_uphill(Descent(*data, 0.5, gradients)) for gradients in (our_gradients, ascent)]
    [False, True]
    """
    start, first = descent.at(0), descent.at(1)
    return bool(_loss(start.z + 0.001 * (first.z - start.z), descent.t) > start.loss)


def begin_descent(
    word: str,
    classes: Sequence[int],
    places: Sequence[tuple[float, float]],
    learning_rate: float,
    gradients: Gradients,
) -> Descent:
    """Return a descent on a data set, with these free points in the place of its own."""
    X, t = load_points(word)
    X = np.concatenate([X[:-FREE], np.reshape(places, (-1, 2))])
    return Descent(X, np.append(t[:-FREE], classes), learning_rate, gradients)
