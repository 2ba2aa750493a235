"""The XOR data move from input space into hidden space, and the bent boundary becomes straight.

Slides "1-hidden layer network vs XOR" and "Playing with it".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.experiments import morph as morphing
from nnf_teach.experiments.xor import CORNERS, NAMES, best_output, groups_of, slide_layer
from nnf_teach.widgets import ui
from nnf_teach.widgets.learner import call, credit, yours

LAST = 40  # frames from input space to hidden space
SLIDE = "the slide's"
# Hidden units and seed. With two units many starts get stuck: the last one shows it.
TRAINED = {
    **{f"trained, {units} units": (units, 1) for units in range(2, 7)},
    "trained, 2 units, another start": (2, 0),
}
FLAT = (
    "Both rows of W lie on one line, so h depends only on x₂ − x₁ and the plane falls onto a curve."
)


@ui.widget(
    "From input space to hidden space",
    ui.player("frame", "From x to h(x)", LAST),
    ui.choice("layer", "Hidden layer", lambda s: (yours(s.given["hidden_layer"]), SLIDE, *TRAINED)),
    begin=lambda hidden_layer=None: {"layer": yours(hidden_layer) or SLIDE},
)
def hidden_space(s: ui.Values, hidden_layer: morphing.Layer | None = None) -> ui.Picture:
    """Watch a hidden layer bend input space until one straight line separates XOR.

    Parameters
    ----------
    hidden_layer : function from (N, 2) to (N, 2), optional
        Your own: it becomes one more choice, and is chosen first. While it does not work, the
        slide's is drawn, and the caption says so.

    Examples
    --------
    >>> morph = hidden_space()
    >>> morph.set(layer="trained, 4 units", frame=40)
    >>> morph.scene.panels[1].title
    'Hidden space'
    """
    theirs, said = None, ""
    if hidden_layer and s.layer == yours(hidden_layer):
        theirs, said = s.kept(_theirs, hidden_layer)
    morph = theirs or _ours(s.layer)
    flat = FLAT if not theirs and s.layer not in TRAINED else ""
    return ui.Picture([_panel(morph, 0), _panel(morph, s.frame)], said, *_say(morph, s.frame, flat))


@cache
def _ours(word: str) -> morphing.Morph:
    if word in TRAINED:
        return morphing.make_morph(*morphing.train_network(*TRAINED[word]))
    return morphing.make_morph(slide_layer, *best_output(slide_layer(CORNERS)))


def _theirs(layer: morphing.Layer) -> tuple[morphing.Morph | None, str]:
    """Return the morph by the learner's layer, if there is one, and whose is drawn."""
    H, problem = call(layer, slide_layer, CORNERS)
    if not problem:
        _, problem = call(layer, slide_layer, morphing.FAMILIES.reshape(-1, 2))
    if problem:
        return None, problem

    def known(X: Array) -> Array:
        values, _ = call(layer, slide_layer, X)
        return np.where(np.isfinite(values), values, np.nan)

    v, c = best_output(H) if np.isfinite(H).all() else (np.zeros(2), 0.0)
    return morphing.make_morph(known, v, c), credit(layer, problem)


def _panel(morph: morphing.Morph, frame: int) -> ui.Panel:
    (upright, level), boundary, X, corners = morph.at(frame / LAST)
    zeros, ones = (X[t == morphing.T_DATA].T for t in (0, 1))
    texts = []
    for group in groups_of(corners):
        x, y = corners[group[0]].tolist()
        if np.isfinite(x + y):
            texts.append(ui.Text(x, y, ", ".join(NAMES[k] for k in group)))
    return ui.panel(
        *_titles(morph, frame),
        ui.line(*ui.joined(upright), "x₁ constant", ui.SKY, width=1.5),
        ui.line(*ui.joined(level), "x₂ constant", ui.YELLOW, "dotted", 1.5),
        ui.line(*morph.output_line, "output line", ui.INK, "dashed") if frame == LAST else None,
        ui.line(*ui.joined(boundary), "boundary y = 1/2", ui.INK, width=3),
        ui.dots(zeros[0], zeros[1], "target t = 0", size=7),
        ui.dots(ones[0], ones[1], "target t = 1", ui.ORANGE, "square", 7),
        texts,
        equal=True,
    )


def _titles(morph: morphing.Morph, frame: int) -> tuple[str, ui.Axis, ui.Axis]:
    if frame == 0:
        ticks = ("-5.0", "0.0", "5.0")  # as wide as those of hidden units: nothing moves
        return "Input space", _axis("x₁", ticks), _axis("x₂", ticks)
    if frame == LAST:
        x, y = (
            _axis(name, _short(low, (low + high) / 2, high))
            for name, low, high in zip(morph.names, morph.lows, morph.highs, strict=True)
        )
        return "Hidden space", x, y
    right, up = morph.names
    axes = _axis(f"between x₁ and {right}", [""] * 3), _axis(f"between x₂ and {up}", [""] * 3)
    return f"{100 * frame / LAST:.0f} % of the way", *axes


def _short(*values: float) -> list[str]:
    decimals = 1 if max(map(abs, values)) < 10 else 0
    return [f"{value:.{decimals}f}" for value in values]


def _axis(label: str, ticks: Iterable[str]) -> ui.Axis:
    return ui.axis(label, -morphing.ROOM, 1 + morphing.ROOM, (0, 0.5, 1), ticks)


def _say(morph: morphing.Morph, frame: int, flat: str) -> Iterator[str]:
    if frame == 0:
        yield (
            "Input space: no straight line separates the circles from the squares. Press play, "
            "and every point x moves to its place h(x) in hidden space."
        )
    elif frame < LAST:
        yield (
            f"{100 * frame / LAST:.0f} % of the way from x to h(x): the lines of the grid bend, "
            "and the boundary goes with them."
        )
    else:
        yield "Hidden space: every point is at its place h(x)."
        yield _verdict(morph.wrong)
        yield flat
        if morph.units == 2:
            yield from _look(morph)
        else:
            yield (
                f"Hidden space has {morph.units} dimensions here. It is seen from the side from "
                "which the output plane is a line."
            )


def _verdict(wrong: int | None) -> str:
    count = len(morphing.T_DATA)
    if wrong is None:
        return "No straight line separates the classes here."
    if not wrong:
        return f"All {count} points are on the right side of one straight line."
    return (
        f"On the wrong side of the output line: {wrong} of {count} points. This hidden layer does "
        "not bring the classes apart."
    )


def _look(morph: morphing.Morph) -> Iterator[str]:
    """Say what a hidden layer of sigmoids would not put out, and how it is drawn."""
    low, high = morph.lows[0], morph.highs[0]
    if morph.missing:
        yield (f"{morph.missing} of {morph.places} points have no finite place and are left out.")
    if low < -1e-9 or high > 1 + 1e-9:
        yield f"Its values run from {low:.3g} to {high:.3g}, but a sigmoid's lie between 0 and 1."
