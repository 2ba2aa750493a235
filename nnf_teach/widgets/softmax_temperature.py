"""Softmax and sparsemax of the same logits, divided by a temperature.

Slides "Softmax" and "Softmax + Cross entropy"; sparsemax is that of Martins & Astudillo 2016.
"""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.modules.softmax import softmax as our_softmax
from nnf_teach.modules.sparsemax import sparsemax as our_sparsemax
from nnf_teach.widgets import ui
from nnf_teach.widgets.learner import Elementwise, call, credit
from nnf_teach.widgets.wording import number

LOGITS = {"cat": 2.0, "dog": 1.4, "fox": 0.5, "owl": -1.0, "newt": -2.5}
CLASSES = tuple(LOGITS)
MAX_LOGIT = 5.0
MIN_T, MAX_T = 0.05, 50.0
PLACES = np.arange(1.0, len(CLASSES) + 1)
CLASS_AXIS = ui.axis("class", 0.4, len(CLASSES) + 0.6, PLACES, CLASSES)


@ui.widget(
    "Softmax and sparsemax at a temperature",
    ui.slider("T", "Temperature T", MIN_T, MAX_T, 0.1, scale="log", at=1.0),
    *(
        ui.handle(name, f"logit of {name}", -MAX_LOGIT, MAX_LOGIT, at=z, moves="y", bare=True)
        for name, z in LOGITS.items()
    ),
)
def softmax_temperature(
    s: ui.Values, softmax: Elementwise | None = None, sparsemax: Elementwise | None = None
) -> ui.Picture:
    """Drag logits and turn the temperature, and compare softmax(z / T) with sparsemax(z / T).

    Parameters
    ----------
    softmax : function, optional
        Yours, row-wise: it gets an array (1, 5).
    sparsemax : function, optional
        Yours, for one vector (5,). While one does not work, ours is drawn in its place, and the
        caption says so.

    Examples
    --------
    >>> scene = softmax_temperature.scene(T=50.0)
    >>> [round(float(p), 2) for p in scene.panels[1].marks[0].heights]
    [0.21, 0.21, 0.2, 0.2, 0.19]
    >>> softmax_temperature.scene(T=0.05).panels[1].marks[1].heights.tolist()
    [1.0, 0.0, 0.0, 0.0, 0.0]
    """
    z = s.row(CLASSES)
    (soft,), trouble = call(softmax, our_softmax, z[None] / s.T)
    sparse, other = call(sparsemax, our_sparsemax, z / s.T)
    return ui.Picture(
        [_logits(s, z), _probabilities(soft, sparse, s.T)],
        trouble,
        other,
        credit(softmax, trouble),
        credit(sparsemax, other),
        _largest(soft, sparse),
        _zeros(soft, sparse),
        _temperature(s.T, z),
    )


def _logits(s: ui.Values, z: Array) -> ui.Panel:
    return ui.panel(
        "The logits: drag them",
        CLASS_AXIS,
        ui.axis("z", -MAX_LOGIT, MAX_LOGIT, ticks=(-4, -2, 0, 2, 4)),
        ui.Bars(PLACES, z, "logit z", ui.GREEN, width=0.5),
        ui.level(0, [0, len(CLASSES) + 1], stroke="solid", width=1),
        ui.beside(PLACES, z, (number(value, 1) for value in z), 0.85, 4.2),  # clear of the handle
        [s.handle(name, x=x) for name, x in zip(CLASSES, PLACES, strict=True)],
    )


def _probabilities(soft: Array, sparse: Array, T: float) -> ui.Panel:
    bars, texts = [], []
    for word, p, color, aside in (
        ("softmax(z / T)", soft, ui.BLUE, -0.2),
        ("sparsemax(z / T)", sparse, ui.ORANGE, 0.2),
    ):
        shown = np.isfinite(p)
        at, values = PLACES[shown] + aside, p[shown]
        bars.append(ui.Bars(at, values, word, color, width=0.36))
        texts += ui.beside(at, values.clip(0, 1), map(_probability, values), 0.045)
    return ui.panel(
        f"Probabilities at T = {T:.3g}",
        CLASS_AXIS,
        ui.axis("probability", 0, 1.1, ticks=(0, 0.2, 0.4, 0.6, 0.8, 1)),
        bars,
        texts,
    )


def _probability(p: float) -> str:
    """Write a probability so that what is exactly 0 differs from what is only small.

    >>> [_probability(p) for p in (0.0, 0.004, 0.637)]
    ['0', '<.01', '.64']
    """
    if p == 0:
        return "0"
    if 0 < p < 0.005:
        return "<.01"
    return "1" if p == 1 else f"{p:.2f}".replace("0.", ".")


def _largest(soft: Array, sparse: Array) -> str:
    if not np.isfinite(np.append(soft, sparse)).all():
        return "Values that are not finite are left out."
    best = np.flatnonzero(soft == soft.max())
    if len(best) == len(CLASSES):
        return f"All logits are equal: every class has probability 1/{len(CLASSES)}."
    names = " and ".join(CLASSES[k] for k in best)
    return (
        f"Largest probability: {names}, softmax {soft.max():.3f}, sparsemax {sparse.max():.3f}"
        f"{' each' if len(best) > 1 else ''}."
    )


def _zeros(soft: Array, sparse: Array) -> str:
    never = " (it never gives 0)" if not (soft == 0).any() else ""
    return (
        f"Exactly 0: softmax {int((soft == 0).sum())} of {len(CLASSES)}{never}, "
        f"sparsemax {int((sparse == 0).sum())} of {len(CLASSES)}."
    )


def _temperature(T: float, z: Array) -> str:
    if np.ptp(z) == 0:
        return "No temperature changes that."
    if T <= 0.2:
        return "Towards T = 0 both give everything to the largest logit (equal ones share it)."
    if T >= 10:
        return f"At large T both come near 1/{len(CLASSES)} each: the logits hardly matter."
    return (
        "A smaller T moves both towards all or nothing, a larger one towards "
        f"1/{len(CLASSES)} each."
    )
