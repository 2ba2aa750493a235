"""Descents of small losses: gradient descent, momentum, RMSProp and Adam from one start.

Slide "Gradient descent recap": "Choice of learning rate is critical", "Many modifications: Adam,
RMSProp, ..."
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnf_teach.arguments import Array
from nnf_teach.experiments.contour import chained, level_line
from nnf_teach.modules.adam import adam_move
from nnf_teach.modules.momentum import momentum_move
from nnf_teach.modules.rmsprop import rmsprop_move

Move = Callable[[Array, Array, list[Array], int, Any], tuple[Array, ...]]

FAR = 1e6  # a parameter beyond this ends the descent
BETA = 0.9  # what momentum keeps of its velocity, RMSProp and Adam of their averages
TILT = 0.2  # makes one of the two valleys deeper
STEPS = 100  # of the optimizers' race
SETTLED = 80  # from this step on the highest loss counts
MIN_RATE, MAX_RATE = 1e-3, 10.0  # of the race
RATES = np.geomspace(MIN_RATE, MAX_RATE, 61)
LOSS_TICKS = (1e-8, 1e-4, 1.0, 1e4)  # of an axis of losses, from its one end to the other


class Landscape(NamedTuple):
    """A loss of one or two parameters; theta is (..., 1) or (..., 2)."""

    value: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    levels: tuple[float, ...] = ()  # losses at which it is drawn as lines
    curvatures: tuple[float, ...] = ()  # of a quadratic, along each axis
    minima: tuple[float, ...] = ()  # of a curve with two of them, left to right


def bowl(*curvatures: float, levels: tuple[float, ...] = ()) -> Landscape:
    """Return the quadratic with these curvatures along its axes.

    >>> narrow = bowl(1.0, 5.0)
    >>> narrow.value(np.array([2.0, 1.0])), narrow.gradient(np.array([2.0, 1.0]))
    (np.float64(4.5), array([2., 5.]))
    """
    a = np.array(curvatures)
    return Landscape(
        lambda theta: (a * theta**2).sum(axis=-1) / 2, lambda theta: a * theta, levels, curvatures
    )


def _two_valleys() -> Landscape:
    roots = np.sort(np.roots([0.25, 0, -1, TILT]).real)
    lowest = (roots[0] ** 2 - 4) ** 2 / 16 + TILT * roots[0]
    return Landscape(
        lambda theta: ((theta**2 - 4) ** 2 / 16 + TILT * theta - lowest)[..., 0],
        lambda theta: theta * (theta**2 - 4) / 4 + TILT,
        minima=(float(roots[0]), float(roots[2])),
    )


def _of_two(
    value: Callable[[Array, Array], Array],
    gradient: Callable[[Array, Array], tuple[Array, Array]],
    levels: tuple[float, ...],
) -> Landscape:
    return Landscape(
        lambda theta: value(theta[..., 0], theta[..., 1]),
        lambda theta: np.stack(gradient(theta[..., 0], theta[..., 1]), axis=-1),
        levels,
    )


KINK = Landscape(lambda theta: np.abs(theta[..., 0]), np.sign)
TWO_VALLEYS = _two_valleys()
RACE_LANDSCAPES = {  # each of two parameters, and 0 at its lowest
    "narrow valley": bowl(0.2, 5.0, levels=(0.1, 0.5, 1.5, 4, 9, 16)),
    "bent valley": _of_two(
        lambda a, b: (a - 1) ** 2 / 10 + 2 * (b - a**2 / 2) ** 2,
        lambda a, b: ((a - 1) / 5 - 4 * a * (b - a**2 / 2), 4 * (b - a**2 / 2)),
        (0.1, 0.5, 2, 6, 15, 40),
    ),
    "saddle": _of_two(
        lambda a, b: (a**2 - 4) ** 2 / 16 + b**2 / 2,
        lambda a, b: (a * (a**2 - 4) / 4, b),
        (0.1, 0.4, 1, 1.6, 3, 5),
    ),
    "kinked valley": _of_two(
        lambda a, b: 0.1 * np.abs(a) + 2 * np.abs(b),
        lambda a, b: (0.1 * np.sign(a), 2 * np.sign(b)),
        (0.2, 0.8, 2, 3.5, 5),
    ),
}
OPTIMIZERS: dict[str, Move] = {  # from theta, its gradient and averages to the next ones
    "SGD": lambda theta, grad, kept, step, rate: (theta - rate * grad,),
    "momentum": lambda theta, grad, kept, step, rate: momentum_move(
        theta, grad, kept[0], rate, BETA
    ),
    "RMSProp": lambda theta, grad, kept, step, rate: rmsprop_move(
        theta, grad, kept[0], rate, BETA, 1e-8
    ),
    "Adam": lambda theta, grad, kept, step, rate: adam_move(
        theta, grad, kept[0], kept[1], step, rate, BETA, 0.999, 1e-8
    ),
}


def thresholds(landscape: Landscape) -> dict[str, float]:
    """Return the learning rates at which gradient descent changes, by name.

    With λ the largest curvature of a quadratic, steps along it go straight to the bottom with
    1/λ, and stop shrinking at 2/λ. Near a smooth minimum the same holds of its curvature.

    >>> thresholds(bowl(1.0, 5.0))
    {'1/λ': 0.2, '2/λ': 0.4}
    """
    if landscape.curvatures:
        steepest = max(landscape.curvatures)
        return {"1/λ": 1 / steepest, "2/λ": 2 / steepest}
    at_minima = [2 / ((3 * m**2 - 4) / 4) for m in landscape.minima]
    return dict(zip(("2/λ left", "2/λ right"), at_minima, strict=False))


def descend(
    landscape: Landscape,
    start: ArrayLike,
    rate: float | Array,
    steps: int,
    move: Move = OPTIMIZERS["SGD"],
    noise: float = 0.0,
) -> Array:
    """Return theta_0 .. theta_steps, (steps + 1, D); NaN once a parameter is beyond `FAR`.

    R learning rates, (R, 1), give (steps + 1, R, D). `noise` is the standard deviation of what is
    added to each gradient, with the same normal draws for all.

    >>> descend(bowl(1.0), [4.0], 0.5, 2).ravel().tolist()
    [4.0, 2.0, 1.0]
    """
    shape = np.broadcast_shapes(np.shape(start), np.shape(rate))
    theta = np.broadcast_to(np.asarray(start, dtype=np.float64), shape)
    draws = noise * np.random.default_rng(0).normal(size=(steps, shape[-1]))
    path, kept = [theta], [np.zeros(shape), np.zeros(shape)]
    with np.errstate(all="ignore"):
        for k in range(steps):
            theta, *kept = move(theta, landscape.gradient(theta) + draws[k], kept, k + 1, rate)
            lost = ~(np.abs(theta).max(axis=-1, keepdims=True) <= FAR)
            theta = np.where(lost, np.nan, theta)
            path.append(theta)
    return np.array(path)


def settled_losses(
    landscape: Landscape, start: tuple[float, ...], noise: float
) -> dict[str, Array]:
    """Return the highest loss of the steps from `SETTLED` on, per optimizer for each of `RATES`.

    The highest of many, not the last one: who swings through the bottom at the last step by luck
    has not won. Infinite where a parameter was lost.

    >>> losses = settled_losses(bowl(0.2, 5.0), (1.0, 1.0), 0.0)["SGD"]
    >>> bool((losses[RATES > 0.42] > 1).all()), float(losses.min()) < 1e-3
    (True, True)
    """
    found = {}
    for name, move in OPTIMIZERS.items():
        path = descend(landscape, start, RATES[:, None], STEPS, move, noise)[SETTLED:]
        found[name] = np.nan_to_num(landscape.value(path), nan=np.inf).max(axis=0)
    return found


def best_rates(losses: dict[str, Array]) -> dict[str, float]:
    """Return for every optimizer the one of `RATES` with the lowest of `settled_losses`."""
    return {name: float(RATES[int(np.argmin(highest))]) for name, highest in losses.items()}


def equal_loss(landscape: Landscape, edge: float) -> tuple[Array, Array]:
    """Return the lines of equal loss in [-edge, edge]^2, at the landscape's levels.

    >>> x, y = equal_loss(bowl(1.0, 1.0, levels=(0.5,)), 2.0)
    >>> bool(np.allclose(np.hypot(x, y)[:-1], 1, atol=0.01))
    True
    """
    side = np.linspace(-edge, edge, 81)
    heights = landscape.value(np.stack(np.meshgrid(side, side), axis=-1))
    lines = [level_line(heights, side, side, level) for level in landscape.levels]
    x, y = (np.concatenate(part) for part in zip(*lines, strict=True))
    return chained(x, y)
