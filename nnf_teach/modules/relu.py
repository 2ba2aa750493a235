"""The rectified linear unit (slide "Rectified Linear Unit (ReLU)")."""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array, checked


@checked(X="(...)")
def relu(X: Array) -> Array:
    """Return max(0, x) of every number.

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
    >>> relu([-3.0, 0.0, 2.0])
    array([0., 0., 2.])
    """
    return np.asarray(np.maximum(X, 0))


@checked(dY="(...)", X="(...)")
def relu_backward(dY: Array, X: Array) -> Array:
    """Return dL/dX = dL/dY where x > 0, and 0 elsewhere; at the kink x = 0 it is 0.

    Parameters
    ----------
    dY : any shape
        dL/dY.
    X : the shape of dY
        What went into `relu`. What came out does as well: y > 0 exactly where x > 0.

    Returns
    -------
    dX : the shape of X

    Raises
    ------
    ValueError
        When the shapes differ, or a value is not finite.

    Examples
    --------
    >>> relu_backward(dY=[5.0, 5.0, 5.0], X=[-3.0, 0.0, 2.0])
    array([0., 0., 5.])
    """
    return np.asarray(dY * (X > 0))
