"""How the largest error of a one-hidden-layer network falls with its width.

Slides "Universal approximation theorem" and its intuition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.experiments import bumps as net
from nnf_teach.experiments.bumps import Function, Measured, Target
from nnf_teach.widgets import ui
from nnf_teach.widgets.learner import adapt, call, name_of
from nnf_teach.widgets.wording import counted

Approximate = Callable[[Function, int], Any]

WIDTHS = (1, 2, 4, 8, 16, 32, 64)  # bumps; twice as many hidden units
ERRORS = ui.log_axis("error (log scale)", 1e-5, 10.0, (1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10))
UNITS = ui.log_axis("hidden units (log scale)", 1.6, 160, [2 * n for n in WIDTHS])
BY_FIT = "fitted output weights"
LOOKS = ui.Look(ui.BLUE, "solid", "circle", 1.5), ui.Look(ui.GREEN, "solid", "square", 1.5)


def _targets(s: ui.Values) -> dict[str, Target]:
    own = {net.DRAWN: s.kept(net.drawn_target, tuple(s.drawing))} if s.drawing else {}
    return net.TARGETS | own


def _begin(
    approximate: Approximate | None = None, drawing: Sequence[float] | None = None
) -> ui.State:
    return {} if drawing is None else {"target": net.DRAWN, "drawing": list(map(float, drawing))}


@ui.widget(
    "Width and error",
    ui.choice("target", "Target", _targets, at="smooth"),
    ui.slider("bumps", "Bumps (two hidden units each)", 1, WIDTHS[-1], 1, at=8),
    ui.memory("drawing", at=[]),
    begin=_begin,
)
def width_and_error(
    s: ui.Values, approximate: Approximate | None = None, drawing: Sequence[float] | None = None
) -> ui.Picture:
    """Widen a one-hidden-layer network, and measure how its largest error falls.

    Parameters
    ----------
    approximate : function of (f, n_bumps), optional
        Your own construction: it returns [(W, b), (V, c)]. While it does not work, the rule is
        drawn in its place, and the caption says so.
    drawing : sequence of numbers, optional
        One more target, straight between these values at equally spaced points of [0, 1]: the
        `state["drawing"]` of a `bump_builder`.

    Examples
    --------
    >>> stage = width_and_error(drawing=[0.2, 0.8, 0.4])
    >>> stage.set(bumps=64)
    >>> stage.scene.caption[:62]
    '64 bumps = 128 hidden sigmoids. The rule: largest error 0.009 '
    """
    targets = _targets(s)
    word = s.target if s.target in targets else "smooth"
    target = targets[word]
    *networks, problem = s.kept(_measure, target.function, approximate, s.bumps)
    errors, problems = s.kept(_by_width, target.function, approximate)
    problem = problem or problems
    name = f"your {name_of(approximate)}" if approximate and not problem else "the rule"
    return ui.Picture(
        [_errors(target, errors, name, s.bumps, networks), _networks(name, *networks)],
        problem,
        *_say(target, errors, name, s.bumps, *networks),
        state={"target": word},
    )


def _measure(
    f: Function, approximate: Approximate | None, bumps: int
) -> tuple[Measured, Measured, str]:
    """Measure the learner's network, or the rule's, and the fitted one of the same width."""
    x = net.places_to_measure(net.cells(bumps)[0], net.STEEP * bumps)
    theirs = adapt(approximate, lambda make, x: net.values(make(f, bumps), x))
    y, problem = call(theirs, lambda x: net.values(net.rule(f, bumps), x), x)
    return net.measure(f, x, y), net.measure(f, x, net.values(net.fitted(f, bumps), x)), problem


def _by_width(f: Function, approximate: Approximate | None) -> tuple[Array, str]:
    """Return both errors (7, 2) for each of WIDTHS, and the first problem."""
    found = [_measure(f, approximate, bumps) for bumps in WIDTHS]
    errors = np.array([[by_rule.error, by_fit.error] for by_rule, by_fit, _ in found])
    return errors, next((problem for *_, problem in found if problem), "")


def _errors(
    target: Target, errors: Array, name: str, bumps: int, networks: list[Measured]
) -> ui.Panel:
    units = 2 * np.array(WIDTHS)
    marks: list[ui.Mark] = []
    for label, look, row, now in zip((name, BY_FIT), LOOKS, errors.T, networks, strict=True):
        known = np.isfinite(row)
        marks += look.marked(units[known], ui.onto(ERRORS, row[known]), label)
        if np.isfinite(now.error):
            marks.append(look.dots(2 * bumps, ui.onto(ERRORS, now.error), size=13))
    promise = ui.onto(ERRORS, target.lipschitz / np.array(WIDTHS))
    return ui.panel(
        "Largest error by width",
        UNITS,
        ERRORS,
        ui.upright(2 * bumps, [ERRORS.low, ERRORS.high], f"{2 * bumps} hidden units", width=2),
        ui.line(units, promise, "the rule's promise, L/n", ui.PINK, "dashed"),
        marks,
    )


def _networks(name: str, by_rule: Measured, by_fit: Measured) -> ui.Panel:
    gaps = [
        ui.upright(one.at, [one.there, one.goal], "", color, "solid", 5)
        for one, color in ((by_rule, ui.BLUE), (by_fit, ui.GREEN))
        if np.isfinite(one.error)
    ]
    return ui.panel(
        "The two networks",
        ui.axis("x", 0, 1),
        ui.axis("y", -0.2, 1.2),
        ui.line(by_rule.x, by_rule.wanted, "target", ui.ORANGE, "dashed", 3.5),
        ui.line(by_rule.x, by_rule.y, name),
        ui.line(by_fit.x, by_fit.y, BY_FIT, ui.GREEN, "dotted", 2.5),
        gaps,
    )


def _say(
    target: Target, errors: Array, name: str, bumps: int, by_rule: Measured, by_fit: Measured
) -> list[str]:
    who = name[:1].upper() + name[1:]
    bound = target.lipschitz / bumps
    kept = "within" if by_rule.error <= bound + 1e-9 else "beyond"
    falls = ""
    if np.isfinite(errors).all() and (errors[-1] > ERRORS.low).all():
        ratios = errors[WIDTHS.index(4)] / errors[-1]
        ours, theirs = (float(f"{ratio:.2g}") for ratio in ratios)  # stable digits
        falls = (
            f"From 8 to {2 * WIDTHS[-1]} units, 16 times as many, the first error falls to "
            f"1/{ours:.0f} of itself, the fitted one to 1/{theirs:.0f}."
        )
    return [
        f"{counted(bumps, 'bump')} = {2 * bumps} hidden sigmoids.",
        f"{who}: largest error {by_rule.error:.3f} at x = {by_rule.at:.3f}, {kept} the "
        f"promised L/n = {target.lipschitz:.2f}/{bumps} = {bound:.3f}."
        if np.isfinite(by_rule.error)
        else f"{who}: the value at x = {by_rule.at:.3f} is not a finite number.",
        f"As many sigmoids with output weights fitted by least squares: error {by_fit.error:.2g} "
        f"at x = {by_fit.at:.3f}.",
        falls,
        "Errors below 10⁻⁵ are drawn at 10⁻⁵." if (errors < ERRORS.low).any() else "",
    ]
