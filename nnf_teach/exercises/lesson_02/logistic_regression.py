"""Logistic regression: its gradients, and descent. Slide "The simplest 'neural' classifier"."""

import numpy as np

from nnf_teach.exercises.exercise import Case
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.lesson_02.cross_entropy import BY_RANGE, EXTREME
from nnf_teach.exercises.oracles import vjp
from nnf_teach.modules.sigmoid import sigmoid


def slopes(residual, X):
    """Return the mean gradients by w and b, from the slope of each example by its logit."""
    return X.T @ residual / len(X), np.mean(residual)


@exercise(lesson=2, points=2, stable=True, parts=BY_RANGE, returns=("dw", "db"))
def logistic_gradients(X, t, w, b):
    from autograd import numpy as anp

    def loss(w, b):
        z = anp.dot(X, w) + b
        return anp.mean(anp.logaddexp(0.0, z) - t * z)

    dw, db = vjp(loss, 1.0, w, b)
    return dw, float(db)


@logistic_gradients.cases
def cases(rng):
    def problem(n, d):
        X, t = rng.normal(size=(n, d)), rng.integers(0, 2, n)
        return X, t, rng.normal(size=d), float(rng.normal())

    hand = np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([1, 0])
    yield *hand, np.array([0.5, 0.0]), -0.5
    for n, d in ((1, 1), (1, 3), (4, 1), (3, 3), (6, 2), (30, 5)):
        yield problem(n, d)
    far = np.array([[1.0, 0.5], [-1.0, 0.0], [0.2, 1.0]]), np.array([1, 1, 0])
    yield Case((*far, np.array([1000.0, -300.0]), 5.0), "far out on both sides", EXTREME)
    whole = np.array([[1, 2], [3, -1], [0, 1]]), np.array([0, 1, 1])
    yield *whole, np.array([1, -1]), 2, "whole numbers"


@logistic_gradients.mistake
def logits_instead_of_probabilities(X, t, w, b):
    """That compares the logit with the label, as in linear regression.
    What has to happen to z first?"""
    return slopes(X @ w + b - t, X)


def doubled(X, t, w, b):
    y = sigmoid(X @ w + b)
    return slopes(2 * (y - t) * y * (1 - y), X)


@logistic_gradients.mistake(also=(doubled,))
def squared_error_gradient(X, t, w, b):
    """There is a factor y (1 - y) too many: it belongs to a squared error. In the cross entropy,
    1/p from the logarithm meets it. What is left?"""
    y = sigmoid(X @ w + b)
    return slopes((y - t) * y * (1 - y), X)


@logistic_gradients.mistake
def sum_instead_of_mean(X, t, w, b):
    """Both of your gradients are N times too large: those of the sum over the examples.
    Which loss is asked for, the sum or the mean?"""
    residual = sigmoid(X @ w + b) - t
    return X.T @ residual, np.sum(residual)


logistic_gradients.hints(
    "Begin with one example: how does its loss log(1 + exp(z)) - t z change with z?",
    "dL/dz = sigmoid(z) - t for one example, and z = <w, x> + b. "
    "How does z change with w, and with b?",
    "With y = sigmoid(X w + b): dw is the mean of (y - t) x, db the mean of (y - t). "
    "X.T @ (y - t) adds over the examples.",
    remark="Prediction minus label, times input: the simplest gradient in the course.",
)


@exercise(lesson=2, points=2, returns=("w", "b"))
def fit_logistic_regression(X, t, learning_rate, steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        dw, db = slopes(sigmoid(X @ w + b) - t, X)
        w, b = w - learning_rate * dw, b - learning_rate * float(db)
    return w, b


@fit_logistic_regression.cases
def cases(rng):
    def data(n, d):
        X = rng.normal(size=(n, d))
        return X, (X[:, 0] + 0.3 * rng.normal(size=n) > 0.2).astype(int)

    two = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([1, 0])
    yield *two, 0.5, 1, "one step"
    yield *two, 0.5, 2, "two steps"
    yield *two, 0.5, 0, "no step"
    yield *data(6, 1), 1.0, 30
    yield *data(20, 3), 0.3, 100
    yield *two, 20.0, 120, "many steps, large ones"


@fit_logistic_regression.mistake
def ascent(X, t, learning_rate, steps):
    """Your loss rises with every step. The gradient points uphill: which way do you want to go?"""
    return fit_logistic_regression(X, t, -learning_rate, steps)


@fit_logistic_regression.mistake
def forgot_learning_rate(X, t, learning_rate, steps):
    """Your answer does not depend on the learning rate. Where does it belong?"""
    return fit_logistic_regression(X, t, 1.0, steps)


@fit_logistic_regression.mistake
def sum_instead_of_mean(X, t, learning_rate, steps):
    """Each of your steps is N times too long. Which loss is asked for, the sum or the mean?"""
    return fit_logistic_regression(X, t, len(X) * learning_rate, steps)


@fit_logistic_regression.mistake
def one_step_too_few(X, t, learning_rate, steps):
    """Your descent makes one step fewer than is asked: none for steps = 1. Which numbers does
    your range give?"""
    return fit_logistic_regression(X, t, learning_rate, max(steps - 1, 0))


@fit_logistic_regression.mistake
def moved_at_each_example(X, t, learning_rate, steps):
    """You move after each example, so that the next one meets other weights. The gradient asked
    for is the mean over all examples at the same w and b: when do you move?"""
    w, b = np.zeros(X.shape[1]), 0.0
    for x, truth in zip(np.tile(X, (steps, 1)), np.tile(t, steps), strict=True):
        slope = learning_rate * (sigmoid(x @ w + b) - truth)
        w, b = w - slope * x, b - slope
    return w, b


@fit_logistic_regression.mistake
def never_looked_again(X, t, learning_rate, steps):
    """Every step is the same. The slope changes on the way: where in the loop is it computed?"""
    w, b = fit_logistic_regression(X, t, learning_rate, 1)
    return steps * w, steps * b


@fit_logistic_regression.mistake
def new_weights_too_early(X, t, learning_rate, steps):
    """The gradient for b is taken at the new w. Both gradients belong to the same point: when do
    you compute them, and when do you move?"""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        w = w - learning_rate * slopes(sigmoid(X @ w + b) - t, X)[0]
        b = b - learning_rate * np.mean(sigmoid(X @ w + b) - t)
    return w, b


fit_logistic_regression.hints(
    "Begin with w = np.zeros(D) and b = 0.0. "
    "Repeat `steps` times: gradients first, then one step of both.",
    "One step is w - learning_rate * dw, and the same for b, "
    "with the dw and db of your own logistic_gradients.",
    "for _ in range(steps): dw, db = logistic_gradients(X, t, w, b), then move w and b "
    "against them.",
    remark="This loop, with other modules in it, is how nearly every network is trained.",
)
