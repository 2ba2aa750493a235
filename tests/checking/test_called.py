"""A check takes whatever can be called, and says the same whatever the state of the notebook."""

import functools
import warnings
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from nnf_teach import check, hint, or_ours
from nnf_teach.checking import ours
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import all_exercises


def plain(x, w, b):
    return x @ w + b


def scaled(factor, x, w, b):
    return factor * (x @ w) + b


def logged(function):
    def wrapper(*args):
        return function(*args)

    return wrapper


class Neuron:
    def __call__(self, x, w, b):
        return x @ w + b

    def answer(self, x, w, b):
        return x @ w + b


class Odd(Neuron):
    __slots__ = ()  # takes no weak reference

    @property
    def __name__(self):
        raise RuntimeError


@logged
def decorated(x, w, b):
    return x @ w + b


WAYS = {
    "a lambda": lambda x, w, b: x @ w + b,
    "another name": plain,
    "decorated": decorated,
    "a partial": functools.partial(scaled, 1),
    "an object": Neuron(),
    "a method": Neuron().answer,
    "an odd object": Odd(),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_a_cell_calls_neuron_is_checked_as_neuron(way, monkeypatch, capsys):
    monkeypatch.setitem(globals(), "neuron", WAYS[way])
    result = check(neuron)  # noqa: F821
    assert result.exercise == "neuron"
    assert result.passed, result.message
    assert or_ours(neuron)(np.ones(2), np.ones(2), 0.5) == 2.5  # noqa: F821
    hint(neuron, 1)  # noqa: F821
    assert "neuron, hint 1 of 3" in capsys.readouterr().out


def test_a_wrong_one_is_told_why(monkeypatch):
    monkeypatch.setitem(globals(), "neuron", lambda x, w, b: x @ w)
    assert check(neuron).misconception == "forgot-bias"  # noqa: F821


def test_what_has_no_name_of_an_exercise_is_asked_for_one():
    assert "There is no exercise of the name" in check(lambda x: x).message
    assert check(plain, "neuron").passed


STATES = {
    "errors for warnings of NumPy": lambda: np.seterr(all="raise"),
    "a call for each": lambda: np.seterr(all="call"),
    "errors for all warnings": lambda: warnings.simplefilter("error"),
    "short arrays": lambda: np.set_printoptions(threshold=1, precision=1),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", ["sigmoid", "softmax_cross_entropy", "attention"])
def test_the_notebooks_state_does_not_change_what_a_check_says(state, name):
    exercise = all_exercises()[name]

    def said():
        right = diagnose(exercise, exercise.reference)
        wrong = [diagnose(exercise, m.wrong) for m in exercise.misconceptions[:3]]
        return [(r.status, r.misconception, r.rows) for r in (right, *wrong)]

    before = said()
    with warnings.catch_warnings(), np.errstate(call=lambda *_: 1 / 0), np.printoptions():
        STATES[state]()
        assert said() == before


def test_the_notebooks_state_is_left_as_it_was():
    with np.errstate(all="raise"):
        diagnose(all_exercises()["sigmoid"], all_exercises()["sigmoid"].reference)
        assert set(np.geterr().values()) == {"raise"}


def test_lesson_cells_get_arrays_where_the_check_took_lists():
    """The next cell of lesson 02 picks a column of the answer."""

    def softmax(Z):
        return [np.exp(row - max(row)) / sum(np.exp(row - max(row))) for row in Z]

    def logistic_gradients(X, t, w, b):
        difference = 1 / (1 + np.exp(-np.clip(X @ w + b, -700, 700))) - t
        return list(X.T @ difference / len(X)), np.mean(difference)

    assert check(softmax).passed
    assert or_ours(softmax)(np.zeros((3, 2)))[:, 0].tolist() == [0.5, 0.5, 0.5]
    assert check(logistic_gradients).passed
    dw, db = or_ours(logistic_gradients)(np.eye(2), np.zeros(2), np.zeros(2), 0.0)
    assert (0.1 * dw).tolist() == [0.025, 0.025]
    assert db == 0.5


def test_ours_is_asked_once_which_parts_of_an_answer_are_arrays(monkeypatch):
    """The gradients of `l2_penalty` are a list, and lesson 07 calls it at every step."""
    exercise, asked = all_exercises()["l2_penalty"], []

    def reference(params, strength):
        asked.append(params)
        return exercise.reference(params, strength)

    def l2_penalty(params, strength):
        value = strength * sum(np.sum(W**2) for W, _ in params)
        return value, [(2 * strength * W, 0 * b) for W, b in params]

    monkeypatch.setattr(ours, "diagnose", lambda *_: SimpleNamespace(passed=True))
    monkeypatch.setattr(ours, "find", lambda _: replace(exercise, reference=reference))
    penalty = ours.or_ours(l2_penalty)
    for _ in range(3):
        penalty([(np.ones((1, 2)), np.ones(1))], 0.5)
    assert len(asked) == 1
