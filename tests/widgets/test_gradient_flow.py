import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach.widgets import gradient_flow
from nnf_teach.widgets.gradient_flow import HARD, MAX, OPEN, SOFT, X, Z
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Bars, Choice, Line, Points, Text
from nnf_teach.widgets.text_twin import describe

scene = gradient_flow.scene
GATES = (MAX, SOFT, HARD)


def tied(function=None, **changes):
    """Return the scene after a press of the button that makes two x equal."""
    bound = gradient_flow.bind(function)
    return bound.build(bound.react(bound.initial, bound.initial | {"tie": 1} | changes))


def values(x, z=(0.5, 1.0, -1.0, 0.0)):
    return dict(zip((*X, *Z), (*x, *z), strict=True))


def bars(scene, panel, label):
    (found,) = [m for m in scene.panels[panel].marks if isinstance(m, Bars) and m.label == label]
    return found


def loss(gate, x, z, dy, chosen=2):
    """The same modules in autograd: max, the sum of x softmax(z), and one x."""
    if gate == MAX:
        return dy * anp.max(x)
    if gate == SOFT:
        return dy * anp.sum(x * anp.exp(z)) / anp.sum(anp.exp(z))
    return dy * x[chosen]


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("seed", range(4))
def test_the_gradients_are_autograds(gate, seed):
    rng = np.random.default_rng(seed)
    x, z, dy = rng.uniform(-3, 3, 4), rng.uniform(-3, 3, 4), rng.uniform(-2, 2)
    drawn = scene(gate=gate, dy=dy, **values(x, z))
    dx = autograd.grad(loss, 1)(gate, x, z, dy)
    np.testing.assert_allclose(bars(drawn, 2, "dL/dx").heights, dx, atol=1e-6)
    crosses = next(m for m in drawn.panels[2].marks if isinstance(m, Points))
    np.testing.assert_allclose(crosses.y, dx, atol=1e-5)
    if gate == SOFT:
        dz = autograd.grad(loss, 2)(gate, x, z, dy)
        np.testing.assert_allclose(bars(drawn, 2, "dL/dz").heights, dz, atol=1e-6)
    if gate == HARD:
        np.testing.assert_allclose(bars(drawn, 2, "dL/dp").heights, dy * x, atol=1e-6)
    y = next(m for m in drawn.panels[0].marks if isinstance(m, Line) and m.label)
    assert y.y[0] == pytest.approx(loss(gate, x, z, 1.0), abs=1e-6)
    assert y.label == f"y = {loss(gate, x, z, 1.0):.2f}".replace("-", "−")


@pytest.mark.parametrize("k", range(4))
def test_the_one_hot_gate_opens_where_asked(k):
    drawn = scene(gate=HARD, open=OPEN[k])
    assert bars(drawn, 1, "how much is let through").heights.tolist() == np.eye(4)[k].tolist()
    assert bars(drawn, 2, "dL/dx").heights.tolist() == np.eye(4)[k].tolist()
    assert [c.name for c in drawn.controls if isinstance(c, Choice)] == ["gate", "open"]


def test_a_tie_is_made_once_and_explained():
    drawn = tied()
    assert [drawn.state[n] for n in X] == [2.0, -0.5, 2.0, 0.5]
    assert "x₁ and x₃ tie, and max has a kink there" in drawn.caption
    assert "in parts of its sign" in drawn.caption
    crosses = next(m for m in drawn.panels[2].marks if isinstance(m, Points))
    np.testing.assert_allclose(crosses.y, [0.5, 0, 0.5, 0], atol=1e-9)
    assert bars(drawn, 2, "dL/dx").heights.sum() == 1
    bound, held = gradient_flow.bind(), dict(drawn.state)
    assert bound.react(held, held | {"x1": 0.0})["x1"] == 0.0
    three = scene(**values((2, 2, 2, 0)))
    assert "x₁, x₂ and x₃ tie" in three.caption


def test_a_share_that_is_learnt_reaches_the_goal():
    assert not scene(gate=SOFT).goal.reached
    assert scene(gate=SOFT, z2=3.0, z1=-1.0).goal.reached
    assert not scene(gate=SOFT, z2=3.0, z1=-1.0, x2=3.0).goal.reached  # the largest
    assert not scene(gate=HARD, open=OPEN[1]).goal.reached


def test_captions():
    assert "Only x₃, the largest, gets a gradient" in scene().caption
    assert "So the gate learns how to select." in scene(gate=SOFT).caption
    equal = scene(gate=SOFT, **values((1, 1, 1, 1)))
    assert "no logit gets anything" in equal.caption
    np.testing.assert_allclose(bars(equal, 2, "dL/dz").heights, 0, atol=1e-9)
    assert "closed on the way back" in scene(gate=HARD).caption
    assert "nothing comes back at all" in scene(dy=0.0).caption


def first(dy, x):
    return [dy if k == list(x).index(max(x)) else 0.0 for k in range(len(x))]


def slides_formula(dy, x):
    return dy * (x == x.max())


def shared(dy, x):
    return dy * (x == x.max()) / (x == x.max()).sum()


def everywhere(dy, x):
    return np.full(len(x), dy / len(x))


def opposite(dy, x):
    dx = np.zeros(len(x))
    dx[np.flatnonzero(x == x.max())[:2]] = 3 * dy, -2 * dy
    return dx


def unwritten(dy, x):
    raise NotImplementedError


@pytest.mark.parametrize("function", [first, shared])
@pytest.mark.parametrize("dy", [1.0, -2.0, 0.0])
def test_every_right_split_of_theirs_is_drawn_and_said_right(function, dy):
    drawn = tied(function, dy=dy)
    assert "only the largest gets a gradient, dL/dy in all" in drawn.caption
    expected = function(dy, np.array([2, -0.5, 2, 0.5]))
    np.testing.assert_allclose(bars(drawn, 2, "dL/dx").heights, expected)


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (slides_formula, "This is your slides_formula: its parts add up to 2.00, and dL/dy is 1"),
        (everywhere, "This is your everywhere: an x that is not the largest gets a gradient"),
        (opposite, "This is your opposite: its parts add up to dL/dy, but one of them has the"),
    ],
)
def test_wrong_ones_are_drawn_and_questioned(function, sentence):
    drawn = tied(function)
    assert drawn.caption.startswith(sentence)
    expected = function(1.0, np.array([2, -0.5, 2, 0.5]))
    np.testing.assert_allclose(bars(drawn, 2, "dL/dx").heights, expected)


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (unwritten, "Your unwritten is not written yet, so this is ours."),
        (lambda dy, x: dy, "Your function returned shape (), not (4,), so this is ours."),
        (lambda dy, x: None, "Your function returned None, not an array of numbers, so this is"),
        (lambda dy, x: 1 / 0, "Your function raised ZeroDivisionError: division by zero, so"),
        (lambda dy, x: x * np.nan, "Your function returned values that are not finite, so this"),
    ],
)
def test_ours_is_drawn_where_theirs_does_not_work(function, sentence):
    drawn = gradient_flow.bind(function).scene()
    assert drawn.caption.startswith(sentence)
    assert drawn.caption.endswith(scene().caption)
    assert gradient_flow.bind(function).scene(gate=SOFT).caption == scene(gate=SOFT).caption


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("edge", [-9.0, 0.0, 9.0])
@pytest.mark.parametrize("dy", [-9.0, 0.0, 2.0])
def test_extremes_are_drawn_inside(gate, edge, dy):
    drawn = scene(gate=gate, dy=dy, **values((edge, -edge, edge, 0), (edge, -edge, -edge, edge)))
    for panel in drawn.panels:
        for mark in panel.marks:
            if isinstance(mark, Text):
                assert panel.x.low < mark.x < panel.x.high
                assert panel.y.low < mark.y < panel.y.high
            elif isinstance(mark, Bars):
                assert panel.y.low <= mark.heights.min()
                assert mark.heights.max() <= panel.y.high
    assert "nan" not in describe(drawn)
    assert "−0.00" not in drawn.caption
    to_message(drawn)


def test_the_widget_stands_on_a_stage():
    stage = gradient_flow(shared)
    stage._receive(stage, {"state": {"gate": SOFT}, "seq": 1, "view": "v"})
    stage._receive(stage, {"state": {"z2": 2.5}, "seq": 2, "view": "v"})
    stage._receive(stage, {"state": {"tie": 1}, "seq": 3, "view": "v"})
    assert stage.state["z2"] == 2.5
    assert stage.state["x1"] == stage.state["x3"] == 2.0
    assert stage.error == ""
    assert "image/png" in stage._repr_mimebundle_()[0]
