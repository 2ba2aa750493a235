"""Lesson 02: other right answers pass, and near misses do not."""

import math
from dataclasses import replace

import numpy as np
import pytest

from nnf_teach import check
from nnf_teach.checking.calls import copy_args
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.datasets import image_rows, load_mnist
from nnf_teach.exercises import all_exercises

from .right_answers import (  # noqa: F401
    test_a_different_right_answer_passes,
    test_an_answer_that_is_wrong_by_half_a_thousandth_fails,
    test_every_exercise_is_proved_by_three_other_right_answers,
)


def cross_entropy_loop(p, t):
    total = 0.0
    for k in range(len(p)):
        total -= math.log(p[k]) if t[k] == 1 else math.log1p(-p[k])
    return total / len(p)


def stable_sigmoid(z):
    return 0.5 * (1 + np.tanh(np.asarray(z) / 2))


def gradients_loop(X, t, w, b):
    dw, db = np.zeros(len(w)), 0.0
    for x, label in zip(X, t, strict=True):
        error = stable_sigmoid(x @ w + b) - label
        dw += error * x / len(X)
        db += error / len(X)
    return dw, db


def gradients_augmented(X, t, w, b):
    A = np.column_stack([X, np.ones(len(X))])
    g = np.einsum("nd,n->d", A, stable_sigmoid(A @ np.append(w, b)) - t) / len(X)
    return [g[:-1].tolist(), g[-1]]


def fit_augmented(X, t, learning_rate, steps):
    A = np.column_stack([X, np.ones(len(X))])
    v = np.zeros(A.shape[1])
    for _ in range(steps):
        v = v - learning_rate * np.mean((stable_sigmoid(A @ v) - t)[:, None] * A, axis=0)
    return v[:-1], v[-1]


def fit_with_loops(X, t, learning_rate, steps):
    w, b = np.zeros(X.shape[1]), 0
    while steps > 0:
        dw, db = gradients_loop(X, t, w, b)
        w -= learning_rate * dw
        b -= learning_rate * db
        steps -= 1
    return w, b


def softmax_rows(Z):
    rows = []
    for z in Z:
        e = [math.exp(v - max(z)) for v in z]
        rows.append([v / sum(e) for v in e])
    return np.array(rows).reshape(np.shape(Z))


def softmax_shifted(Z):
    E = np.exp(Z - np.max(Z, axis=-1)[:, None])
    return E / E.sum(-1)[:, None]


def class_loss_loop(Z, t):
    losses = []
    for z, c in zip(Z, t, strict=True):
        top = max(z)
        losses.append(top + math.log(sum(math.exp(v - top) for v in z)) - z[c])
    return sum(losses) / len(losses)


def class_loss_one_hot(Z, t):
    S = Z - Z.max(axis=1, keepdims=True)
    log_p = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    return -(np.eye(Z.shape[1])[t] * log_p).sum(axis=1).mean()


def class_gradient_loop(Z, t):
    G = np.array(softmax_rows(Z), dtype=float)
    for n, c in enumerate(t):
        G[n, c] -= 1
    return G / len(Z)


def sparsemax_sorted(z):
    u = np.sort(z)[::-1]
    total = np.cumsum(u)
    k = np.arange(1, len(z) + 1)
    last = k[1 + k * u > total].max()
    return np.maximum(z - (total[last - 1] - 1) / last, 0)


def sparsemax_by_trying(z):
    for k in range(1, len(z) + 1):
        kept = sorted(z, reverse=True)[:k]
        tau = (sum(kept) - 1) / k
        p = [max(v - tau, 0) for v in z]
        if abs(sum(p) - 1) < 1e-9 and sum(v > 1e-12 for v in p) <= k:
            return p
    return None


def sparsemax_by_newton(z):
    tau = np.max(z) - 1.0
    for _ in range(len(z) + 1):
        kept = z > tau
        tau = (np.sum(z[kept]) - 1) / np.sum(kept)
    return np.clip(z - tau, 0, None)


LESSON, POINTS = 2, 17
OTHERS = ("train_digit_classifier", "test_softmax")
RIGHT = {
    "cross_entropy": [
        cross_entropy_loop,
        lambda p, t: -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p)),
        lambda p, t: -np.log(np.abs(1 - t - p)).sum() / p.size,
        lambda p, t: np.float32(cross_entropy_loop(p, t)),
    ],
    "cross_entropy_with_logits": [
        lambda z, t: np.mean(np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))) - t * z),
        lambda z, t: np.logaddexp(0, (1 - 2 * t) * z).mean(),
        lambda z, t: (
            sum(
                max(v, 0) + math.log1p(math.exp(-abs(v))) - c * v for v, c in zip(z, t, strict=True)
            )
            / len(z)
        ),
    ],
    "logistic_gradients": [
        gradients_loop,
        gradients_augmented,
        lambda X, t, w, b: (
            ((stable_sigmoid(X @ w + b) - t)[:, None] * X).mean(axis=0),
            (stable_sigmoid(X @ w + b) - t).mean(),
        ),
    ],
    "fit_logistic_regression": [
        fit_augmented,
        fit_with_loops,
        lambda X, t, learning_rate, steps: tuple(
            np.float64(part) for part in fit_augmented(X, t, learning_rate, steps)
        ),
    ],
    "softmax": [
        softmax_rows,
        softmax_shifted,
        lambda Z: np.exp(Z - np.logaddexp.reduce(Z, axis=1, keepdims=True)),
        lambda Z: softmax_shifted(np.asarray(Z, dtype=np.float32)),
    ],
    "softmax_cross_entropy": [
        class_loss_loop,
        class_loss_one_hot,
        lambda Z, t: np.mean(
            np.logaddexp.reduce(Z, axis=1) - np.take_along_axis(Z, t[:, None], 1)[:, 0]
        ),
    ],
    "softmax_cross_entropy_gradient": [
        class_gradient_loop,
        lambda Z, t: (softmax_shifted(Z) - np.eye(Z.shape[1])[t]) / Z.shape[0],
        lambda Z, t: (softmax_rows(Z) - (np.arange(Z.shape[1]) == t[:, None])) * (1 / len(t)),
    ],
    "sparsemax": [sparsemax_sorted, sparsemax_by_trying, sparsemax_by_newton],
}


@pytest.mark.parametrize("name", ["cross_entropy_with_logits", "softmax", "softmax_cross_entropy"])
def test_quiet_overflow_is_still_wrong(name):
    """Does a formula that dies of overflow fail when its warnings are switched off?"""
    naive = {
        "cross_entropy_with_logits": lambda z, t: np.mean(np.log(1 + np.exp(z)) - t * z),
        "softmax": lambda Z: np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True),
        "softmax_cross_entropy": lambda Z, t: (
            -np.mean(np.log(np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))[np.arange(len(Z)), t])
        ),
    }[name]

    def quiet(*args):
        with np.errstate(all="ignore"):
            return naive(*args)

    assert check(quiet, name).status == "wrong"


def test_the_gradient_oracles_are_what_differences_give():
    rng = np.random.default_rng(0)
    Z, t, h = rng.normal(size=(3, 4)), np.array([0, 3, 1]), 1e-6
    slopes = np.zeros_like(Z)
    for place in np.ndindex(*Z.shape):
        up, down = Z.copy(), Z.copy()
        up[place] += h
        down[place] -= h
        slopes[place] = (class_loss_loop(up, t) - class_loss_loop(down, t)) / (2 * h)
    reference = all_exercises()["softmax_cross_entropy_gradient"].reference
    np.testing.assert_allclose(reference(Z, t), slopes, atol=1e-8)


@pytest.mark.slow
def test_digits_are_judged_on_images_that_training_never_saw():
    """Does a memory of the training labels earn the points?"""
    exercise = all_exercises()["train_digit_classifier"]
    X, t, _ = copy_args(exercise.cases(np.random.default_rng(0))[0].args)
    digits = load_mnist()
    assert np.array_equal(X[:100], image_rows(digits.x_train[:100]))
    result = check(lambda X, t, rng: (np.eye(10, 784), t[:10] * 0.0), "train_digit_classifier")
    assert result.status == "wrong"


@pytest.mark.slow
def test_weights_trained_on_the_usual_numbers_of_the_digits_are_a_guess():
    """Do weights earn points that were trained before, and stored?"""
    digits = load_mnist()
    X, t = image_rows(digits.x_train), digits.t_train
    means = np.array([X[t == k].mean(axis=0) for k in range(10)])
    stored = means, -0.5 * np.sum(means**2, axis=1)
    exercise = all_exercises()["train_digit_classifier"]
    assert exercise.score(stored, X, t, None).value > 0.8  # as good as they come
    _, renumbered, _ = exercise.cases(np.random.default_rng(0))[0].args
    assert exercise.score(stored, X, renumbered, None).value < 0.3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((np.zeros((10, 784)),), "(W, b)"),
        ((np.zeros((9, 784)), np.zeros(9)), "(10, 784) and (10,) are asked for"),
        (("a", "b"), "got a string"),
        (7, "(W, b)"),
    ],
)
def test_what_is_no_digit_classifier_is_told_so(answer, words):
    assert words in check(lambda X, t, rng: answer, "train_digit_classifier").message


def trained_digits(rate_at, epochs, batch_size):
    """Return a training by mini-batches as the statement and its hints advise it."""

    def train_digit_classifier(X, t, rng):
        W, b = np.zeros((10, 784), np.float32), np.zeros(10, np.float32)
        for epoch in range(epochs):
            order = rng.permutation(len(X))
            for start in range(0, len(X), batch_size):
                batch = order[start : start + batch_size]
                P = np.exp(X[batch] @ W.T + b)
                P /= P.sum(axis=1, keepdims=True)
                P[np.arange(len(batch)), t[batch]] -= 1
                G = np.float32(rate_at(epoch) / len(batch)) * P
                W -= G.T @ X[batch]
                b -= G.sum(axis=0)
        return W, b

    return train_digit_classifier


as_advised = trained_digits(lambda epoch: 0.3 / (1 + epoch), 10, 100)
in_larger_batches = trained_digits(lambda epoch: 0.3 / (1 + epoch), 12, 128)
at_one_rate = trained_digits(lambda epoch: 0.5, 12, 100)


@pytest.mark.slow
@pytest.mark.parametrize("answer", [as_advised, in_larger_batches, at_one_rate])
def test_a_training_that_reads_about_92_per_cent_passes_a_graders_check(answer):
    exercise = all_exercises()["train_digit_classifier"]
    result = diagnose(replace(exercise, **exercise.graded), answer, seed=1)
    assert result.passed, result.message


@pytest.mark.slow
def test_a_float32_list_answer_is_a_digit_classifier():
    """Are plain lists accepted, when they reach the target?"""
    exercise = all_exercises()["train_digit_classifier"]

    def as_lists(X, t, rng):
        W, b = exercise.reference(X, t, rng)
        return [W.tolist(), b.tolist()]

    result = check(as_lists, "train_digit_classifier")
    assert result.passed, result.message
