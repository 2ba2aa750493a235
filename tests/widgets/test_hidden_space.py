import json
import time

import numpy as np
import pytest

from nnf_teach.experiments.morph import T_DATA, X_DATA
from nnf_teach.widgets.hidden_space import LAST, TRAINED, hidden_space
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Choice, Line, Points, Text
from nnf_teach.widgets.text_twin import describe

build = hidden_space.bind().build
LAYERS = ["the slide's", *TRAINED]


def scene_of(frame, layer="the slide's", build=build):
    return build({"frame": frame, "layer": layer})


def marks(scene, kind, panel=1):
    return [mark for mark in scene.panels[panel].marks if isinstance(mark, kind)]


def line(scene, label, panel=1):
    return next(mark for mark in marks(scene, Line, panel) if mark.label.startswith(label))


def points(scene, panel=1):
    """The data in the picture, circles before squares."""
    zeros, ones = marks(scene, Points, panel)
    return np.concatenate([np.column_stack([m.x, m.y]) for m in (zeros, ones)])


ORDERED = np.concatenate([X_DATA[T_DATA == 0], X_DATA[T_DATA == 1]])


def slide(X):
    z1, z2 = -X[:, 0] + X[:, 1] - 4, X[:, 0] - X[:, 1] - 4
    return np.stack([1 / (1 + np.exp(-z1)), 1 / (1 + np.exp(-z2))], axis=1)


# Where things are


def test_it_begins_in_input_space():
    scene = scene_of(0)
    np.testing.assert_allclose(points(scene), (ORDERED + 5) / 10, atol=1e-6)
    assert [panel.title for panel in scene.panels] == ["Input space"] * 2
    assert scene.panels[1].x.tick_labels == ("−5.0", "0.0", "5.0")
    assert scene.panels[1].x.ticks == (0, 0.5, 1)


def test_it_ends_in_the_slides_hidden_space():
    scene = scene_of(LAST)
    panel = scene.panels[1]
    assert (panel.x.label, panel.y.label) == ("h₁", "h₂"), "as in xor_by_hand"
    np.testing.assert_allclose(points(scene), slide(ORDERED), atol=1e-6)
    np.testing.assert_allclose(points(scene, 0), (ORDERED + 5) / 10, atol=1e-6)


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("frame", [1, 10, 33])
def test_everything_moves_straight_from_start_to_end(layer, frame):
    start, now, end = (scene_of(k, layer) for k in (0, frame, LAST))
    share = frame / LAST
    np.testing.assert_allclose(
        points(now), (1 - share) * points(start) + share * points(end), atol=1e-6
    )
    for label in ("x₁ constant", "x₂ constant", "boundary"):
        for which in ("x", "y"):
            a, m, b = (getattr(line(scene, label), which) for scene in (start, now, end))
            np.testing.assert_allclose(m, (1 - share) * a + share * b, atol=1e-6)


def test_grid_lines_start_straight_and_the_classes_do_not_start_apart():
    scene = scene_of(0)
    upright, level = line(scene, "x₁ constant"), line(scene, "x₂ constant")
    pieces = np.split(upright.x, np.flatnonzero(np.isnan(upright.x)))
    assert [round(float(np.nanmean(piece)), 3) for piece in pieces[:11]] == [
        k / 10 for k in range(11)
    ]
    np.testing.assert_array_equal(level.y, upright.x)
    np.testing.assert_array_equal(level.x, upright.y)


def test_the_slides_grid_falls_onto_a_curve():
    """h1 = sigmoid(s - 4) and h2 = sigmoid(-s - 4): logits add up to -8 everywhere."""
    grid = line(scene_of(LAST), "x₁ constant")
    real = np.isfinite(grid.x)
    x, y = grid.x[real].astype(float), grid.y[real].astype(float)
    np.testing.assert_allclose(np.log(x / (1 - x)) + np.log(y / (1 - y)), -8, atol=1e-2)
    assert "the plane falls onto a curve" in scene_of(LAST).caption


# The boundary


def test_the_slides_boundary_pulled_back_is_two_parallel_lines():
    start = line(scene_of(0), "boundary")
    real = np.isfinite(start.x)
    x = start.x[real].astype(float) * 10 - 5
    y = start.y[real].astype(float) * 10 - 5
    size = np.abs(x - y)
    np.testing.assert_allclose(size, size.mean(), atol=0.01)
    assert 3.5 < size.mean() < 4.5
    assert set(np.sign(x - y)) == {-1, 1}


@pytest.mark.parametrize("layer", LAYERS)
def test_at_the_end_the_boundary_lies_on_the_straight_output_line(layer):
    scene = scene_of(LAST, layer)
    straight, bent = line(scene, "output line"), line(scene, "boundary")
    real = np.isfinite(straight.x)
    ends = np.column_stack([straight.x[real], straight.y[real]]).astype(float)
    along = ends[-1] - ends[0]
    along /= np.hypot(*along)
    normal = np.array([-along[1], along[0]])
    np.testing.assert_allclose((ends - ends[0]) @ normal, 0, atol=1e-5)
    moved = np.column_stack([bent.x, bent.y])[np.isfinite(bent.x)].astype(float)
    assert len(moved) > 20
    # The bend inside one square of the lattice is what is left.
    np.testing.assert_allclose((moved - ends[0]) @ normal, 0, atol=0.02)
    assert straight.stroke == "dashed"


@pytest.mark.parametrize("layer", LAYERS)
def test_the_line_separates_the_classes_as_the_caption_says(layer):
    scene = scene_of(LAST, layer)
    straight = line(scene, "output line")
    real = np.isfinite(straight.x)
    ends = np.column_stack([straight.x[real], straight.y[real]]).astype(float)
    a, b = ends[0], ends[np.hypot(*(ends - ends[0]).T).argmax()]
    side = np.sign((points(scene) - a) @ np.array([a[1] - b[1], b[0] - a[0]]))
    t = np.sort(T_DATA)
    wrong = min((side != 2 * t - 1).sum(), (side == 2 * t - 1).sum())
    if "another start" in layer:
        assert wrong > 10
        assert f"On the wrong side of the output line: {wrong} of 80 points" in scene.caption
    else:
        assert wrong == 0
        assert "All 80 points are on the right side of one straight line." in scene.caption


def test_there_is_an_output_line_only_at_the_end():
    labels = [mark.label for mark in marks(scene_of(LAST - 1), Line)]
    assert "output line" not in labels


# Trained layers


@pytest.mark.parametrize("layer", list(TRAINED)[1:5])
def test_more_than_two_units_are_seen_from_the_side(layer):
    scene = scene_of(LAST, layer)
    assert (scene.panels[1].x.label, scene.panels[1].y.label) == ("along v", "across v")
    assert f"Hidden space has {layer[9]} dimensions here." in scene.caption
    straight = line(scene, "output line")
    np.testing.assert_allclose(straight.x[np.isfinite(straight.x)], np.nanmean(straight.x), 1e-5)
    grid = np.concatenate([getattr(line(scene, "x₁ constant"), which) for which in "xy"])
    assert np.nanmin(grid) >= -1e-6
    assert np.nanmax(grid) <= 1 + 1e-6


# What is said


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("frame", [0, 1, 20, LAST])
def test_no_number_is_missing_and_words_are_there(layer, frame):
    scene = scene_of(frame, layer)
    assert np.isfinite(points(scene)).all()
    assert len("".join(text.text for text in marks(scene, Text)).replace(", ", "")) == 4
    header, _ = to_message(scene)
    assert "NaN" not in json.dumps(header)
    assert scene.caption
    assert describe(scene)


def test_the_caption_follows_the_frame():
    assert scene_of(0).caption.startswith("Input space: no straight line separates")
    assert scene_of(10).caption.startswith("25 % of the way from x to h(x)")
    assert scene_of(LAST).caption.startswith("Hidden space: every point is at its place h(x).")
    assert scene_of(10).panels[1].title == "25 % of the way"


def test_corners_that_fall_together_share_a_label():
    assert "A, D" in [text.text for text in marks(scene_of(LAST), Text)]
    assert [text.text for text in marks(scene_of(0), Text)] == list("ABCD")


def test_the_text_twin_reads_well():
    text = describe(scene_of(LAST))
    for part in (
        "40 circles target t = 0",
        "40 squares target t = 1",
        "dashed line output line",
        "From x to h(x): 40 of 40",
        "Hidden layer: the slide's",
    ):
        assert part in text, part


# The learner's layer


def hidden_layer(X):
    """Another solution than the slide's: "any" and "both"."""
    z = X.sum(axis=1)
    return np.stack([1 / (1 + np.exp(-z - 3)), 1 / (1 + np.exp(-z + 3))], axis=1)


def test_the_learners_layer_is_one_more_choice_and_is_drawn():
    theirs = hidden_space.bind(hidden_layer).build
    scene = scene_of(LAST, "your hidden_layer", theirs)
    (choice,) = [control for control in scene.controls if isinstance(control, Choice)]
    assert choice.options == ("your hidden_layer", *LAYERS)
    assert scene.caption.startswith("This is your hidden_layer. Hidden space")
    assert "All 80 points" in scene.caption
    np.testing.assert_allclose(points(scene), hidden_layer(ORDERED), atol=1e-6)
    np.testing.assert_array_equal(
        points(scene_of(LAST, "the slide's", theirs)), points(scene_of(LAST))
    )


def test_the_slides_layer_by_the_learner_is_the_slides():
    scene = scene_of(LAST, "your slide", hidden_space.bind(slide).build)
    np.testing.assert_allclose(points(scene), points(scene_of(LAST)), atol=1e-6)


def not_written(X):
    raise NotImplementedError


def broken(X):
    return X[99999]


@pytest.mark.parametrize(
    ("theirs", "sentence"),
    [
        (not_written, "Your not_written is not written yet, so this is ours."),
        (broken, "Your broken raised IndexError: index 99999 is out of bounds"),
        (lambda X: X[:, 0], "Your function returned shape (4,) for an input of shape (4, 2)"),
        (lambda X: None, "Your function returned None, not an array of numbers, so this is ours."),
        (lambda X: slide(X) if len(X) == 4 else X[:1], "Your function returned shape (1, 2) for"),
    ],
)
@pytest.mark.parametrize("frame", [0, 20, LAST])
def test_ours_is_drawn_where_theirs_does_not_work(theirs, sentence, frame):
    name = "function" if theirs.__name__ == "<lambda>" else theirs.__name__
    scene = scene_of(frame, f"your {name}", hidden_space.bind(theirs).build)
    assert scene.caption.startswith(sentence)
    np.testing.assert_array_equal(points(scene), points(scene_of(frame)))


def linear(X):
    return X @ np.array([[-1, 1], [1, -1]]).T - 4


def test_a_forgotten_sigmoid_is_said_and_still_fits_the_picture():
    scene = scene_of(LAST, "your linear", hidden_space.bind(linear).build)
    assert "Its values run from −14 to 6, but a sigmoid's lie between 0 and 1." in scene.caption
    assert "All 80 points" not in scene.caption
    assert points(scene).min() >= 0
    assert points(scene).max() <= 1
    assert scene.panels[1].x.tick_labels == ("−14", "−4", "6")


def test_one_place_for_all_has_no_boundary():
    theirs = hidden_space.bind(lambda X: np.full(X.shape, 0.5)).build
    scene = scene_of(LAST, "your function", theirs)
    assert "No straight line separates the classes here." in scene.caption
    assert "A, B, C, D" in [text.text for text in marks(scene, Text)]
    assert not np.isfinite(line(scene, "boundary").x).any()
    describe(scene)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_that_are_not_finite_are_counted_not_drawn(bad):
    def half(X):
        return np.where(X[:, :1] > 0, bad, slide(X))

    theirs = hidden_space.bind(half).build
    for frame in (0, 20, LAST):
        scene = scene_of(frame, "your half", theirs)
        header, _ = to_message(scene)
        assert "NaN" not in json.dumps(header)
    assert "points have no finite place and are left out" in scene.caption
    nothing = hidden_space.bind(lambda X: X * bad).build
    assert "have no finite place" in scene_of(LAST, "your function", nothing).caption


def test_a_layer_that_changes_its_input_changes_nothing_else():
    def greedy(X):
        X *= 0
        return X

    before = X_DATA.copy()
    scene_of(LAST, "your greedy", hidden_space.bind(greedy).build)
    np.testing.assert_array_equal(X_DATA, before)


# On the stage


def test_the_widget_stands_on_a_stage():
    stage = hidden_space(hidden_layer)
    assert stage.state == {"frame": 0, "layer": "your hidden_layer"}
    stage.set(frame=LAST, layer="trained, 2 units")
    assert stage.scene.panels[1].title == "Hidden space"
    assert stage.error == ""
    stage.close()
    assert hidden_space().state == {"frame": 0, "layer": "the slide's"}


@pytest.mark.parametrize("layer", ["the slide's", "trained, 6 units"])
def test_a_scene_takes_less_than_five_milliseconds(layer):
    times = []
    for frame in range(10):
        start = time.process_time()
        scene_of(frame, layer)
        times.append(time.process_time() - start)
    assert min(times) < 0.005
