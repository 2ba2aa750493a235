"""Curves that are handed to a learner's function, and what several exercises compute with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.exercises.formula import Formula

Array = NDArray[Any]


@dataclass(frozen=True, repr=False)
class Curve(Formula):
    """A function of one number that takes numbers and arrays of any shape.

    >>> Curve("np.abs(x)")([-1, 2])
    array([1., 2.])
    """

    lipschitz: float = 1.0  # |f(x) - f(z)| <= lipschitz |x - z|
    kinks: tuple[float, ...] = ()

    as_floats = True  # a copy: f(x) = x hands it back


def polygon(knots: Array, values: Array, low: float, high: float) -> Curve:
    """Return the curve through these points; its Lipschitz constant holds on [low, high]."""
    places, heights = ([float(f"{v:.6g}") for v in numbers] for numbers in (knots, values))
    slopes = np.abs(np.diff(heights) / np.diff(places))
    inside = (np.array(places[1:]) > low) & (np.array(places[:-1]) < high)
    text = f"np.interp(x, {places}, {heights})"
    return Curve(text, float(slopes[inside].max()), tuple(places[1:-1]))


def sigmoid(z: Array) -> Array:
    return np.asarray(0.5 + 0.5 * np.tanh(z / 2))
