"""Find out, when a function is called, that it lets somebody else do the work.

While a question is asked, the public functions of `nnf_teach.modules`, and what all of autograd's
differentiation goes through, are closed: their code is exchanged, so that it does not matter under
which name, or from where, they are called. What an exercise may call stays open.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

_OURS = "nnf_teach.modules"
_CHECKS = "nnf_teach.arguments"  # what wraps our functions

called: set[str] = set()
"""What was called that is closed, since `open_again`."""


class Borrowed(BaseException):
    """Raised by what is closed. No Exception, so that it is not caught by the way."""


class _Door(NamedTuple):
    """A function that can be closed: what it is, and its code and its gate when it is closed."""

    function: FunctionType
    code: CodeType
    defaults: Any
    keyword_defaults: Any
    closed: CodeType
    gate: Callable[..., Any]


_doors: dict[str, list[_Door]] = {}
_opened: list[_Door] = []
_ours: set[int] = set()  # the namespaces of our modules, which are never thrown away


def prepare(modules: ModuleType) -> None:
    """Find what can be closed: the public functions of `modules`, and autograd."""
    from autograd import tracer

    for name, module in sys.modules.items():
        if name in (_OURS, _CHECKS) or name.startswith(f"{_OURS}."):
            _ours.add(id(vars(module)))
    seen: set[int] = set()
    for name in modules.__all__:
        for function in _functions(getattr(modules, name)):
            if id(function) not in seen:
                seen.add(id(function))
                _doors.setdefault(name, []).append(_door(function, f"{_OURS}.{name}", ours=True))
    _doors["autograd"] = [_door(tracer.trace, "autograd", ours=False)]


def close_all() -> None:
    """Close everything."""
    for doors in _doors.values():
        for door in doors:
            _close(door)


def _close(door: _Door) -> None:
    _put(door.function, door.closed, None, {"_gate": door.gate})


def open_again(names: Collection[str]) -> None:
    """Open what an answer may call, and close what the one before might.

    That is names of `modules`, "modules" for all of them, and "autograd".
    """
    called.clear()
    for door in _opened:
        _close(door)
    _opened.clear()
    everything = set(_doors) - {"autograd"} if "modules" in names else set()
    for name in everything.union(names):
        for door in _doors.get(name, ()):
            _put(door.function, door.code, door.defaults, door.keyword_defaults)
            _opened.append(door)


def _put(function: Any, code: CodeType, defaults: Any, keyword_defaults: Any) -> None:
    function.__code__ = code
    function.__defaults__, function.__kwdefaults__ = defaults, keyword_defaults


def _functions(thing: Any) -> Iterator[FunctionType]:
    """Find a function and those that it is wrapped around; of a class, its methods."""
    if isinstance(thing, type):
        for part in vars(thing).values():
            yield from _functions(part) if isinstance(part, FunctionType) else ()
    while isinstance(thing, FunctionType):
        yield thing
        thing = getattr(thing, "__wrapped__", None)


def _door(function: FunctionType, shown: str, ours: bool) -> _Door:
    code, defaults, more = function.__code__, function.__defaults__, function.__kwdefaults__
    open_function = FunctionType(
        code, function.__globals__, function.__name__, defaults, function.__closure__
    )
    open_function.__kwdefaults__ = more

    def gate(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        caller = sys._getframe(2).f_globals
        if ours and id(caller) in _ours:  # ours call each other
            return open_function(*args, **kwargs)
        called.add(shown)
        raise Borrowed(shown)

    closed = _hand_over.__code__.replace(co_freevars=code.co_freevars)  # as the closure has them
    return _Door(function, code, defaults, more, closed, gate)


def _hand_over(*args: Any, _gate: Callable[..., Any], **kwargs: Any) -> Any:
    """Hand everything to the gate: what closed functions do, among names that are not ours.

    A function keeps its own globals when its code is exchanged, so that the gate comes as the
    default of an argument.
    """
    return _gate(args, kwargs)
