"""Lesson 08, Multiplicative units: represent a product, where an MLP can only come near it.

Slides: "What MLPs cannot do?", "Multiplicative interactions", and the closing advice.

layer               the multiplicative layer, forward and backward, and as a hypernetwork
cases               attention and a learnt metric, which are cases of it
experiment          how wide a network must be to come near an inner product
record_widths       the table of widths that the notebook shows: how it was measured
proposal            a module of the learner's own
questions           what is predicted before the reveal
"""

from nnf_teach.exercises.lesson_08.cases import ATTENTION, METRIC_INTERACTION
from nnf_teach.exercises.lesson_08.experiment import WIDTH_FOR_ERROR
from nnf_teach.exercises.lesson_08.layer import (
    DOT_PRODUCT_WEIGHTS,
    HYPERNETWORK_WEIGHTS,
    MULTIPLICATIVE_BACKWARD,
    MULTIPLICATIVE_LAYER,
)
from nnf_teach.exercises.lesson_08.proposal import YOUR_MODULE
from nnf_teach.exercises.lesson_08.questions import PREDICTIONS

__all__ = ["EXERCISES", "PREDICTIONS", "TITLE"]

TITLE = "Multiplicative units"

EXERCISES = (
    MULTIPLICATIVE_LAYER,
    DOT_PRODUCT_WEIGHTS,
    MULTIPLICATIVE_BACKWARD,
    HYPERNETWORK_WEIGHTS,
    ATTENTION,
    METRIC_INTERACTION,
    WIDTH_FOR_ERROR,
    YOUR_MODULE,
)
