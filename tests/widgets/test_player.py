"""The player, the log slider and the plain handle, without a browser."""

from typing import Any

import numpy as np
import pytest

from nnf_teach.widgets.fallback import draw
from nnf_teach.widgets.scene import Axis, Handle, Line, Panel, Player, Scene, Slider
from nnf_teach.widgets.stage import Stage
from nnf_teach.widgets.text_twin import describe

START = {"frame": 0, "rate": 1.0, "y": 0.5}


def build(state: dict[str, Any]) -> Scene:
    axis = Axis("x", 0, 1)
    handle = Handle("y", "height", 0.5, state["y"], "y", symbol="square", color=1, bare=True)
    return Scene(
        "Toy",
        (Panel("", axis, axis, (Line([0, 1], [state["y"]] * 2),), (handle,)),),
        "A line.",
        (
            Player("frame", "Frame", 10, "pictures"),
            Slider("rate", "Rate", 0.01, 100, 0.25, scale="log"),
        ),
    )


def after(**changes: Any) -> dict[str, Any]:
    stage = Stage(build, START)
    stage._receive(stage, {"state": changes, "seq": 1, "view": "v"})
    return stage.state


@pytest.mark.parametrize("value", [1, 10, 3.0])
def test_a_whole_frame_is_taken(value: float) -> None:
    frame = after(frame=value)["frame"]
    assert frame == value
    assert isinstance(frame, int)


@pytest.mark.parametrize("value", [-1, 11, 2.5, True, "3", None, [1], float("nan"), 1e300])
def test_anything_else_is_no_frame(value: Any) -> None:
    assert after(frame=value) == START


def test_a_log_slider_takes_any_number_in_its_range() -> None:
    assert after(rate=0.018)["rate"] == 0.018
    assert after(rate=0.001)["rate"] == 1.0


def test_words_name_the_last_frame_and_the_unit() -> None:
    assert "Frame: 3 of 10 pictures\nRate: 0.056" in describe(
        Stage(build, START | {"frame": 3, "rate": 0.056}).scene
    )


def test_the_fallback_draws_a_bare_handle_in_its_color_without_words() -> None:
    ax = draw(Stage(build, START).scene).axes[0]
    (point,) = [line for line in ax.lines if line.get_marker() == "s"]
    assert point.get_markerfacecolor() == "#D55E00"
    assert len(ax.lines) == 2  # the line and the handle: no guide
    assert "height" not in [text.get_text() for text in ax.texts]
    np.testing.assert_array_equal(point.get_ydata(), [0.5])


@pytest.mark.parametrize(
    "make",
    [
        lambda: Player("frame", "Frame", 0),
        lambda: Player("frame", "Frame", 5, rate=0),
        lambda: Slider("rate", "Rate", 0, 1, 0.1, scale="log"),
    ],
)
def test_mistakes_are_named(make: Any) -> None:
    with pytest.raises(ValueError, match="player 'Frame'|log slider 'Rate'"):
        make()


def test_an_axis_without_a_name_is_not_described() -> None:
    bare = Axis("", 0, 28, ticks=())
    panel = Panel("An image", bare, bare, (Line([0, 1], [0, 1], "edge"),))
    assert describe(Scene("", (panel,), "")) == "An image: solid line edge, from 0 to 1."
