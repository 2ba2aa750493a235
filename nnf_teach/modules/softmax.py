"""Softmax: logits to a probability for each class (slide "Softmax")."""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array, checked


@checked(Z="(..., K)")
def softmax(Z: Array) -> Array:
    """Return exp(z_k) / sum_j exp(z_j) along the last axis.

    The largest logit of each row is subtracted first, which changes nothing in the quotient and
    keeps exp from overflowing.

    Parameters
    ----------
    Z : (K,) or (N, K)
        Logits.

    Returns
    -------
    Y : the shape of Z
        Positive (or rounded to 0), each row adding up to 1.

    Raises
    ------
    ValueError
        When there is no class, or a value is not finite.

    Examples
    --------
    >>> softmax([[0.0, np.log(3)], [1000.0, 1000.0]])
    array([[0.25, 0.75],
           [0.5 , 0.5 ]])
    """
    E = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return np.asarray(E / E.sum(axis=-1, keepdims=True))


@checked(Z="(..., K)")
def log_softmax(Z: Array) -> Array:
    """Return log softmax(Z) = z_k - log sum_j exp(z_j), finite where softmax rounds to 0.

    Parameters
    ----------
    Z : (K,) or (N, K)
        Logits.

    Returns
    -------
    the shape of Z

    Raises
    ------
    ValueError
        When there is no class, or a value is not finite.

    Examples
    --------
    >>> log_softmax([[1000.0, 0.0]])
    array([[    0., -1000.]])
    """
    Z = Z - Z.max(axis=-1, keepdims=True)
    return np.asarray(Z - np.log(np.exp(Z).sum(axis=-1, keepdims=True)))


@checked(dY="(..., K)", Y="(..., K)")
def softmax_backward(dY: Array, Y: Array) -> Array:
    """Return dL/dz_j = y_j (dL/dy_j - sum_i dL/dy_i y_i), without building a Jacobian.

    The second line of the slide "Softmax as a computational graph", dL/dy - y sum_i dL/dy_i,
    leaves out a factor: every dL/dy_i, before the difference and in the sum, comes with its y_i.

    Parameters
    ----------
    dY : (K,) or (N, K)
        dL/dY.
    Y : the shape of dY
        What `softmax` returned; not its input.

    Returns
    -------
    dZ : the shape of Y
        Each row adds up to 0: a constant added to all logits changes nothing.

    Raises
    ------
    ValueError
        When the shapes differ, or a value is not finite.

    Examples
    --------
    >>> softmax_backward(dY=[[1.0, 0.0]], Y=[[0.25, 0.75]])
    array([[ 0.1875, -0.1875]])
    """
    return np.asarray(Y * (dY - (dY * Y).sum(axis=-1, keepdims=True)))
