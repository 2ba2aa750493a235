"""Lines whose maximum is fitted to points, by hand or by gradient, and where it cannot follow.

Slide "Max as a computational graph": gradients only flow through the selected element.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.experiments.maximum_of_lines import (
    COUNT,
    NAMES,
    REACH,
    STEPS,
    Descent,
    Frame,
    best_convex,
    cloud,
    heights,
)
from nnf_teach.widgets import ui
from nnf_teach.widgets.wording import counted

FRAMES = 60
ARM = 0.8  # from a line's place to where it is tilted, in units of x
LOW, HIGH = -3.0, 4.0  # of t
FIRST = (  # x and t of each line's place, and its slope; from the third on they lie too low
    (-2.0, 1.0, -0.8),
    (1.5, 0.3, 0.8),
    (0.0, -2.0, 0.1),
    (-1.4, -2.3, -0.2),
    (1.2, -2.5, 0.2),
)
LOOKS = (
    ui.Look(ui.ORANGE, "dashed", "square"),
    ui.Look(ui.PINK, "dotted", "square", 2.5),
    ui.Look(ui.BLUE, "solid", "square"),
    ui.Look(ui.YELLOW, "dashed", "square", 4),
    ui.Look(ui.SKY, "dotted", "square", 4.5),
)
PLACES = [f"place {k}" for k in range(1, len(FIRST) + 1)]
TILTS = [f"tilt {k}" for k in range(1, len(FIRST) + 1)]
GOAL_CLOUD, GOAL_ERROR = "a bowl", 0.03
ERRORS = ui.log_axis("mean squared error (log)", 0.01, 10, (0.01, 0.1, 1, 10))
GRID = np.linspace(-REACH, REACH, 241)

Start = list[list[float]]  # x, t, slope of each line


def _moved(s: ui.Values, was: ui.Values) -> ui.State:
    """Return where the gradient starts: from the lines as they are; a moved place tilts none."""
    places, before = s.row(PLACES), was.row(PLACES)
    same = (places == before).all(axis=1)
    arms = np.where(same, s.row(TILTS) - places[:, 1], was.row(TILTS) - before[:, 1])
    return {"start": np.column_stack([places, arms / ARM]).tolist(), "frame": 0}


def _handles() -> Iterator[ui.Part]:
    for k, (x, t, slope) in enumerate(FIRST, 1):
        look: dict[str, Any] = {"color": LOOKS[k - 1].color, "bare": True, "sets": _moved}
        edges = [-REACH, LOW], [REACH - ARM, HIGH]
        yield ui.handle(PLACES[k - 1], f"line {k}", *edges, at=[x, t], symbol="square", **look)
        tilted = t + ARM * slope
        yield ui.handle(
            TILTS[k - 1], f"slope of line {k}", LOW, HIGH, at=tilted, moves="y", step=0.05, **look
        )


@ui.widget(
    "The maximum of lines",
    ui.player("frame", f"Gradient descent, {STEPS} steps per frame", FRAMES, rate=20),
    ui.choice("points", "Points", NAMES, at=GOAL_CLOUD, sets=_moved),
    ui.slider("lines", "Lines", 1, len(FIRST), 1, at=3, sets=_moved),
    ui.button("again", "First lines", sets=lambda s, was: {"start": _first(), "frame": 0}),
    ui.memory("start", at=list(map(list, FIRST))),
    *_handles(),
)
def maximum_of_lines(s: ui.Values) -> ui.Picture:
    """Drag lines, and let gradient descent fit their maximum to points.

    >>> maximum_of_lines.scene(frame=60).goal.reached  # a line that is nowhere the largest stays
    False
    """
    start = tuple((slope, t - slope * x) for x, t, slope in s.start[: s.lines])
    descent = s.kept(Descent, s.points, start)
    now, best = descent.at(s.frame), best_convex(s.points)
    least = float(((best - descent.cloud.t) ** 2).mean())
    reached = s.points == GOAL_CLOUD and now.error < GOAL_ERROR
    placed = _place(s, now)
    return ui.Picture(
        (
            _curves(s, now, placed, best if least > ERRORS.low else None),
            _errors(descent.frames[: s.frame + 1], least),
            _owned(now),
        ),
        f"Step {STEPS * s.frame} of {STEPS * FRAMES}: the maximum of {counted(s.lines, 'line')} "
        f"has the mean squared error {now.error:.3g}.",
        *_say(s, now, least),
        goal=ui.Goal(f"{GOAL_CLOUD}, with a mean squared error below {GOAL_ERROR}", reached),
        state=placed,
    )


def _first() -> Start:
    return list(map(list, FIRST))


def _place(s: ui.Values, now: Frame) -> ui.State:
    """Return where the handles stand: each in the middle of what its line owns, once it runs."""
    state: ui.State = {}
    x_points = cloud(s.points).x
    for k, (x, t, slope) in enumerate(s.start):
        if s.frame and k < s.lines:
            slope, intercept = now.lines[k].tolist()
            own = x_points[now.owner == k]
            x = min(round(float(own.mean()), 3), REACH - ARM) if len(own) else x
            t = slope * x + intercept
        state |= {PLACES[k]: [x, t], TILTS[k]: t + ARM * slope}
    return state


def _curves(s: ui.Values, now: Frame, placed: ui.State, best: Array | None) -> ui.Panel:
    points, each = cloud(s.points), heights(now.lines, GRID)
    names = range(s.lines)
    return ui.panel(
        "Drag each line and tilt it",
        ui.axis("x", -REACH, REACH),
        ui.axis("t", LOW, HIGH),
        ui.dots(points.x, points.t, "data", ui.INK, size=3.5),
        ui.line(GRID, each.max(axis=1), "maximum", ui.GREEN, width=5),
        None
        if best is None
        else ui.line(points.x, best, "best convex curve", ui.INK, "dashed", 1.2),
        [LOOKS[k].line(GRID, each[:, k], f"line {k + 1}") for k in names],
        [s.handle(PLACES[k], *placed[PLACES[k]]) for k in names],
        [s.handle(TILTS[k], placed[PLACES[k]][0] + ARM, placed[TILTS[k]]) for k in names],
    )


def _errors(frames: list[Frame], least: float) -> ui.Panel:
    steps, last = STEPS * np.arange(len(frames)), STEPS * FRAMES
    errors = ui.onto(ERRORS, [frame.error for frame in frames])
    best = f"best convex curve: {least:.2f}"
    return ui.panel(
        "Error while it descends",
        ui.axis("step", 0, last),
        ERRORS,
        ui.level(least, [0, last], best, stroke="dashed") if least > ERRORS.low else None,
        ui.line(steps, errors, "maximum of the lines", ui.GREEN, width=3),
        ui.here(steps[-1], errors[-1], f"now: {frames[-1].error:.3g}"),
    )


def _owned(now: Frame) -> ui.Panel:
    count, names = _counts(now), np.arange(1, len(now.lines) + 1)
    return ui.panel(
        "Where each is the largest",
        ui.axis("line", 0.4, len(FIRST) + 0.6, names),
        ui.axis("points", 0, COUNT + 4),
        [ui.Bars(names[k : k + 1], count[k : k + 1], "", LOOKS[k].color, 0.6) for k in names - 1],
        ui.beside(names, count, map(str, count), 2.2, COUNT),
    )


def _counts(now: Frame) -> Array:
    return np.bincount(now.owner, minlength=len(now.lines))


def _say(s: ui.Values, now: Frame, least: float) -> Iterator[str]:
    unused = [str(k) for k, count in enumerate(_counts(now), 1) if not count]
    if unused:
        names = f"Line {unused[0]} is" if len(unused) == 1 else f"Lines {', '.join(unused)} are"
        its = "its" if len(unused) == 1 else "their"
        yield (
            f"{names} the largest at no point: {its} gradient is 0, and only you can move "
            f"{'it' if len(unused) == 1 else 'them'}."
        )
    if least < ERRORS.low:
        yield "The points lie on a convex curve: the more lines in use, the nearer their maximum."
    else:
        yield (
            "A maximum of lines only bends upwards, and so is convex: no number of lines comes "
            f"below {least:.3g}, the error of the best convex curve."
        )
