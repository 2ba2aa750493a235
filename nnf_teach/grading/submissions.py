"""Find what a class has handed in. Nothing in the folder is trusted, and nothing is run.

Three layouts, in any mixture:

- a folder per student, with notebooks in it or in folders below it; nbgrader's
  `submitted/STUDENT/ASSIGNMENT/` is of that kind, and so is what Moodle exports;
- flat, `STUDENT_01_neuron.ipynb`;
- flat as Canvas exports it, `NAME_USER_FILE_01_neuron.ipynb`, with LATE after the name of who
  was late (Canvas: lib/content_zipper.rb), and as Moodle does where folders are turned off,
  `NAME_NUMBER_assignsubmission_file_01_neuron.ipynb` (Moodle: mod/assign/classes/downloader.php).

Or one student's folder alone: notebooks that name nobody, `01_neuron.ipynb`, and none below.

Links are not followed and devices are not opened: each gets a row that says so.
"""

from __future__ import annotations

import importlib
import os
import re
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from nnf_teach.exercises import all_exercises, lesson_titles
from nnf_teach.grading.names import printable
from nnf_teach.notebooks import checkout, is_backup, packaged_course

MEGABYTE = 1 << 20
_DEPTH = 6  # folders below a student's own
_MOST_FILES = 20_000  # in a student's folder
_NOT_WORK = {".ipynb_checkpoints", "__MACOSX", "__pycache__", "site-packages", "node_modules"}
_COURSE_MARKS = ("source", "release", "gradebook.db", "nbgrader_config.py")
_CANVAS = re.compile(r"(?P<name>.+?)(?:_LATE)?_(?P<user>\d+)_\d+_(?P<file>.+)")
_MOODLE = re.compile(r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_\w+?(?:_(?P<file>.+))?")
_GRADE_ID = re.compile(rb'"grade_id"\s*:\s*"([a-z0-9_]{1,80})"')


@dataclass(frozen=True)
class Submission:
    """One notebook that was handed in, or something in its place.

    Attributes
    ----------
    student
        Who handed it in, made printable.
    lesson
        The lesson's number; None if that cannot be told.
    path
        Where it is.
    modified
        When it was written, in seconds since 1970; of the handing in where nbgrader noted that.
    status, sentence
        Why it cannot be graded, "" if nothing is known against it.
    others
        Other copies of the same lesson by the same student, which are not graded.
    """

    student: str
    lesson: int | None
    path: Path
    modified: float = 0.0
    status: str = ""
    sentence: str = ""
    others: tuple[str, ...] = ()


class NotGraded(Exception):
    """A submission that cannot be read: `status` in a word, and a sentence."""

    def __init__(self, status: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def find_submissions(
    folder: Path, out: Path | None = None, *, student: str | None = None
) -> list[Submission]:
    """Find the submissions in a folder, by student and lesson.

    Parameters
    ----------
    folder
        The class's submissions, or an nbgrader course with `submitted/` in it.
    out
        A folder that is no student's, if it should lie among them.
    student
        Whose all of the folder is; None if that has to be found out.

    Returns
    -------
    list of Submission
        At most one for each student and lesson; and one for each thing that is none, with a
        status that says why.

    Raises
    ------
    OSError
        If the folder itself cannot be read.
    """
    nbgrader = folder.name == "submitted" or _is_nbgrader_course(folder)
    top = folder / "submitted" if _is_nbgrader_course(folder) else folder
    top = Path(os.path.realpath(top))  # no link is passed from here on
    if student is not None or _is_one_students(top):
        name = printable(top.name) if student is None else student
        return _one_each(_in_folder(top, nbgrader, name))
    found: list[Submission] = []
    for entry in sorted(os.scandir(top), key=lambda entry: entry.name):
        if entry.name in _NOT_WORK or _same(entry, out):
            continue
        if entry.is_symlink():
            found.append(_refused(printable(entry.name), None, Path(entry.path), _LINK))
        elif entry.is_dir(follow_symlinks=False):
            inside = _in_folder(Path(entry.path), nbgrader)
            if entry.name.startswith("."):  # a student only if there is work in it
                inside = [one for one in inside if one.status != "no notebook"]
            found += inside
        elif _is_notebook(entry.name):
            found.append(_flat(entry))
    return _one_each(found)


def read(submission: Submission, most: int) -> bytes:
    """Return the bytes of a submission.

    Raises
    ------
    NotGraded
        If it was refused already, is no regular file, cannot be read, or has more bytes than
        `most`.
    """
    if submission.status:
        raise NotGraded(submission.status, submission.sentence)
    try:
        with open(_open(submission.path), "rb") as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise NotGraded("refused", _kind(facts.st_mode))
            content = file.read(most + 1)
    except OSError as error:
        raise NotGraded("unreadable", f"It cannot be read ({error.strerror}).") from None
    if len(content) > most:
        raise NotGraded(
            "too large",
            f"The notebook has {facts.st_size / MEGABYTE:.0f} MB, and {most / MEGABYTE:.0f} MB is "
            "the most that is read. Clear its outputs and hand it in again.",
        )
    return content


def _open(path: Path) -> int:
    """Open a file through folders none of which has become a link since it was found."""
    # NONBLOCK: opening a pipe that nobody writes to would wait for ever
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_BINARY", 0)
    if os.open not in os.supports_dir_fd:  # as on Windows
        return os.open(path, flags)
    through = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW
    folder = os.open(path.anchor or ".", through)
    try:
        for part in path.parts[bool(path.anchor) : -1]:
            above, folder = folder, os.open(part, through, dir_fd=folder)
            os.close(above)
        return os.open(path.name, flags, dir_fd=folder)
    finally:
        os.close(folder)


def lesson_of(content: bytes) -> int | None:
    """Tell the lesson of a notebook by the grade ids of its cells, without parsing it."""
    lessons = {name: exercise.lesson for name, exercise in all_exercises().items()}
    names = {found.decode().removesuffix("_answer") for found in _GRADE_ID.findall(content)}
    counts = Counter(lessons[name] for name in names if name in lessons)
    return counts.most_common(1)[0][0] if counts else None


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


_LINK = "It is a link, and links are not followed."


def _kind(mode: int) -> str:
    kinds = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFDIR: "a folder"}
    return f"It is {kinds.get(stat.S_IFMT(mode), 'a device')}, not a file."


def _refused(student: str, lesson: int | None, path: Path, why: str) -> Submission:
    return Submission(student, lesson, path, status="refused", sentence=why)


def _same(entry: os.DirEntry[str], out: Path | None) -> bool:
    return (
        out is not None and out.exists() and os.path.realpath(entry.path) == os.path.realpath(out)
    )


def _is_nbgrader_course(folder: Path) -> bool:
    submitted = folder / "submitted"
    return (
        submitted.is_dir()
        and not submitted.is_symlink()
        and any((folder / mark).exists() for mark in _COURSE_MARKS)
    )


def _is_one_students(folder: Path) -> bool:
    """Whether the notebooks in a folder name nobody, and none lies below."""
    notebooks = [entry for entry in _walk(folder, _DEPTH) if _is_notebook(entry.name)]
    return bool(notebooks) and all(
        Path(entry.path).parent == folder and _flat(entry).status == "no student"
        for entry in notebooks
    )


def _in_folder(folder: Path, nbgrader: bool, student: str = "") -> list[Submission]:
    """Return a student's submissions; at least one, which says that there is none."""
    if not student:
        moodle = _MOODLE.fullmatch(folder.name)
        student = printable(f"{moodle['name']}_{moodle['number']}" if moodle else folder.name)
    found, seen = [], 0
    try:
        for entry in _walk(folder, _DEPTH):
            seen += 1
            if seen > _MOST_FILES:
                why = f"There are more than {_MOST_FILES} files in the folder."
                return [_refused(student, None, folder, why)]
            if not _is_notebook(entry.name):
                continue
            path = Path(entry.path)
            timestamp = path.parent / "timestamp.txt" if nbgrader else None
            found.append(_file(student, path, entry.name, timestamp))
    except OSError as error:
        why = f"The folder cannot be read ({error.strerror})."
        return [Submission(student, None, folder, status="unreadable", sentence=why)]
    nothing = Submission(
        student, None, folder, status="no notebook", sentence="There is no notebook in the folder."
    )
    return found or [nothing]


def _is_notebook(name: str) -> bool:
    # macOS puts a file ._x beside x when it packs
    return name.lower().endswith(".ipynb") and not name.startswith("._")


def _walk(folder: Path, depth: int) -> Iterator[os.DirEntry[str]]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name in _NOT_WORK:
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth and not entry.name.startswith("."):
                yield from _walk(Path(entry.path), depth - 1)
        else:
            yield entry


def _flat(entry: os.DirEntry[str]) -> Submission:
    stem, path = entry.name[: -len(".ipynb")], Path(entry.path)
    if found := _MOODLE.fullmatch(stem):
        name, rest = f"{found['name']}_{found['number']}", found["file"] or ""
    elif (found := _CANVAS.fullmatch(stem)) and _lesson_in_name(found["file"]) is not None:
        name, rest = f"{found['name']}_{found['user']}", found["file"]
    else:
        start = _start_of_lesson(stem)
        name, rest = (stem[:start], stem[start:]) if start is not None else (stem, "")
        name = name.rstrip("_- ")
    if not name:
        why = "Its name does not say whose it is. Call it STUDENT_01_neuron.ipynb, for example."
        return Submission(printable(stem), None, path, status="no student", sentence=why)
    return _file(printable(name), path, f"{rest}.ipynb", None)


def _file(student: str, path: Path, name: str, timestamp: Path | None) -> Submission:
    facts = os.lstat(path)
    lesson = _lesson_in_name(name)
    if stat.S_ISLNK(facts.st_mode):
        return _refused(student, lesson, path, _LINK)
    if not stat.S_ISREG(facts.st_mode):
        return _refused(student, lesson, path, _kind(facts.st_mode))
    modified = _noted(timestamp) or facts.st_mtime
    submission = Submission(student, lesson, path, modified)
    if lesson is not None:
        return submission
    try:
        lesson = lesson_of(read(submission, 64 * MEGABYTE))
    except NotGraded as problem:
        return replace(submission, status=problem.status, sentence=str(problem))
    if lesson is None:
        example = next(iter(stems().values()), "01_neuron")
        why = f"Neither its name nor its cells say which lesson it is. Call it {example}.ipynb."
        return replace(submission, status="no lesson", sentence=why)
    return replace(submission, lesson=lesson)


def _lesson_in_name(name: str) -> int | None:
    start = _start_of_lesson(name)
    return None if start is None else int(name[start : start + 2])


def _start_of_lesson(name: str) -> int | None:
    """Return where `01_neuron` begins in a file name; a lesson's full name before its number."""
    starts = [name.rfind(stem) for stem in stems().values() if _stands_alone(name, stem)]
    if not starts:
        numbers = re.finditer(r"(?:^|(?<=[\s_-]))\d\d_[A-Za-z]", name)
        starts = [m.start() for m in numbers if int(m.group()[:2]) in lesson_titles()]
    return max(starts) if starts else None


def _stands_alone(name: str, stem: str) -> bool:
    start = name.rfind(stem)
    return start == 0 or (start > 0 and not name[start - 1].isalnum())


def _noted(timestamp: Path | None) -> float | None:
    """Return the time that nbgrader noted when the work was handed in."""
    if timestamp is None or timestamp.is_symlink() or not timestamp.is_file():
        return None
    try:
        # nbgrader writes with this library, in several forms
        parser: Any = importlib.import_module("dateutil.parser")
        with open(timestamp, encoding="utf-8") as file:
            time: datetime = parser.parse(file.read(100).strip())
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    except (OSError, ValueError, OverflowError):
        return None


def _one_each(found: list[Submission]) -> list[Submission]:
    """Keep one notebook for each student and lesson: the newest that is no backup of `nnf reset`.

    What is refused counts only where there is nothing better.
    """

    def rank(submission: Submission) -> tuple[bool, bool, float, str]:
        backup = is_backup(submission.path)
        return bool(submission.status), backup, -submission.modified, submission.path.name

    groups: dict[tuple[str, object], list[Submission]] = {}
    for submission in found:
        # what belongs to no lesson stands for itself
        lesson = str(submission.path) if submission.lesson is None else submission.lesson
        groups.setdefault((submission.student, lesson), []).append(submission)
    chosen = []
    for group in groups.values():
        first, *others = sorted(group, key=rank)
        names = tuple(sorted(printable(other.path.name) for other in others))
        chosen.append(replace(first, others=names))
    return sorted(chosen, key=lambda s: (s.student, -1 if s.lesson is None else s.lesson))
