"""Functions with their Jacobians, and the backward passes that never build them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.modules.linear import linear_backward
from nnf_teach.modules.relu import relu_backward
from nnf_teach.modules.softmax import softmax, softmax_backward

Backward = Callable[..., Any]

W = np.array([[1.0, -0.5, 0.5], [0.5, 1.0, -1.5], [-1.0, 0.5, 1.0], [1.5, 1.0, 0.5]])
B = np.array([0.0, 0.5, 0.0, -0.5])
BACKWARD: dict[str, Backward] = {
    "softmax_backward": softmax_backward,
    "relu_backward": relu_backward,
    "linear_backward": linear_backward,
}


class Function(NamedTuple):
    """A function of x (3,), its Jacobian, and its backward pass for a cotangent v, a row.

    `backward(v, x, passes)` takes the passes by name; `name` is the one that is its own.

    >>> layer, v, x = FUNCTIONS["ReLU layer"], np.array([1.0, 0, 0, 0]), np.array([1.0, 0, 0])
    >>> layer.backward(v, x, BACKWARD), layer.jacobian(x)[0]
    (array([[ 1. , -0.5,  0.5]]), array([ 1. , -0.5,  0.5]))
    """

    value: Callable[[Array], Array]
    jacobian: Callable[[Array], Array]
    backward: Callable[[Array, Array, Mapping[str, Backward]], Any]
    name: str


def _relu_layer(v: Array, x: Array, passes: Mapping[str, Backward]) -> Any:
    dz = passes["relu_backward"](v[None], (W @ x + B)[None])
    return passes["linear_backward"](dz, x[None], W.copy())[0]


FUNCTIONS = {
    "softmax": Function(
        softmax,
        lambda x: np.diag(softmax(x)) - np.outer(softmax(x), softmax(x)),
        lambda v, x, passes: passes["softmax_backward"](v[None], softmax(x)[None]),
        "softmax_backward",
    ),
    "linear layer": Function(
        lambda x: W @ x + B,
        lambda x: W,
        lambda v, x, passes: passes["linear_backward"](v[None], x[None], W.copy())[0],
        "linear_backward",
    ),
    "ReLU layer": Function(
        lambda x: np.maximum(W @ x + B, 0),
        lambda x: W * (W @ x + B > 0)[:, None],
        _relu_layer,
        "relu_backward",
    ),
}
