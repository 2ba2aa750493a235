"""A network of any depth, and XOR by hand. Slide "1-hidden layer network vs XOR"."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnf_teach.arguments import Array, Params
from nnf_teach.exercises.exercise import Case, Function, Reached
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.lesson_03.line import XOR
from nnf_teach.exercises.oracles import random_params
from nnf_teach.exercises.readers import CORNERS, read_network
from nnf_teach.modules.sigmoid import sigmoid

ANY_DEPTH = "any number of layers"


def forward(X: Array, params: Params, activation: Function) -> Array:
    for W, b in params[:-1]:
        X = activation(X @ W.T + b)
    W, b = params[-1]
    return X @ W.T + b


@exercise(lesson=3, points=2, parts={"one hidden layer": 1, ANY_DEPTH: 1})
def mlp_forward(X, params):
    return forward(X, params, sigmoid)


@mlp_forward.cases
def cases(rng):
    hidden = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.0, -1.0])
    yield np.array([[0.0, 1.0]]), [hidden, (np.array([[2.0, -1.0]]), np.array([0.5]))], "by hand"
    for n, *sizes in ((3, 2, 3), (4, 3, 3, 3), (1, 1, 1, 1), (5, 2, 4, 3, 2), (2, 3, 2, 2, 4, 1)):
        part = "" if len(sizes) == 3 else ANY_DEPTH
        yield Case((rng.normal(size=(n, sizes[0])), random_params(rng, sizes)), part=part)
    whole = np.array([[1, 2]]), [(np.array([[1, -1]]), np.array([2]))]
    yield Case(whole, "whole numbers", ANY_DEPTH)
    yield np.zeros((0, 2)), random_params(rng, (2, 3, 1))


@mlp_forward.mistake
def sigmoid_on_the_output(X, params):
    """Your output lies between 0 and 1: those are probabilities. Logits are asked for.
    Which layer has no sigmoid?"""
    return sigmoid(mlp_forward(X, params))


@mlp_forward.mistake
def forgot_sigmoid(X, params):
    """Without a non-linearity between them, what is a linear layer of a linear layer?"""
    return forward(X, params, lambda Z: Z)


@mlp_forward.mistake
def forgot_bias(X, params):
    """No layer adds its bias. What does the first layer answer to an example of zeros?"""
    return mlp_forward(X, [(W, 0 * b) for W, b in params])


@mlp_forward.mistake
def sigmoid_of_the_input(X, params):
    """You squash the inputs before the first layer.
    Does a layer's sigmoid come before its linear part, or after it?"""
    return mlp_forward(sigmoid(X), params)


@mlp_forward.mistake(also=(lambda X, params: forward(X, params, lambda Z: np.maximum(Z, 0)),))
def another_activation(X, params):
    """Your hidden values are not those of a sigmoid. Which activation function is asked for?"""
    return forward(X, params, np.tanh)


mlp_forward.hints(
    "Go through params in order. What comes out of one layer goes into the next.",
    "Every layer is X @ W.T + b. After each but the last, apply sigmoid.",
    "for W, b in params[:-1]: replace X by sigmoid(X @ W.T + b). "
    "After the loop, do the last pair without sigmoid. Do not change the X that came in.",
    remark="Works for any depth: with one pair it is the logistic regression of lesson 2.",
)


def outputs(answer: Any) -> Array:
    params = read_network(answer, [(2, 2), (1, 2)])
    return np.asarray(sigmoid(mlp_forward(np.array(CORNERS, dtype=float), params))[:, 0])


def distance_from_xor(answer: Any) -> Reached:
    y = outputs(answer)
    gaps = np.abs(y - np.array([XOR[c] for c in CORNERS], dtype=float))
    words = ", ".join(f"{v:.3g} at {c}" for v, c in zip(y, CORNERS, strict=True))
    return Reached(f"output {words}; largest distance", float(gaps.max()), 0.1, ".3g", True)


def which_outputs(answer: Any) -> str:
    """Say at which corners the output is wrong, and what the hidden units are there."""
    W, b = read_network(answer, [(2, 2), (1, 2)])[0]
    hidden = sigmoid(np.array(CORNERS, dtype=float) @ W.T + b)
    told = []
    for corner, (h1, h2), y in zip(CORNERS, hidden, outputs(answer), strict=True):
        if abs(y - XOR[corner]) > 0.1:
            asked = "above 0.9" if XOR[corner] else "below 0.1"
            told.append(
                f"At {corner} the hidden units are {h1:.3g} and {h2:.3g}, and the output is "
                f"{y:.3g}, but must be {asked}."
            )
    return " ".join([*told, "Which of the two layers has to change?"])


def scaled(params: Params, scale: float) -> Params:
    return [(scale * np.array(W), scale * np.array(b)) for W, b in params]


# hidden units of OR and NAND, and an AND of both
SOFT = [
    (np.array([[1.0, 1.0], [-1.0, -1.0]]), np.array([-0.5, 1.5])),
    (np.array([[1.0, 1.0]]), np.array([-1.5])),
]


@exercise(lesson=3, points=2, score=distance_from_xor, tell=which_outputs)
def solve_xor_by_hand():
    return scaled(SOFT, 20.0)


@solve_xor_by_hand.mistake(recognise=lambda answer: distance_from_xor(scaled(answer, 20)).enough)
def too_soft():
    """The outputs are not near enough to 0 or 1.
    What does a longer weight vector do to a sigmoid (lesson 1)?"""
    return SOFT


def solved_by_relus(answer: Any) -> bool:
    (W, b), (V, c) = read_network(answer, [(2, 2), (1, 2)])
    z = np.maximum(np.array(CORNERS) @ W.T + b, 0) @ V[0] + c
    return bool(np.array_equal(z > 0, [XOR[corner] for corner in CORNERS]))


@solve_xor_by_hand.mistake(recognise=solved_by_relus)
def meant_for_relus():
    """With ReLUs as hidden units these weights would solve XOR. What does a sigmoid give where a
    ReLU gives 0, and where it gives 2?"""
    hidden = np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([0.0, -1.0])
    return [hidden, (np.array([[1.0, -2.0]]), np.array([-0.5]))]


@solve_xor_by_hand.mistake(recognise=lambda answer: list(outputs(answer) > 0.5) == [1, 0, 0, 1])
def inverted():
    """Every corner is the opposite of XOR. Which layer would you turn round?"""
    hidden, (V, c) = solve_xor_by_hand()
    return [hidden, (-V, -c)]


solve_xor_by_hand.hints(
    "XOR is true when OR is true and NAND is true. You have a neuron for each of the three.",
    "Hidden layer: OR and NAND. Output: AND of the two. Write the (w, b) of lesson 1 as rows.",
    "A sigmoid is soft where a threshold is hard: multiply all weights and biases by 20.",
    remark="The network of gates that lesson 1 promised, with neurons that can learn.",
)
