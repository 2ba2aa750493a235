"""The largest of some numbers, and of each window (slide "Max as a computational graph").

Where several numbers are the largest, max has a kink, and no gradient there but many
subgradients: every way to share dL/dy among them, in parts that have the sign of dL/dy and add
up to it. Here the first of them gets all. The slide's formula, dL/dy 1[x = max(x)], hands dL/dy
to each of them: with k equal ones that is k times too much in all.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnf_teach.arguments import Array, argument, checked, number, whole_number


@checked(x="(K,)")
def max_forward(x: Array) -> float:
    """Return the largest number.

    Parameters
    ----------
    x : (K,)

    Returns
    -------
    float

    Raises
    ------
    ValueError
        When there is none, or one is not finite.

    Examples
    --------
    >>> max_forward([2.0, 5.0, 3.0])
    5.0
    """
    return float(x.max())


@checked(x="(K,)")
def max_backward(dy: float, x: Array) -> Array:
    """Return dL/dx: dL/dy at the first largest number, and 0 elsewhere.

    Parameters
    ----------
    dy : float
        dL/dy.
    x : (K,)

    Returns
    -------
    dx : (K,)

    Raises
    ------
    TypeError, ValueError
        When x is empty, or a value is not finite.

    Examples
    --------
    >>> max_backward(10.0, [2.0, 5.0, 5.0])
    array([ 0., 10.,  0.])
    """
    dx = np.zeros_like(x)
    dx[x.argmax()] = number("max_backward", "dy", dy, low=-np.inf)
    return dx


def max_pool(X: ArrayLike, size: int) -> Array:
    """Return the largest number of each window; the windows stand side by side.

    Parameters
    ----------
    X : (N, D)
    size : int
        Numbers in a window; D is a multiple of it.

    Returns
    -------
    Y : (N, D / size)

    Raises
    ------
    TypeError, ValueError
        When an argument is not as above, there is no example, or a value is not finite.

    Examples
    --------
    >>> max_pool([[1, 7, 4, 2, 3, 3]], size=2)
    array([[7., 4., 3.]])
    """
    return np.asarray(_windows("max_pool", X, size).max(axis=2))


def max_pool_backward(dY: ArrayLike, X: ArrayLike, size: int) -> Array:
    """Return dL/dX: each window's dL/dy at its first largest number, and 0 elsewhere.

    Parameters
    ----------
    dY : (N, D / size)
        dL/dY.
    X : (N, D)
    size : int
        Numbers in a window; D is a multiple of it.

    Returns
    -------
    dX : (N, D)

    Raises
    ------
    TypeError, ValueError
        When an argument is not as above, there is no example, or a value is not finite.

    Examples
    --------
    >>> max_pool_backward(dY=[[10, 20, 30]], X=[[1, 7, 4, 2, 3, 3]], size=2)
    array([[ 0., 10., 20.,  0., 30.,  0.]])
    """
    windows = _windows("max_pool_backward", X, size)
    n, m = windows.shape[:2]
    sizes: dict[str, tuple[Any, str]] = {"N": (n, "X"), "M": (m, "the windows of X")}
    dY = argument("max_pool_backward", "dY", dY, "(N, M)", sizes)
    dX = np.zeros_like(windows)
    np.put_along_axis(dX, windows.argmax(axis=2)[:, :, None], dY[:, :, None], axis=2)
    return dX.reshape(n, -1)


def _windows(where: str, X: ArrayLike, size: int) -> Array:
    X = argument(where, "X", X, "(N, D)", {})
    size = whole_number(where, "size", size, low=1)
    if X.shape[1] % size:
        raise ValueError(
            f"{where}: X has {X.shape[1]} columns, which windows of {size} do not fill. "
            "Choose a size that divides them."
        )
    return X.reshape(len(X), -1, size)
