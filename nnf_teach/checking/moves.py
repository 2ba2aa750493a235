"""What moves an answer: arguments that change nothing, or too much.

Each is a function of a `Finding` that returns a sentence or "".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from nnf_teach.checking.answers import same
from nnf_teach.checking.finding import (
    Args,
    Asked,
    Finding,
    arguments,
    flat,
    near,
    telling,
    with_argument,
)

SHARES = (0.3, -0.6, -4.0, 8.0)  # by which the numbers of an argument are moved
FEW = 4  # cases on which arguments are moved
MANY = 16  # those on which they must be seen to move nothing

# Arguments, and parts of them, that are moved ----------------------------------------------------


def _moved(value: Any, share: float) -> Any:
    """Return an argument with each number moved by another share; None where it has none."""
    match value:
        case bool() | np.bool_():
            return not value
        case int() | np.integer():
            return value + {0.3: 1, -0.6: 2, -4.0: 5}.get(share, 20)
        case float() | np.floating():
            return (1 + share) * value + 0.1
        case np.ndarray(size=size, dtype=dtype) if size and dtype.kind == "f":
            shares = share * np.sin(1.0 + np.arange(size)).reshape(value.shape)
            return value * (1 + shares) + 0.1 * shares
        case np.ndarray(size=size, dtype=dtype) if size and dtype.kind == "i":
            return value.max() + value.min() - value  # labels stay labels
        case np.ndarray(size=size, dtype=dtype) if size and dtype.kind == "b":
            return ~value
        case list() | tuple() if value:
            parts = [_moved(part, share) for part in value]
            return None if any(part is None for part in parts) else type(value)(parts)
    return None


_Pick = Callable[[Any, Any], Any]  # (argument, moved argument) -> argument moved in a part


def _at(index: Any, rank: int) -> _Pick:
    def pick(value: Any, moved: Any) -> Any:
        if not isinstance(value, np.ndarray) or value.ndim < rank or value.shape[rank - 1] < 2:
            return None
        if isinstance(index, tuple) and value.shape[-1] < 2:
            return None
        changed = value.copy()
        changed[index] = moved[index]
        return changed

    return pick


def _leaf(layer: int, part: int) -> _Pick:
    def pick(value: Any, moved: Any) -> Any:
        if not isinstance(value, list) or len(value) < 2 or not isinstance(value[0], tuple):
            return None
        changed, pair = list(value), list(value[layer])
        pair[part] = moved[layer][part]
        changed[layer] = tuple(pair)
        return changed

    return pick


def _item(k: int) -> _Pick:
    def pick(value: Any, moved: Any) -> Any:
        if not isinstance(value, tuple) or len(value) <= k:
            return None
        return (*value[:k], moved[k], *value[k + 1 :])

    return pick


_PICKS: tuple[tuple[str, _Pick], ...] = (
    ("{}", lambda value, moved: moved),
    ("{}[0]", _item(0)),
    ("{}[1]", _item(1)),
    ("{}[-1][0]", _leaf(-1, 0)),
    ("{}[-1][1]", _leaf(-1, 1)),
    ("{}[0][0]", _leaf(0, 0)),
    ("{}[0][1]", _leaf(0, 1)),
    ("anything in {} but its first {}", _at(slice(1, None), 1)),
    ("anything in {} but its last {}", _at(slice(None, -1), 1)),
    ("the first {1} of {0}", _at(slice(0, 1), 1)),
    ("the last {1} of {0}", _at(slice(-1, None), 1)),
    ("anything in {} but its first column", _at((slice(None), slice(1, None)), 2)),
    ("anything in {} but its last column", _at((slice(None), slice(None, -1)), 2)),
    ("the first column of {}", _at((slice(None), slice(0, 1)), 2)),
    ("the last column of {}", _at((slice(None), slice(-1, None)), 2)),
)


def _variants(args: Args, i: int, pick: _Pick) -> Iterator[Args]:
    """Yield arguments in which one is moved, here and there, as a whole or in a part."""
    if i >= len(args):
        return
    for share in SHARES:
        moved = _moved(args[i], share)
        picked = None if moved is None else pick(args[i], moved)
        if picked is None or near(flat(picked), flat(args[i])):
            return
        yield with_argument(args, i, picked)


_BeforeAfter = tuple[Asked, Asked]


def _before_and_after(
    finding: Finding, asked: Sequence[Asked], i: int, pick: _Pick
) -> Iterator[_BeforeAfter]:
    """Move one of the arguments; yield what was before beside what is now."""
    for one in asked[:FEW]:
        for now in finding.ask_each(list(_variants(one.case.args, i, pick))):
            yield one, now


def _all(
    pairs: Iterator[_BeforeAfter],
    counts: Callable[[_BeforeAfter], bool],
    holds: Callable[[_BeforeAfter], bool],
) -> int:
    """Return in how many cases something holds of all pairs that count; 0 where it does not."""
    seen = set()
    for pair in pairs:
        if counts(pair):
            if not holds(pair):
                return 0
            seen.add(id(pair[0]))
    return len(seen)


# What changes with an argument -------------------------------------------------------------------


def ignored_argument(finding: Finding) -> str:
    """An argument, or a part of one, that changes the right answer and not theirs."""
    for words, pick in _PICKS:
        for i, name in enumerate(finding.names):
            wrong = _before_and_after(finding, finding.failing, i, pick)
            if _all(wrong, _moves, _stays) < 2:
                continue
            if _never_moves(finding, i, pick):
                what = words.format(name, _line(finding.failing[0].case.args[i]))
                ask = f"Where does {what} come in?" if words[0] == "{" else "What else counts?"
                same_still = finding.verb("stays", "stay")
                return f"{finding.yours} {same_still} the same when {what} changes. {ask}"
    return ""


def _never_moves(finding: Finding, i: int, pick: _Pick) -> bool:
    """Whether no example gives another answer, whatever is right there."""
    asked = [*finding.failing, *finding.passing][:MANY]
    variants = [(one, args) for one in asked for args in _variants(one.case.args, i, pick)]
    after = finding.ask([args for _, args in variants])
    return after is not None and all(
        same(one.got, now.got) or not np.isfinite(flat(one.got)).all()
        for (one, _), now in zip(variants, after, strict=True)
    )


def _line(value: Any) -> str:
    return "row" if isinstance(value, np.ndarray) and value.ndim == 2 else "entry"


def _moves(pair: _BeforeAfter) -> bool:
    return not same(pair[0].truth, pair[1].truth)


def _stays(pair: _BeforeAfter) -> bool:
    before, after = pair
    return bool(np.isfinite(flat(before.got)).all()) and same(before.got, after.got)


def _changes_theirs(pair: _BeforeAfter) -> bool:
    before, after = flat(pair[0].got), flat(pair[1].got)
    return bool(np.isfinite(before).all() and np.isfinite(after).all()) and not near(before, after)


def too_much_moves(finding: Finding) -> str:
    """An argument that changes their answer and not the right one."""
    if telling(flat(a.truth) for a in finding.failing) < 2 * FEW:
        return ""  # of few numbers, the right one may stay the same by chance
    for i, name in enumerate(finding.names):
        pairs = _before_and_after(finding, finding.failing, i, _PICKS[0][1])
        only_theirs = _all(pairs, lambda p: True, lambda p: not _moves(p) and _changes_theirs(p))
        if only_theirs >= 2:
            change, do = finding.verb("changes", "change"), finding.verb("does", "do")
            right = f"{finding.the_right} {do} not"
            return f"{finding.yours} {change} with {name}; {right}. Why is {name} needed?"
    return ""


def other_rows(finding: Finding) -> str:
    """Whether one row of an argument moves the other rows of the answer."""
    if not finding.failing:
        return ""
    for axis, word in enumerate((_line(finding.failing[0].truth), "column")):
        first = (slice(None),) * axis + (slice(0, 1),)
        rest = (slice(None),) * axis + (slice(1, None),)

        def right(pair: _BeforeAfter, rest: Any = rest) -> bool:
            return same(pair[0].truth[rest], pair[1].truth[rest])

        def theirs(pair: _BeforeAfter, rest: Any = rest) -> bool:
            return same(pair[0].got[rest], pair[1].got[rest])

        for i, name in enumerate(finding.names):

            def pairs(i: int = i, axis: int = axis, first: Any = first) -> Iterator[_BeforeAfter]:
                found = _before_and_after(finding, finding.failing, i, _at(first, axis + 1))
                return (p for p in found if _lines_up(p[0], i, axis))

            values = arguments(finding.failing, i)
            one = word if axis or not values else _line(values[0])
            others = f"the other {_plural(word)} of {_lower(finding.yours)}"
            when = f"When one {one} of {name} changes, {others}"
            if _all(pairs(), lambda p: True, lambda p: right(p) and not theirs(p)) >= 2:
                return f"{when} change, too; those of {finding.the_right} do not."
            if _all(pairs(), lambda p: True, lambda p: theirs(p) and not right(p)) >= 2:
                return f"{when} stay as they are; those of {finding.the_right} change."
    return ""


def _plural(word: str) -> str:
    return "entries" if word == "entry" else f"{word}s"


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _lines_up(asked: Asked, i: int, axis: int) -> bool:
    pair, value = asked.pair, asked.case.args[i]
    return (
        pair is not None
        and pair[0].ndim > axis < value.ndim
        and pair[1].shape[axis] == value.shape[axis] > 1
        and bool(np.isfinite(pair[0]).all())
    )
