"""One weight of the package's digit network, from a pixel to a hidden unit: losses while it moves.

The losses are computed without any gradient: what backpropagation says of them can be measured.
"""

from __future__ import annotations

import functools

import numpy as np

from nnf_teach.arguments import Array, Params
from nnf_teach.datasets import image_rows, load_mnist
from nnf_teach.experiments.digit_reader import load_reader
from nnf_teach.modules import (
    network_backward,
    network_forward,
    softmax_cross_entropy,
    softmax_cross_entropy_gradient,
)

BATCH = 200  # images, the first of MNIST's test images
UNITS = 56  # of the hidden layer
NUDGE = 1e-5  # of the weight, for a slope measured by differences


@functools.cache
def load_batch() -> tuple[Array, Array]:
    """Return the images X (200, 784) and their digits t (200,).

    >>> X, t = load_batch()
    >>> X.shape, t[:3].tolist()
    ((200, 784), [7, 2, 1])
    """
    digits = load_mnist()
    return image_rows(digits.x_test[:BATCH], np.float64), digits.t_test[:BATCH].astype(int)


@functools.cache
def _network() -> Params:
    return [(W.astype(np.float64), b.astype(np.float64)) for W, b in load_reader().params]


def trained_weight(unit: int, pixel: int) -> float:
    """Return the weight from a pixel (0 to 783) to a hidden unit (0 to 55) as it was trained."""
    return float(_network()[0][0][unit, pixel])


def with_weight(unit: int, pixel: int, value: float) -> Params:
    """Return the network with this weight set to a value.

    >>> params = with_weight(3, 406, 2.5)
    >>> [W.shape for W, _ in params], float(params[0][0][3, 406])
    ([(56, 784), (10, 56)], 2.5)
    """
    (W, b), *later = _network()
    W = W.copy()
    W[unit, pixel] = value
    return [(W, b), *later]


def losses(unit: int, pixel: int, values: Array) -> Array:
    """Return the loss (values, 200) of each image for each value of the weight.

    Only one hidden unit changes, so nothing else is computed again.

    >>> losses(3, 406, np.array([0.0, 1.0])).shape
    (2, 200)
    """
    X, t = load_batch()
    (_, _), (V, _) = _network()
    H, Z = _before()
    before = H[:, unit] + (np.asarray(values)[:, None] - trained_weight(unit, pixel)) * X[:, pixel]
    change = np.maximum(before, 0) - np.maximum(H[:, unit], 0)
    logits = Z + change[..., None] * V[:, unit]
    top = logits.max(axis=-1)
    total = top + np.log(np.exp(logits - top[..., None]).sum(axis=-1))
    return np.asarray(total - np.take_along_axis(logits, t[None, :, None], axis=-1)[..., 0])


@functools.cache
def _before() -> tuple[Array, Array]:
    """Return what the hidden units get (200, 56), and the logits (200, 10), as trained."""
    X, _ = load_batch()
    W, b = _network()[0]
    return X @ W.T + b, network_forward(X, _network(), "relu")[-1]


def measured_slopes(unit: int, pixel: int, value: float) -> Array:
    """Return the slope of each image's loss at this value of the weight, by a small difference."""
    low, high = losses(unit, pixel, np.array([value - NUDGE, value + NUDGE]))
    return np.asarray((high - low) / (2 * NUDGE))


def our_loss_and_gradients(params: Params, X: Array, t: Array) -> tuple[float, Params]:
    """Return the mean softmax cross entropy of a ReLU network, and its gradients by backprop.

    >>> X, t = load_batch()
    >>> loss, grads = our_loss_and_gradients(with_weight(0, 0, 0.0), X[:1], t[:1])
    >>> grads[0][0].shape
    (56, 784)
    """
    outputs = network_forward(X, params, "relu")
    dZ = softmax_cross_entropy_gradient(outputs[-1], t)
    return softmax_cross_entropy(outputs[-1], t), network_backward(dZ, outputs, params, "relu")


def read_image(params: Params, image: int) -> tuple[int, float]:
    """Return the digit that the network reads, and the probability that it gives to it."""
    X, _ = load_batch()
    logits = network_forward(X[image : image + 1], params, "relu")[-1][0]
    p = np.exp(logits - logits.max())
    return int(p.argmax()), float(p.max() / p.sum())
