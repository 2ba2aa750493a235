"""Lesson 06, Pieces of the puzzle: modules that choose, gate and compare, and what they build.

Slides: "Max as a computational graph", "Conditional execution as a computational graph",
"Quadratic loss as a computational graph".

choosing            max and max pooling, where ties have many right gradients
gating              conditional execution, and a gate that is learnt
distance            the quadratic loss
mixture             experts behind a gate, and their training
questions           what is predicted before the reveal
"""

from nnf_teach.exercises.form import gather
from nnf_teach.exercises.lesson_06 import choosing, distance, gating, mixture, questions

TITLE = "Pieces of the puzzle"
EXERCISES = gather(choosing, gating, distance, mixture)
PREDICTIONS = questions.PREDICTIONS
