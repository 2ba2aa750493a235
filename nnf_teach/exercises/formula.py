"""Functions that are arguments of an exercise: a formula that can be called, printed and sent.

A check hands such a function to the learner's. A formula is nothing but its text, so that a panel
can show it, and another process can build it again from the text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import numpy as np


@dataclass(frozen=True)
class Formula:
    """A scalar function of an array `x`, written with `np`; autograd can differentiate it.

    >>> f = Formula("x[0] ** 2 + 3 * x[1]")
    >>> f([2.0, 1.0])
    7.0
    >>> f
    x[0] ** 2 + 3 * x[1]
    """

    text: str

    as_floats: ClassVar[bool] = False
    """Whether x may be a list, or whole numbers: the formula then gets a copy of it in floats."""

    def __call__(self, x: Any) -> Any:
        return _compiled(self.text)(np.array(x, dtype=float) if self.as_floats else x)

    def __repr__(self) -> str:
        return self.text


@cache
def _compiled(text: str) -> Callable[[Any], Any]:
    from autograd import numpy as anp

    function: Callable[[Any], Any] = eval(f"lambda x: {text}", {"np": anp})
    return function
