"""Colours, strokes and symbols of the pictures that matplotlib draws, and how it takes words."""

from __future__ import annotations

from typing import Any

from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.patheffects import withStroke

from nnf_teach.looks import SERIES

MAPS = {
    "diverging": ("#0072B2", "#76B7DA", "#F7F7F5", "#F2A562", "#D55E00"),
    "sequential": ("#00224E", "#3E4C6B", "#7C7B78", "#BBAE6E", "#FEE838"),
    "gray": ("#000000", "#FFFFFF"),
}
STROKES: dict[str, Any] = {"solid": "-", "dashed": (0, (4, 2.5)), "dotted": (0, (1, 1.6))}
SYMBOLS = {"circle": "o", "square": "s", "triangle": "^", "cross": "X"}
HATCHES = ("///", "\\\\\\", "xxx", "---", "|||", "...")
HALO = withStroke(linewidth=3, foreground="white")


def color_map(palette: str) -> Colormap:
    """Return a palette of the scene as a matplotlib colour map; NaN is transparent."""
    made = LinearSegmentedColormap.from_list(palette, MAPS[palette], N=255)
    return made.with_extremes(bad=(0, 0, 0, 0))


def color_of(index: int) -> str:
    """Return a colour of the series by its place, which starts again after the last one."""
    return SERIES[index % len(SERIES)]


def plain(text: str) -> str:
    """Keep matplotlib from reading a dollar sign as the start of a formula."""
    return text.replace("$", r"\$")
