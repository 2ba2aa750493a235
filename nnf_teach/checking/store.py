"""Where progress is kept: a JSON file of the learner's, or memory where nobody is looking."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from nnf_teach import session
from nnf_teach.checking.result import CheckResult

Data = dict[str, dict[str, Any]]
_LOCK_PATIENCE = 2.0  # seconds
_FORMAT = 1
KEPT_BY_BROWSER = Path("/drive")  # where JupyterLite has the notebooks


def progress_path() -> Path:
    """Return the progress file: `NNF_PROGRESS`, or one in the user's data folder.

    A browser keeps nothing but the folder of the notebooks.
    """
    chosen = os.environ.get("NNF_PROGRESS")
    if chosen:
        return Path(chosen)
    if session.in_browser():
        return KEPT_BY_BROWSER / "progress.json"
    from platformdirs import user_data_path

    return user_data_path("nnf_teach") / "progress.json"


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one process at a time change the file; in a browser there is one, and no locks."""
    if session.in_browser():
        yield
        return
    from filelock import FileLock

    with FileLock(f"{path}.lock", timeout=_LOCK_PATIENCE):
        yield


def store(strict: bool) -> Store:
    """Return where this process keeps progress; in strict runs memory only."""
    return _memory() if strict else FileStore(progress_path())


class Store:
    """Progress in memory: exercises and predictions by name."""

    def __init__(self) -> None:
        self._data = _empty()

    def read(self) -> tuple[Data, str]:
        """Return the data, and a sentence when something is wrong with them."""
        return self._data, ""

    def change(self, edit: Callable[[Data], None]) -> str:
        """Apply `edit` to the data; return a sentence when they could not be kept."""
        edit(self._data)
        return ""

    def record_check(self, result: CheckResult) -> str:
        """Note a check, and what it said of a wrong answer. A passed exercise stays passed."""
        if result.status == "not attempted":
            return ""

        def edit(data: Data) -> None:
            entry = data["exercises"].setdefault(result.exercise, {"points": 0, "attempts": 0})
            if not entry.get("passed"):
                entry["attempts"] += 1
                entry["said"] = dict(result.rows).get("look at", "")
            if result.passed and not entry.get("passed"):
                entry.update(passed=True, points=result.points, when=_now())

        return self.change(edit)

    def record_hints(self, name: str) -> str:
        """Note that all hints of an exercise have been handed out."""
        return self._note(name, "hints")

    def record_solution(self, name: str) -> str:
        """Note that the solution of an exercise was shown before its check has passed."""
        return self._note(name, "solution_seen")

    def _note(self, name: str, what: str) -> str:
        def edit(data: Data) -> None:
            data["exercises"].setdefault(name, {"points": 0, "attempts": 0})[what] = True

        return self.change(edit)

    def record_prediction(self, name: str, choice: int, right: bool) -> str:
        """Note a prediction. The first answer stays."""

        def edit(data: Data) -> None:
            data["predictions"].setdefault(name, {"choice": choice, "right": right, "when": _now()})

        return self.change(edit)


@cache
def _memory() -> Store:
    return Store()


class FileStore(Store):
    """Progress in a file: written whole and then renamed, under a lock.

    What cannot be written now is done again with the next change, on what the file holds then:
    another notebook's work is never overwritten.
    """

    _pending: dict[Path, list[Callable[[Data], None]]] = {}

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def read(self) -> tuple[Data, str]:
        try:
            data, sentence = self._load()
        except OSError as error:
            data = _empty()
            sentence = f"Your progress file cannot be read ({error.strerror}): {self.path}"
        for edit in self._pending.get(self.path, []):
            edit(data)
        return data, sentence

    def change(self, edit: Callable[[Data], None]) -> str:
        pending = self._pending.setdefault(self.path, [])
        pending.append(edit)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with _locked(self.path):
                data, sentence = self._load()
                for edit in pending:
                    edit(data)
                write(self.path, data)
        except OSError as error:  # filelock's Timeout is one, too
            why = getattr(error, "strerror", None) or str(error)
            return (
                f"Your progress could not be saved to {self.path} ({why}). It is kept until this "
                "kernel stops. Is the folder writable?"
            )
        pending.clear()
        return sentence

    def _load(self) -> tuple[Data, str]:
        try:
            return checked(json.loads(self.path.read_text(encoding="utf-8"))), ""
        except FileNotFoundError:
            return _empty(), ""
        except (ValueError, RecursionError):
            return _empty(), self._set_aside()

    def _set_aside(self) -> str:
        aside = self.path.with_name(f"{self.path.stem}-damaged-{_now().replace(':', '-')}.json")
        try:
            os.replace(self.path, aside)
        except OSError:
            return f"Your progress file is damaged and could not be moved aside: {self.path}"
        return f"Your progress file was damaged. It was kept as {aside}; a new one is begun."


def _empty() -> Data:
    return {"exercises": {}, "predictions": {}}


def checked(loaded: Any) -> Data:
    """Return loaded JSON as data, or raise ValueError when it is something else."""
    if not isinstance(loaded, dict):
        raise ValueError("not an object")
    data: Data = {}
    for part in ("exercises", "predictions"):
        entries = loaded.get(part, {})
        if not isinstance(entries, dict) or not all(isinstance(e, dict) for e in entries.values()):
            raise ValueError(f"{part!r} is not an object of objects")
        data[part] = entries
    for entry in data["exercises"].values():
        if not all(isinstance(entry.get(key), int) for key in ("points", "attempts")):
            raise ValueError("points and attempts are whole numbers")
        if not isinstance(entry.get("said", ""), str):
            raise ValueError("what was said is a text")
    for entry in data["predictions"].values():
        if not isinstance(entry.get("choice"), int):
            raise ValueError("a choice is a whole number")
    return data


def write(path: Path, data: Data) -> None:
    """Write data whole into a file, or leave it as it was."""
    text = json.dumps({"format": _FORMAT, **data}, indent=1, sort_keys=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _now() -> str:
    return datetime.now().isoformat(timespec="seconds")
