"""Mark one submission: a task of plain data in, a result of plain data out.

`mark` is all that the rest of the grader needs to know. A task and a result can be sent to another
process or another machine; a result can be written as JSON as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


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
    """

    statement_seconds: float = 10.0
    notebook_seconds: float = 60.0
    question_factor: float = 1.0
    memory_bytes: int = 2 * 1024**3
    processes: int = 64
    file_bytes: int = 64 * 1024**2
    notebook_bytes: int = 20 * 1024**2


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
    unsafe
        Run without a sandbox, with process limits only. The result says so.
    """

    student: str
    lesson: int
    notebook: bytes = field(repr=False)
    seed: int = 0
    limits: Limits = Limits()
    unsafe: bool = False


def mark(task: Task) -> dict[str, Any]:
    """Run a notebook in the sandbox, ask its functions, and say what they are worth.

    The sandbox is started with the first task of a process and kept for the next ones.

    Returns
    -------
    dict
        What can be written as JSON:

        - ``student``, ``lesson``, ``seed``, ``unsafe``: as in the task;
        - ``status``: "graded" when every exercise was asked; "unreadable" when the file is no
          notebook; "too large"; "died" when it brought down what it ran in, so that some
          exercises could not be asked;
        - ``sentence``: the status in words, "" when graded;
        - ``seconds``: how long it took;
        - ``notes``: what happened while the notebook ran, one sentence each: cells that failed or
          were skipped, with the first line of the error; output that was cut; ...;
        - ``exercises``: for each exercise of the lesson, in the order of the course, a dict of
          ``name``, ``points``, ``out_of``, ``stretch`` (outside the total), ``status`` (that of a
          `CheckResult`, or "not found", or "not asked"), ``misconception`` (its name, or None),
          ``rows`` (lists of two: the labels and texts that the student reads), ``cases`` (a list
          of two: right and total), ``parts`` (lists of three: name, points, out of; empty where
          the points are not divided) and ``seconds``.

    Raises
    ------
    NoSandbox
        When there is no sandbox on this machine and the task is not `unsafe`; the message says
        what to do. Nothing else that a submission does raises.
    """
    raise NotImplementedError


def exercise_version(lesson: int) -> str:
    """Return a hash of everything that the marks of a lesson depend on, but for the submission.

    That is the sources of its exercises and of what they import, of the checks, and of this part
    of the grader, and the notebook that was handed out.
    """
    raise NotImplementedError
