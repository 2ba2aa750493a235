"""What there is of the package in the sandbox, laid out in a folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

_PACKAGE = Path(__file__).parents[1]

# What of the package there is inside. The exercises' references, and what compares, are not.
_INSIDE = (
    "__init__.py",
    "version.py",
    "session.py",
    "arguments.py",
    "modules",
    "datasets",
    "clinic",
    "exercises/__init__.py",
    "exercises/exercise.py",
    "exercises/candidates.py",
    "exercises/formula.py",
    "exercises/given.py",
    "exercises/numbers.py",
    *(
        f"checking/{name}.py"
        for name in ("answers", "calls", "counting", "silenced", "shapes", "result", "steps")
        + ("workshop", "source", "slots", "edits", "expressions", "statements")
        + ("borrow", "asking", "giving_up")
    ),
    "grading/__init__.py",
    "grading/wire.py",
    "grading/inside",
)


def lay_out(folder: Path) -> None:
    """Lay out what there is of the package inside."""
    package = folder / "nnf_teach"
    for name in _INSIDE:
        source, target = _PACKAGE / name, package / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def lay_out_digits(folder: Path) -> None:
    """Add the training images; inside, the test images are some of them."""
    from nnf_teach.datasets.mnist import FILE

    with np.load(FILE) as arrays:
        found = {"x": arrays["x_train"], "t": arrays["y_train"].astype(np.int64)}
    for name, array in found.items():
        path = folder / f"{name}.npy"
        np.save(path, array)
        path.chmod(0o644)
