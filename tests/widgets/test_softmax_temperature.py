import numpy as np
import pytest

from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Bars, Text
from nnf_teach.widgets.softmax_temperature import CLASSES, MAX_T, MIN_T, softmax_temperature
from nnf_teach.widgets.text_twin import describe

build = softmax_temperature.bind().build
LOGITS = {"cat": 0.3, "dog": -1.2, "fox": 2.2, "owl": 2.0, "newt": -5.0}


def bars(scene):
    return [mark.heights for mark in scene.panels[1].marks if isinstance(mark, Bars)]


def texts(scene, panel):
    return [mark.text for mark in scene.panels[panel].marks if isinstance(mark, Text)]


def logits(*values, T=1.0):
    return dict(zip(CLASSES, map(float, values), strict=True)) | {"T": T}


def project(z):
    """The nearest point of the simplex by bisection: max(z - tau, 0) adds up to 1."""
    low, high = z.min() - 1, z.max()
    for _ in range(200):
        tau = (low + high) / 2
        low, high = (tau, high) if np.maximum(z - tau, 0).sum() > 1 else (low, tau)
    return np.maximum(z - tau, 0)


@pytest.mark.parametrize("T", [MIN_T, 0.32, 1.0, 3.2, MAX_T])
def test_bars_are_softmax_and_sparsemax_of_z_over_t(T):
    z = np.array(list(LOGITS.values())) / T
    soft, sparse = bars(build(LOGITS | {"T": T}))
    powers = np.exp(z - z.max())
    np.testing.assert_allclose(soft, powers / powers.sum(), atol=1e-7)
    np.testing.assert_allclose(sparse, project(z), atol=1e-6)
    assert soft.sum() == pytest.approx(1, abs=1e-6)
    assert sparse.sum() == pytest.approx(1, abs=1e-6)


def test_caption_counts_exact_zeros_and_names_the_largest():
    caption = build(LOGITS | {"T": 1.0}).caption
    assert "Largest probability: fox, softmax 0.499, sparsemax 0.600." in caption
    assert "Exactly 0: softmax 0 of 5 (it never gives 0), sparsemax 3 of 5." in caption
    assert "A smaller T moves both towards all or nothing" in caption


def test_the_ends_of_the_temperature():
    cold, hot = build(LOGITS | {"T": MIN_T}), build(LOGITS | {"T": MAX_T})
    assert [round(float(p[2]), 2) for p in bars(cold)] == [0.98, 1.0]
    assert "Towards T = 0" in cold.caption
    for p in bars(hot):
        np.testing.assert_allclose(p, 0.2, atol=0.1)
    assert "At large T both come near 1/5" in hot.caption


def test_ties():
    scene = build(logits(2, 2, -5, -5, -5, T=MIN_T))
    for p in bars(scene):
        np.testing.assert_allclose(p, [0.5, 0.5, 0, 0, 0], atol=1e-6)
    assert "cat and dog, softmax 0.500, sparsemax 0.500 each" in scene.caption
    flat = build(logits(0, 0, 0, 0, 0, T=MIN_T))
    assert "All logits are equal: every class has probability 1/5." in flat.caption
    assert "No temperature changes that." in flat.caption


@pytest.mark.parametrize("T", [MIN_T, MAX_T])
@pytest.mark.parametrize("z", [(5, -5, 5, -5, 5), (-5, -5, -5, -5, -5), (5, -5, -5, -5, -5)])
def test_extremes_stay_finite(z, T):
    scene = build(logits(*z, T=T))
    assert all(np.isfinite(p).all() for p in bars(scene))
    assert "(it never gives 0)" in scene.caption
    to_message(scene)


def test_every_bar_has_its_number():
    scene = build(LOGITS | {"T": 1.0})
    assert texts(scene, 0) == ["0.3", "−1.2", "2.2", "2.0", "−5.0"]
    assert texts(scene, 1) == [".07", ".02", ".50", ".41", "<.01", "0", "0", ".60", ".40", "0"]
    for panel in scene.panels:
        for mark in panel.marks:
            if isinstance(mark, Text):
                assert panel.y.low < mark.y < panel.y.high


def test_each_logit_is_a_handle_that_goes_up_and_down():
    handles = softmax_temperature.scene().panels[0].handles
    assert [(h.name, h.moves, h.bare) for h in handles] == [(name, "y", True) for name in CLASSES]
    assert "handle logit of newt at (5, −2.5)" in describe(softmax_temperature.scene())


def shift(Z):
    return Z - Z.min(axis=-1, keepdims=True)


def unwritten(Z):
    raise NotImplementedError


def raising(z):
    return [][0]


def test_the_learners_functions_are_drawn():
    scene = softmax_temperature.bind(shift).build(logits(1, 0, 0, 0, 0.5))
    np.testing.assert_allclose(bars(scene)[0], [1, 0, 0, 0, 0.5])
    assert scene.caption.startswith("This is your shift.")
    assert "softmax 3 of 5, sparsemax" in scene.caption


@pytest.mark.parametrize(
    ("theirs", "sentence"),
    [
        (unwritten, "Your unwritten is not written yet, so this is ours."),
        (raising, "Your raising raised IndexError: list index out of range, so this is ours."),
        (lambda z: z[:1, :2] if z.ndim > 1 else z[:2], "Your function returned shape"),
    ],
)
def test_ours_are_drawn_where_theirs_do_not_work(theirs, sentence):
    ours = bars(softmax_temperature.scene())
    for scene in (
        softmax_temperature.bind(theirs).scene(),
        softmax_temperature.bind(None, theirs).scene(),
    ):
        assert scene.caption.startswith(sentence)
        np.testing.assert_array_equal(bars(scene), ours)


def test_values_that_are_not_finite_are_left_out():
    scene = softmax_temperature.bind(lambda Z: Z * np.nan).scene()
    assert "not finite are left out" in scene.caption
    assert [len(p) for p in bars(scene)] == [0, 5]
    assert "nan" not in describe(scene)


def test_the_widget_stands_on_a_stage():
    stage = softmax_temperature()
    stage._receive(stage, {"state": {"cat": -3.0, "T": 0.1}, "seq": 1, "view": "v"})
    assert (stage.state["cat"], stage.state["T"]) == (-3.0, 0.1)
    assert stage.error == ""
