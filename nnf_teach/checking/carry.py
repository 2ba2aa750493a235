"""Carry progress from one place to another, in a file: `save_progress` and `load_progress`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nnf_teach import session
from nnf_teach.checking.display import show
from nnf_teach.checking.report import Progress, progress
from nnf_teach.checking.result import panel_html
from nnf_teach.checking.store import Data, checked, store, write

FILE = "my_progress.json"


def save_progress(file: str | Path = FILE) -> None:
    """Write your points, and what else is remembered, into a file.

    What such a file holds already is kept: two are made one.

    Parameters
    ----------
    file
        Where to; a name alone means the folder of the notebook.

    Raises
    ------
    ValueError
        When there is such a file, and it holds no progress; it stays as it is.
    OSError
        When it cannot be written.
    """
    path = Path(file)
    data, _ = store(session.strict()).read()
    kept = _read(path) if path.exists() else {"exercises": {}, "predictions": {}}
    merge(kept, data)
    write(path, kept)
    passed = sum(bool(entry.get("passed")) for entry in kept["exercises"].values())
    sentence = (
        f"Exercises passed: {passed}. All that is remembered of you is in {path}. To carry it "
        "elsewhere, right-click it in the file browser on the left and choose Download; there, "
        f'load_progress("{path}") reads it.'
    )
    show({"text/plain": sentence, "text/html": panel_html(sentence, ())})


def load_progress(file: str | Path = FILE) -> Progress:
    """Add to your points those of a file that `save_progress` wrote; nothing is taken away.

    Parameters
    ----------
    file
        The file; a name alone means the folder of the notebook.

    Returns
    -------
    Progress
        The points now, lesson by lesson.

    Raises
    ------
    OSError, ValueError
        When there is no such file, or it holds no progress.
    """
    loaded = _read(Path(file))
    sentence = store(session.strict()).change(lambda data: merge(data, loaded))
    found = progress()
    return Progress(found.lessons, sentence or found.sentence)


def merge(data: Data, more: Data) -> None:
    """Add to `data` what `more` holds: a pass stays a pass, and a first prediction the first.

    >>> ours = {"exercises": {"a": {"points": 0, "attempts": 3}}, "predictions": {}}
    >>> passed = {"a": {"points": 2, "attempts": 1, "passed": True}}
    >>> merge(ours, {"exercises": passed, "predictions": {}})
    >>> ours["exercises"]
    {'a': {'points': 2, 'attempts': 3, 'passed': True}}
    """
    for name, entry in more["exercises"].items():
        data["exercises"][name] = _both(data["exercises"].get(name, {}), entry)
    for name, answer in more["predictions"].items():
        known = data["predictions"].get(name, answer)
        data["predictions"][name] = min(known, answer, key=lambda given: str(given.get("when", "")))


def _both(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Join what two places know of an exercise; what was said is that of the one that passed."""
    first, second = (one, other) if one.get("passed") or not other.get("passed") else (other, one)
    attempts = max(first.get("attempts", 0), second.get("attempts", 0))
    return {**second, **first, "attempts": attempts}


def _read(path: Path) -> Data:
    try:
        return checked(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise FileNotFoundError(
            f"There is no file {path} in {Path.cwd()}. Is its name right, and is it uploaded there?"
        ) from None
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f"{path} is not a file of progress ({error}). save_progress() writes one."
        ) from None
