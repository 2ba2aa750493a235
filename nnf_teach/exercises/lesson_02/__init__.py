"""Lesson 02, Logistic regression: cross entropy, softmax, and real digits.

Slides: "Cross entropy", "The simplest 'neural' classifier", "Softmax", "Softmax + Cross
entropy", "Uses", "... and limitations".
"""

from __future__ import annotations

from nnf_teach.exercises.lesson_02.cross_entropy import cross_entropy, cross_entropy_with_logits
from nnf_teach.exercises.lesson_02.logistic_regression import (
    fit_logistic_regression,
    logistic_gradients,
)
from nnf_teach.exercises.lesson_02.questions import PREDICTIONS
from nnf_teach.exercises.lesson_02.softmax import (
    softmax,
    softmax_cross_entropy,
    softmax_cross_entropy_gradient,
)
from nnf_teach.exercises.lesson_02.sparsemax import sparsemax
from nnf_teach.exercises.lesson_02.testing import on_two_examples
from nnf_teach.exercises.lesson_02.train_digits import train_digit_classifier

__all__ = ["EXERCISES", "PREDICTIONS", "TITLE"]

TITLE = "Logistic regression"
EXERCISES = (
    cross_entropy.exercise,
    cross_entropy_with_logits.exercise,
    logistic_gradients.exercise,
    fit_logistic_regression.exercise,
    softmax.exercise,
    on_two_examples.exercise,
    softmax_cross_entropy.exercise,
    softmax_cross_entropy_gradient.exercise,
    train_digit_classifier.exercise,
    sparsemax.exercise,
)
