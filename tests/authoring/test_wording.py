"""Are cells short, and do all pictures have words?"""

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from nnf_teach.authoring.wording import LONGEST_CELL, find_wording_problems


def test_long_cell(lesson: NotebookNode) -> None:
    """Is a cell of 26 lines too long, and one of 25 not?"""
    lesson.cells.append(new_code_cell("\n".join(["x = 1"] * LONGEST_CELL)))
    assert find_wording_problems(lesson, "a.ipynb") == []
    lesson.cells.append(new_code_cell("\n".join(["x = 1"] * (LONGEST_CELL + 1))))
    (problem,) = find_wording_problems(lesson, "a.ipynb")
    assert problem.cell == 9
    assert "26 lines" in str(problem)


@pytest.mark.parametrize(
    "source",
    ["![](a.png)", "![ ](a.png)", '<img src="a.png">', '<img src="a.png" alt="">', "![][a]"],
)
def test_no_alt_text(lesson: NotebookNode, source: str) -> None:
    """Is a picture without words refused, with its line?"""
    lesson.cells.append(new_markdown_cell(f"text\n\n{source}"))
    (problem,) = find_wording_problems(lesson, "a.ipynb")
    assert (problem.cell, problem.line) == (8, 3)


@pytest.mark.parametrize("source", ["![a neuron](a.png)", "<img alt='a neuron'\n src='a.png'>"])
def test_alt_text(lesson: NotebookNode, source: str) -> None:
    """Does a picture with words pass?"""
    lesson.cells.append(new_markdown_cell(source))
    assert find_wording_problems(lesson, "a.ipynb") == []


def test_a_cell_that_only_draws_is_folded_behind_a_line(lesson: NotebookNode) -> None:
    """Is drawing code between two sentences refused, and what prints as well let through?"""
    code = "plots.picture(ax, 'a line')"
    lesson.cells.append(new_code_cell(code))
    assert "it folded" in str(*find_wording_problems(lesson, "a.ipynb"))
    lesson.cells[-1].metadata["jupyter"] = {"source_hidden": True}
    assert find_wording_problems(lesson, "a.ipynb") != []
    lesson.cells[-1].source = f"# Draw a line.\n{code}"
    assert find_wording_problems(lesson, "a.ipynb") == []
    lesson.cells[-1] = new_code_cell(f"print(1)\n{code}")
    assert find_wording_problems(lesson, "a.ipynb") == []
