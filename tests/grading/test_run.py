"""Does a run reach its end whatever a worker does, and lose no student but the one at fault?"""

import importlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from nnf_teach.grading import run
from nnf_teach.grading.mark import Mark, Result
from nnf_teach.grading.marking import Task
from nnf_teach.grading.run import DIED, FAILED, NoSandbox, RunError, run_dask, run_processes

WORK = '''
import os
import time

from nnf_teach.grading.mark import Mark, Result
from nnf_teach.grading.sandbox import NoSandbox


def work(task):
    """Do what the notebook says."""
    words = task.notebook.decode().split()
    if words[0] == "die":
        os._exit(3)
    if words[0] == "linger":
        time.sleep(0.5)
        os._exit(3)
    if words[0] == "raise":
        raise ValueError("<b>")
    if words[0] == "no-sandbox":
        raise NoSandbox("There is none.")
    if words[0] == "sleep":
        time.sleep(float(words[1]))
    if words[0] == "number":
        return Result(Mark(task.student, task.lesson, int(os.environ.get(words[1], 0)), "graded"))
    return Result(Mark(task.student, task.lesson, os.getpid(), "graded"))  # the seed says who
'''


@pytest.fixture(scope="module")
def helper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """A module that other processes can import."""
    folder = tmp_path_factory.mktemp("modules")
    (folder / "work_of_a_test.py").write_text(WORK)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.syspath_prepend(str(folder))
        monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
        yield importlib.import_module("work_of_a_test")
    sys.modules.pop("work_of_a_test")


def tasks(*notebooks: str) -> list[Task]:
    return [Task(f"s{k}", 1, text.encode()) for k, text in enumerate(notebooks)]


class Watch:
    """Keeps what a run says."""

    def __init__(self) -> None:
        self.marks: dict[str, Mark] = {}
        self.seen: set[str] = set()

    def done(self, task: Task, result: Result) -> None:
        assert task.student not in self.marks
        self.marks[task.student] = result.mark

    def tick(self, busy: list[Task]) -> None:
        self.seen |= {task.student for task in busy}

    @property
    def statuses(self) -> list[str]:
        return [self.marks[name].status for name in sorted(self.marks)]


def test_all_are_marked(helper: ModuleType) -> None:
    watch = Watch()
    run_processes(iter(tasks(*["work"] * 7)), 2, watch.done, watch.tick, helper.work)
    assert watch.statuses == ["graded"] * 7
    assert watch.seen == set(watch.marks)
    pids = {mark.seed for mark in watch.marks.values()}
    assert len(pids) == 2
    assert os.getpid() not in pids
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


@pytest.mark.slow
def test_a_worker_that_dies_costs_one_student(helper: ModuleType) -> None:
    watch = Watch()
    notebooks = tasks("work", "die", "work", "raise", "work", "die", "work")
    run_processes(iter(notebooks), 2, watch.done, watch.tick, helper.work)
    assert watch.statuses == ["graded", DIED, "graded", FAILED, "graded", DIED, "graded"]
    assert "ValueError: <b>" in watch.marks["s3"].sentence
    assert watch.marks["s1"].sentence


@pytest.mark.slow
def test_a_worker_that_is_stuck_is_ended(
    helper: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "longest", lambda task: 1.0 if task.student == "s0" else 60.0)
    monkeypatch.setattr(run, "_FAREWELL", 0.5)
    watch = Watch()
    begin = time.monotonic()
    run_processes(iter(tasks("sleep 60", "work")), 1, watch.done, watch.tick, helper.work)
    assert watch.statuses == [DIED, "graded"]
    assert "did not come to an end" in watch.marks["s0"].sentence
    assert time.monotonic() - begin < 20


def test_a_worker_multiplies_in_one_thread(
    helper: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "7")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    watch, names = Watch(), ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
    notebooks = tasks(*(f"number {name}" for name in names))
    run_processes(iter(notebooks), 1, watch.done, watch.tick, helper.work)
    assert [mark.seed for mark in watch.marks.values()] == [1, 1]
    assert list(map(os.environ.get, names)) == ["7", None]


def test_no_sandbox_ends_the_run(helper: ModuleType) -> None:
    watch = Watch()
    with pytest.raises(NoSandbox, match="There is none"):
        run_processes(iter(tasks("no-sandbox", "work")), 1, watch.done, watch.tick, helper.work)
    assert watch.marks == {}


@pytest.mark.slow
def test_notebooks_are_taken_one_by_one(helper: ModuleType) -> None:
    """Are there never more notebooks in memory than workers?"""
    taken = 0
    watch = Watch()

    def slowly():
        nonlocal taken
        for task in tasks(*["work"] * 9):
            taken += 1
            assert taken - len(watch.marks) <= 2
            yield task

    run_processes(slowly(), 2, watch.done, watch.tick, helper.work)
    assert taken == 9


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_survives_its_run(
    helper: ModuleType, tmp_path: Path, how: signal.Signals
) -> None:
    """Do the workers go when the run is interrupted, and when it is killed?"""
    program = tmp_path / "program.py"
    program.write_text(
        textwrap.dedent("""
        import signal
        from nnf_teach.grading.marking import Task
        from nnf_teach.grading.run import run_processes
        from work_of_a_test import work

        def done(task, result):
            print(result.mark.seed, flush=True)

        if __name__ == "__main__":
            # what a shell starts in the background ignores it
            signal.signal(signal.SIGINT, signal.default_int_handler)
            todo = [Task("a", 1, b"work"), Task("b", 1, b"work")]
            todo += [Task("c", 1, b"sleep 100"), Task("d", 1, b"sleep 100")]
            run_processes(iter(todo), 2, done, lambda busy: None, work)
        """)
    )
    with subprocess.Popen(
        [sys.executable, str(program)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        pids = {int(process.stdout.readline()) for _ in range(2)}
        if how is signal.SIGINT:
            os.killpg(process.pid, how)  # as a terminal does
        else:
            process.send_signal(how)
        process.wait(60)
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < deadline, "a worker is still there"
        time.sleep(0.1)


# Dask ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster(helper: ModuleType) -> Iterator[str]:
    """Two workers on this machine, in processes of their own."""
    distributed = pytest.importorskip("distributed")
    dask = pytest.importorskip("dask")
    settings = {
        "distributed.scheduler.allowed-failures": 0,  # each worker that dies is one to wait for
        "distributed.deploy.lost-worker-timeout": "2 minutes",  # on a busy machine the next is slow
    }
    with (
        dask.config.set(settings),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=2,
            processes=True,
            dashboard_address=":0",
            protocol="tcp://",
            host="127.0.0.1",
        ) as there,
    ):
        yield there.scheduler_address


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_two_dask_workers(cluster: str, helper: ModuleType) -> None:
    """Do both take part, with the same results, and does one that dies cost one student?"""
    watch = Watch()
    notebooks = tasks("sleep 0.2", "work", "sleep 0.2", "die", "raise", "sleep 0.2", "work")
    # what runs beside one that dies is suspected with it, and must not be lost
    notebooks += tasks(*[""] * 7, "linger", "linger", "sleep 1", "sleep 1")[7:]
    run_dask(iter(notebooks), cluster, [1], watch.done, watch.tick, helper.work)
    found = {name: mark.status for name, mark in watch.marks.items()}
    assert {name for name, status in found.items() if status == DIED} == {"s3", "s7", "s8"}
    assert {name for name, status in found.items() if status == FAILED} == {"s4"}
    assert len(found) == 11
    pids = {mark.seed for mark in watch.marks.values() if mark.status == "graded"}
    assert len(pids) >= 2
    assert os.getpid() not in pids


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_dask_workers_of_another_version(
    cluster: str, helper: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "exercise_version", lambda lesson: "ours alone")
    watch = Watch()
    with pytest.raises(RunError, match="another version"):
        run_dask(iter(tasks("work")), cluster, [1], watch.done, watch.tick, helper.work)


@pytest.mark.filterwarnings("default")
def test_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(run, "_CONNECT", 0.5)
    watch = Watch()
    with pytest.raises(RunError, match="no scheduler"):
        run_dask(iter(tasks("work")), "tcp://127.0.0.1:1", [1], watch.done, watch.tick)
