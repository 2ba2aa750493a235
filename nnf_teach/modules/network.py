"""Networks: linear layers with an activation after each (slides "Two layer neural networks",
"Neural networks as computational graphs").

A network is its `params`, a list of (W, b), input side first, and the name of the activation of
its hidden layers and of its output: "linear", "sigmoid", "tanh" or "relu".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnf_teach.arguments import (
    Array,
    Params,
    checked,
    choice,
    generator,
    unchecked,
    whole_number,
)
from nnf_teach.modules.relu import relu, relu_backward
from nnf_teach.modules.sigmoid import sigmoid, sigmoid_backward
from nnf_teach.modules.tanh import tanh, tanh_backward

# Every one of these derivatives can be had from the output, so that nothing else is kept.
ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array, Array], Array]]] = {
    "linear": (lambda Z: Z, lambda dY, Y: dY),
    "sigmoid": (sigmoid, unchecked(sigmoid_backward)),
    "tanh": (unchecked(tanh), unchecked(tanh_backward)),
    "relu": (unchecked(relu), unchecked(relu_backward)),
}


@checked(X="(N, D)", params="params")
def network_forward(
    X: Array, params: Params, activation: str = "sigmoid", output: str = "linear"
) -> list[Array]:
    """Return what every layer puts out: [X, f(X W^T + b), ..., Y].

    The last entry is the network's answer; the others are what `network_backward` needs.

    Parameters
    ----------
    X : (N, D)
    params : list of (W (K, D), b (K,))
        Input side first.
    activation, output : str
        "linear", "sigmoid", "tanh" or "relu": after the hidden layers, and after the last.

    Returns
    -------
    outputs : list of (N, K)
        One more than there are layers.

    Raises
    ------
    TypeError, ValueError
        When an argument is not as above, or a value is not finite.

    Examples
    --------
    >>> params = [(np.array([[1, 1], [1, -1]]), np.array([0, 0])), ([[1, 1]], [5])]
    >>> network_forward([[2, 3]], params, activation="relu")
    [array([[2., 3.]]), array([[5., 0.]]), array([[10.]])]
    """
    hidden, last = choose(activation, output)
    outputs = [X]
    for W, b in params[:-1]:
        outputs.append(hidden[0](outputs[-1] @ W.T + b))
    W, b = params[-1]
    outputs.append(last[0](outputs[-1] @ W.T + b))
    return outputs


@checked(dY="(N, K)", params="params")
def network_backward(
    dY: Array,
    outputs: list[Array],
    params: Params,
    activation: str = "sigmoid",
    output: str = "linear",
) -> Params:
    """Return dL/dW and dL/db of every layer, from the output back to the input.

    Parameters
    ----------
    dY : (N, K)
        dL/dY of the network's answer.
    outputs : list of (N, K)
        What `network_forward` returned.
    params, activation, output
        As given to `network_forward`.

    Returns
    -------
    grads : list of (dW, db)
        Shaped like params.

    Raises
    ------
    TypeError, ValueError
        When an argument is not as above, or a value is not finite.

    Examples
    --------
    One linear layer: dW = dY^T X and db = dY.

    >>> params = [([[1.0, 2.0]], [0.0])]
    >>> network_backward([[10.0]], network_forward([[3.0, 4.0]], params), params)
    [(array([[30., 40.]]), array([10.]))]
    """
    hidden, last = choose(activation, output)
    if len(outputs) != len(params) + 1 or outputs[-1].shape != dY.shape:
        raise ValueError(
            f"network_backward: outputs are {len(outputs)} arrays, the last of shape "
            f"{np.shape(outputs[-1])}; expected {len(params) + 1}, the last of the shape of dY, "
            f"{dY.shape}. Hand over what network_forward returned for these params."
        )
    grads: Params = []
    dZ = last[1](dY, outputs[-1])
    for layer in range(len(params) - 1, -1, -1):
        X, (W, _) = outputs[layer], params[layer]
        grads.append((dZ.T @ X, dZ.sum(axis=0)))
        if layer > 0:  # nobody asks for dL/dX of the data
            dZ = hidden[1](dZ @ W, X)
    return grads[::-1]


def init_params(
    sizes: Sequence[int],
    *,
    rng: np.random.Generator,
    init: str = "xavier",
    dtype: DTypeLike = np.float64,
) -> Params:
    """Draw the parameters of a network, biases constant, weights by one of four rules.

    "xavier": W uniform within sqrt(6 / (n_in + n_out)), b = 0 (Glorot and Bengio 2010, eq. 16).
    "he": W normal with variance 2 / n_in, b = 0, for ReLU (He et al. 2015, eq. 10).
    "playground": W uniform within 0.5, b = 0.1, as the TensorFlow Playground begins.
    "zeros": for a single layer only; hidden units that begin equal would stay equal.

    Parameters
    ----------
    sizes : sequence of int
        Inputs, units of every hidden layer, outputs: (2, 6, 1).
    rng : numpy.random.Generator
    init : str
    dtype : float32 or float64

    Returns
    -------
    params : list of (W (n_out, n_in), b (n_out,))

    Raises
    ------
    TypeError, ValueError
        When an argument is not as above.

    Examples
    --------
    >>> params = init_params((2, 6, 1), rng=np.random.default_rng(0), init="playground")
    >>> [(W.shape, b.tolist()) for W, b in params]
    [((6, 2), [0.1, 0.1, 0.1, 0.1, 0.1, 0.1]), ((1, 6), [0.1])]
    """
    where = "init_params"
    sizes = [whole_number(where, f"sizes[{i}]", n, low=1) for i, n in enumerate(sizes)]
    if len(sizes) < 2:
        raise ValueError(
            f"{where}: sizes is {sizes}, expected inputs and outputs at least: (2, 1)."
        )
    rng, kind = generator(where, rng), np.dtype(dtype)
    draw, bias = choice(where, "init", init, _INITS)
    if init == "zeros" and len(sizes) > 2:
        raise ValueError(f"{where}: with init 'zeros' hidden units would all stay equal.")
    if kind.kind != "f":
        raise TypeError(f"{where}: dtype is {kind}, expected float32 or float64.")
    return [
        (draw(rng, n_in, n_out).astype(kind), np.full(n_out, bias, kind))
        for n_in, n_out in zip(sizes, sizes[1:], strict=False)
    ]


def _xavier(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, (n_out, n_in))


_INITS: dict[str, tuple[Callable[[np.random.Generator, int, int], Array], float]] = {
    "xavier": (_xavier, 0.0),
    "he": (lambda rng, n_in, n_out: rng.normal(0, np.sqrt(2 / n_in), (n_out, n_in)), 0.0),
    "playground": (lambda rng, n_in, n_out: rng.uniform(-0.5, 0.5, (n_out, n_in)), 0.1),
    "zeros": (lambda rng, n_in, n_out: np.zeros((n_out, n_in)), 0.0),
}


def choose(activation: str, output: str) -> tuple[Any, Any]:
    """Return (forward, backward) of both activations."""
    hidden = choice("network", "activation", activation, ACTIVATIONS)
    return hidden, choice("network", "output", output, ACTIVATIONS)
