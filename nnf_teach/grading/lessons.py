"""Which lesson a notebook is of, by its cells and its name, and whether there is work in it."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from nnf_teach.exercises import all_exercises, lesson_titles
from nnf_teach.grading.inside.notebook import Unreadable, read_cells
from nnf_teach.grading.versions import handed_out
from nnf_teach.notebooks import checkout, is_backup, packaged_course

_MOST_PARTS, _MOST_LISTS = 2_000_000, 200_000  # of a file that is parsed here: seconds of work
_GRADE_ID = re.compile(rb'"grade_id"\s*:\s*"([a-z0-9_]{1,80})"')


def lesson_of(content: bytes) -> int | None:
    """Tell the lesson of a notebook by the grade ids of its cells, without parsing it."""
    lessons = {name: exercise.lesson for name, exercise in all_exercises().items()}
    names = {found.decode().removesuffix("_answer") for found in _GRADE_ID.findall(content)}
    counts = Counter(lessons[name] for name in names if name in lessons)
    return counts.most_common(1)[0][0] if counts else None


def worth(content: bytes, lesson: int | None) -> int:
    """Return what is in a copy of a lesson: 2 for work, 1 where it is as handed out, 0 for none.

    A file of very many parts is not looked into.
    """
    if not _is_light(content):
        return 0
    try:
        sources = {cell.source.strip() for cell in read_cells(content)}
    except Unreadable:
        return 0
    given = {text.strip() for text in handed_out(lesson)} if lesson else set()
    return 2 if sources - given - {""} else 1


def _is_light(content: bytes) -> bool:
    """Whether a file can be parsed without a limit of time and memory."""
    lists = content.count(b"[") + content.count(b"{")
    return lists <= _MOST_LISTS and content.count(b",") <= _MOST_PARTS


@cache
def stems() -> dict[int, str]:
    """Return the notebooks' names by lesson: `{1: "01_neuron", ...}`."""
    top = checkout()
    folder = top / "course" if top else packaged_course()
    paths = sorted(folder.glob("[0-9][0-9]_*.ipynb")) if folder else []
    named = {int(path.name[:2]): path.stem for path in paths if not is_backup(path)}
    return {n: named.get(n, f"{n:02}_{_words(title)}") for n, title in lesson_titles().items()}


def _words(title: str) -> str:
    return re.sub(r"\W+", "_", title.lower()).strip("_")


def lesson_in_name(name: str) -> int | None:
    """Return the lesson that a file's name says, as `01_neuron` or `01_Neuron (2)` does."""
    start = start_of_lesson(name)
    return None if start is None else int(name[start : start + 2])


def start_of_lesson(name: str) -> int | None:
    """Return where `01_neuron` begins in a file name; a lesson's full name before its number."""
    starts = [name.rfind(stem) for stem in stems().values() if _stands_alone(name, stem)]
    if not starts:
        numbers = re.finditer(r"(?:^|(?<=[\s_-]))\d\d_[A-Za-z]", name)
        starts = [m.start() for m in numbers if int(m.group()[:2]) in lesson_titles()]
    return max(starts) if starts else None


def _stands_alone(name: str, stem: str) -> bool:
    start = name.rfind(stem)
    return start == 0 or (start > 0 and not name[start - 1].isalnum())
