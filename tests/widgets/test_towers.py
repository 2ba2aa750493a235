import re

import numpy as np
import pytest

from nnf_teach.experiments import towers as net
from nnf_teach.widgets import towers
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import HeatMap, Points

SOLVED = {"lid": True, "A": [0.3, 0.4], "B": [0.7, 0.85]}


def map_of(scene):
    (found,) = (m for m in scene.panels[0].marks if isinstance(m, HeatMap))
    return found


def points(scene, label):
    (found,) = (m for m in scene.panels[1].marks if isinstance(m, Points) and m.label == label)
    return found


def test_without_its_lid_strips_stand_beside_the_tower():
    steps, tower = (map_of(towers.scene(**(SOLVED | {"lid": lid}))).values for lid in (False, True))
    row, column = int(0.6 * len(steps)), int(0.1 * len(steps))
    assert steps[row, row] == pytest.approx(2, abs=1e-3)
    assert steps[row, column] == pytest.approx(1, abs=1e-3)
    assert tower[row, row] == pytest.approx(1, abs=1e-3)
    assert tower[row, column] == pytest.approx(0, abs=1e-3)


def test_corners_can_be_exchanged():
    one, other = (
        map_of(towers.scene(lid=True, A=a, B=b)).values
        for a, b in (([0.2, 0.3], [0.6, 0.9]), ([0.6, 0.3], [0.2, 0.9]))
    )
    np.testing.assert_array_equal(one, other)


def test_the_goal_needs_lid_and_corners():
    assert towers.scene(**SOLVED).goal.reached
    assert not towers.scene().goal.reached
    assert not towers.scene(**(SOLVED | {"lid": False})).goal.reached
    assert not towers.scene(**(SOLVED | {"A": [0.4, 0.4]})).goal.reached
    assert not towers.scene(**(SOLVED | {"B": [0.9, 0.85]})).goal.reached
    assert towers.scene(**SOLVED, shown="error").goal.reached


@pytest.mark.parametrize("side", net.SIDES)
def test_the_marked_points_are_those_of_the_caption(side):
    scene = towers.scene(side=f"{side} × {side}", surface="waves")
    k = net.SIDES.index(side)
    plane, line = (
        points(scene, "surface: 5 units per tower"),
        points(scene, "curve: 2 units per bump"),
    )
    assert (plane.x[k], line.x[k]) == (5 * side**2, 2 * side)
    assert f"are {plane.y[k]:.3f} away from the waves" in scene.caption
    assert f"of {2 * side} units are {line.y[k]:.3f} away" in scene.caption
    assert ("four towers meet" in scene.caption) == (side > 1)


def test_what_is_shown_adds_up():
    maps = {
        shown: map_of(towers.scene(shown=shown, side="3 × 3")).values
        for shown in ("sum of towers", "surface", "error")
    }
    difference = maps["sum of towers"] - maps["surface"]
    np.testing.assert_allclose(maps["error"], difference, atol=1e-6)


def test_a_surface_is_dearer_in_every_picture():
    for word in net.SURFACES:
        scene = towers.scene(surface=word)
        plane, line = (
            points(scene, "surface: 5 units per tower"),
            points(scene, "curve: 2 units per bump"),
        )
        assert (np.interp(line.x[2:], plane.x, plane.y) > line.y[2:]).all()
        falls = re.search(
            r"curve's error falls to 1/([\d.]+) .* surface's to 1/([\d.]+)", scene.caption
        )
        assert all(3.5 < float(fall) < 5.5 for fall in falls.groups())
        to_message(scene)


def test_only_the_single_tower_has_handles_and_a_lid():
    scene = towers.scene(shown="surface")
    assert scene.panels[0].handles == ()
    assert "lid" not in {control.name for control in scene.controls}


def test_the_widget_is_made():
    towers().close()
