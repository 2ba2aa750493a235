"""What meets where shapes do not fit: the shapes of expressions, which are not run again."""

from __future__ import annotations

import ast
import linecache
import re
from collections.abc import Mapping
from itertools import islice
from types import FrameType
from typing import Any

import numpy as np

LONGEST = 40  # characters of an expression that are told
MOST = 6  # arrays in a list that are told
_TOLD = re.compile(r"shapes (\([\d, ]*\)) (?:and )?(\([\d, ]*\))")

Shape = tuple[int, ...]


def what_meets(error_text: str, frame: FrameType, lasti: int) -> str:
    """Say which two expressions an error was about, and their shapes; "" if that is not known.

    `lasti` is the instruction of `frame` that failed.
    """
    parts, names = _operands(frame, lasti), {**frame.f_globals, **frame.f_locals}
    if len(parts) != 2 or any(len(ast.unparse(part)) > LONGEST for part in parts):
        return ""
    told = _TOLD.search(error_text)
    shapes: list[Shape | None] = [shape_of(part, names) for part in parts]
    if told:
        shapes = [tuple(map(int, re.findall(r"\d+", each))) for each in told.groups()]
    if None in shapes:
        return ""
    first, second = (f"`{ast.unparse(p)}` of shape {s}" for p, s in zip(parts, shapes, strict=True))
    return f"Here {first} meets {second}."


def _operands(frame: FrameType, lasti: int) -> list[ast.expr]:
    """Return the two expressions that the instruction works on, or none."""
    line, last, start, end = next(islice(frame.f_code.co_positions(), lasti // 2, None))
    if line is None or line != last:
        return []
    text = linecache.getline(frame.f_code.co_filename, line).encode()[start:end].decode()
    try:
        found = ast.parse(text.strip()).body
    except SyntaxError:
        return []
    match found:
        case [ast.Expr(ast.BinOp(left, _, right))]:
            return [left, right]
        case [ast.AugAssign(target, _, value)]:
            return [target, value]
        case [ast.Expr(ast.Call(args=[left, right], keywords=[]))]:
            return [left, right]
    return []


def shape_of(node: ast.expr, names: Mapping[str, Any]) -> Shape | None:
    """Return the shape of an expression as far as its form tells it, or None.

    >>> names = {"X": np.ones((2, 3)), "Hs": [np.ones(4)]}
    >>> [shape_of(ast.parse(e, mode="eval").body, names) for e in ("X.T", "-X", "Hs[-1]", "f(X)")]
    [(3, 2), (2, 3), (4,), None]
    """
    match node:
        case ast.Name(name) | ast.Subscript(value=ast.Name(name)):
            value = names.get(name)
            if isinstance(node, ast.Subscript):
                try:
                    value = value[ast.literal_eval(node.slice)] if type(value) is list else None
                except (ValueError, TypeError, IndexError):
                    return None
            if isinstance(value, int | float):
                return ()
            return value.shape if type(value) is np.ndarray else None
        case ast.Constant(int() | float()):
            return ()
        case ast.Attribute(value=inner, attr="T"):
            shape = shape_of(inner, names)
            return None if shape is None else shape[::-1]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return shape_of(inner, names)
        case ast.BinOp(left, op, right) if not isinstance(op, ast.MatMult):
            both = shape_of(left, names), shape_of(right, names)
            return None if None in both else np.broadcast_shapes(*both)  # type: ignore[arg-type]
    return None


def in_words(value: Any) -> str:
    """Return the shape of an array, or those in a list of arrays; "" for anything else.

    >>> in_words([(np.ones((2, 3)), np.ones(2))])
    '[((2, 3), (2,))]'
    """
    if type(value) is np.ndarray:
        return str(value.shape)
    if type(value) not in (list, tuple) or not 0 < len(value) <= MOST:
        return ""
    parts = [in_words(part) for part in value]
    if "" in parts:
        return ""
    return f"[{', '.join(parts)}]" if type(value) is list else f"({', '.join(parts)})"
