"""Clues: relations between what came back and what is right, which hold for any exercise.

For what no small change of the code explains: another formula, a look-alike, an answer by heart. A
clue is said only if it holds for every failing case and is unlikely by chance. Each is a function
of a `Finding` that returns a sentence or "".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.checking.answers import same
from nnf_teach.checking.calls import HERE
from nnf_teach.checking.trial import Trial, call, truth_of
from nnf_teach.checking.wording import names_of
from nnf_teach.exercises import Case

Array = NDArray[np.float64]
Pair = tuple[Array, Array]  # what came back, and what is right, of equal shapes

ENOUGH = 3  # different numbers that must agree before a relation is no accident
CHANCE = 8  # one in so many, that only one row is wrong in all examples, and it is the last
SECONDS = 0.2  # for the learner's function on changed arguments


@dataclass(frozen=True)
class Finding:
    """The failing cases of a trial: special ones only where all are."""

    trial: Trial

    @cached_property
    def which(self) -> list[int]:
        ordinary = [k for k in self.trial.failing if not self.trial.cases[k].about]
        return ordinary or self.trial.failing

    @property
    def cases(self) -> list[Case]:
        return [self.trial.cases[k] for k in self.which]

    @cached_property
    def right(self) -> list[int]:
        """The ordinary cases that are right."""
        trial = self.trial
        return [k for k, p in enumerate(trial.problems) if p is None and not trial.cases[k].about]

    @cached_property
    def numbers(self) -> str:
        """What a relation is said of: every number, of some parts, in the examples that fail."""
        names, wrong = self.trial.exercise.returns, set[int]()
        for k in self.which:
            problem, truth = self.trial.problems[k], self.trial.truths[k]
            count = len(truth) if isinstance(truth, tuple) else 1
            wrong |= set((problem.parts if problem else ()) or range(count))
        said = "every number"
        if len(wrong) < count:
            parts = (names[i] if names else f"part {i + 1}" for i in sorted(wrong))
            said += f" of {' and '.join(parts)}"
        return f"In each example that fails {said}" if self.right else said.capitalize()

    @cached_property
    def names(self) -> list[str]:
        return names_of(self.trial.exercise)

    @cached_property
    def pairs(self) -> list[Pair]:
        """What came back beside what is right, wrong parts only; none if they do not fit."""
        found = []
        for k in self.which:
            got, truth = self.trial.calls.outcomes[k].answer, self.trial.truths[k]
            if self.trial.calls.outcomes[k].error is not None:
                return []
            parts = zip(got, truth, strict=True) if isinstance(truth, tuple) else [(got, truth)]
            for one, other in parts:
                a, b = _numbers(one), _numbers(other)
                if a is None or b is None or a.shape != b.shape:
                    return []
                if not np.allclose(a, b, rtol=1e-6, atol=1e-9, equal_nan=True):
                    found.append((a, b))
        return found

    def everywhere(self, relation: Callable[[Array, Array], bool]) -> bool:
        """Whether a relation holds for every pair, on numbers enough."""
        pairs = [pair for pair in self.pairs if pair[0].size]
        numbers = {round(float(x), 9) for _, truth in pairs for x in truth.flat if np.isfinite(x)}
        if len(numbers - {0.0, 1.0, -1.0}) < ENOUGH:
            return False
        return all(relation(got, truth) for got, truth in pairs)


def _numbers(value: Any) -> Array | None:
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None


def _near(a: Any, b: Any) -> bool:
    return bool(np.allclose(a, b, rtol=1e-6, atol=1e-9, equal_nan=True))


def find_clue(trial: Trial) -> str:
    """Return the first clue that holds, or ""."""
    finding, exercise = Finding(trial), trial.exercise
    if exercise.draws or exercise.score is not None or trial.caller is not HERE:
        return ""
    with np.errstate(all="ignore"):
        return next((said for clue in CLUES if (said := clue(finding))), "")


# Of the result ---------------------------------------------------------------------------------


def other_sign(finding: Finding) -> str:
    if finding.everywhere(lambda got, truth: _near(got, -truth)):
        has = "has the right size and the other sign"
        return f"{finding.numbers} {has}. Where does the sign come from?"
    return ""


def factor(finding: Finding) -> str:
    """A factor: the same in all cases, or in each that of its number of rows."""
    if not finding.everywhere(lambda got, truth: bool(_ratio(got, truth))):
        return ""
    ratios = [_ratio(got, truth) for got, truth in finding.pairs]
    if np.ptp(ratios) < 1e-6 * abs(ratios[0]):
        times = f"{ratios[0]:.4g} times the right one"
        return f"{finding.numbers} is {times}. Where does that come from?"
    if len(ratios) != len(finding.cases):
        return ""
    counts = [float(len(case.args[0])) for case in finding.cases if np.ndim(case.args[0])]
    if len(counts) == len(ratios) and all(counts):
        rows = f"by a factor that is the number of rows of {finding.names[0]}. A sum, or a mean?"
        if _near(ratios, counts):
            return f"{finding.numbers} is too large, {rows}"
        if _near(ratios, 1 / np.array(counts)):
            return f"{finding.numbers} is too small, {rows}"
    if any(_count(truth) < 2 for _, truth in finding.pairs):
        return ""
    return (
        "In each example that fails all wrong numbers are wrong by one factor, but another one "
        "in each. What does it depend on?"
    )


def _count(values: Array) -> int:
    """Count the different numbers in an array, zeros aside."""
    return len({round(float(x), 9) for x in values.flat if np.isfinite(x) and x})


def _ratio(got: Array, truth: Array) -> float:
    """Return the factor between two arrays, 0 where there is none."""
    size = np.abs(np.where(np.isfinite(truth), truth, 0))
    if not size.max(initial=0):
        return 0.0
    ratio = float(got.flat[size.argmax()] / truth.flat[size.argmax()])
    return ratio if np.isfinite(ratio) and _near(got, ratio * truth) else 0.0


def offset(finding: Finding) -> str:
    def shifted(got: Array, truth: Array) -> bool:
        gaps = got - truth
        return bool(np.isfinite(gaps).all() and np.ptp(gaps) < 1e-7 * np.abs(gaps).max())

    if not finding.everywhere(shifted):
        return ""
    gaps = [float(np.mean(got - truth)) for got, truth in finding.pairs if got.size]
    if len(gaps) > 1 and np.ptp(gaps) < 1e-7 * abs(gaps[0]):
        size = "large" if gaps[0] > 0 else "small"
        return f"{finding.numbers} is {abs(gaps[0]):.4g} too {size}. Where does that come from?"
    if any(_count(truth) < 2 for _, truth in finding.pairs):
        return ""
    same_amount = "In each example that fails all wrong numbers are off by the same amount"
    return f"{same_amount}. What is added, or left out?"


def other_order(finding: Finding) -> str:
    def square(got: Array, truth: Array) -> bool:
        return truth.ndim == 2 and truth.shape[0] == truth.shape[1] and _near(got, truth.T)

    if finding.everywhere(square):
        return "These are the right numbers, with rows and columns exchanged."
    if finding.everywhere(lambda g, t: g.ndim > 0 and _near(np.sort(g, None), np.sort(t, None))):
        return "These are the right numbers in another order. What puts them in order?"
    return ""


def few_values(finding: Finding) -> str:
    if len(finding.pairs) < 2 or not finding.everywhere(lambda got, truth: True):
        return ""
    answers = [_flat(outcome.answer) for outcome in finding.trial.calls.outcomes]
    values = {float(x) for answer in answers for x in answer}
    if len(values) > 2 or not all(map(np.isfinite, values)):
        return ""
    listed = " and ".join(f"{value:.4g}" for value in sorted(values))
    if len(values) == 1:
        return f"Your answer is {listed} in every example. What in it follows the input?"
    return f"Your answers have only the values {listed}; the right ones are many different numbers."


def nearly(finding: Finding) -> str:
    def close(got: Array, truth: Array) -> bool:
        gap, tiny = np.abs(got - truth), 1e-4 * np.abs(truth).max(initial=0)
        return bool((gap <= np.maximum(0.005 * np.abs(truth), tiny)).all())

    if finding.everywhere(close):
        return (
            "All numbers are right to two digits or more, but not to six. What on the way rounds, "
            "stops early, cuts off, or adds a small number?"
        )
    return ""


def some_places(finding: Finding) -> str:
    """Only one row, column or entry is wrong or right, the same in all examples."""
    wrong = [~np.isclose(got, truth, rtol=1e-6, atol=1e-9) for got, truth in finding.pairs]
    if not wrong or any(w.ndim != wrong[0].ndim or not 1 <= w.ndim <= 2 for w in wrong):
        return ""
    if not all(np.isfinite(got).all() for got, _ in finding.pairs):
        return ""  # out of range: it is the size of the numbers there, not their place
    for axis, word in enumerate(("row", "column")[: wrong[0].ndim]):
        lines = [np.atleast_1d(w if w.ndim == 1 else w.any(axis=1 - axis)) for w in wrong]
        word = word if wrong[0].ndim == 2 else "entry"
        if any(len(line) < 2 for line in lines) or np.prod([len(line) for line in lines]) < CHANCE:
            continue
        if all(line[0] and not line[1:].any() for line in lines):
            return f"Only the first {word} is wrong, in every example that fails."
        if all(line[-1] and not line[:-1].any() for line in lines):
            return f"Only the last {word} is wrong, in every example that fails."
        if wrong[0].ndim == 2 and all(line[1:].all() and not line[0] for line in lines):
            return f"Only the first {word} is right. What happens to the others?"
    return ""


# Of an argument --------------------------------------------------------------------------------


def ignored_argument(finding: Finding) -> str:
    """An argument that changes the right answer and not theirs."""
    trial = finding.trial
    for i, name in enumerate(finding.names):
        moved = [
            (k, case, truth) for k in finding.which[:4] for case, truth in _others(trial, k, i)
        ]
        failing = {k for k, _, _ in moved}
        moved += [
            (k, case, truth) for k in finding.right[:4] for case, truth in _others(trial, k, i)
        ]
        if len(failing) < 2:
            continue
        cases, truths = [case for _, case, _ in moved], [truth for _, _, truth in moved]
        calls = call(trial.exercise, trial.function, cases, truths, SECONDS)
        before = [trial.calls.outcomes[k] for k, _, _ in moved]
        if len(calls.outcomes) == len(cases) and all(
            now.error is None
            and then.error is None
            and np.isfinite(_flat(then.answer)).all()
            and same(now.answer, then.answer)
            for now, then in zip(calls.outcomes, before, strict=True)
        ):
            return f"Your answer stays the same when {name} changes. Where does {name} come in?"
    return ""


def _others(trial: Trial, k: int, i: int) -> Iterator[tuple[Case, Any]]:
    """Yield a case with one argument moved, here and there, where that changes what is right."""
    for share in (0.3, -0.6, -4.0):
        moved = _moved(trial.cases[k].args, i, share)
        if moved is None:
            return
        try:
            truth = truth_of(trial.exercise, Case(moved))
        except Exception:
            continue
        if not same(truth, trial.truths[k]):
            yield Case(moved), truth


def _moved(args: tuple[Any, ...], i: int, share: float) -> tuple[Any, ...] | None:
    """Return the arguments with every number of one of them moved, each by another share."""
    value = args[i] if i < len(args) else None
    if isinstance(value, float):
        moved: Any = (1 + share) * value + 0.1
    elif isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size:
        shares = share * np.sin(1.0 + np.arange(value.size)).reshape(value.shape)
        moved = value * (1 + shares) + 0.1 * shares
    else:
        return None
    return (*args[:i], moved, *args[i + 1 :])


_OTHERS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("-{}", lambda x: -x),
    ("|{}|", np.abs),
    ("2 {}", lambda x: 2 * x),
    ("{} / 2", lambda x: x / 2),
    ("1 - {}", lambda x: 1 - x),
    ("{} squared", lambda x: x * x),
    ("{} rounded", np.round),
    ("{} without its last entry", lambda x: x[:-1]),
    ("the first entry of {} for all", lambda x: np.repeat(x[:1], len(x), 0)),
    ("{} + 1", lambda x: x + 1),
    ("{} - 1", lambda x: x - 1),
    ("{} transposed", lambda x: x.T),
    ("the mean of {}", lambda x: x * 0 + x.mean()),
    ("{} sorted", np.sort),
)


def other_argument(finding: Finding) -> str:
    """The right answer to another question: for -x in place of x, say."""
    for words, args in _other_arguments(finding.names, len(finding.cases[0].args)):
        if _right_for(finding, args):
            return f"This would be the right answer for {words}. Where does that come in?"
    return ""


_Change = Callable[[tuple[Any, ...]], tuple[Any, ...]]


def _other_arguments(names: Sequence[str], count: int) -> Iterator[tuple[str, _Change]]:
    for i, name in enumerate(names[:count]):
        for words, change in _OTHERS:
            yield f"{words.format(name)} in place of {name}", _with(i, change)
        for j in range(i + 1, min(count, len(names))):
            yield f"{name} and {names[j]} exchanged", _exchanged(i, j)


def _with(i: int, change: Callable[[Any], Any]) -> _Change:
    return lambda args: (*args[:i], change(args[i]), *args[i + 1 :])


def _exchanged(i: int, j: int) -> _Change:
    return lambda args: (*args[:i], args[j], *args[i + 1 : j], args[i], *args[j + 1 :])


def _right_for(finding: Finding, change: _Change) -> bool:
    trial, told = finding.trial, set[float]()
    for k in [*finding.which, *finding.right]:
        outcome = trial.calls.outcomes[k]
        if outcome.error is not None:
            return False
        try:
            other = truth_of(trial.exercise, Case(change(trial.cases[k].args)))
        except Exception:
            return False
        if not same(other, outcome.answer):
            return False
        if k in finding.right:
            continue
        told |= {round(float(x), 9) for x in np.ravel(_flat(other)) if np.isfinite(x)}
    return len(told - {0.0, 1.0, -1.0}) >= ENOUGH


def _flat(answer: Any) -> Array:
    parts = answer if isinstance(answer, tuple) else (answer,)
    arrays = [_numbers(part) for part in parts]
    return np.concatenate([np.ravel(a) for a in arrays if a is not None] or [np.zeros(0)])


CLUES = (
    other_sign,
    factor,
    offset,
    other_order,
    few_values,
    ignored_argument,
    other_argument,
    some_places,
    nearly,
)
