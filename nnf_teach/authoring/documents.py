"""Compare what README, CHANGELOG and docs/slides.md repeat with package and notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from nnf_teach.authoring.facts import NUMBERS, Facts
from nnf_teach.authoring.outline import Outline
from nnf_teach.authoring.problems import Problem
from nnf_teach.exercises import Exercise

README, CHANGELOG, SLIDES = "README.md", "CHANGELOG.md", "docs/slides.md"

_COUNT = re.compile(
    rf"\b(?P<number>\d+|{'|'.join(NUMBERS[1:])})\s(?:checked\s)?"
    r"(?P<what>widget|prediction|exercise|point|recorded\srun|broken\sscript|patient)s?\b"
)
_BULLET = re.compile(r"^- Lesson (?P<lesson>\d\d), \*(?P<title>.+?)\*.*(?:\n  .*)*", re.MULTILINE)
_BENCHMARK = re.compile(r"slowest of (?P<number>\d+) exercises")

Course = Mapping[int, Outline]
Row = tuple[int, list[str]]  # line from 1, cells


def find_document_problems(
    root: Path, notebooks: Sequence[Outline], facts: Facts
) -> Iterator[Problem]:
    """Yield where a document of the repository disagrees with the package or the notebooks."""
    course = {notebook.lesson: notebook for notebook in notebooks}
    for name, check in ((README, _readme), (CHANGELOG, _changelog), (SLIDES, _slides)):
        path = root / name
        if path.is_file():
            yield from check(path.read_text(encoding="utf-8"), course, facts)
        else:
            yield Problem(name, "there is no such file", "one")


def _readme(text: str, course: Course, facts: Facts) -> Iterator[Problem]:
    """Compare the table of lessons: number, title, time, and counts of what one writes."""
    rows = [row for row in table_rows(text) if row[1][0] in _names(facts)]
    yield from _odd_rows(README, rows, 4)
    yield from _all_lessons(README, [cells[0] for _, cells in rows], facts)
    for line, (name, title, time, writes) in (row for row in rows if len(row[1]) == 4):
        lesson = int(name)
        yield from _short_title(README, line, lesson, title, facts)
        if lesson in course and (header := course[lesson].header):
            expected = header.time.removeprefix("about ").replace("minutes", "min")
            if time != expected:
                found = f"lesson {name} takes {time!r}"
                source = f"{expected!r}, as the first cell of {course[lesson].name} says"
                yield Problem(README, found, source, line=line)
        yield from _counts(README, line, writes, lesson, course, facts)
    quick = sum(e.time_limit <= Exercise.time_limit for e in facts.exercises.values())
    matches = list(_BENCHMARK.finditer(text))
    for match in matches:
        if int(match["number"]) != quick:
            again = "measure again with '.venv/bin/python -m benchmarks checks'"
            expected = f"{quick}, those that do not train; {again}"
            yield Problem(README, f"{match[0]!r}", expected, line=_line(text, match.start()))
    if not matches:
        yield Problem(README, "no row 'slowest of ... exercises'", f"one, with {quick} exercises")


def _changelog(text: str, course: Course, facts: Facts) -> Iterator[Problem]:
    """Compare the entries of lessons: title, and how many of each there are."""
    bullets = list(_BULLET.finditer(text))
    yield from _all_lessons(CHANGELOG, [bullet["lesson"] for bullet in bullets], facts)
    for bullet in bullets:
        lesson, line = int(bullet["lesson"]), _line(text, bullet.start())
        yield from _short_title(CHANGELOG, line, lesson, bullet["title"], facts)
        yield from _counts(CHANGELOG, line, bullet[0], lesson, course, facts)
        said = {match["what"] for match in _COUNT.finditer(bullet[0])}
        if facts.points_of(lesson) and (missing := {"widget", "exercise", "point"} - said):
            found = f"lesson {lesson:02} does not say how many {'s, '.join(sorted(missing))}s"
            yield Problem(CHANGELOG, found, "their number", line=line)


def _slides(text: str, course: Course, facts: Facts) -> Iterator[Problem]:
    """Compare the table of slides: sections, widgets and exercises, and that none is missing."""
    table = [row for row in table_rows(text) if row[1][0] != "slide"]
    yield from _odd_rows(SLIDES, table, 5)
    rows = [row for row in table if len(row[1]) == 5]
    yield from _all_lessons(SLIDES, [name for name, _ in groupby(row[1][1] for row in rows)], facts)
    shown: list[str] = []
    asked: list[str] = []
    for line, (slide, lesson, sections, widgets, exercises) in rows:
        notebook = course.get(int(lesson)) if lesson.isdecimal() else None
        if notebook is None:
            yield Problem(SLIDES, f"there is no lesson {lesson}", "one that is there", line=line)
            continue
        shown += _quoted(widgets)
        asked += _quoted(exercises)
        for found, expected in _row_problems(sections, widgets, exercises, notebook, facts):
            yield Problem(SLIDES, f"{slide!r}: {found}", expected, line=line)
    for notebook in course.values():
        if not facts.points_of(notebook.lesson):
            continue  # the toys of the first notebook are on no slide
        for widget in sorted(notebook.called_widgets.intersection(facts.widgets) - set(shown)):
            found = f"the widget {widget} of lesson {notebook.lesson} has no row"
            yield Problem(SLIDES, found, "it in the row of its slide")
        for exercise in facts.exercises_of(notebook.lesson):
            if (times := asked.count(exercise.name)) != 1:
                found = (
                    f"the exercise {exercise.name} of lesson {exercise.lesson} is in {times} rows"
                )
                yield Problem(SLIDES, found, "it in the row of its slide")


def _row_problems(
    sections: str, widgets: str, exercises: str, notebook: Outline, facts: Facts
) -> Iterator[tuple[str, str]]:
    headings = [heading.title for heading in notebook.headings]
    for section in sections.split("; "):
        if section not in headings:
            yield f"no section {section!r} in {notebook.name}", "one of its headings"
    for widget in _quoted(widgets):
        if widget not in notebook.called_widgets:
            there = ", ".join(sorted(notebook.called_widgets))
            yield f"{notebook.name} does not call the widget {widget!r}", f"one of {there}"
    for name in _quoted(exercises):
        if name not in facts.exercises or facts.exercises[name].lesson != notebook.lesson:
            there = ", ".join(e.name for e in facts.exercises_of(notebook.lesson))
            yield f"no exercise {name!r} in lesson {notebook.lesson}", f"one of {there}"


def _all_lessons(document: str, names: list[str], facts: Facts) -> Iterator[Problem]:
    if names != (expected := _names(facts)):
        yield Problem(document, f"lessons {', '.join(names) or 'none'}", ", ".join(expected))


def _short_title(
    document: str, line: int, lesson: int, title: str, facts: Facts
) -> Iterator[Problem]:
    """Demand the title of a lesson, with or without what follows its colon."""
    full = facts.titles.get(lesson, "")
    if title not in (full, full.partition(":")[0]):
        found = f"lesson {lesson:02} is called {title!r}"
        yield Problem(document, found, f"{full.partition(':')[0]!r}", line=line)


def _counts(
    document: str, line: int, text: str, lesson: int, course: Course, facts: Facts
) -> Iterator[Problem]:
    """Demand that "three widgets" or "84 recorded runs" is how many there are."""
    for match in _COUNT.finditer(text):
        word, what = match["number"], " ".join(match["what"].split())
        said = int(word) if word.isdecimal() else NUMBERS.index(word)
        there = _number_of(what, lesson, course, facts)
        if said != there:
            found = f"lesson {lesson:02}: {' '.join(match[0].split())!r}"
            yield Problem(document, found, str(there), line=line + _line(text, match.start()) - 1)


def _number_of(what: str, lesson: int, course: Course, facts: Facts) -> int:
    exercises = facts.exercises_of(lesson)
    if what == "widget":
        return len(course[lesson].called_widgets) if lesson in course else 0
    if what == "prediction":
        return len(facts.predictions_of(lesson))
    if what == "exercise":
        return len(exercises)
    if what == "point":
        return facts.points_of(lesson)
    if what == "recorded run":
        return facts.recorded_runs
    return sum(e.name.startswith("repaired_") for e in exercises)  # patients: broken scripts


def _names(facts: Facts) -> list[str]:
    return [f"{number:02}" for number in facts.titles]


def table_rows(text: str) -> Iterator[Row]:
    """Yield the rows of all Markdown tables."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("|") and not line.startswith("|--"):
            yield number, [cell.strip() for cell in line.strip().strip("|").split("|")]


def _odd_rows(document: str, rows: list[Row], cells: int) -> Iterator[Problem]:
    for line, row in rows:
        if len(row) != cells or not row[0]:
            found = f"a row of {len(row)} cells that begins with {row[0]!r}"
            yield Problem(document, found, f"{cells} cells, none empty at the start", line=line)


def _quoted(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
