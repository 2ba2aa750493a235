"""The sigmoid activation function (slide "Sigmoid activation function")."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nnf_teach.arguments import Array, as_floats, checked


def sigmoid(x: ArrayLike) -> Array:
    """Squash every number into (0, 1): 1 / (1 + exp(-x)).

    Only exp(-|x|) is computed, which cannot overflow.

    Parameters
    ----------
    x : any shape

    Returns
    -------
    the shape of x

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, np.log(3)])
    array([0.  , 0.5 , 0.75])
    """
    x = as_floats(x)
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, x.dtype.type(1), small) / (1 + small))


def sigmoid_derivative(x: ArrayLike) -> Array:
    """Return the slope of the sigmoid, sigmoid(x) (1 - sigmoid(x)); at most 1/4, at x = 0.

    Parameters
    ----------
    x : any shape

    Returns
    -------
    the shape of x
        0 where the slope is smaller than the smallest float (|x| > 745).

    Examples
    --------
    >>> sigmoid_derivative([0.0, np.log(3), 1000.0])
    array([0.25  , 0.1875, 0.    ])
    """
    small = np.exp(-np.abs(as_floats(x)))
    return np.asarray(small / (1.0 + small) ** 2)


@checked(dY="(...)", Y="(...)")
def sigmoid_backward(dY: Array, Y: Array) -> Array:
    """Return dL/dX = dL/dY y (1 - y): the derivative needs the sigmoid's output alone.

    Parameters
    ----------
    dY : any shape
        dL/dY, loss per unit of y.
    Y : the shape of dY
        What `sigmoid` returned; not its input.

    Returns
    -------
    dX : the shape of Y

    Raises
    ------
    ValueError
        When the shapes differ, or a value is not finite.

    Examples
    --------
    >>> sigmoid_backward(dY=[2.0, 2.0, 2.0], Y=[0.0, 0.5, 0.75])
    array([0.   , 0.5  , 0.375])
    """
    return np.asarray(dY * Y * (1 - Y))
