"""The walls that there are, and which of them this machine can build."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from nnf_teach.grading.bubblewrap import Bubblewrap
from nnf_teach.grading.no_wall import NoWall
from nnf_teach.grading.user_wall import UserWall, open_folder
from nnf_teach.grading.wall import NoSandbox, Wall

_WALLS: dict[str, type[Wall]] = {wall.name: wall for wall in (Bubblewrap, UserWall, NoWall)}
_AUTO = ("bubblewrap", "user")  # the first that can be built; "none" has to be asked for


def choose(name: str = "auto") -> type[Wall]:
    """Return the wall of this name, or the best that this machine can build.

    Raises
    ------
    NoSandbox
        When it cannot be built here; the message says what to do.
    """
    problems = []
    for one in _AUTO if name == "auto" else (name,):
        problems.append(_WALLS[one].problem())
        if not problems[-1]:
            return _WALLS[one]
    raise NoSandbox(" ".join(problems))


def closed(name: str, folders: Iterable[Path]) -> None:
    """Make sure that what one submission runs in keeps it from these folders.

    Raises
    ------
    NoSandbox
        When everybody may read one, and only that would keep it; or as `choose`.
    """
    found = open_folder(folders)
    if found is not None and choose(name) is UserWall:
        raise NoSandbox(
            f"This kernel has no Landlock, and everybody may read {found}, also a submission. "
            f"Close it: chmod go= {found}"
        )
