"""Functions that draw at random, and errors that are right answers."""

import numpy as np

from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import BadAnswer, Case, Exercise, Misconception, Raised
from nnf_teach.exercises.numbers import read_numbers


def facts(answers, n, rng):
    first, other, again = (np.asarray(answer) for answer in answers)
    if first.shape != (n,):
        raise BadAnswer("shape", f"The shape is {first.shape}.")
    return {"same again": np.array_equal(first, again), "moves on": not np.allclose(first, other)}


def asked(wrong):
    return Misconception("wrong-way", wrong, "Where do your numbers come from?")


DRAWN = Exercise(
    name="drawn",
    lesson=99,
    points=1,
    reference=lambda n, rng: rng.random(n),
    cases=lambda rng: [Case((3, rng)), Case((4, np.random.default_rng(rng.integers(99))))],
    misconceptions=(
        asked(lambda n, rng: np.random.default_rng(0).random(n)),
        Misconception("never-same", lambda n, rng: np.random.default_rng().random(n), "How so?"),
    ),
    hints=("a", "b", "c"),
    observe=facts,
    draws=True,
)


def test_numbers_from_rng_pass_however_they_are_drawn():
    for function in (lambda n, rng: rng.random(n), lambda n, rng: [rng.normal() for _ in range(n)]):
        assert diagnose(DRAWN, function).passed


def test_an_own_seed_is_found_out():
    result = diagnose(DRAWN, lambda n, rng: np.random.default_rng(7).normal(size=n))
    assert result.misconception == "wrong-way"
    assert "moves on: no" in result.message


def test_the_global_state_is_found_out():
    result = diagnose(DRAWN, lambda n, rng: np.random.normal(size=n))  # noqa: NPY002
    assert result.misconception == "never-same"
    assert "same again: no" in result.message


def test_one_wrong_answer_of_three_is_one_wrong_case():
    calls = []

    def fails_at_the_second_call(n, rng):
        calls.append(n)
        if len(calls) == 2:
            raise KeyError("late")
        return rng.random(n)

    result = diagnose(DRAWN, fails_at_the_second_call)
    assert calls == [3, 3, 3, 4, 4, 4]
    assert result.status == "raised"
    assert "1 of 2 are right" in result.message


def test_none_among_the_answers_is_none():
    result = diagnose(DRAWN, lambda n, rng: None if n == 4 else rng.random(n))
    assert "returns None" in result.message


def test_the_stub_of_a_function_that_draws_is_not_attempted():
    def drawn(n, rng):
        raise NotImplementedError("write drawn here")

    assert diagnose(DRAWN, drawn).status == "not attempted"


def test_a_function_that_hangs_on_the_second_case_times_out():
    def drawn(n, rng):
        while n == 4:
            pass
        return rng.random(n)

    slow = Exercise(**{**DRAWN.__dict__, "time_limit": 0.3})
    result = diagnose(slow, drawn)
    assert result.status == "timed out"
    assert "n = 4" in result.message


# Errors that are asked for -------------------------------------------------------------------


def root(x):
    if x < 0:
        raise ValueError(f"x is {x}, below 0")
    return np.sqrt(x)


def told(answer, x):
    if x >= 0:
        return read_numbers(answer)
    return {"a ValueError that names x": isinstance(answer, Raised) and str(x) in answer.text}


ROOT = Exercise(
    name="root",
    lesson=99,
    points=1,
    reference=root,
    cases=lambda rng: [Case((4.0,)), Case((-2.0,))],
    misconceptions=(asked(lambda x: np.sqrt(abs(x))),),
    hints=("a", "b", "c"),
    observe=told,
    raises=ValueError,
)


def test_an_error_that_is_asked_for_is_a_right_answer():
    assert diagnose(ROOT, root).passed

    class NoRoot(ValueError):
        pass

    def with_an_error_of_its_own(x):
        if x < 0:
            raise NoRoot(f"no root of {x}")
        return x**0.5

    assert diagnose(ROOT, with_an_error_of_its_own).passed


def test_what_the_error_says_counts():
    def silent(x):
        if x < 0:
            raise ValueError("no")
        return x**0.5

    result = diagnose(ROOT, silent)
    assert result.status == "wrong"
    assert "a ValueError that names x: no" in result.message


def test_an_answer_in_place_of_the_error_is_wrong():
    assert diagnose(ROOT, lambda x: np.sqrt(abs(x))).misconception == "wrong-way"


def test_the_same_error_where_none_is_asked_for_is_an_error():
    def always(x):
        raise ValueError(f"x is {x}")

    result = diagnose(ROOT, always)
    assert result.status == "raised"
    assert "line" in result.message
    assert "x = 4" in result.message


def test_another_error_is_an_error():
    def asserts(x):
        assert x >= 0
        return x**0.5

    result = diagnose(ROOT, asserts)
    assert result.status == "raised"
    assert "assert x >= 0" in result.message
