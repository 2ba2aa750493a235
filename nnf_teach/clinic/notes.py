"""What the scripts of the clinic share: digits to learn from, and notes of what happens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.datasets import image_rows, load_mnist

Array = NDArray[Any]
History = dict[str, Any]
Params = Sequence[tuple[Array, Array]]


def some_digits(n: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return n images of MNIST, (n, 196) in [0, 1], and their digits, (n,).

    Each pixel is the mean of four, so that a script takes a quarter of the time.

    >>> X, t = some_digits(5, np.random.default_rng(0))
    >>> X.shape, t.shape
    ((5, 196), (5,))
    """
    digits = load_mnist()
    drawn = rng.choice(len(digits.x_train), n, replace=False)
    fours = image_rows(digits.x_train[drawn], np.float64).reshape(n, 14, 2, 14, 2)
    return fours.mean(axis=(2, 4)).reshape(n, 196), digits.t_train[drawn]


class Notes:
    """Notes of a training run, an entry at a time.

    >>> notes = Notes(chance_loss=0.7)
    >>> notes.add(0.6, 0.8, [(np.array([[3.0]]), np.array([4.0]))], [(np.eye(1), np.zeros(1))])
    >>> notes.history["gradient_norm"], notes.history["weight_norm"]
    (array([5.]), array([1.]))
    """

    def __init__(self, chance_loss: float) -> None:
        self._chance = float(chance_loss)
        self._rows: list[tuple[float, float, float, float]] = []

    def add(self, loss: float, validation_loss: float, grads: Params, params: Params) -> None:
        """Note the losses, and the norms of all gradients and of all parameters."""
        self._rows.append((float(loss), float(validation_loss), norm(grads), norm(params)))

    @property
    def history(self) -> History:
        names = ("loss", "validation_loss", "gradient_norm", "weight_norm")
        columns = np.array(self._rows).T
        return dict(zip(names, columns, strict=True)) | {"chance_loss": self._chance}


def norm(params: Params) -> float:
    """Return the root of the sum of all squares.

    >>> norm([(np.array([[3.0]]), np.array([4.0]))])
    5.0
    """
    return float(np.sqrt(sum(float(np.sum(np.square(part))) for pair in params for part in pair)))
