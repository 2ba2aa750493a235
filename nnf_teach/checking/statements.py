"""Small changes of statements: which line is too much, where it stands, and what it assigns."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nnf_teach.checking.expressions import OPERATIONS, Rank
from nnf_teach.checking.slots import Slot

Change = tuple[Rank, str, ast.AST, list[ast.stmt]]  # rank, kind, what it is about, the block then


def blocks_of(tree: ast.AST) -> Iterator[Slot]:
    for node in ast.walk(tree):
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield Slot(node, field)


def of_block(block: list[ast.stmt]) -> Iterator[Change]:
    for k, statement in enumerate(block):
        before, after = block[:k], block[k + 1 :]
        if len(block) > 1 and not isinstance(statement, ast.FunctionDef | ast.Return):
            yield ("removal", "a line", statement, [*before, *after])
        if after and not isinstance(after[0], ast.Return):
            swapped = [*before, after[0], statement, *after[1:]]
            yield ("exchange", "the order of two lines", statement, swapped)
        if isinstance(statement, ast.For | ast.While | ast.If):
            yield from _of_compound(statement, before, after)
        for rank, kind, new in _of_assignment(statement):
            yield (rank, kind, statement, [*before, ast.copy_location(new, statement), *after])


def _of_compound(
    statement: ast.For | ast.While | ast.If, before: list[ast.stmt], after: list[ast.stmt]
) -> Iterator[Change]:
    def with_body(body: list[ast.stmt]) -> ast.stmt:
        fields = {name: getattr(statement, name) for name in statement._fields} | {"body": body}
        return ast.copy_location(type(statement)(**fields), statement)

    last = statement.body[-1]
    if len(statement.body) > 1:
        shorter = with_body(statement.body[:-1])
        yield ("exchange", "the indentation", last, [*before, shorter, last, *after])
    elif not statement.orelse:
        whole = "an if" if isinstance(statement, ast.If) else "a loop"
        yield ("removal", whole, statement, [*before, *statement.body, *after])
    if after:
        longer = with_body([*statement.body, after[0]])
        rest = after[1:] or [ast.copy_location(ast.Pass(), statement)]
        yield ("exchange", "the indentation", after[0], [*before, longer, *rest])


def _of_assignment(statement: ast.stmt) -> Iterator[tuple[Rank, str, ast.stmt]]:
    match statement:
        case ast.Assign(targets=[ast.Name() | ast.Subscript() as target]):
            for op in (ast.Add(), ast.Sub()):
                yield "exchange", "= or +=", ast.AugAssign(target, op, statement.value)
        case ast.AugAssign(target=ast.Name() | ast.Subscript() as target):
            yield "exchange", "= or +=", ast.Assign([target], statement.value)
            fields = {name: getattr(target, name) for name in target._fields} | {"ctx": ast.Load()}
            value = ast.BinOp(type(target)(**fields), statement.op, statement.value)
            yield "exchange", "in place", ast.Assign([target], value)
            for other in OPERATIONS[:4]:
                if not isinstance(statement.op, other):
                    changed = ast.AugAssign(target, other(), statement.value)
                    yield "exchange", "the operation", changed
