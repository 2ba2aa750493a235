"""What marks depend on beside the submission: the notebook that was handed out, and sources."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import importlib.util
import json
import re
import sys
from pathlib import Path
from typing import Any

from nnf_teach.grading.inside.notebook import names_of
from nnf_teach.notebooks import checkout, packaged_course


@functools.cache
def handed_out(lesson: int) -> list[str]:
    """Return the texts of the code cells of the lesson's notebook, as learners got it."""
    top = checkout()
    folder = top / "course" if top else packaged_course()
    found: list[str] = []
    for path in sorted(folder.glob(f"{lesson:02}_*.ipynb")) if folder else []:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        found += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return found


@functools.cache
def our_cells(lesson: int) -> list[Any]:
    """Return the same, each with the names that it uses and binds, as JSON."""
    found = {text.strip(): names_of(text) for text in handed_out(lesson)}
    return [[text, [sorted(names.used), sorted(names.bound)]] for text, names in found.items()]


def exercise_version(lesson: int) -> str:
    """Return a hash of what the marks of a lesson depend on, but for the submission.

    That is sources (`sources_of`), and the notebook that was handed out.
    """
    digest = hashlib.sha256(json.dumps(handed_out(lesson)).encode())
    top = Path(__file__).parents[1]
    for path in sorted(sources_of(lesson)):
        digest.update(f"{path.relative_to(top).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


@functools.cache
def environment() -> str:
    """Return a hash of Python's version, and of all packages that are installed with theirs."""
    all_metadata = (d.metadata for d in importlib.metadata.distributions())
    there = {f"{found['Name']} {found['Version']}" for found in all_metadata}
    return hashlib.sha256(json.dumps([sys.version, *sorted(there)]).encode()).hexdigest()[:16]


_FROM = re.compile(r"^\s*from (nnf_teach[\w.]*) import (\([^)]*\)|.*)", re.MULTILINE)
_EVERY_LESSON = ("nnf_teach.modules", "nnf_teach.checking.diagnosis", "nnf_teach.grading.marking")


def sources_of(lesson: int) -> set[Path]:
    """Return the files that the marks of a lesson depend on.

    They are its exercises and what they import, the modules that a notebook may use, the checks,
    and this part of the grader; no file of another lesson.
    """
    found = _sources([f"nnf_teach.exercises.lesson_{lesson:02}", *_EVERY_LESSON])
    return found | set((Path(__file__).parent / "inside").glob("*.py"))


def _sources(modules: list[str]) -> set[Path]:
    """Return the files of these modules, and of all of this package that they import.

    `nnf_teach.exercises` itself imports every lesson, but nothing of another lesson counts.
    """
    found: dict[str, Path] = {}
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        spec = None if name in found else _spec(name)
        if spec is None or spec.origin is None:
            continue
        found[name] = Path(spec.origin)
        waiting += _imports(found[name], found[name].stat().st_mtime_ns)
    return set(found.values())


def _spec(name: str) -> Any:
    try:
        return importlib.util.find_spec(name)
    except (ImportError, AttributeError, ValueError):  # a name in a module, not a module
        return None


@functools.cache
def _imports(path: Path, changed: int) -> list[str]:
    """Return the modules of this package that a file imports, or imports names from."""
    text = path.read_text(encoding="utf-8")
    found = re.findall(r"^\s*import (nnf_teach[\w.]*)", text, re.MULTILINE)
    for module, names in _FROM.findall(text):
        whole = [f"{module}.{name}" for name in re.findall(r"(?:^|[(,])\s*(\w+)", names)]
        found += [name if _spec(name) else module for name in whole]
    return found
