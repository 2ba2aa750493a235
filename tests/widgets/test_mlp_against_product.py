import numpy as np
import pytest

from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.mlp_against_product import (
    ALONG,
    DIMENSIONS,
    EVERY,
    INITIAL,
    LAST,
    WIDTHS,
    Run,
    mlp_against_product_scene,
    product,
)
from nnf_teach.widgets.scene import Line, Points
from nnf_teach.widgets.text_twin import describe


@pytest.fixture(scope="module")
def trained():
    """One scene for each of the first three dimensions, trained to the end one after another."""
    build, state, scenes = mlp_against_product_scene(), dict(INITIAL), {}
    for d in DIMENSIONS[:3]:
        scene = build(state | {"dimension": str(d), "shown": str(d), "frame": LAST})
        state, scenes[d] = dict(scene.state), scene
    return build, scenes


def line(scene, panel, label):
    (found,) = [
        m for m in scene.panels[panel].marks if isinstance(m, Line) and m.label.startswith(label)
    ]
    return found


def point(scene, panel, label):
    return next(
        m for m in scene.panels[panel].marks if isinstance(m, Points) and m.label.startswith(label)
    )


def answer(net, x):
    (W, b), (V, c) = net
    return float((V @ np.maximum(W @ x + b, 0) + c)[0])


def unit_answer(unit, x, z):
    """The slide's formula: x^T W z + z^T U + V x + b."""
    (W, U), (V, b) = unit
    return float((x @ W[:, :, 0] @ z + z @ U + V @ x + b)[0])


def test_the_target_is_the_inner_product_with_variance_1():
    rng = np.random.default_rng(0)
    for d in DIMENSIONS:
        XZ = rng.uniform(-1, 1, (20_000, 2 * d))
        x, z = XZ[7, :d], XZ[7, d:]
        expected = 3 * sum(a * b for a, b in zip(x, z, strict=True)) / d**0.5
        assert product(XZ)[7, 0] == pytest.approx(expected)
        assert product(XZ).var() == pytest.approx(1, rel=0.05)


def test_curves_and_errors_are_those_of_the_networks():
    run = Run(3)
    run.go_to(2)
    frame = run.frames[2]
    for k in (0, 50, 160):
        x = ALONG[k] * run.direction
        for row, net in enumerate(run.nets):
            assert frame.curves[row, k] == pytest.approx(answer(net, x))
        assert frame.curves[-1, k] == pytest.approx(unit_answer(run.unit, x[:3], x[3:]))
    for errors, far in ((frame.inside, 1.0), (frame.outside, 2.0)):
        points = far * run.test
        t = 3 * (points[:, :3] * points[:, 3:]).sum(axis=1) / 3**0.5
        for row in (1, 4):
            y = np.array([answer(run.nets[row], x) for x in points])
            assert errors[row] == pytest.approx(np.mean((y - t) ** 2) / np.mean(t**2))
        y = np.array([unit_answer(run.unit, x[:3], x[3:]) for x in points])
        assert errors[-1] == pytest.approx(np.mean((y - t) ** 2) / np.mean(t**2))
    assert np.abs(run.test).max() <= 1
    assert np.abs(run.direction).max() == pytest.approx(1)  # a = 1 is the edge of the range


def test_the_unit_ends_as_the_product_itself():
    run = Run(4)
    run.go_to(LAST)
    (W, U), (V, b) = run.unit
    np.testing.assert_allclose(W[:, :, 0], 3 / 2 * np.eye(4), atol=1e-6)
    for rest in (U, V, b):
        np.testing.assert_allclose(rest, 0, atol=1e-6)
    rng = np.random.default_rng(9)
    x, z = 1000 * rng.normal(size=(2, 4))  # as far out as you like
    assert unit_answer(run.unit, x, z) == pytest.approx(1.5 * x @ z, rel=1e-5)


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
    build, scenes = trained
    for count, scene in enumerate(scenes.values(), start=1):
        assert f"({count} of 5 done)" in scene.goal.text
        assert not scene.goal.reached
        labels = {m.label for m in scene.panels[2].marks if isinstance(m, Points) and m.label}
        assert labels == {f"d = {d}" for d in DIMENSIONS[:count]}
    every = {str(d): [0.1] * 6 for d in DIMENSIONS}
    state = dict(scenes[4].state) | {"results": every}
    assert build(state).goal.reached
    shown = [m for m in build(state).panels[2].marks if isinstance(m, Line)]
    assert len({(m.stroke, m.width) for m in shown}) == 6  # not by colour alone


def test_another_dimension_starts_from_the_beginning_unless_it_is_done(trained):
    build, scenes = trained
    state = dict(scenes[4].state)
    fresh = build(state | {"dimension": "8"})
    assert fresh.state["frame"] == 0
    assert "Press play" in fresh.caption
    assert "d = 8" not in {m.label for m in fresh.panels[2].marks if isinstance(m, Points)}
    again = build(dict(fresh.state) | {"dimension": "1"})
    assert again.state["frame"] == LAST
    assert again.panels[1].marks[0].x[-1] == LAST * EVERY
    moved = build(dict(again.state) | {"frame": 3})
    assert moved.state["frame"] == 3


def test_the_width_chooses_the_curve(trained):
    build, scenes = trained
    state = dict(scenes[2].state)
    narrow, wide = (build(state | {"width": width}) for width in ("4", "64"))
    results = scenes[2].state["results"]["2"]
    assert point(narrow, 1, "MLP inside").y[0] == pytest.approx(results[0], rel=1e-5)
    assert point(wide, 1, "MLP inside").y[0] == pytest.approx(results[4], rel=1e-5)
    large = [m for m in wide.panels[2].marks if isinstance(m, Points) and m.size > 10]
    assert [m.x.tolist() for m in large] == [[64]]


def test_the_same_run_is_the_same_to_the_last_digit():
    errors = []
    for _ in range(2):
        run = Run(2)
        run.go_to(3)
        errors.append(run.frames[3].inside)
    np.testing.assert_array_equal(*errors)


@pytest.mark.parametrize("frame", [-5, 0, 2])
@pytest.mark.parametrize("dimension", ["1", "16"])
def test_early_frames_are_drawn(frame, dimension):
    build = mlp_against_product_scene()
    scene = build(INITIAL | {"frame": frame, "dimension": dimension, "shown": dimension})
    assert "nan" not in describe(scene)
    assert scene.state["frame"] == max(0, frame)
    to_message(scene)


def test_the_widget_stands_on_a_stage():
    from nnf_teach.widgets import mlp_against_product

    stage = mlp_against_product()
    assert sorted(stage.state["results"]) == ["2"]
    stage._receive(stage, {"state": {"dimension": "1", "width": "8"}, "seq": 1, "view": "v"})
    stage._receive(stage, {"state": {"frame": 2}, "seq": 2, "view": "v"})
    assert (stage.state["dimension"], stage.state["width"]) == ("1", "8")
    assert stage.state["frame"] == 2
    assert stage.error == ""
    assert "image/png" in stage._repr_mimebundle_()[0]
