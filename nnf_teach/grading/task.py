"""What is to be marked, and what it may use: plain data, which can be sent to another machine."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnf_teach.checking.place import SECONDS


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

    @property
    def content(self) -> NDArray[np.uint8]:
        """The notebook as it is sent to a process."""
        return np.frombuffer(self.notebook, np.uint8)
