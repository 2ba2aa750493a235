"""The errors of ReLU networks that learnt an inner product: what lesson 08's table is read from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PATH = Path(__file__).parents[1] / "data" / "product_errors.json"


@dataclass(frozen=True)
class ProductErrors:
    """Mean squared errors on <x, z> / sqrt(d), x and z standard normal, on new examples.

    Attributes
    ----------
    dimensions : tuple of int
    widths : tuple of int
        Units of the one hidden layer.
    errors : (dimensions, widths, starts)
    steps : int
        Of Adam, with 256 new examples each.
    """

    dimensions: tuple[int, ...]
    widths: tuple[int, ...]
    errors: NDArray[np.float64]
    steps: int

    def smallest_width(self, dimension: int, target: float) -> int | None:
        """Return the smallest width whose median error is at most the target, or None.

        >>> load_product_errors().smallest_width(4, 0.1)
        16
        """
        medians = np.median(self.errors[self.dimensions.index(dimension)], axis=1)
        return next((w for w, e in zip(self.widths, medians, strict=True) if e <= target), None)


def load_product_errors() -> ProductErrors:
    """Read the measured errors.

    They are this course's own, made by `python -m nnf_teach.recording.widths`.

    >>> load_product_errors().errors.shape
    (5, 8, 3)
    """
    found: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return ProductErrors(
        tuple(found["dimensions"]),
        tuple(found["widths"]),
        np.array(found["errors"]),
        found["steps"],
    )
