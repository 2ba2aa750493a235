import numpy as np
import pytest

from nnf_teach.experiments.logistic_descent import load_points, our_gradients


def test_the_gradient_is_that_of_central_differences():
    X, t = load_points("overlapping blobs")
    w, b, h = np.array([0.3, -0.7]), 0.2, 1e-6

    def loss(w, b):
        p = 1 / (1 + np.exp(-(X @ w + b)))
        return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))

    dw, db = our_gradients(X, t, w, b)
    for k, step in enumerate(np.eye(2) * h):
        assert dw[k] == pytest.approx((loss(w + step, b) - loss(w - step, b)) / (2 * h), abs=1e-8)
    assert db == pytest.approx((loss(w, b + h) - loss(w, b - h)) / (2 * h), abs=1e-8)
