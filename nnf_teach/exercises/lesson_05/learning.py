"""The gradients of a whole network, and real digits that are learnt with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnf_teach.arguments import Array, Params
from nnf_teach.exercises.digits import held_out_digits, renumbered_digits
from nnf_teach.exercises.exercise import (
    BadAnswer,
    Case,
    Exercise,
    Misconception,
    Reached,
)
from nnf_teach.exercises.lesson_05.backward import EXTREME
from nnf_teach.exercises.oracles import CUT_LOGARITHMS, log_softmax, random_params, softmax
from nnf_teach.exercises.readers import read_layer, refuse_nans

ANY_DEPTH = "any number of layers"

# 7. mlp_loss_and_gradients -------------------------------------------------------------------


def _mlp_cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(n: int, *sizes: int, scale: float = 1.0, about: str = "") -> Case:
        X, t = rng.normal(size=(n, sizes[0])), rng.integers(0, sizes[-1], n)
        part = EXTREME if scale > 1 else "" if len(sizes) == 3 else ANY_DEPTH
        return Case((random_params(rng, sizes, scale), X, t), about, part)

    hand = [
        (np.array([[1.0], [-1.0]]), np.zeros(2)),
        (np.array([[1.0, 0.0], [0.0, 1.0]]), np.zeros(2)),
    ]
    whole = [
        (np.array([[1, -1], [2, 0]]), np.array([0, -1])),
        (np.array([[1, 0], [1, 1]]), np.array([1, 0])),
    ]
    kink = [
        (np.eye(2), np.zeros(2)),
        (np.array([[1.0, -2.0], [0.5, 1.0]]), np.array([0.0, 0.25])),
    ]
    return [
        Case((hand, np.array([[2.0]]), np.array([0])), "by hand"),
        Case((whole, np.array([[1, 2], [3, 0], [0, 1]]), np.array([0, 1, 1])), "whole numbers"),
        Case((kink, np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([1, 0])), "exactly at the kink"),
        drawn(4, 3, 2, about="one layer"),
        drawn(3, 3, 3, 3, about="as many units as inputs as classes as examples"),
        drawn(1, 1, 1, 1, about="one of everything"),
        drawn(5, 2, 4, 3),
        drawn(6, 3, 4, 3, 2, about="three layers"),
        drawn(2, 2, 3, 2, 4, 3, about="four layers"),
        drawn(4, 2, 3, 3, scale=40.0, about="large logits"),
    ]


def _loss_and_gradients(params: Params, X: Array, t: Array) -> tuple[float, Any]:
    """Differentiate the loss of the whole network by autograd."""
    from autograd import numpy as anp
    from autograd import value_and_grad
    from autograd.tracer import getval

    picked = np.eye(len(params[-1][1]))[np.asarray(t, dtype=int)]

    def loss(params: Any) -> Any:
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


def _share(n: int) -> float:
    return 1 / n


def _error(Z: Array, t: Array) -> Array:
    return softmax(Z) - np.eye(Z.shape[1])[t]


def _backprop(
    *,
    error: Callable[[Array, Array], Array] = _error,
    gate: Callable[[Array, Array], Array] = lambda dH, Z: dH * (Z > 0),
    share: Callable[[int], float] = _share,
    loss_share: Callable[[int], float] = _share,
    weights: Callable[[Array, Array], Array] = lambda dZ, H: dZ.T @ H,
    biases: Callable[[Array], Array] = lambda dZ: dZ.sum(axis=0),
    inputs: Callable[[Array, Array], Array] = lambda dZ, W: dZ @ W,
    relu: Callable[[Array], Array] = lambda Z: np.maximum(Z, 0),
    last: Callable[[Array], Array] = lambda Z: Z,
    log_p: Callable[[Array], Array] = log_softmax,
) -> Callable[..., tuple[float, Any]]:
    """Build a backward pass in which one part is wrong. Never used as a reference."""

    def loss_and_gradients(params: Params, X: Array, t: Array) -> tuple[float, Any]:
        outputs, sums = [X], []
        for k, (W, b) in enumerate(params):
            sums.append(outputs[-1] @ W.T + b)
            outputs.append((relu if k < len(params) - 1 else last)(sums[-1]))
        Z = outputs[-1]
        loss = -log_p(Z)[np.arange(len(t)), t].sum() * loss_share(len(t))
        dZ, grads = error(Z, t) * share(len(t)), []
        for k in range(len(params) - 1, -1, -1):
            grads.append((weights(dZ, outputs[k]), biases(dZ)))
            if k:
                dZ = gate(inputs(dZ, params[k][0]), sums[k - 1])
        return float(loss), grads[::-1]

    return loss_and_gradients


def _last_first(params: Params, X: Array, t: Array) -> tuple[float, Any]:
    loss, grads = _backprop()(params, X, t)
    return loss, grads[::-1]


def _last_layer_only(params: Params, X: Array, t: Array) -> tuple[float, Any]:
    loss, grads = _backprop()(params, X, t)
    return loss, [(0 * W, 0 * b) for W, b in grads[:-1]] + grads[-1:]


def _cut(log: Callable[[Array], Array]) -> Callable[..., tuple[float, Any]]:
    return _backprop(log_p=lambda Z: log(softmax(Z)))


_CUT = tuple(map(_cut, CUT_LOGARITHMS))

MLP_LOSS_AND_GRADIENTS = Exercise(
    name="mlp_loss_and_gradients",
    lesson=5,
    points=4,
    reference=_loss_and_gradients,
    cases=_mlp_cases,
    parts={"one hidden layer": 2, ANY_DEPTH: 1, EXTREME: 1},
    may_call=("softmax",),
    stable=True,
    misconceptions=(
        Misconception(
            "sum-instead-of-mean",
            _backprop(share=lambda n: 1.0),
            "The loss is a mean, your gradients are those of the sum. "
            "Which factor does the very first error, dL/dZ, get?",
        ),
        Misconception(
            "sum-everywhere",
            _backprop(share=lambda n: 1.0, loss_share=lambda n: 1.0),
            "Loss and gradients grow with the number of examples. Here the loss is the mean: "
            "which factor is missing in both?",
        ),
        Misconception(
            "loss-not-averaged",
            _backprop(loss_share=lambda n: 1.0),
            "The gradients are right, those of a mean. Your loss is a sum: what is missing?",
        ),
        Misconception(
            "divided-twice",
            _backprop(share=lambda n: 1 / n**2),
            "You divide by N twice. When the 1/N is in dL/dZ, do later sums over the examples "
            "need another one?",
        ),
        Misconception(
            "bias-not-summed",
            _backprop(biases=lambda dZ: dZ),
            "Each db has one row an example. All examples share one b: "
            "what happens to the parts that they contribute?",
        ),
        Misconception(
            "transposed-gradient",
            _backprop(weights=lambda dZ, H: H.T @ dZ),
            "Each dW stands on its side. A gradient has the shape of what it is a gradient of: "
            "which shape has W?",
        ),
        Misconception(
            "missing-transpose",
            _backprop(inputs=lambda dZ, W: dZ @ W.T),
            "On the way back, an error that belongs to unit k must go through the weights of "
            "unit k. Are those in a row or in a column of W?",
        ),
        Misconception(
            "no-relu-gate",
            _backprop(gate=lambda dH, Z: dH),
            "The last layer is right, the ones before are not: no gradient is stopped. "
            "Which module lies between two linear layers, and what is its backward?",
        ),
        Misconception(
            "gate-open-at-zero",
            _backprop(gate=lambda dH, Z: dH * (Z >= 0)),
            "Where the sum of a hidden unit is exactly 0, your gate is open. "
            "What does the slide put there?",
        ),
        Misconception(
            "gate-on-the-gradient",
            _backprop(gate=lambda dH, Z: dH * (dH > 0)),
            "Your gate looks at the gradient. Which units were active is decided on the way "
            "forward: what do you have to keep from there?",
        ),
        Misconception(
            "multiplied-by-the-output",
            _backprop(gate=lambda dH, Z: dH * np.maximum(Z, 0)),
            "You multiply by the output of ReLU. What is its slope where a unit is active?",
        ),
        Misconception(
            "relu-on-the-logits",
            _backprop(
                last=lambda Z: np.maximum(Z, 0),
                error=lambda Z, t: _error(Z, t) * (Z > 0),
            ),
            "Your logits are never negative. Which layer has no ReLU behind it?",
        ),
        Misconception(
            "no-relu",
            _backprop(relu=lambda Z: Z, gate=lambda dH, Z: dH),
            "Your network is linear: nothing happens between its layers. "
            "Which module comes after each layer but the last?",
        ),
        Misconception(
            "last-layer-first",
            _last_first,
            "Your gradients are right, but the last layer comes first. "
            "In which order are the pairs of params?",
        ),
        Misconception(
            "last-layer-only",
            _last_layer_only,
            "Only the last layer gets a gradient. What does it pass back to the layers before it?",
        ),
        Misconception(
            "printed-on-the-slide",
            _backprop(error=lambda Z, t: np.eye(Z.shape[1])[t] - Z),
            "Your first error is t - x, as the slide prints, and it has a slip there. "
            "What is dZ in your exercise 6?",
        ),
        Misconception(
            "wrong-sign",
            _backprop(error=lambda Z, t: -_error(Z, t)),
            "Every gradient has the wrong sign. If the right class gets a larger logit, "
            "does the loss rise or fall?",
        ),
        Misconception(
            "forgot-label",
            _backprop(error=lambda Z, t: softmax(Z)),
            "Your gradients do not depend on t. What should be different at the right class?",
        ),
        Misconception(
            "unstable-log",
            _backprop(log_p=lambda Z: np.log(softmax(Z))),
            "A probability that is too small for a computer is 0, and its logarithm is gone. "
            "How did you compute log(softmax(z)) in exercise 6?",
        ),
        Misconception(
            "clipped-probability",
            _CUT[0],
            "Your gradients are right. In the loss you cut small probabilities, or add a small "
            "number to them, and then no example can cost more than minus its logarithm: for "
            "1e-15 this is 34.54. How did you compute log(softmax(z)) in exercise 6?",
            also=_CUT[1:],
        ),
    ),
    hints=(
        "Forwards first: keep the input of every layer in a list. The last layer gives the "
        "logits. Then go through the layers in reverse.",
        "Start with dZ = (softmax(Z) - one-hot of t) / N. At each layer linear_backward gives the "
        "three gradients: keep dW and db, pass dX on to the ReLU before it.",
        "Hs = [X]; a loop over params[:-1] appends np.maximum(Hs[-1] @ W.T + b, 0). Backwards, for "
        "layer k: dX, dW, db = linear_backward(dZ, Hs[k], W); put (dW, db) in front of grads; "
        "then dZ = relu_backward(dX, Hs[k]).",
    ),
    remark="All gradients of a network of any depth, for about the price of two forward passes.",
)


# 9. train_digit_mlp --------------------------------------------------------------------------

MLP_TARGET = 0.97  # share of the test images to get right


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
    if width != 10:
        raise BadAnswer("shape", f"The last layer has {width} units, 10 are asked for.", answer)
    return params


_AT_A_TIME = 1000  # images; a wide network then takes no more memory than a narrow one


def _share_right(params: Params, t: Array) -> float:
    X, truth = held_out_digits(t)
    right = 0
    for k in range(0, len(X), _AT_A_TIME):
        H = X[k : k + _AT_A_TIME]
        for W, b in params[:-1]:
            H = np.maximum(H @ W.T + b, 0)
        W, b = params[-1]
        right += int(np.sum(np.argmax(H @ W.T + b, axis=1) == truth[k : k + _AT_A_TIME]))
    return right / len(X)


def _digit_accuracy(answer: Any, X: Array, t: Array, rng: Any) -> Reached:
    """Measure on the 10,000 test images, which the learner's function never got."""
    return Reached("right on the 10,000 test images", _share_right(_digit_network(answer), t),
                   MLP_TARGET)  # fmt: skip


def _train_digits(X: Array, t: Array, rng: np.random.Generator) -> Params:
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


def _nearest_mean(X: Array, t: Array, sign: float = 1.0) -> tuple[Array, Array]:
    """Return the classifier by class means, as linear weights: a stand-in for a short training."""
    means = np.array([X[t == k].mean(axis=0) for k in range(10)])
    return sign * means, -0.5 * sign * np.sum(means**2, axis=1)


def _behind_a_layer(W: Array, b: Array) -> Params:
    """Put the same classifier behind ten ReLU units that are always active."""
    return [(W, b + 1000.0), (np.eye(10), np.full(10, -1000.0))]


def _between(low: float, high: float) -> Callable[..., bool]:
    return lambda answer, X, t, rng: low <= _share_right(_digit_network(answer), t) < high


TRAIN_DIGIT_MLP = Exercise(
    name="train_digit_mlp",
    lesson=5,
    points=3,
    reference=_train_digits,
    cases=lambda rng: [renumbered_digits(rng)],
    score=_digit_accuracy,
    time_limit=60,
    may_call=("init_params",),
    misconceptions=(
        Misconception(
            "transposed-weights",
            lambda X, t, rng: [(np.zeros((784, 10)), np.zeros(10))],
            "Your first W has one column a unit. In this course a unit is a row: "
            "what must X be multiplied with, W or its transpose?",
            recognise=lambda answer, X, t, rng: (
                np.shape(answer[0][0])[0] == 784 and np.shape(answer[0][0])[1] != 784
            ),
        ),
        Misconception(
            "diverged",
            lambda X, t, rng: [(np.full((10, 784), np.nan), np.zeros(10))],
            "The weights grew until they were no numbers any more. "
            "Is the learning rate too large, or does exp overflow?",
            recognise=lambda answer, X, t, rng: (
                not all(
                    np.isfinite(np.array(part, float)).all() for pair in answer for part in pair
                )
            ),
        ),
        Misconception(
            "all-units-equal",
            lambda X, t, rng: [(np.ones((10, 784)), np.zeros(10)), (np.eye(10), np.zeros(10))],
            "All units of a hidden layer have the same weights, so they get the same gradient "
            "and stay equal for ever. What must differ at the start?",
            recognise=lambda answer, X, t, rng: any(
                len(W) > 1 and np.allclose(W, W[:1]) for W, _ in _digit_network(answer)[:-1]
            ),
        ),
        Misconception(
            "wrong-sign",
            lambda X, t, rng: _behind_a_layer(*_nearest_mean(X, t, -1.0)),
            "It is worse than guessing, so it has learnt something: the opposite. "
            "Do your steps go down the slope, or up?",
            recognise=_between(0.0, 0.05),
        ),
        Misconception(
            "untrained",
            lambda X, t, rng: [(np.zeros((10, 784)), np.zeros(10))],
            "That is as good as guessing one of ten digits. "
            "Do the weights change at all in your loop?",
            recognise=_between(0.05, 0.2),
        ),
        Misconception(
            "no-hidden-layer",
            lambda X, t, rng: [_nearest_mean(X, t)],
            "That is a linear classifier, and those end at about 92 % (lesson 2). "
            "What could you put in front of the last layer?",
            recognise=lambda answer, X, t, rng: len(answer) == 1,
        ),
        Misconception(
            "stopped-early",
            lambda X, t, rng: _behind_a_layer(*_nearest_mean(X, t)),
            "It learns, but does not get far enough. How does the loss still fall when you stop, "
            "and what happens with a larger learning rate, or with more hidden units?",
            recognise=_between(0.2, MLP_TARGET),
        ),
    ),
    hints=(
        "Start each W at random, normal with variance 2 / inputs, and each b at 0. Then repeat: "
        "a batch of 100 images, mlp_loss_and_gradients, gradient_descent_step.",
        "One hidden layer of 128 units is enough. Go through the data about 7 times, each time "
        "in a new order (rng.permutation).",
        "A learning rate of 0.5 that shrinks to near 0 gets past 97 % in a few seconds, if all "
        "weights are float32, as X is: .astype(np.float32) after drawing them.",
    ),
    remark="Your own backward pass has read real digits, better than any linear classifier.",
)
