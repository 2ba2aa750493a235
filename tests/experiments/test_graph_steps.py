import numpy as np
import pytest

from nnf_teach.experiments.graph_steps import lay_out, walk
from nnf_teach.modules import mlp_graph, scalar_graph


@pytest.mark.parametrize(
    ("graph", "width"), [(scalar_graph(), 1.5), (mlp_graph(), 3.0), (mlp_graph(5), 2.0)]
)
def test_the_layout_has_no_overlap_and_edges_go_down(graph, width):
    names = (*graph.sources, *(node.output for node in graph.nodes))
    places = lay_out(graph, tuple((name, width) for name in names))
    assert places.keys() == set(names)
    for node in graph.nodes:
        for name in node.inputs:
            assert places[name].y < places[node.output].y
    for a in names:
        for b in names:
            if a < b and places[a].y == places[b].y:
                apart = abs(places[a].x - places[b].x)
                assert apart >= (places[a].width + places[b].width) / 2 + 0.2


@pytest.mark.parametrize("graph", [scalar_graph(), mlp_graph()])
def test_a_source_stands_just_above_the_first_node_that_takes_it(graph):
    names = (*graph.sources, *(node.output for node in graph.nodes))
    places = lay_out(graph, tuple((name, 2.0) for name in names))
    for name in graph.sources:
        first = min(places[node.output].y for node in graph.nodes if name in node.inputs)
        assert places[name].y == first - 1


def crossings(graph, places):
    edges = [(places[n], places[node.output]) for node in graph.nodes for n in node.inputs]
    found = 0
    for i, (a, b) in enumerate(edges):
        for c, d in edges[i + 1 :]:
            if (a.y, b.y) == (c.y, d.y) and (a.x - c.x) * (b.x - d.x) < 0:
                found += 1
    return found


def test_no_edges_cross():
    for graph in (scalar_graph(), mlp_graph()):
        names = (*graph.sources, *(node.output for node in graph.nodes))
        assert crossings(graph, lay_out(graph, tuple((name, 2.0) for name in names))) == 0


def test_the_walk_keeps_the_parts():
    sources = {"x": np.array(2.0), "y": np.array(3.0), "z": np.array(1.0)}
    parts = walk(scalar_graph(), sources, 8).parts
    assert {k: {n: v.item() for n, v in part.items()} for k, part in parts.items()} == {
        "L": {"a": 4.0, "r": 6.0},
        "r": {"s": 6.0},
        "s": {"y": 6.0, "z": 6.0},
        "a": {"x": 12.0, "y": 8.0},
    }
