"""Where the course's notebooks are, and how to get a fresh copy of one.

In a checkout a learner works in `course/` itself; elsewhere in `nnf-course/`, a copy of the
notebooks that travel inside the package.
"""

import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

FIRST = "00_start_here.ipynb"
COPY = "nnf-course"

_PACKAGE = Path(__file__).parent
_BACKUP = re.compile(r".+-\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}(-\d+)?\.ipynb")


class NotebookError(Exception):
    """There is no such notebook, or no fresh copy of it; the message says which."""


def checkout() -> Path | None:
    """Return the top of the repository that this package is used from, if it is one."""
    top = _PACKAGE.parent
    return top if (top / "pyproject.toml").is_file() and (top / "solutions").is_dir() else None


def packaged_course() -> Path | None:
    """Return the folder of notebooks inside an installed package, if there is one."""
    folder = _PACKAGE / "course"
    return folder if folder.is_dir() else None


def open_course(where: Path) -> Path:
    """Return the folder to work in, copying the course to `where`/nnf-course if need be.

    Files that are there already are somebody's work and stay as they are.

    Raises
    ------
    NotebookError
        If the installation has no notebooks, or they cannot be copied.
    """
    if top := checkout():
        if not (top / "course" / FIRST).is_file():
            raise NotebookError(
                f"{top} has no course/{FIRST}. Get it back with: git checkout course"
            )
        return top / "course"
    source = packaged_course()
    if source is None:
        raise NotebookError("This installation has no notebooks; install nnf_teach again.")
    target = where / COPY
    try:
        target.mkdir(exist_ok=True)
        for path in sorted(source.iterdir()):
            if path.is_file() and not (target / path.name).exists():
                _copy(path, target / path.name)
    except OSError as error:
        raise NotebookError(
            f"The course cannot be copied to {target} ({error.strerror}). "
            "Go to a folder of your own and try again there."
        ) from None
    return target


def course_folder(where: Path) -> Path | None:
    """Return the folder that a learner at `where` works in, if there is one."""
    if top := checkout():
        return top / "course"
    for folder in (where / COPY, where):
        if (folder / FIRST).is_file():
            return folder
    return None


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
    fresh = _fresh_copy(target.name)
    backup = None
    try:
        if target.exists():
            backup = free_name(target, now)
            target.rename(backup)
        target.write_bytes(fresh)
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
    given = where / name
    stems = _stems()
    stem = Path(name).name.removesuffix(".ipynb")
    matches = [known for known in stems if stem in (known, known.partition("_")[0])]
    if len(matches) != 1:
        there = ", ".join(stems) or "none"
        raise NotebookError(f"There is no notebook {name!r} in the course. There are: {there}.")
    if given.is_file():
        return given.parent, matches[0]
    if Path(name).parent != Path("."):
        raise NotebookError(f"There is no file {name}.")
    folder = course_folder(where)
    if folder is None:
        raise NotebookError(
            "The course is not in this folder. Go to the folder where you ran 'nnf lab'."
        )
    return folder, matches[0]


def _stems() -> list[str]:
    """Return the names of the notebooks that a fresh copy exists of."""
    if top := checkout():
        names = _git(top, "ls-tree", "--name-only", "HEAD", "course/").decode().splitlines()
    elif folder := packaged_course():
        names = [path.name for path in folder.iterdir()]
    else:
        names = []
    return sorted(Path(name).stem for name in names if name.endswith(".ipynb"))


def _fresh_copy(name: str) -> bytes:
    if top := checkout():
        return _git(top, "show", f"HEAD:course/{name}")
    folder = packaged_course()
    if folder is None:
        raise NotebookError("This installation has no notebooks; install nnf_teach again.")
    return (folder / name).read_bytes()


def _git(top: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(top), *arguments], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        raise NotebookError(
            f"There is no fresh copy: git cannot read the notebooks of {top}. "
            "Get the course again, or install nnf_teach from its package."
        ) from None
    return done.stdout


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


def _copy(source: Path, target: Path) -> None:
    """Copy in one step, so that an interrupted copy is not taken for somebody's work."""
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, part)
    part.replace(target)
