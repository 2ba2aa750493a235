import math

import numpy as np
import pytest

from nnf_teach.experiments.inseparable import separable_share
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Line, Points
from nnf_teach.widgets.shattering import MAX_D, MAX_RUNS, shattering
from nnf_teach.widgets.text_twin import describe


@pytest.mark.parametrize("d", [1, 3, 10, MAX_D])
def test_measured_shares_are_within_chance_of_covers(d):
    scene = shattering.scene(d=d, runs=MAX_RUNS, seed=0)
    (measured,) = [mark for mark in scene.panels[0].marks if isinstance(mark, Points)]
    for n, share in enumerate(measured.y.tolist(), 1):
        p = separable_share(n, d)
        assert abs(share - p) <= 4 * math.sqrt(p * (1 - p) / MAX_RUNS) + 1e-6
    (cover,) = [
        mark
        for mark in scene.panels[0].marks
        if isinstance(mark, Line) and mark.label.endswith(f"d = {d}")
    ]
    np.testing.assert_allclose(cover.y, [separable_share(n, d) for n in range(1, 4 * d + 1)])
    np.testing.assert_allclose(cover.x, np.arange(1, 4 * d + 1) / d, rtol=1e-6)


def test_caption_has_the_numbers():
    scene = shattering.scene(d=5, runs=200, seed=0)
    (measured,) = [mark for mark in scene.panels[0].marks if isinstance(mark, Points)]
    assert (
        f"At n = 2d = 10 points {100 * measured.y[9]:.0f} % of 200 runs still are" in scene.caption
    )
    assert "Cover's count says 50 %." in scene.caption
    assert "hyperplane through the origin" in scene.caption
    assert "up to the first point, every" in shattering.scene(d=1, runs=50, seed=0).caption
    to_message(scene)
    assert "Dimensions d: 5" in describe(scene)


@pytest.mark.parametrize("state", [{"d": 0, "runs": 0}, {"d": 99, "runs": 10**9}])
def test_states_out_of_range_are_drawn_at_the_ends(state):
    scene = shattering.scene(**state, seed=0)
    assert scene.state["d"] in (1, MAX_D)
    for mark in scene.panels[0].marks:
        if isinstance(mark, Points):
            assert np.isfinite(mark.y).all()


def test_the_widget_stands_on_a_stage():
    stage = shattering()
    before = stage.scene.panels[0].marks[-1].y
    stage._receive(stage, {"state": {"seed": 1}, "seq": 1, "view": "v"})
    assert (stage.scene.panels[0].marks[-1].y != before).any()
    assert stage.error == ""
