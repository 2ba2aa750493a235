import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach.experiments.small_fits import (
    EARLY,
    FRAMES,
    METHODS,
    NONE,
    TEST_EXAMPLES,
    TRAINED,
    Setting,
    Training,
    draw_data,
    truth,
)

SETTING = Setting(12, 20, 0.5, 0, 0.01, 0.02, 0.3, 0.2)


def loss(weights, x, y, mask, l2, l1):
    w, b, v, c = weights
    hidden = anp.tanh(x[:, None] * w + b) * mask
    error = anp.mean((anp.dot(hidden, v) + c - y) ** 2)
    return (
        error
        + l2 * (anp.sum(w**2) + anp.sum(v**2))
        + l1 * (anp.sum(anp.abs(w)) + anp.sum(anp.abs(v)))
    )


@pytest.mark.parametrize("method", TRAINED)
def test_gradients_are_those_of_autograd(method):
    """Also with the very noise and mask that were drawn."""
    training = Training(SETTING)
    k = TRAINED.index(method)
    state = training._rng.bit_generator.state
    found = [part[k].ravel() for part in training._gradients()]
    training._rng.bit_generator.state = state
    jitter = training._rng.standard_normal((20, 1), np.float32)[:, 0]
    kept = (training._rng.random((20, 12), np.float32) < np.float32(0.7)) / 0.7
    x = training.data.x + (0.2 * jitter if method == "noise on the data" else 0)
    weights = [part[k].astype(float).ravel() for part in training._weights]
    expected = autograd.grad(loss)(
        weights,
        x,
        training.data.y,
        kept if method == "dropout" else np.ones((20, 12)),
        0.01 if method == "L2 penalty" else 0.0,
        0.02 if method == "L1 penalty" else 0.0,
    )
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=1e-5)


def test_errors_are_measured_without_dropout_and_noise():
    training = Training(SETTING)
    frame, data = training.at(3), training.data
    for k in range(len(TRAINED)):
        w, b, v, c = (part[k].astype(float).ravel() for part in frame.weights)
        for x, y, errors in (
            (data.x, data.y, frame.train),
            (data.x_held, data.y_held, frame.held),
            (data.x_test, data.y_test, frame.test),
        ):
            Y = np.tanh(x[:, None] * w + b) @ v + c
            assert errors[k] == pytest.approx(((Y - y) ** 2).mean(), rel=1e-3)


def test_the_examples_are_as_noisy_as_said_and_apart():
    data = draw_data(60, 0.3, 2)
    assert (data.y_test - truth(data.x_test)).std() == pytest.approx(0.3, rel=0.1)
    assert not np.isin(data.x, np.append(data.x_test, data.x_held)).any()
    assert len(data.x_test) == TEST_EXAMPLES
    other = draw_data(60, 0.3, 3)
    assert not np.isin(data.x, other.x).any()


@pytest.mark.slow
def test_a_large_network_overfits_and_regularisers_help():
    """Over ten draws: none of this is a matter of luck."""
    errors = {method: [] for method in METHODS}
    trains = []
    for draw in range(10):
        training = Training(Setting(64, 20, 0.5, draw, 0.001, 0.0032, 0.2, 0.1))
        last = training.at(FRAMES)
        trains.append(last.train[0])
        for k, method in enumerate(TRAINED):
            errors[method].append(last.test[k])
        errors[EARLY].append(training.frames[training.best(FRAMES)].test[0])
    mean = {method: float(np.mean(values)) for method, values in errors.items()}
    assert np.mean(trains) < 0.1 < 0.25 < mean[NONE]
    for method in METHODS[1:]:
        assert mean[method] < 0.93 * mean[NONE], method


def test_more_examples_overfit_less_and_more_units_fit_closer():
    """The test error of small networks goes either way: Belkin's point."""

    def last(**changes):
        return Training(Setting(**{**vars(SETTING), "units": 64, **changes})).at(FRAMES)

    few, many, small = last(), last(examples=60), last(units=4)
    assert many.test[0] - many.train[0] < 0.8 * (few.test[0] - few.train[0])
    assert small.train[0] > 1.5 * few.train[0]
