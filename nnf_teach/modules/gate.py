"""Gates: every number times how much of it is let through (slide "Conditional execution as a
computational graph").
"""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array, checked, unchecked
from nnf_teach.modules.softmax import softmax, softmax_backward

_softmax, _softmax_backward = unchecked(softmax), unchecked(softmax_backward)


@checked(X="(N, K)", P="(N, K)")
def conditional(X: Array, P: Array) -> Array:
    """Return X * P: with one-hot rows of P one number passes, and the others are cut off.

    Parameters
    ----------
    X, P : (N, K)

    Returns
    -------
    Y : (N, K)

    Raises
    ------
    ValueError
        When the shapes differ, there is no example, or a value is not finite.

    Examples
    --------
    >>> conditional([[3.0, 5.0], [3.0, 5.0]], P=[[0, 1], [0.5, 0.5]])
    array([[0. , 5. ],
           [1.5, 2.5]])
    """
    return X * P


@checked(dY="(N, K)", X="(N, K)", P="(N, K)")
def conditional_backward(dY: Array, X: Array, P: Array) -> tuple[Array, Array]:
    """Return dL/dX = dL/dY P, gated as the forward pass was, and dL/dP = dL/dY X.

    Parameters
    ----------
    dY : (N, K)
        dL/dY.
    X, P : (N, K)

    Returns
    -------
    dX, dP : (N, K)

    Raises
    ------
    ValueError
        When the shapes differ, there is no example, or a value is not finite.

    Examples
    --------
    >>> dX, dP = conditional_backward(dY=[[10.0, 20.0]], X=[[3.0, 5.0]], P=[[0.0, 1.0]])
    >>> dX.tolist(), dP.tolist()
    ([[0.0, 20.0]], [[30.0, 100.0]])
    """
    return dY * P, dY * X


@checked(X="(N, K)", Z="(N, K)")
def softmax_gate(X: Array, Z: Array) -> Array:
    """Return X * softmax(Z): how much of each number passes can be learnt.

    Parameters
    ----------
    X : (N, K)
    Z : (N, K)
        Logits of the gate.

    Returns
    -------
    Y : (N, K)

    Raises
    ------
    ValueError
        When the shapes differ, there is no example, or a value is not finite.

    Examples
    --------
    >>> softmax_gate(X=[[8.0, 8.0]], Z=[[0.0, np.log(3)]])
    array([[2., 6.]])
    """
    return np.asarray(X * _softmax(Z))


@checked(dY="(N, K)", X="(N, K)", Z="(N, K)")
def softmax_gate_backward(dY: Array, X: Array, Z: Array) -> tuple[Array, Array]:
    """Return dL/dX = dL/dY P and dL/dZ = P (G - sum G P), where P = softmax(Z), G = dL/dY X.

    Parameters
    ----------
    dY : (N, K)
        dL/dY.
    X : (N, K)
    Z : (N, K)
        Logits of the gate.

    Returns
    -------
    dX : (N, K)
    dZ : (N, K)
        Each row adds up to 0.

    Raises
    ------
    ValueError
        When the shapes differ, there is no example, or a value is not finite.

    Examples
    --------
    >>> dX, dZ = softmax_gate_backward(dY=[[1.0, 1.0]], X=[[8.0, 0.0]], Z=[[0.0, np.log(3)]])
    >>> dX.round(6), dZ.round(6)
    (array([[0.25, 0.75]]), array([[ 1.5, -1.5]]))
    """
    P = _softmax(Z)
    return dY * P, _softmax_backward(dY * X, P)
