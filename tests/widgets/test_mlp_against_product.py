import numpy as np
import pytest

from nnf_teach.experiments.product_run import DIMENSIONS, EVERY, LAST, WIDTHS
from nnf_teach.widgets import mlp_against_product
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Line, Points
from nnf_teach.widgets.text_twin import describe


@pytest.fixture(scope="module")
def trained():
    """One scene for each of the first three dimensions, trained to the end one after another."""
    bound, scenes = mlp_against_product.bind(), {}
    state = bound.initial
    for d in DIMENSIONS[:3]:
        scene = bound.build(state | {"dimension": str(d), "frame": LAST})
        state, scenes[d] = dict(scene.state), scene
    return bound, scenes


def line(scene, panel, label):
    (found,) = [
        m for m in scene.panels[panel].marks if isinstance(m, Line) and m.label.startswith(label)
    ]
    return found


def point(scene, panel, label):
    return next(
        m for m in scene.panels[panel].marks if isinstance(m, Points) and m.label.startswith(label)
    )


@pytest.mark.slow
def test_more_units_help_and_more_dimensions_hurt(trained):
    """As Jayakumar et al. 2020 state: an MLP pays for every dimension, the unit for none."""
    _, scenes = trained
    results = scenes[4].state["results"]
    assert sorted(results) == ["1", "2", "4"]
    for errors in results.values():
        assert errors[-2] < errors[0] / 5  # 64 units against 4
        assert errors[-1] < 1e-9  # the unit
    for k in range(1, len(WIDTHS)):
        assert results["1"][k] < results["2"][k] < results["4"][k]


def test_outside_the_range_only_the_unit_holds(trained):
    _, scenes = trained
    for d, scene in scenes.items():
        outside = point(scene, 1, "MLP twice").y[0]
        assert outside > 5 * point(scene, 1, "MLP inside").y[0]
        assert outside > 0.02
        assert point(scene, 1, "unit twice").y[0] == pytest.approx(1e-6)  # the end of the axis
        target, unit = line(scene, 0, "the product"), line(scene, 0, "multiplicative")
        np.testing.assert_allclose(unit.y, target.y, atol=1e-4)
        mlp = line(scene, 0, "MLP").y
        slope = np.diff(mlp[-20:])  # a ReLU network ends straight
        np.testing.assert_allclose(slope, slope[0], atol=1e-4)
        assert target.y[-1] - mlp[-1] > 0.5
        assert f"d = {d}, 16 hidden units, step 1500 of 1500" in scene.caption


def test_the_picture_fills_and_the_goal_counts(trained):
    bound, scenes = trained
    for count, scene in enumerate(scenes.values(), start=1):
        others = set(DIMENSIONS[:count]) - {2}  # this one is trained at the start
        assert f"({len(others)} of 4 done)" in scene.goal.text
        assert not scene.goal.reached
        labels = {m.label for m in scene.panels[2].marks if isinstance(m, Points) and m.label}
        assert labels == {f"d = {d}" for d in DIMENSIONS[:count]}
    every = {str(d): [0.1] * 6 for d in DIMENSIONS}
    state = dict(scenes[4].state) | {"results": every}
    assert bound.build(state).goal.reached
    shown = [m for m in bound.build(state).panels[2].marks if isinstance(m, Line)]
    assert len({(m.stroke, m.width) for m in shown}) == 6  # not by colour alone


def test_another_dimension_starts_from_the_beginning_unless_it_is_done(trained):
    bound, scenes = trained
    state = dict(scenes[4].state)

    def change(**changes):
        nonlocal state
        scene = bound.build(bound.react(state, state | changes))
        state = dict(scene.state)
        return scene

    fresh = change(dimension="8")
    assert fresh.state["frame"] == 0
    assert "Press play" in fresh.caption
    assert "d = 8" not in {m.label for m in fresh.panels[2].marks if isinstance(m, Points)}
    again = change(dimension="1")
    assert again.state["frame"] == LAST
    assert again.panels[1].marks[0].x[-1] == LAST * EVERY
    moved = change(frame=3)
    assert moved.state["frame"] == 3


def test_the_width_chooses_the_curve(trained):
    bound, scenes = trained
    state = dict(scenes[2].state)
    narrow, wide = (bound.build(state | {"width": width}) for width in ("4", "64"))
    results = scenes[2].state["results"]["2"]
    assert point(narrow, 1, "MLP inside").y[0] == pytest.approx(results[0], rel=1e-5)
    assert point(wide, 1, "MLP inside").y[0] == pytest.approx(results[4], rel=1e-5)
    large = [m for m in wide.panels[2].marks if isinstance(m, Points) and m.size > 10]
    assert [m.x.tolist() for m in large] == [[64]]


@pytest.mark.parametrize("frame", [-5, 0, 2])
@pytest.mark.parametrize("dimension", ["1", "16"])
def test_early_frames_are_drawn(frame, dimension):
    scene = mlp_against_product.scene(frame=frame, dimension=dimension)
    assert "nan" not in describe(scene)
    assert scene.state["frame"] == max(0, frame)
    to_message(scene)


def test_the_widget_stands_on_a_stage():
    stage = mlp_against_product()
    assert sorted(stage.state["results"]) == ["2"]
    stage._receive(stage, {"state": {"dimension": "1", "width": "8"}, "seq": 1, "view": "v"})
    stage._receive(stage, {"state": {"frame": 2}, "seq": 2, "view": "v"})
    assert (stage.state["dimension"], stage.state["width"]) == ("1", "8")
    assert stage.state["frame"] == 2
    assert stage.error == ""
    assert "image/png" in stage._repr_mimebundle_()[0]
