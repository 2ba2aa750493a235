"""What each module passes back: linear, ReLU, sigmoid, softmax, cross entropy."""

import numpy as np

from nnf_teach.exercises.exercise import NO_MATRIX, Case
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.oracles import log_softmax, softmax, vjp

EXTREME = "extreme logits"


@exercise(lesson=5, points=2, returns=("dX", "dW", "db"))
def linear_backward(dY, X, W):
    from autograd import numpy as anp

    return vjp(lambda X, W, b: anp.dot(X, W.T) + b, dY, X, W, np.zeros(len(W)))


@linear_backward.cases
def cases(rng):
    def drawn(n, d, k):
        return rng.normal(size=(n, k)), rng.normal(size=(n, d)), rng.normal(size=(k, d))

    yield np.array([[1.0, -1.0]]), np.array([[2.0, 3.0]]), np.array([[1.0, 0.0], [4.0, 5.0]])
    whole = np.array([[1, 0], [2, -1]]), np.array([[1, 2], [3, -4]]), np.array([[0, 1], [5, 2]])
    yield *whole, "whole numbers"
    for n, d, k in (1, 1, 1), (1, 3, 2), (3, 1, 2), (4, 2, 1), (3, 3, 3), (5, 4, 2), (0, 3, 2):
        yield drawn(n, d, k)
    dY, X, W = drawn(4, 3, 2)
    yield np.asfortranarray(dY), X, np.asfortranarray(W), "another order in memory"


def _last_only(dY, X, W):
    return dY @ W, np.outer(dY[-1], X[-1]), dY.sum(axis=0)


@linear_backward.mistake(also=(_last_only,))
def one_example_only(dY, X, W):
    """One example alone makes your dW, in a batch as well. What do the others contribute?"""
    return dY @ W, np.outer(dY[0], X[0]), dY[0]


linear_backward.hints(
    "Write down the shapes: dY (N, K), X (N, D), W (K, D). Each gradient has the shape of "
    "its array. Which products of two of them have these shapes?",
    "For one example the slide has dx = dy W, dW = dy^T x^T, db = dy. "
    "W and b are shared by all examples, so their gradients add up over N.",
    "dX is dY @ W. In dW the axis N disappears: dY.T is (K, N), X is (N, D). "
    "In db it disappears too: a sum along axis 0.",
    remark="Symmetry of weights and inputs: each one's gradient contains the other.",
)


@exercise(lesson=5, points=1)
def relu_backward(dY, X):
    from autograd import numpy as anp

    return vjp(lambda X: anp.where(X > 0, X, 0.0), dY, X)[0]


@relu_backward.cases
def cases(rng):
    yield np.array([5.0, -5.0, 5.0, -5.0]), np.array([2.0, 2.0, -3.0, -3.0])
    yield np.array([4.0, -4.0]), np.array([0.0, -0.0]), "exactly at the kink"
    yield np.array([3.0]), np.array([1e-9]), "one number, close to the kink"
    yield np.array(2.0), np.array(-1.0), "no axes"
    yield np.array([2, -1, 7]), np.array([1, 3, 0]), "whole numbers"
    yield rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    yield rng.normal(size=(2, 5)), rng.integers(-1, 2, (2, 5)).astype(float)
    yield np.zeros((0, 3)), np.zeros((0, 3)), "no examples"
    yield rng.normal(size=6), 1000 * rng.normal(size=6), "far out"


relu_backward.hints(
    "What is the slope of max(0, x) for x > 0, and for x < 0? Then use the chain rule.",
    "The slope is 1 or 0: a gate. Multiply dY by it, place by place.",
    "X > 0 is an array of True and False. In a product True counts as 1 and False as 0.",
    remark="A gate: what was active passes its gradient on unchanged, the rest is zeroed.",
)


@exercise(lesson=5, points=1)
def sigmoid_backward(dY, Y):
    from autograd import numpy as anp

    with np.errstate(all="ignore"):
        X = np.clip(np.log(Y) - np.log1p(-np.asarray(Y)), -800, 800)  # what went in
    return vjp(lambda X: anp.exp(-anp.logaddexp(0.0, -X)), dY, X)[0]


@sigmoid_backward.cases
def cases(rng):
    def drawn(*shape):
        return rng.normal(size=shape), 1 / (1 + np.exp(-3 * rng.normal(size=shape)))

    yield np.array([2.0, 2.0]), np.array([0.5, 0.75])
    yield np.array([4]), np.array([0.25]), "a whole number"
    yield np.array(3.0), np.array(0.9), "no axes"
    yield np.array([5.0, -5.0]), np.array([0.0, 1.0]), "saturated"
    yield from (drawn(3, 2), drawn(2, 1, 4), drawn(1, 1), drawn(0, 3))


@sigmoid_backward.mistake
def took_y_for_x(dY, Y):
    """You put Y through the sigmoid once more. Y is what came out of it. What does the slope look
    like in terms of y?"""
    return dY * np.exp(-Y) / (1 + np.exp(-Y)) ** 2


@sigmoid_backward.mistake(also=(lambda dY, Y: dY * (1 - Y),))
def one_factor_of_two(dY, Y):
    """The sigmoid is flat at both ends, with y near 0 and with y near 1. At which of them is your
    slope not near 0?"""
    return dY * Y


sigmoid_backward.hints(
    "You know the derivative of the sigmoid from lesson 1. It can be written with y alone.",
    "The slope is y (1 - y). The chain rule multiplies it by what comes in from behind.",
    "Three factors, place by place: dY, Y and 1 - Y.",
    remark="The output is enough: a network need not keep what went into its sigmoids.",
)


def of_many_classes(rng):
    return Case((rng.normal(size=(1, 400)), softmax(rng.normal(size=(1, 400)))))


@exercise(
    lesson=5,
    points=2,
    sparing=of_many_classes,
    matrix_message="Right, but that is a Jacobian, K x K numbers for each row. Multiply the first "
    "line of the slide out, into two terms: which factor in them is the same for all j?",
    parts={"values": 1, NO_MATRIX: 1},
)
def softmax_backward(dY, Y):
    from autograd import numpy as anp

    def forward(Z):
        E = anp.exp(Z)  # at most 1: the logarithm of a probability went in
        return E / anp.sum(E, axis=1, keepdims=True)

    return vjp(forward, dY, np.log(np.maximum(Y, 5e-324)))[0]  # logits whose softmax is Y


@softmax_backward.cases
def cases(rng):
    def drawn(n, k, scale=1.0):
        return rng.normal(size=(n, k)), softmax(scale * rng.normal(size=(n, k)))

    yield np.array([[1.0, 0.0]]), np.array([[0.25, 0.75]])
    yield np.array([[2, -1], [0, 3]]), np.array([[0.5, 0.5], [0.1, 0.9]]), "whole numbers"
    yield np.array([[3.0], [-2.0]]), np.ones((2, 1)), "one class"
    yield np.array([[1.0, -2.0, 5.0]]), np.array([[0.0, 1.0, 0.0]]), "sure"
    yield from (drawn(3, 3), drawn(4, 2), drawn(2, 5, 10.0), drawn(1, 4), drawn(0, 3))


@softmax_backward.mistake
def printed_on_the_slide(dY, Y):
    """This is the second line of the slide, and it has a slip. Compare it with the first line: by
    which factor is each dL/dy_i multiplied there?"""
    return dY - Y * dY.sum(axis=1, keepdims=True)


@softmax_backward.mistake
def slide_times_y(dY, Y):
    """The factor y in front is right. But inside the sum each dL/dy_i should meet its own y_i.
    Which y does it meet in yours?"""
    return Y * (dY - Y * dY.sum(axis=1, keepdims=True))


@softmax_backward.mistake
def diagonal_only(dY, Y):
    """You treat each class alone, as a sigmoid. When one logit grows, what happens to the
    probabilities of the other classes?"""
    return dY * Y * (1 - Y)


@softmax_backward.mistake
def unweighted_sum(dY, Y):
    """In your sum every class counts the same. In the first line of the slide, what multiplies
    dL/dy_i?"""
    return Y * (dY - dY.sum(axis=1, keepdims=True))


softmax_backward.hints(
    "The first line of the slide is right: dL/dz_j = sum over i of dL/dy_i y_i (d_ij - y_j). "
    "Multiply it out: two terms.",
    "dL/dz_j = y_j dL/dy_j - y_j s, where s is the sum over i of dL/dy_i y_i. "
    "There is one s for each row.",
    "Compute s with sum(axis=1, keepdims=True) of dY * Y. Then both terms share the factor Y.",
    remark="Each row adds up to 0: the same number added to all logits changes nothing.",
)


@exercise(lesson=5, points=1, returns=("dP", "dT"))
def cross_entropy_backward(P, T):
    from autograd import numpy as anp

    return vjp(lambda P, T: -anp.sum(T * anp.log(P)), 1.0, P, T)


@cross_entropy_backward.cases
def cases(rng):
    yield np.array([[0.25, 0.75]]), np.array([[0.0, 1.0]])
    yield np.array([[0.5, 0.5], [0.2, 0.8]]), np.array([[1, 0], [0, 1]]), "whole targets"
    yield np.array([[0.5], [1.0]]), np.array([[3.0], [2.0]]), "one class"
    yield np.array([[1e-300, 0.5, 0.5]]), np.array([[1.0, 0.0, 2.0]]), "a tiny probability"
    yield softmax(rng.normal(size=(4, 3))), softmax(rng.normal(size=(4, 3)))
    yield softmax(rng.normal(size=(3, 3))), rng.uniform(0, 2, (3, 3)), "rows of other sums"
    yield softmax(rng.normal(size=(1, 5))), np.eye(5)[[2]]
    yield np.zeros((0, 3)), np.zeros((0, 3)), "no examples"


@cross_entropy_backward.mistake
def two_class_formula(P, T):
    """Your dP has a part with 1 - t: that is the loss of a single probability. Does this loss pay
    for classes with t = 0?"""
    return (P - T) / (P * (1 - P)), -np.log(P)


@cross_entropy_backward.mistake
def gradient_by_the_logits(P, T):
    """p - t is the gradient by the logits, through the softmax. How does the loss change with the
    probability itself?"""
    return P - T, -np.log(P)


cross_entropy_backward.hints(
    "The loss is a sum of terms -t log p, one for each example and class. "
    "Each p and each t is in one term only.",
    "Differentiate -t log p by p, with t fixed. Then by t, with p fixed.",
    "dP = -T / P and dT = -log(P), place by place. Nothing is divided by N.",
    remark="Also the labels get a gradient: what would have made them easier to predict.",
)


@exercise(
    lesson=5,
    points=2,
    returns=("dZ", "dT"),
    stable=True,
    parts={"ordinary logits": 1, EXTREME: 1},
    may_call=("softmax",),
)
def softmax_cross_entropy_backward(Z, T):
    from autograd import numpy as anp

    top = np.asarray(Z, dtype=float).max(axis=1, keepdims=True)

    def loss(Z, T):
        log_sum = top + anp.log(anp.sum(anp.exp(Z - top), axis=1, keepdims=True))
        return anp.sum(T * (log_sum - Z))

    return vjp(loss, 1.0, Z, T)


@softmax_cross_entropy_backward.cases
def cases(rng):
    def large(Z, T):
        return Case((np.array(Z), np.array(T)), "large logits", EXTREME)

    yield np.array([[0.0, np.log(3.0)]]), np.array([[1.0, 0.0]])
    yield np.array([[0, 2, 0], [1, 1, -1]]), np.array([[1, 0, 0], [0, 0, 1]]), "whole"
    yield large([[1000.0, 0.0], [1000.0, 1000.0]] * 2, [[0.0, 1.0], [1.0, 0.0]] * 2)
    yield large([[-1000.0, 1000.0, 0.0]], [[0.5, 0.25, 0.25]])
    yield large([[-1000.0, -1001.0]], [[0.0, 1.0]])
    yield large([[999.0, 1000.0], [-1000.0, -1001.0]], [[1.0, 0.0], [0.0, 1.0]])
    yield np.array([[3.0], [-5.0]]), np.array([[1.0], [2.0]]), "one class"
    yield rng.normal(size=(2, 3)), np.zeros((2, 3)), "rows of zeros"
    yield 3 * rng.normal(size=(4, 3)), rng.uniform(0, 2, (4, 3)), "rows of other sums"
    yield rng.normal(size=(3, 3)), softmax(rng.normal(size=(3, 3)))
    yield rng.normal(size=(1, 5)), np.eye(5)[[3]]
    yield np.zeros((0, 4)), np.zeros((0, 4)), "no examples"


def _scaled(P, T):
    return T.sum(axis=1, keepdims=True) * P - T


@softmax_cross_entropy_backward.mistake
def printed_on_the_slide(Z, T):
    """This is what the slide prints, t - x, and it has a slip. At the best answer,
    softmax(x) = t, the gradient should be 0. Is it in yours?"""
    return T - Z, -log_softmax(Z)


@softmax_cross_entropy_backward.mistake
def logits_instead_of_probabilities(Z, T):
    """That compares logits with labels. What has to happen to the logits before they can be
    compared with probabilities?"""
    return Z - T, -log_softmax(Z)


@softmax_cross_entropy_backward.mistake
def log_of_zero(Z, T):
    """A probability that is too small for a computer is 0, and its logarithm is gone. What is
    log(softmax(z)) when you simplify before you compute?"""
    return _scaled(softmax(Z), T), -np.log(softmax(Z))


softmax_cross_entropy_backward.hints(
    "For one row: L = sum over j of t_j (log(sum of exp(z)) - z_j). It is linear in t: "
    "dT can be read off.",
    "The derivative of log(sum of exp(z)) by z_k is softmax(z)_k. It appears once for every "
    "t_j, so it is multiplied by the sum of the row of T.",
    "Make S = Z minus the maximum of each row, and log_p = S - log(sum of exp(S)). Then "
    "dT = -log_p, and dZ = T.sum(axis=1, keepdims=True) * exp(log_p) - T.",
    remark="Prediction minus label: no division by p is left. The slide's t - x is a slip.",
)
