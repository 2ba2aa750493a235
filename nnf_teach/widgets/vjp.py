"""A Jacobian, and the combination of its rows that a cotangent picks out: dL/dx = v^T J.

Slides "Linear algebra recap" and "Neural networks as computational graphs - API".
"""

from __future__ import annotations

from functools import partial

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.experiments.jacobians import BACKWARD, FUNCTIONS, Backward, Function
from nnf_teach.widgets import ui
from nnf_teach.widgets.learner import adapt, name_of, read_array
from nnf_teach.widgets.wording import number, row, subscript

EDGE = 3.0  # x and v run from -EDGE to EDGE
START = {"x1": 1.0, "x2": 0.5, "x3": -0.5, "v1": 1.0, "v2": -0.5, "v3": 0.5, "v4": 0.0}
X, V = list(START)[:3], list(START)[3:]


def _outputs(s: ui.Values) -> int:
    return 3 if s.function == "softmax" else 4


@ui.widget(
    "The vector-Jacobian product",
    ui.choice("function", "Function y = f(x)", FUNCTIONS),
    *(
        ui.button(
            f"pick{k + 1}",
            f"Pick row {k + 1}",
            when=partial(lambda k, s: k < _outputs(s), k),
            sets={name: float(name == V[k]) for name in V},
        )
        for k in range(len(V))
    ),
    *(
        ui.handle(name, f"{name[0]} {name[1]}", -EDGE, EDGE, at=at, moves="y", bare=True)
        for name, at in START.items()
    ),
)
def vjp(
    s: ui.Values,
    softmax_backward: Backward | None = None,
    relu_backward: Backward | None = None,
    linear_backward: Backward | None = None,
) -> ui.Picture:
    """Drag x and a cotangent v, and see which sum of the Jacobian's rows the backward pass gives.

    Parameters
    ----------
    softmax_backward, relu_backward, linear_backward : functions, optional
        Yours, as in the lesson's exercises: `(dY, Y)`, `(dY, X)` and `(dY, X, W)`, with a batch
        of one row. While one does not work, ours is drawn in its place, and the caption says so.

    Examples
    --------
    >>> stage = vjp()
    >>> stage.set(pick2=1)
    >>> [stage.state[name] for name in ("v1", "v2", "v3", "v4")]
    [0.0, 1.0, 0.0, 0.0]
    """
    function = FUNCTIONS[s.function]
    x, v = s.row(X), s.row(V[: _outputs(s)])
    J = function.jacobian(x)
    theirs = dict(zip(BACKWARD, (softmax_backward, relu_backward, linear_backward), strict=True))
    passed, whose = _pass_back(function, v, x, theirs[function.name])
    top = 0.25 if s.function == "softmax" else 1.5
    return ui.Picture(
        [_inputs(s, x, v), _jacobian(J, v, top), _result(v @ J, passed)],
        whose,
        f"{s.function}: y = {row(function.value(x))}.",
        *_say(s.function, v, J),
    )


def _pass_back(
    function: Function, v: Array, x: Array, theirs: Backward | None
) -> tuple[Array, str]:
    """Return dL/dx of the backward pass, the learner's where it works, and whose it is."""
    ours = np.asarray(function.backward(v, x, BACKWARD), dtype=np.float64).ravel()
    mixed = adapt(theirs, lambda f, v, x: function.backward(v, x, BACKWARD | {function.name: f}))
    if mixed is None:
        return ours, ""
    found, problem = read_array(mixed, (v, x), (1, 3), (3,))
    if found is None:
        return ours, f"{problem}, so this is ours."
    found = found.ravel()
    right = np.allclose(found, v @ function.jacobian(x), rtol=1e-6, atol=1e-9)
    verdict = "agrees with" if right else "is not"
    return found, f"Your {name_of(mixed)} gives {row(found)}, which {verdict} v\u1d40J."


def _inputs(s: ui.Values, x: Array, v: Array) -> ui.Panel:
    names, values = (*X, *V[: len(v)]), [*x.tolist(), *v.tolist()]
    places = [float(k) + (k > len(x)) * 0.5 for k in range(1, len(names) + 1)]
    return ui.panel(
        "Drag x and the cotangent v",
        ui.axis("", 0.4, places[-1] + 0.6, places, map(subscript, names)),
        ui.axis("value", -EDGE, EDGE, range(-3, 4)),
        ui.Bars(places[: len(x)], x, "x", width=0.5),
        ui.Bars(places[len(x) :], v, "v = dL/dy", ui.ORANGE, width=0.5),
        ui.level(0, [0, places[-1] + 1], stroke="solid", width=1),
        ui.beside(places, values, map(number, values), 0.5, 2.5),
        [s.handle(name, place) for name, place in zip(names, places, strict=True)],
    )


def _jacobian(J: Array, v: Array, top: float) -> ui.Panel:
    rows, columns = J.shape
    picked, frame = np.flatnonzero(v), None
    if len(picked) == 1:
        y, side = rows - int(picked[0]), np.array([-1, 1, 1, -1, -1])
        x = (columns + 1) / 2 + (columns - 0.06) / 2 * side
        frame = ui.line(x, y + 0.46 * side[[1, 1, 3, 3, 1]], "what v picks", ui.INK, width=3)
    weights = [f"{number(each)} ×" for each in v.tolist()]
    return ui.panel(
        "Jacobian J: a row for each y",
        ui.axis("", 0.5, columns + 0.5, range(1, columns + 1), map(subscript, X)),
        ui.axis("", 0.5, rows + 0.5, range(1, rows + 1), weights[::-1]),
        ui.HeatMap(J[::-1], -top, top, "dy/dx"),
        frame,
        [
            ui.Text(j + 1, rows - i, number(float(J[i, j])))
            for i in range(rows)
            for j in range(columns)
        ],
    )


def _result(product: Array, passed: Array) -> ui.Panel:
    top = ui.nice_top(1.2 * float(np.abs([product, passed]).max()), least=0.1)
    places = np.arange(1.0, len(product) + 1)
    return ui.panel(
        "dL/dx = v\u1d40J: a sum of rows",
        ui.axis("", 0.4, 3.6, places, map(subscript, X)),
        ui.axis("dL/dx", -top, top),
        ui.level(0, [0, 4], stroke="solid", width=1),
        ui.Bars(places, passed, "backward pass, J never built", ui.GREEN, width=0.5),
        ui.dots(places, product, "v\u1d40J, multiplied out", ui.ORANGE, "cross", 9),
        ui.beside(places, passed, map(number, passed), 0.12 * top),
    )


def _say(word: str, v: Array, J: Array) -> tuple[str, str]:
    used = [f"{number(float(v[k]))} × {row(J[k])}" for k in np.flatnonzero(v)]
    if not used:
        return "", "v = 0: the loss does not depend on y, and nothing flows back."
    total = f"v\u1d40J = {' + '.join(used)} = {row(v @ J)}."
    if len(used) == 1:
        k = int(np.flatnonzero(v)[0])
        whose = f"dy{subscript(str(k + 1))}/dx"
        how = "that row, " if v[k] == 1 else f"{number(float(v[k]))} times that row, "
        return total, f"Only one number of v is not 0: it picks row {k + 1}, {whose}: {how}whole."
    if word == "softmax" and np.ptp(v) == 0:
        return total, "All v are equal, and y always adds up to 1: nothing can change."
    closed = int((~J.any(axis=1)).sum())
    if word == "ReLU layer" and closed:
        units = "a unit is" if closed == 1 else f"{closed} units are"
        return total, f"Rows of zeros: {units} off, and lets no gradient through."
    return total, "One backward pass gives the sum, not the rows one by one."
