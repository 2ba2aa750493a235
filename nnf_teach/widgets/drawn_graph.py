"""A computational graph on a panel: boxes of modules, values on their edges, gradients beside them.

Slide "Neural networks as computational graphs".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.experiments.graph_steps import TALL, Place, Walk, lay_out
from nnf_teach.modules.graph import Graph, Node
from nnf_teach.widgets import ui
from nnf_teach.widgets.wording import subscript

APART = 0.06  # of the two arrows of an edge from its middle, in rows
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


def draw_graph(
    example: Example, here: Walk, boxes: Mapping[str, str], hidden: frozenset[str] = frozenset()
) -> ui.Panel:
    """Draw a graph as far as it is walked.

    Parameters
    ----------
    example : Example
    here : Walk
        The values and gradients that are known.
    boxes : mapping
        What stands in the box of each module.
    hidden : frozenset of str
        Whose gradients are shown as "?".
    """
    graph, letter = here.graph, example.letter
    signs = {node.output: boxes[node.module] for node in graph.nodes}
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
