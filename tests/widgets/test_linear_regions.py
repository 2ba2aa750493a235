import numpy as np
import pytest

from nnf_teach.experiments.regions import EDGE, WIDEST
from nnf_teach.widgets import linear_regions
from nnf_teach.widgets.linear_regions import (  # the two functions as notebooks import them
    DEEPEST,
    random_network,
    split_square,
)
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Line, Mosaic, Points
from nnf_teach.widgets.text_twin import describe


def polygons(mosaic):
    """Return each polygon's corners."""
    corners = np.column_stack([mosaic.x, mosaic.y])
    parts = np.split(corners, np.flatnonzero(np.isnan(mosaic.x)))
    return [part[~np.isnan(part[:, 0])] for part in parts]


def mosaic_of(scene):
    (mosaic,) = (mark for mark in scene.panels[0].marks if isinstance(mark, Mosaic))
    return mosaic


def test_each_region_has_its_place_and_its_units_that_are_on():
    mosaic = mosaic_of(linear_regions.scene(width=3, depth=2, seed=2))
    pieces = split_square(random_network(3, 2, 2)).pieces
    for drawn, words, piece in zip(polygons(mosaic), mosaic.words, pieces, strict=True):
        np.testing.assert_allclose(drawn, piece.corners, atol=1e-6)
        on = np.array([[f"{k}" in layer for k in (1, 2, 3)] for layer in words.split(" / ")])
        assert (on.ravel() == piece.on).all()
    assert mosaic.label == "units on, layer / layer"


def test_regions_with_a_common_edge_differ_in_colour_plainly():
    mosaic = mosaic_of(linear_regions.scene(width=7, depth=3, seed=2))
    edges = {}
    for corners, color in zip(polygons(mosaic), mosaic.colors.astype(int), strict=True):
        for middle in (corners + np.roll(corners, -1, axis=0)) / 2:
            if np.abs(middle).max() < EDGE - 1e-6:
                edges.setdefault(tuple(np.round(middle, 5)), []).append(color)
    shared = [sides for sides in edges.values() if len(sides) == 2]
    assert len(shared) > 100
    assert min(np.abs(one - other).sum() for one, other in shared) > 40


@pytest.mark.parametrize("folds", [False, True])
def test_no_two_regions_of_a_small_network_have_the_same_colour(folds):
    colors = mosaic_of(linear_regions.scene(width=4, depth=2, folds=folds)).colors
    assert len({tuple(color) for color in colors}) == len(colors) > 20


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


def reached(stage):
    return stage.scene.goal.reached


def moves(stage, **values):
    """Change values as the browser does, one message each."""
    for name, value in values.items():
        stage._receive(stage, {"state": {name: value}})


def test_a_drag_moves_the_line_and_with_it_the_regions():
    stage = linear_regions()
    moves(stage, depth=1, unit="unit 2")
    start = stage.state["A"]
    assert not reached(stage)
    moves(stage, A=[start[0] - 0.2, start[1] - 0.2])
    assert stage.scene.panels[0].title == "11 regions"
    assert reached(stage)
    ends = np.array(stage.state["moved"][1])
    (line,) = (m for m in stage.scene.panels[0].marks if isinstance(m, Line))
    along = ends[1] - ends[0]
    off = np.column_stack([line.x, line.y]).reshape(-1, 3, 2)[:, :2] - ends[0]
    cross = np.abs(off[..., 0] * along[1] - off[..., 1] * along[0]).max(axis=1)
    assert (cross < 1e-5).any()


def test_what_was_dragged_stays_until_there_are_new_weights():
    stage = linear_regions()
    moves(stage, A=[0.3, 0.9], unit="unit 3")
    third = stage.state["A"]
    assert third != [0.3, 0.9]
    moves(stage, width=5, depth=1, unit="unit 1")
    assert stage.state["A"] == [0.3, 0.9]
    moves(stage, seed=2)
    assert stage.state["moved"] == {}


def test_a_moved_fold_is_no_longer_one_and_this_is_said():
    stage = linear_regions()
    moves(stage, fold=1)
    assert reached(stage)
    moves(stage, unit="unit 2", A=[0.4, 0.1])
    assert int(stage.scene.panels[0].title.split()[0]) < 44
    assert "You moved 1 unit of the first fold" in stage.scene.caption
    moves(stage, depth=3)
    assert stage.scene.panels[0].title == "176 regions"
    assert stage.state["moved"] == {}


def test_only_units_that_there_are_can_be_dragged():
    scene = linear_regions.scene(width=7, depth=2, folds=True, unit="unit 7")
    (choice,) = (control for control in scene.controls if control.name == "unit")
    assert choice.options == tuple(f"unit {k}" for k in range(1, 7))  # 3 for each input
    assert scene.state["unit"] == "unit 6"


def test_there_is_no_goal_out_of_reach():
    assert linear_regions.scene(width=8, depth=4).goal is None
    assert linear_regions.scene(width=1, depth=2).goal is None
    for width, depth in ((2, 2), (3, 4), (5, 3), (8, 2)):
        assert linear_regions.scene(width=width, depth=depth, folds=True).goal.reached
