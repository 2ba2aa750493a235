"""What a message from the browser may change: only what a control, handle or pad can have made."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from nnf_teach.widgets.scene import (
    Axis,
    Button,
    Choice,
    Handle,
    Pad,
    Panel,
    Player,
    Scene,
    Slider,
    State,
    Toggle,
)


def accepted(scene: Scene, state: State, changes: Mapping[str, Any]) -> State:
    """Return those of `changes` that one of the scene's controls, handles or pads can have made."""
    good: State = {}
    parts: list[tuple[Any, Panel | None]] = [(control, None) for control in scene.controls]
    moved = [(handle, panel) for panel in scene.panels for handle in panel.handles]
    drawn = [(panel.pad, panel) for panel in scene.panels if panel.pad]
    for part, panel in (*parts, *moved, *drawn):
        name = part.name
        if name not in changes or name not in state or name in good:
            continue
        value, now = changes[name], state[name]
        new: Any = None
        match part:
            case Slider(low=low, high=high):
                new = _number(value, low, high, now)
            case Choice(options=options):
                new = value if isinstance(value, str) and value in options else None
            case Toggle():
                new = value if isinstance(value, bool) else None
            case Button():
                presses = isinstance(value, int) and not isinstance(value, bool)
                new = value if presses and 0 <= value < 2**31 else None
            case Player(last=last):
                frame = _number(value, 0, last, 0)
                new = frame if isinstance(frame, int) else None
            case Handle():
                assert panel is not None
                new = _point(part.moves, value, panel.x, panel.y, now)
            case Pad(ink=ink):
                drawing = isinstance(value, str) and re.fullmatch("[0-9a-f]+", value)
                new = value if drawing and len(value) == 2 * ink.size else None
        if new is not None:
            good[name] = new
    return good


def _point(moves: str, value: Any, x: Axis, y: Axis, now: Any) -> Any:
    if moves != "both":
        axis = x if moves == "x" else y
        return _number(value, axis.low, axis.high, now)
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        return None
    point = [_number(value[0], x.low, x.high, 0.0), _number(value[1], y.low, y.high, 0.0)]
    return None if None in point else point


def _number(value: Any, low: float, high: float, now: Any) -> float | int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    slack = 1e-9 * max(abs(low), abs(high))  # a slider's 0.1 + 0.2 may pass its end
    if not math.isfinite(value) or not low - slack <= value <= high + slack:
        return None
    value = min(max(value, low), high)
    counts = isinstance(now, int) and float(value).is_integer()
    return int(value) if counts else float(value)
