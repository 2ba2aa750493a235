"""The hyperbolic tangent: a sigmoid stretched to (-1, 1), tanh(x) = 2 sigmoid(2x) - 1."""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array, checked


@checked(X="(...)")
def tanh(X: Array) -> Array:
    """Squash every number into (-1, 1): (exp(x) - exp(-x)) / (exp(x) + exp(-x)).

    Parameters
    ----------
    X : any shape

    Returns
    -------
    the shape of X

    Raises
    ------
    ValueError
        When a value is not finite.

    Examples
    --------
    >>> tanh([-1000.0, 0.0, np.log(2)])
    array([-1. ,  0. ,  0.6])
    """
    return np.asarray(np.tanh(X))


@checked(dY="(...)", Y="(...)")
def tanh_backward(dY: Array, Y: Array) -> Array:
    """Return dL/dX = dL/dY (1 - y^2).

    Parameters
    ----------
    dY : any shape
        dL/dY.
    Y : the shape of dY
        What `tanh` returned; not its input.

    Returns
    -------
    dX : the shape of Y

    Raises
    ------
    ValueError
        When the shapes differ, or a value is not finite.

    Examples
    --------
    >>> tanh_backward(dY=[10.0, 10.0], Y=[0.0, 0.6])
    array([10. ,  6.4])
    """
    return np.asarray(dY * (1 - Y * Y))
