"""An MLP learns the product <x, z>: inside and outside the training range, beside the unit that
multiplies.

Slides "What MLPs cannot do?" and "Multiplicative interactions": "Being able to approximate
something is not the same as represent it." Jayakumar et al. 2020.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnf_teach.arguments import Params, unchecked
from nnf_teach.modules.adam import Adam
from nnf_teach.modules.multiplicative import multiplicative_backward, multiplicative_layer
from nnf_teach.modules.network import init_params, network_backward, network_forward
from nnf_teach.widgets.scene import (
    Axis,
    Choice,
    Goal,
    Line,
    Mark,
    Panel,
    Player,
    Points,
    Region,
    Scene,
    State,
    Stroke,
    Symbol,
)

if TYPE_CHECKING:
    from nnf_teach.widgets.stage import Stage

Array = NDArray[np.float64]

DIMENSIONS = (1, 2, 4, 8, 16)
WIDTHS = (4, 8, 16, 32, 64)
LAST, EVERY, BATCH = 60, 25, 128  # frames, steps a frame, examples a step
RATE = 0.02  # at the start; it falls to 0 in a straight line
FAR = 2.0  # outside: the same test points, this many times as far out
TEST = 1000
SMALLEST, LARGEST = 1e-6, 10.0  # errors that the log axes show
ALONG = np.linspace(-FAR, FAR, 161)
LOOKS: tuple[tuple[Stroke, Symbol, float], ...] = (
    ("solid", "circle", 2),
    ("dashed", "square", 2),
    ("dotted", "triangle", 2.5),
    ("solid", "cross", 4),
    ("dashed", "circle", 4),
)
INITIAL: State = {"frame": LAST, "dimension": "2", "width": "16", "results": {}, "shown": "2"}

_forward, _backward = unchecked(network_forward), unchecked(network_backward)
_multiply, _multiply_back = unchecked(multiplicative_layer), unchecked(multiplicative_backward)


class Frame(NamedTuple):
    """What the networks and the unit answer at a step, and how wrong they are."""

    curves: Array  # (len(WIDTHS) + 1, len(ALONG)): along one direction, the unit last
    inside: Array  # (len(WIDTHS) + 1,): mean squared error over the variance of the target
    outside: Array  # (len(WIDTHS) + 1,)


def product(XZ: Array) -> Array:
    """Return t = 3 <x, z> / sqrt(d), (N, 1), for rows (x, z) of 2d numbers.

    With all numbers uniform in (-1, 1) its variance is 1.

    >>> product(np.array([[1.0, 2.0, 3.0, 4.0]])).round(3)
    array([[23.335]])
    """
    X, Z = np.split(XZ, 2, axis=1)
    return np.asarray(3 * (X * Z).sum(axis=1, keepdims=True) / np.sqrt(X.shape[1]))


class Run:
    """MLPs of all widths and one multiplicative unit, trained as far as it is asked for.

    All see the same examples, new ones at each step, take the same number of steps by Adam, and
    minimise the mean squared error.

    >>> run = Run(1)
    >>> run.go_to(1)
    >>> [len(run.frames), run.frames[0].curves.shape]
    [2, (6, 161)]
    """

    def __init__(self, d: int) -> None:
        self.d, self.rng = d, np.random.default_rng(d)
        self.nets = [init_params((2 * d, w, 1), rng=self.rng, init="he") for w in WIDTHS]
        normal = self.rng.normal
        self.unit: Params = [
            (normal(size=(d, d, 1)) / d, normal(size=(d, 1)) / d),
            (normal(size=(1, d)) / d, np.zeros(1)),
        ]
        self.updates = [Adam() for _ in (*WIDTHS, "unit")]
        self.test = self.rng.uniform(-1, 1, (TEST, 2 * d))
        # Of some directions the one with the largest product: its curve is not flat.
        draws = self.rng.uniform(-1, 1, (50, 2 * d))
        draws /= np.abs(draws).max(axis=1, keepdims=True)
        self.direction = draws[product(draws)[:, 0].argmax()]
        self.frames = [self._look()]

    def go_to(self, frame: int) -> None:
        while len(self.frames) <= frame:
            for _ in range(EVERY):
                self._step()
            self.frames.append(self._look())

    def _step(self) -> None:
        XZ = self.rng.uniform(-1, 1, (BATCH, 2 * self.d))
        t = product(XZ)
        step = self.updates[0].step
        rate = RATE * (1 - step / (LAST * EVERY))
        for k, net in enumerate(self.nets):
            outputs = _forward(XZ, net, "relu")
            grads = _backward(2 * (outputs[-1] - t) / BATCH, outputs, net, "relu")
            self.nets[k] = self.updates[k](net, grads, rate)
        X, Z = np.split(XZ, 2, axis=1)
        (W, U), (V, b) = self.unit
        dY = 2 * (_multiply(X, Z, W, U, V, b) - t) / BATCH
        _, _, dW, dU, dV, db = _multiply_back(dY, X, Z, W, U, V)
        self.unit = self.updates[-1](self.unit, [(dW, dU), (dV, db)], rate)

    def _answers(self, XZ: Array) -> Array:
        X, Z = np.split(XZ, 2, axis=1)
        (W, U), (V, b) = self.unit
        answers = [_forward(XZ, net, "relu")[-1] for net in self.nets]
        return np.hstack([*answers, _multiply(X, Z, W, U, V, b)]).T

    def _look(self) -> Frame:
        errors = []
        for far in (1.0, FAR):
            t = product(far * self.test)[:, 0]
            wrong = ((self._answers(far * self.test) - t) ** 2).mean(axis=1)
            errors.append(wrong / (t**2).mean())
        return Frame(self._answers(np.outer(ALONG, self.direction)), *errors)


def mlp_against_product_scene() -> Callable[[State], Scene]:
    """Return the function from a state to the scene.

    The state has `frame`, and `dimension` and `width` as words; a scene's own state adds
    `results`, the errors of each dimension that has been trained to the end, and `shown`, the
    dimension: another one starts at frame 0, unless it has been trained before.

    >>> scene = mlp_against_product_scene()(INITIAL | {"frame": 0, "dimension": "1", "shown": "1"})
    >>> scene.caption[:40]
    'd = 1, 16 hidden units, step 0 of 1500: '
    """
    run_of = cache(Run)  # of this widget: another may be played in another thread

    def build(state: State) -> Scene:
        word, width = str(state["dimension"]), str(state["width"])
        results = dict(state["results"])
        frame = int(np.clip(int(state["frame"]), 0, LAST))
        if word != state["shown"]:
            frame = LAST if word in results else 0
        run = run_of(int(word))
        run.go_to(frame)
        if frame == LAST:
            results[word] = run.frames[LAST].inside.tolist()
        which = WIDTHS.index(int(width))
        count = f"({len(results)} of {len(DIMENSIONS)} done)"
        return Scene(
            "An MLP learns to multiply",
            (
                _slice(run, frame, which),
                _training(run, frame, which),
                _table(results, word, which),
            ),
            " ".join(_say(run, frame, which, results)),
            (
                Player("frame", "Training", LAST),
                Choice("dimension", "Dimension d of x and of z", tuple(map(str, DIMENSIONS))),
                Choice("width", "Hidden units", tuple(map(str, WIDTHS))),
            ),
            Goal(
                f"train in every dimension to the end {count}",
                len(results) == len(DIMENSIONS),
            ),
            dict(state) | {"frame": frame, "results": results, "shown": word},
        )

    return build


def _slice(run: Run, frame: int, which: int) -> Panel:
    curves = run.frames[frame].curves
    target = product(np.outer(ALONG, run.direction))[:, 0]
    top = float(np.ceil(1.2 * target.max()))
    low = -top / 2
    marks: list[Mark] = [
        Region([-1, 1, 1, -1], [low, low, top, top], "", 5),
        Line(ALONG, target, "the product t", 6, "dashed", 4),
        Line(ALONG, curves[which], f"MLP, {WIDTHS[which]} units", 0, "solid", 2.5),
        Line(ALONG, curves[-1], "multiplicative unit", 1, "dotted", 3),
    ]
    return Panel(
        "Along one line; hatched: training range",
        Axis("a, where (x, z) = a (u, v)", -FAR, FAR),
        Axis("y", low, top),
        tuple(marks),
    )


def _on_axis(errors: Any) -> Any:
    return np.clip(errors, SMALLEST, LARGEST)


def _error_axis() -> Axis:
    ticks, words = (1e-6, 1e-4, 0.01, 1.0), ("10⁻⁶", "10⁻⁴", "0.01", "1")
    return Axis("error / variance (log)", SMALLEST / 2, LARGEST, "log", ticks, words)


def _training(run: Run, frame: int, which: int) -> Panel:
    steps = EVERY * np.arange(frame + 1)
    inside, outside = (
        np.array([getattr(f, part) for f in run.frames[: frame + 1]])
        for part in ("inside", "outside")
    )
    series: tuple[tuple[Array, str, int, Stroke, Symbol], ...] = (
        (inside[:, which], "MLP inside", 0, "solid", "circle"),
        (outside[:, which], "MLP twice as far out", 0, "dashed", "square"),
        (inside[:, -1], "unit inside", 1, "dotted", "triangle"),
        (outside[:, -1], "unit twice as far out", 1, "dashed", "cross"),
    )
    marks: list[Mark] = []
    for errors, label, color, stroke, symbol in series:
        marks.append(Line(steps, _on_axis(errors), "", color, stroke, 2))
        marks.append(Points(steps[-1:], _on_axis(errors[-1:]), label, color, symbol, 9))
    return Panel(
        "Error while it trains", Axis("step", 0, EVERY * LAST), _error_axis(), tuple(marks)
    )


def _table(results: dict[str, list[float]], word: str, which: int) -> Panel:
    marks: list[Mark] = []
    for k, d in enumerate(DIMENSIONS):
        if str(d) not in results:
            continue
        *errors, unit = results[str(d)]
        stroke, symbol, width = LOOKS[k]
        marks.append(Line(WIDTHS, _on_axis(errors), "", k, stroke, width))
        marks.append(Points(WIDTHS, _on_axis(errors), f"d = {d}", k, symbol, 7))
        if str(d) == word:
            here = [_on_axis(errors[which])]
            marks.append(Points([WIDTHS[which]], here, "", k, symbol, 13))
    units = max((row[-1] for row in results.values()), default=None)
    if units is not None:
        shown = [_on_axis(units)] * 2
        marks.append(Line([3, 90], shown, "multiplicative unit, every d", 6, "dotted", 1.5))
    ticks = tuple(map(float, WIDTHS))
    return Panel(
        "Error inside, after training",
        Axis("hidden units (log)", 3, 90, "log", ticks, tuple(map(str, WIDTHS))),
        _error_axis(),
        tuple(marks),
    )


def _number(error: float) -> str:
    return "below 10⁻⁶" if error < SMALLEST else f"{error:.2g}"


def _say(run: Run, frame: int, which: int, results: dict[str, list[float]]) -> list[str]:
    now = run.frames[frame]
    said = [
        f"d = {run.d}, {WIDTHS[which]} hidden units, step {EVERY * frame} of {EVERY * LAST}: the "
        f"MLP's error is {_number(now.inside[which])} of the variance inside the training range, "
        f"{_number(now.outside[which])} twice as far out.",
        f"The multiplicative unit's is {_number(now.inside[-1])} and {_number(now.outside[-1])}.",
    ]
    if not frame:
        said.append("Press play to train all widths, and the unit, on the same examples.")
    if frame == LAST:
        said.append(
            "Outside, a ReLU network goes on in straight lines, and the product does not; the unit "
            "is the product."
        )
    done = sorted(map(int, results))
    if len(done) > 1:
        errors = [_number(results[str(d)][which]) for d in done]
        row = ", ".join(f"{error} at d = {d}" for error, d in zip(errors, done, strict=True))
        said.append(f"With {WIDTHS[which]} units, inside: {row}.")
    return said


def mlp_against_product() -> Stage:
    """Train MLPs to multiply, in 1 to 16 dimensions, and look outside the training range.

    The first picture trains five widths and the unit in two dimensions: about a second.

    Examples
    --------
    >>> stage = mlp_against_product()
    >>> stage.set(dimension="1")  # starts from the beginning
    >>> stage.state["frame"], sorted(stage.state["results"])
    (0, ['2'])
    """
    from nnf_teach.widgets.stage import Stage

    return Stage(mlp_against_product_scene(), dict(INITIAL))
