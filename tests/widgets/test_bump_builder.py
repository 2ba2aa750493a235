import math

import numpy as np
import pytest

from nnf_teach.experiments.bumps import DRAWN, TARGETS
from nnf_teach.widgets import bump_builder
from nnf_teach.widgets.bump_builder import FIRST_DRAWING, HEIGHTS, KNOTS, MOST_BUMPS, PLACES
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Line, Points, Text
from nnf_teach.widgets.text_twin import describe

BOUND = bump_builder.bind()
INITIAL = BOUND.initial


def step(state, **changes):
    """Return the scene after what the learner changed, as a stage would make it."""
    return BOUND.build(BOUND.react(dict(state), state | changes))


def mark(scene, panel, kind, label):
    (found,) = [
        m for m in scene.panels[panel].marks if isinstance(m, kind) and m.label.startswith(label)
    ]
    return found


def total(x, heights, steepness):
    """Sum the bumps with a sigmoid of our own, one point and one bump at a time."""
    n = len(heights)
    values = []
    for place in x:
        value = 0.0
        for k, height in enumerate(heights):
            left = -1.0 if k == 0 else k / n
            right = 2.0 if k == n - 1 else (k + 1) / n
            value += 0.5 * height * math.tanh(steepness * (place - left) / 2)
            value -= 0.5 * height * math.tanh(steepness * (place - right) / 2)
        values.append(value)
    return np.array(values)


@pytest.mark.parametrize(("count", "steepness"), [(1, 10.0), (4, 100.0), (20, 1000.0)])
def test_the_sum_is_that_of_the_bumps(count, steepness):
    rng = np.random.default_rng(count)
    heights = rng.uniform(-0.2, 1.2, count)
    state = {"bumps": count, "steepness": steepness}
    scene = bump_builder.scene(**state | dict(zip(HEIGHTS, heights.tolist(), strict=False)))
    line = mark(scene, 0, Line, "sum")
    np.testing.assert_allclose(line.y, total(line.x.astype(float), heights, steepness), atol=2e-4)
    assert [h.y for h in scene.panels[0].handles] == pytest.approx(heights.tolist())
    assert [h.x for h in scene.panels[0].handles] == pytest.approx(
        [(k + 0.5) / count for k in range(count)]
    )


@pytest.mark.parametrize("word", TARGETS)
@pytest.mark.parametrize("count", [1, 3, 7, 20])
@pytest.mark.parametrize("steepness", [30.0, 1000.0])
def test_the_largest_error_is_the_largest_on_a_grid_ten_times_finer(word, count, steepness):
    scene = step(INITIAL | {"target": word, "bumps": count, "steepness": steepness}, rule=1)
    heights = [scene.state[name] for name in HEIGHTS[:count]]
    x = np.linspace(0, 1, 10_001)
    error = np.abs(total(x, heights, steepness) - TARGETS[word].function(x))
    assert scene.state["error"] == pytest.approx(error.max(), abs=2e-3)
    assert scene.state["error"] >= error.max() - 1e-3
    at = scene.state["at"]
    there = abs(total([at], heights, steepness)[0] - TARGETS[word].function(np.array([at]))[0])
    assert there == pytest.approx(scene.state["error"], abs=1e-9)
    assert f"Largest error {scene.state['error']:.3f} at x = {at:.3f}" in scene.caption


@pytest.mark.parametrize("word", TARGETS)
@pytest.mark.parametrize("count", range(1, MOST_BUMPS + 1))
def test_the_rule_keeps_its_promise_when_steps_are_steep(word, count):
    scene = step(INITIAL | {"target": word, "bumps": count, "steepness": 1000.0}, rule=1)
    assert scene.state["error"] <= TARGETS[word].lipschitz / count
    assert scene.state["ruled"]
    centres = (np.arange(count) + 0.5) / count
    np.testing.assert_allclose(
        [scene.state[name] for name in HEIGHTS[:count]], TARGETS[word].function(centres)
    )


def test_both_ends_have_full_height():
    scene = step(INITIAL | {"bumps": 1, "steepness": 100.0}, h_1=0.7)
    line = mark(scene, 0, Line, "sum")
    np.testing.assert_allclose(line.y[[0, -1]], 0.7, atol=1e-6)


def test_the_goal_is_reached_with_enough_bumps_and_said_with_sign_and_word():
    scene = bump_builder.scene()
    assert not scene.goal.reached
    scene = step(scene.state, rule=1)
    assert not scene.goal.reached
    assert "✗ not below ε" in [m.text for m in scene.panels[1].marks if isinstance(m, Text)]
    assert "not below ε = 0.15" in scene.caption
    for count in range(7, 10):
        scene = step(scene.state, bumps=count)
    assert scene.goal.reached
    assert scene.goal.text == "the largest error is below ε = 0.15"
    assert "✓ below ε" in [m.text for m in scene.panels[1].marks if isinstance(m, Text)]
    assert ": below ε = 0.15" in scene.caption
    assert not step(scene.state, epsilon=0.1).goal.reached


def test_the_goal_is_reached_by_hand():
    state = dict(bump_builder.scene(bumps=10).state)
    for k in range(10):
        height = 0.5 + 0.4 * math.sin(2 * math.pi * (k + 0.5) / 10)
        state = dict(step(state, **{HEIGHTS[k]: height}).state)
    scene = BOUND.build(state)
    assert scene.goal.reached
    assert "heights by you" in scene.caption


def test_heights_of_the_rule_follow_until_one_is_moved():
    scene = step(INITIAL, rule=1)
    assert "heights by the rule" in scene.caption
    scene = step(scene.state, target="steep")
    assert scene.state["ruled"]
    assert scene.state["h_1"] == pytest.approx(TARGETS["steep"].function(np.array([1 / 16]))[0])
    scene = step(scene.state, h_2=0.9)
    assert not scene.state["ruled"]
    assert "heights by you" in scene.caption
    scene = step(scene.state, target="smooth")
    assert scene.state["h_2"] == 0.9
    assert step(scene.state, clear=1).state["h_2"] == 0
    assert step(scene.state, rule=2).state["ruled"]


def test_other_cells_take_the_heights_that_stood_there():
    scene = step(INITIAL | {"bumps": 2}, h_1=0.2, h_2=0.8)
    four = step(scene.state, bumps=4)
    assert [four.state[name] for name in HEIGHTS[:4]] == [0.2, 0.2, 0.8, 0.8]
    assert [h.name for h in four.panels[0].handles] == HEIGHTS[:4]
    two = step(four.state, bumps=2)
    assert [two.state[name] for name in HEIGHTS[:2]] == [0.2, 0.8]


def test_a_target_is_drawn_by_handles_and_kept():
    scene = step(INITIAL, target=DRAWN)
    handles = scene.panels[2].handles
    assert [h.x for h in handles] == pytest.approx(KNOTS.tolist())
    assert all(h.moves == "y" for h in handles)
    scene = step(scene.state, t_4=0.1)
    wanted = mark(scene, 0, Line, "target")
    drawing = scene.state["drawing"]
    assert drawing[4] == 0.1
    np.testing.assert_allclose(wanted.y, np.interp(wanted.x, KNOTS, drawing), atol=1e-6)
    away = step(scene.state, target="smooth")
    assert len(away.panels) == 2
    back = step(away.state, target=DRAWN)
    assert back.state["drawing"] == drawing
    assert back.panels[2].handles[4].y == 0.1
    assert f"L = {10 * 0.7:.2f}" in back.caption
    to_message(back)


def test_a_flat_drawing_is_met():
    scene = step(INITIAL | dict.fromkeys(PLACES, 0.3) | {"target": DRAWN, "bumps": 1}, rule=1)
    assert scene.state["error"] < 1e-9
    assert scene.goal.reached


def test_the_error_panel_shows_the_error_and_the_band():
    scene = step(INITIAL, rule=1)
    error, band = mark(scene, 1, Line, "sum − target"), mark(scene, 1, Line, "ε")
    assert np.abs(error.y).max() == pytest.approx(scene.state["error"], rel=1e-5)
    assert np.nanmax(band.y) == pytest.approx(0.15)
    here = mark(scene, 1, Points, "largest error")
    assert abs(here.y[0]) == pytest.approx(scene.state["error"], rel=1e-5)
    assert here.x[0] == pytest.approx(scene.state["at"])
    assert scene.panels[1].y.high > max(scene.state["error"], 0.15)


@pytest.mark.parametrize(
    "state",
    [
        {"bumps": 0, "steepness": 0.0, "epsilon": 0.0},
        {"bumps": 99, "steepness": 1e9, "epsilon": 9.0},
        dict.fromkeys(HEIGHTS, 99.0),
        dict.fromkeys(PLACES, -99.0) | {"target": DRAWN},
    ],
)
def test_states_out_of_range_are_drawn_at_the_ends(state):
    scene = bump_builder.scene(**state)
    assert 1 <= scene.state["bumps"] <= MOST_BUMPS
    assert 10 <= scene.state["steepness"] <= 1000
    for panel in scene.panels:
        for one in panel.marks:
            if isinstance(one, Line):
                assert np.isfinite(one.y).any()
        for handle in panel.handles:
            assert panel.y.low <= handle.y <= panel.y.high
    to_message(scene)
    assert "nan" not in describe(scene)


def with_tanh(x, left, right, height, steepness):
    return height * (np.tanh(steepness * (x - left)) - np.tanh(steepness * (x - right)))


def unwritten(x, left, right, height, steepness):
    raise NotImplementedError


def short(x, left, right, height, steepness):
    return x[1:]


def only_first(x, left, right, height, steepness):
    return np.zeros_like(x) if left < 0 else None


def empty(x, left, right, height, steepness):
    return x * np.nan


def test_theirs_is_drawn_where_it_works():
    scene = bump_builder.bind(with_tanh).scene(h_3=0.4)
    assert scene.caption.startswith("This is your with_tanh. 8 bumps")
    line = mark(scene, 0, Line, "sum")
    x = line.x.astype(float)
    np.testing.assert_allclose(line.y, with_tanh(x, 2 / 8, 3 / 8, 0.4, 100.0), atol=1e-3)


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (unwritten, "Your unwritten is not written yet, so this is ours."),
        (short, "Your short returned shape"),
        (only_first, "Your only_first returned None, not an array of numbers, so this is ours."),
        (lambda x: x, "Your function raised TypeError"),
    ],
)
def test_ours_is_drawn_where_theirs_does_not_work(function, why):
    scene, ours = bump_builder.bind(function).scene(h_3=0.4), bump_builder.scene(h_3=0.4)
    assert scene.caption.startswith(why)
    assert scene.caption.endswith(ours.caption)
    np.testing.assert_array_equal(mark(scene, 0, Line, "sum").y, mark(ours, 0, Line, "sum").y)


def test_a_bump_without_finite_values_is_said():
    scene = bump_builder.bind(empty).scene()
    assert "its largest error has no number" in scene.caption
    assert not scene.goal.reached
    to_message(scene)


def test_the_widget_stands_on_a_stage():
    stage = bump_builder()
    receive = {"seq": 1, "view": "v"}
    stage._receive(stage, {"state": {"h_2": 0.5}, **receive})
    assert stage.state["h_2"] == 0.5
    stage._receive(stage, {"state": {"t_2": 0.5}, **receive, "seq": 2})
    assert stage.state["t_2"] == FIRST_DRAWING[2]  # no such handle while a target is picked
    stage._receive(stage, {"state": {"rule": 1}, **receive, "seq": 3})
    assert stage.state["ruled"]
    stage._receive(stage, {"state": {"target": DRAWN}, **receive, "seq": 4})
    stage._receive(stage, {"state": {"t_2": 0.9}, **receive, "seq": 5})
    assert stage.state["drawing"][2] == 0.9
    assert stage.error == ""
    again = bump_builder(drawing=stage.state["drawing"])
    assert again.state["target"] == DRAWN
    assert again.state["drawing"] == stage.state["drawing"]


def test_a_drawing_of_another_length_is_refused():
    with pytest.raises(ValueError, match=r"drawing has shape \(3,\); \(11,\) is needed"):
        bump_builder(drawing=[0, 1, 0])
