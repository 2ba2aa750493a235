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


def max_backward__nearly_equal(dy, x):
    """np.isclose takes near neighbours of the largest number for ties."""
    largest = np.isclose(x, np.max(x))
    return dy * largest / largest.sum()


def max_backward__sharp_softmax(dy, x):
    """A sharp softmax: numbers that are 0.01 below the largest get a part."""
    e = np.exp(50 * (x - np.max(x)))
    return dy * e / e.sum()


def max_pool__starts_from_minus_1000(X, size):
    """The search starts from -1000: windows below that give -1000."""
    N, D = X.shape
    Y = np.full((N, D // size), -1000.0)
    for n in range(N):
        for d in range(D):
            Y[n, d // size] = max(Y[n, d // size], X[n, d])
    return Y


def max_pool_backward__nearly_equal(dY, X, size):
    """np.isclose takes near neighbours of the largest number for ties."""
    N, D = X.shape
    windows = X.reshape(N, D // size, size)
    largest = np.isclose(windows, windows.max(axis=2, keepdims=True))
    return (dY[:, :, None] * largest / largest.sum(axis=2, keepdims=True)).reshape(N, D)


def conditional_backward__gates_made_to_sum_to_one(dY, X, P):
    """The gates of a row are first scaled to the sum 1, which Y = X P does not do."""
    return dY * P / np.maximum(P.sum(axis=1, keepdims=True), 1e-12), dY * X


def quadratic_loss__linear_beyond_ten(X, T):
    """A Huber loss: differences above 10 count linearly."""
    D = np.abs(np.asarray(X) - T)
    return np.where(D < 10, D**2, 20 * D - 100).sum(axis=1)


def quadratic_loss_backward__clipped_at_ten(X, T):
    """Gradients are clipped at 10."""
    D = np.clip(2 * (np.asarray(X) - T), -10, 10)
    return D, -D
