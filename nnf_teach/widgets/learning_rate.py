"""Gradient descent from too small a learning rate to one that diverges.

Slide "Gradient descent recap": "Choice of learning rate is critical".
"""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.experiments import descent
from nnf_teach.widgets import ui

BOWL, BOWL_2D = "bowl in 1-D", "bowl in 2-D"
ONE_KINK, VALLEYS = "kink in 1-D", "two valleys in 1-D"
LANDSCAPES = (BOWL, BOWL_2D, ONE_KINK, VALLEYS)
EDGE = 4.0  # parameters run from -EDGE to EDGE
START = -2.95  # no whole number of steps away from a kink at 0
LAST = 40  # steps
EARLY = 10  # steps after which the learning rates are compared: later on most are at the floor
MIN_RATE, MAX_RATE = 0.01, 10.0
RATES = np.geomspace(MIN_RATE, MAX_RATE, 181)
LOSS = ui.log_axis("loss (log)", descent.LOSS_TICKS[0], descent.LOSS_TICKS[-1], descent.LOSS_TICKS)


def make_landscape(word: str, curvature_1: float, curvature_2: float) -> descent.Landscape:
    """Return a landscape by its name; curvatures count for the bowls."""
    if word == BOWL_2D:
        top = (curvature_1 + curvature_2) * EDGE**2 / 2
        levels = tuple(top * (k / 9) ** 2 for k in range(1, 9))
        return descent.bowl(curvature_1, curvature_2, levels=levels)
    return {BOWL: descent.bowl(curvature_1), ONE_KINK: descent.KINK, VALLEYS: descent.TWO_VALLEYS}[
        word
    ]


def _in_2d(s: ui.Values) -> bool:
    return bool(s.landscape == BOWL_2D)


@ui.widget(
    "Learning rate",
    ui.player("step", "Step", LAST, at=10, rate=6),
    ui.slider("learning_rate", "Learning rate α", MIN_RATE, MAX_RATE, 0.05, at=0.1, scale="log"),
    ui.choice("landscape", "Landscape", LANDSCAPES),
    ui.slider(
        "curvature_1",
        lambda s: "Curvature λ along θ₁" if _in_2d(s) else "Curvature λ",
        0.1,
        10,
        0.1,
        at=1.0,
        scale="log",
        when=lambda s: s.landscape in (BOWL, BOWL_2D),
    ),
    ui.slider(
        "curvature_2", "Curvature λ along θ₂", 0.1, 10, 0.1, at=5.0, scale="log", when=_in_2d
    ),
    ui.handle("start", "start θ₀", -EDGE, EDGE, at=START, moves="x"),
    ui.handle("place", "start", -EDGE, EDGE, at=[START, 2.0]),
)
def learning_rate(s: ui.Values) -> ui.Picture:
    """Change the learning rate of gradient descent on small landscapes, and move its start.

    >>> learning_rate.scene(learning_rate=1.5, step=2).caption[:46]
    'Oscillating: α = 1.5 is between 1/λ = 1 and 2/'
    """
    landscape = s.kept(make_landscape, s.landscape, s.curvature_1, s.curvature_2)
    start = np.array(s.place if _in_2d(s) else [s.start])
    path = descent.descend(landscape, start, s.learning_rate, LAST)
    shown = path[: s.step + 1]
    shown = shown[np.isfinite(shown).all(axis=1)]
    return ui.Picture(
        [
            _map(s, landscape, shown) if _in_2d(s) else _curve(s, landscape, shown),
            _losses(landscape, shown),
            _sweep(landscape, start, s.learning_rate, path[EARLY]),
        ],
        _regime(s, landscape, start, path),
        _progress(landscape, shown, s.step),
    )


def _curve(s: ui.Values, landscape: descent.Landscape, path: Array) -> ui.Panel:
    theta = np.linspace(-EDGE, EDGE, 321)
    top = 6.0 if s.landscape == VALLEYS else 1.15 * float(landscape.value(np.array([EDGE])))
    return ui.panel(
        f"The {s.landscape[:-7]}: drag the start",
        ui.axis("θ", -EDGE, EDGE),
        ui.axis("loss", 0, top),
        ui.line(theta, landscape.value(theta[:, None]), "loss"),
        _steps(path[:, 0], landscape.value(path), np.abs(path[:, 0]) <= EDGE),
        s.handle("start"),
    )


def _map(s: ui.Values, landscape: descent.Landscape, path: Array) -> ui.Panel:
    x, y = s.kept(descent.equal_loss, landscape, EDGE)
    return ui.panel(
        "The bowl from above: drag the start",
        *ui.square("θ₁", "θ₂", EDGE),
        ui.line(x, y, "equal loss", ui.INK, width=1),
        _steps(path[:, 0], path[:, 1], np.abs(path).max(axis=1) <= EDGE),
        s.handle("place"),
        equal=True,
    )


def _steps(x: Array, y: Array, inside: Array) -> list[ui.Mark | None]:
    return [
        ui.line(x, y, "steps", ui.ORANGE, "dashed", 1.5),
        ui.dots(x[inside], y[inside], "", ui.ORANGE, size=5),
        ui.here(x[-1], y[-1]) if inside[-1] else None,
    ]


def _losses(landscape: descent.Landscape, path: Array) -> ui.Panel:
    losses, steps = ui.onto(LOSS, landscape.value(path)), np.arange(len(path))
    return ui.panel(
        "Loss by step",
        ui.axis("step", 0, LAST),
        LOSS,
        ui.line(steps, losses, "loss", ui.ORANGE, "dashed"),
        ui.here(steps[-1], losses[-1]),
    )


def _sweep(landscape: descent.Landscape, start: Array, rate: float, early: Array) -> ui.Panel:
    """Draw the loss after EARLY steps for every learning rate, and where the regimes change."""
    ends = landscape.value(descent.descend(landscape, start, RATES[:, None], EARLY)[-1])
    edges: list[ui.Mark] = []
    for k, (name, at) in enumerate(descent.thresholds(landscape).items()):
        if MIN_RATE < at < MAX_RATE:
            stroke: ui.Stroke = "dashed" if k else "dotted"
            label = f"α = {name} = {at:.3g}"
            edges.append(ui.upright(at, [LOSS.low, LOSS.high], label, stroke=stroke))
            edges.append(ui.Text(at, LOSS.high / 30 ** (k + 1), name, "left" if k else "right"))
    return ui.panel(
        f"Loss after {EARLY} steps",
        ui.log_axis("learning rate α (log)", MIN_RATE, MAX_RATE, (0.01, 0.1, 1.0, 10.0)),
        LOSS,
        ui.line(RATES, ui.onto(LOSS, ends), f"loss after {EARLY} steps"),
        edges,
        ui.here(rate, ui.onto(LOSS, landscape.value(early)), f"now: α = {rate:.3g}"),
    )


def _regime(s: ui.Values, landscape: descent.Landscape, start: Array, path: Array) -> str:
    if landscape.curvatures:
        return _quadratic(landscape.curvatures, s.learning_rate, start)
    if s.landscape == ONE_KINK:
        return _kink(s.learning_rate, path[-1, 0])
    return _valleys(landscape, s.learning_rate, start[0], path[-1, 0])


def _quadratic(curvatures: tuple[float, ...], rate: float, start: Array) -> str:
    high, low = max(curvatures), min(curvatures)
    if not start.any():
        return "The start is the bottom: the gradient is 0 there, and every α stays."
    factor, flat = 1 - rate * high, 1 - rate * low
    slowest = max(abs(factor), abs(flat))
    where = "" if len(curvatures) == 1 else " along the steepest direction"
    times = f"Each step multiplies the distance to the bottom{where} by 1 − αλ = {factor:.3g}"
    if np.isclose(rate, 2 / high, rtol=1e-9):
        kind = f"On the edge: α = 2/λ = {2 / high:.3g}. {times}: it jumps to and fro for ever."
    elif rate > 2 / high:
        kind = f"Divergent: α = {rate:.3g} is above 2/λ = {2 / high:.3g}. {times}: it runs away."
    elif np.isclose(rate, 1 / high, rtol=1e-9):
        kind = f"Straight to the bottom: α = 1/λ = {1 / high:.3g}. {times}."
    elif rate > 1 / high:
        kind = (
            f"Oscillating: α = {rate:.3g} is between 1/λ = {1 / high:.3g} and 2/λ = "
            f"{2 / high:.3g}. {times}: it changes sides and comes nearer."
        )
    else:
        slow = "Too small" if slowest > 0.94 else "Smooth"
        kind = f"{slow}: α = {rate:.3g} is below 1/λ = {1 / high:.3g}. {times}, on the same side."
    if len(curvatures) == 2 and not start[int(np.argmax(curvatures))]:
        kind += " (This start is on the flat axis, where nothing of that shows; move it off.)"
    if rate > 2 / high:
        return kind
    if low < high:
        kind += (
            f" Along the flattest by {flat:.3g}: one α has to do for both, and the best for the "
            f"slower of the two is 2 / ({high:.3g} + {low:.3g}) = {2 / (high + low):.3g}."
        )
    if 0 < slowest < 1 - 1e-9:
        needed = max(1.0, np.ceil(np.log(10) / -np.log(slowest)))
        steps = f"{needed:.0f} step{'s' if needed > 1 else ''}"
        kind += f" For a tenth of the distance it takes {steps}."
    return kind


def _kink(rate: float, end: float) -> str:
    start = f"At a kink nothing gets flatter: every step is α = {rate:.3g} long, however near the"
    if abs(end) < 1e-9:
        return f"{start} bottom is. This start is a whole number of steps away: luck, so it hit it."
    if abs(end) > rate:
        return f"{start} bottom is. Too small: after {LAST} steps it is still on its way."
    return (
        f"{start} bottom is. So it jumps to and fro across the kink, at most α away from it; "
        "only a learning rate that shrinks would bring it to rest."
    )


def _valleys(landscape: descent.Landscape, rate: float, start: float, end: float) -> str:
    left, right = descent.thresholds(landscape).values()
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
            f"at its bottom like a bowl with 2/λ = {edge:.3g}, and α = {rate:.3g} is above that."
        )
    if min(gaps) > 0.05:
        return f"Still on its way after {LAST} steps: α = {rate:.3g} is small for this start."
    side = "left, deeper" if gaps[0] < gaps[1] else "right, shallower"
    crossed = (start > 0) != (end > 0)
    why = "it jumped across the hill" if crossed else "the start decides"
    return (
        f"It ends in the {side} valley: a local optimum, and {why}. Near the bottom the valley is "
        f"like a bowl: above 2/λ = {left:.3g} (left) or {right:.3g} (right) it could not stay."
    )


def _progress(landscape: descent.Landscape, path: Array, step: int) -> str:
    loss = float(landscape.value(path[-1]))
    if len(path) <= step:
        return f"At step {len(path)} a parameter passed a million: there it ends."
    at = ", ".join(f"{x:.3g}" for x in path[-1])
    at = at if path.shape[1] == 1 else f"({at})"
    return f"Step {step}: θ = {at}, loss {loss:.3g}."
