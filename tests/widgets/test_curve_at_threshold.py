import numpy as np
import pytest

from nnf_teach.experiments.threshold import EXAMPLES, GRID, MOST, Sweep
from nnf_teach.widgets import curve_at_threshold
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Line
from nnf_teach.widgets.text_twin import describe


@pytest.fixture(scope="module")
def bound():
    return curve_at_threshold.bind()


def lines_of(panel):
    return {mark.label: mark for mark in panel.marks if isinstance(mark, Line)}


def test_the_function_of_the_size_is_drawn(bound):
    for features in (5, 40, 1000):
        drawn = bound.scene(features=features)
        assert drawn.panels[0].title == f"The function, P = {features:,}"
        expected = Sweep(9).at(features).values
        np.testing.assert_allclose(lines_of(drawn.panels[0])["fit"].y, expected, rtol=1e-4)
        assert len(GRID) == len(expected)


def test_the_goal_is_beyond_the_threshold(bound):
    reached = {p: bound.scene(features=p).goal.reached for p in (2, 10, 16, 20, 22, 200, 1000)}
    assert reached == {p: p >= 200 for p in reached}


def test_words_tell_the_three_parts(bound):
    below, at, beyond = (bound.scene(features=p).caption for p in (10, EXAMPLES, 300))
    assert "least squares cannot hit them all" in below
    assert "just one function hits them all" in at
    assert "the worst of all is 20" in at
    assert "this is the one with the shortest weights" in beyond
    assert "every example is hit" in beyond


def test_a_size_between_two_is_the_next_whole_number(bound):
    drawn = bound.scene(features=33.4)
    assert drawn.state["features"] == 33.0
    assert drawn.caption.startswith("33 features")


def test_the_learners_fit_is_drawn():
    def pseudo(F, T):
        return np.linalg.pinv(F) @ T

    def zeros(F, T):
        return np.zeros((F.shape[1], 1))

    drawn = curve_at_threshold.bind(pseudo).scene(features=100)
    assert drawn.caption.startswith("This is your pseudo. 100 features")
    lazy = curve_at_threshold.bind(zeros).scene(features=100)
    assert "training error" in lazy.caption
    assert not lazy.goal.reached


@pytest.mark.parametrize("sentence", ["not written yet", "returned shape (20, 1), not (20, 20)"])
def test_ours_is_drawn_where_theirs_does_not_work(sentence):
    def fit(F, T):
        if "written" in sentence:
            raise NotImplementedError
        return F[:, :1]

    drawn = curve_at_threshold.bind(fit).scene()
    assert ", so this is ours. 20 features, 20 examples" in drawn.caption
    assert drawn.caption.startswith("Your fit ")


@pytest.mark.parametrize("draw", [0, 3, 7])
def test_other_draws_are_drawn(bound, draw):
    for features in (2, EXAMPLES, MOST):
        drawn = bound.scene(draw=draw, features=features)
        assert "nan" not in describe(drawn)
        to_message(drawn)
        (handle,) = drawn.panels[1].handles
        assert drawn.panels[1].y.low <= handle.y <= drawn.panels[1].y.high


def test_the_widget_stands_on_a_stage():
    stage = curve_at_threshold()
    stage._receive(stage, {"state": {"features": 400.0}, "seq": 1, "view": "v"})
    assert stage.scene.goal.reached
    assert "image/png" in stage._repr_mimebundle_()[0]
