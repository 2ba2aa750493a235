"""What ten layers make of signals and gradients, from the first weights on."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nnf_teach.arguments import Array, Params, unchecked
from nnf_teach.experiments.film import Film
from nnf_teach.modules.gradient_descent import descend
from nnf_teach.modules.network import ACTIVATIONS
from nnf_teach.modules.softmax_cross_entropy import (
    softmax_cross_entropy,
    softmax_cross_entropy_gradient,
)

Init = Callable[..., tuple[Array, Array]]  # (n_in, n_out, rng) -> W (n_out, n_in), b (n_out,)

LAYERS, UNITS, DIGITS = 10, 100, 256
RATE = 0.02
BINS = 41
ALIKE = 10.0  # times the middle size: wider layers do not widen the histograms

_loss = unchecked(softmax_cross_entropy)
_loss_gradient = unchecked(softmax_cross_entropy_gradient)


@functools.cache
def digits() -> tuple[Array, Array]:
    """Return real digits X (256, 784), scaled to mean 0 and deviation 1 over all pixels, and t."""
    from nnf_teach.datasets import sample_digits

    X, t, *_ = sample_digits(DIGITS, 1, rng=np.random.default_rng(0))
    return ((X - X.mean()) / X.std()).astype(np.float32), t


def normal(scale: float) -> Init:
    """Return the rule that draws W with the deviation scale / sqrt(n_in); He's has sqrt(2)."""

    def init(n_in: int, n_out: int, rng: np.random.Generator) -> tuple[Array, Array]:
        return rng.normal(0, scale / math.sqrt(n_in), (n_out, n_in)), np.zeros(n_out)

    return init


he = normal(math.sqrt(2))


def xavier(n_in: int, n_out: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw W evenly from a range that suits both directions."""
    limit = math.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, (n_out, n_in)), np.zeros(n_out)


def first_params(init: Init) -> Params:
    """Draw a network 784 - 100 - ... - 100 - 10 by a rule.

    >>> [W.shape for W, b in first_params(he)][:3]
    [(100, 784), (100, 100), (100, 100)]
    """
    rng = np.random.default_rng(0)
    sizes = (784, *[UNITS] * LAYERS, 10)
    params: Params = []
    for n_in, n_out in zip(sizes, sizes[1:], strict=False):
        W, b = init(n_in, n_out, rng)
        params.append((W.astype(np.float32), b.astype(np.float32)))
    return params


class Pass(NamedTuple):
    """One forward and backward pass: what every hidden layer puts out, and its gradient."""

    activations: list[Array]  # LAYERS of (N, UNITS)
    gradients: list[Array]  # dL/d(activation), L summed over the examples
    grads: Params  # of the mean loss
    loss: float


def propagate(X: Array, t: Array, params: Params, activation: str) -> Pass:
    """Run digits through a network and their gradients back.

    >>> through = propagate(*digits(), first_params(he), "relu")
    >>> len(through.activations), through.gradients[0].shape
    (10, (256, 100))
    """
    forward, backward = ACTIVATIONS[activation]
    outputs = [X]
    with np.errstate(all="ignore"):
        for W, b in params[:-1]:
            outputs.append(forward(outputs[-1] @ W.T + b))
        Z = outputs[-1] @ params[-1][0].T + params[-1][1]
        dZ = _loss_gradient(Z, t)
        grads, gradients = [], []
        for layer in range(len(params) - 1, -1, -1):
            grads.append((dZ.T @ outputs[layer], dZ.sum(axis=0)))
            if layer:
                dA = dZ @ params[layer][0]
                gradients.append(dA * np.float32(len(X)))
                dZ = backward(dA, outputs[layer])
        return Pass(outputs[1:], gradients[::-1], grads[::-1], _loss(Z, t))


class Layers(NamedTuple):
    """The histograms of all hidden layers, and their spreads."""

    spreads: list[float]  # standard deviations; infinite where a number is lost
    reach: float  # the histograms go from -reach to reach; what is beyond is in no bin
    shares: Array  # (LAYERS, BINS): of the values that are not 0
    zeros: float  # share of the values that are 0


def summarise(layers: list[Array]) -> Layers:
    """Return the histograms and spreads of all layers.

    >>> found = summarise([np.array([[1.0, -1.0, 0.0, 0.0]])])
    >>> float(found.shares[0].sum()), found.zeros, round(found.spreads[0], 3)
    (1.0, 0.5, 0.707)
    """
    spreads = [spread(values) for values in layers]
    finite = [size for size in map(_size, layers) if math.isfinite(size) and size > 0]
    # For the widest near the middle one: what shrinks becomes a needle, what explodes is cut.
    near = [size for size in finite if size <= ALIKE * np.median(finite)]
    reach = float(np.clip(3 * max(near), 1e-30, 1e30)) if finite else 1.0
    shares = []
    for values in layers:
        some = values[np.isfinite(values) & (values != 0)]
        shares.append(np.histogram(some, BINS, (-reach, reach))[0] / max(some.size, 1))
    zeros = float(np.mean([np.mean(values == 0) for values in layers]))
    return Layers(spreads, reach, np.array(shares), zeros)


def spread(values: Array) -> float:
    """Return the standard deviation in float64; infinite where a value is not finite."""
    wide = values.astype(np.float64)
    return float(wide.std()) if np.isfinite(wide).all() else math.inf


def _size(values: Array) -> float:
    """Return the root mean square in float64: the spread around 0."""
    return math.sqrt(np.mean(np.square(values, dtype=np.float64)))


def saturated(layers: list[Array], activation: str) -> float:
    """Return the share of activations that are at an end of a sigmoid or tanh, within 0.02."""
    if activation not in ("sigmoid", "tanh"):
        return 0.0
    low, high = (0.0, 1.0) if activation == "sigmoid" else (-1.0, 1.0)
    return float(np.mean([np.mean((a < low + 0.02) | (a > high - 0.02)) for a in layers]))


class Snapshot(NamedTuple):
    """What is to be seen of a pass."""

    activations: Layers
    gradients: Layers
    saturated: float  # share of the activations
    loss: float


class Run(Film[Snapshot]):
    """A network as it trains by gradient descent, a step per frame."""

    def __init__(self, params: Params, activation: str) -> None:
        self.params, self.activation = params, activation
        super().__init__()

    def advance(self) -> None:
        """Go down the gradient of the newest pass."""
        with np.errstate(all="ignore"):
            self.params = descend(self.params, self._grads, RATE)

    def look(self) -> Snapshot:
        """Run the digits through."""
        activations, gradients, self._grads, loss = propagate(
            *digits(), self.params, self.activation
        )
        full = saturated(activations, self.activation)
        return Snapshot(summarise(activations), summarise(gradients), full, loss)
