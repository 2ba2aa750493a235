"""Do the figures of a notebook look as the widgets beside them?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.colors import same_color
from matplotlib.figure import Figure

from nnf_teach import looks


def wrong_in(figure: Figure) -> Iterator[str]:
    """Yield the labels of lines that are drawn in another colour than their meaning has."""
    for line in (line for ax in figure.axes for line in ax.lines):
        meaning = looks.meaning_of(str(line.get_label()))
        colors: Any = meaning and (looks.SERIES[meaning.color], looks.SERIES[looks.INK])
        if meaning and not any(same_color(line.get_color(), color) for color in colors):
            yield str(line.get_label())


def covered_in(figure: Figure) -> Iterator[str]:
    """Yield the labels of curves that a legend of their axes lies over."""
    figure.draw_without_rendering()
    for ax in figure.axes:
        legend = ax.get_legend()
        if legend is None:
            continue
        box = legend.get_window_extent()
        for line in (line for line in ax.lines if len(line.get_xydata()) > 2):
            corners = line.get_transform().transform(line.get_xydata())
            between = np.linspace(0, 1, 20)[:, None, None]
            points = corners[:-1] + between * np.diff(corners, axis=0)
            inside = (points > box.min).all(axis=-1) & (points < box.max).all(axis=-1)
            if inside.any():
                yield str(line.get_label())
