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
diagnose            which illness a recorded run has; recipes and record_runs made them
clinic              six broken scripts, and their repairs
facts               what is observed of functions that draw at random
questions           what is predicted before the reveal
"""

from nnf_teach.exercises.lesson_07 import clinic, diagnose, questions
from nnf_teach.exercises.lesson_07.checked_linear import checked_linear
from nnf_teach.exercises.lesson_07.dropout import dropout
from nnf_teach.exercises.lesson_07.he_init import he_init
from nnf_teach.exercises.lesson_07.interpolation import min_norm_fit
from nnf_teach.exercises.lesson_07.normalisation import batch_norm, layer_norm
from nnf_teach.exercises.lesson_07.penalty import l2_penalty
from nnf_teach.exercises.lesson_07.stopping import early_stopping
from nnf_teach.exercises.lesson_07.testing import by_small_steps

__all__ = ["EXERCISES", "PREDICTIONS", "TITLE"]

TITLE = "Practical issues: overfitting and debugging"

EXERCISES = (
    l2_penalty.exercise,
    dropout.exercise,
    layer_norm.exercise,
    batch_norm.exercise,
    early_stopping.exercise,
    min_norm_fit.exercise,
    he_init.exercise,
    checked_linear.exercise,
    by_small_steps.exercise,
    diagnose.diagnose.exercise,
    *clinic.EXERCISES,
)
PREDICTIONS = (
    *questions.PREDICTIONS,
    *diagnose.PREDICTIONS,
    *clinic.PREDICTIONS,
)
