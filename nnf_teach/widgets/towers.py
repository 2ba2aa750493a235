"""Towers in the plane, each of four steep units and a lid, that add up to a surface.

Slides "Universal Approximation Theorem" and its intuition, one dimension further.
"""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.experiments import towers as net
from nnf_teach.widgets import ui

ONE, SUM, GIVEN, ERROR = "one tower", "sum of towers", "surface", "error"
PIXELS = 72
PLACES = (np.arange(PIXELS) + 0.5) / PIXELS
STEEP = 80.0  # of the single tower
WANTED = (0.35, 0.45), (0.65, 0.8)  # the corners of the goal's inner square
MARGIN = 0.1  # from there to the outer one
HIGH, LOW = 0.9, 0.1  # what the tower has to be inside the one, and outside the other
UNITS = ui.log_axis("units (log)", 1, 2000, (1, 10, 100, 1000))
MEAN = ui.log_axis("mean error (log)", 0.005, 1, (0.01, 0.1, 1))
CURVE = ui.Look(ui.BLUE, "solid", "circle", 1.5)
PLANE = ui.Look(ui.ORANGE, "dashed", "square", 1.5)


@ui.widget(
    "Towers",
    ui.choice("shown", "Show", (ONE, SUM, GIVEN, ERROR)),
    ui.toggle("lid", "Put the lid on", when=lambda s: s.shown == ONE),
    ui.choice("surface", "Surface", net.SURFACES),
    ui.choice("side", "Towers", [f"{side} × {side}" for side in net.SIDES], at="4 × 4"),
    ui.handle("A", "A", 0, 1, at=[0.1, 0.2], step=0.05),
    ui.handle("B", "B", 0, 1, at=[0.5, 0.6], step=0.05),
)
def towers(s: ui.Values) -> ui.Picture:
    """Drag a tower of four steep units and a lid, and see what a surface of towers costs.

    >>> towers.scene(lid=True, A=[0.3, 0.4], B=[0.7, 0.85]).goal.reached
    True
    """
    lowest, highest = _extremes(s)
    return ui.Picture(
        [_tower(s) if s.shown == ONE else _surface(s), _errors(s)],
        *(_say_tower(s, lowest, highest) if s.shown == ONE else []),
        *_say_sum(s),
        goal=ui.Goal(
            f"a tower above {HIGH} in the dashed box, below {LOW} outside the dotted one",
            bool(s.lid) and lowest > HIGH and highest < LOW,
        ),
    )


def _side(s: ui.Values) -> int:
    return int(s.side.split()[0])


def _value(s: ui.Values, x: Array) -> Array:
    """Return the single tower, or without its lid the sum of its steps, at x along both sides."""
    low, high = np.minimum(s.A, s.B).tolist(), np.maximum(s.A, s.B).tolist()
    steps = net.four_steps(x, x[:, None], low, high, STEEP)
    return net.lid(steps) if s.lid else steps


def _extremes(s: ui.Values) -> tuple[float, float]:
    """Return the lowest value in the goal's inner box, and the highest outside the outer one."""
    x = np.linspace(0, 1, 201)
    value = _value(s, x)
    inner, outer = (_inside(x, margin) for margin in (0.0, MARGIN))
    return float(value[inner].min()), float(value[~outer].max())


def _inside(x: Array, margin: float) -> Array:
    (left, below), (right, above) = WANTED
    across = (x >= left - margin) & (x <= right + margin)
    return np.asarray(across & ((x >= below - margin) & (x <= above + margin))[:, None])


def _tower(s: ui.Values) -> ui.Panel:
    top, label = (1, "tower") if s.lid else (2, "sum of four units")
    return ui.panel(
        "Four steep units" + (", and the lid" if s.lid else ""),
        *_axes(),
        ui.HeatMap(_value(s, PLACES), 0, top, label),
        ui.line(*_box(0.0), "tower here", ui.INK, "dashed"),
        ui.line(*_box(MARGIN), "none beyond", ui.INK, "dotted"),
        s.handle("A"),
        s.handle("B"),
        equal=True,
    )


def _axes() -> tuple[ui.Axis, ui.Axis]:
    return ui.axis("x₁", 0, 1), ui.axis("x₂", 0, 1)


def _box(margin: float) -> tuple[Array, Array]:
    (left, below), (right, above) = np.add(WANTED, [[-margin], [margin]])
    return np.array([left, right, right, left, left]), np.array([below, below, above, above, below])


def _surface(s: ui.Values) -> ui.Panel:
    values = s.kept(_values, s.surface, _side(s), s.shown)
    shown = (
        ui.HeatMap(values, -0.5, 0.5, "sum − surface")
        if s.shown == ERROR
        else ui.HeatMap(values, 0, 1, "height", "sequential")
    )
    title = f"The {s.surface}" if s.shown == GIVEN else f"{s.side} towers: the {s.shown.split()[0]}"
    return ui.panel(title, *_axes(), shown, equal=True)


def _values(word: str, side: int, shown: str) -> Array:
    surface = net.SURFACES[word](PLACES, PLACES[:, None])
    if shown == GIVEN:
        return surface
    total = net.sum_of_towers(net.SURFACES[word], side, PLACES)
    return total - surface if shown == ERROR else total


def _errors(s: ui.Values) -> ui.Panel:
    errors, sides = net.measure(s.surface), np.array(net.SIDES)
    now = net.SIDES.index(_side(s))
    plane, line = net.UNITS * sides**2, 2 * sides
    return ui.panel(
        "Error by number of units",
        UNITS,
        MEAN,
        CURVE.marked(line, errors.line, "curve: 2 units per bump"),
        PLANE.marked(plane, errors.plane, "surface: 5 units per tower"),
        CURVE.dots(line[now], errors.line[now], size=13),
        PLANE.dots(plane[now], errors.plane[now], size=13),
    )


def _say_tower(s: ui.Values, lowest: float, highest: float) -> list[str]:
    if not s.lid:
        return [
            "Two units make a step along x₁, two along x₂. Their sum is 2 between the corners A "
            "and B, and 1 in the strips beside them, to the edge of the square."
        ]
    return [
        "The lid, a fifth unit behind the four, lets through what is above "
        f"{net.LID_AT}: the tower stands alone.",
        f"In the dashed box it is at least {lowest:.2f}, outside the dotted one at most "
        f"{highest:.2f}.",
    ]


def _say_sum(s: ui.Values) -> list[str]:
    errors, side = net.measure(s.surface), _side(s)
    k, early, late = net.SIDES.index(side), net.SIDES.index(4), net.SIDES.index(16)
    fell = [float(each[early] / each[late]) for each in (errors.line, errors.plane)]
    return [
        f"{side} × {side} towers have {net.UNITS * side**2:,} units, and are {errors.plane[k]:.3f} "
        f"away from the {s.surface} on average.",
        f"Along the cut x₂ = {net.CUT}, a curve, {side} bumps of {2 * side} units are "
        f"{errors.line[k]:.3f} away.",
        f"From 4 to 16 along a side the curve's error falls to 1/{fell[0]:.1f} for 4 times as many "
        f"units, the surface's to 1/{fell[1]:.1f} for 16 times as many.",
        f"The largest error is {errors.largest[k]:.2f}: where the corners of four towers meet, "
        "none of them stands."
        if side > 1
        else "",
    ]
