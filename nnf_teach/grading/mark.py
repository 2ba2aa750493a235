"""What a submission is worth, exercise by exercise: the result that the whole grader hands on."""

from __future__ import annotations

from dataclasses import dataclass

from nnf_teach.checking.result import Place
from nnf_teach.grading.similar import Features


@dataclass(frozen=True)
class ExerciseMark:
    """What became of one exercise.

    Attributes
    ----------
    name
        The exercise's.
    points, out_of
        Points earned, and points to be had.
    stretch
        Whether it is outside the total.
    status
        That of a `CheckResult`, or "not found", or "not asked".
    misconception
        Its name, or None.
    rows
        The labels and texts that the student reads.
    cases
        How many are right, and how many there are.
    parts
        Each part's name, points earned, and points to be had; empty where the points are not
        divided.
    seconds
        How long it took.
    explained_by, place, clue, steps
        As in a `CheckResult`.
    """

    name: str
    points: float
    out_of: float
    stretch: bool
    status: str
    misconception: str | None = None
    rows: tuple[tuple[str, str], ...] = ()
    cases: tuple[int, int] = (0, 0)
    parts: tuple[tuple[str, float, float], ...] = ()
    seconds: float = 0.0
    explained_by: str | None = None
    place: Place | None = None
    clue: str | None = None
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mark:
    """What became of one submission.

    Attributes
    ----------
    student, lesson
        Whose, and of which lesson; None if that cannot be told.
    seed
        That the inputs were drawn from; None if nothing was asked.
    status
        "graded" when every exercise was asked; "unreadable" when the file is no notebook; "too
        large"; "died" when it brought down what it ran in, so that some exercises could not be
        asked; or why it was not graded at all.
    sentence
        The status in words, "" when graded.
    sandbox
        The name of the wall that it ran behind: "bubblewrap", "user", or "none"; "" if nothing ran.
    notes
        What happened while the notebook ran, one sentence each: cells that failed or were
        skipped, with the first line of the error; output that was cut; ...
    exercises
        Those of the lesson, in the order of the course.
    seconds
        How long it took.
    """

    student: str
    lesson: int | None
    seed: int | None
    status: str
    sentence: str = ""
    sandbox: str = ""
    notes: tuple[str, ...] = ()
    exercises: tuple[ExerciseMark, ...] = ()
    seconds: float = 0.0

    @property
    def unsafe(self) -> bool:
        """Whether it ran without a sandbox."""
        return self.sandbox == "none"

    @property
    def counted(self) -> list[ExerciseMark]:
        """The exercises that count for the total."""
        return [exercise for exercise in self.exercises if not exercise.stretch]

    @property
    def points(self) -> float:
        """The points of the exercises that count."""
        return sum(exercise.points for exercise in self.counted)

    @property
    def out_of(self) -> float:
        """The points to be had in the exercises that count."""
        return sum(exercise.out_of for exercise in self.counted)


@dataclass(frozen=True)
class Result:
    """What a worker hands over, and what is kept of a submission.

    Attributes
    ----------
    mark
        What it is worth.
    features
        What tells it from others; None where no worker finished it.
    """

    mark: Mark
    features: Features | None = None


def storable(text: str) -> str:
    """Write out what no file can hold: halves of characters."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
