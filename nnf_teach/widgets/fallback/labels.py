"""Where labels find a free place."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnf_teach.widgets.fallback.marks import write
from nnf_teach.widgets.scene import Panel, Points

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


def place_labels(ax: Axes, panel: Panel, labels: list[tuple[str, float, float]]) -> None:
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
        words = write(ax, text, x, y, ha="left", va="bottom")
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
