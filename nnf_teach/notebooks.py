"""Where the course's notebooks are, and how to get a fresh copy of one.

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
    return _PACKAGE.parent if _is_checkout(_PACKAGE.parent) else None


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
        inside = _is_checkout(folder.parent)
        if folder.name == COPY or (inside and folder.name == "course"):
            return [folder]
        if _is_checkout(folder):
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


def open_course(where: Path) -> Path:
    """Return the folder to work in, copying the course to `where`/nnf-course if need be.

    Files that are there already are somebody's work and stay as they are.

    Raises
    ------
    NotebookError
        If the installation has no notebooks, they cannot be copied, or it could be more than
        one folder.
    """
    folder = course_folder(where) or where.absolute() / COPY
    if folder.name != COPY and _checkout_of(folder) is None:
        return folder  # a copy under another name, which holds what its owner wants it to
    try:
        folder.mkdir(exist_ok=True)
        for stem in _stems(folder):
            path = folder / f"{stem}.ipynb"
            if not path.exists():
                _write(path, _fresh_copy(path))
    except OSError as error:
        raise NotebookError(
            f"The course cannot be copied to {folder} ({error.strerror}). "
            "Go to a folder of your own and try again there."
        ) from None
    return folder


def reset(name: str, where: Path, now: datetime) -> tuple[Path, Path | None]:
    """Put a fresh copy in a notebook's place and keep the old one beside it.

    Parameters
    ----------
    name
        ``01``, ``01_neuron``, ``01_neuron.ipynb`` or a path.
    where
        The folder from which `name` is meant.
    now
        The time for the name of the old copy.

    Returns
    -------
    notebook, backup : Path, Path or None
        The fresh notebook, and what became of the old one (None if there was none).

    Raises
    ------
    NotebookError
        If there is no such notebook or no fresh copy of it.
    """
    folder, stem = _find(name, where)
    target = folder / f"{stem}.ipynb"
    fresh = _fresh_copy(target)
    backup = None
    try:
        if target.exists():
            backup = free_name(target, now)
            target.rename(backup)
        _write(target, fresh)
    except OSError as error:
        raise NotebookError(f"{target} cannot be replaced ({error.strerror}).") from None
    return target, backup


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


def _find(name: str, where: Path) -> tuple[Path, str]:
    """Return the folder and the stem of the notebook that is meant."""
    if not name.strip():
        raise NotebookError("Say which notebook, for example: nnf reset 01")
    given = (where / name).absolute()
    solution = given.parent.name == "solutions" and _is_checkout(given.parents[1])
    if given.is_file() and not solution:
        folder: Path | None = given.parent
    elif Path(name).parent != Path("."):
        raise NotebookError(f"There is no file {name} of the course.")
    else:
        folder = course_folder(where)
    if folder is None:
        raise NotebookError(
            "The course is not in this folder. Go to the folder where you ran 'nnf lab', "
            "or name it with: --folder FOLDER"
        )
    stems = _stems(folder)
    stem = Path(name).name.removesuffix(".ipynb")
    matches = [known for known in stems if stem in (known, known.partition("_")[0])]
    if len(matches) != 1:
        there = ", ".join(stems) or "none"
        raise NotebookError(f"There is no notebook {name!r} in the course. There are: {there}.")
    return folder, matches[0]


def _is_checkout(folder: Path) -> bool:
    return (folder / "pyproject.toml").is_file() and all(
        (folder / name).is_dir() for name in ("solutions", "course", "nnf_teach")
    )


def _checkout_of(folder: Path) -> Path | None:
    """Return the checkout whose `course/` a folder is, if it is one."""
    return folder.parent if folder.name == "course" and _is_checkout(folder.parent) else None


def _source(folder: Path) -> Path:
    """Return where fresh copies for a folder come from: never from where learners write."""
    if top := _checkout_of(folder):
        return top / "solutions"
    if packaged := packaged_course():
        return packaged
    if top := checkout():
        return top / "solutions"
    raise NotebookError("This installation has no notebooks; install nnf_teach again.")


def _stems(folder: Path) -> list[str]:
    """Return the names of the notebooks that a fresh copy exists of."""
    return sorted(path.stem for path in _source(folder).glob("*.ipynb"))


def _fresh_copy(path: Path) -> bytes:
    """Return what a notebook was before anybody worked in it."""
    source = _source(path.parent) / path.name
    if source.parent == packaged_course():
        return source.read_bytes()
    # What git has committed can be somebody's answers, and a ZIP has no git.
    from nnf_teach.authoring import BuildError
    from nnf_teach.authoring.course import student_bytes

    try:
        return student_bytes(source)
    except BuildError as error:
        raise NotebookError(f"There is no fresh copy of {path.name}: {error}") from None


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


def _write(path: Path, content: bytes) -> None:
    """Write in one step, so that an interrupted copy is not taken for somebody's work."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
