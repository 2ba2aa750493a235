"""Look at processes from outside, by what the kernel says of them, and kill them."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            path = f"/proc/{pid}/task/{task}/children"
            with contextlib.suppress(OSError), open(path, "rb", buffering=0) as file:
                found += map(int, file.read().split())
    return found


def descendants(pid: int) -> list[int]:
    """Return its children, their children, and so on."""
    found, new = [], children(pid)
    while new:
        found += new
        new = [child for parent in new for child in children(parent)]
    return found


def last_descendant(pid: int) -> int:
    """Return the process at the end of the chain that bwrap makes."""
    return [pid, *descendants(pid)][-1]


def resident(pid: int) -> int:
    """Return the bytes of memory that a process has, with what it shares, and what is swapped."""
    return _kilobytes(f"/proc/{pid}/status", ("VmRSS:", "VmSwap:")) or 0


def share(pid: int) -> int:
    """Return a process's memory, what it shares divided by those that share it."""
    found = _kilobytes(f"/proc/{pid}/smaps_rollup", ("Pss:", "SwapPss:"))
    return resident(pid) if found is None else found


def _kilobytes(path: str, names: tuple[str, ...]) -> int | None:
    """Return the sum of some lines in bytes, None for a file that cannot be read."""
    try:
        lines = Path(path).read_text(errors="replace").splitlines()
    except OSError:
        return None
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith(names))


def open_files(pid: int) -> int:
    """Return how many files a process has open, 0 before Linux 6.2, which does not tell."""
    with contextlib.suppress(OSError):
        return os.stat(f"/proc/{pid}/fd").st_size
    return 0


def threads(pid: int) -> int:
    """Return how many threads a process has, 0 if there is none."""
    try:
        return len(os.listdir(f"/proc/{pid}/task"))
    except OSError:
        return 0


def standstill(pid: int) -> list[str] | None:
    """Return how often each thread of a process had the processor, None while one is not stopped.

    Two standstills that are the same are one: whoever wakes a process for a moment is found out.
    """
    found = []
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            lines = Path(f"/proc/{pid}/task/{task}/status").read_text(errors="replace").splitlines()
            state = next((line.split()[1] for line in lines if line.startswith("State:")), "X")
            if state not in "TZX":  # stopped, or dead
                return None
            found += [task, *(line for line in lines if "voluntary_ctxt_switches" in line)]
    return found


def kill_all(processes: Callable[[], list[int]]) -> None:
    """Kill what is left of an unsafe submission; without a sandbox this is the best there is."""
    deadline = time.monotonic() + 2
    while (left := processes()) and time.monotonic() < deadline:
        kill(left)


def kill(pids: Iterable[int]) -> None:
    """Kill these processes, as far as there are such."""
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def lives(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def counted_elsewhere() -> int:
    """Return how many processes of this user a limit counts beside those in a sandbox.

    From Linux 5.14 on, each user namespace has a count of its own. Before, all of a user's
    processes and threads share one.
    """
    found = re.match(r"(\d+)\.(\d+)", platform.release())
    if platform.system() != "Linux" or (found and tuple(map(int, found.groups())) >= (5, 14)):
        return 0
    count = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_uid == os.getuid():
                count += len(os.listdir(folder / "task"))
    return count
