"""Double descent with one input: the function itself, wild at the threshold and calm beyond.

Slides "Overfitting and regularisation": Belkin et al. 2019, whose figure 1 has such functions.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nnf_teach import looks
from nnf_teach.arguments import Array
from nnf_teach.experiments import threshold
from nnf_teach.experiments.threshold import EXAMPLES, GRID, HIT, MOST, SIZES, Fit, Fitted, Sweep
from nnf_teach.widgets import ui
from nnf_teach.widgets.learner import credit, read_array

TEST, TRAIN = ui.Look(*looks.TEST, 3), ui.Look(*looks.TRAINING)
SIZE = ui.log_axis("features P (log scale)", SIZES[0], MOST, (2, 5, 20, 100, 1000))
ERRORS = ui.log_axis("mean squared error (log)", 0.001, 10_000, (0.001, 0.1, 10, 1000))
NORM = ui.log_axis("√(sum of w²) (log scale)", 0.1, 100_000, (0.1, 10, 1000, 100_000))
HEIGHT = 3.0  # the function is shown from -HEIGHT to HEIGHT
GOAL_ERROR = 0.12


@ui.widget(
    "The curve at the threshold",
    ui.button("draw", "Draw new data and features"),
    ui.handle(
        "features", "features P", SIZES[0], MOST, at=float(EXAMPLES), moves="x", step=1, bare=True
    ),
    begin=lambda fit=None: {"draw": 9},
)
def curve_at_threshold(s: ui.Values, fit: Fit | None = None) -> ui.Picture:
    """Drag the number of random features past that of the examples, and see the function.

    Parameters
    ----------
    fit : function of (F (20, P), T (20, 1)) -> weights (P, 1), optional
        Your own `min_norm_fit`. While it does not work, ours is drawn, and the caption says so.

    Examples
    --------
    >>> curve_at_threshold.scene(features=1000).goal.reached
    True
    """
    sweep, problem = s.kept(_sweep, s.draw, fit)
    now = sweep.at(round(s.features))
    beyond = now.features > EXAMPLES and now.train < HIT
    return ui.Picture(
        (_function(sweep, now), _errors(s, sweep.curve, now), _norms(sweep.curve, now)),
        f"{problem}, so this is ours." if problem else credit(fit, ""),
        *_say(sweep, now),
        goal=ui.Goal(
            f"more features than examples, every example hit, and a test error below {GOAL_ERROR}",
            bool(beyond and now.test < GOAL_ERROR),
        ),
        state={"features": float(now.features)},
    )


def _sweep(seed: int, fit: Fit | None) -> tuple[Sweep, str]:
    """Return the models by the learner's function, or by ours and why."""
    if fit is not None:
        try:
            theirs = Sweep(seed, lambda F, T: _fitted(fit, F, T))
            _ = theirs.curve  # all of them are fitted: it works, or it does not
        except ValueError as error:
            return Sweep(seed), str(error)
        return theirs, ""
    return Sweep(seed), ""


def _fitted(fit: Fit, F: Array, T: Array) -> Array:
    w, problem = read_array(fit, (F, T), (F.shape[1], 1))
    if w is None:
        raise ValueError(problem)
    return w


def _function(sweep: Sweep, now: Fitted) -> ui.Panel:
    return ui.panel(
        f"The function, P = {now.features:,}",
        ui.axis("x", -1, 1),
        ui.axis("t", -HEIGHT, HEIGHT),
        ui.line(GRID, threshold.truth(GRID), "the truth, sin(2πx)", ui.INK, "dashed", 1.5),
        ui.line(GRID, now.values, "fit", ui.GREEN, width=3),
        TRAIN.dots(sweep.x, sweep.t, "training examples", 7),
    )


def _threshold(axis: ui.Axis) -> ui.Line:
    return ui.upright(EXAMPLES, [axis.low, axis.high], "as many as examples: 20", width=2)


def _errors(s: ui.Values, curve: list[Fitted], now: Fitted) -> ui.Panel:
    train = ui.onto(ERRORS, [one.train for one in curve])
    test = ui.onto(ERRORS, [one.test for one in curve])
    return ui.panel(
        "Drag the number of features",
        SIZE,
        ERRORS,
        _threshold(ERRORS),
        TRAIN.line(SIZES, train, "training error"),
        TEST.line(SIZES, test, "test error"),
        TEST.dots(now.features, ui.onto(ERRORS, now.test), f"now: {_short(now.test)}", 9),
        s.handle("features", now.features, float(ui.onto(ERRORS, now.test)), color=TEST.color),
    )


def _norms(curve: list[Fitted], now: Fitted) -> ui.Panel:
    return ui.panel(
        "Size of the weights",
        SIZE,
        NORM,
        _threshold(NORM),
        ui.line(SIZES, ui.onto(NORM, [one.norm for one in curve]), "norm of w", ui.PINK, width=3),
        ui.dots(
            now.features, ui.onto(NORM, now.norm), f"now: {_short(now.norm)}", ui.PINK, "square", 9
        ),
    )


def _say(sweep: Sweep, now: Fitted) -> Iterator[str]:
    hit = now.train < HIT
    yield (
        f"{now.features:,} features, {EXAMPLES} examples: "
        f"{'every example is hit' if hit else f'training error {_short(now.train)}'}, "
        f"test error {_short(now.test)}, norm of the weights {_short(now.norm)}."
    )
    if now.features < EXAMPLES:
        yield "Fewer weights than examples: least squares cannot hit them all."
    elif now.features == EXAMPLES:
        yield "As many weights as examples: just one function hits them all."
    else:
        which = "this is" if sweep.is_shortest(now) else "this is not"
        yield f"Many functions hit all examples: {which} the one with the shortest weights."
    reach = _short(float(np.abs(now.values).max()))
    yield f"Between the examples it goes as far as {reach} from 0; the truth stays within 1."
    low = min(sweep.curve[: SIZES.index(EXAMPLES)], key=lambda one: one.test)
    worst = max(sweep.curve, key=lambda one: one.test)
    yield (
        f"The best size below the threshold is {low.features}, with test error {_short(low.test)}; "
        f"the worst of all is {worst.features}."
    )


def _short(value: float) -> str:
    """Write two digits that count: 0.096, 3.5, 1,200."""
    return f"{float(f'{value:.2g}'):,.0f}" if value >= 100 else f"{value:.2g}"
