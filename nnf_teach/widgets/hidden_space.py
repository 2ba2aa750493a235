"""The XOR data move from input space into hidden space, and the bent boundary becomes straight.

Slides "1-hidden layer network vs XOR" and "Playing with it".
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnf_teach.datasets.blobs import make_blobs
from nnf_teach.experiments.contour import level_line
from nnf_teach.experiments.xor import CORNERS, NAMES, TARGETS, best_output, groups_of
from nnf_teach.modules import init_params, last_state, sigmoid, train
from nnf_teach.widgets.learner import call, name_of
from nnf_teach.widgets.scene import (
    Axis,
    Choice,
    Line,
    Mark,
    Panel,
    Player,
    Points,
    Scene,
    State,
    Text,
)

if TYPE_CHECKING:
    from nnf_teach.widgets.stage import Stage

Array = NDArray[np.float64]
Layer = Callable[[Array], Array]

LAST = 40  # frames from input space to hidden space
EDGE = 5.0  # input space is drawn over [-EDGE, EDGE]^2, scaled to [0, 1]^2
ROOM = 0.06  # around the unit square
NEAR = 0.02  # the boundary is found on squares of this side, as a share of the picture
INITIAL: State = {"frame": 0, "layer": "the slide's"}

W_SLIDE, B_SLIDE = np.array([[-1.0, 1.0], [1.0, -1.0]]), np.array([-4.0, -4.0])
# Hidden units and seed. With two units many starts get stuck: the last one shows it.
TRAINED = {
    **{f"trained, {units} units": (units, 1) for units in range(2, 7)},
    "trained, 2 units, another start": (2, 0),
}
LEARNING_RATE, EPOCHS = 2.0, 400
FLAT = (
    "Both rows of W lie on one line, so h depends only on x₂ - x₁ and the plane falls onto a curve."
)


def _data() -> tuple[Array, NDArray[np.int64]]:
    X, corner = make_blobs(80, 0.6, centres=CORNERS, rng=np.random.default_rng(0))
    return X, TARGETS[corner]


X_DATA, T_DATA = _data()
ALONG = np.linspace(-EDGE, EDGE, 41)
LINES = np.stack(np.meshgrid(np.linspace(-EDGE, EDGE, 11), ALONG, indexing="ij"), axis=-1)
FAMILIES = np.stack([LINES, LINES[..., ::-1]])  # (2, lines, points, 2): x1 constant, x2 constant
SIDE = np.linspace(-EDGE, EDGE, round(1 / NEAR) + 1)


def slide_layer(X: Array) -> Array:
    """Return the slide's hidden layer, sigmoid(X W^T + b).

    >>> slide_layer(np.array([[-3.0, 3.0], [3.0, 3.0]])).round(2)
    array([[0.88, 0.  ],
           [0.02, 0.02]])
    """
    return sigmoid(X @ W_SLIDE.T + B_SLIDE)


class Morph(NamedTuple):
    """Where everything starts and ends, in shares of the picture, and the words on it."""

    families: tuple[Array, Array]  # start and end: (2, lines, points, 2)
    boundary: tuple[Array, Array]  # (pieces, 2, 2)
    data: tuple[Array, Array]  # (N, 2)
    corners: tuple[Array, Array]  # (4, 2)
    output_line: tuple[Array, Array]  # x and y, at the end
    axes: tuple[Axis, Axis]  # at the end
    words: str  # said at the end
    always: str  # said always


def _network(units: int, seed: int) -> tuple[Layer, Array, float]:
    """Train 2 inputs, `units` sigmoids and one output on the data, and take it apart."""
    params = init_params((2, units, 1), rng=np.random.default_rng(seed))
    states = train(params, X_DATA, T_DATA, learning_rate=LEARNING_RATE, epochs=EPOCHS)
    (W, b), (V, c) = last_state(states).params
    return lambda X: sigmoid(X @ W.T + b), V[0], float(c[0])


@cache
def _ours(word: str) -> Morph:
    if word in TRAINED:
        layer, v, c = _network(*TRAINED[word])
        return make_morph(layer, v, c)
    return make_morph(slide_layer, *best_output(slide_layer(CORNERS)), words=FLAT)


def _theirs(layer: Layer) -> Morph:
    """Return the morph by the learner's layer, or by ours with the reason."""
    H, problem = call(layer, slide_layer, CORNERS)
    if not problem:
        _, problem = call(layer, slide_layer, FAMILIES.reshape(-1, 2))
    if problem:
        return _ours("the slide's")._replace(always=problem)

    def known(X: Array) -> Array:
        values, _ = call(layer, slide_layer, X)
        return np.where(np.isfinite(values), values, np.nan)

    said = f"This is your {name_of(layer)}."
    v, c = best_output(H) if np.isfinite(H).all() else (np.zeros(2), 0.0)
    return make_morph(known, v, c, always=said)


def make_morph(layer: Layer, v: Array, c: float, words: str = "", always: str = "") -> Morph:
    """Follow the data, a grid of lines and the boundary through a hidden layer.

    Parameters
    ----------
    layer : function from (N, 2) to (N, K)
    v : (K,)
    c : float
        The output neuron: y = sigmoid(<v, h> + c). With v = 0 there is no boundary.
    words, always : str
        What else is to be said at the end, and in every frame.

    Returns
    -------
    Morph
    """
    lattice = layer(np.stack(np.meshgrid(SIDE, SIDE), axis=-1).reshape(-1, 2)) @ v + c
    x, y = level_line(lattice.reshape(len(SIDE), -1), SIDE, SIDE)
    pieces = np.stack([x, y], axis=-1).reshape(-1, 3, 2)[:, :2]
    starts = [FAMILIES, pieces, X_DATA, CORNERS]
    sizes = np.cumsum([start.size // 2 for start in starts])[:-1]
    X = np.concatenate([start.reshape(-1, 2) for start in starts])
    H = layer(X)
    wrong = int(((H[sizes[1] : sizes[2]] @ v + c > 0) != T_DATA).sum())
    places, line, axes, seen = _look(H, v, c, X)
    ends = [
        end.reshape(start.shape) for end, start in zip(np.split(places, sizes), starts, strict=True)
    ]
    families, boundary, data, corners = [
        ((start + EDGE) / (2 * EDGE), end) for start, end in zip(starts, ends, strict=True)
    ]
    verdict = _verdict(bool(v.any()), wrong)
    said = " ".join(filter(None, (verdict, words, seen)))
    return Morph(families, boundary, data, corners, line, axes, said, always)


def _look(
    H: Array, v: Array, c: float, X: Array
) -> tuple[Array, tuple[Array, Array], tuple[Axis, Axis], str]:
    """Look at hidden space: return places in the picture, the output line, axes and a sentence.

    Two units are the two axes. More units are seen in the plane of v and of the direction
    across v in which the points spread most: there the output plane is seen on its edge.
    """
    finite = H[np.isfinite(H).all(axis=1)]
    count = H.shape[1]
    if count == 2:
        # Drawn the way round in which points travel less.
        swap = bool(np.nansum((H - H[:, ::-1]) * (X - X[:, ::-1])) < 0)
        basis = np.eye(2)[::-1] if swap else np.eye(2)
        names = ("h₂", "h₁") if swap else ("h₁", "h₂")
        low, high = (float(f(finite, initial=k)) for f, k in ((np.min, 0), (np.max, 1)))
        lows, highs = np.full(2, low), np.full(2, high)
        words = _missing(H, low, high) + (f"{names[0]} is drawn to the right." if swap else "")
    else:
        n = v / np.hypot.reduce(v)
        centred = finite - finite.mean(axis=0)
        across = np.linalg.svd(centred - np.outer(centred @ n, n), full_matrices=False)[2][0]
        across *= 1 if (H @ across) @ X.sum(axis=1) > 0 else -1
        basis, names = np.stack([n, across]), ("along v", "across v")
        lows, highs = (finite @ basis.T).min(axis=0), (finite @ basis.T).max(axis=0)
        words = (
            f"Hidden space has {count} dimensions here. It is seen from the side from which the "
            "output plane is a line."
        )
    spans = highs - lows
    places = (H @ basis.T - lows) / spans
    ends = np.array([-ROOM, 1 + ROOM])
    slope = basis @ v
    heights = slope[0] * (lows[0] + spans[0] * ends)
    heights = heights + (slope[1] * (lows[1] + spans[1] * ends))[:, None] + c
    axes = [
        _axis(name, (f"{low:.2g}", f"{(low + high) / 2:.2g}", f"{high:.2g}"))
        for name, low, high in zip(names, lows, highs, strict=True)
    ]
    return places, level_line(heights, ends, ends), (axes[0], axes[1]), words


def _axis(label: str, ticks: tuple[str, ...]) -> Axis:
    at = tuple(float(share) for share in np.linspace(0, 1, len(ticks)))
    return Axis(label, -ROOM, 1 + ROOM, "linear", at, ticks)


def _missing(H: Array, low: float, high: float) -> str:
    """Say what a hidden layer of sigmoids would not put out."""
    bad = int((~np.isfinite(H)).any(axis=1).sum())
    words = f"{bad} of {len(H)} points have no finite place and are left out. " if bad else ""
    if low < -1e-9 or high > 1 + 1e-9:
        words += (
            f"Its values run from {low:.3g} to {high:.3g}, but a sigmoid's lie between 0 and 1. "
        )
    return words


def _verdict(line: bool, wrong: int) -> str:
    count = len(T_DATA)
    if not line:
        return "No straight line separates the classes here."
    if not wrong:
        return f"All {count} points are on the right side of one straight line."
    return (
        f"On the wrong side of the output line: {wrong} of {count} points. This hidden layer does "
        "not bring the classes apart."
    )


def hidden_space_scene(hidden_layer: Layer | None = None) -> Callable[[State], Scene]:
    """Return the function from a state to the scene; the learner's layer is one more choice.

    The state has `frame` (0 is input space, LAST is hidden space) and `layer` (a word).

    >>> scene = hidden_space_scene()({"frame": 40, "layer": "the slide's"})
    >>> scene.caption[:76]
    'Hidden space: every point is at its place h(x). All 80 points are on the rig'
    """
    yours = f"your {name_of(hidden_layer)}" if hidden_layer else ""
    options = (*((yours,) if yours else ()), INITIAL["layer"], *TRAINED)
    kept: list[Morph] = []

    def morph_of(word: str) -> Morph:
        if word != yours or hidden_layer is None:
            return _ours(word)
        if not kept:
            kept.append(_theirs(hidden_layer))
        return kept[0]

    def build(state: State) -> Scene:
        frame = int(np.clip(round(float(state["frame"])), 0, LAST))
        word = str(state["layer"])
        morph = morph_of(word)
        return Scene(
            "From input space to hidden space",
            (_panel(morph, 0), _panel(morph, frame)),
            _caption(morph, frame),
            (
                Player("frame", "From x to h(x)", LAST),
                Choice("layer", "Hidden layer", options),
            ),
            state={"frame": frame, "layer": word},
        )

    return build


def _panel(morph: Morph, frame: int) -> Panel:
    share = frame / LAST

    def place(ends: tuple[Array, Array]) -> Array:
        return (1 - share) * ends[0] + share * ends[1]

    marks: list[Mark] = [
        _lines(family, f"x{index} constant", color, 1)
        for family, index, color in zip(place(morph.families), "₁₂", (5, 4), strict=True)
    ]
    if frame == LAST:
        marks.append(Line(*morph.output_line, "output line", 6, "dashed", 2))
    marks.append(_lines(place(morph.boundary), "boundary y = 1/2", 6, 3))
    X = place(morph.data)
    zeros, ones = X[T_DATA == 0], X[T_DATA == 1]
    marks += [
        Points(zeros[:, 0], zeros[:, 1], "target t = 0", 0, "circle", 7),
        Points(ones[:, 0], ones[:, 1], "target t = 1", 1, "square", 7),
    ]
    corners = place(morph.corners)
    for group in groups_of(corners):
        x, y = corners[group[0]]
        if np.isfinite(x + y):
            marks.append(Text(float(x), float(y), ", ".join(NAMES[k] for k in group)))
    title, axes = _titles(morph, frame)
    return Panel(title, *axes, tuple(marks), equal=True)


def _titles(morph: Morph, frame: int) -> tuple[str, tuple[Axis, Axis]]:
    ticks = ("-5", "0", "5")
    if frame == 0:
        return "Input space", (_axis("x₁", ticks), _axis("x₂", ticks))
    if frame == LAST:
        return "Hidden space", morph.axes
    x, y = (
        _axis(f"between x{index} and {axis.label}", ("", "", ""))
        for index, axis in zip("₁₂", morph.axes, strict=True)
    )
    return f"{100 * frame / LAST:.0f} % of the way", (x, y)


def _lines(points: Array, label: str, color: int, width: float) -> Line:
    """Join (lines, points, 2) into one mark; NaN lifts the pen between lines."""
    lifted = np.pad(points, ((0, 0), (0, 1), (0, 0)), constant_values=np.nan)
    return Line(lifted[..., 0].ravel(), lifted[..., 1].ravel(), label, color, "solid", width)


def _caption(morph: Morph, frame: int) -> str:
    if frame == 0:
        words = (
            "Input space: no straight line separates the circles from the squares. Press play, "
            "and every point x moves to its place h(x) in hidden space."
        )
    elif frame < LAST:
        words = (
            f"{100 * frame / LAST:.0f} % of the way from x to h(x): the lines of the grid bend, "
            "and the boundary goes with them."
        )
    else:
        words = f"Hidden space: every point is at its place h(x). {morph.words}"
    return " ".join(filter(None, (morph.always, words)))


def hidden_space(hidden_layer: Layer | None = None) -> Stage:
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
    from nnf_teach.widgets.stage import Stage

    word = f"your {name_of(hidden_layer)}" if hidden_layer else INITIAL["layer"]
    return Stage(hidden_space_scene(hidden_layer), {**INITIAL, "layer": word})
