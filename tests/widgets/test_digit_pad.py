"""Does the pad show what its network reads, and say what a learner's own cannot do?"""

from __future__ import annotations

import numpy as np
import pytest

from nnf_teach.datasets import image_rows, load_mnist
from nnf_teach.experiments.digit_reader import load_reader
from nnf_teach.widgets import digit_pad
from nnf_teach.widgets.stage import Stage

SEVEN = load_mnist().x_test[0]


def text(ink):
    return np.asarray(ink, np.uint8).tobytes().hex()


def bars(scene):
    return scene.panels[2].marks[0].heights


def draw(stage, **changes):
    """Send what the browser sends."""
    draw.seq += 1
    stage._receive(stage, {"state": changes, "seq": draw.seq, "view": "a"}, [])


draw.seq = 0


@pytest.fixture
def pad():
    stage = digit_pad()
    yield stage
    stage.close()


def test_the_bars_are_what_the_network_gives_the_image_that_is_shown():
    blot = np.zeros((28, 28), np.uint8)
    blot[2:14, 20:23] = 255
    scene = digit_pad.scene(ink=text(blot))
    sheet, seen = (panel.marks[0].values[::-1] for panel in scene.panels[:2])
    np.testing.assert_allclose(sheet, 1 - blot / 255, rtol=1e-6)
    z = load_reader()((1 - seen).reshape(1, 784))[0]
    np.testing.assert_allclose(bars(scene), np.exp(z) / np.exp(z).sum(), atol=1e-3)
    as_it_is = digit_pad.scene(ink=text(blot), centred=False)
    z = load_reader()(image_rows(blot[None]))[0]
    np.testing.assert_allclose(bars(as_it_is), np.exp(z) / np.exp(z).sum(), atol=1e-4)
    assert "36 pixels with ink" in as_it_is.caption


def test_the_caption_reads_the_bars():
    scene = digit_pad.scene(ink=text(load_mnist().x_test[217]), meant="5")
    p = bars(scene)
    first, second = np.argsort(-p)[:2]
    assert 0.1 < p[second] < p[first] < 0.9
    words = (
        f"It reads {first} with {100 * p[first]:.0f} %, then {second} with {100 * p[second]:.0f} %."
    )
    assert scene.caption.startswith(words)
    assert f"meant as 5: {'right' if first == 5 else 'wrong'}." in scene.caption


def test_a_digit_that_is_moved_until_it_is_read_wrongly_reaches_the_goal(pad):
    draw(pad, centred=False)
    assert "meant as 7: right" in pad.scene.caption
    assert not pad.scene.goal.reached
    draw(pad, pen="move")
    draw(pad, ink=text(np.roll(SEVEN, 5, axis=1)))
    assert "wrong" in pad.scene.caption
    assert pad.scene.goal.reached
    draw(pad, another=1)
    assert pad.state["meant"] == "2"
    assert pad.scene.goal.reached, "it stays reached"


def test_moving_changes_nothing_where_the_digit_is_centred(pad):
    draw(pad, pen="move")
    draw(pad, ink=text(np.roll(SEVEN, 4, axis=1)))
    assert pad.scene.caption.startswith("It reads 7 with more than 99 %")
    assert "moving it changes nothing" in pad.scene.caption
    draw(pad, centred=False)
    assert not pad.scene.goal.reached  # the digit was not changed, but how it is read


def test_what_nobody_has_named_reaches_no_goal(pad):
    draw(pad, meant="?")
    assert "meant" not in pad.scene.caption
    draw(pad, ink=text(255 - SEVEN))
    assert not pad.scene.goal.reached
    draw(pad, clear=1)
    assert "empty: one of the ten is read all the same" in pad.scene.caption
    assert pad.state["meant"] == "?"


@pytest.mark.parametrize(
    "ink", ["", "00" * 783, "00" * 785, "0g" * 784, "FF" * 784, 7, None, ["00"] * 784]
)
def test_only_a_whole_sheet_is_taken_from_the_browser(pad, ink):
    draw(pad, ink=ink)
    assert pad.state["ink"] == text(SEVEN)


def test_the_learners_logits_and_probabilities_are_both_read():
    def logits(X):
        return np.arange(10.0) + 0 * X[:, :1]

    def probabilities(X):
        powers = np.exp(logits(X))
        return powers / powers.sum(axis=1, keepdims=True)

    scenes = [digit_pad.bind(model).scene() for model in (logits, probabilities)]
    np.testing.assert_allclose(bars(scenes[0]), bars(scenes[1]), atol=1e-6)
    assert scenes[0].caption.startswith("It reads 9 with 63 %, then 8 with 23 %.")
    assert scenes[0].caption.endswith("It is read by your logits.")
    ours = digit_pad.bind(logits).scene(reader="the course's network")
    assert ours.caption.startswith("It reads 7")


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (lambda X: X @ np.zeros((784, 1)), "returned shape (1, 1), not (1, 10). It gets images as"),
        (lambda X: np.zeros(10), "returned shape (10,), not (1, 10)"),
        (lambda X: X @ np.zeros((10, 784)), "raised ValueError: matmul"),
        (lambda X: None, "returned None, not an array of numbers"),
        (lambda X: np.full((1, 10), np.nan), "returned values that are not finite"),
    ],
)
def test_what_is_wrong_with_a_model_is_said_and_ours_reads(model, says):
    scene = digit_pad.bind(model).scene()
    assert says in scene.caption
    assert "So this is the course's network. It reads 7 with more than 99 %" in scene.caption
    assert f"{100 * load_reader().accuracy:.1f} % of MNIST's test images" in scene.caption


def test_weights_are_no_function():
    with pytest.raises(TypeError, match=r"model is a tuple, expected a function.*X @ W\.T \+ b"):
        digit_pad((np.zeros((10, 784)), np.zeros(10)))


def test_the_widget_is_made_with_a_picture_and_words(pad):
    assert isinstance(pad, Stage)
    bundle, _ = pad._repr_mimebundle_()
    assert "image/png" in bundle
    ink = np.count_nonzero(SEVEN)
    assert f"sheet to draw on, with ink in {ink} of 784 pixels" in bundle["text/plain"]
