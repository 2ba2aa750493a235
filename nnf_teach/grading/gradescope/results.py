"""What Gradescope shows of a graded submission: `results.json`, as its specification says.

https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nnf_teach import __version__
from nnf_teach.exercises import Exercise, all_exercises
from nnf_teach.grading.feedback import outcome
from nnf_teach.grading.gradescope.archive import Settings, points_of
from nnf_teach.grading.mark import ExerciseMark, Mark
from nnf_teach.grading.names import printable
from nnf_teach.grading.report import number, title

_MOST = 10_000  # characters of one test, and of the summary


def results(
    settings: Settings, marks: Sequence[Mark], remarks: Sequence[str], seed: int | None
) -> dict[str, Any]:
    """Return `results.json` of a submission: a test for each exercise, and one for instructors.

    Parameters
    ----------
    marks
        What was graded, a mark for a lesson.
    remarks
        Sentences about the files that were handed in.
    seed
        That the inputs were drawn from; None if nothing was graded.
    """
    by_lesson = {mark.lesson: mark for mark in marks}
    tests = []
    for lesson in settings.lessons:
        there = {e.name: e for e in getattr(by_lesson.get(lesson), "exercises", ())}
        asked = [e for e in all_exercises().values() if e.lesson == lesson]
        for k, exercise in enumerate(asked, start=1):
            test = _test(exercise, there.get(exercise.name))
            tests.append({**test, "number": f"{lesson}.{k}", "visibility": settings.visibility})
    return {
        "score": sum(mark.points for mark in marks),
        "output": _printable(_summary(settings, by_lesson, remarks))[:_MOST],
        "output_format": "text",
        "stdout_visibility": "hidden",
        "tests": [*tests, _for_instructors(marks, seed)],
    }


def nothing(settings: Settings, sentence: str, reason: str = "") -> dict[str, Any]:
    """Return `results.json` where nothing could be graded: a sentence, and 0 points."""
    found = results(settings, [], [sentence], None)
    if reason:
        found["tests"][-1]["output"] += f"\n{reason[:_MOST]}"
    return found


def _test(exercise: Exercise, mark: ExerciseMark | None) -> dict[str, Any]:
    name = f"{exercise.name} (extra, outside the total)" if exercise.stretch else exercise.name
    return {
        "name": name,
        "score": mark.points if mark else 0,
        "max_score": exercise.points,
        "status": "passed" if mark and mark.points >= exercise.points else "failed",
        "output": _told(mark)[:_MOST] if mark else "Nothing was handed in for it.",
        "output_format": "text",
        **({"tags": ["extra"]} if exercise.stretch else {}),
    }


def _printable(lines: Iterable[str]) -> str:
    return "\n".join(printable(line.expandtabs(4)) for text in lines for line in text.split("\n"))


def _told(mark: ExerciseMark) -> str:
    _, sign, words = outcome(mark)
    lines = [f"{sign} {words}"]
    lines += [f"{label}: {text}" for label, text in mark.rows]
    lines += [
        f"part: {name}: {number(got)} of {number(most)}"
        for name, got, most in mark.parts
        if len(mark.parts) > 1
    ]
    if mark.steps:
        lines += ["", "Your steps on this example:", *mark.steps]
    return _printable(lines)


def _summary(
    settings: Settings, by_lesson: dict[int | None, Mark], remarks: Iterable[str]
) -> list[str]:
    lines = [] if by_lesson else ["0 points."]
    for lesson in settings.lessons:
        if mark := by_lesson.get(lesson):
            points = f"{number(mark.points)} of {points_of([lesson])} points"
            lines.append(f"{title(lesson)}: {points}.")
            lines += [mark.sentence] if mark.sentence else []
            lines += ["While your notebook ran:", *mark.notes] if mark.notes else []
        elif by_lesson:
            lines.append(f"{title(lesson)}: nothing was handed in.")
    return [*lines, *remarks]


def _for_instructors(marks: Sequence[Mark], seed: int | None) -> dict[str, Any]:
    """Return a test that students never see: what it takes to grade the same again."""
    walls = ", ".join(sorted({mark.sandbox for mark in marks} - {""})) or "nothing ran"
    lines = [
        f"seed: {seed}" if seed is not None else "seed: none, nothing was graded",
        f"sandbox: {walls}",
        f"nnf_teach {__version__}",
        f"seconds: {sum(mark.seconds for mark in marks):.1f}",
    ]
    if "none" in walls:
        lines.append("WITHOUT A SANDBOX: the notebook could have changed these results.")
    if seed is not None:
        lines.append(f"The same again: nnf grade FOLDER/ --out again/ --seed {seed}")
    return {
        "name": "For instructors",
        "output": "\n".join(lines),
        "output_format": "text",
        "visibility": "hidden",
    }
