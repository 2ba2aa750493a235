"""Whose marks differ between two results folders, and why. What `nnf grade --compare` says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from nnf_teach.grading.feedback import outcome
from nnf_teach.grading.mark import ExerciseMark, Mark
from nnf_teach.grading.report import number, title
from nnf_teach.grading.results import Kept, all_kept

_WHY = {  # what a result rests on, and what is said where that is another
    "notebook": "another notebook was handed in",
    "exercises": "the exercises or the grader are of another version",
    "environment": "Python or its packages are others",
    "seed": "other inputs were drawn",
    "limits": "other limits were set",
    "unsafe": "one of them ran without a sandbox",
}
_UNKNOWN = "why cannot be told: one of them is of a version that did not note it"
_CHANCE = "they rest on the same: chance or a busy machine decided"


def compare(old: Path, new: Path) -> list[str]:
    """Return lines on the results that differ, and a last one that counts; lateness is left out.

    Parameters
    ----------
    old, new
        Results folders of `nnf grade`.

    Raises
    ------
    ResultsError
        If one of them has no results.
    """
    before, after = all_kept(old), all_kept(new)
    both = sorted(before.keys() & after.keys())
    lines, changed = [], 0
    for who in both:
        found = list(_difference(before[who], after[who]))
        changed += bool(found)
        lines += found
    for there, word in ((before, "old"), (after, "new")):
        alone = sorted(there.keys() - set(both))
        lines += [f"{_name(*who)}: in the {word} results alone" for who in alone]
    return [*lines, f"{changed} of {len(both)} results differ."]


def _difference(old: Kept, new: Kept) -> Iterator[str]:
    """Yield lines on a student's lesson: points and why, then what changed."""
    one, other = old.result.mark, new.result.mark
    changed = list(_changed_exercises(one, other))
    if changed or (one.status, one.points) != (other.status, other.points):
        assert other.lesson is not None
        points = f"{_points(one)}, now {_points(other)}"
        yield f"{_name(other.student, other.lesson)}: {points}; {_why(old, new)}"
        yield from changed


def _changed_exercises(one: Mark, other: Mark) -> Iterator[str]:
    before = {exercise.name: exercise for exercise in one.exercises}
    after = {exercise.name: exercise for exercise in other.exercises}
    for name in dict.fromkeys([*before, *after]):
        was, now = _told(before.get(name)), _told(after.get(name))
        if was != now:
            yield f"    {name}: {was}, now {now}"


def _told(exercise: ExerciseMark | None) -> str:
    if exercise is None:
        return "not asked"
    named = f" ({exercise.misconception})" if exercise.misconception else ""
    return f"{number(exercise.points)} {outcome(exercise)[2]}{named}"


def _points(mark: Mark) -> str:
    status = "" if mark.status == "graded" else f" ({mark.status})"
    return f"{number(mark.points)} of {number(mark.out_of)} points{status}"


def _name(student: str, lesson: int) -> str:
    return f"{student}, {title(lesson)}"


def _why(old: Kept, new: Kept) -> str:
    if not old.rests_on or not new.rests_on:
        return _UNKNOWN
    found = [_WHY[part] for part in _WHY if old.rests_on.get(part) != new.rests_on.get(part)]
    return ", and ".join(found) or _CHANCE
