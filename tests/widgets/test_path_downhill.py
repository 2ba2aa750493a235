import re

import numpy as np
import pytest

from nnf_teach.experiments.ink_classifier import ink_landscape, ink_of_digits
from nnf_teach.widgets import path_downhill
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.path_downhill import EDGE, LAST
from nnf_teach.widgets.scene import HeatMap, Line, Points
from nnf_teach.widgets.text_twin import describe


def mark(scene, panel, kind, label):
    (found,) = (m for m in scene.panels[panel].marks if isinstance(m, kind) and m.label == label)
    return found


def test_the_path_is_gradient_descent_from_the_start():
    scene = path_downhill.scene(start=[2.0, 3.0], learning_rate=0.5, step=7)
    path = mark(scene, 0, Line, "path")
    landscape, _ = ink_landscape(False)
    theta = np.array([2.0, 3.0])
    for x, y in zip(path.x, path.y, strict=True):
        np.testing.assert_allclose([x, y], theta, rtol=1e-5)
        theta = theta - 0.5 * landscape.gradient(theta)
    assert len(path.x) == 8


def test_the_surface_is_the_loss():
    surface = mark(path_downhill.scene(), 0, HeatMap, "loss")
    landscape, _ = ink_landscape(False)
    rows, columns = surface.values.shape
    w, b = -EDGE + 2 * EDGE * 30.5 / columns, -EDGE + 2 * EDGE * 55.5 / rows
    assert surface.values[55, 30] == pytest.approx(float(landscape.value(np.array([w, b]))))


@pytest.mark.parametrize("centred", [False, True])
def test_curve_boundaries_and_caption_tell_the_same_step(centred):
    scene = path_downhill.scene(centred=centred, learning_rate=2.0, step=30)
    path, curve = mark(scene, 0, Line, "path"), mark(scene, 1, Line, "step 30")
    boundary = mark(scene, 1, Points, "boundaries, p = 1/2").x[-1]
    assert boundary == pytest.approx(-path.y[-1] / path.x[-1], rel=1e-4)
    assert np.interp(boundary, curve.x, curve.y) == pytest.approx(0.5, abs=0.01)
    x, t = ink_of_digits(centred)
    right = int(((path.x[-1] * x + path.y[-1] > 0) == t).sum())
    assert f"{right} of 60 digits right" in scene.caption


def test_the_goal_asks_for_few_steps_from_far_away():
    lowest = ink_landscape(True)[1].theta.tolist()
    far = path_downhill.scene(centred=True, learning_rate=10.0)
    assert far.goal.reached
    assert not path_downhill.scene().goal.reached
    assert not path_downhill.scene(centred=True, learning_rate=10.0, start=lowest).goal.reached
    assert not path_downhill.scene(centred=True, learning_rate=0.5).goal.reached
    first = int(re.search(r"Step (\d+) is the first within", far.caption)[1])
    landscape, bottom = ink_landscape(True)
    theta = np.array([4.0, -4.0])
    for _ in range(first):
        assert landscape.value(theta) > bottom.loss + 0.01
        theta = theta - 10 * landscape.gradient(theta)
    assert landscape.value(theta) < bottom.loss + 0.01


def test_jumps_across_the_valley_are_counted():
    scene = path_downhill.scene(learning_rate=60.0, step=LAST)
    path = mark(scene, 0, Line, "path")
    landscape, _ = ink_landscape(False)
    losses = landscape.value(np.column_stack([path.x, path.y]).astype(float))
    rises = int((np.diff(losses) > 1e-6).sum())
    assert rises > 3
    assert f"gone up {rises} times" in scene.caption
    to_message(scene)
    assert "nan" not in describe(scene).lower()


def test_a_start_without_weight_has_no_boundary():
    scene = path_downhill.scene(start=[0.0, 0.0], step=0)
    assert len(mark(scene, 1, Points, "boundaries, p = 1/2").x) == 0


def test_the_widget_is_made():
    path_downhill().close()
