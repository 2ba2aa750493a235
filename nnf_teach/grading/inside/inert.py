"""Stand-ins that do nothing: for widgets, plots, displays, and checks."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

_HERE = Path(__file__).parent

ABSENT = (
    "nnf_teach.plots",
    "nnf_teach.widgets",
    "nnf_teach.experiments",
    "nnf_teach.doctor",
    "nnf_teach.lab",
    "nnf_teach.cli",
    "nnf_teach.notebooks",
    "nnf_teach.authoring",
    "IPython",
    "ipywidgets",
    "anywidget",
)


class Inert:
    """Has every attribute, can be called with anything, holds nothing, and is not shown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __setattr__(self, name: str, value: Any) -> None:
        pass

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self

    def __getitem__(self, key: Any) -> Any:
        return self

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *args: object) -> None:
        pass

    def __format__(self, form: str) -> str:
        return ""


class InertModule(ModuleType):
    """A module in which every name is an `Inert` class."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert


class Absent(MetaPathFinder, Loader):
    """Finds stand-ins: for the checks, and inert ones for modules that are not in the sandbox."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == "nnf_teach.checking":  # a package still, of what calls functions
            found = [str(_HERE.parents[1] / "checking")]
            return spec_from_file_location(
                name, _HERE / "checking.py", submodule_search_locations=found
            )
        if any(name == absent or name.startswith(absent + ".") for absent in ABSENT):
            return ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return InertModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


# What every cell of a kernel may use without importing it.
_EVERYWHERE = ("display", "get_ipython", "help", "exit", "quit", "In", "Out")


def _no_shell() -> None:
    """Return None: there is no IPython here."""


def _plain_bars() -> None:
    """Let the bars for notebooks be those for terminals, which print to nowhere."""
    import tqdm.std

    for name in ("tqdm.auto", "tqdm.autonotebook", "tqdm.notebook"):
        sys.modules[name] = tqdm.std


def install() -> None:
    """Put the stand-ins in place of what is not in the sandbox."""
    sys.meta_path.insert(0, Absent())
    for name in _EVERYWHERE:
        setattr(builtins, name, Inert())
    import IPython  # itself a stand-in now

    IPython.get_ipython = _no_shell
    vars(IPython)["version_info"] = (9, 0, 0)  # matplotlib asks
    _plain_bars()
