"""The command that starts the parent of submissions under bubblewrap, and what it gets to see."""

from __future__ import annotations

import itertools
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from nnf_teach.grading import view
from nnf_teach.grading.processes import counted_elsewhere
from nnf_teach.grading.wall import Wall

COURSE = "/course"
SCRATCH = ("/scratch", "/tmp", "/dev/shm")
_LINKS = ("/lib", "/lib32", "/lib64", "/libx32")
_PARENTS_SCRATCH = 16 * 1024**2
_ROOT_UID = 0x7F000000  # and more: no distribution gives such user ids to anybody
_sandboxes = itertools.count()


def problem() -> str:
    """Say why there is no sandbox on this machine, or return ""."""
    advice = "or grade with --sandbox none, on a machine where nothing can be lost."
    if platform.system() != "Linux":
        return f"Grading safely needs Linux; there, bubblewrap makes the sandbox. Use one, {advice}"
    if shutil.which("bwrap") is None:
        return f"The program bwrap is missing. Install it (apt install bubblewrap), {advice}"
    from nnf_teach.grading.inside.lockdown import known_machine  # which only Linux can import

    if not known_machine():
        return f"The sandbox knows x86-64 and ARM64, not {platform.machine()}. Use one, {advice}"
    command = ["bwrap", *_namespaces(), "--ro-bind", "/", "/", "--dev-bind", "/dev/null",
               "/dev/null", sys.executable, "-I", "-S", "-c", "0"]  # fmt: skip
    tried = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if tried.returncode != 0:
        said = tried.stderr.strip().splitlines()
        return (
            f"bwrap cannot make a sandbox here: {said[-1] if said else 'it gives no reason'}. "
            "User namespaces have to be allowed (see docs/grading.md), " + advice
        )
    return ""


def is_root() -> bool:
    """Whether this process is root of the whole machine, whom no limit of processes binds."""
    return os.getuid() == 0 and Path("/proc/self/uid_map").read_text().split() == [
        "0", "0", "4294967295"
    ]  # fmt: skip


def new_uid() -> int:
    """Return a user id for the submissions of one sandbox, since a user's processes are counted."""
    return _ROOT_UID + os.getpid() + next(_sandboxes) % 256 * 2**22  # process numbers are below


def _namespaces() -> list[str]:
    """Return bwrap's options for the parent: its namespaces, and what it needs to make more."""
    options = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    options += ["--unshare-cgroup-try", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    options += ["--cap-add", "CAP_SYS_ADMIN"]
    if is_root():
        more = ("CAP_SETUID", "CAP_SETGID", "CAP_KILL")  # a submission is then of another user
        return [*options, *(word for name in more for word in ("--cap-add", name))]
    return [*options, "--unshare-user", "--uid", "1000", "--gid", "1000"]


def scratch_folders() -> list[str]:
    """Return where a submission may write: not over a folder that Python is in."""
    above = {folder for path in view.shown() for folder in path.parents}
    return [name for name in SCRATCH if Path(name) not in above]


def command_of(course: Path, environment: dict[str, str]) -> list[str]:
    """Return bwrap and its options, for a folder with the course in it."""
    options = ["bwrap", *_namespaces()]
    for variable, value in environment.items():
        options += ["--setenv", variable, value]
    shown = view.shown()
    passed = {folder for path in shown for folder in path.parents} - {Path("/")}
    for folder in sorted(passed):
        options += ["--dir", str(folder)]  # made so that anybody may pass through
    for path in sorted(shown):  # a folder comes before what is in it
        options += ["--ro-bind-try", str(path), str(path)]
    for link in map(Path, _LINKS):
        if link.is_symlink():
            options += ["--symlink", os.readlink(link), str(link)]
        else:
            options += ["--ro-bind-try", str(link), str(link)]
    for course_elsewhere in sorted(view.installed(shown)):  # with its references
        options += ["--tmpfs", str(course_elsewhere)]
    options += ["--dir", "/dev"]
    for device in view.DEVICES:
        options += ["--dev-bind", device, device]
    for name in scratch_folders():
        options += ["--dir", name]
    options += ["--size", str(_PARENTS_SCRATCH), "--tmpfs", SCRATCH[0]]  # each fork mounts its own
    return [*options, "--ro-bind", str(course), COURSE, "--remount-ro", "/", "--chdir", "/"]


class Bubblewrap(Wall):
    """Namespaces of the kernel: of files, processes, network and users."""

    name = "bubblewrap"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.course, self.home = COURSE, SCRATCH[0]
        self.configuration = f"{self.home}/matplotlib"  # each fork mounts another over it
        self.counted_elsewhere = 0 if is_root() else counted_elsewhere()

    @staticmethod
    def problem() -> str:
        return problem()

    def command(self, environment: dict[str, str]) -> list[str]:
        return command_of(self.folder / "course", environment)

    def settings(self) -> dict[str, Any]:
        return {"scratch": scratch_folders(), "uid": new_uid() if is_root() else None}
