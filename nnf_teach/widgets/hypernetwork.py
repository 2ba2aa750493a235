"""A multiplicative layer as a hypernetwork: z makes the weights of the line that x is cut by.

Slide "Multiplicative interactions": f(x, z) = x^T W z + z^T U + V x + b. For one z it is a linear
layer in x, with the weights W z + V^T and the bias z^T U + b.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnf_teach.datasets.blobs import make_blobs
from nnf_teach.experiments.contour import level_line, straight_line
from nnf_teach.modules.sigmoid import sigmoid
from nnf_teach.widgets import ui
from nnf_teach.widgets.learner import name_of, read_arrays
from nnf_teach.widgets.wording import number, row

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Weights = Callable[..., Any]  # (z, W, U, V, b) -> (W_eff (1, 2), b_eff (1,))
Task = tuple[Array, NDArray[np.intp]]  # points (N, 2) and their classes (N,)

EDGE = 3.0  # x and z stay within [-EDGE, EDGE]^2
PIXELS = 60
CENTRES = np.linspace(EDGE / PIXELS - EDGE, EDGE - EDGE / PIXELS, PIXELS)
FULL, ADDED = "all four terms", "without W: z is only added"


class Layer(NamedTuple):
    """A multiplicative layer of x (2,) and z (2,) with one output."""

    W: Array  # (2, 2, 1)
    U: Array  # (2, 1)
    V: Array  # (1, 2)
    b: Array  # (1,)


_W = np.array([[[1.0], [0.2]], [[-0.2], [1.0]]])
_U, _V, _b = np.array([[0.3], [0.9]]), np.array([[0.4, 0.4]]), np.array([0.2])
LAYERS = {FULL: Layer(_W, _U, _V, _b), ADDED: Layer(0 * _W, _U, _V, _b)}


def _task(centres: tuple[tuple[float, float], ...]) -> Task:
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
    W, b = our_weights(z, *layer)
    whose = ""
    if theirs is not None:
        shapes = {"W_eff": (1, 2), "b_eff": (1,)}
        found, problem = read_arrays(theirs, (z, *layer), "the two arrays", shapes)
        whose = f"{problem}, so this is ours."
        if found:
            pairs = zip(found, (W, b), strict=True)
            same = all(np.allclose(*pair, rtol=1e-6, atol=1e-9) for pair in pairs)
            how = "agrees with the layer" if same else "is not what the layer computes"
            whose = f"This line is from your {name_of(theirs)}: it {how}."
            W, b = found
    return W[0], float(b[0]), whose


@ui.widget(
    "A network that makes a network",
    ui.choice("task", "Set of points", TASKS),
    ui.choice("layer", "Layer", LAYERS),
    ui.toggle("map", "Show for every z how many points are right"),
    ui.handle("z", "z", -EDGE, EDGE, at=[0.4, -1.2]),
    ui.memory("solved", at=[]),
)
def hypernetwork(s: ui.Values, weights: Weights | None = None) -> ui.Picture:
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
    layer, task = LAYERS[s.layer], TASKS[s.task]
    w, c, whose = _evaluate(layer, np.array(s.z), weights)
    wrong = _wrong(task[0] @ w + c, task[1])
    solved = {*s.solved} if wrong.any() else {*s.solved, s.task}
    found = f"({len(solved)} of {len(TASKS)} found)"
    count, total = int(wrong.sum()), len(wrong)
    return ui.Picture(
        (_z_plane(s, layer, task), _x_plane(w, c, task, wrong)),
        whose,
        f"z = {row(s.z)} makes w = {row(w)} and the bias {number(c)}.",
        f"On the wrong side: {count} of {total} points." if count
        else f"All {total} points are right.",
        "" if w.any() else "With w = 0 there is no line: every x gets the same answer.",
        "Without W the weights are V, whatever z is: z shifts the line and never turns it. "
        "Points that need a turned line stay wrong." if s.layer == ADDED
        else "The layer stays the same; z alone turns and shifts its line: w = Wz + V\u1d40, bias "
        "z\u1d40U + b.",
        goal=ui.Goal(f"find a z for each set of points {found}", len(solved) == len(TASKS)),
        state={"solved": sorted(solved)},
    )  # fmt: skip


def _wrong(y: Array, t: NDArray[np.intp]) -> Bools:
    """Return which points are not on their side: y > 0 for class 1, y < 0 for class 0."""
    return np.where(t == 1, y <= 0, y >= 0)


def _right_by_z(layer: Layer, task: Task) -> Array:
    """Return the share of points that are right for each z of the picture, (PIXELS, PIXELS)."""
    X, t = task
    Z = np.stack(np.meshgrid(CENTRES, CENTRES), axis=-1).reshape(-1, 2)
    ones = np.column_stack([X, np.ones(len(X))])
    mixed = np.concatenate([layer.W[:, :, 0], layer.U[:, 0][None]])  # what z multiplies
    fixed = ones @ np.append(layer.V[0], layer.b[0])
    y = ones @ mixed @ Z.T + fixed[:, None]
    right: Array = 1 - _wrong(y, t[:, None]).mean(axis=0)
    return right.reshape(PIXELS, PIXELS)


def _z_plane(s: ui.Values, layer: Layer, task: Task) -> ui.Panel:
    surface: list[Any] = []
    if s.map:
        right = 100 * _right_by_z(layer, task)
        surface = [ui.HeatMap(right, 0, 100, "% of points right", "sequential")]
        if right.max() > 99.9:
            surface += [
                ui.line(*level_line(right, CENTRES, CENTRES, 99.9), "all right inside", ui.INK)
            ]
    return ui.panel(
        "Drag z: it makes the weights",
        *ui.square("z₁", "z₂", EDGE),
        surface,
        ui.Arrow((0.0, 0.0), tuple(s.z), "z", ui.GREEN, tip_handle="z"),
        s.handle("z"),
        equal=True,
    )


def _x_plane(w: Array, c: float, task: Task, wrong: Bools) -> ui.Panel:
    X, t = task
    x, y = straight_line(w, c, -EDGE, EDGE)
    arrow, length = None, float(np.hypot(*w))
    if length > 1e-9 and len(x):
        foot = -c * w / length**2
        if np.abs(foot).max() < EDGE - 0.3:
            arrow = ui.Arrow(tuple(foot), tuple(foot + 0.8 * w / length), "w", ui.GREEN)

    def group(which: Bools, *look: Any) -> Any:
        return ui.dots(*X[which].T, *look)

    return ui.panel(
        "The line that x is classified by",
        *ui.square("x₁", "x₂", EDGE),
        ui.HeatMap(sigmoid(w[0] * CENTRES + w[1] * CENTRES[:, None] + c), 0, 1, "sigmoid(y)"),
        ui.line(x, y, "y = ⟨w, x⟩ + bias = 0", ui.INK, width=3) if len(x) else None,
        group(wrong, "on the wrong side", ui.INK, "cross", 17) if wrong.any() else None,
        group(t == 0, "class 0: y < 0", ui.BLUE, "circle", 8),
        group(t == 1, "class 1: y > 0", ui.ORANGE, "square", 8),
        arrow,
        equal=True,
    )
