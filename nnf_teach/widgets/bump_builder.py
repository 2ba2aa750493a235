"""Bumps, each of two sigmoids, that add up to a target which the learner picks or draws.

Slides "Universal approximation theorem" and its intuition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.experiments import bumps
from nnf_teach.experiments.bumps import bump as our_bump
from nnf_teach.widgets import ui
from nnf_teach.widgets.learner import adapt, call, credit
from nnf_teach.widgets.wording import counted

Bump = Callable[[Array, float, float, float, float], Array]

MOST_BUMPS = 20
LOW, HIGH = -0.2, 1.2  # heights, targets and sums
KNOTS = np.linspace(0, 1, 11)  # the drawn target is straight between them
FIRST_DRAWING = (0.2, 0.3, 0.5, 0.8, 0.9, 0.7, 0.4, 0.3, 0.4, 0.6, 0.5)
HEIGHTS = [f"h_{k}" for k in range(1, MOST_BUMPS + 1)]
PLACES = [f"t_{k}" for k in range(len(KNOTS))]


def _target(s: ui.Values) -> bumps.Target:
    return bumps.TARGETS.get(s.target) or bumps.drawn_target(s.row(PLACES))


def _heights(s: ui.Values, was: ui.Values) -> ui.State:
    """Return the heights after a change, and whether the rule chose them.

    Other cells take the height of the old cell in which their centre lies. Heights that the
    rule chose are chosen again for other cells or another target, until one is moved.
    """
    _, centres = bumps.cells(s.bumps)
    old, before = (values.row(HEIGHTS[: was.bumps]) for values in (s, was))
    ruled = (s.ruled and (old == before).all()) or s.rule != was.rule
    heights = old[np.minimum((centres * was.bumps).astype(int), was.bumps - 1)]
    if s.clear != was.clear:
        heights, ruled = np.zeros(s.bumps), False
    elif ruled:
        heights = _target(s).function(centres).clip(LOW, HIGH)
    return {"ruled": bool(ruled)} | dict(zip(HEIGHTS, heights.tolist(), strict=False))


def _begin(bump: Bump | None = None, drawing: Sequence[float] | None = None) -> ui.State:
    if drawing is None:
        return {}
    values = np.asarray(drawing, dtype=np.float64)
    if values.shape != KNOTS.shape:
        raise ValueError(f"drawing has shape {values.shape}; ({len(KNOTS)},) is needed")
    return {"target": bumps.DRAWN, **dict(zip(PLACES, values.clip(0, 1).tolist(), strict=True))}


def _dragged(
    name: str, label: str, low: float, high: float, at: float, step: float, **looks: Any
) -> ui.Part:
    return ui.handle(
        name, label, low, high, at=at, moves="y", step=step, bare=True, sets=_heights, **looks
    )


@ui.widget(
    "Bump builder",
    ui.choice("target", "Target", (*bumps.TARGETS, bumps.DRAWN), sets=_heights),
    ui.slider("bumps", "Bumps", 1, MOST_BUMPS, 1, at=8, sets=_heights),
    ui.slider("steepness", "Steepness", 10, 1000, 0.1, at=100.0, scale="log"),
    ui.slider("epsilon", "Wanted error ε", 0.02, 0.5, 0.01, at=0.15),
    ui.button("rule", "Let the rule choose the heights", sets=_heights),
    ui.button("clear", "All heights to 0", sets=_heights),
    ui.memory("ruled", at=False),
    *(
        _dragged(name, f"height of bump {k}", LOW, HIGH, 0.0, 0.02)
        for k, name in enumerate(HEIGHTS, 1)
    ),
    *(
        _dragged(name, f"target at x = {x:.1f}", 0.0, 1.0, y, 0.05, symbol="square")
        for name, x, y in zip(PLACES, KNOTS, FIRST_DRAWING, strict=True)
    ),
    begin=_begin,
)
def bump_builder(
    s: ui.Values, bump: Bump | None = None, drawing: Sequence[float] | None = None
) -> ui.Picture:
    """Drag bumps, each of two sigmoids, until their sum is near a target that you pick or draw.

    The state has `drawing` (the drawn target's heights), `error` and `at` (the largest error and
    its place), `ruled` (the rule chose the heights).

    Parameters
    ----------
    bump : function of (x, left, right, height, steepness), optional
        Your own, elementwise in x. While it does not work, ours is drawn in its place, and the
        caption says so.
    drawing : (11,), optional
        A target drawn before (`state["drawing"]`): values in [0, 1] at x = 0, 0.1, ..., 1.

    Raises
    ------
    ValueError
        If `drawing` has not 11 numbers.

    Examples
    --------
    >>> builder = bump_builder(drawing=[0.5] * 11)
    >>> builder.set(rule=1)
    >>> builder.scene.goal.reached
    True
    """
    target, heights = _target(s), s.row(HEIGHTS[: s.bumps]).tolist()
    edges, centres = bumps.cells(s.bumps)
    x = bumps.places_to_measure(edges, s.steepness)
    each, problem = _bumps(bump, x, edges, heights, s.steepness)
    found = bumps.measure(target.function, x, each.sum(axis=0))
    reached = found.error < s.epsilon
    return ui.Picture(
        [
            _sums(s, found, each, centres),
            _errors(found, s.epsilon, reached),
            *([_drawn(s)] if s.target == bumps.DRAWN else []),
        ],
        problem,
        credit(bump, problem),
        *_say(s, found, target, reached),
        goal=ui.Goal(f"the largest error is below ε = {s.epsilon:.2f}", reached),
        state={"drawing": s.row(PLACES).tolist(), "error": found.error, "at": found.at},
    )


def _bumps(
    theirs: Bump | None, x: Array, edges: Array, heights: list[float], steepness: float
) -> tuple[Array, str]:
    """Return each bump's values (bumps, N), all theirs or all ours, and any problem."""

    def one(theirs: Bump | None, left: float, right: float, height: float) -> tuple[Array, str]:
        own = adapt(theirs, lambda f, x: f(x, left, right, height, steepness))
        return call(own, lambda x: our_bump(x, left, right, height, steepness), x)

    each = list(zip(edges[:-1].tolist(), edges[1:].tolist(), heights, strict=True))
    rows = [one(theirs, *settings) for settings in each]
    problem = next((problem for _, problem in rows if problem), "")
    if problem:
        rows = [one(None, *settings) for settings in each]
    return np.array([row for row, _ in rows]), problem


def _sums(s: ui.Values, found: bumps.Measured, each: Array, centres: Array) -> ui.Panel:
    thin = np.stack(np.broadcast_arrays(found.x[::4], each[:, ::4]), axis=-1)
    return ui.panel(
        "Drag each bump's height",
        ui.axis("x", 0, 1),
        ui.axis("y", LOW, HIGH),
        ui.line(*ui.joined(thin), "each bump", ui.GREEN, "dotted", 1.5),
        ui.line(found.x, found.wanted, "target", ui.ORANGE, "dashed", 2.5),
        ui.line(found.x, found.y, "sum of the bumps", width=2.5),
        ui.upright(found.at, [found.there, found.goal], "largest error", ui.INK, "solid", 4)
        if np.isfinite(found.there)
        else None,
        [s.handle(name, place) for name, place in zip(HEIGHTS, centres, strict=False)],
    )


def _errors(found: bumps.Measured, epsilon: float, reached: bool) -> ui.Panel:
    worst = found.there - found.goal
    edge = 1.25 * max(epsilon, min(abs(worst), 2.0) if np.isfinite(worst) else 0.0)
    bounds = [epsilon, epsilon, np.nan, -epsilon, -epsilon]
    return ui.panel(
        "The error",
        ui.axis("x", 0, 1),
        ui.axis("sum − target", -edge, edge),
        ui.line([0, 1, np.nan, 0, 1], bounds, "ε and −ε", ui.PINK, "dashed"),
        ui.level(0, [0, 1], stroke="solid", width=1),
        ui.line(found.x, found.y - found.wanted, "sum − target"),
        ui.dots(found.at, np.clip(worst, -edge, edge), "largest error", ui.INK, "square", 9)
        if np.isfinite(worst)
        else None,
        ui.Text(0.5, 0.93 * edge, "✓ below ε" if reached else "✗ not below ε"),
    )


def _drawn(s: ui.Values) -> ui.Panel:
    return ui.panel(
        "Draw the target",
        ui.axis("x", 0, 1),
        ui.axis("y", 0, 1),
        ui.line(KNOTS, s.row(PLACES), "your target", ui.ORANGE, "dashed", 2.5),
        [s.handle(name, x) for name, x in zip(PLACES, KNOTS, strict=True)],
    )


def _say(s: ui.Values, found: bumps.Measured, target: bumps.Target, reached: bool) -> list[str]:
    count = s.bumps
    whose = "the rule" if s.ruled else "you"
    first = f"{counted(count, 'bump')} = {2 * count} sigmoids, heights by {whose}."
    if not np.isfinite(found.there):
        return [
            first,
            f"At x = {found.at:.3f} the sum is {found.there}: its largest error has no number.",
        ]
    verdict = "below" if reached else "not below"
    return [
        first,
        f"Largest error {found.error:.3f} at x = {found.at:.3f} (sum {found.there:.3f}, "
        f"target {found.goal:.3f}): {verdict} ε = {s.epsilon:.2f}.",
        f"The target's steepest slope is L = {target.lipschitz:.2f}; the rule, the target's value "
        f"at the middle of each of n cells, is promised an error of at most L/n = "
        f"{target.lipschitz / count:.3f} if the steps are steep.",
    ]
