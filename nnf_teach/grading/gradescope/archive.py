"""The archive that an instructor uploads to Gradescope: two scripts, and the package as a wheel."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from nnf_teach.exercises import all_exercises, lesson_titles
from nnf_teach.grading.gradescope.wheel import make_wheel, wheel_name
from nnf_teach.notebooks import checkout

_HERE = Path(__file__).parent
_SCRIPTS = ("setup.sh", "run_autograder")
_NEEDED = ("numpy", "matplotlib", "autograd", "tqdm", "filelock", "platformdirs")  # to grade
_RUNS = 0o755 << 16  # the mode of a script, where a zip file keeps it
OK, PROBLEM, USAGE = 0, 1, 2


@dataclass(frozen=True)
class Settings:
    """What the archive is told.

    Attributes
    ----------
    lessons
        Their numbers.
    sandbox
        As in `nnf grade --sandbox`.
    visibility
        Of each test, to students: "visible", "after_due_date", "after_published" or "hidden".
    time_factor
        Multiplies the times of `nnf grade`: half a core is what Gradescope gives by default.
    """

    lessons: tuple[int, ...]
    sandbox: str = "auto"
    visibility: str = "visible"
    time_factor: float = 2.0


def run(args: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Do what `nnf gradescope` was told; return the exit status."""
    try:
        lessons = sorted({_lesson(text) for text in args.lessons})
    except ValueError as problem:
        print(f"nnf gradescope: {problem}", file=sys.stderr)
        return USAGE
    try:
        for path, some in _archives(lessons, args.out):
            settings = Settings(tuple(some), args.sandbox, args.visibility, args.time_factor)
            write_archive(path, settings)
            say(f"{path}: {_named(some)}, {points_of(some)} points. Upload it as the autograder.")
    except OSError as error:
        print(f"{args.out} cannot be written ({error.strerror}).", file=sys.stderr)
        return PROBLEM
    return OK


def _lesson(text: str) -> int:
    if text.isascii() and text.isdigit() and points_of([int(text)]):
        return int(text)
    with_points = [f"{n:02}" for n in lesson_titles() if points_of([n])]
    raise ValueError(f"{text!r} is no lesson with exercises; there are {', '.join(with_points)}")


def _archives(lessons: Sequence[int], out: Path) -> Iterable[tuple[Path, Sequence[int]]]:
    """Return what to write: one archive for all, or one for each lesson into a folder."""
    if out.suffix == ".zip":
        return [(out, lessons)]
    out.mkdir(parents=True, exist_ok=True)
    return [(out / f"autograder_{lesson:02}.zip", [lesson]) for lesson in lessons]


def _named(lessons: Sequence[int]) -> str:
    return f"lesson{'s' * (len(lessons) > 1)} {', '.join(f'{lesson:02}' for lesson in lessons)}"


def points_of(lessons: Iterable[int]) -> int:
    """Return the points to be had in these lessons, stretch exercises apart.

    >>> points_of([1])
    10
    """
    wanted = set(lessons)
    return sum(e.points for e in all_exercises().values() if e.lesson in wanted and not e.stretch)


def write_archive(path: Path, settings: Settings) -> None:
    """Write the archive.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in _SCRIPTS:
            script = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            script.external_attr = _RUNS
            archive.writestr(script, (_HERE / name).read_text(encoding="utf-8"))
        archive.writestr("settings.json", json.dumps(asdict(settings)))
        archive.writestr("requirements.txt", "".join(f"{name}\n" for name in _NEEDED))
        archive.writestr("constraints.txt", _constraints())
        archive.writestr(wheel_name(), make_wheel())


def _constraints() -> str:
    """Return the versions that the course was tested with, or those of this installation."""
    top = checkout()
    if top and (top / "constraints.txt").is_file():
        return (top / "constraints.txt").read_text(encoding="utf-8")
    found = importlib.metadata.distributions()
    return "".join(f"{one.name}=={one.version}\n" for one in found if _plain(one))


def _plain(one: importlib.metadata.Distribution) -> bool:
    return re.fullmatch(r"[\w.]+", one.version) is not None and one.name != "nnf_teach"
