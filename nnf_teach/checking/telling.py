"""Which example convinces: one in plain numbers, whose wrong and right values are far apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnf_teach.checking.answers import show
from nnf_teach.checking.trial import Trial

FAR = 0.05  # of the largest number
LARGE = 100  # more is out of reach by hand: what is exp of it?


def nearness(trial: Trial, k: int) -> int:
    """Say how near an answer looks to the right one: 0 far, 1 near, 2 the same as it is printed."""
    outcome, truth = trial.calls.outcomes[k], trial.truths[k]
    if outcome.error is not None or not isinstance(truth, np.ndarray | np.generic | tuple):
        return 0
    if show(outcome.answer) == show(truth):
        return 2
    return int(not _far(outcome.answer, truth))


def _far(got: Any, right: Any) -> bool:
    if isinstance(right, tuple):
        return not isinstance(got, tuple) or any(map(_far, got, right))
    a, b = np.asarray(got, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if a.shape != b.shape or not a.size:
        return a.shape != b.shape
    with np.errstate(all="ignore"):
        far = np.abs(a - b) > FAR * np.maximum(np.abs(a).max(), np.abs(b).max())
    return bool(far.any() or not np.isfinite(a).all())


def plain(args: Any) -> bool:
    """Whether all numbers can be read and computed with: of two decimal places at most, below 100.

    >>> plain((np.array([1, -0.5]), 2)), plain((np.array([0.12573]),)), plain((np.array([1000]),))
    (True, False, False)
    """
    if isinstance(args, tuple | list):
        return all(map(plain, args))
    if isinstance(args, np.ndarray | float | int) and np.asarray(args).dtype.kind in "fi":
        with np.errstate(all="ignore"):
            rounded = np.array_equal(np.round(args, 2), args, equal_nan=True)
            return bool(rounded and not np.any(np.abs(args) >= LARGE))
    return True
