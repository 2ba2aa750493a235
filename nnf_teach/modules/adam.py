"""Adam: momentum over the root of the mean of squares (slide "Gradient descent recap")."""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array, checked, number, whole_number
from nnf_teach.modules.optimizer import Optimizer, share


@checked(param="(...)", grad="(...)", m="(...)", v="(...) masses")
def adam_step(
    param: Array,
    grad: Array,
    m: Array,
    v: Array,
    step: int,
    learning_rate: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> tuple[Array, Array, Array]:
    """Return theta - alpha m' / (sqrt(v') + epsilon), m and v: Kingma and Ba 2014, algorithm 1.

    m is now beta1 m + (1 - beta1) g, and v is beta2 v + (1 - beta2) g^2. Both start at 0 and
    are too small at first, which m' = m / (1 - beta1^step) and v' = v / (1 - beta2^step) correct.

    Parameters
    ----------
    param, grad, m, v : any one shape
        theta, the gradient g = dL/dtheta, and the means of g and of its square: zeros before the
        first step.
    step : int
        From 1.
    learning_rate : float
        At least 0.
    beta1, beta2 : float
        In [0, 1): what is kept of m and v.
    epsilon : float
        At least 0, and outside of the root.

    Returns
    -------
    param, m, v : the shape of param

    Raises
    ------
    TypeError, ValueError
        When an argument is not as above, or a value is not finite.

    Examples
    --------
    The first step has length alpha, whatever the gradient.

    >>> theta, m, v = adam_step([0.0, 0.0], [4.0, -400.0], [0.0, 0.0], [0.0, 0.0], 1, 0.1)
    >>> theta.round(6), m.round(6), v.round(6)
    (array([-0.1,  0.1]), array([  0.4, -40. ]), array([1.6e-02, 1.6e+02]))
    """
    where = "adam_step"
    step = whole_number(where, "step", step, low=1)
    rate = number(where, "learning_rate", learning_rate, low=0)
    betas = share(where, "beta1", beta1), share(where, "beta2", beta2)
    return adam_move(
        param, grad, m, v, step, rate, *betas, number(where, "epsilon", epsilon, low=0)
    )


def adam_move(
    param: Array,
    grad: Array,
    m: Array,
    v: Array,
    step: int,
    rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> tuple[Array, Array, Array]:
    """Do what `adam_step` does, without looking at the arguments."""
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mean, square = m / (1 - beta1**step), v / (1 - beta2**step)
    return param - rate * mean / (np.sqrt(square) + epsilon), m, v


class Adam(Optimizer):
    """Adam for `train(..., update=Adam())`.

    >>> params = Adam()([(np.eye(1), np.zeros(1))], [(5 * np.eye(1), -np.ones(1))], 0.1)
    >>> params[0][0].round(4).tolist(), params[0][1].round(4).tolist()
    ([[0.9]], [0.1])
    """

    memories = 2

    def __init__(self, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8) -> None:
        super().__init__()
        self.betas = share("Adam", "beta1", beta1), share("Adam", "beta2", beta2)
        self.epsilon = number("Adam", "epsilon", epsilon, low=0)

    def move(
        self, param: Array, grad: Array, kept: list[Array], learning_rate: float
    ) -> tuple[Array, Array, Array]:
        return adam_move(
            param, grad, kept[0], kept[1], self.step, learning_rate, *self.betas, self.epsilon
        )
