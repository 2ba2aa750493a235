"""A linear softmax classifier while it learns to read digits.

Trained on the 60,000 training images of MNIST, tested on the 10,000 others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnf_teach.datasets import image_rows, load_mnist
from nnf_teach.modules import count_steps, train

EPOCHS, BATCH, LEARNING_RATE = 3, 100, 0.5  # two seconds, and 92 %
# The steps that are kept: closer together at the start.
_SPREAD = np.geomspace(1, count_steps(60_000, EPOCHS, BATCH), 30)
STEPS = np.append(0, np.unique(np.rint(_SPREAD).astype(np.intp)))
TILE = 28  # pixels of an image


class Snapshots(NamedTuple):
    """A classifier at some of its steps, and what it reads in the test images."""

    steps: NDArray[np.intp]  # (F,)
    weights: NDArray[np.float32]  # (F, 10, 28, 28)
    read: NDArray[np.intp]  # (F, N): the digit that it gives to each test image
    truth: NDArray[np.intp]  # (N,)
    images: NDArray[np.uint8]  # (N, 28, 28)


def train_snapshots(tell: Callable[[int], None] = lambda step: None) -> Snapshots:
    """Train the classifier from zeros and keep its states at STEPS; tell now and then the step."""
    digits = load_mnist()
    X, X_test = image_rows(digits.x_train), image_rows(digits.x_test)
    kept = [(np.zeros((10, TILE**2), np.float32), np.zeros(10, np.float32))]
    for state in train(
        kept.copy(),
        X,
        digits.t_train,
        learning_rate=LEARNING_RATE,
        epochs=EPOCHS,
        batch_size=BATCH,
        rng=np.random.default_rng(0),
        loss="softmax cross entropy",
    ):
        if state.step in STEPS:
            kept += state.params
        if state.step % 100 == 0:
            tell(state.step)
    weights, biases = (np.stack(arrays) for arrays in zip(*kept, strict=True))
    logits = X_test @ weights.reshape(-1, TILE**2).T + biases.ravel()
    read = logits.reshape(len(X_test), -1, 10).argmax(axis=2).T
    images = weights.reshape(-1, 10, TILE, TILE)
    return Snapshots(STEPS, images, read, digits.t_test, digits.x_test)


def read_digits(W: NDArray[Any], b: NDArray[Any]) -> Snapshots:
    """Let a trained classifier, W (10, 784) and b (10,), read the test images: one snapshot."""
    digits = load_mnist()
    read = (image_rows(digits.x_test) @ W.T + b).argmax(axis=1)
    images = W.reshape(1, 10, TILE, TILE).astype(np.float32)
    return Snapshots(np.zeros(1, np.intp), images, read[None], digits.t_test, digits.x_test)
