"""Small changes of an expression: what could be the one slip in it."""

from __future__ import annotations

import ast
import contextlib
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from nnf_teach.checking.slots import Slot

Rank = Literal["removal", "exchange", "insertion", "number", "borrowed"]
Change = tuple[Rank, str, Any]  # of which rank and kind, and what stands there then

_FAMILIES = (
    {"max", "min", "mean", "sum", "median", "prod"},
    {"maximum", "minimum"},
    {"argmax", "argmin", "argsort"},
    {"exp", "log", "exp2", "log2", "log10", "log1p", "expm1", "sqrt", "abs", "square", "tanh"},
    {"zeros", "ones"},
    {"zeros_like", "ones_like", "empty_like"},
    {"std", "var"},
    {"ceil", "floor", "round"},
    {"any", "all"},
    {"repeat", "tile"},
    {"hstack", "vstack", "concatenate"},
    {"cumsum", "cumprod"},
    {"dot", "outer", "multiply", "matmul"},
    {"cos", "sin"},
    {"nanmean", "mean"},
    {"nansum", "sum"},
)
OPERATIONS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.FloorDiv, ast.MatMult)
_ORDERED = (ast.Sub, ast.Div, ast.MatMult, ast.Pow)
_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
_REDUCTIONS = {
    "sum", "mean", "max", "min", "any", "all", "argmax", "argmin", "std", "var", "prod", "norm",
    "median", "cumsum", "sort", "squeeze", "amax", "amin",
}  # fmt: skip
_PARTS = ((ast.Div(), 2), (ast.Mult(), 2), (ast.Pow(), 2), (ast.Sub(), 1), (ast.Add(), 1))
_INDEXERS = {"c_", "r_", "s_", "mgrid", "ogrid"}  # of NumPy: as an array they have no end
MODULES = {"np", "anp", "numpy", "math"}


def of_expression(slot: Slot, names: Sequence[str], module: str) -> Iterator[Change]:
    node = slot.node
    match node:
        case ast.BinOp():
            yield from _of_operation(node)
        case ast.UnaryOp():
            yield "removal", "a sign" if isinstance(node.op, ast.USub) else "a part", node.operand
        case ast.Compare(ops=[op]):
            for other in _COMPARISONS:
                if not isinstance(op, other):
                    changed = ast.Compare(node.left, [other()], node.comparators)
                    yield "exchange", "the comparison", changed
            yield "removal", "a comparison", node.left
        case ast.BoolOp():
            for value in node.values:
                yield "removal", "a condition", value
            other_op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield "exchange", "and or or", ast.BoolOp(other_op, node.values)
        case ast.Constant():
            yield from _of_constant(node, names)
        case ast.Name() if node.id not in MODULES and not is_called(slot):
            for name in names:
                if name != node.id:
                    yield "exchange", "the name", ast.Name(name, ast.Load())
        case ast.Attribute():
            if node.attr == "T":
                yield "removal", "a transpose", node.value
            for family in _FAMILIES:
                for other_name in sorted(family - {node.attr} if node.attr in family else ()):
                    renamed = ast.Attribute(node.value, other_name, ast.Load())
                    yield "exchange", "the function", renamed
        case ast.Call():
            yield from _of_call(node)
            if module and len(node.args) == 1 and not node.keywords:
                bounded = _numpy(module, "maximum", node.args[0], ast.Constant(0))
                yield "exchange", "the function", bounded
        case ast.IfExp():
            yield "removal", "a case", node.body
            yield "removal", "a case", node.orelse
            yield "exchange", "the two cases", ast.IfExp(node.test, node.orelse, node.body)
        case ast.Subscript():
            yield "removal", "an index", node.value
        case ast.Slice():
            if node.lower or node.upper:
                yield "removal", "the bounds", ast.Slice(None, None, node.step)
            if node.lower and node.upper:
                yield "removal", "the bounds", ast.Slice(None, node.upper, node.step)
                yield "removal", "the bounds", ast.Slice(node.lower, None, node.step)
            if node.step:
                yield "removal", "the step", ast.Slice(node.lower, node.upper, None)
        case ast.Tuple() if 2 <= len(node.elts) <= 3:
            for order in itertools.permutations(node.elts):
                if list(order) != node.elts:
                    yield "exchange", "the order of the parts", ast.Tuple([*order], ast.Load())
    yield from _around(slot, names, module)


def is_called(slot: Slot) -> bool:
    return isinstance(slot.parent, ast.Call) and slot.field == "func"


def _of_operation(node: ast.BinOp) -> Iterator[Change]:
    yield "removal", "a part", node.left
    yield "removal", "a part", node.right
    for other in OPERATIONS:
        if not isinstance(node.op, other):
            yield "exchange", "the operation", ast.BinOp(node.left, other(), node.right)
    if isinstance(node.op, _ORDERED):
        yield "exchange", "the order", ast.BinOp(node.right, node.op, node.left)
    if isinstance(node.left, ast.Call) and len(node.left.args) == 1 and not node.left.keywords:
        inside = ast.BinOp(node.left.args[0], node.op, node.right)
        yield "exchange", "the brackets", ast.Call(node.left.func, [inside], [])
    if isinstance(node.right, ast.Call) and len(node.right.args) == 1 and not node.right.keywords:
        inside = ast.BinOp(node.left, node.op, node.right.args[0])
        yield "exchange", "the brackets", ast.Call(node.right.func, [inside], [])
    for joined in _joined(node.left, node.op, node.right):
        yield "exchange", "the brackets", joined
    inner = node.right
    if isinstance(inner, ast.BinOp):
        left = ast.BinOp(node.left, node.op, inner.left)
        yield "exchange", "the brackets", ast.BinOp(left, inner.op, inner.right)


def _joined(left: ast.expr, op: ast.operator, right: ast.expr) -> Iterator[ast.expr]:
    """Have `right` belong to the last parts of `left` only: to all but the first, to fewer, ..."""
    if isinstance(left, ast.BinOp):
        yield ast.BinOp(left.left, left.op, ast.BinOp(left.right, op, right))
        for joined in _joined(left.right, op, right):
            yield ast.BinOp(left.left, left.op, joined)


def _of_constant(node: ast.Constant, names: Sequence[str]) -> Iterator[Change]:
    value = node.value
    if isinstance(value, bool):
        yield "exchange", "True or False", ast.Constant(not value)
    elif isinstance(value, int | float):
        others: list[float | None] = [value + 1, value - 1, -value, 2 * value, value / 2, 0, 1, 2]
        others += [0.5, 10 * value, 100 * value, 1e-12, None]
        for k, other in enumerate(others):
            if (other, type(other)) != (value, type(value)) and other not in others[:k]:
                yield "number", "the number", ast.Constant(other)
        for name in names[:8]:
            yield "number", "the number", ast.Name(name, ast.Load())


def _of_call(node: ast.Call) -> Iterator[Change]:
    for k in range(len(node.keywords)):
        rest = node.keywords[:k] + node.keywords[k + 1 :]
        yield "removal", "a keyword", ast.Call(node.func, node.args, rest)
    if node.args:
        yield "removal", "a function", node.args[0]
    if isinstance(node.func, ast.Attribute):
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id in MODULES):
            yield "removal", "a function", node.func.value
        if node.func.attr in _REDUCTIONS:
            yield from _of_axis(node)
    starred = any(isinstance(arg, ast.Starred) for arg in node.args)
    if len(node.args) == 1 and isinstance(node.args[0], ast.BinOp) and not node.keywords:
        inner = node.args[0]
        left, right = (ast.Call(node.func, [part], []) for part in (inner.left, inner.right))
        yield "exchange", "the brackets", ast.BinOp(left, inner.op, inner.right)
        yield "exchange", "the brackets", ast.BinOp(inner.left, inner.op, right)
    if len(node.args) == 2 and not starred:
        yield (
            "exchange",
            "the order of two arguments",
            ast.Call(node.func, node.args[::-1], node.keywords),
        )


def _of_axis(node: ast.Call) -> Iterator[Change]:
    others = [k for k in node.keywords if k.arg not in ("axis", "keepdims")]
    kept = [k for k in node.keywords if k.arg == "keepdims"]
    wide = ast.keyword("keepdims", ast.Constant(True))
    axes = [k for k in node.keywords if k.arg == "axis"]
    for axis in (0, 1, -1, 2):
        named = ast.keyword("axis", ast.Constant(axis))
        rank: Rank = "exchange" if axes else "insertion"
        yield rank, "the axis", ast.Call(node.func, node.args, [*others, *kept, named])
        if not kept:
            kind = "another axis" if axes and not _is_number(axes[0].value, axis) else "the axis"
            yield "insertion", kind, ast.Call(node.func, node.args, [*others, wide, named])
    if not kept:
        yield "insertion", "the shape", ast.Call(node.func, node.args, [*others, *axes, wide])


def _is_number(node: ast.expr, number: int) -> bool:
    """Whether a literal is this number; Python's tree has -1 as a sign and a 1."""
    with contextlib.suppress(ValueError):
        return bool(ast.literal_eval(node) == number)
    return False


def _around(slot: Slot, names: Sequence[str], module: str) -> Iterator[Change]:
    """Something may be missing around an expression."""
    node = slot.node
    if not isinstance(node, ast.BinOp | ast.Name | ast.Call | ast.Attribute | ast.Subscript):
        return
    if is_called(slot) or (isinstance(node, ast.Name) and node.id in MODULES):
        return
    if isinstance(node, ast.Attribute) and node.attr in _INDEXERS:
        return
    yield "insertion", "a sign", ast.UnaryOp(ast.USub(), node)
    for op, value in _PARTS:
        yield "insertion", "a part", ast.BinOp(node, op, ast.Constant(value))
    yield "insertion", "one minus", ast.BinOp(ast.Constant(1), ast.Sub(), node)
    yield "insertion", "a transpose", ast.Attribute(node, "T", ast.Load())
    yield "insertion", "a comparison", ast.Compare(node, [ast.Gt()], [ast.Constant(0)])
    if module:
        for name in ("exp", "log", "sqrt", "abs", "ceil", "mean", "sum"):
            yield "insertion", "a function", _numpy(module, name, node)
        yield "insertion", "a bound", _numpy(module, "maximum", node, ast.Constant(0))
        real = ast.Name("float", ast.Load())
        yield "insertion", "whole numbers", _numpy(module, "array", node, real)
    if isinstance(node, ast.BinOp | ast.Call):
        for name in names[:8]:
            for op in (ast.Mult(), ast.Add(), ast.Sub(), ast.Div()):
                part = ast.BinOp(node, op, ast.Name(name, ast.Load()))
                yield "insertion", "a part", part
            count = ast.Call(ast.Name("len", ast.Load()), [ast.Name(name, ast.Load())], [])
            yield "insertion", "an average", ast.BinOp(node, ast.Div(), count)


def of_helpers(slot: Slot, helpers: Sequence[str]) -> Iterator[Change]:
    """Another function of theirs may be meant, or missing."""
    node = slot.node
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        for name in helpers:
            if not (isinstance(node.func, ast.Name) and node.func.id == name):
                yield (
                    "exchange",
                    "the function",
                    ast.Call(ast.Name(name, ast.Load()), node.args, []),
                )
    if isinstance(node, ast.BinOp | ast.Name | ast.Subscript) and not is_called(slot):
        for name in helpers:
            called = ast.Call(ast.Name(name, ast.Load()), [node], [])
            yield "insertion", "a function", called


_SIZED = {"eye", "zeros", "ones", "full", "range", "arange", "identity", "empty", "linspace"}


def of_size(slot: Slot, names: Sequence[str]) -> Iterator[Change]:
    """A count or a divisor may be another length."""
    match slot.parent:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            counts = name in _SIZED and slot.field == "args"
        case ast.BinOp(op=ast.Div()):
            counts = slot.field == "right"
        case _:
            counts = False
    if not counts or isinstance(slot.node, ast.Starred):
        return
    for name in names[:4]:
        shape = ast.Attribute(ast.Name(name, ast.Load()), "shape", ast.Load())
        for size in (
            ast.Call(ast.Name("len", ast.Load()), [ast.Name(name, ast.Load())], []),
            ast.Subscript(shape, ast.Constant(1), ast.Load()),
        ):
            if ast.dump(size) != ast.dump(slot.node):
                yield "exchange", "the number", size


def _numpy(module: str, name: str, *args: ast.expr) -> ast.Call:
    return ast.Call(ast.Attribute(ast.Name(module, ast.Load()), name, ast.Load()), list(args), [])
