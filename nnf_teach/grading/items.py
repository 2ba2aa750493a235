"""How the class did on each exercise, and how well it tells strong from weak students."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import StatisticsError, correlation, mean

from nnf_teach.exercises import Exercise
from nnf_teach.grading.feedback import outcome
from nnf_teach.grading.mark import ExerciseMark
from nnf_teach.grading.report import ClassReport, Student

FEWEST = 10  # students, below whom a correlation says nothing


@dataclass(frozen=True)
class Item:
    """What became of an exercise in the class.

    Attributes
    ----------
    exercise
    counts
        How many answers were right ("passed"), "partly" right, "wrong", and not done ("open").
    share
        Of the points of those who handed it in, 0 to 1.
    lost
        Points that answers which were tried have lost, in whole answers.
    separation
        The point-biserial correlation of a right answer with the share of the points in all other
        exercises, -1 to 1; None below `FEWEST` students, or where all are alike.
    """

    exercise: Exercise
    counts: Counter[str]
    share: float
    lost: float
    separation: float | None


def items(report: ClassReport) -> list[Item]:
    """Return the exercises that were handed in, those to talk about first.

    That is by how much was lost by those who tried: an answer that nobody began says nothing.
    """
    found = []
    for exercise in report.exercises:
        marks = {s.name: m for s in report.students if (m := s.exercise(exercise.name))}
        if marks:
            found.append(_item(report, exercise, marks))
    return sorted(found, key=lambda item: (-item.lost, item.share))


def _item(report: ClassReport, exercise: Exercise, marks: dict[str, ExerciseMark]) -> Item:
    kinds = {name: outcome(mark)[0] for name, mark in marks.items()}
    lost = sum(1 - _share(mark) for name, mark in marks.items() if kinds[name] != "open")
    share = mean(_share(mark) for mark in marks.values())
    students = [s for s in report.students if s.name in marks]
    separation = _separation(exercise, students, kinds)
    return Item(exercise, Counter(kinds.values()), share, lost, separation)


def _separation(exercise: Exercise, students: list[Student], kinds: dict[str, str]) -> float | None:
    pairs = [
        (float(kinds[student.name] == "passed"), mean(others))
        for student in students
        if (others := list(_others(student, exercise)))
    ]
    if len(pairs) < FEWEST:
        return None
    try:
        return correlation(*zip(*pairs, strict=True))
    except StatisticsError:  # all right, or all wrong
        return None


def _others(student: Student, exercise: Exercise) -> Iterator[float]:
    for handed in student.lessons.values():
        yield from (_share(m) for m in handed.mark.counted if m.name != exercise.name)


def _share(mark: ExerciseMark) -> float:
    return mark.points / mark.out_of if mark.out_of else 0.0
