"""What a stack of sigmoids leaves of a gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nnf_teach.arguments import Array


def gradient_left(
    x: float, depth: int, sigmoid: Callable[[Any], Any], derivative: Callable[[Any], Any]
) -> Array:
    """Return what k stacked sigmoids leave of a gradient, (depth,) for k = 1..depth.

    With h_0 = x and h_k = sigmoid(h_(k-1)) the chain rule gives
    dh_k/dx = derivative(h_0) ... derivative(h_(k-1)). Both functions are elementwise.

    >>> from nnf_teach.modules import sigmoid, sigmoid_derivative
    >>> gradient_left(0.0, 2, sigmoid, sigmoid_derivative).round(4)
    array([0.25  , 0.0588])
    """
    h, product, left = np.array([x]), 1.0, []
    for _ in range(depth):
        product *= float(derivative(h)[0])
        left.append(product)
        h = sigmoid(h)
    return np.array(left)
