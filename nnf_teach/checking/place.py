"""The place of a slip: which one small change of the learner's own code makes every case right.

If there is one, the fault is there, whatever way they compute: that is proved, not guessed. What
is told is the line, the expression and a question; never the change.
"""

from __future__ import annotations

import warnings
from itertools import repeat
from typing import Any

import numpy as np

from nnf_teach.checking import answers
from nnf_teach.checking.budget import Budget
from nnf_teach.checking.callers import Caller, Shop
from nnf_teach.checking.calls import Calls, copy_args
from nnf_teach.checking.edits import RANKS, Rank
from nnf_teach.checking.mistakes import alike
from nnf_teach.checking.result import Place
from nnf_teach.checking.trial import Trial, call, observed, problem_of, truth_of
from nnf_teach.checking.workshop import Answer, Found, Function
from nnf_teach.exercises import Case

SECONDS = 0.45  # for a search
LEFT = 3  # kinds of special cases that a removal may leave wrong; other changes one
MORE_SEEDS = (1, 2)  # further cases that a change must be right on

Verdict = tuple[bool, ...]  # which parts of an answer are right; one, where it has no parts


def find_place(trial: Trial, seconds: float = SECONDS) -> Place | None:
    """Return the place of the one slip that explains all that is wrong, or None.

    Where the answer has parts, one slip may explain one of them, and be told for it.
    """
    exercise = trial.exercise
    judged_alone = exercise.draws or exercise.score is not None or exercise.raises is not None
    if judged_alone or not any(case.args for case in trial.cases):
        return None
    if all(problem is not None and problem.kind == "none" for problem in trial.problems):
        return None  # there is no `return`: that is said already

    def look(shop: Shop, caller: Caller, seconds: float) -> Place | None:
        search = Search(trial, shop, caller, Budget(seconds))
        return search.run() if search.is_of_what_was_tried() else None

    return trial.caller.search(trial.function, trial.calls, look, seconds)


class Search:
    """Tries the changes of a function one by one, the cheapest first."""

    def __init__(self, trial: Trial, shop: Shop, caller: Caller, budget: Budget) -> None:
        self.trial, self.shop, self.caller, self.budget = trial, shop, caller, budget
        wrong = trial.failing
        self.special = [k for k in wrong if trial.cases[k].about]
        self.ordinary = [k for k in wrong if k not in self.special] or wrong
        if self.ordinary is wrong:
            self.special = []
        self.before = [self._was(k) for k in range(len(trial.cases))]
        parts = len(self.before[0])
        wanted = {i for k in wrong for i in range(parts) if not self.before[k][i]}
        # where it raises, whatever stops that makes some part right
        answered = all((p := trial.problems[k]) is not None and p.parts for k in wrong)
        self.parts = sorted(wanted) if answered and len(wanted) > 1 else []

    def is_of_what_was_tried(self) -> bool:
        """Whether the function that is changed does what was tried: it may be made anew."""
        if self.shop.function is self.trial.function:
            return True
        before, now = self.trial.calls.outcomes, self._called(self.shop.function).outcomes
        return len(before) == len(now) and all(map(alike, before, now))

    def _called(self, function: Function) -> Calls:
        """Call a function as the check does: warnings and changed arguments count."""
        trial = self.trial
        return call(
            trial.exercise, function, trial.cases, trial.truths, SECONDS, caller=self.caller
        )

    def run(self) -> Place | None:
        """Return the place on which the changes of the first rank that helps agree."""
        some: list[Found] = []
        problems = [self.trial.problems[k] for k in self.trial.failing]
        only_types = all(problem is not None and problem.kind == "type" for problem in problems)
        for rank in RANKS:
            if rank == "borrowed" and only_types:
                break  # what is borrowed may bring nothing but its type
            if rank == "borrowed" and not self.budget.over:
                self.shop.borrow(self.trial.exercise.reference)
            found = self._all(rank)
            if self.budget.over and rank != "removal":
                break  # what has not been tried may do as well elsewhere
            every = [one for one in found if one.part is None and not one.left]
            some += [one for one in found if one not in every]
            if every and rank in ("exchange", "insertion"):  # a number may do as well
                every += [one for one in self._all("number") if one.part is None and not one.left]
                if self.budget.over:
                    return None
            if every:
                return self.shop.place(every)
        for kind in ("", *self.parts):
            of_kind = [f for f in some if f.part == kind or (kind == "" and f.left)]
            first = [f for f in of_kind if self._rank(f) == self._rank(of_kind[0])]
            if first and (place := self.shop.place(first)) is not None:
                return place
        return None

    def _rank(self, found: Found) -> Rank:
        return self.shop.changes[found.number].rank

    def _all(self, rank: Rank) -> list[Found]:
        """Return the changes of a rank that help, as far as the time goes."""
        numbers = [n for n, change in enumerate(self.shop.changes) if change.rank == rank]
        args = self.trial.cases[self.ordinary[0]].args
        found = []
        for number, answer in self.shop.answers(numbers, args):
            if (one := self._try(number, answer)) is not None:
                found.append(one)
            if self.budget.over:
                break
        return found

    def _try(self, number: int, answer: Answer) -> Found | None:
        k = self.ordinary[0]
        first = self._of_case(answer, k)
        if not any(now > was for now, was in zip(first, self.before[k], strict=True)):
            return None
        function = self.shop.made(number, max(self.budget.left, 0.0))
        for part in [None, *self.parts] if all(first) else self.parts:
            if (part is None or first[part]) and self._helps(function, part):
                if part is None:
                    return self._left(number, function)
                names = self.trial.exercise.returns
                return Found(number, names[part] if names else f"part {part + 1}", part)
        return None

    def _helps(self, function: Function, part: int | None) -> bool:
        """Whether the answer, or a part, is right now, and nothing is lost; on other seeds, too."""
        special = set(self.special)
        for k, before in enumerate(self.before):
            now = self._of_case(asked(function, self.trial.cases[k]), k)
            if any(was and not is_ for was, is_ in zip(before, now, strict=True)):
                return False
            if k not in special and not (all(now) if part is None else now[part]):
                return False
        exercise = self.trial.exercise
        for seed in MORE_SEEDS:
            for case in exercise.cases(np.random.default_rng(self.trial.seed + seed)):
                if case.about and special:
                    continue
                if self.budget.over:
                    return False
                now = verdict(self.trial, asked(function, case), case, truth_of(exercise, case))
                if not (all(now) if part is None else now[part]):
                    return False
        return True

    def _left(self, number: int, function: Function) -> Found | None:
        """Have a change judged as the check judges."""
        trial, outcomes = self.trial, self._called(function).outcomes
        if len(outcomes) < len(trial.cases):
            return None
        problems = map(problem_of, repeat(trial.exercise), outcomes, trial.truths)
        wrong = [k for k, problem in enumerate(problems) if problem]
        if set(wrong) - set(self.special):
            return None
        left = dict.fromkeys(trial.cases[k].about for k in wrong)
        if len(left) > (LEFT if self.shop.changes[number].rank == "removal" else 1):
            return None  # what leaves much wrong may be an accident
        what = "every ordinary example" if left else "every example"
        return Found(number, what, left=", ".join(left))

    def _was(self, k: int) -> Verdict:
        """Return which parts of the answer are right as it is, as far as values tell."""
        truth, problem = self.trial.truths[k], self.trial.problems[k]
        parts = len(truth) if isinstance(truth, tuple | list) and truth else 1
        if problem is None or problem.kind in ("warning", "mutated"):
            return (True,) * parts
        return tuple(bool(problem.parts) and i not in problem.parts for i in range(parts))

    def _of_case(self, answer: Answer, k: int) -> Verdict:
        return verdict(self.trial, answer, self.trial.cases[k], self.trial.truths[k])


def asked(function: Function, case: Case) -> Answer:
    """Return what a function answers to a case, once it is asked."""
    return lambda: function(*copy_args(case.args))


def verdict(trial: Trial, answer: Answer, case: Case, truth: Any) -> Verdict:
    """Return which parts of the answer to a case are right, as far as values tell."""
    parts = len(truth) if isinstance(truth, tuple | list) and truth else 1
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            seen = observed(trial.exercise, answer(), case, truth)
            problem = answers.compare(seen, truth, trial.exercise.rtol, trial.exercise.atol)
        except Exception:
            return (False,) * parts
    if problem is None:
        return (True,) * parts
    return (
        tuple(k not in problem.parts for k in range(parts)) if problem.parts else (False,) * parts
    )
