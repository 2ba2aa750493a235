"""A scene as the browser gets it: a JSON header, and binary buffers for the arrays."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.widgets.scene import HeatMap, Panel, Scene
from nnf_teach.widgets.text_twin import describe_panel


def to_message(scene: Scene) -> tuple[dict[str, Any], list[memoryview]]:
    """Split a scene into a JSON header and binary buffers.

    Arrays become `{"buffer": k, "shape": [...], "dtype": ...}`: heat maps travel as bytes
    (0 is `low`, 254 is `high`, 255 is NaN), everything else as float32. Each panel carries
    its description (`describe_panel`) as "alt", for screen readers.

    >>> from nnf_teach.widgets.scene import Axis, Line
    >>> axis = Axis("x", 0, 1)
    >>> scene = Scene("Toy", (Panel("", axis, axis, (Line([0, 1], [0, 1]),)),), "a diagonal")
    >>> header, buffers = to_message(scene)
    >>> header["panels"][0]["marks"][0]["y"]
    {'buffer': 1, 'shape': [2], 'dtype': 'float32'}
    >>> np.frombuffer(buffers[1], np.float32).tolist()
    [0.0, 1.0]
    """
    buffers: list[memoryview] = []

    def pack_array(array: NDArray[Any]) -> dict[str, Any]:
        # A copy: the learner's array may change before the message is on its way.
        buffers.append(memoryview(array.tobytes()))
        return {"buffer": len(buffers) - 1, "shape": list(array.shape), "dtype": str(array.dtype)}

    def pack(value: Any) -> Any:
        match value:
            case np.ndarray():
                return pack_array(value)
            case np.generic():
                return pack(value.item())
            case float() if not math.isfinite(value):
                return None  # JSON has no NaN
            case Mapping():
                return {str(key): pack(item) for key, item in value.items()}
            case tuple() | list():
                return [pack(item) for item in value]
            case _ if is_dataclass(value):
                return pack_parts(value)
            case _:
                return value

    def pack_parts(value: Any) -> dict[str, Any]:
        parts = {f.name: getattr(value, f.name) for f in fields(value)}
        if isinstance(value, HeatMap):
            parts["values"] = quantise(value)
            real = value.values[np.isfinite(value.values)]
            parts["clipped"] = bool(((real < value.low) | (real > value.high)).any())
        if isinstance(value, Panel):
            parts["alt"] = describe_panel(value)
        return {"kind": type(value).__name__} | {name: pack(part) for name, part in parts.items()}

    return pack_parts(scene), buffers


def quantise(heat_map: HeatMap) -> NDArray[np.uint8]:
    """Return the heat map's values as bytes: 0 is `low`, 254 is `high`, 255 is NaN."""
    missing = np.isnan(heat_map.values)
    inside = np.clip(np.where(missing, heat_map.low, heat_map.values), heat_map.low, heat_map.high)
    scaled = (inside - heat_map.low) / (heat_map.high - heat_map.low)
    return np.where(missing, 255, np.rint(scaled * 254)).astype(np.uint8)
