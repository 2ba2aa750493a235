"""The sigmoid, its derivative, and where it saturates. Slide "Sigmoid activation function"."""

import numpy as np

from nnf_teach.exercises.exercise import Case
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.oracles import every_second

EXTREME = "extreme inputs"


@exercise(lesson=1, points=2, stable=True, parts={"ordinary inputs": 1, EXTREME: 1})
def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


@sigmoid.cases
def cases(rng):
    yield np.array([0.0, 1.0, -2.0])
    yield np.array(0.5), "no axes"
    yield np.array([2, -3, 0]), "whole numbers"
    yield np.array([]), "empty"
    yield Case((np.array([1000.0, -1000.0]),), "far out", EXTREME)
    yield Case((np.array([40.0, -40.0, 745.0, -745.0]),), "far out", EXTREME)
    yield rng.normal(size=(3, 2)) * 3, "two axes"
    yield every_second(rng.normal(size=(2, 3)) * 10), "not contiguous"
    yield rng.uniform(-30, 30, size=(2, 1, 3)), "three axes"


@sigmoid.mistake
def unstable_exp(x):
    """exp(1000) is too large for a computer, and so is exp(-x) for x = -1000.
    For negative x, can you write the same fraction with exp(x)?"""
    return 1 / (1 + np.exp(-x))


@sigmoid.mistake
def where_evaluates_both(x):
    """np.where chooses between two arrays that are both computed first, so exp(1000) is still
    taken. Which number, never above 0, can stand in both exponents?"""
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


@sigmoid.mistake
def softmax_instead(x):
    """Your numbers depend on each other: they add up to 1. The sigmoid is applied point-wise.
    Should its value at 0 change with the other inputs?"""
    return np.exp(x) / np.sum(np.exp(x))


@sigmoid.mistake
def integer_output(x):
    """For whole numbers your result array has whole numbers too, so every probability is cut to
    0 or 1. What dtype does np.zeros_like give it?"""
    out = np.zeros_like(x)
    out[...] = sigmoid(x)
    return out


sigmoid.hints(
    "Start with 1 / (1 + exp(-x)). For which x does exp(-x) become too large?",
    "1 / (1 + exp(-x)) and exp(x) / (1 + exp(x)) are equal. One of them is safe for "
    "positive x, the other for negative x.",
    "Take e = np.exp(-np.abs(x)): never more than 1. The answer is 1 / (1 + e) where x >= 0, "
    "and e / (1 + e) elsewhere; np.where chooses.",
    remark="Safe for every number: lesson 2 builds its losses on it.",
)


@exercise(lesson=1, points=1, stable=True)
def sigmoid_derivative(x):
    from autograd import elementwise_grad
    from autograd import numpy as anp

    with np.errstate(all="ignore"):
        slope = elementwise_grad(lambda v: anp.exp(-anp.logaddexp(0.0, -v)))
        return np.asarray(slope(np.asarray(x, dtype=float)))


sigmoid_derivative.cases(cases)


@sigmoid_derivative.mistake(also=(lambda x: sigmoid(x) * (1 - x),))
def took_x_for_y(x):
    """y (1 - y) is right for y = sigmoid(x). What did you put in for y?"""
    return x * (1 - x)


@sigmoid_derivative.mistake
def sigmoid_itself(x):
    """That is the sigmoid itself. Its slope is largest at 0 and vanishes on both sides.
    Does yours?"""
    return sigmoid(x)


@sigmoid_derivative.mistake
def forgot_one_factor(x):
    """1 - y is one of two factors. What happens to the slope for a very negative x?"""
    return 1 - sigmoid(x)


@sigmoid_derivative.mistake
def unstable_exp(x):
    """The formula is right on paper, but exp(1000) overflows.
    Can you write it with sigmoid(x), which is already safe?"""
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


@sigmoid_derivative.mistake
def tanh_derivative(x):
    """That is the derivative of tanh: 1 at x = 0. How steep is the sigmoid there?"""
    return 1 - np.tanh(x) ** 2


@sigmoid_derivative.mistake
def squared_wrong_factor(x):
    """Check the point x = 0 with y = 1/2, then x = -10: should the slope there be near 1?"""
    return (1 - sigmoid(x)) ** 2


sigmoid_derivative.hints(
    "Differentiate 1 / (1 + exp(-x)) with the chain rule, then look for sigmoid(x) in it.",
    "With y = sigmoid(x), the result needs nothing but y.",
    "y * (1 - y): compute y once with your own sigmoid, then multiply.",
    remark="At most 1/4, at x = 0. Every sigmoid that a gradient passes takes at least "
    "three quarters of it.",
)


@exercise(lesson=1, points=1)
def saturation_point(epsilon):
    y = (1 + np.sqrt(1 - 4 * epsilon)) / 2
    return float(2 * np.log(y) - np.log(epsilon))  # log(y / (1 - y)), since y (1 - y) = epsilon


@saturation_point.cases
def cases(rng):
    yield 0.1
    yield 0.01
    yield 0.2499, "near the top"
    yield float(rng.uniform(0.02, 0.2))
    yield 1e-4
    yield 1e-8, "far out"


@saturation_point.mistake
def tail_approximation(epsilon):
    """exp(-x) is near the derivative only far out. What is exp(-x) at x = 0, and what is the
    derivative there?"""
    return -np.log(epsilon)


@saturation_point.mistake
def sigmoid_instead_of_derivative(epsilon):
    """At your x the sigmoid has come within epsilon of 1. How large is its derivative there?"""
    return np.log((1 - epsilon) / epsilon)


@saturation_point.mistake
def returned_y(epsilon):
    """That is y = sigmoid(x). Which x has this y?"""
    return (1 + np.sqrt(1 - 4 * epsilon)) / 2


@saturation_point.mistake
def derivative_at_epsilon(epsilon):
    """You computed the derivative at x = epsilon.
    Which of the two is given here, x or the derivative?"""
    return float(sigmoid_derivative(epsilon))


saturation_point.hints(
    "Write y for sigmoid(x). Then y (1 - y) = epsilon is an equation for y alone.",
    "Solve the quadratic y^2 - y + epsilon = 0 and take the root above 1/2. "
    "Then ask which x gives this y.",
    "y = (1 + sqrt(1 - 4 epsilon)) / 2. Now undo the sigmoid: "
    "solve y = 1 / (1 + exp(-x)) for x, with a logarithm.",
    remark="The derivative is below 0.01 as soon as |x| is above 4.6: "
    "a sigmoid learns only in a narrow band.",
)
