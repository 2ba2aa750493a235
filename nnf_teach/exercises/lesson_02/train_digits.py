"""A linear classifier of digits. Slide "Uses"."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.exercises.digits import held_out_digits, learning_digits, renumbered_digits
from nnf_teach.exercises.exercise import BadAnswer, Reached
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.readers import read_pair, refuse_nans

TARGET = 0.92  # share of the test images to get right


def accuracy(answer: Any, X: Array, t: Array, rng: Any, target: float = TARGET) -> Reached:
    """Measure on the 10,000 test images, which the learner's function never got."""
    W, b = read_pair(answer)
    if W.shape != (10, 784) or b.shape != (10,):
        raise BadAnswer(
            "shape",
            f"W has shape {W.shape} and b {b.shape}; (10, 784) and (10,) are asked for.",
            answer,
        )
    refuse_nans((W, b), answer)
    images, truth = held_out_digits(t)
    share = float(np.mean(np.argmax(images @ W.T + b, axis=1) == truth))
    return Reached("right on the 10,000 test images", share, target)


def logits(answer: Any, X: Array) -> Array:
    W, b = read_pair(answer)
    return np.asarray(X @ W.T + b)


@exercise(
    lesson=2,
    points=3,
    score=accuracy,
    learning=learning_digits(logits),
    graded={"score": partial(accuracy, target=TARGET - 0.01)},
    time_limit=30,
)
def train_digit_classifier(X, t, rng):
    from nnf_teach.modules import count_steps, last_state, progress_bar, train

    epochs, batch_size = 20, 50
    steps = train(
        [(np.zeros((10, 784), np.float32), np.zeros(10, np.float32))],
        X,
        t,
        learning_rate=0.05,
        epochs=epochs,
        batch_size=batch_size,
        rng=rng,
        loss="softmax cross entropy",
    )
    return last_state(progress_bar(steps, count_steps(len(X), epochs, batch_size))).params[0]


@train_digit_classifier.cases
def cases(rng):
    yield renumbered_digits(rng)


@train_digit_classifier.mistake(recognise=lambda answer, *_: np.shape(answer[0]) == (784, 10))
def transposed_weights(X, t, rng):
    """Your W has one column per class. In this course a unit is a row: what must X be multiplied
    with, W or its transpose?"""
    return np.zeros((784, 10)), np.zeros(10)


train_digit_classifier.hints(
    "One step: the logits of a batch, the gradient of exercise 8, then W and b a little "
    "downhill. The gradient for W is G.T @ X, for b the sum of G over the rows.",
    "Use small batches of about 100 images in random order (rng.permutation), and go through "
    "the data several times. Every step is then cheap.",
    "A learning rate of about 0.3 that shrinks from epoch to epoch, and 10 to 15 epochs, is "
    "enough. Keep W and b in float32, as X is: it is twice as fast.",
    remark="The slide says 92 %. Lesson 5 passes 97 % with one hidden layer.",
)
