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

WIDTH, PANEL_HEIGHT = 7.4, 3.1  # inches of 100 pixels: shown as wide as the text, with its letters
LEGEND = 38  # letters of a line in a legend
ALONE = 5.0  # inches of a single panel
LEFT = 0.02  # where the words below begin, as a share of the figure
WORD_SIZE, LETTERS = 9.5, 14.5  # points, and letters to an inch of ordinary text


def draw(scene: Scene) -> Figure:
    """Draw a scene; below the panels stand its goal, its values and its caption."""
    count = max(1, len(scene.panels))
    columns = min(count, 2)
    rows = -(-count // columns)
    width = WIDTH if columns == 2 else ALONE
    layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1)
    figure = Figure(figsize=(width, PANEL_HEIGHT), layout=layout)
    FigureCanvasAgg(figure)
    words = _below(scene, figure)
    legends = max(map(_legend_rows, scene.panels), default=0)
    height = (
        rows * (PANEL_HEIGHT + 0.18 * max(0, legends - 1)) + 0.19 * (words.count("\n") + 1) + 0.3
    )
    figure.set_size_inches(width, height)
    if scene.title:
        figure.suptitle(plain(scene.title), fontsize=12, fontweight="bold")
    if words:
        figure.supxlabel(words, x=LEFT, ha="left", fontsize=WORD_SIZE, linespacing=1.35)
    grid = figure.add_gridspec(rows, 2 * columns)
    places = []
    for k in range(count):
        alone = k == count - 1 and count % columns  # the last one of three stands in the middle
        begin = 1 if alone else 2 * (k % columns)
        places.append(figure.add_subplot(grid[k // columns, begin : begin + 2]))
    if not scene.panels:
        places[0].remove()
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
    handles, words = ax.get_legend_handles_labels()
    if words:
        ax.legend(
            handles,
            [textwrap.fill(word, LEGEND) for word in words],
            loc="upper center",
            bbox_to_anchor=(0.5, -0.17),
            ncols=_legend_columns(words),
            frameon=False,
            fontsize=9,
            handlelength=2.8,
        )
    return labels


def _legend_columns(labels: list[str]) -> int:
    return 2 if max(map(len, labels)) <= LEGEND // 2 - 3 else 1


def _legend_rows(panel: Panel) -> int:
    labels = [label for mark in panel.marks if (label := getattr(mark, "label", ""))]
    if not labels:
        return 0
    lines = sum(len(textwrap.wrap(label, LEGEND)) for label in labels)
    return -(-lines // _legend_columns(labels))


def _set_axis(ax: Axes, which: str, axis: Axis) -> None:
    ax.set(**{f"{which}lim": (axis.low, axis.high), f"{which}label": plain(axis.label)})
    side = ax.xaxis if which == "x" else ax.yaxis
    if axis.scale == "log":
        ax.set(**{f"{which}scale": "log"})
    ticks = axis_ticks(axis, 6)
    side.set_ticks([tick.value for tick in ticks], [plain(tick.text) for tick in ticks])
    side.set_ticks([], minor=True)
    ax.tick_params(labelsize=9)
