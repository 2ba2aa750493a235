"""Why square loss on a saturated sigmoid learns slowly, and cross entropy does not.

Slide "Quadratic loss as a computational graph": the loss is (t - y)^2, without a half. Here it
sits on y = sigmoid(z), beside the cross entropy of the same y, for the target t = 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.experiments import saturated_unit as unit
from nnf_teach.modules.sigmoid import sigmoid
from nnf_teach.widgets import ui
from nnf_teach.widgets.wording import number

LOOKS = {
    "square loss": ui.Look(ui.ORANGE, "dashed", "square", 2.5),
    "cross entropy": ui.Look(ui.BLUE, "solid", "circle", 2.5),
}
SQUARE, CROSS = LOOKS
EDGE = 8.0  # z runs from -EDGE to EDGE
Z = np.linspace(-EDGE, EDGE, 321)
RATIO = 30  # of the goal


@ui.widget(
    "Square loss and cross entropy on a saturated unit",
    ui.player("step", "Step", unit.WATCHED_STEPS, rate=15),
    ui.slider("learning_rate", "Learning rate α", 0.1, 10, 0.25, scale="log", at=1.0),
    ui.handle("start", "start z₀", unit.STARTS[0], unit.STARTS[-1], at=-5.0, moves="x", step=0.25),
)
def loss_and_saturation(s: ui.Values) -> ui.Picture:
    """Start one sigmoid unit at a wrong answer, and train it with square loss and cross entropy.

    >>> loss_and_saturation.scene(start=-7.0).goal.reached
    True
    """
    path = unit.descend(s.start, s.learning_rate)
    now = path[:, s.step]
    square, cross = needed = unit.count_steps(s.start, s.learning_rate)
    goal = f"a start from which square loss needs {RATIO} times as many steps"
    return ui.Picture(
        (
            _over_z("The loss: drag the start", "loss", unit.losses, now, 8.5, s.handle("start")),
            _over_z("How strongly it pulls", "−dL/dz", _pulls, now, 1.1),
            _outputs(path, s.step),
            _needed(s, needed),
        ),
        *_say(s, now, needed),
        goal=ui.Goal(goal, square >= RATIO * max(1, cross)),
    )


def _pulls(z: Array) -> Array:
    return -unit.gradients(z)


def _over_z(
    title: str, label: str, curves: Callable[[Array], Array], now: Array, top: float, *handles: Any
) -> ui.Panel:
    return ui.panel(
        title,
        ui.axis("z", -EDGE, EDGE),
        ui.axis(label, 0, top),
        [look.line(Z, y, name) for (name, look), y in zip(LOOKS.items(), curves(Z), strict=True)],
        list(map(ui.Look.dots, LOOKS.values(), now, curves(now).diagonal())),
        *handles,
    )


def _outputs(path: Array, step: int) -> ui.Panel:
    steps = np.arange(step + 1)
    return ui.panel(
        "The output",
        ui.axis("step", 0, unit.WATCHED_STEPS),
        ui.axis("y (target 1)", 0, 1.05),
        ui.level(unit.LEARNT, [0, unit.WATCHED_STEPS], f"learnt: y = {unit.LEARNT}"),
        [
            (look.line(steps, y[: step + 1], name), look.dots(step, y[step]))
            for (name, look), y in zip(LOOKS.items(), sigmoid(path), strict=True)
        ],
    )


def _needed(s: ui.Values, needed: list[int]) -> ui.Panel:
    marks: list[Any] = []
    by_start = s.kept(unit.steps_needed, s.learning_rate)
    for (name, look), counts, count in zip(LOOKS.items(), by_start, needed, strict=True):
        shown = (counts >= 1) & (counts <= unit.COUNTED_STEPS)
        marks.append(look.line(unit.STARTS[shown], counts[shown], name))
        if 1 <= count <= unit.COUNTED_STEPS:
            marks.append(look.dots(s.start, count))
    return ui.panel(
        "Steps until learnt",
        ui.axis("start z₀", unit.STARTS[0], unit.STARTS[-1]),
        ui.log_axis("steps (log scale)", 0.8, unit.COUNTED_STEPS, (1, 10, 100, 1000)),
        marks,
    )


def _say(s: ui.Values, now: Array, needed: list[int]) -> Iterator[str]:
    y, loss, pull = sigmoid(now), unit.losses(now).diagonal(), _pulls(now).diagonal()
    parts = [
        f"{name} z = {number(now[k])}, y = {y[k]:.3f}, loss {loss[k]:.3f}"
        for k, name in enumerate(LOOKS)
    ]
    yield f"Step {s.step}: {'; '.join(parts)}."
    if not any(needed):
        yield f"At this start y is above {unit.LEARNT} already."
    else:
        most = unit.COUNTED_STEPS
        square, cross = (
            f"over {most}" if n > most else f"{n} step{'' if n == 1 else 's'}" for n in needed
        )
        yield f"Until y = {unit.LEARNT}: {SQUARE} {square}, {CROSS} {cross}."
    if not s.step:
        yield f"At the start {SQUARE} pulls with {pull[0]:.2g}, {CROSS} with {pull[1]:.2g}."
    if s.start < -2:
        yield (
            "At this start y is near 0 and the sigmoid flat: y(1 − y), a factor of the gradient of "
            "square loss, is near 0 too, so what is most wrong moves least. In the gradient of "
            "cross entropy, y − 1, that factor has cancelled."
        )
