"""Softmax, its cross entropy, and the gradient of both. Slides "Softmax", "Softmax + Cross
entropy".
"""

import numpy as np

from nnf_teach.exercises.exercise import Case
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.lesson_02.cross_entropy import BY_RANGE, EXTREME
from nnf_teach.exercises.oracles import CUT_LOGARITHMS, log_softmax, vjp


@exercise(lesson=2, points=1, stable=True)
def softmax(Z):
    Z = np.asarray(Z, dtype=float)
    return np.exp(Z - np.logaddexp.reduce(Z, axis=1, keepdims=True))


@softmax.cases
def cases(rng):
    yield np.array([[0.0, np.log(3)]])
    yield np.array([[1000.0, 1000.0]]), "large logits"
    yield np.array([[-1000.0, -1000.0, -999.0]]), "very negative logits"
    apart = [[1000.0, 0.0], [0.0, -1000.0], [1000.0, 999.0], [-999.0, -1000.0]]
    yield np.array(apart), "rows far apart"
    yield np.array([[-1000.0, 1000.0, -1000.0]]), "logits far apart"
    yield np.array([[2, 0, 1], [1, 1, 1]]), "whole numbers"
    yield rng.normal(size=(3, 3)), "as many rows as classes"
    yield np.array([[5.0], [-2.0]]), "one class"
    yield np.zeros((0, 4)), "no rows"
    yield rng.normal(size=(6, 4)) * 5
    yield np.asfortranarray(rng.normal(size=(2, 5))), "another layout"


@softmax.mistake
def wrong_axis(Z):
    """In yours the columns add up to 1. One example is one row: along which axis are its
    classes?"""
    return softmax(Z.T).T


@softmax.mistake(also=(lambda Z: np.exp(Z) / np.exp(Z).sum(),))
def all_rows_together(Z):
    """All your numbers together add up to 1. Should one example know about the others?"""
    return softmax(Z.reshape(1, -1)).reshape(Z.shape)


@softmax.mistake
def forgot_exp(Z):
    """You divide each logit by the sum of the row. What happens to negative logits, and where is
    exp?"""
    return Z / np.sum(Z, axis=1, keepdims=True)


softmax.hints(
    "First for one row: exp of every logit, divided by the sum of these. "
    "Which axis do you sum over when there are many rows?",
    "Subtracting the same number from all logits of a row changes nothing: "
    "it cancels in the fraction. Which number makes exp safe?",
    "Z.max(axis=1, keepdims=True) has shape (N, 1) and can be subtracted from Z. "
    "keepdims=True is needed for the sum, too.",
    remark="For two classes with logits x and 0 this is [sigmoid(x), 1 - sigmoid(x)].",
)


def class_cases(rng):
    """Yield logits and classes."""
    yield np.array([[0.0, np.log(3)]]), np.array([1]), "one example"
    yield np.array([[1.0, 0.0], [0.0, 2.0], [0.5, 0.5]]), np.array([0, 0, 1])
    for logits, t, about in (
        ([[1000.0, -1000.0], [0.0, 1000.0]], [0, 0], "large logits"),
        ([[-1000.0, -1000.0, -1000.0]], [2], "very negative logits"),
        ([[1000.0, 999], [-1000, -999], [999, 1000], [0, 1]], [1, 0, 0, 1], "rows far apart"),
    ):
        yield Case((np.array(logits), np.array(t)), about, EXTREME)
    yield np.array([[2, 0, 1], [1, 3, 1]]), np.array([2, 1]), "whole numbers"
    yield np.array([[3.0], [1.0]]), np.array([0, 0]), "one class"
    for n, k, scale in ((3, 3, 1), (8, 4, 10), (20, 10, 1)):
        yield scale * rng.normal(size=(n, k)), rng.integers(0, k, n)


def of_right_class(Z, t):
    return Z[np.arange(len(Z)), t]


@exercise(lesson=2, points=2, stable=True, parts=BY_RANGE)
def softmax_cross_entropy(Z, t):
    return float(-np.mean(of_right_class(log_softmax(Z), t)))


softmax_cross_entropy.cases(class_cases)


@softmax_cross_entropy.mistake
def log_of_zero(Z, t):
    """Your softmax is safe, but a probability can be too small for a computer and becomes 0.
    What is log(exp(z) / sum) when you simplify before you compute?"""
    return -np.mean(np.log(of_right_class(softmax(Z), t)))


@softmax_cross_entropy.mistake(
    also=tuple(
        lambda Z, t, log=log: -np.mean(log(of_right_class(softmax(Z), t))) for log in CUT_LOGARITHMS
    )
)
def clipped_probability(Z, t):
    """You cut small probabilities, or add a small number to them, and then no example can cost
    more than minus its logarithm: for 1e-15 this is 34.54. What is log(exp(z) / sum) when you
    simplify before you compute?"""
    return -np.mean(np.log(np.maximum(of_right_class(softmax(Z), t), 1e-15)))


@softmax_cross_entropy.mistake(also=(lambda Z, t: -np.mean(np.log(softmax(Z)[:, t])),))
def every_pair(Z, t):
    """Yours takes the classes of all examples from each row, as Z[:, t] does: an (N, N) array.
    Which two lists of indices pick one entry of each row?"""
    return -np.mean(log_softmax(Z)[:, t])


@softmax_cross_entropy.mistake
def maximum_taken_out_for_good(Z, t):
    """You take the largest logit out of the sum, and it never comes back: it is missing in each
    row of yours. What is log(sum of exp(z)), written with exp(z - m)?"""
    top = Z.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(Z - top).sum(axis=1)) - of_right_class(Z, t))


softmax_cross_entropy.hints(
    "For one row with the right class c: -log(softmax(z)[c]). "
    "Write softmax out and use log(a / b) = log(a) - log(b).",
    "The loss of a row is log(sum of exp(z)) - z[c]. Take the row's maximum m out of the sum: "
    "m + log(sum of exp(z - m)).",
    "Z[np.arange(len(Z)), t] picks the logit of the right class in each row. "
    "Then take the mean over the rows.",
    remark="Negative log-likelihood again: the probability that all N examples are right is "
    "exp(-N times this).",
)


def one_hot(Z, t):
    return np.eye(Z.shape[1])[t]


@exercise(lesson=2, points=2, stable=True, parts=BY_RANGE)
def softmax_cross_entropy_gradient(Z, t):
    from autograd import numpy as anp

    top, right = Z.max(axis=1, keepdims=True), one_hot(Z, t)

    def loss(Z):
        log_norm = top[:, 0] + anp.log(anp.sum(anp.exp(Z - top), axis=1))
        return anp.mean(log_norm - anp.sum(right * Z, axis=1))

    return vjp(loss, 1.0, Z)[0]


softmax_cross_entropy_gradient.cases(class_cases)


@softmax_cross_entropy_gradient.mistake
def logits_instead_of_probabilities(Z, t):
    """That compares logits with labels. Each row of this gradient should add up to 0.
    Does yours?"""
    return (Z - one_hot(Z, t)) / len(Z)


@softmax_cross_entropy_gradient.mistake
def printed_on_the_slide(Z, t):
    """This is what the slide prints, t - x, and the slide has a slip there (lesson 5).
    What does the loss do when the right logit grows, and what sign follows?"""
    return (one_hot(Z, t) - Z) / len(Z)


@softmax_cross_entropy_gradient.mistake
def right_class_alone(Z, t):
    """In yours the logits of the other classes change nothing. What happens to the loss of a row
    when one of them grows?"""
    right = one_hot(Z, t)
    return right * (softmax(Z) - right) / len(Z)


@softmax_cross_entropy_gradient.mistake
def every_pair(Z, t):
    """Yours takes 1 off in each row at the classes of all examples, as G[:, t] does.
    Which two lists of indices pick one entry of each row?"""
    G = softmax(Z)
    G[:, t] -= 1
    return G / len(Z)


softmax_cross_entropy_gradient.hints(
    "For one row: L = log(sum of exp(z)) - z[c]. Differentiate by z[j], first for j other "
    "than c, then for j = c.",
    "The derivative of log(sum of exp(z)) by z[j] is softmax(z)[j]. "
    "The right class gets -1 in addition.",
    "G = softmax(Z); G[np.arange(len(Z)), t] -= 1; then divide by N. "
    "softmax makes a new array, so Z stays as it is.",
    remark="Prediction minus label once more: for many classes as for two.",
)
