"""Draws a scene with matplotlib: what stored notebooks show where no kernel is alive.

Same marks, same colours and same order as the browser's view. No pyplot: a figure made
here is known to nobody else, and drawing it works in any thread.
"""

from __future__ import annotations

import textwrap
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine

from nnf_teach.widgets.fallback.labels import place_labels
from nnf_teach.widgets.fallback.marks import draw_mark, draw_overlay
from nnf_teach.widgets.fallback.palette import plain
from nnf_teach.widgets.scene import Axis, HeatMap, Panel, Scene
from nnf_teach.widgets.text_twin import describe_controls
from nnf_teach.widgets.ticks import axis_ticks

PANEL_WIDTH, PANEL_HEIGHT = 4.4, 3.8  # inches
MOST_IN_A_ROW = 3
LEFT = 0.02  # where the words below begin, as a share of the figure
WORD_SIZE, LETTERS = 9.5, 14.5  # points, and letters to an inch of ordinary text


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
        figure.suptitle(plain(scene.title), fontsize=12, fontweight="bold")
    if words:
        figure.supxlabel(words, x=LEFT, ha="left", fontsize=WORD_SIZE, linespacing=1.35)
    places = figure.subplots(rows, columns, squeeze=False).flatten()
    for ax in places[len(scene.panels) :]:
        ax.remove()
    labels = [_draw_panel(ax, panel) for ax, panel in zip(places, scene.panels, strict=False)]
    figure.draw_without_rendering()  # the layout: labels look for free places in pixels
    figure.set_layout_engine("none")  # done once; the picture is saved as it was laid out
    for ax, panel, words_of_panel in zip(places, scene.panels, labels, strict=False):
        place_labels(ax, panel, words_of_panel)
    return figure


def _below(scene: Scene, figure: Figure) -> str:
    lines = []
    if scene.goal is not None:
        sign = "Goal reached" if scene.goal.reached else "Goal, not yet reached"
        lines.append(f"{sign}: {scene.goal.text}")
    lines.append("   ".join(describe_controls(scene)))
    lines.append(scene.caption)
    return "\n".join(plain(_fill(line, figure)) for line in lines if line)


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


def _draw_panel(ax: Axes, panel: Panel) -> list[tuple[str, float, float]]:
    """Draw everything but the labels that look for a place; return those."""
    _set_axis(ax, "x", panel.x)
    _set_axis(ax, "y", panel.y)
    ax.set_title(plain(panel.title), fontsize=11)
    if panel.equal:
        ax.set_aspect("equal", adjustable="box")
    on_map = any(isinstance(mark, HeatMap) for mark in panel.marks)
    if not on_map:
        ax.grid(color="#E0E0E0", linewidth=0.8)
        ax.set_axisbelow(True)
    for level in range(len(panel.marks)):
        draw_mark(ax, panel, level, on_map)
    labels = draw_overlay(ax, panel, on_map)
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
    ax.set(**{f"{which}lim": (axis.low, axis.high), f"{which}label": plain(axis.label)})
    side = ax.xaxis if which == "x" else ax.yaxis
    if axis.scale == "log":
        ax.set(**{f"{which}scale": "log"})
    ticks = axis_ticks(axis, 6)
    side.set_ticks([tick.value for tick in ticks], [plain(tick.text) for tick in ticks])
    side.set_ticks([], minor=True)
    ax.tick_params(labelsize=9)
