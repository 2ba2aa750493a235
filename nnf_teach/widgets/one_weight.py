"""One weight of a network that reads digits: losses as it moves, and the slopes by backprop.

Slides "Chain rule, backprop and automatic differentiation" and "Gradient descent and computational
graph".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from nnf_teach.arguments import Array, Params
from nnf_teach.experiments import one_weight as net
from nnf_teach.widgets import ui
from nnf_teach.widgets.learner import attempt, credit, name_of, numbers
from nnf_teach.widgets.wording import number

Backprop = Callable[[Params, Array, Array], Any]  # (params, X, t) -> (loss, [(dW, db), ...])

SIDE = 28  # pixels of an image
EDGE = 3.0  # the weight runs from -EDGE to EDGE
GRID = np.linspace(-EDGE, EDGE, 121)
REACH = 1.2  # of a tangent, to each side
PLAIN = 0.01, 0.001  # slopes of an image and of the mean that are not nearly flat
APART = 1e-3  # between backprop and what is measured, of the larger one


class Slopes(NamedTuple):
    """How the loss changes with the weight: of an image, and of the mean of the batch."""

    image: float
    mean: float


def _trained(s: ui.Values, was: ui.Values) -> ui.State:
    return {"weight": net.trained_weight(s.unit - 1, _pixel(s))}


def _pixel(s: ui.Values) -> int:
    """Return the number of the pixel, counted row by row from the top."""
    column, row = int(s.pixel[0]), SIDE - 1 - int(s.pixel[1])
    return SIDE * row + column


@ui.widget(
    "One weight of a digit network",
    ui.slider("image", "Image", 1, net.BATCH, 1, at=63),
    ui.slider("unit", "Hidden unit", 1, net.UNITS, 1, at=54, sets=_trained),
    ui.button("trained", "Weight as trained", sets=_trained),
    ui.handle("pixel", "pixel", 0.5, SIDE - 0.5, at=[16.5, 11.5], step=1.0, sets=_trained),
    ui.handle("weight", "weight", -EDGE, EDGE, at=0.25, moves="x", step=0.05),
    begin=lambda *_, **__: {"weight": net.trained_weight(53, 464)},
)
def one_weight(s: ui.Values, mlp_loss_and_gradients: Backprop | None = None) -> ui.Picture:
    """Move one weight of a digit network: the loss of an image and of a batch, with tangents.

    Parameters
    ----------
    mlp_loss_and_gradients : function, optional
        Yours, (params, X, t) -> (loss, [(dW, db), ...]): the tangents have the slopes that it
        computes. While it does not work, ours are drawn, and the caption says so.

    Examples
    --------
    >>> one_weight.scene(weight=2.0).goal.reached
    True
    """
    unit, pixel, image = s.unit - 1, _pixel(s), s.image - 1
    params = net.with_weight(unit, pixel, s.weight)
    curves = s.kept(_curves, unit, pixel)
    each = net.losses(unit, pixel, np.array([s.weight]))[0]
    measured = net.measured_slopes(unit, pixel, s.weight)
    true = Slopes(float(measured[image]), float(measured.mean()))
    slopes, problem = _backprop(mlp_loss_and_gradients, params, image, unit, pixel)
    return ui.Picture(
        [
            _image(s, image),
            _loss(f"Loss of image {s.image}", s, curves[:, image], each[image], slopes.image, True),
            _loss(f"Mean of {net.BATCH} images", s, curves.mean(axis=1), each.mean(), slopes.mean),
        ],
        problem,
        credit(mlp_loss_and_gradients, problem),
        *_say(s, params, each, slopes, measured),
        _differs(mlp_loss_and_gradients, problem, slopes, true),
        goal=ui.Goal(
            "tangents that clearly slope in opposite directions, for this image and for the mean",
            _apart(true),
        ),
    )


def _curves(unit: int, pixel: int) -> Array:
    return net.losses(unit, pixel, GRID)


def _backprop(
    theirs: Backprop | None, params: Params, image: int, unit: int, pixel: int
) -> tuple[Slopes, str]:
    """Return the slopes by the learner's backpropagation, or by ours and why."""
    X, t = net.load_batch()
    one = slice(image, image + 1)
    problem = ""
    if theirs is not None:
        found = [
            _slope(theirs, params, X[part], t[part], unit, pixel) for part in (one, slice(None))
        ]
        problem = next((why for _, why in found if why), "")
        if not problem:
            return Slopes(*(slope for slope, _ in found)), ""
        problem = f"{problem}, so this is ours."
    ours = [net.our_loss_and_gradients(params, X[part], t[part])[1] for part in (one, slice(None))]
    return Slopes(*(float(grads[0][0][unit, pixel]) for grads in ours)), problem


def _slope(
    theirs: Backprop, params: Params, X: Array, t: Array, unit: int, pixel: int
) -> tuple[float, str]:
    result, problem = attempt(theirs, [(W.copy(), b.copy()) for W, b in params], X, t)
    if problem:
        return 0.0, problem
    try:
        dW = numbers(result[1][0][0])
    except (TypeError, IndexError, KeyError):
        dW = None
    shape = params[0][0].shape
    if dW is None or dW.shape != shape or not np.isfinite(dW).all():
        return 0.0, f"Your {name_of(theirs)} returned no first dW of shape {shape}"
    return float(dW[unit, pixel]), ""


def _image(s: ui.Values, image: int) -> ui.Panel:
    X, t = net.load_batch()
    return ui.panel(
        f"Image {s.image}: drag the pixel",
        ui.axis("", 0, SIDE, ticks=()),
        ui.axis("", 0, SIDE, ticks=()),
        ui.HeatMap(X[image].reshape(SIDE, SIDE)[::-1], 0, 1, palette="gray"),
        s.handle("pixel"),
        equal=True,
    )


def _loss(
    title: str, s: ui.Values, curve: Array, now: float, slope: float, moves: bool = False
) -> ui.Panel:
    ends = np.array([-REACH, REACH])
    trained = net.trained_weight(s.unit - 1, _pixel(s))
    return ui.panel(
        title,
        ui.axis("weight", -EDGE, EDGE),
        ui.axis("loss", 0, ui.nice_top(1.05 * curve.max())),
        ui.line(GRID, curve, "loss"),
        ui.dots(trained, np.interp(trained, GRID, curve), "as trained", ui.GREEN, "square", 8),
        ui.line(s.weight + ends, now + slope * ends, "tangent by backprop", ui.ORANGE, "dashed", 3),
        s.handle("weight", y=now) if moves else ui.dots(s.weight, now, "weight", ui.INK, size=9),
    )


def _apart(slopes: Slopes) -> bool:
    return (
        slopes.image * slopes.mean < 0
        and abs(slopes.image) > PLAIN[0]
        and (abs(slopes.mean) > PLAIN[1])
    )


def _say(s: ui.Values, params: Params, each: Array, slopes: Slopes, measured: Array) -> list[str]:
    _, t = net.load_batch()
    image = s.image - 1
    row, column = divmod(_pixel(s), SIDE)
    digit, p = net.read_image(params, image)
    flat = int((np.abs(measured) < 1e-9).sum())
    trained = net.trained_weight(s.unit - 1, _pixel(s))
    return [
        f"The weight from the pixel in row {row + 1}, column {column + 1} to hidden unit {s.unit}: "
        f"{number(trained)} as trained, now {number(s.weight)}.",
        f"Image {s.image} is a {t[image]}, read as {digit} ({100 * p:.0f} %): loss "
        f"{each[image]:.3f}.",
        f"Backprop: slope {number(slopes.image, 3)} for this image, {number(slopes.mean, 4)} for "
        f"the mean of {len(t)}. It is the mean of {len(t)} slopes, {flat} of which are 0: there "
        "the pixel is empty, or the unit is off.",
        _advice(s, slopes, measured),
    ]


def _advice(s: ui.Values, slopes: Slopes, measured: Array) -> str:
    X, _ = net.load_batch()
    if not X[s.image - 1, _pixel(s)]:
        return "In this image the pixel is empty: whatever the weight is, it is multiplied by 0."
    if abs(measured[s.image - 1]) < 1e-9:
        return "For this image the unit is off: a small move of the weight changes nothing."
    first, second = ("less" if slope > 0 else "more" for slope in slopes)
    if first == second:
        return f"Downhill is {first} of the weight, for this image and for the mean."
    return f"Downhill is {first} of the weight for this image, and {second} for the mean."


def _differs(theirs: Backprop | None, problem: str, slopes: Slopes, true: Slopes) -> str:
    if theirs is None or problem:
        return ""
    for word, slope, there in zip(("this image", "the mean"), slopes, true, strict=True):
        if abs(slope - there) > APART * max(abs(slope), abs(there), PLAIN[1]):
            return (
                f"Your slope for {word} is {number(slope, 4)}, and by a small difference of the "
                f"loss it is {number(there, 4)}: is that a tangent?"
            )
    return ""
