"""Weights to start from, which are drawn: what is compared are facts about them."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.exercises.exercise import Fact
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.lesson_07.facts import (
    STANDARD_ERRORS,
    are_independent,
    nearest_name,
    rng_facts,
)
from nnf_teach.exercises.readers import read_weights

ENOUGH = 20_000  # of so many weights the standard deviation is known to half a per cent
CUT_OFF = 0.8796  # what is left of the deviation of normal numbers that end at 2 deviations


def spreads(n_in: int, n_out: int) -> dict[str, float]:
    """Return standard deviations that people give weights, by name."""
    he = float(np.sqrt(2 / n_in))
    return {
        "sqrt(2 / n_in)": he,
        Fact(
            "sqrt(2 / n_out)",
            "Your weights get smaller with the number of units. Which sum should not explode: how "
            "many terms does the sum in one unit have?",
        ): np.sqrt(2 / n_out),
        Fact("2 / n_in", "2 / n_in is the variance. What does rng.normal take as its scale?"): 2
        / n_in,
        Fact(
            "2 / n_out",
            "Two things at once: 2 / n is a variance, and n counts the units here. How many terms "
            "has the sum in one unit, and what is the standard deviation?",
        ): 2 / n_out,
        Fact(
            "sqrt(1 / n_in)",
            "sqrt(1 / n_in) keeps the size of a sum. But half of the sums are cut off by the ReLU "
            "behind the layer. What makes up for that?",
        ): np.sqrt(1 / n_in),
        Fact(
            "sqrt(2 / (n_in + n_out))",
            "That is Glorot's (or Xavier's) rule, for activations such as tanh. Which number does "
            "He's rule, for ReLU, divide by?",
        ): np.sqrt(2 / (n_in + n_out)),
        Fact(
            "sqrt(2 / (n_in + 1))",
            "You count the bias as an input. It starts at 0 here: how many random terms has the "
            "sum in one unit?",
        ): np.sqrt(2 / (n_in + 1)),
        Fact(
            "sqrt(2 / n_in) / sqrt(3)",
            "That is the standard deviation of uniform numbers between -a and a, with a = "
            "sqrt(2 / n_in): it is a / sqrt(3). Which a do you need?",
        ): he / np.sqrt(3),
        Fact(
            "0.88 sqrt(2 / n_in)",
            "So much is left when the tails of the normal distribution are cut off at two "
            "deviations. Which scale makes up for that?",
        ): CUT_OFF * he,
        Fact(
            "1",
            "Your weights have standard deviation 1, whatever the layer. How large does a sum of "
            "300 such terms become?",
        ): 1.0,
    }


def facts_of(answers, n_in, n_out, rng):
    """Return what can be said of random weights without knowing how they were drawn."""
    pairs = [read_weights(answer) for answer in answers]
    W, b = pairs[0]
    shapes = f"{W.shape} and {b.shape}"
    if W.shape != (n_out, n_in) or b.shape != (n_out,):
        return {"shapes": Fact(shapes, _about_shapes(W, b, n_in, n_out))}
    facts: dict[str, Any] = {
        "shapes": Fact(shapes),
        "biases are 0": Fact.whether(
            not b.any(),
            "Your biases are not 0. Do they need to be, when the weights differ already?",
        ),
    }
    if W.size >= ENOUGH:  # of a few numbers, two draws may be equal by chance
        facts |= _spread_facts(W.astype(float), n_in, n_out) | rng_facts([W for W, _ in pairs])
    return facts


def _about_shapes(W: Array, b: Array, n_in: int, n_out: int) -> str:
    if W.shape == (n_in, n_out):
        return "Your W has one row per input. What is a row of W in this course?"
    if W.shape != (n_out, n_in):
        return "Which shape has W, when each unit has a row, and each input a column?"
    if b.ndim == 2:
        return f"Your biases have the shape {b.shape}. Which shape has one number per unit?"
    return f"There are {b.size} biases for {n_out} units. What does a bias belong to?"


def _spread_facts(W: Array, n_in: int, n_out: int) -> dict[str, Any]:
    spread = float(np.sqrt(np.mean(W**2)))
    centred = abs(W.mean()) <= STANDARD_ERRORS * spread / np.sqrt(W.size)
    exact = abs(W.mean()) < 1e-12 * spread and abs(W.std() / np.sqrt(2 / n_in) - 1) < 1e-12
    own = are_independent(W) and not (exact and np.ptp(np.abs(W)) > 1e-6 * spread)
    return {
        "mean of W": Fact("about 0") if centred else Fact("not 0", _about_mean(W, n_in)),
        "every weight is drawn on its own": Fact.whether(own or not centred, _about_copies(W)),
        "standard deviation of W": nearest_name(
            float(W.std()),
            spreads(n_in, n_out),
            1 / np.sqrt(2 * W.size),
            "sqrt(2 / n_in)",
            f"With {n_in} inputs and {n_out} units the standard deviation of your weights is "
            f"{W.std():.3g}, and sqrt(2 / n_in) is {np.sqrt(2 / n_in):.3g}. How many terms has the "
            "sum in one unit, and what makes up for the half that ReLU cuts off?",
        ),
    }


def _about_mean(W: Array, n_in: int) -> str:
    if W.min() >= 0:
        return "None of your weights is negative. What mean should they have?"
    if np.isclose(W.mean(), np.sqrt(2 / n_in), rtol=0.1):
        return (
            "The first argument of rng.normal is the mean, and the second is the standard "
            "deviation. Which of the two have you given?"
        )
    return (
        f"The mean of your {W.size:,} weights is {W.mean():.2g}, further from 0 than chance takes "
        "it. Which mean should they have?"
    )


def _about_copies(W: Array) -> str:
    if not W.any():
        return "All weights are 0. Every unit would do the same, for ever. What makes them differ?"
    if (W[0] == W).all():
        return (
            "All units start with the same weights. They would get the same gradients, too: could "
            "they ever become different?"
        )
    if (W[:, :1] == W).all():
        return (
            "Each unit of yours gives all its inputs the same weight. How many numbers must be "
            "drawn for a W of (n_out, n_in)?"
        )
    if are_independent(W):
        return (
            "The mean of your W is exactly 0, and its deviation exact as well, so that its last "
            "weights follow from the others. What is the rule about: each weight, or all of them?"
        )
    return (
        "Some weights follow from others in yours. How many numbers must be drawn for a W of "
        "(n_out, n_in)?"
    )


@exercise(lesson=7, points=1, observe=facts_of, draws=True)
def he_init(n_in, n_out, rng):
    return rng.normal(0.0, np.sqrt(2 / n_in), (n_out, n_in)), np.zeros(n_out)


@he_init.cases
def cases(rng):
    for sizes in ((3, 2), (2, 5), (1, 1), (4, 1), (300, 120), (100, 500), (4, 6000)):
        yield *sizes, np.random.default_rng(rng.integers(2**32))


he_init.hints(
    "How many terms are added up in one unit? The more there are, the smaller each weight "
    "must be, so that the sum keeps its size.",
    "The variance of each weight is 2 / n_in. rng.normal wants the standard deviation, its "
    "square root.",
    "rng.normal(0.0, scale, size=(n_out, n_in)) draws the weights; np.zeros(n_out) are the biases.",
    remark="Any distribution with this variance does: normal or uniform. The figure below "
    "shows what it is good for.",
)
