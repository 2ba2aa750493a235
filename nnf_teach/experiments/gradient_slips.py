"""What may have slipped in a gradient that was worked out by hand, at one node of a graph."""

from __future__ import annotations

import math

from nnf_teach.experiments.graph_steps import Walk

NEAR = 1e-9


def judge(here: Walk, name: str, entered: float) -> str:
    """Compare a number with the gradient of an input of the node that has stepped.

    It is the gradient as far as it has come: of all that was handed to the input so far.

    Returns
    -------
    sentence : str
        What slipped, as a question; empty where the number is right.

    >>> import numpy as np
    >>> from nnf_teach.experiments.graph_steps import walk
    >>> from nnf_teach.modules.graph import scalar_graph
    >>> sources = {"x": np.array(2.0), "y": np.array(3.0), "z": np.array(1.0)}
    >>> here = walk(scalar_graph(), sources, 5)
    >>> judge(here, "a", 4.0), judge(here, "a", -4.0)
    ('', 'the sign is the other one')
    >>> judge(here, "a", 6.0)
    'it is the value of a itself: which value does the product give to a?'
    """
    assert here.node is not None
    right = float(here.gradients[name])
    if same(entered, right):
        return ""
    if same(entered, -right):
        return "the sign is the other one"
    shares = [float(share) for share in here.shares(name)]
    if len(shares) > 1 and any(same(entered, share) for share in shares):
        return f"a branch is lost: {name} went to {len(shares)} nodes. What do their gradients do?"
    if here.node.module == "multiply" and same(entered, float(here.values[name])):
        return f"it is the value of {name} itself: which value does the product give to {name}?"
    passed = float(here.gradients[here.node.output])
    if here.node.module == "multiply":
        (other,) = [one for one in here.node.inputs if one != name]
        if same(entered, float(here.values[other])):
            return f"the gradient that came, d{here.node.output} = {passed:g}, is not in it"
    for value, number in here.values.items():
        if same(entered, passed * float(number)):
            return f"it has the value of {value}: is that the one that is needed here?"
    return "it is another number"


def same(a: float, b: float) -> bool:
    """Whether two numbers are equal but for rounding."""
    return math.isclose(a, b, rel_tol=NEAR, abs_tol=NEAR)
