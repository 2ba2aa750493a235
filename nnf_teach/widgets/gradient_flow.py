"""Where the gradient goes: through a maximum, a softmax gate and a one-hot gate.

Slides "Max as a computational graph" ("gradients only flow through the selected element.
Consequently we are not learning how to select") and "Conditional execution as a computational
graph" ("backwards pass is gated in the same way forward one is").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.modules.gate import conditional_backward, softmax_gate_backward
from nnf_teach.modules.max_pool import max_backward
from nnf_teach.modules.softmax import softmax
from nnf_teach.widgets import ui
from nnf_teach.widgets.learner import name_of, read_array
from nnf_teach.widgets.wording import number, row, subscript

Backward = Callable[..., Any]  # (dy, x) -> dx

MAX, SOFT, HARD = "max", "softmax gate", "one-hot gate"
BESIDE_X = {MAX: "", SOFT: "dL/dz", HARD: "dL/dp"}  # what else gets a gradient
COUNT = 4
X = {"x1": 1.0, "x2": -0.5, "x3": 2.0, "x4": 0.5}  # at the start
Z = {"z1": 0.5, "z2": 1.0, "z3": -1.0, "z4": 0.0}
OPEN = tuple(map(subscript, X))
EDGE = 3.0  # x and z run from -EDGE to EDGE
MAX_DY = 2.0
NUDGE = 1e-4  # of the measured slopes
SHARE = 0.9  # of the goal
GOAL = f"with the softmax gate, let x₂ get at least {SHARE} of dL/dy although it is not the largest"
PLACES = np.arange(1.0, COUNT + 1)
ENDS = [0, COUNT + 1]
ZERO = ui.level(0, ENDS, stroke="solid", width=1)


class Flow(NamedTuple):
    """The way forward and the way back."""

    y: float
    p: Array  # (COUNT,): how much of each x is let through
    dx: Array  # (COUNT,)
    other: Array  # (COUNT,): dL/dz of the softmax gate, dL/dp of the one-hot gate, else 0
    measured: Array  # (COUNT,): dL/dy times the slope of y by each x, by moving it


def forward(gate: str, x: Array, z: Array, chosen: int) -> tuple[float, Array]:
    """Return y and the gate p: y = max(x), or the sum of x p.

    >>> forward("max", np.array([1.0, 3.0, 3.0, 0.0]), np.zeros(4), 0)
    (3.0, array([0., 1., 0., 0.]))
    """
    opened = int(x.argmax()) if gate == MAX else chosen
    p = softmax(z) if gate == SOFT else np.eye(COUNT)[opened]
    return float(x @ p), p


def flow(gate: str, x: Array, z: Array, chosen: int, dy: float) -> Flow:
    """Return what goes forward and what comes back.

    >>> flow("one-hot gate", np.array([1.0, 2.0, 3.0, 4.0]), np.zeros(4), 1, 10.0).dx.tolist()
    [0.0, 10.0, 0.0, 0.0]
    """
    y, p = forward(gate, x, z, chosen)
    dY = np.full((1, COUNT), dy)  # y is the sum of x p, and each term gets dL/dy
    if gate == MAX:
        dx, other = max_backward(dy, x), np.zeros(COUNT)
    elif gate == SOFT:
        (dx,), (other,) = softmax_gate_backward(dY, x[None], z[None])
    else:
        (dx,), (other,) = conditional_backward(dY, x[None], p[None])
    ends = [
        [forward(gate, x + side * step, z, chosen)[0] for side in (1, -1)]
        for step in NUDGE * np.eye(COUNT)
    ]
    measured = dy * (np.array(ends) @ [1, -1]) / (2 * NUDGE)
    return Flow(y, p, dx, other, measured)


def _tie(s: ui.Values, was: ui.Values) -> dict[str, float]:
    x = s.row(X)
    return {list(X)[np.argsort(-x, kind="stable")[1]]: float(x.max())}


@ui.widget(
    "Where the gradient goes",
    ui.choice("gate", "Module", BESIDE_X),
    ui.choice("open", "Open for", OPEN, at=OPEN[2], when=lambda s: s.gate == HARD),
    ui.slider("dy", "What comes back, dL/dy", -MAX_DY, MAX_DY, 0.1, at=1.0),
    ui.button("tie", "Make the two largest x equal", sets=_tie),
    *(
        ui.handle(name, " ".join(name), -EDGE, EDGE, at=at, moves="y", bare=True)
        for name, at in (X | Z).items()
    ),
)
def gradient_flow(s: ui.Values, function: Backward | None = None) -> ui.Picture:
    """Send numbers forward through max, a softmax gate or a one-hot gate, and a gradient back.

    Parameters
    ----------
    function : function, optional
        Your `max_backward(dy, x)`, for a number dy and x (4,): what it gives is drawn for max.
        While it does not work, ours is drawn, and the caption says so.

    Examples
    --------
    >>> stage = gradient_flow()
    >>> stage.set(tie=1)
    >>> stage.state["x1"], stage.state["x3"]
    (2.0, 2.0)
    """
    x, z = s.row(X), s.row(Z)
    ours, whose = flow(s.gate, x, z, OPEN.index(s.open), s.dy), ""
    passed = ours
    if function is not None and s.gate == MAX:
        dx, problem = read_array(function, (s.dy, x), (COUNT,))
        whose = f"{problem}, so this is ours."
        if dx is not None:
            whose = f"This is your {name_of(function)}: {_judge(dx, s.dy, x)}."
            passed = ours._replace(dx=dx)
    learns = s.gate == SOFT and ours.p[1] >= SHARE and x[1] < x.max()
    return ui.Picture(
        (_inputs(s, x, ours.y), _gate(s, z, ours.p), _gradients(s.gate, passed)),
        whose,
        *_say(s.gate, x, passed),
        "" if s.dy else "dL/dy = 0: nothing comes back at all.",
        goal=ui.Goal(GOAL, bool(learns)),
    )


def _judge(dx: Array, dy: float, x: Array) -> str:
    largest = x == x.max()
    if np.abs(dx[~largest]).max(initial=0) > 1e-9:
        return "an x that is not the largest gets a gradient, though moving it does not move y"
    total = float(dx.sum())
    if abs(total - dy) > 1e-6 * abs(dy) + 1e-9:
        return f"its parts add up to {number(total)}, and dL/dy is {number(dy)}"
    if (dx * np.sign(dy) < -1e-9).any():
        return "its parts add up to dL/dy, but one of them has the opposite sign"
    return "only the largest gets a gradient, dL/dy in all"


def _x_axis(names: Iterable[str] = X) -> ui.Axis:
    return ui.axis("", 0.4, COUNT + 0.6, PLACES, map(subscript, names))


def _inputs(s: ui.Values, x: Array, y: float) -> ui.Panel:
    return ui.panel(
        "Forward: drag x",
        _x_axis(),
        ui.axis("value", -EDGE, EDGE),
        ui.Bars(PLACES, x, "x", ui.BLUE, 0.5),
        ZERO,
        ui.level(y, ENDS, f"y = {number(y)}", ui.GREEN, "dashed", 2.5),
        ui.beside(PLACES, x, map(number, x), 0.17 * EDGE, 0.8 * EDGE),
        list(map(s.handle, X, PLACES)),
    )


def _gate(s: ui.Values, z: Array, p: Array) -> ui.Panel:
    if s.gate == SOFT:
        return ui.panel(
            "The gate p = softmax(z): drag z",
            _x_axis(Z),
            ui.axis("z", -EDGE, EDGE + 0.9, range(-3, 4)),
            ui.Bars(PLACES, z, "logit z", ui.YELLOW, 0.5),
            ZERO,
            [ui.Text(k, EDGE + 0.45, f"p {number(a)}") for k, a in zip(PLACES, p, strict=True)],
            list(map(s.handle, Z, PLACES)),
        )
    return ui.panel(
        "What max lets through" if s.gate == MAX else "The one-hot gate p",
        _x_axis(("p1", "p2", "p3", "p4")),
        ui.axis("p", 0, 1.15, (0, 0.5, 1)),
        ui.Bars(PLACES, p, "how much is let through", ui.YELLOW, 0.5),
        ui.beside(PLACES, p, (f"{a:.0f}" for a in p), 0.06),
    )


def _gradients(gate: str, passed: Flow) -> ui.Panel:
    largest = float(np.abs([passed.dx, passed.other, passed.measured]).max())
    top = ui.nice_top(1.2 * largest, least=0.5)
    label = BESIDE_X[gate]
    beside, width = (0.2, 0.36) if label else (0.0, 0.5)
    return ui.panel(
        "Backward: where dL/dy goes",
        _x_axis(),
        ui.axis("gradient", -top, top),
        ui.Bars(PLACES - beside, passed.dx, "dL/dx", ui.BLUE, width),
        ui.Bars(PLACES + beside, passed.other, label, ui.YELLOW, width) if label else None,
        ZERO,
        ui.dots(PLACES - beside, passed.measured, "dL/dx, measured", ui.ORANGE, "cross", 8),
    )


def _say(gate: str, x: Array, passed: Flow) -> Iterator[str]:
    yield f"y = {number(passed.y)}, and dL/dx = {row(passed.dx)}."
    if gate == MAX:
        *others, last = (OPEN[k] for k in np.flatnonzero(x == x.max()))
        if others:
            yield (
                f"{', '.join(others)} and {last} tie, and max has a kink there: one of them "
                "moved up moves y, moved down it does not, so the measured slope is in between. "
                "Any split among them that adds up to dL/dy, in parts of its sign, is right: "
                "a subgradient times dL/dy. The slide's formula gives dL/dy to each."
            )
        else:
            yield (
                f"Only {last}, the largest, gets a gradient; the others hear nothing. Nothing "
                "here says which x should have been selected."
            )
    elif gate == SOFT:
        yield (
            f"Each x gets its share p of dL/dy, and the logits get dL/dz = {row(passed.other)}: "
            "p(x − y) times dL/dy. So the gate learns how to select."
        )
        if np.ptp(x) == 0:
            yield "All x are equal: there is nothing to choose, and no logit gets anything."
    else:
        yield (
            "What is closed on the way forward is closed on the way back. dL/dp = dL/dy x says "
            "which gate would have paid, but a one-hot p cannot move a little: only a softmax can "
            "follow it."
        )
