"""Lesson 01: other right answers pass, and near misses do not."""

import math
import warnings

import numpy as np
import pytest

from nnf_teach import check
from nnf_teach.exercises import all_exercises

from .right_answers import (  # noqa: F401
    test_a_different_right_answer_passes,
    test_every_exercise_is_proved_by_three_other_right_answers,
)


def neuron_loop(x, w, b):
    total = b
    for k in range(len(x)):
        total = total + w[k] * x[k]
    return total


def masked_sigmoid(x):
    y = np.empty(np.shape(x))
    up = x >= 0
    y[up] = 1 / (1 + np.exp(-x[up]))
    y[~up] = np.exp(x[~up]) / (1 + np.exp(x[~up]))
    return y


def sigmoid_one_by_one(x):
    def one(v):
        return 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))

    return np.array([one(float(v)) for v in np.ravel(x)]).reshape(np.shape(x))


def saturation_by_bisection(epsilon):
    low, high = 0.0, 100.0
    for _ in range(100):
        middle = (low + high) / 2
        y = 1 / (1 + math.exp(-middle))
        if y * math.exp(-middle) * y > epsilon:
            low = middle
        else:
            high = middle
    return low


LESSON, POINTS = 1, 10
RIGHT = {
    "neuron": [
        neuron_loop,
        lambda x, w, b: np.einsum("d,d->", x, w) + b,
        lambda x, w, b: sum(a * c for a, c in zip(x.tolist(), w.tolist(), strict=True)) + b,
        lambda x, w, b: np.float32(np.inner(x.astype(np.float32), w.astype(np.float32)) + b),
        lambda x, w, b: np.asarray(x @ w + b),
        lambda x, w, b: np.append(w, b) @ np.append(x, 1),
    ],
    "linear_layer": [
        lambda X, W, b: np.einsum("nd,kd->nk", X, W) + b,
        lambda X, W, b: (W @ X.T).T + b[None, :],
        lambda X, W, b: np.dot(X, np.transpose(W)) + b.reshape(1, -1),
        lambda X, W, b: np.tensordot(X, W, axes=([1], [1])) + b,
        lambda X, W, b: (X[:, None, :] * W[None]).sum(axis=2) + b,
        lambda X, W, b: (X @ W.T + b).tolist() if len(X) else np.zeros((0, len(b))),
        lambda X, W, b: (X.astype(np.float32) @ W.T.astype(np.float32) + b).astype(np.float32),
    ],
    "sigmoid": [
        masked_sigmoid,
        sigmoid_one_by_one,
        lambda x: 0.5 * (1 + np.tanh(x / 2)),
        lambda x: np.exp(-np.logaddexp(0, -x)),
        lambda x: 1 / (1 + np.exp(-np.clip(x, -700, 700))),
        lambda x: np.ma.array(0.5 * (1 + np.tanh(x / 2))),
        lambda x: (0.5 * (1 + np.tanh(x / 2))).astype(np.float32),
    ],
    "sigmoid_derivative": [
        lambda x: np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))) ** 2,
        lambda x: 0.25 * (1 - np.tanh(x / 2) ** 2),
        lambda x: sigmoid_one_by_one(x) * sigmoid_one_by_one(-x),
        lambda x: 0.25 / np.cosh(np.clip(x, -700, 700) / 2) ** 2,
    ],
    "saturation_point": [
        saturation_by_bisection,
        lambda epsilon: 2 * np.arccosh(1 / (2 * np.sqrt(epsilon))),
        lambda epsilon: math.acosh(1 / (2 * epsilon) - 1),
        lambda epsilon: np.array(2 * math.atanh(math.sqrt(1 - 4 * epsilon))),
    ],
    "and_gate": [
        lambda: ([1, 1], -1),
        lambda: (np.array([2.0, 3.0]), -4.5),
        lambda: [(0.1, 0.1), np.float32(-0.15)],
    ],
    "or_gate": [
        lambda: ([1, 1], 0),
        lambda: (np.array([20, 30]), np.array([-10])),
        lambda: ((0.5, 0.7), -0.4),
    ],
    "nand_gate": [
        lambda: ([-1, -1], 2),
        lambda: (np.array([-2.0, -3.0]), 4.5),
        lambda: ((-10, -10), np.float64(15)),
    ],
}


NEAR_MISSES = [
    ("sigmoid", lambda x: 0.5 * (1 + np.tanh(x / 2 * 1.0005))),
    ("sigmoid_derivative", lambda x: 1.0005 * RIGHT["sigmoid_derivative"][0](x)),
    ("neuron", lambda x, w, b: (w @ x + b) * 1.0005),
    ("linear_layer", lambda X, W, b: X @ W.T + 1.0005 * b),
    ("saturation_point", lambda epsilon: 1.0005 * saturation_by_bisection(epsilon)),
]


@pytest.mark.parametrize(("name", "wrong"), NEAR_MISSES, ids=[n for n, _ in NEAR_MISSES])
def test_an_answer_that_is_wrong_by_half_a_thousandth_fails(name, wrong):
    result = check(wrong, name)
    assert result.status == "wrong"
    assert "largest difference" in result.message or "expected" in result.message


def loop_over_examples(X, W, b):
    return np.array([W @ x + b for x in X]).reshape(len(X), len(b))


def loop_over_units(X, W, b):
    Y = np.zeros((len(X), len(b)))
    for k in range(len(b)):
        Y[:, k] = X @ W[k] + b[k]
    return Y


def hidden_loop(X, W, b):
    return np.apply_along_axis(lambda x: W @ x + b, 1, X) if len(X) else np.zeros((0, len(b)))


@pytest.mark.parametrize("loop", [loop_over_examples, loop_over_units, hidden_loop])
def test_a_loop_in_linear_layer_is_right_but_not_accepted(loop):
    result = check(loop, "linear_layer")
    assert result.status == "wrong"
    assert result.misconception == "python-loop"
    assert "Which single matrix product" in result.message


def test_the_derivative_oracle_is_not_our_own_formula():
    """Is the reference of sigmoid_derivative what central differences give?"""
    reference = all_exercises()["sigmoid_derivative"].reference
    x, h = np.linspace(-8, 8, 33), 1e-5
    slope = (sigmoid_one_by_one(x + h) - sigmoid_one_by_one(x - h)) / (2 * h)
    np.testing.assert_allclose(reference(x), slope, rtol=1e-6, atol=1e-10)


def test_a_gate_with_three_weights_is_told_so():
    result = check(lambda: ([1, 1, 1], -1.5), "and_gate")
    assert "two weights and one bias" in result.message


def test_a_gate_without_bias_is_told_so():
    assert "(w, b)" in check(lambda: [1], "or_gate").message


def test_a_warning_that_is_filtered_away_counts():
    def naive(x):
        return 1 / (1 + np.exp(-x))

    def filtered(x):
        warnings.filterwarnings("ignore")
        return naive(x)

    def filtered_for_a_while(x):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return naive(x)

    def silenced(x):
        with np.errstate(all="ignore"):
            return naive(x)

    @np.errstate(over="ignore")
    def silenced_above(x):
        return naive(x)

    def switched_off(x):
        before = np.seterr(over="ignore")
        y = naive(x)
        np.seterr(**before)
        return y

    answers = naive, filtered, filtered_for_a_while, silenced, silenced_above, switched_off
    for answer in answers:
        assert check(answer, "sigmoid").misconception == "unstable-exp"


def test_a_warning_that_is_an_error_can_be_caught():
    def careful(x):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                return 1 / (1 + np.exp(-x))
            except RuntimeWarning:
                e = np.exp(-np.abs(x))
                return np.where(x >= 0, 1, e) / (1 + e)

    assert check(careful, "sigmoid").passed
