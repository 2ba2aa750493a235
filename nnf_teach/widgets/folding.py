"""Follow a point through the tent composed with itself, and count pieces and ReLUs.

Slide "Depth"; G. Montúfar, R. Pascanu, K. Cho, Y. Bengio, "On the number of linear regions of
deep neural networks", 2014, for the folding.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.experiments.folds import folded, tent, unfold, units_of_one_layer
from nnf_teach.widgets import ui
from nnf_teach.widgets.learner import adapt, call, name_of
from nnf_teach.widgets.wording import counted

Sawtooth = Callable[[Array, int], Array]

DEEPEST = 8
UNITS = 2  # ReLUs of a tent
MAX_DIFFERENCE = 1e-6  # between the learner's function and ours
GRID = np.linspace(0, 1, 1025)  # four parts in the shortest piece
QUARTERS = (0, 0.25, 0.5, 0.75, 1)
SHALLOW = ui.Look(ui.ORANGE, "dashed", "triangle", 1.5)
DEEP = ui.Look(ui.BLUE, "solid", "circle", 1.5)


@ui.widget(
    "Folding",
    ui.slider("depth", "Layers (folds)", 1, DEEPEST, 1, at=3),
    ui.handle("x", "Input x", 0, 1, at=0.3, moves="x", step=0.01),
)
def folding(s: ui.Values, sawtooth: Sawtooth | None = None) -> ui.Picture:
    """Fold [0, 1] with a tent, again and again, and follow a point through the folds.

    Parameters
    ----------
    sawtooth : function of (x, depth), optional
        Your own, elementwise in x. While it does not work, ours is drawn in its place, and
        the caption says so.

    Examples
    --------
    >>> folding.scene(depth=8).panels[0].title
    '256 pieces'
    """
    path = np.array([folded(np.array([s.x]), k)[0] for k in range(s.depth + 1)])
    alike = unfold(float(path[-1]), s.depth)
    curve, said = _theirs(sawtooth, s.depth)
    return ui.Picture(
        [_sawtooth(s, curve, path, alike[-1]), _folds(path, alike), _units(s.depth)],
        said,
        *_say(path, len(alike[-1])),
    )


def _theirs(theirs: Sawtooth | None, depth: int) -> tuple[Array, str]:
    """Return the curve to draw, and what is to be said of the learner's function."""
    ours = folded(GRID, depth)
    curve, problem = call(adapt(theirs, lambda f, x: f(x, depth)), lambda _: ours, GRID)
    if problem or theirs is None:
        return curve, problem
    with np.errstate(all="ignore"):
        gap = np.abs(curve - ours)
    if (gap <= MAX_DIFFERENCE).all():
        return curve, f"This is your {name_of(theirs)}."
    missing = ~np.isfinite(curve)
    k = int(missing.argmax() if missing.any() else gap.argmax())
    return curve, (
        f"This is your {name_of(theirs)}, but it is not the tent applied {_times(depth)}: at "
        f"x = {GRID[k]:.4g} it is {curve[k]:.4g}, the tent gives {ours[k]:.4g}."
    )


def _sawtooth(s: ui.Values, curve: Array, path: Array, alike: Array) -> ui.Panel:
    y = np.full(len(alike), path[-1])
    return ui.panel(
        f"{2**s.depth} pieces",
        ui.axis("x", 0, 1),
        ui.axis("y", -0.08, 1.12, QUARTERS),
        ui.level(path[-1], [0, 1], "", ui.PINK, "dashed", 1.2),
        ui.line(GRID, curve, f"tent applied {_times(s.depth)}", width=1.6),
        ui.dots(alike, y, "fold onto the same value", ui.PINK, "square"),
        ui.dots(path[0], path[-1], "x", ui.GREEN, size=11),
        s.handle("x"),
    )


def _folds(path: Array, alike: list[Array]) -> ui.Panel:
    """Draw row k at height -k: where the points are after k folds; pairs come together."""
    depth = len(path) - 1
    rows = np.arange(depth + 1)
    at = np.concatenate(alike[::-1])
    row = np.repeat(rows, [len(points) for points in alike[::-1]])
    above = row < depth  # what is folded once more
    start, end = (at[above], row[above]), (tent(at[above]), row[above] + 1)
    x, y = ui.joined(np.transpose([start, end], (2, 0, 1)))
    return ui.panel(
        "Each layer folds [0, 1] once more",
        ui.axis("place after k folds", -0.03, 1.03, QUARTERS),
        ui.axis("folds k", -depth - 0.35, 0.35, -rows, rows),
        ui.upright(0.5, [-depth, 0], "the crease, 1/2", ui.INK, "dashed", 1.2),
        ui.line(x, -y, "", ui.PINK, width=1),
        ui.dots(at, -row, "fold onto the same value", ui.PINK, "square", 8 if depth < 5 else 4),
        ui.line(path, -rows, "path of x", ui.GREEN, width=3),
        ui.dots(path, -rows, "", ui.GREEN, size=10),
    )


def _units(depth: int) -> ui.Panel:
    depths = np.arange(1, DEEPEST + 1)
    deep, flat = UNITS * depths, [units_of_one_layer(k) for k in depths.tolist()]
    return ui.panel(
        "ReLUs for as many pieces",
        ui.axis("layers", 0.5, DEEPEST + 0.5, depths),
        ui.log_axis("ReLUs (log scale)", 0.7, 400, (1, 3, 10, 30, 100, 300)),
        ui.upright(depth, [0.7, 400], "present depth"),
        SHALLOW.marked(depths, flat, "one hidden layer: at least", 8),
        DEEP.marked(depths, deep, "two ReLUs per layer", 8),
    )


def _times(depth: int) -> str:
    return "once" if depth == 1 else f"{depth} times"


def _say(path: Array, alike: int) -> tuple[str, ...]:
    depth = len(path) - 1
    pieces = 2**depth
    fewer = f" (fewer than {pieces}: at a crease or an end, points fall together)"
    creased = "" if alike == pieces else fewer
    only = "One point folds" if alike == 1 else f"{alike} points fold"
    return (
        f"{counted(depth, 'fold')}: {pieces} straight pieces.",
        f"x = {' → '.join(f'{place:.3f}' for place in path)}.",
        f"{only} onto this same value{creased}: whatever comes next treats them alike.",
        f"{UNITS} ReLUs per layer make {UNITS * depth} ReLUs; one hidden layer needs at least "
        f"{units_of_one_layer(depth)} for {pieces} pieces.",
    )
