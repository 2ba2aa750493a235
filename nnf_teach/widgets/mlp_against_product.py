"""An MLP learns the product <x, z>: inside and outside the training range, beside the unit that
multiplies.

Slides "What MLPs cannot do?" and "Multiplicative interactions": "Being able to approximate
something is not the same as represent it." Jayakumar et al. 2020.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnf_teach import looks
from nnf_teach.experiments.product_run import ALONG, DIMENSIONS, EVERY, FAR, LAST, WIDTHS, Run
from nnf_teach.widgets import ui

GIVEN = "2"  # the dimension that is trained at the start
MIN_ERROR, MAX_ERROR = 1e-6, 10.0
ERRORS = ui.log_axis("error / variance (log)", MIN_ERROR / 2, MAX_ERROR, (1e-6, 1e-4, 0.01, 1))
THICKNESS = 2.0, 2.0, 2.5, 4.0, 4.0
LOOKS = [ui.Look(*look, width) for look, width in zip(looks.DIMENSIONS, THICKNESS, strict=True)]


@ui.widget(
    "An MLP learns to multiply",
    ui.player("frame", "Training", LAST, at=LAST),
    ui.choice(
        "dimension",
        "Dimension d of x and of z",
        map(str, DIMENSIONS),
        at=GIVEN,
        sets=lambda s, was: {"frame": LAST if s.dimension in s.results else 0},
    ),
    ui.choice("width", "Hidden units", map(str, WIDTHS), at="16"),
    ui.memory("results", at={}),  # the errors in each dimension that has been trained to the end
)
def mlp_against_product(s: ui.Values) -> ui.Picture:
    """Train MLPs to multiply, in 1 to 16 dimensions, and look outside the training range.

    The first picture trains five widths and the unit in two dimensions: about a second.

    >>> stage = mlp_against_product()
    >>> stage.set(dimension="1")  # starts from the beginning
    >>> stage.state["frame"], sorted(stage.state["results"])
    (0, ['2'])
    """
    run, which = s.kept(Run, int(s.dimension)), WIDTHS.index(int(s.width))
    now, results = run.at(s.frame), dict(s.results)
    if s.frame == LAST:
        results[s.dimension] = now.inside.tolist()
    return ui.Picture(
        (
            _slice(run, now.curves, which),
            _training(run, s.frame, which),
            _table(results, s.dimension, which),
        ),
        f"d = {run.d}, {s.width} hidden units, step {EVERY * s.frame} of {EVERY * LAST}: the "
        f"MLP's error is {_number(now.inside[which])} of the variance inside the training range, "
        f"{_number(now.outside[which])} twice as far out.",
        f"The multiplicative unit's is {_both(now.inside[-1], now.outside[-1])}.",
        *_say(s, which, results),
        goal=ui.Goal(
            f"train in the other dimensions, too, to the end ({len(results.keys() - {GIVEN})} of "
            f"{len(DIMENSIONS) - 1} done)",
            len(results) == len(DIMENSIONS),
        ),
        state={"results": results},
    )


def _slice(run: Run, curves: Any, which: int) -> ui.Panel:
    top = float(np.ceil(1.2 * run.target.max()))
    low = -top / 2
    return ui.panel(
        "Along one line; hatched: training range",
        ui.axis("a, where (x, z) = a (u, v)", -FAR, FAR),
        ui.axis("y", low, top),
        ui.Region([-1, 1, 1, -1], [low, low, top, top], "", ui.SKY),
        ui.line(ALONG, run.target, "the product t", ui.INK, "dashed", 4),
        ui.line(ALONG, curves[which], f"MLP, {WIDTHS[which]} units", ui.BLUE, width=2.5),
        ui.line(ALONG, curves[-1], "multiplicative unit", ui.ORANGE, "dotted", 3),
    )


def _on_axis(errors: Any) -> Any:
    return np.clip(errors, MIN_ERROR, MAX_ERROR)


def _training(run: Run, frame: int, which: int) -> ui.Panel:
    steps = EVERY * np.arange(frame + 1)

    def series(place: str, k: int, label: str, look: ui.Look) -> Any:
        errors = _on_axis([getattr(one, place)[k] for one in run.frames[: frame + 1]])
        return look.line(steps, errors), look.dots(steps[-1], errors[-1], label, 9)

    return ui.panel(
        "Error while it trains",
        ui.axis("step", 0, EVERY * LAST),
        ERRORS,
        series("inside", which, "MLP inside", ui.Look(ui.BLUE, "solid", "circle")),
        series("outside", which, "MLP twice as far out", ui.Look(ui.BLUE, "dashed", "square")),
        series("inside", -1, "unit inside", ui.Look(ui.ORANGE, "dotted", "triangle")),
        series("outside", -1, "unit twice as far out", ui.Look(ui.ORANGE, "dashed", "cross")),
    )


def _table(results: dict[str, list[float]], chosen: str, which: int) -> ui.Panel:
    marks: list[Any] = []
    for d, look in zip(map(str, DIMENSIONS), LOOKS, strict=True):
        if d in results:
            errors = _on_axis(results[d][:-1])
            marks += look.marked(WIDTHS, errors, f"d = {d}")
            if d == chosen:
                marks.append(look.dots(WIDTHS[which], errors[which], size=13))
    if results:
        units = _on_axis(max(row[-1] for row in results.values()))
        marks.append(ui.level(units, [3, 90], "multiplicative unit, every d", *looks.UNIT[:2], 3))
    return ui.panel(
        "Error inside, after training",
        ui.log_axis("hidden units (log)", 3, 90, WIDTHS),
        ERRORS,
        marks,
    )


def _number(error: float) -> str:
    return "below 10⁻⁶" if error < MIN_ERROR else f"{error:.2g}"


def _both(inside: float, outside: float) -> str:
    numbers = _number(inside), _number(outside)
    return f"{numbers[0]} in both" if numbers[0] == numbers[1] else " and ".join(numbers)


def _say(s: ui.Values, which: int, results: dict[str, list[float]]) -> Iterator[str]:
    if not s.frame:
        yield "Press play to train all widths, and the unit, on the same examples."
    if s.frame == LAST:
        yield (
            "Outside, a ReLU network goes on in straight lines, and the product does not; the unit "
            "is the product."
        )
    done = sorted(map(int, results))
    if len(done) > 1:
        row = ", ".join(f"{_number(results[str(d)][which])} at d = {d}" for d in done)
        yield f"With {s.width} units, inside: {row}."
