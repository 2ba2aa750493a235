import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach.experiments.descent import (
    BETA,
    LOSS_TICKS,
    OPTIMIZERS,
    RACE_LANDSCAPES,
    STEPS,
    best_rates,
    settled_losses,
)
from nnf_teach.experiments.descent import descend as run
from nnf_teach.modules import adam_step, momentum_step, rmsprop_step
from nnf_teach.widgets import optimizers
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.optimizers import COMMON, TUNED
from nnf_teach.widgets.scene import Line, Points, Slider, Text
from nnf_teach.widgets.text_twin import describe
from nnf_teach.widgets.wording import written

LOSSES = {
    "narrow valley": lambda x: 0.1 * x[0] ** 2 + 2.5 * x[1] ** 2,
    "bent valley": lambda x: 0.1 * (x[0] - 1) ** 2 + 2 * (x[1] - x[0] ** 2 / 2) ** 2,
    "saddle": lambda x: (x[0] ** 2 - 4) ** 2 / 16 + x[1] ** 2 / 2,
    "kinked valley": lambda x: 0.1 * anp.abs(x[0]) + 2 * anp.abs(x[1]),
}


def scene(**changes):
    return optimizers.scene(**{"step": STEPS} | changes)


def lines(scene, panel):
    return [m for m in scene.panels[panel].marks if isinstance(m, Line) and m.label != "equal loss"]


def descend(name, word, start, rate):
    """The same race by the public steps, one parameter pair, with autograd's gradients."""
    gradient = autograd.grad(LOSSES[word])
    theta, a, b, path = np.array(start), np.zeros(2), np.zeros(2), [np.array(start)]
    for k in range(STEPS):
        grad = gradient(theta)
        if name == "SGD":
            theta = theta - rate * grad
        elif name == "momentum":
            theta, a = momentum_step(theta, grad, a, rate)
        elif name == "RMSProp":
            theta, a = rmsprop_step(theta, grad, a, rate)
        else:
            theta, a, b = adam_step(theta, grad, a, b, k + 1, rate)
        path.append(theta)
    return np.array(path)


@pytest.mark.parametrize("word", RACE_LANDSCAPES)
@pytest.mark.parametrize("which", range(4))
def test_each_path_is_that_of_its_optimizer(word, which):
    name, rate = list(OPTIMIZERS)[which], 0.05
    start = [-1.5, 1.0]
    drawn = lines(scene(landscape=word, learning_rate=rate, start=start), 0)[which]
    expected = descend(name, word, start, rate)
    np.testing.assert_allclose(np.column_stack([drawn.x, drawn.y]), expected, rtol=1e-4, atol=1e-5)
    assert drawn.label == name
    losses = lines(scene(landscape=word, learning_rate=rate, start=start), 1)[which].y
    theirs = np.array([LOSSES[word](theta) for theta in expected])
    np.testing.assert_allclose(losses[theirs > 1e-6], theirs[theirs > 1e-6], rtol=1e-3)


def test_all_begin_at_the_handle():
    for rates in (COMMON, TUNED):
        drawn = scene(start=[1.2, -2.0], rates=rates)
        for mark in lines(drawn, 0):
            assert (mark.x[0], mark.y[0]) == pytest.approx((1.2, -2.0))
        handle = drawn.panels[0].handles[0]
        assert (handle.x, handle.y) == (1.2, -2.0)


def test_four_are_told_apart_without_colour():
    drawn = scene()
    strokes = {(m.stroke, m.width) for m in lines(drawn, 0)}
    assert len(strokes) == 4
    for panel in range(3):
        symbols = [m.symbol for m in drawn.panels[panel].marks if isinstance(m, Points)]
        assert len(set(symbols)) == len(symbols) == 4


def test_tuned_rates_are_shown_and_used():
    drawn = scene(rates=TUNED)
    best = best_rates(settled_losses(RACE_LANDSCAPES["narrow valley"], (-2.6, 1.4), 0.0))
    assert [m.label for m in lines(drawn, 0)] == [f"{n}, α = {r:.2g}" for n, r in best.items()]
    np.testing.assert_allclose(
        np.column_stack([lines(drawn, 0)[3].x, lines(drawn, 0)[3].y]),
        descend("Adam", "narrow valley", [-2.6, 1.4], best["Adam"]),
        rtol=1e-4,
        atol=1e-5,
    )
    assert "each with its own best α" in drawn.caption
    assert not any(isinstance(c, Slider) and c.name == "learning_rate" for c in drawn.controls)
    assert "One α is no fair race" in scene(rates=COMMON).caption


def test_the_thresholds_of_the_quadratic_are_exact():
    """SGD is stable below 2/λ, and momentum below 2(1 + beta)/λ; not above."""
    edges = {"SGD": 2 / 5, "momentum": 2 * (1 + BETA) / 5}
    for name, edge in edges.items():
        for factor, stable in ((0.97, True), (1.03, False)):
            theta, *kept = np.array([0.0, 1.0]), np.zeros(2), np.zeros(2)
            for k in range(3000):
                grad = RACE_LANDSCAPES["narrow valley"].gradient(theta)
                theta, *kept = OPTIMIZERS[name](theta, grad, kept, k + 1, factor * edge)
                if abs(theta[1]) > 1e6:
                    break
            assert (abs(theta[1]) < 1e-3) == stable
    labels = {m.label: m.x for m in lines(scene(), 2)}
    assert labels["2/λ = 0.4: SGD diverges above"] == pytest.approx([0.4, 0.4])
    assert labels["2(1+β)/λ = 0.76: momentum diverges above"] == pytest.approx([0.76, 0.76])
    assert not any(isinstance(m, Text) for m in scene(landscape="saddle").panels[2].marks)


def test_noise_is_the_same_for_all():
    quiet, noisy = (
        run(RACE_LANDSCAPES["narrow valley"], [1.0, 1.0], 0.1, 2, noise=noise)
        for noise in (0.0, 0.5)
    )
    first = (quiet[1] - noisy[1]) / 0.1
    for name in ("momentum", "SGD"):
        path = run(RACE_LANDSCAPES["narrow valley"], [1.0, 1.0], 0.1, 2, OPTIMIZERS[name], 0.5)
        np.testing.assert_allclose(path[1], quiet[1] - 0.1 * first)
    assert "The noise is the same for all four." in scene(noise=0.5).caption


@pytest.mark.parametrize("word", RACE_LANDSCAPES)
@pytest.mark.parametrize("rate", [1e-3, 1.0, 10.0])
@pytest.mark.parametrize("rates", [COMMON, TUNED])
@pytest.mark.parametrize("start", [[-3.0, 3.0], [0.0, 0.0]])
def test_everything_is_finite_when_it_diverges(word, rate, rates, start):
    drawn = scene(landscape=word, learning_rate=rate, rates=rates, start=start, noise=2.0)
    for panel in drawn.panels:
        for mark in panel.marks:
            if isinstance(mark, Line | Points) and mark.label != "equal loss":
                assert np.isfinite([mark.x, mark.y]).all(), mark.label
                assert np.abs(mark.y).max() <= max(LOSS_TICKS[-1], 1e6)
    assert "nan" not in describe(drawn)
    assert "inf" not in describe(drawn)
    to_message(drawn)


def test_who_ran_away_is_said():
    drawn = scene(landscape="bent valley", learning_rate=1.0)
    assert "SGD and momentum ran away: a parameter passed a million." in drawn.caption
    assert "For SGD α is above 2/λ = 0.4." in scene(learning_rate=1.0).caption


def test_ranks_are_those_of_the_losses():
    caption = scene(step=60, learning_rate=0.1).caption
    losses = {
        n: LOSSES["narrow valley"](descend(n, "narrow valley", [-2.6, 1.4], 0.1)[60])
        for n in OPTIMIZERS
    }
    order = sorted(losses, key=lambda name: losses[name])
    assert written(", ".join(f"{n} {losses[n]:.2g}" for n in order)) in caption


def test_the_widget_stands_on_a_stage():
    stage = optimizers()
    change = {"start": [1.0, 2.0], "rates": TUNED, "step": 5}
    stage._receive(stage, {"state": change, "seq": 1, "view": "v"})
    assert stage.state["start"] == [1.0, 2.0]
    assert stage.error == ""
    assert "image/png" in stage._repr_mimebundle_()[0]


def test_another_landscape_brings_its_start():
    stage = optimizers()
    stage.set(start=[1.0, 1.0])
    stage.set(landscape="saddle")
    assert stage.state["start"] == [0.1, 2.4]
    stage.set(start=[1.0, -1.0])
    assert stage.state["start"] == [1.0, -1.0]
