"""Lesson 01, The neuron: artificial neuron, linear layer, sigmoid, logic gates.

Slides: "Artificial neuron", "Linear layer", "Sigmoid activation function".
"""

from nnf_teach.exercises.form import gather
from nnf_teach.exercises.lesson_01 import gates, neurons, questions, sigmoid

TITLE = "The neuron"
EXERCISES = gather(neurons, sigmoid, gates)
PREDICTIONS = questions.PREDICTIONS
