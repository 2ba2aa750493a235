"""Half the square of the error, the loss of the TensorFlow Playground.

The slide "Quadratic loss as a computational graph" has no half: its gradient is twice this one.
"""

from __future__ import annotations

from nnf_teach.arguments import Array, checked


@checked(Y="(N, ...)", T="(N, ...)")
def half_square_loss(Y: Array, T: Array) -> float:
    """Return the mean over examples of 1/2 sum_k (y_k - t_k)^2.

    Parameters
    ----------
    Y : (N,) or (N, K)
        Outputs.
    T : the shape of Y
        Targets.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        When the shapes differ, there is no example, or a value is not finite.

    Examples
    --------
    >>> half_square_loss(Y=[1.0, 5.0], T=[1.0, 3.0])
    1.0
    """
    D = Y - T
    return float((D * D).sum() / (2 * len(Y)))


@checked(Y="(N, ...)", T="(N, ...)")
def half_square_loss_gradient(Y: Array, T: Array) -> Array:
    """Return dL/dY = (Y - T) / N of the mean over examples.

    Parameters
    ----------
    Y : (N,) or (N, K)
        Outputs.
    T : the shape of Y
        Targets.

    Returns
    -------
    dY : the shape of Y

    Raises
    ------
    ValueError
        As `half_square_loss`.

    Examples
    --------
    >>> half_square_loss_gradient(Y=[1.0, 5.0], T=[1.0, 3.0])
    array([0., 1.])
    """
    return (Y - T) / len(Y)
