"""The wall of a user without rights: what a submission is, sees and leaves, and who is refused."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from nnf_teach.grading import bubblewrap, user_wall, walls
from nnf_teach.grading.inside import lockdown
from nnf_teach.grading.marking import Limits, Task, close_sandbox, mark
from nnf_teach.grading.sandbox import Bounds, NoSandbox, Sandbox
from nnf_teach.grading.user_wall import UserWall, _shut

BOUNDS = Bounds(memory_bytes=2 * 1024**3, processes=64, file_bytes=64 * 1024**2, cpu_seconds=60)
SAY = "raise RuntimeError(repr({}))"


@pytest.fixture(scope="module")
def wall(user_wall_works):
    return "user"


@pytest.fixture
def said(mark_cells):
    """Return a function that runs a cell and returns what it raised."""

    def run(source, **limits):
        (note,) = mark_cells(source, **limits)["notes"]
        return note.split("RuntimeError: ")[1]

    return run


WHO = f"""
import ctypes, os, resource
libc = ctypes.CDLL(None)
header, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
assert libc.capget(header, data) == 0 and not any(data)
assert libc.prctl(39, 0, 0, 0, 0) == 1  # no new privileges
assert libc.prctl(21, 0, 0, 0, 0) == 2  # a filter of system calls
assert set(os.getresuid()) == set(os.getresgid()) == {{os.getuid()}} and os.getgroups() == []
assert os.getsid(0) == os.getpgrp() == os.getppid()
names = ("AS", "NPROC", "FSIZE", "CORE", "NOFILE")
limits = [resource.getrlimit(getattr(resource, "RLIMIT_" + name))[1] for name in names]
{SAY.format("[os.getuid(), *limits]")}
"""


def test_each_submission_is_a_user_of_its_own_without_rights(said):
    first, *limits = eval(said(WHO))
    second, *_ = eval(said(WHO))
    assert first != second
    assert first in user_wall._ids()
    assert limits == [2 * 1024**3, 64, 64 * 1024**2, 1, 64]


def test_its_home_is_its_scratch_folder_which_is_empty(said):
    source = "import os, tempfile\nopen('mine', 'w').close()\n" + SAY.format(
        "[os.getcwd() == os.environ['HOME'] == tempfile.gettempdir(), os.listdir()]"
    )
    for _ in range(2):
        assert eval(said(source)) == [True, ["mine"]]


LEAVES_WITH_THE_FOLDER = """
import os, struct
open("matplotlibrc", "w").close()
os.makedirs("matplotlib", exist_ok=True)
deny = b"".join(struct.pack("<HHI", tag, 0, 0xffffffff) for tag in (1, 4, 0x20))
deny = struct.pack("<I", 2) + deny
for name, value in (("user.answers", b"x = 1"), ("system.posix_acl_default", deny)):
    for folder in (".", ".."):
        try: os.setxattr(folder, name, value)
        except OSError: pass
for folder in (".", ".."):
    try: os.utime(folder, (1, 1))
    except OSError: pass
raise RuntimeError("left")
"""
FINDS_IN_THE_FOLDER = """
import os
open("mine", "w").write("x")
found = [os.listxattr(folder) for folder in (".", "..", "mine")]
new = [os.stat(folder).st_mtime > 1e9 for folder in (".", "..")]
raise RuntimeError([found, open("mine").read(), all(new)])
"""


def test_a_folder_keeps_nothing_for_the_next_submission(said):
    """Do extended attributes, default rights or times go from one student to the next?"""
    assert said(LEAVES_WITH_THE_FOLDER) == "left"
    assert eval(said(FINDS_IN_THE_FOLDER)) == [[[], [], []], "x", True]


def test_a_parent_that_is_started_again_reads_nothing_of_a_submission(wall, monkeypatch, tmp_path):
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 77")
    monkeypatch.chdir(tmp_path)
    with Sandbox(wall) as made:
        with made.fork(BOUNDS):
            home = Path(made.wall.home)
            for name in ("matplotlibrc", "matplotlib/matplotlibrc"):
                (home / name).parent.mkdir(exist_ok=True)
                (home / name).write_text("lines.linewidth: 77")
            os.kill(made._zygote, 9)
        reads = Path(f"/proc/{made._zygote}/environ").read_bytes().decode().split("\0")
        (place,) = [line.split("=")[1] for line in reads if line.startswith("MPLCONFIGDIR=")]
        assert Path(f"/proc/{made._zygote}/cwd").resolve() == made.wall.folder
        assert list(made.wall.scratch.iterdir()) == []
        assert Path(place).stat().st_uid == 0
        assert not Path(place).is_relative_to(made.wall.scratch)


FORKS = """
import os, time
count = 0
try:
    while count < 200:
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
        count += 1
except OSError:
    pass
raise RuntimeError(count)
"""


def test_it_gets_as_many_processes_as_it_may_and_no_more(said):
    assert 40 < int(said(FORKS, statement_seconds=30.0)) < 64


def test_its_files_have_room_for_so_much(mark_cells):
    source = "for k in range(100): open(f'{k}', 'wb').write(b'x' * 10**6)\nwhile True: pass"
    result = mark_cells(source, statement_seconds=20.0, file_bytes=20 * 1024**2)
    assert "too much for its files" in result["notes"][0]
    assert mark_cells(source, statement_seconds=1.0)["notes"]  # 100 MB


MAPPED = """
import mmap, os, stat
keep = []
for _ in range(2):
    with open("f", "w+b") as file:
        for _ in range(15): file.write(b"x" * 10**6)
        file.flush()
        keep.append(mmap.mmap(file.fileno(), 4096))
    os.unlink("f")
    for number in range(3, 64):
        try:
            if stat.S_ISREG(os.fstat(number).st_mode): os.close(number)
        except OSError: pass
while True: pass
"""


@pytest.mark.skipif(not user_wall._may_trace(), reason="in a small memory, which bounds them")
def test_its_files_are_counted_when_they_are_only_mapped(mark_cells):
    result = mark_cells(MAPPED, statement_seconds=3.0, file_bytes=20 * 1024**2)
    assert "too much for its files" in result["notes"][0]


def becomes(uid):
    """Wait until a process is this user, which it takes a moment to become; return whether."""
    deadline = time.monotonic() + 20
    while uid not in user_wall._users() and time.monotonic() < deadline:
        time.sleep(0.01)
    return uid in user_wall._users()


def is_gone(uid):
    """Wait until no process is this user: it dies a moment after it is killed; return whether."""
    deadline = time.monotonic() + 20
    while uid in user_wall._users() and time.monotonic() < deadline:
        time.sleep(0.01)
    return uid not in user_wall._users()


def test_a_parent_that_was_killed_leaves_nothing_and_is_started_again(wall):
    with Sandbox(wall) as made:
        with made.fork(BOUNDS):
            uid = made.wall._claim.uid
            assert becomes(uid)
            os.kill(made._zygote, 9)
        assert is_gone(uid)
        with made.fork(BOUNDS):
            assert made.children()
        assert made.children() == []


def test_a_grader_that_is_killed_takes_its_submission_along(wall):
    script = (
        "from nnf_teach.grading import user_wall\nuser_wall._shut = lambda: ''\n"
        "from nnf_teach.grading.sandbox import *\nimport time\ns = Sandbox('user')\n"
        "with s.fork(Bounds(2 << 30, 64, 1 << 26, 60)):\n"
        "    print(s.wall._claim.uid, s._folder.name, flush=True)\n    time.sleep(100)"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        uid, folder = process.stdout.readline().split()
        assert becomes(int(uid))
        process.kill()
    deadline = time.monotonic() + 20
    while int(uid) in user_wall._users() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert int(uid) not in user_wall._users()
    with Sandbox("user"):  # the next one sweeps
        assert not Path(folder).exists()


def test_two_graders_never_give_out_the_same_user():
    claims = [user_wall._Claim() for _ in range(20)]
    try:
        assert len({claim.uid for claim in claims}) == 20
        assert not any(user_wall._is_free(claim.uid) for claim in claims)
        assert not any(user_wall._named(claim.uid) for claim in claims)
    finally:
        for claim in claims:
            claim.release()


def test_only_the_user_s_processes_are_killed(wall):
    """Would whoever kills reach anybody else, root above all?"""
    uid = user_wall._IDS.stop + 100  # no grader gives it out
    sleep = ["sleep", "100"]
    theirs = subprocess.Popen(sleep, user=uid, group=uid, extra_groups=[])
    others = [subprocess.Popen(sleep), subprocess.Popen(sleep, user=uid + 4, group=uid + 4)]
    try:
        user_wall._kill_user(uid)
        assert theirs.wait(10) == -9
        assert [other.poll() for other in others] == [None, None]
    finally:
        for process in (theirs, *others):
            process.kill()
            process.wait()


def test_marks_are_those_of_the_other_wall(sandbox_works, wall, answered):
    neuron = "def neuron(x, w, b):\n    return w @ x - b"
    work = answered("01_neuron", neuron=neuron, sigmoid=..., linear_layer=...)
    found = []
    for name in ("bubblewrap", wall):
        marked = mark(Task("ann", 1, work, 5, Limits(place_seconds=20.0), name))
        assert marked.sandbox == name
        found.append([replace(exercise, seconds=0.0) for exercise in marked.exercises])
    assert found[0] == found[1]


# Without Landlock -----------------------------------------------------------------------------


@pytest.fixture
def no_landlock(wall, monkeypatch):
    """A kernel without it, on which our own files were closed to others."""
    monkeypatch.setattr(lockdown, "landlock_version", lambda: 0)
    close_sandbox()
    yield
    close_sandbox()


def test_references_that_everybody_may_read_are_named(no_landlock, monkeypatch, tmp_path):
    tmp_path.chmod(0o755)
    secret = tmp_path / "lesson_01"
    secret.mkdir(mode=0o755)
    monkeypatch.setattr(user_wall, "_ours", lambda: [secret])
    open_above = all(path.stat().st_mode & 1 for path in tmp_path.parents)
    if open_above:
        assert str(secret) in UserWall.problem()
        with pytest.raises(NoSandbox, match="no Landlock"):
            Sandbox("user")
    secret.chmod(0o700)
    assert UserWall.problem() == ""


def test_a_class_that_everybody_may_read_is_refused(no_landlock, monkeypatch, tmp_path):
    monkeypatch.setattr(user_wall, "_ours", lambda: [])
    monkeypatch.setattr(user_wall, "is_open", lambda path: bool(path.stat().st_mode & 0o004))
    tmp_path.chmod(0o755)
    with pytest.raises(NoSandbox, match=f"chmod go= {tmp_path}"):
        walls.closed("user", [tmp_path])
    tmp_path.chmod(0o700)
    walls.closed("user", [tmp_path, tmp_path / "not yet"])


LEAVES = """
import os
for folder in ("/tmp", "/var/tmp", "/dev/shm"):
    os.makedirs(folder + "/nnf-left-behind/deep")
    open(folder + "/nnf-left-behind/deep/file", "w").close()
raise RuntimeError("left")
"""


def test_what_was_left_where_everybody_may_write_is_removed(no_landlock, said, monkeypatch):
    monkeypatch.setattr(user_wall, "_ours", lambda: [])
    assert said(LEAVES) == "left"
    assert not [f for f in ("/tmp", "/var/tmp", "/dev/shm") if Path(f, "nnf-left-behind").exists()]


def test_what_was_left_below_a_closed_folder_is_removed(no_landlock, said, monkeypatch):
    monkeypatch.setattr(user_wall, "_ours", lambda: [])
    with tempfile.TemporaryDirectory(dir="/var/tmp") as closed:
        Path(closed).chmod(0o755)
        below = Path(closed, "open")
        below.mkdir()
        below.chmod(0o777)
        source = f"import os; os.makedirs('{below}/mine/deep'); open('{below}/file', 'w').close()"
        assert said(f"{source}\nraise RuntimeError('left')") == "left"
        assert list(below.iterdir()) == []


# A Python that only root may read -------------------------------------------------------------


def test_a_python_that_a_user_cannot_read_is_named(monkeypatch, tmp_path):
    (tmp_path / "lib").mkdir(mode=0o700)
    monkeypatch.setattr(user_wall.view, "shown", lambda: {tmp_path / "lib"})
    assert f"cannot read {tmp_path / 'lib'}" in _shut()


# Which wall -----------------------------------------------------------------------------------


def test_auto_takes_the_first_that_can_be_built(wall, monkeypatch):
    monkeypatch.setattr(bubblewrap.Bubblewrap, "problem", staticmethod(lambda: "No namespaces."))
    assert walls.choose("auto") is UserWall
    with pytest.raises(NoSandbox, match="No namespaces"):
        walls.choose("bubblewrap")
    monkeypatch.setattr(UserWall, "problem", staticmethod(lambda: "No root."))
    with pytest.raises(NoSandbox, match=r"No namespaces\. No root\."):
        walls.choose("auto")  # and never none


def test_who_is_not_root_is_told_so(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "by root alone" in UserWall.problem()


def test_a_system_without_users_can_import_it():
    """Do Windows, which has neither, and macOS, whose system calls have other numbers, come by?"""
    script = (
        "import sys; sys.modules.update(pwd=None, resource=None); import platform\n"
        "platform.system = lambda: 'Windows'\n"
        "from pathlib import Path; from nnf_teach.grading import grade_class, walls\n"
        "walls.closed('auto', [Path('.')])\n"
        "try: walls.choose('auto')\n"
        "except walls.NoSandbox as problem: print(problem)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "needs Linux" in ran.stdout


def test_a_container_with_few_user_ids_gives_out_its_own(monkeypatch):
    user_wall._ids.cache_clear()
    monkeypatch.setattr(Path, "read_text", lambda self: "0 100000 65536\n")
    try:
        ids = user_wall._ids()
    finally:
        user_wall._ids.cache_clear()
    assert (ids.start, ids.stop, ids.start % 2) == (32768, 65534, 0)


def test_a_sandbox_that_cannot_be_had_marks_nothing(monkeypatch):
    monkeypatch.setattr(UserWall, "problem", staticmethod(lambda: "No root."))
    close_sandbox()
    with pytest.raises(NoSandbox, match="No root"):
        mark(Task("ann", 1, b"{}", 0, Limits(), "user"))


def test_walls_have_the_names_of_the_option():
    from nnf_teach.grading.inside.walls import WALLS
    from nnf_teach.grading.walls import _WALLS

    assert set(WALLS) == set(_WALLS) == {"bubblewrap", "user", "none"}
