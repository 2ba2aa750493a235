"""Is every term introduced before it is used? `docs/terms.md` says where each of them is.

A lesson is read from top to bottom, from lesson 00 on, with the questions of its predictions. What
announces or looks further is left out: the first cells of a lesson, and its list of books.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from nnf_teach.authoring.documents import table_rows
from nnf_teach.authoring.problems import Problem
from nnf_teach.exercises import Prediction

TERMS = "docs/terms.md"

_OUTSIDE = ("title", "slides", "learn-more")  # ids of cells that only announce
_MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$]+)\$", re.DOTALL)
_NO_WORDS = re.compile(r"```.*?```|\$\$.+?\$\$|\$[^$]+\$|`[^`]+`", re.DOTALL)
_HEADING = re.compile(r"^#{1,6} (?P<title>.+?)(?: \[[^\]]*\])?$", re.MULTILINE)
_SIGN = re.compile(r"\\[a-zA-Z]+|:=")
_PREDICT = re.compile(r'predict\("(?P<name>[\w-]+)"')
# what says only how a formula looks, or is known from school
_LAYOUT = re.compile(
    r"\\(begin|end|left|right|[bB]ig+|q?quad|text|math(rm|bf|cal)|t?frac|[cdlv]?dots?)"
)


@dataclass(frozen=True)
class Passage:
    """A text that is read in one go, and where it stands."""

    lesson: int
    section: str
    notebook: str
    cell: int
    cell_id: str
    text: str

    @functools.cached_property
    def words(self) -> str:
        """The text without code and formulas, on one line."""
        return " ".join(_NO_WORDS.sub(" ", self.text).replace("*", "").split())

    @functools.cached_property
    def signs(self) -> list[str]:
        """What its formulas are written with."""
        formulas = (a or b for a, b in _MATH.findall(self.text))
        return [sign for formula in formulas for sign in _SIGN.findall(formula)]


def passages(
    notebook: NotebookNode, name: str, predictions: Mapping[str, Prediction]
) -> Iterator[Passage]:
    """Yield the texts of a notebook in the order in which they are read."""
    lesson, section = int(name[:2]), ""
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown":
            starts = [0, *(match.start() for match in _HEADING.finditer(cell.source))]
            ends = [*starts[1:], len(cell.source)]
            texts = [cell.source[a:b] for a, b in zip(starts, ends, strict=True) if a < b]
        else:
            asked = [predictions.get(match["name"]) for match in _PREDICT.finditer(cell.source)]
            texts = [" ".join([p.question, *p.options, p.explanation]) for p in asked if p]
        for text in texts:
            if match := _HEADING.match(text):
                section = match["title"]
            if cell.id not in _OUTSIDE:
                yield Passage(lesson, section, name, number, cell.id, text)


def find_term_problems(root: Path, read: Sequence[Passage]) -> Iterator[Problem]:
    """Yield which terms and signs are used before the section that the list names for them."""
    path = root / TERMS
    if not path.is_file():
        yield Problem(TERMS, "there is no such file", "one")
        return
    listed: set[str] = set()
    for line, cells in table_rows(path.read_text(encoding="utf-8")):
        if cells[0] == "term":
            continue
        if len(cells) != 3 or not cells[1].isdecimal():
            yield Problem(TERMS, f"a row that begins with {cells[0]!r}", "three cells", line=line)
            continue
        term, lesson, section = cells
        listed.update(_SIGN.findall(term))
        first = next((passage for passage in read if _uses(passage, term)), None)
        if first is None:
            yield Problem(TERMS, f"{term!r} is used nowhere", "no row for it", line=line)
        elif (first.lesson, first.section) != (int(lesson), section):
            found = f"{term!r} is used first in {first.section!r}"
            expected = f"in lesson {lesson}, {section!r}, as {TERMS} says"
            yield Problem(first.notebook, found, expected, first.cell, first.cell_id)
    for passage in read:
        for sign in passage.signs:
            if sign not in listed and not _LAYOUT.fullmatch(sign):
                listed.add(sign)
                found, expected = f"the sign {sign} is not in {TERMS}", "where it is introduced"
                yield Problem(passage.notebook, found, expected, passage.cell, passage.cell_id)


def _uses(passage: Passage, term: str) -> bool:
    if signs := _SIGN.findall(term):
        return any(sign in passage.signs for sign in signs)
    ways = "|".join(re.escape(way) for way in term.split(", "))
    return re.search(rf"\b(?:{ways})(?:s|es)?\b(?!-)", passage.words, re.IGNORECASE) is not None
