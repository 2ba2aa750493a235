"""What is known of a wrong answer: what came back beside what is right, also for other arguments.

Of an answer in parts, a finding may be about one of them. Every clue is a function of it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.checking.budget import Budget
from nnf_teach.checking.calls import Outcome
from nnf_teach.checking.trial import Trial, call, problem_of, size, truth_of
from nnf_teach.checking.wording import names_of
from nnf_teach.exercises import Case

Array = NDArray[np.float64]
Pair = tuple[Array, Array]  # what came back, and what is right, of equal shapes
Args = tuple[Any, ...]

ENOUGH = 3  # different numbers that must agree before a relation is no accident
MORE_SEEDS = (1, 2)  # further cases for what must hold in all


@dataclass(frozen=True)
class Asked:
    """What came back for some arguments and what is right there, as arrays or nested tuples."""

    case: Case
    got: Any
    truth: Any
    wrong: bool

    @property
    def pair(self) -> Pair | None:
        """Both as arrays, where each is one, of equal shapes, and not empty."""
        if isinstance(self.truth, tuple):
            return None
        got, truth = as_numbers(self.got), as_numbers(self.truth)
        if got is None or truth is None or got.shape != truth.shape or not got.size:
            return None
        return got, truth


@dataclass(frozen=True)
class Finding:
    """The failing cases of a trial.

    `part` is the part of the answer that is looked at, None for all that are wrong; `budget` is the
    time in which functions may be called. Special cases belong to it if `special`, or where there
    is hardly any other.
    """

    trial: Trial
    budget: Budget
    part: int | None = None
    special: bool = False

    @cached_property
    def names(self) -> list[str]:
        return names_of(self.trial.exercise)

    # Cases ---------------------------------------------------------------------------------------

    @cached_property
    def which(self) -> list[int]:
        trial = self.trial
        failing = [k for k in trial.failing if self.part is None or self.part in self._wrong(k)]
        full = [k for k in failing if size(trial.cases[k])] or failing
        ordinary = [k for k in full if not trial.cases[k].about]
        return full if self.special or len(ordinary) < 2 else ordinary

    @property
    def cases(self) -> list[Case]:
        return [self.trial.cases[k] for k in self.which]

    @cached_property
    def right(self) -> list[int]:
        """The cases that are right, empty ones aside."""
        trial = self.trial
        wrong = {k for k in trial.failing if self.part is None or self.part in self._wrong(k)}
        return [k for k, case in enumerate(trial.cases) if k not in wrong and size(case)]

    def _wrong(self, k: int) -> tuple[int, ...]:
        """Return which parts of case k are wrong: all, where that is not known."""
        problem, truth = self.trial.problems[k], self.trial.truths[k]
        if problem is None:
            return ()
        return problem.parts or tuple(range(len(truth) if isinstance(truth, tuple) else 1))

    @cached_property
    def wrong_parts(self) -> list[int]:
        """Which parts of the answer are wrong somewhere; none, where it has no parts.

        A list of as many things as came in, such as one for each layer, has none.
        """
        counts = {len(t) if isinstance(t, tuple) else 0 for t in self.trial.truths}
        if counts == {0} or len(counts) > 1:
            return []
        return sorted({i for k in self.which for i in self._wrong(k)})

    @cached_property
    def looked_at(self) -> list[int]:
        return self.wrong_parts if self.part is None else [self.part]

    # Words ---------------------------------------------------------------------------------------

    @cached_property
    def ordinary(self) -> bool:
        """Whether special cases fail that do not belong to it."""
        return any(size(self.trial.cases[k]) and k not in self.which for k in self.trial.failing)

    @cached_property
    def numbers(self) -> str:
        """What a relation is said of: every number, of some parts, in the examples that fail."""
        said = "every number"
        if self._named:
            said += f" of {self._named}"
        plain = said[0].upper() + said[1:]
        return (
            f"{self.where[0].upper()}{self.where[1:]} {said}"
            if self.right or self.ordinary
            else plain
        )

    @cached_property
    def _named(self) -> str:
        if not self.looked_at or len(self.looked_at) == len(self.trial.truths[0]):
            return ""
        return " and ".join(part_name(self.trial, i) for i in self.looked_at)

    @property
    def yours(self) -> str:
        return self._of_answer("Your", "your answer")

    @property
    def the_right(self) -> str:
        return self._of_answer("the right", "the right answer")

    def _of_answer(self, whose: str, answer: str) -> str:
        if not self._named:
            return f"{whose} answer"
        if self.trial.exercise.returns:
            return f"{whose} {self._named}"
        return f"{self._named} of {answer}"

    def verb(self, one: str, many: str) -> str:
        """Return the form of a verb that goes with `yours`."""
        return many if self._named and len(self.looked_at) > 1 else one

    @property
    def where(self) -> str:
        example = "ordinary example" if self.ordinary else "example"
        return f"in each {example} that fails" if self.right else f"in every {example}"

    @property
    def every(self) -> str:
        """Where something holds that does not tell right examples from wrong ones."""
        return f"in every {'ordinary ' if self.ordinary else ''}example"

    # Numbers -------------------------------------------------------------------------------------

    def view(self, answer: Any) -> Any:
        """Return what is looked at of an answer: its wrong parts, or all where it has none."""
        if not isinstance(answer, tuple) or not self.looked_at:
            return answer
        if len(answer) <= max(self.looked_at):
            return None
        parts = tuple(answer[i] for i in self.looked_at)
        return parts[0] if len(parts) == 1 else parts

    @cached_property
    def pairs(self) -> list[Pair]:
        """What came back beside what is right, wrong parts only; none if they do not fit."""
        found = []
        for asked in self.failing:
            parts = list(leaves(asked.got)), list(leaves(asked.truth))
            if len(parts[0]) != len(parts[1]):
                return []
            for a, b in zip(*parts, strict=True):
                if a is None or b is None or a.shape != b.shape:
                    return []
                if not near(a, b):
                    found.append((a, b))
        return found

    @cached_property
    def pairs_by_case(self) -> list[Pair]:
        """The same in one row for each case."""
        if not self.pairs:
            return []
        rows = [(flat(asked.got), flat(asked.truth)) for asked in self.failing]
        return [pair for pair in rows if pair[0].size and not near(*pair)]

    @cached_property
    def failing(self) -> list[Asked]:
        """The cases looked at; none, where one of them gave no answer."""
        return self._asked(self.which)

    @cached_property
    def passing(self) -> list[Asked]:
        return self._asked(self.right)

    def _asked(self, which: Sequence[int]) -> list[Asked]:
        trial = self.trial
        outcomes = [trial.calls.outcomes[k] for k in which]
        if any(outcome.error is not None for outcome in outcomes):
            return []
        return [
            Asked(
                trial.cases[k],
                self.view(outcome.answer),
                self.view(trial.truths[k]),
                trial.problems[k] is not None,
            )
            for k, outcome in zip(which, outcomes, strict=True)
        ]

    @property
    def times(self) -> int:
        """How often each case of the check is in `all_asked`, of other numbers."""
        return max(1, len(self.all_asked) // max(1, len(self.trial.cases)))

    @cached_property
    def all_asked(self) -> list[Asked]:
        """The cases of this check and, in time, of two further seeds; none where one failed."""
        exercise, trial = self.trial.exercise, self.trial
        seeds = [trial.seed + more for more in MORE_SEEDS]
        more = [case for seed in seeds for case in exercise.cases(np.random.default_rng(seed))]
        called = self.call(more)
        outcomes, truths = list(trial.calls.outcomes), list(trial.truths)
        if called is not None:
            outcomes, truths = [*outcomes, *called[0]], [*truths, *called[1]]
        asked = [
            a for a in zip([*trial.cases, *more], outcomes, truths, strict=False) if size(a[0])
        ]
        if any(outcome.error is not None for _, outcome, _ in asked):
            return []
        return [
            Asked(case, self.view(o.answer), self.view(t), self._is_wrong(o, t))
            for case, o, t in asked
        ]

    def _is_wrong(self, outcome: Outcome, truth: Any) -> bool:
        problem = problem_of(self.trial.exercise, outcome, truth)
        if problem is None or self.part is None or not problem.parts:
            return problem is not None
        return self.part in problem.parts

    # Other arguments -----------------------------------------------------------------------------

    def call(self, cases: Sequence[Case]) -> tuple[list[Outcome], list[Any]] | None:
        """Call the learner's function and the reference; None if one of them does not answer."""
        exercise, truths = self.trial.exercise, []
        for case in cases:
            if self.budget.over:
                return None
            try:
                truths.append(truth_of(exercise, case))
            except Exception:
                return None
        function, left = self.trial.function, max(self.budget.left, 0)
        calls = call(exercise, function, cases, truths, left, caller=self.trial.caller)
        if len(calls.outcomes) < len(cases):
            return None
        return calls.outcomes, truths

    def ask_each(self, argss: Sequence[Args]) -> list[Asked]:
        """Return what comes back for those of other arguments with which nothing goes wrong."""
        cases = [case for args in argss if self._has_truth(case := Case(args))]
        called = self.call(cases)
        return [
            Asked(case, self.view(o.answer), self.view(t), True)
            for case, o, t in zip(cases, *(called or ([], [])), strict=False)
            if o.error is None
        ]

    def _has_truth(self, case: Case) -> bool:
        with contextlib.suppress(Exception):
            truth_of(self.trial.exercise, case)
            return True
        return False

    def ask(self, argss: Sequence[Args]) -> list[Asked] | None:
        """Return what comes back for other arguments; None if anything goes wrong with them."""
        cases = [Case(args) for args in argss]
        called = self.call(cases)
        if called is None or any(outcome.error is not None for outcome in called[0]):
            return None
        return [
            Asked(case, self.view(o.answer), self.view(t), True)
            for case, o, t in zip(cases, *called, strict=True)
        ]

    @cached_property
    def plain(self) -> list[tuple[Asked, Pair]]:
        """The failing cases with their finite numbers; none where there are others."""
        found = [(asked, asked.pair) for asked in self.failing if np.size(flat(asked.truth))]
        fit = [(asked, pair) for asked, pair in found if pair is not None]
        finite = all(np.isfinite(pair).all() for _, pair in fit)
        return fit if finite and len(fit) == len(found) else []

    def everywhere(self, relation: Callable[[Array, Array], bool]) -> bool:
        """Whether a relation holds for every pair, on numbers enough."""
        return self._all(self.pairs, relation)

    def in_each_case(self, relation: Callable[[Array, Array], bool]) -> bool:
        """The same for all numbers of a case together."""
        return self._all(self.pairs_by_case, relation)

    def _all(self, pairs: Sequence[Pair], relation: Callable[[Array, Array], bool]) -> bool:
        pairs = [pair for pair in pairs if pair[0].size]
        return telling(truth for _, truth in pairs) >= ENOUGH and all(
            relation(got, truth) for got, truth in pairs
        )


def part_name(trial: Trial, i: int) -> str:
    """Return what a part of the answer is called."""
    names = trial.exercise.returns
    return names[i] if names else f"part {i + 1}"


def with_argument(args: Args, i: int, value: Any) -> Args:
    """Return arguments with another one at i."""
    return (*args[:i], value, *args[i + 1 :])


def arguments(asked: Sequence[Asked], i: int) -> list[Any]:
    """Return argument i of each case; none, where one leaves it out."""
    if any(i >= len(a.case.args) for a in asked):
        return []
    return [a.case.args[i] for a in asked]


def telling(arrays: Any) -> int:
    """Count the different numbers that are no trivial ones."""
    numbers = {round(float(x), 9) for array in arrays for x in np.ravel(array) if np.isfinite(x)}
    return len(numbers - {0.0, 1.0, -1.0})


def leaves(answer: Any) -> Iterator[Array | None]:
    """Yield the arrays of an answer in parts, of parts of parts, too."""
    if isinstance(answer, tuple | list):
        for part in answer:
            yield from leaves(part)
    else:
        yield as_numbers(answer)


def flat(answer: Any) -> Array:
    """Return all numbers of an answer in one row."""
    arrays = [np.ravel(a) for a in leaves(answer) if a is not None]
    return np.concatenate(arrays or [np.zeros(0)])


def as_numbers(value: Any) -> Array | None:
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None


def near(a: Any, b: Any) -> bool:
    return np.shape(a) == np.shape(b) and bool(
        np.allclose(a, b, rtol=1e-6, atol=1e-9, equal_nan=True)
    )
