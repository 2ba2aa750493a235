import re
import sys
import time

import numpy as np
import pytest

from nnf_teach import session
from nnf_teach.datasets import load_mnist
from nnf_teach.experiments.digit_classifier import STEPS, TILE, Snapshots
from nnf_teach.widgets.digit_weights import (
    ALL,
    DONE,
    GAP,
    MISTAKES,
    OURS,
    WAIT,
    WORDS,
    digit_weights,
)
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Bars, HeatMap, Line, Player, Points, Text
from nnf_teach.widgets.text_twin import describe

module = sys.modules[digit_weights.__module__]


@pytest.fixture(scope="module")
def shots():
    return module._snapshots()


@pytest.fixture
def small(monkeypatch):
    """Two frames over four images: nothing learnt, then one mistake (a 1 read as 7)."""
    rng = np.random.default_rng(0)
    weights = np.stack([np.zeros((10, 28, 28)), rng.standard_normal((10, 28, 28))])
    shots = Snapshots(
        np.array([0, 10]),
        weights.astype(np.float32),
        np.array([[0, 0, 0, 0], [3, 7, 1, 9]]),
        np.array([3, 1, 1, 9]),
        rng.integers(0, 256, (4, 28, 28), dtype=np.uint8),
    )
    monkeypatch.setattr(module, "_snapshots", lambda: shots)
    return shots


def picture(scene, panel):
    return next(m.values for m in scene.panels[panel].marks if isinstance(m, HeatMap))


def texts(scene, panel):
    return [mark.text for mark in scene.panels[panel].marks if isinstance(mark, Text)]


def test_the_strongest_weights_carry_their_sign(small):
    """Is for told from against without colour? A plus lies on ink for, a minus on ink against."""
    scene = digit_weights.scene(frame=1, digit="6")
    canvas = picture(scene, 0)
    signs = [m for m in scene.panels[0].marks if isinstance(m, Text) and m.text in "+−"]
    assert signs
    for mark in signs:
        x, y = int(mark.x), int(mark.y)
        near = canvas[y - 4 : y + 5, x - 4 : x + 5]
        assert near.max() > 0 if mark.text == "+" else near.min() < 0


def test_the_weights_are_laid_out_with_the_top_row_up(small):
    scene = digit_weights.scene(frame=1, digit="6")
    canvas = picture(scene, 0)
    for k in range(10):
        row, column = 3 - k // 3, k % 3
        low, left = row * (TILE + GAP + WORDS) + GAP, GAP + column * (TILE + GAP)
        np.testing.assert_array_equal(
            canvas[low : low + TILE, left : left + TILE][::-1], small.weights[1, k]
        )
    assert [text for text in texts(scene, 0) if text.isdigit()] == [str(k) for k in range(10)]
    # The frame of the chosen one is around it, and its number above it.
    frame = next(m for m in scene.panels[0].marks if isinstance(m, Line) and m.label)
    assert frame.label == "the weights of 6"
    low, left = TILE + GAP + WORDS + GAP, GAP
    assert (frame.x.min(), frame.x.max()) == (left - 0.5, left + TILE + 0.5)
    assert (frame.y.min(), frame.y.max()) == (low - 0.5, low + TILE + 0.5)


def test_the_mistakes_are_real_images_with_true_and_given_class(small):
    scene = digit_weights.scene(frame=1, digit=ALL)
    assert texts(scene, 1) == ["is 1", "read as 7"]
    paper = picture(scene, 1)
    tall = TILE + 2 * WORDS + 4
    low, left = tall + WORDS + 2, 6
    np.testing.assert_allclose(
        paper[low : low + TILE, left : left + TILE][::-1], 1 - small.images[1] / 255, atol=1e-6
    )
    assert "75.0 % of 4 test images are right" in scene.caption


def test_a_chosen_class_shows_its_own_mistakes(shots):
    last = len(shots.steps) - 1
    for digit in range(10):
        scene = digit_weights.scene(frame=last, digit=str(digit))
        said = texts(scene, 1)
        assert said[::2] == [f"is {digit}"] * MISTAKES
        assert f"read as {digit}" not in said
        of = shots.truth == digit
        wrong = shots.read[-1][of & (shots.read[-1] != digit)]
        most = np.bincount(wrong, minlength=10).argmax()
        assert (
            f"Of {of.sum():,} images of {digit}, {len(wrong)} are read wrongly, most often as "
            f"{most} ({(wrong == most).sum()} times)."
        ) in scene.caption


def test_no_mistake_is_said(small):
    scene = digit_weights.scene(frame=1, digit="9")
    assert texts(scene, 1) == ["none: all are read correctly"]
    assert "Of 1 images of 9, 0 are read wrongly." in scene.caption
    absent = digit_weights.scene(frame=1, digit="5")
    assert "Of 0 images of 5, 0 are read wrongly." in absent.caption
    assert "nan" not in digit_weights.scene(frame=1, digit=ALL).caption


def test_nothing_learnt_is_drawn_and_said(shots):
    scene = digit_weights.scene(frame=0, digit=ALL)
    assert (picture(scene, 0) == 0).all()
    assert "All weights are 0, so all logits tie, and ties go to 0." in scene.caption
    to_message(scene)


def test_the_curve_goes_up_to_the_frame(shots):
    for frame in (0, 5, len(shots.steps) - 1):
        scene = digit_weights.scene(frame=frame, digit=ALL)
        curve = next(m for m in scene.panels[2].marks if isinstance(m, Line) and m.label == "right")
        (now,) = [m for m in scene.panels[2].marks if isinstance(m, Points)]
        expected = 100 * (shots.read[frame] == shots.truth).mean()
        assert len(curve.y) == frame + 1
        assert curve.y[-1] == now.y[0] == pytest.approx(expected, abs=1e-4)
        assert f"{expected:.1f} % of 10,000 test images" in scene.caption
        assert scene.panels[2].x.low <= now.x[0] <= scene.panels[2].x.high


def test_a_frame_is_fast(shots):
    times = []
    for frame in range(len(shots.steps)):
        start = time.process_time()
        to_message(digit_weights.scene(frame=frame, digit="5"))
        times.append(time.process_time() - start)
    assert np.median(times) < 0.05  # seconds; about 2 ms


def test_the_widget_stands_on_a_stage():
    stage = digit_weights()
    (player,) = [c for c in stage.scene.controls if isinstance(c, Player)]
    assert stage.state == {"frame": player.last, "digit": ALL, "whose": OURS}
    stage._receive(stage, {"state": {"frame": 2, "digit": "3"}, "seq": 1, "view": "v"})
    assert stage.state == {"frame": 2, "digit": "3", "whose": OURS}
    assert stage.error == ""
    assert "Digit: 3" in describe(stage.scene)


def test_a_notebook_is_told_to_wait_once(monkeypatch):
    said = []

    class Handle:
        def update(self, bundle, raw):
            said.append(bundle["text/plain"])

    def display(bundle, raw, display_id):
        said.append(bundle["text/plain"])
        return Handle()

    monkeypatch.setenv("NNF_STRICT", "0")
    monkeypatch.setattr(session, "in_notebook", lambda: True)
    monkeypatch.setattr("IPython.display.display", display)
    digit_weights()
    assert said == []  # trained before
    module._snapshots.cache_clear()
    digit_weights()
    total = STEPS[-1]
    assert said[0] == f"{WAIT}: 0 of {total}"
    assert said[-2:] == [f"{WAIT}: {total} of {total}", DONE]
    assert len(said) < 30


def test_the_learners_classifier_is_shown_and_said():
    """It knows one thing: what is left blank in the middle is a 0, all else a 1."""
    W, b = np.zeros((10, 784)), np.zeros(10)
    W[0, 14 * 28 + 14], b[0], b[2:] = -1, 0.5, -9
    stage = digit_weights((W, b))
    assert stage.state["whose"] == "yours"
    digits = load_mnist()
    middle = digits.x_test[:, 14, 14] / 255 > 0.5
    share = 100 * np.mean(np.where(middle, 1, 0) == digits.t_test)
    caption = stage.scene.caption
    assert caption.startswith("This is your classifier, with the weights that you have given. ")
    assert f"{share:.1f} % of 10,000 test images are right." in caption
    bars = next(m for m in stage.scene.panels[2].marks if isinstance(m, Bars))
    of_ones = 100 * np.mean(middle[digits.t_test == 1])
    np.testing.assert_allclose(bars.heights[[1, 5]], [of_ones, 0], rtol=1e-5)
    low, left = 3 * (TILE + GAP + WORDS) + GAP, GAP
    canvas = picture(stage.scene, 0)[low : low + TILE, left : left + TILE][::-1]
    np.testing.assert_array_equal(canvas, W[0].reshape(28, 28))
    assert [c.name for c in stage.scene.controls] == ["digit", "whose"]
    stage.close()


def test_ours_is_one_choice_away_and_learns(small):
    stage = digit_weights((np.ones((10, 784)), np.zeros(10)))
    stage.set(whose=OURS, frame=1)
    assert "Step 10: 75.0 % of 4 test images" in stage.scene.caption
    assert [c.name for c in stage.scene.controls] == ["frame", "digit", "whose"]
    assert [c.name for c in digit_weights.scene(frame=1).controls] == ["frame", "digit"]
    stage.close()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (np.zeros((10, 784)), "a pair (W, b), not a ndarray"),
        ((np.zeros((784, 10)), np.zeros(10)), "W has shape (784, 10), expected (10, 784)"),
        ((np.zeros((10, 784)), ["a"]), "digit_weights: b"),
    ],
)
def test_what_is_no_classifier_is_refused(given, words):
    with pytest.raises((TypeError, ValueError), match=re.escape(words)):
        digit_weights(given)
