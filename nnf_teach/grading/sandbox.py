"""A sandbox for submissions: one parent with everything imported, and a fork of it for each.

The parent runs under bubblewrap: no network, no home, a read-only file system that holds Python,
its packages, and of `nnf_teach` what notebooks use. Each submission is a fork of it with process
numbers, scratch folder and limits of its own, and without any privilege; when its first process
is killed, the kernel kills all of its processes, and nothing of it is left.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nnf_teach.grading.wire import Channel, Closed, Late, Malformed, TooMuch

_PACKAGE = Path(__file__).parents[1]
_COURSE = "/course"
_FOLDER = "nnf-grade-"
_SCRATCH = ("/scratch", "/tmp", "/dev/shm")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
_LIBRARIES = ("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32", "/usr/local/lib")
_LINKS = ("/lib", "/lib32", "/lib64", "/libx32")
_LOADER = ("/etc/ld.so.cache",)
_START = 60.0  # seconds that the parent may take to import everything, on a slow disk
_PARENTS_SCRATCH = 16 * 1024**2
_PROMPT = 20.0  # seconds that it may take for anything else
_ROOT_UID = 0x7F000000  # and more: no distribution gives such user ids to anybody
_sandboxes = itertools.count()

# What of the package there is inside. The exercises' references and the checks are not.
_INSIDE = (
    "__init__.py",
    "modules",
    "datasets",
    "exercises/__init__.py",
    "exercises/exercise.py",
    "exercises/formula.py",
    "exercises/given.py",
    "exercises/numbers.py",
    "checking/answers.py",
    "checking/calls.py",
    "grading/__init__.py",
    "grading/wire.py",
    "grading/inside",
)


class NoSandbox(RuntimeError):
    """There is no sandbox on this machine; the message says what to do."""


@dataclass(frozen=True)
class Bounds:
    """What a submission may use; see `marking.Limits`."""

    memory_bytes: int
    processes: int
    file_bytes: int
    cpu_seconds: int


def problem() -> str:
    """Say why there is no sandbox on this machine, or return ""."""
    advice = "or grade with --unsafe, on a machine where nothing can be lost."
    if platform.system() != "Linux":
        return f"Grading safely needs Linux; there, bubblewrap makes the sandbox. Use one, {advice}"
    if shutil.which("bwrap") is None:
        return f"The program bwrap is missing. Install it (apt install bubblewrap), {advice}"
    from nnf_teach.grading.inside.lockdown import known_machine

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


def _is_root() -> bool:
    """Whether this process is root of the whole machine, whom no limit of processes binds."""
    return os.getuid() == 0 and Path("/proc/self/uid_map").read_text().split() == [
        "0", "0", "4294967295"
    ]  # fmt: skip


def _new_uid() -> int:
    """Return a user id for the submissions of one sandbox, since a user's processes are counted."""
    return _ROOT_UID + os.getpid() + next(_sandboxes) % 256 * 2**22  # process numbers are below


def _namespaces() -> list[str]:
    """Return bwrap's options for the parent: its namespaces, and what it needs to make more."""
    options = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    options += ["--unshare-cgroup-try", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    options += ["--cap-add", "CAP_SYS_ADMIN"]
    if _is_root():
        more = ("CAP_SETUID", "CAP_SETGID", "CAP_KILL")  # a submission is then of another user
        return [*options, *(word for name in more for word in ("--cap-add", name))]
    return [*options, "--unshare-user", "--uid", "1000", "--gid", "1000"]


class Sandbox:
    """The parent process; `submission` forks it.

    Raises
    ------
    NoSandbox
        When it cannot be started.
    """

    def __init__(self, unsafe: bool = False) -> None:
        if not unsafe and (sentence := problem()):
            raise NoSandbox(sentence)
        self.unsafe = unsafe
        _sweep()
        prefix = f"{_FOLDER}{os.getpid()}-"
        self._folder = tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True)
        self._core = _own_core()
        self._pid = 0
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        course, scratch, own_home = (
            Path(self._folder.name) / name for name in ("course", "scratch", "home")
        )
        if not course.exists():
            _stage(course)
            scratch.mkdir(mode=0o700)
            own_home.mkdir(mode=0o700)
        mine, theirs = socket.socketpair()
        inside = str(course) if self.unsafe else _COURSE
        settings = {
            "control": theirs.fileno(),
            "course": inside,
            "unsafe": self.unsafe,
            "scratch": [str(scratch)] if self.unsafe else _scratch_folders(),
            "uid": _new_uid() if _is_root() else None,
            "cpu": self._core[0] if self._core else None,
        }
        paths = [inside, *map(str, _site_folders())]
        begin = f"import sys; sys.path += {paths!r}; import nnf_teach.grading.inside.zygote as z; "
        command = [str(_python()), "-s", "-S", "-P", "-B", "-c", begin + "z.main()"]
        command.append(json.dumps(settings))
        home = str(own_home) if self.unsafe else _SCRATCH[0]
        environment = _environment(home)
        if not self.unsafe:
            command = [*_bwrap(course, environment), *command]
        with theirs, tempfile.TemporaryFile() as errors:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
                pass_fds=[theirs.fileno()], env=environment, start_new_session=True,
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
        self._zygote = _last_descendant(self._process.pid)

    def _prefer_to_be_killed(self) -> None:
        """Tell the kernel whom to kill first when the machine has no memory left."""
        with contextlib.suppress(OSError):
            Path(f"/proc/{self._process.pid}/oom_score_adj").write_text("1000")

    @contextlib.contextmanager
    def submission(self, bounds: Bounds) -> Iterator[Submission]:
        """Fork the parent for a submission; nothing of it is left afterwards."""
        found = Submission(self, bounds)
        try:
            found.begin()
            yield found
        finally:
            found.end()

    def tell(self, do: str, end: socket.socket | None = None, **more: object) -> int:
        """Tell the parent something and return the process number that it answers."""
        deadline = time.monotonic() + _PROMPT
        try:
            self._control.send({"do": do, **more}, deadline=deadline, hand_over=end)
            head, _ = self._control.receive(deadline)
            return int(head["pid"])
        except (Closed, Late, Malformed, KeyError, TypeError, ValueError):
            self.restart()
            raise Closed from None

    def children(self) -> list[int]:
        """Return the processes of the submission, as this side counts them."""
        return _descendants(self._zygote)

    def clear_scratch(self) -> None:
        """Remove what an unsafe submission has written where it should."""
        scratch = Path(self._folder.name) / "scratch"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(mode=0o700, exist_ok=True)

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


class Submission:
    """A fork of the parent: process 1 of its own, and all that come from it."""

    def __init__(self, sandbox: Sandbox, bounds: Bounds) -> None:
        self.sandbox, self.bounds = sandbox, bounds
        self._ends: list[socket.socket] = []
        self._own: set[int] = set()

    def begin(self) -> None:
        """Fork the parent; `root` is the pipe to the first process."""
        self.root, theirs = self.pipe()
        limits = dict(vars(self.bounds))
        with theirs:
            self.sandbox.tell("begin", theirs, limits=limits)

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
        most = self.bounds.memory_bytes
        if sum(map(_resident, pids)) > most and sum(map(_share, pids)) > most:
            raise TooMuch("too much memory")

    def note_own(self) -> None:
        """Note that the processes that there are now are not the student's."""
        self._own = set(self.sandbox.children())

    def end_strays(self) -> None:
        """Kill the processes that the student has started, and left behind."""
        for _ in range(20):  # they may start others
            strays = set(self.sandbox.children()) - self._own
            if not strays:
                return
            _kill(strays)

    def end(self) -> None:
        """Kill all processes."""
        for end in self._ends:
            end.close()
        self._ends = []
        with contextlib.suppress(Closed):
            self.sandbox.tell("end")
        if self.sandbox.unsafe:
            _kill_all(self.sandbox.children)
            self.sandbox.clear_scratch()

    def begin_again(self) -> None:
        """Kill all processes and fork the parent afresh."""
        self.end()
        self.begin()


# The command -------------------------------------------------------------------------------


def _python() -> Path:
    """Return the interpreter itself, not a link to it in a virtual environment."""
    return Path(os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable))


def _site_folders() -> list[Path]:
    """Return the folders of the packages that notebooks import."""
    import autograd
    import matplotlib
    import tqdm

    found = [Path(str(module.__file__)).parents[1] for module in (np, matplotlib, autograd, tqdm)]
    return list(dict.fromkeys(found))


def _environment(home: str) -> dict[str, str]:
    threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    return {
        **dict.fromkeys(threads, "1"),
        "HOME": home,
        "TMPDIR": home,
        "MPLCONFIGDIR": f"{home}/matplotlib",
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "NNF_STRICT": "1",
        "NNF_PROGRESS": f"{home}/progress.json",
    }


def _shown() -> set[Path]:
    """Return what there is of the file system inside, to be read only."""
    base = Path(sys.base_prefix)
    shown = {_python().parent, base / "lib", base / "lib64", Path(sysconfig.get_path("stdlib"))}
    return shown | {Path(name) for name in (*_LIBRARIES, *_LOADER)} | set(_site_folders())


def _scratch_folders() -> list[str]:
    """Return where a submission may write: not over a folder that Python is in."""
    above = {folder for path in _shown() for folder in path.parents}
    return [name for name in _SCRATCH if Path(name) not in above]


def _bwrap(course: Path, environment: dict[str, str]) -> list[str]:
    options = ["bwrap", *_namespaces()]
    for variable, value in environment.items():
        options += ["--setenv", variable, value]
    shown = _shown()
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
    for site in _site_folders():
        if (site / "nnf_teach").is_dir():  # with its references
            options += ["--tmpfs", str(site / "nnf_teach")]
    options += ["--dir", "/dev"]
    for device in _DEVICES:
        options += ["--dev-bind", device, device]
    for name in _scratch_folders():
        options += ["--dir", name]
    options += ["--size", str(_PARENTS_SCRATCH), "--tmpfs", _SCRATCH[0]]  # each fork mounts its own
    return [*options, "--ro-bind", str(course), _COURSE, "--remount-ro", "/", "--chdir", "/"]


def _sweep() -> None:
    """Remove the folders of graders that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        owner = folder.name.removeprefix(_FOLDER).split("-")[0]
        with contextlib.suppress(OSError):
            if (
                owner.isdecimal()
                and not _lives(int(owner))
                and folder.owner() == Path.home().owner()
            ):
                shutil.rmtree(folder)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _stage(folder: Path) -> None:
    """Lay out what there is of the package inside, and the data without the test images."""
    package = folder / "nnf_teach"
    for name in _INSIDE:
        source, target = _PACKAGE / name, package / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    shutil.copyfile(_PACKAGE / "grading/inside/checking.py", package / "checking/__init__.py")
    (package / "checking/engine.py").write_text("def strict(): return True\n")
    _stage_digits(folder)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def _stage_digits(folder: Path) -> None:
    """Write the training images; inside, the test images are some of them."""
    from nnf_teach.datasets.mnist import FILE

    with np.load(FILE) as arrays:
        x, t = arrays["x_train"], arrays["y_train"].astype(np.int64)
    np.save(folder / "x_train.npy", x)
    np.save(folder / "t_train.npy", t)
    np.save(folder / "x_test.npy", x[:10_000])
    np.save(folder / "t_test.npy", t[:10_000])


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


# Looking at processes from outside ---------------------------------------------------------


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError):
                text = Path(f"/proc/{pid}/task/{task}/children").read_text()
                found += map(int, text.split())
    return found


def _descendants(pid: int) -> list[int]:
    found, new = [], _children(pid)
    while new:
        found += new
        new = [child for parent in new for child in _children(parent)]
    return found


def _last_descendant(pid: int) -> int:
    """Return the process at the end of the chain that bwrap makes."""
    return [pid, *_descendants(pid)][-1]


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _share(pid: int) -> int:
    """Return a process's memory, what it shares divided by those that share it."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return 1024 * int(line.split()[1])
        return 0
    return _resident(pid)


def _kill_all(processes: Callable[[], list[int]]) -> None:
    """Kill what is left of an unsafe submission; without a sandbox this is the best there is."""
    deadline = time.monotonic() + 2
    while (left := processes()) and time.monotonic() < deadline:
        _kill(left)


def _kill(pids: Iterable[int]) -> None:
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
