"""Grade one submission on Gradescope, from its files to results.json, whatever they are."""

from __future__ import annotations

import json
import os
import secrets
import stat
import sys
import tempfile
import traceback
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from nnf_teach.grading.gradescope.archive import Settings
from nnf_teach.grading.gradescope.results import nothing, results
from nnf_teach.grading.lessons import stems
from nnf_teach.grading.mark import Mark
from nnf_teach.grading.marking import Limits, Task, close_sandbox, mark
from nnf_teach.grading.names import printable
from nnf_teach.grading.records import from_json
from nnf_teach.grading.sandbox import NoSandbox
from nnf_teach.grading.submissions import MEGABYTE, NotGraded, Submission, find_submissions, read
from nnf_teach.grading.walls import choose

_MOST_UNPACKED, _ROOM = 200, 100 * MEGABYTE  # of all zip files together
_LARGEST_ZIP, _LARGEST_IN_ZIP = 50 * MEGABYTE, 20 * MEGABYTE
_FAILED = (
    "The grader failed, so that nothing was graded. This is not your fault: tell your instructor, "
    "and submit again."
)


def main(words: list[str], environment: Mapping[str, str] = os.environ) -> int:
    """Grade what lies in the platform's folders; or `--try` to say what it will run in."""
    top = Path(environment.get("AUTOGRADER", "/autograder"))
    settings = _settings(top)
    if words == ["--try"]:
        return _try(settings)
    found = grade(top / "submission", settings)
    path = top / "results" / "results.json"
    path.with_suffix(".part").write_text(json.dumps(found), encoding="utf-8")
    path.with_suffix(".part").replace(path)
    return 0


def _settings(top: Path) -> Settings:
    text = (top / "source" / "settings.json").read_text(encoding="utf-8")
    return from_json(Settings, json.loads(text))


def _try(settings: Settings) -> int:
    """Say which sandbox there is, where the image is built; where it runs, it may differ."""
    try:
        print(f"Sandbox: {choose(settings.sandbox).name}")
    except NoSandbox as problem:
        print(f"There is no sandbox while this image is built: {problem}")
    return 0


def grade(folder: Path, settings: Settings) -> dict[str, Any]:
    """Return the results of a submission's folder; nothing that is in it raises."""
    try:
        with tempfile.TemporaryDirectory(prefix="nnf-unpacked-") as unpacked:
            return _grade(folder, Path(unpacked), settings)
    except NoSandbox as problem:
        print(problem)
        return nothing(settings, _FAILED, str(problem))
    except Exception:
        traceback.print_exc()
        return nothing(settings, _FAILED, traceback.format_exc())
    finally:
        close_sandbox()


def _grade(folder: Path, unpacked: Path, settings: Settings) -> dict[str, Any]:
    remarks = list(_unpack(folder, unpacked))
    found = find_submissions(folder, student="submission", also=unpacked)
    seed = secrets.randbelow(2**31)
    marks = []
    for one in found:
        if one.lesson in settings.lessons:
            marks.append(_mark(one, settings, seed))
            others = ", ".join(one.others)
            remarks += (
                [f"{one.lesson:02}: {_name(one)} was graded, not {others}."] if others else []
            )
        elif one.lesson is not None:
            remarks.append(_of_another(one, settings))
        else:
            remarks.append(f"{_name(one)}: {one.sentence}" if one.path != folder else one.sentence)
    if not marks:
        return nothing(settings, "\n".join([*remarks, _expected(settings)]))
    return results(settings, marks, remarks, seed)


def _name(submission: Submission) -> str:
    return printable(submission.path.name)


def _of_another(one: Submission, settings: Settings) -> str:
    assert one.lesson is not None
    return f"{_name(one)} is a notebook of lesson {one.lesson:02}, which is not graded here."


def _expected(settings: Settings) -> str:
    names = " and ".join(f"{stems()[lesson]}.ipynb" for lesson in settings.lessons)
    return f"What is graded here: {names}. Did you submit the file that you worked in?"


def _mark(submission: Submission, settings: Settings, seed: int) -> Mark:
    assert submission.lesson is not None
    limits = _limits(settings)
    try:
        content = read(submission, limits.notebook_bytes)
    except NotGraded as problem:
        return Mark("submission", submission.lesson, None, problem.status, str(problem))
    task = Task("submission", submission.lesson, content, seed, limits, settings.sandbox)
    return mark(task)


def _limits(settings: Settings) -> Limits:
    usual, factor = Limits(), settings.time_factor
    return replace(
        usual,
        statement_seconds=usual.statement_seconds * factor,
        notebook_seconds=usual.notebook_seconds * factor,
        question_factor=factor,
        memory_bytes=min(usual.memory_bytes, _container_memory()),
    )


def _container_memory() -> int:
    """Return the bytes that a submission can have here, so that it ends before the container."""
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            most = int(Path("/sys/fs/cgroup", name).read_text())
            return max(most * 3 // 4, 512 * MEGABYTE)
        except (OSError, ValueError):
            continue
    return Limits().memory_bytes


# Zip files ----------------------------------------------------------------------------------


def _unpack(folder: Path, to: Path) -> Iterator[str]:
    """Write the notebooks of zip files below another folder; yield a sentence for what is left."""
    files, room = _MOST_UNPACKED, _ROOM
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() != ".zip" or not stat.S_ISREG(path.lstat().st_mode):
            continue
        try:
            for name, content in _notebooks_in(path):
                files, room = files - 1, room - len(content)
                if files < 0 or room < 0:
                    yield f"{printable(path.name)} holds too much: submit the notebook itself."
                    return
                place = to / str(files)
                place.mkdir()
                (place / name).write_bytes(content)
        except Exception:  # a damaged archive has many ways to be read wrongly
            yield f"{printable(path.name)} cannot be unpacked: submit the notebook itself."


def _notebooks_in(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the bare names and the bytes of a zip's notebooks."""
    if path.stat().st_size > _LARGEST_ZIP:
        raise ValueError("its list of files alone could fill the memory")
    with zipfile.ZipFile(path) as archive:
        for one in archive.infolist():
            name = PurePosixPath(one.filename).name
            hidden = any(part in one.filename for part in ("__MACOSX", ".ipynb_checkpoints"))
            if ".ipynb" not in name.lower() or one.is_dir() or hidden:
                continue
            if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ValueError("what it holds cannot be unpacked in pieces")
            with archive.open(one) as file:
                # a file's name has so many bytes at most
                yield name.encode()[-200:].decode(errors="ignore"), file.read(_LARGEST_IN_ZIP + 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
