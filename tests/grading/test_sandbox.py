"""What a submission's processes can see and use, and that nothing of them stays."""

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nnf_teach.grading import bubblewrap, processes, view
from nnf_teach.grading.remote import Remote
from nnf_teach.grading.sandbox import Bounds, NoSandbox, Sandbox
from nnf_teach.grading.wire import Channel, Closed

BOUNDS = Bounds(memory_bytes=2 * 1024**3, processes=64, file_bytes=64 * 1024**2, cpu_seconds=60)


@pytest.fixture(scope="module")
def box(sandbox_works):
    with Sandbox() as made:
        yield made


@pytest.fixture
def run(box, make_notebook):
    """Return a function that runs source in a new submission and returns what it printed."""

    def runs(source, bounds=BOUNDS, inside=box):
        with inside.fork(bounds) as tree:
            return printed_by(tree, make_notebook(source))

    return runs


def node_of(tree):
    root = Remote(Channel(tree.root, watch=tree.watch))
    root.deadline = time.monotonic() + 10
    mine, theirs = tree.pipe()
    with theirs:
        root.request({"do": "fork"}, hand_over=theirs)
    node = Remote(Channel(mine, watch=tree.watch))
    node.deadline = time.monotonic() + 20
    return node


def printed_by(tree, notebook):
    """Run a notebook of one cell; it says something by failing."""
    import numpy as np

    node = node_of(tree)
    head = {"do": "read", "handed_out": [], "wanted": [], "all": True}
    node.request(head, [np.frombuffer(notebook, np.uint8)])
    reply, _ = node.request({"do": "run", "cell": 1, "skip": [], "brief": False})
    while "begins" in reply:
        reply = node.hear()
    return reply["notes"][0].split("RuntimeError: ")[1] if reply["notes"] else ""


SAY = "raise RuntimeError(repr({}))"


def test_only_what_python_needs_is_there(run):
    there = set(eval(run(f"import os; {SAY.format('os.listdir(chr(47))')}")))
    parts = {Path(sys.base_prefix).parts[1], *(p.parts[1] for p in view.site_folders())}
    assert there <= {"course", "scratch", "tmp", "dev", "usr", "lib", "lib32", "lib64", "libx32",
                     "etc"} | parts  # fmt: skip


def test_of_the_package_there_are_no_references_and_nothing_that_compares(run):
    there = [
        "checking/answers.py",
        "checking/asking.py",
        "checking/borrow.py",
        "checking/calls.py",
        "checking/counting.py",
        "checking/edits.py",
        "checking/expressions.py",
        "checking/giving_up.py",
        "checking/result.py",
        "checking/shapes.py",
        "checking/silenced.py",
        "checking/slots.py",
        "checking/source.py",
        "checking/statements.py",
        "checking/steps.py",
        "checking/workshop.py",
        "exercises/__init__.py",
        "exercises/candidates.py",
        "exercises/exercise.py",
        "exercises/formula.py",
        "exercises/given.py",
        "exercises/numbers.py",
        "grading/__init__.py",
        "grading/wire.py",
    ]
    source = f"""
import os
names = sorted(os.path.relpath(os.path.join(folder, name), "/course/nnf_teach")
               for folder, _, names in os.walk("/course/nnf_teach") for name in names)
looked_at = [n for n in names if n.startswith(("exercises", "checking", "grading"))]
assert [n for n in looked_at if "inside" not in n] == {there}
{SAY.format("'done'")}
"""
    assert run(source) == "'done'"


def test_a_submission_is_alone_and_starts_afresh(run):
    source = "import os\nopen('/scratch/mine', 'w').write('x')\n" + SAY.format(
        "[os.getpid(), os.getppid(), os.getcwd(), os.listdir('/scratch')]"
    )
    for _ in range(2):
        assert eval(run(source)) == [2, 1, "/scratch", ["mine"]]


def test_it_has_no_user_rights_and_no_capability(run):
    source = f"""
import ctypes, os
libc = ctypes.CDLL(None)
header = (ctypes.c_uint32 * 2)(0x20080522, 0)
data = (ctypes.c_uint32 * 6)()
assert libc.capget(header, data) == 0
{SAY.format("[os.getuid() == 0, list(data), libc.prctl(39, 0, 0, 0, 0), os.getgroups()]")}
"""
    root, capabilities, no_new_privileges, groups = eval(run(source))
    assert not root
    assert capabilities == [0] * 6
    assert no_new_privileges == 1
    assert 0 not in groups


def test_its_limits_are_set(run):
    names = ["AS", "NPROC", "FSIZE", "CPU", "CORE", "NOFILE"]
    source = "import resource\n" + SAY.format(
        f"[resource.getrlimit(getattr(resource, 'RLIMIT_' + n)) for n in {names}]"
    )
    expected = [2 * 1024**3, 64, 64 * 1024**2, 60, 1, 64]
    assert eval(run(source)) == [(bound, bound) for bound in expected]


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


def test_it_gets_as_many_processes_as_it_may_and_no_more(run):
    """Does the limit hold also where the grader is root, whom it does not bind?"""
    count = int(run(FORKS))
    assert 40 < count < 64


def test_two_sandboxes_do_not_count_each_others_processes(run, make_notebook):
    with Sandbox() as other, other.fork(BOUNDS) as tree:
        assert int(printed_by(tree, make_notebook(FORKS))) > 40  # they are still there
        assert int(run(FORKS)) > 40


def test_a_fork_costs_milliseconds(box):
    times = []
    for _ in range(5):
        begin = time.monotonic()
        with box.fork(BOUNDS):
            pass
        times.append(time.monotonic() - begin)
    assert min(times) < 0.1


def test_nothing_of_a_submission_is_left(box, run):
    run("import os, time\nfor k in range(5):\n    if os.fork() == 0:\n        os.setsid()\n"
        "        time.sleep(1000)")  # fmt: skip
    assert box.children() == []


def test_a_sandbox_that_was_killed_is_started_again(sandbox_works):
    with Sandbox() as made:
        made._process.kill()
        os.kill(made._zygote, 9)
        with pytest.raises(Closed), made.fork(BOUNDS):
            pass
        with made.fork(BOUNDS) as tree:
            assert node_of(tree) is not None


def test_nothing_is_left_of_a_sandbox(sandbox_works):
    with Sandbox() as made:
        folder, process = Path(made._folder.name), made._process.pid
        assert folder.is_dir()
        inside = processes.descendants(process)
        assert inside
    assert not folder.exists()
    deadline = time.monotonic() + 5
    while any(map(_lives, inside)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(map(_lives, inside))


def _lives(pid):
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    return False


def test_a_grader_that_is_killed_takes_its_sandbox_along(sandbox_works):
    script = (
        "from nnf_teach.grading.sandbox import *\nimport time\ns = Sandbox()\n"
        "print(s._zygote, s._folder.name, flush=True)\ntime.sleep(100)"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        zygote, folder = process.stdout.readline().split()
        assert _lives(int(zygote))
        process.kill()
    deadline = time.monotonic() + 5
    while _lives(int(zygote)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _lives(int(zygote))
    with Sandbox():  # the next one sweeps
        assert not Path(folder).exists()


def test_sandboxes_take_cores_of_their_own(box):
    with Sandbox() as other:
        cores = [made._core[0] for made in (box, other) if made._core]
    assert len(set(cores)) == len(cores)


def test_all_processes_together_are_held_to_the_memory_of_one(mark_cells):
    source = """
import os, time
for k in range(6):
    if os.fork() == 0:
        keep = bytearray(b"x" * 150_000_000)
        time.sleep(100)
time.sleep(100)
"""
    begin = time.monotonic()
    result = mark_cells(source, memory_bytes=700 * 1024**2, statement_seconds=20.0)
    assert "too much memory" in result["notes"][0]
    assert time.monotonic() - begin < 15


# Where there is none ------------------------------------------------------------------------


def test_without_bwrap_a_sentence_says_what_to_do(monkeypatch):
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: None)
    if sys.platform == "linux":
        assert "Install it (apt install bubblewrap)" in bubblewrap.problem()
    with pytest.raises(NoSandbox, match="--sandbox none"):
        Sandbox()


def test_a_bwrap_that_may_not_make_namespaces_is_quoted(monkeypatch, tmp_path):
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho bwrap: No permissions to create new namespace >&2; exit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert "No permissions to create new namespace" in bubblewrap.problem()
    assert "--sandbox none" in bubblewrap.problem()


def test_other_systems_are_told_so(monkeypatch):
    monkeypatch.setattr(bubblewrap.platform, "system", lambda: "Darwin")
    assert "needs Linux" in bubblewrap.problem()


def test_an_unknown_machine_is_told_so(monkeypatch):
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: "/usr/bin/bwrap")
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    assert "riscv64" in bubblewrap.problem()


# Without a sandbox ----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_unsafe_runs_with_process_limits_alone(make_notebook):
    with Sandbox("none") as made:
        for _ in range(2):
            with made.fork(BOUNDS) as tree:
                source = "import os, resource\nopen('left', 'w').write('x')\n" + SAY.format(
                    "[os.listdir('.'), resource.getrlimit(resource.RLIMIT_AS)[1]]"
                )
                said = eval(printed_by(tree, make_notebook(source)))
                assert said == [["left"], 2 * 1024**3]
        with made.fork(BOUNDS) as tree:
            printed_by(tree, make_notebook(
                "import os, time\nif os.fork() == 0:\n    os.setsid(); time.sleep(100)"
            ))  # fmt: skip
        assert made.children() == []


# As somebody else -----------------------------------------------------------------------------

AS_NOBODY = """
import json, sys
from nnf_teach.grading.marking import Limits, Task, close_sandbox, mark
cells = json.loads(sys.argv[1])
notebook = json.dumps({"cells": [{"cell_type": "code", "source": c} for c in cells]}).encode()
result = mark(Task("a", 1, notebook, 1, Limits(statement_seconds=5)))
close_sandbox()
print(json.dumps([sum(e.points for e in result.exercises), result.notes]))
"""


def test_an_ordinary_user_gets_the_same(sandbox_works, tmp_path, opening):
    """Do namespaces of a user who is not root hold the same: processes, rights, files?"""
    if os.getuid() != 0:
        return  # then the tests above have shown it
    looks = """
import ctypes, os
assert os.getuid() != 0 and os.getpid() == 2
assert ctypes.CDLL(None).unshare(0x10000000) == -1
assert os.listdir("/scratch") == []
assert not os.path.exists("/home") and not os.path.exists("/proc/1")
"""
    cells = [looks, FORKS, "def neuron(x, w, b): return sum(x * w) + b"]
    found = as_nobody(AS_NOBODY, json.dumps(cells), tmp_path, opening(tmp_path))
    points, notes = json.loads(found)
    assert points == 1
    (note,) = notes
    assert 40 < int(note.split("RuntimeError: ")[1]) < 64


def as_nobody(script, argument, folder, view):
    """Run Python as the user nobody; homes on the way to Python are opened in a private view."""
    drop = "exec setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all"
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": "/tmp"}
    ran = subprocess.run(
        ["unshare", "-m", "sh", "-c", f'{view} {drop} "$@"', "sh", sys.executable, "-c", script,
         argument],
        capture_output=True, text=True, env=environment, timeout=60, cwd="/",
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.parametrize("below", ["", "site-packages", "python3.99/dist-packages"])
def test_other_installations_of_the_course_are_hidden(below, tmp_path, monkeypatch):
    """Another Python's packages may show inside; the references among them must not."""
    other = tmp_path / below / "nnf_teach"
    other.mkdir(parents=True)
    monkeypatch.setattr(view, "shown", lambda: {tmp_path})
    command = bubblewrap.command_of(tmp_path / "course", {})
    hidden = [command[k + 1] for k, word in enumerate(command) if word == "--tmpfs"]
    assert str(other) in hidden


def test_what_is_swapped_out_counts_as_memory(tmp_path, monkeypatch):
    """Does a process that has its memory written to the swap still have it?"""
    status = "Name:\tVmRSS: 9 kB\nVmRSS:\t  300 kB\nRssAnon:\t 1 kB\nVmSwap:\t 5000 kB\n"
    for name, text in {"status": status, "smaps_rollup": "Pss: 200 kB\nSwapPss: 4000 kB\n"}.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(
        processes, "Path", lambda path: tmp_path / str(path).removeprefix("/proc/1/")
    )
    assert processes.resident(1) == 5300 * 1024
    assert processes.share(1) == 4200 * 1024
    (tmp_path / "smaps_rollup").unlink()
    assert processes.share(1) == 5300 * 1024
