"""Random features of one input, fitted to few points: the function on both sides of P = N."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.modules.random_features import fourier_features, fourier_layer, min_norm_fit

EXAMPLES, NOISE = 20, 0.3  # N, and the standard deviation of what is added to t
BANDWIDTH = 0.08  # a little less than the distance of two examples
MOST = 1000  # features
SIZES = (*range(2, 41), *(int(p) for p in np.geomspace(45, MOST, 16).round()))
GRID = np.linspace(-1, 1, 401)
HIT = 1e-6  # of a mean squared error: the function goes through every example

Fit = Callable[[Array, Array], Array]  # F (N, P), T (N, 1) -> weights (P, 1)


def truth(x: Array) -> Array:
    """Return sin(2 pi x)."""
    return np.asarray(np.sin(2 * np.pi * x))


class Fitted(NamedTuple):
    """A model of P features: its values on GRID, its mean squared errors, the norm of its weights.

    The test error is measured on GRID, from the truth, without noise.
    """

    features: int
    values: Array
    train: float
    test: float
    norm: float


class Sweep:
    """Examples of a draw, and models of the first P of its features.

    Examples
    --------
    >>> sweep = Sweep(9)
    >>> [sweep.at(p).train < HIT for p in (10, 20, 40)]
    [False, True, True]
    """

    def __init__(self, seed: int, fit: Fit = min_norm_fit) -> None:
        rng = np.random.default_rng(seed)
        self.fit, self.x = fit, np.linspace(-1, 1, EXAMPLES)
        self.t = truth(self.x) + NOISE * rng.standard_normal(EXAMPLES)
        self._layer = fourier_layer(1, MOST, rng, BANDWIDTH)

    def features(self, x: Array, p: int) -> Array:
        """Return the first p features of x (N,): (N, p)."""
        W, b = self._layer
        return fourier_features(x[:, None], W[:p], b[:p])

    def at(self, p: int) -> Fitted:
        """Return the model of the first p features."""
        F = self.features(self.x, p)
        w = self.fit(F, self.t[:, None])
        values = (self.features(GRID, p) @ w)[:, 0]
        train = float((((F @ w)[:, 0] - self.t) ** 2).mean())
        test = float(((values - truth(GRID)) ** 2).mean())
        return Fitted(p, values, train, test, float(np.sqrt((w**2).sum())))

    def is_shortest(self, model: Fitted) -> bool:
        """Return whether no shorter weights have as small a training error."""
        w = min_norm_fit(self.features(self.x, model.features), self.t[:, None])
        return model.norm <= 1.001 * float(np.sqrt((w**2).sum()))

    @functools.cached_property
    def curve(self) -> list[Fitted]:
        """The models of SIZES."""
        return [self.at(p) for p in SIZES]
