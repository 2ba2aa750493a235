"""What is observed of functions that draw at random: facts, for no two right answers are equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

STANDARD_ERRORS = 6.0  # a right answer is further off once in 500 million times


class Fact(str):
    """A fact in words, which is printed without quotes."""

    def __repr__(self) -> str:
        return str(self)


def rng_facts(answers: Sequence[Array]) -> dict[str, bool]:
    """Return whether what was drawn comes from `rng`, and from nothing else.

    Parameters
    ----------
    answers
        The three answers of an exercise with `draws`: to a case, to the same with `rng` further
        on, and to the case again.

    Examples
    --------
    >>> rng_facts([np.array([0.1, 0.7]), np.array([0.3, 0.2]), np.array([0.1, 0.7])])
    {'the same again from the same rng': True, 'other numbers from another rng': True}
    """
    first, other, again = answers
    return {
        "the same again from the same rng": bool(np.array_equal(first, again)),
        "other numbers from another rng": not np.array_equal(first, other),
    }


def nearest_name(
    measured: float, candidates: Mapping[str, float], relative_error: float, right: str
) -> Fact:
    """Return which of the named numbers a measured one is, or the number in figures.

    Parameters
    ----------
    measured
        The number that was measured.
    candidates
        Names and their numbers.
    relative_error
        The standard error of the measurement, as a share of the number.
    right
        The name of the right one, which comes first where two have the same number.

    Examples
    --------
    >>> nearest_name(0.0997, {"1 / n": 0.1, "1 / n**2": 0.01}, 0.002, right="1 / n")
    1 / n
    >>> nearest_name(0.05, {"1 / n": 0.1, "1 / n**2": 0.01}, 0.002, right="1 / n")
    about 0.05
    """
    names = [right, *(name for name in candidates if name != right)]
    for name in names:
        if abs(measured - candidates[name]) <= STANDARD_ERRORS * relative_error * candidates[name]:
            return Fact(name)
    return Fact(f"about {measured:.1g}")
