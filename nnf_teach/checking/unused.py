"""Clues from the code alone, and from asking twice: what is not used, and what is drawn.

Each is a function of a `Finding` that returns a sentence or "".
"""

from __future__ import annotations

import ast
import dis
import inspect
from collections.abc import Callable
from typing import Any

from nnf_teach.checking.answers import same
from nnf_teach.checking.finding import Finding
from nnf_teach.checking.source import Source

_VALUES = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.Name, ast.Subscript)  # calls may do something


def unused_argument(finding: Finding) -> str:
    """An argument that the code never reads, and that ours does."""
    theirs, ours = _read(finding.trial.function), _read(finding.trial.exercise.reference)
    if theirs is None or ours is None or not finding.failing:
        return ""
    arguments = list(inspect.unwrap(finding.trial.function).__code__.co_varnames)
    for own, name in zip(arguments, finding.names, strict=False):
        if name in ours and own not in theirs:
            return f"Your function gets `{own}`, and never uses it. Where does it come in?"
    return ""


def _read(function: Callable[..., Any]) -> set[str] | None:
    """Return the names that a function reads, also in functions in it; None without its code."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return None
    found: set[str] = set()
    for step in dis.get_instructions(code):
        if step.opname.startswith("LOAD"):
            found.update(step.argval if isinstance(step.argval, tuple) else [step.argval])
    return found


def dropped_value(finding: Finding) -> str:
    """A line that computes something and keeps it nowhere."""
    source = Source.of(finding.trial.function)
    if source is None or not finding.failing:
        return ""
    for node in ast.walk(source.functions[source.name]):
        if isinstance(node, ast.Expr) and isinstance(node.value, _VALUES):
            code = ast.unparse(node.value)
            return f"A line of yours computes `{code}`, and keeps it nowhere. Where should it go?"
    return ""


def drawn(finding: Finding) -> str:
    """Another answer at each call."""
    for k in finding.which[:2]:
        twice = finding.ask([finding.trial.cases[k].args] * 2)
        if twice is None or same(twice[0].got, twice[1].got):
            return ""
    return (
        "Called twice with the same arguments, your function gives two answers. "
        "What is drawn at random in it, and is it asked for?"
    )
