"""Cross entropy, of probabilities and of logits. Slide "Cross entropy"."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nnf_teach.exercises.exercise import Case, Function
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.oracles import CUT_LOGARITHMS, SMALL
from nnf_teach.modules.sigmoid import sigmoid

EXTREME = "extreme logits"
BY_RANGE = {"ordinary logits": 1, EXTREME: 1}


def cut_losses(probability: Function) -> Iterator[Function]:
    """Yield cross entropies whose logarithms never get near that of 0."""
    for small in (small for small in SMALL if 1 - small < 1):  # else nothing is cut near 1
        yield lambda x, t, small=small: cross_entropy(np.clip(probability(x), small, 1 - small), t)
    for log in CUT_LOGARITHMS:
        yield lambda x, t, log=log: -np.mean(log(np.abs(1 - t - probability(x))))


@exercise(lesson=2, points=1, stable=True)
def cross_entropy(p, t):
    return float(np.mean(-np.log(np.where(t == 1, p, 1 - p))))


@cross_entropy.cases
def cases(rng):
    yield np.array([0.5, 0.2]), np.array([1, 0])
    yield np.array([0.25]), np.array([1]), "one example"
    yield np.array([0.9, 0.8, 0.1]), np.array([0.0, 1.0, 1.0]), "labels that are floats"
    tiny = np.array([5e-324, 1 - 2**-53])
    yield tiny, np.array([1, 0]), "the smallest float, and nearly 1"
    yield rng.uniform(0.01, 0.99, 7), rng.integers(0, 2, 7)
    yield rng.uniform(1e-6, 1, 40) ** 3, rng.integers(0, 2, 40)


@cross_entropy.mistake(also=(lambda p, t: -np.mean(np.log(p[t == 1])),))
def forgot_negatives(p, t):
    """An example with t = 0 costs nothing in your loss, whatever p is.
    What is the probability of its right class?"""
    return -np.mean(t * np.log(p))


@cross_entropy.mistake
def forgot_positives(p, t):
    """An example with t = 1 costs nothing in your loss, whatever p is.
    What is the probability of its right class?"""
    return -np.mean((1 - t) * np.log(1 - p))


@cross_entropy.mistake
def no_brackets(p, t):
    """Python multiplies before it subtracts: in 1 - t * log(1 - p) the logarithm meets t alone.
    What should it meet?"""
    return -np.mean(t * np.log(p) + 1 - t * np.log(1 - p))


@cross_entropy.mistake
def squared_error(p, t):
    """That is the mean squared error. Where is the logarithm of the probability of the right
    class?"""
    return np.mean((p - t) ** 2)


@cross_entropy.mistake
def log_of_the_mean(p, t):
    """You average probabilities and then take the logarithm. Which comes first, if the logarithm
    of a product is to become a sum?"""
    return -np.log(np.mean(np.where(t == 1, p, 1 - p)))


@cross_entropy.mistake(also=tuple(cut_losses(lambda p: p)))
def clipped_probability(p, t):
    """You cut small probabilities, or add a small number to them, and then no example can cost
    more than minus its logarithm: for 1e-15 this is 34.54, whatever p is. p is never 0 here.
    What does np.log say of it as it is?"""
    return cross_entropy(np.clip(p, 1e-15, 1 - 1e-15), t)


cross_entropy.hints(
    "What is the probability that the model gives to the class that is right? "
    "It is p where t = 1. What is it where t = 0?",
    "Take minus the logarithm of that probability, for every example, then the mean.",
    "t * log(p) + (1 - t) * log(1 - p) is the logarithm for one example: "
    "one of its two terms is always 0.",
    remark="exp(-loss) is the geometric mean of the probabilities of the right classes.",
)


@exercise(lesson=2, points=2, stable=True, parts=BY_RANGE)
def cross_entropy_with_logits(z, t):
    return float(np.mean(np.logaddexp(0, z) - t * z))


@cross_entropy_with_logits.cases
def cases(rng):
    yield np.array([0.0, 2.0]), np.array([1, 0])
    yield np.array([-1.5]), np.array([1]), "one example"
    yield np.array([3, -2, 1]), np.array([0, 1, 1]), "whole numbers"
    far = np.array([1000.0, -1000.0])
    yield Case((far, np.array([1, 0])), "sure and right", EXTREME)
    yield Case((far, np.array([0, 1])), "sure and wrong", EXTREME)
    yield Case((rng.normal(size=9) * 20, rng.integers(0, 2, 9)), "large logits", EXTREME)
    yield rng.normal(size=30), rng.integers(0, 2, 30).astype(float)
    yield rng.normal(size=7), rng.integers(0, 2, 7)


def chosen_branch(z, t):
    return np.mean(np.where(t == 1, np.log(1 + np.exp(-z)), np.log(1 + np.exp(z))))


def one_by_one(z, t):
    return np.mean([np.log(1 + np.exp(-x if one else x)) for x, one in zip(z, t, strict=True)])


@cross_entropy_with_logits.mistake(also=(chosen_branch, one_by_one))
def unstable_exp(z, t):
    """The formula is right on paper, but exp(1000) is too large for a computer. Which number,
    never above 0, can stand in the exponent after you take max(z, 0) out?"""
    return np.mean(np.log(1 + np.exp(z)) - t * z)


@cross_entropy_with_logits.mistake
def both_exponentials(z, t):
    """One of the two exponentials overflows when |z| is 1000, and 0 times infinity is no number.
    What is log(1 + exp(z)) nearly, for a large z?"""
    return np.mean(t * np.log(1 + np.exp(-z)) + (1 - t) * np.log(1 + np.exp(z)))


@cross_entropy_with_logits.mistake
def log_of_zero(z, t):
    """The sigmoid of -1000 is 0 in a computer, and its logarithm is gone. What is log(sigmoid(z))
    when you write the sigmoid out and simplify first?"""
    return -np.mean(t * np.log(sigmoid(z)) + (1 - t) * np.log(1 - sigmoid(z)))


@cross_entropy_with_logits.mistake(also=tuple(cut_losses(sigmoid)))
def clipped_probability(z, t):
    """Cutting the probability, or adding a small number to it, hides the overflow, but a model
    that is sure and wrong at z = 1000 should pay 1000. What does it pay in yours?"""
    return cross_entropy(np.clip(sigmoid(z), 1e-15, 1 - 1e-15), t)


cross_entropy_with_logits.hints(
    "Put p = sigmoid(z) into the cross entropy and simplify on paper. "
    "The two cases become log(1 + exp(-z)) and log(1 + exp(z)).",
    "Both together are log(1 + exp(z)) - t z. For a large z, log(1 + exp(z)) is nearly z: "
    "how can you compute it without exp(z)?",
    "log(1 + exp(z)) = max(z, 0) + log(1 + exp(-|z|)). NumPy has it too: np.logaddexp(0, z).",
    remark="The slide calls the cross entropy unstable, and this combination stable: "
    "logits never meet a logarithm of 0.",
)
