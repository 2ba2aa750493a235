"""Two hidden neurons against XOR: input space, hidden space and the answer, side by side.

Slides "... and limitations" and "1-hidden layer network vs XOR".
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nnf_teach.experiments.contour import level_line
from nnf_teach.modules.sigmoid import sigmoid
from nnf_teach.widgets.scene import (
    Arrow,
    Axis,
    Button,
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
    Stroke,
    Symbol,
    Text,
    Toggle,
)

if TYPE_CHECKING:
    from nnf_teach.widgets.stage import Stage

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

CORNERS = np.array([(-3.0, -3.0), (-3.0, 3.0), (3.0, -3.0), (3.0, 3.0)])
TARGETS = np.array([0, 1, 1, 0])
NAMES = "ABCD"
SUBSCRIPTS = "₁₂"
# Targets, symbols and sizes, in ink: every colour is on the maps.
CLASSES: tuple[tuple[int, Symbol, float], ...] = ((1, "square", 14), (0, "circle", 10))
EDGE = 5.0  # input space is drawn over [-EDGE, EDGE]^2
LOW, HIGH = -0.25, 1.25  # hidden space, with room for its arrow
PIXELS = 100
ARROW = 80.0  # the arrow in hidden space is v / ARROW
STEEPEST = 20.0  # the longest v that the computer chooses
SURE = 4.0  # its z at the nearest corner, if v need not be longer: y = 0.98 or 0.02
WANTED = 0.05  # margin in hidden space that the goal asks for
TOGETHER = 0.05  # corners nearer than that in hidden space count as one place

# A line is held at `line`; its weights are the arrow from there to `tip`.
START: State = {
    "line_1": [0.0, -3.8],
    "tip_1": [1.5, -3.8],
    "line_2": [-3.8, 0.0],
    "tip_2": [-3.8, 1.5],
}
SLIDE: State = {  # W = [[-1, 1], [1, -1]], b = [-4, -4]
    "line_1": [-1.0, 3.0],
    "tip_1": [-2.0, 4.0],
    "line_2": [1.0, -3.0],
    "tip_2": [2.0, -4.0],
}
INITIAL: State = {
    **START,
    "line_3": [0.5, 0.5],
    "tip_3": [0.6, 0.6],
    "hidden": "sigmoid",
    "computer": True,
    "slide": 0,
    "again": 0,
}


def best_output(H: Array) -> tuple[Array, float]:
    """Return the output neuron (v, c) whose line separates the corners best in hidden space.

    The line lies half-way between the classes, as far from both as it can be. Where no line
    separates them, it gets three corners right; where it cannot even do that, v = 0.

    Parameters
    ----------
    H : (4, 2)
        The corners in hidden space, in the order of CORNERS.

    Returns
    -------
    v : (2,)
    c : float

    Examples
    --------
    >>> v, c = best_output(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]))
    >>> v.round(2), round(c, 2)
    (array([8., 8.]), -4.0)
    """
    for kept in (4, 3):
        found = [_half_way(H, rows) for rows in combinations(range(4), kept)]
        # Rounded, so that of equal ones the first is taken, on every machine.
        margin, normal, place = max(found, key=lambda line: round(line[0], 9))
        if margin > 1e-6:
            v = normal * min(SURE / margin, STEEPEST)
            return v, -float(v @ place)
    return np.zeros(2), 0.0


def _half_way(H: Array, rows: tuple[int, ...]) -> tuple[float, Array, Array]:
    """Return the margin, normal and a point of the best line between these corners.

    The margin is 0 where no line separates them.
    """
    chosen = list(rows)
    zeros, ones = (H[[k for k in chosen if TARGETS[k] == t]] for t in (0, 1))
    pairs = [(p, _nearest(p, ones)) for p in zeros] + [(_nearest(p, zeros), p) for p in ones]
    a, b = min(pairs, key=lambda pair: float(np.hypot(*(pair[1] - pair[0]))))
    gap = float(np.hypot(*(b - a)))
    nothing = 0.0, np.zeros(2), a
    if gap < 1e-9:
        return nothing
    normal, place = (b - a) / gap, (a + b) / 2
    distances = (2 * TARGETS[chosen] - 1) * ((H[chosen] - place) @ normal)
    return (gap / 2, normal, place) if distances.min() > gap / 2 - 1e-9 else nothing


def _nearest(p: Array, ends: Array) -> Array:
    """Return the point of a segment that is nearest to p; one end alone is a segment too."""
    a, b = ends[0], ends[-1]
    length = float((b - a) @ (b - a))
    share = float((p - a) @ (b - a)) / length if length > 0 else 0.0
    return np.asarray(a + min(max(share, 0.0), 1.0) * (b - a))


def xor_by_hand_scene(state: State) -> Scene:
    """Draw the network that the lines of the state make, and say which corners are right.

    The state has `line_k` and `tip_k` (points: k = 1, 2 in input space, 3 in hidden space),
    `hidden` ("sigmoid" or "threshold"), `computer` (a bool: the output line is chosen by
    `best_output`) and the presses of the buttons `slide` and `again`. A scene's own state adds
    `drawn`, where everything stood, and `params`, the network [(W, b), (V, c)].

    >>> xor_by_hand_scene(INITIAL).goal.reached
    False
    >>> scene = xor_by_hand_scene({**INITIAL, **SLIDE})
    >>> scene.goal.reached, scene.state["params"][0]
    (True, ([[-1.0, 1.0], [1.0, -1.0]], [-4.0, -4.0]))
    """
    mine = _pressed(state)
    lines = [_line(mine, k, -EDGE, EDGE) for k in (1, 2)]
    W = np.array([w for w, _ in lines])
    b = np.array([-w @ p for w, p in lines]) + 0.0
    step = mine["hidden"] == "threshold"
    H = _hidden(CORNERS @ W.T + b, step)
    best_v, best_c = best_output(H)
    if mine["computer"]:
        v, c = best_v, best_c
        _hold(mine, v, c)
    else:
        arrow, p = _line(mine, 3, LOW, HIGH)
        v, c = ARROW * arrow, -float(ARROW * arrow @ p)
    z = H @ v + c
    length = float(np.hypot(*v))
    margins = (2 * TARGETS - 1) * z / length if length else np.zeros(4)
    right = margins > 1e-9
    exists = float(((2 * TARGETS - 1) * (H @ best_v + best_c)).min()) > 1e-6
    mine["params"] = [(W.tolist(), b.tolist()), ([v.tolist()], [c])]
    mine["drawn"] = {name: mine[name] for name in mine if name.startswith(("line_", "tip_"))}
    words = (
        _verdict(right, sigmoid(z)),
        _missing(W, H, right, float(margins.min()), exists),
        _places(H),
        _numbers(W, b, v, c),
    )
    return Scene(
        "XOR by hand",
        (
            _input_space(mine, W, b),
            _hidden_space(mine, H, v, c),
            _answer(W, b, v, c, step, right, sigmoid(z)),
        ),
        " ".join(filter(None, words)),
        (
            Choice("hidden", "Hidden neurons", ("sigmoid", "threshold")),
            Toggle("computer", "Let the computer choose the output line"),
            Button("slide", "Show the slide's weights"),
            Button("again", "Start again"),
        ),
        Goal(
            f"all four corners right, each at least {WANTED} from the output line in hidden space",
            bool(right.all() and margins.min() >= WANTED),
        ),
        state=mine,
    )


def _hidden(Z: Array, step: bool) -> Array:
    return np.asarray(Z > 0, dtype=np.float64) if step else sigmoid(Z)


def _pressed(state: State) -> State:
    """Return the state, after the buttons that have been pressed since it was drawn."""
    mine = dict(state)
    seen = mine.get("seen", [mine["slide"], mine["again"]])
    if mine["slide"] != seen[0]:
        mine |= {**SLIDE, "drawn": {}, "hidden": "sigmoid", "computer": True}
    if mine["again"] != seen[1]:
        mine |= {**START, "drawn": {}, "computer": True}
    mine["seen"] = [mine["slide"], mine["again"]]
    return mine


def _line(mine: State, k: int, low: float, high: float) -> tuple[Array, Array]:
    """Return the arrow and the place of a line, and put both handles where they belong.

    Who moves the line takes its arrow along.
    """
    names = f"line_{k}", f"tip_{k}"
    p, tip = (np.asarray(mine[name], dtype=np.float64) for name in names)
    drawn = mine.get("drawn", {})
    old_p, old_tip = (np.asarray(drawn.get(name, mine[name]), dtype=np.float64) for name in names)
    moved_alone = np.allclose(tip, old_tip, atol=1e-6) and not np.allclose(p, old_p, atol=1e-6)
    w = old_tip - old_p if moved_alone else tip - p
    w = np.where(np.abs(w) < 1e-6, 0.0, np.round(w, 9))
    p = np.clip(p, low - np.minimum(w, 0), high - np.maximum(w, 0))  # the tip stays in view
    mine |= {names[0]: p.tolist(), names[1]: (p + w).tolist()}
    return w, p


def _hold(mine: State, v: Array, c: float) -> None:
    """Put the handles of the output line on the line that the computer has chosen."""
    x, y = _chord(v, c, 0, 1)  # from here an arrow of at most 1/4 stays in view
    if len(x):
        p = np.array([np.nanmean(x), np.nanmean(y)])
        mine |= {"line_3": p.tolist(), "tip_3": (p + v / ARROW).tolist()}


def _corners(places: Array, words: str = "") -> list[Mark]:
    """Return the corners' symbols; where two fall together, both can be seen."""
    return [
        Points(at[:, 0], at[:, 1], f"{words}{t}" if words else "", 6, symbol, size)
        for t, symbol, size in CLASSES
        for at in (places[t == TARGETS],)
    ]


def _chord(w: Array, b: float, low: float, high: float) -> tuple[Array, Array]:
    ends = np.array([low, high])
    return level_line(w[0] * ends + w[1] * ends[:, None] + b, ends, ends)


def _handles(mine: State, k: int, line: str, tip: str, step: float) -> tuple[Handle, Handle]:
    (x, y), (x_tip, y_tip) = mine[f"line_{k}"], mine[f"tip_{k}"]
    return (
        Handle(f"line_{k}", line, x, y, step=step),
        Handle(f"tip_{k}", tip, x_tip, y_tip, step=step),
    )


def _input_space(mine: State, W: Array, b: Array) -> Panel:
    marks = _corners(CORNERS, "target t = ")
    handles: tuple[Handle, ...] = ()
    strokes: tuple[Stroke, Stroke] = ("solid", "dashed")
    for k, (index, stroke) in enumerate(zip(SUBSCRIPTS, strokes, strict=True)):
        handle, tip = _handles(mine, k + 1, f"line {k + 1}", f"tip of w{index}", 0.1)
        marks += [
            Line(*_chord(W[k], b[k], -EDGE, EDGE), f"h{index} = 1/2", 2 + k, stroke, 3),
            Arrow((handle.x, handle.y), (tip.x, tip.y), f"w{index}", 2 + k, tip.name),
        ]
        handles += (handle, tip)
    marks += [Text(1.33 * x, 1.33 * y, name) for name, (x, y) in zip(NAMES, CORNERS, strict=True)]
    return Panel(
        "Input space",
        Axis("x₁", -EDGE, EDGE),
        Axis("x₂", -EDGE, EDGE),
        tuple(marks),
        handles,
        equal=True,
    )


def _hidden_space(mine: State, H: Array, v: Array, c: float) -> Panel:
    side = np.linspace(LOW, HIGH, 61)
    surface = sigmoid(v[0] * side + v[1] * side[:, None] + c)
    marks: list[Mark] = [
        HeatMap(surface, 0, 1),
        Line(*_chord(v, c, LOW, HIGH), "output line y = 1/2", 6, "solid", 3),
        *_corners(H),
    ]
    for group in groups_of(H):
        place = H[group].mean(axis=0)
        x, y = place + np.where(place < 0.5, -0.1, 0.1)
        marks.append(Text(float(x), float(y), ", ".join(NAMES[k] for k in group)))
    line, tip = _handles(mine, 3, "output line", f"tip of v / {ARROW:.0f}", 0.02)
    if v.any():
        at, end = (line.x, line.y), (tip.x, tip.y)
        held = None if mine["computer"] else tip.name
        marks.append(Arrow(at, end, f"v / {ARROW:.0f}", 6, held))
    return Panel(
        "Hidden space",
        Axis("h₁", LOW, HIGH, ticks=(0, 0.5, 1)),
        Axis("h₂", LOW, HIGH, ticks=(0, 0.5, 1)),
        tuple(marks),
        () if mine["computer"] else (line, tip),
        equal=True,
    )


def groups_of(H: Array) -> list[list[int]]:
    """Return the corners by place: those that fall together are one group.

    >>> groups_of(np.array([[0.0, 0.0], [0.9, 0.0], [0.0, 0.9], [0.01, 0.0]]))
    [[0, 3], [1], [2]]
    """
    groups: list[list[int]] = []
    for k in range(4):
        for group in groups:
            if np.hypot(*(H[k] - H[group[0]])) < TOGETHER:
                group.append(k)
                break
        else:
            groups.append([k])
    return groups


def _answer(W: Array, b: Array, v: Array, c: float, step: bool, right: Flags, y: Array) -> Panel:
    half = EDGE / PIXELS
    centres = np.linspace(half - EDGE, EDGE - half, PIXELS)
    Z = [w[0] * centres + w[1] * centres[:, None] + offset for w, offset in zip(W, b, strict=True)]
    z = v[0] * _hidden(Z[0], step) + v[1] * _hidden(Z[1], step) + c
    # A step has no level line between its pixels: a steep sigmoid's is at the same place.
    smooth = v[0] * sigmoid(8 * Z[0]) + v[1] * sigmoid(8 * Z[1]) + c if step else z
    marks: list[Mark] = [
        HeatMap(sigmoid(z), 0, 1, "y"),
        Line(*level_line(smooth, centres, centres), "y = 1/2", 6, "solid", 3),
        *_corners(CORNERS),
    ]
    for k, (x1, x2) in enumerate(CORNERS):
        word = "✓ right" if right[k] else "✗ wrong"
        marks.append(Text(float(x1), float(x2) + 1.1, f"{NAMES[k]} {word}"))
        marks.append(Text(float(x1), float(x2) - 1.1, f"y = {y[k]:.2f}"))
    return Panel(
        "The network's answer",
        Axis("x₁", -EDGE, EDGE),
        Axis("x₂", -EDGE, EDGE),
        tuple(marks),
        equal=True,
    )


def _verdict(right: Flags, y: Array) -> str:
    if right.all():
        return "All four corners are right."
    wrong = [f"{NAMES[k]} (y = {y[k]:.2f}, target {TARGETS[k]})" for k in range(4) if not right[k]]
    return f"{int(right.sum())} of 4 corners are right. Wrong: {', '.join(wrong)}."


def _missing(W: Array, H: Array, right: Flags, margin: float, exists: bool) -> str:
    """Say why the goal is not reached, the first reason first, or how well it is."""
    for k, w in enumerate(W):
        if not w.any():
            return (
                f"Hidden neuron {k + 1} has w = 0: it gives every corner the same answer. "
                "Pull the tip of its arrow away from its line."
            )
    if right.all():
        small = " Too near: pull the classes further apart." if margin < WANTED else ""
        return f"In hidden space the nearest corner is {margin:.2f} from the output line.{small}"
    if exists:
        return "A line in hidden space can separate the classes: move the output line."
    start = "No line in hidden space can separate the classes:"
    pairs = [(i, j) for i in (0, 3) for j in (1, 2) if np.hypot(*(H[i] - H[j])) < TOGETHER]
    if pairs:
        named = " and ".join(f"{NAMES[i]} with {NAMES[j]}" for i, j in pairs)
        count = "two corners" if len(pairs) == 1 else "corners"
        return f"{start} {count} of different class fall together ({named})."
    return f"{start} the segment from A to D meets the segment from B to C."


def _places(H: Array) -> str:
    places = [
        f"{' and '.join(NAMES[k] for k in group)} at ({H[group[0], 0]:.2f}, {H[group[0], 1]:.2f})"
        for group in groups_of(H)
    ]
    return f"Hidden space: {', '.join(places)}."


def _numbers(W: Array, b: Array, v: Array, c: float) -> str:
    def pair(weights: Array) -> str:
        return "({:.2f}, {:.2f})".format(*(weights + 0.0))  # no -0

    hidden = "; ".join(
        f"w{SUBSCRIPTS[k]} = {pair(W[k])}, b{SUBSCRIPTS[k]} = {b[k]:.2f}" for k in (0, 1)
    )
    return f"Hidden layer: {hidden}. Output: v = {pair(v)}, c = {c + 0.0:.2f}."


def xor_by_hand() -> Stage:
    """Drag two hidden lines until a straight line in hidden space solves XOR.

    Examples
    --------
    >>> network = xor_by_hand()
    >>> network.set(slide=1)
    >>> network.scene.goal.reached
    True
    >>> (W, b), (V, c) = network.state["params"]
    """
    from nnf_teach.widgets.stage import Stage

    return Stage(xor_by_hand_scene, dict(INITIAL))
