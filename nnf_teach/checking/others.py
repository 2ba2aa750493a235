"""The right answer to another question: for other arguments than those that came in.

Each is a function of a `Finding` that returns a sentence or "".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nnf_teach.checking.finding import ENOUGH, Args, Array, Finding, flat, near, with_argument
from nnf_teach.checking.trial import truth_of
from nnf_teach.exercises import Case

_OTHERS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("-{}", lambda x: -x),
    ("|{}|", np.abs),
    ("{} + 1", lambda x: x + 1),
    ("{} - 1", lambda x: x - 1),
    ("2 {}", lambda x: 2 * x),
    ("{} / 2", lambda x: x / 2),
    ("1 - {}", lambda x: 1 - x),
    ("{} squared", lambda x: x * x),
    ("the root of {}", np.sqrt),
    ("1 / {}", lambda x: 1 / x),
    ("0", lambda x: 0 * x),
    ("1", lambda x: 0 * x + 1),
    ("{} rounded", np.round),
    ("{} without what lies below 0", lambda x: np.maximum(x, 0)),
    ("{} cut off at 0 and 1", lambda x: np.clip(x, 0, 1)),
    ("the sign of {}", np.sign),
    ("{} without its last entry", lambda x: x[:-1]),
    ("{} without its first entry", lambda x: x[1:]),
    ("the first entry of {} for all", lambda x: np.repeat(x[:1], len(x), 0)),
    ("the last entry of {} for all", lambda x: np.repeat(x[-1:], len(x), 0)),
    ("{} transposed", lambda x: x.T),
    ("the mean of {}", lambda x: x * 0 + x.mean()),
    ("the mean of each column of {}", lambda x: x * 0 + x.mean(axis=0)),
    ("the sum of {}", lambda x: x * 0 + x.sum()),
    ("{} sorted", np.sort),
    ("{} backwards", lambda x: x[::-1]),
    ("{} shifted by one place", lambda x: np.roll(x, 1, 0)),
    ("{} divided by its length", lambda x: x / len(x)),
)

_Change = Callable[[Args], Args]


def other_argument(finding: Finding) -> str:
    """The right answer to another question: for -x in place of x, say; or a factor times it."""
    return _right_for_another(finding, _changes(finding))


def _right_for_another(finding: Finding, changes: Iterator[tuple[str, _Change]]) -> str:
    if not finding.failing:
        return ""
    for words, change in changes:
        factor = _right_for(finding, change)
        if factor == 1:
            return f"This would be the right answer for {words}. Where does that come in?"
        if factor:
            times = f"{factor:.4g} times the right answer"
            return f"What comes back is {times} for {words}. Where do the two come from?"
    return ""


def _changes(finding: Finding) -> Iterator[tuple[str, _Change]]:
    names = finding.names[: len(finding.cases[0].args)]
    for i, name in enumerate(names):
        for words, change in _OTHERS:
            yield (
                f"{words.format(name)} in place of {name}",
                lambda args, i=i, change=change: with_argument(args, i, change(args[i])),  # type: ignore[misc]
            )
        for j in range(i + 1, len(names)):
            yield (
                f"{name} and {names[j]} exchanged",
                lambda args, i=i, j=j: with_argument(with_argument(args, i, args[j]), j, args[i]),  # type: ignore[misc]
            )


def argument_of_two(finding: Finding) -> str:
    """The right answer for two arguments put together in place of one."""
    return _right_for_another(finding, _of_two(finding))


def _of_two(finding: Finding) -> Iterator[tuple[str, _Change]]:
    names = finding.names[: len(finding.cases[0].args)]
    for i, name in enumerate(names):
        for j, other in enumerate(names):
            for words, combine in _OF_TWO:
                if i != j:
                    yield (
                        f"{words.format(name, other)} in place of {name}",
                        lambda args, i=i, j=j, combine=combine: with_argument(  # type: ignore[misc]
                            args, i, combine(args[i], args[j])
                        ),
                    )


_OF_TWO: tuple[tuple[str, Callable[[Any, Any], Any]], ...] = (
    ("{1}", lambda x, y: y + 0 * x),
    ("{0} times the number of columns of {1}", lambda x, y: x * y.shape[1]),
    ("{0} times len({1})", lambda x, y: x * len(y)),
    ("{0} / len({1})", lambda x, y: x / len(y)),
    ("{0} + {1}", lambda x, y: x + y),
    ("{0} - {1}", lambda x, y: x - y),
    ("{0} times {1}", lambda x, y: x * y),
    ("{0} / {1}", lambda x, y: x / y),
)


def _right_for(finding: Finding, change: _Change) -> float:
    """Return by which factor theirs is the right answer for changed arguments; 0 if it is not."""
    told, factor = set[float](), 0.0
    for asked in [*finding.failing, *finding.passing]:
        if finding.budget.over:
            return 0
        try:
            case = Case(change(asked.case.args))
            other = finding.view(truth_of(finding.trial.exercise, case))
        except Exception:
            return 0
        got, wanted = flat(asked.got), flat(other)
        if other is None or got.shape != wanted.shape or not _alike_shapes(asked.got, other):
            return 0
        factor = factor or _factor(got, wanted)
        if not factor or not near(got, factor * wanted):
            return 0
        if asked.wrong:
            told |= {round(float(x), 9) for x in wanted if np.isfinite(x)}
    enough = ENOUGH if factor == 1 else 2 * ENOUGH
    return factor if len(told - {0.0, 1.0, -1.0}) >= enough else 0


def _alike_shapes(got: Any, other: Any) -> bool:
    return isinstance(got, tuple) == isinstance(other, tuple) and (
        isinstance(got, tuple) or got.shape == other.shape
    )


def _factor(got: Array, wanted: Array) -> float:
    if near(got, wanted):
        return 1.0
    sizes = np.abs(np.where(np.isfinite(wanted), wanted, 0))
    if not sizes.max(initial=0):
        return 0.0
    ratio = float(got[sizes.argmax()] / wanted[sizes.argmax()])
    return ratio if np.isfinite(ratio) else 0.0
