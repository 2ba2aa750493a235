"""Conditional execution: a gate that is given, and a gate that is learnt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.exercises.exercise import Case, Exercise, Misconception
from nnf_teach.exercises.oracles import softmax, vjp

Array = NDArray[Any]

# 3. conditional_backward ---------------------------------------------------------------------


def _conditional_cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(n: int, k: int) -> Case:
        return Case((rng.normal(size=(n, k)), rng.normal(size=(n, k)),
                     softmax(rng.normal(size=(n, k)))))  # fmt: skip

    return [
        Case((np.array([[10.0, 20.0]]), np.array([[3.0, 5.0]]), np.array([[0.0, 1.0]])), "by hand"),
        Case((np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, -8]]), np.array([[1, 0], [0, 1]])),
             "whole numbers"),
        Case((np.array([[5.0]]), np.array([[3.0]]), np.array([[1.0]])), "one number"),
        drawn(4, 3),
        drawn(3, 3),
        drawn(1, 5),
        drawn(0, 3),
        Case((rng.normal(size=(2, 3)), np.zeros((2, 3)), softmax(rng.normal(size=(2, 3)))),
             "nothing to gate"),
    ]  # fmt: skip


def _conditional_backward(dY: Array, X: Array, P: Array) -> tuple[Array, ...]:
    return vjp(lambda X, P: X * P, dY, X, P)


def hard(P: Array) -> Array:
    return np.asarray(np.eye(P.shape[1])[np.argmax(P, axis=1)])


CONDITIONAL_BACKWARD = Exercise(
    name="conditional_backward",
    lesson=6,
    points=1,
    reference=_conditional_backward,
    cases=_conditional_cases,
    misconceptions=(
        Misconception(
            "exchanged",
            lambda dY, X, P: (dY * X, dY * P),
            "Both products are there, in each other's place. In y = x p, what is the slope when "
            "x moves: x or p?",
        ),
        Misconception(
            "forgot-incoming-gradient",
            lambda dY, X, P: (1.0 * P, 1.0 * X),
            "These are the slopes of the gate alone. By what are they multiplied, by the chain "
            "rule?",
        ),
        Misconception(
            "gate-is-a-constant",
            lambda dY, X, P: (dY * P, np.zeros(np.shape(P))),
            "dX is right. You say that the loss does not depend on P. If a gate opens a little, "
            "how does y change?",
        ),
        Misconception(
            "gate-not-used",
            lambda dY, X, P: (1.0 * dY, dY * X),
            "Your dX passes everything back, also through gates that were closed. "
            "How was the forward pass gated?",
        ),
        Misconception(
            "hard-gate",
            lambda dY, X, P: (dY * hard(P), dY * X),
            "Your dX goes through the most open gate only, and all of it. "
            "How much passed through each gate on the way forward?",
        ),
        Misconception(
            "gradient-of-the-gate-gated",
            lambda dY, X, P: (dY * P, dY * X * P),
            "dX is right. A gate that is closed cannot learn to open in yours. "
            "What is the slope of y = x p when p moves?",
        ),
        Misconception(
            "summed-over-examples",
            lambda dY, X, P: (dY * P, (dY * X).sum(axis=0)),
            "dX is right. You add dP up over the examples, but each example has its own row of "
            "P. Which shape has dP?",
        ),
        Misconception(
            "softmax-inside",
            lambda dY, X, P: (dY * P, P * (dY * X - (dY * X * P).sum(axis=1, keepdims=True))),
            "dX is right. Your dP goes on through a softmax. That is a later exercise: here P is "
            "an input like X. What is its slope?",
        ),
    ),
    hints=(
        "Every output is one product, y = x p. What is its slope by x, and by p?",
        "Both gradients begin with dY. By x the slope is p; by p it is x.",
        "dX = dY * P and dP = dY * X, place by place.",
    ),
    remark="The backward pass is gated as the forward pass was. And closed gates get a gradient.",
)

# 4. softmax_gate, softmax_gate_backward ------------------------------------------------------


def _gate_inputs(rng: np.random.Generator) -> list[tuple[Array, Array, str]]:
    def drawn(n: int, k: int) -> tuple[Array, Array, str]:
        return rng.normal(size=(n, k)), rng.normal(size=(n, k)), ""

    large = np.array([[1000.0, 0.0, -1000.0], [-1000.0, 1000.0, 1000.0]])
    apart = np.array([[1000.0, 999.0, 0.0], [-1000.0, -999.0, -1000.0]])
    return [
        (np.array([[8.0, 4.0]]), np.array([[0.0, np.log(3.0)]]), "by hand"),
        (np.array([[1, 2, 3], [3, -2, 1]]), np.array([[0, 2, 1], [1, 1, -1]]), "whole numbers"),
        (rng.normal(size=(2, 3)), large, "large logits"),
        (np.array([[4.0, 8.0, 2.0], [4.0, 8.0, 2.0]]), apart, "rows far apart"),
        (np.array([[2.0]]), np.array([[5.0]]), "one number"),
        drawn(3, 3),
        drawn(4, 2),
        drawn(1, 5),
        (3 * rng.normal(size=(3, 4)), 3 * rng.normal(size=(3, 4)), ""),
    ]


def softmax_down(Z: Array) -> Array:
    """Normalise over the examples."""
    return np.asarray(softmax(Z.T).T)


def overflowing(Z: Array) -> Array:
    return np.asarray(np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))


def one_maximum(Z: Array) -> Array:
    """Subtract the largest logit of all rows from every row."""
    E = np.exp(Z - np.max(Z))
    return np.asarray(E / E.sum(axis=1, keepdims=True))


def clipped(Z: Array) -> Array:
    return softmax(np.clip(Z, -500.0, 500.0))


def _one_sum(Z: Array) -> Array:
    E = np.exp(Z - np.max(Z))
    return np.asarray(E / E.sum())


def every_largest(Z: Array) -> Array:
    return np.asarray(np.max(Z, axis=1, keepdims=True) == Z).astype(float)


def sigmoid(Z: Array) -> Array:
    return np.asarray(np.exp(-np.logaddexp(0, -np.asarray(Z, float))))


def overflowing_sigmoid(Z: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.asarray(Z, float))))


SOFTMAX_GATE = Exercise(
    name="softmax_gate",
    lesson=6,
    points=1,
    reference=lambda X, Z: X * softmax(Z),
    cases=lambda rng: [Case((X, Z), about) for X, Z, about in _gate_inputs(rng)],
    stable=True,
    may_call=("softmax",),
    misconceptions=(
        Misconception(
            "logits-as-gates",
            lambda X, Z: X * Z,
            "You multiply by the logits themselves. What makes them into parts of a whole?",
        ),
        Misconception(
            "gate-alone",
            lambda X, Z: softmax(Z),
            "That is how far each gate is open. What passes through it?",
        ),
        Misconception(
            "exchanged",
            lambda X, Z: Z * softmax(X),
            "You gate the logits by the data. Which of the two is let through, X or Z?",
        ),
        Misconception(
            "hard-gate",
            lambda X, Z: X * hard(Z),
            "Your gate is open or shut, so that it cannot learn: its slope is 0 everywhere. "
            "What is a smooth way to choose?",
        ),
        Misconception(
            "hard-gate-with-ties",
            lambda X, Z: X * every_largest(Z),
            "Your gate is open at the largest logits and shut elsewhere, so that it cannot learn: "
            "its slope is 0 nearly everywhere. What is a smooth way to choose?",
        ),
        Misconception(
            "sigmoid-gate",
            lambda X, Z: X * sigmoid(Z),
            "Each of your gates opens on its own. With softmax the gates of an example share: "
            "what do they add up to?",
        ),
        Misconception(
            "overflowing-sigmoid-gate",
            lambda X, Z: X * overflowing_sigmoid(Z),
            "Each of your gates opens on its own, and exp(1000) overflows. With softmax the gates "
            "of an example share: what do they add up to?",
        ),
        Misconception(
            "one-sum-for-all-rows",
            lambda X, Z: X * _one_sum(Z),
            "The gates of all examples together add up to 1. What should those of each example "
            "add up to, and along which axis do you add for that?",
        ),
        Misconception(
            "one-maximum-for-all-rows",
            lambda X, Z: X * one_maximum(Z),
            "You subtract one maximum from all rows. A row far below it becomes 0 / 0. "
            "Whose maximum does each row need?",
        ),
        Misconception(
            "clipped-logits",
            lambda X, Z: X * clipped(Z),
            "You cut large logits off, so that 1000 and 999 open their gates equally. What may you "
            "subtract from a row so that its softmax stays the same?",
        ),
        Misconception(
            "wrong-axis",
            lambda X, Z: X * softmax_down(Z),
            "Your gates share over the examples. Along which axis are the gates of one example?",
        ),
        Misconception(
            "unnormalised",
            lambda X, Z: X * np.exp(Z - np.max(Z, axis=1, keepdims=True)),
            "Your gates do not add up to 1. What are the exponentials divided by?",
        ),
        Misconception(
            "unstable-exp",
            lambda X, Z: X * overflowing(Z),
            "The formula is right, but exp(1000) overflows. "
            "What may you subtract from each row of Z first?",
        ),
        Misconception(
            "blended",
            lambda X, Z: (X * softmax(Z)).sum(axis=1),
            "You add the gated numbers up. That is a good next module (attention does it), but "
            "here each keeps its place. Which shape has Y?",
        ),
    ),
    hints=(
        "Make probabilities of each row of Z, then multiply each number by its own.",
        "Subtract the maximum of each row (keepdims=True) before exp, as in lesson 2.",
        "E = exp(Z - row maximum), P = E / sum of each row of E, and the answer is X * P.",
    ),
    remark="A choice that can be learnt: every gate is a little open, so every one can learn.",
)


def _gate_backward_cases(rng: np.random.Generator) -> Sequence[Case]:
    cases = [
        Case((rng.normal(size=X.shape).round(1), X, Z), about)
        for X, Z, about in _gate_inputs(rng)[1:]
    ]
    hand = np.array([[1.0, 1.0]]), np.array([[8.0, 0.0]]), np.array([[0.0, np.log(3.0)]])
    return [Case(hand, "by hand"), *cases]


def _gate_backward(dY: Array, X: Array, Z: Array) -> tuple[Array, ...]:
    from autograd import numpy as anp

    top = np.max(np.asarray(Z, float), axis=1, keepdims=True)

    def forward(X: Any, Z: Any) -> Any:
        E = anp.exp(Z - top)
        return X * E / anp.sum(E, axis=1, keepdims=True)

    return vjp(forward, dY, X, Z)


def _through_softmax(G: Array, P: Array) -> Array:
    return np.asarray(P * (G - (G * P).sum(axis=1, keepdims=True)))


def _of_gate(
    dX: Callable[[Array, Array, Array], Any] = lambda dY, X, P: dY * P,
    dZ: Callable[[Array, Array, Array], Any] = lambda dY, X, P: _through_softmax(dY * X, P),
    gate: Callable[[Array], Array] = softmax,
) -> Callable[..., tuple[Any, Any]]:
    """Build the two gradients, one part of them wrong."""

    def backward(dY: Array, X: Array, Z: Array) -> tuple[Any, Any]:
        P = gate(Z)
        return dX(dY, X, P), dZ(dY, X, P)

    return backward


SOFTMAX_GATE_BACKWARD = Exercise(
    name="softmax_gate_backward",
    lesson=6,
    points=2,
    reference=_gate_backward,
    cases=_gate_backward_cases,
    stable=True,
    may_call=("softmax", "softmax_backward"),
    misconceptions=(
        Misconception(
            "stopped-at-the-probabilities",
            _of_gate(dZ=lambda dY, X, P: dY * X),
            "dX is right. Your second gradient is that of the probabilities. "
            "Which module lies between them and Z, and what is its backward?",
        ),
        Misconception(
            "gate-is-a-constant",
            _of_gate(dZ=lambda dY, X, P: np.zeros(np.shape(X))),
            "dX is right. You say that the loss does not depend on Z: then nothing learns how to "
            "select. If a logit grows, what happens to the gates?",
        ),
        Misconception(
            "forgot-the-data",
            _of_gate(dZ=lambda dY, X, P: _through_softmax(1.0 * dY, P)),
            "dX is right. You send dY itself through the softmax. "
            "In y = x p, what is the slope when p moves?",
        ),
        Misconception(
            "gated-twice",
            _of_gate(dZ=lambda dY, X, P: _through_softmax(dY * X * P, P)),
            "dX is right. You send dY times the output through the softmax. "
            "What is dP in conditional_backward?",
        ),
        Misconception(
            "diagonal-only",
            _of_gate(dZ=lambda dY, X, P: dY * X * P * (1 - P)),
            "dX is right. You treat each gate alone. When one logit grows, "
            "what happens to the other gates?",
        ),
        Misconception(
            "forgot-the-normaliser",
            _of_gate(dZ=lambda dY, X, P: dY * X * P),
            "dX is right. In your dZ a logit opens its own gate only. "
            "When one gate opens, what do the others have to do?",
        ),
        Misconception(
            "forgot-p-factor",
            _of_gate(dZ=lambda dY, X, P: dY * X - (dY * X * P).sum(axis=1, keepdims=True)),
            "dX is right, and the difference in dZ as well. A gate that is shut hardly moves with "
            "its logit: which factor says so?",
        ),
        Misconception(
            "printed-on-the-slide",
            _of_gate(dZ=lambda dY, X, P: dY * X - P * (dY * X).sum(axis=1, keepdims=True)),
            "dX is right. dZ follows the second line of the softmax slide, which has a slip. "
            "What did you find in lesson 5?",
        ),
        Misconception(
            "sum-over-examples",
            _of_gate(dZ=lambda dY, X, P: P * (dY * X - (dY * X * P).sum(axis=0, keepdims=True))),
            "dX is right. The sum in your dZ mixes the examples. "
            "Along which axis are the gates of one example?",
        ),
        Misconception(
            "gate-not-used",
            _of_gate(dX=lambda dY, X, P: 1.0 * dY),
            "dZ is right. Your dX passes everything back, also through gates that are nearly "
            "shut. How was the forward pass gated?",
        ),
        Misconception(
            "wrong-sign",
            _of_gate(dZ=lambda dY, X, P: -_through_softmax(dY * X, P)),
            "dX is right, and the sign of dZ is turned round. "
            "When a logit grows, does its own gate open or shut?",
        ),
        Misconception(
            "unstable-exp",
            _of_gate(gate=overflowing),
            "The formulas are right, but exp(1000) overflows. "
            "What may you subtract from each row of Z first?",
        ),
        Misconception(
            "one-maximum-for-all-rows",
            _of_gate(gate=one_maximum),
            "You subtract one maximum from all rows. A row far below it becomes 0 / 0. "
            "Whose maximum does each row need?",
        ),
        Misconception(
            "clipped-logits",
            _of_gate(gate=clipped),
            "You cut large logits off, so that 1000 and 999 open their gates equally. What may you "
            "subtract from a row so that its softmax stays the same?",
        ),
        Misconception(
            "logits-into-softmax-backward",
            lambda dY, X, Z: (dY * softmax(Z), _through_softmax(dY * X, Z)),
            "dX is right. You give the logits Z to the backward pass of softmax, which works with "
            "what came out of the softmax. Which array is that?",
        ),
        Misconception(
            "output-into-softmax-backward",
            _of_gate(dZ=lambda dY, X, P: _through_softmax(dY, X * P)),
            "dX is right. You send dY through the softmax as if X * P had come out of it. "
            "What came out of the softmax, and which gradient does that get?",
        ),
        Misconception(
            "softmax-backward-exchanged",
            _of_gate(dZ=lambda dY, X, P: _through_softmax(P, dY * X)),
            "dX is right. softmax_backward(dP, P) takes the gradient first. In which order do you "
            "give it the two?",
        ),
        Misconception(
            "exchanged",
            lambda dY, X, Z: (_of_gate()(dY, X, Z)[1], dY * softmax(Z)),
            "Both are there, in another order. Which comes first in (dX, dZ)?",
        ),
    ),
    hints=(
        "Two modules in a row: a softmax makes P of Z, then X is gated by P. Go back through them "
        "in reverse.",
        "You have both backward passes: conditional_backward gives dX and dP, and "
        "softmax_backward of lesson 5 turns dP into dZ.",
        "P = softmax of each row of Z. dX = dY * P. dP = dY * X. Then dZ = P times (dP minus the "
        "row sum of dP * P, with keepdims=True).",
    ),
    remark="A backward pass out of two others: modules that fit need no new mathematics.",
)
