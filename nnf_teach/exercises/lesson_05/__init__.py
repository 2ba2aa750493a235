"""Lesson 05, Backpropagation: gradients of every module, checked, and put to work.

Slides: "Linear algebra recap", "Gradient descent recap", "Neural networks as computational graphs
- API", "Chain rule, backprop and automatic differentiation", the modules "... as a computational
graph", "Example - 3 layer MLP with ReLU activations".

differentiation     gradients by differences, and second derivatives
backward            what each module passes back
steps               gradient descent and Adam
learning            a whole network's gradients, and digits learnt with them
questions           what is predicted before the reveal
"""

from nnf_teach.exercises.form import gather
from nnf_teach.exercises.lesson_05 import backward, differentiation, learning, questions, steps

TITLE = "Backpropagation"
EXERCISES = gather(
    differentiation.numerical_gradient,
    backward,
    learning.mlp_loss_and_gradients,
    steps,
    learning,
    differentiation,
)
PREDICTIONS = questions.PREDICTIONS
