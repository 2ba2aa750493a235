"""The linear regions of a ReLU network of two inputs, random or folding, drawn and counted.

Slides "Depth" and "ReLU".
"""

from __future__ import annotations

import numpy as np

from nnf_teach.experiments import regions as bounds
from nnf_teach.experiments.regions import (
    EDGE,
    Regions,
    folding_network,
    random_network,
    split_square,
)
from nnf_teach.widgets import ui
from nnf_teach.widgets.wording import counted

DEEPEST = 4
MOST_FOLDED = 3000  # with more regions a folding network is drawn with fewer layers
MOST_HATCHED = 400  # with more regions only the lines are drawn
STROKES: tuple[tuple[ui.Stroke, float], ...] = (
    ("solid", 2.6),
    ("dashed", 1.8),
    ("dotted", 1.8),
    ("solid", 0.9),
)
SHALLOW = ui.Look(ui.ORANGE, "dashed", "triangle", 1.5)
BEST = ui.Look(ui.GREEN, "dotted", "square", 1.5)
THIS = ui.Look(ui.BLUE, "solid", "circle")


@ui.widget(
    "Linear regions",
    ui.slider("width", "Units in a layer (width)", 1, bounds.WIDEST, 1, at=4),
    ui.slider("depth", "Hidden layers (depth)", 1, DEEPEST, 1, at=2),
    ui.button("seed", "New weights", sets=lambda s, was: {"folds": False}),
    ui.button("fold", "Fold", when=lambda s: s.width > 1, sets=lambda s, was: {"folds": True}),
    ui.memory("folds", at=False),
    begin=lambda: {"seed": 1},
)
def linear_regions(s: ui.Values) -> ui.Picture:
    """See and count the regions in which a ReLU network is linear: of random weights, or folding.

    >>> linear_regions.scene(width=8, depth=1).panels[0].title
    '33 regions'
    """
    if _folds(s):
        sizes = [bounds.reachable_regions(s.width, depth) or 1 for depth in range(1, s.depth + 1)]
        network = folding_network(s.width, sum(size <= MOST_FOLDED for size in sizes))
    else:
        network = random_network(s.width, s.depth, abs(s.seed))
    regions = split_square(network)
    return ui.Picture([_square(regions), _counts(regions.counts, s.width)], *_say(s, regions))


def _folds(s: ui.Values) -> bool:
    return bool(s.folds) and s.width > 1


def _square(regions: Regions) -> ui.Panel:
    """Hatch the regions in which an odd number of units is on: no two of them have a common edge.

    On an edge one unit switches, and no other.
    """
    hatched, lines = [], []
    if len(regions.pieces) <= MOST_HATCHED:
        odd = [np.asarray(piece.corners) for piece in regions.pieces if piece.on % 2]
        hatched = [ui.Region(corners[:, 0], corners[:, 1]) for corners in odd]
    for layer, (cuts, (stroke, width)) in enumerate(zip(regions.cuts, STROKES, strict=False), 1):
        if cuts:
            lines.append(ui.line(*ui.joined(cuts), f"layer {layer}", ui.INK, stroke, width))
    return ui.panel(
        counted(len(regions.pieces), "region"),
        *ui.square("x₁", "x₂", EDGE),
        hatched,
        lines,
        equal=True,
    )


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
        "On each line one unit switches; a later layer's line bends where it meets an earlier one."
        if several
        else "On each line one unit switches; the lines of a first layer are straight.",
        "Hatched: an odd number of units is on."
        if count <= MOST_HATCHED
        else f"More than {MOST_HATCHED} regions: only the lines are drawn, all are counted.",
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
    times = s.width // 2
    return f"{promised}; this one folds the square into {times} by {times} parts, layer by layer."
