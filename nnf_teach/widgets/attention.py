"""Attention: queries look at keys, and each takes a mean of the values by what it sees.

Slide "Multiplicative interactions": such units unify attention, metric learning and many others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.widgets import ui
from nnf_teach.widgets.attending import Attention, attend
from nnf_teach.widgets.wording import number, subscript

KEYS = {"A": [2.0, 0.4], "B": [0.3, 2.0], "C": [-1.8, -0.6], "D": [0.8, -1.9]}  # at the start
QUERIES = {"q1": [1.4, 0.7], "q2": [-0.8, 1.4]}
VALUES = {"A": 1.0, "B": -0.5, "C": 0.6, "D": -1.0}
LOOKS: dict[str, Any] = {
    "key": {"color": ui.BLUE, "symbol": "square"},
    "query": {"color": ui.ORANGE, "symbol": "circle"},
}
EDGE = 3.0  # queries and keys stay within [-EDGE, EDGE]^2
TOP = 1.5  # values run from -TOP to TOP
GOAL_WEIGHT, EVEN = 0.9, 0.05
GOAL = (
    f"q₁ gives at least {GOAL_WEIGHT} of its attention to C, and q₂ gives every key the same "
    f"(1/4, at most {EVEN} off)"
)


def _points(word: str, places: dict[str, list[float]]) -> Iterator[ui.Part]:
    for name, at in places.items():
        yield ui.handle(name, f"{word} {name}", -EDGE, EDGE, at=at, bare=True, **LOOKS[word])


@ui.widget(
    "Attention",
    *_points("key", KEYS),
    *_points("query", QUERIES),
    *(
        ui.handle(f"v{name}", f"value of key {name}", -TOP, TOP, at=at, moves="y", bare=True)
        for name, at in VALUES.items()
    ),
)
def attention(s: ui.Values, attention: Attention | None = None) -> ui.Picture:
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
    Q, K, v = s.row(QUERIES), s.row(KEYS), s.row(f"v{name}" for name in KEYS)
    weights, means, words = attend(Q, K, v[:, None], attention)
    outputs = means[:, 0]
    sharp = bool(weights[0, list(KEYS).index("C")] >= GOAL_WEIGHT)
    even = bool((np.abs(weights[1] - 1 / len(KEYS)) <= EVEN).all())
    return ui.Picture(
        (_plane(s, Q, K), _matrix(weights), _values(s, v, outputs)),
        words,
        *_say(Q, K, v, weights, outputs),
        "A longer query or key makes the choice sharper; turn it, and it chooses another.",
        goal=ui.Goal(GOAL, sharp and even),
    )


def _plane(s: ui.Values, Q: Array, K: Array) -> ui.Panel:
    def group(word: str, names: Iterable[str], places: Array) -> list[Any]:
        return [
            ui.dots(places[:, 0], places[:, 1], word, size=9, **LOOKS[word]),
            *(
                ui.Arrow((0.0, 0.0), (x, y), subscript(name), LOOKS[word]["color"], tip_handle=name)
                for name, (x, y) in zip(names, places.tolist(), strict=True)
            ),
            *map(s.handle, names),
        ]

    axes = ui.line(
        [-EDGE, EDGE, np.nan, 0, 0], [0, 0, np.nan, -EDGE, EDGE], "", ui.INK, "dotted", 1
    )
    return ui.panel(
        "Drag the queries and the keys",
        *ui.square("first number", "second number", EDGE),
        axes,
        group("key", KEYS, K),
        group("query", QUERIES, Q),
        equal=True,
    )


def _matrix(weights: Array) -> ui.Panel:
    rows, columns = weights.shape
    return ui.panel(
        "Weights: softmax of q·k/√2 over the keys",
        ui.axis("key", 0.5, columns + 0.5, range(1, columns + 1), KEYS),
        ui.axis("query", 0.5, rows + 0.5, (1, 2), ("q₂", "q₁")),
        ui.HeatMap(weights[::-1], 0, 1, "weight", "sequential"),
        [
            ui.Text(column + 1, rows - row, f"{weight:.2f}")
            for (row, column), weight in np.ndenumerate(weights)
        ],
    )


def _values(s: ui.Values, v: Array, outputs: Array) -> ui.Panel:
    at, out = np.arange(1.0, len(v) + 1), np.arange(len(v) + 1.5, len(v) + 1.5 + len(outputs))
    ticks, values = np.append(at, out), np.append(v, outputs)
    return ui.panel(
        "Outputs: means of the values you drag",
        ui.axis("", 0.4, out[-1] + 0.6, ticks, (*(f"v {name}" for name in KEYS), "q₁", "q₂")),
        ui.axis("value", -TOP, TOP, (-1, 0, 1)),
        ui.Bars(at, v, "value v of a key", ui.BLUE, 0.5),
        ui.Bars(out, outputs, "output of a query", ui.ORANGE, 0.5),
        ui.level(0, [0, out[-1] + 1], stroke="solid", width=1),
        ui.beside(ticks, values.clip(-TOP, TOP), map(number, values), 0.28, TOP - 0.4),
        [s.handle(f"v{name}", x=place) for name, place in zip(KEYS, at, strict=True)],
    )


def _say(Q: Array, K: Array, v: Array, weights: Array, outputs: Array) -> Iterator[str]:
    names = list(KEYS)
    values = [f"{b:.3g}" if b >= 0 else f"(−{-b:.3g})" for b in v]
    for name, q, w, output in zip(("q₁", "q₂"), Q, weights, outputs, strict=True):
        best = np.flatnonzero(np.isclose(w, w.max(), rtol=0, atol=5e-4))
        if not q.any() and len(best) == len(KEYS):
            look = f"{name} = (0, 0): every score is 0, so every key gets 1/4"
        elif len(best) == len(KEYS):
            look = f"{name} gives every key the same"
        else:
            keys = " and ".join(names[k] for k in best)
            score = number(q @ K[best[0]] / np.sqrt(2))
            each = " each" if len(best) > 1 else ""
            look = f"{name} looks most at {keys}: score {score}, weight {w.max():.2f}{each}"
        total = " + ".join(f"{number(a)}·{b}" for a, b in zip(w, values, strict=True))
        yield f"{look}. Its output is {total} ≈ {number(output)}."
