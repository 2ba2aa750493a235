"""Read what a function returned, compare it with the truth, and print it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnf_teach.exercises import BadAnswer
from nnf_teach.exercises.numbers import kind_of, read_numbers

# A float32 answer cannot be nearer than its own rounding errors.
_FLOAT32_RTOL, _FLOAT32_ATOL = 2e-5, 1e-6


class Problem(NamedTuple):
    """Why an answer is wrong; `kind` is its place in the order of diagnosis."""

    kind: str  # "raised", "none", "type", "shape", "nan", "warning", "value", "mutated"
    sentence: str
    parts: tuple[int, ...] = ()  # of an answer in parts: which are wrong, first the one meant


def read(answer: Any, expected: Any) -> Any:
    """Copy an answer into plain arrays, nested in tuples as `expected` is.

    Raises
    ------
    BadAnswer
        When there is nothing to compare: None, text, a generator, too few parts, ...

    >>> read([1, 2], np.zeros(2)).tolist()
    [1, 2]
    """
    if answer is None:
        raise BadAnswer("none", "Your function returns None here. Does it reach a `return` line?")
    if isinstance(expected, Mapping):
        return answer
    if isinstance(expected, tuple | list):
        if not isinstance(answer, tuple | list):
            raise BadAnswer("type", f"{len(expected)} parts are asked for, got {kind_of(answer)}.")
        if len(answer) != len(expected):
            asked = "1 part is" if len(expected) == 1 else f"{len(expected)} parts are"
            raise BadAnswer("shape", f"{asked} asked for, {len(answer)} came back.")
        for k, part in enumerate(answer, 1):
            if part is None:
                raise BadAnswer("none", f"Part {k} of the {len(answer)} that come back is None.")
        pairs = zip(answer, expected, strict=True)
        return tuple(_read_part(k, *pair) for k, pair in enumerate(pairs, 1))
    return read_numbers(answer)


def _read_part(k: int, answer: Any, expected: Any) -> Any:
    """Read a part, and where its own parts are told, say whose they are."""
    try:
        return read(answer, expected)
    except BadAnswer as error:
        if isinstance(expected, tuple | list) and str(error)[:1].isdigit():
            raise BadAnswer(error.kind, f"In part {k}, {error}") from None
        raise


def compare(got: Any, expected: Any, rtol: float, atol: float) -> Problem | None:
    """Return why `got` is not `expected`, or None when it is."""
    if isinstance(expected, Mapping):
        if got == expected:
            return None
        return Problem("value", "")
    if isinstance(expected, tuple | list):
        found = [compare(g, e, rtol, atol) for g, e in zip(got, expected, strict=True)]
        return _worst({k: problem for k, problem in enumerate(found) if problem is not None})
    truth = np.asarray(expected)
    if got.size == 0 and truth.size == 0:
        return None  # a list without rows cannot say how long its rows would be
    if got.shape != truth.shape:
        return Problem("shape", _shapes(got.shape, truth.shape))
    if got.dtype == np.float16:
        return Problem("type", "The answer is float16, which keeps only three digits.")
    if bool(np.isnan(got).any()) and not np.isnan(truth).any():
        return Problem("nan", f"There are nans in it ({int(np.isnan(got).sum())} of {got.size}).")
    if _close(got, truth, rtol, atol).all():
        return None
    return Problem("value", _difference(got, truth))


def _close(got: NDArray[Any], truth: NDArray[Any], rtol: float, atol: float) -> NDArray[np.bool_]:
    if got.dtype == np.float32:
        rtol, atol = max(rtol, _FLOAT32_RTOL), max(atol, _FLOAT32_ATOL)
    with np.errstate(all="ignore"):  # what np.isclose does, in a fifth of its time
        numbers = got.astype(np.float64)
        near = np.abs(numbers - truth) <= atol + rtol * np.abs(truth)
        nans = np.isnan(numbers) & np.isnan(truth)
        return np.asarray((near & np.isfinite(truth)) | (numbers == truth) | nans)


def right_numbers(got: Any, expected: Any, rtol: float, atol: float) -> NDArray[np.bool_]:
    """Return which numbers of an answer are right, in one row, as `compare` compares them.

    Where numbers cannot be compared, all of them are wrong, and there is at least one.

    >>> right_numbers((np.array([1.0, 2.0]), np.zeros(3)), (np.ones(2), np.zeros(2)), 0, 0).tolist()
    [True, False, False, False]
    """
    if isinstance(expected, Mapping):
        return np.array([bool(got == expected)])
    if isinstance(expected, tuple | list):
        parts = [right_numbers(g, e, rtol, atol) for g, e in zip(got, expected, strict=True)]
        return np.concatenate([np.zeros(0, dtype=bool), *parts])
    truth = np.asarray(expected)
    if got.size == 0 and truth.size == 0:
        return np.zeros(0, dtype=bool)
    if got.shape != truth.shape or got.dtype == np.float16:
        return np.zeros(max(truth.size, 1), dtype=bool)
    return np.ravel(_close(got, truth, rtol, atol))


def _shapes(got: tuple[int, ...], asked: tuple[int, ...]) -> str:
    if not asked:
        return f"One number is asked for, an array of shape {got} came back."
    if not got:
        return f"An array of shape {asked} is asked for, one number came back."
    text = f"The shape is {got}, but {asked} is asked for."
    if len(asked) == 2:
        text += " What does each of the two axes stand for?"
    return text


_ORDER = {"none": 0, "type": 1, "shape": 2, "nan": 3, "value": 4}


def _worst(problems: Mapping[int, Problem]) -> Problem | None:
    """Return the problem that comes first in the order, of an answer in parts."""
    if not problems:
        return None
    first = min(problems, key=lambda k: _ORDER[problems[k].kind])
    return problems[first]._replace(parts=(first, *(k for k in problems if k != first)))


def _difference(got: NDArray[Any], truth: NDArray[Any]) -> str:
    """Say how far apart two arrays are when their printed forms look the same."""
    if show(got) != show(truth):
        return ""
    with np.errstate(all="ignore"):
        gap = np.abs(got.astype(np.float64) - truth)
    worst = int(np.argmax(gap))
    place = f" at {list(map(int, np.unravel_index(worst, gap.shape)))}" if gap.ndim else ""
    return f"The largest difference is {gap.flat[worst]:.2g}{place}."


def same(one: Any, other: Any) -> bool:
    """Whether two read answers are equal, nans included, as wrong answers can be."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        rough = np.float32 in (one.dtype, other.dtype)
        rtol, atol = (_FLOAT32_RTOL, _FLOAT32_ATOL) if rough else (1e-6, 1e-12)
        return one.shape == other.shape and bool(
            np.allclose(one.astype(float), other.astype(float), rtol, atol, equal_nan=True)
        )
    return type(one) is type(other) and bool(one == other)


def show(value: Any, rows: int = 4, columns: int = 6, exact: bool = False) -> str:
    """Print numbers as a person would write them, four digits each, long arrays cut.

    >>> show(np.float64(0.5)), show(np.array([[1000.0, np.nan]])), show((np.array([1, 2]), True))
    ('0.5', '[[1000, nan]]', '([1, 2], yes)')
    """
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | float | np.number):
        number = float(value) + 0.0  # of -0.0 this makes 0.0
        return _in_full(number) if exact else f"{number:.4g}"
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return show(value[()], exact=exact)
    if isinstance(value, np.ndarray):
        if value.size == 0:
            return f"an empty array of shape {value.shape}"
        inner = value.ndim == 1
        keep = columns if inner else rows
        parts = [show(v, rows, columns, exact) for v in value[:keep]]
        cut = [f"... {len(value)} in all"] if len(value) > keep else []
        return "[" + ", ".join(parts + cut) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(show(v, rows, columns, exact) for v in value) + ")"
    if isinstance(value, list):
        return "[" + ", ".join(show(v, rows, columns, exact) for v in value) + "]"
    if isinstance(value, np.random.Generator):
        return "a random generator"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {show(v)}" for key, v in value.items())
    return clip(_repr(value), 120)


def _in_full(number: float) -> str:
    """Print a number with the digits that an answer may hang on: softmax sees differences."""
    if 1000 <= abs(number) < 10_000:
        return f"{number:.2f}".rstrip("0").rstrip(".")
    return repr(number) if 0 < 1 - number < 1e-9 else f"{number:.4g}"


def show_call(name: str, names: Sequence[str], args: Sequence[Any]) -> str:
    """Print the arguments of a call, with what its answer may hang on.

    >>> show_call("f", ["z", "p"], [np.array([1000.6231, 0.123456]), 1 - 2**-53])
    'z = [1000.62, 0.1235], p = 0.9999999999999999'
    """
    if not args:
        return f"{name}()"
    return ", ".join(f"{n} = {show(a, exact=True)}" for n, a in zip(names, args, strict=False))


def clip(text: str, limit: int) -> str:
    """Cut a text that is too long for a panel, and write out what no page can show."""
    text = text if len(text) <= limit else text[: limit - 4] + " ..."
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _repr(value: Any) -> str:
    """Return what Python prints of a value, but for its address, which says nothing."""
    if isinstance(value, FunctionType):
        return f"the function {value.__name__}"
    try:
        return re.sub(" at 0x[0-9a-f]+", "", repr(value))
    except Exception:
        return kind_of(value)
