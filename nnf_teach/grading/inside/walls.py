"""The side of a wall that the parent builds around each submission, before a line of it runs."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import Any, Protocol

from nnf_teach.grading.inside import lockdown

Run = dict[str, Any]
"""What the grader says of one submission."""


class Wall(Protocol):
    """What the parent does around a submission."""

    def __init__(self, settings: dict[str, Any]) -> None: ...

    def fork(self, run: Run) -> int:
        """Fork the parent; return 0 in the child, as `os.fork` does."""

    def close_off(self, limits: dict[str, int], run: Run) -> None:
        """Shut this process off, for good; it stands in its scratch folder then."""

    def end(self, pid: int, run: Run) -> None:
        """Kill the processes of a submission, given its first."""


class Bubblewrap:
    """Namespaces: when process 1 of one is killed, the kernel kills all others with it."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.scratch, self.uid = settings["scratch"], settings["uid"]

    def fork(self, run: Run) -> int:
        return lockdown.fork_in_new_pid_namespace()

    def close_off(self, limits: dict[str, int], run: Run) -> None:
        lockdown.new_scratch(self.scratch, limits["file_bytes"])
        lockdown.limit(limits)
        lockdown.drop_privileges(self.uid)
        lockdown.refuse_system_calls()
        lockdown.hide()
        os.chdir(self.scratch[0])

    def end(self, pid: int, run: Run) -> None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


class User:
    """A user of its own. Whatever runs as that user is killed, also what was left behind."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.scratch, self.home = settings["scratch"], settings["home"]
        self.writable = settings["writable"]
        self.rules = None
        if settings["landlock"]:
            paths = settings["readable"], settings["listable"], settings["devices"], [self.scratch]
            self.rules = lockdown.rules_for_files(*paths)
        lockdown.adopt_orphans()

    def fork(self, run: Run) -> int:
        lockdown.clear(self.scratch)
        os.mkdir(self.home, 0o700)  # a folder's attributes and default rights would stay with it
        os.chown(self.home, run["uid"], run["uid"])
        return os.fork()

    def close_off(self, limits: dict[str, int], run: Run) -> None:
        lockdown.limit(limits)
        lockdown.drop_privileges(run["uid"])
        lockdown.end_with_parent()
        if self.rules is not None:
            lockdown.close_files(self.rules)
        lockdown.refuse_system_calls()
        lockdown.hide()
        os.chdir(self.home)

    def end(self, pid: int, run: Run) -> None:
        lockdown.kill_user(run["uid"], run["uid"] + 1)
        lockdown.clear(self.scratch)
        if self.rules is None:
            lockdown.remove_files_of(run["uid"], self.writable)


class NoWall:
    """Limits alone. What leaves the first process's group is killed from outside."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.scratch = settings["scratch"]

    def fork(self, run: Run) -> int:
        return os.fork()

    def close_off(self, limits: dict[str, int], run: Run) -> None:
        os.chdir(self.scratch[0])
        lockdown.limit(limits)

    def end(self, pid: int, run: Run) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


WALLS: dict[str, type[Wall]] = {"bubblewrap": Bubblewrap, "user": User, "none": NoWall}
