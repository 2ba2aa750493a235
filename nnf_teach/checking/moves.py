"""What moves an answer: arguments that change nothing, or too much, and the answer for others.

Each is a function of a `Finding` that returns a sentence or "".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from nnf_teach.checking.answers import same
from nnf_teach.checking.finding import (
    ENOUGH,
    Args,
    Array,
    Asked,
    Finding,
    arguments,
    flat,
    near,
    telling,
)
from nnf_teach.checking.trial import truth_of
from nnf_teach.exercises import Case

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


def _with(args: Args, i: int, value: Any) -> Args:
    return (*args[:i], value, *args[i + 1 :])


def _variants(args: Args, i: int, pick: _Pick) -> Iterator[Args]:
    """Yield arguments in which one is moved, here and there, as a whole or in a part."""
    if i >= len(args):
        return
    for share in SHARES:
        moved = _moved(args[i], share)
        picked = None if moved is None else pick(args[i], moved)
        if picked is None or near(flat(picked), flat(args[i])):
            return
        yield _with(args, i, picked)


_BeforeAfter = tuple[Asked, Asked]


def _before_and_after(
    finding: Finding, asked: Sequence[Asked], i: int, pick: _Pick
) -> Iterator[_BeforeAfter]:
    """Move one of the arguments; yield what was before beside what is now."""
    for one in asked[:FEW]:
        for args in _variants(one.case.args, i, pick):
            now = finding.ask([args])
            if now is not None:
                yield one, now[0]


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


# The right answer to another question ------------------------------------------------------------

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
                lambda args, i=i, change=change: _with(args, i, change(args[i])),  # type: ignore[misc]
            )
        for j in range(i + 1, len(names)):
            yield (
                f"{name} and {names[j]} exchanged",
                lambda args, i=i, j=j: _with(_with(args, i, args[j]), j, args[i]),  # type: ignore[misc]
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
                        lambda args, i=i, j=j, combine=combine: _with(  # type: ignore[misc]
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
