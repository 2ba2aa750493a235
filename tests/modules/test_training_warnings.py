"""Do real runs that go wrong get the right words, and sound ones none?"""

import itertools
import re
import warnings

import numpy as np
import pytest

from nnf_teach.datasets import make_gaussians, make_plane, make_spiral, sample_digits
from nnf_teach.modules import Adam, init_params, network_loss, train
from nnf_teach.modules.training_record import TrainingRecord
from nnf_teach.modules.training_warnings import warnings_of


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def digits():
    return sample_digits(600, 300, rng=rng())


def watch(items, **options):
    record = TrainingRecord(every=1, **options)
    for item in items:
        record.take(item)
    record.finish()
    return record


def kinds(record):
    return [words.partition(":")[0] for words in warnings_of(record)]


def on_digits(digits, rate=0.1, epochs=6, sizes=(784, 32, 10), init="he", t=None, **options):
    X, labels = digits[:2]
    params = init_params(sizes, rng=rng(1), init=init, dtype=np.float32)
    return train(
        params, X, labels if t is None else t, learning_rate=rate, epochs=epochs, batch_size=50,
        rng=rng(2), loss="softmax cross entropy", activation="relu", **options,
    )  # fmt: skip


@pytest.mark.parametrize("rate", [0.05, 0.2])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_sound_run_gets_no_warning(digits, rate, seed):
    record = watch(on_digits(digits, rate, epochs=8, sizes=(784, 32 + seed, 10)))
    assert kinds(record) == []


def test_sound_small_runs_get_no_warning():
    X, t = make_gaussians(200, noise=0.3, rng=rng())
    params = init_params((2, 6, 1), rng=rng(1))
    run = train(params, X, t, learning_rate=0.3, epochs=10, batch_size=10, rng=rng(2))
    assert set(kinds(watch(run))) <= {"Levelled off"}


def test_nan_after_an_explosion_says_what_came_before():
    X, t = make_plane(100, rng=rng())
    params = init_params((2, 8, 1), rng=rng(1), dtype=np.float32)
    with np.errstate(all="ignore"):
        run = list(
            train(params, 30 * X, t, learning_rate=1.0, epochs=40, shuffle=False,
                  loss="half square", activation="relu", output="linear")
        )  # fmt: skip
    first = next(s.step for s in run if not np.isfinite(s.loss))
    words = warnings_of(watch(run))[0]
    assert words.startswith("NaN: the loss is ")
    assert f"since step {first}. Just before, at step {first - 1}," in words
    assert "is the learning rate too large?" in words


def test_nan_out_of_the_blue_is_told_from_an_explosion(digits):
    run = list(on_digits(digits))[:40]
    run[30:] = [state._replace(loss=float("nan")) for state in run[30:]]
    words = warnings_of(watch(run))[0]
    assert words.startswith("NaN: the loss is nan since step 31. Just before, at step 30, the loss")
    assert "is there a log of 0" in words
    assert warnings_of(watch([(float("nan"), [np.ones(2)])]))[0].endswith("a division by 0?")


def test_weights_that_are_lost_are_seen_where_the_loss_is_not():
    run = [(1.0, [np.ones(2)])] * 3 + [(1.0, [np.array([1.0, np.nan])])] * 2
    assert warnings_of(watch(run))[0].startswith("NaN: a weight is nan since step 4")


def test_an_explosion(digits):
    run = on_digits(digits, rate=0.05, epochs=3, update=lambda p, g, rate: [
        (W + rate * dW, b + rate * db) for (W, b), (dW, db) in zip(p, g, strict=True)
    ])  # fmt: skip
    words = warnings_of(watch(run))
    assert words[0].startswith("Explosion: the loss has grown from 2.")
    assert "does a step go uphill?" in words[0]


def test_a_stall_by_too_small_a_learning_rate(digits):
    words = warnings_of(watch(on_digits(digits, rate=1e-8)))
    assert words[0].startswith("Stalled: the loss began at 2.")
    assert "is the learning rate too small?" in words[0]


def test_a_stall_by_labels_that_belong_to_other_images(digits):
    shuffled = rng(5).permutation(digits[1])
    record = watch(on_digits(digits, rate=0.01, epochs=4, t=shuffled))
    assert "Do inputs and labels belong together" in warnings_of(record)[0]


def test_a_stall_where_no_gradient_comes_through():
    X, t = make_gaussians(50, rng=rng())
    params = [(np.ones((4, 2)), np.full(4, -1000.0)), (np.zeros((1, 4)), np.zeros(1))]
    balanced = np.arange(50) % 2
    run = train(params, X, balanced, learning_rate=0.1, epochs=40, shuffle=False, activation="relu")
    words = warnings_of(watch(run))
    assert words[0].startswith("Stalled: ")
    assert "Every gradient is 0" in words[0]


def test_dead_units(digits):
    X, t = digits[:2]
    params = init_params((784, 40, 10), rng=rng(1), init="he")
    params[0][1][:15] = -50.0
    run = train(params, X, t, learning_rate=0.1, epochs=3, batch_size=50, rng=rng(2),
                loss="softmax cross entropy", activation="relu")  # fmt: skip
    (words,) = warnings_of(watch(run))
    assert words.startswith("Dead units: 15 of 40 in hidden layer 1 got no gradient")


SLOW, QUICK = 1.0, 1e-6  # seconds of a look


@pytest.mark.parametrize("cost", [SLOW, QUICK])
@pytest.mark.parametrize("seed", range(4))
def test_a_run_that_breaks_at_once_and_rests_at_chance_is_no_sound_one(digits, cost, seed):
    """However few looks there is time for: its end alone looks like a run that does not learn."""
    times = itertools.count(0, cost)
    record = TrainingRecord(chance_loss=np.log(10), clock=lambda: next(times))
    for item in on_digits(digits, rate=4.0, epochs=10, sizes=(784, 24 + seed, 10)):
        record.take(item)
    record.finish()
    assert kinds(record)[:2] == ["Explosion", "Not learning"], warnings_of(record)
    exploded, stuck = warnings_of(record)[:2]
    assert re.search("at step [0-9], and the weight norm has grown from", exploded)
    assert "and that of a model that has learnt nothing 2.3. " in stuck
    assert "comes through a layer whose units are" in stuck


def test_a_run_is_called_not_learning_by_chance_loss_alone(digits):
    def ends(rate, chance_loss):
        return kinds(watch(on_digits(digits, rate=rate, epochs=4), chance_loss=chance_loss))

    assert ends(1e-8, np.log(10)) == ["Not learning"]
    assert ends(1e-8, 100.0) == ["Stalled"]
    assert ends(0.1, np.log(10)) == []
    assert ends(0.1, 0.1) == ["Not learning"]
    short = watch(list(on_digits(digits, rate=1e-8))[:9], chance_loss=np.log(10))
    assert kinds(short) == []  # too short to be judged


def test_overfitting_is_seen_by_the_validation_loss():
    X, t = make_spiral(60, noise=0.5, rng=rng(3))
    X_new, t_new = make_spiral(300, noise=0.5, rng=rng(4))
    params = init_params((2, 40, 40, 1), rng=rng(1))
    run = train(params, X, t, learning_rate=0.02, epochs=600, shuffle=False, activation="tanh",
                update=Adam())  # fmt: skip
    record = watch(
        run, validation=lambda params: network_loss(X_new, t_new, params, activation="tanh")
    )
    words = next(words for words in warnings_of(record) if words.startswith("Overfitting"))
    lowest = int(record.history["validation_loss"].argmin())
    assert f"was lowest at step {record.history['step'][lowest]} " in words


def test_large_steps():
    record = watch((1 / (k + 1), [np.array([2.0**-k])]) for k in range(10))
    assert kinds(record) == ["Large steps"]
    assert "each is about 0.5 times the weight norm; 0.001 is usual" in warnings_of(record)[0]


def test_a_run_that_has_learnt_and_rests_is_not_called_stalled():
    losses = [*np.geomspace(2, 0.5, 60), *[0.5] * 120]
    record = watch((loss, [np.ones(2)]) for loss in losses)
    assert kinds(record) == ["Levelled off"]
    losses = [*np.geomspace(2, 0.001, 60), *[0.001] * 120]
    assert kinds(watch((loss, [np.ones(2)]) for loss in losses)) == []


def test_a_broken_validation_is_said():
    record = TrainingRecord(every=1, validation=lambda params: 1 / 0)
    record.take((1.0, [np.ones(1)], [np.ones(1)]))
    (words,) = warnings_of(record)
    assert words.startswith("Validation: Your validation function raised ZeroDivisionError")


def test_no_steps_no_words():
    assert warnings_of(TrainingRecord()) == []


def test_a_loss_alone_that_levels_off_is_judged_in_silence():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        record = watch([1.0 / (1 + step) + 0.5 for step in range(300)])
        assert kinds(record) == ["Levelled off"]


def test_what_was_seen_long_before_is_not_called_just_before():
    record = TrainingRecord(every=40)
    for step in range(1, 60):
        record.take((float("nan") if step > 55 else 1.0, [np.ones(2)]))
    words = warnings_of(record)[0]
    assert "since step 56. When it was last looked at, at step 41, the loss was 1" in words


def test_where_all_units_are_dead_no_other_cause_is_guessed():
    X, t = make_gaussians(50, rng=rng())
    for bias in (0.1, 3.0):  # of the output: near chance from the start, or on the way there
        params = [(np.ones((4, 2)), np.full(4, -1000.0)), (np.zeros((1, 4)), np.array([bias]))]
        run = train(params, X, t, learning_rate=0.3, epochs=300, shuffle=False, activation="relu")
        words = warnings_of(watch(run))
        assert words[0].endswith("Nothing comes through a layer whose units are all dead."), words
        assert words[1].startswith("Dead units: 4 of 4")
