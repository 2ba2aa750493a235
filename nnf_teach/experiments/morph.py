"""The XOR data, a grid and the boundary on their way from input space into hidden space."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.datasets.blobs import make_blobs
from nnf_teach.experiments.contour import level_line
from nnf_teach.experiments.xor import CORNERS, TARGETS
from nnf_teach.modules import init_params, last_state, sigmoid, train

Layer = Callable[[Array], Array]  # from (N, 2) to (N, K)

EDGE = 5.0  # input space is [-EDGE, EDGE]^2, scaled to [0, 1]^2
ROOM = 0.06  # around the unit square
NEAR = 0.02  # the boundary is found on squares of this side, as a share of the picture
LEARNING_RATE, EPOCHS = 2.0, 400

X_DATA, _CORNER = make_blobs(80, 0.6, centres=CORNERS, rng=np.random.default_rng(0))
T_DATA = TARGETS[_CORNER]
ALONG = np.linspace(-EDGE, EDGE, 41)
LINES = np.stack(np.meshgrid(np.linspace(-EDGE, EDGE, 11), ALONG, indexing="ij"), axis=-1)
FAMILIES = np.stack([LINES, LINES[..., ::-1]])  # (2, lines, points, 2): x1 constant, x2 constant
SIDE = np.linspace(-EDGE, EDGE, round(1 / NEAR) + 1)


def train_network(units: int, seed: int) -> tuple[Layer, Array, float]:
    """Train 2 inputs, `units` sigmoids and one output on the data: return the layer, v and c."""
    params = init_params((2, units, 1), rng=np.random.default_rng(seed))
    states = train(params, X_DATA, T_DATA, learning_rate=LEARNING_RATE, epochs=EPOCHS)
    (W, b), (V, c) = last_state(states).params
    return lambda X: sigmoid(X @ W.T + b), V[0], float(c[0])


class Morph(NamedTuple):
    """Where everything starts and ends, in shares of the picture, and what the end looks like."""

    # From start to end: lines (2, lines, points, 2), boundary (pieces, 2, 2), data (N, 2), corners.
    ways: list[tuple[Array, Array]]
    output_line: tuple[Array, Array]  # x and y, at the end
    names: tuple[str, str]  # of the axes at the end
    lows: Array  # (2,): the values at the shares 0 of these axes
    highs: Array  # (2,)
    units: int
    wrong: int | None  # data on the wrong side of the output line; None where there is none
    places: int
    missing: int  # places that are not finite

    def at(self, share: float) -> list[Array]:
        """Return everything at a share of its way."""
        return [(1 - share) * start + share * end for start, end in self.ways]


def make_morph(layer: Layer, v: Array, c: float) -> Morph:
    """Follow the data, a grid of lines and the boundary through a hidden layer.

    The output neuron is y = sigmoid(<v, h> + c), with v (K,). With v = 0 there is no boundary.

    >>> morph = make_morph(lambda X: (X + EDGE) / (2 * EDGE), np.array([1.0, 0.0]), -0.5)
    >>> bool(np.allclose(morph.at(0)[2], morph.at(1)[2])), morph.names, morph.wrong
    (True, ('h₁', 'h₂'), 40)
    """
    lattice = layer(np.stack(np.meshgrid(SIDE, SIDE), axis=-1).reshape(-1, 2)) @ v + c
    x, y = level_line(lattice.reshape(len(SIDE), -1), SIDE, SIDE)
    pieces = np.stack([x, y], axis=-1).reshape(-1, 3, 2)[:, :2]
    starts = [FAMILIES, pieces, X_DATA, CORNERS]
    sizes = np.cumsum([start.size // 2 for start in starts])[:-1]
    X = np.concatenate([start.reshape(-1, 2) for start in starts])
    H = layer(X)
    basis, names, lows, highs = _look(H, v, X)
    spans = highs - lows
    ends = np.split((H @ basis.T - lows) / spans, sizes)
    ways = [
        ((start + EDGE) / (2 * EDGE), end.reshape(start.shape))
        for start, end in zip(starts, ends, strict=True)
    ]
    rim = np.array([-ROOM, 1 + ROOM])
    slope = basis @ v
    heights = slope[0] * (lows[0] + spans[0] * rim)
    heights = heights + (slope[1] * (lows[1] + spans[1] * rim))[:, None] + c
    return Morph(
        ways,
        level_line(heights, rim, rim),
        names,
        lows,
        highs,
        units=H.shape[1],
        wrong=int(((np.split(H, sizes)[2] @ v + c > 0) != T_DATA).sum()) if v.any() else None,
        places=len(H),
        missing=int((~np.isfinite(H)).any(axis=1).sum()),
    )


def _look(H: Array, v: Array, X: Array) -> tuple[Array, tuple[str, str], Array, Array]:
    """Return the two directions in which hidden space is seen, their names and ranges.

    Two units are the two axes. More units are seen in the plane of v and of the direction
    across v in which the points spread most: there the output plane is seen on its edge.
    """
    finite = H[np.isfinite(H).all(axis=1)]
    if H.shape[1] == 2:
        low, high = np.min(finite, initial=0), np.max(finite, initial=1)
        return np.eye(2), ("h₁", "h₂"), np.full(2, low), np.full(2, high)
    n = v / np.hypot.reduce(v)
    centred = finite - finite.mean(axis=0)
    across = np.linalg.svd(centred - np.outer(centred @ n, n), full_matrices=False)[2][0]
    across *= 1 if (H @ across) @ X.sum(axis=1) > 0 else -1
    basis = np.stack([n, across])
    seen = finite @ basis.T
    return basis, ("along v", "across v"), seen.min(axis=0), seen.max(axis=0)
