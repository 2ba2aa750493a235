"""Models that grow past the number of their examples: random Fourier features on MNIST."""

from __future__ import annotations

import functools
import threading
from pathlib import Path

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.modules.double_descent import DescentPoint, FeatureSweep, Fit

FILE = Path(__file__).parents[1] / "data" / "double_descent.npz"
DIGITS, TESTS = 1000, 2000
SIZES = (
    *(10, 20, 30, 50, 100, 200, 300, 400, 550, 700, 850, 950, 1000),
    *(1050, 1200, 1500, 2000, 3000, 5000, 7000, 10_000),
)
THRESHOLD = SIZES.index(DIGITS)
RIDGES = (0.001, 0.0032, 0.01, 0.032, 0.1, 0.32, 1.0, 3.2, 10.0)
NOISE = {"none": 0.0, "10 %": 0.1, "20 %": 0.2}  # shares of wrong training labels


_lock = threading.Lock()  # the widgets of a kernel share the features


@functools.cache
def digits() -> tuple[FeatureSweep, list[Array]]:
    """Return features of real digits, and training labels by NOISE."""
    from nnf_teach.datasets import sample_digits

    X, t, X_test, t_test = sample_digits(DIGITS, TESTS, rng=np.random.default_rng(0))
    sweep = FeatureSweep(X, t, X_test, t_test, SIZES[-1], rng=np.random.default_rng(1))
    return sweep, [spoilt(t, share, np.random.default_rng(2)) for share in NOISE.values()]


class Models:
    """Models of growing size, fitted as far as they are asked for.

    `points` has them by size, noise, and none or a ridge; a learner's fit is judged without one.
    `problem` says why it cannot be used.
    """

    def __init__(self, fit: Fit | None = None) -> None:
        self.fit, self.ridges = fit, (0.0,) if fit else (0.0, *RIDGES)
        self.points: list[list[list[DescentPoint]]] = []
        self.problem = ""

    def go_to(self, frame: int) -> None:
        """Fit the models of all sizes up to this one."""
        with _lock:
            sweep, labels = digits()
            while len(self.points) <= frame and not self.problem:
                try:
                    size = SIZES[len(self.points)]
                    self.points.append(sweep.grid(size, self.ridges, labels, self.fit))
                except ValueError as error:
                    if self.fit is None:
                        raise
                    self.problem = str(error)


@functools.cache
def our_models() -> Models:
    """Return our models of all sizes, fitted by `python -m nnf_teach.recording.double_descent`.

    >>> point = our_models().points[THRESHOLD][0][0]  # right labels, no ridge
    >>> point.features, point.test_error > 0.8
    (1000, True)
    """
    models = Models()
    with np.load(FILE) as file:
        recorded = file["points"].tolist()
    models.points = [
        [[DescentPoint(size, *values) for values in row] for row in rows]
        for size, rows in zip(SIZES, recorded, strict=True)
    ]
    return models


def spoilt(t: Array, share: float, rng: np.random.Generator) -> Array:
    """Return class numbers of which about this share is replaced by another class.

    >>> spoilt(np.arange(10), 0.2, np.random.default_rng(2))
    array([0, 1, 2, 5, 4, 5, 3, 4, 8, 9])
    """
    chosen = rng.random(len(t)) < share
    return np.where(chosen, (t + rng.integers(1, 10, len(t))) % 10, t)
