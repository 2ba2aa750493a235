"""Mark one submission: a task of plain data in, a result of plain data out.

`mark` is all that the rest of the grader needs to know. A task and a mark can be sent to another
process or another machine.
"""

from __future__ import annotations

import atexit
import math
import os
import re
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

from nnf_teach.exercises import all_exercises
from nnf_teach.grading.explaining import explained
from nnf_teach.grading.mark import ExerciseMark, Mark, storable
from nnf_teach.grading.questions import Questions, seconds_for, unasked
from nnf_teach.grading.remote import PROMPT, Remote
from nnf_teach.grading.sandbox import Bounds, ProcessTree, Sandbox
from nnf_teach.grading.task import Limits, Task
from nnf_teach.grading.versions import exercise_version, handed_out, our_cells
from nnf_teach.grading.wire import LOST, Closed, Late, Malformed

__all__ = ["Limits", "Task", "close_sandbox", "exercise_version", "mark"]


def mark(task: Task) -> Mark:
    """Run a notebook in the sandbox, ask its functions, and say what they are worth.

    The sandbox is started with the first task of a process and kept for the next ones.

    Raises
    ------
    NoSandbox
        When there is no such sandbox on this machine; the message says what to do.
        Nothing else that a submission does raises.
    """
    begin = time.monotonic()
    marking = _Marking(task)
    status, sentence = marking.run()
    return Mark(
        student=storable(task.student),
        lesson=task.lesson,
        seed=task.seed,
        status=status,
        sentence=storable(sentence),
        sandbox=marking.sandbox,
        notes=tuple(map(storable, marking.notes)),
        exercises=marking.exercise_marks(),
        seconds=round(time.monotonic() - begin, 3),
    )


class _Unreadable(Exception):
    """The file is no notebook."""


_MUCH = 1_000_000  # characters
_PLOTS = re.compile(rb"matplotlib|pylab|seaborn")  # others wait for Matplotlib when they need it
_DIGITS = re.compile("mnist|_digits")
_COUNTABLE = 10**15  # no process has printed more
_RUNS = 8  # how often a notebook is begun
_WHOLE = {-1}  # a cell that was given up before its first statement


class _Marking:
    """One submission: the notebook is run, and every exercise asked in a fork of what it left."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.exercises = [e for e in all_exercises().values() if e.lesson == task.lesson]
        self.asked: dict[str, ExerciseMark] = {}
        self.notes: list[str] = []
        self.sandbox = ""
        self._left = task.limits.notebook_seconds
        self._end = math.inf  # of all the times that the notebook is run, and all questions
        self._skips: dict[int, set[int]] = {}  # the statements of a cell that must not run again
        self._brief: set[int] = set()  # cells of which only definitions are run
        self._seen: set[int] = set()  # cells that have been run to their end, or to their error
        self._runs = self._read = 0

    def bounds(self) -> Bounds:
        limits = self.task.limits
        return Bounds(
            memory_bytes=limits.memory_bytes,
            processes=limits.processes,
            file_bytes=limits.file_bytes,
            cpu_seconds=int(limits.notebook_seconds + self._questions()) + 60,
        )

    def run(self) -> tuple[str, str]:
        """Mark the submission; return its status, and that in a sentence."""
        most = self.task.limits.notebook_bytes
        if len(self.task.notebook) > most:
            return "too large", f"The file is larger than {most / 1e6:.0f} MB."
        try:
            sandbox = _sandbox(self.task.sandbox)
            self.sandbox = sandbox.wall.name
            with sandbox.fork(self.bounds(), self._needs()) as tree:
                self._mark(tree)
        except _Unreadable as error:
            return "unreadable", f"The file cannot be read: {error}."
        except LOST:
            pass  # what could not be asked shows below
        if len(self.asked) < len(self.exercises):
            return "died", "The notebook brought down what it ran in, again and again."
        return "graded", ""

    def _needs(self) -> Iterator[str]:
        """Yield what takes a while to get ready, where the notebook or the lesson needs it."""
        if _PLOTS.search(self.task.notebook):
            yield "plots"
        texts = *handed_out(self.task.lesson), self.task.notebook.decode("utf-8", "replace")
        if any(map(_DIGITS.search, texts)):
            yield "digits"

    def _mark(self, tree: ProcessTree) -> None:
        """Run the notebook, ask every exercise, and look for the places of slips."""
        self.tree = tree
        questions = Questions(self.task, tree)
        limits = self.task.limits
        allowed = 2 * limits.notebook_seconds + 2 * self._questions()
        self._end = time.monotonic() + allowed + PROMPT
        try:
            self._ask_all(questions)
        finally:
            wrong = questions.unexplained
            for found in explained(self.task, tree, wrong, dict(self.asked)):
                self.asked[found.name] = found

    def _ask_all(self, questions: Questions) -> None:
        node: Remote | None = None
        while waiting := [e for e in self.exercises if e.name not in self.asked]:
            if time.monotonic() > self._end:
                return
            try:
                if node is None or node.lost:
                    node = self._run()
                self.asked |= questions.ask(node, waiting)
            except LOST:
                node = None
                if self._runs >= _RUNS:
                    return

    # The notebook ---------------------------------------------------------------------------

    def _run(self) -> Remote:
        """Run the notebook in a new process, from the start."""
        while True:
            if self._runs:
                self.tree.begin_again()
            self._runs += 1
            try:
                return self._run_once()
            except LOST:
                if self._runs >= _RUNS or time.monotonic() > self._end:
                    raise

    def _run_once(self) -> Remote:
        node = Remote.of(self.tree).fork(self.tree)
        self.tree.note_own()
        node.deadline = time.monotonic() + PROMPT
        self._read += 1
        reply, _ = node.request(
            {
                "do": "read",
                "handed_out": our_cells(self.task.lesson),
                "wanted": [e.name for e in self.exercises],
                "all": self._read > 1,  # the parser may have died of what it read
            },
            [self.task.content],
        )
        if "unreadable" in reply:
            raise _Unreadable(str(reply["unreadable"])[:200])
        self._read = printed = 0
        cells = [n for n in reply["cells"] if type(n) is int]
        for number in cells:
            if self._left <= 0 and number not in self._seen:
                left = [n for n in cells if n not in self._seen]
                if not self._hurry(left):
                    break
            if not self._skips.get(number, set()) >= _WHOLE:
                printed = self._run_cell(node, number)
        node.deadline = time.monotonic() + PROMPT
        node.request({"do": "settle"})
        if printed > _MUCH:
            self._note([f"The notebook printed {printed / 1e6:.0f} MB, which was not kept."])
        return node

    def _hurry(self, left: Sequence[int]) -> bool:
        """Give the cells that are left time for their definitions, once; return whether."""
        limits = self.task.limits
        used = f"The notebook had used its {limits.notebook_seconds:.0f} seconds"
        if self._brief:
            self._note([f"{used}, and more: the last {len(left)} cells were not run."])
            return False
        self._note([f"{used}: of the last {len(left)} cells, only definitions were run."])
        self._brief.update(left)
        self._left = limits.statement_seconds
        return True

    def _run_cell(self, node: Remote, number: int) -> int:
        """Run a cell; return how many characters have been printed so far."""
        limits, begin, statement = self.task.limits, time.monotonic(), -1
        first_time = number not in self._seen
        left = self._left if first_time else limits.notebook_seconds
        end = min(begin + left, self._end)
        skip, brief = sorted(self._skips.get(number, ())), number in self._brief
        head = {"do": "run", "cell": number, "skip": skip, "brief": brief}
        node.deadline = min(begin + limits.statement_seconds, end)
        try:
            reply, _ = node.request(head)
            while "begins" in reply:
                statement = reply["begins"] if type(reply["begins"]) is int else 0
                node.deadline = min(time.monotonic() + limits.statement_seconds, end)
                reply = node.hear()
            if first_time:
                notes = reply.get("notes")
                self._note(notes if isinstance(notes, list) else [])
            printed = reply.get("printed")
            return printed if type(printed) is int and printed < _COUNTABLE else 0
        except LOST as error:
            self._skips.setdefault(number, set()).add(statement)
            late_for = "statement" if time.monotonic() < end else "notebook"
            self._note([self._why_lost(number, statement, error, late_for)])
            raise
        finally:
            self._seen.add(number)
            if first_time:
                self._left -= time.monotonic() - begin

    def _why_lost(self, number: int, statement: int, error: Exception, late_for: str) -> str:
        limits = self.task.limits
        seconds = limits.statement_seconds if late_for == "statement" else limits.notebook_seconds
        what = {
            Closed: "its process ended",
            Late: f"the time was over ({seconds:.4g} seconds a {late_for})",
            Malformed: "its process said something that makes no sense",
        }.get(type(error), f"it used {error}")
        where = f"statement {statement + 1}" if statement >= 0 else "it"
        return f"cell {number}: {where} was given up: {what}."

    def _note(self, notes: Sequence[Any]) -> None:
        self.notes += [str(note)[:300] for note in notes[:100]]
        if len(self.notes) > 100:
            self.notes[100:] = ["... and more."]

    def _questions(self) -> float:
        """Return how many seconds all exercises together may take."""
        return sum(seconds_for(e, self.task.limits) * e.rounds for e in self.exercises)

    def exercise_marks(self) -> tuple[ExerciseMark, ...]:
        """Return what became of every exercise, also of those that were not asked."""
        return tuple(self.asked.get(e.name) or unasked(e) for e in self.exercises)


# The sandbox of this process ---------------------------------------------------------------

_kept = threading.local()


def _sandbox(wall: str) -> Sandbox:
    """Return the sandbox of this thread, started with the first task."""
    kept: tuple[int, Sandbox] | None = getattr(_kept, "sandbox", None)
    if kept is not None and (kept[0] != os.getpid() or not kept[1].serves(wall)):
        close_sandbox()
        kept = None
    if kept is None:
        kept = os.getpid(), Sandbox(wall)
        _kept.sandbox = kept
        atexit.register(close_sandbox)
    return kept[1]


def close_sandbox() -> None:
    """End the sandbox that `mark` has started in this thread, if there is one."""
    kept = _kept.__dict__.pop("sandbox", None)
    if kept is not None and kept[0] == os.getpid():
        kept[1].close()
