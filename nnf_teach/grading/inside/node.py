"""A process of a submission: it runs cells, is forked, and answers questions.

All of them are the same: the first one of a submission, which never runs a line of the notebook;
the one that runs the notebook; and its forks, each of which is asked about one exercise.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import socket
import sys
import time
from dataclasses import asdict
from types import ModuleType
from typing import Any, NoReturn

from nnf_teach.checking.steps import Trace
from nnf_teach.checking.workshop import Found, Workshop
from nnf_teach.grading.inside import answering, borrowed, lockdown
from nnf_teach.grading.inside.notebook import (
    Cell,
    Names,
    Runner,
    Unreadable,
    choose,
    in_text,
    needed_for,
    read_cells,
)
from nnf_teach.grading.inside.used import are_fixed, uses
from nnf_teach.grading.wire import CHANGED, Channel, Closed

_LARGEST_REQUEST = (64 * 1024**2, 256 * 1024**2)


_TRIES = 100  # at a fork, 10 ms apart: what was killed takes a moment to die


def _fork() -> int:
    """Fork; where there are too many processes, reap the dead ones first."""
    for _ in range(_TRIES):
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        with contextlib.suppress(BlockingIOError):
            return os.fork()
        time.sleep(0.01)
    return os.fork()


class Node:
    """Does what it is told through its channel, until that is closed."""

    def __init__(self, end: socket.socket) -> None:
        self.channel = self._open(end)
        self.child = 0
        self.cells: list[Cell] = []
        self.data = b""
        self.checks: list[tuple[int, str]] = []  # which cell checks what, from the last one
        self.checked: dict[str, dict[str, Any]] = {}  # what was bound there
        self.found: dict[str, Any] | None = None  # what is bound when the first function is found
        self.wanted = set[str]()  # the names of the lesson's exercises
        self.settled = False
        self.module = ModuleType("__main__")
        self.runner = Runner(self.module)
        self.printed = answering.Printed(0)
        self.shop: Workshop | None = None
        self.changed: Any = None
        self.asked: Any = None  # the number of the request that is being answered

    def _open(self, end: socket.socket) -> Channel:
        build = {**answering.BUILD, "candidate": self._candidate}
        return Channel(end, answering.describe, build, largest=_LARGEST_REQUEST)

    def _candidate(self, content: Any) -> Any:
        """Return what a test is tried on: a function that the other side computes."""
        name, number = content

        def given(*args: Any, **named: Any) -> Any:
            self.channel.send({"id": self.asked, "asks": number}, [list(args), named])
            head, values = self.channel.receive()
            if "error" in head:
                raise answering.error_of(head["error"], head["text"])
            return values[0]

        given.__name__ = given.__qualname__ = name
        return given

    def loop(self) -> None:
        """Answer requests for ever."""
        while True:
            head, values = self.channel.receive(take_over=True)
            do, self.asked = str(head.get("do")), head.get("id")
            try:
                reply, answers = getattr(self, f"do_{do}")(head, *values)
            except (Closed, SystemExit):
                raise
            except BaseException as error:
                reply, answers = {"failed": type(error).__name__}, []
            self.channel.send({**reply, "id": head.get("id")}, answers)

    def do_fork(self, head: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
        """Fork; the child goes on with the end of a pipe that came along."""
        with contextlib.closing(socket.socket(fileno=head["end"])) as end:
            pid = _fork()
            if not pid:
                self._begin(end.detach())
        self.child = pid
        return {}, []

    def _begin(self, end: int) -> NoReturn:
        """Go on as the child, with a pipe of its own."""
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.channel.close()
        self.channel, self.child = self._open(socket.socket(fileno=end)), 0
        try:
            self.loop()
        finally:
            os._exit(0)

    def do_kill(self, head: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
        """End the last child."""
        if self.child:
            # the kernel may have reaped it already
            with contextlib.suppress(ChildProcessError, ProcessLookupError):
                os.kill(self.child, signal.SIGKILL)
                os.waitpid(self.child, 0)
            self.child = 0
        return {}, []

    def do_read(self, head: dict[str, Any], notebook: Any) -> tuple[dict[str, Any], list[Any]]:
        """Read a notebook and choose the cells to run."""
        self.data = notebook.tobytes()
        try:
            cells = read_cells(self.data)
        except Unreadable as error:
            return {"unreadable": str(error)}, []
        ours = {text: Names(*map(set, names)) for text, names in head["handed_out"]}
        self.cells = cells if head["all"] else choose(cells, ours, head["wanted"])
        checks = [(c.number, name) for c in cells for name in c.checks if name in head["wanted"]]
        self.checks, self.wanted = checks[::-1], set(head["wanted"])
        return {"cells": [cell.number for cell in self.cells if cell.needed]}, []

    def do_read_for(self, head: dict[str, Any], notebook: Any) -> tuple[dict[str, Any], list[Any]]:
        """Read a notebook and choose the cells that one function needs; return a hash of them."""
        self.cells = needed_for(read_cells(notebook.tobytes()), head["name"])
        texts = json.dumps([cell.source for cell in self.cells]).encode()
        digest = hashlib.sha256(texts).hexdigest()
        return {"cells": [cell.number for cell in self.cells], "digest": digest}, []

    def do_run(self, head: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
        """Run one cell, and say before each statement that it begins."""
        sys.modules["__main__"] = self.module
        sys.stdout = sys.stderr = self.printed
        cell = next(cell for cell in self.cells if cell.number == head["cell"])
        self._note_checked(cell.number)

        def begins(k: int) -> None:
            self.channel.send({"id": head["id"], "begins": k})

        notes = self.runner.run(cell, begins, head["skip"], head["brief"])
        return {"notes": notes[:20], "printed": self.printed.count}, []

    def do_settle(self, head: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
        """Get ready for questions, after the last cell has been run."""
        self._note_checked(sys.maxsize)
        self.runner.settle()
        borrowed.close_all()
        self.settled = True
        return {}, []

    def _note_checked(self, before: int) -> None:
        """Note what is bound to the names that cells before this one check."""
        while self.checks and self.checks[-1][0] < before:
            _, name = self.checks.pop()
            self.checked[name] = uses(self.runner.namespace, name)

    def do_find(self, head: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
        """Find a function by its name, and say how it is called.

        What is no function in the end, and was one when it was checked, is that one; so is
        everything that it used then, if `checked` is asked for.
        """
        if not self.settled:
            borrowed.close_all()
            self.settled = True
        borrowed.open_again(head["may_call"])
        if head["alone"]:
            lockdown.stay_alone()
        names, name = self.runner.namespace, head["name"]
        if self.found is None:
            self.found = dict(names)
        else:  # what was asked before may have bound others
            names.clear()
            names.update(self.found)
        for other, then in self.checked.items():
            if callable(then.get(other)) and not callable(names.get(other)):
                names[other] = then[other]
        then = self.checked.get(name, {})
        differs = any(names.get(used) is not value for used, value in then.items())
        if head["checked"]:
            names.update(then)
        function: Any = names.get(name)
        if not callable(function):
            return self._not_found(name), []
        used = uses(names, name)
        found = {
            "signature": answering.signature_of(function),
            "stub": answering.is_stub(function),
            "uses": sorted(self.wanted.intersection(used) - {name}),
            "fixed": are_fixed(used.values()),
        }
        return {"found": True, "other": differs, **found}, []

    def _not_found(self, name: str) -> dict[str, Any]:
        value = self.runner.namespace.get(name)
        kind = None if value is None else type(value).__name__[:60]
        return {"found": False, "kind": kind, "in_text": in_text(self.data, name)}

    def do_call(self, head: dict[str, Any], args: Any) -> tuple[dict[str, Any], list[Any]]:
        """Call a function, or one that it has returned."""
        reply, answer = answering.call(self._function(head), args)
        return reply, [answer]

    def do_call_each(self, head: dict[str, Any], *cases: Any) -> tuple[dict[str, Any], list[Any]]:
        """Call a function on one case after another; each has a reply of its own."""
        function = self._function(head)
        for args in cases[:-1]:
            reply, answer = answering.call(function, args)
            self.channel.send({**reply, "id": head["id"]}, [answer])
        reply, answer = answering.call(function, cases[-1])
        return reply, [answer]

    def do_count_steps(self, head: dict[str, Any], args: Any) -> tuple[dict[str, Any], list[Any]]:
        """Count the Python steps of a call."""
        reply, answer = answering.count(self._function(head), args)
        return reply, [answer]

    def do_count_bytes(self, head: dict[str, Any], args: Any) -> tuple[dict[str, Any], list[Any]]:
        """Count the bytes that a call holds at once."""
        reply, answer = answering.weigh(self._function(head), args)
        return reply, [answer]

    def do_steps(self, head: dict[str, Any], args: Any) -> tuple[dict[str, Any], list[Any]]:
        """Call a function, and return its lines with what they gave."""
        trace = Trace(self._function(head))
        if trace.code is not None:
            answering.call(trace, args)
        return {"steps": list(trace.shown)}, []

    # Changes of a function ------------------------------------------------------------------

    def do_open(self, head: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
        """Find out how a function can be changed."""
        self.shop = Workshop.of(self._function(head))
        if self.shop is None:
            return {"changes": None}, []
        return {"changes": self.shop.changes, "size": self.shop.size}, []

    def do_try(self, head: dict[str, Any], args: Any) -> tuple[dict[str, Any], list[Any]]:
        """Call the function with one change after another."""
        assert self.shop is not None
        return {}, [answering.try_all(self.shop, head["numbers"], args)]

    def do_make(self, head: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
        """Make the function with some changes, to be called from now on."""
        assert self.shop is not None
        self.changed = self.shop.made(head["numbers"], head["seconds"])
        return {}, []

    def do_place(self, head: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
        """Say where some changes lie."""
        assert self.shop is not None
        place = self.shop.place(*([Found(*one) for one in found] for found in head["found"]))
        return {"place": None if place is None else asdict(place)}, []

    def _function(self, head: dict[str, Any]) -> Any:
        if head["function"] == CHANGED:
            return self.changed
        if isinstance(head["function"], int):
            return answering.handles[head["function"]]
        return self.runner.namespace[head["function"]]
