import itertools
import re

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach.experiments.graph_steps import walk
from nnf_teach.modules.graph import scalar_graph
from nnf_teach.widgets import backprop_stepper
from nnf_teach.widgets.backprop_stepper import ENTRIES, MLP, MLP_SOURCES, SCALAR
from nnf_teach.widgets.drawn_graph import write
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Arrow, Line, Region, Text
from nnf_teach.widgets.text_twin import describe


def scene(graph=SCALAR, **changes):
    return backprop_stepper.scene(graph=graph, **changes)


def texts(scene):
    return [mark.text for mark in scene.panels[0].marks if isinstance(mark, Text)]


def said(scene):
    """What is written at the edges, by name: 'dy = 6 + 8 = 14' is {'dy': '14'}."""
    return {t.split(" = ")[0]: t.split(" = ")[-1] for t in texts(scene) if " = " in t}


def read(text):
    """The numbers that `write` wrote."""
    return [float(n.replace("−", "-")) for n in re.findall(r"[−\d.]+", text.replace("≈", ""))]


def test_nothing_is_known_at_first_and_everything_at_last():
    assert said(scene(stage=0)) == {"x": "2", "y": "3", "z": "1"}
    assert set(said(scene(stage=4))) == set("xyzasrL")
    everything = said(scene(stage=8))
    assert set(everything) == {*"xyzasrL", *(f"d{name}" for name in "xyzasrL")}


@pytest.mark.parametrize("point", [(2.0, 3.0, 1.0), (-1.5, 0.5, 2.0), (2.0, -3.0, 1.0), (0, 0, 0)])
def test_the_scalar_graph_shows_autograds_gradients(point):
    shown = said(scene(stage=8, **dict(zip("xyz", point, strict=True))))

    def loss(x, y, z):
        return x * y * (y + z) * (y + z > 0)

    assert read(shown["L"])[0] == pytest.approx(loss(*point), abs=0.006)
    for k, name in enumerate("xyz"):
        theirs = autograd.grad(loss, k)(*map(float, point))
        assert read(shown[f"d{name}"])[0] == pytest.approx(theirs, abs=0.006)


@pytest.mark.parametrize("x", [(1.0, 2.0), (-2.0, 0.5)])
@pytest.mark.parametrize("target", ["class 1", "class 2"])
def test_the_mlp_shows_autograds_gradients(x, target):
    def loss(x, W1, b1, W2, b2, W3, b3):
        h = anp.maximum(anp.dot(W1, x) + b1, 0)
        z = anp.dot(W3, anp.maximum(anp.dot(W2, h) + b2, 0)) + b3
        return anp.log(anp.sum(anp.exp(z))) - z[0 if target == "class 1" else 1]

    names = ("x", "W1", "b1", "W2", "b2", "W3", "b3")
    arrays = [np.array(x), *(MLP_SOURCES[name] for name in names[1:])]
    shown = said(scene(MLP, stage=12, x1=x[0], x2=x[1], target=target))
    assert read(shown["L"])[0] == pytest.approx(loss(*arrays), abs=0.006)
    for k, name in enumerate(names):
        theirs = autograd.grad(loss, k)(*arrays)
        label = "d" + name.translate(str.maketrans("123", "₁₂₃"))
        np.testing.assert_allclose(read(shown[label]), theirs.ravel(), atol=0.051, rtol=0.05)


@pytest.mark.parametrize("graph", [SCALAR, MLP])
def test_one_node_a_step(graph):
    count = 4 if graph == SCALAR else 6
    seen = set(said(scene(graph, stage=0)))
    for stage in range(1, 2 * count + 1):
        drawn = scene(graph, stage=stage)
        now = set(said(drawn))
        new = now - seen
        if stage <= count:
            assert len(new) == 1
        else:
            assert new
            assert all(name.startswith("d") for name in new)
        seen = now
        assert sum(isinstance(m, Region) for m in drawn.panels[0].marks) == 1
        assert (
            f"Step {stage} of {2 * count}, {'for' if stage <= count else 'back'}ward"
            in drawn.caption
        )


def test_gradients_of_a_value_that_goes_to_two_nodes_add_up():
    assert said(scene(stage=7))["dy"] == "6"
    drawn = scene(stage=8)
    assert "dy = 6 + 8 = 14" in texts(drawn)
    assert "y went to 2 nodes, and its gradients add up: dy = 6 + 8 = 14." in drawn.caption


def test_edges_change_from_dots_to_an_arrow_to_two():
    def edges(stage):
        marks = scene(stage=stage).panels[0].marks
        dotted = sum(isinstance(m, Line) and m.stroke == "dotted" for m in marks)
        forward = sum(isinstance(m, Arrow) and m.tip[1] < m.tail[1] for m in marks)
        return dotted, forward, sum(isinstance(m, Arrow) and m.tip[1] > m.tail[1] for m in marks)

    assert [edges(stage) for stage in range(9)] == [
        (7, 0, 0),
        (5, 2, 0),
        (3, 4, 0),
        (2, 5, 0),
        (0, 7, 0),
        (0, 7, 2),
        (0, 7, 3),
        (0, 7, 5),
        (0, 7, 7),
    ]


def test_the_caption_says_rule_and_numbers():
    caption = scene(stage=5).caption
    assert "backward through L = a × r. It begins with dL = dL/dL = 1." in caption
    assert "A product gives each input the gradient times the other input" in caption
    assert "from dL = 1 come da = 4, dr = 6." in caption
    assert "ReLU lets the gradient through where its input is above 0" in scene(stage=6).caption
    dead = scene(stage=6, y=-2.0).caption
    assert "from dr = −4 come ds = 0." in dead


@pytest.mark.parametrize(
    ("value", "short", "text"),
    [
        (0.5, False, ".5"),
        (-12.346, False, "−12.35"),
        (1e-9, False, "≈0"),
        (100.0, False, "100"),
        ([[1.26, -0.333]], True, "(1.3, −.33)"),
        ([[10.6, 0.0], [-200.0, 100.0]], True, "[11 0; −200 100]"),
        ([1.0, -0.001], True, "(1, ≈0)"),
    ],
)
def test_numbers_are_short(value, short, text):
    assert write(np.array(value), short) == text


@pytest.mark.parametrize("graph", [SCALAR, MLP])
@pytest.mark.parametrize("value", [-4.0, 0.0, 4.0])
def test_extremes_are_drawn(graph, value):
    drawn = scene(graph, stage=99, x=value, y=value, z=value, x1=value, x2=-value)
    panel = drawn.panels[0]
    assert drawn.state["stage"] == (8 if graph == SCALAR else 12)
    for mark in panel.marks:
        if isinstance(mark, Text):
            assert panel.x.low < mark.x < panel.x.high
            assert panel.y.low < mark.y < panel.y.high
    assert "nan" not in describe(drawn)
    to_message(drawn)


def test_the_widget_stands_on_a_stage():
    stage = backprop_stepper()
    stage._receive(stage, {"state": {"stage": 3, "graph": MLP}, "seq": 1, "view": "v"})
    stage._receive(stage, {"state": {"x1": -1.0, "target": "class 1"}, "seq": 2, "view": "v"})
    assert (stage.state["stage"], stage.state["x1"]) == (3, -1.0)
    assert stage.error == ""
    assert "image/png" in stage._repr_mimebundle_()[0]


def entering(**state):
    stage = backprop_stepper()
    stage.set(by_hand=True, **state)
    return stage


def gradient(stage, name, step):
    """The gradient so far, by the graph itself."""
    sources = {one: np.array(stage.state[one]) for one in "xyz"}
    return float(walk(scalar_graph(), sources, step).gradients[name])


def test_gradients_are_entered_node_by_node_until_the_goal():
    stage = entering()
    for step in range(5, 9):
        stage.set(stage=step)
        asked = walk(scalar_graph(), {n: np.array(stage.state[n]) for n in "xyz"}, step).node.inputs
        controls = [c.label for c in stage.scene.controls if c.name in ("first", "second")]
        assert controls == [f"Your d{name}" for name in asked]
        texts = [m.text for m in stage.scene.panels[0].marks if isinstance(m, Text)]
        assert {f"d{name} = ?" for name in asked} <= set(texts), "they are not given away"
        for entry, name in zip(("first", "second"), asked, strict=False):
            stage.set(**{entry: gradient(stage, name, step)})
        texts = [m.text for m in stage.scene.panels[0].marks if isinstance(m, Text)]
        assert not any("?" in text for text in texts)
        assert stage.scene.goal.reached == (step == 8)
    assert "4 of 4" in stage.scene.goal.text
    stage.set(stage=0)
    assert stage.scene.goal.reached, "it stays reached"
    stage.set(x=1.0)
    assert not stage.scene.goal.reached, "another example"
    stage.close()


@pytest.mark.parametrize(
    ("step", "entry", "number", "words"),
    [
        (5, "first", -4, "da: the sign is the other one."),
        (5, "first", 6, "da: it is the value of a itself: which value does the product give to a?"),
        (5, "first", 5, "da: it is another number."),
    ],
)
def test_what_slipped_is_said(step, entry, number, words):
    stage = entering(stage=step)
    stage.set(**{entry: float(number)})
    assert words in stage.scene.caption
    assert not stage.scene.goal.reached
    stage.close()


def test_a_lost_branch_is_named():
    stage = entering()
    for step in (6, 7, 8):
        here = walk(scalar_graph(), {n: np.array(stage.state[n]) for n in "xyz"}, step)
        if len(here.shares("y")) == 2 and "y" in here.node.inputs:
            break
    stage.set(stage=step)
    entry = ("first", "second")[here.node.inputs.index("y")]
    stage.set(**{entry: float(here.shares("y")[-1])})
    assert "dy: a branch is lost: y went to 2 nodes." in stage.scene.caption
    stage.set(**{entry: float(here.gradients["y"])})
    assert "branch is lost" not in stage.scene.caption
    stage.close()


def test_the_whole_range_of_gradients_can_be_entered():
    """Also at the ends of the sliders for x, y and z."""
    for x, y, z in itertools.product((-4.0, 4.0), repeat=3):
        here = walk(scalar_graph(), {"x": np.array(x), "y": np.array(y), "z": np.array(z)}, 8)
        assert max(abs(float(g)) for g in here.gradients.values()) <= ENTRIES
