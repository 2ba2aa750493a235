"""`progress`: how far the learner has come, lesson by lesson."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from nnf_teach import session
from nnf_teach.checking.result import with_code
from nnf_teach.checking.store import store
from nnf_teach.exercises import all_exercises, all_predictions, lesson_titles


@dataclass(frozen=True)
class LessonProgress:
    """The points of one lesson, what is still open in it and what was last said of it, and whose
    solution was seen first."""

    number: int
    title: str
    points: int
    out_of: int
    open: tuple[str, ...]
    predictions: int
    predictions_out_of: int
    right: int = 0  # of the predictions
    seen: tuple[str, ...] = ()
    said: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Progress:
    """The points of all lessons. Shown as a table in a notebook."""

    lessons: tuple[LessonProgress, ...]
    sentence: str = ""

    @property
    def points(self) -> int:
        return sum(lesson.points for lesson in self.lessons)

    @property
    def out_of(self) -> int:
        return sum(lesson.out_of for lesson in self.lessons)

    @property
    def _open(self) -> str:
        return "still open" if len(self.lessons) == 1 else "next"

    def _rows(self) -> list[tuple[str, str, str, str]]:
        """Say of one lesson all that is open, and of all of them the next exercise."""
        rows, shown = [], False
        for lesson in self.lessons:
            open_ = ", ".join(lesson.open) or "nothing"
            if len(self.lessons) > 1:
                open_ = lesson.open[0] if lesson.open and not shown else ""
                shown = shown or bool(lesson.open)
            points = f"{lesson.points} of {lesson.out_of}"
            rows.append((f"{lesson.number:02} {lesson.title}", points, _predicted(lesson), open_))
        return rows

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said under the table."""
        seen = [name for lesson in self.lessons for name in lesson.seen]
        first = f"With the solution seen before a pass: {', '.join(seen)}." if seen else ""
        last = []  # of one lesson: of all it would be too much
        if len(self.lessons) == 1:
            last = [f"{name}, at its last check: {said}" for name, said in self.lessons[0].said]
        return tuple(filter(None, (first, *last, self.sentence)))

    def __str__(self) -> str:
        rows = [("lesson", "points", "predictions", self._open), *self._rows()]
        rows.append(("in all", f"{self.points} of {self.out_of}", "", ""))
        wide = max(len(row[0]) for row in rows)
        broad = 2 + max(len(row[2]) for row in rows)
        lines = [f"{a:<{wide}}{b:>12}{c:>{broad}}   {d}".rstrip() for a, b, c, d in rows]
        return "\n".join([*lines, *self.notes])

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._html()}

    def _html(self) -> str:
        cell = "padding:.2em .8em;text-align:left"
        asked = any(lesson.predictions_out_of for lesson in self.lessons)
        titles = ("Lesson", "Points", *["Predictions"] * asked, self._open.capitalize())
        head = "".join(f'<th scope="col" style="{cell}">{title}</th>' for title in titles)
        body = "".join(
            f'<tr><th scope="row" style="{cell};font-weight:normal">{escape(row[0])}</th>'
            f'<td style="{cell};white-space:nowrap">{row[1]}{_bar(lesson)}</td>'
            + (f'<td style="{cell}">{row[2]}</td>' if asked else "")
            + f'<td style="{cell}">{_breakable(escape(row[3]))}</td></tr>'
            for lesson, row in zip(self.lessons, self._rows(), strict=True)
        )
        notes = "".join(f"<p>{_breakable(with_code(note))}</p>" for note in self.notes)
        return (
            f'<div class="nnf-panel"><table style="border-collapse:collapse"><caption '
            f'style="text-align:left;font-weight:600">{self.points} of {self.out_of} points'
            f"</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}</div>"
        )


def _predicted(lesson: LessonProgress) -> str:
    if not lesson.predictions_out_of:
        return ""
    made = f"{lesson.predictions} of {lesson.predictions_out_of}"
    return f"{made}, {lesson.right} right" if lesson.predictions else made


def _breakable(names: str) -> str:
    """Let a narrow page break a name at its underscores, and nowhere else."""
    return names.replace("_", "_<wbr>")


def _bar(lesson: LessonProgress) -> str:
    """Draw a bar; the numbers stand above it, so it is hidden from screen readers."""
    share = lesson.points / lesson.out_of if lesson.out_of else 0.0
    return (
        '<div aria-hidden="true" style="width:5em;height:.5em;border:1px solid #888">'
        f'<div style="width:{100 * share:.0f}%;height:100%;background:#0072b2"></div></div>'
    )


def progress(lesson: int | None = None, until: str | None = None) -> Progress:
    """Return the learner's points, lesson by lesson.

    Parameters
    ----------
    lesson
        The number of one lesson; without it, all of them.
    until
        The last exercise that counts, for the score in the middle of a lesson.

    >>> progress(1).out_of
    10
    >>> progress(1, until="linear_layer").out_of
    3
    """
    data, sentence = store(session.strict()).read()
    lessons = []
    for number, title in lesson_titles().items():
        if lesson not in (None, number):
            continue
        exercises = [e for e in all_exercises().values() if e.lesson == number]
        predictions = [p for p in all_predictions().values() if p.lesson == number]
        if until is not None:
            end = [e.name for e in exercises].index(until) + 1
            exercises, predictions = exercises[:end], []
            title = f"{title}, up to {until}"
        kept = {e.name: data["exercises"].get(e.name, {}) for e in exercises}
        passed = {name for name, entry in kept.items() if entry.get("passed")}
        counted = [e for e in exercises if not e.stretch]
        lessons.append(
            LessonProgress(
                number=number,
                title=title,
                points=sum(e.points for e in counted if e.name in passed),
                out_of=sum(e.points for e in counted),
                open=tuple(e.name for e in counted if e.name not in passed),
                predictions=sum(p.name in data["predictions"] for p in predictions),
                right=sum(
                    data["predictions"].get(p.name, {}).get("right", False) for p in predictions
                ),
                predictions_out_of=len(predictions),
                seen=tuple(name for name, entry in kept.items() if entry.get("solution_seen")),
                said=tuple(
                    (name, entry["said"]) for name, entry in kept.items() if entry.get("said")
                ),
            )
        )
    return Progress(tuple(lessons), sentence or (_KEPT if session.in_browser() else ""))


_KEPT = (
    "This is kept by your browser, until its data are cleared. `save_progress()` writes it into a "
    "file, and `load_progress()` reads one."
)


def summary_text() -> str:
    """Return the progress as text, for the command line."""
    return str(progress())
