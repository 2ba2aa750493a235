"""One call of a submission's function, and what it did, in plain data."""

from __future__ import annotations

import builtins
import dis
import inspect
import io
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from nnf_teach.checking.calls import Outcome, call_once
from nnf_teach.checking.counting import count_steps, most_bytes
from nnf_teach.checking.workshop import Workshop
from nnf_teach.exercises.exercise import Case
from nnf_teach.exercises.formula import Formula
from nnf_teach.exercises.given import Given
from nnf_teach.grading.inside import borrowed

_PRINT_LIMIT = 2_000
_MOST_HANDLES = 100
_TEXT = 300

handles: list[Any] = []
"""Functions that were returned, so that they can be called again."""


class FloatFormula(Formula):
    """A formula that takes numbers and arrays of any shape, as floats."""

    as_floats = True


def _generator(state: Mapping[str, Any]) -> np.random.Generator:
    bits = getattr(np.random, state["bit_generator"])()
    bits.state = state
    return np.random.Generator(bits)


def error_of(name: str, text: str) -> Exception:
    """Return an error of this name, if Python or NumPy has it."""
    kind = getattr(builtins, name, None) or getattr(np.exceptions, name, None)
    if isinstance(kind, type) and issubclass(kind, Exception):
        return kind(text)
    return Exception(text)


BUILD: dict[str, Callable[[Any], Any]] = {
    "formula": Formula,
    "float formula": FloatFormula,
    "rng": _generator,
    "given": Given,
}


def describe(value: Any) -> Any:
    """Find a word for what only looks like numbers, and for functions."""
    if isinstance(value, np.ma.MaskedArray):
        if np.ma.getmaskarray(value).any():
            return {"masked": None}
        return {"plain": np.array(value.data)}
    if isinstance(value, np.ndarray) and value.dtype.kind not in "biufc":
        if value.dtype.kind != "O":
            return {"odd array": [value.dtype.kind, *value.shape]}
        return _numbers(value) or {"odd array": ["O", *value.shape]}
    if isinstance(value, str | bytes | Mapping | set | frozenset | type):
        if isinstance(value, str):
            return {"plain": str.__str__(value)[:_PRINT_LIMIT]}
        return None
    if isinstance(value, tuple | list):
        return {"plain": tuple(value) if isinstance(value, tuple) else list(value)}
    if inspect.iscoroutine(value):
        value.close()
        return None
    if callable(value):
        if len(handles) >= _MOST_HANDLES:
            return None
        handles.append(value)
        return {"function": len(handles) - 1}
    return _numbers(value)


def _numbers(value: Any) -> Any:
    try:
        array = np.array(value)
        objects = array.dtype.kind == "O" and None not in array.ravel().tolist()
        if objects or array.dtype == np.longdouble:
            array = array.astype(np.float64)
    except BaseException:
        return None
    return {"plain": array} if array.dtype.kind in "biufc" else None


class Printed(io.TextIOBase):
    """Keeps the first characters that are printed, and counts them all."""

    def __init__(self, limit: int = _PRINT_LIMIT) -> None:
        self.limit, self.kept, self.count = limit, "", 0

    def write(self, text: str) -> int:
        self.count += len(text)
        if len(self.kept) < self.limit:
            self.kept += text[: self.limit - len(self.kept)]
        return len(text)

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        raise OSError("there is no file")


def signature_of(function: Callable[..., Any]) -> list[list[Any]] | None:
    """Return the parameters: name, kind, and default as text, or None when it does not tell."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
        return [
            [p.name, int(p.kind), None if p.default is p.empty else repr(p.default)[:30]]
            for p in parameters[:50]
        ]
    except BaseException:
        return None


_NOT_WRITTEN = ("NotImplementedError",)
_RAISES = {"RESUME", "LOAD_GLOBAL", "LOAD_CONST", "PUSH_NULL", "PRECALL", "CALL", "RAISE_VARARGS"}


def is_stub(function: Callable[..., Any]) -> bool:
    """Whether a function does nothing but raise NotImplementedError, as it was handed out."""
    if type(function) is not FunctionType or function.__code__.co_names != _NOT_WRITTEN:
        return False
    steps = {step.opname for step in dis.get_instructions(function.__code__)}
    return steps <= _RAISES and not set(_NOT_WRITTEN) & set(function.__globals__)


def call(function: Callable[..., Any], args: Sequence[Any]) -> tuple[dict[str, Any], Any]:
    """Call a function on these arguments; return what it did, and its answer."""
    printed = Printed()
    sys.stdout, sys.stderr, before = printed, printed, (sys.stdout, sys.stderr)
    try:
        outcome = call_once(function, Case(tuple(args)), lambda answer, k: answer, 0)
    finally:
        sys.stdout, sys.stderr = before
    return _report(outcome, printed.kept), outcome.answer


_LARGEST = 1_000_000  # bytes of an array that a changed function may return


def try_all(shop: Workshop, numbers: Sequence[int], args: Sequence[Any]) -> list[Any]:
    """Call a function with one change after another; return its answers, None for an error."""
    printed = Printed(0)
    sys.stdout, sys.stderr, before = printed, printed, (sys.stdout, sys.stderr)
    found: list[Any] = []
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            for _, answer in shop.answers(numbers, args):
                try:
                    value = answer()
                except BaseException:  # what is closed, too
                    value = None
                parts = value if isinstance(value, tuple | list) else [value]
                large = sum(part.nbytes for part in parts if isinstance(part, np.ndarray))
                found.append(None if large > _LARGEST else value)
    finally:
        sys.stdout, sys.stderr = before
    return found


_OWN_TRACES = 2  # switches of tracing that are ours: one on, one off


def count(function: Callable[..., Any], args: Sequence[Any]) -> tuple[dict[str, Any], Any]:
    """Count the Python steps of a call; hiding some of them is an error.

    Python itself reports that tracing is switched, and no code can take such a hook away again.
    """
    events = 0

    def hook(event: str, details: Any) -> None:
        nonlocal events
        events += event == "sys.settrace"

    def steps(*args: Any) -> tuple[int, Any]:
        nonlocal events
        events = 0
        counted = count_steps(function, Case(args))
        if events != _OWN_TRACES:
            raise RuntimeError("tracing is switched off and on, so steps cannot be counted")
        return counted

    sys.addaudithook(hook)
    return call(steps, args)


def weigh(function: Callable[..., Any], args: Sequence[Any]) -> tuple[dict[str, Any], Any]:
    """Count the bytes that a call holds at once."""
    return call(lambda *args: most_bytes(function, Case(args)), args)


def _report(outcome: Outcome, printed: str) -> dict[str, Any]:
    """Return what is to be said of a call, which is little as a rule."""
    error = outcome.error
    report = {
        "error": [kind.__name__[:60] for kind in type(error).__mro__[:10]] if error else None,
        "text": outcome.error_text,
        "line": [text[:_TEXT] for text in outcome.line] if error else None,
        "seen": outcome.seen[:_TEXT],
        "raised_in": outcome.raised_in[:_TEXT],
        "raised_by": outcome.raised_by,
        "warned": [text[:_TEXT] for text in outcome.warned[:20]],
        "mutated": list(outcome.mutated),
        "printed": printed,
        "called": sorted(borrowed.called),
    }
    return {name: value for name, value in report.items() if value}
