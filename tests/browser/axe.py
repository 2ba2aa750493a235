"""axe-core, which finds faults of accessibility in a page."""

import os
import shutil
import subprocess
from pathlib import Path

from filelock import FileLock

REPO = Path(__file__).resolve().parents[2]
AXE = REPO / "node_modules" / "axe-core" / "axe.min.js"


def find_axe() -> Path:
    """Return axe-core's script, which is one of the packages in package.json.

    Where they are not there yet they are installed; NNF_AXE names a script that lies elsewhere.
    """
    path = Path(os.environ.get("NNF_AXE") or AXE)
    if path.is_file():
        return path
    npm = shutil.which("npm")
    if npm is None or path != AXE:
        raise RuntimeError(f"axe-core is needed at {path}: install npm, or put axe.min.js there")
    lock = REPO / ".cache" / "npm.lock"  # for tests that run side by side
    lock.parent.mkdir(exist_ok=True)
    with FileLock(lock):
        if not path.is_file():
            subprocess.run([npm, "ci", "--loglevel=error"], cwd=REPO, check=True, timeout=300)
    return path
