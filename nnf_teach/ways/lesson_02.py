"""Other ways for lesson 02, Logistic regression."""

import numpy as np

from nnf_teach.modules import sigmoid, softmax


def cross_entropy__where(p, t):
    """As it is said: choose the probability of the right class, then take its logarithm."""
    right = np.where(t == 1, p, 1 - p)
    return -np.mean(np.log(right))


def cross_entropy_with_logits__signs(z, t):
    """One case in place of two: with a sign for the class, the loss is log(1 + exp(-margin))."""
    margin = np.where(t == 1, z, -z)
    return np.mean(np.logaddexp(0, -margin))


def cross_entropy_with_logits__by_hand(z, t):
    """Without logaddexp: what it does inside, and what to write where a library has none."""
    return np.mean(np.maximum(z, 0) - t * z + np.log1p(np.exp(-np.abs(z))))


def logistic_gradients__sums(X, t, w, b):
    """Example by example: each pulls w along its own x, by its own error."""
    errors = sigmoid(X @ w + b) - t
    return np.mean(errors[:, None] * X, axis=0), np.mean(errors)


def fit_logistic_regression__bias_as_weight(X, t, learning_rate, steps):
    """The bias as the weight of an input that is always 1: one array to update in place of two."""
    X = np.column_stack([X, np.ones(len(X))])
    theta = np.zeros(X.shape[1])
    for _ in range(steps):
        theta = theta - learning_rate * X.T @ (sigmoid(X @ theta) - t) / len(X)
    return theta[:-1], theta[-1]


def softmax__logaddexp(Z):
    """In one line, through the logarithm: stable without a maximum of one's own."""
    return np.exp(Z - np.logaddexp.reduce(Z, axis=1, keepdims=True))


def softmax_cross_entropy__logaddexp(Z, t):
    """The formula as it stands: logaddexp.reduce is the stable logarithm of the sum."""
    return np.mean(np.logaddexp.reduce(Z, axis=1) - Z[np.arange(len(Z)), t])


def softmax_cross_entropy_gradient__one_hot(Z, t):
    """Prediction minus label in so many words: good also where a label is a distribution."""
    labels = np.eye(Z.shape[1])[t]
    return (softmax(Z) - labels) / len(Z)


def sparsemax__bisection(z):
    """Without sorting: the sum falls as the threshold rises, so halve an interval that holds it."""
    low, high = z.min() - 1.0, z.max()
    for _ in range(100):
        tau = (low + high) / 2
        low, high = (tau, high) if np.maximum(z - tau, 0).sum() > 1 else (low, tau)
    return np.maximum(z - low, 0)


def test_softmax__laws(softmax):
    """By laws, for logits of any kind: a row adds up to 1, and ratios are exp of differences."""
    Z = np.array([[0.0, 2.0, -1.0], [1000.0, 999.0, 998.5], [-1000.0, -1001.0, -1000.5]])
    P = softmax(Z)
    assert np.shape(P) == Z.shape
    assert np.allclose(np.sum(P, axis=1), 1)
    assert np.allclose(P[:, 1:] / P[:, :1], np.exp(Z[:, 1:] - Z[:, :1]))
