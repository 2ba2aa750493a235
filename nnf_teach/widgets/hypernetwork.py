"""A multiplicative layer as a hypernetwork: z makes the weights of the line that x is cut by.

Slide "Multiplicative interactions": f(x, z) = x^T W z + z^T U + V x + b. For one z it is a linear
layer in x, with the weights W z + V^T and the bias z^T U + b.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnf_teach.datasets.blobs import make_blobs
from nnf_teach.experiments.contour import level_line
from nnf_teach.modules.sigmoid import sigmoid
from nnf_teach.widgets.learner import attempt, kind, name_of, numbers
from nnf_teach.widgets.scene import (
    Arrow,
    Axis,
    Choice,
    Goal,
    Handle,
    HeatMap,
    Line,
    Mark,
    Panel,
    Points,
    Scene,
    State,
    Toggle,
)

if TYPE_CHECKING:
    from nnf_teach.widgets.stage import Stage

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Weights = Callable[..., Any]  # (z, W, U, V, b) -> (W_eff (1, 2), b_eff (1,))

EDGE = 3.0  # x and z stay within [-EDGE, EDGE]^2
PIXELS = 60
CENTRES = np.linspace(EDGE / PIXELS - EDGE, EDGE - EDGE / PIXELS, PIXELS)
FULL, ADDED = "all four terms", "without W: z is only added"
INITIAL: State = {"z": [0.4, -1.2], "layer": FULL, "task": "1", "map": False, "solved": []}


class Layer(NamedTuple):
    """A multiplicative layer of x (2,) and z (2,) with one output."""

    W: Array  # (2, 2, 1)
    U: Array  # (2, 1)
    V: Array  # (1, 2)
    b: Array  # (1,)


_W = np.array([[[1.0], [0.2]], [[-0.2], [1.0]]])
_U, _V, _b = np.array([[0.3], [0.9]]), np.array([[0.4, 0.4]]), np.array([0.2])
LAYERS = {FULL: Layer(_W, _U, _V, _b), ADDED: Layer(0 * _W, _U, _V, _b)}


def _task(centres: tuple[tuple[float, float], ...]) -> tuple[Array, NDArray[np.int64]]:
    X, which = make_blobs(24, 0.45, centres=centres, rng=np.random.default_rng(3))
    return np.clip(X, 0.1 - EDGE, EDGE - 0.1), which


TASKS = {
    "1": _task(((-1.2, -1.2), (1.2, 1.2))),  # along V: also without W
    "2": _task(((1.4, -1.2), (-1.4, 1.0))),  # the line has to turn
    "3": _task(((1.6, 1.0), (0.2, -1.4))),
}


def our_weights(z: Array, W: Array, U: Array, V: Array, b: Array) -> tuple[Array, Array]:
    """Return W_eff (K, Dx) and b_eff (K,), with which y = W_eff x + b_eff for this z (Dz,).

    >>> W_eff, b_eff = our_weights(np.array([2.0, 1.0]), *LAYERS["without W: z is only added"])
    >>> W_eff.tolist(), b_eff.round(6).tolist()
    ([[0.4, 0.4]], [1.7])
    """
    return np.einsum("izk,z->ki", W, z) + V, z @ U + b


def _evaluate(layer: Layer, z: Array, theirs: Weights | None) -> tuple[Array, float, str]:
    """Return w (2,) and the bias, the learner's where their function works, and whose it is."""
    W_ours, b_ours = our_weights(z, *layer)
    w, c = W_ours[0], float(b_ours[0])
    if theirs is None:
        return w, c, ""
    name = name_of(theirs)
    result, problem = attempt(theirs, z, *layer)
    if not problem:
        if not isinstance(result, tuple | list) or len(result) != 2:
            problem = f"Your {name} returned {kind(result)}, not the two arrays (W_eff, b_eff)"
        else:
            found = [numbers(part) for part in result]
            for word, array, shape in zip(("W_eff", "b_eff"), found, ((1, 2), (1,)), strict=True):
                if array is None:
                    problem = f"Your {name} returned a {word} that is not numbers"
                elif array.shape != shape:
                    problem = f"Your {name} returned a {word} of shape {array.shape}, not {shape}"
                elif not np.isfinite(array).all():
                    problem = f"Your {name} returned a {word} that is not finite"
                if problem:
                    break
            else:
                assert found[0] is not None
                assert found[1] is not None
                mine, bias = found[0][0], float(found[1][0])
                same = np.allclose([*mine, bias], [*w, c], rtol=1e-6, atol=1e-9)
                how = "agrees with the layer" if same else "is not what the layer computes"
                return mine, bias, f"This line is from your {name}: it {how}."
    return w, c, f"{problem}, so this is ours."


def hypernetwork_scene(weights: Weights | None = None) -> Callable[[State], Scene]:
    """Return the function from a state to the scene.

    The state has `z`, the words `layer` and `task`, the toggle `map`, and `solved`, the sets of
    points for which a z has been found.

    >>> hypernetwork_scene()(INITIAL).caption[:62]
    'z = (0.40, −1.20) makes w = (0.56, −0.88) and the bias −0.76. '
    """

    def build(state: State) -> Scene:
        z = np.clip(np.asarray(state["z"], dtype=np.float64), -EDGE, EDGE)
        word, task = str(state["layer"]), str(state["task"])
        layer, (X, t) = LAYERS[word], TASKS[task]
        w, c, whose = _evaluate(layer, z, weights)
        wrong = _wrong(X @ w + c, t)
        solved = {str(one) for one in state["solved"]} | (set() if wrong.any() else {task})
        found = f"({len(solved)} of {len(TASKS)} found)"
        return Scene(
            "A network that makes a network",
            (_z_plane(z, layer, X, t, bool(state["map"])), _x_plane(w, c, X, t, wrong)),
            " ".join(filter(None, (whose, *_say(word, z, w, c, wrong)))),
            (
                Choice("task", "Points", tuple(TASKS)),
                Choice("layer", "Layer", (FULL, ADDED)),
                Toggle("map", "Show for every z how many points are right"),
            ),
            Goal(f"find a z for each set of points {found}", len(solved) == len(TASKS)),
            {"z": z.tolist(), "solved": sorted(solved)},
        )

    return build


def _wrong(y: Array, t: NDArray[np.int64]) -> Bools:
    """Return which points are not on their side: y > 0 for class 1, y < 0 for class 0."""
    return np.where(t == 1, y <= 0, y >= 0)


def _right_by_z(layer: Layer, X: Array, t: NDArray[np.int64]) -> Array:
    """Return the share of points that are right for each z of the picture, (PIXELS, PIXELS)."""
    Z = np.stack(np.meshgrid(CENTRES, CENTRES), axis=-1).reshape(-1, 2)
    ones = np.column_stack([X, np.ones(len(X))])
    mixed = np.concatenate([layer.W[:, :, 0], layer.U[:, 0][None]])  # what z multiplies
    fixed = ones @ np.append(layer.V[0], layer.b[0])
    y = ones @ mixed @ Z.T + fixed[:, None]
    right: Array = 1 - _wrong(y, t[:, None]).mean(axis=0)
    return right.reshape(PIXELS, PIXELS)


def _z_plane(z: Array, layer: Layer, X: Array, t: NDArray[np.int64], shown: bool) -> Panel:
    marks: list[Mark] = []
    if shown:
        right = 100 * _right_by_z(layer, X, t)
        marks.append(HeatMap(right, 0, 100, "% of points right", "sequential"))
        if right.max() > 99.9:
            line = level_line(right, CENTRES, CENTRES, 99.9)
            marks.append(Line(*line, "all right inside", 6, "solid", 2))
    marks.append(Arrow((0.0, 0.0), (float(z[0]), float(z[1])), "z", 2, tip_handle="z"))
    return Panel(
        "Drag z: it makes the weights",
        Axis("z₁", -EDGE, EDGE),
        Axis("z₂", -EDGE, EDGE),
        tuple(marks),
        (Handle("z", "z", float(z[0]), float(z[1])),),
        equal=True,
    )


def _x_plane(w: Array, c: float, X: Array, t: NDArray[np.int64], wrong: Bools) -> Panel:
    y = w[0] * CENTRES + w[1] * CENTRES[:, None] + c
    corners = np.array([-EDGE, EDGE])
    line = level_line(w[0] * corners + w[1] * corners[:, None] + c, corners, corners)
    marks: list[Mark] = [HeatMap(sigmoid(y), 0, 1, "sigmoid(y)")]
    if len(line[0]):
        marks.append(Line(*line, "y = ⟨w, x⟩ + bias = 0", 6, "solid", 3))
    if wrong.any():
        marks.append(Points(X[wrong, 0], X[wrong, 1], "on the wrong side", 6, "cross", 17))
    marks += [
        Points(X[t == 0, 0], X[t == 0, 1], "class 0: y < 0", 0, "circle", 8),
        Points(X[t == 1, 0], X[t == 1, 1], "class 1: y > 0", 1, "square", 8),
    ]
    length = float(np.hypot(*w))
    if length > 1e-9 and len(line[0]):
        foot = -c * w / length**2
        if np.abs(foot).max() < EDGE - 0.3:
            tip = foot + 0.8 * w / length
            start, end = ((float(p[0]), float(p[1])) for p in (foot, tip))
            marks.append(Arrow(start, end, "w", 2))
    return Panel(
        "The line that x is classified by",
        Axis("x₁", -EDGE, EDGE),
        Axis("x₂", -EDGE, EDGE),
        tuple(marks),
        equal=True,
    )


def _pair(values: Array) -> str:
    return f"({_number(float(values[0]))}, {_number(float(values[1]))})"


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


def _say(word: str, z: Array, w: Array, c: float, wrong: Bools) -> list[str]:
    said = [f"z = {_pair(z)} makes w = {_pair(w)} and the bias {_number(c)}."]
    count, total = int(wrong.sum()), len(wrong)
    if count:
        said.append(f"On the wrong side: {count} of {total} points.")
    else:
        said.append(f"All {total} points are right.")
    if not w.any():
        said.append("With w = 0 there is no line: every x gets the same answer.")
    if word == ADDED:
        said.append(
            "Without W the weights are V, whatever z is: z shifts the line and never turns it. "
            "Points that need a turned line stay wrong."
        )
    else:
        said.append(
            "The layer stays the same; z alone turns and shifts its line: w = Wz + V\u1d40, bias "
            "z\u1d40U + b."
        )
    return said


def hypernetwork(weights: Weights | None = None) -> Stage:
    """Drag z, and watch the line that it makes for x turn and shift.

    Parameters
    ----------
    weights : function, optional
        Yours, `hypernetwork_weights(z, W, U, V, b) -> (W_eff, b_eff)`, for z (2,), W (2, 2, 1),
        U (2, 1), V (1, 2), b (1,): its line is drawn. While it does not work, ours is drawn, and
        the caption says so.

    Examples
    --------
    >>> stage = hypernetwork()
    >>> stage.set(layer="without W: z is only added", z=[0.0, 0.0])
    >>> stage.scene.caption[:59]
    'z = (0.00, 0.00) makes w = (0.40, 0.40) and the bias 0.20. '
    """
    from nnf_teach.widgets.stage import Stage

    return Stage(hypernetwork_scene(weights), dict(INITIAL))
