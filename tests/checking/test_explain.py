"""Are explainers asked in their order, and is the first that knows believed?"""

from dataclasses import replace

import numpy as np
import pytest

from nnf_teach.checking import explain as module
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.checking.explain import EXPLAINERS, Explanation, explain, telling_case
from nnf_teach.checking.trial import try_out
from nnf_teach.exercises import Case, Exercise, Fact, Misconception

HALVE = Exercise(
    name="halve",
    lesson=1,
    points=2,
    reference=lambda X: X / 2,
    cases=lambda rng: [Case((np.array([4.0, 2.0]),)), Case((rng.random(3),))],
    misconceptions=(Misconception("doubled", lambda X: X * 2, "Up or down?"),),
    hints=("a", "b", "c"),
    parts={"first": 1, "second": 1},
)


def stub(X):
    raise NotImplementedError("write halve here")


def test_the_first_that_knows_is_believed(monkeypatch):
    asked = []

    def silent(trial):
        asked.append("silent")

    def knows(trial):
        asked.append(trial.function)
        return Explanation("wrong", [("look at", "Where is the 2?")], "my-own")

    def never(trial):
        raise AssertionError("one before it knows")

    monkeypatch.setattr(module, "EXPLAINERS", (silent, knows, never))
    result = diagnose(HALVE, np.negative)
    assert asked == ["silent", np.negative]
    assert (result.status, result.misconception, result.parts) == (
        "wrong", "my-own", (("first", 0, 1), ("second", 0, 1))
    )  # fmt: skip
    assert result.rows == (("look at", "Where is the 2?"), ("cases", "0 of 2 are right"))


@pytest.mark.parametrize("answer", [stub, lambda X: X * 2, lambda X: X * 3, lambda X: None])
def test_the_last_explains_everything(answer):
    trial = try_out(HALVE, answer)
    assert telling_case(trial).rows
    assert explain(trial).rows


def test_a_stub_is_no_mistake_and_a_known_mistake_no_stub():
    known = [e.__name__ for e in EXPLAINERS]
    order = ["not_written", "verdicts", "known_mistake", "fact", "weights", "training"]
    assert known == [*order, "place", "clue"]
    told = {
        answer: [
            e(try_out(HALVE, answer)) is not None
            for e in (module.not_written, module.known_mistake)
        ]
        for answer in (stub, lambda X: X * 2, lambda X: X * 3)
    }
    assert list(told.values()) == [[True, False], [False, True], [False, False]]


def test_what_is_not_counted_says_no_cases():
    result = diagnose(HALVE, stub)
    assert (result.status, result.cases) == ("not attempted", (0, 0))
    assert [label for label, _ in result.rows] == ["look at"]


def test_the_seed_and_the_caller_go_with_the_trial():
    """Does an explainer that calls the function again ask the same caller, with the same seed?"""
    one, other = (try_out(HALVE, np.negative, seed=seed) for seed in (3, 4))
    assert (one.seed, other.seed) == (3, 4)
    assert not np.array_equal(one.cases[1].args[0], other.cases[1].args[0])
    again = HALVE.cases(np.random.default_rng(one.seed))
    np.testing.assert_array_equal(one.cases[1].args[0], again[1].args[0])
    assert hasattr(one.caller, "count_all")


def size_of(answer, X):
    return {
        "smaller than 10": Fact.whether(answer < 10, "Is that small?"),
        "even": Fact.whether(answer % 2 == 0, "Is that even?"),
    }


EVEN = Exercise(
    name="even",
    lesson=1,
    points=1,
    reference=lambda X: 2,
    cases=lambda rng: [Case((1.0,)), Case((2.0,))],
    observe=size_of,
    misconceptions=(),
    hints=("a", "b", "c"),
)


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        (lambda X: 3, "Is that even?"),
        (lambda X: 13, "Is that small?"),
        (lambda X: 2 if X == 1 else 12, "Is that small?"),
    ],
)
def test_the_first_wrong_fact_asks_its_question(answer, asked):
    result = diagnose(EVEN, answer)
    assert (result.explained_by, result.clue) == ("clue", asked)
    assert result.rows[-2] == ("look at", asked)
    assert diagnose(EVEN, lambda X: 4).passed


def test_of_many_facts_those_that_are_wrong_are_shown():
    many = {f"fact {k}": Fact("yes") for k in range(3)}
    exercise = replace(EVEN, observe=lambda answer, X: many | size_of(answer, X))
    rows = dict(diagnose(exercise, lambda X: 3).rows)
    assert (rows["got"], rows["expected"]) == ("even: no", "even: yes")
    rows = dict(diagnose(EVEN, lambda X: 3).rows)
    assert rows["got"] == "smaller than 10: yes, even: no"


def test_an_ordinary_answer_that_is_wrong_comes_before_facts_about_others():
    exercise = replace(
        EVEN, observe=lambda answer, X: size_of(answer, X) if X == 2 else np.asarray(answer)
    )
    assert "Is that even?" not in diagnose(exercise, lambda X: 3).message
    assert diagnose(exercise, lambda X: 2 if X == 1 else 3).clue == "Is that even?"


def test_a_known_mistake_asks_one_question():
    def in_place(X):
        X /= 2
        return X

    known = Misconception("in-place", in_place, "Whose array is it?")
    rows = diagnose(replace(HALVE, misconceptions=(known,)), in_place).rows
    assert [text for label, text in rows if label == "look at"] == ["Whose array is it?"]
