"""Layer norm and batch norm (slide "Overfitting and regularisation": "Batch/Layer norm").

Both compute Y = gain * (X - mean) / sqrt(variance + epsilon) + bias. Layer norm takes mean and
variance over the units of one example, batch norm over the examples of one unit.
"""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array, checked

EPSILON = 1e-5


def _scaled(X: Array, epsilon: float, axis: int) -> tuple[Array, Array]:
    """Return (X - mean) / s, and s = sqrt(variance + epsilon)."""
    spread = np.sqrt(X.var(axis=axis, keepdims=True) + X.dtype.type(epsilon))
    return (X - X.mean(axis=axis, keepdims=True)) / spread, spread


def _norm(X: Array, gain: Array, bias: Array, epsilon: float, axis: int) -> Array:
    return np.asarray(gain * _scaled(X, epsilon, axis)[0] + bias)


def _norm_backward(
    dY: Array, X: Array, gain: Array, epsilon: float, axis: int
) -> tuple[Array, Array, Array]:
    S, spread = _scaled(X, epsilon, axis)
    dS = dY * gain
    # Moving all of x, or stretching it, leaves S nearly as it was: those parts of dS are lost.
    lost = dS.mean(axis=axis, keepdims=True) + S * (dS * S).mean(axis=axis, keepdims=True)
    return (dS - lost) / spread, (dY * S).sum(axis=0), dY.sum(axis=0)


@checked(X="(N, D)", gain="(D,)", bias="(D,)")
def layer_norm(X: Array, gain: Array, bias: Array, epsilon: float = EPSILON) -> Array:
    """Return gain * (X - mean) / sqrt(variance + epsilon) + bias, over the units of each example.

    (Ba, Kiros and Hinton 2016, "Layer normalization". The variance is divided by D, not D - 1.)

    Parameters
    ----------
    X : (N, D)
    gain, bias : (D,)
    epsilon : float
        Keeps an example whose units are all equal from a division by 0.

    Returns
    -------
    Y : (N, D)

    Examples
    --------
    With epsilon = 3 the first row is divided by sqrt(1 + 3) = 2:

    >>> layer_norm([[1.0, 3.0], [5.0, 5.0]], gain=[1.0, 2.0], bias=[0.0, 1.0], epsilon=3.0)
    array([[-0.5,  2. ],
           [ 0. ,  1. ]])
    """
    return _norm(X, gain, bias, epsilon, axis=1)


@checked(dY="(N, D)", X="(N, D)", gain="(D,)")
def layer_norm_backward(
    dY: Array, X: Array, gain: Array, epsilon: float = EPSILON
) -> tuple[Array, Array, Array]:
    """Return dL/dX, dL/dgain and dL/dbias of layer norm.

    Parameters
    ----------
    dY : (N, D)
        dL/dY.
    X : (N, D)
        What went in.
    gain : (D,)

    Returns
    -------
    dX, dgain, dbias : (N, D), (D,), (D,)

    Examples
    --------
    A row that moves as a whole does not change its norm, so each row of dX adds up to 0:

    >>> dX, _, _ = layer_norm_backward([[1.0, 0.0, 0.0]], [[1.0, 2.0, 3.0]], [1.0, 1.0, 1.0])
    >>> dX.round(3).tolist()
    [[0.204, -0.408, 0.204]]
    """
    return _norm_backward(dY, X, gain, epsilon, axis=1)


@checked(X="(N, D)", gain="(D,)", bias="(D,)")
def batch_norm(X: Array, gain: Array, bias: Array, epsilon: float = EPSILON) -> Array:
    """Return gain * (X - mean) / sqrt(variance + epsilon) + bias, over the examples of each unit.

    (Ioffe and Szegedy 2015, "Batch normalization", with the statistics of the batch itself. After
    training those of many batches take their place.)

    Parameters
    ----------
    X : (N, D)
    gain, bias : (D,)
    epsilon : float
        Keeps a unit that is the same for all examples from a division by 0.

    Returns
    -------
    Y : (N, D)

    Examples
    --------
    >>> batch_norm([[1.0, 5.0], [3.0, 5.0]], gain=[1.0, 2.0], bias=[0.0, 1.0], epsilon=3.0)
    array([[-0.5,  1. ],
           [ 0.5,  1. ]])
    """
    return _norm(X, gain, bias, epsilon, axis=0)


@checked(dY="(N, D)", X="(N, D)", gain="(D,)")
def batch_norm_backward(
    dY: Array, X: Array, gain: Array, epsilon: float = EPSILON
) -> tuple[Array, Array, Array]:
    """Return dL/dX, dL/dgain and dL/dbias of batch norm; shapes as in `layer_norm_backward`.

    Every example's gradient depends on the whole batch, since all share mean and variance.

    Examples
    --------
    >>> dX, _, dbias = batch_norm_backward([[1.0], [0.0], [0.0]], [[1.0], [2.0], [3.0]], [1.0])
    >>> dX.round(3).ravel().tolist(), dbias.tolist()
    ([0.204, -0.408, 0.204], [1.0])
    """
    return _norm_backward(dY, X, gain, epsilon, axis=0)
