"""Read an answer that is made of weights and biases, or raise `BadAnswer`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnf_teach.arguments import Array, Params
from nnf_teach.exercises.exercise import BadAnswer
from nnf_teach.exercises.numbers import read_numbers

Pair = tuple[Array, Array]

CORNERS: tuple[tuple[int, int], ...] = ((0, 0), (0, 1), (1, 0), (1, 1))
"""The inputs of a gate."""


def read_pair(
    answer: Any,
    asked: str = "Return two things, the weights and the biases: (W, b).",
    whole: Any = None,
) -> Pair:
    """Read two arrays; `asked` is said of what is no pair, and `whole` is what it is a part of.

    >>> W, b = read_pair(([[1, 2]], [3]))
    >>> W.shape, b.shape
    ((1, 2), (1,))
    """
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise BadAnswer("type", asked, answer if whole is None else whole)
    W, b = map(read_numbers, answer)
    return W, b


def refuse_nans(
    pair: Pair, whole: Any, sentence: str = "There are nans or infinities in the weights."
) -> None:
    """Raise when the arrays of an answer are not finite."""
    if not all(np.isfinite(part).all() for part in pair):
        raise BadAnswer("nan", sentence, whole)


def read_weights(answer: Any) -> Pair:
    """Read a pair (W, b) of finite numbers, of any shape."""
    pair = read_pair(answer)
    refuse_nans(pair, answer)
    return pair


def read_neuron(
    answer: Any, w: str = "w", b: str = "b", weights: str = "weights"
) -> tuple[Array, float]:
    """Read two weights and a bias, which a learner knows by the names given.

    >>> read_neuron(([1, 1], [-0.5]))
    (array([1, 1]), -0.5)
    """
    W, B = read_pair(answer, f"Return two things, the {weights} and the bias: ({w}, {b}).")
    if W.shape != (2,) or B.size != 1:
        raise BadAnswer(
            "shape",
            f"{w} has shape {W.shape} and {b} {B.shape}; two weights and one bias are needed.",
            answer,
        )
    refuse_nans((W, B), answer, "The weights and the bias must be finite numbers.")
    return W, B.item()


def fires(answer: Any) -> dict[tuple[int, int], bool]:
    """Return at which corners of {0, 1}^2 a threshold neuron (w, b) fires.

    >>> [corner for corner, on in fires(([1, 1], -1.5)).items() if on]
    [(1, 1)]
    """
    w, b = read_neuron(answer)
    return {corner: bool(w @ np.array(corner) + b > 0) for corner in CORNERS}


def about_sums(
    points: Sequence[tuple[float, float]], sums: Sequence[float], fire: Sequence[bool], words: str
) -> str:
    """Say at which points a neuron's sum has the wrong sign, and by how much.

    >>> about_sums(CORNERS[:2], [-0.5, 0.5], [False, False], "w1 x1 + w2 x2 + b")
    'At (0, 1), w1 x1 + w2 x2 + b is 0.5, but it must be 0 or less. What adds up to that?'
    >>> about_sums(CORNERS[:2], [0.5, 0.5], [False, False], "w1 x1 + w2 x2 + b")
    'The neuron does the opposite at every point. What happens when all signs turn?'
    """
    side = {True: "above 0", False: "0 or less"}
    wrong = [
        f"at ({x1:.4g}, {x2:.4g}), {words} is {s:.4g}, but it must be {side[on]}"
        for (x1, x2), s, on in zip(points, sums, fire, strict=True)
        if (s > 0) != on
    ]
    if len(wrong) == len(points) and 0 not in sums:
        return "The neuron does the opposite at every point. What happens when all signs turn?"
    text = "; ".join(wrong)
    return f"{text[:1].upper()}{text[1:]}. What adds up to that?" if wrong else ""


def about_corners(answer: Any, wanted: Mapping[tuple[int, int], bool]) -> str:
    """Say at which corners of {0, 1}^2 a threshold neuron (w, b) is wrong."""
    w, b = read_neuron(answer)
    sums = [float(w @ np.array(corner) + b) for corner in CORNERS]
    return about_sums(CORNERS, sums, [wanted[c] for c in CORNERS], "w1 x1 + w2 x2 + b")


def read_layer(pair: Any, params: Any) -> Pair:
    """Read one layer (W, b) of the params that a learner has returned."""
    return read_pair(pair, "Each layer is a pair (W, b).", params)


def read_network(answer: Any, sizes: Sequence[tuple[int, int]]) -> Params:
    """Read params of given sizes, (units, inputs) of each layer.

    >>> [(W, b)] = read_network([([[1, 2]], [3])], [(1, 2)])
    >>> b.tolist()
    [3]
    """
    asked = ", ".join(f"({k}, {d}) and ({k},)" for k, d in sizes)
    if not isinstance(answer, tuple | list) or len(answer) != len(sizes):
        raise BadAnswer(
            "type", f"Return a list of {len(sizes)} pairs (W, b), of shapes {asked}.", answer
        )
    params = []
    for pair, (k, d) in zip(answer, sizes, strict=True):
        W, b = read_layer(pair, answer)
        if W.shape != (k, d) or b.shape != (k,):
            sentence = f"A layer has shapes {W.shape} and {b.shape}; asked for: {asked}."
            raise BadAnswer("shape", sentence, answer)
        refuse_nans((W, b), answer)
        params.append((W, b))
    return params


def units_are_equal(first: Pair, after: Pair) -> bool:
    """Whether all units of a layer have the same weights, in and out, and so the same gradients.

    >>> ones, one = np.ones((2, 3)), np.ones((1, 2))
    >>> units_are_equal((ones, np.zeros(2)), (one, np.zeros(1)))
    True
    >>> units_are_equal((ones, np.arange(2.0)), (one, np.zeros(1)))
    False
    """
    W, b = (np.asarray(part, dtype=float) for part in first)
    V = np.asarray(after[0], dtype=float)
    spreads = np.ptp(W, axis=0).max(), np.ptp(b), np.ptp(V, axis=1).max()
    return V.shape[1] == len(W) > 1 and bool(max(spreads) < 1e-9)
