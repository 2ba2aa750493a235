"""Two hidden neurons against XOR: input space, hidden space and the answer, side by side.

Slides "... and limitations" and "1-hidden layer network vs XOR".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnf_teach.experiments.contour import level_line, straight_line
from nnf_teach.experiments.xor import CORNERS, NAMES, TARGETS, TOGETHER, best_output, groups_of
from nnf_teach.modules.sigmoid import sigmoid
from nnf_teach.widgets import ui

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Held = tuple[Array, Array]  # where a line is held, and its arrow from there: its weights

EDGE = 5.0  # input space is drawn over [-EDGE, EDGE]^2
LOW, HIGH = -0.25, 1.25  # hidden space, with room for its arrow
PIXELS = 100
CENTRES = np.linspace(EDGE / PIXELS - EDGE, EDGE - EDGE / PIXELS, PIXELS)
ARROW = 80.0  # the arrow in hidden space is v / ARROW
MIN_MARGIN = 0.05  # in hidden space, for the goal
GOAL = f"all four corners right, each at least {MIN_MARGIN} from the output line in hidden space"

START = {"line_1": [0.0, -3.8], "tip_1": [1.5, -3.8], "line_2": [-3.8, 0.0], "tip_2": [-3.8, 1.5]}
OUTPUT = {"line_3": [0.5, 0.5], "tip_3": [0.6, 0.6]}
# W = [[-1, 1], [1, -1]], b = [-4, -4]
SLIDE = {"line_1": [-1.0, 3.0], "tip_1": [-2.0, 4.0], "line_2": [1.0, -3.0], "tip_2": [2.0, -4.0]}
INPUTS = ui.square("x₁", "x₂", EDGE)


def _in_view(p: Array, w: Array, low: float, high: float) -> Held:
    """Return a line and its arrow, both moved until they are in view."""
    w = np.where(np.abs(w) < 1e-6, 0.0, np.round(w, 9))
    return np.clip(p, low - np.minimum(w, 0), high - np.maximum(w, 0)), w


def _line(k: int, words: tuple[str, str], low: float, high: float, step: float) -> list[ui.Part]:
    """Declare a line's two handles: where it is held, which takes its arrow along, and the tip."""
    name, tip = f"line_{k}", f"tip_{k}"
    at = START | OUTPUT

    def carry(s: ui.Values, was: ui.Values) -> ui.State:
        if getattr(s, tip) != getattr(was, tip):
            return {}
        w = np.subtract(getattr(was, tip), getattr(was, name))
        p, w = _in_view(np.array(getattr(s, name)), w, low, high)
        return {name: p.tolist(), tip: (p + w).tolist()}

    return [
        ui.handle(name, words[0], low, high, at=at[name], step=step, sets=carry),
        ui.handle(tip, words[1], low, high, at=at[tip], step=step),
    ]


@ui.widget(
    "XOR by hand",
    *_line(1, ("line 1", "tip of w₁"), -EDGE, EDGE, 0.1),
    *_line(2, ("line 2", "tip of w₂"), -EDGE, EDGE, 0.1),
    *_line(3, ("output line", f"tip of v / {ARROW:.0f}"), LOW, HIGH, 0.02),
    ui.choice("hidden", "Hidden neurons", ("sigmoid", "threshold")),
    ui.toggle("computer", "Let the computer choose the output line", at=True),
    ui.button(
        "slide", "Show the slide's weights", sets={**SLIDE, "hidden": "sigmoid", "computer": True}
    ),
    ui.button("again", "Start again", sets={**START, "computer": True}),
)
def xor_by_hand(s: ui.Values) -> ui.Picture:
    """Drag two hidden lines until a straight line in hidden space solves XOR.

    Its state has the network, `params`: [(W, b), (V, c)].

    >>> network = xor_by_hand()
    >>> network.set(slide=1)
    >>> network.scene.goal.reached
    True
    >>> (W, b), (V, c) = network.state["params"]
    >>> W, b
    ([[-1.0, 1.0], [1.0, -1.0]], [-4.0, -4.0])
    """
    held = {k: _held(s, k, -EDGE, EDGE) for k in (1, 2)}
    W = np.array([w for _, w in held.values()])
    b = np.array([-w @ p for p, w in held.values()]) + 0.0
    step = s.hidden == "threshold"
    H = _hidden(CORNERS @ W.T + b, step)
    best_v, best_c = best_output(H)
    if s.computer:
        v, c = best_v, best_c
        held |= _chosen(v, c)
    else:
        p, arrow = held[3] = _held(s, 3, LOW, HIGH)
        v, c = ARROW * arrow, -float(ARROW * arrow @ p)
    z = H @ v + c
    length = float(np.hypot(*v))
    margins = (2 * TARGETS - 1) * z / length if length else np.zeros(4)
    right = margins > 1e-9
    exists = float(((2 * TARGETS - 1) * (H @ best_v + best_c)).min()) > 1e-6
    return ui.Picture(
        [
            _input_space(s, held, W, b),
            _hidden_space(s, held, H, v, c),
            _answer(W, b, v, c, step, right, sigmoid(z)),
        ],
        _verdict(right, sigmoid(z)),
        _missing(W, H, right, float(margins.min()), exists),
        _places(H),
        _numbers(W, b, v, c),
        goal=ui.Goal(GOAL, bool(right.all() and margins.min() >= MIN_MARGIN)),
        state={f"line_{k}": p.tolist() for k, (p, _) in held.items()}
        | {f"tip_{k}": (p + w).tolist() for k, (p, w) in held.items()}
        | {"params": [(W.tolist(), b.tolist()), ([v.tolist()], [c])]},
    )


def _held(s: ui.Values, k: int, low: float, high: float) -> Held:
    p = np.array(getattr(s, f"line_{k}"))
    return _in_view(p, getattr(s, f"tip_{k}") - p, low, high)


def _chosen(v: Array, c: float) -> dict[int, Held]:
    """Hold the output line that the computer has chosen, if there is one, in the middle."""
    x, y = straight_line(v, c, 0, 1)  # from here an arrow of at most 1/4 stays in view
    return {3: (np.array([np.nanmean(x), np.nanmean(y)]), v / ARROW)} if len(x) else {}


def _hidden(Z: Array, step: bool) -> Array:
    return np.asarray(Z > 0, dtype=np.float64) if step else sigmoid(Z)


def _arrow(s: ui.Values, k: int, held: Held, label: str, color: int) -> list[ui.Arrow | ui.Handle]:
    """Return a line's arrow, and its handles where it is the learner's to move."""
    p, w = held
    place, tip = s.handle(f"line_{k}", *p), s.handle(f"tip_{k}", *(p + w))
    free = k < 3 or not s.computer
    follows = tip.name if free else None
    arrow = ui.Arrow((place.x, place.y), (tip.x, tip.y), label, color, follows)
    return [*([arrow] if k < 3 or w.any() else []), *([place, tip] if free else [])]


def _corners(places: Array, words: str = "") -> list[ui.Points]:
    """Return the corners' symbols, in ink, for every colour is on the maps.

    Where two fall together, both can be seen.
    """
    ones, zeros = places[TARGETS == 1], places[TARGETS == 0]
    return [
        ui.dots(ones[:, 0], ones[:, 1], words and f"{words}1", ui.INK, "square", 14),
        ui.dots(zeros[:, 0], zeros[:, 1], words and f"{words}0", ui.INK, "circle", 10),
    ]


def _input_space(s: ui.Values, held: dict[int, Held], W: Array, b: Array) -> ui.Panel:
    return ui.panel(
        "Input space",
        *INPUTS,
        _corners(CORNERS, "target t = "),
        ui.line(*straight_line(W[0], b[0], -EDGE, EDGE), "h₁ = 1/2", ui.GREEN, "solid", 3),
        _arrow(s, 1, held[1], "w₁", ui.GREEN),
        ui.line(*straight_line(W[1], b[1], -EDGE, EDGE), "h₂ = 1/2", ui.PINK, "dashed", 3),
        _arrow(s, 2, held[2], "w₂", ui.PINK),
        [ui.Text(1.33 * x, 1.33 * y, name) for name, (x, y) in zip(NAMES, CORNERS, strict=True)],
        equal=True,
    )


def _hidden_space(s: ui.Values, held: dict[int, Held], H: Array, v: Array, c: float) -> ui.Panel:
    side = np.linspace(LOW, HIGH, 61)
    surface = sigmoid(v[0] * side + v[1] * side[:, None] + c)
    texts = []
    for group in groups_of(H):
        place = H[group].mean(axis=0)
        x, y = place + np.where(place < 0.5, -0.1, 0.1)
        texts.append(ui.Text(float(x), float(y), ", ".join(NAMES[k] for k in group)))
    return ui.panel(
        "Hidden space",
        ui.axis("h₁", LOW, HIGH, ticks=(0, 0.5, 1)),
        ui.axis("h₂", LOW, HIGH, ticks=(0, 0.5, 1)),
        ui.HeatMap(surface, 0, 1),
        ui.line(*straight_line(v, c, LOW, HIGH), "output line y = 1/2", ui.INK, width=3),
        _corners(H),
        texts,
        _arrow(s, 3, held[3], f"v / {ARROW:.0f}", ui.INK) if 3 in held else None,
        equal=True,
    )


def _answer(W: Array, b: Array, v: Array, c: float, step: bool, right: Flags, y: Array) -> ui.Panel:
    Z = [w[0] * CENTRES + w[1] * CENTRES[:, None] + offset for w, offset in zip(W, b, strict=True)]
    z = v[0] * _hidden(Z[0], step) + v[1] * _hidden(Z[1], step) + c
    # A step has no level line between its pixels: a steep sigmoid's is at the same place.
    smooth = v[0] * sigmoid(8 * Z[0]) + v[1] * sigmoid(8 * Z[1]) + c if step else z
    texts = []
    for k, (x1, x2) in enumerate(CORNERS.tolist()):
        word = f"{NAMES[k]} {'✓' if right[k] else '✗'}"
        texts += [ui.Text(x1, x2 + 1.1, word), ui.Text(x1, x2 - 1.1, f"y = {y[k]:.2f}")]
    return ui.panel(
        "The network's answer",
        *INPUTS,
        ui.HeatMap(sigmoid(z), 0, 1, "y"),
        ui.line(*level_line(smooth, CENTRES, CENTRES), "y = 1/2", ui.INK, width=3),
        _corners(CORNERS),
        texts,
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
        small = " Too near: pull the classes further apart." if margin < MIN_MARGIN else ""
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

    hidden = "; ".join(f"w{'₁₂'[k]} = {pair(W[k])}, b{'₁₂'[k]} = {b[k]:.2f}" for k in (0, 1))
    return f"Hidden layer: {hidden}. Output: v = {pair(v)}, c = {c + 0.0:.2f}."
