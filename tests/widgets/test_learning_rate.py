import numpy as np
import pytest

from nnf_teach.experiments.descent import bowl, thresholds
from nnf_teach.widgets import learning_rate
from nnf_teach.widgets.learning_rate import (
    BOWL,
    BOWL_2D,
    EARLY,
    LANDSCAPES,
    LAST,
    LOSS,
    ONE_KINK,
    RATES,
    START,
    VALLEYS,
    make_landscape,
)
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Line, Points, Text
from nnf_teach.widgets.text_twin import describe
from nnf_teach.widgets.wording import written


def scene(word=BOWL, **changes):
    return learning_rate.scene(**{"landscape": word, "step": LAST} | changes)


def line(scene, panel, label):
    return next(
        m for m in scene.panels[panel].marks if isinstance(m, Line) and m.label.startswith(label)
    )


@pytest.mark.parametrize("rate", [0.01, 0.32, 1.0, 1.8, 2.0])
def test_a_bowl_follows_the_closed_form(rate):
    path = line(scene(learning_rate=rate, start=3.0), 0, "steps")
    expected = 3 * (1 - rate) ** np.arange(LAST + 1.0)
    np.testing.assert_allclose(path.x, expected, rtol=1e-5, atol=1e-12)
    np.testing.assert_allclose(path.y, expected**2 / 2, rtol=1e-5, atol=1e-12)


def test_each_direction_has_its_own_factor():
    path = line(scene(BOWL_2D, learning_rate=0.3, place=[-2.0, 3.0]), 0, "steps")
    steps = np.arange(LAST + 1.0)
    np.testing.assert_allclose(path.x, -2 * 0.7**steps, rtol=1e-5, atol=1e-12)
    np.testing.assert_allclose(path.y, 3 * (-0.5) ** steps, rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize(("a", "b"), [(1.0, 5.0), (4.0, 0.5), (2.0, 2.0)])
def test_the_thresholds_are_where_the_behaviour_changes(a, b):
    """Just below 2/λ the loss falls for ever, just above it grows; below 1/λ no sign changes."""
    edges = thresholds(bowl(a, b))
    assert edges == {"1/λ": 1 / max(a, b), "2/λ": 2 / max(a, b)}
    for rate, falls, turns in [
        (0.99 * edges["1/λ"], True, False),
        (1.01 * edges["1/λ"], True, True),
        (0.99 * edges["2/λ"], True, True),
        (1.01 * edges["2/λ"], False, True),
    ]:
        theta = np.array([1.0, 1.0])
        signs, sizes = [], []
        for _ in range(300):
            theta = theta - rate * np.array([a, b]) * theta
            signs.append(np.sign(theta))
            sizes.append(np.abs(theta).max())
        assert (sizes[-1] < sizes[100]) == falls
        assert bool((np.array(signs) < 0).any()) == turns
    drawn = scene(BOWL_2D, curvature_1=a, curvature_2=b)
    for name, at in edges.items():
        assert line(drawn, 2, f"α = {name}").x == pytest.approx([at, at])
        assert any(isinstance(m, Text) and m.text == name for m in drawn.panels[2].marks)


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (0.01, "Too small: α = 0.01 is below 1/λ = 1"),
        (0.5, "Smooth: α = 0.5 is below 1/λ = 1. Each step multiplies"),
        (1.0, "Straight to the bottom: α = 1/λ = 1"),
        (1.6, "Oscillating: α = 1.6 is between 1/λ = 1 and 2/λ = 2"),
        (2.0, "On the edge: α = 2/λ = 2"),
        (2.5, "Divergent: α = 2.5 is above 2/λ = 2"),
    ],
)
def test_the_caption_names_the_regime(rate, words):
    assert scene(learning_rate=rate).caption.startswith(words)
    assert written(f"1 − αλ = {1 - rate:.3g}") in scene(learning_rate=rate).caption


@pytest.mark.parametrize(("rate", "steps"), [(0.5, 4), (0.1, 22), (1.6, 5)])
def test_the_steps_to_a_tenth_are_counted(rate, steps):
    assert f"For a tenth of the distance it takes {steps} step" in scene(learning_rate=rate).caption
    assert abs(1 - rate) ** steps <= 0.1 < abs(1 - rate) ** (steps - 1)


def test_starts_where_nothing_shows():
    assert "The start is the bottom" in scene(learning_rate=3, start=0.0).caption
    flat = scene(BOWL_2D, learning_rate=0.5, place=[3.0, 0.0]).caption
    assert "Divergent" in flat
    assert "This start is on the flat axis" in flat


@pytest.mark.parametrize(
    ("rate", "words"),
    [(0.01, "still on its way"), (0.5, "jumps to and fro"), (0.8, "jumps to and fro")],
)
def test_at_a_kink_every_step_is_as_long(rate, words):
    drawn = scene(ONE_KINK, learning_rate=rate)
    steps = np.abs(np.diff(line(drawn, 0, "steps").x))
    assert words in drawn.caption
    np.testing.assert_allclose(steps[steps > 0], rate, rtol=1e-4)
    if "jumps" in words:
        assert np.abs(line(drawn, 0, "steps").x[-5:]).max() <= rate


def test_a_kink_is_hit_from_a_whole_number_of_steps_away():
    assert "luck, so it hit it" in scene(ONE_KINK, learning_rate=0.5, start=-3.0).caption


@pytest.mark.parametrize("rate", [0.1, 0.2, 0.25, 0.3, 0.5, 1.0])
def test_from_where_it_starts_no_round_rate_hits_a_kink(rate):
    assert "jumps to and fro" in scene(ONE_KINK, learning_rate=rate).caption


def test_the_start_decides_the_valley_and_a_large_rate_overrules_it():
    assert "left, deeper valley" in scene(VALLEYS, learning_rate=0.1, start=-3.0).caption
    assert "right, shallower valley" in scene(VALLEYS, learning_rate=0.1, start=3.0).caption
    jumped = scene(VALLEYS, learning_rate=1.0, start=-3.0).caption
    assert "right, shallower" in jumped
    assert "it jumped across the hill" in jumped


def test_above_its_threshold_a_valley_gives_no_rest():
    caption = scene(VALLEYS, learning_rate=0.9, start=-3.0).caption
    assert "Never at rest: the left valley, where it is now" in caption
    assert "2/λ = 0.875, and α = 0.9 is above that" in caption
    assert "Still on its way" in scene(VALLEYS, learning_rate=0.01, start=-3.5).caption


@pytest.mark.parametrize("word", LANDSCAPES)
def test_the_curve_over_learning_rates_is_a_descent_for_each(word):
    drawn = scene(word)
    curve = line(drawn, 2, f"loss after {EARLY}")
    landscape = make_landscape(word, 1.0, 5.0)
    (now,) = (mark for mark in drawn.panels[2].marks if isinstance(mark, Points))
    assert now.y[0] == pytest.approx(np.exp(np.interp(now.x, RATES, np.log(curve.y)))[0], rel=0.05)
    for k in (0, 40, 90, 130):
        theta = np.array([START, 2.0] if word == BOWL_2D else [START])
        for _ in range(EARLY):
            theta = theta - RATES[k] * landscape.gradient(theta)
        assert curve.y[k] == pytest.approx(
            np.clip(landscape.value(theta), LOSS.low, LOSS.high), rel=1e-4
        )


@pytest.mark.parametrize("word", LANDSCAPES)
@pytest.mark.parametrize("rate", [0.01, 2.0, 10.0])
@pytest.mark.parametrize("start", [-4.0, 0.0, 4.0])
@pytest.mark.parametrize("curvature", [0.1, 10.0])
def test_everything_is_finite_when_it_diverges(word, rate, start, curvature):
    drawn = scene(
        word, learning_rate=rate, start=start, place=[start, -start], curvature_2=curvature
    )
    for panel in drawn.panels:
        for mark in panel.marks:
            if isinstance(mark, Line | Points) and mark.label != "equal loss":
                assert np.isfinite([mark.x, mark.y]).all(), mark.label
    assert "nan" not in describe(drawn)
    assert "inf" not in describe(drawn)
    to_message(drawn)


def test_a_descent_that_ran_away_ends_in_a_sentence():
    caption = scene(learning_rate=10.0).caption
    assert "a parameter passed a million: there it ends." in caption
    assert len(line(scene(learning_rate=10.0), 0, "steps").x) == 6


def test_the_player_goes_through_the_steps():
    for step in (0, 1, 7):
        drawn = learning_rate.scene(step=step)
        assert len(line(drawn, 1, "loss").x) == step + 1
        assert f"Step {step}: θ = " in drawn.caption


def test_the_widget_stands_on_a_stage():
    stage = learning_rate()
    change = {"start": 2.5, "learning_rate": 1.6, "landscape": BOWL_2D}
    stage._receive(stage, {"state": change, "seq": 1, "view": "v"})
    stage._receive(stage, {"state": {"place": [1.0, -1.0]}, "seq": 2, "view": "v"})
    assert stage.state["start"] == 2.5
    assert stage.state["place"] == [1.0, -1.0]
    assert stage.error == ""
    assert "image/png" in stage._repr_mimebundle_()[0]
