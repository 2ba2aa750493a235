"""A computational graph, stepped a node at a time: values flow forward, gradients flow back.

Slides "Neural networks as computational graphs" and "3 layer MLP with ReLU activations".
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.experiments.gradient_slips import judge
from nnf_teach.experiments.graph_steps import TALL, Place, Walk, lay_out, walk
from nnf_teach.modules.graph import Graph, Node, mlp_graph, scalar_graph
from nnf_teach.widgets import ui
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
APART = 0.06  # of the two arrows of an edge from its middle, in rows
ENTRIES = 64.0  # the largest gradient that can be entered
FORWARD, NOW, BACK = ui.BLUE, ui.ORANGE, ui.GREEN


class Example(NamedTuple):
    """A graph and how it is drawn; heights and the width of a letter are in rows."""

    graph: Graph
    title: str
    letter: float
    line: float  # from a line of words to the next
    lengths: dict[str, int]  # of the words at a source, in letters, by its first letter
    beside: int  # letters beside an edge
    margin: int  # letters on the right


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


def write(value: Array, short: bool = False) -> str:
    """Write a number, a row or a matrix with two decimals, or short, with about two digits.

    >>> write(np.array([[0.5, -0.25]])), write(np.array([[1, 2], [3, -4.24]]), short=True)
    ('(.5, −.25)', '[1 2; 3 −4.2]')
    """
    if value.ndim == 0:
        return _number(float(value), False)
    rows = [[_number(v, short) for v in row] for row in np.atleast_2d(value).tolist()]
    if len(rows) == 1:
        return f"({', '.join(rows[0])})"
    return f"[{'; '.join(' '.join(row) for row in rows)}]"


def _number(value: float, short: bool) -> str:
    size = abs(value)
    decimals = 2 if not short or size < 1 else 1 if size < 10 else 0
    text = f"{size:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if decimals else text
    if text == "0":
        return "0" if value == 0 else "≈0"
    return ("−" if value < 0 else "") + (text[1:] if text.startswith("0.") else text)


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
        [_panel(example, here, hidden)],
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


def _panel(example: Example, here: Walk, hidden: frozenset[str] = frozenset()) -> ui.Panel:
    graph, letter = here.graph, example.letter
    signs = {node.output: MODULES[node.module][0] for node in graph.nodes}
    widths = {name: letter * example.lengths[name[0]] for name in graph.sources}
    widths |= {name: max(letter * (len(sign) + 3), 0.7) for name, sign in signs.items()}
    places = lay_out(graph, tuple(widths.items()))
    left = min(
        place.x - (place.width / 2 if name in graph.sources else letter * example.beside + 0.25)
        for name, place in places.items()
    )
    right = max(place.x + place.width / 2 for place in places.values()) + letter * example.margin
    bottom = max(place.y for place in places.values())
    return ui.panel(
        example.title,
        ui.axis("", left - 0.1, right + 0.1, ()),
        ui.axis("", -bottom - 1.0, 0.5, ()),
        [
            _edge(here, places, name, node, example.line)
            for node in graph.nodes
            for name in dict.fromkeys(node.inputs)
        ],
        [_box(here, places[node.output], node, signs[node.output]) for node in graph.nodes],
        [_words(here, places, name, example.line, name in hidden) for name in places],
        equal=True,
    )


def _edge(
    here: Walk, places: dict[str, Place], name: str, node: Node, words: float
) -> list[ui.Mark]:
    """Draw an edge: dotted, then an arrow forward, then an arrow back beside it."""
    start, end = places[name], places[node.output]
    below = words + 0.04 if name in here.graph.sources else TALL / 2
    x0, y0, x1, y1 = start.x, -start.y - below, end.x, -end.y + TALL / 2
    x1 += 0.3 * float(np.clip(start.x - end.x, -1, 1)) * end.width
    if node.output not in here.values:
        return [ui.line([x0, x1], [y0, y1], "", ui.INK, "dotted", 1.5)]
    back = name in here.parts.get(node.output, {})
    away = APART * back / float(np.hypot(x1 - x0, y1 - y0))
    dx, dy = away * (y1 - y0), away * (x0 - x1)
    marks: list[ui.Mark] = [ui.Arrow((x0 - dx, y0 - dy), (x1 - dx, y1 - dy), color=FORWARD)]
    if back:
        marks.append(ui.Arrow((x1 + dx, y1 + dy), (x0 + dx, y0 + dy), color=BACK))
    return marks


def _box(here: Walk, place: Place, node: Node, sign: str) -> list[ui.Mark]:
    x = place.x + place.width / 2 * np.array([-1, 1, 1, -1, -1])
    y = -place.y + TALL / 2 * np.array([-1, -1, 1, 1, -1])
    if node == here.node:
        return [ui.Region(x, y, sign, NOW), ui.line(x, y, "", NOW, width=3)]
    return [ui.line(x, y, "", ui.INK, width=1.5), ui.Text(place.x, -place.y, sign)]


def _words(
    here: Walk, places: dict[str, Place], name: str, line: float, hidden: bool
) -> list[ui.Text]:
    """Write a value, and its gradient below it, at its source or beside its edge."""
    if name not in here.values:
        return []
    place, label = places[name], subscript(name)
    lines = [f"{label} = {write(here.values[name], short=True)}"]
    if hidden:
        lines.append(f"d{label} = ?")
    elif name in here.gradients:
        parts = [write(part, short=True) for part in here.shares(name)]
        sums = f"{' + '.join(parts)} = " if len(parts) > 1 else ""
        lines.append(f"d{label} = {sums}{write(here.gradients[name], short=True)}")
    takers = [places[node.output] for node in here.graph.nodes if name in node.inputs]
    x, y = place.x, -place.y
    align: Literal["left", "center", "right"] = "center"
    if name not in here.graph.sources:
        y -= 0.5 if takers else 0.55  # the loss stands below its box
        if takers:
            align = "left" if takers[0].x < place.x - 0.2 else "right"
            x += 0.25 if align == "left" else -0.25
    y += line / 2 * (len(lines) - 1)
    return [ui.Text(x, y - k * line, text, align) for k, text in enumerate(lines)]


def _formula(node: Node) -> str:
    names = [subscript(name) for name in node.inputs]
    if node.module in ("add", "multiply"):
        return f" {MODULES[node.module][0]} ".join(names)
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
