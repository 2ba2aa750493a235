"""What a widget shows, in few words: colours by name, axes, marks that are made of marks.

A thin layer over `scene.py`, whose classes have all the options.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from nnf_teach.looks import BLUE, GREEN, INK
from nnf_teach.widgets.scene import (
    Axis,
    Goal,
    Handle,
    Line,
    Mark,
    Pad,
    Panel,
    Points,
    State,
    Stroke,
    Symbol,
    Text,
)


@dataclass(frozen=True)
class Picture:
    """Panels, the sentences of the caption (empty ones are left out), a goal.

    `state` is what the picture itself brings to the state: where a handle follows, what the
    learner may read off.
    """

    panels: tuple[Panel, ...]
    caption: str
    goal: Goal | None = None
    state: State = field(default_factory=dict)

    def __init__(
        self,
        panels: Iterable[Panel],
        *sentences: str,
        goal: Goal | None = None,
        state: State | None = None,
    ) -> None:
        object.__setattr__(self, "panels", tuple(panels))
        object.__setattr__(self, "caption", " ".join(filter(None, sentences)))
        object.__setattr__(self, "goal", goal)
        object.__setattr__(self, "state", state or {})


def panel(title: str, x: Axis, y: Axis, *marks: Any, equal: bool = False) -> Panel:
    """Return a panel of marks, handles and a pad, in drawing order; lists are opened.

    None is nothing.

    >>> shown = panel("", axis("x", 0, 1), axis("y", 0, 1), [line([0, 1], [0, 1]), None], None)
    >>> len(shown.marks)
    1
    """
    flat = list(_flat(marks))
    return Panel(
        title,
        x,
        y,
        tuple(mark for mark in flat if not isinstance(mark, Handle | Pad)),
        tuple(mark for mark in flat if isinstance(mark, Handle)),
        equal,
        next((mark for mark in flat if isinstance(mark, Pad)), None),
    )


def _flat(marks: Iterable[Any]) -> Iterator[Mark | Handle | Pad]:
    for mark in marks:
        if isinstance(mark, list | tuple):
            yield from _flat(mark)
        elif mark is not None:
            yield mark


def axis(
    label: str,
    low: float,
    high: float,
    ticks: Iterable[float] | None = None,
    labels: Iterable[Any] | None = None,
) -> Axis:
    """Return an axis; where ticks or their labels are not given, the view chooses them."""
    return Axis(label, low, high, "linear", _numbers(ticks), _words(labels))


def log_axis(label: str, low: float, high: float, ticks: Iterable[float] | None = None) -> Axis:
    """Return a logarithmic axis; the view writes its ticks, far from 1 as powers of ten."""
    return Axis(label, low, high, "log", _numbers(ticks))


def square(x: str, y: str, edge: float) -> tuple[Axis, Axis]:
    """Return the two axes of [-edge, edge]^2."""
    return axis(x, -edge, edge), axis(y, -edge, edge)


def onto(axis: Axis, values: Any) -> Any:
    """Bring values onto an axis: what is beyond it to its ends, what is not a number to its top.

    >>> onto(log_axis("loss", 0.01, 1), np.array([0.0, 0.5, 7.0, np.nan])).tolist()
    [0.01, 0.5, 1.0, 1.0]
    """
    return np.clip(np.nan_to_num(values, nan=axis.high, posinf=axis.high), axis.low, axis.high)


def _numbers(values: Iterable[float] | None) -> tuple[float, ...] | None:
    return None if values is None else tuple(map(float, values))


def _words(values: Iterable[Any] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(map(str, values))


def line(
    x: Any, y: Any, label: str = "", color: int = BLUE, stroke: Stroke = "solid", width: float = 2.0
) -> Line:
    """Return a polyline."""
    return Line(x, y, label, color, stroke, width)


def joined(lines: Any) -> tuple[Any, Any]:
    """Return x and y of many lines (lines, points, 2) as one; NaN lifts the pen between them.

    >>> joined([[(0, 1), (2, 3)], [(4, 5), (6, 7)]])[0].tolist()
    [0.0, 2.0, nan, 4.0, 6.0, nan]
    """
    points = np.asarray(lines, dtype=np.float64)
    lifted = np.pad(points, ((0, 0), (0, 1), (0, 0)), constant_values=np.nan)
    return lifted[..., 0].ravel(), lifted[..., 1].ravel()


def dots(
    x: Any, y: Any, label: str = "", color: int = BLUE, symbol: Symbol = "circle", size: float = 6.0
) -> Points:
    """Return symbols at points; a single point may be given by two numbers."""
    return Points(np.atleast_1d(x), np.atleast_1d(y), label, color, symbol, size)


class Look(NamedTuple):
    """How a series is told apart from others, without colour too.

    >>> model = Look(BLUE, "dashed", "square")
    >>> [type(mark).__name__ for mark in model.marked([1, 2], [3, 4], "error")]
    ['Line', 'Points']
    """

    color: int
    stroke: Stroke
    symbol: Symbol
    width: float = 2.0

    def line(self, x: Any, y: Any, label: str = "") -> Line:
        """Return the series as a polyline."""
        return line(x, y, label, self.color, self.stroke, self.width)

    def dots(self, x: Any, y: Any, label: str = "", size: float = 10) -> Points:
        """Return some of its points, such as the last one."""
        return dots(x, y, label, self.color, self.symbol, size)

    def marked(self, x: Any, y: Any, label: str, size: float = 7) -> list[Mark]:
        """Return its line with a symbol at every point; the label is that of the symbols."""
        return [self.line(x, y), self.dots(x, y, label, size)]


def beside(
    places: Any, ends: Any, words: Iterable[str], away: float, room: float = np.inf
) -> list[Text]:
    """Return words beyond the ends of bars, and inside where a bar is longer than `room`.

    >>> [word.y for word in beside([1, 2], [-0.5, 3.0], ["low", "high"], 0.25, room=2)]
    [-0.75, 2.75]
    """
    ends = np.asarray(ends, dtype=np.float64)
    up = np.where((ends >= 0) == (np.abs(ends) < room), away, -away)
    places = np.asarray(places, dtype=np.float64).tolist()
    return list(map(Text, places, (ends + up).tolist(), words))


def here(x: Any, y: Any, label: str = "now") -> Points:
    """Return the point that is looked at: a green square."""
    return dots(x, y, label, GREEN, "square", 9)


def level(
    y: float,
    ends: Sequence[float],
    label: str = "",
    color: int = INK,
    stroke: Stroke = "dotted",
    width: float = 1.5,
) -> Line:
    """Return a horizontal line at y."""
    return Line(ends, [y, y], label, color, stroke, width)


def upright(
    x: float,
    ends: Sequence[float],
    label: str = "",
    color: int = INK,
    stroke: Stroke = "dotted",
    width: float = 1.5,
) -> Line:
    """Return a vertical line at x."""
    return Line([x, x], ends, label, color, stroke, width)
