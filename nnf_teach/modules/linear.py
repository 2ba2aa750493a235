"""The linear layer: W x + b for every example (slide "Linear layer")."""

from __future__ import annotations

from nnf_teach.arguments import Array, checked


@checked(X="(N, D)", W="(K, D)", b="(K,)")
def linear(X: Array, W: Array, b: Array) -> Array:
    """Return Y = X W^T + b: the slide's W x + b, one example per row.

    Parameters
    ----------
    X : (N, D)
    W : (K, D)
        One unit per row.
    b : (K,)

    Returns
    -------
    Y : (N, K)

    Raises
    ------
    ValueError
        When the shapes do not fit, there is no example, or a value is not finite.

    Examples
    --------
    >>> linear(X=[[1, 2]], W=[[3, 4], [5, 6], [7, 8]], b=[0, 0, 100])
    array([[ 11.,  17., 123.]])
    """
    return X @ W.T + b


@checked(dY="(N, K)", X="(N, D)", W="(K, D)")
def linear_backward(dY: Array, X: Array, W: Array) -> tuple[Array, Array, Array]:
    """Return dL/dX = dY W, dL/dW = dY^T X and dL/db = the sum of dY over the examples.

    Every example uses the same W and b, so that their gradients add up. A mean over the batch,
    where there is one, is already in dY. (Slide "Linear layer as a computational graph".)

    Parameters
    ----------
    dY : (N, K)
        dL/dY.
    X : (N, D)
    W : (K, D)

    Returns
    -------
    dX : (N, D)
    dW : (K, D)
    db : (K,)

    Raises
    ------
    ValueError
        When the shapes do not fit, there is no example, or a value is not finite.

    Examples
    --------
    >>> dX, dW, db = linear_backward(dY=[[1], [10]], X=[[1, 2], [3, 4]], W=[[5, 6]])
    >>> dX.tolist(), dW.tolist(), db.tolist()
    ([[5.0, 6.0], [50.0, 60.0]], [[31.0, 42.0]], [11.0])
    """
    return dY @ W, dY.T @ X, dY.sum(axis=0)
