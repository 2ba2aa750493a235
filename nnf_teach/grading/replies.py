"""Read what a submission's process says: texts, errors, signatures, and what is no data.

None of it is believed to be more than it is: names of errors become errors of ours, and what has
no word becomes a thing of which only the kind is known.
"""

from __future__ import annotations

import builtins
import inspect
import math
from typing import Any

import numpy as np

TEXT = 2_000  # characters
_NAME = 60
_EMPTY = inspect.Parameter.empty


class Foreign:
    """Something that a submission returned and that is no data; only its kind is known."""


def foreign(kind: Any) -> Any:
    """Return a thing of this kind."""
    name = kind if isinstance(kind, str) and kind.isidentifier() else "object"
    return type(name[:_NAME], (Foreign,), {})()


def odd_array(form: Any) -> Any:
    """Return an array of the same shape, whose content is no number either."""
    kind, *shape = form if isinstance(form, list) and form else ["O"]
    if not all(type(n) is int and n >= 0 for n in shape) or math.prod(shape) > 10_000:
        shape = [1]
    return np.full(shape, None if kind != "U" else "", object if kind != "U" else "U1")


def why_missing(name: str, reply: dict[str, Any]) -> str:
    """Say why there is no function, as far as the submission's process tells."""
    if reply.get("in_text") is True:
        return (
            f"The cell of {name} is text (Markdown or raw), which does not run. "
            "Make it a code cell again: click beside it, then press Esc and Y."
        )
    if kind := text_of(reply, "kind"):
        article = "an" if kind[0] in "aeiou" else "a"
        return (
            f"After the notebook ran, {name} is {article} {kind[:60]}, and no function. "
            f"Which cell gives the name {name} to something else?"
        )
    return f"There is no function of the name {name} after the notebook ran."


def error_of(kinds: list[str]) -> Exception:
    """Return an error of the same name, and of the nearest kind that Python itself has."""
    name = kinds[0] if kinds[0].isidentifier() else "Error"
    for kind in kinds:
        known = getattr(np.linalg, kind, None) if kind == "LinAlgError" else None
        known = known or getattr(builtins, kind, None)
        if isinstance(known, type) and issubclass(known, Exception):
            if kind == kinds[0]:
                return _instance(known)
            return _instance(type(name, (known,), {}))
    return _instance(type(name, (Exception,), {}))


def _instance(kind: type[Exception]) -> Exception:
    try:
        return kind()
    except TypeError:  # UnicodeDecodeError and its like want to know more
        return Exception()


def signature_of(parameters: Any) -> inspect.Signature | None:
    """Read how a function is called; defaults are shown, never used."""
    if not isinstance(parameters, list):
        return None
    try:
        return inspect.Signature(
            [
                inspect.Parameter(
                    str(name)[:_NAME],
                    inspect._ParameterKind(kind),
                    default=_EMPTY if default is None else _Shown(str(default)[:30]),
                )
                for name, kind, default in parameters[:50]
            ]
        )
    except (ValueError, TypeError):
        return None


class _Shown(str):
    """A default as it is written."""

    def __repr__(self) -> str:
        return str(self)


def list_of(reply: dict[str, Any], name: str) -> list[Any]:
    """Return a list of a reply; an empty one where there is none."""
    found = reply.get(name)
    return found[:100] if isinstance(found, list) else []


def texts_of(reply: dict[str, Any], name: str) -> list[str]:
    """Return the texts of a list, none longer than it may be."""
    return [text[:TEXT] for text in list_of(reply, name) if isinstance(text, str)]


def text_of(reply: dict[str, Any], name: str) -> str:
    """Return a text of a reply, "" where there is none."""
    found = reply.get(name)
    return found[:TEXT] if isinstance(found, str) else ""
