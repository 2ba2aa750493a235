"""List submissions that are nearly alike, for a person to judge. It accuses nobody.

What is compared is a student's own: what the notebook that was handed out has, or the published
solution, counts for nothing, and neither does what much of the class wrote alike. Two signs are
told apart: the shape of the code, whatever its names are, and lines that are the same, comments
included. Who has most of the published solution's lines is listed beside it.
"""

from __future__ import annotations

import ast
import json
import warnings
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

from nnf_teach.grading.names import printable

PUBLISHED = "(the published solution)"
_GRAM = 10  # steps of a syntax tree that are looked at together
_MOST_CODE = 200_000  # characters of a notebook that are compared
_MOST_LINES = 600
_SHORTEST_LINE = 12  # characters; shorter ones are alike by chance
_SHORT_CELL = 3_000  # characters of a cell whose features are remembered
_COMMON = 0.25  # the share of a class from which on a thing is nobody's own
_ALIKE = 0.7  # the share of two students' own things that both must have
_LEAST_SHAPE, _LEAST_LINES = 20, 4  # how many of them, so that short answers do not count


@dataclass(frozen=True)
class Features:
    """What is compared of a notebook: hashes of shapes, and the lines of its code."""

    shapes: tuple[int, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pair:
    """Two submissions of a lesson that are nearly alike.

    Attributes
    ----------
    shape, lines
        The share of their own shapes and lines that both have, from 0 to 1.
    same_lines
        The lines that both have and nobody gave them.
    """

    lesson: int
    one: str
    other: str
    shape: float
    lines: float
    same_lines: tuple[str, ...]


def features(notebook: bytes) -> Features:
    """Return what is compared of a notebook; nothing of what is none."""
    try:
        cells = json.loads(notebook)["cells"]
        sources = [_source(cell) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return Features()
    if sum(map(len, sources)) > _MOST_CODE:
        return Features()
    found = [(_kept if len(source) < _SHORT_CELL else _of_cell)(source) for source in sources]
    shapes = sorted({hash_ for cell in found for hash_ in cell.shapes})
    lines = dict.fromkeys(line for cell in found for line in cell.lines)
    return Features(tuple(shapes), tuple(lines)[:_MOST_LINES])


def _of_cell(source: str) -> Features:
    return Features(tuple(set(_shapes(source))), tuple(_lines(source)))


_kept = lru_cache(128)(_of_cell)  # most cells of a class are those that were handed out


def _source(cell: Any) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _lines(source: str) -> Iterator[str]:
    for line in source.splitlines():
        plain = " ".join(line.split())
        if len(plain) >= _SHORTEST_LINE:
            yield printable(plain[:200])


def _shapes(source: str) -> Iterator[int]:
    code = "\n".join("" if line.lstrip()[:1] in ("%", "!") else line for line in source.split("\n"))
    try:
        with warnings.catch_warnings():  # which would quote the student's code in our terminal
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        steps = list(_steps(statement))
        for k in range(len(steps) - _GRAM + 1):
            yield zlib.crc32("\n".join(steps[k : k + _GRAM]).encode("utf-8", "replace"))


def _steps(top: ast.AST) -> Iterator[str]:
    """Yield the nodes of a tree from top to bottom; names of the student's own are left out."""
    waiting = [top]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # a docstring
        if isinstance(node, ast.expr_context):
            continue
        if isinstance(node, ast.Attribute):
            yield f".{node.attr}"
        elif isinstance(node, ast.Constant):
            yield _written(node.value)
        else:
            yield type(node).__name__
        waiting += reversed(list(ast.iter_child_nodes(node)))


def _written(value: Any) -> str:
    try:
        return repr(value)[:40]
    except ValueError:  # a number of more digits than Python writes
        return type(value).__name__


def similar_pairs(
    lesson: int,
    students: Mapping[str, Features],
    handed_out: Features = Features(),
    solution: Features = Features(),
) -> list[Pair]:
    """Return the pairs that are nearly alike, the most alike first.

    Parameters
    ----------
    students
        What `features` gave, by student.
    handed_out, solution
        The same of the notebook that they started from, and of the published solution.
    """
    shapes = _Own(
        {student: frozenset(found.shapes) for student, found in students.items()},
        given=frozenset(handed_out.shapes + solution.shapes),
        least=_LEAST_SHAPE,
    )
    lines = _Own(
        {student: frozenset(found.lines) for student, found in students.items()},
        given=frozenset(handed_out.lines + solution.lines),
        least=_LEAST_LINES,
    )
    written = {s: frozenset(f.lines).difference(handed_out.lines) for s, f in students.items()}
    pairs = []
    for one, other in combinations(sorted(students), 2):
        by_shape, by_lines = shapes.share(one, other), lines.share(one, other)
        both = lines.all[one] & lines.all[other]
        theirs = written[one]
        if theirs == written[other] and len(theirs) >= _LEAST_LINES and lines.all[one]:
            by_lines, both = 1.0, theirs  # not a line differs, and some are not the solution's
        if max(by_shape, by_lines) >= _ALIKE:
            shown = tuple(line for line in students[one].lines if line in both)
            pairs.append(Pair(lesson, one, other, by_shape, by_lines, shown))
    pairs += _published(lesson, students, handed_out, solution)
    return sorted(pairs, key=lambda pair: (-max(pair.shape, pair.lines), pair.one, pair.other))


def _published(
    lesson: int, students: Mapping[str, Features], handed_out: Features, solution: Features
) -> Iterator[Pair]:
    lines = set(solution.lines) - set(handed_out.lines)
    lines = {line for line in lines if not line.startswith("### ")}  # markers of the solution
    if len(lines) < _LEAST_LINES:
        return
    for student, theirs in students.items():
        both = tuple(line for line in theirs.lines if line in lines)
        if len(both) >= _ALIKE * len(lines):
            yield Pair(lesson, student, PUBLISHED, 0.0, len(both) / len(lines), both)


class _Own:
    """What each student wrote of their own, in one respect."""

    def __init__(
        self, wrote: Mapping[str, frozenset[object]], given: frozenset[object], least: int
    ) -> None:
        self.least = least
        self.all = {student: things - given for student, things in wrote.items()}
        counts = Counter(thing for things in self.all.values() for thing in things)
        common = {t for t, n in counts.items() if n > max(3, _COMMON * len(wrote))}
        self.rare = {student: things - common for student, things in self.all.items()}

    def share(self, one: str, other: str) -> float:
        """Return the share of two students' things that both have; 0 if it means nothing.

        What is common in the class counts only where all of the two is the same: a large group
        that shares one solution is still found.
        """
        if self.all[one] == self.all[other]:
            return 1.0 if len(self.all[one]) >= self.least else 0.0
        first, second = self.rare[one], self.rare[other]
        fewer, more = sorted((len(first), len(second)))
        if fewer < max(self.least, _ALIKE * more):
            return 0.0
        both = len(first & second)
        return both / (fewer + more - both) if both >= self.least else 0.0
