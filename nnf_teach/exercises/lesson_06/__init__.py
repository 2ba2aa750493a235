"""Lesson 06, Pieces of the puzzle: modules that choose, gate and compare, and what they build.

Slides: "Max as a computational graph", "Conditional execution as a computational graph",
"Quadratic loss as a computational graph".

choosing            max and max pooling, where ties have many right gradients
gating              conditional execution, and a gate that is learnt
distance            the quadratic loss
mixture             experts behind a gate, and their training
questions           what is predicted before the reveal
"""

from nnf_teach.exercises.lesson_06.choosing import MAX_BACKWARD, MAX_POOL, MAX_POOL_BACKWARD
from nnf_teach.exercises.lesson_06.distance import QUADRATIC_LOSS, QUADRATIC_LOSS_BACKWARD
from nnf_teach.exercises.lesson_06.gating import (
    CONDITIONAL_BACKWARD,
    SOFTMAX_GATE,
    SOFTMAX_GATE_BACKWARD,
)
from nnf_teach.exercises.lesson_06.mixture import MIXTURE_FORWARD, TRAIN_MIXTURE
from nnf_teach.exercises.lesson_06.questions import PREDICTIONS

__all__ = ["EXERCISES", "PREDICTIONS", "TITLE"]

TITLE = "Pieces of the puzzle"

EXERCISES = (
    MAX_BACKWARD,
    MAX_POOL,
    MAX_POOL_BACKWARD,
    CONDITIONAL_BACKWARD,
    SOFTMAX_GATE,
    SOFTMAX_GATE_BACKWARD,
    QUADRATIC_LOSS,
    QUADRATIC_LOSS_BACKWARD,
    MIXTURE_FORWARD,
    TRAIN_MIXTURE,
)
