"""What a submission gets to see of the machine: Python, its packages, the system's libraries."""

from __future__ import annotations

import os
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

DEVICES = ("/dev/null", "/dev/random", "/dev/urandom")  # zero is shared memory when mapped
_LIBRARIES = ("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32", "/usr/local/lib")
_LOADER = ("/etc/ld.so.cache",)


def python() -> Path:
    """Return the interpreter itself, not a link to it in a virtual environment."""
    return Path(os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable))


THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""What says in how many threads matrices are multiplied."""


def site_folders() -> list[Path]:
    """Return the folders of the packages that notebooks import.

    None of them is imported: Matplotlib would read a `matplotlibrc` of the folder where we are,
    which may be a student's.
    """
    specs = map(find_spec, ("numpy", "matplotlib", "autograd", "tqdm"))
    found = [Path(str(spec.origin)).parents[1] for spec in specs if spec is not None]
    return list(dict.fromkeys(found))


def environment_of(home: str, configuration: str) -> dict[str, str]:
    """Return the environment inside: nothing of the grader's own."""
    return {
        **dict.fromkeys(THREADS, "1"),
        "HOME": home,
        "TMPDIR": home,
        "MPLCONFIGDIR": configuration,
        "MPLBACKEND": "agg",
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "NNF_STRICT": "1",
        "NNF_PROGRESS": f"{home}/progress.json",
    }


def shown() -> set[Path]:
    """Return what there is of the file system inside, to be read only."""
    base = Path(sys.base_prefix)
    found = {python().parent, base / "lib", base / "lib64", Path(sysconfig.get_path("stdlib"))}
    return found | {Path(name) for name in (*_LIBRARIES, *_LOADER)} | set(site_folders())


def installed(places: set[Path]) -> set[Path]:
    """Return the folders of this package, of whatever Python, below these: they stay hidden."""
    patterns = ("nnf_teach", "*-packages/nnf_teach", "python*/*-packages/nnf_teach")
    found = {folder for path in places for pattern in patterns for folder in path.glob(pattern)}
    return {folder for folder in found if folder.is_dir() and not folder.is_symlink()}
