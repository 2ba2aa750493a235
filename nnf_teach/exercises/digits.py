"""Real digits for training exercises, with class numbers that are drawn anew each time.

What is learnt from them can only come from the training set that is handed over: weights that
were trained before, on the usual numbers, are no better than a guess.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.exercises.exercise import Case, Learning
from nnf_teach.exercises.given import Given

Array = NDArray[Any]


def renumbered_digits(rng: np.random.Generator) -> Case:
    """Return the training images, their digits renumbered at random, and `rng`."""
    from nnf_teach.datasets import load_mnist

    numbers = rng.permutation(10)
    return Case((Given("training digits"), numbers[load_mnist().t_train], rng))


def learning_digits(logits: Callable[[Any, Array], Array]) -> Learning:
    """Return how the training of a classifier is watched: the cross entropy of its logits."""

    def loss(answer: Any, X: Array, t: Array, rng: Any) -> float:
        Z = logits(answer, X)
        Z = Z - Z.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(Z)), t]))

    return Learning(loss, lambda X, t, rng: float(np.log(10)))


def held_out_digits(t: Array) -> tuple[Array, Array]:
    """Return the 10,000 test images as rows, and their classes, numbered as in training by `t`."""
    from nnf_teach.datasets import image_rows, load_mnist

    digits = load_mnist()
    first = [int(np.argmax(digits.t_train == digit)) for digit in range(10)]
    return image_rows(digits.x_test), np.asarray(t)[first][digits.t_test]
