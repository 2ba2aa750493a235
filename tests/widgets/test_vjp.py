import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach.experiments.jacobians import FUNCTIONS, B, W
from nnf_teach.widgets import vjp
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Bars, Button, HeatMap, Line, Points, Text
from nnf_teach.widgets.text_twin import describe

THEIRS = {
    "softmax": lambda x: anp.exp(x) / anp.sum(anp.exp(x)),
    "linear layer": lambda x: anp.dot(W, x) + B,
    "ReLU layer": lambda x: anp.maximum(anp.dot(W, x) + B, 0),
}
POINTS = [(1.0, 0.5, -0.5), (-3.0, 3.0, 3.0), (0.3, -1.1, 2.0)]


def values(x=(1.0, 0.5, -0.5), v=(1.0, -0.5, 0.5, 0.0)):
    return {f"x{k + 1}": n for k, n in enumerate(x)} | {f"v{k + 1}": n for k, n in enumerate(v)}


def scene(function="softmax", theirs=None, **changes):
    return vjp.bind(**theirs or {}).scene(function=function, **changes)


def picked(row, **changes):
    stage = vjp()
    stage.set(**changes)
    stage.set(**{f"pick{row}": 1})
    return stage


def marks(scene, panel, kind):
    return [mark for mark in scene.panels[panel].marks if isinstance(mark, kind)]


@pytest.mark.parametrize("word", FUNCTIONS)
@pytest.mark.parametrize("x", POINTS)
def test_the_jacobian_is_autograds(word, x):
    theirs = autograd.jacobian(THEIRS[word])(np.array(x))
    drawn = scene(word, **values(x))
    shown = marks(drawn, 1, HeatMap)[0].values[::-1]
    np.testing.assert_allclose(shown, theirs, atol=1e-6)
    written = {(m.x, m.y): m.text for m in marks(drawn, 1, Text)}
    rows, columns = theirs.shape
    for i in range(rows):
        for j in range(columns):
            text = written[j + 1, rows - i]
            assert float(text.replace("−", "-")) == pytest.approx(theirs[i, j], abs=0.0051)
    assert all(label.endswith(" ×") for label in drawn.panels[1].y.tick_labels)


@pytest.mark.parametrize("word", FUNCTIONS)
@pytest.mark.parametrize("x", POINTS)
@pytest.mark.parametrize("v", [(1.0, -0.5, 0.5, 0.0), (3.0, 3.0, 3.0, 3.0), (0.0, 0.0, -2.0, 1.0)])
def test_the_product_is_autograds_vjp(word, x, v):
    pull, y = autograd.make_vjp(THEIRS[word])(np.array(x))
    expected = pull(np.array(v[: len(y)]))
    drawn = scene(word, **values(x, v))
    np.testing.assert_allclose(marks(drawn, 2, Bars)[0].heights, expected, atol=1e-5)
    np.testing.assert_allclose(marks(drawn, 2, Points)[0].y, expected, atol=1e-5)
    assert np.abs(expected).max() < drawn.panels[2].y.high


@pytest.mark.parametrize("word", FUNCTIONS)
def test_a_one_hot_cotangent_picks_its_row(word):
    J = FUNCTIONS[word].jacobian(np.array(POINTS[0]))
    for k in range(len(J)):
        drawn = picked(k + 1, function=word).scene
        np.testing.assert_allclose(marks(drawn, 2, Bars)[0].heights, J[k], atol=1e-6)
        assert [drawn.state[f"v{i + 1}"] for i in range(4)] == np.eye(4)[k].tolist()
        assert f"it picks row {k + 1}" in drawn.caption
        frame = next(m for m in marks(drawn, 1, Line) if m.label == "what v picks")
        assert frame.y.mean() == pytest.approx(len(J) - k, abs=0.5)
        assert frame.y.min() > len(J) - k - 0.5
        assert frame.y.max() < len(J) - k + 0.5


def test_a_press_counts_once():
    stage = picked(2)
    stage.set(pick2=1, v1=0.7)
    assert (stage.state["v1"], stage.state["v2"]) == (0.7, 1.0)


def test_as_many_buttons_and_handles_as_outputs():
    for word, count in (("softmax", 3), ("linear layer", 4), ("ReLU layer", 4)):
        drawn = scene(word)
        assert sum(isinstance(c, Button) for c in drawn.controls) == count
        assert [h.name for h in drawn.panels[0].handles] == ["x1", "x2", "x3"] + [
            f"v{k + 1}" for k in range(count)
        ]


def test_captions():
    assert "nothing flows back" in scene(**values(v=(0, 0, 0, 1))).caption
    assert "y always adds up to 1: nothing can change" in scene(**values(v=(2, 2, 2, 0))).caption
    np.testing.assert_allclose(
        marks(scene(**values(v=(2, 2, 2, 0))), 2, Bars)[0].heights, 0, atol=1e-7
    )
    assert "a unit is off" in scene("ReLU layer").caption
    caption = scene(**values(x=(0, 0, 0), v=(3, 0, -1.5, 0))).caption
    assert "softmax: y = (0.33, 0.33, 0.33)." in caption
    assert (
        "3.00 × (0.22, −0.11, −0.11) + −1.50 × (−0.11, −0.11, 0.22) = (0.83, −0.17, −0.67)"
        in caption
    )


def softmax_backward(dY, Y):
    return Y * (dY - (dY * Y).sum(axis=1, keepdims=True))


def diagonal_only(dY, Y):
    return dY * Y * (1 - Y)


def spoiling(dY, Y):
    answer = softmax_backward(dY, Y)
    dY[:] = 99
    Y[:] = 99
    return answer


def unwritten(dY, Y):
    raise NotImplementedError


def test_the_learners_backward_pass_is_drawn():
    drawn = scene(theirs=dict(softmax_backward=softmax_backward))
    assert drawn.caption.startswith("Your softmax_backward gives (0.31, −0.31, 0.01), which agrees")
    wrong = scene(theirs=dict(softmax_backward=diagonal_only))
    assert "which is not vᵀJ." in wrong.caption
    y = FUNCTIONS["softmax"].value(np.array(POINTS[0]))
    np.testing.assert_allclose(
        marks(wrong, 2, Bars)[0].heights, np.array([1, -0.5, 0.5]) * y * (1 - y), atol=1e-6
    )
    np.testing.assert_array_equal(marks(wrong, 2, Points)[0].y, marks(scene(), 2, Points)[0].y)
    spoilt = scene(theirs=dict(softmax_backward=spoiling))
    assert marks(spoilt, 0, Bars)[1].heights.tolist() == [1.0, -0.5, 0.5]


def test_their_layers_are_drawn_too():
    def linear_backward(dY, X, W):
        W *= 2
        return dY @ W, dY.T @ X, dY.sum(axis=0)

    drawn = scene("linear layer", theirs=dict(linear_backward=linear_backward))
    assert "which is not vᵀJ" in drawn.caption
    again = scene("linear layer", theirs=dict(linear_backward=linear_backward))
    assert again.caption == drawn.caption
    gate = scene("ReLU layer", theirs=dict(relu_backward=lambda dY, X: dY * (X > 0)))
    assert "which agrees with vᵀJ" in gate.caption


@pytest.mark.parametrize(
    ("theirs", "sentence"),
    [
        (unwritten, "Your unwritten is not written yet, so this is ours."),
        (lambda dY, Y: 1 / 0, "Your function raised ZeroDivisionError: division by zero, so this"),
        (lambda dY, Y: None, "Your function returned None, not an array of numbers, so this is"),
        (lambda dY, Y: np.ones((3, 3)), "Your function returned shape (3, 3), not (1, 3), so this"),
        (lambda dY, Y: dY * np.nan, "Your function returned values that are not finite, so this"),
    ],
)
def test_ours_is_drawn_where_theirs_does_not_work(theirs, sentence):
    drawn = scene(theirs=dict(softmax_backward=theirs))
    assert drawn.caption.startswith(sentence)
    np.testing.assert_array_equal(
        marks(drawn, 2, Bars)[0].heights, marks(scene(), 2, Bars)[0].heights
    )


@pytest.mark.parametrize("word", FUNCTIONS)
@pytest.mark.parametrize("edge", [-3.0, 0.0, 3.0])
def test_extremes_are_drawn(word, edge):
    drawn = scene(word, **values((edge, -edge, edge), (edge, edge, -edge, edge)))
    for panel in drawn.panels:
        for mark in panel.marks:
            if isinstance(mark, Text):
                assert panel.x.low < mark.x < panel.x.high
                assert panel.y.low < mark.y < panel.y.high
    assert "nan" not in describe(drawn)
    assert "-0.00" not in drawn.caption
    to_message(drawn)


def test_the_widget_stands_on_a_stage():
    stage = vjp(softmax_backward)
    stage._receive(stage, {"state": {"x1": -1.0, "v2": 2.0}, "seq": 1, "view": "v"})
    stage._receive(stage, {"state": {"pick3": 1}, "seq": 2, "view": "v"})
    assert stage.state["x1"] == -1.0
    assert [stage.state[f"v{k}"] for k in range(1, 5)] == [0, 0, 1, 0]
    assert stage.error == ""
    assert "image/png" in stage._repr_mimebundle_()[0]
