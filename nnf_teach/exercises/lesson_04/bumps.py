"""A step out of one sigmoid, a bump out of two."""

import numpy as np

from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.lesson_04.curves import sigmoid
from nnf_teach.exercises.oracles import every_second


@exercise(lesson=4, points=1, stable=True)
def step(x, position, steepness):
    return sigmoid(steepness * (x - position))


@step.cases
def cases(rng):
    yield np.array([0.0, 0.5, 1.0]), 0.5, 10.0
    yield np.array(0.25), 0.75, 4.0, "no axes"
    yield np.array([0, 1, 2, -1]), 1, 3, "whole numbers"
    yield np.array([]), 0.5, 10.0, "empty"
    yield np.array([-1.0, 0.5, 2.0]), 0.5, 1e6, "very steep"
    yield np.array([[1000.0], [-1000.0]]), -2.0, 50.0, "far out"
    yield np.linspace(-1, 1, 6).reshape(2, 3), -0.25, 0.5, "hardly a step"
    yield every_second(rng.normal(size=(2, 3))), 0.1, 7.0, "not contiguous"
    yield rng.uniform(0, 1, size=5), float(rng.uniform(0.2, 0.8)), 20.0


step.hints(
    "A sigmoid of w x + b is half up where w x + b = 0. Where should that be?",
    "The weight is the steepness. The bias must make the sum 0 at x = position.",
    "sigmoid of steepness times (x - position), with the safe sigmoid of lesson 1.",
    remark="One neuron with w = steepness and b = -steepness * position.",
)


@exercise(lesson=4, points=1, stable=True)
def bump(x, left, right, height, steepness):
    return height * (step(x, left, steepness) - step(x, right, steepness))


@bump.cases
def cases(rng):
    left = float(rng.uniform(0.1, 0.4))
    yield np.array([0.0, 0.5, 1.0]), 0.25, 0.75, 2.0, 100.0
    yield np.array(0.5), 0.25, 0.75, -1.5, 20.0, "no axes, a dip"
    yield np.array([-1.0, -0.5, 0.5]), -0.75, 0.0, -0.5, 20.0
    yield np.array([0, 1, 2, 3]), 1, 2, 3, 4, "whole numbers"
    yield np.array([]), 0.25, 0.75, 1.0, 20.0, "empty"
    yield np.array([0.2, 0.4, 0.6]), 0.4, 0.4, 2.0, 50.0, "no width"
    yield np.array([0.3, 0.5, 0.7]), 0.4, 0.6, 1.0, 5.0, "too soft to reach its height"
    yield np.array([-1000.0, 0.5, 1000.0]), 0.25, 0.75, 1.0, 1e5, "very steep"
    yield every_second(rng.uniform(0, 1, (2, 3))), 0.3, 0.5, 0.7, 30.0, "not contiguous"
    yield rng.uniform(0, 1, 6), left, left + 0.3, float(rng.uniform(0.5, 2)), 25.0


@bump.mistake
def product_of_steps(x, left, right, height, steepness):
    """A linear output layer cannot multiply two hidden units. How can it combine them so that
    they cancel on the right?"""
    return height * step(x, left, steepness) * step(x, right, -steepness)


@bump.mistake
def steepness_on_one_step(x, left, right, height, steepness):
    """The left side is steep and the right side is not. Which number is missing in the second
    sigmoid?"""
    return height * (step(x, left, steepness) - step(x, right, 1))


bump.hints(
    "Draw a step up at `left`. What must be added to it to come back to 0 at `right`?",
    "A step up at `left` minus a step up at `right` is 1 between them and 0 outside.",
    "Call your own step twice, with `left` and with `right`; height times the difference.",
    remark="Two hidden units with output weights +height and -height.",
)
