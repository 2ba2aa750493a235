"""Interactive figures, one per file; each is a function from a state to a scene.

    from nnf_teach.widgets import neuron_explorer
    neuron_explorer()

A file whose name is that of something it defines is a widget, and is gathered here by itself.
They import NumPy and nothing heavier; the browser view comes in when a widget is made. They are
imported here and now because file and widget share a name: imported later, the file would take
the widget's place in this namespace.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

_VIEWS = {"stage", "fallback"}  # they import anywidget and matplotlib


def _gather() -> Iterator[tuple[str, Any]]:
    for name in sorted({module.name for module in iter_modules(__path__)} - _VIEWS):
        widget = getattr(import_module(f"{__name__}.{name}"), name, None)
        if widget is not None:
            yield name, widget


_found = dict(_gather())
globals().update(_found)
__all__ = sorted(_found)
