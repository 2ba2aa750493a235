import itertools
import time

import numpy as np
import pytest

from nnf_teach.datasets import sample_digits
from nnf_teach.experiments import double_descent as models
from nnf_teach.experiments.double_descent import DIGITS, NOISE, RIDGES, SIZES, THRESHOLD, digits
from nnf_teach.modules.double_descent import DescentPoint
from nnf_teach.widgets import double_descent
from nnf_teach.widgets.double_descent import SIZES_OF_THEIRS
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Line, Points
from nnf_teach.widgets.text_twin import describe

LAST = len(SIZES) - 1


@pytest.fixture(scope="module")
def build():
    """Our models, which are recorded."""
    bound = double_descent.bind()
    bound.scene()
    return bound.scene


def mark(scene, panel, kind, label):
    (found,) = [
        m for m in scene.panels[panel].marks if isinstance(m, kind) and m.label.startswith(label)
    ]
    return found


def drawn_error(scene):
    return mark(scene, 0, Line, "test error").y


def test_our_models_are_recorded_as_they_are_fitted():
    """Does a model of each kind come out again? At the threshold rounding decides.

    Elsewhere it decides on a digit or two of 2,000.
    """
    fitted = models.Models()
    fitted.go_to(SIZES.index(100))
    for mine, recorded in zip(fitted.points, models.our_models().points, strict=False):
        np.testing.assert_allclose(mine, recorded, rtol=1e-3, atol=1e-3)


def test_the_curve_of_the_picture_is_a_double_descent(build):
    error = drawn_error(build())
    assert SIZES[error.argmax()] == DIGITS == 1000
    assert error.max() > 80
    first = error[:THRESHOLD].min()
    assert 15 < first < 25
    assert error[-1] < first / 2
    assert error[THRESHOLD - 1] > first + 20


@pytest.mark.parametrize(("p", "ridge", "noise"), [(300, 0.1, "none"), (1500, 1.0, "20 %")])
def test_what_is_drawn_is_what_the_pseudoinverse_finds(build, p, ridge, noise):
    frame = SIZES.index(p)
    scene = build(frame=frame, ridge=ridge, noise=noise)
    sweep, labels = digits()
    t_test = sample_digits(DIGITS, 2000, rng=np.random.default_rng(0))[3]
    T = np.eye(10)[labels[list(NOISE).index(noise)]]
    F, F_test = (half.astype(float) for half in sweep.features(p))
    w = np.linalg.pinv(F) @ T
    wrong = 100 * ((F_test @ w).argmax(1) != t_test).mean()
    assert drawn_error(scene)[-1] == pytest.approx(wrong, abs=0.1)
    assert mark(scene, 1, Line, "no ridge").y[-1] == pytest.approx(np.linalg.norm(w), rel=1e-3)
    w = F.T @ np.linalg.solve(F @ F.T + ridge * np.eye(DIGITS), T)
    wrong = 100 * ((F_test @ w).argmax(1) != t_test).mean()
    assert mark(scene, 0, Points, "test error, ridge").y[-1] == pytest.approx(wrong, abs=0.1)
    assert mark(scene, 2, Points, "λ = ").y[0] == pytest.approx(wrong, abs=0.1)


def test_big_models_gain_from_a_ridge_where_labels_are_wrong(build):
    scene = build(frame=LAST, ridge=1.0, noise="20 %")
    assert "Even this big model gains from regularisation." in scene.caption
    without, chosen = drawn_error(scene)[-1], mark(scene, 2, Points, "λ = 1")
    assert chosen.y[0] < 0.7 * without
    plain = build(frame=LAST, ridge=1.0, noise="none")
    assert "gains" not in plain.caption


def test_a_ridge_takes_the_peak_away(build):
    scene = build(frame=LAST, ridge=0.1, noise="none")
    with_ridge = mark(scene, 0, Points, "test error, ridge λ = 0.1").y
    assert with_ridge[THRESHOLD] < 20 < drawn_error(scene)[THRESHOLD]
    assert (np.diff(with_ridge) < 1).all()


def test_the_threshold_is_marked_in_both_curves(build):
    scene = build()
    for panel in (0, 1):
        line = mark(scene, panel, Line, "as many as digits: 1,000")
        assert line.x.tolist() == [DIGITS, DIGITS]
        assert scene.panels[panel].x.scale == "log"


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (10, "The more features, the better, so far."),
        (850, "The first minimum is behind: 20 % at 400 features."),
        (1000, "This is the peak."),
        (1200, "The test error is still above the first minimum, 20 %"),
        (10_000, "The test error is below the first minimum, 20 % at 400 features."),
    ],
)
def test_the_caption_says_where_on_the_curve_we_are(build, p, words):
    scene = build(frame=SIZES.index(p))
    assert scene.caption.startswith(f"{p:,} features for 1,000 digits: ")
    assert words in scene.caption
    assert len(drawn_error(scene)) == SIZES.index(p) + 1
    assert "nan" not in describe(scene)


def test_every_state_is_drawn_and_quickly(build):
    times = []
    for frame, ridge, noise in itertools.product((-3, 0, 7, LAST, 99), (1e-9, 0.05, 77.0), NOISE):
        start = time.process_time()
        scene = build(frame=frame, ridge=ridge, noise=noise)
        to_message(scene)
        times.append(time.process_time() - start)
        assert scene.state["ridge"] in RIDGES
        assert 0 <= scene.state["frame"] <= LAST
    assert np.median(times) < 0.03  # seconds; about 1 ms


def test_models_are_fitted_step_by_step(monkeypatch):
    fitted = []

    class Sweep:
        def grid(self, p, ridges, labels, fit):
            fitted.append(p)
            return [[DescentPoint(p, 0.1, 0.2, 0.3, 0.4, 5.0)] * len(ridges)] * 3

    ours = models.Models()
    monkeypatch.setattr(models, "digits", lambda: (Sweep(), [None] * 3))
    monkeypatch.setattr(models, "our_models", lambda: ours)
    made = double_descent.bind().scene
    made(frame=2)
    assert fitted == list(SIZES[:3])
    made(frame=1)
    assert fitted == list(SIZES[:3])
    made(frame=3)
    assert fitted == list(SIZES[:4])


def half(F, T):
    return np.linalg.lstsq(F, T, rcond=None)[0] / 2


def test_their_fit_is_drawn(build):
    scene = double_descent.bind(half).scene(frame=6)
    assert scene.caption.startswith("Fitted by your half. 300 features")
    assert mark(scene, 0, Line, "test error, your half").y[-1] == pytest.approx(20, abs=3)
    ours = build(frame=6)
    norms = [mark(one, 1, Line, "no ridge").y for one in (scene, ours)]
    np.testing.assert_allclose(norms[0], norms[1] / 2, rtol=1e-3)
    assert scene.controls[0].last == SIZES_OF_THEIRS - 1


def unwritten(F, T):
    raise NotImplementedError


@pytest.mark.parametrize(
    ("fit", "words"),
    [
        (unwritten, "Your unwritten is not written yet, so this is ours."),
        (lambda F, T: T.T @ F, "Your function returned shape (30, 10), expected (10, 30), so"),
        (lambda F, T: F @ T, "Your function raised ValueError"),
        (lambda F, T: None, "so this is ours."),
    ],
)
def test_ours_is_drawn_where_theirs_does_not_work(build, fit, words):
    scene = double_descent.bind(fit).scene(frame=6)
    assert words in scene.caption
    assert mark(scene, 0, Line, "test error, no ridge")
    to_message(scene)


def test_the_widget_stands_on_a_stage(build):
    stage = double_descent()
    assert stage.state == {"frame": LAST, "ridge": 0.1, "noise": "none"}
    change = {"frame": THRESHOLD, "ridge": 1.0, "noise": "10 %"}
    stage._receive(stage, {"state": change, "seq": 1, "view": "v"})
    assert stage.state == change
    assert stage.error == ""
    assert "This is the peak." in stage.scene.caption


def test_interrupted_it_shows_what_is_done(build):
    calls = []

    def slow(F, T):
        calls.append(F.shape[1])
        if len(calls) == 4:
            raise KeyboardInterrupt
        return half(F, T)

    stage = double_descent(slow)
    assert stage.state["frame"] == 2
    assert stage.scene.caption.startswith("Fitted by your slow. 30 features")
    stage.set(frame=4)  # goes on where it was stopped
    assert stage.scene.caption.startswith("Fitted by your slow. 100 features")
    assert len(calls) == 6


def test_the_smallest_model_of_theirs_is_drawn(build):
    scene = double_descent.bind(half).scene(frame=0)
    assert scene.caption.startswith("Fitted by your half. 10 features")
    assert len(mark(scene, 0, Points, "test error, ridge").y) == 1
