"""The matplotlib picture, tested by its artists."""

from __future__ import annotations

import itertools

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib._pylab_helpers import Gcf
from matplotlib.colors import to_hex
from matplotlib.patches import Polygon, Rectangle

from nnf_teach.widgets.fallback import draw
from nnf_teach.widgets.fallback.palette import SERIES, color_map
from nnf_teach.widgets.scene import (
    Arrow,
    Axis,
    Bars,
    Goal,
    Handle,
    HeatMap,
    Line,
    Mosaic,
    Panel,
    Points,
    Region,
    Scene,
    Slider,
    Text,
)
from nnf_teach.widgets.shell import SHOWN_DPI

SIDE = Axis("side (mm)", -2, 2)


def axes_of(*marks: object, handles: tuple[Handle, ...] = (), y: Axis = SIDE) -> mpl.axes.Axes:
    panel = Panel("Title", SIDE, y, marks, handles)  # type: ignore[arg-type]
    return draw(Scene("", (panel,), "")).axes[0]


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_words_can_be_read_at_the_width_at_which_the_picture_is_shown(count: int) -> None:
    panel = Panel("Title", SIDE, SIDE, (Line([0, 1], [0, 1], "a label of quite some length, too"),))
    figure = draw(Scene("A title", (panel,) * count, "A caption.", goal=Goal("a goal", False)))
    assert figure.get_figwidth() * SHOWN_DPI <= 740  # pixels, the width of the text
    words = [text for text in figure.findobj(mpl.text.Text) if text.get_text().strip()]
    assert min(text.get_fontsize() for text in words) * SHOWN_DPI / 72 > 12
    boxes = [ax.get_tightbbox() for ax in figure.axes]
    assert all(not a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.x1 for box in boxes)


def test_axes_have_the_labels_and_ranges_of_the_scene() -> None:
    ax = axes_of(y=Axis("rate (1/s)", 0.1, 10, "log"))
    assert (ax.get_title(), ax.get_xlabel(), ax.get_ylabel()) == (
        "Title",
        "side (mm)",
        "rate (1/s)",
    )
    assert ax.get_xlim() == (-2, 2)
    assert ax.get_yscale() == "log"


def test_given_ticks_carry_their_words() -> None:
    ax = axes_of(y=Axis("animal", 0, 3, ticks=(1, 2), tick_labels=("cat", "dog")))
    assert [text.get_text() for text in ax.get_yticklabels()] == ["cat", "dog"]


def test_other_ticks_are_those_of_the_browser() -> None:
    ax = axes_of(HeatMap([[0, 1]], 0, 0.5, "output"), y=Axis("error", 1e-8, 1, "log"))
    written = [text.get_text() for text in ax.get_yticklabels(which="both")]
    assert written == ["10⁻⁸", "10⁻⁶", "10⁻⁴", "0.01", "1"]
    (bar,) = ax.child_axes
    written = [text.get_text() for text in bar.get_yticklabels()]
    assert written == ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5"]


def test_heat_map_lies_over_the_panel_with_its_lowest_row_below() -> None:
    values = np.array([[0.0, 1.0], [2.0, np.nan]])
    ax = axes_of(HeatMap(values, 0, 2, "output"))
    (image,) = ax.images
    np.testing.assert_array_equal(image.get_array().filled(np.nan), values)
    assert image.origin == "lower"
    assert image.get_clim() == (0, 2)
    assert ax.get_xlim() == (-2, 2)
    (bar,) = ax.child_axes
    assert bar.get_ylabel() == "output"


def test_heat_map_without_label_has_no_bar() -> None:
    assert axes_of(HeatMap([[0, 1]], 0, 1)).child_axes == []


def test_palette_runs_from_blue_over_light_to_orange() -> None:
    colors = color_map("diverging")
    assert to_hex(colors(0)) == "#0072b2"
    assert min(colors(127)[:3]) > 0.9
    assert to_hex(colors(254)) == "#d55e00"


def test_line_points_and_bars_keep_their_data_and_stand_in_the_legend() -> None:
    ax = axes_of(
        Line([0, 1], [1, -1], "edge", 1, "dashed"),
        Points([0.5], [0.25], "class A", 2, "square"),
        Bars([-1, 1], [2, 1], "count", 0, 0.5, base=-1),
        Bars([-1, 1], [1, 1], "again", 1, 0.5),
        Line([0, 1], [0, 0]),
    )
    edge, points, unnamed = ax.lines
    np.testing.assert_array_equal(edge.get_xydata(), [[0, 1], [1, -1]])
    assert edge.get_color() == SERIES[1]
    assert edge.is_dashed()
    assert points.get_marker() == "s"
    bars = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert [(bar.get_y(), bar.get_height()) for bar in bars[:2]] == [(-1, 3), (-1, 2)]
    assert bars[0].get_hatch() is None
    assert bars[2].get_hatch()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "edge",
        "class A",
        "count",
        "again",
    ]


def test_region_is_hatched_and_has_its_word_in_the_visible_middle() -> None:
    ax = axes_of(Region([0, 9, 9, 0], [-9, -9, 9, 9], "on", 1))
    (polygon,) = (patch for patch in ax.patches if isinstance(patch, Polygon))
    assert polygon.get_hatch()
    (word,) = ax.texts
    assert word.get_text() == "on"
    np.testing.assert_allclose(word.get_position(), (0.75, 0.5))


def test_a_mosaic_has_a_polygon_and_a_colour_for_each_piece() -> None:
    x, y = [0, 1, 1, np.nan, 0, 1, 0], [0, 0, 1, np.nan, 0, 1, 1]
    colors = np.array([[255, 0, 0], [0, 0, 255]], dtype=np.uint8)
    ax = axes_of(Mosaic(x, y, colors, ("low", "high")))
    (drawn,) = ax.collections
    assert [len(path.vertices) for path in drawn.get_paths()] == [4, 4]
    np.testing.assert_array_equal(drawn.get_facecolors()[:, :3], colors / 255)


def test_arrow_ends_at_its_handle_and_labels_lie_apart_inside_the_panel() -> None:
    handles = (Handle("w", "weight", 1.9, 1.9), Handle("v", "other", 1.7, 1.9))
    ax = axes_of(Arrow((0, 0), (9, 9), "w", 0, "w"), handles=handles)
    (arrow,) = (text for text in ax.texts if not text.get_text())
    assert arrow.xy == (1.9, 1.9)
    boxes = [text.get_window_extent() for text in ax.texts if text.get_text()]
    assert {text.get_text() for text in ax.texts} == {"", "w", "other"}
    assert not boxes[0].overlaps(boxes[1])
    frame = ax.get_window_extent()
    for box in boxes:
        assert frame.x0 <= box.x0
        assert box.x1 <= frame.x1
        assert frame.y0 <= box.y0
        assert box.y1 <= frame.y1


def test_handles_that_move_along_one_axis_have_a_guide() -> None:
    ax = axes_of(handles=(Handle("b", "", 0.5, 0, "x"), Handle("c", "", 0, 1, "y")))
    assert ax.lines[0].get_xdata() == [0.5, 0.5]
    assert ax.lines[2].get_ydata() == [1, 1]


def test_goal_values_and_caption_stand_below() -> None:
    scene = Scene(
        "Costs $5",
        (Panel("", SIDE, SIDE, (Text(0, 0, "5 $ and 6 $"),)),),
        "A caption of many words. " * 12,
        (Slider("b", "Bias", 0, 1, 0.1, "mV"),),
        Goal("all right", False),
        {"b": 0.5},
    )
    figure = draw(scene)
    below = figure.get_supxlabel().split("\n")
    assert below[0] == "Goal, not yet reached: all right"
    assert below[1] == "Bias: 0.5 mV"
    assert len(below) > 3
    assert figure.get_suptitle() == r"Costs \$5"


@pytest.mark.parametrize("count", [0, 1, 4])
def test_any_number_of_panels(count: int) -> None:
    figure = draw(Scene("", (Panel("", SIDE, SIDE, ()),) * count, ""))
    assert len(figure.axes) == count


def test_no_figure_is_left_with_pyplot() -> None:
    draw(Scene("", (Panel("", SIDE, SIDE, ()),), ""))
    assert Gcf.figs == {}


def test_no_word_below_is_cut_off() -> None:
    """Digits are wider than letters: a line of them is broken earlier."""
    panel = Panel("", Axis("x", 0, 1), Axis("y", 0, 1), ())
    for word in ("0.0000", "MMMMM", "letters", "ill"):
        figure = draw(Scene("Wide", (panel,), " ".join([word] * 60)))
        (words,) = [text for text in figure.texts if word in text.get_text()]
        box = words.get_window_extent(figure.canvas.get_renderer())  # type: ignore[attr-defined]
        assert box.x1 <= figure.bbox.x1
        assert box.x1 > 0.5 * figure.bbox.x1


def test_four_panels_stand_two_and_two() -> None:
    panel = Panel("", Axis("x", 0, 1), Axis("y", 0, 1), ())
    boxes = [ax.get_position() for ax in draw(Scene("Four", (panel,) * 4, "")).axes]
    assert len({round(box.x0, 2) for box in boxes}) == 2
    assert len({round(box.y0, 2) for box in boxes}) == 2
