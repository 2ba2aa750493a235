"""Results on disk: one file per student and lesson, written whole, found by what they rest on.

RESULTS/run.json                       the seed
RESULTS/results/STUDENT/lesson_01.json a result, and the key of what it rests on
RESULTS/.lock                          held while a run writes here
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from nnf_teach.grading.mark import Result
from nnf_teach.grading.marking import Task, exercise_version
from nnf_teach.grading.names import key
from nnf_teach.grading.records import NotARecord, from_json, to_json
from nnf_teach.grading.versions import environment

_FORMAT = 1


class ResultsError(Exception):
    """The results folder cannot be used; the message says why."""


class Results:
    """The folder of results. Use it as a context: one run at a time writes there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = FileLock(folder / ".lock", timeout=0)
        # read once: what the workers have imported does not change during a run either
        self._version = functools.cache(exercise_version)

    def __enter__(self) -> Results:
        for name in ("results", "feedback", ".lock"):
            _refuse_link(self.folder / name)
        try:
            (self.folder / "results").mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            raise ResultsError(f"Another run is writing to {self.folder}.") from None
        except OSError as error:
            why = f"{self.folder} cannot be written to ({error.strerror})."
            raise ResultsError(why) from None
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def seed(self, chosen: int | None) -> int:
        """Return the seed of these results: the chosen one, the one before, or a new one.

        It decides on the inputs that every answer is tried on, so it is kept: who resumes a run,
        or regrades one student, draws the same.
        """
        path = self.folder / "run.json"
        seed = chosen if chosen is not None else _read(path).get("seed")
        if not isinstance(seed, int):
            seed = secrets.randbelow(2**31)
        write(path, json.dumps({"format": _FORMAT, "seed": seed}) + "\n")
        return seed

    def kept(self, task: Task) -> Result | None:
        """Return the result that rests on exactly this task, if there is one."""
        entry = _read(self._path(task.student, task.lesson))
        if entry.get("key") == self._key(task):
            with suppress(NotARecord):  # damaged
                return from_json(Result, entry.get("result"))
        return None

    def keep(self, task: Task, result: Result) -> None:
        """Write a result."""
        path = self._path(task.student, task.lesson)
        _refuse_link(path.parent)
        path.parent.mkdir(parents=True, exist_ok=True)
        settings = task_settings(task, self._version(task.lesson))
        entry = {"format": _FORMAT, "key": self._key(task), "rests on": settings}
        entry["result"] = to_json(result)
        write(path, json.dumps(entry))

    def _key(self, task: Task) -> str:
        return task_key(task, self._version(task.lesson))

    def _path(self, student: str, lesson: int) -> Path:
        return self.folder / "results" / key(student) / f"lesson_{lesson:02}.json"


def _refuse_link(path: Path) -> None:
    """Refuse to write through a link: whoever put it there would choose what is changed."""
    if path.is_symlink():
        raise ResultsError(f"{path} is a link. Take it away, or choose another folder.")


@dataclass(frozen=True)
class Kept:
    """A result on disk, and what it rests on, part by part; nothing where it was not noted."""

    result: Result
    rests_on: dict[str, Any]


def all_kept(folder: Path) -> dict[tuple[str, int], Kept]:
    """Return every result of a folder by student and lesson; nothing is written or locked.

    Raises
    ------
    ResultsError
        If the folder has no results.
    """
    found = {}
    for path in sorted((folder / "results").glob("*/lesson_*.json")):
        entry = _read(path)
        with suppress(NotARecord):  # damaged
            kept = Kept(from_json(Result, entry.get("result")), entry.get("rests on") or {})
            mark = kept.result.mark
            if mark.lesson is not None:
                found[mark.student, mark.lesson] = kept
    if not found:
        raise ResultsError(f"There are no results of nnf grade in {folder}.")
    return found


def task_key(task: Task, version: str) -> str:
    """Return a hash of all that a result depends on.

    `version` is that of the lesson's exercises.
    """
    settings = task_settings(task, version)
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def task_settings(task: Task, version: str) -> dict[str, Any]:
    """Return what a result depends on: work, exercises, packages, seed and limits."""
    return {
        "format": _FORMAT,
        "exercises": version,
        "environment": environment(),
        "lesson": task.lesson,
        "seed": task.seed,
        "limits": asdict(task.limits),
        "unsafe": task.sandbox == "none",
        "notebook": hashlib.sha256(task.notebook).hexdigest(),
    }


def write(path: Path, text: str) -> None:
    """Write a file in one step: a reader, or a crash, never meets half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _read(path: Path) -> dict[str, Any]:
    """Return what a file holds; nothing, if it is not there or damaged."""
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return entry if isinstance(entry, dict) else {}
