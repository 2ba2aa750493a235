import itertools

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach.datasets import image_rows, load_mnist, make_gaussians, make_xor
from nnf_teach.modules import (
    count_steps,
    gradient_descent_step,
    init_params,
    last_state,
    network_loss,
    train,
)

X, T = make_gaussians(40, rng=np.random.default_rng(1))
LOSSES = {
    "cross entropy": lambda Y, t: anp.mean(anp.log(1 + anp.exp(Y[:, 0])) - Y[:, 0] * t),
    "softmax cross entropy": lambda Y, t: (
        -anp.mean(Y[np.arange(len(t)), t] - anp.log(anp.sum(anp.exp(Y), axis=1)))
    ),
    "half square": lambda Y, t: anp.sum((Y - t.reshape(len(Y), -1)) ** 2) / 2 / len(Y),
}


def start(outputs=1, dtype=np.float64):
    return init_params((2, 4, outputs), rng=np.random.default_rng(2), dtype=dtype)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("batch_size", [None, 1, 7])
def test_every_step_is_that_of_autograd(loss, batch_size):
    """Are batches, losses, gradients and updates what the slides say, for 15 steps?"""
    params = start(3 if loss.startswith("softmax") else 1)
    t = np.arange(40) % 3 if loss.startswith("softmax") else T

    def value(params, X, t):
        (W, b), (V, c) = params
        H = 1 / (1 + anp.exp(-(anp.dot(X, W.T) + b)))
        return LOSSES[loss](anp.dot(H, V.T) + c, t)

    states = train(
        params, X, t, learning_rate=0.3, epochs=20, batch_size=batch_size, loss=loss, shuffle=False
    )
    size = batch_size or 40
    order = [np.arange(k, min(k + size, 40)) for k in range(0, 40, size)]
    for state, batch in zip(itertools.islice(states, 15), itertools.cycle(order), strict=False):
        expected = autograd.grad(value)(params, X[batch], t[batch])
        assert state.loss == pytest.approx(value(params, X[batch], t[batch]), rel=1e-9)
        for ours, theirs in zip(sum(state.grads, ()), sum(expected, ()), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
        params = gradient_descent_step(params, expected, 0.3)
        for ours, theirs in zip(sum(state.params, ()), sum(params, ()), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_counts():
    states = list(train(start(), X, T, learning_rate=0.1, epochs=3, batch_size=15, shuffle=False))
    assert [(s.step, s.epoch) for s in states] == [
        (k + 1, k // 3 + 1) for k in range(count_steps(40, epochs=3, batch_size=15))
    ]
    assert count_steps(40, epochs=3) == 3
    assert count_steps(40, epochs=2, batch_size=10) == 8


def test_an_epoch_is_every_example_once():
    seen = []

    def spy(params, grads, learning_rate):
        seen.append(grads[0][0].sum())
        return params

    def run(rng):
        seen.clear()
        rows = np.arange(1.0, 41)[:, None]
        given = {"loss": "half square", "batch_size": 1, "rng": rng, "update": spy}
        list(train([([[0.0]], [1.0])], rows, np.zeros(40), learning_rate=1, epochs=2, **given))
        return [round(x) for x in seen]

    order = run(np.random.default_rng(0))
    assert sorted(order[:40]) == sorted(order[40:]) == list(range(1, 41))
    assert order[:40] != order[40:]
    assert order == run(np.random.default_rng(0)) != run(np.random.default_rng(1))


def test_repeats_exactly():
    def run():
        rng = np.random.default_rng(7)
        given = {"learning_rate": 0.5, "epochs": 5, "batch_size": 10, "rng": rng}
        return last_state(train(start(), X, T, **given))

    np.random.seed(0)
    first = run()
    np.random.seed(1)
    second = run()
    assert first.loss == second.loss
    for a, b in zip(sum(first.params, ()), sum(second.params, ()), strict=True):
        np.testing.assert_array_equal(a, b)


def test_old_states_and_arguments_stay():
    params, x = start(), X.copy()
    before = [array.copy() for array in sum(params, ())]
    states = list(train(params, X, T, learning_rate=1, epochs=3))
    assert not np.array_equal(states[0].params[0][0], states[2].params[0][0])
    np.testing.assert_array_equal(X, x)
    for array, copy in zip(sum(params, ()), before, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_computes_in_the_type_of_params(loss, dtype):
    outputs = 2 if loss.startswith("softmax") else 1
    given = {"learning_rate": np.float64(0.1), "epochs": 2, "loss": loss}
    state = last_state(train(start(outputs, dtype), X, T, **given))
    assert {array.dtype for array in sum(state.params + state.grads, ())} == {np.dtype(dtype)}
    assert type(state.loss) is float


def test_learns_xor():
    X, t = make_xor(200, rng=np.random.default_rng(0))
    params = init_params((2, 6, 1), rng=np.random.default_rng(0))
    given = {"learning_rate": 0.5, "epochs": 200, "batch_size": 10}
    state = last_state(train(params, X, t, rng=np.random.default_rng(0), **given))
    assert network_loss(X, t, params) > 0.6
    assert network_loss(X, t, state.params) < 0.05


def test_network_loss_is_the_loss_of_a_full_batch():
    state = last_state(train(start(), X, T, learning_rate=0, epochs=1))
    assert network_loss(X, T, start()) == pytest.approx(state.loss, rel=1e-12)


def test_last_state_of_an_interrupted_run():
    def interrupted(after):
        for state in train(start(), X, T, learning_rate=0.1, epochs=10):
            if state.step > after:
                raise KeyboardInterrupt
            yield state

    assert last_state(interrupted(4)).step == 4
    with pytest.raises(KeyboardInterrupt):
        last_state(interrupted(0))
    states = train(start(), X, T, learning_rate=0.1, epochs=1)
    last_state(states)
    with pytest.raises(ValueError, match="has this training been run already"):
        last_state(states)


@pytest.mark.parametrize(
    ("change", "kind", "sentence"),
    [
        ({"t": np.full(40, 1)}, ValueError, "t has one class only, 1. A classifier needs"),
        ({"t": 2 * T - 1}, ValueError, r"t has labels outside \{0, 1\}: -1"),
        ({"t": T[:-1]}, ValueError, r"t has shape \(39,\), expected \(N,\) with N = 40, as in X"),
        ({"t": T[:, None]}, ValueError, r"t has shape \(40, 1\).*t\.ravel\(\) would fit"),
        ({"X": X[:0], "t": T[:0]}, ValueError, r"X has shape \(0, 2\): it is empty"),
        ({"X": np.where(X > 2, np.nan, X)}, ValueError, "X has a value that is not finite"),
        ({"X": X[:, :1]}, ValueError, r"params\[0\]\[0\] has shape \(4, 2\), .* D = 1, as in X"),
        ({"params": start(3)}, ValueError, "params has 3 outputs, and the loss 'cross entropy'"),
        ({"loss": "softmax cross entropy"}, ValueError, "class numbers outside 0..0: 1"),
        ({"loss": "mse"}, ValueError, "loss is 'mse', expected one of 'cross entropy'"),
        ({"output": "sigmoid"}, ValueError, "takes logits: output='linear'"),
        ({"activation": "gelu"}, ValueError, "activation is 'gelu'"),
        ({"batch_size": 41}, ValueError, "batch_size is 41, expected a whole number, 1 to 40"),
        ({"batch_size": 0}, ValueError, "batch_size is 0"),
        ({"epochs": 0}, ValueError, "epochs is 0"),
        ({"learning_rate": -0.1}, ValueError, "learning_rate is -0.1"),
        ({"rng": None}, TypeError, r"rng is None.*default_rng\(0\)"),
        ({"rng": 5}, TypeError, r"rng is 5.*default_rng\(5\)"),
    ],
)
def test_bad_arguments(change, kind, sentence):
    """Is it said at the call, and not at the first step?"""
    given = {"params": start(), "X": X, "t": T, "learning_rate": 0.1, "epochs": 1}
    given |= {"batch_size": 10, "rng": np.random.default_rng(0)} | change
    with pytest.raises(kind, match=f"^(train|network): .*{sentence}"):
        train(**given)


@pytest.mark.slow
def test_a_linear_classifier_reads_digits():
    """Does the linear softmax classifier of the slide "Uses" reach its 92 %?"""
    digits, rng = load_mnist(), np.random.default_rng(0)
    rows = image_rows(digits.x_train)
    params = init_params((784, 10), rng=rng, init="zeros", dtype=np.float32)
    given = {"batch_size": 100, "loss": "softmax cross entropy", "rng": rng}
    for learning_rate, epochs in ((0.3, 4), (0.03, 2)):
        given |= {"learning_rate": learning_rate, "epochs": epochs}
        params = last_state(train(params, rows, digits.t_train, **given)).params
    [(W, b)] = params
    answers = (image_rows(digits.x_test) @ W.T + b).argmax(axis=1)
    assert (answers == digits.t_test).mean() >= 0.92
