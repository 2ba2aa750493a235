"""Take the solutions out of a notebook, to the byte as nbgrader does, and without it."""

import copy
import hashlib

from nbformat import NotebookNode

from nnf_teach.authoring.cells import ANSWER_SUFFIX
from nnf_teach.authoring.markers import BEGIN, END, is_answer
from nnf_teach.authoring.normalise import normalise

SOLUTION_ONLY = "solution-only"


def stub(function: str) -> str:
    """Return what a student finds in place of a solution.

    It raises: a stub that returned zeros would make unfinished work look finished.

    Examples
    --------
    >>> stub("sigmoid")
    'raise NotImplementedError("write sigmoid here")'
    """
    return f'raise NotImplementedError("write {function} here")'


def make_student_notebook(solution: NotebookNode) -> NotebookNode:
    """Return the student's version of a solution notebook, in normal form.

    Solution regions become stubs, outputs go, check cells are locked, and cells tagged
    `solution-only` are left out. The solution notebook stays as it is.
    """
    notebook = copy.deepcopy(solution)
    notebook.cells = [
        cell for cell in notebook.cells if SOLUTION_ONLY not in cell.metadata.get("tags", [])
    ]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
        if "nbgrader" in cell.metadata:
            _prepare(cell)
    return normalise(notebook)


def _prepare(cell: NotebookNode) -> None:
    """Put the stub into an answer, lock a check, and sign either."""
    nbgrader = cell.metadata.nbgrader
    if is_answer(cell):
        cell.source = _with_stub(cell.source, nbgrader.grade_id.removesuffix(ANSWER_SUFFIX))
    else:
        cell.metadata.editable = False
    cell.metadata.deletable = False
    nbgrader.checksum, nbgrader.cell_type = _checksum(cell), cell.cell_type


def _with_stub(source: str, function: str) -> str:
    lines, inside = [], False
    for line in source.split("\n"):
        if line.strip() == BEGIN:
            inside = True
            lines.append(line[: line.index(BEGIN)] + stub(function))
        elif line.strip() == END:
            inside = False
        elif not inside:
            lines.append(line)
    return "\n".join(lines)


def _checksum(cell: NotebookNode) -> str:
    """Return what nbgrader recognises an untouched cell by."""
    nbgrader = cell.metadata.nbgrader
    flags = [bool(nbgrader.get(name)) for name in ("grade", "solution")]
    parts = [cell.source, cell.cell_type, *flags, not flags[1], nbgrader.grade_id]
    if flags[0]:
        parts.append(float(nbgrader.points))
    return hashlib.md5("".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()
