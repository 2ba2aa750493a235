import numpy as np
import pytest

from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.neuron_explorer import EDGE, PIXELS, neuron_explorer
from nnf_teach.widgets.scene import Arrow, Choice, HeatMap, Line, Points, Text
from nnf_teach.widgets.text_twin import describe

bound = neuron_explorer.bind()
build = bound.build


def state(w=(1.5, 1.0), b=-1.5, activation="sigmoid"):
    return bound.initial | {"w": list(w), "b": b, "activation": activation}


def moved(before, **changes):
    """The scene after the learner's change of a state that was shown."""
    return build(bound.react(before, {**before, **changes}))


def marks(scene, kind, panel=0):
    return [mark for mark in scene.panels[panel].marks if isinstance(mark, kind)]


def surface(scene):
    return marks(scene, HeatMap)[0].values


def handle(scene, name):
    return next(handle for handle in scene.panels[0].handles if handle.name == name)


def pixel(row, column):
    """Where on the plane is the middle of a pixel?"""
    side = 2 * EDGE / PIXELS
    return -EDGE + (column + 0.5) * side, -EDGE + (row + 0.5) * side


PIXEL_SAMPLE = [(0, 0), (0, 119), (119, 0), (60, 60), (17, 93), (88, 41)]


@pytest.mark.parametrize(("row", "column"), PIXEL_SAMPLE)
def test_surface_is_the_neuron_of_the_slide(row, column):
    x1, x2 = pixel(row, column)
    z = 0.8 * x1 - 1.7 * x2 + 0.6
    for activation, y in {
        "sigmoid": 1 / (1 + np.exp(-z)),
        "threshold": 1.0 if z > 0 else 0.0,
        "linear": z,
    }.items():
        values = surface(build(state((0.8, -1.7), 0.6, activation)))
        assert values[row, column] == pytest.approx(y, abs=1e-6)


@pytest.mark.parametrize("w", [(1.5, 1.0), (-0.3, 2.0), (0.0, 1.0), (1.0, 0.0), (-2.0, -2.0)])
@pytest.mark.parametrize("b", [-2.0, 0.0, 0.7])
def test_boundary_is_where_the_sum_is_zero(w, b):
    scene = build(state(w, b))
    boundaries = [line for line in marks(scene, Line) if line.label.startswith("boundary")]
    ends = [handle(scene, "boundary")]
    for line in boundaries:
        np.testing.assert_allclose(w[0] * line.x + w[1] * line.y + b, 0, atol=1e-5)
        assert max(np.abs(line.x).max(), np.abs(line.y).max()) == pytest.approx(EDGE)
    if boundaries:
        assert w[0] * ends[0].x + w[1] * ends[0].y + b == pytest.approx(0, abs=1e-9)
    assert bool(boundaries) == ("outside the picture" not in scene.caption)


def test_level_lines_are_where_they_say():
    scene = build(state())
    for line in marks(scene, Line):
        if line.label in ("y = 0.1", "y = 0.9"):
            y = 1 / (1 + np.exp(-(1.5 * line.x + 1.0 * line.y - 1.5)))
            np.testing.assert_allclose(y, float(line.label[4:]), atol=1e-5)
            assert line.stroke == {"y = 0.1": "dotted", "y = 0.9": "dashed"}[line.label]


def test_boundary_handle_stands_at_the_foot_point():
    place = handle(build(state((2.0, 0.0), -1.0)), "boundary")
    assert (place.x, place.y) == (0.5, 0.0)


def test_moving_the_boundary_changes_b_and_only_b():
    before = build(state((1.0, 2.0), -1.0)).state
    after = moved(before, boundary=[-1.0, 1.5]).state
    assert after["b"] == pytest.approx(-(1.0 * -1.0 + 2.0 * 1.5))
    assert (after["w"], after["activation"]) == (before["w"], before["activation"])
    # The handle has gone back to the foot point, and stays there.
    np.testing.assert_allclose(after["boundary"], [0.4, 0.8])
    assert build(after).state == after


def test_moving_w_changes_w_and_only_w():
    before = build(build(state((1.0, 2.0), -1.0)).state).state
    after = moved(before, w=[2.0, -1.0]).state
    assert after["b"] == before["b"]
    assert after["w"] == [2.0, -1.0]


def test_moving_the_slider_of_b_moves_the_boundary():
    before = build(state((1.0, 0.0), -1.0)).state
    assert moved(before, b=-2.0).state["boundary"] == [2.0, 0.0]


def test_handles_that_would_cover_each_other_move_apart():
    scene = build(state((1.0, 1.0), -2.0))  # the foot point is the tip of w
    tip, place = handle(scene, "w"), handle(scene, "boundary")
    assert np.hypot(tip.x - place.x, tip.y - place.y) > 0.5
    assert place.x + place.y - 2 == pytest.approx(0)


def test_a_boundary_out_of_view_can_be_fetched_back():
    before = build(state((0.1, 0.1), -3.0))
    assert not [line for line in marks(before, Line) if line.label.startswith("boundary")]
    assert "21.21 from the origin" in before.caption
    after = moved(before.state, boundary=[1.0, 1.0])
    assert after.state["b"] == pytest.approx(-0.2)
    assert [line for line in marks(after, Line) if line.label.startswith("boundary")]


@pytest.mark.parametrize("activation", ["linear", "threshold", "sigmoid"])
def test_without_weights_there_is_no_boundary(activation):
    scene = build(state((0.0, 0.0), -1.0, activation))
    assert np.ptp(surface(scene)) == 0
    assert not marks(scene, Line)
    assert not marks(scene, Arrow)
    assert [h.name for h in scene.panels[0].handles] == ["w"]
    assert "no line is the boundary" in scene.caption
    to_message(scene)


def test_a_trip_through_zero_keeps_b():
    """The stage keeps the values that a scene does not name."""
    held = build(state((1.0, 0.0), -1.0)).state
    held = {**held, **moved(held, w=[0.0, 0.0]).state}
    held = {**held, **moved(held, w=[0.0, 2.0]).state}
    assert held["b"] == -1.0
    assert held["boundary"] == [0.0, 0.5]


def test_the_arrow_is_w_and_follows_its_handle():
    (arrow,) = marks(build(state((1.5, -1.0))), Arrow)
    assert (arrow.tail, arrow.tip, arrow.tip_handle) == ((0, 0), (1.5, -1.0), "w")


@pytest.mark.parametrize(
    ("activation", "positive", "negative"),
    [
        ("threshold", "fires: y = 1", "silent: y = 0"),
        ("sigmoid", "y > 1/2", "y < 1/2"),
        ("linear", "y > 0", "y < 0"),
    ],
)
def test_each_side_has_its_word(activation, positive, negative):
    w, b = (1.5, -1.0), 0.5
    said = {text.text: w[0] * text.x + w[1] * text.y + b for text in words(w, b, activation)}
    assert said.keys() == {positive, negative}
    assert said[positive] > 0 > said[negative]


def words(w, b, activation):
    return marks(build(state(w, b, activation)), Text)


def test_a_side_too_narrow_for_a_word_has_none():
    assert [t.text for t in words((1.0, 0.0), 2.9, "threshold")] == ["fires: y = 1"]


def test_caption_has_the_numbers():
    caption = build(state((3.0, 0.0), -1.5, "threshold")).caption
    assert "w = (3.00, 0.00), b = −1.50." in caption
    assert "is 0.50 from the origin, on the side that w points to (−b/|w| = 0.50)" in caption
    assert "fires in 42 % of the picture" in caption  # 2.5 of 6
    assert "points away from (−b/|w| = −0.50)" in build(state((3.0, 0.0), 1.5)).caption
    assert "passes through the origin (−b/|w| = 0.00)" in build(state(b=0.0)).caption
    assert "adds |w| = 2.50 to y" in build(state((1.5, 2.0), activation="linear")).caption


def test_second_panel_shows_f_and_the_origin():
    scene = build(state(b=-1.0))
    curve = next(line for line in marks(scene, Line, 1) if line.label == "f(z)")
    np.testing.assert_allclose(curve.y, 1 / (1 + np.exp(-curve.x.astype(float))), atol=1e-6)
    (here,) = marks(scene, Points, 1)
    assert (here.x[0], here.y[0]) == (-1, pytest.approx(1 / (1 + np.e), abs=1e-4))
    assert not marks(build(state(b=-9.0)), Points, 1)


def tanh(z):
    return np.tanh(z)


def sigmoid(z):
    raise NotImplementedError


def test_the_learners_function_is_one_more_choice_and_is_drawn():
    theirs = neuron_explorer.bind(tanh).build
    scene = theirs(state(activation="your tanh"))
    choice = next(control for control in scene.controls if isinstance(control, Choice))
    assert choice.options == ("linear", "threshold", "sigmoid", "your tanh")
    x1, x2 = pixel(17, 93)
    assert surface(scene)[17, 93] == pytest.approx(np.tanh(1.5 * x1 + x2 - 1.5), abs=1e-6)
    assert "Your tanh: y runs from −1.00 to 1.00" in scene.caption
    assert (marks(scene, HeatMap)[0].low, marks(scene, HeatMap)[0].high) == pytest.approx(
        (-1, 1), abs=1e-3
    )
    # The other choices stay ours.
    np.testing.assert_array_equal(surface(theirs(state())), surface(build(state())))


def half(z):
    return z[: len(z) // 2]


def broken(z):
    return [][1]


@pytest.mark.parametrize(
    ("theirs", "sentence"),
    [
        (sigmoid, "Your sigmoid is not written yet, so this is ours."),
        (half, "Your half returned shape (60, 120) for an input of shape (120, 120), so"),
        (broken, "Your broken raised IndexError: list index out of range, so this is ours."),
        (lambda z: None, "Your function returned None, not an array of numbers, so this is ours."),
    ],
)
def test_ours_is_drawn_where_theirs_does_not_work(theirs, sentence):
    name = "function" if theirs.__name__ == "<lambda>" else theirs.__name__
    scene = neuron_explorer.bind(theirs).build(state(activation=f"your {name}"))
    assert scene.caption.startswith(sentence)
    assert "Sigmoid: y climbs" in scene.caption
    np.testing.assert_array_equal(surface(scene), surface(build(state())))


def test_ours_has_the_name_of_theirs_where_it_can():
    def threshold(z):
        raise NotImplementedError

    scene = neuron_explorer.bind(threshold).build(state(activation="your threshold"))
    assert set(np.unique(surface(scene))) == {0, 1}


def test_values_that_are_not_finite_are_counted_not_drawn():
    def log(z):
        return np.log(z)

    scene = neuron_explorer.bind(log).build(state((1.0, 0.0), 0.0, "your log"))
    assert "7200 of its 14400 values are not finite (left blank)" in scene.caption
    to_message(scene)
    nothing = neuron_explorer.bind(lambda z: z * np.nan).build(state(activation="your function"))
    assert "no value in the picture is finite" in nothing.caption
    to_message(nothing)


def test_text_twin_reads_well():
    text = describe(build(state()))
    for part in ("arrow w to (1.5, 1)", "handle boundary (b) at", "Bias b: −1.5", "sigmoid"):
        assert part in text


def test_the_widget_stands_on_a_stage():
    stage = neuron_explorer(tanh)
    assert stage.state["activation"] == "your tanh"
    stage.set(boundary=[1.0, 0.0])
    assert stage.state["b"] == pytest.approx(-1.5)
    stage.set(w=[0.0, 1.0])
    assert stage.state["b"] == pytest.approx(-1.5)
    assert stage.error == ""
    stage.close()
    initial = bound.initial
    assert initial | {"w": [1.5, 1.0], "b": -1.5, "activation": "sigmoid"} == initial
