"""Gradient descent of logistic regression seen from above: contours, the path, and the boundary.

Slides 'The simplest "neural" classifier' and "Gradient descent recap".
"""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.experiments import descent
from nnf_teach.experiments.ink_classifier import (
    Lowest,
    ink_landscape,
    ink_of_digits,
)
from nnf_teach.modules.sigmoid import sigmoid
from nnf_teach.widgets import ui
from nnf_teach.widgets.wording import counted, number, row

EDGE = 12.0  # w and b run from -EDGE to EDGE
LAST = 60  # steps
SOON = 10  # steps in which the goal is to be reached
FAR = 5.0  # the goal's start is at least so far away from the lowest point
NEAR = 0.01  # above the lowest loss
CELLS = 80  # of the surface, along each side
HIGHEST = 6.0  # loss that the colours still tell apart
LOOKS = ui.Look(ui.BLUE, "solid", "circle"), ui.Look(ui.ORANGE, "dashed", "square")  # of classes


@ui.widget(
    "The path downhill",
    ui.player("step", "Step", LAST, at=20, rate=8),
    ui.slider("learning_rate", "Learning rate α", 0.1, 100, 0.05, at=1.0, scale="log"),
    ui.toggle("centred", "Measure ink from its mean"),
    ui.handle("start", "start", -EDGE, EDGE, at=[4.0, -4.0], step=0.5),
)
def path_downhill(s: ui.Values) -> ui.Picture:
    """Follow gradient descent over (w, b), and the boundary between zeros and ones with it.

    >>> path_downhill.scene(centred=True, learning_rate=10).goal.reached
    True
    """
    landscape, lowest = ink_landscape(s.centred)
    path = descent.descend(landscape, s.start, s.learning_rate, LAST)
    near = np.flatnonzero(landscape.value(path) < lowest.loss + NEAR)
    first = int(near[0]) if len(near) else None
    return ui.Picture(
        [_plane(s, landscape, lowest, path[: s.step + 1]), _data(s, path[: s.step + 1])],
        *_say(s, landscape, lowest, path, first),
        goal=_goal(s, lowest, first),
    )


def _plane(s: ui.Values, landscape: descent.Landscape, lowest: Lowest, path: Array) -> ui.Panel:
    inside = np.abs(path).max(axis=1) <= EDGE
    seen = path[inside]
    x, y = s.kept(descent.equal_loss, landscape, EDGE)
    return ui.panel(
        "The loss from above: drag the start",
        *ui.square("w", "b", EDGE),
        ui.HeatMap(s.kept(_surface, landscape), 0, HIGHEST, "loss", "sequential"),
        ui.line(x, y, "equal loss", ui.INK, width=0.8),
        ui.dots(lowest.theta[0], lowest.theta[1], "lowest", ui.GREEN, "cross", 11),
        ui.line(path[:, 0], path[:, 1], "path", ui.ORANGE),
        ui.dots(seen[:, 0], seen[:, 1], "", ui.ORANGE, size=5),
        ui.here(path[-1, 0], path[-1, 1], f"step {s.step}") if inside[-1] else None,
        s.handle("start"),
        equal=True,
    )


def _surface(landscape: descent.Landscape) -> Array:
    side = (np.arange(CELLS) + 0.5) * (2 * EDGE / CELLS) - EDGE
    return landscape.value(np.stack(np.meshgrid(side, side), axis=-1))


def _data(s: ui.Values, path: Array) -> ui.Panel:
    x, t = ink_of_digits(s.centred)
    low, high = (-2.0, 3.0) if s.centred else (0.0, 5.0)
    along = np.linspace(low, high, 201)
    places = _boundaries(path)
    shown = places[(places >= low) & (places <= high)]
    return ui.panel(
        "The data and the boundary",
        ui.axis("ink (standard deviations)", low, high),
        ui.axis("p of class 1", -0.12, 1.12, (0, 0.25, 0.5, 0.75, 1)),
        [
            look.dots(x[t == k], t[t == k], f"class {k}: the digit {k}", 7)
            for k, look in enumerate(LOOKS)
        ],
        ui.line(along, sigmoid(path[0, 0] * along + path[0, 1]), "start", ui.INK, "dotted", 1.5),
        ui.line(along, sigmoid(path[-1, 0] * along + path[-1, 1]), f"step {s.step}", ui.GREEN),
        ui.dots(shown, np.full(len(shown), 0.5), "boundaries, p = 1/2", ui.INK, "triangle", 5),
    )


def _boundaries(path: Array) -> Array:
    """Return where p is 1/2 after each step; where w is 0 that is nowhere."""
    w, b = path.T
    return np.asarray(-b[w != 0] / w[w != 0])


def _goal(s: ui.Values, lowest: Lowest, first: int | None) -> ui.Goal:
    away = float(np.hypot(*(lowest.theta - s.start)))
    return ui.Goal(
        f"within {NEAR} of the lowest loss in {SOON} steps, from {FAR:.0f} or more away",
        first is not None and first <= SOON and away >= FAR,
    )


def _say(
    s: ui.Values, landscape: descent.Landscape, lowest: Lowest, path: Array, first: int | None
) -> list[str]:
    losses = landscape.value(path)
    along, across = lowest.curvatures
    x, t = ink_of_digits(s.centred)
    w, b = path[s.step]
    right = int(((w * x + b > 0) == (t == 1)).sum())
    rises = int((np.diff(losses[: s.step + 1]) > 1e-9).sum())
    arrives = (
        f"Step {first} is the first within {NEAR} of it."
        if first is not None
        else f"After {LAST} steps it would be {losses[-1] - lowest.loss:.2g} above."
    )
    return [
        f"Step {s.step}: w = {number(w)}, b = {number(b)}, loss {losses[s.step]:.3f}, {right} of "
        f"{len(t)} digits right.",
        f"The lowest loss, {lowest.loss:.3f}, is at {row(lowest.theta)}.",
        arrives,
        f"So far the loss has gone up {counted(rises, 'time')}: steps jump across the valley."
        if rises
        else "",
        f"At the bottom the loss bends {across / along:.0f} times as much across the valley as "
        f"along it: α must stay below 2/λ = {2 / across:.2g} to come to rest there, and steps "
        "along the valley are then shorter by as much.",
    ]
