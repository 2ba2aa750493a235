"""When random labels stop being separable by a plane through the origin, and Cover's count of it.

T. M. Cover, "Geometrical and statistical properties of systems of linear inequalities with
applications in pattern recognition", 1965.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from nnf_teach.arguments import Array

REACH = 4  # n goes to REACH * d
TOLERANCE = 1e-9
UNDECIDED = -1


def separable_share(n: int, d: int) -> float:
    """Return Cover's share C(n, d) / 2^n, with C(n, d) = 2 (binom(n-1, 0) + ... + binom(n-1, d-1)).

    C(n, d) counts the dichotomies of n points of R^d in general position that a hyperplane
    through the origin separates. A hyperplane with a bias in R^d is one through the origin in
    R^(d+1), with a constant 1 as further input.

    >>> [separable_share(n, 2) for n in (1, 2, 3, 4)]
    [1.0, 1.0, 0.75, 0.5]
    """
    return float(2 * sum(math.comb(n - 1, k) for k in range(d)) / 2**n)


def first_inseparable(points: Array, labels: Array) -> Array:
    """Return for each run the smallest n whose first n labels no hyperplane through 0 separates.

    Points are (S, n, d), one run per row, and labels (S, n) are -1 or 1. The answer (S,) is n + 1
    where all n points are separable, and `UNDECIDED` where rounding spoilt a certificate (no run
    in 8,500 with d up to 20).

    With a_i = label_i * point_i a run is separable up to n when some w has <w, a_i> > 0 for all
    i < n. For points in general position (d of them are never dependent; gaussian points are
    so with probability 1) exactly one holds: there is such a w, or -a_0 is a non-negative
    combination of the others. The simplex method looks for that combination, from
    artificial columns that it drives out one by one, for all runs at once; a column enters
    when it violates the present w, and another point is looked at when none does. Both
    endings are certificates, and are checked.

    On a line through the origin all a_i must have one sign:

    >>> first_inseparable(np.array([[[1.0], [2.0], [-3.0]]]), np.array([[1, 1, 1]]))
    array([3])
    """
    a = points * labels[..., None]
    runs, n, d = a.shape
    target = -a[:, 0]
    artificial = np.sign(target)[:, :, None] * np.eye(d)  # columns of the first basis
    inverse, basis = artificial.copy(), np.full((runs, d), -1)  # -1: an artificial column
    amount = np.abs(target)  # (S, d): of each column in the basis
    seen = np.ones(runs, dtype=np.intp)  # points looked at so far
    stuck = np.full(runs, UNDECIDED)
    going = np.arange(runs)
    for _ in range(60 * d):  # about 4 d are needed
        y = ((basis[going] < 0)[:, None, :] @ inverse[going])[:, 0]
        price = (a[going] @ y[:, :, None])[:, :, 0]
        price[:, 0] = 0.0
        violates = price > TOLERANCE
        none = ~violates.any(axis=1)
        certain = (y[none] * a[going[none], 0]).sum(axis=1) < -TOLERANCE
        stuck[going[none]] = np.where(certain, n + 1, UNDECIDED)
        going, price, violates = going[~none], price[~none], violates[~none]
        if not len(going):
            break
        known = violates & (np.arange(n) < seen[going, None])
        first = violates.argmax(axis=1)
        enter = np.where(known.any(axis=1), np.where(known, price, 0).argmax(axis=1), first)
        seen[going] = np.maximum(seen[going], enter + 1)
        change = (inverse[going] @ a[going, enter][:, :, None])[:, :, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(change > TOLERANCE, amount[going] / change, np.inf)
        leave = ratio.argmin(axis=1)
        step = ratio[np.arange(len(going)), leave]
        amount[going] -= step[:, None] * change
        amount[going, leave] = step
        row = inverse[going, leave] / change[np.arange(len(going)), leave, None]
        inverse[going] -= change[:, :, None] * row[:, None, :]
        inverse[going, leave] = row
        basis[going, leave] = enter
        done = (basis[going] >= 0).all(axis=1)
        ended = going[done]
        sums = (amount[ended][:, None, :] @ a[ended[:, None], basis[ended]])[:, 0]
        exact = np.abs(sums - target[ended]).max(axis=1, initial=0) < 1e-6
        stuck[ended] = np.where(exact & (amount[ended] > -1e-6).all(axis=1), seen[ended], UNDECIDED)
        going = going[~done]
    return stuck


@functools.lru_cache(maxsize=64)
def measure(d: int, runs: int, seed: int) -> tuple[int, ...]:
    """Return `first_inseparable` of random gaussian points with random labels.

    More runs of one seed begin with the same ones.

    >>> measure(3, 4, seed=1) == measure(3, 8, seed=1)[:4]
    True
    """
    for_points, for_labels = np.random.default_rng([d, seed]).spawn(2)
    points = for_points.standard_normal((runs, REACH * d, d))
    labels = for_labels.choice([-1, 1], (runs, REACH * d))
    return tuple(first_inseparable(points, labels).tolist())


@functools.lru_cache(maxsize=64)
def cover_curve(d: int) -> tuple[float, ...]:
    """Return `separable_share(n, d)` for n = 1..REACH d."""
    return tuple(separable_share(n, d) for n in range(1, REACH * d + 1))
