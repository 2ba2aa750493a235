"""Hear what a function silences: `np.errstate` and `np.seterr` take its warnings away."""

from __future__ import annotations

import contextlib
import inspect
import sys
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

import numpy as np

_HEARD = ("over", "invalid")  # a logarithm of 0 that is not chosen may well be silenced


def undecorated(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return what `@np.errstate(...)` was put above; any other function as it is."""
    code = function.__code__ if isinstance(function, FunctionType) else None
    own = code is not None and code.co_filename == np.errstate.__call__.__code__.co_filename
    return undecorated(inspect.unwrap(function)) if own else function


@contextlib.contextmanager
def heard(function: Callable[..., Any]) -> Iterator[None]:
    """Have what the function's own code silences logged; NumPy and others do as they like."""
    space = function.__globals__ if isinstance(function, FunctionType) else None
    enter, seterr = np.errstate.__enter__, np.seterr

    def speak_up() -> None:
        now: dict[str, Any] = {**np.geterr()}
        hidden: dict[str, Any] = {name: "log" for name in _HEARD if now[name] == "ignore"}
        seterr(**hidden)

    def heard_enter(self: Any) -> None:
        enter(self)
        if sys._getframe(1).f_globals is space:
            speak_up()

    def heard_seterr(*args: Any, **kwargs: Any) -> Any:
        before = seterr(*args, **kwargs)
        if sys._getframe(1).f_globals is space:
            speak_up()
        return before

    np.errstate.__enter__ = heard_enter  # type: ignore[method-assign]
    np.seterr = heard_seterr
    try:
        yield
    finally:
        np.errstate.__enter__ = enter  # type: ignore[method-assign]
        np.seterr = seterr
