"""axe-core, which finds faults of accessibility in a page."""

import os
import secrets
import shutil
import subprocess
import tarfile
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
AXE = "axe-core@4.10.3"


def find_axe() -> Path:
    """Return axe-core's script; fetch its pinned npm package where it is not there yet.

    It is kept at NNF_AXE, or at .cache/axe.min.js in the repository.
    """
    path = Path(os.environ.get("NNF_AXE") or REPO / ".cache" / "axe.min.js")
    if path.is_file():
        return path
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(
            f"{AXE} is needed at {path}: install npm, or put the package's axe.min.js there"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    if not os.environ.get("NNF_AXE"):
        (path.parent / ".gitignore").write_text("*\n")
    folder = path.parent / f"axe-{secrets.token_hex(4)}"
    folder.mkdir()
    try:
        subprocess.run(
            [npm, "pack", "--silent", AXE],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=120,
        )
        with tarfile.open(next(folder.glob("*.tgz"))) as package:
            script = package.extractfile("package/axe.min.js")
            assert script is not None
            path.write_bytes(script.read())
    finally:
        shutil.rmtree(folder)
    return path
