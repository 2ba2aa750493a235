"""Sparsemax, the projection onto the simplex: an extra."""

import numpy as np

from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.oracles import softmax


@exercise(lesson=2, points=1, stretch=True)
def sparsemax(z):
    # by bisection of the threshold: another way than the sort
    low, high = z.max() - 1.0, z.max()
    for _ in range(200):
        middle = (low + high) / 2
        if np.maximum(z - middle, 0).sum() > 1:
            low = middle
        else:
            high = middle
    kept = z > (low + high) / 2
    return np.maximum(z - (z[kept].sum() - 1) / kept.sum(), 0.0)


@sparsemax.cases
def cases(rng):
    yield np.array([0.5, 0.0])
    yield np.array([2.0, 0.0]), "one logit far ahead"
    yield np.array([1.0, 1.0, 1.0]), "equal logits"
    yield np.array([3.0]), "one class"
    yield np.array([1, 0, -1]), "whole numbers"
    yield rng.normal(size=6)
    yield 0.3 * rng.normal(size=12)
    yield np.array([-3.0, -3.5, -9.0])
    yield 1000 + rng.normal(size=4), "large logits"


@sparsemax.mistake
def softmax_instead(z):
    """No entry of softmax is ever exactly 0. Which entries should be?"""
    return softmax(z)


def divided(p):
    return p / p.sum() if p.any() else np.full(len(p), 1 / len(p))


@sparsemax.mistake(
    also=(
        lambda z: np.maximum(z - z.mean(), 0) / max(np.maximum(z - z.mean(), 0).sum(), 1e-300),
        lambda z: divided(np.maximum(z, 0)),
        lambda z: np.maximum(z, 0) / np.maximum(z, 0).sum(),
    )
)
def clipped_and_divided(z):
    """Yours adds up to 1 because you divide. The projection subtracts one threshold from all
    logits and divides by nothing. Which threshold?"""
    return divided(np.maximum(z - z.mean(), 0))


@sparsemax.mistake
def threshold_of_all(z):
    """Your threshold counts all entries, also those that end at 0.
    Which entries should the sum run over?"""
    return np.maximum(z - (z.sum() - 1) / len(z), 0)


sparsemax.hints(
    "The answer is max(z - tau, 0) for one number tau, chosen so that it adds up to 1.",
    "If you knew which k entries stay above 0, tau would be (their sum - 1) / k. "
    "They are the k largest.",
    "Sort z downwards. Take the largest k for which 1 + k * z[k-1] is above the sum of the "
    "first k entries.",
    remark="Martins and Astudillo (2016): a softmax that can say exactly 0.",
)
