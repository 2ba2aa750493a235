"""Notice when a function is older than its cell: the cell was run again, and failed."""

from __future__ import annotations

import re
from typing import Any

from nnf_teach import session

_DEFINITION = re.compile(r"^(?:def\s+(\w+)|(\w+)\s*=(?!=))", re.MULTILINE)
_before: dict[str, Any] = {}  # what the names of the present cell were before it
_left: dict[str, Any] = {}  # what a cell that failed should have defined again, and has not


def watch() -> None:
    """Look at every cell that runs from now on, where there is an IPython."""
    ipython = session.shell()
    if ipython is not None:
        ipython.events.register("pre_run_cell", _begin)
        ipython.events.register("post_run_cell", _note)


def _defined(cell: str | None) -> list[str]:
    return [name or other for name, other in _DEFINITION.findall(cell or "")]


def _begin(info: Any) -> None:
    names = session.names()
    _before.clear()
    _before.update((name, names.get(name)) for name in _defined(info.raw_cell))


def _note(result: Any) -> None:
    names = session.names()
    for name, value in _before.items():
        if not result.success and names.get(name) is value:  # what failed came before its line
            _left[name] = value
        else:
            _left.pop(name, None)


def is_stale(name: str) -> bool:
    """Whether the last cell that was to define this name failed, and it is what it was before."""
    return name in _left and session.names().get(name) is _left[name]
