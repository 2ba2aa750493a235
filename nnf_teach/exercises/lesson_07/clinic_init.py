"""The clinic: what is broken in the weights, before training begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.clinic.init import init as broken
from nnf_teach.exercises.exercise import Case, Exercise, Misconception
from nnf_teach.exercises.lesson_07.facts import Fact, rng_facts
from nnf_teach.exercises.readers import read_weights

Array = NDArray[Any]

# 6. repaired_init ----------------------------------------------------------------------------


def _init_cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(n_in: int, n_out: int, about: str = "") -> Case:
        return Case((n_in, n_out, np.random.default_rng(rng.integers(2**32))), about)

    return [
        drawn(2, 3, "as in the script"),
        drawn(3, 1, "one unit"),
        drawn(1, 4, "one input"),
        drawn(300, 120, "many weights"),
        drawn(100, 400, "many weights, more units than inputs"),
    ]


_WEIGHTS = 10_000  # of so many the spread is known to a few per cent


def _init_facts(
    answers: tuple[Any, Any, Any], n_in: int, n_out: int, rng: np.random.Generator
) -> dict[str, Any]:
    """Return what can be said of starting weights without knowing their rule."""
    pairs = [read_weights(answer) for answer in answers]
    W, b = pairs[0]
    facts: dict[str, Any] = {"shapes": Fact(f"{W.shape} and {b.shape}")}
    if W.shape != (n_out, n_in) or b.shape != (n_out,):
        return facts
    facts["two units are equal"] = _some_equal(W)
    facts["two inputs are treated alike"] = _some_equal(W.T)
    facts["biases are 0"] = not b.any()
    if W.size >= _WEIGHTS:
        spread = float(np.sqrt(np.mean(np.square(W))))
        facts["mean of W"] = Fact("about 0" if abs(W.mean()) < 0.1 * spread else "not 0")
        facts["a sum of n_in terms"] = _size_of_a_sum(spread * np.sqrt(n_in))
    return facts | rng_facts([W for W, _ in pairs])


def _some_equal(rows: Array) -> bool:
    return len({row.tobytes() for row in rows}) < len(rows)


def _size_of_a_sum(times: float) -> Fact:
    """Say what becomes of inputs of size 1; Xavier's, LeCun's and He's rules all keep it."""
    if times < 0.5:
        return Fact("becomes smaller from layer to layer")
    return Fact("keeps its size" if times < 2 else "grows from layer to layer")


def _weights(
    draw: Callable[[np.random.Generator, tuple[int, int]], Array],
    scale: Callable[[int], float] = lambda n_in: float(np.sqrt(2 / n_in)),
) -> Callable[..., Any]:
    return lambda n_in, n_out, rng: (scale(n_in) * draw(rng, (n_out, n_in)), np.zeros(n_out))


def _normal(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    return rng.normal(size=shape)


REPAIRED_INIT = Exercise(
    name="repaired_init",
    lesson=7,
    points=1,
    reference=lambda n_in, n_out, rng: (
        rng.normal(0.0, np.sqrt(2 / n_in), (n_out, n_in)),
        np.zeros(n_out),
    ),
    cases=_init_cases,
    observe=_init_facts,
    draws=True,
    misconceptions=(
        Misconception(
            "still-equal",
            broken,
            "All units begin equal, get equal gradients, and stay equal: 32 units are worth one. "
            "What must differ from unit to unit?",
        ),
        Misconception(
            "zeros",
            _weights(lambda rng, shape: np.zeros(shape)),
            "With all weights 0 the units are equal again, and the layer below gets no gradient "
            "either. What makes units differ?",
        ),
        Misconception(
            "one-row-for-all",
            _weights(lambda rng, shape: np.tile(rng.normal(size=shape[1]), (shape[0], 1))),
            "The inputs get different weights now, but every unit has the same ones. "
            "How many numbers must be drawn for W?",
        ),
        Misconception(
            "one-number-a-unit",
            _weights(lambda rng, shape: np.tile(rng.normal(size=(shape[0], 1)), shape[1])),
            "The units differ, but each gives all its inputs the same weight. "
            "How many numbers must be drawn for W?",
        ),
        Misconception(
            "no-scale",
            _weights(_normal, lambda n_in: 1.0),
            "The units differ. But the broken script's weights shrank with the number of inputs, "
            "and that was right. How large is a sum of 300 terms of size 1?",
        ),
        Misconception(
            "far-too-small",
            _weights(_normal, lambda n_in: 0.01),
            "The units differ, but signals die out from layer to layer. "
            "Which size of weights keeps a sum of n_in terms as large as one term?",
        ),
        Misconception(
            "positive-only",
            _weights(lambda rng, shape: rng.random(shape)),
            "No weight is negative, so that all units lean the same way. "
            "What should the mean of the weights be?",
        ),
        Misconception(
            "no-chance",
            lambda n_in, n_out, rng: (
                np.arange(n_in * n_out).reshape(n_out, n_in) / (n_in * n_out),
                np.zeros(n_out),
            ),
            "The units differ, but they are the same in every network. Who starts again, for "
            "another try, would start at the same place: what is rng for?",
        ),
        Misconception(
            "own-generator",
            lambda n_in, n_out, rng: (
                np.random.default_rng(0).normal(0, np.sqrt(2 / n_in), (n_out, n_in)),
                np.zeros(n_out),
            ),
            "Every layer of a given size gets the same weights in yours. "
            "Which generator should decide?",
        ),
        Misconception(
            "transposed-shape",
            lambda n_in, n_out, rng: (
                rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)),
                np.zeros(n_out),
            ),
            "Your W has one column a unit. Which shape did the broken script return?",
        ),
    ),
    hints=(
        "Two units with the same weights compute the same, and get the same gradient. Can any "
        "number of steps make them different?",
        "Draw every weight on its own from rng, with mean 0. The biases may stay 0.",
        "rng.normal(size=(n_out, n_in)), times the number that the broken script had: "
        "sqrt(2 / n_in).",
    ),
    remark="Chance breaks the symmetry. That is why a network begins with random weights.",
)
