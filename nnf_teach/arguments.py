"""Check arguments once, at the public door; inside, functions trust each other.

A function says what it takes in the notation of its docstring, and the door refuses the rest
with a sentence that names the argument, what was got, what was expected, and what to do:

>>> @checked(X="(N, D)", w="(D,)")
... def scores(X, w):
...     return X @ w
>>> scores([[1, 2], [3, 4]], [1, 1])
array([3., 7.])
>>> scores([[1, 2], [3, 4]], [1, 1, 1])
Traceback (most recent call last):
    ...
ValueError: scores: w has shape (3,), expected (D,) with D = 2, as in X.

`unchecked(scores)` is the bare function, for inner loops.
"""

from __future__ import annotations

import functools
import inspect
import math
import re
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Params = list[tuple[Array, Array]]
P = ParamSpec("P")
R = TypeVar("R")
Sizes = dict[str, tuple[Any, str]]  # a letter, its size, and the argument that it was read from


def checked(**specs: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Check and convert the named arguments before every call.

    A spec is a shape, or shapes joined by " or ", and then at most one word of `_KINDS`:
    "(N, D)", "(N,) labels", with more axes "(..., K)" and "(N, ...)", any shape "(...)". Or it is
    "params", a list of (W, b), the first for D inputs and the last for K outputs. A letter has
    one size throughout a call. Only where a shape begins with "..." may there be no example, as
    in the exercises that may use `softmax`. Lists become arrays and integers float64; float32
    stays float32.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def door(*args: P.args, **kwargs: P.kwargs) -> R:
            given = signature.bind(*args, **kwargs)
            sizes: Sizes = {}
            for name, spec in specs.items():
                read = parameters if spec == "params" else argument
                value = given.arguments[name]
                given.arguments[name] = read(function.__name__, name, value, spec, sizes)
            return function(*given.args, **given.kwargs)

        return door

    return decorate


def unchecked(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function behind the door."""
    return cast("Callable[P, R]", inspect.unwrap(function))


def as_floats(x: ArrayLike) -> Array:
    """Return an array of floats: float32 and float64 as they are, the rest as float64."""
    array = np.asarray(x)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def argument(where: str, name: str, value: Any, spec: str, sizes: Sizes) -> Array:
    """Return one argument as an array, or raise what is wrong with it; notes sizes of letters."""
    shapes, kind = re.fullmatch(r"(.*\)) ?(.*)", spec).groups()  # type: ignore[union-attr]
    got = f"{where}: {name}"
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{got} has rows of different lengths; expected {shapes}.") from None
    if array.dtype.kind not in "fiub":
        what = "None" if value is None else f"{type(value).__name__} of {array.dtype} values"
        raise TypeError(f"{got} is {what}; expected numbers of shape {shapes}.")
    if not any(_fits(shape, array.shape, name, sizes) for shape in shapes.split(" or ")):
        raise ValueError(f"{got} has shape {array.shape}, {_expected(shapes, array, name, sizes)}")
    rows = shapes.startswith("(..., ") and array.shape[-1] > 0  # there may be none of them
    if array.size == 0 and shapes != "(...)" and not rows:
        raise ValueError(f"{got} has shape {array.shape}: it is empty. Give at least one example.")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        place = f"{name}[{', '.join(map(str, index))}]" if index else name
        raise ValueError(
            f"{got} has a value that is not finite: {place} = {array[index]}. "
            f"Find where it arises; np.isfinite({name}) shows all of them."
        )
    return _KINDS[kind](got, name, array, sizes)


def parameters(where: str, name: str, value: Any, spec: str, sizes: Sizes) -> Params:
    """Return a network's list of (W, b) with arrays that fit each other, or raise."""
    if not isinstance(value, list | tuple) or not value:
        what = "empty" if isinstance(value, list | tuple) else type(value).__name__
        raise TypeError(f"{where}: {name} is {what}, expected a list of (W, b), input side first.")
    params: Params = []
    before = sizes.get("D")
    for layer, pair in enumerate(value):
        here = f"{name}[{layer}]"
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise TypeError(f"{where}: {here} is not a pair (W, b).")
        known: Sizes = {} if before is None else {"D": before}
        W = argument(where, f"{here}[0]", pair[0], "(K, D)", known)
        b = argument(where, f"{here}[1]", pair[1], "(K,)", known)
        before = (known["K"][0], f"the outputs of {here}")
        params.append((W, b))
    if sizes.setdefault("K", before) and sizes["K"][0] != before[0]:  # type: ignore[arg-type,index]
        raise ValueError(
            f"{where}: {name} has {before[0]} outputs, "  # type: ignore[index]
            f"expected {sizes['K'][0]}, as in {sizes['K'][1]}."
        )
    return params


def _letters(shape: str) -> list[str]:
    return [part.strip() for part in shape.strip("()").split(",") if part.strip()]


def _fits(shape: str, actual: tuple[int, ...], name: str, sizes: Sizes) -> bool:
    """Whether an actual shape matches; if so, its letters are known from here on."""
    letters, parts = _letters(shape), list[Any](actual)
    if "..." in letters:
        start, length = letters.index("..."), len(actual) - len(letters) + 1
        if length < 0:
            return False
        parts[start : start + length] = [actual[start : start + length]]
    if len(letters) != len(parts):
        return False
    found = dict(sizes)
    for letter, size in zip(letters, parts, strict=True):
        if found.setdefault(letter, (size, name))[0] != size:
            return False
    sizes.update(found)
    return True


def _expected(shapes: str, array: Array, name: str, sizes: Sizes) -> str:
    first = shapes.split(" or ")[0]
    known = [x for x in dict.fromkeys(re.findall(r"\w+|\.{3}", shapes)) if x in sizes]
    told = " and ".join(f"{x} = {sizes[x][0]}, as in {sizes[x][1]}" for x in known)
    hint, copy = "", dict(sizes)
    if array.ndim == 2 and _fits(first, array.T.shape, name, copy):
        hint = f" Its transpose would fit: {name}.T."
    elif array.ndim == 2 and 1 in array.shape and _fits(first, (array.size,), name, copy):
        hint = f" {name}.ravel() would fit."
    elif array.ndim == 1 and _fits(first, (1, array.size), name, copy):
        hint = f" For a single example write {name}[None, :]."
    return f"expected {shapes}{' with ' + told if told else ''}.{hint}"


# --- Kinds of values -------------------------------------------------------------------------


def _outside(array: Array, inside: Array) -> str:
    wrong = np.unique(array[~inside])
    return ", ".join(f"{float(x):.4g}" for x in wrong[:5]) + (", ..." if wrong.size > 5 else "")


def _numbers(got: str, name: str, array: Array, sizes: Sizes) -> Array:
    return as_floats(array)


def _labels(got: str, name: str, array: Array, sizes: Sizes) -> Array:
    inside = (array == 0) | (array == 1)
    if not inside.all():
        hint = f" From -1 and 1 make them with ({name} + 1) / 2." if (abs(array) == 1).all() else ""
        found = _outside(array, inside)
        raise ValueError(f"{got} has labels outside {{0, 1}}: {found}.{hint}")
    return array.astype(np.int8)  # so that float32 logits keep their type beside them


def _classes(got: str, name: str, array: Array, sizes: Sizes) -> Array:
    count, source = sizes["K"]
    inside = (array >= 0) & (array < count) & (array == np.floor(array))
    if not inside.all():
        raise ValueError(
            f"{got} has class numbers outside 0..{count - 1}: {_outside(array, inside)}. "
            f"They are whole numbers counted from 0, and {source} has K = {count} classes."
        )
    return array.astype(np.intp)


def _probabilities(got: str, name: str, array: Array, sizes: Sizes) -> Array:
    inside = (array >= 0) & (array <= 1)
    if not inside.all():
        found = _outside(array, inside)
        raise ValueError(
            f"{got} has values outside [0, 1]: {found}. Are they logits? They need a sigmoid or "
            "softmax first, or the logits form of the loss."
        )
    return as_floats(array)


def _masses(got: str, name: str, array: Array, sizes: Sizes) -> Array:
    inside = array >= 0
    if not inside.all():
        raise ValueError(f"{got} has values below 0: {_outside(array, inside)}.")
    return as_floats(array)


_KINDS: dict[str, Callable[[str, str, Array, Sizes], Array]] = {
    "": _numbers,
    "labels": _labels,
    "classes": _classes,
    "probabilities": _probabilities,
    "masses": _masses,
}


# --- Single values ---------------------------------------------------------------------------


def whole_number(where: str, name: str, value: Any, low: int, high: float = math.inf) -> int:
    """Return a whole number from low to high, or raise."""
    span = f"at least {low}" if math.isinf(high) else f"{low} to {high}"
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        raise TypeError(f"{where}: {name} is {value!r}, expected a whole number, {span}.")
    if not low <= value <= high:
        raise ValueError(f"{where}: {name} is {value}, expected a whole number, {span}.")
    return int(value)


def number(where: str, name: str, value: Any, low: float, high: float = math.inf) -> float:
    """Return a finite number from low to high, or raise."""
    span = f"at least {low:g}" if math.isinf(high) else f"from {low:g} to {high:g}"
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise TypeError(f"{where}: {name} is {value!r}, expected a number {span}.")
    if not (low <= value <= high and math.isfinite(value)):
        raise ValueError(f"{where}: {name} is {value}, expected a number {span}.")
    return float(value)


def generator(where: str, rng: Any) -> np.random.Generator:
    """Return the random generator, or raise and say how to make one."""
    if isinstance(rng, np.random.Generator):
        return rng
    seed = rng if isinstance(rng, int | np.integer) and not isinstance(rng, bool) else 0
    raise TypeError(
        f"{where}: rng is {rng!r}, expected a random generator. "
        f"Write rng=np.random.default_rng({seed}); the number is the seed."
    )


def choice(where: str, name: str, value: Any, options: Any) -> Any:
    """Return what a name stands for, or raise and list the names."""
    if not isinstance(value, str) or value not in options:
        names = ", ".join(repr(option) for option in options)
        raise ValueError(f"{where}: {name} is {value!r}, expected one of {names}.")
    return options[value]
