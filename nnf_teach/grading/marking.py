"""Mark one submission: a task of plain data in, a result of plain data out.

`mark` is all that the rest of the grader needs to know. A task and a mark can be sent to another
process or another machine.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import math
import os
import pickle
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nnf_teach.checking.budget import PATIENCE
from nnf_teach.checking.callers import Look
from nnf_teach.checking.calls import Calls
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.checking.place import SECONDS
from nnf_teach.checking.result import CheckResult, Place
from nnf_teach.checking.wording import at_place
from nnf_teach.exercises import Exercise, all_exercises
from nnf_teach.grading.mark import ExerciseMark, Mark
from nnf_teach.grading.remote import Remote, RemoteShop
from nnf_teach.grading.sandbox import Bounds, ProcessTree, Sandbox, Woken
from nnf_teach.grading.versions import exercise_version, our_cells
from nnf_teach.grading.wire import Channel, Closed, Late, Malformed, TooMuch

__all__ = ["Limits", "Task", "close_sandbox", "exercise_version", "mark"]


@dataclass(frozen=True)
class Limits:
    """What a submission may use. Times are in seconds of the clock.

    Attributes
    ----------
    statement_seconds, notebook_seconds
        For one statement of the notebook, and for all of it.
    question_factor
        The time of an exercise (`Exercise.time_limit`) is multiplied by it.
    memory_bytes
        For each process, and for all processes of a submission together.
    processes
        How many processes and threads at a time.
    file_bytes
        For all files that it writes; they are in memory, and gone when it ends.
    notebook_bytes
        For the notebook itself.
    place_seconds
        For the search for the place of a slip in one wrong answer; 0 for none.
    """

    statement_seconds: float = 10.0
    notebook_seconds: float = 60.0
    question_factor: float = 1.0
    memory_bytes: int = 2 * 1024**3
    processes: int = 64
    file_bytes: int = 64 * 1024**2
    notebook_bytes: int = 20 * 1024**2
    place_seconds: float = SECONDS


@dataclass(frozen=True)
class Task:
    """One notebook of one student, and how it is to be marked.

    Attributes
    ----------
    student
        A name to hand back with the result; nothing else is done with it.
    lesson
        The number of the lesson.
    notebook
        The bytes of the notebook file, whatever they are.
    seed
        Draws the inputs: the same seed and notebook give the same marks.
    sandbox
        The name of the wall around it (`walls.py`), or "auto". The result says which it was.
    """

    student: str
    lesson: int
    notebook: bytes = field(repr=False)
    seed: int = 0
    limits: Limits = Limits()
    sandbox: str = "auto"


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
        student=_storable(task.student),
        lesson=task.lesson,
        seed=task.seed,
        status=status,
        sentence=_storable(sentence),
        sandbox=marking.sandbox,
        notes=tuple(map(_storable, marking.notes)),
        exercises=marking.exercise_marks(),
        seconds=round(time.monotonic() - begin, 3),
    )


class _Unreadable(Exception):
    """The file is no notebook."""


_LOST = (Closed, Late, Malformed, TooMuch)
_MUCH = 1_000_000  # characters
_DRAWS = re.compile(rb"matplotlib|pylab|seaborn")  # others wait for Matplotlib when they need it
_COUNTABLE = 10**15  # no process has printed more
_PROMPT = 20.0  # seconds for what costs milliseconds
_RUNS = 8  # how often a notebook is begun
_PREPARING = 2.0  # seconds for the cells that a function needs
_WHOLE = {-1}  # a cell that was given up before its first statement
_WOKEN = (
    "While it was asked, something of your notebook ran beside it: a thread, or a process that had "
    "been stopped. What in your notebook starts one?"
)
_OTHER_INPUTS = 2**32  # of a second question: who kept those of the first has had time for them
_ONE_CORE = 2.0  # training has its time limit for two cores; a sandbox has one, and twice the time


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
        self._node: Remote | None = None
        self.unexplained: list[_Unexplained] = []

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
            plots = _DRAWS.search(self.task.notebook) is not None
            with sandbox.fork(self.bounds(), plots) as tree:
                try:
                    self._mark(tree)
                finally:
                    if self.unexplained and self.task.limits.place_seconds:
                        self._explain()
        except _Unreadable as error:
            return "unreadable", f"The file cannot be read: {error}."
        except _LOST:
            pass  # what could not be asked shows below
        if len(self.asked) < len(self.exercises):
            return "died", "The notebook brought down what it ran in, again and again."
        return "graded", ""

    def _mark(self, tree: ProcessTree) -> None:
        """Run the notebook and ask every exercise."""
        self.tree = tree
        limits = self.task.limits
        allowed = 2 * limits.notebook_seconds + self._questions()
        self._end = time.monotonic() + allowed + _PROMPT
        for exercise in self.exercises:
            while exercise.name not in self.asked:
                if time.monotonic() > self._end:
                    return
                try:
                    node = self._node or self._run()
                    self.asked[exercise.name] = self._ask(node, exercise)
                except _LOST:
                    self._node = None
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
                self._node = self._run_once()
                return self._node
            except _LOST:
                if self._runs >= _RUNS or time.monotonic() > self._end:
                    raise

    def _run_once(self) -> Remote:
        watch = self.tree.watch
        root = Remote(Channel(self.tree.root, watch=watch))
        node = self._fork(root)
        self.tree.note_own()
        node.deadline = time.monotonic() + _PROMPT
        self._read += 1
        reply, _ = node.request(
            {
                "do": "read",
                "handed_out": our_cells(self.task.lesson),
                "wanted": [e.name for e in self.exercises],
                "all": self._read > 1,  # the parser may have died of what it read
            },
            [_bytes(self.task.notebook)],
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
        node.deadline = time.monotonic() + _PROMPT
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
        except _LOST as error:
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

    def _fork(self, parent: Remote) -> Remote:
        mine, theirs = self.tree.pipe()
        parent.deadline = time.monotonic() + _PROMPT
        with theirs:
            parent.request({"do": "fork"}, hand_over=theirs)
        return Remote(Channel(mine, watch=self.tree.watch))

    # The exercises --------------------------------------------------------------------------

    def _seconds(self, exercise: Exercise) -> float:
        slow = exercise.time_limit > Exercise.time_limit
        factor = self.task.limits.question_factor * (_ONE_CORE if slow else 1.0)
        return exercise.time_limit * factor

    def _questions(self) -> float:
        """Return how many seconds all exercises together may take."""
        return sum(self._seconds(e) * e.rounds for e in self.exercises)

    def _ask(self, node: Remote, exercise: Exercise) -> ExerciseMark:
        begin = time.monotonic()
        found, other = self._ask_for(node, exercise)
        if other and found.points < found.out_of and self._node is not None:
            then, _ = self._ask_for(node, exercise, checked=True)
            if then.points > found.points:
                found = _as_checked(then)
                self.unexplained = [u for u in self.unexplained if u.exercise.name != found.name]
        return replace(found, seconds=round(time.monotonic() - begin, 3))

    def _ask_for(
        self, node: Remote, exercise: Exercise, checked: bool = False
    ) -> tuple[ExerciseMark, bool]:
        """Ask for a function as it is in the end, or as its check found it.

        Return what became of it, and whether its check has found another one.
        """
        self.tree.end_strays()
        fork = self._fork(node)
        try:
            with self.tree.held():
                return self._diagnose(fork, exercise, checked), fork.other_when_checked
        except Woken:
            return _nothing(exercise, "raised", _WOKEN), False
        finally:
            fork.channel.close()
            self._end_fork(node)

    def _end_fork(self, node: Remote) -> None:
        try:
            node.deadline = time.monotonic() + _PROMPT
            node.request({"do": "kill"})
        except _LOST:
            self._node = None  # the next question runs the notebook again

    def _diagnose(self, fork: Remote, exercise: Exercise, checked: bool) -> ExerciseMark:
        exercise = replace(exercise, time_limit=self._seconds(exercise), **exercise.graded)
        fork.deadline = time.monotonic() + exercise.time_limit
        try:
            alone = exercise.vectorised is not None  # so that all its steps can be counted
            function = fork.find(exercise.name, exercise.may_call, alone, checked)
        except _LOST:
            return _nothing(exercise, "raised", "The process ended before it could be asked.")
        if function is None:
            return _nothing(exercise, "not found", fork.missing)
        seed = self.task.seed + (_OTHER_INPUTS if checked else 0)
        result = diagnose(exercise, function, seed, caller=fork)
        if alone and not self.tree.is_alone():
            raise Woken
        if fork.unexplained and not fork.called and not checked:
            self.unexplained.append(_Unexplained(exercise, *fork.unexplained))
        if fork.called:
            found = _nothing(exercise, "wrong", _whose(sorted(fork.called)))
            return replace(found, misconception="not-your-own")
        return _mark_of(exercise, result)

    # The places of slips -------------------------------------------------------------------

    def _explain(self) -> None:
        """Look for the places of slips, now that nothing can change a mark any more.

        Each in a new process that runs no more of the notebook than the function needs, so that
        what is found depends on these cells alone, and is right for whoever wrote the same.
        """
        try:
            self.tree.begin_again()
            self.tree.note_own()
            root = Remote(Channel(self.tree.root, watch=self.tree.watch))
            for one in self.unexplained:
                place = self._place(root, one)
                if place is not None:
                    name, found = one.exercise.name, self.asked[one.exercise.name]
                    self.asked[name] = _at_place(found, place)
        except _LOST:
            pass  # they stay without

    def _place(self, root: Remote, one: _Unexplained) -> Place | None:
        """Return the place of a slip; the same answers are looked at once."""
        self.tree.end_strays()
        fork = self._fork(root)
        fork.deadline = time.monotonic() + _PROMPT
        head = {"do": "read_for", "name": one.exercise.name}
        reply, _ = fork.request(head, [_bytes(self.task.notebook)])
        key = one.key(self.task.seed, str(reply["digest"]))
        if key not in _places:
            with contextlib.suppress(*_LOST):
                _places[key] = self._search(fork, one, reply["cells"])
        root.deadline = time.monotonic() + _PROMPT
        root.request({"do": "kill"})
        fork.channel.close()
        return _places.get(key)

    def _search(self, fork: Remote, one: _Unexplained, cells: list[int]) -> Place | None:
        seconds = self.task.limits.place_seconds
        fork.deadline = time.monotonic() + _PREPARING
        for number in cells:
            reply, _ = fork.request({"do": "run", "cell": number, "skip": [], "brief": False})
            while "begins" in reply:
                reply = fork.hear()
        function = fork.find(one.exercise.name, one.exercise.may_call)
        if function is None:
            return None
        fork.deadline = time.monotonic() + PATIENCE * seconds + _PREPARING
        return one.look(RemoteShop(fork, function), fork, seconds)

    def exercise_marks(self) -> tuple[ExerciseMark, ...]:
        """Return what became of every exercise, also of those that were not asked."""
        return tuple(self.asked.get(e.name) or _nothing(e, "not asked") for e in self.exercises)


@dataclass(frozen=True)
class _Unexplained:
    """A wrong answer, what it did, and what looks for the place of its slip."""

    exercise: Exercise
    look: Look
    calls: Calls

    def key(self, seed: int, digest: str) -> tuple[object, ...]:
        """Return what a place rests on: the cells, and what they did."""
        did = [(o.error_text, o.warned, o.mutated, o.answer) for o in self.calls.outcomes]
        return self.exercise.name, seed, digest, hashlib.sha256(pickle.dumps(did)).digest()


def _at_place(found: ExerciseMark, place: Place) -> ExerciseMark:
    rows = [row for row in found.rows if row[0] not in ("cases", "look at")]
    cases = [row for row in found.rows if row[0] == "cases"]
    told = [(label, _storable(text)) for label, text in at_place(rows, place)]
    return replace(found, explained_by="place", place=place, clue=None, rows=(*told, *cases))


def _nothing(exercise: Exercise, status: str, sentence: str = "") -> ExerciseMark:
    """Return a mark without points."""
    return ExerciseMark(
        name=exercise.name,
        points=0,
        out_of=exercise.points,
        stretch=exercise.stretch,
        status=status,
        rows=(("look at", _storable(sentence)),) if sentence else (),
        parts=tuple((part, 0, points) for part, points in exercise.parts.items()),
    )


def _mark_of(exercise: Exercise, result: CheckResult) -> ExerciseMark:
    earned = sum(points for _, points, _ in result.parts)
    return replace(
        _nothing(exercise, result.status),
        points=exercise.points if result.passed else earned,
        misconception=result.misconception,
        explained_by=result.explained_by,
        clue=result.clue,
        steps=tuple(map(_storable, result.steps)),
        rows=tuple((label, _storable(text)) for label, text in result.rows),
        cases=result.cases,
        parts=result.parts,
    )


def _as_checked(found: ExerciseMark) -> ExerciseMark:
    """Say that a mark is for the function which a check cell found."""
    sentence = f"Your {found.name} counts as its check found it: cells below change what it does."
    return replace(found, rows=(*found.rows, ("notice", sentence)))


def _whose(called: list[str]) -> str:
    names = " and ".join(name[:80] for name in called[:3])
    return (
        f"Your function lets {names} do the work. This exercise asks for your own: "
        "which of the steps can you write yourself?"
    )


def _bytes(notebook: bytes) -> Any:
    import numpy as np

    return np.frombuffer(notebook, np.uint8)


def _storable(text: str) -> str:
    """Write out what no file can hold: halves of characters."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


# The sandbox of this process ---------------------------------------------------------------

_kept = threading.local()
_places: dict[tuple[object, ...], Place | None] = {}  # those that were looked for


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
