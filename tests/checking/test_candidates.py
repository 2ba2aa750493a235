"""Learners' tests are tried on right functions and on wrong ones, and told what they miss."""

from dataclasses import replace

import numpy as np
import pytest

from nnf_teach.checking.candidates import CHANGED, cases_of, changed
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import all_exercises
from nnf_teach.exercises.candidates import MOST

TESTS = [exercise for exercise in all_exercises().values() if exercise.subject]
SOFTMAX = all_exercises()["test_softmax"]
ROWS = np.array([[0.0, np.log(3)], [np.log(3), 0.0]])


def candidates(exercise, seed=0):
    return [case.args[0] for case in cases_of(exercise, seed)]


@pytest.mark.slow
@pytest.mark.parametrize("exercise", TESTS, ids=lambda exercise: exercise.name)
def test_a_candidate_is_right_just_if_the_exercise_of_its_name_accepts_it(exercise):
    for candidate in candidates(exercise):
        function = candidate.make()
        result = diagnose(all_exercises()[candidate.name], function)
        assert result.passed is candidate.right, f"{candidate}: {result.message}"


@pytest.mark.parametrize("exercise", TESTS, ids=lambda exercise: exercise.name)
def test_small_changes_are_among_the_wrong_ones_and_always_the_same(exercise):
    assert len(changed(exercise.subject)) == CHANGED
    again = replace(exercise, subject=replace(exercise.subject))
    assert sorted(map(repr, candidates(again))) == sorted(map(repr, candidates(exercise)))


def test_the_order_tells_nothing():
    verdicts = [[c.right for c in candidates(SOFTMAX, seed)] for seed in range(3)]
    assert verdicts[0] != verdicts[1] != verdicts[2]

    asked = []

    def test_of_the_order(softmax):
        asked.append(softmax)
        assert verdicts[0][len(asked) - 1]

    assert diagnose(SOFTMAX, test_of_the_order, seed=0).passed
    asked.clear()
    assert not diagnose(SOFTMAX, test_of_the_order, seed=1).passed


def test_an_error_or_false_rejects_and_all_else_accepts():
    for answer in (None, True, np.True_, 0, "False", [False]):
        result = diagnose(SOFTMAX, lambda softmax, answer=answer: answer)
        assert result.misconception == "never-calls"
    for answer in (False, np.False_):
        result = diagnose(SOFTMAX, lambda softmax, answer=answer: answer)
        assert "right ones  0 of 4 accepted" in result.message


def test_what_is_let_through_is_told_in_words():
    def symmetric(softmax):
        P = softmax(ROWS)
        return np.allclose(np.sort(P, axis=1), [[0.25, 0.75], [0.25, 0.75]]) and len(P) == 2

    result = diagnose(SOFTMAX, symmetric)
    assert "wrong ones through; one of them divides by the sum of the column." in result.message
    assert result.message.endswith("Which input would show it?")
    assert result.explained_by == "clue"


def test_a_right_one_that_is_rejected_comes_first_with_its_error():
    def too_strict(softmax):
        assert softmax(ROWS).sum() == 1, "more than 1"

    result = diagnose(SOFTMAX, too_strict)
    assert "AssertionError: more than 1" in result.message
    assert "Your test rejects all 4 right ones; one of them subtracts" in result.message


def test_what_a_test_changes_stays_its_own():
    def changes(softmax):
        softmax.__name__ = "mine"
        Z = ROWS.copy()
        P = softmax(Z)
        Z[:], P[:] = 0, 0
        SOFTMAX.reference(softmax)

    assert diagnose(SOFTMAX, changes).passed


def test_a_test_may_print_and_may_not_loop(capsys):
    def prints(softmax):
        print("hello")

    assert "hello" in diagnose(SOFTMAX, prints).message
    assert capsys.readouterr().out == ""

    def loops(softmax):
        while True:
            pass

    assert diagnose(replace(SOFTMAX, time_limit=0.3), loops).status == "timed out"


def test_a_candidate_computes_small_examples_alone():
    softmax = candidates(SOFTMAX)[0].make()
    with pytest.raises(ValueError, match="small example"):
        softmax(np.zeros((MOST, 2)))
    assert softmax(Z=ROWS) is not None


def test_a_test_that_is_not_written_is_not_attempted():
    def stub(softmax):
        raise NotImplementedError("write test_softmax here")

    assert diagnose(SOFTMAX, stub).status == "not attempted"
