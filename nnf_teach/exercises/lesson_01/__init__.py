"""Lesson 01, The neuron: artificial neuron, linear layer, sigmoid, logic gates.

Slides: "Artificial neuron", "Linear layer", "Sigmoid activation function".
"""

from __future__ import annotations

from nnf_teach.exercises.lesson_01.gates import and_gate, nand_gate, or_gate
from nnf_teach.exercises.lesson_01.neurons import linear_layer, neuron
from nnf_teach.exercises.lesson_01.questions import PREDICTIONS
from nnf_teach.exercises.lesson_01.sigmoid import saturation_point, sigmoid, sigmoid_derivative

__all__ = ["EXERCISES", "PREDICTIONS", "TITLE"]

TITLE = "The neuron"
EXERCISES = (
    neuron.exercise,
    linear_layer.exercise,
    sigmoid.exercise,
    sigmoid_derivative.exercise,
    saturation_point.exercise,
    and_gate.exercise,
    or_gate.exercise,
    nand_gate.exercise,
)
