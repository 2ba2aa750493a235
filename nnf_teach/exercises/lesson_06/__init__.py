"""Lesson 06, Pieces of the puzzle: modules that choose, gate and compare, and what they build.

Slides: "Max as a computational graph", "Conditional execution as a computational graph",
"Quadratic loss as a computational graph".

choosing            max and max pooling, where ties have many right gradients
gating              conditional execution, and a gate that is learnt
distance            the quadratic loss
mixture             experts behind a gate, and their training
questions           what is predicted before the reveal
"""

from nnf_teach.exercises.lesson_06 import choosing, distance, gating, mixture
from nnf_teach.exercises.lesson_06.questions import PREDICTIONS

__all__ = ["EXERCISES", "PREDICTIONS", "TITLE"]

TITLE = "Pieces of the puzzle"

EXERCISES = tuple(
    draft.exercise
    for draft in (
        choosing.max_backward,
        choosing.max_pool,
        choosing.max_pool_backward,
        gating.conditional_backward,
        gating.softmax_gate,
        gating.softmax_gate_backward,
        distance.quadratic_loss,
        distance.quadratic_loss_backward,
        mixture.mixture_forward,
        mixture.train_mixture,
    )
)
