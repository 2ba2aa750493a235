"""RMSProp: a learning rate for every parameter (slide "Gradient descent recap")."""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array, checked, number
from nnf_teach.modules.optimizer import Optimizer, share


@checked(param="(...)", grad="(...)", v="(...) masses")
def rmsprop_step(
    param: Array,
    grad: Array,
    v: Array,
    learning_rate: float,
    beta: float = 0.9,
    epsilon: float = 1e-8,
) -> tuple[Array, Array]:
    """Return theta - alpha g / (sqrt(v) + epsilon) and v, where v is now beta v + (1 - beta) g^2.

    The gradient g is divided by the root of the mean of its recent squares, so that steep and
    flat directions move alike (Tieleman and Hinton 2012). v starts at 0 and nothing corrects
    that: the first step is 1 / sqrt(1 - beta) times alpha.

    Parameters
    ----------
    param, grad, v : any one shape
        theta, dL/dtheta, and the mean of squares: zeros before the first step.
    learning_rate : float
        At least 0.
    beta : float
        In [0, 1): what is kept of v.
    epsilon : float
        Above 0, and outside of the root.

    Returns
    -------
    param, v : the shape of param

    Raises
    ------
    TypeError, ValueError
        When an argument is not as above, or a value is not finite.

    Examples
    --------
    The length of the gradient hardly matters: both parameters move by alpha / sqrt(1 - beta).

    >>> theta, v = rmsprop_step([0.0, 0.0], [3.0, 30.0], [0.0, 0.0], 0.1, beta=0.75)
    >>> theta.round(6), v
    (array([-0.2, -0.2]), array([  2.25, 225.  ]))
    """
    where = "rmsprop_step"
    rate = number(where, "learning_rate", learning_rate, low=0)
    small = number(where, "epsilon", epsilon, low=0)
    return rmsprop_move(param, grad, v, rate, share(where, "beta", beta), small)


def rmsprop_move(
    param: Array, grad: Array, v: Array, rate: float, beta: float, epsilon: float
) -> tuple[Array, Array]:
    """Do what `rmsprop_step` does, without looking at the arguments."""
    v = beta * v + (1 - beta) * grad**2
    return param - rate * grad / (np.sqrt(v) + epsilon), v


class RMSProp(Optimizer):
    """RMSProp for `train(..., update=RMSProp())`.

    >>> params = RMSProp(beta=0.75)([(np.eye(1), np.zeros(1))], [(5 * np.eye(1), -np.ones(1))], 0.1)
    >>> params[0][0].round(6).tolist(), params[0][1].round(6).tolist()
    ([[0.8]], [0.2])
    """

    memories = 1

    def __init__(self, beta: float = 0.9, epsilon: float = 1e-8) -> None:
        super().__init__()
        self.beta = share("RMSProp", "beta", beta)
        self.epsilon = number("RMSProp", "epsilon", epsilon, low=0)

    def move(
        self, param: Array, grad: Array, kept: list[Array], learning_rate: float
    ) -> tuple[Array, Array]:
        return rmsprop_move(param, grad, kept[0], learning_rate, self.beta, self.epsilon)
