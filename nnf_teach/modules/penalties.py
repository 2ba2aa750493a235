"""Penalties on the weights: L_p regularisation (slide "Overfitting and regularisation")."""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Params, checked


@checked(params="params")
def l2_penalty(params: Params, strength: float) -> tuple[float, Params]:
    """Return strength * sum(W^2) over all weights, and its gradients; biases are free.

    Parameters
    ----------
    params : list of (W (K, D), b (K,))
    strength : float

    Returns
    -------
    value : float
    grads : list of (dW, db)
        dW = 2 strength W, and db = 0.

    Examples
    --------
    >>> value, grads = l2_penalty([([[1.0, -2.0]], [5.0])], strength=0.5)
    >>> value, grads[0][0].tolist(), grads[0][1].tolist()
    (2.5, [[1.0, -2.0]], [0.0])
    """
    value = strength * sum(float(np.sum(W**2)) for W, _ in params)
    return value, [(2 * strength * W, 0 * b) for W, b in params]


@checked(params="params")
def l1_penalty(params: Params, strength: float) -> tuple[float, Params]:
    """Return strength * sum(|W|) over all weights, and its gradients; biases are free.

    |w| has a kink at 0, where we take the slope 0.

    Parameters
    ----------
    params : list of (W (K, D), b (K,))
    strength : float

    Returns
    -------
    value : float
    grads : list of (dW, db)

    Examples
    --------
    >>> value, grads = l1_penalty([([[1.0, -2.0]], [5.0])], strength=0.5)
    >>> value, grads[0][0].tolist()
    (1.5, [[0.5, -0.5]])
    """
    value = strength * sum(float(np.sum(np.abs(W))) for W, _ in params)
    return value, [(strength * np.sign(W), 0 * b) for W, b in params]
