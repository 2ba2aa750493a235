"""Gradient descent, momentum, RMSProp and Adam race from one start, at rates that are shown.

Slide "Gradient descent recap": "Many modifications: Adam, RMSProp, ..."
"""

from __future__ import annotations

import numpy as np

from nnf_teach import looks
from nnf_teach.arguments import Array
from nnf_teach.experiments import descent
from nnf_teach.experiments.descent import RACE_LANDSCAPES as LANDSCAPES
from nnf_teach.widgets import ui

COMMON, TUNED = "one rate for all", "each its own best"
EDGE = 3.0  # the picture is [-EDGE, EDGE]^2
START, SADDLE_START = [-2.6, 1.4], [0.1, 2.4]
LOOKS = {
    name: ui.Look(*look, 4.0 if name == "Adam" else 2.5) for name, look in looks.OPTIMIZERS.items()
}


@ui.widget(
    "Optimizers",
    ui.player("step", "Step", descent.STEPS, at=40, rate=15),
    ui.choice(
        "landscape",
        "Landscape",
        LANDSCAPES,
        sets=lambda s, was: {"start": SADDLE_START if s.landscape == "saddle" else START},
    ),
    ui.choice("rates", "Learning rates", (COMMON, TUNED)),
    ui.slider(
        "learning_rate",
        "Learning rate α",
        descent.MIN_RATE,
        descent.MAX_RATE,
        0.1,
        at=0.1,
        scale="log",
        when=lambda s: s.rates == COMMON,
    ),
    ui.slider("noise", "Noise in the gradient", 0, 2, 0.1, at=0.0),
    ui.handle("start", "start", -EDGE, EDGE, at=START, bare=True),
)
def optimizers(s: ui.Values) -> ui.Picture:
    """Race gradient descent, momentum, RMSProp and Adam, with one rate or with each one's best.

    Momentum keeps 0.9 of its velocity, RMSProp 0.9 of its squares; Adam has its paper's settings.

    >>> stage = optimizers()
    >>> stage.set(rates="each its own best", step=100)
    >>> stage.scene.caption[:43]
    'Step 100 of 100, each with its own best α. '
    """
    landscape = LANDSCAPES[s.landscape]
    settled = s.kept(descent.settled_losses, landscape, tuple(s.start), s.noise)
    rates = (
        descent.best_rates(settled)
        if s.rates == TUNED
        else dict.fromkeys(descent.OPTIMIZERS, s.learning_rate)
    )
    paths = {}
    for name, move in descent.OPTIMIZERS.items():
        path = descent.descend(landscape, s.start, rates[name], descent.STEPS, move, s.noise)[
            : s.step + 1
        ]
        paths[name] = path[np.isfinite(path).all(axis=1)]
    return ui.Picture(
        [_map(s, paths, rates), _losses(landscape, paths), _sweeps(landscape, settled, rates)],
        *_say(s, landscape, paths, rates),
    )


def _map(s: ui.Values, paths: dict[str, Array], rates: dict[str, float]) -> ui.Panel:
    x, y = s.kept(descent.equal_loss, LANDSCAPES[s.landscape], EDGE)
    names = {k: f"{k}, α = {rate:.2g}" if s.rates == TUNED else k for k, rate in rates.items()}
    return ui.panel(
        f"{s.landscape.capitalize()}: drag the start",
        *ui.square("θ₁", "θ₂", EDGE),
        ui.line(x, y, "equal loss", ui.INK, width=1),
        [LOOKS[name].line(path[:, 0], path[:, 1], names[name]) for name, path in paths.items()],
        [
            LOOKS[name].dots(*path[-1])
            for name, path in paths.items()
            if np.abs(path[-1]).max() <= EDGE
        ],
        s.handle("start"),
        equal=True,
    )


def _loss_axis(label: str) -> ui.Axis:
    return ui.log_axis(label, descent.LOSS_TICKS[0], descent.LOSS_TICKS[-1], descent.LOSS_TICKS)


def _losses(landscape: descent.Landscape, paths: dict[str, Array]) -> ui.Panel:
    y = _loss_axis("loss (log)")
    marks = []
    for name, path in paths.items():
        steps, losses = np.arange(len(path)), ui.onto(y, landscape.value(path))
        look = LOOKS[name]
        marks += [look.line(steps, losses, name), look.dots(steps[-1], losses[-1])]
    return ui.panel("Loss by step", ui.axis("step", 0, descent.STEPS), y, marks)


def _sweeps(
    landscape: descent.Landscape, settled: dict[str, Array], rates: dict[str, float]
) -> ui.Panel:
    x = ui.log_axis("α (log)", descent.MIN_RATE, descent.MAX_RATE, (0.001, 0.01, 0.1, 1.0, 10.0))
    y = _loss_axis(f"highest loss of steps {descent.SETTLED} to {descent.STEPS}")
    marks: list[ui.Mark] = []
    for name, highest in settled.items():
        losses = ui.onto(y, highest)
        at = np.exp(np.interp(np.log(rates[name]), np.log(descent.RATES), np.log(losses)))
        marks += [LOOKS[name].line(descent.RATES, losses), LOOKS[name].dots(rates[name], at)]
    if landscape.curvatures:
        steepest = max(landscape.curvatures)
        marks.append(_threshold(y, "2/λ", 2 / steepest, "SGD", "dotted"))
        both = 2 * (1 + descent.BETA) / steepest
        marks.append(_threshold(y, "2(1+β)/λ", both, "momentum", "dashed"))
    return ui.panel("How low it gets, by learning rate", x, y, marks)


def _threshold(y: ui.Axis, word: str, at: float, whose: str, stroke: ui.Stroke) -> ui.Line:
    label = f"{word} = {at:.2g}: {whose} diverges above"
    return ui.upright(at, [y.low, y.high], label, stroke=stroke)


def _say(
    s: ui.Values, landscape: descent.Landscape, paths: dict[str, Array], rates: dict[str, float]
) -> list[str]:
    alive = {name: path for name, path in paths.items() if len(path) > s.step}
    lost = [name for name in paths if name not in alive]
    losses = {name: float(landscape.value(path[-1])) for name, path in alive.items()}
    order = sorted(losses, key=lambda name: losses[name]) if s.step else []
    ranks = ", ".join(f"{name} {losses[name]:.2g}" for name in order)
    edge = descent.thresholds(landscape).get("2/λ", np.inf)
    common = s.rates == COMMON
    whose = f"all with α = {s.learning_rate:.2g}" if common else "each with its own best α"
    return [
        f"Step {s.step} of {descent.STEPS}, {whose}.",
        f"Loss, lowest first: {ranks}." if ranks else "",
        f"{' and '.join(lost)} ran away: a parameter passed a million." if lost else "",
        f"For SGD α is above 2/λ = {edge:.2g}." if rates["SGD"] > edge else "",
        "One α is no fair race: for RMSProp and Adam it is nearly the length of a step, for "
        "the others it multiplies the gradient. Compare with each one's own best."
        if common
        else f"Best: of {len(descent.RATES)} rates from {descent.MIN_RATE:g} to "
        f"{descent.MAX_RATE:g} the one with the lowest curve by learning rate, for this start "
        "and these steps.",
        "The noise is the same for all four." if s.noise else "",
    ]
