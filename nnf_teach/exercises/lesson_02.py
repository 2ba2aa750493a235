"""Lesson 02, Logistic regression: cross entropy, softmax, and real digits.

Slides: "Cross entropy", "The simplest 'neural' classifier", "Softmax", "Softmax + Cross
entropy", "Uses", "... and limitations".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.exercises.digits import held_out_digits, renumbered_digits
from nnf_teach.exercises.exercise import (
    BadAnswer,
    Case,
    Exercise,
    Misconception,
    Prediction,
    Reached,
)
from nnf_teach.exercises.oracles import CUT_LOGARITHMS, SMALL
from nnf_teach.exercises.readers import read_pair, refuse_nans
from nnf_teach.modules.sigmoid import sigmoid

TITLE = "Logistic regression"

Array = NDArray[Any]
EXTREME = "extreme logits"
BY_RANGE = {"ordinary logits": 1, EXTREME: 1}


def _log_softmax(Z: Array, axis: int = 1) -> Array:
    return np.asarray(Z - np.logaddexp.reduce(Z, axis=axis, keepdims=True))


def _one_hot(t: Array, k: int) -> Array:
    return np.asarray(np.eye(k)[np.asarray(t, dtype=int)])


def _labels(rng: np.random.Generator, n: int) -> Array:
    return rng.integers(0, 2, n)


# 1. cross_entropy ----------------------------------------------------------------------------


def _probability_cases(rng: np.random.Generator) -> Sequence[Case]:
    tiny = np.array([5e-324, 1 - 2**-53])
    return [
        Case((np.array([0.5, 0.2]), np.array([1, 0]))),
        Case((np.array([0.25]), np.array([1])), "one example"),
        Case((np.array([0.9, 0.8, 0.1]), np.array([0.0, 1.0, 1.0])), "labels that are floats"),
        Case((tiny, np.array([1, 0])), "the smallest float, and nearly 1"),
        Case((rng.uniform(0.01, 0.99, 7), _labels(rng, 7))),
        Case((rng.uniform(1e-6, 1, 40) ** 3, _labels(rng, 40))),
    ]


def _cross_entropy(p: Array, t: Array) -> float:
    return float(np.mean(-np.log(np.where(t == 1, p, 1 - p))))


Loss = Callable[[Array, Array], float]


def _cut_losses(probability: Callable[[Array], Array]) -> tuple[Loss, ...]:
    """Return cross entropies whose logarithms never get near that of 0."""

    def by_log(log: Callable[[Array], Array], x: Array, t: Array) -> float:
        p = probability(x)
        return float(-np.mean(log(np.where(t == 1, p, 1 - p))))

    def by_clip(small: float, x: Array, t: Array) -> float:
        return _cross_entropy(np.clip(probability(x), small, 1 - small), t)

    return (
        *(partial(by_clip, float(small)) for small in SMALL),
        *(partial(by_log, log) for log in CUT_LOGARITHMS),
    )


CROSS_ENTROPY = Exercise(
    name="cross_entropy",
    lesson=2,
    points=1,
    reference=_cross_entropy,
    cases=_probability_cases,
    stable=True,
    misconceptions=(
        Misconception(
            "sum-instead-of-mean",
            lambda p, t: len(p) * _cross_entropy(p, t),
            "Your number grows with the number of examples. Show it the same two examples "
            "twice: should the loss double?",
        ),
        Misconception(
            "divided-twice",
            lambda p, t: _cross_entropy(p, t) / len(p),
            "You divide by N twice: a mean already contains 1/N. Where is the second one?",
        ),
        Misconception(
            "wrong-sign",
            lambda p, t: -_cross_entropy(p, t),
            "The logarithm of a probability is never positive, a loss should never be negative. "
            "Which sign is missing?",
        ),
        Misconception(
            "forgot-negatives",
            lambda p, t: -np.mean(t * np.log(p)),
            "An example with t = 0 costs nothing in your loss, whatever p is. "
            "What is the probability of its right class?",
        ),
        Misconception(
            "forgot-positives",
            lambda p, t: -np.mean((1 - t) * np.log(1 - p)),
            "An example with t = 1 costs nothing in your loss, whatever p is. "
            "What is the probability of its right class?",
        ),
        Misconception(
            "swapped-classes",
            lambda p, t: _cross_entropy(1 - p, t) if p.min() > 1e-300 else -np.inf,
            "Take t = 1 and p near 1: a good prediction. Is your loss small there?",
        ),
        Misconception(
            "log-base-2",
            lambda p, t: _cross_entropy(p, t) / np.log(2),
            "You measure in bits: every value is 1.44 times too large. "
            "Which base has the logarithm on the slide?",
        ),
        Misconception(
            "squared-error",
            lambda p, t: np.mean((p - t) ** 2),
            "That is the mean squared error. Where is the logarithm of the probability "
            "of the right class?",
        ),
        Misconception(
            "log-of-the-mean",
            lambda p, t: -np.log(np.mean(np.where(t == 1, p, 1 - p))),
            "You average probabilities and then take the logarithm. Which comes first, "
            "if the logarithm of a product is to become a sum?",
        ),
        Misconception(
            "clipped-probability",
            _cut_losses(lambda p: p)[0],
            "You cut small probabilities, or add a small number to them, and then no example "
            "can cost more than minus its logarithm: for 1e-15 this is 34.54, whatever p is. "
            "p is never 0 here. What does np.log say of it as it is?",
            also=_cut_losses(lambda p: p)[1:],
        ),
    ),
    hints=(
        "What is the probability that the model gives to the class that is right? "
        "It is p where t = 1. What is it where t = 0?",
        "Take minus the logarithm of that probability, for every example, then the mean.",
        "t * log(p) + (1 - t) * log(1 - p) is the logarithm for one example: "
        "one of its two terms is always 0.",
    ),
    remark="exp(-loss) is the geometric mean of the probabilities of the right classes.",
)


# 2. cross_entropy_with_logits ----------------------------------------------------------------


def _logit_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((np.array([0.0, 2.0]), np.array([1, 0]))),
        Case((np.array([-1.5]), np.array([1])), "one example"),
        Case((np.array([3, -2, 1]), np.array([0, 1, 1])), "whole numbers"),
        Case((np.array([1000.0, -1000.0]), np.array([1, 0])), "sure and right", EXTREME),
        Case((np.array([1000.0, -1000.0]), np.array([0, 1])), "sure and wrong", EXTREME),
        Case((rng.normal(size=9) * 20, _labels(rng, 9)), part=EXTREME),
        Case((rng.normal(size=30), _labels(rng, 30).astype(float))),
    ]


def _with_logits(z: Array, t: Array) -> float:
    return float(np.mean(np.logaddexp(0, z) - t * z))


CROSS_ENTROPY_WITH_LOGITS = Exercise(
    name="cross_entropy_with_logits",
    lesson=2,
    points=2,
    reference=_with_logits,
    cases=_logit_cases,
    stable=True,
    parts=BY_RANGE,
    misconceptions=(
        Misconception(
            "unstable-exp",
            lambda z, t: np.mean(np.log(1 + np.exp(z)) - t * z),
            "The formula is right on paper, but exp(1000) is too large for a computer. Which "
            "number, never above 0, can stand in the exponent after you take max(z, 0) out?",
        ),
        Misconception(
            "both-exponentials",
            lambda z, t: np.mean(t * np.log(1 + np.exp(-z)) + (1 - t) * np.log(1 + np.exp(z))),
            "One of the two exponentials overflows when |z| is 1000, and 0 times infinity is no "
            "number. What is log(1 + exp(z)) nearly, for a large z?",
        ),
        Misconception(
            "log-of-zero",
            lambda z, t: -np.mean(t * np.log(sigmoid(z)) + (1 - t) * np.log(1 - sigmoid(z))),
            "The sigmoid of -1000 is 0 in a computer, and its logarithm is gone. What is "
            "log(sigmoid(z)) when you write the sigmoid out and simplify first?",
        ),
        Misconception(
            "clipped-probability",
            _cut_losses(sigmoid)[0],
            "Cutting the probability, or adding a small number to it, hides the overflow, but a "
            "model that is sure and wrong at z = 1000 should pay 1000. What does it pay in yours?",
            also=_cut_losses(sigmoid)[1:],
        ),
        Misconception(
            "sum-instead-of-mean",
            lambda z, t: len(z) * _with_logits(z, t),
            "Your number grows with the number of examples. Show it every example twice: "
            "should the loss double?",
        ),
        Misconception(
            "divided-twice",
            lambda z, t: _with_logits(z, t) / len(z),
            "You divide by N twice: a mean already contains 1/N. Where is the second one?",
        ),
        Misconception(
            "wrong-sign-of-logit",
            lambda z, t: _with_logits(-z, t),
            "Take t = 1 and a large positive z: the model is sure and right. "
            "Is your loss small there?",
        ),
        Misconception(
            "forgot-label",
            lambda z, t: np.mean(np.logaddexp(0, z)),
            "Your loss does not look at t at all where t = 1. "
            "What is log(1 + exp(z)) - z for a large z?",
        ),
        Misconception(
            "wrong-sign",
            lambda z, t: -_with_logits(z, t),
            "A loss should never be negative. Which sign is missing?",
        ),
    ),
    hints=(
        "Put p = sigmoid(z) into the cross entropy and simplify on paper. "
        "The two cases become log(1 + exp(-z)) and log(1 + exp(z)).",
        "Both together are log(1 + exp(z)) - t z. For a large z, log(1 + exp(z)) is nearly z: "
        "how can you compute it without exp(z)?",
        "log(1 + exp(z)) = max(z, 0) + log(1 + exp(-|z|)). NumPy has it too: np.logaddexp(0, z).",
    ),
    remark="The slide calls the cross entropy unstable, and this combination stable: "
    "logits never meet a logarithm of 0.",
)


# 3. logistic_gradients -----------------------------------------------------------------------


def _problem(rng: np.random.Generator, n: int, d: int) -> tuple[Any, ...]:
    X = rng.normal(size=(n, d))
    return X, _labels(rng, n), rng.normal(size=d), float(rng.normal())


def _gradient_cases(rng: np.random.Generator) -> Sequence[Case]:
    hand = (np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([1, 0]), np.array([0.5, 0.0]), -0.5)
    cases = [Case(hand), Case(_problem(rng, 1, 1)), Case(_problem(rng, 1, 3))]
    cases += [Case(_problem(rng, n, d)) for n, d in ((4, 1), (3, 3), (6, 2), (30, 5))]
    whole = (np.array([[1, 2], [3, -1], [0, 1]]), np.array([0, 1, 1]), np.array([1, -1]), 2)
    far = (np.array([[1.0, 0.5], [-1.0, 0.0], [0.2, 1.0]]), np.array([1, 1, 0]))
    cases.append(Case((*far, np.array([1000.0, -300.0]), 5.0), "far out on both sides", EXTREME))
    return [*cases, Case(whole, "whole numbers")]


def _logistic_gradients(X: Array, t: Array, w: Array, b: float) -> tuple[Array, float]:
    """Differentiate the mean cross entropy by autograd, not by the formula that is asked for."""
    from autograd import grad
    from autograd import numpy as anp

    def loss(w: Any, b: Any) -> Any:
        z = anp.dot(X, w) + b
        return anp.mean(anp.logaddexp(0.0, z) - t * z)

    with np.errstate(all="ignore"):
        dw, db = grad(loss, (0, 1))(np.asarray(w, dtype=float), float(b))
    return np.asarray(dw), float(db)


def _residual_gradients(
    residual: Callable[[Array, Array], Array], share: Callable[[int], float] = lambda n: 1 / n
) -> Callable[..., tuple[Any, Any]]:
    """Build wrong gradients from another residual, or another factor than 1/N."""

    def wrong(X: Array, t: Array, w: Array, b: float) -> tuple[Any, Any]:
        error = residual(X @ w + b, t)
        return X.T @ error * share(len(X)), np.sum(error) * share(len(X))

    return wrong


def _error(z: Array, t: Array) -> Array:
    return sigmoid(z) - t


LOGISTIC_GRADIENTS = Exercise(
    name="logistic_gradients",
    lesson=2,
    points=2,
    reference=_logistic_gradients,
    cases=_gradient_cases,
    stable=True,
    parts=BY_RANGE,
    misconceptions=(
        Misconception(
            "sum-instead-of-mean",
            _residual_gradients(_error, lambda n: 1.0),
            "That is the gradient of the sum over the examples. The loss is their mean: "
            "which factor does every gradient get?",
        ),
        Misconception(
            "divided-twice",
            _residual_gradients(_error, lambda n: 1 / n**2),
            "You divide by N twice: a mean already contains 1/N. Where is the second one?",
        ),
        Misconception(
            "weights-divided-twice",
            lambda X, t, w, b: (
                X.T @ _error(X @ w + b, t) / len(X) ** 2,
                np.mean(_error(X @ w + b, t)),
            ),
            "db is right. dw is divided by N twice: where is the second 1/N?",
        ),
        Misconception(
            "wrong-sign",
            _residual_gradients(lambda z, t: t - sigmoid(z)),
            "Every sign is turned round. If the model says 0.9 and the truth is 0, "
            "should a larger b raise the loss or lower it?",
        ),
        Misconception(
            "logits-instead-of-probabilities",
            _residual_gradients(lambda z, t: z - t),
            "That compares the logit with the label, as in linear regression. "
            "What has to happen to z first?",
        ),
        Misconception(
            "squared-error-gradient",
            _residual_gradients(lambda z, t: _error(z, t) * sigmoid(z) * sigmoid(-z)),
            "There is a factor y (1 - y) too many: it belongs to a squared error. In the cross "
            "entropy, 1/p from the logarithm meets it. What is left?",
        ),
        Misconception(
            "bias-not-averaged",
            lambda X, t, w, b: (
                X.T @ _error(X @ w + b, t) / len(X),
                np.sum(_error(X @ w + b, t)),
            ),
            "dw is right. db is a sum over the examples in yours: does the mean not hold for b?",
        ),
        Misconception(
            "bias-gradient-not-summed",
            lambda X, t, w, b: (X.T @ _error(X @ w + b, t) / len(X), _error(X @ w + b, t) / len(X)),
            "One b is shared by all examples, so its gradient is one number. "
            "What happens to the parts that the examples contribute?",
        ),
        Misconception(
            "forgot-bias",
            lambda X, t, w, b: _residual_gradients(_error)(X, t, w, 0.0),
            "Your logits do not contain b. What does the model say to an example of zeros?",
        ),
        Misconception(
            "unstable-exp",
            _residual_gradients(lambda z, t: 1 / (1 + np.exp(-z)) - t),
            "The formula is right, but exp overflows for z = -1000. "
            "You wrote a safe sigmoid in lesson 1: can you use it here?",
        ),
    ),
    hints=(
        "Begin with one example: how does its loss log(1 + exp(z)) - t z change with z?",
        "dL/dz = sigmoid(z) - t for one example, and z = <w, x> + b. "
        "How does z change with w, and with b?",
        "With y = sigmoid(X w + b): dw is the mean of (y - t) x, db the mean of (y - t). "
        "X.T @ (y - t) adds over the examples.",
    ),
    remark="Prediction minus label, times input: the simplest gradient in the course.",
)


# 4. fit_logistic_regression ------------------------------------------------------------------


def _fit_cases(rng: np.random.Generator) -> Sequence[Case]:
    def data(n: int, d: int) -> tuple[Array, Array]:
        X = rng.normal(size=(n, d))
        return X, (X[:, 0] + 0.3 * rng.normal(size=n) > 0.2).astype(int)

    X, t = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([1, 0])
    return [
        Case((X, t, 0.5, 1), "one step"),
        Case((X, t, 0.5, 2), "two steps"),
        Case((X, t, 0.5, 0), "no step"),
        Case((*data(6, 1), 1.0, 30)),
        Case((*data(20, 3), 0.3, 100)),
    ]


def _descend(
    X: Array, t: Array, learning_rate: float, steps: int, mistake: str = ""
) -> tuple[Array, float]:
    """Descend from zeros; `mistake` is one of the slips that the misconceptions name."""
    w, b = np.zeros(X.shape[1]), 0.0
    if mistake == "started-from-ones":
        w, b = np.ones(X.shape[1]), 1.0
    first = None
    extra = {"one-step-short": -1, "one-step-long": 1}.get(mistake, 0)
    if mistake == "forgot-learning-rate":
        learning_rate = 1.0
    for _ in range(max(steps + extra, 0)):
        error = _error(X @ w + b, t)
        if mistake == "never-looked-again":
            error = first = error if first is None else first
        dw, db = X.T @ error, np.sum(error)
        if mistake != "sum-instead-of-mean":
            dw, db = dw / len(X), db / len(X)
        sign = -1 if mistake == "ascent" else 1
        w = w - sign * learning_rate * dw
        if mistake == "new-weights-too-early":
            db = np.mean(_error(X @ w + b, t))
        b = b - sign * learning_rate * float(db) * (mistake != "bias-never-moves")
    return w, b


def _slip(mistake: str) -> Callable[..., tuple[Array, float]]:
    return lambda X, t, learning_rate, steps: _descend(X, t, learning_rate, steps, mistake)


FIT_LOGISTIC_REGRESSION = Exercise(
    name="fit_logistic_regression",
    lesson=2,
    points=2,
    reference=lambda X, t, learning_rate, steps: _descend(X, t, learning_rate, steps),
    cases=_fit_cases,
    misconceptions=(
        Misconception("ascent", _slip("ascent"),
                      "Your loss rises with every step. The gradient points uphill: "
                      "which way do you want to go?"),
        Misconception("one-step-short", _slip("one-step-short"),
                      "The loop runs one time too few. How many numbers are in range(1, steps)?"),
        Misconception("one-step-long", _slip("one-step-long"),
                      "With 0 steps nothing should move yet. How often does your loop run?"),
        Misconception("forgot-learning-rate", _slip("forgot-learning-rate"),
                      "Your answer does not depend on the learning rate. Where does it belong?"),
        Misconception("sum-instead-of-mean", _slip("sum-instead-of-mean"),
                      "Each of your steps is N times too long. Which loss is asked for, "
                      "the sum or the mean?"),
        Misconception("bias-never-moves", _slip("bias-never-moves"),
                      "The weights move, the bias stays at 0. Do you use db?"),
        Misconception("new-weights-too-early", _slip("new-weights-too-early"),
                      "The gradient for b is taken at the new w. Both gradients belong to the same "
                      "point: when do you compute them, and when do you move?"),
        Misconception("never-looked-again", _slip("never-looked-again"),
                      "Every step is the same. The slope changes on the way: "
                      "where in the loop is it computed?"),
        Misconception("started-from-ones", _slip("started-from-ones"),
                      "With 0 steps the answer should be where the descent begins. "
                      "Where is that?"),
    ),
    hints=(
        "Begin with w = np.zeros(D) and b = 0.0. "
        "Repeat `steps` times: gradients first, then one step of both.",
        "One step is w - learning_rate * dw, and the same for b, "
        "with the dw and db of your own logistic_gradients.",
        "for _ in range(steps): dw, db = logistic_gradients(X, t, w, b), then move w and b. "
        "Make new arrays; do not change the ones that came in.",
    ),
    remark="This loop, with other modules in it, is how nearly every network is trained.",
)  # fmt: skip


# 5. softmax ----------------------------------------------------------------------------------


def _softmax_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((np.array([[0.0, np.log(3)]]),)),
        Case((np.array([[1000.0, 1000.0]]),), "large logits"),
        Case((np.array([[-1000.0, -1000.0, -999.0]]),), "very negative logits"),
        Case((np.array([[1000.0, 0.0], [0.0, -1000.0]]),), "rows far apart"),
        Case((np.array([[2, 0, 1], [1, 1, 1]]),), "whole numbers"),
        Case((rng.normal(size=(3, 3)),), "as many rows as classes"),
        Case((np.array([[5.0], [-2.0]]),), "one class"),
        Case((np.zeros((0, 4)),), "no rows"),
        Case((rng.normal(size=(6, 4)) * 5,)),
        Case((np.asfortranarray(rng.normal(size=(2, 5))),), "another layout"),
    ]


def _softmax(Z: Array) -> Array:
    return np.asarray(np.exp(_log_softmax(np.asarray(Z, dtype=float))))


SOFTMAX = Exercise(
    name="softmax",
    lesson=2,
    points=1,
    reference=_softmax,
    cases=_softmax_cases,
    stable=True,
    misconceptions=(
        Misconception(
            "unstable-exp",
            lambda Z: np.exp(Z) / np.sum(np.exp(Z), axis=1, keepdims=True),
            "exp(1000) overflows. What happens to softmax when you subtract the largest logit "
            "from each row first?",
        ),
        Misconception(
            "wrong-axis",
            lambda Z: _softmax(Z.T).T,
            "In yours the columns add up to 1. One example is one row: "
            "along which axis are its classes?",
        ),
        Misconception(
            "all-rows-together",
            lambda Z: np.exp(Z - np.logaddexp.reduce(Z.ravel().astype(float), initial=-np.inf)),
            "All your numbers together add up to 1. Should one example know about the others?",
        ),
        Misconception(
            "one-sum-for-all-rows",
            lambda Z: (
                np.exp(Z - Z.max(axis=1, keepdims=True))
                / np.exp(Z - Z.max(axis=1, keepdims=True)).sum()
            ),
            "Your sum runs over the whole array. Which numbers should add up to 1?",
        ),
        Misconception(
            "sigmoid-of-each",
            lambda Z: sigmoid(np.asarray(Z, dtype=float)),
            "Each of your numbers is between 0 and 1, but a row does not add up to 1. "
            "What do the classes of one example share?",
        ),
        Misconception(
            "logarithm-of-it",
            lambda Z: _log_softmax(np.asarray(Z, dtype=float)),
            "That is the logarithm of softmax. Can a probability be negative?",
        ),
        Misconception(
            "forgot-normalising",
            lambda Z: np.exp(Z - Z.max(axis=1, keepdims=True)),
            "The largest entry of each row is 1 and the row adds up to more. "
            "What must each row be divided by?",
        ),
        Misconception(
            "forgot-exp",
            lambda Z: Z / np.sum(Z, axis=1, keepdims=True),
            "You divide each logit by the sum of the row. What happens to negative logits, "
            "and where is exp?",
        ),
        Misconception(
            "hard-maximum",
            lambda Z: (Z.max(axis=1, keepdims=True) == Z).astype(float),
            "That gives everything to the largest logit. Softmax is a *smooth* maximum: "
            "what do the others get?",
        ),
    ),
    hints=(
        "First for one row: exp of every logit, divided by the sum of these. "
        "Which axis do you sum over when there are many rows?",
        "Subtracting the same number from all logits of a row changes nothing: "
        "it cancels in the fraction. Which number makes exp safe?",
        "Z.max(axis=1, keepdims=True) has shape (N, 1) and can be subtracted from Z. "
        "keepdims=True is needed for the sum, too.",
    ),
    remark="For two classes with logits x and 0 this is [sigmoid(x), 1 - sigmoid(x)].",
)


# 6. and 7. softmax_cross_entropy, and its gradient -------------------------------------------


def _class_cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(n: int, k: int, scale: float = 1.0) -> Case:
        return Case((scale * rng.normal(size=(n, k)), rng.integers(0, k, n)))

    return [
        Case((np.array([[0.0, np.log(3)]]), np.array([1])), "one example"),
        Case((np.array([[1.0, 0.0], [0.0, 2.0], [0.5, 0.5]]), np.array([0, 0, 1]))),
        Case(
            (np.array([[1000.0, -1000.0], [0.0, 1000.0]]), np.array([0, 0])),
            "large logits",
            EXTREME,
        ),
        Case(
            (np.array([[-1000.0, -1000.0, -1000.0]]), np.array([2])),
            "very negative logits",
            EXTREME,
        ),
        Case((np.array([[2, 0, 1], [1, 3, 1]]), np.array([2, 1])), "whole numbers"),
        Case((np.array([[3.0], [1.0]]), np.array([0, 0])), "one class"),
        drawn(3, 3),
        drawn(8, 4, 10.0),
        drawn(20, 10),
    ]


def _class_loss(Z: Array, t: Array) -> float:
    return float(-np.mean(_log_softmax(np.asarray(Z, dtype=float))[np.arange(len(Z)), t]))


def _cut_class_losses() -> tuple[Loss, ...]:
    def by_log(log: Callable[[Array], Array], Z: Array, t: Array) -> float:
        return float(-np.mean(log(_softmax(Z))[np.arange(len(Z)), t]))

    return tuple(partial(by_log, log) for log in CUT_LOGARITHMS)


def _logsumexp(Z: Array, axis: int) -> Array:
    return np.asarray(np.logaddexp.reduce(np.asarray(Z, dtype=float), axis=axis))


SOFTMAX_CROSS_ENTROPY = Exercise(
    name="softmax_cross_entropy",
    lesson=2,
    points=2,
    reference=_class_loss,
    cases=_class_cases,
    stable=True,
    parts=BY_RANGE,
    misconceptions=(
        Misconception(
            "unstable-exp",
            lambda Z, t: (
                -np.mean(
                    np.log(np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))[np.arange(len(Z)), t]
                )
            ),
            "exp(1000) overflows. What happens to the loss of a row when you subtract its "
            "largest logit from all of them?",
        ),
        Misconception(
            "unstable-logsumexp",
            lambda Z, t: np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(Z)), t]),
            "The formula is right on paper, but exp(1000) overflows. What can be taken out of "
            "the sum so that no exponent is above 0?",
        ),
        Misconception(
            "log-of-zero",
            lambda Z, t: -np.mean(np.log(_softmax(Z)[np.arange(len(Z)), t])),
            "Your softmax is safe, but a probability can be too small for a computer and becomes "
            "0. What is log(exp(z) / sum) when you simplify before you compute?",
        ),
        Misconception(
            "sum-instead-of-mean",
            lambda Z, t: len(Z) * _class_loss(Z, t),
            "Your number grows with the number of examples. Show it every example twice: "
            "should the loss double?",
        ),
        Misconception(
            "divided-twice",
            lambda Z, t: _class_loss(Z, t) / len(Z),
            "You divide by N twice: a mean already contains 1/N. Where is the second one?",
        ),
        Misconception(
            "mean-over-classes-too",
            lambda Z, t: _class_loss(Z, t) / Z.shape[1],
            "You average over N times K numbers, but only one class of each example counts. "
            "How many examples are there?",
        ),
        Misconception(
            "every-pair",
            lambda Z, t: -np.mean(_log_softmax(np.asarray(Z, dtype=float))[:, t]),
            "Z[:, t] takes the classes of *all* examples from *every* row: an (N, N) array. "
            "Which two lists of indices pick one entry of each row?",
        ),
        Misconception(
            "wrong-sign",
            lambda Z, t: -_class_loss(Z, t),
            "A loss should never be negative. What is the sign of the logarithm of a probability?",
        ),
        Misconception(
            "wrong-axis",
            lambda Z, t: np.mean(_logsumexp(Z, 0)[t] - Z[np.arange(len(Z)), t]),
            "You normalise over the examples, not over the classes. "
            "Along which axis are the classes of one example?",
        ),
        Misconception(
            "forgot-normaliser",
            lambda Z, t: -np.mean(Z[np.arange(len(Z)), t]),
            "That is minus the logit of the right class. What would stop the model from making "
            "all logits larger and larger?",
        ),
        Misconception(
            "clipped-probability",
            _cut_class_losses()[0],
            "You cut small probabilities, or add a small number to them, and then no example "
            "can cost more than minus its logarithm: for 1e-15 this is 34.54. What is "
            "log(exp(z) / sum) when you simplify before you compute?",
            also=_cut_class_losses()[1:],
        ),
    ),
    hints=(
        "For one row with the right class c: -log(softmax(z)[c]). "
        "Write softmax out and use log(a / b) = log(a) - log(b).",
        "The loss of a row is log(sum of exp(z)) - z[c]. Take the row's maximum m out of the sum: "
        "m + log(sum of exp(z - m)).",
        "Z[np.arange(len(Z)), t] picks the logit of the right class in each row. "
        "Then take the mean over the rows.",
    ),
    remark="Negative log-likelihood again: the probability that all N examples are right is "
    "exp(-N times this).",
)


def _class_gradient(Z: Array, t: Array) -> Array:
    """Differentiate the mean loss by autograd, not by the formula that is asked for."""
    from autograd import grad
    from autograd import numpy as anp

    Z = np.asarray(Z, dtype=float)
    picked = _one_hot(t, Z.shape[1])
    top = Z.max(axis=1, keepdims=True)

    def loss(Z: Any) -> Any:
        norm = top[:, 0] + anp.log(anp.sum(anp.exp(Z - top), axis=1))
        return anp.mean(norm - anp.sum(picked * Z, axis=1))

    return np.asarray(grad(loss)(Z))


def _difference(Z: Array, t: Array) -> Array:
    return _softmax(Z) - _one_hot(t, Z.shape[1])


def _subtract_everywhere(Z: Array, t: Array) -> Array:
    G = _softmax(Z)
    G[:, t] -= 1
    return G / len(Z)


SOFTMAX_CROSS_ENTROPY_GRADIENT = Exercise(
    name="softmax_cross_entropy_gradient",
    lesson=2,
    points=2,
    reference=_class_gradient,
    cases=_class_cases,
    stable=True,
    parts=BY_RANGE,
    misconceptions=(
        Misconception(
            "sum-instead-of-mean",
            _difference,
            "That is the gradient of the sum over the examples. The loss is their mean: "
            "which factor is missing?",
        ),
        Misconception(
            "divided-twice",
            lambda Z, t: _difference(Z, t) / len(Z) ** 2,
            "You divide by N twice: a mean already contains 1/N. Where is the second one?",
        ),
        Misconception(
            "mean-over-classes-too",
            lambda Z, t: _difference(Z, t) / Z.size,
            "You divide by N times K. Over what is the loss averaged: examples, or entries?",
        ),
        Misconception(
            "wrong-sign",
            lambda Z, t: -_difference(Z, t) / len(Z),
            "Every sign is turned round. If the right class gets a larger logit, does the loss "
            "rise or fall?",
        ),
        Misconception(
            "logits-instead-of-probabilities",
            lambda Z, t: (Z - _one_hot(t, Z.shape[1])) / len(Z),
            "That compares logits with labels. Each row of this gradient should add up to 0. "
            "Does yours?",
        ),
        Misconception(
            "printed-on-the-slide",
            lambda Z, t: (_one_hot(t, Z.shape[1]) - Z) / len(Z),
            "This is what the slide prints, t - x, and the slide has a slip there (lesson 5). "
            "What does the loss do when the right logit grows, and what sign follows?",
        ),
        Misconception(
            "every-pair",
            _subtract_everywhere,
            "G[:, t] means the columns of *all* examples in *every* row. "
            "Which two lists of indices pick one entry of each row?",
        ),
        Misconception(
            "forgot-label",
            lambda Z, t: _softmax(Z) / len(Z),
            "Your gradient does not depend on t. What should be different at the right class?",
        ),
        Misconception(
            "wrong-axis",
            lambda Z, t: (_softmax(Z.T).T - _one_hot(t, Z.shape[1])) / len(Z),
            "Your softmax normalises over the examples. Along which axis are the classes of "
            "one example?",
        ),
        Misconception(
            "unstable-exp",
            lambda Z, t: (
                (np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True) - _one_hot(t, Z.shape[1]))
                / len(Z)
            ),
            "The formula is right, but exp(1000) overflows. You wrote a safe softmax just "
            "above: can you use it?",
        ),
    ),
    hints=(
        "For one row: L = log(sum of exp(z)) - z[c]. Differentiate by z[j], first for j other "
        "than c, then for j = c.",
        "The derivative of log(sum of exp(z)) by z[j] is softmax(z)[j]. "
        "The right class gets -1 in addition.",
        "G = softmax(Z); G[np.arange(len(Z)), t] -= 1; then divide by N. "
        "softmax makes a new array, so Z stays as it is.",
    ),
    remark="Prediction minus label once more: for many classes as for two.",
)


# 8. train_digit_classifier -------------------------------------------------------------------

DIGIT_TARGET = 0.92  # share of the test images to get right; slide "Uses"


def _linear_classifier(answer: Any) -> tuple[Array, Array]:
    """Read (W, b) of a classifier of 784 pixels into 10 classes."""
    W, b = read_pair(answer)
    if W.shape != (10, 784) or b.shape != (10,):
        raise BadAnswer(
            "shape",
            f"W has shape {W.shape} and b {b.shape}; (10, 784) and (10,) are asked for.",
            answer,
        )
    refuse_nans((W, b), answer)
    return W, b


def _digit_accuracy(answer: Any, X: Array, t: Array, rng: Any) -> Reached:
    """Measure on the 10,000 test images, which the learner's function never got."""
    W, b = _linear_classifier(answer)
    return Reached("right on the 10,000 test images", _share_right(W, b, t), DIGIT_TARGET)


def _share_right(W: Array, b: Array, t: Array) -> float:
    X, truth = held_out_digits(t)
    return float(np.mean(np.argmax(X @ W.T + b, axis=1) == truth))


def _train_digits(X: Array, t: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    from nnf_teach.modules import count_steps, last_state, progress_bar, train

    epochs, batch_size = 20, 50
    steps = train(
        [(np.zeros((10, 784), np.float32), np.zeros(10, np.float32))],
        X,
        t,
        learning_rate=0.05,
        epochs=epochs,
        batch_size=batch_size,
        rng=rng,
        loss="softmax cross entropy",
    )
    return last_state(progress_bar(steps, count_steps(len(X), epochs, batch_size))).params[0]


def _nearest_mean(X: Array, t: Array) -> tuple[Array, Array]:
    """Return the classifier by class means, as linear weights: a stand-in for a short training."""
    means = np.array([X[t == k].mean(axis=0) for k in range(10)])
    return means, -0.5 * np.sum(means**2, axis=1)


def _accuracy_between(low: float, high: float) -> Callable[..., bool]:
    return lambda answer, X, t, rng: low <= _share_right(*_linear_classifier(answer), t) < high


TRAIN_DIGIT_CLASSIFIER = Exercise(
    name="train_digit_classifier",
    lesson=2,
    points=3,
    reference=_train_digits,
    cases=lambda rng: [renumbered_digits(rng)],
    score=_digit_accuracy,
    time_limit=30,
    misconceptions=(
        Misconception(
            "transposed-weights",
            lambda X, t, rng: (np.zeros((784, 10)), np.zeros(10)),
            "Your W has one column per class. In this course a unit is a row: "
            "what must X be multiplied with, W or its transpose?",
            recognise=lambda answer, X, t, rng: np.shape(answer[0]) == (784, 10),
        ),
        Misconception(
            "diverged",
            lambda X, t, rng: (np.full((10, 784), np.nan), np.zeros(10)),
            "The weights grew until they were no numbers any more. "
            "Is the learning rate too large, or does exp overflow?",
            recognise=lambda answer, X, t, rng: not np.isfinite(np.array(answer[0], float)).all(),
        ),
        Misconception(
            "wrong-sign",
            lambda X, t, rng: tuple(-part for part in _nearest_mean(X, t)),
            "It is worse than guessing, so it has learnt something: the opposite. "
            "Do your steps go down the slope, or up?",
            recognise=_accuracy_between(0.0, 0.05),
        ),
        Misconception(
            "untrained",
            lambda X, t, rng: (np.zeros((10, 784)), np.zeros(10)),
            "That is as good as guessing one of ten digits. "
            "Do the weights change in your loop, and do they go downhill?",
            recognise=_accuracy_between(0.05, 0.2),
        ),
        Misconception(
            "stopped-early",
            lambda X, t, rng: _nearest_mean(X, t),
            "It learns, but does not get far enough. How many steps does it take, "
            "and is the loss still falling when you stop?",
            recognise=_accuracy_between(0.2, DIGIT_TARGET),
        ),
    ),
    hints=(
        "One step: the logits of a batch, the gradient of exercise 7, then W and b a little "
        "downhill. The gradient for W is G.T @ X, for b the sum of G over the rows.",
        "Use small batches of about 100 images in random order (rng.permutation), and go through "
        "the data several times. Every step is then cheap.",
        "A learning rate of about 0.3 that shrinks from epoch to epoch, and 10 to 15 epochs, is "
        "enough. Keep W and b in float32, as X is: it is twice as fast.",
    ),
    remark="The slide says 92 %. Lesson 5 passes 97 % with one hidden layer.",
)


# 9. sparsemax --------------------------------------------------------------------------------


def _sparsemax(z: Array) -> Array:
    """Project onto the simplex by bisection on the threshold: another way than the sort."""
    z = np.asarray(z, dtype=float)
    low, high = z.max() - 1.0, z.max()
    for _ in range(200):
        middle = (low + high) / 2
        if np.maximum(z - middle, 0).sum() > 1:
            low = middle
        else:
            high = middle
    kept = z > (low + high) / 2
    threshold = (z[kept].sum() - 1) / kept.sum()
    return np.asarray(np.maximum(z - threshold, 0))


SPARSEMAX = Exercise(
    name="sparsemax",
    lesson=2,
    points=1,
    stretch=True,
    reference=_sparsemax,
    cases=lambda rng: [
        Case((np.array([0.5, 0.0]),)),
        Case((np.array([2.0, 0.0]),), "one logit far ahead"),
        Case((np.array([1.0, 1.0, 1.0]),), "equal logits"),
        Case((np.array([3.0]),), "one class"),
        Case((np.array([1, 0, -1]),), "whole numbers"),
        Case((rng.normal(size=6),)),
        Case((0.3 * rng.normal(size=12),)),
        Case((1000 + rng.normal(size=4),), "large logits"),
    ],
    misconceptions=(
        Misconception(
            "softmax-instead",
            lambda z: _softmax(z[None])[0],
            "No entry of softmax is ever exactly 0. Which entries should be?",
        ),
        Misconception(
            "hard-maximum",
            lambda z: (z == z.max()) / np.sum(z == z.max()),
            "Yours gives everything to the largest logit. When two logits are close, "
            "what is the nearest point of the simplex?",
        ),
        Misconception(
            "clipped-and-divided",
            lambda z: np.maximum(z - z.mean(), 0) / max(np.maximum(z - z.mean(), 0).sum(), 1e-300),
            "The row adds up to 1 because you divide. The projection subtracts one threshold "
            "from all logits and divides by nothing. Which threshold?",
        ),
        Misconception(
            "threshold-of-all",
            lambda z: np.maximum(z - (z.sum() - 1) / len(z), 0),
            "Your threshold counts all entries, also those that end at 0. "
            "Which entries should the sum run over?",
        ),
    ),
    hints=(
        "The answer is max(z - tau, 0) for one number tau, chosen so that it adds up to 1.",
        "If you knew which k entries stay above 0, tau would be (their sum - 1) / k. "
        "They are the k largest.",
        "Sort z downwards. Take the largest k for which 1 + k * z[k-1] is above the sum of the "
        "first k entries.",
    ),
    remark="Martins and Astudillo (2016): a softmax that can say exactly 0.",
)

EXERCISES = (
    CROSS_ENTROPY,
    CROSS_ENTROPY_WITH_LOGITS,
    LOGISTIC_GRADIENTS,
    FIT_LOGISTIC_REGRESSION,
    SOFTMAX,
    SOFTMAX_CROSS_ENTROPY,
    SOFTMAX_CROSS_ENTROPY_GRADIENT,
    TRAIN_DIGIT_CLASSIFIER,
    SPARSEMAX,
)

PREDICTIONS = (
    Prediction(
        name="entirely-correct",
        lesson=2,
        question="A classifier gives the right class a probability of 0.99, on each of 1,000 "
        "examples. How probable is it, by its own account, that all 1,000 are right?",
        options=("about 0.99", "about 0.4", "about 0.00004"),
        answer=2,
        explanation="0.99 to the power of 1,000 is exp(1000 log 0.99), about 4 in "
        "100,000. Products of probabilities become tiny, sums of their logarithms do not: "
        "-1000 log 0.99 is just 10. This is why we add logarithms.",
    ),
    Prediction(
        name="too-large-a-step",
        lesson=2,
        question="No line separates the two classes of your data. You train logistic regression "
        "on them, with a learning rate a hundred times larger. What does the loss curve look like?",
        options=(
            "It falls a hundred times faster",
            "It jumps up and down, and may stay high",
            "It does not change, only the weights do",
        ),
        answer=1,
        explanation="The gradient says which way is down *here*. A step that is too long lands on "
        "the other side of the valley, often higher than before. Lesson 5 computes where exactly "
        "this begins.",
    ),
    Prediction(
        name="temperature",
        lesson=2,
        question="You divide all logits by 10 before the softmax. What happens to the "
        "probabilities?",
        options=("They become more equal", "They become more extreme", "They stay as they are"),
        answer=0,
        explanation="Only differences of logits count in a softmax, and they are ten times smaller "
        "now. The number that divides is called a temperature: hot is nearly uniform, cold is "
        "nearly a hard maximum.",
    ),
    Prediction(
        name="shatter",
        lesson=2,
        question="You paint 100 points in 50 dimensions black or white, at random. What is the "
        "chance that one hyperplane through the origin separates the colours?",
        options=("nearly 0", "1/2", "nearly 1"),
        answer=1,
        explanation="Cover counted it in 1965: for n points in general position in d dimensions, "
        "exactly half of all colourings can be separated at n = 2d, nearly all below, nearly none "
        "above. With many inputs a linear classifier is stronger than it looks.",
    ),
)
