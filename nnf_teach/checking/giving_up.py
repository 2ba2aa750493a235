"""Give up work that does not end in time.

`in_a_thread` works on every system and in any thread of a kernel (there are no signals in it): the
work has a thread of its own, so that the caller gets its turn back, and Python raises `Stop` inside
that thread until it ends. Only a single call into compiled code that never returns cannot be ended
that way; it is left behind in its daemon thread. If such a call also holds the interpreter's lock
(`10**10**9`), nothing else in the kernel runs until it is over, and only a restart helps.

`watched` needs no thread, which a browser has not: Python looks at the clock whenever the work
jumps back or begins a function, and raises `Stop` there once the time is over. In a browser jumps
that follow each other quickly are no longer told: the page's clock interrupts them. A single call
into compiled code that never returns is not seen, and only a restart helps.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any, Protocol

import numpy as np

from nnf_teach import session
from nnf_teach.checking import silenced

Waiting = Callable[[float], None]

_WAITING_STEP = 0.5  # seconds
_PATIENCE = 3.0  # times as long at most, where others take the processor
_NAME = "learner's function"


class Stop(SystemExit):
    """Raised inside the work when the time is over.

    A SystemExit, because a thread ends silently on it, wherever it strikes.
    """


@dataclass
class Ending:
    """How work has ended: by itself, or because its time was over."""

    timed_out: bool = False
    interrupted: bool = False
    still_running: bool = False


class GiveUp(Protocol):
    """A way to do work for so many seconds at most."""

    def __call__(
        self, work: Callable[[], None], seconds: float, waiting: Waiting | None = None
    ) -> Ending:
        """Do the work, and call `waiting` now and then with the seconds that have gone."""
        ...


def usual() -> GiveUp:
    """Return the way that works here."""
    return watched if session.in_browser() else in_a_thread


# With a thread ---------------------------------------------------------------------------------


def in_a_thread(work: Callable[[], None], seconds: float, waiting: Waiting | None = None) -> Ending:
    """Do the work in a thread of its own, and raise `Stop` there when the time is over.

    >>> in_a_thread(lambda: None, 1.0)
    Ending(timed_out=False, interrupted=False, still_running=False)
    """
    done = threading.Event()

    def run() -> None:
        with contextlib.suppress(Stop):  # it strikes anywhere, also while the work comes to its end
            try:
                work()
            finally:
                done.set()

    thread = threading.Thread(target=run, name=_NAME, daemon=True)
    thread.start()
    ending = Ending()
    try:
        ending.timed_out = not _wait(done, thread, seconds, waiting)
    except KeyboardInterrupt:
        ending.timed_out = ending.interrupted = True
    except Stop:  # the time of what this work is a part of is over
        _raise_in(thread)
        raise
    if ending.timed_out:
        ending.still_running = not _stop(thread, done)
    return ending


def _wait(
    done: threading.Event, thread: threading.Thread, seconds: float, waiting: Waiting | None
) -> bool:
    begin = time.monotonic()
    end = begin + seconds
    while (left := end - time.monotonic()) > 0:
        if done.wait(min(left, _WAITING_STEP)):
            return True
        if waiting is not None:
            waiting(time.monotonic() - begin)
        end = begin + min(seconds + _kept_waiting(thread), _PATIENCE * seconds)
    return done.is_set()


def _kept_waiting(thread: threading.Thread) -> float:
    """Return for how many seconds a thread could not run because others did; 0 if nobody knows."""
    try:
        _, waited, _ = Path(f"/proc/self/task/{thread.native_id}/schedstat").read_text().split()
    except (OSError, ValueError):
        return 0.0
    return int(waited) / 1e9


def _stop(thread: threading.Thread, done: threading.Event, patience: float = 2.0) -> bool:
    """Raise `Stop` inside a thread until it ends; return whether it did."""
    for _ in range(int(patience / 0.05)):
        _raise_in(thread)
        if done.wait(0.05) or not thread.is_alive():
            return True
    return False


def _raise_in(thread: threading.Thread) -> None:
    if thread.ident is not None:
        ident, stop = ctypes.c_ulong(thread.ident), ctypes.py_object(Stop)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, stop)


_lock = threading.RLock()


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one piece of work at a time put sys.stdout aside; one inside another goes on."""
    if threading.current_thread().name == _NAME:
        yield
        return
    with _lock:
        yield


# Without a thread ------------------------------------------------------------------------------

_QUICK, _MOST = 0.001, 250  # seconds; events that pass at most before the next look at the clock
_monitoring: Any = getattr(sys, "monitoring", None)  # from Python 3.12 on


class _Watch:
    """Looks at the clock, more rarely where events follow each other quickly."""

    def __init__(self, begin: float, end: float, waiting: Waiting | None, tool: int) -> None:
        self.begin, self.end, self.waiting, self.tool = begin, end, waiting, tool
        self.thread = threading.get_ident()
        self.looked, self.passing, self.said = begin, 0, begin

    def look(self, code: CodeType) -> int:
        """Raise `Stop` in the code that runs if the time is over; else say how many events pass."""
        if threading.get_ident() != self.thread or code.co_filename in _TIDIES:
            return 0
        now = time.monotonic()
        if now > self.end:
            raise Stop
        quick, self.looked = now - self.looked < _QUICK, now
        self.passing = min(2 * self.passing + 1, _MOST) if quick else 0
        if self.waiting is not None and now - self.said > _WAITING_STEP:
            self.said = now
            self.waiting(now - self.begin)
        if self.passing == _MOST and session.in_browser():
            _set_the_clock(min(_WAITING_STEP, self.end - now))
            _monitoring.set_events(self.tool, _monitoring.events.PY_START)
        return self.passing

    def listen(self) -> None:
        """Let Python tell of jumps and of the starts of functions."""
        _monitoring.set_events(self.tool, _monitoring.events.JUMP | _monitoring.events.PY_START)


# What puts back what the work has changed for a while is never stopped, nor is this file.
_TIDIES = {
    function.__code__.co_filename
    for function in (
        _Watch.look,
        silenced.undecorated,
        contextlib.contextmanager,
        warnings.catch_warnings.__enter__,
        np.errstate.__enter__,
    )
}
_watches: list[_Watch] = []  # of the work that is done now, one inside another


def _look(code: CodeType) -> int:
    """Look at the clock for the innermost work; another thread may look when it is over."""
    return next((watch.look(code) for watch in _watches[-1:]), 0)


def watched(work: Callable[[], None], seconds: float, waiting: Waiting | None = None) -> Ending:
    """Do the work here, and raise `Stop` in it when the time is over. From Python 3.12 on.

    watched(lambda: None, 1.0)      # Ending(timed_out=False, ...)
    """
    begin = time.monotonic()
    ends = [begin + seconds, *(watch.end for watch in _watches[-1:])]
    tool, late = _tool(), False
    watch = _Watch(begin, min(ends), waiting, tool)
    try:
        _watches.append(watch)
        watch.listen()
        work()
    except Stop:
        late = True
    finally:
        _watches.pop()
        if not _watches:
            _monitoring.set_events(tool, 0)
            _monitoring.free_tool_id(tool)
    return Ending(timed_out=late)


def _tool() -> int:
    """Return the number under which Python tells us of its events."""
    numbers = (4, 3, 2, 1, 5, 0)  # first those that no debugger and no profiler has by custom
    names = [_monitoring.get_tool(number) for number in numbers]
    if _NAME in names:
        return numbers[names.index(_NAME)]
    tool = numbers[names.index(None)]
    _monitoring.use_tool_id(tool, _NAME)
    jumps, starts = _callbacks()
    _monitoring.register_callback(tool, _monitoring.events.JUMP, jumps)
    _monitoring.register_callback(tool, _monitoring.events.PY_START, starts)
    return tool


def _callbacks() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return what Python calls at a jump and at a function's start."""
    passing = 0  # how many more events pass before the next look

    def jumps(code: CodeType, here: int, there: int) -> Any:
        nonlocal passing
        passing -= 1
        if passing < 0:
            passing = 0  # so that the next event is looked at, too, where this one raises
            passing = _look(code)
            if there > here:
                return _monitoring.DISABLE  # no loop goes forward
        return None

    def starts(code: CodeType, here: int) -> None:
        nonlocal passing
        passing -= 1
        if passing < 0:
            passing = 0
            passing = _look(code)

    return jumps, starts


# Python in a browser asks a buffer for signals, once in 50 jumps.
_CLOCK = """({
  rings: Infinity,
  get 0() {
    if (performance.now() < this.rings) return 0;
    this.rings = Infinity;
    return 2;
  },
  set 0(_) {},
})"""


def _set_the_clock(seconds: float) -> None:
    """Let Python tell of jumps again in so many seconds; for a browser."""
    import js  # type: ignore[import-not-found]

    _clock().rings = js.performance.now() + 1000 * seconds


@functools.cache
def _clock() -> Any:
    import pyodide_js  # type: ignore[import-not-found]
    from pyodide.code import run_js  # type: ignore[import-not-found]

    def ring(*_: object) -> None:
        for watch in _watches[-1:]:
            watch.listen()

    clock = run_js(_CLOCK)
    signal.signal(signal.SIGINT, ring)
    pyodide_js.setInterruptBuffer(clock)
    return clock
