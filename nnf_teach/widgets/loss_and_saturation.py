"""Why square loss on a saturated sigmoid learns slowly, and cross entropy does not.

Slide "Quadratic loss as a computational graph": the loss is (t - y)^2, without a half. Here it
sits on y = sigmoid(z), beside the cross entropy of the same y, for the target t = 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.modules.sigmoid import sigmoid
from nnf_teach.widgets.scene import (
    Axis,
    Goal,
    Handle,
    Line,
    Mark,
    Panel,
    Player,
    Points,
    Scene,
    Slider,
    State,
    Stroke,
    Symbol,
)

if TYPE_CHECKING:
    from nnf_teach.widgets.stage import Stage

Array = NDArray[np.float64]

SQUARE, CROSS = "square loss", "cross entropy"
NAMES = (SQUARE, CROSS)
STYLES: tuple[tuple[int, Stroke, Symbol], ...] = ((1, "dashed", "square"), (0, "solid", "circle"))
EDGE = 8.0  # z runs from -EDGE to EDGE
LAST = 200  # steps that can be watched
MOST = 2000  # steps that are counted
LEARNT = 0.9  # of y
STARTS = np.linspace(-EDGE, 4.0, 49)
Z = np.linspace(-EDGE, EDGE, 321)
RATIO = 30  # of the goal
WANTED = math.log(LEARNT / (1 - LEARNT)) - 1e-12  # the z of y = LEARNT, up to rounding
# -dL/dz by y, square loss first. With plain numbers too: a drag asks for thousands of steps.
PULLS: tuple[Callable[[Any], Any], ...] = (lambda y: 2 * y * (1 - y) ** 2, lambda y: 1 - y)
INITIAL: State = {"start": -5.0, "learning_rate": 1.0, "step": 0}


def losses(z: Array) -> Array:
    """Return both losses of y = sigmoid(z) against t = 1, square loss first, (2, *z.shape).

    >>> losses(np.array([0.0])).ravel().round(3).tolist()
    [0.25, 0.693]
    """
    return np.stack([(1 - sigmoid(z)) ** 2, np.logaddexp(0, -z)])


def gradients(z: Array) -> Array:
    """Return dL/dz of both: 2 (y - 1) y (1 - y), and y - 1.

    The factor y (1 - y) is the sigmoid's derivative: where it saturates, square loss stalls.

    >>> gradients(np.array([0.0])).ravel().tolist()
    [-0.25, -0.5]
    """
    y, rest = sigmoid(z), sigmoid(-z)  # rest is 1 - y, also where y rounds to 1
    return np.stack([-2 * rest * y * rest, -rest])


def descend(start: float, rate: float, steps: int = LAST) -> Array:
    """Return z_0 .. z_steps of gradient descent on both losses, (2, steps + 1).

    >>> descend(0.0, 2.0, 1).tolist()
    [[0.0, 0.5], [0.0, 1.0]]
    """
    paths = []
    for pull in PULLS:
        path = [start]
        for _ in range(steps):
            path.append(path[-1] + rate * pull(1 / (1 + math.exp(-path[-1]))))
        paths.append(path)
    return np.array(paths)


@lru_cache(64)
def steps_needed(rate: float) -> Array:
    """Return the steps until y >= LEARNT for every start of STARTS, (2, starts), at most MOST + 1.

    >>> steps_needed(1.0)[:, STARTS.tolist().index(-5.0)].tolist()
    [119.0, 16.0]
    """
    needed = np.zeros((2, len(STARTS)))
    for row, pull in enumerate(PULLS):
        z = STARTS.copy()
        for _ in range(MOST + 1):
            short = z < WANTED
            if not short.any():
                break
            needed[row] += short
            z += rate * pull(1 / (1 + np.exp(-z)))
    return needed


def count_steps(start: float, rate: float) -> list[int]:
    """Return the steps until y >= LEARNT from one start, for both losses, at most MOST + 1."""
    found = []
    for pull in PULLS:
        z, count = start, 0
        while z < WANTED and count <= MOST:
            z += rate * pull(1 / (1 + math.exp(-z)))
            count += 1
        found.append(count)
    return found


def loss_and_saturation_scene(state: State) -> Scene:
    """Return the scene of a state.

    >>> loss_and_saturation_scene(INITIAL).caption[:60]
    'Step 0: square loss z = −5.00, y = 0.007, loss 0.987; cross '
    """
    start = float(np.clip(float(state["start"]), STARTS[0], STARTS[-1]))
    rate = float(np.clip(float(state["learning_rate"]), 0.1, 10))
    step = int(np.clip(int(state["step"]), 0, LAST))
    path = descend(start, rate)
    needed = count_steps(start, rate)
    ratio = needed[0] / max(1, needed[1])
    return Scene(
        "Square loss and cross entropy on a saturated unit",
        (
            _over_z("The loss: drag the start", "loss", losses, path[:, step], (0, 8.5), start),
            _over_z("How strongly it pulls", "−dL/dz", _pull, path[:, step], (0, 1.1), None),
            _outputs(path, step),
            _needed(start, rate, needed),
        ),
        " ".join(_say(path[:, step], step, start, needed)),
        (
            Player("step", "Step", LAST, rate=15),
            Slider("learning_rate", "Learning rate α", 0.1, 10, 0.25, scale="log"),
        ),
        Goal(
            f"a start from which square loss needs at least {RATIO} times as many steps",
            ratio >= RATIO,
        ),
        {"start": start, "learning_rate": rate, "step": step},
    )


def _pull(z: Array) -> Array:
    return -gradients(z)


def _over_z(
    title: str,
    label: str,
    curves: Callable[[Array], Array],
    now: Array,
    span: tuple[float, float],
    start: float | None,
) -> Panel:
    marks: list[Mark] = []
    heights = curves(now)
    for row, (name, (color, stroke, _)) in enumerate(zip(NAMES, STYLES, strict=True)):
        marks.append(Line(Z, curves(Z)[row], name, color, stroke, 2.5))
    for row, (color, _, symbol) in enumerate(STYLES):
        marks.append(Points([now[row]], [heights[row, row]], "", color, symbol, 10))
    handles = () if start is None else (Handle("start", "start z₀", start, 0.0, "x", 0.25),)
    return Panel(title, Axis("z", -EDGE, EDGE), Axis(label, *span), tuple(marks), handles)


def _outputs(path: Array, step: int) -> Panel:
    y = sigmoid(path)
    marks: list[Mark] = [Line([0, LAST], [LEARNT] * 2, f"learnt: y = {LEARNT}", 6, "dotted", 1.5)]
    steps = np.arange(step + 1)
    for row, (name, (color, stroke, symbol)) in enumerate(zip(NAMES, STYLES, strict=True)):
        marks.append(Line(steps, y[row, : step + 1], "", color, stroke, 2.5))
        marks.append(Points([step], y[row, step : step + 1], name, color, symbol, 10))
    return Panel("The output", Axis("step", 0, LAST), Axis("y (target 1)", 0, 1.05), tuple(marks))


def _needed(start: float, rate: float, needed: list[int]) -> Panel:
    marks: list[Mark] = []
    for counts, here, name, (color, stroke, symbol) in zip(
        steps_needed(rate), needed, NAMES, STYLES, strict=True
    ):
        shown = (counts >= 1) & (counts <= MOST)
        marks.append(Line(STARTS[shown], counts[shown], name, color, stroke, 2.5))
        if 1 <= here <= MOST:
            marks.append(Points([start], [here], "", color, symbol, 10))
    return Panel(
        "Steps until learnt",
        Axis("start z₀", float(STARTS[0]), float(STARTS[-1])),
        Axis("steps (log scale)", 0.8, float(MOST), "log", (1.0, 10.0, 100.0, 1000.0)),
        tuple(marks),
    )


def _number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace("-", "−")


def _say(now: Array, step: int, start: float, needed: list[int]) -> list[str]:
    y, pull = sigmoid(now), _pull(now)
    loss = losses(now)
    parts = [
        f"{name} z = {_number(float(now[row]), 2)}, y = {y[row]:.3f}, loss {loss[row, row]:.3f}"
        for row, name in enumerate(NAMES)
    ]
    said = [f"Step {step}: {'; '.join(parts)}."]
    counts = [f"{n} step{'' if n == 1 else 's'}" if n <= MOST else f"over {MOST}" for n in needed]
    if not any(needed):
        said.append(f"At this start y is above {LEARNT} already.")
    else:
        said.append(f"Until y = {LEARNT}: square loss {counts[0]}, cross entropy {counts[1]}.")
    if not step:
        said.append(
            f"At the start square loss pulls with {pull[0, 0]:.2g}, cross entropy with "
            f"{pull[1, 1]:.2g}."
        )
    if start < -2:
        said.append(
            "At this start y is near 0 and the sigmoid flat: y(1 − y), a factor of the gradient of "
            "square loss, is near 0 too, so what is most wrong moves least. In the gradient of "
            "cross entropy, y − 1, that factor has cancelled."
        )
    return said


def loss_and_saturation() -> Stage:
    """Start one sigmoid unit at a wrong answer, and train it with square loss and cross entropy.

    Examples
    --------
    >>> stage = loss_and_saturation()
    >>> stage.set(start=-7.0)
    >>> stage.scene.goal.reached
    True
    """
    from nnf_teach.widgets.stage import Stage

    return Stage(loss_and_saturation_scene, dict(INITIAL))
