"""What an L1 and an L2 penalty do to each weight, and to the boundary between two classes.

Slide "Overfitting and regularisation: the classical view": L_p regularisation.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nnf_teach import looks
from nnf_teach.experiments import shrinking
from nnf_teach.experiments.contour import chained, level_line
from nnf_teach.experiments.shrinking import (
    EDGE,
    L1,
    L2,
    NAMES,
    PENALTIES,
    STRENGTHS,
    TRUE,
    Model,
    Paths,
)
from nnf_teach.widgets import ui
from nnf_teach.widgets.wording import counted

GRID = np.linspace(-EDGE, EDGE, 61)
PLACES = shrinking.products(np.stack(np.meshgrid(GRID, GRID), axis=-1).reshape(-1, 2))
AROUND = np.linspace(0, 2 * np.pi, 121)
MODEL = {L1: ui.Look(ui.GREEN, "solid", "circle", 3), L2: ui.Look(ui.PINK, "dashed", "square", 3)}
STRENGTH = ui.log_axis("λ (log scale)", STRENGTHS[0], STRENGTHS[-1], (0.0001, 0.01, 1))
GOAL = (
    f"L1 keeps only {' and '.join(NAMES[k] for k in TRUE)}, and reads more test examples correctly "
    "than with the smallest λ"
)


@ui.widget(
    "Shrinking weights",
    ui.slider("strength", "Penalty λ", STRENGTHS[0], STRENGTHS[-1], 0.125, at=0.001, scale="log"),
    ui.button("draw", "Draw new data"),
    begin=lambda: {"draw": 2},
)
def shrinking_weights(s: ui.Values) -> ui.Picture:
    """Slide a penalty from weak to strong, and watch each weight and the boundary.

    >>> shrinking_weights.scene(strength=0.1).goal.reached
    True
    """
    paths = s.kept(Paths, s.draw)
    k = int(np.argmin(np.abs(np.log(np.array(STRENGTHS) / s.strength))))
    now = {penalty: models[k] for penalty, models in paths.models.items()}
    error = now[L1].error(paths.tests)
    better = error < paths.models[L1][0].error(paths.tests)
    return ui.Picture(
        (
            _boundaries(paths, now),
            *(_weights(paths, penalty, k) for penalty in PENALTIES),
        ),
        *_say(paths, now, k),
        goal=ui.Goal(GOAL, bool(better and kept(now[L1]) == list(TRUE))),
        state={"strength": STRENGTHS[k]},
    )


def kept(model: Model) -> list[int]:
    """Return which weights are not 0."""
    return np.flatnonzero(model.w).tolist()


def _boundaries(paths: Paths, now: dict[str, Model]) -> ui.Panel:
    X, t = paths.training
    lines = {
        penalty: chained(*level_line(model.logit(PLACES).reshape(len(GRID), -1), GRID, GRID))
        for penalty, model in now.items()
    }
    radius = shrinking.RADIUS2**0.5
    return ui.panel(
        "The boundaries",
        *ui.square("x₁", "x₂", EDGE),
        ui.line(radius * np.cos(AROUND), radius * np.sin(AROUND), "truth", ui.INK, "dotted"),
        [
            ui.Look(*look).dots(X[t == c, 0], X[t == c, 1], f"class {c}", 6)
            for c, look in enumerate((looks.CLASS_0, looks.CLASS_1))
        ],
        [MODEL[penalty].line(*line, penalty) for penalty, line in lines.items() if len(line[0])],
        equal=True,
    )


def _weights(paths: Paths, penalty: str, k: int) -> ui.Panel:
    both = np.array([[model.w for model in paths.models[each]] for each in PENALTIES])
    top = ui.nice_top(float(np.abs(both).max()))
    W, look = both[PENALTIES.index(penalty)], MODEL[penalty]
    others = [j for j in range(len(NAMES)) if j not in TRUE]
    thin = np.stack(np.broadcast_arrays(STRENGTHS, W[:, others].T), axis=-1)
    strokes: tuple[ui.Stroke, ...] = "solid", "dashed"
    return ui.panel(
        f"Each weight, {penalty}",
        STRENGTH,
        ui.axis("weight", -top, top),
        ui.level(0, [STRENGTH.low, STRENGTH.high], stroke="solid", width=1),
        ui.upright(STRENGTHS[k], [-top, top], "λ now"),
        ui.line(*ui.joined(thin), "the seven others", ui.SKY, "solid", 1.5),
        [
            ui.line(STRENGTHS, W[:, j], f"of {NAMES[j]}", look.color, stroke, 3)
            for j, stroke in zip(TRUE, strokes, strict=True)
        ],
        ui.dots(np.full(len(others), STRENGTHS[k]), W[k, others], "", ui.SKY, look.symbol, 5),
        look.dots(np.full(len(TRUE), STRENGTHS[k]), W[k, list(TRUE)], "", 8),
    )


def _say(paths: Paths, now: dict[str, Model], k: int) -> Iterator[str]:
    yield f"λ = {STRENGTHS[k]:g}."
    for penalty, model in now.items():
        names, size = kept(model), float(np.abs(model.w).max())
        train, test = (100 * model.error(some) for some in (paths.training, paths.tests))
        listed = f" ({', '.join(NAMES[j] for j in names)})" if 0 < len(names) <= 4 else ""
        are = "is" if len(names) == 1 else "are"
        left = (
            f"{counted(len(names), 'weight')} of {len(NAMES)} {are} not 0{listed}, the largest is "
            f"{size:.2g} in size"
            if names
            else f"all {len(NAMES)} weights are 0"
        )
        yield (
            f"{penalty}: {left}; {train:.0f} % of the training examples and {test:.1f} % of the "
            "test examples are wrong."
        )
    if not kept(now[L1]):
        yield "L1 has set all weights to 0: only the bias is left, and one answer for all."
    else:
        yield "L1 takes weights to 0, one after the other; L2 makes all smaller, and none 0."
    wrong = int(round(shrinking.FLIPPED * 100))
    yield f"About {wrong} % of the training labels are wrong."
