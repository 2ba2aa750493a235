"""Lesson 07, Practical issues: what overfits, what helps, and how a broken training is found.

Slides: "Overfitting and regularisation" (three of them), "Diagnosing and debugging".

regularisation      penalties, dropout
stopping            early stopping
normalisation       layer norm and batch norm
interpolation       least squares on both sides of the interpolation threshold
beginnings          weights to start from, and a layer that guards its shapes
diagnose            which illness a recorded run has
clinic              six broken scripts, and their repairs
facts               what is observed of functions that draw at random
questions           what is predicted before the reveal
"""

from nnf_teach.exercises.lesson_07 import clinic, clinic_questions, diagnose, questions
from nnf_teach.exercises.lesson_07.beginnings import CHECKED_LINEAR, HE_INIT
from nnf_teach.exercises.lesson_07.interpolation import MIN_NORM_FIT
from nnf_teach.exercises.lesson_07.normalisation import BATCH_NORM, LAYER_NORM
from nnf_teach.exercises.lesson_07.regularisation import DROPOUT, L2_PENALTY
from nnf_teach.exercises.lesson_07.stopping import EARLY_STOPPING

__all__ = ["EXERCISES", "PREDICTIONS", "TITLE"]

TITLE = "Practical issues: overfitting and debugging"

EXERCISES = (
    L2_PENALTY,
    DROPOUT,
    LAYER_NORM,
    BATCH_NORM,
    EARLY_STOPPING,
    MIN_NORM_FIT,
    HE_INIT,
    CHECKED_LINEAR,
    *diagnose.EXERCISES,
    *clinic.EXERCISES,
)
PREDICTIONS = (
    *questions.PREDICTIONS,
    *diagnose.PREDICTIONS,
    *clinic_questions.PREDICTIONS,
)
