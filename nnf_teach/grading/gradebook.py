"""Bring marks into nbgrader's gradebook, where a course is kept with nbgrader.

nbgrader files an assignment's notebooks under their names and marks under the grade ids of cells;
both are ours, since the notebooks come in its format. A mark goes where its autograder would have
put it: a mark that a person has given there stays.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sysconfig
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy.exc import SQLAlchemyError

from nnf_teach.exercises import all_exercises
from nnf_teach.grading.lessons import stems
from nnf_teach.grading.report import ClassReport, Handed


class GradebookError(Exception):
    """The gradebook cannot be used; the message says why."""


def write_gradebook(report: ClassReport, database: str) -> int:
    """Write the marks of a class; return how many submissions they were.

    Parameters
    ----------
    report
        What was graded.
    database
        A file, or an address such as ``sqlite:////srv/course/gradebook.db``.

    A lesson that no assignment has becomes one of its own, named as its notebook.

    Raises
    ------
    GradebookError
        If it is no gradebook, or cannot be written to.
    """
    address = database if "://" in database else f"sqlite:///{Path(database).absolute()}"
    try:
        _probe(address)
        with _scripts_at_hand(), Gradebook(address) as gradebook:
            return _write_all(gradebook, report)
    except (SQLAlchemyError, sqlite3.Error) as error:
        reason = str(error.__cause__ or error).splitlines()[0]
        raise GradebookError(
            f"{database} is no gradebook that can be written to: {reason}"
        ) from None


def _probe(address: str) -> None:
    """Raise where a file is no database: SQLAlchemy would leave its connection open there."""
    scheme, _, path = address.partition(":///")
    if scheme == "sqlite" and path and "?" not in path:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA schema_version")


@contextlib.contextmanager
def _scripts_at_hand() -> Iterator[None]:
    """Let nbgrader find alembic, which it calls by its name for a new gradebook."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = f"{sysconfig.get_path('scripts')}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _write_all(gradebook: Any, report: ClassReport) -> int:
    count = 0
    for lesson in report.lessons:
        notebook = stems()[lesson]
        assignments = [
            assignment.name
            for assignment in gradebook.assignments
            if any(there.name == notebook for there in assignment.notebooks)
        ]
        for assignment in assignments or [_new(gradebook, notebook)]:
            _add_cells(gradebook, lesson, notebook, assignment)
            for student in report.students:
                if handed := student.lessons.get(lesson):
                    _write(gradebook, handed, notebook, assignment)
                    count += 1
    return count


def _new(gradebook: Any, notebook: str) -> str:
    gradebook.add_assignment(notebook)
    gradebook.add_notebook(notebook, notebook)
    return notebook


def _add_cells(gradebook: Any, lesson: int, notebook: str, assignment: str) -> None:
    """Add the cells that marks belong to, where `nbgrader generate_assignment` has not."""
    for exercise in all_exercises().values():
        if exercise.lesson == lesson:
            try:
                gradebook.find_graded_cell(exercise.name, notebook, assignment)
            except MissingEntry:
                gradebook.add_grade_cell(
                    exercise.name,
                    notebook,
                    assignment,
                    max_score=exercise.points,
                    cell_type="code",
                )


def _write(gradebook: Any, handed: Handed, notebook: str, assignment: str) -> None:
    student = handed.submission.student
    gradebook.update_or_create_student(student)
    try:
        gradebook.find_submission(assignment, student)
    except MissingEntry:
        gradebook.add_submission(assignment, student)
    when = handed.submitted.astimezone(UTC).isoformat() if handed.submitted else None
    submission = gradebook.update_or_create_submission(
        assignment, student, **({"timestamp": when} if when else {})
    )
    points = {e.name: e.points for e in handed.mark.exercises}
    (page,) = (there for there in submission.notebooks if there.name == notebook)
    for grade in page.grades:
        if grade.name in all_exercises():
            grade.auto_score = float(points.get(grade.name, 0))
            # as nbgrader does: who has marked by hand is asked to look again
            grade.needs_manual_grade = grade.manual_score is not None
    page.late_submission_penalty = handed.penalty or None
    gradebook.db.commit()
