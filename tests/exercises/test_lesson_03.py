"""Lesson 03: other right answers pass, and near misses do not."""

import numpy as np
import pytest

from nnf_teach import check
from nnf_teach.exercises import all_exercises

from .right_answers import (  # noqa: F401
    test_a_different_right_answer_passes,
    test_every_exercise_is_proved_by_three_other_right_answers,
)


def sigmoid(z):
    return 0.5 * (1 + np.tanh(np.asarray(z, dtype=float) / 2))


def hidden_loop(X):
    rows = [[sigmoid(-x1 + x2 - 4), sigmoid(x1 - x2 - 4)] for x1, x2 in X]
    return np.array(rows).reshape(len(X), 2)


def hidden_by_difference(X):
    d = X[:, 1] - X[:, 0]
    return 1 / (1 + np.exp(4 - np.outer(d, [1, -1])))


def forward_loop(X, params):
    rows = []
    for x in X:
        h = list(x)
        for k, (W, b) in enumerate(params):
            z = [sum(w * v for w, v in zip(row, h, strict=True)) + c
                 for row, c in zip(W, b, strict=True)]  # fmt: skip
            h = [float(sigmoid(v)) for v in z] if k + 1 < len(params) else z
        rows.append(h)
    return np.array(rows, dtype=float).reshape(len(X), len(params[-1][1]))


def forward_recursive(X, params):
    (W, b), rest = params[0], params[1:]
    Z = np.einsum("nd,kd->nk", X, W) + b
    return forward_recursive(sigmoid(Z), rest) if rest else Z


def forward_columns(X, params):
    H = X.T
    for W, b in params[:-1]:
        H = sigmoid(W @ H + b[:, None])
    W, b = params[-1]
    return (W @ H + b[:, None]).T


def two_bumps():
    """One unit for each half of XOR: x1 and not x2, x2 and not x1; their OR."""
    W = 30 * np.array([[1, -1], [-1, 1]])
    return [(W, [-15, -15]), ([[30, 30]], [-15])]


def nor_and_and():
    W = [[-40.0, -40.0], [40.0, 40.0]]
    return ((W, [20.0, -60.0]), (np.array([[-40.0, -40.0]]), np.array([20.0])))


def adam_training(X, t, n_hidden, rng):
    """Train by Adam with hand-written gradients: another way to the same loss."""
    theta = [rng.normal(size=(n_hidden, 2)), np.zeros(n_hidden), rng.normal(size=n_hidden), 0.0]
    moments = [[0.0, 0.0] for _ in theta]
    for step in range(1, 600):
        H = sigmoid(X @ theta[0].T + theta[1])
        error = (sigmoid(H @ theta[2] + theta[3]) - t) / len(t)
        dA = np.outer(error, theta[2]) * H * (1 - H)
        grads = [dA.T @ X, dA.sum(axis=0), H.T @ error, error.sum()]
        for k, g in enumerate(grads):
            m, v = moments[k]
            moments[k] = [0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2]
            m, v = moments[k][0] / (1 - 0.9**step), moments[k][1] / (1 - 0.999**step)
            theta[k] = theta[k] - 0.05 * m / (np.sqrt(v) + 1e-8)
    return [(theta[0], theta[1]), (theta[2][None], np.array([theta[3]]))]


LESSON, POINTS = 3, 10
OTHERS = ("train_xor",)
RIGHT = {
    "best_line_for_xor": [
        lambda: ([1, 1], -0.5),
        lambda: (np.array([-1.0, -1.0]), 1.5),
        lambda: ((2, -2), -1),
        lambda: ((-2, 2), np.array([-1.0])),
    ],
    "hidden_layer": [
        hidden_loop,
        hidden_by_difference,
        lambda X: np.column_stack([sigmoid(X @ [-1, 1] - 4), sigmoid(X @ [1, -1] - 4)]),
        lambda X: hidden_loop(X).astype(np.float32),
    ],
    "xor_output_weights": [
        lambda: ([1, 1], -0.5),
        lambda: (np.array([10.0, 12.0]), -2.0),
        lambda: [(0.5, 0.6), np.float32(-0.2)],
    ],
    "mlp_forward": [forward_loop, forward_recursive, forward_columns],
    "solve_xor_by_hand": [
        two_bumps,
        nor_and_and,
        lambda: [(np.full((2, 2), 60.0), [-30.0, -90.0]), ([[60.0, -60.0]], [-30.0])],
    ],
}


@pytest.mark.slow
def test_another_way_of_training_passes():
    result = check(adam_training, "train_xor")
    assert result.passed, result.message


@pytest.mark.slow
def test_lists_pass_as_trained_params():
    reference = all_exercises()["train_xor"].reference

    def as_lists(X, t, n_hidden, rng):
        return [[W.tolist(), b.tolist()] for W, b in reference(X, t, n_hidden, rng)]

    assert check(as_lists, "train_xor").passed


@pytest.fixture(scope="module")
def trained():
    """Params that reach what is asked on any points of these clouds."""
    exercise = all_exercises()["train_xor"]
    return exercise.reference(*exercise.cases(np.random.default_rng(0))[0].args)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("failing", "passes", "tried"),
    [
        (set(), True, 10),
        ({4}, True, 10),
        ({0, 1}, True, 20),
        ({0, 1, 10}, True, 30),
        ({0, 1, 2, 3, 4, 5}, True, 60),
        (set(range(7)), False, 10),
        (set(range(10)), False, 10),
        (set(range(0, 60, 6)), False, 40),
    ],
)
def test_nine_of_ten_runs_must_get_there_however_many_it_takes(failing, passes, tried, trained):
    runs = []

    def unlucky(X, t, n_hidden, rng):
        runs.append(len(runs))
        return [(0 * W, 0 * b) for W, b in trained] if runs[-1] in failing else trained

    assert check(unlucky, "train_xor").passed is passes
    assert len(runs) == tried


def test_four_corners_are_out_of_reach():
    """Is three really the most? All lines of a fine grid are tried."""
    from nnf_teach.exercises.lesson_03.line import corners_right

    rng = np.random.default_rng(0)
    best = max(corners_right((rng.normal(size=2), rng.normal())).value for _ in range(5000))
    assert best == 3


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("solve_xor_by_hand", lambda: two_bumps()[:1], "a list of 2 pairs"),
        ("solve_xor_by_hand", lambda: [([[1, 1]], [1]), ([[1]], [1])], "A layer has shapes"),
        ("xor_output_weights", lambda: [1], "(v, c)"),
        ("xor_output_weights", lambda: ([1, 2, 3], 0), "two weights and one bias"),
        ("best_line_for_xor", lambda: ([1, np.nan], 0), "finite"),
        ("best_line_for_xor", lambda: (["1", "1"], "-0.5"), "number"),
    ],
)
def test_what_cannot_be_read_is_named(name, answer, words):
    assert words in check(answer, name).message


def test_a_soft_network_shows_its_outputs():
    soft = [(np.array(W) / 10, b) for W, b in two_bumps()]
    message = check(lambda: soft, "solve_xor_by_hand").message
    assert "at (0, 0)" in message
    assert "0.1 or less" in message
