"""Find what a class has handed in. Nothing in the folder is trusted, and nothing is run.

Three layouts, in any mixture:

- a folder per student, with notebooks in it or in folders below it; nbgrader's
  `submitted/STUDENT/ASSIGNMENT/` is of that kind, and so is what Moodle exports;
- flat, `STUDENT_01_neuron.ipynb`;
- flat as Canvas exports it, `NAME_USER_FILE_01_neuron.ipynb`, with LATE after the name of who
  was late, `anon_CODE_FILE_01_neuron.ipynb` where names are hidden, and `_text.html` or
  `_link.html` at the end where it was no file (Canvas: lib/content_zipper.rb); and as Moodle does
  where folders are turned off,
  `NAME_NUMBER_assignsubmission_file_01_neuron.ipynb` (Moodle: mod/assign/classes/downloader.php).

Or one student's folder alone: notebooks that name nobody, `01_neuron.ipynb`, and none below.

Links are not followed and devices are not opened: each gets a row that says so.
"""

from __future__ import annotations

import importlib
import os
import re
import stat
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from nnf_teach.grading.lessons import lesson_in_name, lesson_of, start_of_lesson, stems, worth
from nnf_teach.grading.names import printable
from nnf_teach.notebooks import is_backup

MEGABYTE = 1 << 20
_DEPTH = 6  # folders below a student's own
_MOST_FILES = 20_000  # in a student's folder
_NOT_WORK = {".ipynb_checkpoints", "__MACOSX", "__pycache__", "site-packages", "node_modules"}
_NO_WORK = (".csv", "thumbs.db", "desktop.ini")  # beside the work: rosters, what systems leave
_A_CLASS = 3  # copies of one lesson in a folder, each with a name of its own
_COURSE_MARKS = ("source", "release", "gradebook.db", "nbgrader_config.py")
_CANVAS = re.compile(
    r"(?:(?P<anon_late>LATE_)?(?P<anon>anon_\w+?)|(?P<name>.+?)(?P<late>_LATE)?_(?P<user>\d+))"
    r"_(?:\d{3,}_(?P<file>.+)|(?:text|link)\.html)"  # a number of two digits may be a date's
)
_COPY = re.compile(r"(^|[\s_-])(copy|kopie|copie|copia|cópia|kopia) (of|von|de|di|van|av)$", re.I)
_COPY_FIRST = re.compile(r"^(copy|kopie|copie|copia|cópia|kopia) (of|von|de|di|van|av) ", re.I)
_MOODLE = re.compile(r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_\w+?(?:_(?P<file>.+))?")


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
    noted
        Whether a system noted the time, and it is not the file's own.
    late
        Whether the system that packed it says that it is late; None if it says nothing.
    remarks
        What a person should know of all that, in sentences.
    """

    student: str
    lesson: int | None
    path: Path
    modified: float = 0.0
    status: str = ""
    sentence: str = ""
    others: tuple[str, ...] = ()
    noted: bool = False
    late: bool | None = None
    remarks: tuple[str, ...] = ()


class NotGraded(Exception):
    """A submission that cannot be read: `status` in a word, and a sentence."""

    def __init__(self, status: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class WrongLevel(Exception):
    """The class is in a folder of the folder; the message says which."""


def find_submissions(
    folder: Path,
    out: Path | None = None,
    *,
    student: str | None = None,
    also: Path | None = None,
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
    also
        Another folder that is all this student's.

    Returns
    -------
    list of Submission
        At most one for each student and lesson; and one for each thing that is none, with a
        status that says why.

    Raises
    ------
    OSError
        If the folder itself cannot be read.
    WrongLevel
        If it holds the folder of a class, and no student's.
    """
    nbgrader = folder.name == "submitted" or _is_nbgrader_course(folder)
    top = folder / "submitted" if _is_nbgrader_course(folder) else folder
    top = Path(os.path.realpath(top))  # no link is passed from here on
    if student is not None or _is_one_students(top):
        name = printable(top.name) if student is None else student
        there = _in_folder(top, nbgrader, name)
        more = _in_folder(also, False, name) if also else []
        return _one_each([one for one in there + more if one.status != "no notebook"] or there)
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
        elif not entry.name.startswith(".") and not entry.name.lower().endswith(_NO_WORK):
            found.append(_flat(Path(entry.path)))
    _refuse_class_below(found, top)
    return _one_each(found)


def _refuse_class_below(found: list[Submission], top: Path) -> None:
    """Refuse a folder in which the class is one level further down, as one student's copies."""
    if len({submission.student for submission in found}) != 1:
        return
    for lesson in {submission.lesson for submission in found}:
        parts = [s.path.relative_to(top).parts for s in found if s.lesson == lesson]
        whose = {part[1] if len(part) > 2 else _named(part[-1]).student for part in parts}
        if len(whose) >= _A_CLASS:
            below = top / parts[0][0]
            raise WrongLevel(
                f"{below} has lesson {lesson:02} {len(whose)} times. Is it the class, and not one "
                f"student? Then grade that folder. If these are copies, leave one of them in it."
            )


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
        Path(entry.path).parent == folder and not _named(entry.name).student for entry in notebooks
    )


def _in_folder(folder: Path, nbgrader: bool, student: str = "") -> list[Submission]:
    """Return a student's submissions; at least one, which says that there is none."""
    if not student:
        moodle = _MOODLE.fullmatch(folder.name)
        student = printable(f"{moodle['name']}_{moodle['number']}" if moodle else folder.name)
    found, seen, there = [], 0, list[str]()
    try:
        for entry in _walk(folder, _DEPTH):
            seen += 1
            if seen > _MOST_FILES:
                why = f"There are more than {_MOST_FILES} files in the folder."
                return [_refused(student, None, folder, why)]
            if not _is_notebook(entry.name):
                there += [printable(entry.name)] if entry.name[0] != "." else []
                continue
            path = Path(entry.path)
            timestamp = path.parent / "timestamp.txt" if nbgrader else None
            found.append(_file(student, path, entry.name, timestamp))
    except OSError as error:
        why = f"The folder cannot be read ({error.strerror})."
        return [Submission(student, None, folder, status="unreadable", sentence=why)]
    why = "There is no notebook in the folder."
    if there:
        more = ", ..." if len(there) > 3 else ""
        why = f"There is no notebook in the folder, only {', '.join(there[:3])}{more}."
    return found or [Submission(student, None, folder, status="no notebook", sentence=why)]


def _is_notebook(name: str) -> bool:
    # macOS puts a file ._x beside x when it packs; some browsers save with an ending of their own
    return name.lower().endswith((".ipynb", ".ipynb.json", ".ipynb.txt")) and name[:2] != "._"


def _walk(folder: Path, depth: int) -> Iterator[os.DirEntry[str]]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name in _NOT_WORK:
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth and not entry.name.startswith("."):
                yield from _walk(Path(entry.path), depth - 1)
        else:
            yield entry


class _Named(NamedTuple):
    """What a file's name says: the student, "" for nobody, the notebook's name, and lateness."""

    student: str
    file: str
    late: bool | None = None


def _flat(path: Path) -> Submission:
    named = _named(path.name)
    if not named.student:
        why = "Its name does not say whose it is. Call it STUDENT_01_neuron.ipynb, for example."
        return Submission(printable(path.stem), None, path, status="no student", sentence=why)
    student = printable(named.student)
    if _is_notebook(path.name):
        return replace(_file(student, path, named.file, None), late=named.late)
    kind = f"a file {path.suffix}" if path.suffix else "a file without an ending"
    why = f"It is {printable(kind)}, no notebook: hand in the file that ends in .ipynb."
    lesson = lesson_in_name(named.file)
    return Submission(student, lesson, path, status="no notebook", sentence=why)


def _named(name: str) -> _Named:
    """Divide a file's name into the student and the notebook's name."""
    stem = re.split(r"\.ipynb", name, flags=re.IGNORECASE)[0] if _is_notebook(name) else name
    if found := _MOODLE.fullmatch(stem):
        return _Named(f"{found['name']}_{found['number']}", found["file"] or "")
    if found := _CANVAS.fullmatch(stem):
        whose = found["anon"] or f"{found['name']}_{found['user']}"
        return _Named(whose, found["file"] or "", bool(found["late"] or found["anon_late"]))
    start = start_of_lesson(stem)
    if start is None:
        return _Named(_not_a_copy(stem if stem != name else Path(name).stem), "")
    return _Named(_not_a_copy(stem[:start]).strip("_- "), stem[start:])


def _not_a_copy(name: str) -> str:
    """Take "Copy of" away, which Google Drive and file managers put in front."""
    name = name.rstrip("_- ")
    while (shorter := _COPY_FIRST.sub("", _COPY.sub("", name))) != name:
        name = shorter.rstrip("_- ")
    return name


def _file(student: str, path: Path, name: str, timestamp: Path | None) -> Submission:
    facts = os.lstat(path)
    lesson = lesson_in_name(name)
    if stat.S_ISLNK(facts.st_mode):
        return _refused(student, lesson, path, _LINK)
    if not stat.S_ISREG(facts.st_mode):
        return _refused(student, lesson, path, _kind(facts.st_mode))
    noted, remark = _noted(timestamp)
    modified, remarks = facts.st_mtime if noted is None else noted, (remark,) if remark else ()
    submission = Submission(
        student, lesson, path, modified, noted=noted is not None, remarks=remarks
    )
    try:
        content = read(submission, 64 * MEGABYTE)
    except NotGraded as problem:
        if lesson is not None:
            return submission
        return replace(submission, status=problem.status, sentence=str(problem))
    lesson = lesson_of(content) or lesson
    if lesson is None:
        example = next(iter(stems().values()), "01_neuron")
        why = f"Neither its name nor its cells say which lesson it is. Call it {example}.ipynb."
        return replace(submission, status="no lesson", sentence=why)
    return replace(submission, lesson=lesson)


def _noted(timestamp: Path | None) -> tuple[float | None, str]:
    """Return the time that nbgrader noted when the work was handed in, and what is odd about it."""
    if timestamp is None or timestamp.is_symlink() or not timestamp.is_file():
        return None, ""
    try:
        with open(timestamp, encoding="utf-8") as file:
            text = file.read(100).strip()
        time, understood = parse_timestamp(text)
    except (OSError, ValueError, OverflowError):
        return None, "its timestamp.txt is not understood, so that the file's own date stands"
    if understood:
        return time.timestamp(), ""
    return time.timestamp(), f"the zone in its timestamp.txt ({printable(text)}) is taken for UTC"


def parse_timestamp(text: str) -> tuple[datetime, bool]:
    """Read a time as nbgrader reads its own, and say whether its zone was understood.

    nbgrader (nbgrader/utils.py, parse_utc) looks the third word up as a zone; without one, and
    where the word is none, it takes the time for UTC.

    >>> parse_timestamp("2026-11-20 12:00:00 America/New_York")[0].isoformat()
    '2026-11-20T12:00:00-05:00'
    """
    dateutil: Any = importlib.import_module("dateutil.parser")
    zones: Any = importlib.import_module("dateutil.tz")
    with warnings.catch_warnings(record=True) as unknown:
        warnings.simplefilter("always")
        date, *clock = text.split(" ")
        if len(clock) != 2:
            time: datetime = dateutil.parse(text)
            understood = not unknown
        else:
            zone = int(clock[1]) if _is_whole(clock[1]) else zones.gettz(clock[1])
            time = dateutil.parse(f"{date} {clock[0]} TZ", tzinfos={"TZ": zone})
            understood = zone is not None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)), understood


def _is_whole(text: str) -> bool:
    try:
        int(text)
    except ValueError:
        return False
    return True


def as_one(found: Sequence[Submission], names: Mapping[str, str]) -> list[Submission]:
    """Return the submissions of students who have several names as those of one."""
    renamed = [replace(s, student=names.get(s.student, s.student)) for s in found]
    return _one_each(renamed)


def _one_each(found: list[Submission]) -> list[Submission]:
    """Keep one notebook for each student and lesson: the newest with work in it.

    A backup of `nnf reset` counts after what is no backup, and what is refused only where there is
    nothing better.
    """

    def rank(submission: Submission) -> tuple[int, bool, float, str]:
        path = submission.path
        return -_worth(submission), is_backup(path), -submission.modified, path.name

    groups: dict[tuple[str, object], list[Submission]] = {}
    for submission in found:
        # what belongs to no lesson stands for itself
        lesson = str(submission.path) if submission.lesson is None else submission.lesson
        groups.setdefault((submission.student, lesson), []).append(submission)
    chosen = []
    for group in groups.values():
        first, *others = sorted(group, key=rank) if len(group) > 1 else group
        names = tuple(sorted(printable(other.path.name) for other in others))
        chosen.append(replace(first, others=tuple(sorted({*first.others, *names}))))
    return sorted(chosen, key=lambda s: (s.student, -1 if s.lesson is None else s.lesson))


def _worth(submission: Submission) -> int:
    """Return what is in a copy: see `worth`; less than nothing where it cannot be read."""
    try:
        return worth(read(submission, 64 * MEGABYTE), submission.lesson)
    except NotGraded:
        return -1
