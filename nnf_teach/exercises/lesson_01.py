"""Lesson 01, The neuron: artificial neuron, linear layer, sigmoid, logic gates.

Slides: "Artificial neuron", "Linear layer", "Sigmoid activation function".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.exercises.exercise import (
    NO_LOOP,
    Case,
    Exercise,
    Misconception,
    Prediction,
)
from nnf_teach.exercises.readers import about_corners, fires

TITLE = "The neuron"

Array = NDArray[Any]
EXTREME = "extreme inputs"


def _every_second(array: Array) -> Array:
    """Return the values in memory that is not contiguous."""
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]


# 1. neuron ---------------------------------------------------------------------------------


def _neuron_cases(rng: np.random.Generator) -> Sequence[Case]:
    cases = [
        Case((np.array([2.0]), np.array([3.0]), 1.0), "one input"),
        Case((np.array([1.0, 2.0]), np.array([3.0, -1.0]), 0.5), "two inputs"),
        Case((np.array([1, 2, 3]), np.array([1, 0, -2]), 4), "whole numbers"),
        Case((np.array([1, 2]), np.array([0.5, -0.25]), 0.5), "whole inputs, other weights"),
        Case((np.array([]), np.array([]), -0.5), "no inputs at all"),
        Case((np.zeros(3), rng.normal(size=3), 0.25), "silent inputs"),
    ]
    for size in (2, 3, 10):
        cases.append(Case((rng.normal(size=size), rng.normal(size=size), float(rng.normal()))))
    x, w = _every_second(rng.normal(size=4)), rng.normal(size=4)
    return [*cases, Case((x, w, -1.5), "an array that is not contiguous")]


NEURON = Exercise(
    name="neuron",
    lesson=1,
    points=1,
    reference=lambda x, w, b: float(np.dot(w, x) + b),
    cases=_neuron_cases,
    misconceptions=(
        Misconception(
            "forgot-bias",
            lambda x, w, b: np.dot(w, x),
            "What does your neuron answer when every input is 0? "
            "What should it answer, by the formula?",
        ),
        Misconception(
            "elementwise-product",
            lambda x, w, b: w * x + b,
            "One neuron gives one number, yours gives one for each input. "
            "What is done with the products w[i] * x[i]?",
        ),
        Misconception(
            "bias-for-every-input",
            lambda x, w, b: float(np.sum(w * x + b)),
            "With D inputs your sum contains the bias D times. Where does b belong: "
            "inside the sum or after it?",
        ),
        Misconception(
            "subtracted-bias",
            lambda x, w, b: np.dot(w, x) - b,
            "What should a positive bias do: make the neuron fire more easily, or less?",
        ),
        Misconception(
            "squashed",
            lambda x, w, b: 1 / (1 + np.exp(-(np.dot(w, x) + b))),
            "That is already squeezed between 0 and 1. The linear neuron has no activation "
            "function: which part of yours comes later in the lesson?",
        ),
        Misconception(
            "mean-instead-of-sum",
            lambda x, w, b: np.mean(w * x) + b if len(x) else b,
            "You divide by the number of inputs. Is <w, x> a sum or a mean?",
        ),
        Misconception(
            "sum-of-inputs",
            lambda x, w, b: np.sum(x) + b,
            "All inputs count the same in your neuron. What are the weights for?",
        ),
        Misconception(
            "added-weights",
            lambda x, w, b: np.sum(x + w) + b,
            "You add each weight to its input. What does a weight of 0 do to an input "
            "on the slide, and what does it do in your neuron?",
        ),
    ),
    hints=(
        "Multiply each input by its own weight. How many numbers should come out?",
        "Add the products up, then add b once. np.dot, np.sum, the sign @ or a loop can do it.",
        "For x = [1, 2], w = [3, -1], b = 0.5: 3*1 + (-1)*2 + 0.5 = 1.5. "
        "Write the same with w @ x in place of the first two terms.",
    ),
    remark="The whole of <w, x> + b: a weighted vote of the inputs, shifted by b.",
)


# 2. linear_layer ---------------------------------------------------------------------------


def _layer_args(rng: np.random.Generator, n: int, d: int, k: int) -> tuple[Array, Array, Array]:
    return rng.normal(size=(n, d)), rng.normal(size=(k, d)), rng.normal(size=k)


def _layer_cases(rng: np.random.Generator) -> Sequence[Case]:
    square = (
        np.array([[1.0, 2.0], [0.0, -1.0]]),
        np.array([[1.0, 3.0], [0.0, 2.0]]),
        np.array([0.5, -0.5]),
    )
    whole = np.array([[1, 2, 3]]), np.array([[1, 0, -1], [2, 2, 2]]), np.array([10, 20])
    shapes = [(1, 1, 1), (1, 3, 2), (4, 1, 2), (3, 4, 1), (5, 3, 2), (3, 3, 3), (0, 3, 2)]
    cases = [Case(square, "as many examples as inputs as units"), Case(whole, "whole numbers")]
    cases += [Case(_layer_args(rng, *shape)) for shape in shapes]
    X, W, b = _layer_args(rng, 2, 3, 2)
    cases.append(Case((np.array([[1, 2, 3], [0, -1, 4]]), W, b), "whole inputs, other weights"))
    cases.append(Case(_layer_args(rng, 60, 3, 50), "a large batch"))
    X, W, b = _layer_args(rng, 3, 4, 2)
    return [*cases, Case((_every_second(X), np.asfortranarray(W), b), "not contiguous")]


def _layer_loop(X: Array, W: Array, b: Array) -> Array:
    rows = [[sum(w * x for w, x in zip(W[k], row, strict=True)) + b[k] for k in range(len(b))]
            for row in X]  # fmt: skip
    return np.array(rows, dtype=float).reshape(len(X), len(b))


LINEAR_LAYER = Exercise(
    name="linear_layer",
    lesson=1,
    points=2,
    reference=lambda X, W, b: X @ W.T + b,
    cases=_layer_cases,
    vectorised=lambda rng: (Case(_layer_args(rng, 2, 3, 2)), Case(_layer_args(rng, 60, 3, 50))),
    parts={"values": 1, NO_LOOP: 1},
    loop_message="Right, but Python itself goes through the examples or units one at a time. "
    "Which single matrix product gives all N x K numbers at once?",
    misconceptions=(
        Misconception(
            "transposed-weights",
            lambda X, W, b: X @ W + b,
            "W has one row a unit, (K, D), and X one row an example, (N, D). In X @ W the "
            "columns of X meet the rows of W: are those the inputs of the same unit?",
        ),
        Misconception(
            "forgot-bias",
            lambda X, W, b: X @ W.T,
            "What does each unit answer to an example of zeros? What should it answer?",
        ),
        Misconception(
            "units-first",
            lambda X, W, b: W @ X.T + b[:, None],
            "The numbers are right but stand the other way: yours is (K, N), one row a unit. "
            "Which comes first in this course, the example or the unit?",
        ),
        Misconception(
            "bias-per-example",
            lambda X, W, b: X @ W.T + b[:, None],
            "There is one bias a unit, K in all. Along which axis of the (N, K) answer "
            "does yours run?",
        ),
        Misconception(
            "subtracted-bias",
            lambda X, W, b: X @ W.T - b,
            "Does a positive bias raise a unit's answer, or lower it? And in yours?",
        ),
        Misconception(
            "one-bias-for-all",
            lambda X, W, b: X @ W.T + np.sum(b),
            "Every unit gets the same shift in your layer. How many biases are there, "
            "and whose are they?",
        ),
        Misconception(
            "integer-output",
            lambda X, W, b: (X @ W.T + b).astype(X.dtype),
            "For inputs that are whole numbers your answers are cut to whole numbers. "
            "Which dtype has the array that you fill?",
        ),
        Misconception(
            "elementwise-product",
            lambda X, W, b: X * W + b,
            "The star multiplies place by place: example 0 meets only unit 0. "
            "Every example must meet every unit. Which product does that?",
        ),
    ),
    hints=(
        "Write down the shapes: X is (N, D), W is (K, D), the answer is (N, K). "
        "Which axis disappears, and why?",
        "In a matrix product the inner sizes must be equal: (N, D) times (D, K). "
        "How do you make a (D, K) out of W?",
        "W.T is (D, K). Which order of X and W.T gives (N, K)? "
        "Adding b of shape (K,) then adds b[k] to column k of every row.",
    ),
    remark="One product for the whole batch: this is what graphics cards and TPUs are built for.",
)


# 3. and 4. sigmoid, and its derivative -----------------------------------------------------


def _sigmoid_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((np.array([0.0, 1.0, -1.0]),)),
        Case((np.array(0.5),), "no axes"),
        Case((np.array([2, -3, 0]),), "whole numbers"),
        Case((np.array([]),), "empty"),
        Case((np.array([1000.0, -1000.0]),), "far out", EXTREME),
        Case((np.array([40.0, -40.0, 745.0, -745.0]),), part=EXTREME),
        Case((rng.normal(size=(3, 2)) * 3,), "two axes"),
        Case((_every_second(rng.normal(size=(2, 3)) * 10),), "not contiguous"),
        Case((rng.uniform(-30, 30, size=(2, 1, 3)),), "three axes"),
    ]


def _sigmoid(x: Array) -> Array:
    return np.exp(-np.logaddexp(0, -x))


def _with_forward(wrong: Callable[[Array, Array], Array]) -> Callable[[Array], Array]:
    """Turn a formula in x and y = sigmoid(x) into a function of x."""
    return lambda x: wrong(x, _sigmoid(x))


def _integer_output(x: Array) -> Array:
    out = np.zeros_like(x)
    out[...] = _sigmoid(x)
    return out


def _where_evaluates_both(x: Array) -> Array:
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


SIGMOID = Exercise(
    name="sigmoid",
    lesson=1,
    points=2,
    reference=_sigmoid,
    cases=_sigmoid_cases,
    stable=True,
    parts={"ordinary inputs": 1, EXTREME: 1},
    misconceptions=(
        Misconception(
            "unstable-exp",
            lambda x: 1 / (1 + np.exp(-x)),
            "exp(1000) is too large for a computer, and so is exp(-x) for x = -1000. "
            "For negative x, can you write the same fraction with exp(x)?",
        ),
        Misconception(
            "unstable-ratio",
            lambda x: np.exp(x) / (1 + np.exp(x)),
            "For x = 1000 your fraction is inf / inf. "
            "What do you get when you divide its top and its bottom by exp(x)?",
        ),
        Misconception(
            "where-evaluates-both",
            _where_evaluates_both,
            "np.where chooses between two arrays that are both computed first, so exp(1000) is "
            "still taken. Which number, never above 0, can stand in both exponents?",
        ),
        Misconception(
            "wrong-sign",
            lambda x: np.exp(-np.logaddexp(0, x)),
            "Yours falls as x grows. What is exp(-x) for a large positive x, "
            "and what is the sigmoid then?",
        ),
        Misconception(
            "tanh-instead",
            lambda x: np.tanh(x),
            "That runs from -1 to 1: it is tanh. The sigmoid is a probability. "
            "What should it be at 0?",
        ),
        Misconception(
            "softmax-instead",
            lambda x: np.exp(x) / np.sum(np.exp(x)),
            "Your numbers depend on each other: they add up to 1. The sigmoid is applied "
            "point-wise. Should its value at 0 change with the other inputs?",
        ),
        Misconception(
            "integer-output",
            _integer_output,
            "For whole numbers your result array has whole numbers too, so every probability is "
            "cut to 0 or 1. What dtype does np.zeros_like give it?",
        ),
        Misconception(
            "clipped",
            lambda x: 1 / (1 + np.exp(-np.clip(x, -10, 10))),
            "Cutting x at 10 keeps exp small, but the answer at 40 is then that at 10. "
            "Is there a form that needs no cut?",
        ),
        Misconception(
            "threshold-instead",
            lambda x: (np.asarray(x) > 0).astype(float),
            "That jumps from 0 to 1. How does the sigmoid get from one to the other?",
        ),
    ),
    hints=(
        "Start with 1 / (1 + exp(-x)). For which x does exp(-x) become too large?",
        "1 / (1 + exp(-x)) and exp(x) / (1 + exp(x)) are equal. One of them is safe for "
        "positive x, the other for negative x.",
        "Take e = np.exp(-np.abs(x)): never more than 1. The answer is 1 / (1 + e) where x >= 0, "
        "and e / (1 + e) elsewhere; np.where chooses.",
    ),
    remark="Safe for every number: lesson 2 builds its losses on it.",
)


def _sigmoid_derivative(x: Array) -> Array:
    from autograd import elementwise_grad
    from autograd import numpy as anp

    def forward(v: Any) -> Any:
        return anp.exp(-anp.logaddexp(0.0, -v))

    with np.errstate(all="ignore"):
        return np.asarray(elementwise_grad(forward)(np.asarray(x, dtype=float)))


SIGMOID_DERIVATIVE = Exercise(
    name="sigmoid_derivative",
    lesson=1,
    points=1,
    reference=_sigmoid_derivative,
    cases=_sigmoid_cases,
    stable=True,
    misconceptions=(
        Misconception(
            "took-x-for-y",
            lambda x: x * (1 - x),
            "y (1 - y) is right for y = sigmoid(x). What did you put in for y?",
        ),
        Misconception(
            "sigmoid-itself",
            _with_forward(lambda x, y: y),
            "That is the sigmoid itself. Its slope is largest at 0 and vanishes on both sides. "
            "Does yours?",
        ),
        Misconception(
            "forgot-one-factor",
            _with_forward(lambda x, y: 1 - y),
            "1 - y is one of two factors. What happens to the slope for a very negative x?",
        ),
        Misconception(
            "wrong-sign",
            _with_forward(lambda x, y: y * (y - 1)),
            "The sigmoid never falls. Can its derivative be negative?",
        ),
        Misconception(
            "unstable-exp",
            lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2,
            "The formula is right on paper, but exp(1000) overflows. "
            "Can you write it with sigmoid(x), which is already safe?",
        ),
        Misconception(
            "tanh-derivative",
            lambda x: 1 - np.tanh(x) ** 2,
            "That is the derivative of tanh: 1 at x = 0. How steep is the sigmoid there?",
        ),
        Misconception(
            "squared-wrong-factor",
            _with_forward(lambda x, y: (1 - y) ** 2),
            "Check the point x = 0 with y = 1/2, then x = -10: should the slope there be near 1?",
        ),
        Misconception(
            "difference-quotient",
            _with_forward(lambda x, y: (_sigmoid(x + 1e-2) - _sigmoid(x - 1e-2)) / 2e-2),
            "A difference quotient comes near the derivative, but not near enough here. "
            "What is the exact form in terms of y = sigmoid(x)?",
        ),
    ),
    hints=(
        "Differentiate 1 / (1 + exp(-x)) with the chain rule, then look for sigmoid(x) in it.",
        "With y = sigmoid(x), the result needs nothing but y.",
        "y * (1 - y): compute y once with your own sigmoid, then multiply.",
    ),
    remark="At most 1/4, at x = 0. Every sigmoid that a gradient passes takes at least "
    "three quarters of it.",
)


# 5. saturation_point -----------------------------------------------------------------------


def _saturation_point(epsilon: float) -> float:
    y = (1 + np.sqrt(1 - 4 * epsilon)) / 2
    return float(2 * np.log(y) - np.log(epsilon))  # log(y / (1 - y)), since y (1 - y) = epsilon


SATURATION_POINT = Exercise(
    name="saturation_point",
    lesson=1,
    points=1,
    reference=_saturation_point,
    cases=lambda rng: [
        Case((0.1,)),
        Case((0.01,)),
        Case((0.2499,), "near the top"),
        Case((float(rng.uniform(0.02, 0.2)),)),
        Case((1e-4,)),
        Case((1e-8,), "far out"),
    ],
    misconceptions=(
        Misconception(
            "negative-root",
            lambda epsilon: -_saturation_point(epsilon),
            "The derivative is the same at x and -x, and the positive x is asked for. "
            "Which of the two roots is sigmoid(x) for a positive x?",
        ),
        Misconception(
            "tail-approximation",
            lambda epsilon: -np.log(epsilon),
            "exp(-x) is near the derivative only far out. What is exp(-x) at x = 0, "
            "and what is the derivative there?",
        ),
        Misconception(
            "sigmoid-instead-of-derivative",
            lambda epsilon: np.log((1 - epsilon) / epsilon),
            "At your x the sigmoid has come within epsilon of 1. "
            "How large is its derivative there?",
        ),
        Misconception(
            "returned-y",
            lambda epsilon: (1 + np.sqrt(1 - 4 * epsilon)) / 2,
            "That is y = sigmoid(x). Which x has this y?",
        ),
        Misconception(
            "derivative-at-epsilon",
            lambda epsilon: float(_sigmoid_derivative(np.array(epsilon))),
            "You computed the derivative at x = epsilon. Which of the two is given here, "
            "x or the derivative?",
        ),
        Misconception(
            "log-base-10",
            lambda epsilon: _saturation_point(epsilon) / np.log(10),
            "Your x is too small by a factor of 2.3, everywhere. Which base has your logarithm?",
        ),
        Misconception(
            "double-root",
            lambda epsilon: 2 * _saturation_point(epsilon),
            "Your x is exactly twice too large. Did a factor 2 of the quadratic formula stay?",
        ),
    ),
    hints=(
        "Write y for sigmoid(x). Then y (1 - y) = epsilon is an equation for y alone.",
        "Solve the quadratic y^2 - y + epsilon = 0 and take the root above 1/2. "
        "Then ask which x gives this y.",
        "y = (1 + sqrt(1 - 4 epsilon)) / 2. Now undo the sigmoid: "
        "solve y = 1 / (1 + exp(-x)) for x, with a logarithm.",
    ),
    remark="The derivative is below 0.01 as soon as |x| is above 4.6: "
    "a sigmoid learns only in a narrow band.",
)


# 6. gates ----------------------------------------------------------------------------------


def _fires_in_words(answer: Any) -> dict[str, bool]:
    return {f"fires at {corner}": on for corner, on in fires(answer).items()}


def _gate(name: str, answer: tuple[list[float], float], wrong: Sequence[Misconception],
          hints: tuple[str, str, str], remark: str) -> Exercise:  # fmt: skip
    return Exercise(
        name=name,
        lesson=1,
        points=1,
        reference=lambda: answer,
        cases=lambda rng: [Case(())],
        observe=_fires_in_words,
        tell=lambda given: about_corners(given, fires(answer)),
        misconceptions=tuple(wrong),
        hints=hints,
        remark=remark,
    )


def _always(w: Sequence[float], b: float) -> Callable[[], tuple[Sequence[float], float]]:
    return lambda: (w, b)


_NEVER = "It never fires: w1 x1 + w2 x2 + b is at most 0 at all four corners. "
_BOUNDARY = "Remember: it fires when the sum is above 0, not when it is exactly 0."

AND_GATE = _gate(
    "and_gate",
    ([1.0, 1.0], -1.5),
    (
        Misconception("this-is-or", _always([1, 1], -0.5),
                      "Yours fires as soon as one input is on: that is OR. How much must b pull "
                      "down so that one input alone is not enough?"),
        Misconception("on-the-boundary", _always([1, 1], -2),
                      f"{_NEVER}{_BOUNDARY} What is your sum at (1, 1)?"),
        Misconception("inverted", _always([-1, -1], 1.5),
                      "Every answer is the opposite of AND. What happens when all signs turn?"),
        Misconception("only-x1", _always([1, 0], -0.5),
                      "Yours fires where x1 is on, whatever x2 says. Which weight lets x2 "
                      "have a say?"),
        Misconception("only-x2", _always([0, 1], -0.5),
                      "Yours fires where x2 is on, whatever x1 says. Which weight lets x1 "
                      "have a say?"),
        Misconception("always-fires", _always([1, 1], 0.5),
                      "It fires even at (0, 0), where only b counts. Which sign must b have?"),
    ),
    (
        "The neuron must fire at (1, 1) only. At (0, 0) the sum is just b: which sign must it "
        "have?",
        "Take both weights 1. The sums at the corners are b, b + 1, b + 1 and b + 2. "
        "Only the last one may be above 0.",
        "Any b above -2 and at most -1 will do with weights of 1.",
    ),
    "The line w1 x1 + w2 x2 + b = 0 cuts one corner off the square.",
)  # fmt: skip

OR_GATE = _gate(
    "or_gate",
    ([1.0, 1.0], -0.5),
    (
        Misconception("this-is-and", _always([1, 1], -1.5),
                      "Yours needs both inputs: that is AND. What is the sum when only one input "
                      "is on, and what should it be?"),
        Misconception("fires-at-zero", _always([1, 1], 0.5),
                      "It fires at (0, 0) too, where nothing is on and only b counts. "
                      "Which sign must b have?"),
        Misconception("inverted", _always([-1, -1], 0.5),
                      "Every answer is the opposite of OR. What happens when all signs turn?"),
        Misconception("only-x1", _always([1, 0], -0.5),
                      "Yours fires where x1 is on, whatever x2 says. What does it say at (0, 1)?"),
        Misconception("only-x2", _always([0, 1], -0.5),
                      "Yours fires where x2 is on, whatever x1 says. What does it say at (1, 0)?"),
        Misconception("never-fires", _always([0, 0], 0),
                      f"{_NEVER}{_BOUNDARY} What would larger weights change?"),
    ),
    (
        "The neuron must be silent at (0, 0) only. At that corner the sum is just b.",
        "Take both weights 1. The sums are b, b + 1, b + 1 and b + 2. "
        "All but the first must be above 0.",
        "Any b above -1 and at most 0 will do with weights of 1.",
    ),
    "AND and OR can have the same two weights: then only the bias moves the line.",
)  # fmt: skip

NAND_GATE = _gate(
    "nand_gate",
    ([-1.0, -1.0], 1.5),
    (
        Misconception("this-is-and", _always([1, 1], -1.5),
                      "That is AND: NAND is its opposite. What happens to w1 x1 + w2 x2 + b > 0 "
                      "when you turn every sign?"),
        Misconception("this-is-nor", _always([-1, -1], 0.5),
                      "Yours fires at (0, 0) only: that is NOR. One input alone must not yet "
                      "silence it. What must b be?"),
        Misconception("this-is-or", _always([1, 1], -0.5),
                      "That is OR. NAND is silent at (1, 1) only: do inputs excite or inhibit it?"),
        Misconception("always-fires", _always([-1, -1], 2.5),
                      "It fires at all four corners, even at (1, 1). What is w1 + w2 + b "
                      "there, and what must it be so that it is silent?"),
        Misconception("not-x1", _always([-1, 0], 0.5),
                      "Yours fires where x1 is off, whatever x2 says. What does it say at (1, 0)?"),
        Misconception("not-x2", _always([0, -1], 0.5),
                      "Yours fires where x2 is off, whatever x1 says. What does it say at (0, 1)?"),
    ),
    (
        "NAND is silent at (1, 1) only. So inputs inhibit: which sign have the weights?",
        "Take both weights -1. The sums are b, b - 1, b - 1 and b - 2. "
        "All but the last must be above 0.",
        "Any b above 1 and at most 2 will do with weights of -1.",
    ),
    "Every logical circuit can be built from NAND alone: networks of neurons can compute.",
)  # fmt: skip

EXERCISES = (
    NEURON,
    LINEAR_LAYER,
    SIGMOID,
    SIGMOID_DERIVATIVE,
    SATURATION_POINT,
    AND_GATE,
    OR_GATE,
    NAND_GATE,
)

PREDICTIONS = (
    Prediction(
        name="more-current",
        lesson=1,
        question="You raise the current that flows into a real neuron, step by step. "
        "What does the neuron do?",
        options=(
            "Its voltage rises in proportion to the current",
            "Below a threshold a few spikes at most, then spikes of nearly the same height, "
            "more and more often",
            "Below a threshold nothing, then spikes that grow higher and higher",
        ),
        answer=1,
        explanation="A spike is all or nothing: its height hardly depends on the current. "
        "What carries the strength is how often spikes come, so an artificial neuron that outputs "
        "one real number can be read as a firing rate.",
    ),
    Prediction(
        name="longer-weights",
        lesson=1,
        question="A sigmoid neuron separates the plane along a line. You make its weight vector w "
        "and its bias b both twice as large. What happens to the line where y = 1/2, and to "
        "the transition from 0 to 1?",
        options=(
            "The line moves outwards, the transition stays as wide",
            "The line stays, the transition becomes narrower",
            "The line stays, the transition becomes wider",
        ),
        answer=1,
        explanation="<w, x> + b = 0 has the same solutions after multiplying both sides by 2, "
        "so the line stays. But one step across it changes the sum by twice as much, so the "
        "sigmoid goes from 0 to 1 in half the distance.",
    ),
    Prediction(
        name="loop-or-product",
        lesson=1,
        question="A layer of 100 units reads 1,000 examples of 100 numbers: 10 million "
        "multiplications. Roughly how much faster is one matrix product than Python loops?",
        options=("about as fast", "about 3 times", "more than 30 times"),
        answer=2,
        explanation="Python spends its time on reading the program, not on multiplying: tens of "
        "nanoseconds for each step of the loop. The matrix product runs in compiled code that does "
        "several multiplications in every clock cycle and keeps the numbers near the processor.",
    ),
    Prediction(
        name="ten-sigmoids",
        lesson=1,
        question="A gradient of 1 travels backwards through ten sigmoids, one after the other. "
        "How much of it can be left, at the very best?",
        options=("about 1/10", "about 1/1,000", "about 1/1,000,000"),
        answer=2,
        explanation="Each sigmoid multiplies it by its derivative, which is at most 1/4. "
        "Ten of them leave at most (1/4)^10, about 1 in a million. This is what "
        '"derivatives vanish" on the slide means.',
    ),
)
