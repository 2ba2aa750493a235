"""A training run that does not get there is told what it did, and only what is so."""

import time

import numpy as np
import pytest

from nnf_teach.checking import watch
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import Case, Reached
from nnf_teach.exercises.exercise import Learning
from nnf_teach.exercises.form import exercise
from tests.checking.clouds import loss, slopes


def reached(answer, *args):
    return Reached("cross entropy", loss(answer, *args), 0.1, ".3g", at_most=True)


@exercise(lesson=1, points=1, score=reached, learning=Learning(loss, lambda X, t, rng: np.log(2)))
def separate(X, t, rng):
    w, b = np.zeros(2), 0.0
    for _ in range(500):
        dw, db = slopes(w, b, X, t)
        w, b = w - dw, b - db
    return w, b


@separate.cases
def cases(rng):
    t = np.repeat([0, 1], 100)
    X = rng.normal(size=(200, 2)) + 4 * t[:, None] - np.array([2.0, 1.0])
    yield Case((X, t, np.random.default_rng(1)))


def uphill(X, t, rng):
    w, b = np.zeros(2), 0.0
    for _ in range(100):
        dw, db = slopes(w, b, X, t)
        w, b = w + 0.1 * dw, b + 0.1 * db
    return w, b


def too_long(X, t, rng):
    w, b = np.zeros(2), 0.0
    for _ in range(100):
        dw, db = slopes(w, b, rng.permutation(X), t)
        w, b = w - 3000 * dw, b - 3000 * db
    return w, b


def no_number_later(X, t, rng):
    w, b = np.zeros(2), 0.0
    for k in range(100):
        dw, db = slopes(w, b, X, t)
        w, b = w - 0.1 * dw * np.sqrt(10.0 - k), b - db
    return w, b


def short(X, t, rng):
    w, b = np.zeros(2), 0.0
    for _ in range(100):
        dw, db = slopes(w, b, X, t)
        w, b = w - 1e-5 * dw, b - 1e-5 * db
    return w, b


def nothing(X, t, rng):
    w, b = rng.normal(size=2), 0.0
    for _ in range(100):
        dw, db = slopes(w, b, X, t)
        new = w - dw, b - db
    return (w, b) if new else None


def bias_alone(X, t, rng):
    w, b = np.zeros(2), 0.5
    for _ in range(100):
        _, db = slopes(w, b, X, t)
        b = b - db
    return w, b


def bias_uphill(X, t, rng):
    w, b = np.zeros(2), 2.0
    for _ in range(100):
        dw, db = slopes(w, b, X, t)
        w = w - 0.001 * dw
        b = b + 0.001 * db
    return w, b


def bias_by_rounding(X, t, rng):
    w, b = np.zeros(2), 0.0
    for _ in range(100):
        dw, db = slopes(w, b, X, t)
        w = w - 0.001 * dw
        b = b - 1e-17 * db
    return w, b


def other_rows(X, t, rng):
    w, b = np.zeros(2), 0.0
    for _ in range(30):
        dw, db = slopes(w, b, X[rng.permutation(len(X))], t)
        w, b = w - 0.1 * dw, b - 0.1 * db
    return w, b


def too_few(X, t, rng):
    w, b = np.zeros(2), 0.0
    for _ in range(20):
        dw, db = slopes(w, b, X, t)
        w, b = w - 0.1 * dw, b - 0.1 * db
    return [w, b]


def no_loop(X, t, rng):
    return rng.normal(size=2), 0.0


def in_a_helper(X, t, rng):
    return down(X, t, 0.1, 20)


def down(X, t, rate, steps):
    theta = np.zeros(2), 0.0
    step = 0
    while step < steps:
        dw, db = slopes(*theta, X, t)
        theta = theta[0] - rate * dw, theta[1] - rate * db
        step += 1
    return theta


SAID = {
    uphill: "Already a small part of your step (line",
    too_long: "its direction is right and the step is too long",
    no_number_later: "in the end the weights are no numbers any more",
    short: "Your steps go down, but they are short",
    nothing: "the weights are what they were",
    bias_alone: "`w` is what it was at the beginning",
    bias_uphill: "`b` goes uphill",
    bias_by_rounding: "`b` is what it was at the beginning",
    other_rows: "Do inputs and answers still belong together",
    too_few: "it was still falling then",
    no_loop: "Your function has no loop",
    in_a_helper: "it was still falling then",
}


def told(answer):
    result = diagnose(separate.exercise, answer)
    assert result.explained_by in ("clue", "place")
    return dict(result.rows)["look at"]


@pytest.mark.parametrize("answer", SAID, ids=lambda answer: answer.__name__)
def test_a_run_is_told_what_it_did(answer):
    assert SAID[answer] in told(answer)


def nothing_in_a_slow_round(X, t, rng):
    w, b = np.zeros(2), 0.0
    for _ in range(2):
        time.sleep(0.4)
    return w, b


def down_in_a_slow_round(X, t, rng):
    w, b = np.zeros(2), 0.0
    for _ in range(1):
        time.sleep(0.4)
        dw, db = slopes(w, b, X, t)
        w, b = w - 0.1 * dw, b - 0.1 * db
    return w, b


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (nothing_in_a_slow_round, "At the end of your loop (line"),
        (down_in_a_slow_round, ". Does it still fall when you stop?"),
    ],
    ids=["nothing", "down"],
)
def test_of_a_round_that_is_too_slow_to_be_watched_only_the_end_is_told(answer, said, monkeypatch):
    monkeypatch.setattr(watch, "SECONDS", 0.1)
    assert said in told(answer)
    assert "0 rounds" not in told(answer)


def test_the_numbers_that_are_told_are_those_of_the_run():
    X, t, rng = separate.exercise.cases(np.random.default_rng(0))[0].args
    assert f"from 0.693 to {loss(too_few(X, t, rng), X, t, rng):.3g}." in told(too_few)


def test_of_a_run_without_source_the_end_alone_is_told():
    space = {"np": np, "slopes": slopes}
    code = "def answer(X, t, rng):\n    return {}"
    for weights, said in (
        ("np.full(2, np.nan), 0.0", "no numbers any more"),
        ("-np.ones(2), 0.0", "Print the loss after each step: does it go up"),
        ("np.zeros(2), 0.0", "that of guessing"),
        ("0.5 * np.ones(2), 0.0", "It learns"),
    ):
        exec(code.format(weights), space)
        assert said in told(space["answer"])


@exercise(lesson=1, points=1, score=reached, learning=separate.exercise.learning, time_limit=0.5)
def patient(X, t, rng):
    return separate(X, t, rng)


patient.cases(cases)


@exercise(lesson=1, points=1, score=reached, learning=separate.exercise.learning, time_limit=0.5)
def narrow(X, t, rng):
    return separate(X, t, rng)


@narrow.cases
def narrow_cases(rng):
    for X, *rest in (case.args for case in separate.exercise.cases(rng)):
        yield Case((X.astype(np.float32), *rest))


def endless(X, t, rng):
    w, b = np.zeros(2), 0.0
    while True:
        Z = X @ np.outer(w, w) + b
        w = w + 1e-9 * Z.mean()
    return w, b


def all_day(X, t, rng):
    w, b = np.zeros(2), 0.0
    while True:
        time.sleep(0.001)
        w = w + 1e-9
    return w, b


def hasty(X, t, rng):
    w, b = np.zeros(2), 0.0
    while True:
        w = w + 1e-9
    return w, b


LOOKED_AT = "How many examples does a round look at"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "answer", "said"),
    [
        (patient, endless, "all 200 examples (`Z`)"),
        (patient, hasty, LOOKED_AT),  # X is float64, too
        (narrow, hasty, "Your weights are float64, and X is float32"),
        (narrow, all_day, LOOKED_AT),  # of so few rounds, twice as many are not enough
    ],
)
def test_a_run_that_takes_too_long_is_told_how_long_a_round_takes(asked, answer, said):
    result = diagnose(asked.exercise, answer)
    assert result.status == "timed out"
    look = dict(result.rows)["look at"]
    assert "One round of your loop (line" in look
    assert said in look


def test_what_is_no_answer_is_told_so_and_nothing_of_steps():
    def fails(X, t, rng):
        return X @ np.ones(5), 0.0

    result = diagnose(separate.exercise, fails)
    assert result.explained_by == "kind"
    assert "loop" not in result.message
