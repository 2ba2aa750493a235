"""The marks as tables: `grades.csv`, and what Canvas and Moodle import.

Canvas (lib/gradebook_importer.rb and gradebook_exporter.rb of its source): the header begins with
Student, ID, SIS User ID, SIS Login ID, Section; a row `Points Possible` follows; a student is found
by ID, then SIS User ID, then SIS Login ID, then name. A column that is no assignment yet becomes
one. Scores have two decimals; an empty cell changes nothing.

Moodle (docs.moodle.org, "Grade import", and grade/import/csv/classes/load_data.php): one column
identifies the user (user name, ID number or email address), each other one is mapped by hand to a
grade or to its feedback. A user whom Moodle does not know stops the whole import, an empty grade
means none.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence

from nnf_teach.exercises import all_exercises
from nnf_teach.grading.report import ClassReport, Handed, Student, number, title
from nnf_teach.grading.roster import Roster

_CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_MOODLE = ("First name", "Last name", "ID number", "Username", "Email address")


def grades(report: ClassReport, roster: Roster | None = None, separator: str = ",") -> str:
    """Return `grades.csv`: one row per student, exercise by exercise.

    Exercises with a star are stretch exercises and outside the totals. An empty cell means that
    the lesson was not marked.
    """
    exercises = report.exercises
    header = ["student", "status", "total", "out of"]
    for lesson in report.lessons:
        header += [f"{lesson:02} total", f"{lesson:02} submitted", f"{lesson:02} penalty"]
        header += [
            f"{lesson:02} {e.name}{'*' if e.stretch else ''}"
            for e in exercises
            if e.lesson == lesson
        ]
    header += ["seconds", "remarks"]
    rows: list[Sequence[object]] = [header]
    for student in report.students:
        row: list[object] = [student.name, student.status]
        row += [number(student.points), report.out_of()]
        for lesson in report.lessons:
            row += _lesson_cells(report, student, lesson)
        rows.append([*row, f"{student.seconds:.1f}", _remarks(student)])
    for missing in roster.missing(s.name for s in report.students) if roster else []:
        name = next(missing[c] for c in (*_CANVAS, "Full name", *_MOODLE) if missing.get(c))
        row = [name, "nothing handed in", 0, report.out_of()]
        rows.append(row + [""] * (len(header) - len(row)))
    return to_csv(rows, separator)


def _lesson_cells(report: ClassReport, student: Student, lesson: int) -> list[object]:
    names = [e.name for e in report.exercises if e.lesson == lesson]
    handed = student.lessons.get(lesson)
    if handed is None:
        return [""] * (3 + len(names))
    points = {e.name: e.points for e in handed.mark.exercises}
    cells: list[object] = [
        number(handed.points),
        handed.submitted.isoformat(timespec="seconds") if handed.submitted else "",
        number(handed.penalty),
    ]
    return cells + [number(points[n]) if n in points else "" for n in names]


def _remarks(student: Student) -> str:
    remarks = []
    for lesson, handed in student.lessons.items():
        sentences = [handed.mark.sentence, handed.lateness, *handed.remarks]
        if handed.submission.others:
            sentences.append(f"not graded: {', '.join(handed.submission.others)}")
        remarks += [f"{lesson:02}: {sentence}" for sentence in sentences if sentence]
        if handed.mark.unsafe:
            remarks.append(f"{lesson:02}: graded without a sandbox")
    remarks += [f"{problem.path.name}: {problem.sentence}" for problem in student.problems]
    return " | ".join(remarks)


def canvas(report: ClassReport, roster: Roster | None = None, separator: str = ",") -> str:
    """Return what Canvas imports: one assignment per lesson.

    With a roster that Canvas exported, students and assignments carry its own ids.
    """
    titles = [title(lesson) for lesson in report.lessons]
    headers = [(roster.assignment(t) if roster else None) or t for t in titles]
    rows: list[Sequence[object]] = [[*_CANVAS, *headers]]
    rows.append(["    Points Possible", *[""] * 4, *(report.out_of(n) for n in report.lessons)])
    for student, found in _known(report, roster):
        identity = [found.get(column, "") for column in _CANVAS] if found else []
        if not any(identity):
            identity = [student.name, "", "", student.name, ""]
        rows.append([*identity, *(_score(student, lesson) for lesson in report.lessons)])
    return to_csv(rows, separator)


def moodle(report: ClassReport, roster: Roster | None = None, separator: str = ",") -> str:
    """Return what Moodle imports: a grade and feedback per lesson."""
    header = [*_MOODLE]
    for lesson in report.lessons:
        header += [title(lesson), f"{title(lesson)} (feedback)"]
    rows: list[Sequence[object]] = [header]
    for student, found in _known(report, roster):
        identity = [found.get(column, "") for column in _MOODLE] if found else []
        if not any(identity):
            email = student.name if "@" in student.name else ""
            identity = ["", "", "", student.name, email]
        cells: list[object] = []
        for lesson in report.lessons:
            cells += [_score(student, lesson), _feedback(student.lessons.get(lesson))]
        rows.append([*identity, *cells])
    return to_csv(rows, separator)


def unknown(report: ClassReport, roster: Roster | None) -> list[str]:
    """Return the students who are not in the roster, and so not in the systems' tables."""
    return [s.name for s in report.students if roster and roster.find(s.name) is None]


def _known(
    report: ClassReport, roster: Roster | None
) -> list[tuple[Student, Mapping[str, str] | None]]:
    if roster is None:  # what belongs to no lesson may be no student's
        return [(student, None) for student in report.students if student.lessons]
    pairs = [(student, roster.find(student.name)) for student in report.students]
    return [(student, found) for student, found in pairs if found is not None]


def _score(student: Student, lesson: int) -> str:
    handed = student.lessons.get(lesson)
    return "" if handed is None else f"{handed.points:.2f}"


def _feedback(handed: Handed | None) -> str:
    if handed is None:
        return ""
    exercises = all_exercises()
    open_ = [e.name for e in handed.mark.counted if e.points < e.out_of and e.name in exercises]
    parts = [handed.mark.sentence, handed.lateness]
    parts.append(f"Not all points yet: {', '.join(open_)}." if open_ else "")
    return " ".join(part for part in parts if part)


def to_csv(rows: Sequence[Sequence[object]], separator: str = ",") -> str:
    """Return rows as CSV, with every cell defused that a spreadsheet would take for a formula.

    Where cells are divided by semicolons, numbers have a decimal comma.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerows([_with_comma(_defused(c), separator) for c in row] for row in rows)
    return text.getvalue()


def _with_comma(cell: object, separator: str) -> object:
    if separator == ";" and isinstance(cell, str) and _is_number(cell):
        return cell.replace(".", ",")
    return cell


def _defused(cell: object) -> object:
    """Put an apostrophe before what a spreadsheet would take for a formula.

    The signs are those that OWASP lists under "CSV Injection", also in full width.
    """
    if not isinstance(cell, str) or _is_number(cell):
        return cell
    sign = unicodedata.normalize("NFKC", cell.lstrip()[:1])
    return f"'{cell}" if sign in ("=", "+", "-", "@") else cell


def _is_number(cell: str) -> bool:
    return cell.strip().lstrip("-").replace(".", "", 1).isdigit()
