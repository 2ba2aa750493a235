"""Where the course's notebooks are.

In a checkout a learner works in its `course/`; elsewhere in `nnf-course/`, a copy of the notebooks
that travel inside the package. Every `nnf` command asks here which folder that is. What counts
is where the learner stands, then what `nnf lab` has opened, and last where the package is from.
"""

import os
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

FIRST = "00_start_here.ipynb"
COPY = "nnf-course"
OPENED = "NNF_COURSE"  # tells the terminals of a JupyterLab which folder it shows

_PACKAGE = Path(__file__).parent
_BACKUP = re.compile(r".+-\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}(-\d+)?\.ipynb")


class NotebookError(Exception):
    """There is no such notebook, or no fresh copy of it; the message says which."""


class TwoFoldersError(NotebookError):
    """It could be one of several folders."""

    def __init__(self, folders: list[Path]) -> None:
        self.folders = folders
        there = ", and in ".join(map(str, folders))
        super().__init__(f"The course is in {there}. Say which you mean, with: --folder FOLDER")


def checkout() -> Path | None:
    """Return the top of the repository that this package is used from, if it is one."""
    return _PACKAGE.parent if is_checkout(_PACKAGE.parent) else None


def packaged_course() -> Path | None:
    """Return the folder of notebooks inside an installed package, if there is one."""
    folder = _PACKAGE / "course"
    return folder if folder.is_dir() else None


def course_folders(where: Path, environment: Mapping[str, str] = os.environ) -> list[Path]:
    """Return the folders that a learner at `where` can mean: none, one, or more.

    Inside a folder of the course it is that one. Inside a checkout it is `course/`, whichever
    installation runs. In both cases, and where `where` is elsewhere, a copy beside counts too.
    """
    where = where.absolute()
    copies = [where / COPY] if (where / COPY).is_dir() else []
    for folder in (where, *where.parents):
        inside = is_checkout(folder.parent)
        if folder.name == COPY or (inside and folder.name == "course"):
            return [folder]
        if is_checkout(folder):
            copies += [] if folder == where or not (folder / COPY).is_dir() else [folder / COPY]
            return [folder / "course", *copies]
        if (folder / FIRST).is_file() and not inside:
            return [folder]
    opened = environment.get(OPENED)
    if opened and Path(opened).is_dir():
        return [Path(opened)]
    top = checkout()
    return [*copies, *([top / "course"] if top else [])]


def course_folder(where: Path) -> Path | None:
    """Return the folder that a learner at `where` works in, if there is one.

    Raises
    ------
    TwoFoldersError
        If it could be more than one.
    """
    folders = course_folders(where)
    if len(folders) > 1:
        raise TwoFoldersError(folders)
    return folders[0] if folders else None


def is_backup(path: Path) -> bool:
    """Say whether a file is an old copy that `reset` has kept.

    Examples
    --------
    >>> is_backup(Path("01_neuron-2026-11-23T14-05-09.ipynb"))
    True
    >>> is_backup(Path("01_neuron.ipynb"))
    False
    """
    return _BACKUP.fullmatch(path.name) is not None


def is_checkout(folder: Path) -> bool:
    """Say whether a folder is the top of a repository of the course."""
    return (folder / "pyproject.toml").is_file() and all(
        (folder / name).is_dir() for name in ("solutions", "course", "nnf_teach")
    )


def checkout_of(folder: Path) -> Path | None:
    """Return the checkout whose `course/` a folder is, if it is one."""
    return folder.parent if folder.name == "course" and is_checkout(folder.parent) else None


def free_name(path: Path, now: datetime) -> Path:
    """Return a name beside `path`, with the time in it, that no file has yet.

    >>> free_name(Path("no such/page.html"), datetime(2026, 11, 23, 14, 5, 9)).name
    'page-2026-11-23T14-05-09.html'
    """
    stamp = now.strftime("%Y-%m-%dT%H-%M-%S")
    candidate = path.with_name(f"{path.stem}-{stamp}{path.suffix}")
    number = 1
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.stem}-{stamp}-{number}{path.suffix}")
    return candidate
