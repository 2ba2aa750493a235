import itertools

import numpy as np
import pytest

from nnf_teach.widgets import hypernetwork
from nnf_teach.widgets.hypernetwork import ADDED, CENTRES, FULL, LAYERS, TASKS, our_weights
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Arrow, HeatMap, Line, Points
from nnf_teach.widgets.text_twin import describe

INITIAL = hypernetwork.initial
scene = hypernetwork.scene


def mark(scene, panel, kind, label):
    (found,) = [
        m for m in scene.panels[panel].marks if isinstance(m, kind) and m.label.startswith(label)
    ]
    return found


def layer(x, z, W, U, V, b):
    """The slide's formula, a number at a time: x^T W z + z^T U + V x + b, for one output."""
    total = b[0]
    for j in range(2):
        total += z[j] * U[j, 0] + V[0, j] * x[j]
        for i in range(2):
            total += x[i] * W[i, j, 0] * z[j]
    return total


@pytest.mark.parametrize("word", LAYERS)
@pytest.mark.parametrize("z", [(1.2, -0.4), (-3.0, 2.5), (0.0, 0.0)])
def test_the_picture_is_the_slides_formula(word, z):
    drawn = scene(z=list(z), layer=word)
    surface = mark(drawn, 1, HeatMap, "sigmoid(y)").values
    for i, j in itertools.product((0, 17, 59), repeat=2):
        y = layer((CENTRES[j], CENTRES[i]), z, *LAYERS[word])
        assert surface[i, j] == pytest.approx(1 / (1 + np.exp(-y)), abs=1e-6)
    line = mark(drawn, 1, Line, "y = ")
    for x in np.column_stack([line.x, line.y])[:2].astype(float):
        assert layer(x, z, *LAYERS[word]) == pytest.approx(0, abs=1e-5)


def test_the_weights_are_exact_for_any_sizes():
    rng = np.random.default_rng(0)
    z, x = rng.normal(size=4), rng.normal(size=3)
    W, U = rng.normal(size=(3, 4, 2)), rng.normal(size=(4, 2))
    V, b = rng.normal(size=(2, 3)), rng.normal(size=2)
    W_eff, b_eff = our_weights(z, W, U, V, b)
    for k in range(2):
        y = b[k] + sum(z[j] * U[j, k] for j in range(4)) + sum(V[k, i] * x[i] for i in range(3))
        y += sum(x[i] * W[i, j, k] * z[j] for i in range(3) for j in range(4))
        assert W_eff[k] @ x + b_eff[k] == pytest.approx(y)


def count_right(word, task, z):
    X, t = TASKS[task]
    return sum((layer(x, z, *LAYERS[word]) > 0) == one for x, one in zip(X, t, strict=True))


@pytest.mark.parametrize("word", LAYERS)
@pytest.mark.parametrize("task", TASKS)
def test_the_map_counts_the_points_that_are_right(word, task):
    right = mark(scene(layer=word, task=task, map=True), 0, HeatMap, "% of points").values
    for i, j in itertools.product((3, 30, 55), repeat=2):
        counted = count_right(word, task, (CENTRES[j], CENTRES[i]))
        assert right[i, j] == pytest.approx(100 * counted / 24, abs=1e-4)


def test_with_w_each_set_has_its_z_and_without_only_the_first():
    best = {
        (word, task): mark(scene(layer=word, task=task, map=True), 0, HeatMap, "%").values.max()
        for word in LAYERS
        for task in TASKS
    }
    assert [best[FULL, task] for task in TASKS] == [100, 100, 100]
    assert best[ADDED, "1"] == 100
    assert best[ADDED, "2"] < 60
    assert best[ADDED, "3"] < 60


def test_without_w_the_line_never_turns():
    slopes = set()
    for z in ([-2.0, 1.0], [0.0, 0.0], [0.5, -1.5]):
        line = mark(scene(z=z, layer=ADDED), 1, Line, "y = ")
        dx, dy = line.x[1] - line.x[0], line.y[1] - line.y[0]
        slopes.add(round(float(dy / dx), 3))
    assert slopes == {-1.0}
    assert "never turns it" in scene(layer=ADDED).caption


def test_the_goal_remembers_each_set():
    assert "(0 of 3 found)" in scene().goal.text
    state = dict(INITIAL)
    places = {}
    for task in TASKS:
        right = mark(scene(task=task, map=True), 0, HeatMap, "%").values
        row, column = np.argwhere(right > 99.9)[0]
        places[task] = [float(CENTRES[column]), float(CENTRES[row])]
    for count, (task, z) in enumerate(places.items(), start=1):
        drawn = scene(**state | {"task": task, "z": z})
        assert f"({count} of 3 found)" in drawn.goal.text
        assert drawn.goal.reached == (count == 3)
        assert "All 24 points are right." in drawn.caption
        state |= dict(drawn.state)
    assert scene(**state | {"z": [-3.0, -3.0]}).goal.reached


def test_wrong_points_are_crossed_and_counted():
    drawn = scene(z=[-2.0, -2.0])
    crossed = mark(drawn, 1, Points, "on the wrong side")
    assert f"On the wrong side: {len(crossed.x)} of 24 points." in drawn.caption
    assert len(crossed.x) == 24 - count_right(FULL, "1", (-2.0, -2.0))


def test_the_arrow_w_stands_on_the_line():
    drawn = scene()
    (arrow,) = [m for m in drawn.panels[1].marks if isinstance(m, Arrow)]
    assert layer(arrow.tail, INITIAL["z"], *LAYERS[FULL]) == pytest.approx(0, abs=1e-9)
    assert layer(arrow.tip, INITIAL["z"], *LAYERS[FULL]) > 0


def theirs(z, W, U, V, b):
    return (
        [[sum(W[i, j, 0] * z[j] for j in range(2)) + V[0, i] for i in range(2)]],
        [sum(z[j] * U[j, 0] for j in range(2)) + b[0]],
    )


def no_v(z, W, U, V, b):
    W_eff, b_eff = our_weights(z, W, U, V, b)
    W[:] = 7
    return W_eff - V, b_eff


def unwritten(z, W, U, V, b):
    raise NotImplementedError


def test_the_learners_line_is_drawn():
    drawn = hypernetwork.bind(theirs).scene()
    assert drawn.caption.startswith("This line is from your theirs: it agrees with the layer.")
    wrong = hypernetwork.bind(no_v).scene()
    assert "it is not what the layer computes" in wrong.caption
    assert "makes w = (0.16, −1.28)" in wrong.caption
    assert hypernetwork.bind(no_v).scene().caption == wrong.caption  # W was a copy


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (unwritten, "Your unwritten is not written yet, so this is ours."),
        (lambda *_: None, "Your function returned None, not the two arrays (W_eff, b_eff), so"),
        (
            lambda z, W, U, V, b: (W[:, :, 0] @ z, b),
            "Your function returned a W_eff of shape (2,), not (1, 2), so this is ours.",
        ),
        (lambda *_: ("a", "b"), "Your function returned a W_eff that is not numbers, so this is"),
        (lambda *_: ([[1, np.nan]], [1]), "Your function returned a W_eff that is not finite, so"),
    ],
)
def test_ours_is_drawn_where_theirs_does_not_work(function, sentence):
    drawn = hypernetwork.bind(function).scene()
    assert drawn.caption.startswith(sentence)
    assert drawn.caption.endswith(scene().caption)


@pytest.mark.parametrize("z", [[9.0, -9.0], [0.0, 0.0], [-0.45, -0.31]])
@pytest.mark.parametrize("word", LAYERS)
def test_extremes_are_drawn(word, z):
    drawn = scene(z=z, layer=word, map=True)
    assert np.abs(drawn.state["z"]).max() <= 3
    assert "nan" not in describe(drawn)
    to_message(drawn)


def test_the_widget_stands_on_a_stage():
    stage = hypernetwork(theirs)
    change = {"z": [-2.0, 0.5], "layer": ADDED, "map": True}
    stage._receive(stage, {"state": change, "seq": 1, "view": "v"})
    assert stage.state["z"] == [-2.0, 0.5]
    assert stage.state["layer"] == ADDED
    assert stage.error == ""
    assert "image/png" in stage._repr_mimebundle_()[0]
