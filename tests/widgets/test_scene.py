"""The scene's arrays, its message and its words."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nnf_teach.widgets.message import quantise, to_message
from nnf_teach.widgets.scene import (
    Arrow,
    Axis,
    Bars,
    Button,
    Choice,
    Goal,
    Handle,
    HeatMap,
    Line,
    Mosaic,
    Pad,
    Panel,
    Points,
    Region,
    Scene,
    Slider,
    Text,
    Toggle,
)
from nnf_teach.widgets.text_twin import describe, describe_panel

UNIT = Axis("x", 0, 1)


def everything() -> Scene:
    """A scene with one of everything."""
    plane = Panel(
        "Plane",
        Axis("x1 (mm)", -2, 2),
        Axis("x2 (mm)", -2, 2),
        (
            HeatMap([[-1, 0, 1], [0.5, np.nan, 9]], -1, 1, "h"),
            Line([0, 1, 2], [0, np.nan, 2], "edge", 1, "dashed"),
            Points([0.5], [1], "lonely", 2, "cross"),
            Arrow((0, 0), (1, 0.5), "w", 0, "w"),
            Region([0, 1, 1], [0, 0, 1], "on", 3),
            Mosaic([0, 1, 1], [0, 0, 1], np.zeros((1, 3), np.uint8), ("off",), "units on"),
            Text(-1, -1, "off"),
        ),
        (Handle("w", "weight", 1, 0.5),),
        equal=True,
    )
    count = Panel("", UNIT, Axis("n", 1, 100, "log"), (Bars([0.2, 0.8], [10, 20], "cats", 0, 0.2),))
    controls = (
        Slider("b", "Bias", -1, 1, 0.1, "mV"),
        Choice("f", "Activation", ("tanh", "relu")),
        Toggle("grid", "Grid"),
        Button("again", "Again"),
    )
    state = {"w": [1, 0.5], "b": 0.25, "f": "tanh", "grid": True, "again": 0}
    return Scene("All", (plane, count), "The caption.", controls, Goal("reach it", True), state)


def test_message_is_json_and_its_buffers_hold_the_arrays() -> None:
    header, buffers = to_message(everything())
    json.dumps(header, allow_nan=False)
    heat_map, line, *_ = header["panels"][0]["marks"]
    assert heat_map["kind"] == "HeatMap"
    assert heat_map["values"] | {"buffer": 0} == {"buffer": 0, "shape": [2, 3], "dtype": "uint8"}
    pixels = np.frombuffer(buffers[heat_map["values"]["buffer"]], np.uint8)
    assert pixels.tolist() == [0, 127, 254, 190, 255, 254]
    y = np.frombuffer(buffers[line["y"]["buffer"]], np.float32)
    np.testing.assert_array_equal(y, [0, np.nan, 2])


def test_message_keeps_its_numbers_when_the_array_changes_later() -> None:
    x = np.zeros(2, np.float32)
    _, buffers = to_message(Scene("", (Panel("", UNIT, UNIT, (Line(x, x),)),), ""))
    x[:] = 7
    assert np.frombuffer(buffers[0], np.float32).tolist() == [0, 0]


def test_message_takes_empty_arrays_and_numbers_that_json_does_not_have() -> None:
    marks = (Points([], [], "none"), Arrow((0, 0), (np.nan, np.float64(np.inf))))
    header, buffers = to_message(Scene("", (Panel("", UNIT, UNIT, marks),), ""))
    assert len(buffers[0]) == 0
    assert header["panels"][0]["marks"][1]["tip"] == [None, None]


def test_message_carries_each_panel_in_words() -> None:
    scene = everything()
    header, _ = to_message(scene)
    assert header["panels"][0]["alt"] == describe_panel(scene.panels[0])


@pytest.mark.parametrize("value", [-np.inf, -5.0])
def test_quantise_clips_below(value: float) -> None:
    assert quantise(HeatMap([[value]], 0, 1)).tolist() == [[0]]


def test_quantise_marks_nan_and_clips_infinity() -> None:
    assert quantise(HeatMap([[np.nan, np.inf]], 0, 1)).tolist() == [[255, 254]]


def test_description_has_all_words_and_values() -> None:
    words = describe(everything())
    for part in (
        "The caption.",
        "Goal: reach it (reached)",
        "x1 (mm) from −2 to 2",
        "colours show h from −1 to 1",
        "dashed line edge, from 0 to 2",
        "1 cross lonely",
        "arrow w to (1, 0.5)",
        "region on",
        "handle weight at (1, 0.5)",
        "bars cats: 10, 20",
        "Bias: 0.25 mV",
        "Activation: tanh",
        "Grid: yes",
    ):
        assert part in words


def test_description_of_a_line_without_a_finite_number_says_nothing_of_it() -> None:
    panel = Panel("", UNIT, UNIT, (Line([0], [np.nan], "gone"),))
    assert "gone" not in describe_panel(panel)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Axis("x", 1, 1), "low < high"),
        (lambda: Axis("x", 0, 1, "log"), "positive"),
        (lambda: HeatMap([1, 2], 0, 1), r"shape \(2,\)"),
        (lambda: HeatMap([[1]], 1, 0), "low < high"),
        (lambda: Line([0, 1], [0]), "y has shape"),
        (lambda: Bars([0, 1], [0]), "heights"),
        (lambda: Pad("ink", "", np.zeros((2, 2))), r"shape \(2, 2\) and type float64"),
    ],
)
def test_mistakes_are_named(make: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        make()  # type: ignore[operator]
