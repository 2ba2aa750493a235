"""Where an answer is wrong: in which examples, at which numbers, in which parts.

Each is a function of a `Finding` that returns a sentence or "". What is said holds of every
example of the check and of two further seeds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnf_teach.checking.answers import show
from nnf_teach.checking.finding import Array, Asked, Finding, arguments, as_numbers, flat, part_name

CHANCE = 8  # one in so many, that only one row is wrong in all examples, and it is the last
SIDE = 3  # numbers on each side of a border, at least
CASES = 2  # cases on each side of one
MOST = 3  # things that are told at once
FEW_WAYS = 20  # to choose the wrong ones of all examples, at least, for a length to say which
MANY_WAYS = 100  # the same for one of many traits
ACCIDENT = 1e-3  # the chance below which what some have in common is told
TINY = 2e-9  # what is no more than the tolerance of a check
FAR = 5  # times as large, for the size of the numbers to say which examples are wrong
LARGEST, RIGHT_ONE = "the largest number", "the right one"
LEFT = 4  # kinds of special cases that are worth being told
NUMBERS, EXAMPLES = "Of the numbers tried,", "Of the examples tried,"

_Mask = NDArray[np.bool_]


def some_places(finding: Finding) -> str:
    """Only one row, column or entry is wrong or right, the same in all examples."""
    wrong = [~np.isclose(got, truth, rtol=1e-6, atol=1e-9) for got, truth in finding.pairs]
    if not wrong or any(w.ndim != wrong[0].ndim or not 1 <= w.ndim <= 2 for w in wrong):
        return ""
    if not all(np.isfinite(got).all() for got, _ in finding.pairs):
        return ""  # out of range: it is the size of the numbers there, not their place
    if len(wrong) < len(finding.failing):
        return ""
    where = finding.where
    for axis, word in enumerate(("row", "column")[: wrong[0].ndim]):
        lines = [np.atleast_1d(w if w.ndim == 1 else w.any(axis=1 - axis)) for w in wrong]
        word = word if wrong[0].ndim == 2 else "entry"
        if any(len(line) < 2 for line in lines) or np.prod([len(line) for line in lines]) < CHANCE:
            continue
        if all(line[0] and not line[1:].any() for line in lines):
            return f"Only the first {word} is wrong, {where}."
        if all(line[-1] and not line[:-1].any() for line in lines):
            return f"Only the last {word} is wrong, {where}."
        if all(line[1:].all() and not line[0] for line in lines):
            return f"Only the first {word} is right, {where}. What happens to the others?"
        if all(line[:-1].all() and not line[-1] for line in lines):
            return f"Only the last {word} is right, {where}. What happens to the others?"
    squares = [w for w in wrong if w.ndim == 2 and w.shape[0] == w.shape[1] > 1]
    if len(squares) == len(wrong) > 1:
        diagonals = [np.eye(len(w), dtype=bool) for w in squares]
        if all(np.array_equal(w, d) for w, d in zip(squares, diagonals, strict=True)):
            return f"Only the diagonal is wrong, {where}."
        if all(np.array_equal(w, ~d) for w, d in zip(squares, diagonals, strict=True)):
            return f"Only the diagonal is right, {where}."
    return ""


# Which numbers -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Kind:
    """A kind of numbers: in words, and which they are."""

    words: str
    holds: Callable[[Array], _Mask]


_KINDS = (
    _Kind("is 0", lambda x: np.abs(x) <= TINY),
    _Kind("is below 0", lambda x: x < -TINY),
    _Kind("is above 0", lambda x: x > TINY),
    _Kind("is 1", lambda x: x == 1),
    _Kind("is above 1", lambda x: x > 1),
    _Kind("is not a whole number", lambda x: x != np.round(x)),
)


def _kinds(words: str) -> Sequence[_Kind]:
    """Return the kinds of numbers that may say something; whether a right one is whole does not."""
    return _KINDS[:-1] if words == RIGHT_ONE else _KINDS


def some_numbers(finding: Finding) -> str:
    """The numbers that are wrong are those at which an argument, or the right number, is so."""
    wrong, beside = _numbers(finding)
    if _ways(finding, wrong) < MANY_WAYS:
        return ""
    for words, values in beside:
        for kind in _kinds(words):
            found = kind.holds(values)
            if np.array_equal(found, wrong):
                return f"{NUMBERS} exactly those where {words} {kind.words} are wrong."
            if np.array_equal(~found, wrong):
                return f"{NUMBERS} only those where {words} {kind.words} are right."
        if said := _parted(words, values, wrong):
            return f"{NUMBERS} {said}."
    return ""


def mostly_some_numbers(finding: Finding) -> str:
    """No number of some kind is wrong, or all are, and most others are not so."""
    wrong, beside = _numbers(finding)
    kinds = [(f"{w} {kind.words}", kind.holds(v)) for w, v in beside for kind in _kinds(w)]
    return _mostly(kinds, wrong, f"{NUMBERS} all", "where", finding.times)


def _numbers(finding: Finding) -> tuple[_Mask, list[tuple[str, Array]]]:
    """Return which numbers of all examples are wrong, and what lies beside them."""
    asked = [a for a in finding.all_asked if np.size(flat(a.truth))]
    pairs = [a.pair for a in asked]
    if not pairs or any(pair is None for pair in pairs):
        return np.zeros(0, dtype=bool), []
    got, truth = (np.concatenate([np.ravel(p[i]) for p in pairs if p]) for i in (0, 1))
    wrong = ~np.isclose(got, truth, rtol=1e-6, atol=1e-9, equal_nan=True)
    if min(wrong.sum(), (~wrong).sum()) < SIDE:
        return wrong, []
    return wrong, list(_numbers_beside(finding, asked, truth))


def _mostly(
    traits: Sequence[tuple[str, _Mask]], wrong: _Mask, of: str, where: str, times: int
) -> str:
    """Say of what kind are those that are all right, or all wrong, if that is no accident."""
    best, said = ACCIDENT, ""
    for words, found in traits:
        for state, opposite, others in (("right", "wrong", wrong), ("wrong", "right", ~wrong)):
            inside, outside = int(found.sum()), int(others.sum())
            left = len(wrong) - inside
            if (found & others).any() or inside < SIDE or 2 * outside < left:
                continue
            n, rest = len(wrong) // times, left // times
            bad = min(outside // times, rest)
            chance = math.comb(rest, bad) / math.comb(n, bad)
            if chance < best:
                best = chance
                of_them = f"of the other {left}, {outside} are {opposite}"
                said = f"{of} {inside} {where} {words} are {state}; {of_them}."
    return said


def _numbers_beside(
    finding: Finding, asked: Sequence[Asked], truth: Array
) -> Iterator[tuple[str, Array]]:
    """Yield the numbers of arguments that lie at those of the answer, and the right ones."""
    for i, name in enumerate(finding.names):
        values = [as_numbers(value) for value in arguments(asked, i)]
        beside = [
            np.ravel(value)
            for value, a in zip(values, asked, strict=False)
            if value is not None and value.shape == np.shape(a.truth)
        ]
        if len(beside) == len(asked):
            yield name, np.concatenate(beside)
    if any(np.size(a.truth) > 1 for a in asked):
        yield RIGHT_ONE, truth


def _parted(words: str, values: Array, wrong: _Mask) -> str:
    """Say at which value right and wrong numbers are parted, if they are."""
    size = f"the size of {words.removeprefix('the size of ')}"
    zero = values == 0
    if border := _border(values, wrong):
        return f"each is right where {words} {border[0]}, and wrong where it {border[1]}"
    if border := _border(np.abs(values), wrong):
        return f"each is right where {size} {border[0]}, and wrong where it {border[1]}"
    border = _border(np.abs(values[~zero]), wrong[~zero])
    if zero.any() and not wrong[zero].any() and border:
        return f"each is right where {words} is 0 and where its size {border[0]}, and no other"
    return ""


def _border(values: Array, wrong: _Mask) -> tuple[str, str] | None:
    """Return where right and wrong values lie if one value parts them, in words."""
    right, bad = values[~wrong], values[wrong]
    if not np.isfinite(values).all() or min(len(set(right)), len(set(bad))) < SIDE:
        return None
    if right.max() < bad.min():
        return f"is {right.max():.4g} or less", f"is {bad.min():.4g} or more"
    if bad.max() < right.min():
        return f"is {right.min():.4g} or more", f"is {bad.max():.4g} or less"
    return None


# Which examples ----------------------------------------------------------------------------------


def _ways(finding: Finding, wrong: _Mask) -> int:
    """Count the ways to choose the wrong ones of a check; 1 where hardly any is wrong or right."""
    bad, times = int(wrong.sum()), finding.times
    if min(bad, len(wrong) - bad) < CASES * times:
        return 1
    return math.comb(len(wrong) // times, bad // times)


def some_examples(finding: Finding) -> str:
    """The examples that are wrong are those with something in common."""
    asked = finding.all_asked
    wrong = np.array([a.wrong for a in asked], dtype=bool)
    ways = _ways(finding, wrong)
    if ways < FEW_WAYS:
        return ""
    for words, values in _sizes(finding.names, asked):
        right, bad = values[~wrong], values[wrong]
        apart = FAR if words.startswith(LARGEST) else 1
        if apart * right.max() < bad.min():
            side = _more(bad.min(), values)
            return f"{EXAMPLES} exactly those in which {words} is {side} are wrong."
        if apart * bad.max() < right.min():
            side = _less(bad.max(), values)
            return f"{EXAMPLES} exactly those in which {words} is {side} are wrong."
    for words, found in _traits(finding.names, asked) if ways >= MANY_WAYS else ():
        if np.array_equal(found, wrong):
            return f"{EXAMPLES} exactly those in which {words} are wrong."
        if np.array_equal(~found, wrong):
            return f"{EXAMPLES} only those in which {words} are right."
    return ""


def mostly_some_examples(finding: Finding) -> str:
    """No example of some kind is wrong, or all are, and most others are not so."""
    asked = finding.all_asked
    wrong = np.array([a.wrong for a in asked], dtype=bool)
    if not asked:
        return ""
    sizes = _sizes(finding.names, asked)
    kinds = [(f"{w} is {n}", values == n) for w, values in sizes for n in (0, 1, 2)]
    kinds += _traits(finding.names, asked)
    return _mostly(kinds, wrong, f"{EXAMPLES} all", "in which", finding.times)


def _more(value: float, values: Array) -> str:
    return f"{value:.4g}" if value == values.max() else f"{value:.4g} or more"


def _less(value: float, values: Array) -> str:
    return f"{value:.4g}" if value == values.min() else f"{value:.4g} or less"


def _sizes(names: Sequence[str], asked: Sequence[Asked]) -> Iterator[tuple[str, Array]]:
    """Yield lengths of arguments, and arguments that are numbers, example by example."""
    for i, name in enumerate(names):
        values = arguments(asked, i)
        if not values:
            continue
        arrays = [v for v in values if isinstance(v, np.ndarray) and v.size]
        ranks = {a.ndim for a in arrays} if len(arrays) == len(values) else set()
        if all(isinstance(v, list) for v in values):
            yield f"the length of {name}", np.array([float(len(v)) for v in values])
        elif all(isinstance(v, int | float | np.number) for v in values):
            yield name, np.array([float(v) for v in values])
        elif ranks == {2}:
            yield f"the number of rows of {name}", np.array([float(len(a)) for a in arrays])
            columns = [float(a.shape[1]) for a in arrays]
            yield f"the number of columns of {name}", np.array(columns)
        elif ranks == {1}:
            yield f"the length of {name}", np.array([float(len(a)) for a in arrays])
        elif ranks:
            yield f"the number of axes of {name}", np.array([float(a.ndim) for a in arrays])
        if ranks and all(np.isfinite(a).all() for a in arrays):
            largest = np.array([float(np.abs(a).max()) for a in arrays])
            yield f"{LARGEST} of {name}, without its sign,", largest
    if all(np.size(flat(a.truth)) == 1 for a in asked):
        yield "the right answer", np.array([float(flat(a.truth)[0]) for a in asked])


_TRAITS: tuple[tuple[str, Callable[[Array], bool]], ...] = (
    ("{} has numbers below 0", lambda a: bool((a < 0).any())),
    ("{} has numbers above 0", lambda a: bool((a > 0).any())),
    ("{} has a 0", lambda a: bool((a == 0).any())),
    ("a number occurs twice in {}", lambda a: a.size > len(np.unique(a))),
    ("{} has only whole numbers", lambda a: bool((a == np.round(a)).all())),
    ("{} has as many rows as columns", lambda a: a.ndim == 2 and a.shape[0] == a.shape[1]),
    ("{} has more rows than columns", lambda a: a.ndim == 2 and a.shape[0] > a.shape[1]),
    ("the largest number of {} comes first", lambda a: a.ndim == 1 and a.argmax() == 0),
    ("the largest number of {} comes last", lambda a: a.ndim == 1 and a.argmax() == len(a) - 1),
    ("the smallest number of {} comes first", lambda a: a.ndim == 1 and a.argmin() == 0),
    ("the smallest number of {} comes last", lambda a: a.ndim == 1 and a.argmin() == len(a) - 1),
    ("{} falls somewhere after it has risen", lambda a: a.ndim == 1 and _falls_after_a_rise(a)),
    ("{} falls somewhere", lambda a: a.ndim == 1 and bool((np.diff(a) < 0).any())),
    ("{} rises somewhere", lambda a: a.ndim == 1 and bool((np.diff(a) > 0).any())),
)


def _falls_after_a_rise(values: Array) -> bool:
    rises = np.flatnonzero(np.diff(values) > 0)
    return bool(rises.size and (np.diff(values)[rises[0] :] < 0).any())


def _traits(names: Sequence[str], asked: Sequence[Asked]) -> Iterator[tuple[str, _Mask]]:
    """Yield what some examples have, and which they are."""
    for i, name in enumerate(names):
        arrays = [a for a in map(as_numbers, arguments(asked, i)) if a is not None and a.size]
        if not arrays or len(arrays) < len(asked):
            continue
        if all(a.ndim == 0 for a in arrays):
            values = np.array([float(a) for a in arrays])
            yield from ((f"{name} {kind.words}", kind.holds(values)) for kind in _KINDS)
            continue
        for words, has in _TRAITS:
            yield words.format(name), np.array([has(a) for a in arrays], dtype=bool)
        for j in range(i + 1, len(names)):
            lengths = [
                (np.shape(a), np.shape(b))
                for a, b in zip(arrays, arguments(asked, j), strict=False)
                if isinstance(b, np.ndarray)
            ]
            if len(lengths) == len(asked) and all(a and b for a, b in lengths):
                same_length = np.array([a[0] == b[0] for a, b in lengths])
                yield f"{name} and {names[j]} are of the same length", same_length


# What is left --------------------------------------------------------------------------------


def not_as_asked(finding: Finding) -> str:
    """Which of the things that are observed of an answer are not as they are asked for."""
    trial = finding.trial
    outcomes = [(trial.calls.outcomes[k].answer, trial.truths[k]) for k in finding.which]
    pairs = [(a, t) for a, t in outcomes if isinstance(a, Mapping) and isinstance(t, Mapping)]
    differ = [
        f"{key}: {show(got.get(key, 'nothing'))}, but {show(truth[key])} is asked for"
        for got, truth in pairs[:1]
        for key in truth
        if got.get(key) != truth[key]
    ]
    return f"Not as asked: {'; '.join(differ[:MOST])}." if differ else ""


def special_only(finding: Finding) -> str:
    """Every ordinary example is right."""
    trial = finding.trial
    ordinary = [k for k, case in enumerate(trial.cases) if not case.about]
    special = list(dict.fromkeys(trial.cases[k].about for k in trial.failing))
    if not ordinary or set(ordinary) & set(trial.failing) or len(special) > LEFT:
        return ""
    cases = [k for k, case in enumerate(trial.cases) if case.about in special]
    always = set(cases) <= set(trial.failing)
    listed = "; ".join(special)
    return (
        f"Right in every ordinary example; wrong only {'here' if always else 'in some of these'}"
        f": {listed}. What is different there?"
    )


def some_parts(finding: Finding) -> str:
    """Some parts of the answer are right in all examples."""
    trial, wrong = finding.trial, finding.wrong_parts
    count = len(trial.truths[0]) if isinstance(trial.truths[0], tuple) else 0
    wrong = sorted({i for k in trial.failing for i in finding._wrong(k)}) if wrong else []
    if finding.part is not None or not 0 < len(wrong) < count:
        return ""
    bad = " and ".join(part_name(trial, i) for i in wrong)
    good = " and ".join(part_name(trial, i) for i in range(count) if i not in wrong)
    verb = ("is" if len(wrong) == 1 else "are", "is" if count - len(wrong) == 1 else "are")
    right = f"{good} {verb[1]} right in every example"
    return f"Only {bad} {verb[0]} wrong; {right}. What is different there?"
