"""The house: which part of the package may import which. No arrow runs up, and none in a circle.

A part is a folder or a file at the top of the package. What is imported inside a function, or for
types alone, counts as well: who reads the part must know the other.
"""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import nnf_teach

PACKAGE = Path(nnf_teach.__file__).parent
FRONT = "nnf_teach"  # the package's own file: what learners import it for, found on first use

# From the ground up. A part may import those on the floors below its own, and no other.
FLOORS = (
    # what everything may ask: where it runs, what it was given, where the notebooks are
    {"version", "session", "arguments", "notebooks", "looks"},
    # what is taught with
    {"datasets", "modules"},
    # what is shown and tried out
    {"plots", "clinic", "experiments", "ways"},
    # what is asked, and what is played with
    {"exercises", "widgets"},
    # what tells a learner how it went
    {"checking"},
    {FRONT},
    # what instructors and authors use, and learners around the notebooks; no kernel imports it
    {"grading", "authoring", "recording", "lab"},
    # what puts notebooks where learners work, what looks whether all is there, and the site
    {"fresh", "doctor", "site"},
    {"cli"},
    {"__main__"},
)

Arrows = dict[tuple[str, str], list[str]]  # (from, to): the files that import


def imports(source: str, package: str) -> Iterator[tuple[str, int]]:
    """All names that a source imports from this package, in full, and their lines."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: -node.level + 1 or None] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{module}.{alias.name}" for alias in node.names]
        yield from ((name, node.lineno) for name in names if name.split(".")[0] == FRONT)


def sources(package: Path) -> Iterator[tuple[Path, str, str]]:
    """Every file, the name of its module, and its text."""
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        name = ".".join([FRONT, *(parts[:-1] if parts[-1] == "__init__" else parts)])
        yield path, name, path.read_text(encoding="utf-8")


def part_of(name: str, package: Path) -> str:
    """The part of the package that a full name is in."""
    part = name.split(".")[1] if "." in name else FRONT
    there = (package / part).is_dir() or (package / f"{part}.py").is_file()
    return part if there else FRONT


def arrows(package: Path) -> Arrows:
    """Who imports whom, part by part."""
    found: Arrows = {}
    for path, name, source in sources(package):
        inside = name if path.name == "__init__.py" else name.rpartition(".")[0]
        for imported, line in imports(source, inside):
            arrow = part_of(name, package), part_of(imported, package)
            if arrow[0] != arrow[1]:
                found.setdefault(arrow, []).append(f"{path.relative_to(package)}:{line}")
    return found


def upward(found: Arrows) -> list[str]:
    """The arrows that do not run down."""
    floor_of = {part: k for k, floor in enumerate(FLOORS) for part in floor}
    return [
        f"{one} -> {other} ({', '.join(where)})"
        for (one, other), where in found.items()
        if floor_of[one] <= floor_of[other]
    ]


def test_no_arrow_runs_up_or_along_a_floor():
    assert upward(arrows(PACKAGE)) == []


def test_every_part_has_one_floor():
    parts = {part_of(name, PACKAGE) for _, name, _ in sources(PACKAGE)}
    on_floors = sorted(part for floor in FLOORS for part in floor)
    assert sorted(parts) == on_floors


def test_no_file_imports_itself_on_a_detour():
    files = {name: (path, source) for path, name, source in sources(PACKAGE)}
    graph = {}
    for name, (path, source) in files.items():
        inside = name if path.name == "__init__.py" else name.rpartition(".")[0]
        wanted = {full if full in files else full.rpartition(".")[0]
                  for full, _ in imports(source, inside)}  # fmt: skip
        graph[name] = (wanted & set(files)) - {name}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ("from nnf_teach.checking.engine import check", "modules -> checking"),
        ("def f():\n    import nnf_teach.widgets.stage", "modules -> widgets"),
        ("def f():\n    from nnf_teach import datasets", "modules -> datasets"),
        ("from .. import checking", "modules -> checking"),
        ("from ..checking import engine", "modules -> checking"),
        ("from nnf_teach import __version__", "modules -> nnf_teach"),
        ("if TYPE_CHECKING:\n    from nnf_teach.grading import wire", "modules -> grading"),
    ],
)
def test_an_arrow_that_runs_up_is_found(planted, told, tmp_path):
    for part in ("modules", "checking", "widgets", "datasets", "grading"):
        (tmp_path / part).mkdir()
    (tmp_path / "session.py").write_text("")
    (tmp_path / "modules/relu.py").write_text(f"from nnf_teach import session\n{planted}\n")
    assert [line.split(" (")[0] for line in upward(arrows(tmp_path))] == [told]
