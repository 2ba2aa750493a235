"""What a test that a learner writes is tried on: functions, right in several ways or wrong in one.

A test sees of a candidate what it returns, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Function = Callable[..., Any]
MOST = 2_000  # numbers in a call: a small example shows what is wrong


@dataclass(frozen=True)
class Candidate:
    """One function that a test gets: its name, what is said about it, and whether it is right.

    Its arguments become arrays of floats.

    >>> Candidate("double", lambda x: x + x, "adds x to itself", True)
    a double that adds x to itself
    """

    name: str
    function: Function
    about: str
    right: bool

    def __call__(self, *args: Any, **named: Any) -> Any:
        if sum(np.size(value) for value in (*args, *named.values())) > MOST:
            raise ValueError(f"More than {MOST:,} numbers: a small example will do.")
        arrays = [np.array(value, dtype=float) for value in args]
        others = {name: np.array(value, dtype=float) for name, value in named.items()}
        with np.errstate(all="ignore"):
            return self.function(*arrays, **others)

    def make(self) -> Function:
        """Return what the test gets."""

        def given(*args: Any, **named: Any) -> Any:
            return self(*args, **named)

        given.__name__ = given.__qualname__ = self.name
        return given

    def __repr__(self) -> str:
        return f"a {self.name} that {self.about}"


@dataclass(frozen=True, eq=False)
class Subject:
    """The function that a test is for.

    Attributes
    ----------
    name
        Of the function.
    right
        Right functions, by what can be said after "one of them". Small changes of the first are
        wrong ones, beside those that are named here.
    wrong
        Wrong functions, by the same.
    inputs
        Arguments of calls; on one of them a wrong function differs from the right ones.
    """

    name: str
    right: Mapping[str, Function]
    wrong: Mapping[str, Function]
    inputs: Callable[[np.random.Generator], Sequence[tuple[Any, ...]]]

    def cases(self, rng: np.random.Generator) -> Iterator[tuple[Candidate]]:
        """Yield the arguments of a case for each candidate that has words of its own."""
        for named, right in ((self.right, True), (self.wrong, False)):
            for about, function in named.items():
                yield (Candidate(self.name, function, about, right),)
