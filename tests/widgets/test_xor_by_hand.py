import json
import time
from math import exp

import numpy as np
import pytest

from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Arrow, HeatMap, Line, Points, Text
from nnf_teach.widgets.text_twin import describe
from nnf_teach.widgets.xor_by_hand import EDGE, PIXELS, SLIDE, _chosen, xor_by_hand

bound = xor_by_hand.bind()
build = bound.build


def state(**changes):
    return {**bound.initial, **changes}


def move(before, **changes):
    """The scene after the learner's change of a state that was shown."""
    return build(bound.react(before, {**before, **changes}))


def lines(w1, b1, w2, b2, **changes):
    """A state with these hidden neurons: each line is held at its foot point."""
    made = {}
    for k, (w, b) in enumerate(((w1, b1), (w2, b2)), start=1):
        square = w[0] ** 2 + w[1] ** 2
        p = [-b * w[0] / square, -b * w[1] / square] if square else [0.0, 0.0]
        made |= {f"line_{k}": p, f"tip_{k}": [p[0] + w[0], p[1] + w[1]]}
    return state(**made, **changes)


def marks(scene, kind, panel):
    return [mark for mark in scene.panels[panel].marks if isinstance(mark, kind)]


def texts(scene, panel):
    return [text.text for text in marks(scene, Text, panel)]


def sigmoid(z):
    return 1 / (1 + exp(-z))


def params(scene):
    (W, b), (V, c) = scene.state["params"]
    return np.array(W), np.array(b), np.array(V[0]), c[0]


# What the network says


def test_the_slides_images_are_those_computed_by_hand():
    """z = (-x1 + x2 - 4, x1 - x2 - 4): (-4, -4) at A and D, (2, -10) at B, (-10, 2) at C."""
    scene = build(state(**SLIDE))
    ones, zeros = marks(scene, Points, 1)
    near, far, low = sigmoid(2), sigmoid(-10), sigmoid(-4)
    np.testing.assert_allclose(np.column_stack([ones.x, ones.y]), [[near, far], [far, near]], 1e-5)
    np.testing.assert_allclose(np.column_stack([zeros.x, zeros.y]), [[low, low]] * 2, 1e-5)
    assert "Hidden space: A and D at (0.02, 0.02), B at (0.88, 0.00), C at (0.00, 0.88)." in (
        scene.caption
    )
    assert sorted(texts(scene, 1)) == ["A, D", "B", "C"]
    W, b, v, c = params(scene)
    np.testing.assert_array_equal(W, [[-1, 1], [1, -1]])
    np.testing.assert_array_equal(b, [-4, -4])


def test_the_slides_weights_reach_the_goal():
    scene = build(state(**SLIDE))
    assert scene.goal.reached
    assert scene.caption.startswith("All four corners are right.")
    # Half-way between (0.018, 0.018) and the segment from (0.881, 0) to (0, 0.881).
    margin = (sigmoid(2) + sigmoid(-10) - 2 * sigmoid(-4)) / 2**0.5 / 2
    assert f"the nearest corner is {margin:.2f} from the output line" in scene.caption
    assert sum("✓" in text for text in texts(scene, 2)) == 4


def test_it_is_not_solved_at_the_start():
    scene = build(state())
    assert not scene.goal.reached
    assert scene.caption.startswith("3 of 4 corners are right. Wrong: D (y = 1.00, target 0).")
    assert "the segment from A to D meets the segment from B to C" in scene.caption
    assert "D ✗" in texts(scene, 2)
    assert "A ✓" in texts(scene, 2)


SAMPLE = [(0, 0), (0, 99), (99, 0), (50, 50), (17, 83), (71, 30)]


@pytest.mark.parametrize("hidden", ["sigmoid", "threshold"])
@pytest.mark.parametrize(("row", "column"), SAMPLE)
def test_the_answer_is_the_networks(row, column, hidden):
    scene = build(lines((0.8, -0.3), 0.5, (-0.4, 1.1), -1.2, hidden=hidden))
    _, _, (v1, v2), c = params(scene)
    x1, x2 = (-EDGE + (k + 0.5) * 2 * EDGE / PIXELS for k in (column, row))
    z1, z2 = 0.8 * x1 - 0.3 * x2 + 0.5, -0.4 * x1 + 1.1 * x2 - 1.2
    f = sigmoid if hidden == "sigmoid" else lambda z: float(z > 0)
    y = sigmoid(v1 * f(z1) + v2 * f(z2) + c)
    assert marks(scene, HeatMap, 2)[0].values[row, column] == pytest.approx(y, abs=1e-6)


def test_the_boundary_is_where_the_answer_is_one_half():
    scene = build(lines((0.8, -0.3), 0.5, (-0.4, 1.1), -1.2))
    W, b, v, c = params(scene)
    (line,) = marks(scene, Line, 2)
    x = np.column_stack([line.x, line.y])[np.isfinite(line.x)].astype(float)
    assert len(x) > 50
    z = (1 / (1 + np.exp(-(x @ W.T + b)))) @ v + c
    np.testing.assert_allclose(z, 0, atol=0.05)


def test_the_boundary_of_threshold_neurons_is_sharp():
    scene = build(lines((1.0, 0.7), 2.0, (1.0, 0.7), -2.0, hidden="threshold"))
    assert scene.goal.reached
    (line,) = marks(scene, Line, 2)
    real = np.isfinite(line.x)
    z = line.x[real].astype(float) + 0.7 * line.y[real].astype(float)
    np.testing.assert_allclose(np.abs(z), 2, atol=0.02)


def test_a_threshold_neuron_fires_above_zero():
    scene = build(lines((1.0, 0.0), -2.5, (0.0, 1.0), -3.0, hidden="threshold"))
    assert "A and B at (0.00, 0.00), C and D at (1.00, 0.00)" in scene.caption


@pytest.mark.parametrize(("w", "b"), [((1.0, 0.0), 2.0), ((0.5, -1.5), 1.0), ((-1.0, -1.0), 0.0)])
def test_each_hidden_line_is_where_its_sum_is_zero(w, b):
    scene = build(lines(w, b, (0.0, 1.0), 4.0))
    line = marks(scene, Line, 0)[0]
    real = np.isfinite(line.x)
    assert real.any()
    np.testing.assert_allclose(w[0] * line.x[real] + w[1] * line.y[real] + b, 0, atol=1e-5)
    first, second = marks(scene, Line, 0)
    assert (first.stroke, second.stroke) == ("solid", "dashed")


def test_the_output_line_is_where_the_output_is_one_half():
    scene = build(state(**SLIDE))
    _, _, v, c = params(scene)
    (line,) = marks(scene, Line, 1)
    real = np.isfinite(line.x)
    np.testing.assert_allclose(v[0] * line.x[real] + v[1] * line.y[real] + c, 0, atol=1e-5)
    (surface,) = marks(scene, HeatMap, 1)
    assert surface.values[0, 0] == pytest.approx(sigmoid(-0.25 * (v[0] + v[1]) + c), abs=1e-6)
    (arrow,) = marks(scene, Arrow, 1)
    np.testing.assert_allclose(np.subtract(arrow.tip, arrow.tail) * 80, v, atol=1e-9)
    assert v @ np.array(arrow.tail) + c == pytest.approx(0, abs=1e-9)


# What is said


@pytest.mark.parametrize("hidden", ["sigmoid", "threshold"])
@pytest.mark.parametrize("computer", [True, False])
def test_degenerate_lines_are_said_and_drawn(hidden, computer):
    for first, second in (((0, 0), (1, 0)), ((0, 1), (0, 0)), ((0, 0), (0, 0))):
        scene = build(lines(first, 0, second, 0, hidden=hidden, computer=computer))
        number = 2 if any(first) else 1
        assert f"Hidden neuron {number} has w = 0" in scene.caption
        assert not scene.goal.reached
        header, _ = to_message(scene)
        assert "NaN" not in json.dumps(header)
        for panel in (1, 2):
            assert np.isfinite(marks(scene, HeatMap, panel)[0].values).all()


def test_corners_that_fall_together_are_named():
    scene = build(lines((2.0, 0.0), 0.0, (1.5, 0.0), 0.0))
    assert "corners of different class fall together (A with B and D with C)" in scene.caption
    assert scene.caption.startswith("0 of 4 corners are right.")
    assert "A and B at (0.00, 0.01)" in scene.caption
    one = build(lines((1.5, 0.0), 0.0, (2.0, 2.0), 6.0))
    assert "two corners of different class fall together (D with C)" in one.caption


def test_a_circle_and_a_square_at_one_place_can_both_be_seen():
    ones, zeros = marks(build(state()), Points, 1)
    assert ones.size > zeros.size
    assert (ones.symbol, zeros.symbol) == ("square", "circle")


def test_a_wrong_output_line_of_the_learner_is_told_from_a_bad_hidden_layer():
    scene = build(state(**SLIDE, computer=False))
    assert "2 of 4 corners are right. Wrong: B (y = 0.28, target 1), C" in scene.caption
    assert "A line in hidden space can separate the classes: move the output line." in scene.caption


def test_right_but_too_near_is_not_the_goal():
    near = build(lines((-0.25, 0.25), -0.4, (0.25, -0.25), -0.4))
    assert near.caption.startswith("All four corners are right.")
    assert "Too near" in near.caption
    assert not near.goal.reached


def test_the_text_twin_reads_well():
    text = describe(build(state()))
    for part in (
        "2 squares target t = 1",
        "handle line 1 at (0, −3.8)",
        "arrow w₁ to (1.5, −3.8)",
        "D ✗",
        "y = 0.98",
        "Goal: all four corners right",
        "Hidden neurons: sigmoid",
    ):
        assert part in text, part


# What moves


def test_moving_a_line_changes_b_and_takes_its_arrow_along():
    before = build(state()).state
    after = move(before, line_1=[2.0, 1.0])
    W, b, _, _ = params(after)
    np.testing.assert_allclose(W, [[1.5, 0], [0, 1.5]])
    np.testing.assert_allclose(b, [-3, 0])
    assert after.state["tip_1"] == [3.5, 1.0]
    again = build(after.state)
    assert again.state == after.state


def test_moving_a_tip_changes_w_and_leaves_the_line_where_it_is_held():
    before = build(state()).state
    after = move(before, tip_2=[-3.8, -2.0])
    W, b, _, _ = params(after)
    np.testing.assert_allclose(W, [[1.5, 0], [0, -2]])
    assert after.state["line_2"] == [-3.8, 0.0]
    np.testing.assert_allclose(W[1] @ after.state["line_2"] + b[1], 0, atol=1e-12)


def test_an_arrow_stays_in_the_picture():
    before = build(state()).state
    after = move(before, line_1=[5.0, 5.0]).state
    assert (after["line_1"], after["tip_1"]) == ([3.5, 5.0], [5.0, 5.0])
    before = build(state(**SLIDE)).state
    after = move(before, line_1=[-5.0, -5.0]).state
    assert (after["line_1"], after["tip_1"]) == ([-4.0, -5.0], [-5.0, -4.0])


def test_the_learner_goes_on_from_the_computers_output_line():
    before = build(state(**SLIDE))
    after = move(before.state, computer=False)
    np.testing.assert_allclose(params(after)[2], params(before)[2])
    assert params(after)[3] == pytest.approx(params(before)[3])
    assert after.goal.reached
    names = [handle.name for handle in after.panels[1].handles]
    assert names == ["line_3", "tip_3"]
    assert before.panels[1].handles == ()


def test_the_output_line_follows_its_handles():
    before = build({**build(state(**SLIDE)).state, "computer": False}).state
    moved = move(before, line_3=[0.5, 0.5], tip_3=[0.5, 0.6])
    _, _, v, c = params(moved)
    np.testing.assert_allclose(v, [0, 8])
    assert c == pytest.approx(-4)
    assert not moved.goal.reached
    flat = move(before, tip_3=before["line_3"])
    assert params(flat)[2].tolist() == [0, 0]
    assert "0 of 4 corners are right" in flat.caption


def test_the_computers_arrow_is_always_in_view():
    rng = np.random.default_rng(0)
    for place in rng.beta(0.3, 0.3, (500, 2)):  # many near the edges
        angle = rng.uniform(0, 2 * np.pi)
        v = 20 * np.array([np.cos(angle), np.sin(angle)])
        ((line, arrow),) = _chosen(v, -float(v @ place)).values()
        tip = line + arrow
        assert min(*line, *tip) >= -0.25 - 1e-9
        assert max(*line, *tip) <= 1.25 + 1e-9
        np.testing.assert_allclose((tip - line) * 80, v)
        assert v @ (line - place) == pytest.approx(0, abs=1e-8)


def test_the_buttons_act_once():
    before = build(state(hidden="threshold")).state
    slide = move(before, slide=1)
    assert slide.goal.reached
    assert slide.state["hidden"] == "sigmoid"
    moved = move(slide.state, line_1=[0.0, 0.0])
    assert moved.state["line_1"] == [0.0, 0.0]
    again = move(moved.state, again=1)
    assert [again.state[name] for name in ("line_1", "tip_2")] == [[0.0, -3.8], [-3.8, 1.5]]


def test_two_moves_solve_it_with_threshold_neurons():
    """Neuron 1 says "any" (not A), neuron 2 says "both" (D): XOR is any, but not both."""
    scene = build(lines((1, 1), 3, (1, 1), -3, hidden="threshold"))
    assert scene.goal.reached
    assert "A at (0.00, 0.00), B and C at (1.00, 0.00), D at (1.00, 1.00)" in scene.caption


# On the stage


def test_the_widget_stands_on_a_stage():
    network = xor_by_hand()
    network.set(slide=1)
    assert network.scene.goal.reached
    (W, b), (V, c) = network.state["params"]
    assert (np.shape(W), np.shape(b), np.shape(V), np.shape(c)) == ((2, 2), (2,), (1, 2), (1,))
    network.set(line_1=[-1.0, 2.0])
    assert network.state["params"][0][1] == [-3, -4]
    assert network.error == ""
    network.close()


def test_a_scene_takes_less_than_five_milliseconds():
    drawn = build(state()).state
    times = []
    for _ in range(20):
        start = time.process_time()
        build(drawn)
        times.append(time.process_time() - start)
    assert min(times) < 0.005
