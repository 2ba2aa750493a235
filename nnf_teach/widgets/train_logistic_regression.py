"""Logistic regression as it trains: boundary, probabilities and loss, one step per frame.

Slide 'The simplest "neural" classifier', and the slide of its limitations.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnf_teach.arguments import unchecked
from nnf_teach.experiments import logistic_descent as logistic
from nnf_teach.experiments.contour import straight_line
from nnf_teach.experiments.logistic_descent import EDGE, FREE
from nnf_teach.looks import Stroke
from nnf_teach.modules.sigmoid import sigmoid
from nnf_teach.widgets import ui
from nnf_teach.widgets.learner import read_arrays, yours

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

PIXELS = 80
CENTRES = (np.arange(PIXELS) + 0.5) * (2 * EDGE / PIXELS) - EDGE
LAST = 200  # steps
MAX_FREE = 12  # points that can be dragged
NAMES = [f"p{k}" for k in range(MAX_FREE)]
LN2 = float(np.log(2))
LEVELS = {0.0: "boundary p = 1/2", -float(np.log(9)): "p = 0.1", float(np.log(9)): "p = 0.9"}
STROKES: dict[int, tuple[Stroke, float]] = {-1: ("dotted", 2), 0: ("solid", 3), 1: ("dashed", 2)}
# Where added points appear, one after the other: in the middle, and clear of one another.
PLACES = ([0.0, 0.0], [0.8, -0.8], [-0.8, 0.8], [0.8, 0.8], [-0.8, -0.8], [0.0, 1.2])
XOR_SAYS = (
    "XOR: a straight line can have three of the four clouds on their right side, never all four."
)
XOR_STAYS = (
    "What one cloud asks of w the opposite cloud takes back, so the loss stays near ln 2 = 0.693, "
    "the price of answering 1/2 everywhere. More steps do not help; a hidden layer does."
)
SYMBOLS: tuple[ui.Symbol, ...] = ("circle", "square")  # of the classes
_sigmoid = unchecked(sigmoid)


class _Trouble(Exception):
    """The learner's function did not return gradients; the sentence says why."""


def _state(classes: list[int], places: list[list[float]]) -> ui.State:
    return {"free": classes} | dict(zip(NAMES, places, strict=False))


def _load(word: str) -> tuple[list[int], list[list[float]]]:
    X, t = logistic.load_points(word)
    return t[-FREE:].astype(int).tolist(), X[-FREE:].round(3).tolist()


def _places(s: ui.Values) -> list[list[float]]:
    return [getattr(s, name) for name in NAMES[: len(s.free)]]


def _change(s: ui.Values, was: ui.Values) -> ui.State:
    """Return the free points after a change of data, additions and removals."""
    classes, places = _load(s.data) if s.data != was.data else ([*s.free], _places(s))
    for label, pressed in ((0, s.add_0 - was.add_0), (1, s.add_1 - was.add_1)):
        for _ in range(min(pressed, MAX_FREE - len(classes))):
            places.append(next((p for p in PLACES if p not in places), PLACES[0]))
            classes.append(label)
    left = max(0, len(classes) - max(0, s.remove - was.remove))
    return _state(classes[:left], places[:left])


BEGIN = _state(*_load("two blobs"))


@ui.widget(
    "Training logistic regression",
    ui.player("step", "Step", LAST),
    ui.slider("learning_rate", "Learning rate α", 0.001, 100, 0.25, scale="log", at=0.1),
    ui.choice("data", "Data", logistic.DATA, sets=_change),
    ui.button("add_0", "Add a circle (class 0)", sets=_change),
    ui.button("add_1", "Add a square (class 1)", sets=_change),
    ui.button("remove", "Remove a point", sets=_change),
    ui.memory("free", at=BEGIN["free"]),
    *(
        ui.handle(name, f"point {k}", -EDGE, EDGE, at=BEGIN.get(name, PLACES[0]), bare=True)
        for k, name in enumerate(NAMES, 1)
    ),
)
def train_logistic_regression(
    s: ui.Values, logistic_gradients: logistic.Gradients | None = None
) -> ui.Picture:
    """Watch logistic regression train; drag and add points, and change the learning rate.

    Its state has the classes of the points that can be dragged, `free`, and their places `p0`,
    `p1`, ...

    Parameters
    ----------
    logistic_gradients : function, optional
        Yours, `logistic_gradients(X, t, w, b) -> (dw, db)`, the gradients of the mean cross
        entropy: the descent that is drawn follows them. X is (N, 2), t (N,), w (2,). While it
        does not work, ours is drawn, and the caption says so.

    Examples
    --------
    >>> stage = train_logistic_regression()
    >>> stage.set(step=100, data="overlapping blobs")
    >>> len(stage.scene.panels[1].marks[1].y)
    101
    """
    whose = ""
    try:
        descent = _descent(s, logistic_gradients)
        if logistic_gradients:
            whose = f"This is the descent of {yours(logistic_gradients)}."
    except _Trouble as trouble:
        whose = f"{trouble}, so this is ours."
        descent = _descent(s, None)
    now = descent.at(s.step)
    right = np.where(descent.t == 1, now.z > 0, now.z < 0)  # a point on the line is on no side
    losses = descent.losses(now.step)
    return ui.Picture(
        [_plane(s, descent, now, right), _curve(losses)],
        whose,
        _progress(now, right),
        _verdict(s, descent, losses, right),
    )


def _descent(s: ui.Values, theirs: logistic.Gradients | None) -> logistic.Descent:
    gradients = s.kept(_checked, theirs) if theirs else logistic.our_gradients
    places = tuple(map(tuple, _places(s)))
    descent: logistic.Descent = s.kept(
        logistic.begin_descent, s.data, tuple(s.free), places, s.learning_rate, gradients
    )
    descent.at(s.step)
    return descent


def _checked(theirs: logistic.Gradients) -> logistic.Gradients:
    """Return the learner's function, made to say in a sentence what is wrong with its answer."""

    def gradients(*arguments: Array | float) -> list[Array]:
        shapes = {"dw": (2,), "db": ()}
        found, problem = read_arrays(theirs, arguments, "the two gradients", shapes, finite=False)
        if problem:
            raise _Trouble(problem)
        return found

    return gradients


def _plane(s: ui.Values, descent: logistic.Descent, now: logistic.Now, right: Flags) -> ui.Panel:
    w, b = now.w, now.b
    X, t = descent.X, descent.t
    surface = _sigmoid(w[0] * CENTRES + w[1] * CENTRES[:, None] + b)
    wrong = X[~right] if w.any() else X[:0]
    # Below the points: its arms look out from under them.
    crosses = ui.dots(wrong[:, 0], wrong[:, 1], "on the wrong side", ui.INK, "cross", 17)
    fixed = np.arange(len(t)) < len(t) - len(s.free)
    circles, squares = X[fixed & (t == 0)], X[fixed & (t == 1)]
    return ui.panel(
        "The model: drag the large points",
        *ui.square("x₁", "x₂", EDGE),
        ui.HeatMap(surface, 0, 1, "probability of class 1"),
        _levels(w, b),
        crosses if len(wrong) else None,
        ui.dots(circles[:, 0], circles[:, 1], "class 0", ui.BLUE, "circle", 8),
        ui.dots(squares[:, 0], squares[:, 1], "class 1", ui.ORANGE, "square", 8),
        [
            s.handle(
                NAMES[k], label=f"point {k + 1} (class {label})", symbol=SYMBOLS[label], color=label
            )
            for k, label in enumerate(s.free)
        ],
        equal=True,
    )


def _levels(w: Array, b: float) -> list[ui.Line]:
    lines = []
    for z, label in LEVELS.items():
        x, y = straight_line(w, b, -EDGE, EDGE, z)
        if len(x):
            lines.append(ui.line(x, y, label, ui.INK, *STROKES[np.sign(z)]))
    return lines


def _curve(losses: Array) -> ui.Panel:
    k = len(losses) - 1
    return ui.panel(
        "The loss",
        ui.axis("step", 0, LAST),
        ui.axis("mean cross entropy", 0, ui.nice_top(1.05 * losses.max(), least=1)),
        ui.level(LN2, [0, LAST], "answering 1/2 everywhere: ln 2", stroke="dashed"),
        ui.line(np.arange(k + 1), losses, "loss"),
        ui.here(k, losses[-1], f"step {k}: {losses[-1]:.3g}"),
    )


def _progress(now: logistic.Now, right: Flags) -> str:
    start = f"Step {now.step}: loss {now.loss:.3g}, {right.sum()} of {len(right)} points right; "
    if not now.step:
        return (
            f"{start}all weights are 0, so every point gets probability 1/2 and there is no "
            "boundary yet."
        )
    return f"{start}w = ({now.w[0]:.3g}, {now.w[1]:.3g}), b = {now.b:.3g}."


def _verdict(s: ui.Values, descent: logistic.Descent, losses: Array, right: Flags) -> str:
    step = len(losses) - 1
    if step < s.step:
        return (
            f"There is no step {step + 1}: a weight became infinite, not a number, or larger than "
            "10⁹. Is the sign right, and is it the gradient of the mean?"
        )
    rises = int((np.diff(losses) > 1e-9).sum())
    if rises and logistic.begins_uphill(descent):
        return (
            "The loss has gone up, and already a thousandth of the first step raises it: these "
            "steps go uphill. Which sign has the gradient?"
        )
    if rises:
        times = "once" if rises == 1 else f"{rises} times"
        words = (
            f"The loss has gone up {times}: this learning rate is too large, and steps jump over "
            "the valley. (The gradient of this loss is bounded, so the weights jump about rather "
            "than run away.)"
        )
        return f"{words} {XOR_SAYS}" if s.data == "XOR" else words
    if s.data == "XOR":
        return f"{XOR_SAYS} {XOR_STAYS}"
    if step >= 20 and losses[-1] > 0.95 * losses[0]:
        return "The loss has hardly fallen: the steps are too short for so few of them."
    if step >= 20 and right.all():
        return (
            "All points are right, and the loss still falls: a longer w makes every probability "
            "more certain, without end."
        )
    return ""
