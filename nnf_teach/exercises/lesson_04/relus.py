"""The ReLU, and units that died."""

import numpy as np

from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.oracles import every_second


@exercise(lesson=4, points=1)
def relu(x):
    return np.asarray(np.maximum(x, 0))


@relu.cases
def cases(rng):
    yield np.array([-2.0, 0.0, 3.0])
    yield np.array(-0.5), "no axes"
    yield np.array([2, -3, 0]), "whole numbers"
    yield np.array([]), "empty"
    yield np.array([1e12, -1e12, 1e-12, -1e-12]), "large and small"
    yield np.array([0.0, -1.0]), "nothing is positive"
    yield rng.normal(size=(3, 2)) * 3, "two axes"
    yield every_second(rng.normal(size=(2, 3))), "not contiguous"


@relu.mistake(also=(lambda x: np.log(1 + np.exp(x)),))
def softplus_instead(x):
    """Yours has no kink: it is log(1 + exp(x)), a smooth relative. What is max(0, 0)?"""
    return np.logaddexp(0, x)


relu.hints(
    "max(0, x), for every number of x by itself.",
    "np.max takes the largest of an array. Its relative np.maximum compares two, in pairs.",
    "np.maximum of x and 0 does it for any shape.",
    remark="Positive numbers pass unchanged, and so does their gradient.",
)


@exercise(lesson=4, points=1)
def dead_units(X, W, b):
    return (X @ W.T + b <= 0).all(axis=0)


@dead_units.cases
def cases(rng):
    def units(n, d, k):
        """Draw units about half of which are dead."""
        X, W = rng.normal(size=(n, d)), rng.normal(size=(k, d))
        alive = np.arange(k) % 2 == rng.integers(2)
        return X, W, np.where(alive, 0.3, -0.3) - (X @ W.T).max(axis=0)

    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    X, W, b = units(5, 3, 4)
    gates = np.array([[1.0, 1.0], [1.0, 1.0], [-1.0, 2.0]]), np.array([-1.0, -3.0, -1.0])
    yield corners, *gates, "one is dead"
    never = np.array([[1.0, 1.0], [0.0, 0.0]]), np.array([-2.0, 0.0])
    yield corners, *never, "never above 0, but exactly 0"
    yield np.array([[2]]), np.array([[-1]]), np.array([1]), "whole numbers"
    yield np.array([[3.0]]), np.array([[1.0]]), np.array([-2.0]), "one of each, alive"
    pair = np.array([[1.0, 2.0], [-1.0, 0.5]]), np.array([[1.0, -3.0], [2.0, 1.0]])
    yield *pair, np.array([2.0, -5.0]), "as many examples as inputs as units"
    yield *units(1, 3, 4), "a single example"
    yield *units(6, 2, 1), "a single unit"
    yield *units(6, 1, 5), "a single input"
    yield units(40, 3, 7)
    yield every_second(X), np.asfortranarray(W), b, "not contiguous"
    X, W = rng.normal(size=(30, 2)), rng.normal(size=(3, 2))
    yield X, W, np.array([50.0, -50.0, 0.1]), "always on, always off, both"
    faint = np.array([[1.0], [2.0]]), np.array([[1e-6], [-1.0]])
    yield *faint, np.zeros(2), "hardly above 0, but alive"


dead_units.hints(
    "Compute what goes into the ReLUs: a linear layer, (N, K). When does a ReLU put out 0?",
    "Ask of each number whether it is 0 or less. Then: for which units is it so for every row?",
    "np.all with axis=0 asks along the examples and leaves one answer a unit.",
    remark="No example sends a gradient through a dead unit, so no step can wake it.",
)
