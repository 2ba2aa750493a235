"""Train one network on few digits, with one regulariser or none, and see how well it generalises.

An experiment that is small enough to repeat with many seeds, which is what a comparison of
regularisers needs. (Slide "Overfitting and regularisation".)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnf_teach.arguments import Array, Params, choice, generator, unchecked, whole_number
from nnf_teach.modules.dropout import dropout
from nnf_teach.modules.momentum import Momentum
from nnf_teach.modules.network import init_params
from nnf_teach.modules.normalisation import EPSILON, batch_norm_backward, layer_norm_backward
from nnf_teach.modules.penalties import l1_penalty, l2_penalty
from nnf_teach.modules.softmax_cross_entropy import (
    softmax_cross_entropy,
    softmax_cross_entropy_gradient,
)

REGULARISERS = ("none", "L2", "L1", "dropout", "noise", "layer norm", "batch norm")
BATCH, LEARNING_RATE = 50, 0.05

_loss, _loss_gradient = unchecked(softmax_cross_entropy), unchecked(softmax_cross_entropy_gradient)
_norm_backward = {
    "layer norm": unchecked(layer_norm_backward),
    "batch norm": unchecked(batch_norm_backward),
}


@dataclass(frozen=True)
class RegularisedRun:
    """What a training run reached."""

    train_error: float  # share of the training examples that it gets wrong at the end
    validation_losses: Array  # (epochs,), after each epoch
    _test_error: Callable[[int], float]

    def test_error(self, epoch: int = -1) -> float:
        """Return the share of the test examples that it gets wrong after an epoch, from 0."""
        return self._test_error(epoch)


class _Network:
    """Two layers, with a norm, dropout or noise where the regulariser asks for it."""

    def __init__(
        self,
        regulariser: str,
        strength: float,
        inputs: int,
        hidden: int,
        rng: np.random.Generator,
        drop: Callable[..., Any],
    ) -> None:
        self.regulariser, self.strength, self.rng, self.drop = regulariser, strength, rng, drop
        sizes = (inputs, hidden, 10)
        self.params = init_params(sizes, rng=rng, init="he", dtype=np.float32)
        # gain and bias of the norm, as one more pair (W, b), so that one update moves all
        self.params.append((np.ones((1, hidden), np.float32), np.zeros(hidden, np.float32)))

    def step(self, X: Array, t: Array) -> Params:
        """Return the gradients of the mean loss of a batch, the norm's pair last."""
        if self.regulariser == "noise":
            X = X + np.float32(self.strength) * self.rng.standard_normal(X.shape, np.float32)
        (W, b), (V, c), (gain, bias) = self.params
        Z = X @ W.T + b
        Y = Z
        if self.regulariser in _norm_backward:
            axis = 0 if self.regulariser == "batch norm" else 1
            Y = _normed(Z, Z.mean(axis, keepdims=True), Z.var(axis, keepdims=True), gain, bias)
        H = np.maximum(Y, 0)
        D = H
        if self.regulariser == "dropout":
            D = np.asarray(self.drop(H, self.strength, self.rng, True), np.float32)
        dZ2 = _loss_gradient(D @ V.T + c, t)
        dH = dZ2 @ V
        if self.regulariser == "dropout":  # a unit that is off has no gradient anyway
            dH = dH * np.divide(D, H, out=np.zeros_like(H), where=H > 0)
        dZ = dH * (Y > 0)
        d_gain = d_bias = np.zeros_like(bias)
        if self.regulariser in _norm_backward:
            backward = _norm_backward[self.regulariser]
            dZ, d_gain, d_bias = backward(dZ, Z, gain[0], EPSILON)
        return [(dZ.T @ X, dZ.sum(0)), (dZ2.T @ D, dZ2.sum(0)), (d_gain[None], d_bias)]

    def logits(self, X: Array, X_train: Array, params: Params) -> Array:
        """Return logits as after training: batch norm takes the statistics of all training data."""
        (W, b), (V, c), (gain, bias) = params
        Z = _linear(X, W, b)
        if self.regulariser == "layer norm":
            Z = _normed(Z, Z.mean(1, keepdims=True), Z.var(1, keepdims=True), gain, bias)
        elif self.regulariser == "batch norm":
            known = _linear(X_train, W, b)
            Z = _normed(Z, known.mean(0), known.var(0), gain, bias)
        return np.asarray(np.maximum(Z, 0) @ V.T + c)


def _linear(X: Array, W: Array, b: Array) -> Array:
    """Return X W^T + b, in products that are small enough for one thread."""
    return np.concatenate([X[k : k + BATCH] @ W.T for k in range(0, len(X), BATCH)]) + b


def _normed(Z: Array, mean: Array, variance: Array, gain: Array, bias: Array) -> Array:
    return np.asarray(gain * (Z - mean) / np.sqrt(variance + np.float32(EPSILON)) + bias)


def train_regularised(
    train: tuple[Array, Array],
    validation: tuple[Array, Array],
    test: tuple[Array, Array],
    regulariser: str = "none",
    strength: float = 0.0,
    *,
    rng: np.random.Generator,
    hidden: int = 50,
    epochs: int = 40,
    dropout: Callable[..., Any] = dropout,
    l2_penalty: Callable[..., Any] = l2_penalty,
) -> RegularisedRun:
    """Train a network of one hidden layer with momentum, and measure how it generalises.

    Many small matrix products: up to 50 examples x 196 inputs x 50 units each of them stays within
    one thread, which is quicker than to have threads wait for each other.

    Parameters
    ----------
    train, validation, test : pairs of X (N, D) float32 and t (N,), digits
        Only the first pair is trained on.
    regulariser : str
        "none", "L2", "L1", "dropout" (of the hidden units), "noise" (on the pixels), "layer norm"
        or "batch norm" (before the ReLU).
    strength : float
        Of the penalty; the keep probability of dropout; the standard deviation of the noise.
    rng : numpy.random.Generator
    hidden, epochs : int
    dropout, l2_penalty : functions
        Yours may take the place of ours.

    Returns
    -------
    RegularisedRun

    Raises
    ------
    ValueError
        When there is no such regulariser.

    Examples
    --------
    >>> from nnf_teach.datasets import sample_digits
    >>> X, t, X_test, t_test = sample_digits(200, 500, rng=np.random.default_rng(0))
    >>> run = train_regularised((X[:100], t[:100]), (X[100:], t[100:]), (X_test, t_test),
    ...                         "L2", 0.003, rng=np.random.default_rng(1), hidden=32, epochs=30)
    >>> run.train_error, run.test_error() < 0.5, run.validation_losses.shape
    (0.0, True, (30,))
    """
    where = "train_regularised"
    choice(where, "regulariser", regulariser, dict.fromkeys(REGULARISERS))
    rng = generator(where, rng)
    epochs = whole_number(where, "epochs", epochs, low=1)
    (X, t), (X_held, t_held), (X_test, t_test) = train, validation, test
    network = _Network(regulariser, strength, X.shape[1], hidden, rng, dropout)
    move = Momentum()
    losses, kept = [], []
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), BATCH):
            batch = order[start : start + BATCH]
            grads = network.step(X[batch], t[batch])
            if regulariser in ("L2", "L1"):
                penalty = l2_penalty if regulariser == "L2" else unchecked(l1_penalty)
                pull = penalty(network.params[:2], strength)[1]
                grads[:2] = [
                    (dW + np.asarray(pW, np.float32), db + np.asarray(pb, np.float32))
                    for (dW, db), (pW, pb) in zip(grads, pull, strict=False)
                ]
            network.params = move(network.params, grads, LEARNING_RATE)
        losses.append(_loss(network.logits(X_held, X, network.params), t_held))
        kept.append(network.params)
    return RegularisedRun(
        _error(network.logits(X, X, kept[-1]), t),
        np.array(losses),
        lambda epoch: _error(network.logits(X_test, X, kept[epoch]), t_test),
    )


def _error(logits: Array, t: Array) -> float:
    return float(np.mean(logits.argmax(axis=1) != t))
