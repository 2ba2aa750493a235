"""What GitHub shows of a graded repository: the summary of a step, annotations, a step's outputs.

The forms are those of its documentation: "Workflow commands for GitHub Actions" (error, notice,
GITHUB_STEP_SUMMARY, GITHUB_OUTPUT).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from nnf_teach.grading.feedback import feedback, outcome
from nnf_teach.grading.mark import ExerciseMark
from nnf_teach.grading.report import ClassReport, number

_SUMMARY, _OUTPUT = "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"


class NotInAWorkflow(Exception):
    """There is no summary to write to; the message says what to do."""


def student_name(environment: Mapping[str, str], folder: Path) -> str:
    """Return what to call the student: as the repository, or the folder, is called."""
    if not environment.get(_SUMMARY):
        raise NotInAWorkflow(
            f"--report github writes to the file that {_SUMMARY} names, and it is not set. Is this "
            "a step of a workflow? Elsewhere leave --report away, and say --out RESULTS."
        )
    name = environment.get("GITHUB_REPOSITORY", "").rpartition("/")[2]
    return name or folder.resolve().name


def write(report: ClassReport, environment: Mapping[str, str], top: Path) -> Iterator[str]:
    """Write the summary and the outputs of the step, and yield its annotations."""
    (student,) = report.students
    # a blank line would end the HTML, and what follows be taken for Markdown
    summary = feedback(report, student).replace("\r", "&#13;").replace("\n", "&#10;")
    _append(environment[_SUMMARY], summary)
    if where := environment.get(_OUTPUT):
        _append(where, f"points={number(student.points)}\nout-of={report.out_of()}")
    for problem in student.problems:
        yield _annotation(problem.path, top, 1, problem.status, problem.sentence)
    for handed in student.lessons.values():
        path = handed.submission.path
        if handed.status != "graded":
            yield _annotation(path, top, 1, handed.status, handed.mark.sentence)
        for exercise in handed.mark.exercises:
            kind, sign, words = outcome(exercise)
            if kind in ("wrong", "partly"):
                title = f"{sign} {exercise.name}: {words}"
                yield _annotation(path, top, _line(path, exercise.name), title, _told(exercise))


def _told(exercise: ExerciseMark) -> str:
    points = f"{number(exercise.points)} of {number(exercise.out_of)} points"
    return "\n".join([points, *(f"{label}: {text}" for label, text in exercise.rows)])


def _line(path: Path, name: str) -> int:
    """Return the line of the notebook's file in which a function begins, for its annotation."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((k for k, line in enumerate(lines, start=1) if f"def {name}(" in line), 1)


def _annotation(path: Path, top: Path, line: int, title: str, message: str) -> str:
    file = Path(os.path.relpath(path, top)).as_posix()
    return f"::error file={_property(file)},line={line},title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _append(path: str, text: str) -> None:
    with open(path, "a", encoding="utf-8") as file:
        file.write(f"{text}\n")
