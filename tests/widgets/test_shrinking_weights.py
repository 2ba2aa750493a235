import numpy as np
import pytest

from nnf_teach.experiments.shrinking import EDGE, L1, NAMES, RADIUS2, STRENGTHS, Paths, products
from nnf_teach.widgets import shrinking_weights
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Line, Points
from nnf_teach.widgets.text_twin import describe


@pytest.fixture(scope="module")
def bound():
    return shrinking_weights.bind()


def lines_of(panel):
    return {mark.label: mark for mark in panel.marks if isinstance(mark, Line)}


def test_the_goal_is_reached_by_the_slider_alone(bound):
    reached = [strength for strength in STRENGTHS if bound.scene(strength=strength).goal.reached]
    assert reached
    assert 0.1 in reached
    assert not bound.scene().goal.reached
    assert not bound.scene(strength=STRENGTHS[-1]).goal.reached


def test_the_weights_of_the_strength_are_marked(bound):
    drawn = bound.scene(strength=0.01)
    k = STRENGTHS.index(0.01)
    model = Paths(2).models[L1][k]
    marked = [mark for mark in drawn.panels[1].marks if isinstance(mark, Points)]
    weights = np.concatenate([mark.y for mark in marked])
    np.testing.assert_allclose(np.sort(weights), np.sort(model.w), rtol=1e-5)
    assert {float(x) for mark in marked for x in mark.x} == {float(np.float32(0.01))}


def test_the_boundary_is_where_the_logit_is_zero(bound):
    drawn = lines_of(bound.scene(strength=0.1).panels[0])
    model = Paths(2).models[L1][STRENGTHS.index(0.1)]
    x, y = drawn["L1"].x, drawn["L1"].y
    on = np.isfinite(x)
    assert np.abs(model.logit(products(np.column_stack([x[on], y[on]])))).max() < 0.02
    np.testing.assert_allclose(np.hypot(drawn["truth"].x, drawn["truth"].y), RADIUS2**0.5, 1e-5)


def test_words_count_the_weights(bound):
    assert "L1: 9 weights of 9 are not 0" in bound.scene().caption
    assert "L1: 2 weights of 9 are not 0 (x₁², x₂²)" in bound.scene(strength=0.1).caption
    assert "L1 has set all weights to 0" in bound.scene(strength=1.0).caption
    assert all("L2: 9 weights" in bound.scene(strength=s).caption for s in (0.0001, 0.1, 1.0))


def test_without_weights_there_is_no_boundary_of_l1(bound):
    assert "L1" not in lines_of(bound.scene(strength=1.0).panels[0])


@pytest.mark.parametrize("draw", [0, 1, 7])
def test_other_draws_are_drawn(bound, draw):
    for strength in (STRENGTHS[0], STRENGTHS[-1]):
        drawn = bound.scene(draw=draw, strength=strength)
        assert "nan" not in describe(drawn)
        to_message(drawn)


def test_the_examples_lie_in_the_picture(bound):
    for mark in bound.scene().panels[0].marks:
        if isinstance(mark, Points):
            assert np.abs(mark.x).max() <= EDGE
    assert len(NAMES) == 9


def test_the_widget_stands_on_a_stage():
    stage = shrinking_weights()
    stage._receive(stage, {"state": {"strength": 0.1}, "seq": 1, "view": "v"})
    assert stage.scene.goal.reached
    assert "image/png" in stage._repr_mimebundle_()[0]
