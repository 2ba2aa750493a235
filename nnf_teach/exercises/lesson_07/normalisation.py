"""Layer norm and batch norm: the same formula, along another axis."""

import numpy as np

from nnf_teach.exercises.form import exercise


def normalise_rows(X, epsilon):
    """Write out the definition, entry by entry: another way than the array formula."""
    rows = []
    for x in np.asarray(X, dtype=float):
        mean = float(sum(x)) / len(x)
        variance = sum((v - mean) ** 2 for v in x) / len(x)
        rows.append([(v - mean) / (variance + epsilon) ** 0.5 for v in x])
    return np.array(rows).reshape(X.shape)


@exercise(lesson=7, points=1, stable=True)
def layer_norm(X, gain, bias, epsilon=1e-5):
    return normalise_rows(X, epsilon) * gain + bias


@exercise(lesson=7, points=1, stable=True)
def batch_norm(X, gain, bias, epsilon=1e-5):
    return normalise_rows(X.T, epsilon).T * gain + bias


@layer_norm.cases
@batch_norm.cases
def cases(rng):
    def drawn(n, d, *epsilon, shift=0.0):
        X = shift + rng.normal(size=(n, 1)) + rng.normal(size=(n, d)) * rng.uniform(0.5, 2, d)
        return X, rng.normal(1, 0.5, d), rng.normal(size=d), *epsilon

    hand = np.array([[1.0, 3.0], [5.0, 5.0], [3.0, 1.0]])
    yield hand, np.ones(2), np.zeros(2), 3.0
    equal = np.full((2, 3), 7.0)
    yield equal, np.array([1.0, 2.0, 3.0]), np.array([0.5, -1.0, 0.0]), 1e-5, "all equal"
    whole = np.array([[1, 2, 6], [4, 4, 1]]), np.array([1, 2, -1]), np.array([0, 10, 100])
    yield *whole, 0.5, "whole numbers"
    yield *drawn(1, 4, 0.3), "one example"
    yield *drawn(4, 1, 0.3), "one unit"
    yield drawn(3, 3)
    yield drawn(5, 3)
    yield drawn(2, 6, 0.1)
    yield *drawn(6, 4, shift=1e6), "far from 0"


@layer_norm.mistake
def wrong_axis(X, gain, bias, epsilon=1e-5):
    """Yours normalises along the other axis: that is batch norm. Which axis runs over the units of
    one example?"""
    return gain * (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + epsilon) + bias


@batch_norm.mistake
def wrong_axis(X, gain, bias, epsilon=1e-5):
    """Yours normalises along the other axis: that is layer norm. Which axis runs over the examples
    of one unit?"""
    mean, variance = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    return gain * (X - mean) / np.sqrt(variance + epsilon) + bias


@layer_norm.mistake
@batch_norm.mistake
def one_mean_for_all(X, gain, bias, epsilon=1e-5):
    """You take one mean of the whole array. How many means are there, when each belongs to one
    example (layer norm), or to one unit (batch norm)?"""
    return gain * (X - X.mean()) / np.sqrt(X.var() + epsilon) + bias


@layer_norm.mistake
def epsilon_outside_the_root(X, gain, bias, epsilon=1e-5):
    """You add epsilon to the standard deviation. Is it inside the square root, or outside?"""
    mean, deviation = X.mean(axis=1, keepdims=True), X.std(axis=1, keepdims=True)
    return gain * (X - mean) / (deviation + epsilon) + bias


@batch_norm.mistake
def epsilon_outside_the_root(X, gain, bias, epsilon=1e-5):
    """You add epsilon to the standard deviation. Is it inside the square root, or outside?"""
    return gain * (X - X.mean(axis=0)) / (X.std(axis=0) + epsilon) + bias


@layer_norm.mistake
def forgot_epsilon(X, gain, bias, epsilon=1e-5):
    """When all numbers are equal you divide 0 by 0. What is epsilon for?"""
    return gain * (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True) + bias


layer_norm.hints(
    "Each row is one example. It gets its own mean and its own variance, over its D units.",
    "X.mean(axis=1, keepdims=True) has shape (N, 1), so it can be subtracted from every unit. "
    "The variance in the same way.",
    "(X - mean) / np.sqrt(variance + epsilon), then times gain, plus bias.",
    remark="No example knows of the others: the same in training and after it.",
)

batch_norm.hints(
    "Each column is one unit. It gets its own mean and its own variance, over the N examples "
    "of the batch.",
    "It is layer_norm with the other axis, and gain and bias where they were: one for each unit.",
    "(X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + epsilon), then times gain, plus bias.",
    remark="Here an example's output depends on the batch it came with. After training one uses "
    "running averages of the means and variances in place of the batch's.",
)
