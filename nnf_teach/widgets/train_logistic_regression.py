"""Logistic regression as it trains: boundary, probabilities and loss, one step a frame.

Slide 'The simplest "neural" classifier', and the slide of its limitations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnf_teach.arguments import unchecked
from nnf_teach.datasets import make_blobs
from nnf_teach.experiments.contour import level_line
from nnf_teach.modules.cross_entropy import (
    cross_entropy_with_logits,
    cross_entropy_with_logits_gradient,
)
from nnf_teach.modules.sigmoid import sigmoid
from nnf_teach.widgets.learner import attempt, kind, name_of, numbers
from nnf_teach.widgets.scene import (
    Axis,
    Button,
    Choice,
    Handle,
    HeatMap,
    Line,
    Mark,
    Panel,
    Player,
    Points,
    Scene,
    Slider,
    State,
    Symbol,
)

if TYPE_CHECKING:
    from nnf_teach.widgets.stage import Stage

Array = NDArray[np.float64]
Gradients = Callable[..., Any]  # (X, t, w, b) -> (dw, db)

INITIAL: State = {"data": "two blobs", "learning_rate": 0.1, "step": 0} | {
    name: 0 for name in ("add_0", "add_1", "remove")
}
EDGE = 4.0  # the picture is [-EDGE, EDGE]^2
PIXELS = 80
LAST = 200  # steps
MOST_FREE = 12  # points that can be dragged
OUT_OF_BOUNDS = 1e9  # a weight beyond this ends the descent
KEPT = 8  # descents
LN2 = float(np.log(2))
LEVELS = {0.0: "boundary p = 1/2", -float(np.log(9)): "p = 0.1", float(np.log(9)): "p = 0.9"}
# Where added points appear, one after the other: in the middle, and clear of one another.
PLACES = ((0.0, 0.0), (0.8, -0.8), (-0.8, 0.8), (0.8, 0.8), (-0.8, -0.8), (0.0, 1.2))

_loss = unchecked(cross_entropy_with_logits)
_loss_gradient = unchecked(cross_entropy_with_logits_gradient)
_sigmoid = unchecked(sigmoid)


class Cloud(NamedTuple):
    """Centres of round clouds, the class of each, and their standard deviation."""

    centres: tuple[tuple[float, float], ...]
    classes: tuple[int, ...]
    noise: float


DATA = {
    "two blobs": Cloud(((-1.6, -1.1), (1.6, 1.1)), (0, 1), 0.7),
    "overlapping blobs": Cloud(((-0.8, -0.6), (0.8, 0.6)), (0, 1), 1.1),
    "XOR": Cloud(((-1.8, -1.8), (-1.8, 1.8), (1.8, -1.8), (1.8, 1.8)), (0, 1, 1, 0), 0.5),
}
SIZE = 32  # points; of each class three can be dragged
XOR_SAYS = (
    "XOR: a straight line can have three of the four clouds on their right side, never all four."
)
XOR_STAYS = (
    "What one cloud asks of w the opposite cloud takes back, so the loss stays near ln 2 = 0.693, "
    "the price of answering 1/2 everywhere. More steps do not help; a hidden layer does."
)


def load_points(word: str) -> tuple[Array, NDArray[np.int64], list[int]]:
    """Return X (SIZE, 2), t (SIZE,) of a data set, and which of the points can be dragged.

    >>> X, t, free = load_points("XOR")
    >>> X.shape, t[free].tolist()
    ((32, 2), [0, 0, 0, 1, 1, 1])
    """
    cloud = DATA[word]
    X, which = make_blobs(
        SIZE, cloud.noise, centres=cloud.centres, rng=np.random.default_rng(len(word))
    )
    t = np.array(cloud.classes)[which]
    free = []
    for label in (0, 1):  # the lowest, the highest and one between: far from one another
        upwards = sorted(np.flatnonzero(t == label), key=lambda i: float(X[i, 1]))
        free += [int(upwards[k]) for k in (0, len(upwards) // 2, -1)]
    return np.clip(X, 0.1 - EDGE, EDGE - 0.1), t, free


def our_gradients(X: Array, t: Array, w: Array, b: float) -> tuple[Array, float]:
    """Return dL/dw (D,) and dL/db of the mean cross entropy of p = sigmoid(Xw + b).

    >>> dw, db = our_gradients(np.array([[2.0, 0.0]]), np.array([1.0]), np.zeros(2), 0.0)
    >>> dw.tolist(), db
    ([-1.0, 0.0], -0.5)
    """
    dz = _loss_gradient(X @ w + b, t)
    return X.T @ dz, float(dz.sum())


class _Trouble(Exception):
    """The learner's function did not return gradients; the sentence says why."""


@dataclass
class Descent:
    """Full-batch gradient descent from zeros, computed as far as it is asked for.

    >>> descent = Descent(np.array([[2.0, 0.0]]), np.array([1]), 0.5, our_gradients)
    >>> descent.go_to(1)
    >>> descent.weights
    [(0.0, 0.0, 0.0), (0.5, 0.0, 0.25)]
    """

    X: Array  # (N, 2)
    t: Array  # (N,)
    learning_rate: float
    gradients: Gradients
    weights: list[tuple[float, float, float]] = field(default_factory=lambda: [(0.0, 0.0, 0.0)])
    losses: list[float] = field(default_factory=list)
    lost: bool = False  # a weight has left all bounds: there is no next step

    def __post_init__(self) -> None:
        self.losses.append(_loss(np.zeros(len(self.t)), self.t))

    def go_to(self, step: int) -> None:
        while len(self.weights) <= step and not self.lost:
            *w, b = self.weights[-1]
            dw, db = self.gradients(self.X, self.t, np.array(w), b)
            new = np.array([*w, b]) - self.learning_rate * np.array([*dw, db])
            self.lost = not (np.abs(new) < OUT_OF_BOUNDS).all()  # so too where it is nan
            if not self.lost:
                self.weights.append((float(new[0]), float(new[1]), float(new[2])))
                self.losses.append(_loss(self.X @ new[:2] + new[2], self.t))


def checked_gradients(theirs: Gradients) -> Gradients:
    """Return the learner's function, made to say in a sentence what is wrong with its answer."""
    name = name_of(theirs)

    def gradients(X: Array, t: Array, w: Array, b: float) -> tuple[Array, float]:
        result, problem = attempt(theirs, X, t, w, b)
        if problem:
            raise _Trouble(problem)
        if not isinstance(result, tuple | list) or len(result) != 2:
            raise _Trouble(f"Your {name} returned {kind(result)}, not the two gradients (dw, db)")
        arrays = [numbers(part) for part in result]
        for which, array, shape in zip(("dw", "db"), arrays, ((2,), ()), strict=True):
            if array is None:
                raise _Trouble(f"Your {name} returned a {which} that is not numbers")
            if array.shape != shape:
                raise _Trouble(
                    f"Your {name} returned a {which} of shape {array.shape}, not {shape}"
                )
        dw, db = arrays
        assert dw is not None
        assert db is not None
        return dw, float(db)

    return gradients


def train_logistic_regression_scene(
    logistic_gradients: Gradients | None = None,
) -> Callable[[State], Scene]:
    """Return the function from state to scene, with the learner's gradients if there are any.

    The state has `data`, `learning_rate`, `step` and the counts of the buttons. A scene's own
    state adds `free`, the classes of the points that can be dragged, their places `p0`, `p1`,
    ..., and `seen`: the data set and the button counts that they answer to.

    >>> scene = train_logistic_regression_scene()(INITIAL)
    >>> scene.caption[:46]
    'Step 0: loss 0.693, 0 of 32 points right; all '
    """
    kept: dict[tuple[Any, ...], Descent] = {}
    theirs = checked_gradients(logistic_gradients) if logistic_gradients else None

    def descend(X: Array, t: Array, rate: float, step: int, gradients: Gradients) -> Descent:
        key = (X.tobytes(), t.tobytes(), rate, gradients)
        descent = kept.pop(key, None) or Descent(X, t, rate, gradients)
        kept[key] = descent  # the newest last
        if len(kept) > KEPT:
            del kept[next(iter(kept))]
        descent.go_to(step)
        return descent

    def build(state: State) -> Scene:
        mine = _answer_buttons(state)
        X, t = _all_points(mine)
        rate = float(state["learning_rate"])
        step = int(np.clip(int(state["step"]), 0, LAST))
        whose = ""
        try:
            descent = descend(X, t, rate, step, theirs or our_gradients)
            if theirs:
                whose = f"This is the descent of your {name_of(theirs_named)}."
        except _Trouble as trouble:
            whose = f"{trouble}, so this is ours."
            descent = descend(X, t, rate, step, our_gradients)
        words = [whose, _progress(descent, step), _verdict(descent, step, mine["data"])]
        return Scene(
            "Training logistic regression",
            (_plane(descent, step, mine), _curve(descent, step)),
            " ".join(filter(None, words)),
            (
                Player("step", "Step", LAST),
                Slider("learning_rate", "Learning rate α", 0.001, 100, 0.25, scale="log"),
                Choice("data", "Data", tuple(DATA)),
                Button("add_0", "Add a circle (class 0)"),
                Button("add_1", "Add a square (class 1)"),
                Button("remove", "Remove a point"),
            ),
            state=mine | {"step": step, "learning_rate": rate},
        )

    theirs_named = logistic_gradients or our_gradients
    return build


def _answer_buttons(state: State) -> State:
    """Return the free points after a change of data, additions and removals."""
    counts = [int(state[name]) for name in ("add_0", "add_1", "remove")]
    word = str(state["data"])
    seen_word, seen = state.get("seen", ("", counts))
    mine: State = {"data": word, "seen": [word, counts]}
    if word != seen_word:
        X, t, free = load_points(word)
        places, classes = X[free].round(3).tolist(), t[free].tolist()
    else:
        classes = [int(label) for label in state["free"]]
        places = [np.clip(state[f"p{k}"], -EDGE, EDGE).tolist() for k in range(len(classes))]
    pressed = [now - before for now, before in zip(counts, seen, strict=True)]
    for label in (0, 1):
        for _ in range(max(0, min(pressed[label], MOST_FREE - len(classes)))):
            free_place = [p for p in PLACES if list(p) not in places] or PLACES
            places.append(list(free_place[0]))
            classes.append(label)
    left = max(0, len(classes) - max(0, pressed[2]))
    mine["free"] = classes[:left]
    return mine | {f"p{k}": place for k, place in enumerate(places[:left])}


def _all_points(mine: State) -> tuple[Array, Array]:
    X, t, free = load_points(mine["data"])
    places = [mine[f"p{k}"] for k in range(len(mine["free"]))]
    X = np.concatenate([np.delete(X, free, axis=0), np.reshape(places, (-1, 2))])
    return X, np.append(np.delete(t, free), mine["free"]).astype(np.float64)


def _present(descent: Descent, step: int) -> tuple[int, Array, float]:
    """Return the last step there is up to `step`, and its w and b."""
    step = min(step, len(descent.weights) - 1)
    w1, w2, b = descent.weights[step]
    return step, np.array([w1, w2]), b


def _plane(descent: Descent, step: int, mine: State) -> Panel:
    _, w, b = _present(descent, step)
    centres = (np.arange(PIXELS) + 0.5) * (2 * EDGE / PIXELS) - EDGE
    surface = _sigmoid(w[0] * centres + w[1] * centres[:, None] + b)
    marks: list[Mark] = [HeatMap(surface, 0, 1, "probability of class 1")]
    corners = np.array([-EDGE, EDGE])
    z = w[0] * corners + w[1] * corners[:, None] + b  # exact: it is linear
    for level, label in LEVELS.items():
        x, y = level_line(z, corners, corners, level)
        if len(x):
            marks.append(Line(x, y, label, 6, "dotted" if level else "solid", 2 if level else 3))
    wrong = ~_right(descent, w, b)
    if w.any() and wrong.any():  # below the points: its arms look out from under them
        x, y = descent.X[wrong].T
        marks.append(Points(x, y, "on the wrong side", 6, "cross", 17))
    fixed = len(descent.t) - len(mine["free"])
    symbols: tuple[Symbol, Symbol] = ("circle", "square")
    for which, symbol in enumerate(symbols):
        x, y = descent.X[:fixed][descent.t[:fixed] == which].T
        marks.append(Points(x, y, f"class {which}", which, symbol, 8))
    handles = [
        Handle(
            f"p{k}",
            f"point {k + 1} (class {label})",
            mine[f"p{k}"][0],
            mine[f"p{k}"][1],
            symbol="square" if label else "circle",
            color=label,
            bare=True,
        )
        for k, label in enumerate(mine["free"])
    ]
    return Panel(
        "The model: drag the large points",
        Axis("x₁", -EDGE, EDGE),
        Axis("x₂", -EDGE, EDGE),
        tuple(marks),
        tuple(handles),
        equal=True,
    )


def _curve(descent: Descent, step: int) -> Panel:
    k = min(step, len(descent.losses) - 1)
    losses = np.array(descent.losses[: k + 1])
    top = next(
        (m * 10**e for e in range(9) for m in (1, 2, 5) if m * 10**e > 1.05 * losses.max()), 1e10
    )
    marks: list[Mark] = [
        Line([0, LAST], [LN2, LN2], "answering 1/2 everywhere: ln 2", 6, "dashed", 1.5),
        Line(np.arange(k + 1), losses, "loss", 0),
        Points([k], [losses[-1]], f"step {k}: {losses[-1]:.3g}", 2, "square", 9),
    ]
    return Panel(
        "The loss",
        Axis("step", 0, LAST),
        Axis("mean cross entropy", 0, float(top)),
        tuple(marks),
    )


def _right(descent: Descent, w: Array, b: float) -> NDArray[np.bool_]:
    """Return which points are on their side of the boundary; on it is on neither."""
    z = descent.X @ w + b
    return np.where(descent.t == 1, z > 0, z < 0)


def _progress(descent: Descent, step: int) -> str:
    step, w, b = _present(descent, step)
    loss, right = descent.losses[step], int(_right(descent, w, b).sum())
    start = f"Step {step}: loss {loss:.3g}, {right} of {len(descent.t)} points right; "
    if not step:
        return (
            f"{start}all weights are 0, so every point gets probability 1/2 and there is no "
            "boundary yet."
        )
    return f"{start}w = ({w[0]:.3g}, {w[1]:.3g}), b = {b:.3g}."


def _verdict(descent: Descent, step: int, word: str) -> str:
    asked = step
    step, w, b = _present(descent, step)
    if descent.lost and step < asked:
        return (
            f"There is no step {step + 1}: a weight became infinite, not a number, or larger than "
            "10⁹. Is the sign right, and is it the gradient of the mean?"
        )
    losses = np.array(descent.losses[: step + 1])
    rises = int((np.diff(losses) > 1e-9).sum())
    if rises:
        times = "once" if rises == 1 else f"{rises} times"
        words = (
            f"The loss has gone up {times}: this learning rate is too large, and steps jump over "
            "the valley. (The gradient of this loss is bounded, so the weights jump about rather "
            "than run away.)"
        )
        return f"{words} {XOR_SAYS}" if word == "XOR" else words
    if word == "XOR":
        return f"{XOR_SAYS} {XOR_STAYS}"
    if step >= 20 and losses[-1] > 0.95 * losses[0]:
        return "The loss has hardly fallen: this learning rate is too small for so few steps."
    if step >= 20 and _right(descent, w, b).all():
        return (
            "All points are right, and the loss still falls: a longer w makes every probability "
            "more certain, without end."
        )
    return ""


def train_logistic_regression(logistic_gradients: Gradients | None = None) -> Stage:
    """Watch logistic regression train; drag and add points, and change the learning rate.

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
    from nnf_teach.widgets.stage import Stage

    build = train_logistic_regression_scene(logistic_gradients)
    return Stage(build, INITIAL | dict(build(INITIAL).state))
