"""Gradient descent with momentum: one of the many modifications of "Gradient descent recap"."""

from __future__ import annotations

from nnf_teach.arguments import Array, checked, number
from nnf_teach.modules.optimizer import Optimizer, share


@checked(param="(...)", grad="(...)", velocity="(...)")
def momentum_step(
    param: Array, grad: Array, velocity: Array, learning_rate: float, beta: float = 0.9
) -> tuple[Array, Array]:
    """Return theta - alpha v and v, where v is now beta v + dL/dtheta.

    The velocity adds up past gradients (Polyak 1964). Where they agree, steps grow up to
    1 / (1 - beta) times; where they take turns, they cancel. Other books put alpha, or 1 - beta,
    into v: the same path, with another alpha.

    Parameters
    ----------
    param, grad, velocity : any one shape
        theta, dL/dtheta, and v: zeros before the first step.
    learning_rate : float
        At least 0.
    beta : float
        In [0, 1): what is kept of the velocity; with 0 this is gradient descent.

    Returns
    -------
    param, velocity : the shape of param

    Raises
    ------
    TypeError, ValueError
        When an argument is not as above, or a value is not finite.

    Examples
    --------
    Two steps with the same gradient; the second is 1 + beta times as long.

    >>> theta, v = momentum_step(0.0, 1.0, 0.0, learning_rate=0.5)
    >>> theta, v = momentum_step(theta, 1.0, v, learning_rate=0.5)
    >>> round(float(theta), 6), round(float(v), 6)
    (-1.45, 1.9)
    """
    where = "momentum_step"
    rate = number(where, "learning_rate", learning_rate, low=0)
    return momentum_move(param, grad, velocity, rate, share(where, "beta", beta))


def momentum_move(
    param: Array, grad: Array, velocity: Array, rate: float, beta: float
) -> tuple[Array, Array]:
    """Do what `momentum_step` does, without looking at the arguments."""
    velocity = beta * velocity + grad
    return param - rate * velocity, velocity


class Momentum(Optimizer):
    """Momentum for `train(..., update=Momentum())`.

    >>> import numpy as np
    >>> momentum = Momentum(beta=0.5)
    >>> params = [(np.ones((1, 1)), np.zeros(1))]
    >>> for _ in range(2):
    ...     params = momentum(params, [(np.ones((1, 1)), np.zeros(1))], 0.25)
    >>> params[0][0].tolist()
    [[0.375]]
    """

    memories = 1

    def __init__(self, beta: float = 0.9) -> None:
        super().__init__()
        self.beta = share("Momentum", "beta", beta)

    def move(
        self, param: Array, grad: Array, kept: list[Array], learning_rate: float
    ) -> tuple[Array, Array]:
        return momentum_move(param, grad, kept[0], learning_rate, self.beta)
