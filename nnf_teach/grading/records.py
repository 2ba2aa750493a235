"""Frozen dataclasses as JSON, and back: what a file holds is believed only when it fits."""

from __future__ import annotations

import functools
from dataclasses import asdict, is_dataclass
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")
_NAMES = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}


class NotARecord(ValueError):
    """JSON that is not of the class that was asked for; the message says where it differs."""


def to_json(record: Any) -> dict[str, Any]:
    """Return a dataclass as `json.dumps` writes it, its fields in their order."""
    return asdict(record)


def from_json(kind: type[T], data: object) -> T:
    """Return the dataclass that `to_json` and JSON made `data` of.

    Its fields are numbers, texts, None, tuples and dataclasses.

    Raises
    ------
    NotARecord
        When a field is missing, unknown, or of another type.

    >>> from dataclasses import make_dataclass
    >>> from_json(make_dataclass("Point", [("x", float)]), {"x": "1"})
    Traceback (most recent call last):
        ...
    nnf_teach.grading.records.NotARecord: Point.x: expected a number, got str
    """
    found: T = _read(kind, data, kind.__name__)
    return found


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, value: object, where: str) -> Any:
    if is_dataclass(kind):
        assert isinstance(kind, type)
        return kind(**_fields(_hints(kind), value, where))
    if isinstance(kind, UnionType):
        (some,) = (part for part in get_args(kind) if part is not type(None))
        return None if value is None else _read(some, value, where)
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind), value, where)
    if not _is(kind, value):
        raise NotARecord(f"{where}: expected {_NAMES[kind]}, got {type(value).__name__}")
    return value


def _fields(hints: dict[str, Any], value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise NotARecord(f"{where}: expected an object, got {type(value).__name__}")
    if value.keys() != hints.keys():
        differing = ", ".join(sorted(map(str, value.keys() ^ hints.keys())))
        raise NotARecord(f"{where}: missing or unknown: {differing}")
    return {name: _read(hint, value[name], f"{where}.{name}") for name, hint in hints.items()}


def _tuple(parts: tuple[Any, ...], value: object, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise NotARecord(f"{where}: expected a list, got {type(value).__name__}")
    if parts[-1] is Ellipsis:
        if all(_is(parts[0], one) for one in value):  # thousands of numbers at once
            return tuple(value)
        parts = (parts[0],) * len(value)
    if len(value) != len(parts):
        raise NotARecord(f"{where}: expected {len(parts)} parts, got {len(value)}")
    return tuple(
        _read(part, one, f"{where}[{k}]")
        for k, (part, one) in enumerate(zip(parts, value, strict=True))
    )


def _is(kind: Any, value: object) -> bool:
    """Whether a value is of a plain type; a whole number is a number, too, and True is none."""
    return type(value) is kind or (kind is float and type(value) is int)
