"""The squared distance to the target (slide "Quadratic loss as a computational graph").

As on the slide there is no half and no mean; `half_square_loss` has both.
"""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array, checked


@checked(X="(N, K)", T="(N, K)")
def quadratic_loss(X: Array, T: Array) -> Array:
    """Return ||t - x||^2 of every example.

    Parameters
    ----------
    X : (N, K)
        Predictions.
    T : (N, K)
        Targets.

    Returns
    -------
    L : (N,)

    Raises
    ------
    ValueError
        When the shapes differ, there is no example, or a value is not finite.

    Examples
    --------
    >>> quadratic_loss(X=[[1.0, 2.0], [5.0, 5.0]], T=[[4.0, 6.0], [5.0, 5.0]])
    array([25.,  0.])
    """
    D = X - T
    return np.asarray((D * D).sum(axis=1))


@checked(X="(N, K)", T="(N, K)")
def quadratic_loss_backward(X: Array, T: Array) -> tuple[Array, Array]:
    """Return dL/dX = 2 (X - T) and dL/dT = 2 (T - X), of the sum over the examples.

    Parameters
    ----------
    X : (N, K)
        Predictions.
    T : (N, K)
        Targets.

    Returns
    -------
    dX, dT : (N, K)

    Raises
    ------
    ValueError
        As `quadratic_loss`.

    Examples
    --------
    >>> dX, dT = quadratic_loss_backward(X=[[1.0, 2.0]], T=[[4.0, 6.0]])
    >>> dX.tolist(), dT.tolist()
    ([[-6.0, -8.0]], [[6.0, 8.0]])
    """
    D = 2 * (X - T)
    return D, -D
