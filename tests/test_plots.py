"""Figures are tested by their artists' data."""

import re

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.patches import Circle, Rectangle

from nnf_teach import plots


def test_functions_are_drawn_with_strokes_of_their_own():
    ax = plots.plot_function([np.sin, np.cos], 0, 1, ["sin", "cos"])
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--"]
    np.testing.assert_allclose(ax.lines[1].get_ydata(), np.cos(ax.lines[1].get_xdata()))


def test_given_axes_are_used_and_returned():
    ax = Figure().subplots()
    assert plots.plot_neuron(ax=ax) is ax
    assert plots.plot_gate(lambda: ([1, 1], -1.5), ax=ax) is ax


def test_a_computational_graph_has_a_circle_for_each_piece_of_data():
    names, given = ["linear", "ReLU", "linear", "loss"], ["$W_1$", "", "$W_2$", ""]
    ax = plots.plot_modules(names, given, target="$t$")
    texts = [text.get_text() for text in ax.texts if text.get_text()]
    assert [text for text in texts if text in names] == names
    assert sum(isinstance(patch, Circle) for patch in ax.patches) == len(
        ["x", "W1", "W2", "L", "t"]
    )
    assert sum(isinstance(patch, Rectangle) for patch in ax.patches) == len(names)
    assert texts[-2:] == ["$L$", "$t$"]


def test_a_gate_marks_the_corners_where_it_fires():
    ax = plots.plot_gate(lambda: ([1, 1], -1.5))
    corners = {tuple(map(int, line.get_xydata()[0])): line.get_marker() for line in ax.lines}
    assert corners == {(0, 0): "x", (0, 1): "x", (1, 0): "x", (1, 1): "o"}


@pytest.mark.parametrize("error", [NotImplementedError, ValueError])
def test_a_gate_that_fails_is_named_and_drawn_without_a_line(error):
    def and_gate():
        raise error("no")

    ax = plots.plot_gate(and_gate)
    assert ax.get_title().startswith("and_gate: ")
    assert {line.get_marker() for line in ax.lines} == {"$?$"}


def test_a_picture_has_alt_text_that_is_escaped():
    shown = plots.picture(plots.plot_gate(lambda: ([1, 1], -1.5)), alt='x < 1 & "y"')
    bundle = shown._repr_mimebundle_()
    assert 'aria-label="x &lt; 1 &amp; &quot;y&quot;"' in bundle["text/html"]
    assert bundle["text/plain"] == 'x < 1 & "y"'


def test_a_picture_takes_the_colours_of_a_dark_page():
    """No word, line or face stays black or white whatever the page is."""
    ax = plots.new_axes()
    ax.plot([0, 1], [0, 1], color=plots.BLUE, label="training error")
    ax.axvline(0.5, color="black")
    ax.legend()
    ax.set(title="A title", xlabel="x")
    html = plots.picture(ax, alt="a line")._repr_mimebundle_()["text/html"]
    svg = html[html.index("<svg") :]
    paints = set(re.findall(r"(?:fill|stroke): ([^;\"]+)", svg))
    assert {paint for paint in paints if paint.startswith("#")} == set()
    assert {"var(--nnf-series-0, #0072B2)", "var(--jp-content-font-color1, #212121)"} <= paints
    words = re.findall(r'<g id="text_\d+">.*?<g style="([^"]*)"', svg, flags=re.DOTALL)
    assert words
    assert all("fill: var(" in style for style in words)  # without one it would be black
    assert "--nnf-series-0:#56B4E9;--nnf-series-1:#F07830" in html


def test_a_figure_is_as_wide_as_the_text_whatever_is_in_it():
    digits = plots.plot_digits(np.zeros((3, 9, 9)), "abc")
    for ax in (plots.plot_neuron(), plots.new_axes(3)[0], digits[0]):
        assert ax.get_figure().get_figwidth() == plots.WIDTH


def test_what_has_a_meaning_is_drawn_alike_in_every_picture():
    ax = plots.plot_function([np.sin, np.cos], 0, 1, ["t = 1", "t = 0"])
    assert [line.get_color() for line in ax.lines] == [plots.ORANGE, plots.BLUE]
    curves = ("loss", "validation_loss", "gradient_norm", "weight_norm")
    left, _ = plots.plot_history({name: [1, 2] for name in curves} | {"chance_loss": 1})
    assert left.lines[1].get_color() == plots.look("test error")["color"]
    with pytest.raises(ValueError, match="no meaning is known for 'the truth'"):
        plots.look("the truth")


@pytest.mark.parametrize("runs", [1, 3])
def test_no_legend_of_a_history_lies_over_its_curves(runs):
    curves = ("loss", "validation_loss", "gradient_norm", "weight_norm")
    history = {name: np.geomspace(1, 1e-3, 40) for name in curves} | {"chance_loss": 1}
    axes = plots.plot_history(history) if runs == 1 else plots.plot_histories([history] * 3, "abc")
    figure = axes.flat[0].get_figure()
    assert len(figure.axes) == 2 * runs  # no place is left empty
    figure.draw_without_rendering()
    legends = figure.findobj(Legend)
    assert legends
    for legend in legends:
        box = legend.get_window_extent()
        assert not any(box.overlaps(ax.get_window_extent()) for ax in figure.axes)
        assert figure.bbox.contains(box.x0, box.y0)


def test_stored_pictures_keep_their_pixels_out_of_what_nbval_compares(monkeypatch):
    monkeypatch.setenv("NNF_STRICT", "1")
    bundle = plots.picture(plots.plot_neuron(), alt="a neuron")._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "image/png"}


def test_a_picture_without_words_is_refused():
    with pytest.raises(ValueError, match="empty alt text"):
        plots.picture(plots.plot_neuron(), alt=" ")


def test_pyplot_is_left_alone():
    import matplotlib.pyplot as plt

    plots.picture(plots.plot_neuron(), alt="a neuron")._repr_mimebundle_()
    assert not plt.get_fignums()


def test_a_history_shows_losses_norms_and_where_numbers_end():
    """Are curves drawn as they are, and the entries without a number hatched?"""
    history = {
        "loss": np.array([0.7, 0.5, np.nan, np.nan]),
        "validation_loss": np.array([0.7, 0.6, 0.6, np.inf]),
        "gradient_norm": np.array([100.0, 10.0, 1.0, 0.1]),
        "weight_norm": np.array([1.0, 2.0, 3.0, 4.0]),
        "chance_loss": 0.69,
        "kept_validation_loss": 0.65,
    }
    left, right = plots.plot_history(history)
    drawn = {line.get_label(): line.get_ydata() for line in left.lines}
    assert list(drawn) == ["loss", "validation loss", "chance", "network that was kept"]
    np.testing.assert_array_equal(drawn["loss"], history["loss"])
    assert np.isnan(drawn["validation loss"][3])
    assert set(drawn["chance"]) == {0.69}
    (hatched,) = left.patches
    assert (hatched.get_x(), hatched.get_width(), hatched.get_hatch()) == (2, 1, "//")
    assert not right.patches
    assert (left.get_yscale(), right.get_yscale()) == ("linear", "log")
    assert len({line.get_linestyle() for line in left.lines}) == 4  # not by colour alone
