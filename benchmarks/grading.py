"""How fast a class is graded, and how much memory the grader takes.

Submissions are generated: every exercise is answered rightly, by a known misconception, or not at
all, by chance from a seed. Training exercises are left as they were handed out, for their time is
that of the training; what one of them costs is a row of its own. `nbgrader autograde` grades the
same 20 submissions in the same run. Run it on a machine that does nothing else.

    python -m benchmarks grading
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import csv
import inspect
import io
import json
import logging
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nnf_teach.checking.edits import edits_of
from nnf_teach.exercises import Exercise, all_exercises
from nnf_teach.grading.lessons import stems

TOP = Path(__file__).parents[1]
CLASS = 200  # submissions of the first lesson
ALL = 200  # submissions of all lessons together
PEERS = 20  # submissions that nbgrader grades too
JOBS = 2
LEAST_RATE = 25.0  # submissions a second, lesson 1
LEAST_MIXED = 12.0  # submissions a second, all lessons
LEAST_RATIO = 10.0  # nbgrader's time over ours
MOST_MEMORY = 300.0  # MB
SHARES = {"right": 0.6, "mistaken": 0.25, "stub": 0.15}
SLIPS = 60  # submissions with slips that have no name
SLIPPED = {"right": 0.6, "slip": 0.25, "stub": 0.15}


class Run(NamedTuple):
    """One `nnf grade`: its time, the marks, and the memory of its own processes at their peak."""

    seconds: float
    points: float
    megabytes: float


def measure() -> list[tuple[str, str, str, bool]]:
    """Return the rows."""
    with tempfile.TemporaryDirectory() as folder:
        return list(_rows(Path(folder)))


def _rows(folder: Path) -> Iterator[tuple[str, str, str, bool]]:
    rng = np.random.default_rng(0)
    make_class(folder / "first", [1] * CLASS, rng)
    run = grade(folder / "first", folder / "first results")
    rate = CLASS / run.seconds
    yield (
        f"lesson 1, {CLASS} submissions on {JOBS} cores",
        f"{rate:.1f} a second ({run.seconds:.1f} s in all)",
        f"at least {LEAST_RATE:.0f}",
        rate >= LEAST_RATE,
    )
    yield (
        "memory of the grader meanwhile",
        f"{run.megabytes:.0f} MB in all its processes",
        f"under {MOST_MEMORY:.0f} MB",
        run.megabytes < MOST_MEMORY,
    )
    yield _with_slips(folder, rng)
    yield _against_nbgrader(folder, rng)
    lessons = [n for n in stems() if (TOP / "course" / f"{stems()[n]}.ipynb").is_file() and n]
    mixed = [lessons[k % len(lessons)] for k in range(ALL)]
    make_class(folder / "all", mixed, rng)
    run = grade(folder / "all", folder / "all results")
    rate = ALL / run.seconds
    found = f"{rate:.1f} a second ({run.seconds:.0f} s in all, {run.megabytes:.0f} MB)"
    asked = f"at least {LEAST_MIXED:.0f}, under {MOST_MEMORY:.0f} MB"
    enough = rate >= LEAST_MIXED and run.megabytes < MOST_MEMORY
    yield f"{ALL} submissions of lessons {_range(lessons)}", found, asked, enough
    taken = _seconds_of_lessons(folder / "all results")
    found = ", ".join(f"{lesson:02}: {seconds:.1f} s" for lesson, seconds in taken.items())
    yield "... in the middle, one of a lesson takes one core", found, "none", True
    yield from _training(folder, rng)


def _with_slips(folder: Path, rng: np.random.Generator) -> tuple[str, str, str, bool]:
    """Grade wrong answers that have no name, with the search for their places and without."""
    make_class(folder / "slips", [1] * SLIPS, rng, SLIPPED)
    with_places = grade(folder / "slips", folder / "slips results")
    without = grade(folder / "slips", folder / "slips without", "--place-seconds", "0")
    what = f"lesson 1, {SLIPS} submissions with slips, with their places and without"
    found = f"{SLIPS / with_places.seconds:.1f} and {SLIPS / without.seconds:.1f} a second"
    return what, found, "the same points", with_places.points == without.points


def _range(lessons: list[int]) -> str:
    return f"{lessons[0]} to {lessons[-1]}"


# Submissions --------------------------------------------------------------------------------


def make_class(
    folder: Path,
    lessons: list[int],
    rng: np.random.Generator,
    shares: dict[str, float] = SHARES,
) -> None:
    """Write a submission for each of the lessons, by a student of its own."""
    for k, lesson in enumerate(lessons):
        student = folder / f"student{k:03}"
        student.mkdir(parents=True)
        chosen = rng.choice(list(shares), size=50, p=list(shares.values()))
        kinds = {
            exercise.name: str(kind)
            for exercise, kind in zip(exercises_of(lesson), chosen, strict=False)
            if exercise.time_limit <= Exercise.time_limit
        }
        (student / f"{stems()[lesson]}.ipynb").write_bytes(submission(lesson, kinds, rng))


def exercises_of(lesson: int) -> list[Exercise]:
    """Return the exercises of a lesson."""
    return [exercise for exercise in all_exercises().values() if exercise.lesson == lesson]


def submission(lesson: int, kinds: dict[str, str], rng: np.random.Generator) -> bytes:
    """Return the notebook that was handed out with its exercises answered as told."""
    notebook = json.loads((TOP / "course" / f"{stems()[lesson]}.ipynb").read_text())
    solution = json.loads((TOP / "solutions" / f"{stems()[lesson]}.ipynb").read_text())
    right = {_grade_id(cell): "".join(cell["source"]) for cell in solution["cells"]}
    for cell in notebook["cells"]:
        name = _grade_id(cell).removesuffix("_answer")
        if name != _grade_id(cell) and kinds.get(name, "stub") != "stub":
            answer = right[f"{name}_answer"]
            write = {"right": unchanged, "mistaken": mistaken, "slip": slipped}[kinds[name]]
            cell["source"] = write(name, answer, rng)
    return json.dumps(notebook).encode()


def _grade_id(cell: dict[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id"))


def unchanged(name: str, right: str, rng: np.random.Generator) -> str:
    """Return the right answer."""
    return right


def mistaken(name: str, right: str, rng: np.random.Generator) -> str:
    """Return the text of a known mistake; else the right answer without its `return`."""
    exercise = all_exercises()[name]
    texts = [t for m in exercise.misconceptions if (t := text_of(name, m.wrong)) is not None]
    if texts:
        return texts[int(rng.integers(len(texts)))]
    return re.sub(r"^(    +)return ", r"\1answer = ", right, flags=re.MULTILINE)


def slipped(name: str, right: str, rng: np.random.Generator) -> str:
    """Return the right answer after one small change."""
    tree = ast.parse(right)
    (function,) = (n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name)
    edits = [edit for edit in edits_of(function) if edit.rank in ("removal", "exchange")]
    if not edits:
        return right
    with edits[int(rng.integers(len(edits)))].made():
        return ast.unparse(tree)


def text_of(name: str, function: Callable[..., Any]) -> str | None:
    """Return the source of a function that needs nothing but NumPy, under another name."""
    if not inspect.isfunction(function) or function.__closure__:
        return None
    text = inspect.getsource(sys.modules[function.__module__])
    kind = ast.Lambda if function.__name__ == "<lambda>" else ast.FunctionDef
    line = function.__code__.co_firstlineno
    nodes = [n for n in ast.walk(ast.parse(text)) if isinstance(n, kind)]
    found = [n for n in nodes if line in (n.lineno, *(d.lineno for d in _decorators(n)))]
    if len(found) != 1:
        return None
    _decorators(found[0]).clear()  # they are ours
    names = [n for n in ast.walk(found[0]) if isinstance(n, ast.Name)]
    own = {n.id for n in names if isinstance(n.ctx, ast.Store)}
    own |= {a.arg for a in ast.walk(found[0]) if isinstance(a, ast.arg)}
    if {n.id for n in names} - own - {"np"} - set(dir(builtins)):
        return None
    source = ast.unparse(found[0])
    body = (
        f"{name} = {source}" if kind is ast.Lambda else f"{source}\n\n{name} = {function.__name__}"
    )
    return f"import numpy as np\n{body}"


def _decorators(node: ast.AST) -> list[ast.expr]:
    """Return what stands above a function: its code begins there."""
    return getattr(node, "decorator_list", [])


# Grading ------------------------------------------------------------------------------------


def grade(submissions: Path, out: Path, *more: str) -> Run:
    """Grade a class by the command, and watch its memory."""
    command = [sys.executable, "-m", "nnf_teach.cli", "grade", str(submissions), "--out", str(out)]
    begin = time.perf_counter()
    peak = 0.0
    with subprocess.Popen(
        [*command, "--jobs", str(JOBS), "--seed", "0", *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=TOP,
    ) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_megabytes, _own_processes(process.pid))))
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=0.5)  # a look takes time of the kernel's, too
        seconds = time.perf_counter() - begin
    if process.returncode != 0:
        raise RuntimeError(f"nnf grade ended with {process.returncode}")
    with open(out / "grades.csv", encoding="utf-8-sig", newline="") as file:
        return Run(seconds, sum(float(row["total"]) for row in csv.DictReader(file)), peak)


def _own_processes(top: int) -> Iterator[int]:
    """Yield a process and those below it, but for what runs in a sandbox."""
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{top}/cmdline").read_bytes()
        if b"bwrap" in words.split(b"\0")[0] or b"inside.zygote" in words:
            return
        yield top
        for task in Path(f"/proc/{top}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _own_processes(int(child))


def _megabytes(pid: int) -> float:
    """Return a process's share of the memory: what several of them map counts once."""
    with contextlib.suppress(OSError):
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
        return int(found[1]) / 1000 if found else 0.0
    return 0.0


def _seconds_of_lessons(out: Path) -> dict[int, float]:
    """Return the median time of a submission, lesson by lesson."""
    taken: dict[int, list[float]] = {}
    for path in out.glob("results/*/lesson_*.json"):
        mark = json.loads(path.read_text())["result"]["mark"]
        taken.setdefault(mark["lesson"], []).append(mark["seconds"])
    return {lesson: float(np.median(seconds)) for lesson, seconds in sorted(taken.items())}


def _training(folder: Path, rng: np.random.Generator) -> Iterator[tuple[str, str, str, bool]]:
    """Grade right answers of the training exercises, a notebook each."""
    trainings = [e for e in all_exercises().values() if e.time_limit > Exercise.time_limit]
    for exercise in trainings:
        student = folder / "training" / exercise.name
        student.mkdir(parents=True)
        # a training builds on the answers before it
        all_right = {e.name: "right" for e in exercises_of(exercise.lesson)}
        others = [e.name for e in trainings if e.name != exercise.name]
        kinds = {name: kind for name, kind in all_right.items() if name not in others}
        notebook = submission(exercise.lesson, kinds, rng)
        (student / f"{stems()[exercise.lesson]}.ipynb").write_bytes(notebook)
    out = folder / "training results"
    grade(folder / "training", out)
    parts = []
    right = True
    for exercise in trainings:
        (path,) = out.glob(f"results/{exercise.name}-*/lesson_*.json")
        exercises = json.loads(path.read_text())["result"]["mark"]["exercises"]
        (found,) = (e for e in exercises if e["name"] == exercise.name)
        right = right and found["points"] == found["out_of"]
        parts.append(f"{exercise.name} {found['seconds']:.0f} s of {exercise.time_limit:.0f}")
    yield "training exercises, the solutions", ", ".join(parts), "all right", right


# nbgrader ------------------------------------------------------------------------------------


def _against_nbgrader(folder: Path, rng: np.random.Generator) -> tuple[str, str, str, bool]:
    make_class(folder / "peers", [1] * PEERS, rng)
    ours = grade(folder / "peers", folder / "peers results")
    theirs = _nbgrader(folder)
    ratio = theirs / ours.seconds
    what = f"nbgrader autograde over nnf grade, the same {PEERS} submissions"
    found = f"{theirs:.1f} s / {ours.seconds:.1f} s = {ratio:.0f} times"
    return what, found, f"at least {LEAST_RATIO:.0f} times", ratio >= LEAST_RATIO


def _nbgrader(folder: Path) -> float:
    """Return the seconds that nbgrader takes for the same class, once its course is made."""
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    course, stem = folder / "course", stems()[1]
    source = course / "source" / "lesson"
    source.mkdir(parents=True)
    (source / f"{stem}.ipynb").write_bytes((TOP / "solutions" / f"{stem}.ipynb").read_bytes())
    for student in (folder / "peers").iterdir():
        target = course / "submitted" / student.name / "lesson"
        target.mkdir(parents=True)
        (target / f"{stem}.ipynb").write_bytes((student / f"{stem}.ipynb").read_bytes())
    config = Config()
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.db_url = f"sqlite:///{course / 'gradebook.db'}"
    # it calls alembic by its name
    os.environ["PATH"] = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
    os.environ["NNF_PROGRESS"] = str(folder / "progress.json")
    logging.disable(logging.CRITICAL)
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        api = NbGraderAPI(CourseDirectory(config=config), config=config)
        if not api.generate_assignment("lesson")["success"]:
            raise RuntimeError("nbgrader could not make its assignment")
        begin = time.perf_counter()
        for student in sorted(path.name for path in (folder / "peers").iterdir()):
            api.autograde("lesson", student)
        return time.perf_counter() - begin
