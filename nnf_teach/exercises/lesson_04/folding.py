"""Folds, and how many regions depth can make of them."""

import math

import numpy as np

from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.lesson_04.relus import relu
from nnf_teach.exercises.oracles import every_second


@exercise(lesson=4, points=1)
def tent(x):
    return 2 * relu(x) - 4 * relu(x - 0.5)


@tent.cases
def cases(rng):
    yield np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    yield np.array(0.4), "no axes"
    yield np.array([0, 1]), "whole numbers"
    yield np.array([]), "empty"
    yield np.array([0.5]), "the top"
    yield every_second(rng.uniform(0, 1, size=(3, 2))), "not contiguous"
    yield rng.uniform(0, 1, size=7)


@tent.mistake(also=(lambda x: np.sin(np.pi * np.asarray(x)),))
def curved(x):
    """The ends and the top are right, but yours is curved. Can a sum of ReLUs be anything but
    straight pieces?"""
    return 4 * np.asarray(x) * (1 - np.asarray(x))


tent.hints(
    "Begin with slope 2: a ReLU with its kink at 0. What must change at x = 1/2?",
    "The slope goes from +2 to -2 there: a second ReLU with its kink at 1/2 adds -4.",
    "2 relu(x) - 4 relu(x - 0.5). Check it at 0, 1/2 and 1.",
    remark="The tent folds [0, 1] in the middle: x and 1 - x land on the same place. Two ReLUs are "
    "enough for it.",
)


@exercise(lesson=4, points=1)
def sawtooth(x, depth):
    for _ in range(depth):
        x = tent(x)
    return x


@sawtooth.cases
def cases(rng):
    grid = np.linspace(0, 1, 17)
    yield np.array([0.0, 0.25, 0.5]), 2
    yield np.array([0.0, 0.3, 0.5, 1.0]), 1, "a single tent"
    yield np.array(0.3), 2, "no axes"
    yield np.array([0, 1]), 3, "whole numbers"
    yield np.array([]), 2, "empty"
    yield grid, 3
    yield grid, 4
    yield every_second(rng.uniform(0, 1, size=(2, 3))), 3, "not contiguous"
    yield rng.uniform(0, 1, size=5), 5
    yield rng.uniform(0, 1, size=5), 10, "deep"
    yield rng.uniform(0, 1, size=(2, 3)), 2, "two axes"


@sawtooth.mistake
def power_of_the_tent(x, depth):
    """You multiply tents with each other. How do you put the output of one tent into the next?"""
    return tent(x) ** depth


@sawtooth.mistake
def as_many_teeth_as_tents(x, depth):
    """Yours has `depth` teeth. Fold a strip of paper three times: how many layers does it
    have?"""
    return 1 - np.abs(2 * ((depth * np.asarray(x)) % 1) - 1)


@sawtooth.mistake
def stretched_once(x, depth):
    """You stretch x first, and it leaves [0, 1], where the tent falls for ever. What brings it
    back between two tents?"""
    return tent(2.0 ** (depth - 1) * np.asarray(x))


sawtooth.hints(
    "sawtooth(x, 2) is tent(tent(x)). What is sawtooth(x, 3)?",
    "Apply tent again and again, depth times: each output is the next input.",
    "A loop over range(depth): replace x by tent(x), then return it.",
    remark="Each tent takes 2 ReLUs, and doubles the number of pieces.",
)


def _cells(width, terms):
    return sum(math.comb(width, j) for j in range(terms))


@exercise(lesson=4, points=2, rtol=1e-14, atol=0.0, stretch=True)
def montufar_lower_bound(n_inputs, width, depth):
    folds = (width // n_inputs) ** (n_inputs * (depth - 1))
    return float(folds * _cells(width, n_inputs + 1))


@montufar_lower_bound.cases
def cases(rng):
    yield from ((1, 2, 1), (2, 4, 1), (2, 4, 2), (2, 5, 2), (1, 3, 4), (2, 2, 3), (3, 7, 4))
    n = int(rng.integers(2, 5))
    yield from ((n, 2 * n + 1, 3), (4, 9, 1), (10, 64, 5))


@montufar_lower_bound.mistake
def sum_of_all(n, width, depth):
    """You count every pattern of units on and off. Can 4 lines in a plane make 16 regions?"""
    return (width // n) ** (n * (depth - 1)) * 2**width


@montufar_lower_bound.mistake
def layers_add_up(n, width, depth):
    """Your count grows by the same amount with every layer. When a layer folds space, what
    happens to all the regions of the layers after it?"""
    return (width // n) ** n * (depth - 1) + _cells(width, n + 1)


montufar_lower_bound.hints(
    "Begin with depth 1: width lines cut the plane. The sum of binomials counts the regions.",
    "Each earlier layer multiplies: floor(width / n_inputs) folds along each of n_inputs axes.",
    "(width // n_inputs) ** (n_inputs * (depth - 1)), times the sum of math.comb(width, j) "
    "for j from 0 to n_inputs, both included.",
    remark="Exponential in depth, polynomial in width: the slide's sentence, with numbers.",
)
