"""`diagnose`: the recorded runs are real, their names follow from what was done, and are fair."""

from dataclasses import replace

import numpy as np
import pytest

from nnf_teach.checking.diagnosis import diagnose as check
from nnf_teach.datasets import load_runs
from nnf_teach.datasets.runs import CURVES
from nnf_teach.exercises import all_exercises
from nnf_teach.exercises.lesson_07.diagnose import recorded_runs, vary
from nnf_teach.grading.remote import describe
from nnf_teach.recording import runs as recording
from nnf_teach.recording.recipes import EXAMPLES, KINDS, RECIPES

DIAGNOSE = all_exercises()["diagnose"]
RUNS = recorded_runs()
CLEAR = [run for run in RUNS if len(run.kinds) == 1]
FINITE = [run for run in CLEAR if run.kind != "nan"]


def in_chances(run):
    """Return (training loss, validation loss) as multiples of the chance loss."""
    chance = run.history["chance_loss"]
    return run.history["loss"] / chance, run.history["validation_loss"] / chance


def end(curve):
    return np.median(curve[-max(1, len(curve) // 5) :])


# The record ----------------------------------------------------------------------------------


def test_at_least_sixty_clear_runs_ten_of_each_kind_and_some_between():
    counts = {kind: sum(run.kind == kind for run in CLEAR) for kind in KINDS}
    assert min(counts.values()) >= 10
    assert len(CLEAR) >= 60
    assert len(RUNS) - len(CLEAR) >= 6
    assert max(len(run.kinds) for run in RUNS) == 2


def test_the_record_is_that_of_the_recipes_and_small():
    assert [(r.kinds, r.made) for r in RUNS] == [(r.kinds, r.made) for r in RECIPES]
    assert [(r.kinds, r.made) for r in load_runs()] == [(r.kinds, r.made) for r in EXAMPLES]
    assert recording.FILE.stat().st_size < 200_000
    assert recording.EXAMPLE_FILE.stat().st_size < 50_000


def test_every_history_has_what_is_promised():
    for run in [*RUNS, *load_runs()]:
        lengths = {len(run.history[name]) for name in CURVES}
        assert len(lengths) == 1
        assert min(lengths) >= 8
        assert run.history["chance_loss"] > 0


def test_runs_differ_in_length_data_optimizer_and_noise():
    for kind in KINDS:
        recipes = [r for r in RECIPES if r.kinds == (kind,)]
        assert len({r.data for r in recipes}) >= 2 + (kind != "too good")
        assert len({replace(r, seed=0) for r in recipes}) == len(recipes)
    assert len({len(run.history["loss"]) for run in RUNS}) >= 15
    assert {r.optimizer for r in RECIPES} == {"gradient descent", "momentum", "Adam"}


def cost(k):
    recipe = RECIPES[k]
    return (
        recipe.n
        * recipe.epochs
        * sum(recipe.hidden or (10,))
        * (1 + 99 * (recipe.data == "digits"))
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_training_again_gives_the_recorded_runs(kind):
    """Does the script make these runs? Their beginnings agree to a thousandth, before rounding
    errors grow, and the name given for what was done is found again from the new curves."""
    chosen = [k for k in range(len(RECIPES)) if RECIPES[k].kinds == (kind,)]
    for k in sorted(chosen, key=cost)[:5]:
        again = recording.record(RECIPES[k])
        for name in CURVES:
            new, old = again.history[name][:4], RUNS[k].history[name][:4]
            with np.errstate(all="ignore"):
                np.testing.assert_allclose(new.astype(np.float32), old, rtol=1e-3, atol=1e-6)
        assert again.history["chance_loss"] == pytest.approx(RUNS[k].history["chance_loss"])
        assert DIAGNOSE.reference(again.history) == kind, RECIPES[k]


# What was done can be seen from the curves, with room to spare ---------------------------------


def test_nan_runs_and_only_they_have_a_number_that_is_not_finite():
    for run in RUNS:
        finite = all(np.isfinite(run.history[name]).all() for name in CURVES)
        assert finite == (run.kind != "nan"), run


def test_some_nans_show_only_outside_the_loss_and_some_only_as_infinities():
    nans = [run.history for run in CLEAR if run.kind == "nan"]
    assert sum(bool(np.isfinite(h["loss"]).all()) for h in nans) >= 3
    assert sum(not any(np.isnan(h[name]).any() for name in CURVES) for h in nans) >= 3


def test_there_is_room_between_the_kinds():
    """So that a learner's thresholds need not be ours."""
    for run in FINITE:
        loss, validation = in_chances(run)
        last, low = end(validation), validation.min()
        if run.kind == "diverging":
            assert end(loss) > 10 * max(1, loss[0]), run
            assert loss[-1] > 5 * loss[:4].mean(), run
            continue
        if run.kind == "not learning":
            assert 0.97 < end(loss) < 1.1, run
            continue
        assert end(loss) < 0.6, run
        assert loss[-1] < 0.6, run
        assert (last < 0.006) if run.kind == "too good" else (last > 0.045), run
        if run.kind == "overfitting":
            assert last > 1.5 * low, run
            assert last > 4 * end(loss), run
        else:
            assert last < 1.3 * low, run
            assert last < 2.5 * end(loss), run


@pytest.mark.parametrize("seed", range(8))
def test_another_unit_and_fewer_entries_change_no_name(seed):
    rng = np.random.default_rng(seed)
    for run in [*RUNS, *load_runs()]:
        assert DIAGNOSE.reference(vary(run, rng)) in run.kinds, run


def test_a_run_is_never_asked_for_in_the_unit_in_which_it_was_recorded():
    """Are losses and chance multiplied alike, each run by a number of its own?"""
    rng = np.random.default_rng(0)
    units, lengths = [], []
    for run in RUNS:
        history = vary(run, rng)
        units.append(history["chance_loss"] / run.history["chance_loss"])
        lengths.append(len(history["loss"]) / len(run.history["loss"]))
        for name in ("loss", "validation_loss", "gradient_norm"):
            for k in (0, -1):
                scaled = units[-1] * run.history[name][k]
                np.testing.assert_allclose(history[name][k], scaled, rtol=1e-12)
    assert len(np.unique(units)) == len(RUNS)
    assert max(units) > 100 * min(units)
    assert sum(share < 0.6 for share in lengths) > 10
    assert min(lengths) >= 0.5


# The check -----------------------------------------------------------------------------------


def ends_against_best(history):
    """Judge by single entries and by other thresholds."""
    curves = [history[k] for k in ("loss", "validation_loss", "gradient_norm", "weight_norm")]
    if not np.isfinite(np.concatenate(curves)).all():
        return "nan"
    loss, validation = history["loss"], history["validation_loss"]
    chance = history["chance_loss"]
    if loss[-1] > 2 * loss[0] and loss[-1] > 2 * chance:
        return "diverging"
    if loss[-1] > 0.9 * chance:
        return "not learning"
    if validation[-1] < 0.01 * chance:
        return "too good"
    return "overfitting" if validation[-1] > 1.35 * min(validation) else "healthy"


def by_gaps(history):
    """Judge overfitting by the gap between the curves, and use a loop and the mean of the end."""
    for curve in history.values():
        for value in np.atleast_1d(curve):
            if value - value != 0:
                return "nan"
    tail = slice(-3, None)
    train = sum(history["loss"][tail]) / 3 / history["chance_loss"]
    test = sum(history["validation_loss"][tail]) / 3 / history["chance_loss"]
    if train > 5:
        return "diverging"
    if train > 0.8:
        return "not learning"
    if test < 0.02:
        return "too good"
    return np.str_("overfitting") if test > 3 * train else "healthy"


def suspicious_first(history):
    """Ask in another order, with smoothed curves."""
    names = ["loss", "validation_loss", "gradient_norm", "weight_norm"]
    if any(np.isnan(history[k]).any() or np.isinf(history[k]).any() for k in names):
        return "nan"
    smooth = [np.convolve(history[k], np.ones(3) / 3, "valid") for k in names[:2]]
    train, test = (curve / history["chance_loss"] for curve in smooth)
    if test[-1] < 0.03:
        return "too good"
    if train[-1] > 1.3 and train[-1] > train[0]:
        return "diverging"
    if train[-1] > 0.93:
        return "not learning"
    if test[-1] - test.min() > 0.12 and test.argmin() < 0.8 * len(test):
        return "overfitting"
    return "healthy"


@pytest.mark.parametrize("answer", [ends_against_best, by_gaps, suspicious_first])
def test_another_reasonable_rule_passes(answer):
    for seed in range(6):
        result = check(all_exercises()["diagnose"], answer, seed)
        assert result.passed, result.message


def gap_alone(history):
    """Judge overfitting by the gap: a validation loss of twice the training loss."""
    said = ends_against_best(history)
    if said not in ("overfitting", "healthy"):
        return said
    return "overfitting" if history["validation_loss"][-1] > 2 * history["loss"][-1] else "healthy"


def rise_alone(history):
    """Call every loss that ends above its beginning diverging, also one that stays at chance."""
    said = ends_against_best(history)
    return "diverging" if said != "nan" and history["loss"][-1] > history["loss"][0] else said


@pytest.mark.parametrize(
    ("answer", "asked"), [(gap_alone, "after its lowest point"), (rise_alone, "ends at chance")]
)
def test_one_comparison_is_not_enough(answer, asked):
    for seed in range(6):
        result = check(all_exercises()["diagnose"], answer, seed)
        assert not result.passed
        assert asked in result.message


@pytest.mark.parametrize("kind", KINDS)
def test_one_word_for_everything_fails(kind):
    assert check(DIAGNOSE, lambda history: kind).status == "wrong"


def test_learning_the_runs_by_heart_fails():
    """Are runs recognised by their numbers no longer themselves when they are asked for?"""
    known = {tuple(np.round(run.history["loss"], 6)): run.kind for run in RUNS}
    result = check(DIAGNOSE, lambda h: known.get(tuple(np.round(h["loss"], 6)), "healthy"))
    assert result.status == "wrong"


def test_a_learner_gets_a_plain_dictionary_without_the_name():
    kinds = set()
    check(DIAGNOSE, lambda history: kinds.add(type(history)))
    assert kinds == {dict}


def test_whoever_sorts_a_curve_in_place_is_told():
    def sorting(history):
        said = DIAGNOSE.reference(history)
        history["validation_loss"].sort()
        return said

    result = check(DIAGNOSE, sorting)
    assert result.status == "wrong"
    assert "changes its argument history" in result.message


def test_a_submission_is_sent_plain_data():
    """Does the grader send the curves, and nothing of what the check knows?"""
    history = DIAGNOSE.cases(np.random.default_rng(0))[0].args[0]
    assert history.run.kinds
    assert describe(history) == {"plain": dict(history)}
    assert type(describe(history)["plain"]) is dict


def test_a_word_that_is_none_of_the_six_is_named():
    for word in ("exploding", "NAN", " healthy"):  # the lesson compares with == as well
        result = check(DIAGNOSE, lambda history, word=word: word)
        assert "none of the six words" in result.message
    result = check(DIAGNOSE, lambda history: 3)
    assert "One of six words" in result.message


@pytest.mark.parametrize(
    ("asked", "changed"),
    [
        ("goes to nearly nothing", lambda said, h: "healthy" if said == "too good" else said),
        (
            "turns up while the training loss falls",
            lambda said, h: "healthy" if said == "overfitting" else said,
        ),
        ("infinities as well as nans", None),
    ],
)
def test_the_question_of_a_run_is_asked_of_a_rule_that_is_not_ours(asked, changed):
    def answer(history):
        if changed:
            return changed(ends_against_best(history), history)
        if any(np.isnan(history[k]).any() for k in CURVES):
            return "nan"
        with np.errstate(all="ignore"):
            finite = {k: np.nan_to_num(v, posinf=1e300) for k, v in history.items()}
            return ends_against_best(finite)

    assert asked in check(DIAGNOSE, answer).message


def losses_alone(history):
    """Look for numbers that are not finite in the losses alone."""
    if not np.isfinite([*history["loss"], *history["validation_loss"]]).all():
        return "nan"
    with np.errstate(all="ignore"):
        return ends_against_best({k: np.nan_to_num(v, posinf=1e30) for k, v in history.items()})


def by_chance(history):
    """Judge a loss that is at chance within a tenth, and leave a hole above."""
    loss, validation = history["loss"], history["validation_loss"]
    chance = history["chance_loss"]
    if not all(np.isfinite(history[k]).all() for k in CURVES):
        return "nan"
    if loss[-1] > 1.5 * chance and loss[-1] > loss[0]:
        return "diverging"
    if abs(loss[-1] - chance) < 0.1 * chance:
        return "not learning"
    if validation[-1] < 0.02 * chance:
        return "too good"
    return "overfitting" if validation[-1] - loss[-1] > 0.1 * chance else "healthy"


def by_validation(history):
    loss, validation = (history[k] / history["chance_loss"] for k in ("loss", "validation_loss"))
    if not all(np.isfinite(history[k]).all() for k in CURVES):
        return "nan"
    if validation[-1] > 2 * max(validation[0], 1):
        return "diverging"
    if validation[-1] > 0.85:
        return "not learning"
    if validation[-1] < 0.03:
        return "too good"
    return "overfitting" if validation[-1] > 1.2 * validation.min() else "healthy"


def overfitting_first(history):
    turned = history["validation_loss"][-1] > 1.1 * min(history["validation_loss"])
    return "overfitting" if turned else ends_against_best(history)


def test_a_slip_that_explains_all_is_named_also_where_another_does_by_chance():
    """With these units of loss, gaps above 0.5 are wrong where every gap is, half of the time."""
    every_gap = next(m for m in DIAGNOSE.misconceptions if m.name == "every-gap-is-overfitting")
    assert check(DIAGNOSE, every_gap.wrong, 802364928).misconception == every_gap.name


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (by_chance, "hole-above-chance"),
        (by_validation, "not-learning-by-validation"),
    ],
)
def test_what_is_named_is_what_the_learner_did(answer, cause):
    result = check(DIAGNOSE, answer)
    assert not result.passed
    assert result.misconception == cause, result.message


@pytest.mark.parametrize(
    ("answer", "asked"),
    [(losses_alone, "Which of the four curves"), (overfitting_first, "what is asked before it")],
)
def test_what_has_no_name_is_asked_about_the_run(answer, asked):
    assert asked in check(DIAGNOSE, answer).message
