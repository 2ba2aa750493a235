"""How the scale of the first weights decides what ten layers make of signals and gradients.

Slide "Diagnosing and debugging": initialisation matters. Glorot and Bengio 2010, He et al. 2015.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnf_teach.arguments import Params, unchecked
from nnf_teach.modules.gradient_descent import descend
from nnf_teach.modules.network import ACTIVATIONS
from nnf_teach.modules.softmax_cross_entropy import (
    softmax_cross_entropy,
    softmax_cross_entropy_gradient,
)
from nnf_teach.widgets.learner import attempt, name_of, numbers
from nnf_teach.widgets.scene import (
    Axis,
    Choice,
    Line,
    Mark,
    Panel,
    Player,
    Points,
    Scene,
    Slider,
    State,
    Text,
)

if TYPE_CHECKING:
    from nnf_teach.widgets.stage import Stage

Array = NDArray[Any]
Init = Callable[..., Any]  # (n_in, n_out, rng) -> (W, b)

LAYERS, UNITS, DIGITS = 10, 100, 256
RATE, LAST = 0.02, 40  # of the training, and its steps
BINS = 41
BY_SCALE, HE, XAVIER = "s, by the slider", "He: s = √2", "Xavier"
INITIAL: State = {"activation": "relu", "rule": BY_SCALE, "scale": 1.0, "step": 0}
LOWEST, HIGHEST = 1e-8, 1e8  # the axis of standard deviations; what is beyond is drawn at its end
KEEPS = 10.0  # times: a change of less through all layers is called none
LN10 = math.log(10)

_loss = unchecked(softmax_cross_entropy)
_loss_gradient = unchecked(softmax_cross_entropy_gradient)


@functools.cache
def digits() -> tuple[Array, Array]:
    """Return real digits X (256, 784), scaled to mean 0 and deviation 1 over all pixels, and t."""
    from nnf_teach.datasets import sample_digits

    X, t, *_ = sample_digits(DIGITS, 1, rng=np.random.default_rng(0))
    return ((X - X.mean()) / X.std()).astype(np.float32), t


def first_params(rule: str, scale: float, theirs: Init | None = None) -> Params:
    """Draw a network 784 - 100 - ... - 100 - 10 by a rule; biases are 0 where it is ours.

    >>> [W.shape for W, b in first_params(HE, 1.0)][:3]
    [(100, 784), (100, 100), (100, 100)]
    """
    rng = np.random.default_rng(0)
    sizes = (784, *[UNITS] * LAYERS, 10)
    params: Params = []
    for n_in, n_out in zip(sizes, sizes[1:], strict=False):
        if theirs is not None:
            params.append(_their_layer(theirs, n_in, n_out, rng))
            continue
        if rule == XAVIER:
            limit = math.sqrt(6 / (n_in + n_out))
            W = rng.uniform(-limit, limit, (n_out, n_in))
        else:
            spread = math.sqrt(2) if rule == HE else scale
            W = rng.normal(0, spread / math.sqrt(n_in), (n_out, n_in))
        params.append((W.astype(np.float32), np.zeros(n_out, np.float32)))
    return params


class _Trouble(Exception):
    """The learner's function returned no layer; the sentence says why."""


def _their_layer(theirs: Init, n_in: int, n_out: int, rng: Any) -> tuple[Array, Array]:
    name = name_of(theirs)
    result, problem = attempt(theirs, n_in, n_out, rng)
    if problem:
        raise _Trouble(problem)
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise _Trouble(f"Your {name} did not return a pair (W, b)")
    W, b = (numbers(part) for part in result)
    if W is None or b is None or W.shape != (n_out, n_in) or b.shape != (n_out,):
        shapes = " and ".join(str(np.shape(part)) for part in result)
        raise _Trouble(
            f"Your {name}({n_in}, {n_out}, rng) returned shapes {shapes}, not "
            f"{(n_out, n_in)} and {(n_out,)}"
        )
    return W.astype(np.float32), b.astype(np.float32)


@dataclass
class Pass:
    """One forward and backward pass: what every hidden layer puts out, and its gradient."""

    activations: list[Array]  # LAYERS of (N, UNITS)
    gradients: list[Array]  # dL/d(activation), L summed over the examples
    grads: Params  # of the mean loss
    loss: float


def propagate(X: Array, t: Array, params: Params, activation: str) -> Pass:
    """Run digits through a network and their gradients back.

    >>> X, t = digits()
    >>> through = propagate(X, t, first_params(HE, 1.0), "relu")
    >>> len(through.activations), through.gradients[0].shape
    (10, (256, 100))
    """
    forward, backward = ACTIVATIONS[activation]
    outputs = [X]
    with np.errstate(all="ignore"):
        for W, b in params[:-1]:
            outputs.append(forward(outputs[-1] @ W.T + b))
        Z = outputs[-1] @ params[-1][0].T + params[-1][1]
        dZ = _loss_gradient(Z, t)
        grads, gradients = [], []
        for layer in range(len(params) - 1, -1, -1):
            grads.append((dZ.T @ outputs[layer], dZ.sum(axis=0)))
            if layer:
                dA = dZ @ params[layer][0]
                gradients.append(dA * np.float32(len(X)))
                dZ = backward(dA, outputs[layer])
        return Pass(outputs[1:], gradients[::-1], grads[::-1], _loss(Z, t))


class Layers(NamedTuple):
    """The histograms of all hidden layers, and their spreads."""

    spreads: list[float]  # standard deviations; infinite where a number is lost
    reach: float  # the histograms go from -reach to reach
    shares: Array  # (LAYERS, BINS): of the values that are not 0
    zeros: float  # share of the values that are 0


class Snapshot(NamedTuple):
    """What is shown of a pass."""

    activations: Layers
    gradients: Layers
    full: float  # share of saturated activations
    loss: float


@dataclass
class Run:
    """A network as it trains by gradient descent, computed as far as it is asked for."""

    params: Params
    activation: str
    snapshots: list[Snapshot] = field(default_factory=list)
    grads: Params = field(default_factory=list)

    def at(self, step: int) -> Snapshot:
        X, t = digits()
        while len(self.snapshots) <= step:
            with np.errstate(all="ignore"):
                if self.grads:
                    self.params = descend(self.params, self.grads, RATE)
            through = propagate(X, t, self.params, self.activation)
            self.grads = through.grads
            self.snapshots.append(
                Snapshot(
                    summarise(through.activations),
                    summarise(through.gradients),
                    saturated(through.activations, self.activation),
                    through.loss,
                )
            )
        return self.snapshots[step]


def summarise(layers: list[Array]) -> Layers:
    """Return the histograms and spreads of all layers.

    >>> found = summarise([np.array([[1.0, -1.0, 0.0, 0.0]])])
    >>> float(found.shares[0].sum()), found.zeros, round(found.spreads[0], 3)
    (1.0, 0.5, 0.707)
    """
    spreads = [spread(values) for values in layers]
    finite = [s for s in spreads if math.isfinite(s) and s > 0]
    # As wide as the middle one: what shrinks becomes a needle, what explodes leaves the panel.
    reach = float(np.clip(3 * np.median(finite), 1e-30, 1e30)) if finite else 1.0
    shares = []
    for values in layers:
        some = values[np.isfinite(values) & (values != 0)]
        shares.append(np.histogram(some, BINS, (-reach, reach))[0] / max(some.size, 1))
    return Layers(
        spreads, reach, np.array(shares), float(np.mean([np.mean(v == 0) for v in layers]))
    )


def saturated(layers: list[Array], activation: str) -> float:
    """Return the share of activations that are at an end of a sigmoid or tanh, within 0.02."""
    if activation not in ("sigmoid", "tanh"):
        return 0.0
    low, high = (0.0, 1.0) if activation == "sigmoid" else (-1.0, 1.0)
    return float(np.mean([np.mean((a < low + 0.02) | (a > high - 0.02)) for a in layers]))


def spread(values: Array) -> float:
    """Return the standard deviation in float64; infinite where a value is not finite."""
    wide = values.astype(np.float64)
    return float(wide.std()) if np.isfinite(wide).all() else math.inf


def initialisation_scene(init: Init | None = None) -> Callable[[State], Scene]:
    """Return the function from a state (`activation`, `rule`, `scale`, `step`) to the scene.

    >>> scene = initialisation_scene()({**INITIAL, "rule": HE})
    >>> "Both keep their size" in scene.caption
    True
    """
    own = f"your {name_of(init)}" if init else ""
    rules = (BY_SCALE, HE, XAVIER, *([own] if own else []))
    newest: dict[tuple[str, str, float], Run] = {}

    def run_of(activation: str, rule: str, scale: float) -> tuple[Run, str]:
        key = (activation, rule, scale if rule == BY_SCALE else 0.0)
        problem = ""
        if key not in newest:
            theirs = init if rule == own else None
            try:
                params = first_params(rule, scale, theirs)
            except _Trouble as trouble:
                problem = f"{trouble}, so this is He's rule."
                params = first_params(HE, scale)
            newest.clear()
            newest[key] = Run(params, activation)
        return newest[key], problem

    def build(state: State) -> Scene:
        activation, rule = str(state["activation"]), str(state["rule"])
        scale, step = float(state["scale"]), int(np.clip(int(state["step"]), 0, LAST))
        run, problem = run_of(activation, rule, scale)
        shown = run.at(step)
        controls: list[Any] = [
            Choice("activation", "Activation", tuple(ACTIVATIONS)[::-1]),
            Choice("rule", "First weights: normal, deviation s/√n", rules),
        ]
        if rule == BY_SCALE:
            controls.append(Slider("scale", "Scale s", 0.1, 10, 0.05, scale="log"))
        controls.append(Player("step", "Training step", LAST, rate=10))
        return Scene(
            "Initialisation, through ten layers",
            (
                _histograms("Activations", "activation", shown.activations),
                _histograms("Gradients", "dL/d(activation)", shown.gradients),
                _by_layer(shown.activations.spreads, shown.gradients.spreads),
            ),
            " ".join(filter(None, (problem, *_say(activation, run, step)))),
            tuple(controls),
            state={"activation": activation, "rule": rule, "scale": scale, "step": step},
        )

    return build


def _histograms(title: str, label: str, layers: Layers) -> Panel:
    """Draw the histogram of every layer above its line, the first layer lowest."""
    reach = layers.reach
    x = np.repeat(np.linspace(-reach, reach, BINS + 1), 2)
    marks: list[Mark] = []
    for layer, (shares, std) in enumerate(zip(layers.shares, layers.spreads, strict=True), start=1):
        tall = 0.85 * shares / max(shares.max(), 1e-9)
        y = layer + np.repeat(np.concatenate([[0.0], tall, [0.0]]), 2)[1:-1]
        marks.append(Line(x, y, "", (layer - 1) % 2 * 2, "solid", 1.5))
        marks.append(Text(1.5 * reach, layer + 0.42, _short(std), "right"))
    side = Axis(label, -reach, 1.55 * reach, ticks=(-reach, 0.0, reach),
                tick_labels=(_short(-reach), "0", _short(reach)))  # fmt: skip
    names = tuple(range(1, LAYERS + 1))
    up = Axis("layer", 0.8, LAYERS + 1.1, ticks=tuple(map(float, names)),
              tick_labels=tuple(map(str, names)))  # fmt: skip
    left_out = " that are not 0" if layers.zeros > 0.01 else ""
    return Panel(f"{title}{left_out}", side, up, tuple(marks))


def _short(value: float) -> str:
    return f"{value:.2g}" if math.isfinite(value) else "lost"


def _by_layer(shown: list[float], slopes: list[float]) -> Panel:
    layer = np.arange(1, LAYERS + 1)
    a, g = (np.clip(np.array(values), LOWEST, HIGHEST) for values in (shown, slopes))
    marks = (
        Line([1, LAYERS], [1, 1], "1: as the data", 6, "dotted", 1.5),
        Line(layer, a, "", 0, "solid", 2),
        Points(layer, a, "activations", 0, "circle", 7),
        Line(layer, g, "", 1, "dashed", 2),
        Points(layer, g, "gradients", 1, "square", 7),
    )
    powers = (1e-8, 1e-4, 1.0, 1e4, 1e8)
    return Panel(
        "Deviation by layer",
        Axis("layer", 0.5, LAYERS + 0.5, ticks=tuple(map(float, layer))),
        Axis("standard deviation (log)", LOWEST, HIGHEST, "log", powers,
             ("10⁻⁸", "10⁻⁴", "1", "10⁴", "10⁸")),
        marks,
    )  # fmt: skip


def _say(activation: str, run: Run, step: int) -> list[str]:
    now = run.snapshots[step]
    shown, slopes = now.activations.spreads, now.gradients.spreads
    words = [
        f"{activation}: the deviation of the activations goes from {_short(shown[0])} in layer 1 "
        f"to {_short(shown[-1])} in layer 10; that of the gradients, on their way back, from "
        f"{_short(slopes[-1])} in layer 10 to {_short(slopes[0])} in layer 1."
    ]
    forward, back = _change(shown[0], shown[-1]), _change(slopes[-1], slopes[0])
    if not (math.isfinite(forward) and math.isfinite(back)):
        words.append("Numbers have left the range of float32: nothing can be learnt from here.")
    elif 1 / KEEPS <= forward <= KEEPS and 1 / KEEPS <= back <= KEEPS:
        words.append("Both keep their size within ten times: all layers can learn.")
    else:
        words += [
            f"{what} {'grow' if change > 1 else 'shrink'} {_fold(change)} times{then}"
            for what, change, then in (
                ("Activations", forward, "."),
                ("Gradients", back, _consequence(back)),
            )
            if not 1 / KEEPS <= change <= KEEPS
        ]
    if activation == "relu":
        words.append(f"{100 * now.activations.zeros:.0f} % of all activations are 0.")
    if activation in ("tanh", "sigmoid"):
        words.append(f"{100 * now.full:.0f} % of all activations are saturated.")
    if step:
        first, loss = run.snapshots[0].loss, now.loss
        at = f"{loss:.3g}" if math.isfinite(loss) else "nan: it is lost"
        words.append(
            f"After {step} steps of gradient descent the loss has gone from {first:.3g} to {at} "
            f"(knowing nothing costs ln 10 = {LN10:.2f})."
        )
    return words


def _change(before: float, after: float) -> float:
    return after / before if before > 0 else (1.0 if after == 0 else math.inf)


def _fold(change: float) -> str:
    times = max(change, 1 / change) if change else math.inf
    return f"{times:.1e}" if times >= 1e5 else f"{float(f'{times:.2g}'):,.0f}"


def _consequence(back: float) -> str:
    return ": the first layers jump about." if back > 1 else ": the first layers hardly learn."


def initialisation(init: Init | None = None) -> Stage:
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
    from nnf_teach.widgets.stage import Stage

    rule = f"your {name_of(init)}" if init else INITIAL["rule"]
    return Stage(initialisation_scene(init), {**INITIAL, "rule": rule})
