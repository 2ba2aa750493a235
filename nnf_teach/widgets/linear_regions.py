"""The linear regions of a ReLU network of two inputs, random or folding, coloured and counted.

Slides "Depth" and "ReLU".
"""

from __future__ import annotations

from functools import cache

import numpy as np

from nnf_teach.experiments import regions as bounds
from nnf_teach.experiments.regions import (
    EDGE,
    Params,
    Regions,
    folding_network,
    random_network,
    split_square,
    two_points,
    with_lines,
)
from nnf_teach.looks import piece_colors
from nnf_teach.widgets import ui
from nnf_teach.widgets.wording import counted

DEEPEST = 4
MOST_FOLDED = 3000  # with more regions a folding network is drawn with fewer layers
STROKES: tuple[tuple[ui.Stroke, float], ...] = (
    ("solid", 2.6),
    ("dashed", 1.8),
    ("dotted", 1.8),
    ("solid", 0.9),
)
SHALLOW = ui.Look(ui.ORANGE, "dashed", "triangle", 1.5)
BEST = ui.Look(ui.GREEN, "dotted", "square", 1.5)
THIS = ui.Look(ui.BLUE, "solid", "circle")


def _in_first_layer(s: ui.Values) -> int:
    return s.width // 2 * 2 if _folds(s) else int(s.width)


def _units(s: ui.Values) -> list[str]:
    return [f"unit {k}" for k in range(1, _in_first_layer(s) + 1)]


def _unit(s: ui.Values) -> int:
    """Return the unit of the first layer that has the handles."""
    return min(int(s.unit.split()[-1]), _in_first_layer(s)) - 1


def _drag(s: ui.Values, was: ui.Values) -> ui.State:
    return {"moved": s.moved | {_unit(s): [s.A, s.B]}}


def _reshape(s: ui.Values, was: ui.Values) -> ui.State:
    """Return which units stay where they were dragged to: those of a random network."""
    return {"moved": {} if s.folds else s.moved}


@ui.widget(
    "Linear regions",
    ui.slider("width", "Units in a layer (width)", 1, bounds.WIDEST, 1, at=4, sets=_reshape),
    ui.slider("depth", "Hidden layers (depth)", 1, DEEPEST, 1, at=2, sets=_reshape),
    ui.choice("unit", "Drag in layer 1", _units, at="unit 1"),
    ui.button("seed", "New weights", sets={"folds": False, "moved": {}}),
    ui.button(
        "fold",
        "Fold",
        when=lambda s: s.width > 1 and s.depth > 1,
        sets={"folds": True, "moved": {}},
    ),
    ui.memory("folds", at=False),
    ui.memory("moved", at={}),
    ui.handle("A", "A", -EDGE, EDGE, at=[0.0, 0.0], step=0.05, sets=_drag),
    ui.handle("B", "B", -EDGE, EDGE, at=[0.0, 0.0], step=0.05, sets=_drag),
    begin=lambda: {"seed": 1},
)
def linear_regions(s: ui.Values) -> ui.Picture:
    """See and count the regions in which a ReLU network is linear, drag its units, let it fold.

    The state has the units of layer 1 that were dragged, `moved`: two points of the line of each.

    >>> linear_regions.scene(width=8, depth=1).panels[0].title
    '33 regions'
    """
    unit, network = _unit(s), _network(s)
    regions = split_square(network)
    W, b = network[0]
    A, B = s.moved.get(unit) or two_points(W[unit], float(b[unit]))
    return ui.Picture(
        [
            _square(regions, [len(b) for _, b in network], [s.handle("A", *A), s.handle("B", *B)]),
            _counts(regions.counts, s.width),
        ],
        *_say(s, regions),
        goal=_goal(s, regions.counts[-1]),
        state={"unit": f"unit {unit + 1}", "A": list(A), "B": list(B)},
    )


def _folds(s: ui.Values) -> bool:
    return bool(s.folds) and s.width > 1 and s.depth > 1


def _network(s: ui.Values) -> Params:
    if _folds(s):
        sizes = [bounds.reachable_regions(s.width, depth) or 1 for depth in range(1, s.depth + 1)]
        network = folding_network(s.width, sum(size <= MOST_FOLDED for size in sizes))
    else:
        network = random_network(s.width, s.depth, abs(s.seed))
    return with_lines(network, {k: at for k, at in s.moved.items() if k < len(network[0][1])})


def _square(regions: Regions, sizes: list[int], handles: list[ui.Handle]) -> ui.Panel:
    lines = []
    for layer, (cuts, (stroke, width)) in enumerate(zip(regions.cuts, STROKES, strict=False), 1):
        if cuts:
            lines.append(ui.line(*ui.joined(cuts), f"layer {layer}", ui.INK, stroke, width))
    return ui.panel(
        counted(len(regions.pieces), "region"),
        *ui.square("x₁", "x₂", EDGE),
        _colours(regions, sizes),
        lines,
        handles,
        equal=True,
    )


def _colours(regions: Regions, sizes: list[int]) -> ui.Mosaic:
    on = np.array([piece.on for piece in regions.pieces])
    lifted = [(*piece.corners, (np.nan, np.nan)) for piece in regions.pieces]
    x, y = np.array([corner for corners in lifted for corner in corners][:-1]).T
    layers = np.split(on, np.cumsum(sizes)[:-1], axis=1)
    names = [[_names(tuple(units)) for units in layer.tolist()] for layer in layers]
    words = map(" / ".join, zip(*names, strict=True))
    label = "units on" if len(sizes) == 1 else "units on, layer / layer"
    return ui.Mosaic(x, y, piece_colors(on), tuple(words), label)


@cache
def _names(on: tuple[bool, ...]) -> str:
    return " ".join(str(k) for k, yes in enumerate(on, 1) if yes) or "none"


def _counts(counts: list[int], width: int) -> ui.Panel:
    depths = np.arange(1, DEEPEST + 1)
    shallow = [bounds.most_regions(width * k) for k in depths.tolist()]
    best: list[ui.Mark] = []
    if width >= 2:
        deep = [bounds.reachable_regions(width, k) or 1 for k in depths.tolist()]
        best = BEST.marked(depths, deep, "best deep: at least")
    return ui.panel(
        "Regions by depth, with as many units",
        ui.axis("hidden layers", 0.6, DEEPEST + 0.4, depths),
        ui.log_axis("regions (log scale)", 1, 1e6, 10.0 ** np.arange(7)),
        SHALLOW.marked(depths, shallow, "one layer: at most"),
        best,
        THIS.marked(depths[: len(counts)], counts, "this network", 9),
    )


def _goal(s: ui.Values, count: int) -> ui.Goal | None:
    if s.depth == 1:
        most = bounds.most_regions(s.width)
        words = f"the most that {counted(s.width, 'unit')} in one layer can make"
        return ui.Goal(f"{counted(most, 'region')}, {words}: drag", count >= most)
    wanted = bounds.reachable_regions(s.width, s.depth)
    if wanted is None or wanted > MOST_FOLDED:
        return None
    return ui.Goal(f"{wanted:,} regions, the bound for this shape", count >= wanted)


def _say(s: ui.Values, regions: Regions) -> list[str]:
    depth, count = len(regions.counts), len(regions.pieces)
    units, several = s.width * depth, depth > 1
    dead = sum(piece.dead for piece in regions.pieces)
    return [
        f"Width {s.width}, depth {depth}: {counted(count, 'region')} in the square, "
        f"{counted(units, 'ReLU')}.",
        f"With depth {s.depth} there would be {bounds.reachable_regions(s.width, s.depth):,}: too "
        "many to draw."
        if depth < s.depth
        else "",
        f"After each layer: {', '.join(map(str, regions.counts))}." if several else "",
        f"One layer of {counted(units, 'unit')} makes at most {bounds.most_regions(units):,}.",
        _bound(s, depth, count),
        "Neighbouring regions differ in colour (distant ones may look alike): from one to the "
        "next, a single unit switches.",
        "A later layer's line bends where it meets an earlier one."
        if several
        else "The lines of a first layer are straight.",
        f"In {counted(dead, 'region')} a whole layer is off: there the network is constant."
        if dead
        else "",
    ]


def _bound(s: ui.Values, depth: int, count: int) -> str:
    reachable = bounds.reachable_regions(s.width, depth)
    if reachable is None:
        return "The bound of Montúfar et al. needs at least as many units as inputs, 2."
    if depth == 1:
        return ""
    promised = f"Montúfar et al.: the best network of this shape makes at least {reachable:,}"
    if not _folds(s):
        here = "stays below" if count < reachable else "is there already"
        return f"{promised}; this one, with random weights, {here}."
    if s.width < 4:
        return f"{promised}. To fold two inputs takes two units for each: from width 4 on."
    if s.moved:
        return (
            f"{promised}. You moved {counted(len(s.moved), 'unit')} of the first fold: its parts "
            f"no longer lie on one another, and the later lines leave {count:,} regions."
        )
    times = s.width // 2
    return f"{promised}; this one folds the square into {times} by {times} parts, layer by layer."
