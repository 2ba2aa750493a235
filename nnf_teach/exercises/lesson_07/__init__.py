"""Lesson 07, Practical issues: what overfits, what helps, and how a broken training is found.

Slides: "Overfitting and regularisation" (three of them), "Diagnosing and debugging".

penalty             L2
dropout             dropout
normalisation       layer norm and batch norm
stopping            early stopping
interpolation       least squares on both sides of the interpolation threshold
he_init             weights to start from
checked_linear      a layer that guards its shapes
testing             a test of a backward pass
diagnose            which illness a recorded run has
clinic              six broken scripts, and their repairs
facts               what is observed of functions that draw at random
questions           what is predicted before the reveal
"""

from nnf_teach.exercises.form import gather
from nnf_teach.exercises.lesson_07 import (
    checked_linear,
    clinic,
    diagnose,
    dropout,
    he_init,
    interpolation,
    normalisation,
    penalty,
    questions,
    stopping,
    testing,
)

TITLE = "Practical issues: overfitting and debugging"
EXERCISES = gather(
    penalty,
    dropout,
    normalisation,
    stopping,
    interpolation,
    he_init,
    checked_linear,
    testing,
    diagnose,
    clinic.training,
    clinic.data,
    clinic.init,
)
PREDICTIONS = (
    *questions.PREDICTIONS,
    *diagnose.PREDICTIONS,
    *clinic.questions.PREDICTIONS,
)
