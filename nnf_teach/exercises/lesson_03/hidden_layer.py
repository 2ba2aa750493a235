"""The slide's hidden layer, and the line on top of it. Slide "Two layer neural networks"."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.readers import about_sums, read_neuron
from nnf_teach.modules.sigmoid import sigmoid

W = np.array([[-1.0, 1.0], [1.0, -1.0]])
B = np.array([-4.0, -4.0])
BLOBS = ((3.0, 3.0), (3.0, -3.0), (-3.0, 3.0), (-3.0, -3.0))


@exercise(lesson=3, points=1)
def hidden_layer(X):
    return sigmoid(X @ W.T + B)


@hidden_layer.cases
def cases(rng):
    yield np.array([[3.0, -3.0]]), "one blob's centre"
    yield np.array(BLOBS), "the four centres"
    yield np.array([[2, 1], [0, 0]]), "whole numbers"
    yield np.zeros((0, 2)), "no examples"
    yield 4 * rng.normal(size=(7, 2))


@hidden_layer.mistake
def forgot_sigmoid(X):
    """These numbers are not between 0 and 1. What bends the space?"""
    return X @ W.T + B


@hidden_layer.mistake
def forgot_bias(X):
    """At x = (0, 0) your units answer 1/2. What does the bias of -4 do there?"""
    return sigmoid(X @ W.T)


hidden_layer.hints(
    "It is a linear layer followed by a sigmoid. You have written both in lesson 1.",
    "W = [[-1, 1], [1, -1]] has one unit per row, b = [-4, -4]. For a batch: X @ W.T + b.",
    "Put the linear layer into sigmoid. For x = (3, -3) the two sums are -10 and 2.",
    remark="Both clouds of class 0 land near (0, 0): now one line is enough.",
)


def sums(answer: Any) -> Array:
    v, c = read_neuron(answer, "v", "c", "output weights")
    return np.asarray(hidden_layer(np.array(BLOBS)) @ v + c)


def which_blobs(answer: Any) -> str:
    wanted = [x1 * x2 < 0 for x1, x2 in BLOBS]
    return about_sums(BLOBS, [float(z) for z in sums(answer)], wanted, "v1 h1 + v2 h2 + c")


def blob_classes(answer: Any) -> dict[str, bool]:
    """Return which blob centres sigmoid(H v + c) puts into class 1."""
    names = [f"class 1 at ({x1:.0f}, {x2:.0f})" for x1, x2 in BLOBS]
    return dict(zip(names, (bool(z > 0) for z in sums(answer)), strict=True))


@exercise(lesson=3, points=1, observe=blob_classes, tell=which_blobs)
def xor_output_weights():
    return np.array([1.0, 1.0]), -0.5


xor_output_weights.hints(
    "Compute H for the four centres with your hidden_layer and look at it.",
    "Rows of class 0 are about [0.02, 0.02]; rows of class 1 have one entry of about 0.88. "
    "Which gate of lesson 1 tells these apart?",
    "An OR: both weights 1, and a bias anywhere between -0.88 and -0.04.",
    remark="Two hidden units and one line: XOR is solved.",
)
