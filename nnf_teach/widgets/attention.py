"""Attention: queries look at keys, and each takes a mean of the values by what it sees.

Slide "Multiplicative interactions": such units unify attention, metric learning and many others.
Scaled dot-product attention, softmax(Q K^T / sqrt(d)) V, is that of Vaswani et al. 2017, eq. 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnf_teach.modules.softmax import softmax
from nnf_teach.widgets.learner import attempt, kind, name_of, numbers
from nnf_teach.widgets.scene import (
    Arrow,
    Axis,
    Bars,
    Goal,
    Handle,
    HeatMap,
    Line,
    Mark,
    Panel,
    Points,
    Scene,
    State,
    Text,
)

if TYPE_CHECKING:
    from nnf_teach.widgets.stage import Stage

Array = NDArray[np.float64]
Attention = Callable[..., Any]  # (Q, K, V) -> (Nq, dv)

QUERIES = ("q1", "q2")
KEYS = ("A", "B", "C", "D")
INITIAL: State = {
    "q1": [1.4, 0.7],
    "q2": [-0.8, 1.4],
    "A": [2.0, 0.4],
    "B": [0.3, 2.0],
    "C": [-1.8, -0.6],
    "D": [0.8, -1.9],
    "vA": 1.0,
    "vB": -0.5,
    "vC": 0.6,
    "vD": -1.0,
}
EDGE = 3.0  # queries and keys stay within [-EDGE, EDGE]^2
TOP = 1.5  # values run from -TOP to TOP
MOST, EVEN = 0.9, 0.05  # of the goal
GOAL = (
    f"q₁ gives at least {MOST} of its attention to C, and q₂ gives every key the same "
    f"(1/4, at most {EVEN} off)"
)


class Answer(NamedTuple):
    """What attention gives for these queries, keys and values, and whose attention it is."""

    weights: Array  # (Nq, Nk)
    outputs: Array  # (Nq,)
    words: str


def our_attention(Q: Array, K: Array, V: Array) -> Array:
    """Return softmax(Q K^T / sqrt(d)) V, shape (Nq, dv).

    >>> our_attention(np.zeros((1, 2)), np.eye(2), np.array([[1.0], [3.0]]))
    array([[2.]])
    """
    return softmax(Q @ K.T / np.sqrt(Q.shape[1])) @ V


def attend(Q: Array, K: Array, v: Array, theirs: Attention | None) -> Answer:
    """Return the weights and the outputs of one number v a key, by the learner's attention.

    Its weights come out of the function where one-hot values go in: the values are (I, v).
    """
    V = np.column_stack([np.eye(len(K)), v])
    ours = our_attention(Q, K, V)
    if theirs is None:
        return Answer(ours[:, :-1], ours[:, -1], "")
    name = name_of(theirs)
    result, problem = attempt(theirs, Q, K, V)
    if not problem:
        found = numbers(result)
        if found is None:
            problem = f"Your {name} returned {kind(result)}, not an array of numbers"
        elif found.shape != ours.shape:
            problem = f"Your {name} returned shape {found.shape}, not {ours.shape}"
        elif not np.isfinite(found).all():
            problem = f"Your {name} returned values that are not finite"
        elif np.allclose(found, ours, rtol=1e-6, atol=1e-9):
            words = f"This is your {name}: it agrees with softmax(QK\u1d40/√d)V."
            return Answer(found[:, :-1], found[:, -1], words)
        else:
            gap = float(np.abs(found - ours).max())
            words = f"This is your {name}: it is up to {gap:.2g} off from softmax(QK\u1d40/√d)V."
            return Answer(found[:, :-1], found[:, -1], words)
    return Answer(ours[:, :-1], ours[:, -1], f"{problem}, so this is ours.")


def attention_scene(attention: Attention | None = None) -> Callable[[State], Scene]:
    """Return the function from a state (a place for each query and key, a value for each key).

    >>> scene = attention_scene()(INITIAL | {"q1": [0.0, 0.0]})
    >>> scene.panels[1].marks[0].values[1].tolist()
    [0.25, 0.25, 0.25, 0.25]
    """

    def build(state: State) -> Scene:
        Q, K = (_places(state, names) for names in (QUERIES, KEYS))
        v = np.clip([float(state[f"v{name}"]) for name in KEYS], -TOP, TOP)
        answer = attend(Q, K, v, attention)
        even = bool((np.abs(answer.weights[1] - 1 / len(KEYS)) <= EVEN).all())
        places = dict(zip((*QUERIES, *KEYS), np.vstack([Q, K]).tolist(), strict=True))
        values = {f"v{name}": value for name, value in zip(KEYS, v.tolist(), strict=True)}
        return Scene(
            "Attention",
            (_plane(Q, K), _matrix(answer.weights), _values(v, answer.outputs)),
            " ".join(filter(None, (answer.words, *_say(Q, K, v, answer)))),
            goal=Goal(GOAL, bool(answer.weights[0, KEYS.index("C")] >= MOST) and even),
            state=places | values,
        )

    return build


def _places(state: State, names: tuple[str, ...]) -> Array:
    return np.clip(np.array([state[name] for name in names], dtype=np.float64), -EDGE, EDGE)


def _pretty(name: str) -> str:
    return name.replace("1", "₁").replace("2", "₂")


def _plane(Q: Array, K: Array) -> Panel:
    marks: list[Mark] = [
        Line([-EDGE, EDGE, np.nan, 0, 0], [0, 0, np.nan, -EDGE, EDGE], "", 6, "dotted", 1)
    ]
    handles = []
    for color, (word, names, places) in enumerate((("key", KEYS, K), ("query", QUERIES, Q))):
        symbol: Literal["square", "circle"] = "circle" if color else "square"
        marks.append(Points(places[:, 0], places[:, 1], word, color, symbol, 9))
        for name, (x, y) in zip(names, places.tolist(), strict=True):
            marks.append(Arrow((0.0, 0.0), (x, y), _pretty(name), color, tip_handle=name))
            label = f"{word} {name}"
            handles.append(Handle(name, label, x, y, symbol=symbol, color=color, bare=True))
    return Panel(
        "Drag the queries and the keys",
        Axis("first number", -EDGE, EDGE),
        Axis("second number", -EDGE, EDGE),
        tuple(marks),
        tuple(handles),
        equal=True,
    )


def _matrix(weights: Array) -> Panel:
    rows, columns = weights.shape
    marks: list[Mark] = [HeatMap(weights[::-1], 0, 1, "weight", "sequential")]
    marks += [
        Text(column + 1, rows - row, f"{weights[row, column]:.2f}")
        for row in range(rows)
        for column in range(columns)
    ]
    return Panel(
        "Weights: softmax of q·k/√2 over the keys",
        Axis("key", 0.5, columns + 0.5, ticks=(1.0, 2.0, 3.0, 4.0), tick_labels=KEYS),
        Axis("query", 0.5, rows + 0.5, ticks=(1.0, 2.0), tick_labels=("q₂", "q₁")),
        tuple(marks),
    )


def _values(v: Array, outputs: Array) -> Panel:
    at, out = np.arange(1.0, len(v) + 1), np.arange(len(v) + 1.5, len(v) + 1.5 + len(outputs))
    marks: list[Mark] = [
        Bars(at, v, "value v of a key", 0, 0.5),
        Bars(out, outputs, "output of a query", 1, 0.5),
        Line([0, out[-1] + 1], [0, 0], "", 6, "solid", 1),
    ]
    for place, value in zip((*at.tolist(), *out.tolist()), (*v, *outputs), strict=True):
        away = 0.28 if value >= 0 else -0.28
        away = away if abs(value) < TOP - 0.4 else -away
        marks.append(Text(place, float(np.clip(value, -TOP, TOP)) + away, _number(value)))
    handles = tuple(
        Handle(f"v{name}", f"value of key {name}", place, value, "y", 0.1, bare=True)
        for name, place, value in zip(KEYS, at.tolist(), v.tolist(), strict=True)
    )
    words = (*(f"v {name}" for name in KEYS), "q₁", "q₂")
    return Panel(
        "Outputs: means of the values you drag",
        Axis("", 0.4, out[-1] + 0.6, ticks=(*at.tolist(), *out.tolist()), tick_labels=words),
        Axis("value", -TOP, TOP, ticks=(-1, 0, 1)),
        tuple(marks),
        handles,
    )


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


def _say(Q: Array, K: Array, v: Array, answer: Answer) -> list[str]:
    said = []
    for row, name in enumerate(("q₁", "q₂")):
        w = answer.weights[row]
        best = np.flatnonzero(np.isclose(w, w.max(), rtol=0, atol=5e-4))
        if not Q[row].any() and len(best) == len(KEYS):
            look = f"{name} = (0, 0): every score is 0, so every key gets 1/4"
        elif len(best) == len(KEYS):
            look = f"{name} gives every key the same"
        else:
            names = " and ".join(KEYS[k] for k in best)
            each = " each" if len(best) > 1 else ""
            score = float(Q[row] @ K[best[0]] / np.sqrt(2))
            look = (
                f"{name} looks most at {names}: score {_number(score)}, weight {w.max():.2f}{each}"
            )
        values = (f"{b:.3g}" if b >= 0 else f"(−{-b:.3g})" for b in v)
        terms = (f"{_number(a)}·{b}" for a, b in zip(w, values, strict=True))
        total = " + ".join(terms)
        said.append(f"{look}. Its output is {total} = {_number(float(answer.outputs[row]))}.")
    said.append("A longer query or key makes the choice sharper; turn it, and it chooses another.")
    return said


def attention(attention: Attention | None = None) -> Stage:
    """Drag queries, keys and values, and watch the weights and the outputs of attention.

    Parameters
    ----------
    attention : function, optional
        Yours, `attention(Q, K, V)`, for Q (2, 2), K (4, 2), V (4, 5) -> (2, 5). The first four
        columns of V are one-hot, so that the first four columns of its answer are its weights.
        While it does not work, ours is drawn, and the caption says so.

    Examples
    --------
    >>> stage = attention()
    >>> stage.set(q2=[0.0, 0.0])
    >>> stage.scene.goal.reached  # q1 looks at A
    False
    >>> stage.set(q1=[-3.0, -1.0])
    >>> stage.scene.goal.reached
    True
    """
    from nnf_teach.widgets.stage import Stage

    return Stage(attention_scene(attention), dict(INITIAL))
