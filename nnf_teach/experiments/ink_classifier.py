"""Zeros and ones told apart by one number, their ink: a loss of two parameters, w and b.

Of all pairs of digits these two differ most in ink. The digits are the first of MNIST's training
images; one unit of ink is its standard deviation over them, so that w and b are of one size.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.datasets import load_mnist
from nnf_teach.experiments.descent import Landscape
from nnf_teach.modules.sigmoid import sigmoid

EACH = 30  # digits of a kind
ABOVE_LOWEST = (0.01, 0.1, 0.3, 1.0, 2.0, 4.0, 8.0)  # losses at which the landscape has lines
NEWTON = 50  # steps; it needs about ten


class Lowest(NamedTuple):
    """The bottom of a landscape."""

    theta: Array  # (2,): w and b
    loss: float
    curvatures: Array  # (2,): the smallest and the largest, along the valley and across it


@functools.cache
def ink_of_digits(centred: bool) -> tuple[Array, Array]:
    """Return the ink x (60,), in standard deviations, and the digits t (60,), 0 or 1.

    >>> x, t = ink_of_digits(centred=True)
    >>> bool(abs(x.mean()) < 1e-6), round(float(x.std()), 6), t.sum()
    (True, 1.0, np.float64(30.0))
    """
    digits = load_mnist()
    which = np.concatenate([np.flatnonzero(digits.t_train == t)[:EACH] for t in (0, 1)])
    ink = digits.x_train[which].mean(axis=(1, 2), dtype=np.float64)
    x = (ink - centred * ink.mean()) / ink.std()
    return x, digits.t_train[which].astype(np.float64)


@functools.cache
def ink_landscape(centred: bool) -> tuple[Landscape, Lowest]:
    """Return the loss over (w, b) for these digits, and where it is lowest.

    >>> [round(ink_landscape(centred)[1].loss, 4) for centred in (False, True)]
    [0.1892, 0.1892]
    """
    x, t = ink_of_digits(centred)
    lowest = find_lowest(x, t)
    levels = tuple(lowest.loss + height for height in ABOVE_LOWEST)
    return logistic_landscape(x, t)._replace(levels=levels), lowest


def logistic_landscape(x: Array, t: Array) -> Landscape:
    """Return the mean cross entropy of sigmoid(w x + b) against t as a landscape over (w, b).

    >>> of_one = logistic_landscape(np.array([2.0]), np.array([1.0]))
    >>> of_one.value(np.zeros(2)).round(4), of_one.gradient(np.zeros(2)).tolist()
    (np.float64(0.6931), [-1.0, -0.5])
    """

    def logits(theta: Array) -> Array:
        return np.asarray(theta[..., :1] * x + theta[..., 1:])

    def value(theta: Array) -> Array:
        z = logits(theta)
        return np.asarray((np.logaddexp(0, z) - t * z).mean(axis=-1))

    def gradient(theta: Array) -> Array:
        dz = sigmoid(logits(theta)) - t
        return np.stack([(dz * x).mean(axis=-1), dz.mean(axis=-1)], axis=-1)

    return Landscape(value, gradient)


def find_lowest(x: Array, t: Array) -> Lowest:
    """Return the bottom of `logistic_landscape`, by Newton's method from zeros.

    There is one where no x parts the classes.

    >>> lowest = find_lowest(np.array([-1.0, 1.0, -1.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0]))
    >>> lowest.theta.tolist(), round(lowest.loss, 4), lowest.curvatures.tolist()
    ([0.0, 0.0], 0.6931, [0.25, 0.25])
    """
    landscape, inputs = logistic_landscape(x, t), np.column_stack([x, np.ones_like(x)])
    theta = np.zeros(2)
    for _ in range(NEWTON):
        p = sigmoid(inputs @ theta)
        H = inputs.T * (p * (1 - p)) @ inputs / len(x)
        theta = theta - np.linalg.solve(H, landscape.gradient(theta))
    return Lowest(theta, float(landscape.value(theta)), np.linalg.eigvalsh(H))
