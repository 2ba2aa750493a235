import numpy as np
import pytest

from nnf_teach.experiments.stacked_sigmoids import gradient_left
from nnf_teach.modules import sigmoid, sigmoid_derivative
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.saturation import MAX_DEPTH, saturation
from nnf_teach.widgets.scene import Bars, Line, Points
from nnf_teach.widgets.text_twin import describe

build = saturation.bind().build


def marks(scene, panel, kind):
    return [mark for mark in scene.panels[panel].marks if isinstance(mark, kind)]


def curve(scene, panel):
    return max(marks(scene, panel, Line), key=lambda line: len(line.x))


@pytest.mark.parametrize("x", [-8.0, -1.3, 0.0, 2.0, 8.0])
def test_the_bars_are_what_is_left_of_a_gradient(x):
    left = gradient_left(x, MAX_DEPTH, sigmoid, sigmoid_derivative)
    (bars,) = marks(build({"x": x, "depth": MAX_DEPTH}), 2, Bars)
    np.testing.assert_allclose(bars.heights, left, rtol=1e-6)


def test_there_is_a_bar_for_each_layer_of_the_stack():
    for depth in (1, 4, 10):
        (bars,) = marks(build({"x": 2.0, "depth": depth}), 2, Bars)
        assert bars.x.tolist() == list(range(1, depth + 1))


def test_nothing_is_better_than_the_best_case():
    scene = build({"x": 0.0, "depth": 10})
    (best,) = marks(scene, 2, Line)
    assert best.stroke == "dashed"
    np.testing.assert_allclose(best.y, 0.25 ** np.arange(1, 11), rtol=1e-6)
    (bars,) = marks(scene, 2, Bars)
    assert (bars.heights <= best.y * (1 + 1e-6)).all()


def test_every_bar_is_in_view():
    for x in (-8.0, 8.0):
        scene = build({"x": x, "depth": 10})
        (bars,) = marks(scene, 2, Bars)
        assert scene.panels[2].y.low < bars.heights.min()


def test_the_curves_and_the_present_x():
    scene = build({"x": 1.2, "depth": 3})
    value = 1 / (1 + np.exp(-1.2))
    np.testing.assert_allclose(
        curve(scene, 0).y, 1 / (1 + np.exp(-curve(scene, 0).x.astype(float))), atol=1e-6
    )
    step = 1e-5
    x = curve(scene, 1).x.astype(float)
    slope = (np.tanh((x + step) / 2) - np.tanh((x - step) / 2)) / (4 * step)
    np.testing.assert_allclose(curve(scene, 1).y, slope, atol=1e-6)
    for panel, y in ((0, value), (1, value * (1 - value))):
        (here,) = marks(scene, panel, Points)
        assert (here.x[0], here.y[0]) == pytest.approx((1.2, y))
    (handle,) = scene.panels[0].handles
    assert (handle.name, handle.moves, handle.x) == ("x", "x", 1.2)
    assert [line.y[0] for line in marks(scene, 1, Line) if line.label == "largest: 1/4"] == [0.25]


def test_caption_has_the_numbers_and_changes():
    caption = build({"x": 2.0, "depth": 5}).caption
    assert caption.startswith("At x = 2.0 the sigmoid is 0.8808 and its derivative 0.105")
    assert "42 % of the largest, 1/4" in caption
    assert "Through 5 stacked sigmoids, 0.000242 of a gradient is left" in caption
    assert "(1/4)^5 = 0.000977" in caption
    assert "saturated" not in caption
    assert "saturated" in build({"x": 6.0, "depth": 1}).caption
    assert "Through one sigmoid, 0.25" in build({"x": 0.0, "depth": 1}).caption


def test_values_outside_are_brought_to_the_end():
    assert build({"x": 99, "depth": 99}).state == {"x": 8.0, "depth": 10}
    assert build({"x": -99, "depth": 0}).state == {"x": -8.0, "depth": 1}


def test_theirs_is_drawn_where_it_works():
    def steep(x):
        return 1 / (1 + np.exp(-3 * x))

    def steep_slope(x):
        return 3 * steep(x) * (1 - steep(x))

    scene = saturation.bind(steep, steep_slope).build({"x": 0.5, "depth": 2})
    x = curve(scene, 0).x.astype(float)
    np.testing.assert_allclose(curve(scene, 0).y, steep(x), atol=1e-6)
    np.testing.assert_allclose(curve(scene, 1).y, steep_slope(x), atol=1e-6)
    (bars,) = marks(scene, 2, Bars)
    assert bars.heights[1] == pytest.approx(steep_slope(0.5) * steep_slope(steep(0.5)), rel=1e-6)
    assert scene.caption.startswith("This is your steep. This is your steep_slope. At x = 0.5")


def unwritten(x):
    raise NotImplementedError


def short(x):
    return x[1:]


@pytest.mark.parametrize(
    ("theirs", "why"),
    [
        (unwritten, "Your unwritten is not written yet, so this is ours."),
        (short, "Your short returned shape (321,) for an input of shape (322,), so this is ours."),
        (lambda x: "?", "Your function returned a str, not an array of numbers, so this is ours."),
    ],
)
def test_ours_is_drawn_where_theirs_does_not_work(theirs, why):
    ours = saturation.scene()
    for scene in (saturation.bind(theirs).scene(), saturation.bind(None, theirs).scene()):
        assert scene.caption == f"{why} {ours.caption}"
        np.testing.assert_array_equal(curve(scene, 0).y, curve(ours, 0).y)
        np.testing.assert_array_equal(
            marks(scene, 2, Bars)[0].heights, marks(ours, 2, Bars)[0].heights
        )


@pytest.mark.parametrize("slope", [lambda x: -sigmoid_derivative(x), lambda x: x * np.nan])
def test_values_that_a_log_axis_cannot_show_are_left_out(slope):
    scene = saturation.bind(None, slope).build({"x": 1.0, "depth": 3})
    assert "a log axis cannot show" in scene.caption
    (bars,) = marks(scene, 2, Bars)
    assert (bars.heights > 0).all()
    to_message(scene)


def test_text_twin_reads_well():
    text = describe(saturation.scene())
    assert "bars left after k sigmoids: 0.105, 0.0218, 0.00481, 0.00108, 0.000242" in text
    assert "Stacked sigmoids: 5" in text


def test_the_widget_stands_on_a_stage():
    stage = saturation(unwritten)
    stage.set(x=0.0, depth=1)
    assert "0.25 of a gradient" in stage.scene.caption
    stage.close()
