"""Does the statement of each exercise announce what the check asks of an answer?"""

import ast
import re
from pathlib import Path

import numpy as np
import pytest

from nnf_teach.authoring.files import read_notebook
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import all_exercises

SOLUTIONS = Path(__file__).parents[2] / "solutions"
EMPTY = re.compile(r"\$N\$ may be 0|\$D\$ may be 0|\bbe empty\b")


def read_statements():
    """Return the statement above each function: the last cell with an example by hand."""
    found = {}
    for path in sorted(SOLUTIONS.glob("*.ipynb")):
        statement = ""
        for cell in read_notebook(path).cells:
            if cell.cell_type == "markdown" and "**By hand**" in cell.source:
                statement = cell.source
            elif cell.cell_type == "code":
                for node in ast.parse(cell.source).body:
                    if isinstance(node, ast.FunctionDef):
                        found.setdefault(node.name, statement)
    return found


STATEMENTS = read_statements()


def is_empty(case):
    return any(isinstance(arg, np.ndarray) and not arg.size for arg in case.args)


EXERCISES = list(all_exercises().values())
SHOWN_EMPTY = [
    exercise.name
    for exercise in EXERCISES
    if not exercise.score and any(map(is_empty, exercise.cases(np.random.default_rng(0))))
]


@pytest.mark.parametrize("name", SHOWN_EMPTY)
def test_empty_arrays_are_announced(name):
    """`X.reshape(X.shape[0], -1)` and `np.vectorize` are right, but for arrays without numbers."""
    assert EMPTY.search(STATEMENTS[name])


def test_a_derivative_by_differences_is_judged_as_the_statement_says():
    """Six digits are asked for, in any way: a step of 1e-5 gives them, and one of 1e-2 does not."""

    def by_differences(step):
        def sigmoid(x):
            return 0.5 * (1 + np.tanh(x / 2))

        return lambda x: (sigmoid(x + step) - sigmoid(x - step)) / (2 * step)

    exercise = all_exercises()["sigmoid_derivative"]
    assert "Six digits" in STATEMENTS[exercise.name]
    for seed in range(5):
        assert diagnose(exercise, by_differences(1e-5), seed).passed
        assert not diagnose(exercise, by_differences(1e-2), seed).passed
