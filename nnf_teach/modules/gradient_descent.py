"""Gradient descent (slide "Gradient descent recap")."""

from __future__ import annotations

from nnf_teach.arguments import Params, number, parameters


def gradient_descent_step(params: Params, grads: Params, learning_rate: float) -> Params:
    """Return theta - alpha dL/dtheta for every W and b; the arguments stay as they are.

    Parameters
    ----------
    params : list of (W (K, D), b (K,))
        Input side first.
    grads : list of (dW (K, D), db (K,))
        dL/dtheta, shaped like params.
    learning_rate : float
        The slide's alpha, at least 0.

    Returns
    -------
    params : list of (W, b)

    Raises
    ------
    TypeError, ValueError
        When params are not pairs of fitting arrays, grads are not shaped like them, or a value
        is not finite.

    Examples
    --------
    >>> [(W, b)] = gradient_descent_step([([[1, 2]], [3])], [([[10, 0]], [-10])], 0.1)
    >>> W.tolist(), b.tolist()
    ([[0.0, 2.0]], [4.0])
    """
    where = "gradient_descent_step"
    params = parameters(where, "params", params, "params", {})
    grads = parameters(where, "grads", grads, "params", {})
    shapes, wanted = ([(W.shape, b.shape) for W, b in pairs] for pairs in (grads, params))
    if shapes != wanted:
        raise ValueError(f"{where}: grads has shapes {shapes}, expected those of params, {wanted}.")
    return descend(params, grads, number(where, "learning_rate", learning_rate, low=0))


def descend(params: Params, grads: Params, learning_rate: float) -> Params:
    """Do what `gradient_descent_step` does, without looking at the arguments."""
    return [
        (W - learning_rate * dW, b - learning_rate * db)
        for (W, b), (dW, db) in zip(params, grads, strict=True)
    ]
