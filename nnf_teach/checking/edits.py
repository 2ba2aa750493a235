"""Small changes of a program, by kind: what could be the one slip in it.

Each change is made in the tree itself, and taken back. Removals come first, for they give nothing
away and are seldom right by chance; then exchanges, insertions, and numbers last.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nnf_teach.checking.expressions import (
    MODULES,
    Rank,
    is_called,
    of_expression,
    of_helpers,
    of_size,
)
from nnf_teach.checking.slots import Slot, measured, slots_of
from nnf_teach.checking.source import located
from nnf_teach.checking.statements import blocks_of, of_block

RANKS: tuple[Rank, ...] = ("removal", "exchange", "insertion", "number", "borrowed")


@dataclass(frozen=True)
class Edit:
    """One change: new nodes for some slots.

    Attributes
    ----------
    at
        The learner's node that it is about.
    kind
        What is changed, in words: "the axis", "a sign".
    """

    rank: Rank
    kind: str
    at: ast.AST
    changes: tuple[tuple[Slot, Any], ...]

    @property
    def new(self) -> list[ast.AST]:
        """The nodes that it puts into the tree."""
        each = (new if isinstance(new, list) else [new] for _, new in self.changes)
        return [node for nodes in each for node in nodes if isinstance(node, ast.AST)]

    @contextlib.contextmanager
    def made(self) -> Iterator[None]:
        """Have the tree changed for a while."""
        before = [slot.node for slot, _ in self.changes]
        for node in self.new:
            located(node, self.at)
        for slot, new in self.changes:
            slot.put(new)
        try:
            yield
        finally:
            for (slot, _), old in zip(self.changes, before, strict=True):
                slot.put(old)


def edits_of(
    tree: ast.FunctionDef, array_module: str = "", helpers: Sequence[str] = ()
) -> list[Edit]:
    """Return the changes of a function, by rank; small expressions before large ones.

    `array_module` is the name under which the program knows NumPy, "" if under none; `helpers`
    are functions of one argument that it may call.

    >>> tree = ast.parse("def f(x): return -x").body[0]
    >>> edit = edits_of(tree)[0]
    >>> with edit.made():
    ...     edit.kind, ast.unparse(tree.body[0])
    ('a sign', 'return x')
    """
    slots = list(slots_of(tree))
    names = _variables(tree)
    found = [
        Edit(rank, kind, slot.node, ((slot, new),))
        for slot in slots
        for rank, kind, new in of_expression(slot, names, array_module)
    ]
    found += _everywhere(slots, names, array_module)
    found += _in_step(tree)
    for slot in slots:
        found += [
            Edit(rank, kind, slot.node, ((slot, new),))
            for rank, kind, new in (*of_helpers(slot, helpers), *of_size(slot, names))
        ]
    for slot in blocks_of(tree):
        found += [Edit(r, kind, at, ((slot, new),)) for r, kind, at, new in of_block(slot.node)]
    sizes = measured(tree)
    return sorted(found, key=lambda edit: (RANKS.index(edit.rank), sizes[id(edit.at)]))


def _variables(tree: ast.FunctionDef) -> list[str]:
    found = [arg.arg for arg in (*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id not in found:
            found.append(node.id)
    return found


def _everywhere(slots: Sequence[Slot], names: Sequence[str], module: str) -> Iterator[Edit]:
    """The same change wherever the same expression stands, or wherever in a line.

    What is missing is not missing in many lines, but for a transpose.
    """
    groups: dict[tuple[str, int], list[Slot]] = {}
    for slot in slots:
        if isinstance(slot.node, ast.expr) and not is_called(slot):
            text = ast.dump(slot.node)
            groups.setdefault((text, 0), []).append(slot)
            groups.setdefault((text, slot.node.lineno), []).append(slot)
    for (text, line), group in groups.items():
        first = group[0].node
        if len(group) < 2 or (isinstance(first, ast.Name) and first.id in MODULES):
            continue
        lines = {slot.node.lineno for slot in group}
        if line and len(group) == len(groups[text, 0]):
            continue
        for rank, kind, new in of_expression(group[0], names, module):
            if rank != "insertion" or len(lines) == 1 or kind == "a transpose":
                yield Edit(rank, kind, first, tuple((slot, new) for slot in group))


def _in_step(tree: ast.FunctionDef) -> Iterator[Edit]:
    """Plus for minus, or times for divided by, wherever in a statement."""
    for statement in ast.walk(tree):
        if not isinstance(statement, ast.Assign | ast.AugAssign | ast.Return | ast.Expr):
            continue
        nodes = [node for node in ast.walk(statement) if isinstance(node, ast.BinOp)]
        for op, other in _OPPOSITES:
            alike = [node for node in nodes if isinstance(node.op, op)]
            if len(alike) > 1:
                changes = tuple((Slot(node, "op"), other()) for node in alike)
                yield Edit("exchange", "the operation", _around_all(statement, alike), changes)


_OPPOSITES = ((ast.Add, ast.Sub), (ast.Sub, ast.Add), (ast.Mult, ast.Div), (ast.Div, ast.Mult))


def _around_all(statement: ast.stmt, nodes: Sequence[ast.AST]) -> ast.AST:
    """Return the smallest expression of a statement in which all nodes lie."""
    wanted = set(map(id, nodes))
    inside = [e for e in ast.walk(statement) if isinstance(e, ast.expr)]
    return [e for e in inside if wanted <= set(map(id, ast.walk(e)))][-1]
