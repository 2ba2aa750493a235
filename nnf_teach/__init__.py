"""The foundations of neural networks, from the neuron to multiplicative units.

>>> import nnf_teach as nnf
>>> from nnf_teach import check, hint, or_ours, predict, progress, solution

The names below are imported on first use, so that `import nnf_teach` costs no more than
`import numpy`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import numpy as np  # noqa: F401  (the one import that every lesson needs)

from nnf_teach import session
from nnf_teach.version import __version__ as __version__

if TYPE_CHECKING:
    from nnf_teach.checking import check, hint, or_ours, predict, progress, solution
    from nnf_teach.checking.carry import load_progress, save_progress
    from nnf_teach.checking.certificate import certificate

__all__ = [
    "certificate",
    "check",
    "hint",
    "load_progress",
    "or_ours",
    "predict",
    "progress",
    "save_progress",
    "solution",
]

if session.in_browser():
    # Matplotlib says in red that it looks for fonts, at each start: no browser keeps what it finds.
    import logging

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

_MODULES = ("checking", "clinic", "datasets", "doctor", "exercises", "modules", "plots", "widgets")


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(importlib.import_module("nnf_teach.checking"), name)
    if name in _MODULES:
        return importlib.import_module(f"nnf_teach.{name}")
    raise AttributeError(f"nnf_teach has no {name!r}; it has {', '.join(__all__ + list(_MODULES))}")


def __dir__() -> list[str]:
    return sorted([*__all__, *_MODULES, "__version__"])
