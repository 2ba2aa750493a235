"""Conditional execution: a gate that is given, and a gate that is learnt."""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.oracles import softmax, vjp


@exercise(lesson=6, points=1, returns=("dX", "dP"))
def conditional_backward(dY, X, P):
    return vjp(lambda X, P: X * P, dY, X, P)


@conditional_backward.cases
def cases(rng):
    def drawn(n, k):
        P = softmax(rng.normal(size=(n, k)))
        return rng.normal(size=(n, k)), rng.normal(size=(n, k)), P

    yield np.array([[10.0, 20.0]]), np.array([[3.0, 5.0]]), np.array([[0.0, 1.0]])
    whole = [[1, 2], [3, 4]], [[5, 6], [7, -8]], [[1, 0], [0, 1]]
    yield *map(np.array, whole), "whole numbers"
    yield np.array([[5.0]]), np.array([[3.0]]), np.array([[1.0]]), "one number"
    yield from (drawn(4, 3), drawn(3, 3), drawn(1, 5))
    yield rng.normal(size=(3, 2)), rng.normal(size=(3, 2)), rng.random(size=(3, 2))
    yield *drawn(0, 3), "no examples"
    dY, _, P = drawn(2, 3)
    yield dY, np.zeros((2, 3)), P, "nothing to gate"


def through_softmax(G: Array, P: Array) -> Array:
    return np.asarray(P * (G - (G * P).sum(axis=1, keepdims=True)))


@conditional_backward.mistake
def softmax_inside(dY, X, P):
    """dX is right. Your dP goes on through a softmax. That is a later exercise: here P is an input
    like X. What is its slope?"""
    return dY * P, through_softmax(dY * X, P)


conditional_backward.hints(
    "Every output is one product, y = x p. What is its slope by x, and by p?",
    "Both gradients begin with dY. By x the slope is p; by p it is x.",
    "dX = dY * P and dP = dY * X, place by place.",
    remark="The backward pass is gated as the forward pass was. And closed gates get a gradient.",
)


def gate_inputs(rng):
    def drawn(n, k, scale=1.0):
        return scale * rng.normal(size=(n, k)), scale * rng.normal(size=(n, k)), ""

    yield np.array([[8.0, 4.0]]), np.array([[0.0, np.log(3.0)]]), ""
    whole = np.array([[1, 2, 3], [3, -2, 1]]), np.array([[0, 2, 1], [1, 1, -1]])
    yield *whole, "whole numbers"
    large = np.array([[1000.0, 0.0, -1000.0], [-1000.0, 1000.0, 1000.0]])
    yield rng.normal(size=(4, 3)), np.vstack([large, large]), "large logits"
    apart = np.array([[1000.0, 999.0, 0.0], [-1000.0, -999.0, -1000.0]])
    yield np.array([[4.0, 8.0, 2.0], [4.0, 8.0, 2.0]]), apart, "large logits near each other"
    yield np.array([[2.0]]), np.array([[5.0]]), "one number"
    yield from (drawn(3, 3), drawn(4, 2), drawn(1, 5), drawn(3, 4, 3.0))


# Gates that people take for a softmax along each row.


def hard(Z: Array) -> Array:
    return np.asarray(np.eye(Z.shape[1])[np.argmax(Z, axis=1)])


def every_largest(Z: Array) -> Array:
    return np.asarray(np.max(Z, axis=1, keepdims=True) == Z).astype(float)


def sigmoid(Z: Array) -> Array:
    return np.asarray(np.exp(-np.logaddexp(0, -np.asarray(Z, float))))


def overflowing_sigmoid(Z: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.asarray(Z, float))))


def down(Z: Array) -> Array:
    return np.asarray(softmax(Z.T).T)


def unnormalised(Z: Array) -> Array:
    return np.asarray(np.exp(Z - np.max(Z, axis=1, keepdims=True)))


@exercise(lesson=6, points=1, stable=True, may_call=("softmax",))
def softmax_gate(X, Z):
    return X * softmax(Z)


softmax_gate.cases(gate_inputs)


@softmax_gate.mistake
def logits_as_gates(X, Z):
    """You multiply by the logits themselves. What makes them into parts of a whole?"""
    return X * Z


@softmax_gate.mistake
def exchanged(X, Z):
    """You gate the logits by the data. Which of the two is let through, X or Z?"""
    return Z * softmax(X)


@softmax_gate.mistake(also=(lambda X, Z: X * every_largest(Z),))
def hard_gate(X, Z):
    """Your gate is open at the largest logit and shut elsewhere, so that it cannot learn: its
    slope is 0 nearly everywhere. What is a smooth way to choose?"""
    return X * hard(Z)


@softmax_gate.mistake(also=(lambda X, Z: X * overflowing_sigmoid(Z),))
def sigmoid_gate(X, Z):
    """Each of your gates opens on its own. With softmax the gates of an example share: what do
    they add up to?"""
    return X * sigmoid(Z)


@softmax_gate.mistake
def wrong_axis(X, Z):
    """Your gates share over the examples. Along which axis are the gates of one example?"""
    return X * down(Z)


@softmax_gate.mistake
def not_divided(X, Z):
    """Your gates do not add up to 1. What are the exponentials divided by?"""
    return X * unnormalised(Z)


softmax_gate.hints(
    "Make probabilities of each row of Z, then multiply each number by its own.",
    "Subtract the maximum of each row (keepdims=True) before exp, as in lesson 2.",
    "E = exp(Z - row maximum), P = E / sum of each row of E, and the answer is X * P.",
    remark="A choice that can be learnt: every gate is a little open, so every one can learn.",
)


@exercise(
    lesson=6,
    points=2,
    returns=("dX", "dZ"),
    stable=True,
    may_call=("softmax", "softmax_backward"),
)
def softmax_gate_backward(dY, X, Z):
    from autograd import numpy as anp

    top = np.max(np.asarray(Z, float), axis=1, keepdims=True)

    def forward(X, Z):
        E = anp.exp(Z - top)
        return X * E / anp.sum(E, axis=1, keepdims=True)

    return vjp(forward, dY, X, Z)


@softmax_gate_backward.cases
def cases(rng):
    yield np.array([[1.0, 1.0]]), np.array([[8.0, 0.0]]), np.array([[0.0, np.log(3.0)]])
    _, *rest = gate_inputs(rng)
    for X, Z, about in rest:
        yield rng.normal(size=X.shape).round(1), X, Z, about


@softmax_gate_backward.mistake
def stopped_at_the_probabilities(dY, X, Z):
    """dX is right. Your second gradient is that of the probabilities. Which module lies between
    them and Z, and what is its backward?"""
    return dY * softmax(Z), dY * X


@softmax_gate_backward.mistake
def diagonal_only(dY, X, Z):
    """dX is right. You treat each gate alone. When one logit grows, what happens to the other
    gates?"""
    P = softmax(Z)
    return dY * P, dY * X * P * (1 - P)


@softmax_gate_backward.mistake
def forgot_the_normaliser(dY, X, Z):
    """dX is right. In your dZ a logit opens its own gate only. When one gate opens, what do the
    others have to do?"""
    P = softmax(Z)
    return dY * P, dY * X * P


@softmax_gate_backward.mistake
def forgot_p_factor(dY, X, Z):
    """dX is right, and the difference in dZ as well. A gate that is shut hardly moves with its
    logit: which factor says so?"""
    P = softmax(Z)
    return dY * P, dY * X - (dY * X * P).sum(axis=1, keepdims=True)


@softmax_gate_backward.mistake(name="printed-on-the-slide")
def as_on_the_softmax_slide(dY, X, Z):
    """dX is right. dZ follows the second line of the softmax slide, which has a slip. What did you
    find in lesson 5?"""
    P = softmax(Z)
    return dY * P, dY * X - P * (dY * X).sum(axis=1, keepdims=True)


@softmax_gate_backward.mistake
def output_into_softmax_backward(dY, X, Z):
    """dX is right. You send dY through the softmax as if X * P had come out of it. What came out
    of the softmax, and which gradient does that get?"""
    P = softmax(Z)
    return dY * P, through_softmax(dY, X * P)


softmax_gate_backward.hints(
    "Two modules in a row: a softmax makes P of Z, then X is gated by P. Go back through them "
    "in reverse.",
    "You have both backward passes: conditional_backward gives dX and dP, and "
    "softmax_backward of lesson 5 turns dP into dZ.",
    "P = softmax of each row of Z. dX = dY * P. dP = dY * X. Then dZ = P times (dP minus the "
    "row sum of dP * P, with keepdims=True).",
    remark="A backward pass out of two others: modules that fit need no new mathematics.",
)
