"""What the probe reads at a place of a panel, in a plot of 100 x 100 pixels over [0, 10]^2."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import HeatMap, Scene
from nnf_teach.widgets.ui import Bars, Mosaic, Points, Region, Text, axis, line, log_axis, panel

Evaluate = Callable[[str, str], Any]
READ = """(() => {
  const buffers = %s.map((bytes) => new DataView(new Uint8Array(bytes).buffer));
  const panel = decode(%s, buffers).panels[0];
  const scale = (axis, from, length) => {
    const log = axis.scale === "log" ? Math.log : (value) => value;
    const [a, b] = [log(axis.low), log(axis.high)];
    const back = axis.scale === "log" ? Math.exp : (value) => value;
    return [
      (value) => from + ((log(value) - a) / (b - a)) * length,
      (pixel) => back(a + ((pixel - from) / length) * (b - a)),
    ];
  };
  const [X, dataX] = scale(panel.x, 0, 100);
  const [Y, dataY] = scale(panel.y, 100, -100);
  const area = { left: 0, top: 0, right: 100, bottom: 100, width: 100, height: 100, X, Y, dataX,
    dataY, xTicks: axisTicks(panel.x, 5) };
  return %s.map(([x, y]) => { const { place, values } = readAt(panel, area, x, y);
    return [place, Object.fromEntries(values)]; });
})()"""


@pytest.fixture(scope="session")
def read(javascript: Evaluate) -> Callable[..., Any]:
    """Read a panel of marks at places (x, y), in pixels from the top left; return what is found."""

    def at(places: list[tuple[float, float]], *marks: Any, **looks: Any) -> Any:
        x, y = looks.pop("x", axis("x", 0, 10)), looks.pop("y", axis("loss", 0, 10))
        header, buffers = to_message(Scene("", (panel("", x, y, *marks, **looks),), ""))
        parts = [json.dumps(each) for each in ([list(b) for b in buffers], header, places)]
        return javascript("numbers decode read", READ % tuple(parts))

    return at


X = np.linspace(0, 10, 201)


def test_all_series_are_read_at_x_by_name(read: Any) -> None:
    marks = line(X, X / 2, "half"), line(X, np.sin(X) + 5, "wave"), line([0, 10], [8, 8], "level")
    ((place, values),) = read([(40, 50)], *marks)
    assert place == ["x = 4"]
    assert values == {"half": "2", "wave": f"{np.sin(4) + 5:.4g}", "level": "8"}
    assert list(values) == ["half", "wave", "level"]  # in the order of the legend


def test_the_nearest_sample_is_read_exactly_and_between_far_ones_the_line(read: Any) -> None:
    found = read([(21, 0), (50, 0)], line([0, 2, 10], [1, 3.14159, 7], "loss"))
    assert found[0] == [["x = 2"], {"loss": "3.142"}]
    assert found[1][0] == ["x = 5.0"]
    assert float(found[1][1]["loss"]) == pytest.approx(3.14159 + 3 / 8 * (7 - 3.14159), rel=2e-3)


def test_a_steep_line_is_read_at_x_and_not_where_it_is_near(read: Any) -> None:
    found = read([(30, 10), (50, 10)], line(X, np.where(X < 3.02, 1, 9), "loss"))
    assert [values for _, values in found] == [{"loss": "1"}, {"loss": "9"}]


def test_where_a_line_has_a_gap_or_an_end_nothing_is_read(read: Any) -> None:
    gap = np.where((X > 4) & (X < 6), np.nan, 3)
    found = read([(50, 70), (80, 70), (97, 70)], line(X[:181], gap[:181], "loss"))
    assert [values for _, values in found] == [{}, {"loss": "3"}, {}]
    assert found[0][0] == ["x = 5.0", "loss = 3.0"]


def test_points_of_a_series_are_read_at_their_x(read: Any) -> None:
    dots = Points([1, 5, 9], [2, 4, 8], "measured")
    found = read([(47, 0), (30, 0)], line([1, 5, 9], [2, 4, 8]), dots)
    assert found[0] == [["x = 5"], {"measured": "4"}]
    assert found[1][1] == {}


def test_a_surface_is_read_cell_by_cell(read: Any) -> None:
    surface = HeatMap([[0, 0.25], [0.5, np.nan]], 0, 1, "p")
    found = read([(20, 80), (80, 80), (20, 20), (80, 20)], surface)
    assert [values for _, values in found] == [{"p": "0.000"}, {"p": "0.252"}, {"p": "0.500"}, {}]
    assert found[0][0] == ["x = 2.0", "loss = 2.0"]


def test_a_value_beyond_the_colours_is_said_to_be(read: Any) -> None:
    found = read([(20, 80), (80, 80)], HeatMap([[-3, 7]], 0, 5, "loss"))
    assert [values for _, values in found] == [{"loss": "at most 0.00"}, {"loss": "at least 5.00"}]
    inside = read([(20, 80), (80, 80)], HeatMap([[0, 5]], 0, 5, "loss"))
    assert [values for _, values in inside] == [{"loss": "0.00"}, {"loss": "5.00"}]


def test_in_a_plane_lines_and_points_are_read_where_they_are(read: Any) -> None:
    marks = line([0, 10], [0, 10], "boundary"), Points([2], [8], "class A"), line(X, X)
    found = read([(51, 52), (21, 22), (90, 50)], *marks, equal=True)
    assert found[0] == [["x = 5.1", "loss = 4.8"], {"boundary": "(4.95, 4.95)"}]
    assert found[1][1] == {"class A": "(2, 8)"}
    assert found[2][1] == {}


def test_bars_regions_and_the_names_of_ticks(read: Any) -> None:
    ticks = axis("", 0, 10, (2, 6), ("cat", "dog"))
    bars = Bars([2, 6], [3, 9], "train", 0, 2), Bars([4], [1], "test", 0, 1)
    found = read([(25, 0), (60, 0), (40, 99)], *bars, Text(5, 5, "a word"), x=ticks)
    assert found == [
        [["cat"], {"train": "3"}],
        [["dog"], {"train": "9"}],
        [["cat"], {"test": "1"}],
    ]
    region = Region([0, 5, 5, 0], [0, 0, 5, 5], "saturated")
    assert [values for _, values in read([(20, 80), (20, 20)], region)] == [
        {"saturated": "here"},
        {},
    ]


def test_a_mosaic_is_read_piece_by_piece(read: Any) -> None:
    x, y = [0, 5, 5, np.nan, 0, 5, 0], [0, 0, 5, np.nan, 0, 5, 5]
    mosaic = Mosaic(x, y, np.zeros((2, 3), np.uint8), ("low", "high"), "half")
    found = [values for _, values in read([(40, 90), (10, 60), (80, 80)], mosaic)]
    assert found == [{"half": "low"}, {"half": "high"}, {}]


def test_log_axes_are_read_as_they_are_drawn(read: Any) -> None:
    loss = line([1, 100], [1e-6, 1], "loss")
    ((place, values),) = read([(50, 0)], loss, x=log_axis("step", 1, 100), y=log_axis("", 1e-6, 1))
    assert place == ["step = 10"]
    assert values == {"loss": "0.001"}


def test_an_image_has_no_axes_to_speak_of(read: Any) -> None:
    image = HeatMap([[0, 1], [1, 0]], 0, 1, palette="gray")
    none = axis("", 0, 2, ())
    assert read([(20, 20)], image, x=none, y=none, equal=True) == [[[], {"value": "1.000"}]]
