import numpy as np
import pytest

from nnf_teach.experiments.regions import EDGE, WIDEST
from nnf_teach.widgets import linear_regions
from nnf_teach.widgets.linear_regions import (  # the two functions as notebooks import them
    DEEPEST,
    MOST_HATCHED,
    random_network,
    split_square,
)
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Line, Points, Region
from nnf_teach.widgets.text_twin import describe


def test_hatched_and_plain_regions_alternate():
    """Along a random walk each single switch of a unit goes from hatched to plain or back."""
    scene = linear_regions.scene(width=7, depth=3, seed=2)
    pieces = split_square(random_network(7, 3, 2)).pieces
    hatched = [mark for mark in scene.panels[0].marks if isinstance(mark, Region)]
    odd = [piece for piece in pieces if piece.on % 2]
    assert 0 < len(odd) < len(pieces)
    assert len(hatched) == len(odd)
    for mark, piece in zip(hatched, odd, strict=True):
        np.testing.assert_allclose(np.column_stack([mark.x, mark.y]), piece.corners, atol=1e-6)
    edges = {}
    for piece in pieces:
        corners = np.array(piece.corners)
        for middle in (corners + np.roll(corners, -1, axis=0)) / 2:
            if np.abs(middle).max() < EDGE - 1e-9:
                edges.setdefault(tuple(np.round(middle, 7)), []).append(piece.on % 2)
    shared = [sides for sides in edges.values() if len(sides) == 2]
    assert len(shared) > 0.99 * len(edges)
    assert all(sorted(sides) == [0, 1] for sides in shared)


def test_the_lines_drawn_are_where_the_units_switch():
    params = random_network(5, 3, 1)
    scene = linear_regions.scene(width=5, depth=3, seed=1)
    lines = [mark for mark in scene.panels[0].marks if isinstance(mark, Line)]
    assert [line.label for line in lines] == [f"layer {k}" for k in (1, 2, 3)]
    assert len({(line.stroke, line.width) for line in lines}) == 3
    for layer, line in enumerate(lines):
        ends = np.column_stack([line.x, line.y]).reshape(-1, 3, 2)
        assert np.isnan(ends[:, 2]).all()
        H = ends[:, :2].mean(axis=1).astype(float)
        for W, b in params[:layer]:
            H = np.maximum(H @ W.T + b, 0)
        W, b = params[layer]
        assert np.abs(H @ W.T + b).min(axis=1).max() < 1e-6


def test_caption_has_the_numbers():
    scene = linear_regions.scene(width=4, depth=2, seed=0)
    first, last = split_square(random_network(4, 2, 0)).counts
    assert scene.caption.startswith(f"Width 4, depth 2: {last} regions in the square, 8 ReLUs.")
    assert f"After each layer: {first}, {last}." in scene.caption
    assert "One layer of 8 units makes at most 37." in scene.caption
    assert "makes at least 44" in scene.caption
    assert scene.panels[0].title == f"{last} regions"
    (measured,) = [
        m
        for m in scene.panels[1].marks
        if isinstance(m, Points) and m.label.startswith("this network")
    ]
    assert measured.x.tolist() == [1, 2]
    assert measured.y.tolist() == [first, last]
    text = describe(scene)
    assert "Hidden layers (depth): 2" in text
    assert "nan" not in text.lower()


def test_width_one_says_that_the_bound_is_silent():
    scene = linear_regions.scene(width=1, depth=3, seed=0)
    assert "needs at least as many units as inputs" in scene.caption
    assert not any(getattr(m, "label", "").startswith("best deep") for m in scene.panels[1].marks)


def test_a_layer_that_is_off_is_said():
    scene = next(
        scene
        for scene in (linear_regions.scene(width=2, depth=3, seed=seed) for seed in range(20))
        if "a whole layer is off" in scene.caption
    )
    to_message(scene)


def test_with_too_many_regions_only_the_lines_are_drawn(monkeypatch):
    monkeypatch.setitem(linear_regions.draw.__globals__, "MOST_HATCHED", 10)
    scene = linear_regions.scene(width=8, depth=3, seed=0)
    assert not any(isinstance(mark, Region) for mark in scene.panels[0].marks)
    assert "More than 10 regions: only the lines are drawn, all are counted." in scene.caption
    assert MOST_HATCHED >= 100


@pytest.mark.parametrize("state", [{"width": 0, "depth": 0}, {"width": 99, "depth": 99}])
def test_states_out_of_range_are_drawn_at_the_ends(state):
    scene = linear_regions.scene(**state, seed=2**31 - 1)
    assert scene.state["width"] in (1, WIDEST)
    assert scene.state["depth"] in (1, DEEPEST)
    for mark in scene.panels[1].marks:
        assert np.isfinite(mark.y).all()
        assert mark.y.min() >= scene.panels[1].y.low
        assert mark.y.max() <= scene.panels[1].y.high


def test_the_widget_stands_on_a_stage_and_draws_new_weights():
    stage = linear_regions()
    before = stage.scene.caption
    stage._receive(stage, {"state": {"seed": 2}, "seq": 1, "view": "v"})
    assert stage.scene.caption != before
    assert stage.error == ""


def test_a_press_folds_and_new_weights_are_random_again():
    stage = linear_regions()
    stage.set(width=4, depth=4)
    random = stage.scene.caption
    stage._receive(stage, {"state": {"fold": 1}, "seq": 1, "view": "v"})
    assert stage.scene.panels[0].title == "704 regions"
    assert "folds the square into 2 by 2 parts" in stage.scene.caption
    stage._receive(stage, {"state": {"seed": 2}, "seq": 2, "view": "v"})
    assert "with random weights" in stage.scene.caption
    assert stage.scene.caption != random


def test_a_folding_network_of_too_many_regions_is_drawn_with_fewer_layers():
    caption = linear_regions.scene(width=8, depth=4, folds=True).caption
    assert caption.startswith("Width 8, depth 2: 592 regions")
    assert "With depth 4 there would be 151,552: too many to draw." in caption


def test_narrow_layers_say_that_they_cannot_fold():
    assert "from width 4 on" in linear_regions.scene(width=2, depth=4, folds=True).caption
    scene = linear_regions.scene(width=1, depth=2, folds=True)
    assert "needs at least as many units" in scene.caption
    assert not any(control.name == "fold" for control in scene.controls)
