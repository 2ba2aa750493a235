"""MLPs of five widths learn a product, beside the unit that multiplies."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nnf_teach.arguments import Array, Params, unchecked
from nnf_teach.experiments.film import Film
from nnf_teach.modules.adam import Adam
from nnf_teach.modules.multiplicative import multiplicative_backward, multiplicative_layer
from nnf_teach.modules.network import init_params, network_backward, network_forward

DIMENSIONS = (1, 2, 4, 8, 16)
WIDTHS = (4, 8, 16, 32, 64)
LAST, EVERY, BATCH = 60, 25, 128  # frames, steps per frame, examples per step
RATE = 0.02  # at the start; it falls to 0 in a straight line
FAR = 2.0  # outside: the same test points, this many times as far out
TEST_EXAMPLES = 1000
ALONG = np.linspace(-FAR, FAR, 161)

_forward, _backward = unchecked(network_forward), unchecked(network_backward)
_multiply, _multiply_back = unchecked(multiplicative_layer), unchecked(multiplicative_backward)


def product(XZ: Array) -> Array:
    """Return t = 3 <x, z> / sqrt(d), (N, 1), for rows (x, z) of 2d numbers.

    With all numbers uniform in (-1, 1) its variance is 1.

    >>> product(np.array([[1.0, 2.0, 3.0, 4.0]])).round(3)
    array([[23.335]])
    """
    X, Z = np.split(XZ, 2, axis=1)
    return np.asarray(3 * (X * Z).sum(axis=1, keepdims=True) / np.sqrt(X.shape[1]))


class Frame(NamedTuple):
    """What the networks and the unit answer at a step, and how wrong they are."""

    curves: Array  # (len(WIDTHS) + 1, len(ALONG)): along one direction, the unit last
    inside: Array  # (len(WIDTHS) + 1,): mean squared error over the variance of the target
    outside: Array  # (len(WIDTHS) + 1,)


class Run(Film[Frame]):
    """MLPs of all widths and one multiplicative unit, trained as far as it is asked for.

    All see the same examples, new ones at each step, take the same number of steps by Adam, and
    minimise the mean squared error.

    >>> Run(1).at(1).curves.shape
    (6, 161)
    """

    def __init__(self, d: int) -> None:
        self.d, self._rng = d, np.random.default_rng(d)
        self.nets = [init_params((2 * d, w, 1), rng=self._rng, init="he") for w in WIDTHS]
        normal = self._rng.normal
        self.unit: Params = [
            (normal(size=(d, d, 1)) / d, normal(size=(d, 1)) / d),
            (normal(size=(1, d)) / d, np.zeros(1)),
        ]
        self._updates = [Adam() for _ in (*WIDTHS, "unit")]
        self.test = self._rng.uniform(-1, 1, (TEST_EXAMPLES, 2 * d))
        # Of some directions the one with the largest product: its curve is not flat.
        draws = self._rng.uniform(-1, 1, (50, 2 * d))
        draws /= np.abs(draws).max(axis=1, keepdims=True)
        self.direction = draws[product(draws)[:, 0].argmax()]
        self.target = product(np.outer(ALONG, self.direction))[:, 0]
        super().__init__()

    def advance(self) -> None:
        for _ in range(EVERY):
            XZ = self._rng.uniform(-1, 1, (BATCH, 2 * self.d))
            t = product(XZ)
            rate = RATE * (1 - self._updates[0].step / (LAST * EVERY))
            for k, net in enumerate(self.nets):
                outputs = _forward(XZ, net, "relu")
                grads = _backward(2 * (outputs[-1] - t) / BATCH, outputs, net, "relu")
                self.nets[k] = self._updates[k](net, grads, rate)
            X, Z = np.split(XZ, 2, axis=1)
            (W, U), (V, b) = self.unit
            dY = 2 * (_multiply(X, Z, W, U, V, b) - t) / BATCH
            _, _, dW, dU, dV, db = _multiply_back(dY, X, Z, W, U, V)
            self.unit = self._updates[-1](self.unit, [(dW, dU), (dV, db)], rate)

    def look(self) -> Frame:
        """Answer along the direction, and measure the errors."""
        errors = []
        for far in (1.0, FAR):
            t = product(far * self.test)[:, 0]
            wrong = ((self._answers(far * self.test) - t) ** 2).mean(axis=1)
            errors.append(wrong / (t**2).mean())
        return Frame(self._answers(np.outer(ALONG, self.direction)), *errors)

    def _answers(self, XZ: Array) -> Array:
        X, Z = np.split(XZ, 2, axis=1)
        (W, U), (V, b) = self.unit
        answers = [_forward(XZ, net, "relu")[-1] for net in self.nets]
        return np.hstack([*answers, _multiply(X, Z, W, U, V, b)]).T
