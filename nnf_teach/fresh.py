"""The notebooks as nobody has worked in them yet: opened for the first time, or anew."""

from datetime import datetime
from pathlib import Path

from nnf_teach import notebooks
from nnf_teach.authoring import BuildError
from nnf_teach.authoring.course import student_bytes
from nnf_teach.notebooks import NotebookError


def open_course(where: Path) -> Path:
    """Return the folder to work in, copying the course to `where`/nnf-course if need be.

    Files that are there already are somebody's work and stay as they are.

    Raises
    ------
    NotebookError
        If the installation has no notebooks, they cannot be copied, or it could be more than
        one folder.
    """
    folder = notebooks.course_folder(where) or where.absolute() / notebooks.COPY
    if folder.name != notebooks.COPY and notebooks.checkout_of(folder) is None:
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
            backup = notebooks.free_name(target, now)
            target.rename(backup)
        _write(target, fresh)
    except OSError as error:
        raise NotebookError(f"{target} cannot be replaced ({error.strerror}).") from None
    return target, backup


def _find(name: str, where: Path) -> tuple[Path, str]:
    """Return the folder and the stem of the notebook that is meant."""
    if not name.strip():
        raise NotebookError("Say which notebook, for example: nnf reset 01")
    given = (where / name).absolute()
    solution = given.parent.name == "solutions" and notebooks.is_checkout(given.parents[1])
    if given.is_file() and not solution:
        folder: Path | None = given.parent
    elif Path(name).parent != Path("."):
        raise NotebookError(f"There is no file {name} of the course.")
    else:
        folder = notebooks.course_folder(where)
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


def _source(folder: Path) -> Path:
    """Return where fresh copies for a folder come from: never from where learners write."""
    if top := notebooks.checkout_of(folder):
        return top / "solutions"
    if packaged := notebooks.packaged_course():
        return packaged
    if top := notebooks.checkout():
        return top / "solutions"
    raise NotebookError("This installation has no notebooks; install nnf_teach again.")


def _stems(folder: Path) -> list[str]:
    """Return the names of the notebooks that a fresh copy exists of."""
    return sorted(path.stem for path in _source(folder).glob("*.ipynb"))


def _fresh_copy(path: Path) -> bytes:
    """Return what a notebook was before anybody worked in it."""
    source = _source(path.parent) / path.name
    if source.parent == notebooks.packaged_course():
        return source.read_bytes()
    # What git has committed can be somebody's answers, and a ZIP has no git.
    try:
        return student_bytes(source)
    except BuildError as error:
        raise NotebookError(f"There is no fresh copy of {path.name}: {error}") from None


def _write(path: Path, content: bytes) -> None:
    """Write in one step, so that an interrupted copy is not taken for somebody's work."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
