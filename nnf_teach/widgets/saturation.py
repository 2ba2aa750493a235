"""The sigmoid saturates, its derivative vanishes, and stacked sigmoids multiply what is left.

Slide "Sigmoid activation function".
"""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.experiments.stacked_sigmoids import gradient_left
from nnf_teach.modules import sigmoid as our_sigmoid
from nnf_teach.modules import sigmoid_derivative as our_derivative
from nnf_teach.widgets import ui
from nnf_teach.widgets.learner import Elementwise, call, credit

EDGE = 8.0  # x runs from -EDGE to EDGE
GRID = np.linspace(-EDGE, EDGE, 321)
MAX_DEPTH = 10
MIN_SHARE = 1e-10  # the low end of the log axis; ten sigmoids from x = 8 leave 3.6e-10


@ui.widget(
    "Saturation",
    ui.slider("depth", "Stacked sigmoids", 1, MAX_DEPTH, 1, at=5),
    ui.handle("x", "Input x", -EDGE, EDGE, at=2.0, moves="x"),
)
def saturation(
    s: ui.Values, sigmoid: Elementwise | None = None, sigmoid_derivative: Elementwise | None = None
) -> ui.Picture:
    """Move x along a sigmoid, and stack sigmoids, to see what is left of a gradient.

    Parameters
    ----------
    sigmoid, sigmoid_derivative : functions, optional
        Your own, elementwise on arrays. While one does not work, ours is drawn in its place, and
        the caption says so.

    Examples
    --------
    >>> saturation(np.tanh).scene.caption[:39]
    'This is your tanh. At x = 2.0 the sigmo'
    """
    inputs = np.append(GRID, s.x)
    values, trouble = call(sigmoid, our_sigmoid, inputs)
    slopes, other = call(sigmoid_derivative, our_derivative, inputs)
    left = gradient_left(
        s.x,
        s.depth,
        lambda h: call(None if trouble else sigmoid, our_sigmoid, h)[0],
        lambda h: call(None if other else sigmoid_derivative, our_derivative, h)[0],
    )
    # The handle is on the axis, where it is right at once, before the curve has answered.
    curve = _curve("The sigmoid", ui.axis("sigmoid(x)", -0.1, 1.1), inputs, values, s.handle("x"))
    slope = _curve("Its derivative", ui.axis("slope", -0.02, 0.3), inputs, slopes)
    return ui.Picture(
        [curve, slope, _stack(left)],
        trouble,
        other,
        credit(sigmoid, trouble),
        credit(sigmoid_derivative, other),
        _local(s.x, float(values[-1]), float(slopes[-1])),
        _chain(left),
    )


def _curve(
    title: str, y: ui.Axis, inputs: Array, values: Array, handle: ui.Handle | None = None
) -> ui.Panel:
    """Draw a curve, its limits, and its last point, which is the present x."""
    x, value = inputs[-1], values[-1]
    label, limits = ("limits: 0 and 1", [0, 1]) if handle else ("largest: 1/4", [0.25])
    now: list[ui.Mark] = []
    if np.isfinite(value):
        now.append(ui.here(x, value, f"at x = {x:.1f}: {value:.3g}"))
        if not handle:  # a handle draws its own line
            now.insert(0, ui.upright(x, [0, value], color=ui.GREEN, width=2))
    ends = [-EDGE, EDGE, np.nan] * len(limits)
    return ui.panel(
        title,
        ui.axis("x", -EDGE, EDGE),
        y,
        ui.line(ends, np.repeat(limits, 3), label, ui.PINK, "dashed"),
        ui.line(GRID, values[:-1], y.label),
        now,
        handle,
    )


def _stack(left: Array) -> ui.Panel:
    layers = np.arange(1, MAX_DEPTH + 1)
    shown = np.isfinite(left) & (left > 0)
    k, best = layers[: len(left)][shown], 0.25**layers
    return ui.panel(
        "What is left of a gradient",
        ui.axis("stacked sigmoids k", 0.4, MAX_DEPTH + 0.6, ticks=layers),
        ui.log_axis("share (log scale)", MIN_SHARE, 1, 10.0 ** np.arange(-10, 1, 2)),
        ui.Bars(k, left[shown], "left after k sigmoids", width=0.6, base=MIN_SHARE),
        ui.line(layers, best, "best case: (1/4)^k", ui.ORANGE, "dashed"),
        ui.dots(layers, best, "", ui.ORANGE, "triangle", 5),
    )


def _local(x: float, value: float, slope: float) -> str:
    share = 100 * slope / 0.25
    verdict = " The sigmoid is saturated: x hardly matters." if abs(share) < 5 else ""
    return (
        f"At x = {x:.1f} the sigmoid is {value:.4g} and its derivative {slope:.3g}, that is "
        f"{share:.3g} % of the largest, 1/4.{verdict}"
    )


def _chain(left: Array) -> str:
    depth, rest = len(left), float(left[-1])
    sigmoids = "one sigmoid" if depth == 1 else f"{depth} stacked sigmoids"
    text = f"Through {sigmoids}, {rest:.3g} of a gradient is left"
    if not (np.isfinite(left) & (left > 0)).all():
        return f"{text}; a log axis cannot show values that are not positive."
    best = 0.25**depth
    return f"{text}; at best, with 1/4 in every layer, it would be (1/4)^{depth} = {best:.3g}."
