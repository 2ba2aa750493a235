"""Notice when a function is older than its cell: the cell was run again, and failed."""

from __future__ import annotations

import re
from typing import Any

from nnf_teach import session

_DEFINITION = re.compile(r"^def\s+(\w+)", re.MULTILINE)
_failed: set[str] = set()


def watch() -> None:
    """Look at every cell that runs from now on, where there is an IPython."""
    ipython = session.shell()
    if ipython is not None:
        ipython.events.register("post_run_cell", _note)


def _note(result: Any) -> None:
    source = getattr(result.info, "raw_cell", "") or ""
    for name in _DEFINITION.findall(source):
        if result.success:
            _failed.discard(name)
        else:
            _failed.add(name)


def is_stale(name: str) -> bool:
    """Whether the last cell that was to define this function did not run to its end."""
    return name in _failed
