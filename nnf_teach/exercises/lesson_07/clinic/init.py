"""The clinic: what is broken in the weights, before training begins."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnf_teach import clinic
from nnf_teach.arguments import Array
from nnf_teach.exercises.exercise import Fact
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.lesson_07.facts import are_independent, rng_facts
from nnf_teach.exercises.readers import read_weights

ENOUGH = 10_000  # of so many weights the spread is known to a few per cent


def facts_of(answers, n_in, n_out, rng):
    """Return what can be said of starting weights without knowing their rule."""
    pairs = [read_weights(answer) for answer in answers]
    W, b = pairs[0]
    if W.shape != (n_out, n_in) or b.shape != (n_out,):
        asked = "Which shapes did the broken script return?"
        if W.shape == (n_in, n_out):
            asked = "Your W has one column per unit. Which shape did the broken script return?"
        return {"shapes": Fact(f"{W.shape} and {b.shape}", asked)}
    facts: dict[str, Any] = {
        "shapes": Fact(f"{W.shape} and {b.shape}"),
        "all units differ": Fact.whether(
            _all_differ(W),
            "With all weights 0 the units are equal again, and the layer below gets no gradient "
            "either. What makes units differ?"
            if not W.any()
            else "Units with equal weights get equal gradients, and stay equal. How many numbers "
            "must be drawn, so that no two units have the same row of W?",
        ),
        "all inputs are treated differently": Fact.whether(
            _all_differ(W.T),
            "The units differ, but each gives some of its inputs the same weight. How many numbers "
            "must be drawn for W?",
        ),
        "biases are 0": Fact.whether(
            not b.any(), "The broken script's biases were 0, and that was right. What are yours?"
        ),
    }
    if W.size >= ENOUGH:
        facts |= _spread_facts(W.astype(float))
    return facts | rng_facts([W for W, _ in pairs])


def _all_differ(rows: Array) -> bool:
    return len({row.tobytes() for row in rows}) == len(rows)


def _spread_facts(W: Array) -> dict[str, Fact]:
    spread = float(np.sqrt(np.mean(np.square(W))))
    centred = abs(W.mean()) < 0.1 * spread
    mean = "Your weights lean to one side. What should the mean of the weights be?"
    if W.min() >= 0:
        mean = (
            "No weight is negative, so that all units lean the same way. What should the mean of "
            "the weights be?"
        )
    return {
        "mean of W": Fact("about 0") if centred else Fact("not 0", mean),
        "every weight is drawn on its own": Fact.whether(
            are_independent(W) or not centred,
            "Some weights follow from others in yours. How many numbers must be drawn for W?",
        ),
        "a sum of n_in terms": _size_of_a_sum(spread * np.sqrt(W.shape[1])),
    }


def _size_of_a_sum(times: float) -> Fact:
    """Say what becomes of inputs of size 1; Xavier's, LeCun's and He's rules all keep it."""
    if times < 0.5:
        return Fact(
            "becomes smaller from layer to layer",
            "The units differ, but signals die out from layer to layer. Which size of weights "
            "keeps a sum of n_in terms as large as one term?",
        )
    if times < 2:
        return Fact("keeps its size")
    return Fact(
        "grows from layer to layer",
        "The units differ. But the broken script's weights shrank with the number of inputs, and "
        "that was right. How large is a sum of 300 terms of size 1?",
    )


@exercise(lesson=7, points=1, observe=facts_of, draws=True)
def repaired_init(n_in, n_out, rng):
    return rng.normal(0.0, np.sqrt(2 / n_in), (n_out, n_in)), np.zeros(n_out)


@repaired_init.cases
def cases(rng):
    for sizes in ((2, 3), (3, 1), (1, 4), (300, 120), (100, 400), (1000, 100)):
        yield *sizes, np.random.default_rng(rng.integers(2**32))


@repaired_init.mistake
def still_equal(n_in, n_out, rng):
    """All units begin equal, get equal gradients, and stay equal: 32 units are worth one. What
    must differ from unit to unit?"""
    return clinic.PATIENTS["init"].init(n_in, n_out, rng)


repaired_init.hints(
    "Two units with the same weights compute the same, and get the same gradient. Can any "
    "number of steps make them different?",
    "Draw every weight on its own from rng, with mean 0. The biases may stay 0.",
    "rng.normal(size=(n_out, n_in)), times the number that the broken script had: sqrt(2 / n_in).",
    remark="Chance breaks the symmetry. That is why a network begins with random weights.",
)
