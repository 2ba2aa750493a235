"""Figures are tested by their artists' data."""

import numpy as np
import pytest
from matplotlib.figure import Figure
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
    assert 'alt="x &lt; 1 &amp; &quot;y&quot;"' in bundle["text/html"]
    assert bundle["text/plain"] == 'x < 1 & "y"'


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
