"""Computational graphs: modules joined by edges (slides "Neural networks as computational graphs").

A node is a module with a forward pass, f(x), and a backward pass, the incoming gradient times the
Jacobian, dL/dy J_x f(x). Values flow forward along the edges and gradients back, one node per step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnf_teach.arguments import Array, as_floats
from nnf_teach.modules.linear import linear, linear_backward
from nnf_teach.modules.relu import relu, relu_backward
from nnf_teach.modules.sigmoid import sigmoid, sigmoid_backward
from nnf_teach.modules.softmax import log_softmax
from nnf_teach.modules.softmax_cross_entropy import softmax_cross_entropy_backward

Values = dict[str, Array]


class Module(NamedTuple):
    """A kind of node.

    `forward(*inputs)` is y, and `backward(dy, *inputs)` a gradient for each input: dL/dy times
    the Jacobian, which is never built.
    """

    forward: Callable[..., Array]
    backward: Callable[..., tuple[Array, ...]]


MODULES = {
    "add": Module(lambda a, b: a + b, lambda dy, a, b: (dy, dy)),
    "multiply": Module(lambda a, b: a * b, lambda dy, a, b: (dy * b, dy * a)),
    "relu": Module(relu, lambda dy, x: (relu_backward(dy, x),)),
    "sigmoid": Module(sigmoid, lambda dy, x: (sigmoid_backward(dy, sigmoid(x)),)),
    "square": Module(lambda x: x * x, lambda dy, x: (dy * 2 * x,)),
    "linear": Module(linear, lambda dy, x, W, b: linear_backward(dy, x, W)),
    "softmax cross entropy": Module(
        lambda z, t: -(t * log_softmax(z)).sum(),
        lambda dy, z, t: tuple(dy * d for d in softmax_cross_entropy_backward(z, t)),
    ),
}


class Node(NamedTuple):
    """A module at its place in a graph: what it makes, which module it is, and from what."""

    output: str
    module: str
    inputs: tuple[str, ...]


class Graph(NamedTuple):
    """Nodes, each after those that make its inputs; the last one makes the loss, one number.

    >>> Graph((Node("a", "multiply", ("w", "x")), Node("L", "square", ("a",)))).sources
    ('w', 'x')
    """

    nodes: tuple[Node, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """What no node makes: data and parameters, in the order in which they are needed."""
        made = {node.output for node in self.nodes}
        needed = dict.fromkeys(name for node in self.nodes for name in node.inputs)
        return tuple(name for name in needed if name not in made)


def mlp_graph(layers: int = 3) -> Graph:
    """Return the slides' network: linear layers with ReLU between, then softmax cross entropy.

    The sources are x, t, W1, b1, W2, ...; x is (N, D), t is (N, K), and L adds up over rows.

    >>> [node.output for node in mlp_graph(2).nodes]
    ['z1', 'h1', 'z2', 'L']
    """
    nodes, name = [], "x"
    for k in range(1, layers + 1):
        nodes.append(Node(f"z{k}", "linear", (name, f"W{k}", f"b{k}")))
        if k < layers:
            nodes.append(Node(name := f"h{k}", "relu", (f"z{k}",)))
    return Graph((*nodes, Node("L", "softmax cross entropy", (f"z{layers}", "t"))))


def scalar_graph() -> Graph:
    """Return L = x y relu(y + z): four nodes, and y goes to two of them.

    >>> scalar_graph().nodes[1]
    Node(output='s', module='add', inputs=('y', 'z'))
    """
    return Graph(
        (
            Node("a", "multiply", ("x", "y")),
            Node("s", "add", ("y", "z")),
            Node("r", "relu", ("s",)),
            Node("L", "multiply", ("a", "r")),
        )
    )


def forward_steps(graph: Graph, values: Mapping[str, ArrayLike]) -> Iterator[Values]:
    """Yield all values known after each node's forward pass.

    Parameters
    ----------
    graph : Graph
    values : dict from name to array
        A value for every source.

    Yields
    ------
    dict from name to array
        The sources, and every output up to this node's.

    Raises
    ------
    ValueError
        When a source has no value, or values do not fit a module.

    Examples
    --------
    >>> [dict(v)["a"].item() for v in forward_steps(scalar_graph(), {"x": 2, "y": 3, "z": 1})]
    [6.0, 6.0, 6.0, 6.0]
    """
    missing = [name for name in graph.sources if name not in values]
    if missing:
        raise ValueError(f"forward_steps: no value for {', '.join(missing)}.")
    known = {name: as_floats(values[name]) for name in graph.sources}
    for node in graph.nodes:
        inputs = (known[name] for name in node.inputs)
        known = known | {node.output: np.asarray(MODULES[node.module].forward(*inputs))}
        yield known


def backward_steps(graph: Graph, values: Mapping[str, Array]) -> Iterator[Values]:
    """Yield all gradients known after each node's backward pass, from the last node to the first.

    It begins with dL/dL = 1. A value that goes to several nodes gets a gradient from each of
    them, and they add up: its gradient is complete when the last of them has stepped.

    Parameters
    ----------
    graph : Graph
    values : dict from name to array
        What the last of `forward_steps` is.

    Yields
    ------
    dict from name to array
        dL/d(value) by the value's name, shaped like the value.

    Raises
    ------
    ValueError
        When a value is missing, or L is not one number.

    Examples
    --------
    dL/dy = x relu(y + z) + x y, from both nodes that take y.

    >>> *_, values = forward_steps(scalar_graph(), {"x": 2, "y": 3, "z": 1})
    >>> *_, gradients = backward_steps(scalar_graph(), values)
    >>> {name: gradients[name].item() for name in "xyz"}
    {'x': 12.0, 'y': 14.0, 'z': 6.0}
    """
    last = graph.nodes[-1].output
    missing = [node.output for node in graph.nodes if node.output not in values]
    if missing or values[last].shape != ():
        wrong = f"no value for {', '.join(missing)}" if missing else f"{last} is not one number"
        raise ValueError(f"backward_steps: {wrong}. Hand over what forward_steps yields last.")
    gradients = {last: np.ones(())}
    for node in reversed(graph.nodes):
        inputs = [values[name] for name in node.inputs]
        parts = MODULES[node.module].backward(gradients[node.output], *inputs)
        gradients = dict(gradients)
        for name, part in zip(node.inputs, parts, strict=True):
            gradients[name] = np.asarray(gradients.get(name, 0) + part)
        yield gradients
