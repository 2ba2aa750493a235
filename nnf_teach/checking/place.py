"""The place of a slip: which one small change of the learner's own code makes every case right.

If there is one, the fault is there, whatever way they compute: that is proved, not guessed. What
is told is the line, the expression and a question; never the change.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnf_teach.checking import answers
from nnf_teach.checking.asking import ask, cut, elsewhere, removed
from nnf_teach.checking.borrow import borrowed
from nnf_teach.checking.budget import Budget
from nnf_teach.checking.calls import HERE, copy_args
from nnf_teach.checking.edits import RANKS, Edit, Rank, edits_of
from nnf_teach.checking.result import Place
from nnf_teach.checking.source import Source
from nnf_teach.checking.trial import Trial, call, observed, problem_of, truth_of
from nnf_teach.exercises import Case

SECONDS = 0.5  # for a search
PATIENCE = 2.0  # for a call into compiled code in which the time runs out
ONE = 0.02  # for one change on one case: it may loop
LEFT = 3  # kinds of special cases that a removal may leave wrong; other changes one
MORE_SEEDS = (1, 2)  # further cases that a change must be right on

Verdict = tuple[bool, ...]  # which parts of an answer are right; one, where it has no parts


def find_place(trial: Trial, seconds: float = SECONDS) -> Place | None:
    """Return the place of the one slip that explains all that is wrong, or None.

    Where the answer has parts, one slip may explain one of them, and be told for it.
    """
    exercise = trial.exercise
    judged_alone = exercise.draws or exercise.score is not None or exercise.raises is not None
    if judged_alone or trial.caller is not HERE or not any(case.args for case in trial.cases):
        return None
    source = Source.of(trial.function)
    if source is None:
        return None
    budget = Budget(seconds)

    def search() -> Place | None:
        return Search(trial, source, budget).run()

    # in a thread of its own: a change may call what never comes back
    calls = HERE.call_all(search, [Case(())], lambda found, k: found, seconds + PATIENCE)
    found = calls.outcomes[0].answer if calls.outcomes and not calls.timed_out else None
    return found if isinstance(found, Place) else None


@dataclass(frozen=True)
class Found:
    """A change that helps: what it makes right, and the special cases that it leaves wrong."""

    edit: Edit
    part: int | None = None
    left: str = ""


class Search:
    """Tries the changes of a function one by one, the cheapest first."""

    def __init__(self, trial: Trial, source: Source, budget: Budget) -> None:
        self.trial, self.source, self.budget = trial, source, budget
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
        self.edits = self._edits()

    def run(self) -> Place | None:
        """Return the place on which the changes of the first rank that helps agree."""
        some: list[Found] = []
        for rank in RANKS:
            if rank == "borrowed" and not self.budget.over:
                self.edits = borrowed(self.source, self.trial.exercise.reference)
            found = self._all(rank)
            if rank == "borrowed":
                found = smallest(found)
            every = [one for one in found if one.part is None and not one.left]
            some += [one for one in found if one not in every]
            if every and rank in ("exchange", "insertion"):  # a number elsewhere may do as well
                lines = {_line(one) for one in every}
                numbers = [one for one in self._all("number") if _line(one) not in lines]
                every += [one for one in numbers if one.part is None and not one.left]
            if every:
                return self._agree(every)
        for kind in ("", *self.parts):
            alike = [f for f in some if f.part == kind or (kind == "" and f.left)]
            first = [f for f in alike if f.edit.rank == alike[0].edit.rank]
            if first and (place := self._agree(first)) is not None:
                return place
        return None

    def _all(self, rank: Rank) -> list[Found]:
        """Return the changes of a rank that help, as far as the time goes."""
        found = []
        for edit in (edit for edit in self.edits if edit.rank == rank):
            if self.budget.over:
                break
            if (one := self._try(edit)) is not None:
                found.append(one)
        return found

    def _edits(self) -> list[Edit]:
        names = [name for name, value in self.source.space.items() if value is np]
        trees = self.source.functions.values()
        found = [edit for tree in trees for edit in edits_of(tree, names[0] if names else "")]
        return sorted(found, key=lambda edit: RANKS.index(edit.rank))

    def _try(self, edit: Edit) -> Found | None:
        with edit.made():
            try:
                function = self.source.function(ONE)
            except Exception:
                return None
            first = self._verdict(function, self.ordinary[0])
            if not any(
                now > was for now, was in zip(first, self.before[self.ordinary[0]], strict=True)
            ):
                return None
            function = self.source.function(SECONDS)
            for part in [None, *self.parts] if all(first) else self.parts:
                if (part is None or first[part]) and self._helps(function, part):
                    return self._left(edit, function) if part is None else Found(edit, part)
        return None

    def _helps(self, function: Callable[..., Any], part: int | None) -> bool:
        """Whether the answer, or a part, is right now, and nothing is lost; on other seeds, too."""
        special = set(self.special)
        for k, before in enumerate(self.before):
            now = self._verdict(function, k)
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
                now = verdict(self.trial, function, case, truth_of(exercise, case))
                if not (all(now) if part is None else now[part]):
                    return False
        return True

    def _left(self, edit: Edit, function: Callable[..., Any]) -> Found | None:
        """Have a change judged as the check judges: warnings and changed arguments count."""
        exercise, trial = self.trial.exercise, self.trial
        checked = call(exercise, function, trial.cases, trial.truths, SECONDS)
        if len(checked.outcomes) < len(trial.cases):
            return None
        wrong = [
            k for k, o in enumerate(checked.outcomes) if problem_of(exercise, o, trial.truths[k])
        ]
        if set(wrong) - set(self.special):
            return None
        left = dict.fromkeys(trial.cases[k].about for k in wrong)
        if len(left) > (LEFT if edit.rank == "removal" else 1):
            return None  # what leaves much wrong may be an accident
        return Found(edit, left=", ".join(left))

    def _was(self, k: int) -> Verdict:
        """Return which parts of the answer are right as it is, as far as values tell."""
        truth, problem = self.trial.truths[k], self.trial.problems[k]
        parts = len(truth) if isinstance(truth, tuple | list) and truth else 1
        if problem is None or problem.kind in ("warning", "mutated"):
            return (True,) * parts
        return tuple(bool(problem.parts) and i not in problem.parts for i in range(parts))

    def _verdict(self, function: Callable[..., Any], k: int) -> Verdict:
        return verdict(self.trial, function, self.trial.cases[k], self.trial.truths[k])

    def _agree(self, found: Sequence[Found]) -> Place | None:
        """Return the smallest expression in which all changes lie, if they lie in one line.

        In one of two lines: what was named in the one may be what is used in the other.
        """
        lines = sorted({_line(one) for one in found}, reverse=True)
        if len(lines) > 2:
            return None
        here = [one for one in found if _line(one) == lines[0]]
        wanted = {id(one.edit.at) for one in here}
        for node in self._nodes(lines[0]):
            if wanted <= {id(part) for part in ast.walk(node)}:
                one = next((one for one in here if one.edit.at is node), here[0])
                others = elsewhere(self.source, [one.edit for one in found], lines)
                if others is None:
                    return None
                return self._place(one, node, alone=len(wanted) == 1, where=others)
        return None

    def _nodes(self, line: int) -> Iterator[ast.AST]:
        """Yield the expressions and statements of a line, small ones first."""
        nodes = [
            node
            for tree in self.source.functions.values()
            for node in ast.walk(tree)
            if isinstance(node, ast.expr | ast.stmt | ast.Slice) and node.lineno == line
        ]
        yield from sorted(nodes, key=lambda node: sum(1 for _ in ast.walk(node)))

    def _place(self, found: Found, node: Any, alone: bool, where: str) -> Place:
        line = self.source.lines[node.lineno - 1].rstrip()
        whole = isinstance(node, ast.stmt) or node.end_lineno != node.lineno
        expression = line.strip() if whole else cut(line, node.col_offset, node.end_col_offset)
        before = "" if whole else cut(line, 0, node.col_offset).lstrip()
        gone = removed(found.edit, line) if alone and found.edit.rank == "removal" else ""
        names = self.trial.exercise.returns
        what = "every ordinary example" if found.left else "every example"
        if found.part is not None:
            what = names[found.part] if names else f"part {found.part + 1}"
        question = ask(found.edit, gone, expression, what, alone)
        if found.left:
            question += f" Then only this is left: {found.left}."
        inside = expression.rfind(gone) if gone else -1
        return Place(
            line=node.lineno,
            expression=gone if inside >= 0 else expression,
            kind=found.edit.kind,
            source=line.strip(),
            column=len(before) + max(inside, 0),
            question=f"Line {node.lineno}{where}: {question}",
        )


def smallest(found: Sequence[Found]) -> list[Found]:
    """Return those in which no other one lies."""
    places = {id(one.edit.at) for one in found}
    return [
        one
        for one in found
        if not any(id(part) in places for part in ast.walk(one.edit.at) if part is not one.edit.at)
    ]


def _line(found: Found) -> int:
    return getattr(found.edit.at, "lineno", 0)


def verdict(trial: Trial, function: Callable[..., Any], case: Case, truth: Any) -> Verdict:
    """Return which parts of a function's answer to a case are right, as far as values tell."""
    parts = len(truth) if isinstance(truth, tuple | list) and truth else 1
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            answer = observed(trial.exercise, function(*copy_args(case.args)), case, truth)
            problem = answers.compare(answer, truth, trial.exercise.rtol, trial.exercise.atol)
        except Exception:
            return (False,) * parts
    if problem is None:
        return (True,) * parts
    return (
        tuple(k not in problem.parts for k in range(parts)) if problem.parts else (False,) * parts
    )
