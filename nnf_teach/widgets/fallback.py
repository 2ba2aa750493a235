"""Draws a scene with matplotlib: what stored notebooks show where no kernel is alive.

Same marks, same colours and same order as the browser's view. No pyplot: a figure made
here is known to nobody else, and drawing it works in any thread.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Polygon
from matplotlib.patheffects import withStroke
from matplotlib.text import Text as Words

from nnf_teach.widgets.scene import (
    Arrow,
    Axis,
    Bars,
    Handle,
    HeatMap,
    Line,
    Panel,
    Points,
    Region,
    Scene,
    Text,
)
from nnf_teach.widgets.text_twin import describe_controls
from nnf_teach.widgets.ticks import axis_ticks, linear_ticks

# Okabe and Ito (2008), in the order of static/palette.js; the last is the text's colour.
SERIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#212121")
MAPS = {
    "diverging": ("#0072B2", "#76B7DA", "#F7F7F5", "#F2A562", "#D55E00"),
    "sequential": ("#00224E", "#3E4C6B", "#7C7B78", "#BBAE6E", "#FEE838"),
    "gray": ("#000000", "#FFFFFF"),
}
STROKES: dict[str, Any] = {"solid": "-", "dashed": (0, (4, 2.5)), "dotted": (0, (1, 1.6))}
SYMBOLS = {"circle": "o", "square": "s", "triangle": "^", "cross": "X"}
HATCHES = ("///", "\\\\\\", "xxx", "---", "|||", "...")
PANEL_WIDTH, PANEL_HEIGHT = 4.4, 3.8  # inches
MOST_IN_A_ROW = 3
LEFT = 0.02  # where the words below begin, as a share of the figure
WORD_SIZE, LETTERS = 9.5, 14.5  # points, and letters to an inch of ordinary text
SMOOTH_FROM = 40  # rows: coarser heat maps show their cells
HALO = withStroke(linewidth=3, foreground="white")
SIDES: tuple[tuple[float, float], ...] = (
    (1, 1),
    (-1, 1),
    (1, -1),
    (-1, -1),
    (0, 1.7),
    (0, -1.7),
    (1.5, 0),
    (-1.5, 0),
)
PLACES = SIDES + tuple((2.2 * x, 2.2 * y) for x, y in SIDES)


def draw(scene: Scene) -> Figure:
    """Draw a scene; below the panels stand its goal, its values and its caption."""
    count = max(1, len(scene.panels))
    columns = 2 if count == 4 else min(count, MOST_IN_A_ROW)
    rows = -(-count // columns)
    layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1)
    figure = Figure(figsize=(columns * PANEL_WIDTH, PANEL_HEIGHT), layout=layout)
    FigureCanvasAgg(figure)
    words = _below(scene, figure)
    height = rows * PANEL_HEIGHT + 0.19 * (words.count("\n") + 1) + 0.3
    figure.set_size_inches(columns * PANEL_WIDTH, height)
    if scene.title:
        figure.suptitle(_plain(scene.title), fontsize=12, fontweight="bold")
    if words:
        figure.supxlabel(words, x=LEFT, ha="left", fontsize=WORD_SIZE, linespacing=1.35)
    places = figure.subplots(rows, columns, squeeze=False).flatten()
    for ax in places[len(scene.panels) :]:
        ax.remove()
    labels = [_draw_panel(ax, panel) for ax, panel in zip(places, scene.panels, strict=False)]
    figure.draw_without_rendering()  # the layout: labels look for free places in pixels
    figure.set_layout_engine("none")  # done once; the picture is saved as it was laid out
    for ax, panel, words_of_panel in zip(places, scene.panels, labels, strict=False):
        _place(ax, panel, words_of_panel)
    return figure


def _below(scene: Scene, figure: Figure) -> str:
    lines = []
    if scene.goal is not None:
        sign = "Goal reached" if scene.goal.reached else "Goal, not yet reached"
        lines.append(f"{sign}: {scene.goal.text}")
    lines.append("   ".join(describe_controls(scene)))
    lines.append(scene.caption)
    return "\n".join(_plain(_fill(line, figure)) for line in lines if line)


def _fill(line: str, figure: Figure) -> str:
    """Break a line so that no part of it is wider than the figure."""
    canvas: Any = figure.canvas
    measure, font = (
        canvas.get_renderer().get_text_width_height_descent,
        FontProperties(size=WORD_SIZE),
    )
    room = (1 - 2 * LEFT) * figure.bbox.width
    width = int(figure.get_figwidth() * LETTERS)
    filled = textwrap.fill(line, width)
    while width > 20 and any(measure(part, font, False)[0] > room for part in filled.split("\n")):
        width -= 3
        filled = textwrap.fill(line, width)
    return filled


def _plain(text: str) -> str:
    """Keep matplotlib from reading a dollar sign as the start of a formula."""
    return text.replace("$", r"\$")


def color_map(palette: str) -> Colormap:
    """Return a palette of the scene as a matplotlib colour map; NaN is transparent."""
    made = LinearSegmentedColormap.from_list(palette, MAPS[palette], N=255)
    return made.with_extremes(bad=(0, 0, 0, 0))


def _color(index: int) -> str:
    return SERIES[index % len(SERIES)]


def _draw_panel(ax: Axes, panel: Panel) -> list[tuple[str, float, float]]:
    """Draw everything but the labels that look for a place; return those."""
    _set_axis(ax, "x", panel.x)
    _set_axis(ax, "y", panel.y)
    ax.set_title(_plain(panel.title), fontsize=11)
    if panel.equal:
        ax.set_aspect("equal", adjustable="box")
    on_map = any(isinstance(mark, HeatMap) for mark in panel.marks)
    if not on_map:
        ax.grid(color="#E0E0E0", linewidth=0.8)
        ax.set_axisbelow(True)
    order = 0
    for level, mark in enumerate(panel.marks):
        match mark:
            case HeatMap():
                _heat_map(ax, panel, mark, level)
            case Bars():
                _bars(ax, mark, order, level)
                order += 1
            case Arrow() | Text():
                pass  # on top of everything: below
            case _:
                _DRAW[type(mark)](ax, mark, level, on_map)
    labels = _overlay(ax, panel, on_map)
    if ax.get_legend_handles_labels()[1]:
        ax.legend(
            loc="upper center",
            bbox_to_anchor=(0.5, -0.17),
            ncols=2,
            frameon=False,
            fontsize=9,
            handlelength=2.8,
        )
    return labels


def _set_axis(ax: Axes, which: str, axis: Axis) -> None:
    ax.set(**{f"{which}lim": (axis.low, axis.high), f"{which}label": _plain(axis.label)})
    side = ax.xaxis if which == "x" else ax.yaxis
    if axis.scale == "log":
        ax.set(**{f"{which}scale": "log"})
    ticks = axis_ticks(axis, 6)
    side.set_ticks([tick.value for tick in ticks], [_plain(tick.text) for tick in ticks])
    side.set_ticks([], minor=True)
    ax.tick_params(labelsize=9)


def _heat_map(ax: Axes, panel: Panel, mark: HeatMap, level: int) -> None:
    smooth = mark.palette != "gray" and min(mark.values.shape) >= SMOOTH_FROM
    # In the axes' own coordinates the map covers the panel whatever the scale is.
    image = ax.imshow(
        np.ma.masked_invalid(mark.values),
        extent=(0, 1, 0, 1),
        transform=ax.transAxes,
        origin="lower",
        aspect="auto",
        cmap=color_map(mark.palette),
        vmin=mark.low,
        vmax=mark.high,
        interpolation="bilinear" if smooth else "nearest",
        zorder=1 + level * 0.01,
    )
    ax.set(xlim=(panel.x.low, panel.x.high), ylim=(panel.y.low, panel.y.high))
    ax.set_aspect("equal" if panel.equal else "auto", adjustable="box")
    if mark.label:
        assert ax.figure is not None
        # Inside the axes' box, so that it stays beside an `equal` panel, which is narrower.
        beside = ax.inset_axes((1.04, 0, 0.055, 1))
        bar = ax.figure.colorbar(image, cax=beside)
        ticks = linear_ticks(mark.low, mark.high, 5)
        bar.set_ticks([tick.value for tick in ticks], labels=[tick.text for tick in ticks])
        bar.set_label(_plain(mark.label))
        bar.ax.tick_params(labelsize=9)


def _line(ax: Axes, mark: Line, level: int, on_map: bool) -> None:
    (artist,) = ax.plot(
        mark.x,
        mark.y,
        color=_color(mark.color),
        linestyle=STROKES[mark.stroke],
        linewidth=mark.width * 0.85,
        label=_plain(mark.label) or "_",
        zorder=2 + level * 0.01,
    )
    if on_map and mark.stroke == "solid":
        artist.set_path_effects([withStroke(linewidth=mark.width + 2, foreground="white")])


def _points(ax: Axes, mark: Points, level: int, on_map: bool) -> None:
    ax.plot(
        mark.x,
        mark.y,
        linestyle="",
        marker=SYMBOLS[mark.symbol],
        markersize=mark.size,
        color=_color(mark.color),
        markeredgecolor="white",
        markeredgewidth=0.8,
        label=_plain(mark.label) or "_",
        zorder=2 + level * 0.01,
    )


def _region(ax: Axes, mark: Region, level: int, on_map: bool) -> None:
    color = _color(mark.color)
    ax.add_patch(
        Polygon(
            np.column_stack([mark.x, mark.y]),
            facecolor=(color, 0.14),
            edgecolor=color,
            hatch=HATCHES[mark.color % len(HATCHES)],
            linewidth=1,
            zorder=1.5 + level * 0.01,
        )
    )


_DRAW: dict[type, Callable[[Axes, Any, int, bool], None]] = {
    Line: _line,
    Points: _points,
    Region: _region,
}


def _bars(ax: Axes, mark: Bars, order: int, level: int) -> None:
    ax.bar(
        mark.x,
        mark.heights - np.float32(mark.base),
        width=mark.width,
        bottom=mark.base,
        color=_color(mark.color),
        edgecolor="white" if order else "#212121",
        hatch=HATCHES[order - 1] if order else None,
        linewidth=0.8,
        label=_plain(mark.label) or "_",
        zorder=2 + level * 0.01,
    )


def _position(panel: Panel, mark: Arrow) -> tuple[float, float]:
    for handle in panel.handles:
        if handle.name == mark.tip_handle:
            return handle.x, handle.y
    return mark.tip


def _overlay(ax: Axes, panel: Panel, on_map: bool) -> list[tuple[str, float, float]]:
    labels = []
    named = set()
    for mark in panel.marks:
        if isinstance(mark, Arrow):
            tip = _position(panel, mark)
            if np.allclose(tip, mark.tail):
                continue
            arrow = ax.annotate(
                "",
                xy=tip,
                xytext=mark.tail,
                arrowprops={
                    "arrowstyle": "-|>",
                    "color": _color(mark.color),
                    "linewidth": 2,
                    "shrinkA": 0,
                    "shrinkB": 0,
                    "mutation_scale": 14,
                },
                zorder=4,
            )
            if on_map and arrow.arrow_patch is not None:
                halo = withStroke(linewidth=4.5, foreground="white")
                arrow.arrow_patch.set_path_effects([halo])
            if mark.label:
                labels.append((mark.label, *tip))
                named.add(mark.tip_handle)
        elif isinstance(mark, Text):
            _write(ax, mark.text, mark.x, mark.y, ha=mark.align)
        elif isinstance(mark, Region) and mark.label:
            middle = _middle(panel, mark)
            if middle is not None:
                _write(ax, mark.label, *middle, transform=ax.transAxes)
    for handle in panel.handles:
        _draw_handle(ax, handle)
        if handle.label and not handle.bare and handle.name not in named:
            labels.append((handle.label, handle.x, handle.y))
    return labels


def _draw_handle(ax: Axes, handle: Handle) -> None:
    guide: dict[str, Any] = {
        "color": "#212121",
        "linewidth": 1,
        "linestyle": (0, (3, 3)),
        "zorder": 3,
    }
    if handle.moves == "x" and not handle.bare:
        ax.axvline(handle.x, **guide)
    elif handle.moves == "y" and not handle.bare:
        ax.axhline(handle.y, **guide)
    ax.plot(
        handle.x,
        handle.y,
        marker=SYMBOLS[handle.symbol],
        markersize=10,
        markerfacecolor="white" if handle.color is None else _color(handle.color),
        markeredgecolor="#212121",
        markeredgewidth=2,
        label="_",
        zorder=5,
        clip_on=False,
    )


def _write(ax: Axes, text: str, x: float, y: float, **style: Any) -> Words:
    style = {"ha": "center", "va": "center"} | style
    return ax.text(
        x, y, _plain(text), fontsize=10, zorder=6, path_effects=[HALO], clip_on=True, **style
    )


def _middle(panel: Panel, mark: Region) -> tuple[float, float] | None:
    """Return the middle of the visible part of a polygon, in shares of the panel's sides."""
    x, y = _share(mark.x, panel.x), _share(mark.y, panel.y)
    x1, y1 = np.roll(x, -1), np.roll(y, -1)
    cross = x * y1 - x1 * y
    if abs(cross.sum()) < 1e-12:
        return None
    area = 3 * cross.sum()
    return float(((x + x1) * cross).sum() / area), float(((y + y1) * cross).sum() / area)


def _share(values: Any, axis: Axis) -> Any:
    inside = np.clip(np.asarray(values, float), axis.low, axis.high)
    if axis.scale == "log":
        return np.log(inside / axis.low) / np.log(axis.high / axis.low)
    return (inside - axis.low) / (axis.high - axis.low)


def _place(ax: Axes, panel: Panel, labels: list[tuple[str, float, float]]) -> None:
    """Write each label at the free place nearest to its point."""
    assert ax.figure is not None
    canvas: Any = ax.figure.canvas
    renderer = canvas.get_renderer()
    frame = ax.get_window_extent(renderer)
    taken: list[Any] = [
        text.get_window_extent(renderer).extents for text in ax.texts if text.get_text()
    ]
    for handle in panel.handles:
        at = ax.transData.transform((handle.x, handle.y))
        taken.append(np.concatenate([at - 8, at + 8]))
    for mark in panel.marks:
        if isinstance(mark, Points) and len(mark.x):
            at = ax.transData.transform(np.column_stack([mark.x, mark.y]))
            taken += list(np.hstack([at - 4, at + 4]))
    for text, x, y in labels:
        words = _write(ax, text, x, y, ha="left", va="bottom")
        here = words.get_window_extent(renderer)
        px, py = ax.transData.transform((x, y))
        boxes = []
        for sx, sy in PLACES:
            left = px + 11 * sx - (here.width if sx < 0 else here.width / 2 if sx == 0 else 0)
            low = py + 11 * sy - here.height / 2
            left = np.clip(left, frame.x0 + 3, max(frame.x0 + 3, frame.x1 - here.width - 3))
            low = np.clip(low, frame.y0 + 3, frame.y1 - here.height - 3)
            boxes.append(np.array([left, low, left + here.width, low + here.height]))
        best = min(boxes, key=lambda box: sum(_overlap(box, other) for other in taken))
        words.set_position(tuple(ax.transData.inverted().transform(best[:2])))
        taken.append(best)


def _overlap(a: Any, b: Any) -> float:
    wide = min(a[2], b[2]) - max(a[0], b[0])
    tall = min(a[3], b[3]) - max(a[1], b[1])
    return float(wide * tall) if wide > 0 and tall > 0 else 0.0
