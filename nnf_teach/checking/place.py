"""The place of a slip: which one small change of the learner's own code makes every case right.

If there is one, the fault is there, whatever way they compute: that is proved, not guessed. What
is told is the line, the expression and a question; never the change.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from itertools import repeat
from typing import Any

import numpy as np

from nnf_teach.checking.answers import right_numbers
from nnf_teach.checking.budget import Budget
from nnf_teach.checking.callers import Caller, Shop
from nnf_teach.checking.calls import Calls, Outcome
from nnf_teach.checking.clues import SURE, find_clue
from nnf_teach.checking.edits import RANKS
from nnf_teach.checking.expressions import Rank
from nnf_teach.checking.mistakes import alike
from nnf_teach.checking.pairs import Numbers, Steps
from nnf_teach.checking.result import Place
from nnf_teach.checking.right_answers import right_answers
from nnf_teach.checking.trial import Trial, call, observed, problem_of, truth_of
from nnf_teach.checking.workshop import Answer, Found, Function, asked
from nnf_teach.exercises import Case

TRIES = 1400  # changes of a function of the usual size, for a search
SIZE = 100, 300  # what is the same for all sizes, and that of a usual function with it, in nodes
SECONDS = 0.5  # for a search, at most: the last guard, for it depends on the machine
RELATED = 0.2  # seconds for what the numbers have in common besides
LEFT = 3  # kinds of special cases that a removal may leave wrong; other changes one
MORE_SEEDS = (1, 2)  # further cases that a change must be right on

Verdict = tuple[bool, ...]  # which parts of an answer are right; one, where it has no parts


def find_place(trial: Trial, seconds: float = SECONDS) -> Place | None:
    """Return the place of the one slip that explains all that is wrong, or of two, or None.

    Where the answer has parts, one slip may explain one of them, and be told for it.
    """
    if not may_have_place(trial):
        return None

    def look(shop: Shop, caller: Caller, seconds: float) -> Place | None:
        search = Search(trial, shop, caller, Budget(seconds, TRIES))
        found = search.run() if search.is_of_what_was_tried() else None
        return None if found is None else _with_relation(trial, found)

    return trial.caller.search(trial.function, look, seconds)


def may_have_place(trial: Trial) -> bool:
    """Whether the place of a slip can be told: by inputs, of answers that are judged alone."""
    exercise = trial.exercise
    if exercise.draws or exercise.score is not None or exercise.raises is not None:
        return False
    # without a `return` there is no answer: that is said already
    answered = any(problem is None or problem.kind != "none" for problem in trial.problems)
    return answered and any(case.args for case in trial.cases)


def _with_relation(trial: Trial, place: Place) -> Place:
    """Say first what the numbers have in common, where what helps is not told."""
    if place.other is not None or "Without it" in place.question:
        return place
    vague = any(words in place.question for words in ("another expression", "is missing"))
    found = find_clue(trial, RELATED, SURE if vague else SURE[:-2])
    return replace(place, question=f"{found} {place.question}".strip())


class Search:
    """Tries the changes of a function one by one, the cheapest first; then those that help in two.

    Attributes
    ----------
    ordinary, special
        The cases that went wrong, smallest first; where all are special, they are the ordinary ones
        here, which `in_ordinary` tells.
    before
        Which numbers of each case were right, part by part.
    """

    def __init__(self, trial: Trial, shop: Shop, caller: Caller, budget: Budget) -> None:
        self.trial, self.shop, self.caller, self.budget = trial, shop, caller, budget
        wrong = trial.failing
        self.special = [k for k in wrong if trial.cases[k].about]
        self.ordinary = [k for k in wrong if k not in self.special]
        self.in_ordinary = bool(self.ordinary)
        if not self.ordinary:
            self.ordinary, self.special = wrong, []
        self.before = [self._was(k) for k in range(len(trial.cases))]
        parts = len(self.before[0])
        wanted = {i for k in wrong for i in range(parts) if not self.before[k][i].all()}
        # where it raises, whatever stops that makes some part right
        answered = all((p := trial.problems[k]) is not None and p.parts for k in wrong)
        self.parts = sorted(wanted) if answered and len(wanted) > 1 else []
        self.cost = (SIZE[0] + shop.size) / SIZE[1]
        self.steps = Steps(self)

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
        pair: Place | None = None
        for rank in RANKS:
            if rank == "insertion" and not self.in_ordinary:
                continue  # which special examples are wrong says more than what may be missing
            if rank == "insertion":
                pair = self.steps.in_two()
                if pair is not None and self.steps.removals:
                    break  # of an exchange and another change one that is missing is still better
            if rank == "borrowed":
                pair = pair or self.steps.in_two()
                if only_types or not self.in_ordinary:
                    break  # what is borrowed may bring nothing but its type; as for insertions
                if pair is not None or any(one.left for one in some):
                    break  # that says more
                exercise = self.trial.exercise
                self.shop.borrow(right_answers(exercise.name, exercise.reference))
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
        if pair is not None and not (self.steps.left and any(one.left for one in some)):
            return pair
        for kind in ("", *self.parts):
            of_kind = [f for f in some if f.part == kind or (kind == "" and f.left)]
            first = [f for f in of_kind if self._rank(f) == self._rank(of_kind[0])]
            if first and (place := self.shop.place(first)) is not None:
                return place
        return None

    def _rank(self, found: Found) -> Rank:
        return self.shop.changes[found.number].rank

    def _all(self, rank: Rank) -> list[Found]:
        """Return the changes of a rank that help, as far as the budget goes."""
        numbers = [n for n, change in enumerate(self.shop.changes) if change.rank == rank]
        args = self.trial.cases[self.ordinary[0]].args
        found = []
        for number, answer in self.shop.answers(numbers, args):
            self.budget.take(self.cost)
            if (one := self._try(number, answer)) is not None:
                found.append(one)
            if self.budget.over:
                break
        return found

    def _try(self, number: int, answer: Answer) -> Found | None:
        k = self.ordinary[0]
        now = self.of_case(answer, k)
        self.steps.note(number, k, now)
        first, before = _verdict(now), _verdict(self.before[k])
        if not any(now > was for now, was in zip(first, before, strict=True)):
            return None
        function = self.shop.made([number], max(self.budget.left, 0.0))
        for part in [None, *self.parts] if all(first) else self.parts:
            if (part is None or first[part]) and self.helps(function, part):
                if part is None:
                    return self._left([number], function)
                self.steps.whole.add(number)
                names = self.trial.exercise.returns
                return Found(number, names[part] if names else f"part {part + 1}", part)
        return None

    def helps(self, function: Function, part: int | None = None) -> bool:
        """Whether the answer, or a part, is right now, and nothing is lost; on other seeds, too."""
        special = set(self.special)
        for k, before in enumerate(map(_verdict, self.before)):
            now = _verdict(self.of_case(asked(function, self.trial.cases[k]), k))
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

    def _left(self, numbers: Sequence[int], function: Function) -> Found | None:
        """Have changes judged as the check judges."""
        trial, outcomes = self.trial, self._called(function).outcomes
        if len(outcomes) < len(trial.cases):
            return None
        problems = map(problem_of, repeat(trial.exercise), outcomes, trial.truths)
        wrong = [k for k, problem in enumerate(problems) if problem]
        if set(wrong) - set(self.special):
            return None
        if any(_overflows(outcomes[k]) and not _overflows(trial.calls.outcomes[k]) for k in wrong):
            return None  # the way that it had was the safe one
        named = {k: trial.cases[k].part or trial.cases[k].about for k in wrong}
        left = dict.fromkeys(named.values())
        stable = trial.exercise.stable  # there, all that overflows is of one kind
        kinds = {"" if stable and outcomes[k].warned else name for k, name in named.items()}
        removal = [self.shop.changes[number].rank for number in numbers] == ["removal"]
        borrowed = any(self.shop.changes[number].rank == "borrowed" for number in numbers)
        if len(kinds) > (LEFT if removal else 0 if borrowed else 1):
            return None  # what leaves much wrong may be an accident
        what = "every ordinary example" if left else "every example"
        return Found(numbers[0], what, left=", ".join(left))

    def together(self, numbers: Sequence[int]) -> Found | None:
        """Return what changes that are made together do, if they leave next to nothing wrong."""
        function = self.shop.made(numbers, max(self.budget.left, 0.0))
        k = self.ordinary[0]
        if not all(_verdict(self.of_case(asked(function, self.trial.cases[k]), k))):
            return None
        return self._left(numbers, function) if self.helps(function) else None

    def _was(self, k: int) -> Numbers:
        """Return which numbers of the answer are right as it is."""
        outcome, exercise = self.trial.calls.outcomes[k], self.trial.exercise
        seen = None if outcome.error is not None else outcome.answer
        return _compared(seen, self.trial.truths[k], exercise.rtol, exercise.atol)

    def of_case(self, answer: Answer, k: int) -> Numbers:
        """Return which numbers of an answer to a case are right."""
        return numbers_of(self.trial, answer, self.trial.cases[k], self.trial.truths[k])


def _overflows(outcome: Outcome) -> bool:
    return outcome.error is not None or any("overflow" in text for text in outcome.warned)


def verdict(trial: Trial, answer: Answer, case: Case, truth: Any) -> Verdict:
    """Return which parts of the answer to a case are right, as far as values tell."""
    return _verdict(numbers_of(trial, answer, case, truth))


def _verdict(numbers: Numbers) -> Verdict:
    return tuple(bool(part.all()) for part in numbers)


def numbers_of(trial: Trial, answer: Answer, case: Case, truth: Any) -> Numbers:
    """Return which numbers of the answer to a case are right, part by part."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            seen = observed(trial.exercise, answer(), case, truth)
            return _compared(seen, truth, trial.exercise.rtol, trial.exercise.atol)
        except Exception:
            return _compared(None, truth, 0, 0)


def _compared(seen: Any, truth: Any, rtol: float, atol: float) -> Numbers:
    """Compare part by part; where there is no answer, everything is wrong."""
    parts = tuple(truth) if isinstance(truth, tuple | list) and truth else (truth,)
    if seen is None:
        return tuple(np.zeros(max(_count(part), 1), dtype=bool) for part in parts)
    answers = tuple(seen) if len(parts) > 1 or parts[0] is not truth else (seen,)
    return tuple(right_numbers(a, t, rtol, atol) for a, t in zip(answers, parts, strict=True))


def _count(truth: Any) -> int:
    if isinstance(truth, tuple | list):
        return sum(map(_count, truth))
    return int(np.size(truth))
