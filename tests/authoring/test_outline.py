"""Is a notebook's outline all that it says, and nothing that only looks like it?"""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nnf_teach.authoring.outline import STATEMENT, Call, Heading, Outline, Place, outline


def read(*cells: str) -> Outline:
    """Return the outline of cells of text (those that begin with #) and code."""
    made = [new_markdown_cell if cell.startswith(("#", "*")) else new_code_cell for cell in cells]
    notebook = new_notebook(
        cells=[
            make(cell, id=f"c{n}")
            for n, (make, cell) in enumerate(zip(made, cells, strict=True), start=1)
        ]
    )
    return outline(notebook, "03_xor.ipynb")


def test_headings() -> None:
    """Are headings found with their points, and comments in fenced code left out?"""
    text = "## A [b]\n```\n# no heading\n```\n### Exercise 2: c [1 + 1 points]\n#no heading"
    assert read(text).headings == (
        Heading(Place(1, 1, "c1"), 2, "A [b]", None),
        Heading(Place(1, 5, "c1"), 3, "Exercise 2: c", "1 + 1 points"),
    )


def test_statements() -> None:
    """Is a bold statement with points a heading, and other bold text none?"""
    notebook = read("**By hand**: [2 points].", "**Patient 1 [1 point].** Write it.")
    assert notebook.headings == (Heading(Place(2, 1, "c2"), STATEMENT, "Patient 1", "1 point"),)


def test_calls() -> None:
    """Are calls found in their order, with a first argument of any kind?"""
    notebook = read("x = 1\nhint(neuron)", "print(predict('a'), progress())")
    assert notebook.calls == (
        Call(Place(1, 2, "c1"), "hint", "neuron"),
        Call(Place(2, 1, "c2"), "print", "predict('a')"),
        Call(Place(2, 1, "c2"), "predict", "a"),
        Call(Place(2, 1, "c2"), "progress", None),
    )


@pytest.mark.parametrize(
    "code",
    [
        "from nnf_teach.widgets import vjp\nvjp()",
        "from nnf_teach import widgets\nwidgets.vjp(x)",
    ],
)
def test_widgets(code: str) -> None:
    """Is a widget one that is called, however it is imported?"""
    assert read(code).called_widgets == {"vjp"}
    assert read(code.partition("\n")[0], "vjp = 3").called_widgets == set()


def test_function_of_a_widgets_name() -> None:
    """Is a learner's function that has the name of a widget no widget?"""
    assert read("def attention(Q): return Q", "attention(3)").called_widgets == set()


def test_lesson() -> None:
    """Is the lesson the number that the file begins with?"""
    assert read().lesson == 3
    assert outline(new_notebook(), "xor.ipynb").lesson == -1
