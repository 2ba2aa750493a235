"""Have submissions marked: by processes of this machine, or by the workers of a Dask cluster.

A worker that dies takes nobody's marks with it but those of the submission it was at. Whatever
is finished is handed over at once, so that a run may be interrupted at any time.
"""

from __future__ import annotations

import importlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

from nnf_teach.exercises import all_exercises
from nnf_teach.grading.mark import Mark, Result
from nnf_teach.grading.marking import Task, close_sandbox, exercise_version, mark
from nnf_teach.grading.sandbox import NoSandbox
from nnf_teach.grading.similar import features
from nnf_teach.grading.view import THREADS

Done = Callable[[Task, Result], None]
Tick = Callable[[list[Task]], None]
Work = Callable[[Task], Result]

DIED = "died"
FAILED = "grader failed"
_TICK = 0.5  # seconds between two looks at the clock
_CONNECT = 15.0  # seconds that a scheduler may take to answer
_FAREWELL = 5.0  # seconds that a worker may take to tidy up
_PATIENCE = 120.0  # seconds beyond all limits after which a worker is taken for stuck


# A process has one sandbox, and a Dask worker may have several threads.
_one_at_a_time = threading.Lock()


class RunError(Exception):
    """The run cannot go on; the message says why."""


def grade_one(task: Task) -> Result:
    """Mark one submission, and note what tells it from others. Runs in a worker."""
    with _one_at_a_time:
        return Result(mark(task), features(task.notebook))


def longest(task: Task) -> float:
    """Return the seconds after which a worker that is still at this task must be stuck."""
    exercises = [e for e in all_exercises().values() if e.lesson == task.lesson]
    questions = sum(e.time_limit * e.rounds for e in exercises)
    limits = task.limits
    # a notebook may be run again; an exercise is looked for, asked on its cases, and for its
    # steps, and may take twice its time on one core
    return 2 * limits.notebook_seconds + 6 * questions * limits.question_factor + _PATIENCE


def without_marks(task: Task, status: str, sentence: str) -> Result:
    """Return the result of a task that no worker finished."""
    sandbox = "" if task.sandbox == "auto" else task.sandbox
    return Result(Mark(task.student, task.lesson, task.seed, status, sentence, sandbox))


def _failed(task: Task, error: str) -> Result:
    """Return the result where the grader itself went wrong."""
    what = f"The grader itself failed ({error[:400]}). Please tell the authors, and run it again."
    return without_marks(task, FAILED, what)


# Processes of this machine -------------------------------------------------------------------


class _Worker:
    """One process, which is given one task at a time: it is known whose task killed it.

    There is a pipe to each and no thread: Ctrl-C may strike anywhere and leaves nothing locked, as
    it would with the standard library's pools.
    """

    def __init__(self, work: Work) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, work), daemon=True)
        with _workers_environment():
            self.process.start()
        theirs.close()
        self.task: Task | None = None
        self.since = 0.0

    def begin(self, task: Task) -> None:
        self.task, self.since = task, time.monotonic()
        self.pipe.send(task)

    def finish(self) -> tuple[Task, Result]:
        """Return what became of the task. A process that has died raises EOFError."""
        assert self.task is not None
        kind, found = self.pipe.recv()
        task, self.task = self.task, None
        if kind == "no sandbox":
            raise NoSandbox(found)
        return task, found if kind == "done" else _failed(task, found)

    def kill(self) -> None:
        """End the process, whatever it does; it may tidy up first."""
        self.pipe.close()
        self.process.terminate()
        self.process.join(_FAREWELL)
        self.process.kill()
        self.process.join()

    def close(self) -> None:
        """Let the process end, which has nothing to do."""
        self.pipe.close()
        self.process.join(_FAREWELL)
        if self.process.is_alive():
            self.kill()


@contextmanager
def _workers_environment() -> Iterator[None]:
    """Keep what is started from importing files of this folder, which may be a student's.

    It multiplies matrices in one thread: there is a worker for each core.
    """
    wanted = {"PYTHONSAFEPATH": "1", **dict.fromkeys(THREADS, "1")}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _serve(pipe: Any, work: Work) -> None:
    """Work at tasks until there are no more. Runs in a process of its own."""
    _follow_main_process()
    try:
        while True:
            try:
                task = pipe.recv()
            except EOFError:
                return
            answer: tuple[str, Any]
            try:
                answer = "done", work(task)
            except NoSandbox as error:
                answer = "no sandbox", str(error)
            except Exception as error:
                answer = "failed", f"{type(error).__name__}: {error}"
            pipe.send(answer)
    finally:
        close_sandbox()


def _follow_main_process() -> None:
    """Leave Ctrl-C to the main process, and end when it does, however that happens."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: _leave())
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow() -> None:
        multiprocessing.connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)  # so that the main thread leaves
        time.sleep(_FAREWELL)
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _leave() -> NoReturn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough
    try:
        close_sandbox()
    finally:
        os._exit(1)


def run_processes(
    tasks: Iterable[Task], jobs: int, done: Done, tick: Tick, work: Work = grade_one
) -> None:
    """Mark tasks by `jobs` processes.

    Parameters
    ----------
    tasks
        Taken one by one, so that not all notebooks need be in memory.
    done
        Called here with each task and its result, as soon as there is one.
    tick
        Called every now and then with the tasks that are being worked at.
    work
        What a worker does with a task.

    Raises
    ------
    NoSandbox
        If this machine has no sandbox.
    """
    waiting = iter(tasks)
    idle: list[_Worker] = []
    busy: list[_Worker] = []
    try:
        while True:
            for task in _take(waiting, jobs - len(busy)):
                worker = idle.pop() if idle else _Worker(work)
                busy.append(worker)
                with suppress(OSError):  # it has died already: the end of its pipe says so
                    worker.begin(task)
            if not busy:
                return
            tick([worker.task for worker in busy if worker.task])
            ready = multiprocessing.connection.wait([w.pipe for w in busy], timeout=_TICK)
            for worker in [w for w in busy if w.pipe in ready or _is_stuck(w)]:
                busy.remove(worker)
                try:
                    if worker.pipe not in ready:
                        raise EOFError
                    task, result = worker.finish()
                    idle.append(worker)
                except (EOFError, OSError):
                    assert worker.task is not None
                    task, result = worker.task, _died(worker.task, stuck=_is_stuck(worker))
                    worker.kill()
                done(task, result)
    finally:
        for worker in busy:
            worker.kill()
        for worker in idle:
            worker.close()


def _is_stuck(worker: _Worker) -> bool:
    return worker.task is not None and time.monotonic() - worker.since > longest(worker.task)


def _died(task: Task, stuck: bool = False) -> Result:
    how = "did not come to an end" if stuck else "brought down the process that graded it"
    return without_marks(task, DIED, f"The notebook {how}. A person should look at it.")


def _take(tasks: Iterator[Task], count: int) -> Iterator[Task]:
    for _ in range(count):
        try:
            yield next(tasks)
        except StopIteration:
            return


# A Dask cluster -----------------------------------------------------------------------------


def run_dask(
    tasks: Iterable[Task],
    scheduler: str,
    lessons: Iterable[int],
    done: Done,
    tick: Tick,
    work: Work = grade_one,
) -> None:
    """Mark tasks by the workers of an existing Dask cluster.

    Parameters
    ----------
    scheduler
        The address of the scheduler, such as `tcp://10.0.0.1:8786`.
    lessons
        Those of the tasks.
    tasks, done, tick, work
        As for `run_processes`.

    Raises
    ------
    RunError
        If `distributed` is not installed, the scheduler does not answer or goes away, it has no
        workers, or a worker has another version of the exercises.
    NoSandbox
        If a worker has no sandbox.
    """
    try:
        distributed: Any = importlib.import_module("distributed")
    except ModuleNotFoundError:
        raise RunError(
            "A cluster needs distributed, which is not installed. In the course's folder: "
            "pip install -c constraints.txt '.[cluster]'"
        ) from None
    try:
        client = distributed.Client(scheduler, timeout=_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise RunError(f"There is no scheduler at {scheduler} ({error}).") from None
    try:
        with suppress(TimeoutError):  # it may just be starting
            client.wait_for_workers(1, timeout=_CONNECT)
        _same_version(client, tuple(lessons))
        _run_on(client, iter(tasks), done, tick, work, distributed.KilledWorker)
    finally:
        client.close(timeout=5)


def _same_version(client: Any, lessons: tuple[int, ...]) -> None:
    """Refuse workers whose marks would rest on other exercises than ours."""
    theirs = client.run(versions, lessons, on_error="return")
    ours = versions(lessons)
    if not theirs:
        raise RunError("The cluster has no workers.")
    for address, version in theirs.items():
        if version != ours:
            why = (
                f" ({type(version).__name__}: {version})" if isinstance(version, Exception) else ""
            )
            raise RunError(
                f"The worker {address} has another version of nnf_teach than this machine{why}."
            )


def versions(lessons: tuple[int, ...]) -> dict[int, str]:
    """Return the versions of lessons where this is called."""
    return {lesson: exercise_version(lesson) for lesson in lessons}


def _run_on(
    client: Any,
    tasks: Iterator[Task],
    done: Done,
    tick: Tick,
    work: Work,
    killed: type[BaseException],
) -> None:
    executor = client.get_executor(pure=False)
    suspects: list[Task] = []

    def round_of(waiting: Iterator[Task], most: Callable[[], int], last: bool) -> None:
        busy: dict[Future[Result], Task] = {}
        try:
            while True:
                for task in _take(waiting, most() - len(busy)):
                    busy[executor.submit(work, task)] = task
                if not busy:
                    return
                tick(list(busy.values()))
                finished, _ = wait(busy, timeout=_TICK, return_when=FIRST_COMPLETED)
                for future in finished:
                    task = busy.pop(future)
                    if future.cancelled():
                        raise RunError("The scheduler has gone. The same command goes on.")
                    error = future.exception()
                    if isinstance(error, killed) and not last:
                        suspects.append(task)
                    else:
                        done(task, _result(task, future, error, killed))
                if client.status not in ("running", "connecting"):
                    raise RunError("The scheduler has gone. The same command goes on.")
        finally:
            for future in busy:
                future.cancel()

    # One more than there are threads, so that no worker waits for this machine.
    round_of(tasks, lambda: sum(client.nthreads().values()) + 1, last=False)
    # Dask suspects all that a dead worker had before it; who is alone cannot be confused.
    round_of(iter(suspects), lambda: 1, last=True)


def _result(
    task: Task,
    future: Future[Result],
    error: BaseException | None,
    killed: type[BaseException],
) -> Result:
    if error is None:
        return future.result()
    if isinstance(error, NoSandbox):
        raise error
    if isinstance(error, killed):
        return _died(task)
    return _failed(task, f"{type(error).__name__}: {error}")
