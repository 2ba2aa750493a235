"""Read a solution notebook as an outline: what it says about the course, and where."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from nnf_teach.authoring.problems import BuildError, Problem

STATEMENT = 7  # the level of a bold statement: below every heading

_HEADING = re.compile(r"(?P<marks>#{1,6}) (?P<text>.+)")
_STATEMENT = re.compile(r"\*\*(?P<text>[^*]+ \[[^\]]*\bpoints?\b[^\]]*\])\.\*\*")
_POINTS = re.compile(r"(?P<title>.+) \[(?P<points>[^\]]*\bpoints?\b[^\]]*)\]")
_HEADER = re.compile(r"\*\*Time\*\*: (?P<time>.+?)\. \*\*Points\*\*: (?P<points>.+)\.")


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands in a notebook: cell and line are counted from 1."""

    cell: int
    line: int
    cell_id: str


@dataclass(frozen=True)
class Heading:
    """A heading, or a bold statement with points: ``## Exercise 2: a layer [2 points]``.

    `points` is what stands in the brackets ("2 points"), or None.
    """

    place: Place
    level: int
    title: str
    points: str | None


@dataclass(frozen=True)
class Check:
    """A graded cell: the name in its grade id, and the points that it offers."""

    place: Place
    name: str
    points: float


@dataclass(frozen=True)
class Call:
    """A call of a plain or dotted name, its first argument and `until` (code as its text)."""

    place: Place
    function: str
    argument: object
    until: object = None


@dataclass(frozen=True)
class Header:
    """The line below a notebook's title: ``**Time**: about 60 minutes. **Points**: 10.``"""

    place: Place
    time: str
    points: str


@dataclass(frozen=True)
class Outline:
    """What a notebook says about the course.

    Attributes
    ----------
    name
        File name of the notebook.
    headings, checks, calls
        In the order of the notebook.
    header
        Time and points, or None where the first cell has no such line.
    named_widgets
        Every widget that is imported or taken from `widgets`, and where first.
    """

    name: str
    headings: tuple[Heading, ...]
    checks: tuple[Check, ...]
    calls: tuple[Call, ...]
    header: Header | None
    named_widgets: dict[str, Place]

    @property
    def lesson(self) -> int:
        """The number that the file name begins with, or -1."""
        number = self.name.partition("_")[0]
        return int(number) if number.isdecimal() else -1

    @property
    def called_widgets(self) -> set[str]:
        """The widgets that a cell calls, as ``name(...)`` or ``widgets.name(...)``."""
        called = {call.function for call in self.calls}
        return {name for name in self.named_widgets if {name, f"widgets.{name}"} & called}

    def sections(self) -> list[tuple[Heading, tuple[Check, ...]]]:
        """Return every heading with the checks between it and the next that is not under it."""
        found = []
        for index, heading in enumerate(self.headings):
            after = (h for h in self.headings[index + 1 :] if h.level <= heading.level)
            end = next((h.place for h in after), Place(sys.maxsize, 0, ""))
            found.append((heading, tuple(c for c in self.checks if heading.place < c.place < end)))
        return found

    def problem(self, place: Place | None, found: str, expected: str) -> Problem:
        """Return the problem at a place of this notebook, or of all of it."""
        if place is None:
            return Problem(self.name, found, expected)
        return Problem(self.name, found, expected, place.cell, place.cell_id, place.line)


def outline(notebook: NotebookNode, name: str) -> Outline:
    """Read the outline of a notebook.

    Raises
    ------
    BuildError
        If a code cell is no plain Python, so that its calls cannot be read.
    """
    headings: list[Heading] = []
    checks: list[Check] = []
    calls: list[Call] = []
    widgets: dict[str, Place] = {}
    header = None
    for number, cell in enumerate(notebook.cells, start=1):
        nbgrader = cell.metadata.get("nbgrader", {})
        label = nbgrader.get("grade_id", cell.id)
        if nbgrader.get("grade"):
            checks.append(Check(Place(number, 1, label), label, nbgrader.get("points")))
        if cell.cell_type == "markdown":
            for line, text in _prose(cell.source):
                place = Place(number, line, label)
                headings += _headings(text, place)
                if number == 1 and (match := _HEADER.fullmatch(text)):
                    header = Header(place, match["time"], match["points"])
        elif cell.cell_type == "code":
            for node in _nodes(cell.source, name, number, label):
                place = Place(number, node.lineno, label)
                if isinstance(node, ast.Call):
                    calls.append(_call(node, place))
                for widget in _widgets(node):
                    widgets.setdefault(widget, place)
    return Outline(name, tuple(headings), tuple(checks), tuple(calls), header, widgets)


def _prose(source: str) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines that are in no fenced block, where # begins a comment."""
    fenced = False
    for number, line in enumerate(source.splitlines(), start=1):
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield number, line.rstrip()


def _headings(line: str, place: Place) -> Iterator[Heading]:
    if match := _HEADING.fullmatch(line):
        level = len(match["marks"])
    elif match := _STATEMENT.match(line):
        level = STATEMENT
    else:
        return
    points = _POINTS.fullmatch(match["text"])
    title = points["title"] if points else match["text"]
    yield Heading(place, level, title, points["points"] if points else None)


def _nodes(source: str, name: str, number: int, label: str) -> list[ast.expr | ast.stmt]:
    """Return the expressions and statements of a cell, from top to bottom."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        found = f"this is no Python: {error.msg}"
        problem = Problem(name, found, "plain Python", number, label, error.lineno)
        raise BuildError([problem]) from None
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.expr | ast.stmt)]
    return sorted(nodes, key=lambda node: (node.lineno, node.col_offset))


def _call(node: ast.Call, place: Place) -> Call:
    until = next((k.value for k in node.keywords if k.arg == "until"), None)
    first = node.args[0] if node.args else None
    return Call(place, ast.unparse(node.func), _plain(first), _plain(until))


def _plain(node: ast.expr | None) -> object:
    return node.value if isinstance(node, ast.Constant) else node and ast.unparse(node)


def _widgets(node: ast.expr | ast.stmt) -> list[str]:
    if isinstance(node, ast.ImportFrom) and node.module == "nnf_teach.widgets":
        return [alias.name for alias in node.names]
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return [node.attr] if node.value.id == "widgets" else []
    return []
