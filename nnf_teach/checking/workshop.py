"""Where a learner's function is changed and called. What is right is not known here.

So that it can be where the function lives, in the grader's sandbox too.
"""

from __future__ import annotations

import ast
import contextlib
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from nnf_teach.checking.asking import ask, cut, elsewhere, removed
from nnf_teach.checking.borrow import Right, borrowed
from nnf_teach.checking.calls import copy_args
from nnf_teach.checking.edits import RANKS, Edit, edits_of
from nnf_teach.checking.expressions import Rank
from nnf_teach.checking.result import Place
from nnf_teach.checking.slots import measured
from nnf_teach.checking.source import Source
from nnf_teach.exercises.exercise import Case

Function = Callable[..., Any]
Answer = Callable[[], Any]  # gives the answer of a changed function, or raises
ONE = 0.02  # seconds for one change on one case: it may loop
ROUNDS = 100, 10  # of its loops: so many, and so many times as many as it makes unchanged


class Change(NamedTuple):
    """A change as it is known to who compares: its rank, and the line that it is made in."""

    rank: Rank
    line: int


@dataclass(frozen=True)
class Found:
    """A change that helps.

    Attributes
    ----------
    number
        Which of the workshop's changes it is.
    what
        What comes out right then, in words.
    part
        The part of the answer that it makes right; None for all.
    left
        The special cases that it leaves wrong.
    """

    number: int
    what: str = "every example"
    part: int | None = None
    left: str = ""


class Workshop:
    """The changes of one function: made, called, and told."""

    def __init__(self, function: Function, source: Source) -> None:
        self.function, self.source = function, source
        names = [name for name, value in source.space.items() if value is np]
        module, helpers = names[0] if names else "", source.helpers()
        trees = source.functions.values()
        found = [edit for tree in trees for edit in edits_of(tree, module, helpers)]
        self.size = sum(measured(tree)[id(tree)] for tree in trees)
        self.edits: list[Edit] = []
        self.changes: list[Change] = []
        self._add(sorted(found, key=lambda edit: RANKS.index(edit.rank)))

    def _add(self, edits: Sequence[Edit]) -> None:
        self.edits += edits
        self.changes += [Change(edit.rank, getattr(edit.at, "lineno", 0)) for edit in edits]

    @classmethod
    def of(cls, function: Function) -> Workshop | None:
        """Return the workshop of a function, or None where its source cannot be changed."""
        source = Source.of(function)
        return None if source is None else cls(function, source)

    def borrow(self, rights: Sequence[Right]) -> None:
        """Add the changes that take an expression of a right answer."""
        self._add(borrowed(self.source, rights))

    def answers(self, numbers: Sequence[int], args: Sequence[Any]) -> Iterator[tuple[int, Answer]]:
        """Yield changes, each with what the function then answers to these arguments."""
        rounds = ROUNDS[0] + ROUNDS[1] * self.source.rounds(copy_args(args))
        for number in numbers:
            yield number, self._asked(number, args, rounds)

    def _asked(self, number: int, args: Sequence[Any], rounds: float) -> Answer:
        return lambda: self.made([number], ONE, rounds)(*copy_args(args))

    def made(self, numbers: Sequence[int], seconds: float, rounds: float = math.inf) -> Function:
        """Return the function with some changes; the last one that was made is the one to call."""
        with contextlib.ExitStack() as changed:
            edits = [self.edits[number] for number in numbers]
            for edit in edits:
                changed.enter_context(edit.made())
            new = [node for edit in edits for node in edit.new]
            return self.source.function(seconds, new, rounds)

    def place(self, found: Sequence[Found], other: Sequence[Found] = ()) -> Place | None:
        """Return where all changes lie; of two that help together, also where the `other` lies."""
        places = [place for some in (found, other) if some and (place := self._place_of(some))]
        if len(places) < 1 + bool(other):
            return None
        first, *rest = sorted(places, key=lambda place: (place.line, place.column))
        asked = first.question
        for second in rest:
            if first.line == second.line and second.column < first.column + len(first.expression):
                return None
            asked = f"Two slips: to change one is not enough. {first.question} {second.question}"
        if left := (other or found)[0].left:
            asked += f" Then only this is left: {left}."
        return replace(first, question=asked, other=rest[0] if rest else None)

    def _place_of(self, found: Sequence[Found]) -> Place | None:
        """Return the smallest expression in which all changes lie, if they lie in one line.

        In one of two lines: what was named in the one may be what is used in the other.
        """
        if self.edits[found[0].number].rank == "borrowed":
            found = self._smallest(found)
        found = self._without_chance(found)
        lines = sorted({self.changes[one.number].line for one in found}, reverse=True)
        if len(lines) > 2:
            return None
        edits = [self.edits[one.number] for one in found]
        here = [one for one in found if self.changes[one.number].line == lines[0]]
        spots = [spots_of(self.edits[one.number]) for one in here]
        alone = all(ids(nodes) == ids(spots[0]) for nodes in spots)
        wanted = ids(spots[0][:1]) if alone else set().union(*map(ids, spots))
        for node in self._nodes(lines[0]):
            if wanted <= ids(ast.walk(node)):
                one = next((one for one in here if self.edits[one.number].at is node), here[0])
                others = elsewhere(self.source, edits, lines)
                if others is None:
                    return None
                return self._place(one, node, len(spots[0]) if alone else 0, others)
        return None

    def _without_chance(self, found: Sequence[Found]) -> list[Found]:
        """Leave out the numbers of a line in which another change helps, unless it is brackets."""
        edits = [self.edits[one.number] for one in found]
        others = {
            self.changes[one.number].line
            for one, edit in zip(found, edits, strict=True)
            if edit.rank != "number" and edit.kind != "the brackets"
        }
        return [
            one
            for one, edit in zip(found, edits, strict=True)
            if edit.rank != "number" or self.changes[one.number].line not in others
        ]

    def _smallest(self, found: Sequence[Found]) -> list[Found]:
        """Return those in which no other one lies."""
        nodes = [self.edits[one.number].at for one in found]
        places = set(map(id, nodes))
        return [
            one
            for one, at in zip(found, nodes, strict=True)
            if not any(id(part) in places for part in ast.walk(at) if part is not at)
        ]

    def _nodes(self, line: int) -> Iterator[ast.AST]:
        """Yield the expressions and statements of a line, small ones first."""
        nodes = [
            node
            for tree in self.source.functions.values()
            for node in ast.walk(tree)
            if isinstance(node, ast.expr | ast.stmt | ast.Slice) and node.lineno == line
        ]
        yield from sorted(nodes, key=lambda node: sum(1 for _ in ast.walk(node)))

    def _place(self, found: Found, node: Any, times: int, where: str) -> Place:
        """Return the place of a change; `times` it stands in its line, 0 if one of several does."""
        edit = self.edits[found.number]
        line = self.source.lines[node.lineno - 1].rstrip()
        whole = isinstance(node, ast.stmt) or node.end_lineno != node.lineno
        expression = line.strip() if whole else cut(line, node.col_offset, node.end_col_offset)
        before = "" if whole else cut(line, 0, node.col_offset).lstrip()
        gone = removed(edit, line) if times and edit.rank == "removal" else ""
        question = ask(edit, gone, expression, found.what, times)
        if found.part is not None and edit.rank != "removal":
            question += f" That much alone makes {found.what} right."
        inside = expression.rfind(gone) if gone else -1
        if gone and expression.startswith(gone):  # a sign, and others like it are inside
            inside = 0
        return Place(
            line=node.lineno,
            expression=gone if inside >= 0 else expression,
            kind=edit.kind,
            source=line.strip(),
            column=len(before) + max(inside, 0),
            question=f"Line {node.lineno}{where}: {question}",
        )


def asked(function: Function, case: Case) -> Answer:
    """Return what a function answers to a case, once it is asked."""
    return lambda: function(*copy_args(case.args))


def ids(nodes: Iterable[ast.AST]) -> set[int]:
    return set(map(id, nodes))


def spots_of(edit: Edit) -> list[ast.AST]:
    """Return what a change is about, as often as it stands in its line."""
    line = getattr(edit.at, "lineno", 0)
    nodes = [slot.node for slot, _ in edit.changes if getattr(slot.node, "lineno", 0) == line]
    return nodes if edit.at in nodes else [edit.at]
