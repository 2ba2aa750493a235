"""Does the gradient of max go through the chosen element, and through nothing else?"""

import itertools

import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach.modules import max_backward, max_forward, max_pool, max_pool_backward


@pytest.mark.parametrize("size", [1, 2, 7])
def test_max_gradients(rng, size, assert_gradients):
    x = rng.normal(size=size)
    assert max_forward(x) == max(x)
    assert_gradients(anp.max, (x,), (max_backward(-3.0, x),), -3.0)


@pytest.mark.parametrize(
    ("n", "d", "size"), [(1, 1, 1), (3, 6, 2), (2, 6, 3), (2, 4, 4), (2, 3, 1)]
)
def test_pool_gradients(rng, n, d, size, assert_gradients):
    X = rng.normal(size=(n, d))

    def reference(X):
        return anp.max(anp.reshape(X, (n, d // size, size)), axis=2)

    Y = max_pool(X, size)
    by_hand = [[max(row[k : k + size]) for k in range(0, d, size)] for row in X]
    np.testing.assert_array_equal(Y, by_hand)
    dY = rng.normal(size=Y.shape)
    assert_gradients(reference, (X,), (max_pool_backward(dY, X, size),), dY)


def test_a_tie_gives_a_subgradient():
    """f(x + d) >= f(x) + <g, d> for every d: what a subgradient of a convex function is."""
    x = np.array([2.0, 5.0, 5.0, 5.0])
    g = max_backward(1.0, x)
    steps = np.array(list(itertools.product([-1.0, -0.1, 0.0, 0.1, 1.0], repeat=4)))
    assert np.all((x + steps).max(axis=1) >= x.max() + steps @ g - 1e-12)
    slide = (x == x.max()).astype(float)
    assert np.any((x + steps).max(axis=1) < x.max() + steps @ slide - 1e-12)


def test_ties_go_to_the_first_window_by_window():
    dX = max_pool_backward([[1.0, 2.0], [4.0, 8.0]], [[3, 3, 0, 0], [1, 2, 2, 2]], 2)
    assert dX.tolist() == [[1, 0, 2, 0], [0, 4, 8, 0]]


def test_kinds_and_memory():
    X = np.asfortranarray(np.arange(12, dtype=np.float32).reshape(2, 6) % 5)
    before = X.copy()
    assert max_pool(X, 3).dtype == max_pool_backward(np.ones((2, 2)), X, 3).dtype == np.float32
    np.testing.assert_array_equal(X, before)
    assert max_pool(X[:, ::2], 3).tolist() == [[4], [3]]


@pytest.mark.parametrize(
    ("call", "kind", "sentence"),
    [
        (lambda: max_forward([]), ValueError, "x has shape .* it is empty"),
        (lambda: max_backward(1.0, [[1.0]]), ValueError, r"x has shape \(1, 1\)"),
        (lambda: max_backward("a", [1.0]), TypeError, "dy is 'a'"),
        (lambda: max_pool(np.ones((2, 5)), 2), ValueError, "5 columns, which windows of 2"),
        (lambda: max_pool(np.ones((2, 4)), 0), ValueError, "size is 0"),
        (lambda: max_pool(np.ones(4), 2), ValueError, r"X has shape \(4,\)"),
        (lambda: max_pool_backward(np.ones((2, 3)), np.ones((2, 4)), 2), ValueError, "M = 2"),
    ],
)
def test_bad_arguments(call, kind, sentence):
    with pytest.raises(kind, match=sentence):
        call()
