"""Penalties, dropout, norms, and the experiment that compares them."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach import modules
from nnf_teach.datasets import sample_digits
from nnf_teach.modules.regularised_training import REGULARISERS, _Network, train_regularised


def norm_by_hand(X, gain, bias, epsilon, axis):
    """Write the definition for autograd."""
    mean = anp.mean(X, axis=axis, keepdims=True)
    variance = anp.mean((X - mean) ** 2, axis=axis, keepdims=True)
    return gain * (X - mean) / anp.sqrt(variance + epsilon) + bias


@pytest.mark.parametrize(("name", "axis"), [("layer_norm", 1), ("batch_norm", 0)])
def test_norms_and_their_gradients_are_those_of_autograd(name, axis):
    rng = np.random.default_rng(0)
    X, dY = rng.normal(size=(2, 5, 4))
    gain, bias = rng.normal(size=(2, 4))
    forward, backward = getattr(modules, name), getattr(modules, f"{name}_backward")
    np.testing.assert_allclose(
        forward(X, gain, bias, 0.1), norm_by_hand(X, gain, bias, 0.1, axis), rtol=1e-12
    )
    found = backward(dY, X, gain, 0.1)
    for k, gradient in enumerate(found):

        def loss(part, k=k):
            args = [X, gain, bias]
            args[k] = part
            return anp.sum(dY * norm_by_hand(*args, 0.1, axis))

        truth = autograd.grad(loss)([X, gain, bias][k])
        np.testing.assert_allclose(gradient, truth, atol=1e-12)


@pytest.mark.parametrize(
    ("penalty", "formula"),
    [
        (modules.l2_penalty, lambda W: anp.sum(W**2)),
        (modules.l1_penalty, lambda W: anp.sum(anp.abs(W))),
    ],
)
def test_penalties_and_their_gradients_are_those_of_autograd(penalty, formula):
    rng = np.random.default_rng(1)
    params = [(rng.normal(size=(3, 2)), rng.normal(size=3)), (rng.normal(size=(1, 3)), np.ones(1))]
    value, grads = penalty(params, 0.3)
    assert value == pytest.approx(0.3 * sum(formula(W) for W, _ in params))
    for (W, _), (dW, db) in zip(params, grads, strict=True):
        np.testing.assert_allclose(dW, 0.3 * autograd.grad(formula)(W))
        assert not db.any()


def test_dropout_keeps_the_mean_and_leaves_x_alone_after_training():
    rng = np.random.default_rng(2)
    X = np.ones((400, 500), np.float32)
    Y = modules.dropout(X, 0.8, rng)
    assert Y.dtype == np.float32
    assert set(np.unique(Y)) == {np.float32(0), np.float32(1.25)}
    assert Y.mean() == pytest.approx(1, abs=6 * np.sqrt(0.25 / X.size))
    assert modules.dropout(X, 0.8, rng, training=False) is X
    with pytest.raises(ValueError, match="nothing would be left"):
        modules.dropout(X, 0, rng)


def small_data(n=60, tests=100):
    X, t, X_test, t_test = sample_digits(2 * n, tests, rng=np.random.default_rng(3))
    return (X[:n], t[:n]), (X[n:], t[n:]), (X_test, t_test)


@pytest.mark.parametrize("regulariser", ["none", "layer norm", "batch norm"])
def test_the_gradients_that_training_follows_are_those_of_autograd(regulariser):
    (X, t), _, _ = small_data(20)
    network = _Network(regulariser, 0.0, 784, 6, np.random.default_rng(4), modules.dropout)
    axis = {"layer norm": 1, "batch norm": 0}.get(regulariser)

    def loss(params):
        (W, b), (V, c), (gain, bias) = params
        Z = anp.dot(X, W.T) + b
        H = Z if axis is None else norm_by_hand(Z, gain, bias, 1e-5, axis)
        Z = anp.dot(anp.maximum(H, 0), V.T) + c
        return anp.mean(anp.log(anp.sum(anp.exp(Z), axis=1)) - Z[anp.arange(len(t)), t])

    exact = [(W.astype(float), b.astype(float)) for W, b in network.params]
    for pair, truth in zip(network.step(X, t), autograd.grad(loss)(exact), strict=True):
        for gradient, slope in zip(pair, truth, strict=True):
            np.testing.assert_allclose(gradient, slope, atol=2e-6)


def test_the_gradient_of_dropout_goes_through_its_own_mask():
    (X, t), _, _ = small_data(20)
    masks = []

    def drop(H, keep, rng, training):
        masks.append((rng.random(H.shape) < keep) / keep)
        return H * masks[-1]

    network = _Network("dropout", 0.4, 784, 6, np.random.default_rng(5), drop)
    (W, b), (V, c), _ = [(W.astype(float), b.astype(float)) for W, b in network.params]
    grads = network.step(X, t)

    def loss(W):
        Z = anp.dot(anp.maximum(anp.dot(X, W.T) + b, 0) * masks[0], V.T) + c
        return anp.mean(anp.log(anp.sum(anp.exp(Z), axis=1)) - Z[anp.arange(len(t)), t])

    np.testing.assert_allclose(grads[0][0], autograd.grad(loss)(W), atol=2e-6)


@pytest.mark.parametrize("regulariser", REGULARISERS)
def test_every_regulariser_learns_and_the_same_seed_gives_the_same_run(regulariser):
    strength = {"L2": 0.001, "L1": 1e-4, "dropout": 0.8, "noise": 0.1}.get(regulariser, 0.0)
    runs = [
        train_regularised(
            *small_data(), regulariser, strength, rng=np.random.default_rng(6), hidden=30, epochs=20
        )
        for _ in range(2)
    ]
    assert runs[0].train_error < 0.1
    assert runs[0].test_error() < 0.6
    assert runs[0].validation_losses.shape == (20,)
    assert runs[0].validation_losses[-1] < runs[0].validation_losses[0]
    assert np.array_equal(runs[0].validation_losses, runs[1].validation_losses)
    assert runs[0].test_error(0) == runs[1].test_error(0) != runs[0].test_error()


def test_a_strong_penalty_is_felt():
    runs = [
        train_regularised(
            *small_data(), "L2", strength, rng=np.random.default_rng(7), hidden=30, epochs=20
        )
        for strength in (0.0, 1.0)
    ]
    assert runs[0].train_error == 0
    assert runs[1].train_error > 0.3


def test_an_unknown_regulariser_is_refused_by_name():
    with pytest.raises(ValueError, match="'L3', expected one of 'none'"):
        train_regularised(*small_data(), "L3", rng=np.random.default_rng(0))


def mean_change(share_wrong, seeds=4):
    """Return by how many points each regulariser changes the test error, as lesson 07 does it."""
    strengths = {"none": 0.0, "L2": 0.005, "dropout": 0.5, "noise": 0.3, "batch norm": 0.0}
    errors = {name: [] for name in strengths}
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        X, t, X_test, t_test = sample_digits(500, 2000, rng)
        X, X_test = (
            A.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196) for A in (X, X_test)
        )
        labels = np.where(rng.random(300) < share_wrong, rng.integers(0, 10, 300), t[:300])
        data = (X[:300], labels), (X[300:], t[300:]), (X_test, t_test)
        for name, strength in strengths.items():
            run = train_regularised(
                *data, name, strength, rng=np.random.default_rng(100 + seed), epochs=30
            )
            errors[name].append(100 * run.test_error())
    return {name: np.mean(found) - np.mean(errors["none"]) for name, found in errors.items()}


@pytest.mark.slow
def test_regularisers_do_what_lesson_07_says_of_them():
    """Do they hardly matter for right labels, help with wrong ones, and the norm harm there?"""
    assert all(abs(change) < 1.5 for change in mean_change(0.0).values())
    change = mean_change(0.25)
    assert all(change[name] < -1.5 for name in ("L2", "dropout", "noise"))
    assert change["batch norm"] > 1
