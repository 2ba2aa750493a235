"""What is observed of functions that draw at random: facts, for no two right answers are equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.exercises.exercise import Fact

STANDARD_ERRORS = 6.0  # a right answer is further off once in 500 million times


def rng_facts(answers: Sequence[Array]) -> dict[str, Fact]:
    """Return whether what was drawn comes from `rng`, and from nothing else.

    Parameters
    ----------
    answers
        The three answers of an exercise with `draws`: to a case, to the same with `rng` further
        on, and to the case again.

    Examples
    --------
    >>> rng_facts([np.array([0.1, 0.7]), np.array([0.3, 0.2]), np.array([0.1, 0.7])])
    {'the same again from the same rng': yes, 'other numbers from another rng': yes}
    """
    first, other, again = answers
    return {
        "the same again from the same rng": Fact.whether(
            np.array_equal(first, again),
            "Called again with the same rng, your function draws something else. Do all numbers "
            "come from rng, or from np.random?",
        ),
        "other numbers from another rng": Fact.whether(
            not np.array_equal(first, other),
            "With another rng your function gives the very same. What does it draw from rng, and "
            "what from a generator of its own?",
        ),
    }


def are_independent(A: Array) -> bool:
    """Return whether rows of many numbers around 0 differ as those of independent numbers do.

    The means of rows of D numbers spread as 1 / sqrt(D) of a number, and the products of two rows
    have the mean square D. Copies are far from one of the two.

    >>> rng = np.random.default_rng(0)
    >>> are_independent(rng.normal(size=(50, 80)))
    True
    >>> are_independent(np.outer(rng.normal(size=50), rng.normal(size=80)))
    False
    """
    n, d = A.shape
    A = A / max(float(np.sqrt(np.mean(A**2))), 1e-300)
    means = A.mean(axis=1).std() * np.sqrt(d)
    products = np.sum((A.T @ A) ** 2) - np.sum(np.sum(A**2, axis=1) ** 2)
    return bool(0.5 < means < 2 and 0.7 < products / (n * (n - 1) * d) < 1.4)


def nearest_name(
    measured: float,
    candidates: Mapping[str, float],
    relative_error: float,
    right: str,
    question: str = "",
) -> Fact:
    """Return which of the named numbers a measured one is, or the number in figures.

    Parameters
    ----------
    measured
        The number that was measured.
    candidates
        Names and their numbers; a name may be a `Fact` with its question.
    relative_error
        The standard error of the measurement, as a share of the number.
    right
        The name of the right one, which comes first where two have the same number.
    question
        What is asked where it is none of them.

    Examples
    --------
    >>> nearest_name(0.0997, {"1 / n": 0.1, "1 / n**2": 0.01}, 0.002, right="1 / n")
    1 / n
    >>> nearest_name(0.05, {"1 / n": 0.1, "1 / n**2": 0.01}, 0.002, right="1 / n")
    about 0.05
    """
    for name in sorted(candidates, key=lambda name: name != right):
        if abs(measured - candidates[name]) <= STANDARD_ERRORS * relative_error * candidates[name]:
            return name if isinstance(name, Fact) else Fact(name)
    return Fact(f"about {measured:.1g}", question)
