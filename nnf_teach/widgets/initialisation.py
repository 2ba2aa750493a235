"""How the scale of the first weights decides what ten layers make of signals and gradients.

Slide "Diagnosing and debugging": initialisation matters. Glorot and Bengio 2010, He et al. 2015.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from nnf_teach.experiments import propagate as network
from nnf_teach.experiments.propagate import LAYERS, Init, Layers, Run, first_params
from nnf_teach.modules.network import ACTIVATIONS
from nnf_teach.widgets import ui
from nnf_teach.widgets.learner import attempt, name_of, numbers, yours

BY_SCALE, HE, XAVIER = "s, by the slider", "He: s = √2", "Xavier"
DEVIATIONS = ui.log_axis("standard deviation (log)", 1e-8, 1e8, (1e-8, 1e-4, 1, 1e4, 1e8))
SHOWN = 0.9  # the share of a layer's values that its histogram shows; if less, it is said
KEEPS = 10.0  # times: a change of less through all layers is called none
LAST = 40  # steps of the training
LN10 = math.log(10)


def _their_layer(theirs: Init, n_in: int, n_out: int, rng: Any) -> tuple[Any, Any]:
    """Call the learner's function; a ValueError says why it returned no layer."""
    result, problem = attempt(theirs, n_in, n_out, rng)
    if problem:
        raise ValueError(problem)
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise ValueError(f"Your {name_of(theirs)} did not return a pair (W, b)")
    W, b = (numbers(part) for part in result)
    if W is None or b is None or W.shape != (n_out, n_in) or b.shape != (n_out,):
        shapes = " and ".join(str(np.shape(part)) for part in result)
        raise ValueError(
            f"Your {name_of(theirs)}({n_in}, {n_out}, rng) returned shapes {shapes}, not "
            f"{(n_out, n_in)} and {(n_out,)}"
        )
    return W, b


def _start(activation: str, rule: str, scale: float, theirs: Any) -> tuple[Run, str]:
    """Return a run by one of our rules or by theirs, and why it is not by theirs."""
    ours = {BY_SCALE: network.normal(scale), HE: network.he, XAVIER: network.xavier}
    problem = ""
    try:
        params = first_params(ours.get(rule) or functools.partial(_their_layer, theirs))
    except ValueError as error:
        params, problem = first_params(network.he), f"{error}, so this is He's rule."
    return Run(params, activation), problem


@ui.widget(
    "Initialisation, through ten layers",
    ui.choice("activation", "Activation", tuple(ACTIVATIONS)[::-1]),
    ui.choice(
        "rule",
        "First weights: normal, deviation s/√n",
        lambda s: (BY_SCALE, HE, XAVIER, yours(s.given["init"])),
    ),
    ui.slider(
        *("scale", "Scale s", 0.1, 10, 0.05), at=1.0, scale="log", when=lambda s: s.rule == BY_SCALE
    ),
    ui.player("step", "Training step", LAST, rate=10),
    begin=lambda init=None: {"rule": yours(init) or BY_SCALE},
)
def initialisation(s: ui.Values, init: Init | None = None) -> ui.Picture:
    """Scale the first weights of a network of ten layers, and follow signals and gradients.

    Parameters
    ----------
    init : function of (n_in, n_out, rng) -> (W (n_out, n_in), b (n_out,)), optional
        Your own rule, such as `he_init`: one more choice, taken at first.

    Examples
    --------
    >>> stage = initialisation()
    >>> stage.set(scale=0.5)
    >>> "Gradients shrink" in stage.scene.caption
    True
    """
    scale = s.scale if s.rule == BY_SCALE else 0.0
    run, problem = s.kept(_start, s.activation, s.rule, scale, init)
    now = run.at(s.step)
    return ui.Picture(
        (
            _histograms("Activations", "activation", now.activations),
            _histograms("Gradients", "dL/d(activation)", now.gradients),
            _by_layer(now.activations.spreads, now.gradients.spreads),
        ),
        problem,
        *_say_spreads(s.activation, now.activations.spreads, now.gradients.spreads),
        _say_cut({"activations": now.activations, "gradients": now.gradients}),
        f"{100 * now.activations.zeros:.0f} % of all activations are 0."
        if s.activation == "relu" else "",
        f"{100 * now.saturated:.0f} % of all activations are saturated."
        if s.activation in ("tanh", "sigmoid") else "",
        _say_loss(s.step, run.at(0).loss, now.loss),
    )  # fmt: skip


def _histograms(title: str, label: str, layers: Layers) -> ui.Panel:
    """Draw the histogram of every layer above its line, the first layer lowest."""
    reach = layers.reach
    x = np.repeat(np.linspace(-reach, reach, network.BINS + 1), 2)
    marks: list[Any] = []
    for layer, (shares, std) in enumerate(zip(layers.shares, layers.spreads, strict=True), start=1):
        tall = 0.85 * shares / max(shares.max(), 1e-9)
        y = layer + np.repeat(np.concatenate([[0.0], tall, [0.0]]), 2)[1:-1]
        marks.append(ui.line(x, y, "", ui.BLUE if layer % 2 else ui.GREEN, width=1.5))
        marks.append(ui.Text(1.5 * reach, layer + 0.42, _short(std), "right"))
    numbers = range(1, LAYERS + 1)
    return ui.panel(
        f"{title} that are not 0" if layers.zeros > 0.01 else title,
        ui.axis(
            label, -reach, 1.55 * reach, (-reach, 0, reach), (_short(-reach), 0, _short(reach))
        ),
        ui.axis("layer", 0.8, LAYERS + 1.1, numbers, numbers),
        marks,
    )


def _short(value: float) -> str:
    return f"{value:.2g}" if math.isfinite(value) else "lost"


def _by_layer(activations: list[float], gradients: list[float]) -> ui.Panel:
    layer = np.arange(1, LAYERS + 1)
    a, g = ui.onto(DEVIATIONS, activations), ui.onto(DEVIATIONS, gradients)
    return ui.panel(
        "Deviation by layer",
        ui.axis("layer", 0.5, LAYERS + 0.5, layer),
        DEVIATIONS,
        ui.level(1, [1, LAYERS], "1: as the data"),
        ui.Look(ui.BLUE, "solid", "circle").marked(layer, a, "activations"),
        ui.Look(ui.ORANGE, "dashed", "square").marked(layer, g, "gradients"),
    )


def _say_spreads(activation: str, shown: list[float], slopes: list[float]) -> Iterator[str]:
    yield (
        f"{activation}: the deviation of the activations goes from {_short(shown[0])} in layer 1 "
        f"to {_short(shown[-1])} in layer 10; that of the gradients, on their way back, from "
        f"{_short(slopes[-1])} in layer 10 to {_short(slopes[0])} in layer 1."
    )
    forward, back = _change(shown[0], shown[-1]), _change(slopes[-1], slopes[0])
    if not (math.isfinite(forward) and math.isfinite(back)):
        yield "Numbers have left the range of float32: nothing can be learnt from here."
        return
    if not _keeps(forward):
        yield f"Activations {_fold(forward)}."
    if not _keeps(back):
        how = "jump about" if back > 1 else "hardly learn"
        yield f"Gradients {_fold(back)}: the first layers {how}."
    if _keeps(forward) and _keeps(back):
        yield "Both keep their size within ten times: all layers can learn."


def _say_cut(layers: dict[str, Layers]) -> str:
    """Say of which layers much lies beyond the axis of the histograms."""
    said = [f"{_listed(cut)} of the {what}" for what, each in layers.items() if (cut := _cut(each))]
    return f"Cut off at the ends of the axis: layer {', '.join(said)}." if said else ""


def _cut(layers: Layers) -> list[int]:
    shown = zip(layers.shares, layers.spreads, strict=True)
    return [k for k, (shares, std) in enumerate(shown, 1) if std > 0 and shares.sum() < SHOWN]


def _listed(layers: list[int]) -> str:
    """Write layers, those in a row by the first and the last."""
    first, last = layers[0], layers[-1]
    if len(layers) > 2 and layers == list(range(first, last + 1)):
        return f"{first} to {last}"
    return " and ".join(map(str, layers))


def _change(before: float, after: float) -> float:
    return after / before if before > 0 else (1.0 if after == 0 else math.inf)


def _keeps(change: float) -> bool:
    return 1 / KEEPS <= change <= KEEPS


def _fold(change: float) -> str:
    times = max(change, 1 / change) if change else math.inf
    written = f"{times:.1e}" if times >= 1e5 else f"{float(f'{times:.2g}'):,.0f}"
    return f"{'grow' if change > 1 else 'shrink'} {written} times"


def _say_loss(step: int, first: float, loss: float) -> str:
    if not step:
        return ""
    at = f"{loss:.3g}" if math.isfinite(loss) else "nan: it is lost"
    return (
        f"After {step} steps of gradient descent the loss has gone from {first:.3g} to {at} "
        f"(knowing nothing costs ln 10 = {LN10:.2f})."
    )
