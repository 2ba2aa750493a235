"""Where a surface has a given height: the level line, as a polyline that NaN breaks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nnf_teach.arguments import Array


def level_line(values: Array, x: Array, y: Array, level: float = 0.0) -> tuple[Array, Array]:
    """Return x and y of the line on which the surface has the height `level`.

    values[i, j] is the height at (x[j], y[i]). Each cell of the grid is cut into two triangles,
    on which the surface is taken as flat: for a linear function the line is exact, whatever the
    grid. It is made of straight pieces, two ends and NaN each. Triangles with a value that is not
    finite have none.

    >>> corners = np.array([-1.0, 1.0])
    >>> along, up = level_line(np.array([[-3.0, 1.0], [-3.0, 1.0]]), corners, corners)
    >>> along
    array([0.5, 0.5, nan, 0.5, 0.5, nan])
    """
    places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    index = np.arange(values.size).reshape(values.shape)
    a, b = index[:-1, :-1].ravel(), index[:-1, 1:].ravel()
    c, d = index[1:, :-1].ravel(), index[1:, 1:].ravel()
    triangles = np.concatenate([np.stack([a, b, d], axis=1), np.stack([a, c, d], axis=1)])
    above = (values > level).ravel()[triangles]
    count = above.sum(axis=1)
    finite = np.isfinite(values).ravel()[triangles].all(axis=1)
    crossed = (count > 0) & (count < 3) & finite
    triangles, above, count = triangles[crossed], above[crossed], count[crossed]
    # One corner is alone on its side: the line cuts the two edges that leave it.
    alone = np.where(count == 1, above.argmax(axis=1), above.argmin(axis=1))
    row = np.arange(len(triangles))
    start = triangles[row, alone]
    line = np.full((len(triangles), 3, 2), np.nan)
    height = values.ravel() - level
    for k in (1, 2):
        end = triangles[row, (alone + k) % 3]
        share = height[start] / (height[start] - height[end])
        line[:, k - 1] = places[start] + share[:, None] * (places[end] - places[start])
    return line[..., 0].ravel(), line[..., 1].ravel()


def chained(x: Array, y: Array) -> tuple[Array, Array]:
    """Return the pieces of `level_line` joined end to end: the same line in few long strokes.

    A browser draws these several times as fast.

    >>> chained(np.array([0.0, 1.0, np.nan, 2.0, 1.0, np.nan]), np.zeros(6))[0].tolist()
    [0.0, 1.0, 2.0, nan]
    """
    ends = np.stack([x, y], axis=-1).reshape(-1, 3, 2)[:, :2].reshape(-1, 2)
    _, first, names = np.unique(ends.round(9), axis=0, return_index=True, return_inverse=True)
    pairs = [(a, b) for a, b in names.reshape(-1, 2).tolist() if a != b]
    chains = [[*ends[first[chain]], (np.nan, np.nan)] for chain in _chains(pairs)]
    joined = np.array([point for chain in chains for point in chain]).reshape(-1, 2)
    return joined[:, 0], joined[:, 1]


def _chains(pairs: list[tuple[int, int]]) -> Iterator[list[int]]:
    """Yield walks that use each pair once; a walk begins at a loose end where there is one."""
    beside: dict[int, list[int]] = {}
    for a, b in pairs:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    for start in sorted(beside, key=lambda place: len(beside[place]) % 2 == 0):
        while beside[start]:
            walk = [start]
            while beside[walk[-1]]:
                after = beside[walk[-1]].pop()
                beside[after].remove(walk[-1])
                walk.append(after)
            yield walk


def straight_line(
    w: Array, b: float, low: float, high: float, level: float = 0.0
) -> tuple[Array, Array]:
    """Return where <w, x> + b has the height `level`, over the square [low, high]^2.

    >>> along, up = straight_line(np.array([1.0, 0.0]), -0.5, -1.0, 1.0)
    >>> along
    array([0.5, 0.5, nan, 0.5, 0.5, nan])
    """
    corners = np.array([low, high])
    return level_line(w[0] * corners + w[1] * corners[:, None] + b, corners, corners, level)


def chord(w: Array, b: float, edge: float) -> Array | None:
    """Return both ends (2, 2) of <w, x> + b = 0 in the square [-edge, edge]^2, if it meets it.

    >>> chord(np.array([1.0, 0.0]), -0.5, 2.0)
    array([[ 0.5, -2. ],
           [ 0.5,  2. ]])
    """
    foot, along = -b * w / (w @ w), np.array([-w[1], w[0]]) / np.hypot(*w)
    first, last = -np.inf, np.inf
    for start, slope in zip(foot, along, strict=True):
        if abs(slope) < 1e-12:
            if abs(start) > edge:
                return None
            continue
        near, far = sorted(((-edge - start) / slope, (edge - start) / slope))
        first, last = max(first, near), min(last, far)
    return foot + np.outer([first, last], along) if first < last else None
