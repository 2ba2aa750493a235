"""Lesson 03, XOR: what a line cannot do, and a hidden layer can.

Slides: "... and limitations", "Two layer neural networks", "1-hidden layer network vs XOR".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnf_teach.arguments import Array, Params
from nnf_teach.exercises.exercise import (
    Case,
    Exercise,
    Learning,
    Misconception,
    Prediction,
    Reached,
)
from nnf_teach.exercises.oracles import random_params
from nnf_teach.exercises.readers import (
    CORNERS,
    about_corners,
    about_sums,
    fires,
    read_network,
    read_neuron,
)
from nnf_teach.modules.sigmoid import sigmoid

TITLE = "XOR"

SLIDE_W = np.array([[-1.0, 1.0], [1.0, -1.0]])  # slide "Two layer neural networks"
SLIDE_B = np.array([-4.0, -4.0])
ANY_DEPTH = "any number of layers"
BLOBS = ((3.0, 3.0), (3.0, -3.0), (-3.0, 3.0), (-3.0, -3.0))
XOR = {corner: corner[0] != corner[1] for corner in CORNERS}


# 1. best_line_for_xor ------------------------------------------------------------------------


def _corners_right(answer: Any) -> Reached:
    found = fires(answer)
    right = sum(found[corner] == XOR[corner] for corner in CORNERS)
    words = ", ".join(f"{c} {'fires' if found[c] else 'silent'}" for c in CORNERS)
    return Reached(f"{words}: corners right", right, 3, shown=".0f")


def _which_corners(answer: Any) -> str:
    return f"{about_corners(answer, XOR)} At one corner a line must be wrong, not at more."


def _pattern(*firing: tuple[int, int]) -> Callable[[Any], bool]:
    """Recognise a threshold neuron that fires exactly at these corners."""
    return lambda answer: {c for c, on in fires(answer).items() if on} == set(firing)


def _line(w: Sequence[float], b: float) -> Callable[[], tuple[Sequence[float], float]]:
    return lambda: (w, b)


BEST_LINE = Exercise(
    name="best_line_for_xor",
    lesson=3,
    points=1,
    reference=_line([1.0, 1.0], -0.5),
    cases=lambda rng: [Case(())],
    score=_corners_right,
    tell=_which_corners,
    misconceptions=(
        Misconception("never-fires", _line([1, 1], -3),
                      "It is silent everywhere, so the two corners with a 0 are right. "
                      "Which third corner can you win without losing one of these?",
                      recognise=_pattern()),
        Misconception("always-fires", _line([1, 1], 1),
                      "It fires everywhere, so the two corners with a 1 are right. "
                      "Which third corner can you win without losing one of these?",
                      recognise=_pattern(*CORNERS)),
        Misconception("only-x1", _line([1, 0], -0.5),
                      "It fires where x1 is on, whatever x2 says, and that is right in two of "
                      "four cases. Which of the gates of lesson 1 agrees with XOR in three?",
                      recognise=_pattern((1, 0), (1, 1))),
        Misconception("only-x2", _line([0, 1], -0.5),
                      "It fires where x2 is on, whatever x1 says, and that is right in two of "
                      "four cases. Which of the gates of lesson 1 agrees with XOR in three?",
                      recognise=_pattern((0, 1), (1, 1))),
        Misconception("this-is-nor", _line([-1, -1], 0.5),
                      "Only one corner is right: that is the worst a line can do. "
                      "What do you get when you turn all signs?",
                      recognise=_pattern((0, 0))),
        Misconception("this-is-and", _line([1, 1], -1.5),
                      "AND agrees with XOR at (0, 0) only. What is the opposite of AND?",
                      recognise=_pattern((1, 1))),
    ),
    hints=(
        "Compare the table of XOR with those of AND, OR and NAND in lesson 1.",
        "OR differs from XOR at one corner only. So does NAND.",
        "Return the (w, b) of your or_gate of lesson 1: weights of 1, a bias between -1 and 0.",
    ),
    remark="Three is the best: the four inequalities for all corners contradict each other.",
)  # fmt: skip


# 2. hidden_layer -----------------------------------------------------------------------------


def _hidden(X: Array) -> Array:
    return sigmoid(X @ SLIDE_W.T + SLIDE_B)


def _hidden_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((np.array([[3.0, -3.0]]),), "one blob's centre"),
        Case((np.array(BLOBS),), "the four centres"),
        Case((np.array([[2, 1], [0, 0]]),), "whole numbers"),
        Case((np.zeros((0, 2)),), "no examples"),
        Case((4 * rng.normal(size=(7, 2)),)),
    ]


HIDDEN_LAYER = Exercise(
    name="hidden_layer",
    lesson=3,
    points=1,
    reference=_hidden,
    cases=_hidden_cases,
    misconceptions=(
        Misconception(
            "forgot-sigmoid",
            lambda X: X @ SLIDE_W.T + SLIDE_B,
            "These numbers are not between 0 and 1. What bends the space?",
        ),
        Misconception(
            "forgot-bias",
            lambda X: sigmoid(X @ SLIDE_W.T),
            "At x = (0, 0) your units answer 1/2. What does the bias of -4 do there?",
        ),
        Misconception(
            "wrong-sign-of-bias",
            lambda X: sigmoid(X @ SLIDE_W.T - SLIDE_B),
            "Both units are nearly 1 in the middle, where the slide wants them silent. "
            "Which sign has b on the slide?",
        ),
        Misconception(
            "units-exchanged",
            lambda X: _hidden(X)[:, ::-1],
            "The two columns stand in the wrong order. Which row of W belongs to the first unit?",
        ),
        Misconception(
            "threshold-instead",
            lambda X: (X @ SLIDE_W.T + SLIDE_B > 0).astype(float),
            "Your units are 0 or 1 and nothing between. What is the sigmoid of -4?",
        ),
        Misconception(
            "tanh-instead",
            lambda X: np.tanh(X @ SLIDE_W.T + SLIDE_B),
            "That runs from -1 to 1. Which activation function does the slide use?",
        ),
        Misconception(
            "units-first",
            lambda X: _hidden(X).T,
            "Yours has one row a unit. Which comes first in this course, the example or the unit?",
        ),
    ),
    hints=(
        "It is a linear layer followed by a sigmoid. You have written both in lesson 1.",
        "W = [[-1, 1], [1, -1]] has one unit a row, b = [-4, -4]. For a batch: X @ W.T + b.",
        "Put the linear layer into sigmoid. For x = (3, -3) the two sums are -10 and 2.",
    ),
    remark="Both clouds of class 0 land near (0, 0): now one line is enough.",
)


# 3. xor_output_weights -----------------------------------------------------------------------


def _sums(answer: Any) -> Array:
    v, c = read_neuron(answer, "v", "c", "output weights")
    return _hidden(np.array(BLOBS)) @ v + c


def _which_blobs(answer: Any) -> str:
    wanted = [x1 * x2 < 0 for x1, x2 in BLOBS]
    return about_sums(BLOBS, [float(z) for z in _sums(answer)], wanted, "v1 h1 + v2 h2 + c")


def _blob_classes(answer: Any) -> dict[str, bool]:
    """Return which blob centres sigmoid(H v + c) puts into class 1."""
    z = _sums(answer)
    names = [f"class 1 at ({x1:.0f}, {x2:.0f})" for x1, x2 in BLOBS]
    return dict(zip(names, (bool(on) for on in z > 0), strict=True))


XOR_OUTPUT_WEIGHTS = Exercise(
    name="xor_output_weights",
    lesson=3,
    points=1,
    reference=lambda: (np.array([1.0, 1.0]), -0.5),
    cases=lambda rng: [Case(())],
    observe=_blob_classes,
    tell=_which_blobs,
    misconceptions=(
        Misconception("always-class-1", _line([1, 1], 0),
                      "Everything is class 1: near (0, 0) of the hidden space the sum is small, "
                      "but still above 0. What must c do?"),
        Misconception("never-class-1", _line([1, 1], -2),
                      "Nothing is class 1. At most one hidden unit is on at a time: "
                      "how large can v1 h1 + v2 h2 become, and how far down may c pull it?"),
        Misconception("inverted", _line([-1, -1], 0.5),
                      "Every answer is the opposite. What happens when all signs turn?"),
        Misconception("only-first-unit", _line([1, 0], -0.5),
                      "One of the two clouds of class 1 is missed. Which hidden unit is on there, "
                      "and what is its weight?"),
        Misconception("only-second-unit", _line([0, 1], -0.5),
                      "One of the two clouds of class 1 is missed. Which hidden unit is on there, "
                      "and what is its weight?"),
    ),
    hints=(
        "Compute H for the four centres with your hidden_layer and look at it.",
        "Rows of class 0 are about [0.02, 0.02]; rows of class 1 have one entry of about 0.88. "
        "Which gate of lesson 1 tells these apart?",
        "An OR: both weights 1, and a bias anywhere between -0.88 and -0.04.",
    ),
    remark="Two hidden units and one line: XOR is solved.",
)  # fmt: skip


# 4. mlp_forward ------------------------------------------------------------------------------


def _forward_cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(n: int, *sizes: int) -> Case:
        part = "" if len(sizes) == 3 else ANY_DEPTH
        return Case((rng.normal(size=(n, sizes[0])), random_params(rng, sizes)), part=part)

    hand = [
        (np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.0, -1.0])),
        (np.array([[2.0, -1.0]]), np.array([0.5])),
    ]
    return [
        Case((np.array([[0.0, 1.0]]), hand), "by hand"),
        drawn(3, 2, 3),
        drawn(4, 3, 3, 3),
        drawn(1, 1, 1, 1),
        drawn(5, 2, 4, 3, 2),
        drawn(2, 3, 2, 2, 4, 1),
        Case(
            (np.array([[1, 2]]), [(np.array([[1, -1]]), np.array([2]))]), "whole numbers", ANY_DEPTH
        ),
        drawn(0, 2, 3, 1),
    ]


def _forward(
    X: Array,
    params: Params,
    activation: Callable[[Array], Array] = sigmoid,
    last: Callable[[Array], Array] = lambda Z: Z,
    bias: float = 1.0,
) -> Array:
    for k, (W, b) in enumerate(params):
        Z = X @ W.T + bias * b
        X = activation(Z) if k < len(params) - 1 else last(Z)
    return X


def _forward_without_hidden_bias(X: Array, params: Params) -> Array:
    return _forward(X, [(W, 0 * b) for W, b in params[:-1]] + list(params[-1:]))


def _forward_transposed(X: Array, params: Params) -> Array:
    for k, (W, b) in enumerate(params):
        X = X @ W + b
        X = sigmoid(X) if k < len(params) - 1 else X
    return X


MLP_FORWARD = Exercise(
    name="mlp_forward",
    lesson=3,
    points=2,
    reference=lambda X, params: _forward(X, params),
    cases=_forward_cases,
    parts={"one hidden layer": 1, ANY_DEPTH: 1},
    misconceptions=(
        Misconception(
            "sigmoid-on-the-output",
            lambda X, params: _forward(X, params, last=sigmoid),
            "Your output lies between 0 and 1: those are probabilities. Logits are asked for. "
            "Which layer has no sigmoid?",
        ),
        Misconception(
            "forgot-sigmoid",
            lambda X, params: _forward(X, params, activation=lambda Z: Z),
            "Without a non-linearity between them, what is a linear layer of a linear layer?",
        ),
        Misconception(
            "forgot-bias",
            lambda X, params: _forward(X, params, bias=0.0),
            "No layer adds its bias. What does the first layer answer to an example of zeros?",
        ),
        Misconception(
            "forgot-hidden-bias",
            _forward_without_hidden_bias,
            "Only the last layer adds its bias. What does a hidden unit answer to an example "
            "of zeros?",
        ),
        Misconception(
            "sigmoid-of-the-input",
            lambda X, params: _forward(sigmoid(X), params),
            "You squash the inputs before the first layer. "
            "Does a layer's sigmoid come before its linear part, or after it?",
        ),
        Misconception(
            "transposed-weights",
            _forward_transposed,
            "W has one row a unit, (K, D). In X @ W the columns of X meet the rows of W: "
            "are those the inputs of the same unit?",
        ),
        Misconception(
            "tanh-instead",
            lambda X, params: _forward(X, params, activation=np.tanh),
            "Your hidden values run from -1 to 1. Which activation function is asked for?",
        ),
        Misconception(
            "relu-instead",
            lambda X, params: _forward(X, params, activation=lambda Z: np.maximum(Z, 0)),
            "Your hidden values are cut at 0 and not bounded above. "
            "Which activation function is asked for?",
        ),
        Misconception(
            "only-the-last-layer",
            lambda X, params: X @ params[-1][0].T + params[-1][1],
            "Only the last layer is computed, from the inputs. "
            "What should go into it when there are layers before?",
        ),
    ),
    hints=(
        "Go through params in order. What comes out of one layer goes into the next.",
        "Every layer is X @ W.T + b. After each but the last, apply sigmoid.",
        "for W, b in params[:-1]: replace X by sigmoid(X @ W.T + b). "
        "After the loop, do the last pair without sigmoid. Do not change the X that came in.",
    ),
    remark="Works for any depth: with one pair it is the logistic regression of lesson 2.",
)


# 5. solve_xor_by_hand ------------------------------------------------------------------------


def _corner_outputs(answer: Any) -> Array:
    params = read_network(answer, [(2, 2), (1, 2)])
    return sigmoid(_forward(np.array(CORNERS, dtype=float), params))[:, 0]


def _distance_from_xor(answer: Any) -> Reached:
    y = _corner_outputs(answer)
    gaps = np.abs(y - np.array([XOR[c] for c in CORNERS], dtype=float))
    outputs = ", ".join(f"{v:.3g} at {c}" for v, c in zip(y, CORNERS, strict=True))
    return Reached(f"output {outputs}; largest distance", float(gaps.max()), 0.1, ".3g", True)


def _which_outputs(answer: Any) -> str:
    """Say at which corners the output is wrong, and what the hidden units are there."""
    W, b = read_network(answer, [(2, 2), (1, 2)])[0]
    hidden = sigmoid(np.array(CORNERS, dtype=float) @ W.T + b)
    told = []
    for corner, (h1, h2), y in zip(CORNERS, hidden, _corner_outputs(answer), strict=True):
        if abs(y - XOR[corner]) > 0.1:
            asked = "above 0.9" if XOR[corner] else "below 0.1"
            told.append(
                f"At {corner} the hidden units are {h1:.3g} and {h2:.3g}, and the output is "
                f"{y:.3g}, but must be {asked}."
            )
    return " ".join([*told, "Which of the two layers has to change?"])


def _classes(*expected: int) -> Callable[[Any], bool]:
    return lambda answer: bool(np.array_equal(_corner_outputs(answer) > 0.5, expected))


def _soft(answer: Any) -> bool:
    """Whether longer weight vectors, in both layers, are all that it takes."""
    return _distance_from_xor([(20 * np.array(W), 20 * np.array(b)) for W, b in answer]).enough


def _meant_for_relus(answer: Any) -> bool:
    (W, b), (V, c) = read_network(answer, [(2, 2), (1, 2)])
    z = np.maximum(np.array(CORNERS) @ W.T + b, 0) @ V[0] + c
    return bool(np.array_equal(z > 0, [XOR[corner] for corner in CORNERS]))


def _solution(scale: float, output: tuple[float, float, float]) -> Callable[[], Params]:
    """Return OR and NAND as hidden units, and an output layer, all times `scale`."""
    W = scale * np.array([[1.0, 1.0], [-1.0, -1.0]])
    b = scale * np.array([-0.5, 1.5])
    v1, v2, c = output
    return lambda: [(W, b), (scale * np.array([[v1, v2]]), scale * np.array([c]))]


AND_OF_BOTH = (1.0, 1.0, -1.5)

SOLVE_XOR_BY_HAND = Exercise(
    name="solve_xor_by_hand",
    lesson=3,
    points=2,
    reference=_solution(20.0, AND_OF_BOTH),
    cases=lambda rng: [Case(())],
    score=_distance_from_xor,
    tell=_which_outputs,
    misconceptions=(
        Misconception("nearly", _solution(5.0, AND_OF_BOTH),
                      "Every corner is on the right side of 1/2, but not near enough to 0 or 1. "
                      "What does a longer weight vector do to a sigmoid (lesson 1)?",
                      recognise=_classes(0, 1, 1, 0)),
        Misconception("too-soft", _solution(1.0, AND_OF_BOTH),
                      "The outputs are not near enough to 0 or 1. "
                      "What does a longer weight vector do to a sigmoid (lesson 1)?",
                      recognise=_soft),
        Misconception("meant-for-relus",
                      lambda: [(np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([0.0, -1.0])),
                               (np.array([[1.0, -2.0]]), np.array([-0.5]))],
                      "With ReLUs as hidden units these weights would solve XOR. What does a "
                      "sigmoid give where a ReLU gives 0, and where it gives 2?",
                      recognise=_meant_for_relus),
        Misconception("inverted", _solution(20.0, (-1.0, -1.0, 1.5)),
                      "Every corner is the opposite of XOR. Which layer would you turn round?",
                      recognise=_classes(1, 0, 0, 1)),
        Misconception("this-is-or", _solution(20.0, (1.0, 0.0, -0.5)),
                      "This is OR: (1, 1) is wrong. Which second hidden unit could say that "
                      "not both inputs are on?",
                      recognise=_classes(0, 1, 1, 1)),
        Misconception("this-is-nand", _solution(20.0, (0.0, 1.0, -0.5)),
                      "This is NAND: (0, 0) is wrong. Which second hidden unit could say that "
                      "at least one input is on?",
                      recognise=_classes(1, 1, 1, 0)),
        Misconception("always-one", _solution(20.0, (1.0, 1.0, -0.5)),
                      "The output is above 1/2 everywhere. Which hidden units are on at (0, 0), "
                      "and must one of them be on for a 1, or both?",
                      recognise=_classes(1, 1, 1, 1)),
        Misconception("always-zero", _solution(20.0, (1.0, 1.0, -2.5)),
                      "The output is below 1/2 everywhere. Which hidden units are on at (0, 1), "
                      "and does their sum outweigh the last bias?",
                      recognise=_classes(0, 0, 0, 0)),
    ),
    hints=(
        "XOR is true when OR is true and NAND is true. You have a neuron for each of the three.",
        "Hidden layer: OR and NAND. Output: AND of the two. Write the (w, b) of lesson 1 as rows.",
        "A sigmoid is soft where a threshold is hard: multiply all weights and biases by 20.",
    ),
    remark="The network of gates that lesson 1 promised, with neurons that can learn.",
)  # fmt: skip


# 6. train_xor --------------------------------------------------------------------------------

SEEDS = 10
LOSS_TARGET = 0.05


def _train_cases(rng: np.random.Generator) -> Sequence[Case]:
    from nnf_teach.datasets import make_xor

    cases = []
    for seed in rng.integers(0, 2**32, SEEDS):
        X, t = make_xor(200, rng=np.random.default_rng(seed))
        cases.append(Case((X, t, 6, np.random.default_rng(seed + 1)), f"seed {seed}"))
    return cases


def _xor_loss(answer: Any, X: Array, t: Array, n_hidden: int, rng: Any) -> Reached:
    loss = _cross_entropy(read_network(answer, [(n_hidden, 2), (1, n_hidden)]), X, t)
    return Reached("training cross entropy", loss, LOSS_TARGET, ".3g", True)


def _cross_entropy(params: Params, X: Array, t: Array) -> float:
    z = _forward(X, params)[:, 0]
    return float(np.mean(np.logaddexp(0, z) - t * z))


def _train_xor(
    X: Array, t: Array, n_hidden: int, rng: np.random.Generator, steps: int = 1500
) -> Params:
    from nnf_teach.modules import training

    hidden = (0.5 * rng.normal(size=(n_hidden, 2)), 0.5 * rng.normal(size=n_hidden))
    params = [hidden, (rng.normal(size=(1, n_hidden)), np.zeros(1))]
    run = training.train(params, X, t, learning_rate=2.0, epochs=steps, shuffle=False)
    return training.last_state(run).params


def _same_units(X: Array, t: Array, n_hidden: int, rng: Any) -> Params:
    return [(np.ones((n_hidden, 2)), np.zeros(n_hidden)), (np.ones((1, n_hidden)), np.zeros(1))]


def _units_equal(answer: Any, X: Array, t: Array, n_hidden: int, rng: Any) -> bool:
    W = np.array(answer[0][0], dtype=float)
    return n_hidden > 1 and bool(np.allclose(W, W[0]))


TRAIN_XOR = Exercise(
    name="train_xor",
    lesson=3,
    points=3,
    reference=lambda X, t, n_hidden, rng: _train_xor(X, t, n_hidden, rng),
    cases=_train_cases,
    score=_xor_loss,
    learning=Learning(
        lambda answer, X, t, n_hidden, rng: _cross_entropy(
            read_network(answer, [(n_hidden, 2), (1, n_hidden)]), X, t
        ),
        lambda X, t, n_hidden, rng: float(np.log(2)),
        "a coin",
    ),
    failures_allowed=1,
    time_limit=120,
    may_call=("autograd", "init_params"),
    misconceptions=(
        Misconception(
            "all-units-equal",
            _same_units,
            "All your hidden units have the same weights, so they get the same gradient and stay "
            "equal for ever. What must differ at the start?",
            recognise=_units_equal,
        ),
    ),
    hints=(
        "Write the loss as a function of params alone, with autograd's numpy: forward pass, then "
        "the mean of logaddexp(0, z) - t z. Then autograd.grad(loss) gives the gradients.",
        "Start all weights at random with rng.normal, about 0.5 for the hidden layer and 1 for "
        "the output, with biases too. Then repeat: params minus learning_rate times gradient.",
        "Full batch, learning rate 2, 1,500 steps is enough. The gradients come as a list of "
        "pairs, like params.",
    ),
    remark="autograd did the chain rule for you. Lesson 5 opens that box.",
)

EXERCISES = (
    BEST_LINE,
    HIDDEN_LAYER,
    XOR_OUTPUT_WEIGHTS,
    MLP_FORWARD,
    SOLVE_XOR_BY_HAND,
    TRAIN_XOR,
)

PREDICTIONS = (
    Prediction(
        name="corners-of-xor",
        lesson=3,
        question="A threshold neuron cuts the square of inputs along one line. How many of the "
        "four corners of XOR can it get right?",
        options=("2 at most", "3 at most", "all 4, if the weights are well chosen"),
        answer=1,
        explanation="Three are possible: one of the gates of lesson 1 is wrong at one corner only. "
        "Four are not. The next exercise asks you for three, and the proof follows it.",
    ),
    Prediction(
        name="where-blobs-land",
        lesson=3,
        question="The slide's hidden layer sends every input to a point (h1, h2). Where do the two "
        "clouds of class 0, around (3, 3) and (-3, -3), land?",
        options=(
            "Near each other, close to (0, 0)",
            "In opposite corners, (0, 0) and (1, 1)",
            "One near (1, 0), the other near (0, 1)",
        ),
        answer=0,
        explanation="Both units look at the difference of the inputs only: x2 - x1 - 4 and "
        "x1 - x2 - 4. In both clouds the difference is about 0, so both units are nearly silent: "
        "sigmoid(-4) is 0.018. The layer has folded the plane, and now a line is enough.",
    ),
    Prediction(
        name="more-hidden-units",
        lesson=3,
        question="Two hidden units are enough to solve XOR by hand. You start training many times "
        "from random weights. Which network succeeds most often?",
        options=("the one with 2 hidden units", "the one with 6 hidden units", "both, always"),
        answer=1,
        explanation="Being able to represent a solution is not the same as finding it. With 2 "
        "units both must end up in the right places, and training may get stuck in a local "
        "minimum. With 6 units there are many ways to succeed.",
    ),
)
