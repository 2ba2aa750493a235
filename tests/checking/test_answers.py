"""Reading, comparing and printing answers."""

from fractions import Fraction

import numpy as np
import pytest

from nnf_teach.checking.answers import compare, read, show
from nnf_teach.exercises import BadAnswer

TRUTH = np.array([[0.5, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize(
    "answer",
    [
        TRUTH,
        TRUTH.tolist(),
        TRUTH.astype(np.float32),
        np.asfortranarray(TRUTH),
        np.ma.array(TRUTH),
        [[Fraction(1, 2), 2], [3, 4]],
        TRUTH + 1e-10,
        TRUTH.astype(object),
    ],
)
def test_right_answers_of_many_kinds(answer):
    assert compare(read(answer, TRUTH), TRUTH, 1e-6, 1e-9) is None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (TRUTH.ravel(), "shape"),
        (TRUTH * np.nan, "nan"),
        (TRUTH * 1.00001, "value"),
        ((TRUTH * 1.0001).astype(np.float32), "value"),
        (TRUTH.astype(np.float16), "type"),
        (TRUTH * np.inf, "value"),
    ],
)
def test_wrong_answers_by_kind(answer, kind):
    assert compare(read(answer, TRUTH), TRUTH, 1e-6, 1e-9).kind == kind


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (None, "none", "return"),
        ("abc", "type", "a string"),
        (print, "type", "builtin"),
        (1j, "type", "a complex number"),
        (np.array([1j]), "type", "complex"),
        (iter([1, 2]), "type", "list_iterator"),
        (np.ma.masked_array([1, 2], mask=[True, False]), "type", "masked"),
        ({1, 2}, "type", "a set"),
    ],
)
def test_what_cannot_be_read_is_named(answer, kind, words):
    with pytest.raises(BadAnswer, match=words) as caught:
        read(answer, TRUTH)
    assert caught.value.kind == kind


def test_parts_are_read_by_the_truths_structure():
    truth = (np.zeros(2), 1.0)
    assert compare(read([[0, 0], 1], truth), truth, 1e-6, 1e-9) is None
    with pytest.raises(BadAnswer, match="2 parts are asked for, 3 came back"):
        read((1, 2, 3), truth)
    with pytest.raises(BadAnswer, match="^In part 2, 2 parts are asked for, 1 came back"):
        read((1.0, [2.0]), (np.zeros(()), [np.zeros(()), np.zeros(())]))
    with pytest.raises(BadAnswer, match="1 part is asked for, 2 came back"):
        read([1, 2], (1,))
    with pytest.raises(BadAnswer, match="2 parts are asked for, got a whole number"):
        read(3, truth)
    assert compare(read(([0, 1], 1), truth), truth, 1e-6, 1e-9).kind == "value"


def test_answers_are_copies():
    x = np.ones(2)
    answer = read(x[:], x)
    x[...] = 5
    np.testing.assert_array_equal(answer, [1, 1])


def test_an_expected_nan_is_not_a_problem():
    truth = np.array([np.nan, 1.0])
    assert compare(truth.copy(), truth, 1e-6, 1e-9) is None


def test_equal_looking_numbers_are_told_apart():
    problem = compare(np.array([1.0, 2.00001]), np.array([1.0, 2.0]), 1e-6, 1e-9)
    assert problem.sentence == "The largest difference is 1e-05 at [1]."


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float64(1000), "1000"),
        (1 / 3, "0.3333"),
        (np.array([]), "an empty array of shape (0,)"),
        (np.zeros((0, 3)), "an empty array of shape (0, 3)"),
        (np.arange(10), "[0, 1, 2, 3, 4, 5, ... 10 in all]"),
        (np.array(2.5), "2.5"),
        ({"a": True, "b": 1.0}, "a: yes, b: 1"),
        (float("nan"), "nan"),
        ((read, 1.0), "(the function read, 1)"),
        (iter([]), "<list_iterator object>"),  # where in memory says nothing to anybody
    ],
)
def test_numbers_print_as_a_person_writes_them(value, text):
    assert show(value) == text
