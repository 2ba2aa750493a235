"""Relations between what came back and what is right: a sign, a factor, an order, a function.

Each is a function of a `Finding` that returns a sentence or "".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from nnf_teach.checking.finding import Array, Finding, arguments, as_numbers, flat, near, telling


def other_sign(finding: Finding) -> str:
    if finding.everywhere(lambda got, truth: near(got, -truth)):
        has = "has the right size and the other sign"
        return f"{finding.numbers} {has}. Where does the sign come from?"
    return ""


def factor(finding: Finding) -> str:
    """A factor: the same in all cases, or in each a number that the arguments hold."""
    if not finding.in_each_case(lambda got, truth: bool(_ratio(got, truth))):
        return ""
    ratios = [_ratio(got, truth) for got, truth in finding.pairs_by_case]
    if np.ptp(ratios) < 1e-6 * abs(ratios[0]):
        times = f"{_told(ratios[0])} times the right one"
        return f"{finding.numbers} is {times}. Where does that come from?"
    if len(ratios) != len(finding.failing):
        return ""
    for words, counts in _counts(finding):
        for told, values in _powers(words, np.array(counts)):
            if near(ratios, values):
                return f"{finding.numbers} is {told}. Where does that come from?"
    if any(_different(truth) < 2 for _, truth in finding.pairs_by_case):
        return ""
    by = "all numbers are wrong by one factor, but by another one in each"
    return f"{_capital(finding.where)} {by}. What does it depend on?"


_CONSTANTS = {
    np.log(2): "ln 2 = 0.6931",
    1 / np.log(2): "1 / ln 2 = 1.443",
    1 / np.log(10): "1 / ln 10 = 0.4343",
    np.pi: "pi",
    2 * np.pi: "2 pi",
    np.sqrt(2): "the root of 2 = 1.414",
    np.sqrt(0.5): "the root of 1/2 = 0.7071",
}


def _told(value: float) -> str:
    return next((word for n, word in _CONSTANTS.items() if near(value, n)), f"{value:.4g}")


def _counts(finding: Finding) -> Iterator[tuple[str, list[float]]]:
    """Yield the numbers that the arguments hold: lengths, and arguments that are numbers."""
    words = (("number of rows", "number of columns"), ("length",))
    for i, name in enumerate(finding.names):
        values = arguments(finding.failing, i)
        if values and all(isinstance(v, int | float | np.number) for v in values):
            yield name, [float(v) for v in values]
        arrays = [v if isinstance(v, np.ndarray) else np.zeros(0) for v in values]
        ranks = {a.ndim for a in arrays if a.size}
        if len(ranks) == 1 and all(a.size for a in arrays) and 1 <= (rank := ranks.pop()) <= 2:
            for axis, word in enumerate(words[2 - rank]):
                yield f"the {word} of {name}", [float(a.shape[axis]) for a in arrays]
            if rank == 2:
                yield f"the count of numbers in {name}", [float(a.size) for a in arrays]
        lists = [len(v) if isinstance(v, list | tuple) else 0 for v in values]
        if values and all(lists):
            yield f"the length of {name}", [float(n) for n in lists]


def _powers(word: str, n: Array) -> Iterator[tuple[str, Array]]:
    with np.errstate(all="ignore"):
        yield f"too large by a factor that is {word}", n
        yield f"too small by a factor that is {word}", 1 / n
        yield f"too large by a factor that is {word} squared", n * n
        yield f"too small by a factor that is {word} squared", 1 / (n * n)
        yield f"too large by a factor that is the root of {word}", np.sqrt(n)
        yield f"too small by a factor that is the root of {word}", 1 / np.sqrt(n)
        yield f"(n - 1) / n times the right one, where n is {word}", (n - 1) / n
        yield f"n / (n - 1) times the right one, where n is {word}", n / (n - 1)
        yield f"1 - {word} times the right one", 1 - n
        yield f"too large by a factor 1 / (1 - {word})", 1 / (1 - n)
        yield f"too large by a factor that is half of {word}", n / 2


def _different(values: Array) -> int:
    """Count the different numbers in an array, zeros aside."""
    return len({round(float(x), 9) for x in values.flat if np.isfinite(x) and x})


def _ratio(got: Array, truth: Array) -> float:
    """Return the factor between two arrays, 0 where there is none."""
    size = np.abs(np.where(np.isfinite(truth), truth, 0))
    if not size.max(initial=0):
        return 0.0
    ratio = float(got.flat[size.argmax()] / truth.flat[size.argmax()])
    return ratio if np.isfinite(ratio) and near(got, ratio * truth) else 0.0


def offset(finding: Finding) -> str:
    def shifted(got: Array, truth: Array) -> bool:
        gaps = got - truth
        return bool(np.isfinite(gaps).all() and np.ptp(gaps) < 1e-7 * np.abs(gaps).max())

    if not finding.in_each_case(shifted):
        return ""
    gaps = [float(np.mean(got - truth)) for got, truth in finding.pairs_by_case]
    if len(gaps) > 1 and np.ptp(gaps) < 1e-7 * abs(gaps[0]):
        size = "large" if gaps[0] > 0 else "small"
        return f"{finding.numbers} is {abs(gaps[0]):.4g} too {size}. Where does that come from?"
    if len(gaps) == len(finding.failing) > 1:
        for words, counts in _counts(finding):
            for size, sign in (("large", 1), ("small", -1)):
                if near(gaps, sign * np.array(counts)):
                    return f"{finding.numbers} is too {size} by {words}. Where does it come in?"
    if any(_different(truth) < 2 for _, truth in finding.pairs_by_case):
        return ""
    by = "all numbers are off by one amount, but by another one in each"
    return f"{_capital(finding.where)} {by}. What is added, or left out?"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def line_by_line(finding: Finding) -> str:
    """A factor or an amount of its own for each row or column."""
    pairs = [(g, t) for g, t in finding.pairs if t.ndim == 2 and min(t.shape) > 1]
    if len(pairs) < 2 or not all(np.isfinite(g).all() and np.isfinite(t).all() for g, t in pairs):
        return ""
    if len(pairs) < len([g for g, _ in finding.pairs if g.size > 1]):
        return ""
    for axis, word in ((1, "row"), (0, "column")):
        if all(_spread(g - t, axis) for g, t in pairs):
            amount = "wrong by the same amount, another one in each"
            return f"All numbers of a {word} are {amount}. What is it that is added to a {word}?"
        if all((t != 0).all() and _spread(g / t, axis) for g, t in pairs):
            amount = "wrong by the same factor, another one in each"
            return f"All numbers of a {word} are {amount}. By what is a {word} divided?"
    return ""


def _spread(values: Array, axis: int) -> bool:
    return bool((np.ptp(values, axis=axis) <= 1e-7 * np.abs(values).max()).all())


_FUNCTIONS: tuple[tuple[str, Callable[[Array], Any]], ...] = (
    ("the logarithm of", np.log),
    ("minus the logarithm of", lambda t: -np.log(t)),
    ("exp of", np.exp),
    ("exp of minus", lambda t: np.exp(-t)),
    ("the square of", np.square),
    ("the root of", np.sqrt),
    ("1 divided by", lambda t: 1 / t),
    ("1 minus", lambda t: 1 - t),
    ("the size, without its sign, of", np.abs),
    ("only the part above 0 of", lambda t: np.maximum(t, 0)),
    ("only the sign of", np.sign),
    ("1 plus", lambda t: 1 + t),
)


def function_of_it(finding: Finding) -> str:
    """A simple function of the right numbers."""
    if _one_number(got for got, _ in finding.pairs):
        return ""
    for words, function in _FUNCTIONS:
        if finding.everywhere(
            lambda got, truth, function=function: near(got, function(truth))  # type: ignore[misc]
        ):
            said = f"what comes back is {words} the right number"
            return f"{_capital(finding.where)} {said}. Which step is one too many, or missing?"
    return ""


def _one_number(arrays: Iterable[Array]) -> bool:
    """Whether all that came back is one number: nobody can say what that is a function of."""
    return len({float(x) for array in arrays for x in array.flat}) < 2


def line(finding: Finding) -> str:
    """Numbers on one line: a times the right one plus b, with the same a and b in all examples."""
    pairs = [(flat(a.got), flat(a.truth)) for a in [*finding.failing, *finding.passing]]
    if not finding.failing or any(g.shape != t.shape for g, t in pairs):
        return ""
    got, truth = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    if telling([truth]) < 2 * ENOUGH_FOR_A_LINE or not np.isfinite([got, truth]).all():
        return ""
    if np.ptp(truth) == 0:
        return ""
    (a, b), *_ = np.linalg.lstsq(np.stack([truth, np.ones(len(truth))], 1), got, rcond=None)
    if abs(a) < 1e-6 or not np.allclose(a * truth + b, got, rtol=1e-6, atol=1e-9):
        return ""
    plus = f"plus {b:.4g}" if b > 0 else f"minus {-b:.4g}"
    return f"What comes back is {_told(float(a))} times the right number {plus}, {finding.every}."


ENOUGH_FOR_A_LINE = 2


def other_order(finding: Finding) -> str:
    if finding.ordinary:
        return ""  # it is of all that fails, or of none

    def square(got: Array, truth: Array) -> bool:
        return truth.ndim == 2 and truth.shape[0] == truth.shape[1] and near(got, truth.T)

    if finding.everywhere(square):
        return "These are the right numbers, with rows and columns exchanged."
    for words, change in _ORDERS:
        if finding.everywhere(
            lambda got, truth, change=change: got.ndim > 0 and near(got, change(truth))  # type: ignore[misc]
        ):
            return f"These are the right numbers, {words}. What puts them in order?"
    if finding.everywhere(lambda g, t: g.ndim > 0 and near(np.sort(g, None), np.sort(t, None))):
        return "These are the right numbers in another order. What puts them in order?"
    return ""


_ORDERS: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("the last one first", lambda t: t[::-1]),
    ("one place too late", lambda t: np.roll(t, 1, 0)),
    ("one place too early", lambda t: np.roll(t, -1, 0)),
)


def exchanged_parts(finding: Finding) -> str:
    """One part of the answer in the place of another."""
    names = finding.trial.exercise.returns
    if finding.part is None or not names:
        return ""
    trial = finding.trial
    pairs = [(trial.calls.outcomes[k].answer, trial.truths[k]) for k in finding.which]
    for j, name in enumerate(names):
        if j == finding.part or any(not isinstance(got, tuple) for got, _ in pairs):
            continue
        both = [(flat(got[finding.part]), flat(truth[j])) for got, truth in pairs]
        if telling(truth for _, truth in both) >= 3 and all(near(g, t) for g, t in both):
            return f"What you return as {names[finding.part]} is the right {name}."
    return ""


def an_argument(finding: Finding) -> str:
    """What comes back is an argument itself, or a simple function of it."""
    asked = [a for a in [*finding.failing, *finding.passing] if np.size(flat(a.truth))]
    for i, name in enumerate(finding.names):
        values = [as_numbers(value) for value in arguments(asked, i)]
        pairs = [
            (a.pair[0], value)
            for a, value in zip(asked, values, strict=False)
            if a.pair is not None and value is not None and value.shape == a.pair[0].shape
        ]
        if not pairs or len(pairs) < len(asked):
            continue
        if telling(v for _, v in pairs) < 3 or _one_number(got for got, _ in pairs):
            continue
        for words, function in _OF_AN_ARGUMENT:
            if all(near(got, function(value)) for got, value in pairs):
                asks = "What else is asked for?"
                return f"What comes back is {words.format(name)}, {finding.every}. {asks}"
    return ""


_OF_AN_ARGUMENT: tuple[tuple[str, Callable[[Array], Any]], ...] = (
    ("{} itself", lambda x: x),
    ("minus {}", lambda x: -x),
    ("exp({})", np.exp),
    ("the logarithm of {}", np.log),
    ("{} squared", np.square),
    ("the size of {}, without its sign", np.abs),
    ("{} where it is above 0, and 0 elsewhere", lambda x: np.maximum(x, 0)),
    ("1 where {} is above 0, and 0 elsewhere", lambda x: (x > 0) * 1.0),
    ("the sign of {}", np.sign),
    ("tanh({})", np.tanh),
    ("1 - {}", lambda x: 1 - x),
)


def few_values(finding: Finding) -> str:
    if len(finding.pairs) < 2 or not finding.everywhere(lambda got, truth: True):
        return ""
    answers = [flat(finding.view(o.answer)) for o in finding.trial.calls.outcomes]
    values = {float(x) for answer in answers for x in answer}
    if len(values) > 2 or not all(map(np.isfinite, values)):
        return ""
    listed = " and ".join(f"{value:.4g}" for value in sorted(values))
    if len(values) == 1:
        return f"{finding.yours} is {listed} in every example. What in it follows the input?"
    has = "has only the values"
    return f"{finding.yours} {has} {listed}; {finding.the_right} has many different numbers."


def nearly(finding: Finding) -> str:
    def close(got: Array, truth: Array) -> bool:
        gap, tiny = np.abs(got - truth), 1e-4 * np.abs(truth).max(initial=0)
        return bool((gap <= np.maximum(0.005 * np.abs(truth), tiny)).all())

    # of the special cases too, for that is what the sentence says
    every = [(flat(a.got), flat(a.truth)) for a in finding.all_asked]
    if not every or not finding.everywhere(close):
        return ""
    got, truth = map(np.concatenate, zip(*every, strict=True))
    gap = np.abs(got - truth).max() / np.abs(truth).max() if got.shape == truth.shape else np.inf
    if gap > 0.005:
        return ""
    return (
        f"All numbers are nearly right, within {100 * gap:.2g} % of the largest, but not to six "
        "digits. What on the way rounds, stops early, cuts off, or adds a small number?"
    )


def _all_wrong(finding: Finding) -> list[tuple[Array, Array]]:
    """Return what is wrong in all examples beside what is right; none, if it is not finite."""
    rows = [(flat(a.got), flat(a.truth)) for a in finding.all_asked if a.wrong]
    fit = all(g.shape == t.shape and np.isfinite([g, t]).all() for g, t in rows)
    return rows if fit and len(rows) >= SURE * finding.times else []


def too_even(finding: Finding) -> str:
    """In each example the largest number is too small and the smallest too large, or opposite."""
    rows = [(g, t) for g, t in _all_wrong(finding) if t.size > 1]
    if len(rows) < SURE * finding.times:
        return ""
    inside = [g.max() < t.max() and g.min() > t.min() for g, t in rows]
    outside = [g.max() > t.max() and g.min() < t.min() for g, t in rows]
    for holds, nearer, largest, smallest in (
        (inside, "nearer together", "small", "large"),
        (outside, "farther apart", "large", "small"),
    ):
        if all(holds):
            lie = f"Your numbers lie {nearer} than the right ones"
            return f"{lie}: the largest is too {largest}, the smallest too {smallest}. Why?"
    return ""


def one_side(finding: Finding) -> str:
    """All wrong numbers lie on one side of the right ones."""
    rows = _all_wrong(finding)
    if not rows:
        return ""
    got, truth = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    wrong = ~np.isclose(got, truth, rtol=1e-6, atol=1e-9)
    gaps = got[wrong] - truth[wrong]
    sizes = np.abs(got[wrong]) - np.abs(truth[wrong])
    sides = (gaps, "too small", "too large"), (sizes, "too near to 0", "too far from 0")
    for side, below, above in sides:
        if (side > 0).all() or (side < 0).all():
            span = f"by {_few(np.abs(gaps).min())} to {_few(np.abs(gaps).max())}"
            words = above if side[0] > 0 else below
            return f"Every wrong number is {words}, {span}. Which step pulls them to that side?"
    return ""


def _few(number: float) -> str:
    """Write a number with two digits, or more where it would get an exponent.

    >>> _few(511.6), _few(0.0123)
    ('512', '0.012')
    """
    return f"{number:.0f}" if 100 <= number < 1e6 else f"{number:.2g}"


SURE = 5  # examples of the check that are all wrong to one side, at least
