"""What is known of a computational graph, step by step, and where its boxes stand."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.modules.graph import Graph, Node, Values, backward_steps, forward_steps

TALL = 0.44  # of a box, in rows
GAP = 0.25  # between boxes in a row, in rows


class Walk(NamedTuple):
    """A graph with all that is known at a stage.

    `parts[node][input]` is the gradient that a node hands to one of its inputs.
    """

    graph: Graph
    values: Values
    gradients: Values
    parts: dict[str, Values]
    node: Node | None  # that has just stepped
    back: bool  # it stepped backward

    def shares(self, name: str) -> list[Array]:
        """Return the gradients that nodes have handed to a value."""
        return [part[name] for part in self.parts.values() if name in part]


def walk(graph: Graph, sources: Values, stage: int) -> Walk:
    """Return what is known after so many steps: the forward ones, then the backward ones.

    >>> from nnf_teach.modules.graph import scalar_graph
    >>> sources = {"x": np.array(2.0), "y": np.array(3.0), "z": np.array(1.0)}
    >>> here = walk(scalar_graph(), sources, 5)
    >>> here.node.output, here.back, here.parts["L"]["a"].item()
    ('L', True, 4.0)
    """
    count = len(graph.nodes)
    forward = [{name: np.asarray(sources[name]) for name in graph.sources}]
    forward += forward_steps(graph, sources)
    if stage <= count:
        node = graph.nodes[stage - 1] if stage else None
        return Walk(graph, forward[stage], {}, {}, node, False)
    values, gradients = forward[-1], {graph.nodes[-1].output: np.ones(())}
    parts: dict[str, Values] = {}
    done = graph.nodes[::-1][: stage - count]
    for node, after in zip(done, backward_steps(graph, values), strict=False):
        before = {name: gradients.get(name, np.zeros(())) for name in node.inputs}
        parts[node.output] = {name: after[name] - before[name] for name in before}
        gradients = after
    return Walk(graph, values, gradients, parts, done[-1], True)


class Place(NamedTuple):
    """Where the layout puts the middle of a box, and how wide it is, in rows."""

    x: float
    y: float
    width: float


@lru_cache(8)
def lay_out(graph: Graph, widths: tuple[tuple[str, float], ...]) -> dict[str, Place]:
    """Place every node and source in rows, sources above the node that takes them.

    `widths` has every source and output with its width in rows; y counts rows, downwards from 0.
    Sugiyama's layers and the order within them are grandalf's.

    >>> graph = Graph((Node("L", "multiply", ("x", "y")),))
    >>> places = lay_out(graph, (("x", 1.0), ("y", 1.0), ("L", 1.0)))
    >>> places["x"].y, places["y"].y, places["L"].y
    (0.0, 0.0, 1.0)
    """
    from grandalf.graphs import Edge, Vertex
    from grandalf.graphs import Graph as Drawing
    from grandalf.layouts import SugiyamaLayout, VertexViewer

    vertices = {}
    for name, width in widths:
        vertices[name] = Vertex(name)
        vertices[name].view = VertexViewer(w=width, h=TALL)
    edges = [
        Edge(vertices[name], vertices[node.output])
        for node in graph.nodes
        for name in dict.fromkeys(node.inputs)
    ]
    layout = SugiyamaLayout(Drawing(list(vertices.values()), edges).C[0])
    layout.xspace, layout.yspace = GAP, 1 - TALL
    layout.init_all(optimize=True)
    layout.draw(8)
    rows = sorted({round(float(v.view.xy[1]), 6) for v in vertices.values()})
    row_of = {name: rows.index(round(float(v.view.xy[1]), 6)) for name, v in vertices.items()}
    places: dict[str, Place] = {}
    for row in range(len(rows)):
        free = -np.inf  # grandalf averages four layouts, in which neighbours may overlap
        here = [name for name in vertices if row_of[name] == row]
        for name in sorted(here, key=lambda name: float(vertices[name].view.xy[0])):
            view = vertices[name].view
            x = max(float(view.xy[0]), free + view.w / 2)
            places[name] = Place(x, float(row), view.w)
            free = x + view.w / 2 + GAP
    return places
