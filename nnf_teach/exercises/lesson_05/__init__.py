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

from nnf_teach.exercises.lesson_05.backward import (
    cross_entropy_backward,
    linear_backward,
    relu_backward,
    sigmoid_backward,
    softmax_backward,
    softmax_cross_entropy_backward,
)
from nnf_teach.exercises.lesson_05.differentiation import (
    hessian_vector_product,
    numerical_gradient,
)
from nnf_teach.exercises.lesson_05.learning import mlp_loss_and_gradients, train_digit_mlp
from nnf_teach.exercises.lesson_05.questions import PREDICTIONS
from nnf_teach.exercises.lesson_05.steps import adam_step, gradient_descent_step

__all__ = ["EXERCISES", "PREDICTIONS", "TITLE"]

TITLE = "Backpropagation"

EXERCISES = (
    numerical_gradient.exercise,
    linear_backward.exercise,
    relu_backward.exercise,
    sigmoid_backward.exercise,
    softmax_backward.exercise,
    cross_entropy_backward.exercise,
    softmax_cross_entropy_backward.exercise,
    mlp_loss_and_gradients.exercise,
    gradient_descent_step.exercise,
    adam_step.exercise,
    train_digit_mlp.exercise,
    hessian_vector_product.exercise,
)
