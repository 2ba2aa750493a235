"""Is the backward pass gated as the forward pass was?"""

import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach.modules import (
    conditional,
    conditional_backward,
    softmax_gate,
    softmax_gate_backward,
)

SHAPES = [(1, 1), (4, 3), (1, 5), (5, 1)]


@pytest.mark.parametrize("shape", SHAPES)
def test_gradients(rng, shape, assert_gradients):
    X, P, dY = rng.normal(size=(3, *shape))
    assert_gradients(lambda X, P: X * P, (X, P), conditional_backward(dY, X, P), dY)
    np.testing.assert_array_equal(conditional(X, P), X * P)

    def gate(X, Z):
        return X * anp.exp(Z) / anp.sum(anp.exp(Z), axis=1, keepdims=True)

    np.testing.assert_allclose(softmax_gate(X, P), gate(X, P), rtol=1e-12)
    assert_gradients(gate, (X, P), softmax_gate_backward(dY, X, P), dY)


def test_a_closed_gate_passes_nothing_back(rng):
    X, dY = rng.normal(size=(2, 4, 3))
    P = np.eye(3)[[0, 2, 1, 0]]
    dX, dP = conditional_backward(dY, X, P)
    assert np.all((dX != 0) == (P == 1))
    assert np.all(dP != 0)  # but it is told what opening it would do


def test_large_logits():
    Z = np.array([[1000.0, 0.0, -1000.0], [1000.0, 1000.0, -1000.0]])
    assert softmax_gate(np.full((2, 3), 2.0), Z).tolist() == [[2, 0, 0], [1, 1, 0]]
    _, dZ = softmax_gate_backward(np.ones((2, 3)), np.array([[1.0, 5, 9], [1, 5, 9]]), Z)
    assert dZ.tolist() == [[0, 0, 0], [-1, 1, 0]]


@pytest.mark.parametrize("function", [conditional, softmax_gate])
def test_shapes_must_fit(function):
    with pytest.raises(ValueError, match="has shape"):
        function(np.ones((2, 3)), np.ones((2, 1)))
