import numpy as np
import pytest

from nnf_teach.datasets import make_xor
from nnf_teach.modules import (
    Adam,
    Momentum,
    RMSProp,
    adam_step,
    init_params,
    last_state,
    momentum_step,
    rmsprop_step,
    train,
)

RATE = 0.1
ARGUMENTS = {
    momentum_step: {"param": 1.0, "grad": 1.0, "velocity": 0.0, "learning_rate": RATE},
    rmsprop_step: {"param": 1.0, "grad": 1.0, "v": 0.0, "learning_rate": RATE},
    adam_step: {"param": 1.0, "grad": 1.0, "m": 0.0, "v": 0.0, "step": 1, "learning_rate": RATE},
}


def weighted(grads, beta):
    """sum over i of beta^(k - i) g_i, for every k: what a memory holds, without recursion."""
    return np.array(
        [sum(beta ** (k - i) * grads[i] for i in range(k + 1)) for k in range(len(grads))]
    )


@pytest.fixture
def grads(rng):
    return rng.normal(size=(12, 3, 2)) * np.geomspace(1e-3, 1e3, 3)[:, None]


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_momentum_is_a_weighted_sum_of_all_gradients(grads, beta):
    theta, velocity = np.ones((3, 2)), np.zeros((3, 2))
    for grad in grads:
        theta, velocity = momentum_step(theta, grad, velocity, RATE, beta)
    expected = 1 - RATE * weighted(grads, beta).sum(axis=0)
    np.testing.assert_allclose(theta, expected, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_rmsprop_divides_by_a_weighted_mean_of_all_squares(grads, beta):
    theta, v = np.ones((3, 2)), np.zeros((3, 2))
    for grad in grads:
        theta, v = rmsprop_step(theta, grad, v, RATE, beta, epsilon=1e-3)
    roots = np.sqrt((1 - beta) * weighted(grads**2, beta))
    np.testing.assert_allclose(theta, 1 - (RATE * grads / (roots + 1e-3)).sum(axis=0), rtol=1e-10)


@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.0, 0.0), (0.5, 0.9)])
def test_adam_is_algorithm_1(grads, betas):
    theta, m, v = np.ones((3, 2)), np.zeros((3, 2)), np.zeros((3, 2))
    for k, grad in enumerate(grads):
        theta, m, v = adam_step(theta, grad, m, v, k + 1, RATE, *betas, epsilon=1e-3)
    # The corrections make true means of the weights: they then add up to 1.
    mean, square = (
        weighted(g, beta) / weighted(np.ones(12), beta)[:, None, None]
        for g, beta in zip((grads, grads**2), betas, strict=True)
    )
    expected = 1 - (RATE * mean / (np.sqrt(square) + 1e-3)).sum(axis=0)
    np.testing.assert_allclose(theta, expected, rtol=1e-10)


def test_adams_first_step_is_as_long_as_the_learning_rate():
    theta, _, _ = adam_step([0.0, 0.0, 0.0], [1e-3, -1e3, 0.0], [0] * 3, [0] * 3, 1, RATE)
    np.testing.assert_allclose(theta, [-RATE, RATE, 0], rtol=1e-4)


def test_arguments_stay_as_they_are_and_so_do_their_floats():
    for step, given in ARGUMENTS.items():
        arrays = {
            name: np.full((2, 2), value, np.float32)
            for name, value in given.items()
            if isinstance(value, float) and name != "learning_rate"
        }
        before = {name: array.copy() for name, array in arrays.items()}
        results = step(**given | arrays)
        assert {r.dtype for r in results} == {np.dtype(np.float32)}
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, before[name])


@pytest.mark.parametrize("step", ARGUMENTS)
@pytest.mark.parametrize(
    ("change", "kind", "sentence"),
    [
        ({"grad": [1.0, 2.0]}, ValueError, r"grad has shape \(2,\), expected"),
        ({"grad": np.nan}, ValueError, "grad has a value that is not finite"),
        ({"learning_rate": -1}, ValueError, "learning_rate is -1"),
        ({"beta": 1}, ValueError, "is 1: everything is kept and nothing learnt"),
        ({"beta": "much"}, TypeError, "is 'much', expected a number from 0 to 1"),
    ],
)
def test_bad_arguments(step, change, kind, sentence):
    if step is adam_step and "beta" in change:
        change = {"beta2": change["beta"]}
    with pytest.raises(kind, match=f"^{step.__name__}: .*{sentence}"):
        step(**ARGUMENTS[step] | change)


@pytest.mark.parametrize("step", [0, -1, 1.5, True])
def test_adam_counts_steps_from_1(step):
    with pytest.raises((TypeError, ValueError), match="step is .* a whole number, at least 1"):
        adam_step(**ARGUMENTS[adam_step] | {"step": step})


def test_squares_are_not_below_0():
    with pytest.raises(ValueError, match="v has values below 0: -1"):
        rmsprop_step(1.0, 1.0, -1.0, RATE)


def by_hand(name, params, grads, rate):
    """The same steps with the public functions and all memories kept here."""
    flat = [array for pair in params for array in pair]
    kept = [[np.zeros_like(a), np.zeros_like(a)] for a in flat]
    for k, grad in enumerate(grads):
        parts = [array for pair in grad for array in pair]
        for i, g in enumerate(parts):
            if name == "Adam":
                flat[i], *kept[i] = adam_step(flat[i], g, *kept[i], k + 1, rate)
            else:
                step = momentum_step if name == "Momentum" else rmsprop_step
                flat[i], kept[i][0] = step(flat[i], g, kept[i][0], rate)
    return flat


@pytest.mark.parametrize("kind", [Momentum, RMSProp, Adam])
def test_train_follows_the_update(rng, kind):
    X, t = make_xor(60, noise=0, rng=rng)
    params = init_params((2, 4, 1), rng=rng)
    states = list(
        train(params, X, t, learning_rate=0.02, epochs=3, batch_size=20, rng=rng, update=kind())
    )
    expected = by_hand(kind.__name__, params, [state.grads for state in states], 0.02)
    found = [array for pair in states[-1].params for array in pair]
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_adam_learns_xor(rng):
    X, t = make_xor(200, noise=0, rng=rng)
    params = init_params((2, 6, 1), rng=rng)
    run = train(params, X, t, learning_rate=0.05, epochs=100, batch_size=10, rng=rng, update=Adam())
    assert last_state(run).loss < 0.05


def test_an_optimizer_is_for_one_network(rng):
    momentum = Momentum()
    for sizes in ((2, 3, 1), (2, 4, 1)):
        params = init_params(sizes, rng=rng)
        if sizes[1] == 4:
            with pytest.raises(ValueError, match="Momentum remembers parameters of shapes"):
                momentum(params, params, 0.1)
        else:
            momentum(params, params, 0.1)
