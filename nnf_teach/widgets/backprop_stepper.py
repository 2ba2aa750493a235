"""A computational graph, stepped a node at a time: values flow forward, gradients flow back.

Slides "Neural networks as computational graphs" and "3 layer MLP with ReLU activations".
"""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.experiments.gradient_slips import judge
from nnf_teach.experiments.graph_steps import Walk, walk
from nnf_teach.modules.graph import Node, mlp_graph, scalar_graph
from nnf_teach.widgets import ui
from nnf_teach.widgets.drawn_graph import Example, draw_graph, write
from nnf_teach.widgets.wording import subscript

MLP_SOURCES: dict[str, Array] = {
    "W1": np.array([[-0.5, 0.5], [0.5, -0.5]]),
    "b1": np.array([0.5, 0.0]),
    "W2": np.array([[1.0, 0.5], [0.5, 1.0]]),
    "b2": np.array([0.5, 0.5]),
    "W3": np.array([[1.0, -1.0], [-1.0, 1.0]]),
    "b3": np.array([0.5, 0.5]),
}
MODULES = {  # what stands in the box, what it does forward, and what backward
    "add": ("+", "It adds", "An addition hands its gradient to both inputs unchanged"),
    "multiply": (
        "×",
        "It multiplies",
        "A product gives each input the gradient times the other input",
    ),
    "relu": (
        "ReLU",
        "It keeps what is above 0",
        "ReLU lets the gradient through where its input is above 0, and stops it elsewhere",
    ),
    "linear": ("linear", "W x + b", "From dz come dx = dz W, dW = dz\u1d40 x and db = dz"),
    "softmax cross entropy": (
        "softmax + cross entropy",
        "It turns logits into probabilities, and takes -log of the right one",
        "Softmax and cross entropy together pass back softmax(z) - t, and -log softmax(z) to t",
    ),
}
ENTRIES = 64.0  # the largest gradient that can be entered
SIGNS = {module: sign for module, (sign, _, _) in MODULES.items()}
SCALAR, MLP = "scalar, by hand", "3-layer MLP"
EXAMPLES = {
    SCALAR: Example(
        scalar_graph(), "L = x y relu(y + z)", 0.105, 0.22, {"y": 15, "x": 8, "z": 8}, 8, 4
    ),
    MLP: Example(
        mlp_graph(),
        "3-layer MLP: ReLU, softmax, cross entropy",
        0.155,
        0.3,
        {"W": 24, "b": 17, "t": 15, "x": 15},
        17,
        0,
    ),
}


def _last(s: ui.Values) -> int:
    return 2 * len(EXAMPLES[s.graph].graph.nodes)


def _in_mlp(s: ui.Values) -> bool:
    return bool(s.graph == MLP)


def _here(s: ui.Values) -> Walk:
    sources = {name: np.array(getattr(s, name)) for name in "xyz"}
    if _in_mlp(s):
        t = np.array([[1.0, 0.0] if s.target == "class 1" else [0.0, 1.0]])
        sources = {"x": np.array([[s.x1, s.x2]]), "t": t} | MLP_SOURCES
    stage = min(max(s.stage, 0), _last(s))
    return walk(EXAMPLES[s.graph].graph, sources, stage)


def _asked(s: ui.Values) -> tuple[str, ...]:
    """Return the inputs of the present node whose gradients the learner enters."""
    if _in_mlp(s) or not s.by_hand:
        return ()
    here = _here(s)
    return here.node.inputs if here.node and here.back else ()


def _slips(s: ui.Values) -> dict[str, str]:
    """Return what is wrong with each gradient that is asked for."""
    here = _here(s)
    return {
        name: judge(here, name, entered)
        for name, entered in zip(_asked(s), (s.first, s.second), strict=False)
    }


def _enter(s: ui.Values, was: ui.Values) -> ui.State:
    """Remember a node whose gradients are all right."""
    right = _asked(s) and not any(_slips(s).values())
    return {"right": sorted({*s.right, s.stage})} if right else {}


def _begin_node(s: ui.Values, was: ui.Values) -> ui.State:
    return {"first": 0.0, "second": 0.0}


def _begin_graph(s: ui.Values, was: ui.Values) -> ui.State:
    return {"first": 0.0, "second": 0.0, "right": []}


def _entry(name: str, which: int) -> ui.Part:
    return ui.slider(
        name,
        lambda s: f"Your d{_asked(s)[which]}",
        -ENTRIES,
        ENTRIES,
        0.25,
        at=0.0,
        when=lambda s: len(_asked(s)) > which,
        sets=_enter,
    )


@ui.widget(
    "Backpropagation, step by step",
    ui.Part(
        "stage",
        0,
        int,
        lambda s: ui.Player("stage", "Step", _last(s), rate=1),
        sets=_begin_node,
    ),
    ui.toggle("by_hand", "Enter the gradients", when=lambda s: not _in_mlp(s), sets=_begin_graph),
    _entry("first", 0),
    _entry("second", 1),
    ui.memory("right", at=[]),
    ui.choice("graph", "Graph", EXAMPLES),
    *(
        ui.slider(
            name, name, -4.0, 4.0, 0.5, at=at, when=lambda s: not _in_mlp(s), sets=_begin_graph
        )
        for name, at in (("x", 2.0), ("y", 3.0), ("z", 1.0))
    ),
    ui.slider("x1", "x₁", -3.0, 3.0, 0.1, at=1.0, when=_in_mlp),
    ui.slider("x2", "x₂", -3.0, 3.0, 0.1, at=2.0, when=_in_mlp),
    ui.choice("target", "Target t", ("class 1", "class 2"), at="class 2", when=_in_mlp),
)
def backprop_stepper(s: ui.Values) -> ui.Picture:
    """Step through a computational graph, forward and back, and change its inputs.

    With `by_hand` you enter the gradients of each node's inputs, `first` and `second`, and read
    what slipped; `right` has the steps whose gradients were all right.

    >>> backprop_stepper.scene(stage=1).caption
    'Step 1 of 8, forward: a = x × y. It multiplies: a = 6.'
    """
    example, last, here = EXAMPLES[s.graph], _last(s), _here(s)
    stage = min(max(s.stage, 0), last)
    slips = _slips(s)
    hidden = frozenset(name for name, slip in slips.items() if slip)
    said = _say(here, stage, last)
    if hidden:
        said = [said[0], *_judged(here, slips)]
    nodes = last // 2
    done = sum(1 for step in s.right if step > nodes)
    return ui.Picture(
        [draw_graph(example, here, SIGNS, hidden)],
        *said,
        goal=ui.Goal(f"all gradients entered, node by node ({done} of {nodes} done)", done == nodes)
        if s.by_hand and not _in_mlp(s)
        else None,
        state={"stage": stage},
    )


def _judged(here: Walk, slips: dict[str, str]) -> list[str]:
    """Ask for gradients, and say of those that are entered what slipped."""
    assert here.node is not None
    made = subscript(here.node.output)
    passed = write(here.gradients[here.node.output])
    asked = " and ".join(f"d{name}" for name in slips)
    each = "each" if len(slips) > 1 else "it"
    words = [f"d{made} = {passed} has come. Enter {asked}: all that has come to {each} so far."]
    words += [f"d{name}: {slip or 'right'}." for name, slip in slips.items()]
    return words


def _formula(node: Node) -> str:
    names = [subscript(name) for name in node.inputs]
    if node.module in ("add", "multiply"):
        return f" {SIGNS[node.module]} ".join(names)
    return f"{node.module}({', '.join(names)})"


def _say(here: Walk, stage: int, last: int) -> list[str]:
    node = here.node
    if node is None:
        return [
            "Only the sources are known. Step forward: each node computes its value when those of "
            "its inputs are there. After the loss the gradients flow back."
        ]
    _, forward, backward = MODULES[node.module]
    made = subscript(node.output)
    if not here.back:
        return [
            f"Step {stage} of {last}, forward: {made} = {_formula(node)}.",
            f"{forward}: {made} = {write(here.values[node.output])}.",
        ]
    passed = ", ".join(
        f"d{subscript(name)} = {write(part)}" for name, part in here.parts[node.output].items()
    )
    words = [
        f"Step {stage} of {last}, backward through {made} = {_formula(node)}.",
        "It begins with dL = dL/dL = 1." if node == here.graph.nodes[-1] else "",
        f"{backward}: from d{made} = {write(here.gradients[node.output])} come {passed}.",
    ]
    for name in node.inputs:
        shares, label = [write(part) for part in here.shares(name)], subscript(name)
        if len(shares) > 1:
            words.append(
                f"{label} went to {len(shares)} nodes, and its gradients add up: "
                f"d{label} = {' + '.join(shares)} = {write(here.gradients[name])}."
            )
    if stage == last:
        words.append("Every source has its gradient: one pass back, whatever their number.")
    return words
