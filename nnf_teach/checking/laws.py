"""Laws that the right answers keep and a wrong one breaks, or the other way round.

Each is a function of a `Finding` that returns a sentence or "".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnf_teach.checking.finding import Array, Asked, Finding, as_numbers, flat, near, telling

FEW = 4  # cases whose arguments are changed

_Law = tuple[str, Callable[[Array], bool]]


def _sums(axis: int | None, to: float) -> Callable[[Array], bool]:
    def holds(values: Array) -> bool:
        if values.ndim == 0 or (axis == 1 and values.ndim < 2):
            return False
        sums = values.sum(axis=None if axis is None else axis)
        return bool(np.allclose(sums, to, atol=1e-6))

    return holds


OPENINGS = ("In the right answers", "In yours")
_LAWS: tuple[_Law, ...] = (
    ("the numbers of each row add up to 1", _sums(1, 1)),
    ("the numbers of each row add up to 0", _sums(1, 0)),
    ("the numbers of each column add up to 1", lambda a: a.ndim == 2 and _sums(0, 1)(a)),
    ("the numbers of each column add up to 0", lambda a: a.ndim == 2 and _sums(0, 0)(a)),
    ("all numbers together add up to 1", _sums(None, 1)),
    ("all numbers together add up to 0", _sums(None, 0)),
    ("no number is below 0", lambda a: bool((a >= 0).all())),
    ("no number is above 0", lambda a: bool((a <= 0).all())),
    ("no number is above 1", lambda a: bool((a <= 1).all())),
    ("no number is below -1", lambda a: bool((a >= -1).all())),
    ("all numbers are whole", lambda a: bool((a == np.round(a)).all())),
    ("no number is 0", lambda a: bool((a != 0).all())),
    ("some numbers are 0", lambda a: a.size > 1 and bool((a == 0).any())),
    ("all numbers are equal", lambda a: a.size > 1 and _flat(np.ptp(a), a)),
    ("all rows are equal", lambda a: a.ndim == 2 and len(a) > 1 and _flat(np.ptp(a, axis=0), a)),
    (
        "all columns are equal",
        lambda a: a.ndim == 2 and a.shape[1] > 1 and _flat(np.ptp(a, axis=1), a),
    ),
    (
        "rows and columns may be exchanged",
        lambda a: a.ndim == 2 and len(a) == a.shape[1] > 1 and near(a, a.T),
    ),
    (
        "the numbers never fall from one to the next",
        lambda a: a.ndim == 1 and a.size > 2 and bool((np.diff(a) >= 0).all()),
    ),
)


def _flat(spread: Any, of: Array) -> bool:
    return bool((spread <= 1e-9 * np.abs(of).max(initial=0)).all())


def broken_law(finding: Finding) -> str:
    """A law of all right answers that theirs breaks wherever it is wrong, or the opposite."""
    theirs, truths = [pair[0] for _, pair in finding.plain], [pair[1] for _, pair in finding.plain]
    all_right = [as_numbers(finding.view(truth)) for truth in finding.trial.truths]
    right = [truth for truth in all_right if truth is not None and truth.size]
    if len(truths) < 2:
        return ""
    for words, law in _LAWS:
        if _kept(law, right) and not any(map(law, theirs)):
            return f"{OPENINGS[0]} {words}; in yours that is not so."
        if _kept(law, theirs) and not any(map(law, truths)):
            return f"{OPENINGS[1]} {words}, {finding.where}; in the right ones that is not so."
    return ""


def _kept(law: Callable[[Array], bool], answers: Sequence[Any]) -> bool:
    return all(map(law, answers))


# What follows a change of an argument ------------------------------------------------------------

_CHANGES: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("When 1 is added to {}", lambda x: x + 1),
    ("When {} is doubled", lambda x: 2 * x),
    ("When every sign in {} is changed", lambda x: -x),
    ("When the rows of {} come in the opposite order", lambda x: x[::-1].copy()),
)
_RESPONSES: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("stays the same", lambda y: y),
    ("doubles", lambda y: 2 * y),
    ("becomes half as large", lambda y: y / 2),
    ("becomes four times as large", lambda y: 4 * y),
    ("changes its sign", lambda y: -y),
    ("grows by 1", lambda y: y + 1),
    ("becomes 1 minus what it was", lambda y: 1 - y),
    ("comes in the opposite order, too", lambda y: y[::-1]),
)


def other_response(finding: Finding) -> str:
    """What follows a change of an argument: for all right answers one thing, not for theirs."""
    failing = [asked for asked, _ in finding.plain][:FEW]
    if len(failing) < 2 or telling(flat(a.truth) for a in failing) < 2 * FEW:
        return ""
    for words, change in _CHANGES:
        for i, name in enumerate(finding.names):
            after = _after(finding, failing, i, change)
            if after is None:
                continue
            both = list(zip(failing, after, strict=True))
            right = _response([(a.truth, b.truth) for a, b in both])
            theirs = [_responses(a.got, b.got) for a, b in both]
            if right is not None and not any(right in found for found in theirs):
                own = _response([(a.got, b.got) for a, b in both])
                yours = f"yours {own}" if own else "yours does not do that"
                return f"{words.format(name)}, {finding.the_right} {right}; {yours}."
            own = _response([(a.got, b.got) for a, b in both])
            moved = [own in _responses(a.truth, b.truth) for a, b in both]
            if right is None and own is not None and not any(moved):
                return f"{words.format(name)}, yours {own}; {finding.the_right} does not do that."
    return ""


def _after(
    finding: Finding, failing: Sequence[Asked], i: int, change: Callable[[Any], Any]
) -> list[Asked] | None:
    argss = []
    for asked in failing:
        args = asked.case.args
        value = args[i] if i < len(args) else None
        if not isinstance(value, np.ndarray) or value.ndim == 0 or value.dtype.kind != "f":
            return None
        try:
            argss.append((*args[:i], change(value), *args[i + 1 :]))
        except Exception:
            return None
    return finding.ask(argss)


def _responses(before: Any, after: Any) -> list[str]:
    one, other = as_numbers(before), as_numbers(after)
    if one is None or other is None or one.shape != other.shape or not np.isfinite(other).all():
        return []
    found = []
    for words, response in _RESPONSES:
        try:
            if np.allclose(response(one), other, rtol=1e-6, atol=1e-9):
                found.append(words)
        except (IndexError, ValueError):
            continue
    return found


def _response(pairs: Sequence[tuple[Any, Any]]) -> str | None:
    """Return the first response that all have in common."""
    each = [_responses(*pair) for pair in pairs]
    return next((words for words in each[0] if all(words in other for other in each)), None)
