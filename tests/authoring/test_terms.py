"""Is a term that is used before it is introduced found, and said where?"""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nnf_teach.authoring.course import find_all_fact_problems
from nnf_teach.authoring.terms import find_term_problems, passages
from nnf_teach.exercises import Prediction

LIST = "| term | lesson | section |\n|---|---|---|\n"
ASKED = {"q": Prediction("q", "How steep?", ("a slope of 1", "none"), 0, "By the chain rule.", 1)}


def problems(tmp_path, listed, *cells):
    """Return what is said of a lesson of these cells and a list of these rows."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "terms.md").write_text(LIST + listed, encoding="utf-8")
    made = [
        new_code_cell(source, id=f"c{k}")
        if source.startswith("predict")
        else new_markdown_cell(source, id="slides" if "slides said" in source else f"c{k}")
        for k, source in enumerate(cells)
    ]
    read = list(passages(new_notebook(cells=made), "01_one.ipynb", ASKED))
    return [str(problem) for problem in find_term_problems(tmp_path, read)]


TEXTS = ("## What the slides said\n\nA slope.", "## A line [1 point]\n\nIts **slope** is 2.")


@pytest.mark.parametrize(
    ("listed", "cells"),
    [
        ("| slope | 01 | A line |", TEXTS),
        ("| slope, steepness | 01 | A line |", TEXTS),
        ("| slope | 01 | A line |", ("`slope` and $slope$ are no words", *TEXTS)),
        ("| slope | 01 | A line |", ("slope-wise, in the slope-one sense, sloped", *TEXTS)),
        (r"| $\sigma$ | 01 | A line |", ("## A line\n\n$\\frac12 \\cdot \\sigma(x)$",)),
        ("| $:=$ | 01 | A line |", ("## A line\n\n$$x := 1$$",)),
    ],
)
def test_a_term_that_is_introduced_first_is_no_problem(listed, cells, tmp_path):
    assert problems(tmp_path, listed, *cells) == []


@pytest.mark.parametrize(
    ("listed", "cells", "said"),
    [
        (
            "| slope | 01 | A line |",
            ("# One\n\nSlopes vary.", *TEXTS),
            "cell 1 (c0): 'slope' is used",
        ),
        ("| slope | 01 | A line |", ('predict("q")', *TEXTS), "cell 1 (c0): 'slope' is used first"),
        (
            "| chain rule | 01 | A line |",
            ('predict("q")', *TEXTS),
            "'chain rule' is used first in ''",
        ),
        (
            "| slope | 02 | A line |",
            TEXTS,
            "expected: in lesson 02, 'A line', as docs/terms.md says",
        ),
        ("| curvature | 01 | A line |", TEXTS, "line 3: 'curvature' is used nowhere"),
        ("| slope | A line |", TEXTS, "line 3: a row that begins with 'slope'"),
        ("", ("## A line\n\n$\\sigma(x)$",), r"the sign \sigma is not in docs/terms.md"),
        (r"| $\sigma$ | 01 | A line |", ("$\\sigma$", "## A line\n\n$\\sigma$"), "cell 1 (c0)"),
    ],
)
def test_a_term_that_is_used_too_early_is_named(listed, cells, said, tmp_path):
    (problem,) = problems(tmp_path, listed, *cells)
    assert said in problem


@pytest.mark.slow
def test_the_build_reads_the_list(course, plant):
    plant("02", "A classifier says:", "By backpropagation a classifier says:")
    (problem,) = find_all_fact_problems(course)
    assert "'backpropagation' is used first in 'How wrong is a probability?'" in str(problem)
