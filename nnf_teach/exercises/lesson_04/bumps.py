"""1 and 2: a step out of one sigmoid, a bump out of two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.exercises.exercise import Case, Exercise, Misconception
from nnf_teach.exercises.lesson_04.curves import every_second, sigmoid

Array = NDArray[Any]


def _step_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((np.array([0.0, 0.5, 1.0]), 0.5, 10.0)),
        Case((np.array(0.25), 0.75, 4.0), "no axes"),
        Case((np.array([0, 1, 2, -1]), 1, 3), "whole numbers"),
        Case((np.array([]), 0.5, 10.0), "empty"),
        Case((np.array([-1.0, 0.5, 2.0]), 0.5, 1e6), "very steep"),
        Case((np.array([[1000.0], [-1000.0]]), -2.0, 50.0), "far out"),
        Case((np.linspace(-1, 1, 6).reshape(2, 3), -0.25, 0.5), "hardly a step"),
        Case((every_second(rng.normal(size=(2, 3))), 0.1, 7.0), "not contiguous"),
        Case((rng.uniform(0, 1, size=5), float(rng.uniform(0.2, 0.8)), 20.0)),
    ]


def _step(x: Array, position: float, steepness: float) -> Array:
    return sigmoid(steepness * (x - position))


def _naive_step(x: Array, position: float, steepness: float) -> Array:
    return np.asarray(1 / (1 + np.exp(-steepness * (x - position))))


STEP = Exercise(
    name="step",
    lesson=4,
    points=1,
    reference=_step,
    cases=_step_cases,
    stable=True,
    misconceptions=(
        Misconception(
            "steepness-not-on-position",
            lambda x, position, steepness: sigmoid(steepness * x - position),
            "At x = position the sigmoid should get 0, so that the step is half up. "
            "What does yours get there?",
        ),
        Misconception(
            "wrong-sign-of-position",
            lambda x, position, steepness: _step(x, -position, steepness),
            "Your step goes up at x = -position. Which sign puts it at +position?",
        ),
        Misconception(
            "forgot-position",
            lambda x, position, steepness: _step(x, 0, steepness),
            "Your step is always half up at x = 0. What moves it to its position?",
        ),
        Misconception(
            "forgot-steepness",
            lambda x, position, steepness: _step(x, position, 1),
            "All your steps are equally gentle. Where does the steepness come in?",
        ),
        Misconception(
            "divided-by-steepness",
            lambda x, position, steepness: sigmoid((x - position) / steepness),
            "Your step gets gentler when the steepness grows. Should a large weight do that?",
        ),
        Misconception(
            "steps-down",
            lambda x, position, steepness: _step(x, position, -steepness),
            "Yours goes from 1 down to 0. What is the value asked for far to the right?",
        ),
        Misconception(
            "threshold-instead",
            lambda x, position, steepness: (np.asarray(x) > position).astype(float),
            "That jumps. A sigmoid only comes near a jump: what is its value at the position?",
        ),
        Misconception(
            "scaled-outside",
            lambda x, position, steepness: steepness * sigmoid(x - position),
            "Your step is steepness high. Should the factor stand outside the sigmoid or inside?",
        ),
        Misconception(
            "unstable-exp",
            _naive_step,
            "The values are right, but exp overflows for a steep step. "
            "Which sigmoid of lesson 1 never does?",
        ),
    ),
    hints=(
        "A sigmoid of w x + b is half up where w x + b = 0. Where should that be?",
        "The weight is the steepness. The bias must make the sum 0 at x = position.",
        "sigmoid of steepness times (x - position), with the safe sigmoid of lesson 1.",
    ),
    remark="One neuron with w = steepness and b = -steepness * position.",
)


def _bump_cases(rng: np.random.Generator) -> Sequence[Case]:
    left = float(rng.uniform(0.1, 0.4))
    return [
        Case((np.array([0.0, 0.5, 1.0]), 0.25, 0.75, 2.0, 100.0)),
        Case((np.array(0.5), 0.25, 0.75, -1.5, 20.0), "no axes, a dip"),
        Case((np.array([0, 1, 2, 3]), 1, 2, 3, 4), "whole numbers"),
        Case((np.array([]), 0.25, 0.75, 1.0, 20.0), "empty"),
        Case((np.array([0.2, 0.4, 0.6]), 0.4, 0.4, 2.0, 50.0), "no width"),
        Case((np.array([0.3, 0.5, 0.7]), 0.4, 0.6, 1.0, 5.0), "too soft to reach its height"),
        Case((np.array([-1000.0, 0.5, 1000.0]), 0.25, 0.75, 1.0, 1e5), "very steep"),
        Case((every_second(rng.uniform(0, 1, (2, 3))), 0.3, 0.5, 0.7, 30.0), "not contiguous"),
        Case((rng.uniform(0, 1, 6), left, left + 0.3, float(rng.uniform(0.5, 2)), 25.0)),
    ]


def _bump(x: Array, left: float, right: float, height: float, steepness: float) -> Array:
    return np.asarray(height * (_step(x, left, steepness) - _step(x, right, steepness)))


BUMP = Exercise(
    name="bump",
    lesson=4,
    points=1,
    reference=_bump,
    cases=_bump_cases,
    stable=True,
    misconceptions=(
        Misconception(
            "both-steps-up",
            lambda x, left, right, height, steepness: (
                height * (_step(x, left, steepness) + _step(x, right, steepness))
            ),
            "To the right of the bump your function stays high. "
            "What must the second sigmoid do to bring it down again?",
        ),
        Misconception(
            "upside-down",
            lambda x, left, right, height, steepness: _bump(x, left, right, -height, steepness),
            "Your bump hangs down. Which of the two steps comes with the minus?",
        ),
        Misconception(
            "forgot-height",
            lambda x, left, right, height, steepness: _bump(x, left, right, 1, steepness),
            "All your bumps are 1 high. Where does the height come in?",
        ),
        Misconception(
            "height-on-one-step",
            lambda x, left, right, height, steepness: (
                height * _step(x, left, steepness) - _step(x, right, steepness)
            ),
            "Up by the height, down by 1: it does not come back to 0. "
            "What is the output weight of the second sigmoid?",
        ),
        Misconception(
            "product-of-steps",
            lambda x, left, right, height, steepness: (
                height * _step(x, left, steepness) * _step(x, right, -steepness)
            ),
            "A linear output layer cannot multiply two hidden units. "
            "How can it combine them so that they cancel on the right?",
        ),
        Misconception(
            "width-for-right",
            lambda x, left, right, height, steepness: _bump(
                x, left, left + right, height, steepness
            ),
            "Your bump ends too far to the right. Is `right` a place or a width?",
        ),
        Misconception(
            "sharp-box",
            lambda x, left, right, height, steepness: (
                height * ((x > left) & (x < right)).astype(float)
            ),
            "Your bump has vertical walls. What does a sigmoid make of them?",
        ),
        Misconception(
            "steepness-on-one-step",
            lambda x, left, right, height, steepness: (
                height * (_step(x, left, steepness) - _step(x, right, 1))
            ),
            "The left side is steep and the right side is not. "
            "Which number is missing in the second sigmoid?",
        ),
        Misconception(
            "unstable-exp",
            lambda x, left, right, height, steepness: (
                height * (_naive_step(x, left, steepness) - _naive_step(x, right, steepness))
            ),
            "The values are right, but exp overflows for a steep bump. "
            "Which sigmoid of lesson 1 never does?",
        ),
    ),
    hints=(
        "Draw a step up at `left`. What must be added to it to come back to 0 at `right`?",
        "A step up at `left` minus a step up at `right` is 1 between them and 0 outside.",
        "Call your own step twice, with `left` and with `right`; height times the difference.",
    ),
    remark="Two hidden units with output weights +height and -height.",
)
