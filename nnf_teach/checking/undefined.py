"""A name that is not defined yet: `check`, `hint` and `or_ours` tell about it, and the cells go on.

IPython shows this module each cell before it runs. Where one of these calls would stop at an
undefined name, it is handed the name itself, as a text; nothing else of a cell is ever changed.
"""

from __future__ import annotations

import ast
import builtins
import difflib
from types import FunctionType
from typing import Any

from nnf_teach import session
from nnf_teach.checking.stale import is_stale
from nnf_teach.exercises import all_exercises


def watch() -> None:
    """Look at every cell before it runs from now on, where there is an IPython."""
    ipython = session.shell()
    if ipython is not None:
        ipython.ast_transformers.append(_Undefined())


class _Undefined(ast.NodeTransformer):
    """Puts a text in the place of an undefined name, where a call of ours begins with one."""

    def visit_Module(self, cell: ast.Module) -> ast.Module:
        if not session.strict():
            names = {**vars(builtins), **session.names()}
            made = set(_made(cell))
            for node in ast.walk(cell):
                match node:
                    case ast.Call(func=ast.Name(call), args=[ast.Name(name) as at, *_]):
                        if _ours(names.get(call)) and name not in made and name not in names:
                            node.args[0] = ast.copy_location(ast.Constant(name), at)
        return cell


def _ours(function: Any) -> bool:
    return isinstance(function, FunctionType) and function.__module__.startswith(__package__)


def _made(cell: ast.Module) -> list[str]:
    """Return every name and text of a cell but the names that it reads: it may define these."""
    return [
        value
        for node in ast.walk(cell)
        if not (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
        for _, value in ast.iter_fields(node)
        if isinstance(value, str)
    ]


def missing(name: str) -> str:
    """Say what to do about a text in the place of a function."""
    names = session.names()
    if not name.isidentifier() or name in names or session.shell() is None:
        return "Hand over the function itself, without quotes and brackets: check(sigmoid)."
    if name not in all_exercises():
        return f"{name} is not defined. {unknown(name)}"
    if is_stale(name):
        return (
            f"The cell that defines {name} failed when it was last run. "
            "Read what it says, repair it, and run it again."
        )
    written = [
        known
        for known, value in names.items()
        if isinstance(value, FunctionType)
        and value.__module__ == "__main__"
        and known not in all_exercises()
    ]
    if near := difflib.get_close_matches(name, written, n=1):
        return f"{name} is not defined. Is `{near[0]}` that function? Then give it this name."
    return f"{name} is not defined yet. Run the cell above first, the one with `def {name}`."


def unknown(name: Any) -> str:
    """Say that no exercise has a name, and which have one like it."""
    near = difflib.get_close_matches(str(name), all_exercises(), n=3)
    asked = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    return f"There is no exercise of the name {name!r}.{asked}"
