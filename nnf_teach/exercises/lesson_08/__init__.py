"""Lesson 08, Multiplicative units: represent a product, where an MLP can only come near it.

Slides: "What MLPs cannot do?", "Multiplicative interactions", and the closing advice.

layer               the multiplicative layer, forward and backward, and as a hypernetwork
cases               attention and a learnt metric, which are cases of it
experiment          how wide a network must be to come near an inner product
record_widths       the table of widths that the notebook shows: how it was measured
proposal            a module of the learner's own
questions           what is predicted before the reveal
"""

from nnf_teach.exercises.lesson_08.cases import attention, metric_interaction
from nnf_teach.exercises.lesson_08.experiment import width_for_error
from nnf_teach.exercises.lesson_08.layer import (
    dot_product_weights,
    hypernetwork_weights,
    multiplicative_backward,
    multiplicative_layer,
)
from nnf_teach.exercises.lesson_08.proposal import your_module
from nnf_teach.exercises.lesson_08.questions import PREDICTIONS

__all__ = ["EXERCISES", "PREDICTIONS", "TITLE"]

TITLE = "Multiplicative units"

EXERCISES = (
    multiplicative_layer.exercise,
    dot_product_weights.exercise,
    multiplicative_backward.exercise,
    hypernetwork_weights.exercise,
    attention.exercise,
    metric_interaction.exercise,
    width_for_error.exercise,
    your_module.exercise,
)
