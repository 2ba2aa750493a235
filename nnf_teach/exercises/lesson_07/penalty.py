"""A penalty on the weights: L2."""

import numpy as np

from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.oracles import random_params


@exercise(lesson=7, points=1, returns=("value", "grads"))
def l2_penalty(params, strength):
    from autograd import numpy as anp
    from autograd import value_and_grad

    def value(params):
        return strength * sum(anp.sum(W**2) + 0.0 * anp.sum(b) for W, b in params)

    floats = [(np.array(W, dtype=float), np.array(b, dtype=float)) for W, b in params]
    found, grads = value_and_grad(value)(floats)
    return float(found), grads


@l2_penalty.cases
def cases(rng):
    yield [(np.array([[1.0, -2.0]]), np.array([5.0]))], 0.5
    whole = [(np.array([[1, 2], [0, -3]]), np.array([4, 4])), (np.array([[2, 1]]), np.array([7]))]
    yield whole, 0.1, "whole numbers"
    yield [(np.zeros((2, 3)), np.ones(2))], 0.3, "weights of 0"
    yield [(np.array([[1.0, 2.0]]), np.zeros(1))], 0.5
    yield random_params(rng, (2, 1)), 0.0
    yield random_params(rng, (3, 4)), 3
    yield random_params(rng, (2, 3, 2)), 0.01
    yield random_params(rng, (4, 3, 3, 1)), 2.5


@l2_penalty.mistake
def gradient_of_biases(params, strength):
    """The value leaves the biases free, but your gradients pull them. What is the slope of
    something that does not depend on b?"""
    value = strength * sum(np.sum(W**2) for W, b in params)
    return value, [(2 * strength * W, 2 * strength * b) for W, b in params]


@l2_penalty.mistake
def length_instead_of_square(params, strength):
    """You add up the lengths of the matrices. Is there a square root in the formula?"""
    value = strength * sum(np.linalg.norm(W) for W, b in params)
    return value, [(strength * W / np.linalg.norm(W), 0 * b) for W, b in params]


@l2_penalty.mistake
def length_in_the_value(params, strength):
    """Your gradient is that of the squares, but your value adds up the lengths of the matrices. Is
    there a square root in the formula?"""
    value = strength * sum(np.linalg.norm(W) for W, b in params)
    return value, [(2 * strength * W, 0 * b) for W, b in params]


l2_penalty.hints(
    "The value adds up the squares of all weights of all layers, times the strength. Its "
    "derivative by one weight w is strength * 2 w.",
    "The gradients have the form of params: one pair for each layer. The penalty does not "
    "depend on b, so its slope there is 0, in the shape of b.",
    "value = strength * sum(np.sum(W**2) for W, b in params), and each pair of gradients is "
    "(2 * strength * W, np.zeros(len(b))).",
    remark="Its gradient shrinks every weight by the same share at each step: weight decay.",
)
