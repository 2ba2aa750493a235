"""Where expressions stand in a tree, so that others can be put there, and how large they are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Slot:
    """Where a node stands in the tree: a field of its parent, or an item of one."""

    parent: ast.AST
    field: str
    index: int | None = None

    @property
    def node(self) -> Any:
        value = getattr(self.parent, self.field)
        return value if self.index is None else value[self.index]

    def put(self, node: Any) -> None:
        """Set the node that stands here."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def slots_of(tree: ast.AST) -> Iterator[Slot]:
    """Yield the places of the expressions that are evaluated."""
    for parent in ast.walk(tree):
        if isinstance(parent, ast.arguments | ast.FunctionDef):
            fields = [] if isinstance(parent, ast.arguments) else ["body"]
        else:
            fields = list(parent._fields)
        for field in fields:
            value = getattr(parent, field, None)
            if isinstance(value, list):
                places = [Slot(parent, field, k) for k in range(len(value))]
            else:
                places = [Slot(parent, field)]
            for slot in places:
                node = slot.node
                read = isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
                if isinstance(node, ast.expr | ast.Slice) and read and not _is_annotation(slot):
                    yield slot


def _is_annotation(slot: Slot) -> bool:
    if slot.field in ("annotation", "returns", "format_spec") or isinstance(
        slot.parent, ast.JoinedStr | ast.FormattedValue
    ):
        return True
    return isinstance(slot.parent, ast.Expr) and isinstance(slot.node, ast.Constant)  # a docstring


def measured(tree: ast.AST) -> dict[int, int]:
    """Return how many nodes lie in each node of a tree, by its id."""
    sizes: dict[int, int] = {}

    def measure(node: ast.AST) -> int:
        sizes[id(node)] = 1 + sum(map(measure, ast.iter_child_nodes(node)))
        return sizes[id(node)]

    measure(tree)
    return sizes
