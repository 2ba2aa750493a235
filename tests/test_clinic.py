"""The six broken scripts: they run, and fail in the way that their questions say."""

import re

import numpy as np
import pytest

from nnf_teach import clinic
from nnf_teach.clinic.notes import Notes, norm, some_digits

CURVES = ("loss", "validation_loss", "gradient_norm", "weight_norm")


@pytest.fixture(scope="module")
def broken():
    return {name: clinic.run(name) for name in clinic.PATIENTS}


def test_every_script_notes_curves_of_one_length(broken):
    for name, history in broken.items():
        lengths = {len(history[curve]) for curve in CURVES}
        assert len(lengths) == 1, name
        assert 20 <= lengths.pop() <= 100, name
        assert history["chance_loss"] == pytest.approx(np.log(10 if name in TEN else 2))


TEN = ("softmax", "step", "split", "normalise")


def test_softmax_begins_at_the_logarithm_of_the_number_of_images(broken):
    assert broken["softmax"]["loss"][0] == pytest.approx(np.log(100))
    assert broken["softmax"]["validation_loss"][0] == pytest.approx(np.log(500))
    assert broken["softmax"]["loss"][-1] > 10 * np.log(10)


def test_the_loss_rests_at_chance_and_the_weights_vanish(broken):
    history = broken["loss"]
    assert history["loss"][-1] == pytest.approx(np.log(2), rel=1e-3)
    assert history["weight_norm"][-1] < 0.1 * history["weight_norm"][0]
    assert history["gradient_norm"][-1] < 0.01


def test_the_loss_breaks_again_when_only_the_shapes_are_repaired():
    def flat(p, t):
        p, t = p.ravel(), t.ravel()
        return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))

    loss = clinic.run("loss", flat)["loss"]
    assert loss[20] < 0.4
    assert np.isnan(loss[-1])


def test_the_network_that_was_kept_is_the_last_one(broken):
    history = broken["step"]
    assert history["kept_validation_loss"] == pytest.approx(
        history["validation_loss"][-1], rel=0.01
    )
    assert history["validation_loss"].min() < 0.85 * history["validation_loss"][-1]


def test_the_test_images_of_the_split_are_learnt_by_heart(broken):
    history = broken["split"]
    assert history["validation_loss"][-1] < 0.02 * history["chance_loss"]


def test_the_gap_of_the_other_ruler_opens_at_the_first_step(broken):
    history = broken["normalise"]
    assert history["loss"][1] < history["loss"][0]
    assert (np.diff(history["validation_loss"]) > 0).all()


def test_more_units_do_not_help_when_all_are_equal():
    ends = {units: clinic.run("init", units=units)["validation_loss"][-1] for units in (2, 8, 128)}
    assert min(ends.values()) > 0.85 * np.log(2)


@pytest.mark.parametrize("name", clinic.PATIENTS)
def test_the_shown_text_is_the_script_that_runs(name, broken):
    """Does the text, which has no type hints, compute the same numbers?"""
    text = clinic.script(name)
    assert not re.search(r"Any|History|->|fmt|nnf_teach\.exercises", text)
    assert max(map(len, text.splitlines())) <= 100
    space = {}
    with np.errstate(all="ignore"):
        exec(compile(text, name, "exec"), space)
        again = space["train"](epochs=3)
        shipped = clinic.run(name, epochs=3)
    for curve in CURVES:
        np.testing.assert_array_equal(again[curve], shipped[curve])


def test_the_broken_function_has_the_name_that_the_script_is_asked_for_by():
    for name, patient in clinic.PATIENTS.items():
        assert callable(getattr(patient, name))
        assert f"def {name}(" in clinic.script(name)


def test_an_unknown_patient_is_named():
    with pytest.raises(ValueError, match="'softmax', 'loss'"):
        clinic.run("relu")
    with pytest.raises(ValueError, match="'softmax', 'loss'"):
        clinic.script("relu")


def test_notes_and_norms_by_hand():
    notes = Notes(chance_loss=0.5)
    for k in range(3):
        notes.add(k, 2 * k, [(np.array([[3.0 * k]]), np.array([4.0 * k]))], [])
    assert notes.history["gradient_norm"].tolist() == [0, 5, 10]
    assert notes.history["validation_loss"].tolist() == [0, 2, 4]
    assert norm([(np.ones((2, 2)), np.zeros(3)), (np.ones((4, 3)), np.zeros(1))]) == 4


def test_digits_are_drawn_without_repetition():
    X, t = some_digits(60, np.random.default_rng(0))
    assert len(np.unique(X, axis=0)) == 60
    assert X.max() == 1
    assert set(t) <= set(range(10))
