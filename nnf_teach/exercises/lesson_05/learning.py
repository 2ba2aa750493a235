"""The gradients of a whole network, and real digits that are learnt with them."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from nnf_teach.arguments import Array, Params
from nnf_teach.exercises.digits import held_out_digits, learning_digits, renumbered_digits
from nnf_teach.exercises.exercise import BadAnswer, Case, Reached
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.lesson_05.backward import EXTREME
from nnf_teach.exercises.oracles import CUT_LOGARITHMS, log_softmax, random_params, softmax
from nnf_teach.exercises.readers import read_layer, refuse_nans, units_are_equal

ANY_DEPTH = "any number of layers"


@exercise(
    lesson=5,
    points=4,
    returns=("loss", "grads"),
    parts={"one hidden layer": 2, ANY_DEPTH: 1, EXTREME: 1},
    may_call=("softmax",),
    stable=True,
)
def mlp_loss_and_gradients(params, X, t):
    """Differentiate the loss of the whole network by autograd."""
    from autograd import numpy as anp
    from autograd import value_and_grad
    from autograd.tracer import getval

    picked = np.eye(len(params[-1][1]))[np.asarray(t, dtype=int)]

    def loss(params):
        H = np.asarray(X, dtype=float)
        for W, b in params[:-1]:
            Z = anp.dot(H, W.T) + b
            H = anp.where(Z > 0, Z, 0.0)
        Z = anp.dot(H, params[-1][0].T) + params[-1][1]
        top = np.max(getval(Z), axis=1, keepdims=True)
        log_sum = top + anp.log(anp.sum(anp.exp(Z - top), axis=1, keepdims=True))
        return anp.mean(anp.sum(picked * (log_sum - Z), axis=1))

    floats = [(np.array(W, dtype=float), np.array(b, dtype=float)) for W, b in params]
    value, grads = value_and_grad(loss)(floats)
    return float(value), grads


@mlp_loss_and_gradients.cases
def cases(rng):
    def drawn(n, *sizes, scale=1.0, about=""):
        X, t = rng.normal(size=(n, sizes[0])), rng.integers(0, sizes[-1], n)
        part = EXTREME if scale > 1 else "" if len(sizes) == 3 else ANY_DEPTH
        return Case((random_params(rng, sizes, scale), X, t), about, part)

    hand = [(np.array([[1.0], [-1.0]]), np.zeros(2)), (np.eye(2), np.zeros(2))]
    whole = [
        (np.array([[1, -1], [2, 0]]), np.array([0, -1])),
        (np.array([[1, 0], [1, 1]]), np.array([1, 0])),
    ]
    kink = [(np.eye(2), np.zeros(2)), (np.array([[1.0, -2.0], [0.5, 1.0]]), np.array([0.0, 0.25]))]
    yield hand, np.array([[2.0]]), np.array([0]), "by hand"
    yield whole, np.array([[1, 2], [3, 0], [0, 1]]), np.array([0, 1, 1]), "whole numbers"
    yield kink, np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([1, 0]), "exactly at the kink"
    yield drawn(4, 3, 2, about="one layer")
    yield drawn(3, 3, 3, 3, about="as many units as inputs as classes as examples")
    yield drawn(1, 1, 1, 1, about="one of everything")
    yield drawn(5, 2, 4, 3)
    yield drawn(6, 3, 4, 3, 2, about="three layers")
    yield drawn(2, 2, 3, 2, 4, 3, about="four layers")
    yield drawn(4, 2, 3, 3, scale=40.0, about="large logits")


def _error(Z, t):
    return softmax(Z) - np.eye(Z.shape[1])[t]


def _relu(Z):
    return np.maximum(Z, 0)


def by_hand(
    params,
    X,
    t,
    relu=_relu,
    last=lambda Z: Z,
    log_p=log_softmax,
    error=_error,
    gate=lambda dH, Z: dH * (Z > 0),
):
    """Go forward and back by formulas, of which a mistake changes one. Never a reference."""
    outputs, sums = [X], []
    for k, (W, b) in enumerate(params):
        sums.append(outputs[-1] @ W.T + b)
        outputs.append((relu if k < len(params) - 1 else last)(sums[-1]))
    Z, n = outputs[-1], len(t)
    dZ = error(Z, t) / n
    grads: list[tuple[Array, Array]] = []
    for k in range(len(params) - 1, -1, -1):
        grads.insert(0, (dZ.T @ outputs[k], dZ.sum(axis=0)))
        if k:
            dZ = gate(dZ @ params[k][0], sums[k - 1])
    return float(-log_p(Z)[np.arange(n), t].sum() / n), grads


@mlp_loss_and_gradients.mistake
def loss_averaged_over_classes(params, X, t):
    """The gradients are right. Your loss is divided by the number of classes, too: over which of
    its numbers is it a mean?"""
    loss, grads = by_hand(params, X, t)
    return loss / len(params[-1][1]), grads


@mlp_loss_and_gradients.mistake
def gate_open_at_zero(params, X, t):
    """Where the sum of a hidden unit is exactly 0, your gate is open. What does the slide put
    there?"""
    return by_hand(params, X, t, gate=lambda dH, Z: dH * (Z >= 0))


@mlp_loss_and_gradients.mistake
def gate_on_the_gradient(params, X, t):
    """Your gate looks at the gradient. Which units were active is decided on the way forward:
    what do you have to keep from there?"""
    return by_hand(params, X, t, gate=lambda dH, Z: _relu(dH))


@mlp_loss_and_gradients.mistake
def multiplied_by_the_output(params, X, t):
    """You multiply by the output of ReLU. What is its slope where a unit is active?"""
    return by_hand(params, X, t, gate=lambda dH, Z: dH * _relu(Z))


def _relu_before_the_loss_only(params, X, t):
    return by_hand(params, X, t, last=_relu)


@mlp_loss_and_gradients.mistake(also=(_relu_before_the_loss_only,))
def relu_on_the_logits(params, X, t):
    """Your logits are never negative. Which layer has no ReLU behind it?"""
    return by_hand(params, X, t, last=_relu, error=lambda Z, t: _error(Z, t) * (Z > 0))


def _gate_alone(params, X, t):
    return by_hand(params, X, t, relu=lambda Z: Z)


@mlp_loss_and_gradients.mistake(also=(_gate_alone,))
def no_relu(params, X, t):
    """Your network is linear: nothing happens between its layers. Which module comes after each
    layer but the last?"""
    return by_hand(params, X, t, relu=lambda Z: Z, gate=lambda dH, Z: dH)


@mlp_loss_and_gradients.mistake
def printed_on_the_slide(params, X, t):
    """Your first error is t - x, as the slide prints, and it has a slip there. What is dZ in your
    exercise 6?"""
    return by_hand(params, X, t, error=lambda Z, t: np.eye(Z.shape[1])[t] - Z)


@mlp_loss_and_gradients.mistake
def forgot_label(params, X, t):
    """Your gradients do not depend on t. What should be different at the right class?"""
    return by_hand(params, X, t, error=lambda Z, t: softmax(Z))


@mlp_loss_and_gradients.mistake
def unstable_log(params, X, t):
    """A probability that is too small for a computer is 0, and its logarithm is gone. How did you
    compute log(softmax(z)) in exercise 6?"""
    return by_hand(params, X, t, log_p=lambda Z: np.log(softmax(Z)))


def _cut(log, params, X, t):
    return by_hand(params, X, t, log_p=lambda Z: log(softmax(Z)))


@mlp_loss_and_gradients.mistake(also=tuple(partial(_cut, log) for log in CUT_LOGARITHMS))
def clipped_probability(params, X, t):
    """Your gradients are right. In the loss you cut small probabilities, or add a small number to
    them, and then no example can cost more than minus its logarithm: for 1e-15 this is 34.54. How
    did you compute log(softmax(z)) in exercise 6?"""
    return _cut(CUT_LOGARITHMS[0], params, X, t)


mlp_loss_and_gradients.hints(
    "Forwards first: keep the input of every layer in a list. The last layer gives the "
    "logits. Then go through the layers in reverse.",
    "Start with dZ = (softmax(Z) - one-hot of t) / N. At each layer linear_backward gives the "
    "three gradients: keep dW and db, pass dX on to the ReLU before it.",
    "Hs = [X]; a loop over params[:-1] appends np.maximum(Hs[-1] @ W.T + b, 0). Backwards, for "
    "layer k: dX, dW, db = linear_backward(dZ, Hs[k], W); put (dW, db) in front of grads; "
    "then dZ = relu_backward(dX, Hs[k]).",
    remark="All gradients of a network of any depth, for about the price of two forward passes.",
)


def _digit_network(answer: Any) -> Params:
    """Read the params of a network of any depth from 784 pixels to 10 classes."""
    if not isinstance(answer, tuple | list) or not answer:
        raise BadAnswer("type", "Return params: a list of pairs (W, b), one for each layer.")
    params, width = [], 784
    for number, pair in enumerate(answer, start=1):
        W, b = read_layer(pair, answer)
        if W.ndim != 2 or W.shape[1] != width or b.shape != (len(W),):
            raise BadAnswer(
                "shape",
                f"Layer {number} has W of shape {W.shape} and b of shape {b.shape}. It gets "
                f"{width} numbers, so W must be (units, {width}) and b (units,).",
                answer,
            )
        refuse_nans((W, b), answer)
        params.append((W, b))
        width = len(W)
    if sum(W.size for W, _ in params) > _MOST_WEIGHTS:
        raise BadAnswer("shape", f"More than {_MOST_WEIGHTS:,} weights: 100,000 are enough.")
    if width != 10:
        raise BadAnswer("shape", f"The last layer has {width} units, 10 are asked for.", answer)
    return params


_MOST_WEIGHTS = 5_000_000
_AT_A_TIME = 1000  # images; a wide network then takes no more memory than a narrow one


def _logits(answer: Any, X: Array) -> Array:
    params = _digit_network(answer)
    for W, b in params[:-1]:
        X = np.maximum(X @ W.T + b, 0)
    return np.asarray(X @ params[-1][0].T + params[-1][1])


def _share_right(params: Params, t: Array) -> float:
    X, truth = held_out_digits(t)
    right = 0
    for k in range(0, len(X), _AT_A_TIME):
        guesses = np.argmax(_logits(params, X[k : k + _AT_A_TIME]), axis=1)
        right += int(np.sum(guesses == truth[k : k + _AT_A_TIME]))
    return right / len(X)


MLP_TARGET = 0.97  # share of the test images to get right


def _digit_accuracy(
    answer: Any, X: Array, t: Array, rng: Any, target: float = MLP_TARGET
) -> Reached:
    """Measure on the 10,000 test images, which the learner's function never got."""
    share = _share_right(_digit_network(answer), t)
    return Reached("right on the 10,000 test images", share, target)


@exercise(
    lesson=5,
    points=3,
    score=_digit_accuracy,
    learning=learning_digits(_logits),
    graded={"score": partial(_digit_accuracy, target=MLP_TARGET - 0.01)},
    time_limit=60,
    may_call=("init_params",),
)
def train_digit_mlp(X, t, rng):
    from nnf_teach.modules import count_steps, init_params, last_state, progress_bar, train

    batch_size = 128
    params = init_params((784, 128, 10), rng=rng, init="he", dtype=np.float32)
    for learning_rate, epochs in ((0.5, 3), (0.1, 2)):
        steps = train(
            params,
            X,
            t,
            learning_rate=learning_rate,
            epochs=epochs,
            batch_size=batch_size,
            rng=rng,
            loss="softmax cross entropy",
            activation="relu",
        )
        total = count_steps(len(X), epochs, batch_size)
        params = last_state(progress_bar(steps, total)).params
    return params


@train_digit_mlp.cases
def cases(rng):
    yield renumbered_digits(rng)


@train_digit_mlp.mistake(
    recognise=lambda answer, X, t, rng: (
        np.shape(answer[0][0])[0] == 784 and np.shape(answer[0][0])[1] != 784
    )
)
def transposed_weights(X, t, rng):
    """Your first W has one column a unit. In this course a unit is a row: what must X be
    multiplied with, W or its transpose?"""
    return [(np.zeros((784, 10)), np.zeros(10))]


@train_digit_mlp.mistake(
    recognise=lambda answer, X, t, rng: (
        len(answer[-1][1]) == 10 and any(map(units_are_equal, answer[:-1], answer[1:]))
    )
)
def all_units_equal(X, t, rng):
    """All units of a hidden layer have the same weights, so they get the same gradient and stay
    equal for ever. What must differ at the start?"""
    return [(np.ones((10, 784)), np.zeros(10)), (np.ones((10, 10)), np.zeros(10))]


@train_digit_mlp.mistake(recognise=lambda answer, X, t, rng: len(answer) == 1)
def no_hidden_layer(X, t, rng):
    """That is a linear classifier, and those end at about 92 % (lesson 2). What could you put in
    front of the last layer?"""
    return [(np.zeros((10, 784)), np.zeros(10))]


train_digit_mlp.hints(
    "Start each W at random, normal with variance 2 / inputs, and each b at 0. Then repeat: "
    "a batch of 100 images, mlp_loss_and_gradients, gradient_descent_step.",
    "One hidden layer of 128 units is enough. Go through the data about 7 times, each time "
    "in a new order (rng.permutation).",
    "A learning rate of 0.5 that shrinks to near 0 gets past 97 % in a few seconds, if all "
    "weights are float32, as X is: .astype(np.float32) after drawing them.",
    remark="Your own backward pass has read real digits, better than any linear classifier.",
)
