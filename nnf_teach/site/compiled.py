"""Compile the modules of wheels with the Python of the site itself, which node runs."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from nnf_teach.site.fetch import SiteError
from nnf_teach.site.pins import HERE

Say = Callable[[str], None]

_SCRIPT = HERE / "python" / "compile.py"


def compile_wheels(wheels: list[Path], kept: Path, pyodide: Path, say: Say) -> list[Path]:
    """Return the wheels with their modules compiled; without node, as they are.

    Parameters
    ----------
    wheels
        The wheels.
    kept
        The folder of those that have been compiled; what lies there is not compiled again.
    pyodide
        The folder of Pyodide itself.
    say
        Told what is being done, in sentences.
    """
    if shutil.which("node") is None:
        say(
            "node was not found, so that modules stay uncompiled: Python starts some seconds later."
        )
        return wheels
    targets = [kept / _key(wheel) / wheel.name for wheel in wheels]
    missing = [
        (wheel, target)
        for wheel, target in zip(wheels, targets, strict=True)
        if not target.is_file()
    ]
    if missing:
        say(f"{len(missing)} packages are compiled, once ...")
        _compile(missing, pyodide)
    return targets


def _key(wheel: Path) -> str:
    return hashlib.sha256(_SCRIPT.read_bytes() + wheel.read_bytes()).hexdigest()


def _compile(pairs: list[tuple[Path, Path]], pyodide: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("in", "out"):
            (folder / part).mkdir()
        for wheel, _ in pairs:
            shutil.copy(wheel, folder / "in")
        command = ["node", str(_SCRIPT.with_suffix(".cjs")), str(pyodide), name]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise SiteError(f"Modules could not be compiled: {done.stderr.strip()[-300:]}")
        for wheel, target in pairs:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(folder / "out" / wheel.name, target)
