import math

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach.experiments.propagate import (
    LAYERS,
    RATE,
    UNITS,
    Run,
    digits,
    first_params,
    he,
    normal,
    propagate,
    xavier,
)

FUNCTIONS = {
    "relu": lambda Z: anp.maximum(Z, 0),
    "tanh": anp.tanh,
    "sigmoid": lambda Z: 1 / (1 + anp.exp(-Z)),
    "linear": lambda Z: Z,
}


def loss_from(layer, A, t, params, activation):
    """The summed loss, from the activations of a layer (1, ...) on."""
    for W, b in params[layer:-1]:
        A = FUNCTIONS[activation](anp.dot(A, W.T) + b)
    W, b = params[-1]
    Z = anp.dot(A, W.T) + b
    Z = Z - anp.max(Z, axis=1, keepdims=True)
    return anp.sum(anp.log(anp.sum(anp.exp(Z), axis=1)) - Z[anp.arange(len(t)), t])


@pytest.mark.parametrize("activation", FUNCTIONS)
def test_activations_and_gradients_are_those_of_autograd(activation):
    X, t = digits()
    params = [(W.astype(float), b.astype(float)) for W, b in first_params(he)]
    through = propagate(X.astype(float), t, params, activation)
    A = X.astype(float)
    for layer, (W, b) in enumerate(params[:-1], start=1):
        A = FUNCTIONS[activation](A @ W.T + b)
        np.testing.assert_allclose(through.activations[layer - 1], A, rtol=1e-6, atol=1e-9)
        if layer in (1, 5, LAYERS):
            expected = autograd.grad(loss_from, 1)(layer, A, t, params, activation)
            np.testing.assert_allclose(
                through.gradients[layer - 1], expected, rtol=1e-5, atol=1e-12
            )
    assert through.loss == pytest.approx(loss_from(LAYERS, A, t, params, activation) / len(t))


def test_the_rules_have_their_published_spread():
    for init, wanted in (
        (normal(0.3), lambda n_in, n_out: 0.3 / math.sqrt(n_in)),
        (he, lambda n_in, n_out: math.sqrt(2 / n_in)),
        (xavier, lambda n_in, n_out: math.sqrt(2 / (n_in + n_out))),
    ):
        params = first_params(init)
        assert [W.shape for W, _ in params] == [(UNITS, 784), *[(UNITS, UNITS)] * 9, (10, UNITS)]
        for W, b in params:
            assert W.std() == pytest.approx(wanted(*W.shape[::-1]), rel=0.06)
            assert not b.any()


@pytest.mark.slow
def test_training_is_gradient_descent():
    X, t = digits()
    run = Run(first_params(he), "relu")
    run.at(1)
    before = first_params(he)
    grads = propagate(X, t, before, "relu").grads
    for (W, _), (before_W, _), (dW, _) in zip(run.params, before, grads, strict=True):
        np.testing.assert_allclose(W, before_W - RATE * dW, rtol=1e-5, atol=1e-7)
