import numpy as np
import pytest

from nnf_teach.experiments import saturated_unit as unit
from nnf_teach.widgets import loss_and_saturation
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Line, Points
from nnf_teach.widgets.text_twin import describe

scene = loss_and_saturation.scene


def lines(scene, panel):
    return [m for m in scene.panels[panel].marks if isinstance(m, Line) and m.stroke != "dotted"]


def points(scene, panel):
    return [m for m in scene.panels[panel].marks if isinstance(m, Points)]


@pytest.mark.parametrize("row", [0, 1])
def test_the_curves_are_the_losses_and_how_they_pull(row):
    drawn = scene()
    curve, pull = lines(drawn, 0)[row], lines(drawn, 1)[row]
    z = curve.x.astype(float)
    np.testing.assert_allclose(curve.y, unit.losses(z)[row], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(pull.y, -unit.gradients(z)[row], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("row", [0, 1])
@pytest.mark.parametrize(("start", "rate"), [(-5.0, 1.0), (-2.3, 0.1), (1.0, 10.0)])
def test_the_step_is_that_of_the_path(row, start, rate):
    path = unit.descend(start, rate)[row]
    drawn = scene(start=start, learning_rate=rate, step=37)
    assert points(drawn, 0)[row].x[0] == pytest.approx(path[37], rel=1e-6)
    assert lines(drawn, 2)[row].y[-1] == pytest.approx(1 / (1 + np.exp(-path[37])), rel=1e-5)
    assert len(lines(drawn, 2)[row].y) == 38


def test_square_loss_pulls_weakly_where_the_unit_saturates():
    drawn = scene(start=-6.0)
    assert points(drawn, 1)[0].y[0] < 0.006
    assert points(drawn, 1)[1].y[0] > 0.99


def test_the_caption_has_the_measured_steps():
    caption = scene().caption
    square, cross = unit.count_steps(-5.0, 1.0)
    assert f"Until y = 0.9: square loss {square} steps, cross entropy {cross} steps." in caption
    assert "square loss pulls with 0.013, cross entropy with 0.99." in caption
    assert "what is most wrong moves least" in caption
    assert "square loss over 2000, cross" in scene(start=-8.0, learning_rate=0.1).caption
    assert "At this start y is above 0.9 already." in scene(start=3.0).caption
    assert "cross entropy 1 step." in scene(start=-1.0, learning_rate=10.0).caption


def test_the_goal_is_a_ratio_of_the_measured_steps():
    assert not scene().goal.reached
    assert scene(start=-7.0).goal.reached
    square, cross = unit.count_steps(-7.0, 1.0)
    assert square / cross >= 30
    assert not scene(start=4.0).goal.reached


def test_told_apart_without_colour():
    drawn = scene(step=20)
    for panel in range(4):
        assert len({m.stroke for m in lines(drawn, panel)}) == 2
        assert len({m.symbol for m in points(drawn, panel)}) == 2


@pytest.mark.parametrize("start", [-99.0, -8.0, 4.0, 99.0])
@pytest.mark.parametrize("rate", [0.1, 10.0])
@pytest.mark.parametrize("step", [0, unit.WATCHED_STEPS, 10**6])
def test_extremes_are_drawn(start, rate, step):
    drawn = scene(start=start, learning_rate=rate, step=step)
    for panel in drawn.panels:
        for mark in panel.marks:
            assert np.isfinite([mark.x, mark.y]).all()
    for curve in lines(drawn, 3):
        assert curve.y.max() <= unit.COUNTED_STEPS
    assert "nan" not in describe(drawn)
    to_message(drawn)


def test_the_widget_stands_on_a_stage():
    stage = loss_and_saturation()
    stage._receive(stage, {"state": {"start": -7.0, "step": 9}, "seq": 1, "view": "v"})
    assert stage.state == {"start": -7.0, "learning_rate": 1.0, "step": 9}
    assert stage.error == ""
    assert "image/png" in stage._repr_mimebundle_()[0]
