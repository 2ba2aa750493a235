"""The answers of the solution notebooks in one file of the package, for `solution`."""

import json
from collections.abc import Sequence
from pathlib import Path

from nnf_teach.authoring.cells import ANSWER_SUFFIX
from nnf_teach.authoring.files import read_notebook
from nnf_teach.authoring.markers import BEGIN, END, is_answer
from nnf_teach.checking.right_answers import FILE

ANSWERS = f"nnf_teach/data/{FILE.name}"


def answers_of(paths: Sequence[Path]) -> bytes:
    """Return the answer of each exercise by its name, without markers, as JSON."""
    found = {
        cell.metadata.nbgrader.grade_id.removesuffix(ANSWER_SUFFIX): [
            line for line in cell.source.splitlines() if line.strip() not in (BEGIN, END)
        ]
        for path in paths
        for cell in read_notebook(path).cells
        if is_answer(cell)
    }
    return (json.dumps(found, indent=1, ensure_ascii=False) + "\n").encode()
