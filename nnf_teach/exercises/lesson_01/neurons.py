"""One neuron, and a layer of them. Slides "Artificial neuron", "Linear layer"."""

import numpy as np

from nnf_teach.exercises.exercise import NO_LOOP, Case
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.oracles import every_second


@exercise(lesson=1, points=1)
def neuron(x, w, b):
    return float(np.dot(w, x) + b)


@neuron.cases
def cases(rng):
    yield np.array([2.0]), np.array([3.0]), 1.0, "one input"
    yield np.array([1.0, 2.0]), np.array([3.0, -1.0]), 0.5, "two inputs"
    yield np.array([1, 2, 3]), np.array([1, 0, -2]), 4, "whole numbers"
    yield np.array([1, 2]), np.array([0.5, -0.25]), 0.5, "whole inputs, other weights"
    yield np.array([]), np.array([]), -0.5, "no inputs at all"
    yield np.zeros(3), rng.normal(size=3), 0.25, "silent inputs"
    for size in (2, 3, 10):
        yield rng.normal(size=size), rng.normal(size=size), float(rng.normal())
    x = every_second(rng.normal(size=4))
    yield x, rng.normal(size=4), -1.5, "an array that is not contiguous"


@neuron.mistake
def forgot_bias(x, w, b):
    """What does your neuron answer when every input is 0? What should it answer, by the
    formula?"""
    return np.dot(w, x)


@neuron.mistake
def squashed(x, w, b):
    """That is already squeezed between 0 and 1. The linear neuron has no activation function:
    which part of yours comes later in the lesson?"""
    return 1 / (1 + np.exp(-(np.dot(w, x) + b)))


neuron.hints(
    "Multiply each input by its own weight. How many numbers should come out?",
    "Add the products up, then add b once. np.dot, np.sum, the sign @ or a loop can do it.",
    "For x = [1, 2], w = [3, -1], b = 0.5: 3*1 + (-1)*2 + 0.5 = 1.5. "
    "Write the same with w @ x in place of the first two terms.",
    remark="The whole of <w, x> + b: a weighted vote of the inputs, shifted by b.",
)


def layer_args(rng, n, d, k):
    return rng.normal(size=(n, d)), rng.normal(size=(k, d)), rng.normal(size=k)


def small_and_large(rng):
    return Case(layer_args(rng, 2, 3, 2)), Case(layer_args(rng, 60, 3, 50))


@exercise(
    lesson=1,
    points=2,
    vectorised=small_and_large,
    parts={"values": 1, NO_LOOP: 1},
    loop_message="Right, but Python itself goes through the examples or units one at a time. "
    "Which single matrix product gives all N x K numbers at once?",
)
def linear_layer(X, W, b):
    return X @ W.T + b


@linear_layer.cases
def cases(rng):
    X, W = np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([[1.0, 3.0], [0.0, 2.0]])
    yield X, W, np.array([0.5, -0.5]), "as many examples as inputs as units"
    X, W = np.array([[1, 2, 3]]), np.array([[1, 0, -1], [2, 2, 2]])
    yield X, W, np.array([10, 20]), "whole numbers"
    for shape in ((1, 1, 1), (1, 3, 2), (4, 1, 2), (3, 4, 1), (5, 3, 2), (3, 3, 3), (0, 3, 2)):
        yield layer_args(rng, *shape)
    X, W, b = layer_args(rng, 2, 3, 2)
    yield np.array([[1, 2, 3], [0, -1, 4]]), W, b, "whole inputs, other weights"
    yield *layer_args(rng, 60, 3, 50), "a large batch"
    X, W, b = layer_args(rng, 3, 4, 2)
    yield every_second(X), np.asfortranarray(W), b, "not contiguous"


@linear_layer.mistake
def transposed_weights(X, W, b):
    """W has one row per unit, (K, D), and X one row per example, (N, D). In X @ W the columns of
    X meet the rows of W: are those the inputs of the same unit?"""
    return X @ W + b


linear_layer.hints(
    "Write down the shapes: X is (N, D), W is (K, D), the answer is (N, K). "
    "Which axis disappears, and why?",
    "In a matrix product the inner sizes must be equal: (N, D) times (D, K). "
    "How do you make a (D, K) out of W?",
    "W.T is (D, K). Which order of X and W.T gives (N, K)? "
    "Adding b of shape (K,) then adds b[k] to column k of every row.",
    remark="One product for the whole batch: this is what graphics cards and TPUs are built for.",
)
