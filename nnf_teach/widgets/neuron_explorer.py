"""One artificial neuron with two inputs, y = f(<w, x> + b), and its surface over the plane.

Slides "Artificial neuron" and "Sigmoid activation function".
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.experiments.contour import chord
from nnf_teach.modules.sigmoid import sigmoid
from nnf_teach.widgets import ui
from nnf_teach.widgets.learner import Elementwise, call, name_of, yours

EDGE = 3.0  # the picture is [-EDGE, EDGE]^2
PIXELS = 120
CENTRES = (np.arange(PIXELS) + 0.5) * (2 * EDGE / PIXELS) - EDGE
Z_EDGE = 6.0  # the curve f(z) is drawn from -Z_EDGE to Z_EDGE
Z = np.linspace(-Z_EDGE, Z_EDGE, 241)
MAX_B = 2 * EDGE**2  # what moves the boundary of the longest w into the last corner


class Activation(NamedTuple):
    """A function of z = <w, x> + b, the values at the ends of its colours, and its words."""

    function: Elementwise
    low: float
    high: float
    positive: str  # said where z > 0
    negative: str
    levels: dict[float, str]  # values of z whose lines are drawn in


LOGIT = float(np.log(9))  # sigmoid(LOGIT) = 0.9
ACTIVATIONS = {
    "linear": Activation(
        np.array, -Z_EDGE, Z_EDGE, "y > 0", "y < 0", {-2.0: "y = -2", 2.0: "y = 2"}
    ),
    "threshold": Activation(  # the neuron of McCulloch and Pitts
        lambda z: np.asarray(z > 0, dtype=np.float64), 0, 1, "fires: y = 1", "silent: y = 0", {}
    ),
    "sigmoid": Activation(
        sigmoid, 0, 1, "y > 1/2", "y < 1/2", {-LOGIT: "y = 0.1", LOGIT: "y = 0.9"}
    ),
}


def _weights(s: ui.Values) -> Array:
    """Return w, and 0 where it is too short to have a direction."""
    w = np.array(s.w)
    return w if np.hypot(*w) > 1e-6 else np.zeros(2)


def _bias(s: ui.Values, was: ui.Values) -> ui.State:
    """Move the boundary to where its handle was put; the picture puts the handle back on it."""
    return {"b": 0.0 - float(_weights(s) @ s.boundary)}


@ui.widget(
    "Neuron explorer",
    ui.slider("b", "Bias b", -MAX_B, MAX_B, 0.1, at=-1.5),
    ui.choice("activation", "Activation f", lambda s: (*ACTIVATIONS, yours(s.given["activation"]))),
    ui.handle("w", "tip of w", -EDGE, EDGE, at=[1.5, 1.0]),
    ui.handle("boundary", "boundary (b)", -EDGE, EDGE, at=[0.0, 0.0], sets=_bias),
    begin=lambda activation=None: {"activation": yours(activation) or "sigmoid"},
)
def neuron_explorer(s: ui.Values, activation: Elementwise | None = None) -> ui.Picture:
    """Drag the weight vector and the boundary of a neuron, and see its answer to every input.

    Parameters
    ----------
    activation : function, optional
        Your own f, elementwise on arrays: it becomes one more choice, and is chosen first. While
        it does not work, ours is drawn, and the caption says so.

    Examples
    --------
    >>> explorer = neuron_explorer(np.tanh)
    >>> explorer.set(boundary=[1.0, 0.0])
    >>> explorer.state["activation"], explorer.state["b"]
    ('your tanh', -1.5)
    """
    w = _weights(s)
    theirs = activation if s.activation == yours(activation) else None
    shown = name_of(theirs) if theirs else s.activation
    shown = shown if shown in ACTIVATIONS else "sigmoid"  # ours of the same name stands in
    f = ACTIVATIONS[shown]
    surface, problem = call(theirs, f.function, w[0] * CENTRES + w[1] * CENTRES[:, None] + s.b)
    curve, also = call(None if problem else theirs, f.function, Z)
    problem = problem or also
    if theirs and not problem:
        shown, f = s.activation, _describe_theirs(theirs, np.append(surface, curve))
    place, boundary = s.boundary, []
    if w.any():
        place = _place_on_boundary(w, s.b)
        arrow = ui.Arrow((0.0, 0.0), (s.w[0], s.w[1]), "w", ui.GREEN, "w")
        lines, words = _lines(w, s.b, f.levels), _words(w, s.b, f)
        boundary = [*lines, *words, arrow, s.handle("boundary", *place)]
    plane = ui.panel(
        "The neuron's answer to every input x",
        *ui.square("x₁", "x₂", EDGE),
        ui.HeatMap(surface, f.low, f.high, "y"),
        s.handle("w"),
        boundary,
        equal=True,
    )
    return ui.Picture(
        [plane, _curve(curve, s.b, f)],
        problem,
        _geometry(w, s.b),
        _meaning(shown, w, surface),
        state={"boundary": place},
    )


def _describe_theirs(theirs: Elementwise, values: Array) -> Activation:
    finite = values[np.isfinite(values)]
    probability = not len(finite) or (finite.min() >= -1e-9 and finite.max() <= 1 + 1e-9)
    top = 1.0 if probability else float(np.abs(finite).max())
    return Activation(theirs, 0.0 if probability else -top, top, "z > 0", "z < 0", {})


def _lines(w: Array, b: float, levels: dict[float, str]) -> list[ui.Line]:
    """Return the boundary, solid, and a dotted and a dashed level line, as far as in view."""
    lines = []
    for z, label in {0.0: "boundary ⟨w, x⟩ + b = 0", **levels}.items():
        ends = chord(w, b - z, EDGE)
        if ends is not None:
            stroke: ui.Stroke = "solid" if z == 0 else "dotted" if z < 0 else "dashed"
            lines.append(ui.line(ends[:, 0], ends[:, 1], label, ui.INK, stroke, 2 if z else 3))
    return lines


def _place_on_boundary(w: Array, b: float) -> list[float]:
    """Return where the boundary's handle stands: at the foot point, or as near as is in view."""
    foot = -b * w / (w @ w)
    ends = chord(w, b, EDGE)
    if ends is None:  # the whole line is out of view: wait at the edge on its side
        place = foot / np.abs(foot).max() * (EDGE - 0.2)
    else:
        length = float(np.hypot(*(ends[1] - ends[0])))
        along = (ends[1] - ends[0]) / length
        step = float((foot - ends[0]) @ along)
        if np.hypot(*(foot - w)) < 0.3:  # do not cover the tip of w
            step += 0.6 if step < length / 2 else -0.6
        place = ends[0] + np.clip(step, 0, length) * along
    return [float(value) + 0.0 for value in place]


def _words(w: Array, b: float, f: Activation) -> list[ui.Text]:
    """Return a word in the middle of each side that is large enough, beside the arrow."""
    ticks = np.linspace(-EDGE, EDGE, 25)
    points = np.stack([a.ravel() for a in np.meshgrid(ticks, ticks)])
    z = w @ points + b
    aside = np.array([-w[1], w[0]]) / np.hypot(*w)
    texts = []
    for side, text in ((z > 0, f.positive), (z < 0, f.negative)):
        if side.mean() > 0.08:
            x, y = np.clip(points[:, side].mean(axis=1) + 1.3 * aside, -2.1, 2.1)
            texts.append(ui.Text(float(x), float(y), text))
    return texts


def _curve(curve: Array, b: float, f: Activation) -> ui.Panel:
    room = 0.08 * (f.high - f.low)
    low, high = f.low - room, f.high + room
    y = float(np.interp(b, Z, curve))
    in_view = abs(b) <= Z_EDGE and np.isfinite(y)
    return ui.panel(
        "The activation f",
        ui.axis("z = ⟨w, x⟩ + b", -Z_EDGE, Z_EDGE),
        ui.axis("y = f(z)", low, high),
        ui.upright(0, [low, high], "boundary z = 0", stroke="dashed", width=2),
        ui.line(Z, curve, "f(z)"),
        ui.here(b, y, "at x = (0, 0): z = b") if in_view else None,
    )


def _geometry(w: Array, b: float) -> str:
    numbers = f"w = ({w[0]:.2f}, {w[1]:.2f}), b = {b:.2f}."
    if not w.any():
        return (
            f"{numbers} With w = 0 the input does not matter: every x gets the same answer, f(b), "
            "and no line is the boundary. Move the tip of w away from the origin."
        )
    distance = -b / float(np.hypot(*w))
    if abs(distance) < 0.005:
        where = "passes through the origin"
    else:
        side = "points to" if distance > 0 else "points away from"
        where = f"is {abs(distance):.2f} from the origin, on the side that w {side}"
    hidden = " It is outside the picture." if chord(w, b, EDGE) is None else ""
    return (
        f"{numbers} The boundary ⟨w, x⟩ + b = 0 is at right angles to w and {where} "
        f"(−b/|w| = {distance + 0.0:.2f}).{hidden}"
    )


def _meaning(word: str, w: Array, surface: Array) -> str:
    length = float(np.hypot(*w))
    if not length:
        return f"Here y = {surface[0, 0]:.2f} everywhere."
    if word == "linear":
        return f"Linear: each step of 1 along w adds |w| = {length:.2f} to y, without end."
    if word == "threshold":
        return f"Threshold: the neuron fires in {100 * surface.mean():.0f} % of the picture."
    if word == "sigmoid":
        return (
            f"Sigmoid: y climbs from 0.1 to 0.9 over a band {2 * LOGIT / length:.2f} wide; a "
            "longer w makes it narrower and the step steeper."
        )
    seen, name = surface[np.isfinite(surface)], word[:1].upper() + word[1:]
    if not len(seen):
        return f"{name}: no value in the picture is finite."
    missing = surface.size - seen.size
    holes = (
        f" {missing} of its {surface.size} values are not finite (left blank)." if missing else ""
    )
    return f"{name}: y runs from {seen.min():.2f} to {seen.max():.2f} in the picture.{holes}"
