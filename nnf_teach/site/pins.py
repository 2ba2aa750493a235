"""The one place for the versions of what the site serves: `pins.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent


class Wheel(NamedTuple):
    """A pure wheel: its file name, its sum, and where it goes, into Python or into JupyterLab."""

    file: str
    sha256: str
    python: bool = False
    extension: bool = False

    @property
    def requirement(self) -> str:
        """The words by which pip knows it: `tqdm==4.70.1`.

        >>> Wheel("tqdm-4.70.1-py3-none-any.whl", "").requirement
        'tqdm==4.70.1'
        """
        return "==".join(self.file.split("-")[:2])


class Pins(NamedTuple):
    """What is pinned; the values of `core` are SHA-256 sums."""

    official: str
    core: dict[str, str]
    packages: list[str]
    npm: str
    carrier: Wheel
    carrier_folder: str
    tools: list[Wheel]
    wheels: list[Wheel]


def read_pins(file: Path = HERE / "pins.toml") -> Pins:
    """Return what the file pins."""
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    pyodide = found["pyodide"]
    instead = pyodide["instead"]
    return Pins(
        official=pyodide["official"],
        core=pyodide["core"],
        packages=pyodide["packages"],
        npm=instead["npm"],
        carrier=Wheel(instead["carrier"], instead["carrier_sha256"]),
        carrier_folder=instead["carrier_folder"],
        tools=[_wheel(file, entry) for file, entry in found["tools"].items()],
        wheels=[_wheel(file, entry) for file, entry in found["wheels"].items()],
    )


def _wheel(file: str, entry: dict[str, Any]) -> Wheel:
    return Wheel(file, entry["sha256"], entry.get("python", False), entry.get("extension", False))
