"""Gradient descent from too small a learning rate to one that diverges.

Slide "Gradient descent recap": "Choice of learning rate is critical".
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnf_teach.experiments.contour import level_line
from nnf_teach.widgets.scene import (
    Axis,
    Choice,
    Handle,
    Line,
    Mark,
    Panel,
    Player,
    Points,
    Scene,
    Slider,
    State,
    Text,
)

if TYPE_CHECKING:
    from nnf_teach.widgets.stage import Stage

Array = NDArray[np.float64]

BOWL, BOWL_2D = "bowl in 1-D", "bowl in 2-D"
KINK, VALLEYS = "kink in 1-D", "two valleys in 1-D"
LANDSCAPES = (BOWL, BOWL_2D, KINK, VALLEYS)
INITIAL: State = {
    "landscape": BOWL,
    "learning_rate": 0.1,
    "step": 10,
    "start": -3.0,
    "place": [-3.0, 2.0],
    "curvature_1": 1.0,
    "curvature_2": 5.0,
}
EDGE = 4.0  # parameters run from -EDGE to EDGE
LAST = 40  # steps
EARLY = 10  # steps after which the learning rates are compared: later on most are at the floor
FAR = 1e6  # a parameter beyond this ends the descent
LOWEST, HIGHEST = 0.01, 10.0  # learning rates
RATES = np.geomspace(LOWEST, HIGHEST, 181)
FLOOR, CEILING = 1e-8, 1e4  # losses that the log axes show
LOSS_TICKS = (1e-8, 1e-4, 1.0, 1e4)
LOSS_WORDS = ("10⁻⁸", "10⁻⁴", "1", "10⁴")
TILT = 0.2  # makes one of the two valleys deeper


class Landscape(NamedTuple):
    """A loss of one or two parameters; theta is (..., 1) or (..., 2)."""

    value: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    curvatures: tuple[float, ...]  # of a quadratic, along each axis; of others none
    minima: tuple[float, ...]  # of a 1-D landscape, left to right
    top: float  # of the picture


def make_landscape(word: str, curvature_1: float = 1.0, curvature_2: float = 5.0) -> Landscape:
    """Return a landscape by its name.

    >>> bowl = make_landscape("bowl in 2-D", 1.0, 5.0)
    >>> bowl.value(np.array([2.0, 1.0])), bowl.gradient(np.array([2.0, 1.0])), bowl.curvatures
    (np.float64(4.5), array([2., 5.]), (1.0, 5.0))
    """
    if word in (BOWL, BOWL_2D):
        along = (curvature_1, curvature_2)[: 2 if word == BOWL_2D else 1]
        a = np.array(along)
        top = 1.15 * curvature_1 * EDGE**2 / 2
        return Landscape(
            lambda theta: (a * theta**2).sum(axis=-1) / 2,
            lambda theta: a * theta,
            along,
            (0.0,),
            top,
        )
    if word == KINK:
        return Landscape(lambda theta: np.abs(theta[..., 0]), np.sign, (), (0.0,), 1.15 * EDGE)
    roots = np.sort(np.roots([0.25, 0, -1, TILT]).real)
    lowest = (roots[0] ** 2 - 4) ** 2 / 16 + TILT * roots[0]
    return Landscape(
        lambda theta: ((theta**2 - 4) ** 2 / 16 + TILT * theta - lowest)[..., 0],
        lambda theta: theta * (theta**2 - 4) / 4 + TILT,
        (),
        (float(roots[0]), float(roots[2])),
        6.0,
    )


def descend(landscape: Landscape, start: Array, rate: Array | float, steps: int) -> Array:
    """Return theta_0 .. theta_steps of gradient descent, (steps + 1, *start.shape).

    What has gone beyond FAR stays where it was last and counts as lost: NaN from there on.

    >>> descend(make_landscape("bowl in 1-D"), np.array([4.0]), 0.5, 2).ravel().tolist()
    [4.0, 2.0, 1.0]
    """
    path = [np.asarray(start, dtype=np.float64)]
    with np.errstate(invalid="ignore", over="ignore"):
        for _ in range(steps):
            new = path[-1] - rate * landscape.gradient(path[-1])
            lost = ~(np.abs(new) <= FAR).all(axis=-1, keepdims=True)
            path.append(np.where(lost, np.nan, new))
    return np.array(path)


def learning_rate_scene(state: State) -> Scene:
    """Return the scene of a state.

    >>> learning_rate_scene(INITIAL | {"learning_rate": 2.5}).caption[:51]
    'Divergent: α = 2.5 is above 2/L = 2. Each step mult'
    """
    word = str(state["landscape"])
    a, b = (float(np.clip(float(state[f"curvature_{k}"]), 0.1, 10)) for k in (1, 2))
    rate = float(np.clip(float(state["learning_rate"]), LOWEST, HIGHEST))
    step = int(np.clip(int(state["step"]), 0, LAST))
    start_1d = float(np.clip(float(state["start"]), -EDGE, EDGE))
    place = np.clip(np.asarray(state["place"], dtype=np.float64), -EDGE, EDGE)
    landscape = make_landscape(word, a, b)
    flat = word == BOWL_2D
    start = place if flat else np.array([start_1d])
    path = descend(landscape, start, rate, LAST)
    kept = path[: step + 1][np.isfinite(path[: step + 1]).all(axis=1)]
    panel = _map(landscape, kept, start) if flat else _curve(landscape, kept, start, word)
    controls: list[Player | Slider | Choice] = [
        Player("step", "Step", LAST, rate=6),
        Slider("learning_rate", "Learning rate α", LOWEST, HIGHEST, 0.05, scale="log"),
        Choice("landscape", "Landscape", LANDSCAPES),
    ]
    if landscape.curvatures:
        for k in range(len(landscape.curvatures)):
            which = f"Curvature along θ{'₁₂'[k]}" if flat else "Curvature"
            controls.append(Slider(f"curvature_{k + 1}", which, 0.1, 10, 0.1, scale="log"))
    words = (_regime(landscape, rate, start, path, word), _progress(landscape, kept, step))
    return Scene(
        "Learning rate",
        (panel, _losses(landscape, kept), _sweep(landscape, start, rate, path)),
        " ".join(words),
        tuple(controls),
        state={
            "learning_rate": rate,
            "step": step,
            "start": start_1d,
            "place": place.tolist(),
            "curvature_1": a,
            "curvature_2": b,
        },
    )


def thresholds(landscape: Landscape) -> dict[str, float]:
    """Return the learning rates at which gradient descent changes, by name.

    With L the largest curvature of a quadratic, steps along it go straight to the bottom with
    1/L, and stop shrinking at 2/L. Near a smooth minimum the same holds of its curvature.

    >>> thresholds(make_landscape("bowl in 2-D", 1.0, 5.0))
    {'1/L': 0.2, '2/L': 0.4}
    """
    if landscape.curvatures:
        L = max(landscape.curvatures)
        return {"1/L": 1 / L, "2/L": 2 / L}
    if len(landscape.minima) == 2:
        left, right = (2 / ((3 * m**2 - 4) / 4) for m in landscape.minima)
        return {"2/L left": left, "2/L right": right}
    return {}


def _curve(landscape: Landscape, path: Array, start: Array, word: str) -> Panel:
    theta = np.linspace(-EDGE, EDGE, 321)
    marks: list[Mark] = [Line(theta, landscape.value(theta[:, None]), "loss")]
    heights = landscape.value(path)
    inside = np.abs(path[:, 0]) <= EDGE
    marks.append(Line(path[:, 0], heights, "steps", 1, "dashed", 1.5))
    marks.append(Points(path[inside, 0], heights[inside], "", 1, "circle", 5))
    if inside[-1]:
        marks.append(Points(path[-1:, 0], heights[-1:], "now", 2, "square", 9))
    handle = Handle("start", "start θ₀", float(start[0]), 0.0, "x", 0.1)
    return Panel(
        f"The {word[:-7]}: drag the start",
        Axis("θ", -EDGE, EDGE),
        Axis("loss", 0, landscape.top),
        tuple(marks),
        (handle,),
    )


def equal_loss(value: Callable[[Array], Array], side: Array, levels: Array) -> Line:
    """Return the lines of equal loss over the square of a side, as one mark.

    >>> side = np.linspace(-1, 1, 3)
    >>> len(equal_loss(lambda theta: theta.sum(axis=-1), side, np.array([0.5])).x)
    18
    """
    heights = value(np.stack(np.meshgrid(side, side), axis=-1))
    lines = [level_line(heights, side, side, float(level)) for level in levels]
    x, y = (np.concatenate(part) for part in zip(*lines, strict=True))
    return Line(x, y, "equal loss", 6, width=1)


@lru_cache(16)
def _contours(curvature_1: float, curvature_2: float) -> Line:
    value = make_landscape(BOWL_2D, curvature_1, curvature_2).value
    top = float(value(np.array([EDGE, EDGE])))
    return equal_loss(value, np.linspace(-EDGE, EDGE, 81), top * (np.arange(1, 9) / 9) ** 2)


def _map(landscape: Landscape, path: Array, start: Array) -> Panel:
    marks: list[Mark] = [
        _contours(*landscape.curvatures),
        Line(path[:, 0], path[:, 1], "steps", 1, "dashed", 1.5),
    ]
    inside = np.abs(path).max(axis=1) <= EDGE
    marks.append(Points(path[inside, 0], path[inside, 1], "", 1, "circle", 5))
    if inside[-1]:
        marks.append(Points(path[-1:, 0], path[-1:, 1], "now", 2, "square", 9))
    return Panel(
        "The bowl from above: drag the start",
        Axis("θ₁", -EDGE, EDGE),
        Axis("θ₂", -EDGE, EDGE),
        tuple(marks),
        (Handle("place", "start", float(start[0]), float(start[1]), step=0.1),),
        equal=True,
    )


def _loss_axis(label: str) -> Axis:
    return Axis(label, FLOOR, CEILING, "log", LOSS_TICKS, LOSS_WORDS)


def _shown(losses: Array) -> Array:
    """Bring losses onto the log axis: what is lost, or too high, is at its top."""
    return np.clip(np.nan_to_num(losses, nan=CEILING, posinf=CEILING), FLOOR, CEILING)


def _losses(landscape: Landscape, path: Array) -> Panel:
    losses = _shown(landscape.value(path))
    steps = np.arange(len(path))
    marks: list[Mark] = [
        Line(steps, losses, "loss", 1, "dashed"),
        Points(steps[-1:], losses[-1:], "now", 2, "square", 9),
    ]
    return Panel("Loss by step", Axis("step", 0, LAST), _loss_axis("loss (log)"), tuple(marks))


def _sweep(landscape: Landscape, start: Array, rate: float, path: Array) -> Panel:
    """Draw the loss after EARLY steps for every learning rate, and where the regimes change."""
    starts = np.broadcast_to(start, (len(RATES), len(start)))
    ends = _shown(landscape.value(descend(landscape, starts, RATES[:, None], EARLY)[-1]))
    here = float(_shown(landscape.value(path[EARLY : EARLY + 1]))[0])
    marks: list[Mark] = [Line(RATES, ends, f"loss after {EARLY} steps")]
    strokes = {"1/L": "dotted", "2/L": "dashed", "2/L left": "dotted", "2/L right": "dashed"}
    for k, (name, at) in enumerate(thresholds(landscape).items()):
        if LOWEST < at < HIGHEST:
            label = f"α = {name} = {at:.3g}"
            stroke = strokes[name]
            marks.append(Line([at, at], [FLOOR, CEILING], label, 6, stroke, 1.5))  # type: ignore[arg-type]
            height = CEILING / 30 ** (k + 1)
            marks.append(Text(at, height, name, "right" if k == 0 else "left"))
    marks.append(Points([rate], [here], f"now: α = {rate:.3g}", 2, "square", 9))
    ticks = (0.01, 0.1, 1.0, 10.0)
    return Panel(
        f"Loss after {EARLY} steps",
        Axis("learning rate α (log)", LOWEST, HIGHEST, "log", ticks),
        _loss_axis("loss (log)"),
        tuple(marks),
    )


def _regime(landscape: Landscape, rate: float, start: Array, path: Array, word: str) -> str:
    if landscape.curvatures:
        return _quadratic(landscape.curvatures, rate, start)
    if word == KINK:
        return _kink(rate, path[:, 0])
    return _valleys(landscape, rate, start, path)


def _quadratic(curvatures: tuple[float, ...], rate: float, start: Array) -> str:
    L, mu = max(curvatures), min(curvatures)
    if not start.any():
        return "The start is the bottom: the gradient is 0 there, and every α stays."
    factor, flat = 1 - rate * L, 1 - rate * mu
    slowest = max(abs(factor), abs(flat))
    where = "" if len(curvatures) == 1 else " along the steepest direction"
    times = f"Each step multiplies the distance to the bottom{where} by 1 - αL = {factor:.3g}"
    if np.isclose(rate, 2 / L, rtol=1e-9):
        kind = f"On the edge: α = 2/L = {2 / L:.3g}. {times}: it jumps to and fro for ever."
    elif rate > 2 / L:
        kind = f"Divergent: α = {rate:.3g} is above 2/L = {2 / L:.3g}. {times}: it runs away."
    elif np.isclose(rate, 1 / L, rtol=1e-9):
        kind = f"Straight to the bottom: α = 1/L = {1 / L:.3g}. {times}."
    elif rate > 1 / L:
        kind = (
            f"Oscillating: α = {rate:.3g} is between 1/L = {1 / L:.3g} and 2/L = {2 / L:.3g}. "
            f"{times}: it changes sides and comes nearer."
        )
    else:
        slow = "Too small" if slowest > 0.94 else "Smooth"
        kind = f"{slow}: α = {rate:.3g} is below 1/L = {1 / L:.3g}. {times}, on the same side."
    if len(curvatures) == 2 and not start[int(np.argmax(curvatures))]:
        kind += " (This start is on the flat axis, where nothing of that shows; move it off.)"
    if rate > 2 / L:
        return kind
    if mu < L:
        kind += (
            f" Along the flattest by {flat:.3g}: one α has to do for both, and the best for the "
            f"slower of the two is 2 / ({L:.3g} + {mu:.3g}) = {2 / (L + mu):.3g}."
        )
    if 0 < slowest < 1 - 1e-9:
        needed = max(1.0, np.ceil(np.log(10) / -np.log(slowest)))
        kind += (
            f" For a tenth of the distance it takes {needed:.0f} step{'s' if needed > 1 else ''}."
        )
    return kind


def _kink(rate: float, path: Array) -> str:
    start = f"At a kink nothing gets flatter: every step is α = {rate:.3g} long, however near the"
    if abs(path[-1]) < 1e-9:
        return f"{start} bottom is. This start is a whole number of steps away: luck, so it hit it."
    if abs(path[-1]) > rate:
        return f"{start} bottom is. Too small: after {LAST} steps it is still on its way."
    return (
        f"{start} bottom is. So it jumps to and fro across the kink, at most α away from it; "
        "only a learning rate that shrinks would bring it to rest."
    )


def _valleys(landscape: Landscape, rate: float, start: Array, path: Array) -> str:
    left, right = thresholds(landscape).values()
    end = path[-1, 0]
    if not np.isfinite(end):
        return (
            f"Divergent: the slopes get steeper outwards, so that α = {rate:.3g} throws it further "
            "out with each step. A nearer start may still hold."
        )
    gaps = [abs(end - m) for m in landscape.minima]
    edge = left if gaps[0] < gaps[1] else right
    if rate > edge and min(gaps) > 1e-9:
        return (
            f"Never at rest: the {'left' if edge == left else 'right'} valley, where it is now, is "
            f"at its bottom like a bowl with 2/L = {edge:.3g}, and α = {rate:.3g} is above that."
        )
    if min(gaps) > 0.05:
        return f"Still on its way after {LAST} steps: α = {rate:.3g} is small for this start."
    side = "left, deeper" if gaps[0] < gaps[1] else "right, shallower"
    crossed = (start[0] > 0) != (end > 0)
    why = "it jumped across the hill" if crossed else "the start decides"
    return (
        f"It ends in the {side} valley: a local optimum, and {why}. Near the bottom the valley is "
        f"like a bowl: above 2/L = {left:.3g} (left) or {right:.3g} (right) it could not stay."
    )


def _progress(landscape: Landscape, path: Array, step: int) -> str:
    loss = float(landscape.value(path[-1]))
    if len(path) <= step:
        return f"At step {len(path)} a parameter passed a million: there it ends."
    at = ", ".join(f"{x:.3g}" for x in path[-1])
    at = at if path.shape[1] == 1 else f"({at})"
    return f"Step {step}: θ = {at}, loss {loss:.3g}."


def learning_rate() -> Stage:
    """Change the learning rate of gradient descent on small landscapes, and move its start.

    Examples
    --------
    >>> stage = learning_rate()
    >>> stage.set(learning_rate=1.5, step=2)
    >>> stage.scene.caption[:46]
    'Oscillating: α = 1.5 is between 1/L = 1 and 2/'
    """
    from nnf_teach.widgets.stage import Stage

    return Stage(learning_rate_scene, dict(INITIAL))
