"""What does a learner read, and in which order are things said?"""

import functools
import time

import numpy as np
import pytest

from nnf_teach import check
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.checking.trial import try_out
from nnf_teach.exercises import Case, Exercise, Misconception, Reached, all_exercises


def exercise(**changes):
    parts = {
        "name": "halve",
        "lesson": 1,
        "points": 3,
        "reference": lambda X: X / 2,
        "cases": lambda rng: [
            Case((np.array([4.0, 2.0]),)),
            Case((np.array([8.0]),)),
            Case((np.array([[1.0, 2.0, 3.0]]),)),
        ],
        "misconceptions": (Misconception("doubled", lambda X: X * 2, "Up or down?"),),
        "hints": ("a", "b", "c"),
        "time_limit": 0.5,
    }
    return Exercise(**(parts | changes))


def test_a_right_answer_gets_the_points():
    result = diagnose(exercise(remark="Well halved."), lambda X: X * 0.5)
    assert (result.status, result.points, result.misconception) == ("passed", 3, None)
    assert "3 of 3 points" in result.message
    assert "Well halved." in result.message


def test_what_is_right_is_found_once_and_told_to_each_learner_afresh():
    asked = []

    def halve(X):
        asked.append(X)
        return X / 2

    one = exercise(reference=halve)
    spoilt = try_out(one, halve)
    for truth in spoilt.truths:
        truth[...] = np.nan
    found = len(asked)
    assert diagnose(one, lambda X: X / 2).passed
    assert len(asked) == found
    assert diagnose(one, lambda X: X / 2, seed=1).passed
    assert len(asked) > found, "another seed draws other inputs"
    assert diagnose(exercise(reference=lambda X: X / 4), lambda X: X / 2).status == "wrong"


def test_a_known_mistake_is_named_with_the_smallest_example():
    result = diagnose(exercise(), lambda X: X + X)
    assert result.misconception == "doubled"
    assert result.message.splitlines() == [
        "halve: not yet.",
        "  input     X = [8]",
        "  got       [16]",
        "  expected  [4]",
        "  look at   Up or down?",
        "  cases     0 of 3 are right",
    ]


def test_an_empty_array_is_the_last_example_to_be_shown():
    cases = [Case((np.empty(0),)), Case((np.ones(3),))]
    message = diagnose(exercise(cases=lambda rng: cases), lambda X: X[None] / 2).message
    assert "X = [1, 1, 1]" in message


def test_a_mistake_that_explains_only_some_failures_is_not_named():
    result = diagnose(exercise(), lambda X: X * 2 if X.size == 1 else X * 3)
    assert result.misconception is None
    assert result.status == "wrong"


def test_of_two_mistakes_the_one_that_agrees_everywhere_is_named():
    mistakes = (
        Misconception("always", lambda X: X * 2, "1?"),
        Misconception("only-long", lambda X: X * 2 if X.size > 1 else X / 2, "2?"),
    )
    result = diagnose(exercise(misconceptions=mistakes), lambda X: X * 2 if X.size > 1 else X / 2)
    assert result.misconception == "only-long"
    assert "1 of 3 are right" in result.message


def test_an_error_shows_the_learners_line_and_not_ours():
    def halve(X):
        y = X / 2
        return y[7]

    result = diagnose(exercise(), halve)
    assert result.status == "raised"
    assert "return y[7]" in result.message
    assert "IndexError" in result.message
    assert "calls.py" not in result.message
    assert "Traceback" not in result.message


def test_an_error_in_numpy_shows_the_learners_line():
    def halve(X):
        return np.linalg.inv(X)

    assert "return np.linalg.inv(X)" in diagnose(exercise(), halve).message


def subtract_in_place(X):
    X = X.astype(int)
    X -= 0.5
    return X


def ask_all_at_once(X):
    return X / 5 if X > 0 else X / 7


def take_apart(X):
    one, two, three, four = X
    return [one, two, three + four]


def go_along_rows(X):
    return [X[n, 0] / 2 for n in range(len(X))]


@pytest.mark.parametrize(
    ("wrong", "asked"),
    [
        (subtract_in_place, "How do you make a new array?"),
        (ask_all_at_once, "for each number by itself?"),
        (take_apart, "How many may there be?"),
        (go_along_rows, "Which shape is meant?"),
    ],
)
def test_an_error_that_says_what_it_is_asks_in_the_learners_words(wrong, asked):
    rows = dict(diagnose(exercise(), wrong).rows)
    assert "error" in rows
    assert rows["look at"].endswith(asked)


def test_none_asks_for_the_return_line():
    result = diagnose(exercise(), lambda X: None)
    assert result.status == "wrong"
    assert "`return`" in result.message


def test_a_wrong_shape_names_both_shapes():
    result = diagnose(exercise(), lambda X: (X / 2).ravel()[:, None])
    assert "(1, 1)" in result.message
    assert "(1,)" in result.message


def test_nans_are_counted():
    assert "There are nans in it (1 of 1)" in diagnose(exercise(), lambda X: X * np.nan).message


def test_a_warning_counts_where_the_exercise_is_stable():
    def noisy(X):
        np.exp(1000 * X)
        return X / 2

    assert diagnose(exercise(), noisy).passed
    result = diagnose(exercise(stable=True), noisy)
    assert result.status == "wrong"
    assert "warning   overflow encountered in exp" in result.message


def test_changing_the_input_is_wrong_even_with_the_right_values():
    def halve(X):
        X /= 2
        return X

    result = diagnose(exercise(), halve)
    assert result.status == "wrong"
    assert "changes its argument X" in result.message


def test_returning_the_input_itself_is_fine_where_it_is_right():
    same = exercise(reference=lambda X: X.copy(), misconceptions=())
    assert diagnose(same, lambda X: X).passed
    assert diagnose(same, lambda X: X[...]).passed


def test_an_endless_loop_says_so_and_names_the_input():
    def halve(X):
        while True:
            pass

    result = diagnose(exercise(), halve)
    assert result.status == "timed out"
    assert "within 0.5 seconds" in result.message
    assert "X = [4, 2]" in result.message


def test_every_real_exercise_but_training_gives_up_after_ten_seconds():
    assert all_exercises()["sigmoid"].time_limit == 10


def test_a_stub_is_not_attempted():
    def halve(X):
        raise NotImplementedError("write halve here")

    assert diagnose(exercise(), halve).status == "not attempted"


def test_a_stub_that_is_called_by_the_answer_is_named():
    def helper(X):
        raise NotImplementedError("write helper here")

    def halve(X):
        return helper(X)

    result = diagnose(exercise(), halve)
    assert result.status == "raised"
    assert "helper, which your function calls, is not written yet" in result.message


def test_a_wrong_signature_is_shown_beside_the_right_one():
    def halve(X, factor):
        return X * factor

    result = diagnose(exercise(), halve)
    assert "called as halve(X), but yours is halve(X, factor)" in result.message


def test_extra_arguments_with_defaults_are_fine():
    assert diagnose(exercise(), lambda X, factor=0.5: X * factor).passed


def test_callables_of_all_kinds_are_tried():
    class Halver:
        def __call__(self, X):
            return X / 2

    assert diagnose(exercise(), Halver()).passed
    assert diagnose(exercise(), functools.partial(np.multiply, 0.5)).passed
    assert diagnose(exercise(), np.vectorize(lambda v: v / 2)).passed


def test_prints_are_shown_beside_a_wrong_answer():
    def halve(X):
        print("X is", X.shape)
        return X

    assert "printed   X is (1,)" in diagnose(exercise(), halve).message


@pytest.mark.slow
def test_a_slow_misconception_costs_nothing_but_its_name():
    slow = (Misconception("slow", lambda X: time.sleep(6), "Why?"),)
    result = diagnose(exercise(misconceptions=slow), lambda X: X)
    assert result.status == "wrong"
    assert result.misconception is None


def test_every_seed_draws_other_inputs():
    seen = []
    cases = exercise(cases=lambda rng: [Case((rng.normal(size=2),))])

    def halve(X):
        seen.append(tuple(X))
        return X / 2

    for seed in (1, 2, 1):
        diagnose(cases, halve, seed)
    assert seen[0] == seen[2] != seen[1]


def test_html_is_escaped():
    def neuron(x, w, b):
        raise ValueError("<script>alert(1)</script>")

    html = check(neuron).panel()["text/html"]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("sign", ["✓", "✗", "○"])
def test_signs_differ_without_colour(sign):
    def stub(x):
        raise NotImplementedError

    answers = {"✓": lambda x: 2 * x, "✗": lambda x: x, "○": stub}
    assert sign in check(answers[sign], "double").panel()["text/html"]


@pytest.mark.slow
def test_training_that_takes_too_long_hears_what_makes_it_slow():
    def halve(X):
        while True:
            pass

    training = exercise(score=lambda answer, X: None)
    assert "float32 into float64" in diagnose(training, halve).message
    assert "float32" not in diagnose(exercise(), halve).message


def test_a_mistake_that_would_pass_explains_nothing():
    """In float32 two answers can be alike, one just good enough and the other not."""
    case = [Case((np.array([4.0]),))]
    slight = (Misconception("slight", lambda X: np.float32(0.500005) * np.float32(X), "How?"),)
    halving = exercise(cases=lambda rng: case, misconceptions=slight)
    result = diagnose(halving, lambda X: np.float32(0.500013) * np.float32(X))
    assert result.status == "wrong"
    assert result.misconception is None


def test_an_error_in_the_large_input_of_a_vectorised_exercise_shows_the_learners_line():
    calls = []

    def linear_layer(X, W, b):
        calls.append(1)
        if len(calls) > 12:
            raise ValueError("too often")
        return X @ W.T + b

    result = diagnose(all_exercises()["linear_layer"], linear_layer)
    assert result.status == "raised"
    assert dict(result.rows)["line"].endswith('raise ValueError("too often")')


def test_a_mistake_that_shows_only_side_by_side_is_named():
    """Is a training that gives one answer for all cases told apart from one that is bad twice?"""
    constant = Misconception(
        "constant",
        lambda X: 1.0,
        "Does it look at X?",
        recognise_all=lambda answers, cases: len(set(answers)) == 1 < len(cases),
    )
    experiment = exercise(
        misconceptions=(constant,),
        score=lambda answer, X: Reached("entries", float(answer == X.size), 1.0),
    )
    assert diagnose(experiment, lambda X: 1).misconception == "constant"
    assert diagnose(experiment, lambda X: X.size + 1).misconception is None
    assert diagnose(experiment, lambda X: X.size).passed
