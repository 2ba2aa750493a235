"""A sandbox for submissions: one parent with everything imported, and a fork of it for each.

A wall (`wall.py`) is between them and the machine. Under bubblewrap there is no network, no home, a
read-only file system that holds Python, its packages, and of `nnf_teach` what notebooks use. Each
submission is a fork of the parent with process numbers, scratch folder and limits of its own, and
without any privilege; when its first process is killed, the kernel kills all of its processes, and
nothing of it is left.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from nnf_teach.grading.layout import lay_out, lay_out_digits
from nnf_teach.grading.processes import (
    descendants,
    kill,
    last_descendant,
    lives,
    open_files,
    resident,
    share,
    standstill,
    threads,
)
from nnf_teach.grading.view import environment_of, python, site_folders
from nnf_teach.grading.wall import Bounds, NoSandbox
from nnf_teach.grading.walls import choose
from nnf_teach.grading.wire import Channel, Closed, Late, Malformed, TooMuch

__all__ = ["Bounds", "NoSandbox", "ProcessTree", "Sandbox", "Woken"]

NEEDS = ("plots", "digits")
"""What takes a while to get ready: Matplotlib, and MNIST's images."""

_FOLDER = "nnf-grade-"
_START = 60.0  # seconds that the parent may take to import what is needed, on a slow disk
_PROMPT = 20.0  # seconds that it may take for anything else
_QUEUE = 256 * 1024  # bytes that the kernel keeps for an open socket nobody reads, and counts not


class Woken(Exception):
    """A process that was stopped ran on."""


class Sandbox:
    """The parent process; `fork` makes a tree of processes for each submission.

    Raises
    ------
    NoSandbox
        When it cannot be started.
    """

    def __init__(self, wall: str = "auto") -> None:
        kind = choose(wall)
        self._asked = wall
        _sweep()
        prefix = f"{_prefix()}{os.getpid()}-"
        self._folder = tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True)
        self._core = _own_core()
        self._has_digits = False
        self.wall = kind(Path(self._folder.name))
        try:
            lay_out(self.wall.folder / "course")
            self.wall.prepare()
            self._start()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        mine, theirs = socket.socketpair()
        environment = environment_of(self.wall.home, self.wall.configuration)
        command = [*self.wall.command(environment), *self._command(theirs.fileno())]
        with theirs, tempfile.TemporaryFile() as errors:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
                pass_fds=[theirs.fileno()], env=environment, start_new_session=True,
                cwd=self.wall.folder,  # Matplotlib reads a file of the folder that it starts in
            )  # fmt: skip
            theirs.close()
            self._control = Channel(mine, watch=lambda: None)
            self._prefer_to_be_killed()
            try:
                self._control.receive(time.monotonic() + _START)
            except (Closed, Late, Malformed):
                errors.seek(0)
                said = errors.read()[-2000:].decode("utf-8", "replace").strip()
                raise NoSandbox(f"The sandbox does not start: {said}") from None
        self._zygote = last_descendant(self._process.pid)

    def _command(self, control: int) -> list[str]:
        """Return the command that runs the parent, with its end of the pipe."""
        settings = {
            "control": control,
            "course": self.wall.course,
            "cpu": self._core[0] if self._core else None,
            "wall": self.wall.name,
            **self.wall.settings(),
        }
        paths = [self.wall.course, *map(str, site_folders())]
        begin = f"import sys; sys.path += {paths!r}; import nnf_teach.grading.inside.zygote as z; "
        options = ("-s", "-S", "-P", "-B", "-c", begin + "z.main()")
        return [str(python()), *options, json.dumps(settings)]

    def _prefer_to_be_killed(self) -> None:
        """Tell the kernel whom to kill first when the machine has no memory left."""
        with contextlib.suppress(OSError):
            Path(f"/proc/{self._process.pid}/oom_score_adj").write_text("1000")

    @contextlib.contextmanager
    def fork(self, bounds: Bounds, needs: Iterable[str] = NEEDS) -> Iterator[ProcessTree]:
        """Fork the parent for a submission; nothing of it is left afterwards.

        It has ready what the submission needs, and once it has that, it keeps it.
        """
        needs = set(needs)
        if "digits" in needs and not self._has_digits:
            lay_out_digits(self.wall.folder / "course")
            self._has_digits = True
        tree = ProcessTree(self, bounds, [need for need in NEEDS if need in needs])
        try:
            tree.begin()
            yield tree
        finally:
            tree.end()

    def serves(self, wall: str) -> bool:
        """Whether this sandbox is the one that is asked for."""
        return wall in (self._asked, self.wall.name)

    def tell(self, do: str, end: socket.socket | None = None, **more: object) -> int:
        """Tell the parent something and return the process number that it answers."""
        deadline = time.monotonic() + (_START if more.get("needs") else _PROMPT)
        try:
            self._control.send({"do": do, **more}, deadline=deadline, hand_over=end)
            head, _ = self._control.receive(deadline)
            return int(head["pid"])
        except (Closed, Late, Malformed, KeyError, TypeError, ValueError):
            self.restart()
            raise Closed from None

    def children(self) -> list[int]:
        """Return the processes of the submission, as this side counts them."""
        return descendants(self._zygote)

    def end(self) -> None:
        """Clear up after a submission what the parent does not."""
        self.wall.end(self._zygote)

    def restart(self) -> None:
        """Start the parent again."""
        self._stop()
        self._start()

    def _stop(self) -> None:
        with contextlib.suppress(AttributeError):
            self._control.close()  # the parent takes it as a sign to end
            try:
                self._process.wait(2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self.wall.close()

    def close(self) -> None:
        """End the parent, and all that is left of it."""
        self._stop()
        if self._core:
            self._core[1].close()
            self._core = None
        self._folder.cleanup()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *args: object) -> None:
        self.close()


class ProcessTree:
    """A submission's processes: a fork of the parent, which is process 1, and its descendants."""

    def __init__(self, sandbox: Sandbox, bounds: Bounds, needs: Sequence[str]) -> None:
        self.sandbox, self.bounds, self.needs = sandbox, bounds, needs
        self._ends: list[socket.socket] = []
        self._own: set[int] = set()

    def begin(self) -> None:
        """Fork the parent; `root` is the pipe to the first process."""
        self.root, theirs = self.pipe()
        limits = dict(vars(self.bounds))
        limits["processes"] += self.sandbox.wall.counted_elsewhere
        with theirs:
            run = self.sandbox.wall.begin()
            self.sandbox.tell("begin", theirs, limits=limits, run=run, needs=self.needs)

    def pipe(self) -> tuple[socket.socket, socket.socket]:
        """Return the two ends of a new pipe; ours is closed with the submission."""
        mine, theirs = socket.socketpair()
        self._ends.append(mine)
        return mine, theirs

    def watch(self) -> None:
        """Look at what all processes use together.

        Raises
        ------
        TooMuch
        """
        pids = self.sandbox.children()
        if len(pids) > self.bounds.processes:
            raise TooMuch("too many processes")
        most = self.bounds.memory_bytes - _QUEUE * sum(map(open_files, pids))
        if sum(map(resident, pids)) > most and sum(map(share, pids)) > most:
            raise TooMuch("too much memory")
        self.sandbox.wall.watch(pids, self.bounds)

    def note_own(self) -> None:
        """Note that the processes that there are now are not the student's."""
        self._own = set(self.sandbox.children())

    def end_strays(self) -> None:
        """Kill the processes that the student has started, and left behind."""
        for _ in range(20):  # they may start others
            strays = set(self.sandbox.children()) - self._own
            if not strays:
                return
            kill(strays)

    def is_alone(self) -> bool:
        """Whether one thread at most runs beside our own processes."""
        return sum(map(threads, set(self.sandbox.children()) - self._own)) <= 1

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Stop our own processes meanwhile, with the threads that the student left in them.

        Raises
        ------
        Woken
            When one of them has run, whoever it was that woke it.
        """
        self._signal_own(signal.SIGSTOP)
        try:
            before = self._standstill(time.monotonic() + _PROMPT)
            yield
            if self._standstill() != before:
                raise Woken
        finally:
            self._signal_own(signal.SIGCONT)

    def _standstill(self, deadline: float = 0.0) -> list[list[str]]:
        """Wait until our own processes are stopped; return what each has done until then."""
        while None in (found := [standstill(pid) for pid in sorted(self._own)]):
            if time.monotonic() > deadline:
                raise Woken
            time.sleep(0.0005)
        return [one for one in found if one is not None]

    def _signal_own(self, number: signal.Signals) -> None:
        for pid in self._own & set(self.sandbox.children()):
            with contextlib.suppress(OSError):
                os.kill(pid, number)

    def end(self) -> None:
        """Kill all processes."""
        for end in self._ends:
            end.close()
        self._ends = []
        with contextlib.suppress(Closed):
            self.sandbox.tell("end")
        self.sandbox.end()

    def begin_again(self) -> None:
        """Kill all processes and fork the parent afresh."""
        self.end()
        self.begin()


def _prefix() -> str:
    """Return how the folders of this machine's graders begin (or of this container's)."""
    try:
        return f"{_FOLDER}{Path('/proc/self/ns/pid').stat().st_ino}-"
    except OSError:
        return _FOLDER


def _sweep() -> None:
    """Remove the folders of graders that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_prefix()}*"):
        owner = folder.name.removeprefix(_prefix()).split("-")[0]
        with contextlib.suppress(OSError):
            mine = folder.lstat().st_uid == os.getuid()
            if owner.isdecimal() and mine and not lives(int(owner)):
                shutil.rmtree(folder)


def _own_core() -> tuple[int, socket.socket] | None:
    """Take a processor core that no other sandbox has taken, so that none can slow another.

    A name in the abstract namespace of sockets marks it; it vanishes with this process.
    """
    if platform.system() != "Linux":
        return None
    for core in sorted(os.sched_getaffinity(0)):
        mark = socket.socket(socket.AF_UNIX)
        try:
            mark.bind(f"\0nnf-grade-core-{core}")
            return core, mark
        except OSError:
            mark.close()
    return None
