"""A scene in words and numbers: what a screen reader speaks, and stored notebooks keep."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnf_teach.widgets.scene import (
    Arrow,
    Bars,
    Button,
    HeatMap,
    Line,
    Mark,
    Mosaic,
    Panel,
    Player,
    Points,
    Region,
    Scene,
    Slider,
    Text,
)
from nnf_teach.widgets.wording import written


def describe(scene: Scene) -> str:
    """Put a scene into words and numbers: the text twin of its picture."""
    lines = [scene.title, scene.caption]
    if scene.goal is not None:
        lines.append(f"Goal: {scene.goal.text} ({'reached' if scene.goal.reached else 'not yet'})")
    lines += [describe_panel(panel) for panel in scene.panels]
    lines += describe_controls(scene)
    return written("\n".join(line for line in lines if line))


def describe_controls(scene: Scene) -> list[str]:
    """Say what each control is set to."""
    lines = []
    for control in scene.controls:
        value = _words(scene.state.get(control.name))
        match control:
            case Button():
                continue
            case Player(last=last):
                value += f" of {last}"
        unit = control.unit if isinstance(control, Slider | Player) else ""
        lines.append(f"{control.label}: {value} {unit}".rstrip())
    return lines


def describe_panel(panel: Panel) -> str:
    """Say in a sentence what one panel shows."""
    named = [axis for axis in (panel.x, panel.y) if axis.label]  # images have axes without names
    axes = ", ".join(f"{axis.label} from {axis.low:.4g} to {axis.high:.4g}" for axis in named)
    shown = [axes] if axes else []
    shown += [_describe_mark(mark) for mark in panel.marks]
    shown += [f"handle {h.label} at ({h.x:.3g}, {h.y:.3g})" for h in panel.handles]
    if panel.pad is not None:
        inked, size = np.count_nonzero(panel.pad.ink), panel.pad.ink.size
        shown.append(f"sheet to draw on, with ink in {inked} of {size} pixels")
    return written(": ".join(filter(None, (panel.title, "; ".join(filter(None, shown))))) + ".")


def _describe_mark(mark: Mark) -> str:
    match mark:
        case HeatMap(label=label, low=low, high=high):
            return f"colours show {label} from {low:.3g} to {high:.3g}" if label else ""
        case Line(label=label, stroke=stroke, y=y):
            if not label or not np.isfinite(y).any():
                return ""
            real = y[np.isfinite(y)]
            return f"{stroke} line {label}, from {real.min():.3g} to {real.max():.3g}"
        case Points(label=label, symbol=symbol, x=x):
            plural = "" if len(x) == 1 else "es" if symbol == "cross" else "s"
            return f"{len(x)} {symbol}{plural} {label}" if label else ""
        case Arrow(label=label, tip=tip):
            return f"arrow {label} to ({tip[0]:.3g}, {tip[1]:.3g})" if label else ""
        case Bars(label=label, heights=heights):
            return f"bars {label}: " + ", ".join(f"{h:.3g}" for h in heights)
        case Region(label=label):
            return f"region {label}" if label else ""
        case Mosaic(words=words):
            return f"{len(words)} pieces, each in a colour of its own"
        case Text(text=text):
            return text


def _words(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case float() | int() | np.number():
            return f"{float(value):.4g}"
        case list() | tuple() | np.ndarray():
            return "(" + ", ".join(_words(v) for v in value) + ")"
        case _:
            return str(value)
