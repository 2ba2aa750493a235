"""What is asked about the place of a slip: where and of which kind, never what is right."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from nnf_teach.checking.edits import Edit
from nnf_teach.checking.source import Source

_LOOK = {
    "in place": "this line changes an array in place. Whose array is it, and of which type?",
    "the indentation": "which loop or case does this line belong to?",
    "the order of two lines": "does this line come at the right moment?",
    "= or +=": "does this line replace what was there, or add to it?",
}


def ask(edit: Edit, gone: str, expression: str, what: str, times: int) -> str:
    """Return the question to a change: it says where, and never what the right code is.

    `gone` is what a removal takes out, `what` comes out right then; `times` it stands in its line.
    Where several changes of one expression help, none of them is told, and it is 0.
    """
    again = {0: "", 1: "", 2: ", both times"}.get(times, ", each time")
    code = f"`{expression}`{again}"
    if edit.rank == "borrowed" and edit.kind != "a part":
        return f"look at {code}: another expression belongs there."
    if not times:
        return f"look at {code}: the slip is in it."
    if edit.rank == "removal":
        return f"what is `{gone or expression}` for{again}? Without it {what} comes out right."
    if edit.kind == "the name":
        return f"look at the name {code}."
    if edit.kind in _LOOK:
        return _LOOK[edit.kind]
    if edit.kind == "another axis":
        return f"look at the axis in {code}, and at the shape that comes out."
    if edit.rank in ("insertion", "borrowed"):
        if edit.kind == "a sign":
            return f"look at the sign of {code}."
        where = "inside" if edit.kind in ("the axis", "the shape") else "around"
        return f"something is missing {where} {code}."
    return f"look at {edit.kind}{' in' if edit.rank == 'exchange' else ''} {code}."


def removed(edit: Edit, line: str) -> str:
    """Return the text that a removal takes out of a line, in the learner's writing."""
    at: Any = edit.at
    new: Any = edit.changes[0][1]
    if isinstance(at, ast.stmt) or at.lineno != at.end_lineno:
        return ""
    if isinstance(at, ast.Call) and isinstance(new, ast.Call) and new.func is at.func:
        gone = next(k for k in at.keywords if k not in new.keywords)
        return cut(line, gone.col_offset, gone.end_col_offset)
    if isinstance(new, ast.Slice):
        return cut(line, at.col_offset, at.end_col_offset)
    before = cut(line, at.col_offset, new.col_offset).rstrip()
    after = cut(line, new.end_col_offset, at.end_col_offset).lstrip()
    if isinstance(at, ast.Call | ast.Subscript):
        return f"{before}...{after}" if before else after
    before, after = before.rstrip("( "), after.lstrip(") ")
    return "" if before and after else before or after


def cut(line: str, start: int | None, end: int | None) -> str:
    """Return a part of a line by the offsets of the tree, which count bytes."""
    return line.encode()[start:end].decode(errors="ignore")


# Where else -------------------------------------------------------------------------------------

_MOST = 2  # other places; where there are more, there is no place


def elsewhere(source: Source, edits: Sequence[Edit], lines: Sequence[int]) -> str | None:
    """Return where else the slip may be, in words; None where it may be anywhere.

    `lines` are those of the changes, the one that is told first. What is wrong where a name is
    made can be put right where it is used, and what a helper does wrong where it is called.
    """
    alike = {
        slot.node.lineno for slot, _ in edits[0].changes[1:] if isinstance(slot.node, ast.expr)
    }
    found = {line: f"line {line} before it" for line in lines[1:]}
    names: list[str] = []
    for edit in edits:
        if edit.rank == "removal":
            continue
        for tree in source.functions.values():
            for line, words in _linked(tree, edit.at):
                found.setdefault(line, f"line {line}, {words}")
            if edit.kind == "the name":
                for line in _makes(tree, edit.changes[0][1].id):
                    found.setdefault(line, f"line {line}")
        names += _called(source, edit.at)
    found.pop(lines[0], None)
    others = [*found.values(), *(() if found else dict.fromkeys(names))]
    if len(others) > _MOST:
        return None
    both = "".join(f" and line {line}" for line in sorted(alike - {lines[0], *found}))
    return both + "".join(f", or {other}" for other in others)


def _linked(tree: ast.FunctionDef, at: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the lines that make the name at a place, or use the one that is made there."""
    if isinstance(at, ast.Name):
        for line in _makes(tree, at.id):
            yield line, f"where `{at.id}` is made"
    for name in _made(tree, at):
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                yield node.lineno, f"where `{name}` is used"


def _makes(tree: ast.FunctionDef, name: str) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            yield node.lineno


def _made(tree: ast.FunctionDef, at: ast.AST) -> Iterator[str]:
    """Yield the name that a whole value is given."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign) and node.value is at:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def _called(source: Source, at: ast.AST) -> Iterator[str]:
    """Yield the helper whose argument lies at a place, or which returns what does."""
    for name, tree in source.functions.items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(helper), args=args) if helper in source.functions:
                    if any(part is at for arg in args for part in ast.walk(arg)):
                        yield f"in `{helper}`"
                case ast.Return(value=value) if value is at and name != source.name:
                    yield f"where `{name}` is called"
