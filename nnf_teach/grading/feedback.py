"""One page per student: what is right, what is not yet, and the question that leads on."""

from __future__ import annotations

from html import escape

from nnf_teach.checking.result import Place, marked_lines, with_code
from nnf_teach.grading.mark import ExerciseMark
from nnf_teach.grading.page import UNSAFE, page
from nnf_teach.grading.report import ClassReport, Handed, Student, number, title

_CODE = {"input", "got", "expected", "line", "error", "warning", "printed"}


def feedback_page(report: ClassReport, student: Student) -> str:
    """Return the page of one student.

    Of the inputs that an answer was tried on it shows what the check in the notebook would: the
    smallest failing example.
    """
    return page(f"{student.name}: feedback", feedback(report, student))


def feedback(report: ClassReport, student: Student) -> str:
    """Return what is on the page of one student, as HTML."""
    parts = [f"<h1>{escape(student.name)}</h1>"]
    lessons = [title(lesson) for lesson in student.lessons]
    out_of = sum(report.out_of(lesson) for lesson in student.lessons)
    total = f"{number(student.points)} of {out_of} points" if lessons else "Nothing was graded."
    parts.append(f'<p class="lead">{escape(total)}</p>')
    if any(handed.mark.unsafe for handed in student.lessons.values()):
        parts.append(UNSAFE)
    for problem in student.problems:
        parts.append(f'<p class="notice">{escape(f"{problem.path.name}: {problem.sentence}")}</p>')
    parts += [_lesson(report, handed) for handed in student.lessons.values()]
    return "\n".join(parts)


def _lesson(report: ClassReport, handed: Handed) -> str:
    heading = f"{title(handed.lesson)}: {number(handed.points)} of {report.out_of(handed.lesson)}"
    parts = [f"<h2>{escape(heading)}</h2>"]
    if handed.status != "graded" or handed.mark.sentence:
        sentence = handed.mark.sentence or f"Not graded: {handed.status}."
        parts.append(f'<p class="notice">{escape(sentence)}</p>')
    facts = [f"Handed in {handed.submitted:%Y-%m-%d %H:%M}"] if handed.submitted else []
    if handed.seconds_late:
        facts.append(handed.lateness)
    if handed.submission.others:
        facts.append(f"not graded: {', '.join(handed.submission.others)}")
    if facts:
        parts.append(f'<p class="quiet">{escape("; ".join(facts))}.</p>')
    parts += [_exercise(exercise) for exercise in handed.mark.exercises]
    if handed.mark.notes:
        notes = "".join(f"<li>{escape(note)}</li>" for note in handed.mark.notes)
        parts.append(f"<h3>While your notebook ran</h3><ul>{notes}</ul>")
    return f"<section>{''.join(parts)}</section>"


def outcome(exercise: ExerciseMark) -> tuple[str, str, str]:
    """Return how an exercise went: a class for its colour, a sign, and words."""
    if exercise.status == "passed" and exercise.points >= exercise.out_of:
        return "passed", "✓", "right"
    if exercise.points > 0:
        return "partly", "◐", "partly right"
    if exercise.status in ("not attempted", "not found"):
        return "open", "○", exercise.status
    words = {"timed out": "took too long", "raised": "raised an error"}
    return "wrong", "✗", words.get(exercise.status, "not yet")


def _exercise(exercise: ExerciseMark) -> str:
    kind, sign, words = outcome(exercise)
    points = f"{number(exercise.points)} of {number(exercise.out_of)}"
    points += f" point{'' if exercise.out_of == 1 else 's'}" if exercise.out_of else ""
    points += ", a stretch exercise, outside the total" if exercise.stretch else ""
    rows = list(exercise.rows)
    rows += [
        (f"part: {name}", f"{number(got)} of {number(most)}")
        for name, got, most in exercise.parts
        if len(exercise.parts) > 1 and kind in ("partly", "wrong")
    ]
    right, cases = exercise.cases
    if kind in ("partly", "wrong") and cases and not any(label == "cases" for label, _ in rows):
        rows.append(("cases", f"{right} of {cases} are right"))
    lines = "".join(
        f"<dt>{escape(label)}</dt>"
        f"<dd{' class=code' if label in _CODE else ''}>{_told(label, text)}</dd>"
        for label, text in rows
    )
    return (
        f'<article class="{kind}"><h3>{sign} <code>{escape(exercise.name)}</code>: '
        f"{escape(words)}, {points}</h3>{f'<dl>{lines}</dl>' if lines else ''}"
        f"{_folded(exercise.steps)}</article>"
    )


def _told(label: str, text: str) -> str:
    """Return a row; in a line, the expression where the slip is stands marked."""
    return marked_lines(text) if label == "line" else with_code(text)


def marked(place: Place) -> str:
    """Return a line of a student's with the expression marked, as HTML."""
    line, end = place.source, place.column + len(place.expression)
    parts = line[: place.column], line[place.column : end], line[end:]
    before, expression, after = map(escape, parts)
    return f"{before}<mark>{expression}</mark>{after}"


def _folded(steps: tuple[str, ...]) -> str:
    if not steps:
        return ""
    lines = escape("\n".join(steps))
    return f"<details><summary>Your steps on this example</summary><pre>{lines}</pre></details>"
