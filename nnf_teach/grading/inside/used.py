"""What a function of the notebook uses, and whether it can be changed by calling another one."""

from __future__ import annotations

import dis
from collections.abc import Iterable, Mapping
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

_MOST = 2000  # functions that are looked through
_LIBRARIES = {"numpy", "math", "autograd", "nnf_teach", "builtins"}
_IMPORTS = dis.opmap["IMPORT_NAME"]
_PLAIN = {bool, int, float, complex, str, bytes, np.ufunc, type(None)}


def uses(namespace: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return what a function uses of a namespace, by name, itself included."""
    found: dict[str, Any] = {}
    waiting = [name]
    while waiting:
        name = waiting.pop()
        if name in namespace and name not in found:
            found[name] = namespace[name]
            waiting += _global_names(namespace[name])
    return found


def are_fixed(things: Iterable[Any]) -> bool:
    """Whether things that a function uses stay as they are, whoever is called meanwhile.

    Of libraries only those are believed to that compute; a function of the student's has to have
    no memory, and no import, whose library may have one. What cannot be looked at is not believed.
    """
    waiting = list(things)
    seen: set[int] = set()
    try:
        for thing in waiting:  # it grows
            if id(thing) not in seen:
                seen.add(id(thing))
                parts = _parts(thing)
                if parts is None:
                    return False
                waiting += parts
    except Exception:
        return False
    return True


def _parts(thing: Any) -> list[Any] | None:
    """Return what a thing is made of that might change; None for a thing that might."""
    kind = type(thing)
    if kind is FunctionType:
        home = thing.__globals__.get("__name__")
        if home != "__main__":  # what it uses there is not looked for
            return [] if _computes(home) else None
        imports = _IMPORTS in thing.__code__.co_code[::2]
        cells = [cell.cell_contents for cell in thing.__closure__ or () if _full(cell)]
        kept = [*cells, *(thing.__defaults__ or ()), *(thing.__kwdefaults__ or {}).values()]
        return None if imports or thing.__dict__ else kept
    if kind is tuple:
        return list(thing)
    if kind is ModuleType:
        return [] if _computes(thing.__name__) else None
    if kind is type or kind is BuiltinFunctionType:
        return [] if _computes(thing.__module__) else None
    return [] if kind in _PLAIN else None


def _computes(library: Any) -> bool:
    return str(library).partition(".")[0] in _LIBRARIES


def _global_names(value: Any) -> list[str]:
    """Return the names in the code of a function, and of those that it is wrapped around."""
    functions, codes, names = [value], list[CodeType](), list[str]()
    for function in functions:  # it grows
        if type(function) is FunctionType and len(functions) < _MOST:
            codes.append(function.__code__)
            functions += [cell.cell_contents for cell in function.__closure__ or () if _full(cell)]
    for code in codes:  # it grows
        names += code.co_names
        codes += [constant for constant in code.co_consts if type(constant) is CodeType]
    return names


def _full(cell: CellType) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False
