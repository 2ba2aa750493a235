"""The four corners of XOR, the slide's hidden layer, and the best line between corners in it.

Slide "1-hidden layer network vs XOR".
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.modules.sigmoid import sigmoid

CORNERS = np.array([(-3.0, -3.0), (-3.0, 3.0), (3.0, -3.0), (3.0, 3.0)])
TARGETS = np.array([0, 1, 1, 0])
NAMES = "ABCD"
W_SLIDE, B_SLIDE = np.array([[-1.0, 1.0], [1.0, -1.0]]), np.array([-4.0, -4.0])
STEEPEST = 20.0  # the longest v that is chosen
SURE = 4.0  # its z at the nearest corner, if v need not be longer: y = 0.98 or 0.02
TOGETHER = 0.05  # corners nearer than that in hidden space count as one place


def slide_layer(X: Array) -> Array:
    """Return the slide's hidden layer, sigmoid(X W^T + b).

    >>> slide_layer(np.array([[-3.0, 3.0], [3.0, 3.0]])).round(2)
    array([[0.88, 0.  ],
           [0.02, 0.02]])
    """
    return sigmoid(X @ W_SLIDE.T + B_SLIDE)


def best_output(H: Array) -> tuple[Array, float]:
    """Return the output neuron (v, c) whose line separates the corners best in hidden space.

    H (4, 2) has the places of CORNERS there. The line lies half-way between the classes, as far
    from both as it can be. Where no line separates them, it gets three corners right; where it
    cannot even do that, v = 0.

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
