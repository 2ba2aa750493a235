"""The linear regions of a ReLU network of two inputs, counted by cutting polygons.

G. Montúfar, R. Pascanu, K. Cho, Y. Bengio, "On the number of linear regions of deep neural
networks", 2014; for one layer T. Zaslavsky, "Facing up to arrangements", 1975.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.experiments.contour import chord

Params = Sequence[tuple[Array, Array]]
Point = tuple[float, float]

WIDEST = 8  # layer of a random network
EDGE = 1.0  # the square is [-EDGE, EDGE]^2
SPREAD = 0.3  # of the biases: most lines of the first layer meet inside the square
NEAR = 1e-9  # what is nearer to a unit's line than that lies on it


class Piece(NamedTuple):
    """A convex polygon in which no unit switches."""

    corners: list[Point]
    A: Array  # (K, 2): there the last hidden layer is A x + c
    c: Array  # (K,)
    on: Array  # (units,): which units are on, over all layers, input side first
    dead: bool  # a whole layer is off: the network is constant here


class Regions(NamedTuple):
    """The polygons, and the segments along which each layer's units switch."""

    pieces: list[Piece]
    cuts: list[list[tuple[Point, Point]]]  # by layer
    counts: list[int]  # pieces after each layer


def random_network(width: int, depth: int, seed: int) -> list[tuple[Array, Array]]:
    """Return a random ReLU network of two inputs, `depth` hidden layers of `width` units.

    Networks of one seed contain one another: one unit more leaves the first layer's lines
    where they are, one layer more leaves all layers before it.

    >>> small, large = random_network(2, 1, seed=3), random_network(5, 3, seed=3)
    >>> bool((small[0][0] == large[0][0][:2]).all())
    True
    """
    params, inputs = [], 2
    for layer in range(depth):
        rng = np.random.default_rng([seed, layer])
        W, b = rng.standard_normal((WIDEST, WIDEST)), rng.standard_normal(WIDEST)
        params.append((W[:width, :inputs] * math.sqrt(2 / inputs), SPREAD * b[:width]))
        inputs = width
    return params


def folding_network(width: int, depth: int) -> list[tuple[Array, Array]]:
    """Return a network of two inputs that has as many regions as Montúfar et al. 2014 promise.

    All layers but the last fold the square, along both of its sides: half of the units look at
    each input, and their kinks are p = width // 2 equal parts apart. The last layer's lines all
    touch a small circle, so that each of them meets each other one. With p = 1 nothing is folded.

    >>> split_square(folding_network(4, 3)).counts
    [4, 16, 176]
    """
    p = width // 2
    kinks = np.tile(np.arange(p) / p, 2)
    from_each = np.kron(np.eye(2), np.ones((p, 1)))  # p units for each of two numbers
    zigzag = p * np.array([1.0, *(2 * (-1) ** np.arange(1, p))])
    fold = np.kron(np.eye(2), zigzag)  # from the units back to two numbers in [0, 1]
    into, shift = np.eye(2) / (2 * EDGE), np.full(2, 0.5)  # from the square to [0, 1]^2
    params = []
    for _ in range(depth - 1):
        params.append((from_each @ into, from_each @ shift - kinks))
        into, shift = fold, np.zeros(2)
    angles = np.pi * np.arange(width) / width
    lines = np.column_stack([np.cos(angles), np.sin(angles)])
    through = lines @ [0.5, 0.5] + 0.08
    return [*params, (lines @ into, lines @ shift - through)]


def with_lines(params: Params, lines: Mapping[int, Sequence[Point]]) -> list[tuple[Array, Array]]:
    """Return the network in which some units of the first layer switch along other lines.

    Parameters
    ----------
    params : list of (W, b)
        Hidden layers; the first has two inputs.
    lines : {unit: (A, B)}
        Two points of each line. The unit is on to the right of the way from A to B, and keeps
        the size of its weights. Where A is B, the line is upright.

    Examples
    --------
    >>> (W, b), *_ = with_lines([(np.array([[0.0, 2.0]]), np.zeros(1))], {0: [(0.5, 0), (0.5, 1)]})
    >>> W.tolist(), b.tolist()
    ([[2.0, -0.0]], [-1.0])
    """
    (W, b), *later = params
    W, b = W.copy(), b.copy()
    for unit, (start, end) in lines.items():
        along = np.subtract(end, start) if np.hypot(*np.subtract(end, start)) > NEAR else [0, 1]
        W[unit] = np.hypot(*W[unit]) * np.array([along[1], -along[0]]) / np.hypot(*along)
        b[unit] = -W[unit] @ start
    return [(W, b), *later]


def two_points(w: Array, b: float, edge: float = EDGE) -> list[Point]:
    """Return two points of the line on which a unit switches, as `with_lines` takes them.

    They are in the square, or near the line where that does not meet the square.

    >>> two_points(np.array([2.0, 0.0]), -1.0)
    [(0.5, -0.5), (0.5, 0.5)]
    """
    ends = chord(w, b, edge)
    if ends is None:
        foot, along = -b * w / (w @ w), np.array([-w[1], w[0]]) / np.hypot(*w)
        ends = (0.8 * edge * foot / np.abs(foot).max()) + np.outer([-0.2, 0.2], along)
    places = ends[0] + np.outer([0.25, 0.75], ends[1] - ends[0])
    return [(float(x), float(y)) for x, y in places]


def split_square(params: Params, edge: float = EDGE) -> Regions:
    """Cut [-edge, edge]^2 into the regions in which no ReLU of the network switches.

    Inside a region every layer is an affine function of x, so a unit of the next layer
    switches along a straight line: each region is cut by these lines, layer after layer.

    Parameters
    ----------
    params : list of (W, b)
        The hidden layers, input side first; W is (K, D), the first with D = 2.
    edge : float

    Returns
    -------
    Regions
        Parts thinner than `NEAR` are not cut off.

    Examples
    --------
    The lines x1 = 0 and x2 = 0 make four regions; h1 + h2 = 1 then cuts the one in which both
    units are on, and the two in which one is:

    >>> cross = (np.eye(2), np.zeros(2))
    >>> split_square([cross, (np.array([[1.0, 1.0]]), np.array([-0.5]))]).counts
    [4, 7]
    """
    corners = [(-edge, -edge), (edge, -edge), (edge, edge), (-edge, edge)]
    pieces = [Piece(corners, np.eye(2), np.zeros(2), np.zeros(0, bool), False)]
    cuts: list[list[tuple[Point, Point]]] = []
    counts = []
    for W, b in params:
        pieces, found = _split(pieces, W, b)
        cuts.append(found)
        counts.append(len(pieces))
    return Regions(pieces, cuts, counts)


def _split(
    pieces: list[Piece], W: Array, b: Array
) -> tuple[list[Piece], list[tuple[Point, Point]]]:
    """Cut pieces along the lines of one layer's units, each by one line at a time."""
    A = W @ np.array([piece.A for piece in pieces])
    c = np.array([piece.c for piece in pieces]) @ W.T + b
    near = NEAR * np.hypot(A[..., 0], A[..., 1])
    waiting = [(k, piece.corners) for k, piece in enumerate(pieces)]
    parts: list[tuple[int, Piece]] = []
    cuts: list[tuple[Point, Point]] = []
    while waiting:
        of = np.array([k for k, _ in waiting])
        sizes = np.array([len(corners) for _, corners in waiting])
        starts = np.cumsum(sizes) - sizes
        x, y = np.array([corner for _, corners in waiting for corner in corners]).T[..., None]
        at = np.repeat(of, sizes)
        z = x * A[at, :, 0] + y * A[at, :, 1] + c[at]
        crossing = np.maximum.reduceat(z, starts) > near[of]
        crossing &= np.minimum.reduceat(z, starts) < -near[of]
        on = np.add.reduceat(z, starts) > 0
        some, units = crossing.any(axis=1).tolist(), crossing.argmax(axis=1).tolist()
        ahead: list[tuple[int, list[Point]]] = []
        for j, (k, corners) in enumerate(waiting):
            if some[j]:
                unit, start = units[j], starts[j]
                signed = z[start : start + len(corners), unit].tolist()
                low, high, ends = _cut(corners, signed, float(near[k, unit]))
                cuts.append(ends)
                ahead += [(k, low), (k, high)]
                continue
            kept, before = on[j], pieces[k]
            known, dead = np.concatenate([before.on, kept]), before.dead or not kept.any()
            parts.append((k, Piece(corners, A[k] * kept[:, None], c[k] * kept, known, dead)))
        waiting = ahead
    return [part for _, part in sorted(parts, key=operator.itemgetter(0))], cuts


def _cut(
    corners: list[Point], z: list[float], near: float
) -> tuple[list[Point], list[Point], tuple[Point, Point]]:
    """Return both parts of a convex polygon, z < 0 first, and the ends of the cut."""
    low, high, ends = [], [], []
    signs = [0 if abs(value) <= near else math.copysign(1, value) for value in z]
    for k, ((x, y), sign) in enumerate(zip(corners, signs, strict=True)):
        if sign >= 0:
            high.append((x, y))
        if sign <= 0:
            low.append((x, y))
        if sign == 0:
            ends.append((x, y))
        after = (k + 1) % len(corners)
        if sign * signs[after] < 0:
            share = z[k] / (z[k] - z[after])
            x1, y1 = corners[after]
            place = (x + share * (x1 - x), y + share * (y1 - y))
            for part in (low, high, ends):
                part.append(place)
    return low, high, (ends[0], ends[1])


def most_regions(units: int, inputs: int = 2) -> int:
    """Return the most regions of one layer: binom(units, 0) + ... + binom(units, inputs).

    Zaslavsky's count of the regions that hyperplanes in general position make.

    >>> most_regions(3), most_regions(4)
    (7, 11)
    """
    return sum(math.comb(units, k) for k in range(inputs + 1))


def reachable_regions(width: int, depth: int, inputs: int = 2) -> int | None:
    """Return the lower bound of Montúfar et al. 2014 for the best network of this shape.

    Every layer but the last folds each of the n0 inputs floor(n / n0) times onto itself; the
    last one cuts what lies there: floor(n / n0)^(n0 (depth - 1)) * (binom(n, 0) + ... +
    binom(n, n0)). None for n < n0, where the bound says nothing.

    >>> [reachable_regions(4, depth) for depth in (1, 2, 3)]
    [11, 44, 176]
    """
    if width < inputs:
        return None
    return int((width // inputs) ** (inputs * (depth - 1)) * most_regions(width, inputs))
