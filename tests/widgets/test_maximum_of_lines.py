import numpy as np
import pytest

from nnf_teach.experiments.maximum_of_lines import NAMES, REACH
from nnf_teach.widgets import maximum_of_lines
from nnf_teach.widgets.maximum_of_lines import ARM, FIRST, FRAMES
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Bars, Line
from nnf_teach.widgets.text_twin import describe

scene = maximum_of_lines.scene


def lines_of(drawn):
    return {mark.label: mark for mark in drawn.panels[0].marks if isinstance(mark, Line)}


def heights_at_end(drawn):
    bars = [mark for mark in drawn.panels[2].marks if isinstance(mark, Bars)]
    assert [bar.color for bar in bars] == [
        lines_of(drawn)[f"line {bar.x[0]:.0f}"].color for bar in bars
    ]
    return [float(bar.heights[0]) for bar in bars]


def test_the_maximum_is_the_largest_of_the_lines():
    drawn = lines_of(scene())
    each = [drawn[f"line {k}"].y for k in (1, 2, 3)]
    np.testing.assert_allclose(drawn["maximum"].y, np.max(each, axis=0), atol=1e-6)
    for (x, t, slope), y in zip(FIRST, each, strict=False):
        expected = t + slope * (drawn["maximum"].x - x)
        np.testing.assert_allclose(y, expected, atol=1e-5)


def test_descent_alone_does_not_reach_the_goal_and_with_a_moved_line_it_does():
    stage = maximum_of_lines()
    stage.set(frame=FRAMES)
    assert not stage.scene.goal.reached
    assert "Line 3 is the largest at no point: its gradient is 0" in stage.scene.caption
    stage.set(**{"place 3": [0.0, -0.8]})
    assert stage.state["frame"] == 0
    stage.set(frame=FRAMES)
    assert stage.scene.goal.reached
    assert "at no point" not in stage.scene.caption


@pytest.mark.parametrize("more", [4, 5])
def test_more_lines_alone_do_not_help(more):
    drawn = scene(lines=more, frame=FRAMES)
    assert not drawn.goal.reached
    assert heights_at_end(drawn)[2:] == [0.0] * (more - 2)


def test_a_place_that_moves_tilts_nothing_and_a_tilt_moves_no_place():
    stage = maximum_of_lines()
    stage.set(**{"place 2": [0.5, -0.5]})
    assert stage.state["tilt 2"] == pytest.approx(-0.5 + ARM * 0.8)
    stage.set(**{"tilt 2": -0.5})
    assert stage.state["place 2"] == [0.5, -0.5]
    assert stage.state["start"][1] == pytest.approx([0.5, -0.5, 0.0])
    assert stage.state["start"][0] == pytest.approx(FIRST[0])


def test_a_drag_goes_on_from_where_the_gradient_was():
    stage = maximum_of_lines()
    stage.set(frame=20)
    before = lines_of(stage.scene)["line 1"].y
    stage.set(**{"place 3": [0.0, -1.5]})
    np.testing.assert_allclose(lines_of(stage.scene)["line 1"].y, before, atol=1e-4)


def test_back_at_the_start_the_lines_are_where_they_were_put():
    stage = maximum_of_lines()
    stage.set(**{"place 1": [-1.0, 1.5]})
    stage.set(frame=30)
    assert stage.state["place 1"] != [-1.0, 1.5]
    stage.set(frame=0)
    assert stage.state["place 1"] == [-1.0, 1.5]
    stage.set(again=1)
    assert stage.state["place 1"] == list(FIRST[0][:2])


@pytest.mark.parametrize("name", NAMES)
def test_where_the_points_are_not_convex_it_says_how_near_is_possible(name):
    drawn = scene(points=name, frame=FRAMES, lines=5)
    convex = name == "a bowl"
    assert ("the more lines in use, the nearer" in drawn.caption) == convex
    assert ("no number of lines comes below" in drawn.caption) != convex
    assert ("best convex curve" in lines_of(drawn)) != convex
    assert "nan" not in describe(drawn)
    to_message(drawn)


def test_handles_stay_inside_while_it_descends():
    for name in NAMES:
        for frame in (0, 1, 10, FRAMES):
            panel = scene(points=name, frame=frame, lines=5).panels[0]
            for handle in panel.handles:
                assert -REACH <= handle.x <= REACH, (name, frame, handle)
                assert panel.y.low <= handle.y <= panel.y.high, (name, frame, handle)


def test_the_widget_stands_on_a_stage():
    stage = maximum_of_lines()
    stage._receive(stage, {"state": {"place 1": [-1.5, 0.5]}, "seq": 1, "view": "v"})
    assert stage.state["place 1"] == [-1.5, 0.5]
    assert stage.error == ""
    assert "image/png" in stage._repr_mimebundle_()[0]
