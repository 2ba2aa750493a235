"""What each module passes back: linear, ReLU, sigmoid, softmax, cross entropy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.exercises.exercise import Case, Exercise, Misconception
from nnf_teach.exercises.oracles import log_softmax, softmax, vjp

EXTREME = "extreme logits"

# 2. linear_backward --------------------------------------------------------------------------


def _linear_args(rng: np.random.Generator, n: int, d: int, k: int) -> tuple[Array, Array, Array]:
    return rng.normal(size=(n, k)), rng.normal(size=(n, d)), rng.normal(size=(k, d))


def _linear_cases(rng: np.random.Generator) -> Sequence[Case]:
    hand = np.array([[1.0, -1.0]]), np.array([[2.0, 3.0]]), np.array([[1.0, 0.0], [4.0, 5.0]])
    whole = np.array([[1, 0], [2, -1]]), np.array([[1, 2], [3, -4]]), np.array([[0, 1], [5, 2]])
    shapes = [(1, 1, 1), (1, 3, 2), (3, 1, 2), (4, 2, 1), (3, 3, 3), (5, 4, 2), (0, 3, 2)]
    drawn = [Case(_linear_args(rng, *shape)) for shape in shapes]
    dY, X, W = _linear_args(rng, 4, 3, 2)
    last = Case((np.asfortranarray(dY), X, np.asfortranarray(W)), "another order in memory")
    return [Case(hand), Case(whole, "whole numbers"), *drawn, last]


def _linear_backward(dY: Array, X: Array, W: Array) -> tuple[Array, ...]:
    from autograd import numpy as anp

    return vjp(lambda X, W, b: anp.dot(X, W.T) + b, dY, X, W, np.zeros(len(W)))


def _of_linear(
    dX: Callable[[Array, Array, Array], Any] = lambda dY, X, W: dY @ W,
    dW: Callable[[Array, Array, Array], Any] = lambda dY, X, W: dY.T @ X,
    db: Callable[[Array], Any] = lambda dY: dY.sum(axis=0),
) -> Callable[..., tuple[Any, ...]]:
    """Build the three gradients, one of them wrong."""
    return lambda dY, X, W: (dX(dY, X, W), dW(dY, X, W), db(dY))


LINEAR_BACKWARD = Exercise(
    name="linear_backward",
    lesson=5,
    points=2,
    reference=_linear_backward,
    cases=_linear_cases,
    misconceptions=(
        Misconception(
            "transposed-weights",
            _of_linear(dX=lambda dY, X, W: dY @ W.T),
            "In your dX an error that belongs to a unit meets a column of W. "
            "Forwards, unit k used row k. Which row should its error go back through?",
        ),
        Misconception(
            "missing-transpose",
            _of_linear(dW=lambda dY, X, W: dY @ X),
            "Your dW multiplies (N, K) with (N, D). The examples must be what is summed over: "
            "which of the two has to be turned first?",
        ),
        Misconception(
            "transposed-gradient",
            _of_linear(dW=lambda dY, X, W: X.T @ dY),
            "Your dW stands on its side: (D, K). A gradient has the shape of what it is a "
            "gradient of. Which shape has W?",
        ),
        Misconception(
            "bias-not-summed",
            _of_linear(db=lambda dY: dY),
            "Your db has one row an example, but there is only one b, which all examples share. "
            "What happens to the parts that they contribute?",
        ),
        Misconception(
            "bias-summed-over-units",
            _of_linear(db=lambda dY: dY.sum(axis=1)),
            "Your db has one number an example. There is one bias a unit: "
            "along which axis should dY be summed?",
        ),
        Misconception(
            "bias-summed-to-one-number",
            _of_linear(db=lambda dY: dY.sum()),
            "Your db is one number for all. How many biases are there, and which errors does "
            "each of them see?",
        ),
        Misconception(
            "mean-instead-of-sum",
            _of_linear(
                dW=lambda dY, X, W: dY.T @ X / max(len(X), 1),
                db=lambda dY: dY.sum(axis=0) / max(len(dY), 1),
            ),
            "You divide by N. Whether the loss is a mean is already in dY. "
            "What does this layer itself do with the examples: add up, or average?",
        ),
        Misconception(
            "bias-averaged",
            _of_linear(db=lambda dY: dY.sum(axis=0) / max(len(dY), 1)),
            "dW adds up over the examples in yours, and db takes their mean. "
            "Why should they differ?",
        ),
        Misconception(
            "only-the-first-example",
            _of_linear(
                dW=lambda dY, X, W: np.outer(dY[0], X[0]),
                db=lambda dY: dY[0],
            ),
            "dW and db contain the first example only. What do the others contribute?",
        ),
        Misconception(
            "parameters-first",
            lambda dY, X, W: (dY.T @ X, dY.sum(axis=0), dY @ W),
            "All three are there, in another order. Which comes first in (dX, dW, db)?",
        ),
        Misconception(
            "activations-and-weights-exchanged",
            _of_linear(dX=lambda dY, X, W: dY @ X, dW=lambda dY, X, W: dY.T @ W),
            "There is a symmetry: the gradient for the inputs contains the weights, and the "
            "gradient for the weights contains the inputs. Which did you put where?",
        ),
    ),
    hints=(
        "Write down the shapes: dY (N, K), X (N, D), W (K, D). Each gradient has the shape of "
        "its array. Which products of two of them have these shapes?",
        "For one example the slide has dx = dy W, dW = dy^T x^T, db = dy. "
        "W and b are shared by all examples, so their gradients add up over N.",
        "dX is dY @ W. In dW the axis N disappears: dY.T is (K, N), X is (N, D). "
        "In db it disappears too: a sum along axis 0.",
    ),
    remark="Symmetry of weights and inputs: each one's gradient contains the other.",
)


# 3. relu_backward, sigmoid_backward ----------------------------------------------------------


def _relu_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((np.array([5.0, -5.0, 5.0, -5.0]), np.array([2.0, 2.0, -3.0, -3.0]))),
        Case((np.array([4.0, -4.0]), np.array([0.0, -0.0])), "exactly at the kink"),
        Case((np.array([3.0]), np.array([0.5])), "one number"),
        Case((np.array(2.0), np.array(-1.0)), "no axes"),
        Case((np.array([2, -1, 7]), np.array([1, 3, 0])), "whole numbers"),
        Case((rng.normal(size=(4, 3)), rng.normal(size=(4, 3)))),
        Case((rng.normal(size=(2, 5)), rng.integers(-1, 2, (2, 5)).astype(float))),
        Case((np.zeros((0, 3)), np.zeros((0, 3))), "no examples"),
        Case((rng.normal(size=6), 1000 * rng.normal(size=6)), "far out"),
    ]


def _relu_backward(dY: Array, X: Array) -> Array:
    from autograd import numpy as anp

    return vjp(lambda X: anp.where(X > 0, X, 0.0), dY, X)[0]


RELU_BACKWARD = Exercise(
    name="relu_backward",
    lesson=5,
    points=1,
    reference=_relu_backward,
    cases=_relu_cases,
    misconceptions=(
        Misconception(
            "gate-on-the-gradient",
            lambda dY, X: dY * (dY > 0),
            "Your gate looks at dY. Which neurons were active is decided on the way forward: "
            "in which of the two arrays can you see it?",
        ),
        Misconception(
            "gate-open-at-zero",
            lambda dY, X: dY * (X >= 0),
            "At x = 0 your gate is open. What does the slide put there?",
        ),
        Misconception(
            "half-at-zero",
            lambda dY, X: dY * ((X > 0) + (X >= 0)) / 2,
            "At x = 0 you let half of the gradient through. Some libraries do. "
            "What does the slide put there?",
        ),
        Misconception(
            "gate-on-both",
            lambda dY, X: dY * (X > 0) * (dY > 0),
            "You also stop every negative gradient. If an active neuron should become smaller, "
            "which sign has its gradient?",
        ),
        Misconception(
            "gate-on-the-wrong-side",
            lambda dY, X: dY * (X <= 0),
            "Your gate is open where the neuron was silent. Which neurons could change the loss?",
        ),
        Misconception(
            "no-gate",
            lambda dY, X: dY,
            "Everything goes through. If a neuron answers 0 and goes on answering 0 when its "
            "input moves a little, how does the loss change?",
        ),
        Misconception(
            "forgot-incoming-gradient",
            lambda dY, X: (X > 0).astype(float),
            "That is the derivative of ReLU alone. By what is it multiplied, by the chain rule?",
        ),
        Misconception(
            "multiplied-by-the-output",
            lambda dY, X: dY * np.maximum(X, 0),
            "You multiply by the output of ReLU. What is its slope where x > 0?",
        ),
    ),
    hints=(
        "What is the slope of max(0, x) for x > 0, and for x < 0? Then use the chain rule.",
        "The slope is 1 or 0: a gate. Multiply dY by it, place by place.",
        "X > 0 is an array of True and False. In a product True counts as 1 and False as 0.",
    ),
    remark="A gate: what was active passes its gradient on unchanged, the rest is zeroed.",
)


def _sigmoid_cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(*shape: int) -> Case:
        return Case((rng.normal(size=shape), 1 / (1 + np.exp(-3 * rng.normal(size=shape)))))

    return [
        Case((np.array([2.0, 2.0]), np.array([0.5, 0.75]))),
        Case((np.array([4]), np.array([0.25])), "a whole number"),
        Case((np.array(3.0), np.array(0.9)), "no axes"),
        Case((np.array([5.0, -5.0]), np.array([0.0, 1.0])), "saturated"),
        drawn(3, 2),
        drawn(2, 1, 4),
        drawn(1, 1),
        drawn(0, 3),
    ]


def _sigmoid_backward(dY: Array, Y: Array) -> Array:
    from autograd import numpy as anp

    with np.errstate(all="ignore"):
        X = np.clip(np.log(Y) - np.log1p(-np.asarray(Y)), -800, 800)  # what went in
    return vjp(lambda X: anp.exp(-anp.logaddexp(0.0, -X)), dY, X)[0]


def _sigmoid_slope(X: Array) -> Array:
    return np.asarray(np.exp(-np.abs(X)) / (1 + np.exp(-np.abs(X))) ** 2)


SIGMOID_BACKWARD = Exercise(
    name="sigmoid_backward",
    lesson=5,
    points=1,
    reference=_sigmoid_backward,
    cases=_sigmoid_cases,
    misconceptions=(
        Misconception(
            "took-y-for-x",
            lambda dY, Y: dY * _sigmoid_slope(Y),
            "You put Y through the sigmoid once more. Y is what came out of it. "
            "What does the slope look like in terms of y?",
        ),
        Misconception(
            "forgot-one-minus-y",
            lambda dY, Y: dY * Y,
            "With y near 1 the sigmoid is flat. Is your slope near 0 there?",
        ),
        Misconception(
            "forgot-y",
            lambda dY, Y: dY * (1 - Y),
            "With y near 0 the sigmoid is flat. Is your slope near 0 there?",
        ),
        Misconception(
            "forgot-incoming-gradient",
            lambda dY, Y: Y * (1 - Y),
            "That is the derivative of the sigmoid alone. By what is it multiplied, "
            "by the chain rule?",
        ),
        Misconception(
            "wrong-sign",
            lambda dY, Y: dY * Y * (Y - 1),
            "The sigmoid never falls. Which sign has its slope?",
        ),
        Misconception(
            "tanh-derivative",
            lambda dY, Y: dY * (1 - np.square(Y)),
            "1 - y^2 is the slope of tanh. What is the slope of the sigmoid at y = 1/2?",
        ),
        Misconception(
            "slope-of-the-gradient",
            lambda dY, Y: Y * dY * (1 - dY),
            "The slope belongs to the sigmoid, so it is made of y. "
            "Which part of yours is made of dY?",
        ),
    ),
    hints=(
        "You know the derivative of the sigmoid from lesson 1. It can be written with y alone.",
        "The slope is y (1 - y). The chain rule multiplies it by what comes in from behind.",
        "Three factors, place by place: dY, Y and 1 - Y.",
    ),
    remark="The output is enough: a network need not keep what went into its sigmoids.",
)


# 4. softmax_backward -------------------------------------------------------------------------


def _softmax_cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(n: int, k: int, scale: float = 1.0) -> Case:
        return Case((rng.normal(size=(n, k)), softmax(scale * rng.normal(size=(n, k)))))

    return [
        Case((np.array([[1.0, 0.0]]), np.array([[0.25, 0.75]]))),
        Case((np.array([[2, -1], [0, 3]]), np.array([[0.5, 0.5], [0.1, 0.9]])), "whole numbers"),
        Case((np.array([[3.0], [-2.0]]), np.ones((2, 1))), "one class"),
        Case((np.array([[1.0, -2.0, 5.0]]), np.array([[0.0, 1.0, 0.0]])), "sure"),
        drawn(3, 3),
        drawn(4, 2),
        drawn(2, 5, 10.0),
        drawn(1, 4),
        drawn(0, 3),
    ]


def _softmax_backward(dY: Array, Y: Array) -> Array:
    from autograd import numpy as anp

    Z = np.log(np.maximum(Y, 5e-324))  # logits whose softmax is Y

    def forward(Z: Any) -> Any:
        E = anp.exp(Z)  # at most 1: the logarithm of a probability went in
        return E / anp.sum(E, axis=1, keepdims=True)

    return vjp(forward, dY, Z)[0]


SOFTMAX_BACKWARD = Exercise(
    name="softmax_backward",
    lesson=5,
    points=2,
    reference=_softmax_backward,
    cases=_softmax_cases,
    misconceptions=(
        Misconception(
            "printed-on-the-slide",
            lambda dY, Y: dY - Y * dY.sum(axis=1, keepdims=True),
            "This is the second line of the slide, and it has a slip. Compare it with the first "
            "line: by which factor is each dL/dy_i multiplied there?",
        ),
        Misconception(
            "slide-times-y",
            lambda dY, Y: Y * (dY - Y * dY.sum(axis=1, keepdims=True)),
            "The factor y in front is right. But inside the sum each dL/dy_i should meet its own "
            "y_i. Which y does it meet in yours?",
        ),
        Misconception(
            "forgot-y-factor",
            lambda dY, Y: dY - (dY * Y).sum(axis=1, keepdims=True),
            "The difference is right. A class with probability 0 hardly moves when its logit "
            "moves: which factor says so?",
        ),
        Misconception(
            "diagonal-only",
            lambda dY, Y: dY * Y * (1 - Y),
            "You treat each class alone, as a sigmoid. When one logit grows, what happens to the "
            "probabilities of the other classes?",
        ),
        Misconception(
            "off-diagonal-only",
            lambda dY, Y: -Y * (dY * Y).sum(axis=1, keepdims=True),
            "You take what a logit does to all classes by the normaliser, but not what it does "
            "to its own class. What is delta_ij for i = j?",
        ),
        Misconception(
            "unweighted-sum",
            lambda dY, Y: Y * (dY - dY.sum(axis=1, keepdims=True)),
            "In your sum every class counts the same. In the first line of the slide, what "
            "multiplies dL/dy_i?",
        ),
        Misconception(
            "sum-over-examples",
            lambda dY, Y: Y * (dY - (dY * Y).sum(axis=0, keepdims=True)),
            "Your sum mixes the examples. Along which axis are the classes of one example?",
        ),
        Misconception(
            "sum-over-everything",
            lambda dY, Y: Y * (dY - (dY * Y).sum()),
            "Your sum runs over the whole batch. Should the gradient of one example depend on "
            "the others?",
        ),
        Misconception(
            "forgot-keepdims",
            lambda dY, Y: Y * (dY - (dY * Y).sum(axis=1)),
            "There is one sum for each row, but it is subtracted along the columns. "
            "Which shape must the sums have so that each meets its own row?",
        ),
        Misconception(
            "wrong-sign",
            lambda dY, Y: Y * ((dY * Y).sum(axis=1, keepdims=True) - dY),
            "Every sign is turned round. When a logit grows, does its own class become more "
            "probable, or less?",
        ),
    ),
    hints=(
        "The first line of the slide is right: dL/dz_j = sum over i of dL/dy_i y_i (d_ij - y_j). "
        "Multiply it out: two terms.",
        "dL/dz_j = y_j dL/dy_j - y_j s, where s is the sum over i of dL/dy_i y_i. "
        "There is one s for each row.",
        "Compute s with sum(axis=1, keepdims=True) of dY * Y. Then both terms share the factor Y.",
    ),
    remark="Each row adds up to 0: the same number added to all logits changes nothing.",
)


# 5. cross_entropy_backward -------------------------------------------------------------------


def _cross_entropy_cases(rng: np.random.Generator) -> Sequence[Case]:
    tiny = np.array([[1e-300, 0.5, 0.5]]), np.array([[1.0, 0.0, 2.0]])
    return [
        Case((np.array([[0.25, 0.75]]), np.array([[0.0, 1.0]]))),
        Case((np.array([[0.5, 0.5], [0.2, 0.8]]), np.array([[1, 0], [0, 1]])), "whole targets"),
        Case((np.array([[0.5]]), np.array([[3.0]])), "one class"),
        Case(tiny, "a tiny probability"),
        Case((softmax(rng.normal(size=(4, 3))), softmax(rng.normal(size=(4, 3))))),
        Case((softmax(rng.normal(size=(3, 3))), rng.uniform(0, 2, (3, 3))), "rows of other sums"),
        Case((softmax(rng.normal(size=(1, 5))), np.eye(5)[[2]])),
        Case((np.zeros((0, 3)), np.zeros((0, 3))), "no examples"),
    ]


def _cross_entropy_backward(P: Array, T: Array) -> tuple[Array, ...]:
    from autograd import numpy as anp

    return vjp(lambda P, T: -anp.sum(T * anp.log(P)), 1.0, P, T)


CROSS_ENTROPY_BACKWARD = Exercise(
    name="cross_entropy_backward",
    lesson=5,
    points=1,
    reference=_cross_entropy_backward,
    cases=_cross_entropy_cases,
    misconceptions=(
        Misconception(
            "mean-instead-of-sum",
            lambda P, T: (-T / P / max(len(P), 1), -np.log(P) / max(len(P), 1)),
            "You divide by N. As on the slide, the losses of the examples are added up here. "
            "Does one example's gradient then depend on how many others there are?",
        ),
        Misconception(
            "wrong-sign",
            lambda P, T: (T / P, np.log(P)),
            "Every sign is turned round. If the right class gets more probability, should the "
            "loss rise or fall?",
        ),
        Misconception(
            "labels-are-constants",
            lambda P, T: (-T / P, np.zeros(np.shape(T))),
            "dP is right. You say that the loss does not depend on T. "
            "What stands beside t in -t log p?",
        ),
        Misconception(
            "forgot-logarithm",
            lambda P, T: (-T / P, -P),
            "dP is right. The loss is linear in t. Which factor of t stands in -t log p?",
        ),
        Misconception(
            "loss-instead-of-its-gradient",
            lambda P, T: (-T / P, -T * np.log(P)),
            "dP is right. Your dT is the loss itself. What is left of -t log p when you "
            "differentiate it by t?",
        ),
        Misconception(
            "forgot-label",
            lambda P, T: (-1 / P, -np.log(P)),
            "Your dP does not depend on T. How much does the loss change with the probability of "
            "a class whose t is 0?",
        ),
        Misconception(
            "two-class-formula",
            lambda P, T: ((P - T) / (P * (1 - P)), -np.log(P)),
            "Your dP has a part with 1 - t: that is the loss of a single probability. "
            "Does this loss pay for classes with t = 0?",
        ),
        Misconception(
            "gradient-by-the-logits",
            lambda P, T: (P - T, -np.log(P)),
            "p - t is the gradient by the logits, through the softmax. "
            "How does the loss change with the probability itself?",
        ),
        Misconception(
            "clipped-probability",
            lambda P, T: (-T / np.maximum(P, 1e-12), -np.log(np.maximum(P, 1e-12))),
            "You cut small probabilities. The slide warns that dividing by p is unstable, but "
            "the next exercise has a better cure. What is the exact value?",
        ),
        Misconception(
            "labels-first",
            lambda P, T: (-np.log(P), -T / P),
            "Both are there, in another order. Which comes first in (dP, dT)?",
        ),
    ),
    hints=(
        "The loss is a sum of terms -t log p, one for each example and class. "
        "Each p and each t is in one term only.",
        "Differentiate -t log p by p, with t fixed. Then by t, with p fixed.",
        "dP = -T / P and dT = -log(P), place by place. Nothing is divided by N.",
    ),
    remark="Also the labels get a gradient: what would have made them easier to predict.",
)


# 6. softmax_cross_entropy_backward -----------------------------------------------------------


def _logit_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((np.array([[0.0, np.log(3.0)]]), np.array([[1.0, 0.0]]))),
        Case((np.array([[0, 2, 0], [1, 1, -1]]), np.array([[1, 0, 0], [0, 0, 1]])), "whole"),
        Case((np.array([[1000.0, 0.0], [1000.0, 1000.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])),
             "large logits", EXTREME),
        Case((np.array([[-1000.0, 1000.0, 0.0]]), np.array([[0.5, 0.25, 0.25]])),
             "large logits", EXTREME),
        Case((np.array([[3.0], [-5.0]]), np.array([[1.0], [2.0]])), "one class"),
        Case((rng.normal(size=(2, 3)), np.zeros((2, 3))), "rows of zeros"),
        Case((3 * rng.normal(size=(4, 3)), rng.uniform(0, 2, (4, 3))), "rows of other sums"),
        Case((rng.normal(size=(3, 3)), softmax(rng.normal(size=(3, 3))))),
        Case((rng.normal(size=(1, 5)), np.eye(5)[[3]])),
        Case((np.zeros((0, 4)), np.zeros((0, 4))), "no examples"),
    ]  # fmt: skip


def _softmax_cross_entropy_backward(Z: Array, T: Array) -> tuple[Array, ...]:
    from autograd import numpy as anp

    top = np.asarray(Z, dtype=float).max(axis=1, keepdims=True)

    def loss(Z: Any, T: Any) -> Any:
        log_sum = top + anp.log(anp.sum(anp.exp(Z - top), axis=1, keepdims=True))
        return anp.sum(T * (log_sum - Z))

    return vjp(loss, 1.0, Z, T)


def _row_sums(T: Array) -> Array:
    return np.asarray(T.sum(axis=1, keepdims=True))


def _by_logits(dZ: Callable[[Array, Array], Any]) -> Callable[..., tuple[Any, Any]]:
    """Put a wrong dZ beside the right dT."""
    return lambda Z, T: (dZ(Z, T), -log_softmax(Z))


def _by_labels(dT: Callable[[Array, Array], Any]) -> Callable[..., tuple[Any, Any]]:
    """Put a wrong dT beside the right dZ."""
    return lambda Z, T: (_row_sums(T) * softmax(Z) - T, dT(Z, T))


def _overflowing(Z: Array) -> Array:
    return np.asarray(np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))


SOFTMAX_CROSS_ENTROPY_BACKWARD = Exercise(
    name="softmax_cross_entropy_backward",
    lesson=5,
    points=2,
    reference=_softmax_cross_entropy_backward,
    cases=_logit_cases,
    stable=True,
    parts={"ordinary logits": 1, EXTREME: 1},
    may_call=("softmax",),
    misconceptions=(
        Misconception(
            "printed-on-the-slide",
            _by_logits(lambda Z, T: T - Z),
            "This is what the slide prints, t - x, and it has a slip. At the best answer, "
            "softmax(x) = t, the gradient should be 0. Is it in yours?",
        ),
        Misconception(
            "logits-instead-of-probabilities",
            _by_logits(lambda Z, T: Z - T),
            "That compares logits with labels. What has to happen to the logits before they can "
            "be compared with probabilities?",
        ),
        Misconception(
            "rows-must-sum-to-one",
            _by_logits(lambda Z, T: softmax(Z) - T),
            "Right when every row of T adds up to 1. Here some do not: "
            "how often is each row's log of the normaliser counted then?",
        ),
        Misconception(
            "wrong-sign",
            _by_logits(lambda Z, T: T - _row_sums(T) * softmax(Z)),
            "The sign of dZ is turned round. If the right class gets a larger logit, does the "
            "loss rise or fall?",
        ),
        Misconception(
            "mean-instead-of-sum",
            lambda Z, T: (
                (_row_sums(T) * softmax(Z) - T) / max(len(Z), 1),
                -log_softmax(Z) / max(len(Z), 1),
            ),
            "You divide by N. As on the slide, the losses of the examples are added up here. "
            "Does one example's gradient then depend on how many others there are?",
        ),
        Misconception(
            "only-dz-averaged",
            lambda Z, T: ((_row_sums(T) * softmax(Z) - T) / max(len(Z), 1), -log_softmax(Z)),
            "dT is right, dZ is divided by N. The losses are added up here: "
            "where does your 1/N come from?",
        ),
        Misconception(
            "forgot-label",
            _by_logits(lambda Z, T: softmax(Z)),
            "Your dZ does not depend on T. What should be different at the right class?",
        ),
        Misconception(
            "labels-are-constants",
            _by_labels(lambda Z, T: np.zeros(np.shape(T))),
            "dZ is right. You say that the loss does not depend on T. "
            "What is each t multiplied by in the loss?",
        ),
        Misconception(
            "forgot-logarithm",
            _by_labels(lambda Z, T: -softmax(Z)),
            "dZ is right. The loss is linear in t. Is each t multiplied by a probability, "
            "or by its logarithm?",
        ),
        Misconception(
            "wrong-sign-of-dt",
            _by_labels(lambda Z, T: log_softmax(Z)),
            "dZ is right. A logarithm of a probability is never positive, and the loss is never "
            "negative. Which sign has dT?",
        ),
        Misconception(
            "log-of-zero",
            _by_labels(lambda Z, T: -np.log(softmax(Z))),
            "A probability that is too small for a computer is 0, and its logarithm is gone. "
            "What is log(softmax(z)) when you simplify before you compute?",
        ),
        Misconception(
            "unstable-exp",
            lambda Z, T: (_row_sums(T) * _overflowing(Z) - T, -np.log(_overflowing(Z))),
            "The formulas are right, but exp(1000) overflows. "
            "What may you subtract from each row of Z first?",
        ),
        Misconception(
            "wrong-axis",
            lambda Z, T: (
                _row_sums(T) * softmax(Z.T).T - T if len(Z) else Z,
                -log_softmax(Z.T).T if len(Z) else Z,
            ),
            "Your softmax normalises over the examples. Along which axis are the classes of one "
            "example?",
        ),
        Misconception(
            "labels-first",
            lambda Z, T: (-log_softmax(Z), _row_sums(T) * softmax(Z) - T),
            "Both are there, in another order. Which comes first in (dZ, dT)?",
        ),
    ),
    hints=(
        "For one row: L = sum over j of t_j (log(sum of exp(z)) - z_j). It is linear in t: "
        "dT can be read off.",
        "The derivative of log(sum of exp(z)) by z_k is softmax(z)_k. It appears once for every "
        "t_j, so it is multiplied by the sum of the row of T.",
        "Make S = Z minus the maximum of each row, and log_p = S - log(sum of exp(S)). Then "
        "dT = -log_p, and dZ = T.sum(axis=1, keepdims=True) * exp(log_p) - T.",
    ),
    remark="Prediction minus label: no division by p is left. The slide's t - x is a slip.",
)
