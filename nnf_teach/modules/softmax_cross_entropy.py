"""Softmax and cross entropy in one stable step (slide "Softmax + Cross entropy")."""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array, checked, unchecked
from nnf_teach.modules.softmax import log_softmax, softmax

_softmax, _log_softmax = unchecked(softmax), unchecked(log_softmax)


@checked(Z="(N, K)", t="(N,) classes")
def softmax_cross_entropy(Z: Array, t: Array) -> float:
    """Return the mean over examples of -log softmax(z)_t = log sum_j exp(z_j) - z_t.

    Parameters
    ----------
    Z : (N, K)
        Logits.
    t : (N,)
        Class numbers, 0..K-1.

    Returns
    -------
    float
        In nats; log K when all logits are equal.

    Raises
    ------
    ValueError
        When a class number is out of range, the shapes do not fit, there is no example, or a
        logit is not finite.

    Examples
    --------
    >>> softmax_cross_entropy(Z=[[0.0, 1000.0], [0.0, 1000.0]], t=[1, 0])
    500.0
    """
    return float(-_log_softmax(Z)[np.arange(len(t)), t].mean())


@checked(Z="(N, K)", t="(N,) classes")
def softmax_cross_entropy_gradient(Z: Array, t: Array) -> Array:
    """Return dL/dZ = (softmax(Z) - onehot(t)) / N of the mean over examples.

    Parameters
    ----------
    Z : (N, K)
        Logits.
    t : (N,)
        Class numbers, 0..K-1.

    Returns
    -------
    dZ : (N, K)
        Each row adds up to 0.

    Raises
    ------
    ValueError
        As `softmax_cross_entropy`.

    Examples
    --------
    >>> softmax_cross_entropy_gradient(Z=[[0.0, np.log(3)], [5.0, 5.0]], t=[1, 0])
    array([[ 0.125, -0.125],
           [-0.25 ,  0.25 ]])
    """
    dZ = _softmax(Z)
    dZ[np.arange(len(t)), t] -= 1
    return dZ / len(t)


@checked(Z="(N, K)", T="(N, K) masses")
def softmax_cross_entropy_backward(Z: Array, T: Array) -> tuple[Array, Array]:
    """Return dL/dZ and dL/dT of L = -sum over examples and classes of T log softmax(Z).

    dL/dz = sum(t) softmax(z) - t, and dL/dt = -log softmax(z). The sum over the batch, as on the
    slide "Cross entropy with logits as a computational graph"; it prints t - x for the first,
    which should read softmax(x) - t, for rows of T that add up to 1.

    Parameters
    ----------
    Z : (N, K)
        Logits.
    T : (N, K)
        One-hot rows, distributions, or any weights of at least 0.

    Returns
    -------
    dZ, dT : (N, K)

    Raises
    ------
    ValueError
        When T is below 0, the shapes differ, there is no example, or a value is not finite.

    Examples
    --------
    >>> dZ, dT = softmax_cross_entropy_backward(Z=[[0.0, np.log(3)]], T=[[2, 0]])
    >>> dZ.tolist(), (dT / np.log(4)).round(3).tolist()
    ([[-1.5, 1.5]], [[1.0, 0.208]])
    """
    return T.sum(axis=1, keepdims=True) * _softmax(Z) - T, -_log_softmax(Z)
