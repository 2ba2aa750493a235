"""Wrong by the statement of their exercise, and yet accepted: what the checks do not see.

They break where no check looks: on larger inputs, near a tie, beyond a fixed limit, or in
the form that a statement asks for. Once a check rejects one, it moves to its lesson.
"""

import numpy as np


def tent__minimum_of_two_lines(x):
    """The values are right, but it is no sum of ReLUs."""
    return np.minimum(2 * x, 2 - 2 * x)


def softmax_backward__builds_the_jacobian(dY, Y):
    """The numbers are right, but it builds the Jacobian of every row."""
    J = Y[:, :, None] * np.eye(Y.shape[1]) - Y[:, :, None] * Y[:, None, :]
    return np.einsum("ni,nij->nj", dY, J)
