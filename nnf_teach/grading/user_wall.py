"""A wall for root where no namespaces can be made, as in most containers: a user without rights.

Each submission runs as a user whom nobody else is, with no capability, no new privilege, the limits
and the refused system calls of the other wall. Where the kernel has Landlock, it may read what
Python needs, and write to its scratch folder, and nothing else. Where it has not, the permissions
of files have to hold; then the sandbox starts only if the references are closed to others.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import secrets
import socket
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from nnf_teach.grading import view
from nnf_teach.grading.processes import descendants
from nnf_teach.grading.wall import Bounds, Wall
from nnf_teach.grading.wire import TooMuch

_PACKAGE = Path(__file__).parents[1]
_SECRETS = ("exercises/lesson_01", "ways", "grading/marking.py")  # where others could read the rest
_IDS = range(0x70000000, 0x70FFFFFE)  # where there are so many: no distribution gives them out
_CAP_SYS_PTRACE = 19  # linux/capability.h
_MEMORY, _SMALL = "/dev/shm", 256 * 1024**2
_MOST_FILES, _DEEPEST = 4096, 40
_TRY = "import lockdown; lockdown.try_user({uid})"


class UserWall(Wall):
    """A user of its own for every submission."""

    name = "user"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._in_memory = _in_memory()
        self.scratch = Path(self._in_memory.name if self._in_memory else folder) / "scratch"
        self.home = str(self.scratch / "home")  # made anew for each submission
        self.configuration = str(folder / "matplotlib")  # where no submission can write
        self._claim: _Claim | None = None

    @staticmethod
    def problem() -> str:
        return _problem() or _shut() or _exposed()

    def prepare(self) -> None:
        self.scratch.mkdir()
        for above in (self.folder, self.scratch.parent, self.scratch):
            above.chmod(0o711)
        Path(self.configuration).mkdir(mode=0o700)
        for uid in _users(_in_our_network):
            if uid in _IDS and _is_free(uid):
                _kill_user(uid)  # of a grader that was killed together with its parent

    def settings(self) -> dict[str, Any]:
        readable, listable = _allowed(self.folder / "course")
        return {
            "scratch": str(self.scratch),
            "home": self.home,
            "readable": readable,
            "listable": listable,
            "devices": list(view.DEVICES),
            "landlock": landlock(),
            "writable": [] if landlock() else _writable(),
        }

    def begin(self) -> dict[str, Any]:
        self._release()
        self._claim = _Claim()
        return {"uid": self._claim.uid}

    def watch(self, pids: list[int], bounds: Bounds) -> None:
        if sum(self._sizes()) + sum(_unlinked(pids)) > bounds.file_bytes:
            raise TooMuch("too much for its files")

    def _sizes(self) -> Iterator[int]:
        """Yield the bytes of all files in the scratch folder, which may change meanwhile."""
        count, top = 0, str(self.scratch).count("/")
        for folder, folders, names in os.walk(self.scratch, onerror=_too_long):
            count += len(folders) + len(names)
            if count > _MOST_FILES or folder.count("/") - top > _DEEPEST:
                raise TooMuch("too many files")
            for name in names:
                with contextlib.suppress(OSError):
                    yield 512 * os.lstat(f"{folder}/{name}").st_blocks

    def end(self, parent: int) -> None:
        if self._claim is not None and descendants(parent):
            _kill_user(self._claim.uid)

    def close(self) -> None:
        """Clear up what a parent has left that was killed itself."""
        if self._claim is not None and self._claim.uid in _users():
            _kill_user(self._claim.uid)
        if self.scratch.exists():
            subprocess.run(_in_lockdown(f"import lockdown; lockdown.clear({str(self.scratch)!r})"))
        self._release()

    def _release(self) -> None:
        if self._claim is not None:
            self._claim.release()
            self._claim = None


# Users --------------------------------------------------------------------------------------


class _Claim:
    """A user id that no account and no other grader of this machine has.

    A name in the abstract namespace of sockets marks it; it vanishes with this process. The id
    after it belongs to whoever kills the submission.
    """

    def __init__(self) -> None:
        while True:
            self.uid = _ids().start + 2 * secrets.randbelow(len(_ids()) // 2)
            self._mark = socket.socket(socket.AF_UNIX)
            if not _named(self.uid) and self._binds():
                return
            self._mark.close()

    def _binds(self) -> bool:
        with contextlib.suppress(OSError):
            self._mark.bind(_mark(self.uid))
            return True
        return False

    def release(self) -> None:
        self._mark.close()


def _mark(uid: int) -> str:
    return f"\0nnf-grade-user-{uid}"


def _is_free(uid: int) -> bool:
    with socket.socket(socket.AF_UNIX) as mark, contextlib.suppress(OSError):
        mark.bind(_mark(uid - uid % 2))
        return True
    return False


def _named(uid: int) -> bool:
    import pwd  # which not every system has

    for one in (uid, uid + 1):
        with contextlib.suppress(KeyError):
            pwd.getpwuid(one)
            return True
    return False


@cache
def _ids() -> range:
    """Return the user ids that this machine or container can give to submissions."""
    mapped = [_mapped(Path(f"/proc/self/{kind}_map").read_text()) for kind in ("uid", "gid")]
    most = min(mapped, key=len)
    if _IDS[-1] + 1 in most and _IDS.start in most:
        return _IDS
    half = most.start + len(most) // 2
    return range(half + half % 2, most.stop - 2)


def _mapped(text: str) -> range:
    lines = [tuple(map(int, line.split())) for line in text.splitlines()]
    return max((range(first, first + count) for first, _, count in lines), key=len)


def _users(among: Callable[[str], bool] = lambda folder: True) -> set[int]:
    """Return the users of the processes whose folders in /proc are among these."""
    found = set()
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal() and among(entry.path):
            with contextlib.suppress(OSError):
                lines = Path(entry.path, "status").read_text().splitlines()
                found |= {int(line.split()[1]) for line in lines if line.startswith("Uid:")}
    return found


def _in_our_network(folder: str) -> bool:
    """Whether a process can see our marks: those of another container's graders are elsewhere."""
    with contextlib.suppress(OSError):
        return os.path.samefile(f"{folder}/ns/net", "/proc/self/ns/net")
    return False


def _kill_user(uid: int) -> None:
    subprocess.run(_in_lockdown(f"import lockdown; lockdown.kill_user({uid}, {uid + 1})"))


def _in_lockdown(source: str) -> list[str]:
    folder = str(_PACKAGE / "grading" / "inside")
    return [
        str(view.python()),
        "-I",
        "-S",
        "-B",
        "-c",
        f"import sys; sys.path += [{folder!r}]; {source}",
    ]


# What can be built here ---------------------------------------------------------------------


def _problem() -> str:
    """Say why there can be no such user here, or return ""."""
    if platform.system() != "Linux" or os.geteuid() != 0:
        return "A user without rights (--sandbox user) can be made by root alone, on Linux."
    from nnf_teach.grading.inside.lockdown import known_machine

    if not known_machine():
        return f"The sandbox knows x86-64 and ARM64, not {platform.machine()}."
    if len(_ids()) < 1000:
        return "There are too few user ids here for users of their own (see /proc/self/uid_map)."
    command = _in_lockdown(_TRY.format(uid=_ids().start))
    tried = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if tried.returncode != 0:
        said = tried.stderr.strip().splitlines()
        return f"No user without rights can be made here: {said[-1] if said else 'no reason'}."
    return ""


def _shut() -> str:
    """Say what of Python a user without rights could not read here, or return ""."""
    for path in sorted(path for path in view.shown() if path.exists()):
        if not is_open(path):
            return (
                f"A user without rights cannot read {path}, which Python needs. Use a Python that "
                "everybody may read, such as the system's, in a folder that everybody may enter."
            )
    return ""


def landlock() -> bool:
    """Whether the kernel can close files for a process alone."""
    from nnf_teach.grading.inside.lockdown import landlock_version

    return landlock_version() > 0


def _exposed() -> str:
    """Say what a submission could read here without Landlock, or return ""."""
    found = [] if landlock() else [path for path in _ours() if is_open(path)]
    if not found:
        return ""
    return (
        f"This kernel has no Landlock, and everybody may read {found[0]}. Close it: "
        f"chmod -R go= {_PACKAGE}, or use a newer kernel."
    )


def open_folder(folders: Iterable[Path]) -> Path | None:
    """Return the first of these that every submission here could read, None if there is none.

    A folder that is not there yet counts as the one above it.
    """
    if platform.system() != "Linux" or os.geteuid() != 0 or landlock():
        return None
    there = [folder if folder.exists() else folder.absolute().parent for folder in folders]
    return next((folder for folder in there if is_open(folder)), None)


def _ours() -> Iterable[Path]:
    return [_PACKAGE / name for name in _SECRETS]


def is_open(path: Path) -> bool:
    """Whether the permissions of a path and of all above it let everybody read it."""
    if not path.exists():
        return False
    above = all(parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents)
    return above and bool(path.stat().st_mode & stat.S_IROTH)


def _allowed(course: Path) -> tuple[list[str], list[str]]:
    """Return what may be read with all that is below it, and the folders that may be listed."""
    shown = {path for path in view.shown() if path.exists()}
    hidden = {Path(os.path.realpath(path)) for path in (*view.installed(shown), _PACKAGE)}
    readable, listable = [str(course)], []
    for path in sorted({Path(os.path.realpath(path)) for path in shown}):
        some, more = _without(path, hidden)
        readable += some
        listable += more
    return readable, listable


def _without(path: Path, hidden: set[Path]) -> tuple[list[str], list[str]]:
    """Return what is below a path without what is hidden, and the folders on the way to that."""
    if any(one == path or one in path.parents for one in hidden):
        return [], []
    if not any(path in one.parents for one in hidden):
        return [str(path)], []
    readable, listable = [], [str(path)]
    for entry in sorted(path.iterdir()):
        some, more = _without(Path(os.path.realpath(entry)), hidden)
        readable += some
        listable += more
    return readable, listable


def _writable() -> list[str]:
    """Return all folders of this machine where everybody may write."""
    kernel_s = ["(", "-path", "/proc", "-o", "-path", "/sys", ")", "-prune"]
    command = ["find", "/", *kernel_s, "-o", "-type", "d", "-perm", "-0002", "-print0"]
    found = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return [os.fsdecode(path) for path in found.split(b"\0") if path]


def _in_memory() -> tempfile.TemporaryDirectory[str] | None:
    """Return a folder in the small memory of a container, where files without a name show.

    Elsewhere they can be looked at (`_unlinked`), which takes the right to trace.
    """
    if _may_trace():
        return None
    with contextlib.suppress(OSError):
        space = os.statvfs(_MEMORY)
        if os.path.ismount(_MEMORY) and space.f_blocks * space.f_frsize <= _SMALL:
            return tempfile.TemporaryDirectory(prefix="nnf-grade-", dir=_MEMORY)
    return None


def _may_trace() -> bool:
    found = re.search(r"^CapEff:\s*(\w+)", Path("/proc/self/status").read_text(), re.MULTILINE)
    return found is not None and bool(int(found[1], 16) >> _CAP_SYS_PTRACE & 1)


# What a submission uses ---------------------------------------------------------------------


def _too_long(error: OSError) -> None:
    if error.filename is not None and len(error.filename) > 1024:
        raise TooMuch("too many files")


def _unlinked(pids: list[int]) -> Iterator[int]:
    """Yield the bytes of files that are open, or mapped, and have no name any more."""
    seen = set()
    for pid in pids:
        for path in (*_entries(f"/proc/{pid}/fd"), *_mapped_without_name(pid)):
            with contextlib.suppress(OSError):
                found = os.stat(path)
                one = (found.st_dev, found.st_ino)
                if stat.S_ISREG(found.st_mode) and not found.st_nlink and one not in seen:
                    seen.add(one)
                    yield 512 * found.st_blocks


def _entries(folder: str) -> list[str]:
    with contextlib.suppress(OSError):
        return [entry.path for entry in os.scandir(folder)]
    return []


def _mapped_without_name(pid: int) -> Iterator[str]:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/maps").read_text(errors="replace").splitlines():
            if line.endswith(" (deleted)"):
                begin, end = (part.lstrip("0") for part in line.split()[0].split("-"))
                yield f"/proc/{pid}/map_files/{begin}-{end}"
