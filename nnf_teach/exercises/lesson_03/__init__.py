"""Lesson 03, XOR: what a line cannot do, and a hidden layer can.

Slides: "... and limitations", "Two layer neural networks", "1-hidden layer network vs XOR".
"""

from nnf_teach.exercises.form import gather
from nnf_teach.exercises.lesson_03 import hidden_layer, line, mlp, questions, train_xor

TITLE = "XOR"
EXERCISES = gather(line, hidden_layer, mlp, train_xor)
PREDICTIONS = questions.PREDICTIONS
