"""What a widget shows: a scene of plain data, with no browser and no drawing in it.

A lesson's widget is a pure function from a state (a dictionary of numbers, words and
points) to a `Scene`. The browser view (`static/`) and the matplotlib fallback
(`fallback.py`) draw the same scene, and `text_twin.py` puts it into words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

State = dict[str, Any]
"""Values by name: a slider's number, a choice's word, a toggle's bool, a handle's [x, y]."""

Numbers = Any
"""Array-like when it goes into a mark (a list will do), a float32 array when it comes out."""

Stroke = Literal["solid", "dashed", "dotted"]
Symbol = Literal["circle", "square", "triangle", "cross"]


def _numbers(values: ArrayLike, ndim: int, what: str) -> NDArray[np.float32]:
    array = np.asarray(values, dtype=np.float32)
    if array.ndim != ndim:
        axes = "1 axis is" if ndim == 1 else f"{ndim} axes are"
        raise ValueError(
            f"{what} has shape {array.shape}, but {axes} needed; "
            "reshape it before it goes into the scene"
        )
    return array


@dataclass(frozen=True)
class Axis:
    """One axis of a panel: its label (with the unit), its range and its scale."""

    label: str
    low: float
    high: float
    scale: Literal["linear", "log"] = "linear"
    ticks: tuple[float, ...] | None = None
    tick_labels: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"axis {self.label!r} runs from {self.low} to {self.high}: low < high")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"log axis {self.label!r} starts at {self.low}: it must be positive")


@dataclass(frozen=True)
class HeatMap:
    """A surface of colours over the whole panel; `values[0]` is the lowest row.

    `low` and `high` are the values at the two ends of the palette. "diverging" puts a light
    middle between blue and orange, "sequential" runs from dark to light, "gray" is for images.
    `label` names what the colours stand for (it becomes the colour bar's label); with the
    empty label no bar is drawn.
    """

    values: Numbers  # (rows, columns)
    low: float
    high: float
    label: str = ""
    palette: Literal["diverging", "sequential", "gray"] = "diverging"

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _numbers(self.values, 2, "HeatMap.values"))
        if not self.low < self.high:
            raise ValueError(f"HeatMap runs from {self.low} to {self.high}: low < high is needed")


@dataclass(frozen=True)
class Line:
    """A polyline; NaN breaks it. `color` counts through the colour-blind-safe palette."""

    x: Numbers  # (n,)
    y: Numbers  # (n,)
    label: str = ""
    color: int = 0
    stroke: Stroke = "solid"
    width: float = 2.0

    def __post_init__(self) -> None:
        _same_length(self)


@dataclass(frozen=True)
class Points:
    """Symbols at points. Groups are told apart by `symbol`, never by colour alone."""

    x: Numbers  # (n,)
    y: Numbers  # (n,)
    label: str = ""
    color: int = 0
    symbol: Symbol = "circle"
    size: float = 6.0

    def __post_init__(self) -> None:
        _same_length(self)


@dataclass(frozen=True)
class Arrow:
    """An arrow from tail to tip. With `tip_handle`, the tip follows that handle at once."""

    tail: tuple[float, float]
    tip: tuple[float, float]
    label: str = ""
    color: int = 0
    tip_handle: str | None = None


@dataclass(frozen=True)
class Bars:
    """Bars from `base` to `heights` at `x`, each `width` wide in data units."""

    x: Numbers  # (n,)
    heights: Numbers  # (n,)
    label: str = ""
    color: int = 0
    width: float = 0.8
    base: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "x", _numbers(self.x, 1, "Bars.x"))
        object.__setattr__(self, "heights", _numbers(self.heights, 1, "Bars.heights"))
        if self.x.shape != self.heights.shape:
            raise ValueError(f"Bars: x has shape {self.x.shape}, heights {self.heights.shape}")


@dataclass(frozen=True)
class Region:
    """A shaded, hatched polygon with a word on it."""

    x: Numbers  # (n,)
    y: Numbers  # (n,)
    label: str = ""
    color: int = 0

    def __post_init__(self) -> None:
        _same_length(self)


@dataclass(frozen=True)
class Mosaic:
    """Polygons side by side, each in a colour of its own; NaN stands between one and the next.

    `words` says what each of them is, for who points at it: `label` is the name of that.
    """

    x: Numbers  # (n,)
    y: Numbers  # (n,)
    colors: NDArray[np.uint8]  # (polygons, 3): red, green, blue
    words: tuple[str, ...]
    label: str = ""

    def __post_init__(self) -> None:
        _same_length(self)
        count = int(np.isnan(self.x).sum()) + 1
        if self.colors.shape != (count, 3) or len(self.words) != count:
            raise ValueError(
                f"Mosaic: {count} polygons, colors of shape {self.colors.shape}, expected "
                f"({count}, 3), and {len(self.words)} words"
            )


@dataclass(frozen=True)
class Text:
    """A word at a point of the panel; or beside the handle there, where `handle` names it."""

    x: float
    y: float
    text: str
    align: Literal["left", "center", "right"] = "center"
    handle: str = ""


Mark = HeatMap | Line | Points | Arrow | Bars | Region | Mosaic | Text


def _same_length(mark: Any) -> None:
    kind = type(mark).__name__
    object.__setattr__(mark, "x", _numbers(mark.x, 1, f"{kind}.x"))
    object.__setattr__(mark, "y", _numbers(mark.y, 1, f"{kind}.y"))
    if mark.x.shape != mark.y.shape:
        raise ValueError(f"{kind}: x has shape {mark.x.shape}, y has shape {mark.y.shape}")


@dataclass(frozen=True)
class Handle:
    """A point that the learner moves by mouse, touch or arrow keys.

    It writes `[x, y]` to `state[name]`; with `moves="x"` or `"y"` a single number.
    `step` is what an arrow key adds (ten times that with Shift), in data units.

    With a `color` the handle looks like a large point of that series, `symbol` and all. A
    `bare` handle has no label written beside it (it is still spoken) and no guide line.
    """

    name: str
    label: str
    x: float
    y: float
    moves: Literal["both", "x", "y"] = "both"
    step: float = 0.1
    symbol: Literal["circle", "square"] = "circle"
    color: int | None = None
    bare: bool = False


@dataclass(frozen=True)
class Pad:
    """A sheet of pixels over the whole panel that the learner draws into, by pointer or keys.

    It writes `state[name]`: the ink of each pixel as two hexadecimal digits, "00" to "ff", row by
    row from the top (`ink.tobytes().hex()`). The panel's first heat map shows the ink; the browser
    paints it at once, dark on light, and Python's map follows. `pen` is what a stroke does.
    """

    name: str
    label: str
    ink: NDArray[np.uint8]  # (rows, columns)
    pen: Literal["draw", "erase", "move"] = "draw"

    def __post_init__(self) -> None:
        if self.ink.dtype != np.uint8 or self.ink.ndim != 2:
            raise ValueError(
                f"Pad.ink has shape {self.ink.shape} and type {self.ink.dtype}, "
                "expected (rows, columns) of type uint8"
            )


@dataclass(frozen=True)
class Panel:
    """One pair of axes with its marks (drawn in order), handles, and what is drawn into."""

    title: str
    x: Axis
    y: Axis
    marks: tuple[Mark, ...]
    handles: tuple[Handle, ...] = ()
    equal: bool = False  # one unit of x is as long as one unit of y
    pad: Pad | None = None


@dataclass(frozen=True)
class Slider:
    """A number between `low` and `high` in steps of `step`; its value is `state[name]`.

    On the "log" scale `step` is in decades, and values have two significant digits: from 0.01
    with step 0.25 they are 0.01, 0.018, 0.032, 0.056, 0.1, ...
    """

    name: str
    label: str
    low: float
    high: float
    step: float
    unit: str = ""
    scale: Literal["linear", "log"] = "linear"

    def __post_init__(self) -> None:
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"log slider {self.label!r} starts at {self.low}: it must be positive")


@dataclass(frozen=True)
class Choice:
    """One word out of `options`; the chosen one is `state[name]`."""

    name: str
    label: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Toggle:
    """Yes or no, `state[name]`."""

    name: str
    label: str


@dataclass(frozen=True)
class Button:
    """Counts its presses in `state[name]`."""

    name: str
    label: str


@dataclass(frozen=True)
class Player:
    """A run through the frames 0..last with play, pause, step and back to the start.

    `state[name]` is the frame, a whole number. Nothing plays by itself. While playing, the
    browser asks for the next frame once the last one is drawn, and at most `rate` times a
    second, so that pause takes effect at once and nothing queues; it stops at `last`.
    """

    name: str
    label: str
    last: int
    unit: str = ""
    rate: float = 30.0

    def __post_init__(self) -> None:
        if self.last < 1 or self.rate <= 0:
            raise ValueError(f"player {self.label!r}: last {self.last} and rate {self.rate} > 0")


Control = Slider | Choice | Toggle | Button | Player


@dataclass(frozen=True)
class Goal:
    """What the learner tries to reach, and whether the present state reaches it."""

    text: str
    reached: bool


@dataclass(frozen=True)
class Scene:
    """Everything that a widget shows in one state.

    `caption` says in words and numbers what is to be seen now: sighted learners read it
    under the picture, a screen reader speaks it when it changes, stored notebooks keep it.
    """

    title: str
    panels: tuple[Panel, ...]
    caption: str
    controls: tuple[Control, ...] = ()
    goal: Goal | None = None
    state: Mapping[str, Any] = field(default_factory=dict)
