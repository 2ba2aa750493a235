"""Where the gradient goes: through a maximum, a softmax gate and a one-hot gate.

Slides "Max as a computational graph" ("gradients only flow through the selected element.
Consequently we are not learning how to select") and "Conditional execution as a computational
graph" ("backwards pass is gated in the same way forward one is").
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnf_teach.modules.gate import conditional_backward, softmax_gate_backward
from nnf_teach.modules.max_pool import max_backward
from nnf_teach.modules.softmax import softmax
from nnf_teach.widgets.learner import attempt, kind, name_of, numbers
from nnf_teach.widgets.scene import (
    Axis,
    Bars,
    Button,
    Choice,
    Goal,
    Handle,
    Line,
    Mark,
    Panel,
    Points,
    Scene,
    Slider,
    State,
    Text,
)

if TYPE_CHECKING:
    from nnf_teach.widgets.stage import Stage

Array = NDArray[np.float64]
Backward = Callable[..., Any]  # (dy, x) -> dx

MAX, SOFT, HARD = "max", "softmax gate", "one-hot gate"
COUNT = 4
X_NAMES, Z_NAMES = ("x1", "x2", "x3", "x4"), ("z1", "z2", "z3", "z4")
SUBSCRIPTS = str.maketrans("1234", "₁₂₃₄")
OPEN = tuple(name.translate(SUBSCRIPTS) for name in X_NAMES)
EDGE = 3.0  # x and z run from -EDGE to EDGE
DY = 2.0  # dL/dy runs from -DY to DY
NUDGE = 1e-4  # of the measured slopes
SHARE = 0.9  # of the goal
GOAL = f"with the softmax gate, let x₂ get at least {SHARE} of dL/dy although it is not the largest"
TOPS = (0.5, 1, 2, 5, 10)
PLACES = np.arange(1.0, COUNT + 1)
INITIAL: State = {
    "gate": MAX,
    "open": OPEN[2],
    "dy": 1.0,
    "tie": 0,
    "seen": 0,
    "x1": 1.0,
    "x2": -0.5,
    "x3": 2.0,
    "x4": 0.5,
    "z1": 0.5,
    "z2": 1.0,
    "z3": -1.0,
    "z4": 0.0,
}


class Flow(NamedTuple):
    """The way forward and the way back."""

    y: float
    p: Array  # (COUNT,): how much of each x is let through
    dx: Array  # (COUNT,)
    other: Array | None  # dL/dz of the softmax gate, dL/dp of the one-hot gate
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
    other: Array | None = None
    if gate == MAX:
        dx = max_backward(dy, x)
    elif gate == SOFT:
        dX, dZ = softmax_gate_backward(dY, x[None], z[None])
        dx, other = dX[0], dZ[0]
    else:
        dX, dP = conditional_backward(dY, x[None], p[None])
        dx, other = dX[0], dP[0]
    ends = [
        [forward(gate, x + side * step, z, chosen)[0] for side in (1, -1)]
        for step in NUDGE * np.eye(COUNT)
    ]
    measured = dy * (np.array(ends) @ [1, -1]) / (2 * NUDGE)
    return Flow(y, p, dx, other, measured)


def gradient_flow_scene(function: Backward | None = None) -> Callable[[State], Scene]:
    """Return the function from a state to the scene, with the learner's max_backward if there is
    one. The state has `gate` and `open` (words), `dy`, `tie` (a button's count), x1..4, z1..4.

    >>> scene = gradient_flow_scene()(INITIAL)
    >>> scene.panels[2].marks[0].heights.tolist()
    [0.0, 0.0, 1.0, 0.0]
    """

    def build(state: State) -> Scene:
        gate = str(state["gate"])
        dy = float(np.clip(float(state["dy"]), -DY, DY))
        x, z = (np.clip([float(state[n]) for n in ns], -EDGE, EDGE) for ns in (X_NAMES, Z_NAMES))
        if int(state["tie"]) > int(state["seen"]):
            x[np.argsort(-x, kind="stable")[1]] = x.max()
        ours = flow(gate, x, z, OPEN.index(str(state["open"])), dy)
        dx, whose = _learners(function, gate, ours, dy, x)
        passed = ours._replace(dx=dx)
        controls: list[Choice | Slider | Button] = [
            Choice("gate", "Module", (MAX, SOFT, HARD)),
            Slider("dy", "What comes back, dL/dy", -DY, DY, 0.1),
            Button("tie", "Make the two largest x equal"),
        ]
        if gate == HARD:
            controls.insert(1, Choice("open", "Open for", OPEN))
        soft = gate == SOFT
        shares = passed.p[1] >= SHARE and x[1] < x.max()
        return Scene(
            "Where the gradient goes",
            (_inputs(x, ours.y), _gate(gate, z, ours.p), _gradients(gate, passed)),
            " ".join(filter(None, (whose, *_say(gate, x, dy, passed)))),
            tuple(controls),
            Goal(GOAL, bool(soft and shares)),
            dict(state)
            | {"dy": dy, "seen": int(state["tie"])}
            | dict(zip((*X_NAMES, *Z_NAMES), (*x.tolist(), *z.tolist()), strict=True)),
        )

    return build


def _learners(
    theirs: Backward | None, gate: str, ours: Flow, dy: float, x: Array
) -> tuple[Array, str]:
    """Return dL/dx of the learner's max_backward where it works, and what to say of it."""
    if theirs is None or gate != MAX:
        return ours.dx, ""
    name = name_of(theirs)
    result, problem = attempt(theirs, dy, x)
    if not problem:
        found = numbers(result)
        if found is None:
            problem = f"Your {name} returned {kind(result)}, not an array of numbers"
        elif found.shape != (COUNT,):
            problem = f"Your {name} returned shape {found.shape}, not ({COUNT},)"
        elif not np.isfinite(found).all():
            problem = f"Your {name} returned values that are not finite"
        else:
            return found, f"This is your {name}: {_judge(found, dy, x)}."
    return ours.dx, f"{problem}, so this is ours."


def _judge(dx: Array, dy: float, x: Array) -> str:
    largest = x == x.max()
    if np.abs(dx[~largest]).max(initial=0) > 1e-9:
        return "an x that is not the largest gets a gradient, though moving it does not move y"
    total = float(dx.sum())
    if abs(total - dy) > 1e-6 * abs(dy) + 1e-9:
        return f"its parts add up to {_number(total)}, and dL/dy is {_number(dy)}"
    if (dx * np.sign(dy) < -1e-9).any():
        return "its parts add up to dL/dy, but one of them has the opposite sign"
    return "only the largest gets a gradient, dL/dy in all"


def _number(value: float) -> str:
    return f"{value + 0.0:.2f}".replace("-0.00", "0.00").replace("-", "−")


def _x_axis(names: tuple[str, ...]) -> Axis:
    words = tuple(name.translate(SUBSCRIPTS) for name in names)
    return Axis("", 0.4, COUNT + 0.6, ticks=tuple(PLACES.tolist()), tick_labels=words)


def _written(values: Array, top: float, share: float = 0.12) -> list[Mark]:
    """Write each bar's value beyond its end, or inside where there is no room."""
    marks: list[Mark] = []
    for place, value in zip(PLACES.tolist(), values.tolist(), strict=True):
        away = share * top if value >= 0 else -share * top
        marks.append(
            Text(place, value + (away if abs(value) < 0.8 * top else -away), _number(value))
        )
    return marks


def _handles(names: tuple[str, ...], values: Array) -> tuple[Handle, ...]:
    return tuple(
        Handle(name, f"{name[0]} {name[1]}", place, value, "y", 0.1, bare=True)
        for name, place, value in zip(names, PLACES.tolist(), values.tolist(), strict=True)
    )


def _inputs(x: Array, y: float) -> Panel:
    marks: list[Mark] = [
        Bars(PLACES, x, "x", 0, 0.5),
        Line([0, COUNT + 1], [0, 0], "", 6, "solid", 1),
        Line([0, COUNT + 1], [y, y], f"y = {_number(y)}", 2, "dashed", 2.5),
        *_written(x, EDGE, 0.17),
    ]
    return Panel(
        "Forward: drag x", _x_axis(X_NAMES), Axis("value", -EDGE, EDGE), tuple(marks),
        _handles(X_NAMES, x),
    )  # fmt: skip


def _gate(gate: str, z: Array, p: Array) -> Panel:
    if gate == SOFT:
        marks: list[Mark] = [
            Bars(PLACES, z, "logit z", 4, 0.5),
            Line([0, COUNT + 1], [0, 0], "", 6, "solid", 1),
        ]
        marks += [Text(k, EDGE + 0.45, f"p {_number(a)}") for k, a in zip(PLACES, p, strict=True)]
        title, handles = "The gate p = softmax(z): drag z", _handles(Z_NAMES, z)
        axis = Axis("z", -EDGE, EDGE + 0.9, ticks=(-3, -2, -1, 0, 1, 2, 3))
        return Panel(title, _x_axis(Z_NAMES), axis, tuple(marks), handles)
    marks = [Bars(PLACES, p, "how much is let through", 4, 0.5)]
    marks += [Text(k, a + 0.06, f"{a:.0f}") for k, a in zip(PLACES.tolist(), p, strict=True)]
    title = "What max lets through" if gate == MAX else "The one-hot gate p"
    names = ("p1", "p2", "p3", "p4")
    return Panel(title, _x_axis(names), Axis("p", 0, 1.15, ticks=(0, 0.5, 1)), tuple(marks))


def _gradients(gate: str, passed: Flow) -> Panel:
    other = passed.other if passed.other is not None else np.zeros(COUNT)
    largest = float(np.abs([passed.dx, other, passed.measured]).max())
    top = next((t for t in TOPS if t >= 1.2 * largest), 1.3 * largest)
    beside = 0.0 if passed.other is None else 0.2
    width = 0.5 if passed.other is None else 0.36
    marks: list[Mark] = [Bars(PLACES - beside, passed.dx, "dL/dx", 0, width)]
    if passed.other is not None:
        label = "dL/dz" if gate == SOFT else "dL/dp"
        marks.append(Bars(PLACES + beside, passed.other, label, 4, width))
    marks.append(Line([0, COUNT + 1], [0, 0], "", 6, "solid", 1))
    marks.append(Points(PLACES - beside, passed.measured, "dL/dx, measured", 1, "cross", 8))
    return Panel(
        "Backward: where dL/dy goes", _x_axis(X_NAMES), Axis("gradient", -top, top), tuple(marks)
    )


def _say(gate: str, x: Array, dy: float, passed: Flow) -> list[str]:
    row = ", ".join(_number(float(value)) for value in passed.dx)
    said = [f"y = {_number(passed.y)}, and dL/dx = ({row})."]
    if gate == MAX:
        ties = [OPEN[k] for k in np.flatnonzero(x == x.max())]
        if len(ties) > 1:
            said.append(
                f"{', '.join(ties[:-1])} and {ties[-1]} tie, and max has a kink there: one of them "
                "moved up moves y, moved down it does not, so the measured slope is in between. "
                "Any split among them that adds up to dL/dy, in parts of its sign, is right: "
                "a subgradient times dL/dy. The slide's formula gives dL/dy to each."
            )
        else:
            said.append(
                f"Only {ties[0]}, the largest, gets a gradient; the others hear nothing. Nothing "
                "here says which x should have been selected."
            )
    elif gate == SOFT:
        assert passed.other is not None
        row = ", ".join(_number(float(value)) for value in passed.other)
        said.append(
            f"Each x gets its share p of dL/dy, and the logits get dL/dz = ({row}): p(x − y) times "
            "dL/dy. So the gate learns how to select."
        )
        if np.ptp(x) == 0:
            said.append("All x are equal: there is nothing to choose, and no logit gets anything.")
    else:
        said.append(
            "What is closed on the way forward is closed on the way back. dL/dp = dL/dy x says "
            "which gate would have paid, but a one-hot p cannot move a little: only a softmax can "
            "follow it."
        )
    if not dy:
        said.append("dL/dy = 0: nothing comes back at all.")
    return said


def gradient_flow(function: Backward | None = None) -> Stage:
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
    from nnf_teach.widgets.stage import Stage

    return Stage(gradient_flow_scene(function), dict(INITIAL))
