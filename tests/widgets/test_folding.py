import numpy as np
import pytest

from nnf_teach.experiments.folds import folded, tent, unfold, units_of_one_layer
from nnf_teach.widgets import folding
from nnf_teach.widgets.folding import DEEPEST
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Line, Points
from nnf_teach.widgets.text_twin import describe

DEPTHS = range(1, DEEPEST + 1)


def mark(scene, panel, kind, label):
    (found,) = [
        m for m in scene.panels[panel].marks if isinstance(m, kind) and m.label.startswith(label)
    ]
    return found


def zigzag(x, depth):
    """The sawtooth without composition: the distance to the nearest even multiple of 2^-depth."""
    t = np.asarray(x) * 2**depth
    return np.abs(t - 2 * np.round(t / 2))


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_composed_tent_is_the_sawtooth(depth):
    x = np.linspace(0, 1, 777)
    np.testing.assert_allclose(folded(x, depth), zigzag(x, depth), atol=1e-12)
    line = mark(folding.scene(x=0.3, depth=depth), 0, Line, "tent")
    np.testing.assert_allclose(line.y, zigzag(line.x.astype(float), depth), atol=1e-4)


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_drawn_curve_has_two_to_the_depth_pieces(depth):
    scene = folding.scene(x=0.3, depth=depth)
    line = mark(scene, 0, Line, "tent")
    slopes = np.diff(line.y.astype(float)) / np.diff(line.x.astype(float))
    np.testing.assert_allclose(np.abs(slopes), 2**depth, rtol=1e-3)
    assert 1 + (np.diff(np.sign(slopes)) != 0).sum() == 2**depth
    assert scene.panels[0].title == f"{2**depth} pieces"
    assert f"{2**depth} straight pieces" in scene.caption


@pytest.mark.parametrize("x", [0.0, 0.1, 0.3, 1 / 3, 0.5, 0.8125, 1.0])
@pytest.mark.parametrize("depth", DEPTHS)
def test_the_marked_points_are_all_that_fold_onto_the_value(x, depth):
    y = float(folded(np.array([x]), depth)[0])
    points = unfold(y, depth)[-1]
    np.testing.assert_allclose(zigzag(points, depth), y, atol=1e-9)
    assert np.abs(points - x).min() < 1e-9
    # One in each piece; where y is 0 or 1, neighbours share it.
    expected = {0.0: 2 ** (depth - 1) + 1, 1.0: 2 ** (depth - 1)}.get(y, 2**depth)
    assert len(points) == expected
    squares = mark(folding.scene(x=x, depth=depth), 0, Points, "fold onto")
    np.testing.assert_allclose(squares.x, points, atol=1e-6)
    np.testing.assert_allclose(squares.y, y, atol=1e-6)


def test_the_path_goes_through_the_folds():
    scene = folding.scene(x=0.3, depth=3)
    path = mark(scene, 1, Line, "path")
    np.testing.assert_allclose(path.x, [0.3, 0.6, 0.8, 0.4], atol=1e-6)
    assert path.y.tolist() == [0, -1, -2, -3]
    assert "x = 0.300 → 0.600 → 0.800 → 0.400." in scene.caption
    (handle,) = scene.panels[0].handles
    assert (handle.name, handle.moves, handle.x) == ("x", "x", 0.3)


def test_the_tree_joins_each_point_to_its_fold():
    scene = folding.scene(x=0.3, depth=4)
    tree = scene.panels[1].marks[1]
    x, y = tree.x.astype(float).reshape(-1, 3), tree.y.reshape(-1, 3)
    assert np.isnan(x[:, 2]).all()
    np.testing.assert_allclose(tent(x[:, 0]), x[:, 1], atol=1e-6)
    np.testing.assert_allclose(y[:, 0] - 1, y[:, 1])
    assert len(x) == 16 + 8 + 4 + 2
    points = mark(scene, 1, Points, "fold onto")
    assert [(points.y == -k).sum() for k in range(5)] == [16, 8, 4, 2, 1]


def test_one_layer_needs_a_kink_between_any_two_pieces():
    for depth in DEPTHS:
        flat = mark(folding.scene(x=0.3, depth=depth), 2, Points, "one hidden layer")
        assert flat.y[depth - 1] == units_of_one_layer(depth) == 2**depth - 1
        deep = mark(folding.scene(x=0.3, depth=depth), 2, Points, "two ReLUs")
        assert deep.y[depth - 1] == 2 * depth
    # Three ReLUs do make four pieces on [0, 1].
    x = np.linspace(0, 1, 401)
    y = sum(np.maximum(x - k / 4, 0) * (-1) ** k for k in (1, 2, 3))
    assert 1 + (np.abs(np.diff(np.diff(y))) > 1e-9).sum() == 4


def test_points_that_fall_together_are_said():
    assert "4 points fold onto this same value:" in folding.scene(x=0.3, depth=2).caption
    assert (
        "2 points fold onto this same value (fewer than 4" in folding.scene(x=0.25, depth=2).caption
    )
    assert "One point folds onto this same value" in folding.scene(x=0.5, depth=1).caption
    assert folding.scene(x=0.5, depth=1).caption.startswith("1 fold: 2 straight pieces.")


def test_caption_counts_the_relus():
    caption = folding.scene(x=0.3, depth=8).caption
    assert "2 ReLUs per layer make 16 ReLUs" in caption
    assert "one hidden layer needs at least 255 for 256 pieces" in caption


def test_values_outside_are_brought_to_the_end():
    assert folding.scene(x=9, depth=99).state == {"x": 1.0, "depth": DEEPEST}
    assert folding.scene(x=-9, depth=0).state == {"x": 0.0, "depth": 1}


@pytest.mark.parametrize("x", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("depth", [1, DEEPEST])
def test_edges_are_drawn_without_a_nan(x, depth):
    scene = folding.scene(x=x, depth=depth)
    for panel in scene.panels:
        for one in panel.marks:
            assert np.isfinite(one.x).any()
            if isinstance(one, Points):
                assert np.isfinite(one.x).all()
                assert np.isfinite(one.y).all()
                assert panel.x.low <= one.x.min() <= one.x.max() <= panel.x.high
                assert panel.y.low <= one.y.min() <= one.y.max() <= panel.y.high
    to_message(scene)
    assert "nan" not in describe(scene)


def theirs(x, depth):
    return zigzag(x, depth)


def once_too_few(x, depth):
    return zigzag(x, depth - 1)


def unwritten(x, depth):
    raise NotImplementedError


def short(x, depth):
    return x[1:]


def holes(x, depth):
    return np.where(x < 0.5, np.nan, 0.0)


def test_theirs_is_drawn_where_it_works():
    scene = folding.bind(theirs).scene()
    assert scene.caption.startswith("This is your theirs. 3 folds")
    np.testing.assert_allclose(
        mark(scene, 0, Line, "tent").y, mark(folding.scene(), 0, Line, "tent").y, atol=1e-5
    )


def test_theirs_is_drawn_where_it_differs_and_this_is_said():
    scene = folding.bind(once_too_few).scene(x=0.3, depth=2)
    line = mark(scene, 0, Line, "tent")
    np.testing.assert_allclose(line.y, zigzag(line.x.astype(float), 1), atol=1e-5)
    assert "but it is not the tent applied 2 times: at x = 0.5 it is 1, the tent gives 0." in (
        scene.caption
    )
    assert "at x = 0 it is nan, the tent gives 0." in folding.bind(holes).scene().caption


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (unwritten, "Your unwritten is not written yet, so this is ours."),
        (
            short,
            "Your short returned shape (1024,) for an input of shape (1025,), so this is ours.",
        ),
        (lambda x: x, "Your function raised TypeError"),
        (lambda x, depth: None, "Your function returned None, not an array of numbers"),
    ],
)
def test_ours_is_drawn_where_theirs_does_not_work(function, why):
    scene, ours = folding.bind(function).scene(), folding.scene()
    assert scene.caption.startswith(why)
    assert scene.caption.endswith(ours.caption)
    np.testing.assert_array_equal(mark(scene, 0, Line, "tent").y, mark(ours, 0, Line, "tent").y)


def test_the_widget_stands_on_a_stage():
    stage = folding(unwritten)
    stage._receive(stage, {"state": {"x": 0.25, "depth": 2}, "seq": 1, "view": "v"})
    assert stage.state == {"x": 0.25, "depth": 2}
    assert stage.error == ""
    assert "not written yet" in stage.scene.caption
    stage.close()
