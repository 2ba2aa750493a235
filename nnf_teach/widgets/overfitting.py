"""Overfitting, and what each regulariser does about it: small networks that are really trained.

Slides "Overfitting and regularisation": L_p, dropout, noising data, early stopping.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnf_teach.modules.adam import adam_move
from nnf_teach.widgets.scene import (
    Axis,
    Bars,
    Button,
    Choice,
    Control,
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
Weights = list[Array]  # w (V, 1, H), b (V, 1, H), v (V, 1, H), c (V, 1, 1): V networks at a time

FRAMES, STEPS = 40, 25  # frames, and steps of Adam a frame
RATE = 0.02
SCALE = 6.0  # of the first weights: bends enough for a wriggling curve
FRESH, HELD = 400, 60  # test and validation examples
MOST_UNITS, MOST_EXAMPLES = 64, 60
KEPT = 4  # settings whose runs are remembered

NONE, EARLY = "none", "early stopping"
TRAINED = (NONE, "L2 penalty", "L1 penalty", "dropout", "noise on the data")
METHODS = (*TRAINED, EARLY)
SHORT = ("none", "L2", "L1", "drop", "noise", "early")
STRENGTHS = {
    "L2 penalty": Slider("l2", "L2 strength λ", 1e-5, 0.1, 0.25, scale="log"),
    "L1 penalty": Slider("l1", "L1 strength λ", 1e-5, 0.1, 0.25, scale="log"),
    "dropout": Slider("drop", "Share of units dropped", 0, 0.8, 0.05),
    "noise on the data": Slider("jitter", "Noise added to x", 0, 0.5, 0.02),
}
INITIAL: State = {
    "units": 64, "examples": 20, "noise": 0.5, "method": NONE, "frame": FRAMES, "draw": 0,
    "l2": 0.001, "l1": 0.0032, "drop": 0.2, "jitter": 0.1,
}  # fmt: skip
GRID = np.linspace(-1, 1, 161)
LOWEST, HIGHEST = 0.001, 10.0  # the axis of errors


def truth(x: Array) -> Array:
    """Return what is to be learnt: sin(2 pi x)."""
    return np.asarray(np.sin(2 * np.pi * x))


class Data(NamedTuple):
    """Noisy examples of the same curve: to train on, to stop by, and to test on."""

    x: Array  # (N,)
    y: Array  # (N,)
    x_held: Array
    y_held: Array
    x_test: Array
    y_test: Array


def draw_data(examples: int, noise: float, draw: int) -> Data:
    """Draw data; the first examples of a draw are the same for every number of examples.

    >>> few, many = draw_data(5, 0.5, 1), draw_data(60, 0.5, 1)
    >>> bool((few.x == many.x[:5]).all() and (few.y_test == many.y_test).all())
    True
    """
    rng = np.random.default_rng(draw + 1)
    parts = []
    for n in (MOST_EXAMPLES, HELD, FRESH):
        x = rng.uniform(-1, 1, n)
        parts += [x, truth(x) + noise * rng.standard_normal(n)]
    return Data(parts[0][:examples], parts[1][:examples], *parts[2:])


def outputs(x: Array, weights: Weights) -> Array:
    """Return what the V networks make of x (N,): (V, N)."""
    w, b, v, c = weights
    hidden = np.tanh(x.astype(np.float32)[None, :, None] * w + b)
    return (hidden @ v.transpose(0, 2, 1) + c)[..., 0]


class Frame(NamedTuple):
    """The networks at one frame, and their mean squared errors (V,) each."""

    weights: Weights
    train: Array
    held: Array
    test: Array


@dataclass(frozen=True)
class Setting:
    """All that decides a training."""

    units: int
    examples: int
    noise: float
    draw: int
    l2: float
    l1: float
    drop: float
    jitter: float


class Training:
    """All of TRAINED side by side, from the same first weights, as far as it is asked for.

    >>> training = Training(Setting(8, 20, 0.5, 0, 0.001, 0.003, 0.2, 0.1))
    >>> training.at(1).test.shape
    (5,)
    """

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.data = draw_data(setting.examples, setting.noise, setting.draw)
        self._rng = np.random.default_rng(0)
        H, V = setting.units, len(TRAINED)
        w = SCALE * self._rng.standard_normal(H)
        bends = self._rng.uniform(-1.1, 1.1, H)  # spread over the data
        v = self._rng.standard_normal(H) / np.sqrt(H)
        first = (w, -w * bends, v, np.zeros(1))
        self._weights = [np.tile(part, (V, 1, 1)).astype(np.float32) for part in first]
        zeros = [np.zeros_like(part) for part in self._weights]
        self._memory, self._step = list(zip(zeros, zeros, strict=True)), 0
        self.frames = [self._frame()]

    def at(self, frame: int) -> Frame:
        """Return a frame, and train up to it first."""
        while len(self.frames) <= frame:
            for _ in range(STEPS):
                self._descend()
            self.frames.append(self._frame())
        return self.frames[frame]

    def best(self, frame: int) -> int:
        """Return the frame, up to this one, at which NONE has the lowest validation error."""
        self.at(frame)
        return int(np.argmin([one.held[0] for one in self.frames[: frame + 1]]))

    def _frame(self) -> Frame:
        data = self.data
        errors = [
            np.asarray(((outputs(x, self._weights) - y) ** 2).mean(axis=1))
            for x, y in ((data.x, data.y), (data.x_held, data.y_held), (data.x_test, data.y_test))
        ]
        return Frame(self._weights, *errors)

    def _descend(self) -> None:
        grads = self._gradients()
        self._step += 1
        moved = [
            adam_move(part, grad, m, v, self._step, RATE, 0.9, 0.999, 1e-8)
            for part, grad, (m, v) in zip(self._weights, grads, self._memory, strict=True)
        ]
        self._weights = [part for part, _, _ in moved]
        self._memory = [(m, v) for _, m, v in moved]

    def _gradients(self) -> Weights:
        """Return the gradients of each network's mean squared error and penalty."""
        setting, rng = self.setting, self._rng
        w, b, v, c = self._weights
        n, V = len(self.data.x), len(TRAINED)
        x = np.repeat(self.data.x.astype(np.float32)[None, :, None], V, axis=0)
        x[4] += np.float32(setting.jitter) * rng.standard_normal((n, 1), np.float32)
        hidden = np.tanh(x * w + b)
        kept = np.float32(1 - setting.drop)
        mask = (rng.random((n, setting.units), np.float32) < kept) / kept
        shown = hidden.copy()
        shown[3] *= mask
        dY = (
            2
            / np.float32(n)
            * (shown @ v.transpose(0, 2, 1) + c - self.data.y.astype(np.float32)[None, :, None])
        )
        dv = dY.transpose(0, 2, 1) @ shown
        d_hidden = dY * v
        d_hidden[3] *= mask
        dz = d_hidden * (1 - hidden * hidden)
        dw = (dz * x).sum(axis=1, keepdims=True)
        for part, grad in ((w, dw), (v, dv)):  # biases are free
            grad[1] += np.float32(2 * setting.l2) * part[1]
            grad[2] += np.float32(setting.l1) * np.sign(part[2])
        return [dw, dz.sum(axis=1, keepdims=True), dv, dY.sum(axis=1, keepdims=True)]


class Shown(NamedTuple):
    """One method at a frame: which of the frames it shows, and which network."""

    frame: int
    network: int


def overfitting_scene() -> Callable[[State], Scene]:
    """Return the function from a state to the scene; runs are remembered, a few at a time.

    >>> scene = overfitting_scene()({**INITIAL, "frame": 4})
    >>> scene.caption[:58]
    'Step 100 of 1,000. 64 hidden units (193 parameters), 20 ex'
    """
    runs: OrderedDict[Setting, Training] = OrderedDict()
    lock = threading.Lock()

    def train(setting: Setting) -> Training:
        with lock:
            run = runs.pop(setting, None) or Training(setting)
            runs[setting] = run
            if len(runs) > KEPT:
                runs.popitem(last=False)
            return run

    def build(state: State) -> Scene:
        setting = Setting(
            int(np.clip(round(float(state["units"])), 1, MOST_UNITS)),
            int(np.clip(round(float(state["examples"])), 4, MOST_EXAMPLES)),
            float(np.clip(float(state["noise"]), 0, 1)),
            int(state["draw"]),
            *(float(state[slider.name]) for slider in STRENGTHS.values()),
        )
        frame = int(np.clip(int(state["frame"]), 0, FRAMES))
        method = str(state["method"])
        run = train(setting)
        run.at(frame)
        controls: list[Control] = [
            Player("frame", f"Training, {STEPS} steps a frame", FRAMES, rate=15),
            Slider("units", "Hidden units", 1, MOST_UNITS, 1),
            Slider("examples", "Training examples", 4, MOST_EXAMPLES, 1),
            Slider("noise", "Noise in y", 0, 1, 0.1),
            Choice("method", "Regulariser", METHODS),
        ]
        if method in STRENGTHS:
            controls.append(STRENGTHS[method])
        controls.append(Button("draw", "Draw new data"))
        return Scene(
            "Overfitting",
            (_fit(run, method, frame), _errors(run, method, frame), _compare(run, method, frame)),
            _say(run, method, frame),
            tuple(controls),
            state={
                **{name: state[name] for name in ("l2", "l1", "drop", "jitter", "draw")},
                "units": setting.units,
                "examples": setting.examples,
                "noise": setting.noise,
                "method": method,
                "frame": frame,
            },
        )

    return build


def _shown(run: Training, method: str, frame: int) -> Shown:
    if method == EARLY:
        return Shown(run.best(frame), 0)
    return Shown(frame, TRAINED.index(method))


def _error(run: Training, method: str, frame: int, name: str = "test") -> float:
    shown = _shown(run, method, frame)
    return float(getattr(run.frames[shown.frame], name)[shown.network])


def _curve(run: Training, method: str, frame: int) -> Array:
    shown = _shown(run, method, frame)
    return np.asarray(outputs(GRID, run.frames[shown.frame].weights)[shown.network])


def _fit(run: Training, method: str, frame: int) -> Panel:
    data = run.data
    marks: list[Mark] = [
        Line(GRID, truth(GRID), "the truth, sin(2πx)", 6, "dashed", 1.5),
    ]
    if method != NONE:
        marks.append(Line(GRID, _curve(run, NONE, frame), "fit, no regulariser", 1, "dotted", 2))
    name = "fit" if method == NONE else f"fit, {method}"
    marks += [
        Line(GRID, _curve(run, method, frame), name, 0, "solid", 3),
        Points(data.x, data.y, "training examples", 2, "square", 7),
    ]
    return Panel("The fitted curve", Axis("x", -1, 1), Axis("y", -3, 3), tuple(marks))


def _errors(run: Training, method: str, frame: int) -> Panel:
    steps = STEPS * np.arange(frame + 1)
    network = 0 if method == EARLY else TRAINED.index(method)
    frames = run.frames[: frame + 1]
    train, test, plain = (
        np.clip([getattr(one, name)[k] for one in frames], LOWEST, HIGHEST)
        for name, k in (("train", network), ("test", network), ("test", 0))
    )
    floor = max(run.setting.noise**2, LOWEST)
    marks: list[Mark] = [
        Line([0, STEPS * FRAMES], [floor] * 2, "noise²: the best possible", 6, "dotted", 1.5)
    ]
    if network:
        marks.append(Line(steps, plain, "test error, no regulariser", 1, "dotted", 2))
    marks += [
        Line(steps, train, "training error", 2, "dashed", 2),
        Line(steps, test, "test error", 0, "solid", 3),
    ]
    if method == EARLY:
        best = run.best(frame)
        marks.append(
            Points([STEPS * best], [test[best]], f"kept: step {STEPS * best}", 3, "triangle", 12)
        )
    return Panel(
        "Errors while it trains",
        Axis("step", 0, STEPS * FRAMES),
        Axis("mean squared error (log)", LOWEST, HIGHEST, "log", (0.001, 0.01, 0.1, 1.0, 10.0)),
        tuple(marks),
    )


def _compare(run: Training, method: str, frame: int) -> Panel:
    errors = np.array([_error(run, one, frame) for one in METHODS])
    top = next(
        top for top in (0.2, 0.5, 1, 2, 5, 10, 1e9) if top >= 1.15 * errors.max() or top > 10
    )
    shown = np.minimum(errors, top)
    chosen = METHODS.index(method)
    others = [k for k in range(len(METHODS)) if k != chosen]
    floor = run.setting.noise**2
    marks: list[Mark] = [
        Bars([chosen], [shown[chosen]], f"chosen: {method}", 0, 0.7),
        Bars(others, shown[others], "the others", 2, 0.7),
        Line([-0.6, 5.6], [floor] * 2, "noise²", 6, "dotted", 1.5),
    ]
    marks += [
        Text(k, float(shown[k]) + 0.04 * top, f"{errors[k]:.2f}") for k in range(len(METHODS))
    ]
    return Panel(
        f"Test error at step {STEPS * frame}",
        Axis("regulariser", -0.6, 5.6, ticks=tuple(map(float, range(6))), tick_labels=SHORT),
        Axis("mean squared error", 0, float(top)),
        tuple(marks),
    )


def _say(run: Training, method: str, frame: int) -> str:
    setting = run.setting
    floor = setting.noise**2
    units = "1 hidden unit" if setting.units == 1 else f"{setting.units} hidden units"
    train, test = (_error(run, NONE, frame, name) for name in ("train", "test"))
    words = [
        f"Step {STEPS * frame:,} of {STEPS * FRAMES:,}. {units} ({3 * setting.units + 1} "
        f"parameters), {setting.examples} examples.",
        f"Without a regulariser: training error {train:.2g}, test error {test:.2g}.",
    ]
    if not frame:
        words.append("Nothing is learnt yet.")
    elif test > 2 * train and test > 1.2 * floor + 0.01:
        words.append(
            "It overfits: it has learnt the noise of its examples, which new examples do not share."
            if train < floor
            else "It overfits: it is far better on its own examples than on new ones. They are too "
            "few to say what lies between them."
        )
    elif train > 1.3 * floor + 0.05:
        words.append(
            "It underfits: even the training examples are not hit. Too small, or too early?"
        )
    else:
        words.append("Training and test error are close: little overfitting.")
    if method != NONE:
        mine = _error(run, method, frame)
        stop = ""
        if method == EARLY:
            stop = (
                f" (kept from step {STEPS * run.best(frame)}, where {HELD} validation examples "
                "were fitted best)"
            )
        change = mine / test
        verdict = (
            f"{100 * (1 - change):.0f} % less" if change < 0.95
            else f"{100 * (change - 1):.0f} % more" if change > 1.05 else "about the same"
        )  # fmt: skip
        words.append(f"With {method}: test error {mine:.2g}{stop}, {verdict}.")
    errors = [_error(run, one, frame) for one in METHODS]
    words.append(
        f"Best of the six here: {METHODS[int(np.argmin(errors))]}, {min(errors):.2g}; "
        f"no model can expect less than noise² = {floor:.2g}. One draw may mislead: draw new data."
    )
    return " ".join(words)


def overfitting() -> Stage:
    """Train a small network on noisy examples, with each regulariser beside it.

    Examples
    --------
    >>> stage = overfitting()
    >>> stage.set(frame=8, method="dropout")
    >>> "With dropout: test error" in stage.scene.caption
    True
    """
    from nnf_teach.widgets.stage import Stage

    return Stage(overfitting_scene(), dict(INITIAL))
