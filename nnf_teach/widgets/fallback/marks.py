"""Each kind of mark, and the handles, as matplotlib draws them."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.patches import Polygon
from matplotlib.patheffects import withStroke
from matplotlib.text import Text as Words

from nnf_teach.widgets.fallback.palette import (
    HALO,
    HATCHES,
    STROKES,
    SYMBOLS,
    color_map,
    color_of,
    plain,
)
from nnf_teach.widgets.scene import (
    Arrow,
    Axis,
    Bars,
    Handle,
    HeatMap,
    Line,
    Mosaic,
    Panel,
    Points,
    Region,
    Text,
)
from nnf_teach.widgets.ticks import linear_ticks

SMOOTH_FROM = 40  # rows: coarser heat maps show their cells


def draw_mark(ax: Axes, panel: Panel, level: int, on_map: bool) -> None:
    """Draw the mark of this level; words and arrows come later, on top of everything."""
    mark = panel.marks[level]
    match mark:
        case HeatMap():
            _heat_map(ax, panel, mark, level)
        case Bars():
            order = sum(isinstance(below, Bars) for below in panel.marks[:level])
            _bars(ax, mark, order, level)
        case Line():
            _line(ax, mark, level, on_map)
        case Points():
            _points(ax, mark, level)
        case Region():
            _region(ax, mark, level)
        case Mosaic():
            _mosaic(ax, mark, level)


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
        bar.set_label(plain(mark.label))
        bar.ax.tick_params(labelsize=9)


def _line(ax: Axes, mark: Line, level: int, on_map: bool) -> None:
    (artist,) = ax.plot(
        mark.x,
        mark.y,
        color=color_of(mark.color),
        linestyle=STROKES[mark.stroke],
        linewidth=mark.width * 0.85,
        label=plain(mark.label) or "_",
        zorder=2 + level * 0.01,
    )
    if on_map and mark.stroke == "solid":
        artist.set_path_effects([withStroke(linewidth=mark.width + 2, foreground="white")])


def _points(ax: Axes, mark: Points, level: int) -> None:
    ax.plot(
        mark.x,
        mark.y,
        linestyle="",
        marker=SYMBOLS[mark.symbol],
        markersize=mark.size,
        color=color_of(mark.color),
        markeredgecolor="white",
        markeredgewidth=0.8,
        label=plain(mark.label) or "_",
        zorder=2 + level * 0.01,
    )


def _region(ax: Axes, mark: Region, level: int) -> None:
    color = color_of(mark.color)
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


def _mosaic(ax: Axes, mark: Mosaic, level: int) -> None:
    between = np.flatnonzero(np.isnan(mark.x))
    corners = np.split(np.column_stack([mark.x, mark.y]), between)
    polygons = [part[~np.isnan(part[:, 0])] for part in corners]
    colors = mark.colors / 255
    ax.add_collection(
        PolyCollection(
            polygons, facecolors=colors, edgecolors=colors, linewidths=0.5, zorder=1 + level * 0.01
        ),
        autolim=False,
    )


def _bars(ax: Axes, mark: Bars, order: int, level: int) -> None:
    ax.bar(
        mark.x,
        mark.heights - np.float32(mark.base),
        width=mark.width,
        bottom=mark.base,
        color=color_of(mark.color),
        edgecolor="white" if order else "#212121",
        hatch=HATCHES[order - 1] if order else None,
        linewidth=0.8,
        label=plain(mark.label) or "_",
        zorder=2 + level * 0.01,
    )


def _handle(ax: Axes, handle: Handle) -> None:
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
        markerfacecolor="white" if handle.color is None else color_of(handle.color),
        markeredgecolor="#212121",
        markeredgewidth=2,
        label="_",
        zorder=5,
        clip_on=False,
    )


def write(ax: Axes, text: str, x: float, y: float, **style: Any) -> Words:
    """Write a text with a white halo, on top of everything."""
    style = {"ha": "center", "va": "center"} | style
    return ax.text(
        x, y, plain(text), fontsize=10, zorder=6, path_effects=[HALO], clip_on=True, **style
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


def draw_overlay(ax: Axes, panel: Panel, on_map: bool) -> list[tuple[str, float, float]]:
    """Draw what lies on top of the marks; return the labels that still look for a place."""
    labels = []
    named = set()
    for mark in panel.marks:
        match mark:
            case Arrow():
                tip = _tip(panel, mark)
                if not np.allclose(tip, mark.tail):
                    _arrow(ax, mark, tip, on_map)
                    if mark.label:
                        labels.append((mark.label, *tip))
                        named.add(mark.tip_handle)
            case Text() if mark.handle:
                labels.append((mark.text, mark.x, mark.y))
            case Text():
                write(ax, mark.text, mark.x, mark.y, ha=mark.align)
            case Region() if mark.label:
                middle = _middle(panel, mark)
                if middle is not None:
                    write(ax, mark.label, *middle, transform=ax.transAxes)
    for handle in panel.handles:
        _handle(ax, handle)
        if handle.label and not handle.bare and handle.name not in named:
            labels.append((handle.label, handle.x, handle.y))
    return labels


def _tip(panel: Panel, mark: Arrow) -> tuple[float, float]:
    for handle in panel.handles:
        if handle.name == mark.tip_handle:
            return handle.x, handle.y
    return mark.tip


def _arrow(ax: Axes, mark: Arrow, tip: tuple[float, float], on_map: bool) -> None:
    look = {
        "arrowstyle": "-|>",
        "color": color_of(mark.color),
        "linewidth": 2,
        "shrinkA": 0,
        "shrinkB": 0,
        "mutation_scale": 14,
    }
    arrow = ax.annotate("", xy=tip, xytext=mark.tail, arrowprops=look, zorder=4)
    if on_map and arrow.arrow_patch is not None:
        arrow.arrow_patch.set_path_effects([withStroke(linewidth=4.5, foreground="white")])
