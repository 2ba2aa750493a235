"""Expressions of a right answer, in the learner's names, in place of the learner's own."""

from __future__ import annotations

import ast
import builtins
import copy
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

from nnf_teach.checking.edits import Edit
from nnf_teach.checking.slots import measured, slots_of
from nnf_teach.checking.source import Source

_OURS = "__nnf_{}"  # a name of the right answer's module, in the learner's
_WORTH = ast.BinOp | ast.Call | ast.Compare | ast.UnaryOp | ast.Subscript | ast.IfExp
_LEAST = 3  # nodes of what is worth borrowing


def borrowed(source: Source, reference: Callable[..., Any]) -> list[Edit]:
    """Return the changes that put an expression of a right answer into the learner's function.

    At most half of either: more would be another answer. None where the right answer is no plain
    function of the same arguments.
    """
    right = Source.of(_written(reference))
    if right is None:
        return []
    theirs, ours = source.functions[source.name], right.functions[right.name]
    mine = dict(zip(_parameters(ours), _parameters(theirs), strict=False))
    if len(_parameters(ours)) > len(mine):
        return []
    given = {name: right.space[name] for name in _names(ours) if name in right.space}
    source.space.update({_OURS.format(name): value for name, value in given.items()})
    rename = {name: ast.Name(new, ast.Load()) for name, new in mine.items()}
    rename |= {name: ast.Name(_OURS.format(name), ast.Load()) for name in given}
    known = {*mine.values(), *map(_OURS.format, given), *vars(builtins)}
    parts = [part for part in _expressions(ours, rename) if _names(part) <= known]
    return list(_edits(source, parts, max(map(_size, parts), default=0)))


def _written(reference: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function that a lambda with the same arguments passes them on to."""
    code = reference.__code__
    called = [reference.__globals__.get(name) for name in code.co_names]
    for function in called if code.co_name == "<lambda>" else []:
        if not isinstance(function, FunctionType):
            continue
        if function.__code__.co_argcount == code.co_argcount:
            return function
    return reference


def _edits(source: Source, parts: list[ast.expr], whole: int) -> Iterator[Edit]:
    half = sum(map(_size, source.functions.values())) / 2
    different = {ast.dump(part): part for part in parts if _LEAST <= _size(part) <= whole / 2}
    for tree in source.functions.values():
        for slot in slots_of(tree):
            if not isinstance(slot.node, ast.Name | _WORTH) or _size(slot.node) > half:
                continue
            if slot.field in ("func", "targets") or isinstance(slot.parent, ast.Return):
                continue
            for text, part in different.items():
                if text != ast.dump(slot.node):
                    yield Edit("borrowed", "another expression", slot.node, ((slot, part),))


def _expressions(tree: ast.FunctionDef, rename: dict[str, ast.Name]) -> Iterator[ast.expr]:
    """Yield the expressions of a function, its names given once put in for what they stand for."""
    known: dict[str, ast.expr] = dict(rename)
    for statement in tree.body:
        for node in ast.walk(statement):
            if isinstance(node, _WORTH):
                yield _Put(known).visit(copy.deepcopy(node))
        match statement:
            case ast.Assign(targets=[ast.Name(name)], value=value):
                known[name] = _Put(known).visit(copy.deepcopy(value))


class _Put(ast.NodeTransformer):
    """Puts expressions in for names, without the places that they had."""

    def __init__(self, known: dict[str, ast.expr]) -> None:
        self.known = known

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, ast.Name) and node.id in self.known:
            return copy.deepcopy(self.known[node.id])
        for place in ("lineno", "end_lineno", "col_offset", "end_col_offset"):
            if hasattr(node, place):
                delattr(node, place)
        return super().visit(node)


def _parameters(tree: ast.FunctionDef) -> list[str]:
    return [arg.arg for arg in (*tree.args.posonlyargs, *tree.args.args)]


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _size(tree: ast.AST) -> int:
    return measured(tree)[id(tree)]
