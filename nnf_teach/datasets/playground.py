"""The six data sets of the TensorFlow Playground, so that runs can be compared with its own.

Ranges, radii, padding and the meaning of noise are those of `src/dataset.ts` in
github.com/tensorflow/playground (D. Smilkov and S. Carter, 2016). The Playground takes 500
points for classification and 1200 for regression, and calls its classes -1 and 1; here they are
0 and 1, and `2 * t - 1` gives the Playground's back (for XOR, `1 - 2 * t`; see there).

`noise` is what the Playground's slider shows, divided by 100: the slider goes to noise 0.5. What
it does depends on the data set. Points come in random order, so that the first half is a
training set and the second half a test set. Each function takes

n : int
    How many points.
noise : float
    From 0 to 1.
rng : numpy.random.Generator

and returns X, an array (n, 2), and t, an array (n,). A bad argument raises a sentence.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.arguments import generator, number, whole_number

Points = NDArray[np.float64]
Labels = NDArray[np.intp]

RADIUS = 5.0


def make_xor(n: int, noise: float = 0.0, *, rng: np.random.Generator) -> tuple[Points, Labels]:
    """Draw points of a square whose class is the XOR of their signs: t = [x1 x2 < 0].

    Both coordinates are uniform in (-5, 5) and then pushed 0.3 away from the axes, to at most
    5.3. Noise changes labels, not points: t is that of the point moved by noise * uniform(-5, 5)
    in each coordinate. The Playground's class 1 is that of equal signs, the reverse of XOR.

    Examples
    --------
    >>> X, t = make_xor(500, rng=np.random.default_rng(0))
    >>> X_train, t_train, X_test, t_test = X[:250], t[:250], X[250:], t[250:]
    >>> bool(np.all(t == (X[:, 0] * X[:, 1] < 0))), float(abs(X).min()) >= 0.3
    (True, True)
    """
    n, noise, rng = _arguments("make_xor", n, noise, rng)
    X = rng.uniform(-5, 5, (n, 2))
    X += np.where(X > 0, 0.3, -0.3)
    moved = X + noise * rng.uniform(-5, 5, (n, 2))
    return X, (moved[:, 0] * moved[:, 1] < 0).astype(np.intp)


def make_circle(n: int, noise: float = 0.0, *, rng: np.random.Generator) -> tuple[Points, Labels]:
    """Draw a disc and a ring around it: t = [distance from the centre < 2.5].

    Half the points have a distance uniform in (0, 2.5), the others in (3.5, 5). Noise changes
    labels, not points: t is that of the point moved by noise * uniform(-5, 5) in each coordinate.

    Examples
    --------
    >>> X, t = make_circle(100, rng=np.random.default_rng(0))
    >>> distance = np.hypot(X[:, 0], X[:, 1])
    >>> int(t.sum()), bool(distance[t == 1].max() < 2.5), bool(distance[t == 0].min() > 3.5)
    (50, True, True)
    """
    n, noise, rng = _arguments("make_circle", n, noise, rng)
    inside = rng.permutation(_halves(n)) == 1
    low, high = np.where(inside, 0, 0.7 * RADIUS), np.where(inside, 0.5 * RADIUS, RADIUS)
    X = _at(rng.uniform(low, high), rng.uniform(0, 2 * np.pi, n))
    moved = X + noise * rng.uniform(-RADIUS, RADIUS, (n, 2))
    return X, (np.hypot(moved[:, 0], moved[:, 1]) < 0.5 * RADIUS).astype(np.intp)


def make_gaussians(
    n: int, noise: float = 0.0, *, rng: np.random.Generator
) -> tuple[Points, Labels]:
    """Draw two round clouds, class 1 around (2, 2) and class 0 around (-2, -2).

    The variance of each coordinate is 0.5 + 7 noise: 0.5 at noise 0, and 4 at noise 0.5.

    Examples
    --------
    >>> X, t = make_gaussians(100, rng=np.random.default_rng(0))
    >>> int(t.sum()), X[t == 1].mean(axis=0).round().tolist()
    (50, [2.0, 2.0])
    """
    n, noise, rng = _arguments("make_gaussians", n, noise, rng)
    t = rng.permutation(_halves(n))
    centre = np.where(t == 1, 2.0, -2.0)[:, None]
    return centre + np.sqrt(0.5 + 7 * noise) * rng.standard_normal((n, 2)), t


def make_spiral(n: int, noise: float = 0.0, *, rng: np.random.Generator) -> tuple[Points, Labels]:
    """Draw two arms of a spiral, each of 1.75 turns from the centre to radius 5.

    Point i of the m points of an arm has radius r = 5 i / m and angle a = 1.75 * 2 pi * i / m,
    and stands at (r sin a, r cos a); the arm of class 0 is turned by half a turn. Noise moves
    points, by noise * uniform(-1, 1) in each coordinate. At noise 0 only the order is random.

    Examples
    --------
    >>> X, t = make_spiral(6, rng=np.random.default_rng(0))
    >>> np.sort(np.hypot(X[:, 0], X[:, 1])[t == 1]).round(3).tolist()
    [0.0, 1.667, 3.333]
    """
    n, noise, rng = _arguments("make_spiral", n, noise, rng)
    t = _halves(n)
    ones = int(t.sum())
    part = np.concatenate([np.arange(ones) / ones, np.arange(n - ones) / max(n - ones, 1)])
    X = _at(RADIUS * part, 1.75 * 2 * np.pi * part + np.pi * (1 - t))
    X += noise * rng.uniform(-1, 1, (n, 2))
    order = rng.permutation(n)
    return X[order], t[order]


def make_plane(n: int, noise: float = 0.0, *, rng: np.random.Generator) -> tuple[Points, Points]:
    """Draw points of a plane to regress: t = (x1 + x2) / 10, with x uniform in (-6, 6).

    Noise changes targets, not points: t is that of the point moved by noise * uniform(-6, 6) in
    each coordinate. At noise 0 the targets lie between -1.2 and 1.2.

    Examples
    --------
    >>> X, t = make_plane(100, rng=np.random.default_rng(0))
    >>> bool(np.allclose(t, X.sum(axis=1) / 10))
    True
    """
    X, moved = _square("make_plane", n, noise, rng)
    return X, moved.sum(axis=1) / 10


def make_gaussian_hills(
    n: int, noise: float = 0.0, *, rng: np.random.Generator
) -> tuple[Points, Points]:
    """Draw points over three hills and three hollows to regress, x uniform in (-6, 6).

    t rises in a straight line from 0 at distance 2 to 1 at a hill's top, (-4, 2.5), (4, 2.5) or
    (0, -2.5), and falls in the same way to -1 at a hollow's, (0, 2.5), (-4, -2.5) or (4, -2.5).
    (The Playground calls the set "multi gaussian", though these are cones.) Noise changes
    targets, not points: t is that of the point moved by noise * uniform(-6, 6) in each coordinate.

    Examples
    --------
    >>> X, t = make_gaussian_hills(1200, rng=np.random.default_rng(0))
    >>> nearest = np.hypot(X[:, 0] - 4, X[:, 1] - 2.5).argmin()
    >>> round(float(t[nearest]), 1), bool(abs(t).max() <= 1)
    (1.0, True)
    """
    X, moved = _square("make_gaussian_hills", n, noise, rng)
    centres = np.array([(x, y) for y in (2.5, -2.5) for x in (-4.0, 0.0, 4.0)])
    signs = np.array([1, -1, 1, -1, 1, -1])
    away = np.hypot(*(moved[:, None, :] - centres).T).T  # (n, 6)
    nearest = away.argmin(axis=1)  # circles of radius 2 around them touch, no more
    return X, signs[nearest] * np.clip(1 - away.min(axis=1) / 2, 0, 1)


def _arguments(where: str, n: Any, noise: Any, rng: Any) -> tuple[int, float, np.random.Generator]:
    n = whole_number(where, "n", n, low=1)
    return n, number(where, "noise", noise, low=0, high=1), generator(where, rng)


def _halves(n: int) -> Labels:
    """Return ones, then zeros; of an odd number, one more one."""
    return (np.arange(n) < (n + 1) // 2).astype(np.intp)


def _at(radius: Points, angle: Points) -> Points:
    """Return (n, 2) points, angles counted clockwise from the top, as the Playground does."""
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)


def _square(where: str, n: int, noise: float, rng: np.random.Generator) -> tuple[Points, Points]:
    """Return points of the square, and where noise moves them."""
    n, noise, rng = _arguments(where, n, noise, rng)
    X = rng.uniform(-6, 6, (n, 2))
    return X, X + noise * rng.uniform(-6, 6, (n, 2))
