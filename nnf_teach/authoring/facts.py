"""Compare what a notebook repeats with the one place that says it.

| fact | its source |
|---|---|
| points of an exercise, its lesson, whether it is a stretch | its `Exercise` |
| title of a lesson, its exercises and its questions | `nnf_teach.exercises` |
| widgets | `nnf_teach.widgets` |
| headings, time | the solution notebook itself |

`documents` goes on with what README, CHANGELOG and `docs/slides.md` repeat.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nnf_teach import widgets
from nnf_teach.authoring.outline import STATEMENT, Check, Outline
from nnf_teach.authoring.problems import Problem
from nnf_teach.exercises import (
    Exercise,
    Prediction,
    all_exercises,
    all_predictions,
    lesson_titles,
)
from nnf_teach.exercises.lesson_07.diagnose import recorded_runs

NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
)

_EXERCISE = re.compile(
    r"(?P<kind>Exercise|Stretch exercise) (?P<label>\d+([a-z]|, second part)?): .+"
)


@dataclass(frozen=True)
class Facts:
    """What the package says, and notebooks and documents repeat."""

    titles: Mapping[int, str]
    exercises: Mapping[str, Exercise]
    predictions: Mapping[str, Prediction]
    widgets: Collection[str]
    recorded_runs: int

    @classmethod
    def of_package(cls) -> Facts:
        """Return the facts of this package."""
        return cls(
            lesson_titles(),
            all_exercises(),
            all_predictions(),
            widgets.__all__,
            len(recorded_runs()),
        )

    def known(self, checks: Iterable[Check]) -> list[Exercise]:
        """Return the exercises of these cells, without those that nobody knows."""
        return [self.exercises[check.name] for check in checks if check.name in self.exercises]

    def exercises_of(self, lesson: int) -> list[Exercise]:
        """Return the exercises of a lesson in their order."""
        return [e for e in self.exercises.values() if e.lesson == lesson]

    def predictions_of(self, lesson: int) -> list[Prediction]:
        """Return the questions of a lesson in their order."""
        return [p for p in self.predictions.values() if p.lesson == lesson]

    def points_of(self, lesson: int) -> int:
        """Return the points of a lesson; stretch exercises are outside the total."""
        return sum(e.points for e in self.exercises_of(lesson) if not e.stretch)


def find_fact_problems(notebook: Outline, facts: Facts) -> list[Problem]:
    """Return where a notebook disagrees with the package or with itself."""
    checks: tuple[Callable[[Outline, Facts], Iterable[Problem]], ...] = (
        _title,
        _header,
        _exercises,
        _points,
        _headings,
        _missing_headings,
        _numbers,
        _stretches,
        _calls,
        _halves,
        _questions,
        _widgets,
    )
    return [problem for check in checks for problem in check(notebook, facts)]


def find_course_problems(notebooks: Sequence[Outline], facts: Facts) -> Iterator[Problem]:
    """Yield what the package has and no notebook shows."""
    lessons = {notebook.lesson for notebook in notebooks}
    for number, title in facts.titles.items():
        if number not in lessons:
            found = f"lesson {number} ({title}) has no notebook"
            yield Problem("solutions/", found, f"{number:02}_*.ipynb")
    called = {widget for notebook in notebooks for widget in notebook.called_widgets}
    for widget in facts.widgets:
        if widget not in called:
            found = f"no notebook calls the widget {widget}"
            yield Problem("solutions/", found, "a cell that does, or no such widget")


def _title(notebook: Outline, facts: Facts) -> Iterator[Problem]:
    title = facts.titles.get(notebook.lesson)
    if title is None:
        lessons = ", ".join(f"{number:02}" for number in facts.titles)
        yield notebook.problem(None, "there is no such lesson", f"one of {lessons}")
        return
    expected = f"{notebook.lesson:02} {title}"
    if not notebook.headings:
        yield notebook.problem(None, "there is no title", f"'# {expected}'")
    elif (first := notebook.headings[0]).title != expected:
        found = f"the title is {first.title!r}"
        yield notebook.problem(first.place, found, f"{expected!r}, the TITLE of its exercises")


def _header(notebook: Outline, facts: Facts) -> Iterator[Problem]:
    total = facts.points_of(notebook.lesson)
    stretch = sum(e.stretch for e in facts.exercises_of(notebook.lesson))
    expected = str(total) if total else "none here"
    if stretch:
        expected += f", and {NUMBERS[stretch]} stretch exercise{'s' * (stretch > 1)}"
    if notebook.header is None:
        line = f"'**Time**: about 60 minutes. **Points**: {expected}.'"
        yield notebook.problem(None, "no line with time and points", f"{line} in the first cell")
    elif notebook.header.points != expected:
        found = f"the lesson's points are {notebook.header.points!r}"
        source = f"{expected!r}, the sum of its exercises"
        yield notebook.problem(notebook.header.place, found, source)


def _exercises(notebook: Outline, facts: Facts) -> Iterator[Problem]:
    """Demand that the graded cells are the lesson's exercises, in their order."""
    expected = [e.name for e in facts.exercises_of(notebook.lesson)]
    found = [check.name for check in notebook.checks]
    for check in notebook.checks:
        if check.name not in expected:
            known = facts.known([check])
            sentence = f"there is no exercise {check.name} in lesson {notebook.lesson}"
            where = f"; it is one of lesson {known[0].lesson}" if known else ""
            yield notebook.problem(check.place, sentence + where, "an Exercise of this lesson")
    for name in expected:
        if name not in found:
            sentence = f"the exercise {name} is not in the notebook"
            yield notebook.problem(None, sentence, f"an answer and a cell 'check({name})'")
    if sorted(found) == sorted(expected):
        for check, name in zip(notebook.checks, expected, strict=True):
            if check.name != name:
                sentence = f"{check.name} comes here, and {name} in EXERCISES"
                yield notebook.problem(check.place, sentence, "one order")
                return


def _points(notebook: Outline, facts: Facts) -> Iterator[Problem]:
    for check in notebook.checks:
        for exercise in facts.known([check]):
            if check.points != exercise.points:
                found = f"the cell's metadata offers {_amount(check.points)}"
                expected = f"{_amount(exercise.points)}, as its Exercise says; change one of them"
                yield notebook.problem(check.place, found, expected)


def _headings(notebook: Outline, facts: Facts) -> Iterator[Problem]:
    """Demand that the points in a heading are those of the exercises below it."""
    for heading, checks in notebook.sections():
        allowed = _ways_to_say(facts.known(checks))
        if heading.points is not None and heading.points not in allowed:
            found = f"{heading.title!r} offers [{heading.points}]"
            names = ", ".join(check.name for check in checks)
            ways = " or ".join(f"[{way}]" for way in allowed)
            expected = f"{ways}, as the Exercise says: {names}" if ways else "an exercise below it"
            yield notebook.problem(heading.place, found, expected)


def _ways_to_say(exercises: Sequence[Exercise]) -> list[str]:
    """Return how a heading may say the points of its exercises.

    >>> _ways_to_say([all_exercises()[name] for name in ("and_gate", "or_gate")])
    ['2 points', '1 + 1 points', '1 point each']
    """
    points = [e.points for e in exercises]
    ways = [_amount(sum(points))] if points else []
    if len(points) > 1:
        ways.append(" + ".join(map(str, points)) + " points")
        if len(set(points)) == 1:
            ways.append(f"{_amount(points[0])} each")
    outside = ", outside the total" if all(e.stretch for e in exercises) else ""
    return [way + outside for way in ways]


def _amount(points: float) -> str:
    return f"{points} point{'s' * (points != 1)}"


def _missing_headings(notebook: Outline, facts: Facts) -> Iterator[Problem]:
    """Demand that every exercise with points has a heading that says them."""
    said = {c for heading, checks in notebook.sections() if heading.points for c in checks}
    for check in notebook.checks:
        if check.points and check not in said:
            found = f"no heading above {check.name} says its points"
            expected = f"'... [{_amount(check.points)}]'"
            yield notebook.problem(check.place, found, expected)


def _numbers(notebook: Outline, facts: Facts) -> Iterator[Problem]:
    """Demand that exercises are counted: 1, 2, 3a, 3b, 4, "4, second part", 5."""
    allowed = ["1", "1a"]
    for heading, checks in notebook.sections():
        exercise = _EXERCISE.fullmatch(heading.title)
        if exercise or (heading.points and checks and heading.level < STATEMENT):
            label = exercise["label"] if exercise else None
            if label not in allowed:
                found = f"{heading.title!r} comes here"
                expected = " or ".join(f"'Exercise {after}: ...'" for after in allowed)
                yield notebook.problem(heading.place, found, expected)
                return  # all that follow would be named, too
            allowed = _next_labels(label)


def _next_labels(label: str) -> list[str]:
    """Return the labels that may follow.

    >>> _next_labels("5a"), _next_labels("8")
    (['6', '6a', '5b'], ['9', '9a', '8, second part'])
    """
    number = int("".join(filter(str.isdecimal, label)))
    again = f"{number}, second part"
    if label[:-1] == str(number):
        again = f"{number}{chr(ord(label[-1]) + 1)}"
    return [f"{number + 1}", f"{number + 1}a", again]


def _stretches(notebook: Outline, facts: Facts) -> Iterator[Problem]:
    """Demand that the heading of a stretch exercise says so, and no other."""
    for heading, checks in notebook.sections():
        exercise = _EXERCISE.fullmatch(heading.title)
        stretch = any(e.stretch for e in facts.known(checks))
        if exercise and stretch != (exercise["kind"] == "Stretch exercise"):
            found = f"{heading.title!r}, and the Exercise has stretch={stretch}"
            start = "Stretch exercise" if stretch else "Exercise"
            expected = f"'{start} {exercise['label']}: ...'"
            yield notebook.problem(heading.place, found, expected)


def _calls(notebook: Outline, facts: Facts) -> Iterator[Problem]:
    """Demand that what is checked, hinted at, asked and shown belongs to this lesson."""
    exercises = [e.name for e in facts.exercises_of(notebook.lesson)]
    known: dict[str, Sequence[object]] = {
        "check": exercises,
        "hint": exercises,
        "solution": exercises,
        "predict": [p.name for p in facts.predictions_of(notebook.lesson)],
        "progress": [notebook.lesson, None],
    }
    for call in notebook.calls:
        allowed = known.get(call.function, [call.argument])
        if call.argument not in allowed:
            found = f"{call.function}({call.argument}) in lesson {notebook.lesson}"
            yield notebook.problem(call.place, found, f"one of {', '.join(map(str, allowed))}")


def _halves(notebook: Outline, facts: Facts) -> Iterator[Problem]:
    """Demand that the score in the middle of a lesson counts all exercises above it."""
    for call in notebook.calls:
        above = [check.name for check in notebook.checks if check.place < call.place]
        if call.until not in (None, *above[-1:]):
            found = f"{call.function} counts up to {call.until!r}"
            yield notebook.problem(call.place, found, f"{above[-1:]}, the last exercise above it")


def _questions(notebook: Outline, facts: Facts) -> Iterator[Problem]:
    asked = [call.argument for call in notebook.calls if call.function == "predict"]
    for prediction in facts.predictions_of(notebook.lesson):
        if (times := asked.count(prediction.name)) != 1:
            found = f"the question {prediction.name!r} is asked {times} times"
            yield notebook.problem(None, found, f"one cell with predict({prediction.name!r})")


def _widgets(notebook: Outline, facts: Facts) -> Iterator[Problem]:
    for widget, place in notebook.named_widgets.items():
        if widget not in facts.widgets:
            found = f"there is no widget {widget}"
            yield notebook.problem(place, found, "a name of nnf_teach.widgets")
