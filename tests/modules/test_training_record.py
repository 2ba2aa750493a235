"""Is a run recorded as it was, at little cost, whatever its loop yields?"""

import itertools
import math
from types import SimpleNamespace

import numpy as np
import pytest

from nnf_teach.datasets import make_gaussians
from nnf_teach.modules import init_params, network_loss, train
from nnf_teach.modules.training_record import (
    GRACE,
    SHARE,
    VALIDATION_SHARE,
    TrainingRecord,
    norm,
)

X, T = make_gaussians(60, noise=0.2, rng=np.random.default_rng(0))


def states(epochs=3, rate=0.5, **options):
    params = init_params((2, 5, 1), rng=np.random.default_rng(1))
    return train(
        params, X, T, learning_rate=rate, epochs=epochs, batch_size=10,
        rng=np.random.default_rng(2), **options,
    )  # fmt: skip


def taken(items, **options):
    record = TrainingRecord(**options)
    for item in items:
        record.take(item)
    record.finish()
    return record


def flat(params):
    return np.concatenate([part.ravel() for pair in params for part in pair])


def test_every_number_is_that_of_the_run():
    run = list(states())
    history = taken(run, every=1).history
    np.testing.assert_array_equal(history["step"], np.arange(1, 19))
    np.testing.assert_allclose(history["loss"], [s.loss for s in run])
    gradients = [np.sqrt(np.sum(flat(s.grads) ** 2)) for s in run]
    np.testing.assert_allclose(history["gradient_norm"], gradients)
    np.testing.assert_allclose(
        history["weight_norm"], [np.sqrt(np.sum(flat(s.params) ** 2)) for s in run]
    )
    assert math.isnan(history["update_ratio"][0])  # the weights before the first step are unknown
    before = np.array([flat(s.params) for s in run])
    ratios = np.linalg.norm(np.diff(before, axis=0), axis=1) / np.linalg.norm(before[:-1], axis=1)
    np.testing.assert_allclose(history["update_ratio"][1:], ratios)
    assert np.isnan(history["validation_loss"]).all()
    assert history["chance_loss"] == run[0].loss


def test_looks_in_between_average_the_loss():
    run = list(states())
    record = taken(run, every=5)
    assert [entry.step for entry in record.entries] == [1, 2, 6, 11, 16, 18]
    losses = [s.loss for s in run]
    assert record.entries[3].loss == pytest.approx(np.mean(losses[6:11]))


def test_the_last_look_does_not_compare_a_step_with_itself():
    history = taken(states(), every=3).history
    assert history["step"].tolist()[-2:] == [16, 18]
    assert (history["update_ratio"][1:-1] > 0).all()
    assert np.isnan(history["update_ratio"][-1])


def test_params_that_change_in_place_are_seen_to_move():
    W = np.ones((1, 2))

    def loop():
        nonlocal W
        for _ in range(12):
            W *= 0.9
            yield 1.0, [(W, np.zeros(1))]

    record = taken(loop(), every=3)
    ratios = [entry.update_ratio for entry in record.entries]
    np.testing.assert_allclose(ratios, 0.1)


def test_without_gradients_the_length_of_a_step_stands_in():
    """So that the record has no nan where the run has none."""
    history = taken(((1.0, [np.ones(4) * k]) for k in range(5)), every=1).history
    np.testing.assert_allclose(history["gradient_norm"], 2.0)
    assert history["step"].tolist() == [2, 3, 4, 5]
    assert np.isfinite(history["weight_norm"]).all()


PARAMS, GRADS = [(np.ones((1, 4)), np.zeros(1))], [(np.ones((1, 4)) * 3, np.zeros(1))]
ITEMS = [
    (0.5, PARAMS, GRADS),
    [7, 0.5, PARAMS, GRADS],  # the step's number first
    (PARAMS, np.float32(0.5), GRADS),
    (np.array(0.5), PARAMS, GRADS),
    {"step": 3, "loss": 0.5, "params": PARAMS, "grads": GRADS},
    {"loss": 0.5, "params": PARAMS, "gradients": GRADS},
    SimpleNamespace(loss=0.5, params=PARAMS, grads=GRADS),
    (0.5, {"W": np.ones((1, 4))}, {"W": [[3.0, 3.0], [3.0, 3.0]]}),
]


@pytest.mark.parametrize("item", ITEMS)
def test_all_kinds_of_items(item):
    (entry,) = taken([item]).entries
    assert (entry.loss, entry.weight_norm, entry.gradient_norm) == (0.5, 2.0, 6.0)


def test_a_loss_alone_will_do():
    history = taken([3.0, 2.0, 1.0], every=1).history
    assert history["loss"].tolist() == [2.5, 1.0]  # the first step has nothing before it


@pytest.mark.parametrize(
    "item", ["loss", None, True, PARAMS, (), {"params": PARAMS}, (True, PARAMS)]
)
def test_what_has_no_loss_is_refused(item):
    with pytest.raises(TypeError, match="the loop yielded .* It takes a loop that yields"):
        taken([item])


def test_a_loss_that_is_lost_is_seen_at_its_step():
    record = taken([(1.0, PARAMS)] * 40 + [(math.nan, PARAMS)] + [(1.0, PARAMS)] * 9, every=100)
    assert record.lost_at == 41
    assert 41 in [entry.step for entry in record.entries]


def test_validation_is_measured_and_its_errors_do_no_harm():
    def validation(params):
        return network_loss(X, T, params)

    run = list(states())
    history = taken(run, every=4, validation=validation, chance_loss=0.7).history
    expected = [validation(run[step - 1].params) for step in history["step"]]
    np.testing.assert_allclose(history["validation_loss"], expected)
    assert history["chance_loss"] == 0.7

    def broken(params):
        raise KeyError("x")

    record = taken(run, every=4, validation=broken)
    assert record.trouble == "Your validation function raised KeyError: 'x'"
    assert len(record.history["loss"]) == len(record.entries) > 3


class Clock:
    """Every look at it and every step cost what the test says."""

    def __init__(self, cost=20e-6):
        self.now, self.cost = 0.0, cost

    def __call__(self):
        self.now += self.cost
        return self.now


def test_looks_keep_to_their_share_of_the_time():
    clock = Clock()
    record = TrainingRecord(clock=clock)
    for state in states(epochs=400):
        clock.now += 500e-6
        record.take(state)
    assert record._spent - record._free <= GRACE + SHARE * clock.now + 100e-6
    assert record._spent <= 0.05 * clock.now
    steps = np.array([entry.step for entry in record.entries])
    assert len(steps) > 50
    assert np.diff(steps).max() < record.step / 20  # all of the run is covered


def test_a_loop_that_is_over_at_once_is_looked_at_all_the_same():
    """A few hundred quick steps of one's own are what a learner tries first."""
    clock = Clock()
    record = TrainingRecord(clock=clock)
    for state in states(epochs=50):
        clock.now += 30e-6
        record.take(state)
    assert len(record.entries) > 50
    assert record.seconds < 2 * GRACE


@pytest.mark.parametrize("seconds", [1e-6, 1.0])
def test_the_first_steps_are_all_looked_at_and_no_part_is_left_out(seconds):
    """Also where looks take long, as on a machine with much to do."""
    record = TrainingRecord(clock=Clock(seconds))
    for state in states(epochs=100):
        record.take(state)
    steps = [entry.step for entry in record.entries]
    assert steps[:20] == list(range(1, 21))
    assert all(later <= 1.05 * step + 2 for step, later in itertools.pairwise(steps))


def test_validation_keeps_to_its_share_of_the_time():
    clock = Clock()

    def slow(params):
        clock.now += 0.05
        return 1.0

    record = TrainingRecord(validation=slow, clock=clock)
    for state in states(epochs=400):
        clock.now += 500e-6
        record.take(state)
    record.finish()
    assert 2 < len(record.history["loss"]) < len(record.entries)
    assert record.history["step"][-1] == record.step == 2400
    assert record._validated <= VALIDATION_SHARE * clock.now + 0.11
    assert (record.history["validation_loss"] == 1).all()


def test_dead_units_are_counted():
    W, b = np.ones((4, 2)), np.array([-1000.0, -1000.0, 1.0, 1.0])
    params = [(W, b), (np.ones((1, 4)), np.zeros(1))]
    run = train(params, X, T, learning_rate=0.01, epochs=20, shuffle=False, activation="relu")
    assert taken(run, every=1).dead == [(2, 4)]
    nothing = [(0.0, params, [(0 * W, 0 * b), (np.zeros((1, 4)), np.zeros(1))])] * 30
    assert taken(nothing, every=1).dead == [(0, 4)]  # it is not the hidden units


def test_norms_do_not_overflow():
    assert norm([np.full(4, 1e30, np.float32)]) == pytest.approx(2e30)
    assert math.isnan(norm([np.array([1.0, np.nan])]))
    assert norm([np.array([np.inf])]) == math.inf
    assert norm([]) == 0


@pytest.mark.parametrize(
    ("options", "error"),
    [({"every": 0}, ValueError), ({"every": 1.5}, TypeError), ({"chance_loss": -1}, ValueError),
     ({"validation": 3}, TypeError)],
)  # fmt: skip
def test_arguments_are_looked_at(options, error):
    with pytest.raises(error, match="training_monitor"):
        TrainingRecord(**options)
