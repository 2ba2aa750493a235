"""Expressions of a right answer, in the learner's names, in place of the learner's own."""

from __future__ import annotations

import ast
import builtins
import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import FunctionType
from typing import Any

from nnf_teach.checking.edits import Edit
from nnf_teach.checking.slots import Slot, measured, slots_of
from nnf_teach.checking.source import Source

Right = tuple[ast.FunctionDef, Mapping[str, Any]]  # a right answer, and what its names are

_OURS = "__nnf_{}"  # a name of the right answer's module, in the learner's
_WORTH = ast.BinOp | ast.Call | ast.Compare | ast.UnaryOp | ast.Subscript | ast.IfExp
_LEAST = 3  # nodes of what is worth borrowing


def right_of(function: Callable[..., Any]) -> Right | None:
    """Return the tree of a right answer, and what its names are; None where it is no plain one."""
    source = Source.of(_written(function))
    return None if source is None else (source.functions[source.name], source.space)


def borrowed(source: Source, rights: Iterable[Right]) -> list[Edit]:
    """Return the changes that put an expression of a right answer into the learner's function.

    At most half of either: more would be another answer. None of a right answer that has more
    arguments, or names that neither side knows.
    """
    different: dict[str, ast.expr] = {}
    for tree, space in rights:
        parts = list(_of_right(source, tree, space))
        whole = max(map(_size, parts), default=0)
        for part in parts:
            if _LEAST <= _size(part) <= whole / 2:
                different.setdefault(ast.dump(part), part)
    return list(_edits(source, different))


def _of_right(
    source: Source, ours: ast.FunctionDef, space: Mapping[str, Any]
) -> Iterator[ast.expr]:
    theirs = source.functions[source.name]
    mine = dict(zip(_parameters(ours), _parameters(theirs), strict=False))
    if len(_parameters(ours)) > len(mine):
        return
    given = {name: space[name] for name in _names(ours) if name in space}
    source.space.update({_OURS.format(name): value for name, value in given.items()})
    rename = {name: ast.Name(new, ast.Load()) for name, new in mine.items()}
    rename |= {name: ast.Name(_OURS.format(name), ast.Load()) for name in given}
    known = {*mine.values(), *vars(builtins), *source.space}
    yield from (part for part in _expressions(ours, rename) if _names(part) <= known)


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


def _edits(source: Source, different: Mapping[str, ast.expr]) -> Iterator[Edit]:
    half = sum(map(_size, source.functions.values())) / 2
    for tree in source.functions.values():
        for slot in _outside_loops(tree):
            if not isinstance(slot.node, ast.Name | _WORTH) or _size(slot.node) > half:
                continue
            if slot.field in ("func", "targets") or isinstance(slot.parent, ast.Return):
                continue
            own = ast.dump(slot.node)
            for text, part in different.items():
                if text != own:
                    kind = "a part" if own in text else "another expression"
                    yield Edit("borrowed", kind, slot.node, ((slot, part),))


def _outside_loops(tree: ast.FunctionDef) -> Iterator[Slot]:
    """Yield what does not follow the names of a loop, of which a right answer knows nothing."""
    loops = [n for n in ast.walk(tree) if isinstance(n, ast.For | ast.While | ast.comprehension)]
    inside = {id(node) for loop in loops for node in ast.walk(loop)}
    yield from (slot for slot in slots_of(tree) if id(slot.parent) not in inside)


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
