"""Overfitting, and what each regulariser does about it: small networks that are really trained.

Slides "Overfitting and regularisation": L_p, dropout, noising data, early stopping.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nnf_teach.experiments import small_fits
from nnf_teach.experiments.small_fits import EARLY, FRAMES, METHODS, NONE, STEPS, Fit, Training
from nnf_teach.widgets import ui

SHORT = ("none", "L2", "L1", "drop", "noise", "early")  # METHODS, to be written below bars
GRID = np.linspace(-1, 1, 161)
ERRORS = ui.log_axis("mean squared error (log)", 0.001, 10, (0.001, 0.01, 0.1, 1, 10))


def _strength(method: str, *of_slider: Any, **more: Any) -> ui.Part:
    return ui.slider(*of_slider, when=lambda s: s.method == method, **more)


@ui.widget(
    "Overfitting",
    ui.player("frame", f"Training, {STEPS} steps per frame", FRAMES, rate=15, at=FRAMES),
    ui.slider("units", "Hidden units", 1, 64, 1, at=64),
    ui.slider("examples", "Training examples", 4, small_fits.MAX_EXAMPLES, 1, at=20),
    ui.slider("noise", "Noise in y", 0, 1, 0.1, at=0.5),
    ui.choice("method", "Regulariser", METHODS),
    _strength("L2 penalty", "l2", "L2 strength λ", 1e-5, 0.1, 0.25, at=0.001, scale="log"),
    _strength("L1 penalty", "l1", "L1 strength λ", 1e-5, 0.1, 0.25, at=0.0032, scale="log"),
    _strength("dropout", "drop", "Share of units dropped", 0, 0.8, 0.05, at=0.2),
    _strength("noise on the data", "jitter", "Noise added to x", 0, 0.5, 0.02, at=0.1),
    ui.button("draw", "Draw new data"),
)
def overfitting(s: ui.Values) -> ui.Picture:
    """Train a small network on noisy examples, with each regulariser beside it.

    >>> overfitting.scene(frame=4).caption[:58]
    'Step 100 of 1,000. 64 hidden units (193 parameters), 20 ex'
    """
    setting = small_fits.Setting(s.units, s.examples, s.noise, s.draw, s.l2, s.l1, s.drop, s.jitter)
    training = s.kept(Training, setting)
    fits = {method: Fit(training, method, s.frame) for method in METHODS}
    chosen, plain = fits[s.method], fits[NONE]
    units = "1 hidden unit" if s.units == 1 else f"{s.units} hidden units"
    return ui.Picture(
        (
            _curves(training, chosen, plain),
            _errors(training, chosen, s.frame),
            _compare(training, fits, s.method, s.frame),
        ),
        f"Step {STEPS * s.frame:,} of {STEPS * FRAMES:,}. "
        f"{units} ({3 * s.units + 1} parameters), {s.examples} examples.",
        f"Without a regulariser: training error {plain.train:.2g}, test error {plain.test:.2g}.",
        _judge(plain, s.noise**2),
        _verdict(chosen, plain) if s.method != NONE else "",
        _best(fits, s.noise**2),
    )


def _curves(training: Training, chosen: Fit, plain: Fit) -> ui.Panel:
    alone = chosen is plain
    name = "fit" if alone else f"fit, {chosen.method}"
    return ui.panel(
        "The fitted curve",
        ui.axis("x", -1, 1),
        ui.axis("y", -3, 3),
        ui.line(GRID, small_fits.truth(GRID), "the truth, sin(2πx)", ui.INK, "dashed", 1.5),
        None
        if alone
        else ui.line(GRID, plain.curve(GRID), "fit, no regulariser", ui.PINK, "dotted"),
        ui.line(GRID, chosen.curve(GRID), name, ui.GREEN, width=3),
        ui.dots(training.data.x, training.data.y, "training examples", size=7),
    )


def _errors(training: Training, chosen: Fit, frame: int) -> ui.Panel:
    frames = training.frames[: frame + 1]
    steps, last = STEPS * np.arange(frame + 1), STEPS * FRAMES

    def errors(name: str, network: int, label: str, *look: Any) -> ui.Line:
        values = ui.onto(ERRORS, [getattr(one, name)[network] for one in frames])
        return ui.line(steps, values, label, *look)

    network, kept = chosen.network, chosen.frame
    test = errors("test", network, "test error", ui.ORANGE, "dashed", 3)
    other = "test", 0, "test error, no regulariser", ui.ORANGE, "dotted"
    floor = ui.onto(ERRORS, training.setting.noise**2)
    stopped = STEPS * kept, test.y[kept], f"kept: step {STEPS * kept}"
    return ui.panel(
        "Errors while it trains",
        ui.axis("step", 0, last),
        ERRORS,
        ui.level(floor, [0, last], "noise²: the best possible", stroke="solid", width=1),
        errors(*other) if network else None,
        errors("train", network, "training error"),
        test,
        ui.dots(*stopped, ui.PINK, "triangle", 12) if chosen.method == EARLY else None,
    )


def _compare(training: Training, fits: dict[str, Fit], method: str, frame: int) -> ui.Panel:
    errors = np.array([fit.test for fit in fits.values()])
    # A fit that has run away leaves the others to be compared: its bar ends where the axis does.
    tall = np.nan_to_num(errors, nan=ERRORS.high).clip(0, ERRORS.high)
    top = min(ui.nice_top(1.15 * tall.max(), least=0.2), ERRORS.high)
    chosen = METHODS.index(method)
    others = [k for k in range(len(METHODS)) if k != chosen]
    return ui.panel(
        f"Test error at step {STEPS * frame}",
        ui.axis("regulariser", -0.6, 5.6, range(6), SHORT),
        ui.axis("mean squared error", 0, top),
        ui.Bars([chosen], [tall[chosen]], f"chosen: {method}", ui.ORANGE, 0.7),
        ui.Bars(others, tall[others], "the others", ui.SKY, 0.7),
        ui.level(training.setting.noise**2, [-0.6, 5.6], "noise²"),
        ui.beside(range(6), tall, map(_short, errors), 0.04 * top, room=0.95 * top),
    )


def _short(error: float) -> str:
    return f"{error:.2f}" if error < 10 else f"{error:.0e}".replace("e+0", "e")


def _judge(plain: Fit, floor: float) -> str:
    train, test = plain.train, plain.test
    if not plain.frame:
        return "Nothing is learnt yet."
    if test > 2 * train and test > 1.2 * floor + 0.01:
        return "It overfits: " + (
            "it has learnt the noise of its examples, which new examples do not share."
            if train < floor
            else "it is far better on its own examples than on new ones. They are too few to say "
            "what lies between them."
        )
    if train > 1.3 * floor + 0.05:
        return "It underfits: even the training examples are not hit. Too small, or too early?"
    return "Training and test error are close: little overfitting."


def _verdict(chosen: Fit, plain: Fit) -> str:
    kept, change = "", chosen.test / plain.test
    if chosen.method == EARLY:
        kept = (
            f" (kept from step {STEPS * chosen.frame}, where "
            f"{small_fits.HELD_EXAMPLES} validation examples were fitted best)"
        )
    verdict = (
        f"{100 * (1 - change):.0f} % less" if change < 0.95
        else f"{100 * (change - 1):.0f} % more" if change > 1.05 else "about the same"
    )  # fmt: skip
    return f"With {chosen.method}: test error {chosen.test:.2g}{kept}, {verdict}."


def _best(fits: dict[str, Fit], floor: float) -> str:
    best = min(fits.values(), key=lambda fit: fit.test)
    return (
        f"Best of the six here: {best.method}, {best.test:.2g}; no model can expect less than "
        f"noise² = {floor:.2g}. One draw may mislead: draw new data."
    )
