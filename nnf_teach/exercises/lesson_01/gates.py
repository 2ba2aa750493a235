"""Logic gates from threshold neurons. Slide "Artificial neuron"."""

from __future__ import annotations

from typing import Any

from nnf_teach.exercises.exercise import Function
from nnf_teach.exercises.form import Draft, exercise
from nnf_teach.exercises.readers import about_corners, fires


def fires_in_words(answer: Any) -> dict[str, bool]:
    return {f"fires at {corner}": on for corner, on in fires(answer).items()}


def gate(reference: Function) -> Draft:
    """Begin a gate: what counts is where it fires, and where it does not as it should is told."""
    return exercise(
        lesson=1,
        points=1,
        observe=fires_in_words,
        tell=lambda given: about_corners(given, fires(reference())),
    )(reference)


@gate
def and_gate():
    return [1.0, 1.0], -1.5


and_gate.hints(
    "The neuron must fire at (1, 1) only. At (0, 0) the sum is just b: which sign must it have?",
    "Take both weights 1. The sums at the corners are b, b + 1, b + 1 and b + 2. "
    "Only the last one may be above 0.",
    "Any b above -2 and at most -1 will do with weights of 1.",
    remark="The line w1 x1 + w2 x2 + b = 0 cuts one corner off the square.",
)


@gate
def or_gate():
    return [1.0, 1.0], -0.5


or_gate.hints(
    "The neuron must be silent at (0, 0) only. At that corner the sum is just b.",
    "Take both weights 1. The sums are b, b + 1, b + 1 and b + 2. "
    "All but the first must be above 0.",
    "Any b above -1 and at most 0 will do with weights of 1.",
    remark="AND and OR can have the same two weights: then only the bias moves the line.",
)


@gate
def nand_gate():
    return [-1.0, -1.0], 1.5


nand_gate.hints(
    "NAND is silent at (1, 1) only. So inputs inhibit: which sign have the weights?",
    "Take both weights -1. The sums are b, b - 1, b - 1 and b - 2. "
    "All but the last must be above 0.",
    "Any b above 1 and at most 2 will do with weights of -1.",
    remark="Every logical circuit can be built from NAND alone: networks of neurons can compute.",
)
