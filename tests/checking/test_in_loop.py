"""Is the line of a training loop told whose one change makes every step go down, and only that?"""

import numpy as np
import pytest

from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import Case, Reached
from nnf_teach.exercises.exercise import Learning
from nnf_teach.exercises.form import exercise
from tests.checking.cells import run_cell
from tests.checking.clouds import loss, slopes


def reached(answer, *args):
    return Reached("cross entropy", loss(answer, *args), 0.05, ".3g", at_most=True)


@exercise(lesson=1, points=1, score=reached, learning=Learning(loss, lambda X, t, rng: np.log(2)))
def separate(X, t, rng):
    w, b = np.zeros(3), 0.0
    for _ in range(2000):
        dw, db = slopes(w, b, X, t)
        w, b = w - dw, b - db
    return w, b


@separate.cases
def cases(rng):
    t = np.repeat([0, 1, 1], 60)
    X = rng.normal(size=(180, 3)) + np.outer(t, [2.0, -3.0, 1.0]) + np.array([0.5, 1.0, -2.0])
    yield Case((X, t, np.random.default_rng(1)))


CODE = """def separate(X, t, rng):
    w, b = np.zeros(3), 0.0
    for step in range(60):
        rows = rng.permutation(len(X))[:90]
        dw, db = slopes(w, b, X[rows], t[rows])
        {}
        {}
    return w, b
"""
RIGHT = "w = w - 0.3 * dw", "b = b - 0.3 * db"


def result_of(*lines):
    code = CODE.format(*lines)
    return diagnose(separate.exercise, run_cell(code, slopes=slopes)["separate"])


@pytest.mark.parametrize(
    ("lines", "line", "expression"),
    [
        (("w = w + 0.3 * dw", RIGHT[1]), 6, "w + 0.3 * dw"),
        (("w += 0.3 * dw", RIGHT[1]), 6, "w += 0.3 * dw"),
        ((RIGHT[0], "b += 0.3 * db"), 7, "b += 0.3 * db"),
        (("w, b = w + 0.3 * dw, b + 0.3 * db", "pass"), 6, "w + 0.3 * dw, b + 0.3 * db"),
    ],
)
def test_the_line_that_goes_the_wrong_way_is_told(lines, line, expression):
    result = result_of(*lines)
    assert result.explained_by == "place"
    assert (result.place.line, result.place.expression) == (line, expression)
    assert "With one change there it goes down: from 0.693 to" in result.message


@pytest.mark.parametrize(
    "lines",
    [
        ("w = w - 0.001 * dw", "b = b - 0.001 * db"),  # only too short
        ("w = w - 900 * dw", "b = b - 900 * db"),  # only too long
        ("w = w + 0.3 * dw", "b = b + 0.3 * db"),  # two lines go the wrong way
        ("w = w * 0.9", "b = b + 0.1"),  # nothing is learnt
        RIGHT,
    ],
)
def test_where_no_one_change_does_it_no_line_is_told(lines):
    assert result_of(*lines).place is None
