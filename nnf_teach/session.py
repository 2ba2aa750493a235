"""The session that runs this code: a notebook or not, watched or not, and its earlier runs."""

from __future__ import annotations

import os
import sys
import threading
import weakref
from collections.abc import Callable
from typing import Any

_runs: dict[str, list[tuple[str, weakref.ref[Any]]]] = {}


def strict() -> bool:
    """Whether a failed check raises: under nbval, nbgrader, or with `NNF_STRICT=1`.

    nbgrader sets `NBGRADER_EXECUTION`; nbval's kernels inherit `PYTEST_VERSION` from pytest.
    `NNF_STRICT=0` overrides both.
    """
    chosen = os.environ.get("NNF_STRICT")
    if chosen is not None:
        return chosen != "0"
    return "NBGRADER_EXECUTION" in os.environ or "PYTEST_VERSION" in os.environ


def in_browser() -> bool:
    """Whether Python runs in a browser (Pyodide): no threads, no other processes, no BLAS."""
    return sys.platform == "emscripten"


def aside(work: Callable[..., None], *args: Any, name: str) -> None:
    """Do work while others go on, in a thread of this name; at once in a browser, which has none.

    >>> aside(print, "done", name="a printer")
    done
    """
    if in_browser():
        work(*args)
    else:
        threading.Thread(target=work, args=args, name=name, daemon=True).start()


def in_notebook() -> bool:
    """Whether rich output can be shown: an IPython kernel is running this code."""
    return hasattr(shell(), "kernel")


def shell() -> Any:
    """Return the IPython that runs this code, or None."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def names() -> dict[str, Any]:
    """Return the names that the notebook's cells have made; none outside IPython."""
    return getattr(shell(), "user_ns", {})


def close_earlier_runs(widget: Any) -> None:
    """Close the widgets that an earlier run of the present cell has made, and remember this one.

    Their views are gone with the cell's output; without this each run would leave a widget
    in the kernel. Outside a notebook nothing happens.
    """
    run = _current_run()
    if run is None:
        return
    cell, message = run
    made = _runs.setdefault(cell, [])
    for earlier, ref in made:
        old = ref()
        if old is not None and earlier != message:
            old.close()
    _runs[cell] = [(m, ref) for m, ref in made if m == message and ref() is not None]
    _runs[cell].append((message, weakref.ref(widget)))


def _current_run() -> tuple[str, str] | None:
    """Return the id of the cell that is running and the id of this run, or None."""
    kernel = getattr(shell(), "kernel", None)
    if kernel is None:
        return None
    # a kernel in a browser has one channel, and its `get_parent` asks for none
    parent = (kernel.get_parent() if in_browser() else kernel.get_parent("shell")) or {}
    cell = parent.get("metadata", {}).get("cellId")
    message = parent.get("header", {}).get("msg_id")
    return (cell, message) if cell and message else None
