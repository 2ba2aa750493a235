"""Lesson 02, Logistic regression: cross entropy, softmax, and real digits.

Slides: "Cross entropy", "The simplest 'neural' classifier", "Softmax", "Softmax + Cross
entropy", "Uses", "... and limitations".
"""

from nnf_teach.exercises.form import gather
from nnf_teach.exercises.lesson_02 import (
    cross_entropy,
    logistic_regression,
    questions,
    softmax,
    sparsemax,
    testing,
    train_digits,
)

TITLE = "Logistic regression"
EXERCISES = gather(
    cross_entropy, logistic_regression, softmax.softmax, testing, softmax, train_digits, sparsemax
)
PREDICTIONS = questions.PREDICTIONS
