"""A toy to train: clouds of points, weights w and a bias b, the loss of a logistic regression."""

import numpy as np


def loss(answer, X, t, rng):
    """The mean cross entropy of an answer, as an exercise measures it."""
    w, b = answer
    z = X @ np.asarray(w, dtype=float) + b
    return float(np.mean(np.logaddexp(0, z) - t * z))


def slopes(w, b, X, t):
    """Its gradients, which a learner's loop calls."""
    error = 1 / (1 + np.exp(-(X @ w + b))) - t
    return X.T @ error / len(X), error.mean()
