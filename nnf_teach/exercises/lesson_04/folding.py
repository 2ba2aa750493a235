"""6 and 8: folds, and how many regions depth can make of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.exercises.exercise import Case, Exercise, Misconception
from nnf_teach.exercises.lesson_04.curves import every_second
from nnf_teach.exercises.lesson_04.relus import relu

Array = NDArray[Any]


def _tent(x: Array) -> Array:
    return np.asarray(2 * relu(x) - 4 * relu(x - 0.5))


def _tent_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((np.array([0.0, 0.25, 0.5, 0.75, 1.0]),)),
        Case((np.array(0.4),), "no axes"),
        Case((np.array([0, 1]),), "whole numbers"),
        Case((np.array([]),), "empty"),
        Case((np.array([0.5]),), "the top"),
        Case((every_second(rng.uniform(0, 1, size=(3, 2))),), "not contiguous"),
        Case((rng.uniform(0, 1, size=7),)),
    ]


TENT = Exercise(
    name="tent",
    lesson=4,
    points=1,
    reference=_tent,
    cases=_tent_cases,
    misconceptions=(
        Misconception(
            "half-as-high",
            lambda x: _tent(x) / 2,
            "At x = 1/2 yours is 1/2. How steep must the sides be to reach 1?",
        ),
        Misconception(
            "flat-roof",
            lambda x: 2 * relu(x) - 2 * relu(x - 0.5),
            "Yours stays at 1 after the middle. The slope was +2: "
            "what must be added to it to make it -2?",
        ),
        Misconception(
            "upside-down",
            lambda x: 1 - _tent(x),
            "Yours is 1 at both ends and 0 in the middle. What is it asked to be there?",
        ),
        Misconception(
            "no-kink",
            lambda x: 2 * np.asarray(x) - 4 * (np.asarray(x) - 0.5),
            "Without the ReLUs your two terms add up to one straight line. "
            "Which of them must be silent on the left half?",
        ),
        Misconception(
            "kink-at-one",
            lambda x: 2 * relu(x) - 4 * relu(x - 1),
            "Your kink is not inside (0, 1). Where does relu(x - c) have its kink?",
        ),
        Misconception(
            "wrong-sign-of-kink",
            lambda x: 2 * relu(x) - 4 * relu(x + 0.5),
            "Your second ReLU is on everywhere in [0, 1]. For which x should it begin to count?",
        ),
        Misconception(
            "parabola",
            lambda x: 4 * np.asarray(x) * (1 - np.asarray(x)),
            "The ends and the top are right, but yours is curved. "
            "Can a sum of ReLUs have a curved piece?",
        ),
        Misconception(
            "sine",
            lambda x: np.sin(np.pi * np.asarray(x)),
            "The ends and the top are right, but yours is curved. "
            "Can a sum of ReLUs be anything but straight pieces?",
        ),
    ),
    hints=(
        "Begin with slope 2: a ReLU with its kink at 0. What must change at x = 1/2?",
        "The slope goes from +2 to -2 there: a second ReLU with its kink at 1/2 adds -4.",
        "2 relu(x) - 4 relu(x - 0.5). Check it at 0, 1/2 and 1.",
    ),
    remark="Two ReLUs fold [0, 1] in the middle: x and 1 - x land on the same place.",
)


def _sawtooth(x: Array, depth: int) -> Array:
    for _ in range(depth):
        x = _tent(x)
    return x


def _sawtooth_cases(rng: np.random.Generator) -> Sequence[Case]:
    grid = np.linspace(0, 1, 17)
    return [
        Case((np.array([0.0, 0.25, 0.5]), 2)),
        Case((np.array([0.0, 0.3, 0.5, 1.0]), 1), "a single tent"),
        Case((np.array(0.3), 2), "no axes"),
        Case((np.array([0, 1]), 3), "whole numbers"),
        Case((np.array([]), 2), "empty"),
        Case((grid, 3)),
        Case((grid, 4)),
        Case((every_second(rng.uniform(0, 1, size=(2, 3))), 3), "not contiguous"),
        Case((rng.uniform(0, 1, size=5), 5)),
        Case((rng.uniform(0, 1, size=5), 10), "deep"),
    ]


def _teeth(x: Array, number: float) -> Array:
    """Return a zigzag with so many teeth of height 1 on [0, 1]."""
    return np.asarray(1 - np.abs(2 * ((number * np.asarray(x)) % 1) - 1))


SAWTOOTH = Exercise(
    name="sawtooth",
    lesson=4,
    points=1,
    reference=_sawtooth,
    cases=_sawtooth_cases,
    misconceptions=(
        Misconception(
            "only-one-tent",
            lambda x, depth: _tent(x),
            "Yours does not depend on depth. What goes into the second tent?",
        ),
        Misconception(
            "one-tent-too-many",
            lambda x, depth: _sawtooth(x, depth + 1),
            "sawtooth(x, 1) is one tent. How many do you apply?",
        ),
        Misconception(
            "one-tent-too-few",
            lambda x, depth: _sawtooth(x, depth - 1),
            "sawtooth(x, 1) is one tent. How many do you apply?",
        ),
        Misconception(
            "power-of-the-tent",
            lambda x, depth: _tent(x) ** depth,
            "You multiply tents with each other. How do you put the output of one tent into the "
            "next?",
        ),
        Misconception(
            "sum-of-tents",
            lambda x, depth: depth * _tent(x),
            "You add the same tent up. How do you put the output of one tent into the next?",
        ),
        Misconception(
            "as-many-teeth-as-tents",
            _teeth,
            "Yours has `depth` teeth. Fold a strip of paper three times: "
            "how many layers does it have?",
        ),
        Misconception(
            "stretched-once",
            lambda x, depth: _tent(2.0 ** (depth - 1) * np.asarray(x)),
            "You stretch x first, and it leaves [0, 1], where the tent falls for ever. "
            "What brings it back between two tents?",
        ),
    ),
    hints=(
        "sawtooth(x, 2) is tent(tent(x)). What is sawtooth(x, 3)?",
        "Apply tent again and again, depth times: each output is the next input.",
        "A loop over range(depth): replace x by tent(x), then return it.",
    ),
    remark="2 ReLUs a layer, and every layer doubles the number of pieces.",
)


def _montufar(n_inputs: int, width: int, depth: int) -> int:
    last = sum(math.comb(width, j) for j in range(n_inputs + 1))
    return int((width // n_inputs) ** (n_inputs * (depth - 1)) * last)


def _montufar_cases(rng: np.random.Generator) -> Sequence[Case]:
    shapes = [(1, 2, 1), (2, 4, 1), (2, 4, 2), (2, 5, 2), (1, 3, 4), (2, 2, 3), (3, 7, 4)]
    n = int(rng.integers(2, 5))
    shapes += [(n, 2 * n + 1, 3), (4, 9, 1), (10, 64, 5)]
    return [Case(shape) for shape in shapes]


def _cells_of(width: int, terms: int) -> int:
    return sum(math.comb(width, j) for j in range(terms))


MONTUFAR = Exercise(
    name="montufar_lower_bound",
    lesson=4,
    points=2,
    reference=lambda n_inputs, width, depth: float(_montufar(n_inputs, width, depth)),
    cases=_montufar_cases,
    rtol=1e-14,
    atol=0.0,
    stretch=True,
    misconceptions=(
        Misconception(
            "every-layer-folds",
            lambda n, width, depth: (width // n) ** (n * depth) * _cells_of(width, n + 1),
            "With one hidden layer nothing is folded yet. In how many of the layers is it?",
        ),
        Misconception(
            "forgot-the-floor",
            lambda n, width, depth: (width / n) ** (n * (depth - 1)) * _cells_of(width, n + 1),
            "Five units shared among two inputs: can each input have two and a half?",
        ),
        Misconception(
            "folds-of-one-input",
            lambda n, width, depth: (width // n) ** (depth - 1) * _cells_of(width, n + 1),
            "Each of the inputs is folded. Into how many boxes does one layer cut a square when "
            "both of its sides are folded in two?",
        ),
        Misconception(
            "sum-ends-too-early",
            lambda n, width, depth: (width // n) ** (n * (depth - 1)) * _cells_of(width, n),
            "Two units with one input make 3 pieces. With how many terms do you count them?",
        ),
        Misconception(
            "sum-of-all",
            lambda n, width, depth: (width // n) ** (n * (depth - 1)) * 2**width,
            "You count every pattern of units on and off. Can 4 lines in a plane make 16 regions?",
        ),
        Misconception(
            "layers-add-up",
            lambda n, width, depth: (width // n) ** n * (depth - 1) + _cells_of(width, n + 1),
            "Your count grows by the same amount with every layer. "
            "When a layer folds space, what happens to all the regions of the layers after it?",
        ),
        Misconception(
            "depth-ignored",
            lambda n, width, depth: _cells_of(width, n + 1),
            "That is the number for one hidden layer. What does every layer before it do?",
        ),
    ),
    hints=(
        "Begin with depth 1: width lines cut the plane. The sum of binomials counts the regions.",
        "Each earlier layer multiplies: floor(width / n_inputs) folds along each of n_inputs axes.",
        "(width // n_inputs) ** (n_inputs * (depth - 1)), times the sum of math.comb(width, j) "
        "for j from 0 to n_inputs, both included.",
    ),
    remark="Exponential in depth, polynomial in width: the slide's sentence, with numbers.",
)
