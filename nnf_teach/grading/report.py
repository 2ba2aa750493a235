"""A class as its reports see it: students, the lessons that they handed in, points and lateness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from nnf_teach.exercises import Exercise, all_exercises, lesson_titles
from nnf_teach.grading.late import LateRule, how_late
from nnf_teach.grading.mark import ExerciseMark, Mark
from nnf_teach.grading.similar import Pair
from nnf_teach.grading.submissions import Submission


@dataclass(frozen=True)
class Handed:
    """One lesson that a student handed in, marked or not.

    `remarks` say where its time comes from; `flagged` work is late by a system's word, which does
    not tell by how much.
    """

    submission: Submission
    mark: Mark
    submitted: datetime | None
    seconds_late: float = 0.0
    penalty: float = 0.0
    remarks: tuple[str, ...] = ()
    flagged: bool = False

    @property
    def lesson(self) -> int:
        assert self.submission.lesson is not None
        return self.submission.lesson

    @property
    def earned(self) -> float:
        """The points of the exercises that count, before a penalty."""
        return float(self.mark.points)

    @property
    def points(self) -> float:
        return max(0.0, self.earned - self.penalty)

    @property
    def status(self) -> str:
        return self.mark.status

    @property
    def lateness(self) -> str:
        """How late it was, and what that costs; "" if it was not."""
        if not self.seconds_late:
            return ""
        lost = f", -{number(self.penalty)}" if self.penalty else ""
        return f"{'' if self.flagged else how_late(self.seconds_late)} late{lost}".strip()


@dataclass(frozen=True)
class Student:
    """A student, what they handed in, and what was found in its place."""

    name: str
    lessons: dict[int, Handed]
    problems: tuple[Submission, ...] = ()

    @property
    def points(self) -> float:
        return sum(handed.points for handed in self.lessons.values())

    @property
    def seconds(self) -> float:
        return float(sum(handed.mark.seconds for handed in self.lessons.values()))

    @property
    def status(self) -> str:
        """One word if all went alike; else what became of each."""
        parts = [(f"{n:02}", handed.status) for n, handed in sorted(self.lessons.items())]
        parts += [(problem.path.name, problem.status) for problem in self.problems]
        if len({status for _, status in parts}) == 1:
            return parts[0][1]
        return "; ".join(f"{what}: {status}" for what, status in parts)

    def exercise(self, name: str) -> ExerciseMark | None:
        """Return what became of an exercise; None if its lesson was not marked."""
        for handed in self.lessons.values():
            for exercise in handed.mark.exercises:
                if exercise.name == name:
                    return exercise
        return None


@dataclass(frozen=True)
class ClassReport:
    """All students, in order, and the lessons that any of them handed in."""

    students: tuple[Student, ...]
    lessons: tuple[int, ...]
    similar: tuple[Pair, ...] = ()

    @property
    def exercises(self) -> list[Exercise]:
        return [e for e in all_exercises().values() if e.lesson in self.lessons and e.points]

    @property
    def unsafe(self) -> bool:
        return any(h.mark.unsafe for s in self.students for h in s.lessons.values())

    def out_of(self, lesson: int | None = None) -> int:
        """Return the points to be had in a lesson, or in all of them; stretch apart."""
        return sum(e.points for e in self.exercises if not e.stretch and lesson in (None, e.lesson))


def title(lesson: int) -> str:
    """Return a lesson's title with its number.

    >>> title(1)
    '01 The neuron'
    """
    return f"{lesson:02} {lesson_titles().get(lesson, '')}".strip()


def number(value: float) -> str:
    """Print points: no digits that say nothing.

    >>> number(2.0), number(1.5), number(1 / 3)
    ('2', '1.5', '0.33')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")


def collect(
    marked: Iterable[tuple[Submission, Mark]], rule: LateRule, similar: Sequence[Pair] = ()
) -> ClassReport:
    """Put marks together, student by student, and take off what is lost to lateness."""
    marked = list(marked)
    # a pipe that somebody named as a lesson makes no lesson of the class
    numbers = sorted({s.lesson for s, _ in marked if s.lesson is not None and not s.status})
    lessons: dict[str, dict[int, Handed]] = {submission.student: {} for submission, _ in marked}
    problems: dict[str, list[Submission]] = {student: [] for student in lessons}
    for submission, mark in marked:
        if submission.lesson is None or submission.lesson not in numbers:
            problems[submission.student].append(submission)
        else:
            lessons[submission.student][submission.lesson] = _handed(submission, mark, rule)
    students = tuple(
        Student(name, dict(sorted(lessons[name].items())), tuple(problems[name]))
        for name in sorted(lessons)
    )
    return ClassReport(students, tuple(numbers), tuple(similar))


def _handed(submission: Submission, mark: Mark, rule: LateRule) -> Handed:
    assert submission.lesson is not None
    if submission.status:  # nothing that has a time was handed in
        return Handed(submission, mark, None)
    handed = _timed(submission, mark, rule)
    return replace(handed, penalty=rule.penalty.of(handed.earned, handed.seconds_late))


OWN_DATE = "the time of handing in is the file's own date, which unpacking may have changed"
_SAID_LATE = "late by Canvas's word, which does not say by how much: --times can"
_LEAST = 1.0  # seconds, which start a period


def _timed(submission: Submission, mark: Mark, rule: LateRule) -> Handed:
    """Say when work was handed in, and how late: by the table of times, or by a system's word."""
    lesson, remarks = submission.lesson, submission.remarks
    assert lesson is not None
    told = rule.told(submission.student, lesson)
    due = rule.deadline(lesson) is not None
    if told is None and submission.late is not None:
        remarks += (_SAID_LATE,) if submission.late else ()
        late = _LEAST if submission.late and due else 0.0
        return Handed(submission, mark, None, late, remarks=remarks, flagged=True)
    submitted = told or rule.submitted(submission.student, lesson, submission.modified)
    if told is None and due and not submission.noted:
        remarks += (OWN_DATE,)
    late = rule.seconds_late(lesson, submitted)
    return Handed(submission, mark, submitted, late, remarks=remarks)
