"""Hold notebooks to the rules for readers: short cells, words for every picture, folded drawing."""

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from nnf_teach.authoring.problems import Problem

LONGEST_CELL = 25

_SAYS = re.compile(r"# Draw .+\.\n")
_PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\][(\[]")
_TAG = re.compile(r"<img\b(?P<attributes>[^>]*)>", re.IGNORECASE | re.DOTALL)
_ALT = re.compile(r"""\balt\s*=\s*(["'])\s*[^"'\s][^"']*\1""", re.IGNORECASE)


def find_wording_problems(notebook: NotebookNode, name: str) -> list[Problem]:
    """Return the cells that are too long or not folded, and the pictures without alt text."""
    problems: list[Problem] = []
    for number, cell in enumerate(notebook.cells, start=1):
        label = cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)
        length = len(cell.source.splitlines())
        if cell.cell_type == "code" and length > LONGEST_CELL:
            found = f"a code cell of {length} lines"
            problems.append(Problem(name, found, f"at most {LONGEST_CELL}", number, label))
        if cell.cell_type == "code" and _only_draws(cell) and not _folded(cell):
            found, expected = "a cell that only draws", "it folded, behind a line '# Draw ...'"
            problems.append(Problem(name, found, expected, number, label))
        if cell.cell_type == "markdown":
            for line, picture in _pictures_without_words(cell.source):
                found = f"a picture without alt text: {picture!r}"
                expected = "what it shows, in words"
                problems.append(Problem(name, found, expected, number, label, line))
    return problems


def _only_draws(cell: NotebookNode) -> bool:
    return "plots.picture(" in cell.source and "print(" not in cell.source


def _folded(cell: NotebookNode) -> bool:
    hidden = cell.metadata.get("jupyter", {}).get("source_hidden", False)
    return bool(hidden and _SAYS.match(cell.source))


def _pictures_without_words(source: str) -> Iterator[tuple[int, str]]:
    for match in _PICTURE.finditer(source):
        if not match["alt"].strip():
            yield _line_of(source, match), match[0]
    for match in _TAG.finditer(source):
        if not _ALT.search(match["attributes"]):
            yield _line_of(source, match), match[0].partition("\n")[0]


def _line_of(source: str, match: re.Match[str]) -> int:
    return source.count("\n", 0, match.start()) + 1
