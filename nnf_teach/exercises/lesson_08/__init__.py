"""Lesson 08, Multiplicative units: represent a product, where an MLP can only come near it.

Slides: "What MLPs cannot do?", "Multiplicative interactions", and the closing advice.

layer               the multiplicative layer, forward and backward, and as a hypernetwork
cases               attention and a learnt metric, which are cases of it
experiment          how wide a network must be to come near an inner product
proposal            a module of the learner's own
questions           what is predicted before the reveal
"""

from nnf_teach.exercises.form import gather
from nnf_teach.exercises.lesson_08 import cases, experiment, layer, proposal, questions

TITLE = "Multiplicative units"
EXERCISES = gather(layer, cases, experiment, proposal)
PREDICTIONS = questions.PREDICTIONS
