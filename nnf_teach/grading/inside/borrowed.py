"""Find out, when a function is called, that it lets somebody else do the work.

While a question is asked, the public functions of `nnf_teach.modules`, and what all of autograd's
differentiation goes through, are closed: their code is exchanged, so that it does not matter under
which name, or from where, they are called. What an exercise may call stays open.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

_OURS = "nnf_teach.modules"
_REPLACED: dict[CodeType, str] = {}

called: set[str] = set()
"""What was called since the doors were closed."""


class Borrowed(BaseException):
    """Raised by what is closed. No Exception, so that it is not caught by the way."""


def close(modules: ModuleType, may_call: Collection[str]) -> None:
    """Close the public functions of `modules`, and autograd, but for those named."""
    if "modules" not in may_call:
        for name in modules.__all__:
            if name not in may_call:
                for function in _functions(getattr(modules, name)):
                    _close(function, f"nnf_teach.modules.{name}", inner=_OURS)
    if "autograd" not in may_call:
        from autograd import tracer

        _close(tracer.trace, "autograd", inner="")


def _functions(thing: Any) -> Iterator[FunctionType]:
    """Find a function and those that it is wrapped around; of a class, its methods."""
    if isinstance(thing, type):
        for part in vars(thing).values():
            yield from _functions(part) if isinstance(part, FunctionType) else ()
    while isinstance(thing, FunctionType):
        yield thing
        thing = getattr(thing, "__wrapped__", None)


def _close(function: FunctionType, name: str, inner: str) -> None:
    if function.__code__ in _REPLACED:
        return
    original = FunctionType(
        function.__code__, function.__globals__, function.__name__, None, function.__closure__
    )
    original.__defaults__, original.__kwdefaults__ = function.__defaults__, function.__kwdefaults__

    def gate(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        caller = sys._getframe(2).f_globals.get("__name__", "")
        if inner and str(caller).startswith(inner):  # ours call each other
            return original(*args, **kwargs)
        called.add(name)
        raise Borrowed(name)

    function.__code__ = _door(function, gate)
    function.__defaults__ = function.__kwdefaults__ = None
    _REPLACED[function.__code__] = name


def _door(function: FunctionType, gate: Callable[..., Any]) -> CodeType:
    """Return code that hands everything to `gate`, and can be put into `function`."""

    def door(*args: Any, **kwargs: Any) -> Any:
        return "gate"(args, kwargs)  # type: ignore[operator]  # the constant is exchanged below

    code = door.__code__
    constants = tuple(gate if constant == "gate" else constant for constant in code.co_consts)
    return code.replace(co_consts=constants, co_freevars=function.__code__.co_freevars)
