"""What the multiplicative layer has as special cases: attention, and a learnt metric."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.exercises.exercise import Case, Exercise, Misconception

Array = NDArray[Any]

EXTREME = "huge entries"

# 5. attention --------------------------------------------------------------------------------


def _attention_cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(n_q: int, n_k: int, d: int, d_v: int, scale: float = 1.0) -> tuple[Array, ...]:
        return (
            scale * rng.normal(size=(n_q, d)),
            rng.normal(size=(n_k, d)),
            rng.normal(size=(n_k, d_v)),
        )

    hand = np.array([[2.0, 0.0, 0.0, 0.0]]), np.eye(4)[:2] * 2.0, np.array([[1.0], [3.0]])
    whole = rng.integers(-2, 3, (2, 3)), rng.integers(-2, 3, (4, 3)), rng.integers(-9, 9, (4, 2))
    Q, K, V = drawn(3, 4, 4, 2)
    far = np.array([[1000.0], [-1000.0]]), np.array([[1.0], [0.999], [-1.0]]), np.eye(3)
    return [
        Case(hand),
        Case(whole, "whole numbers"),
        *(Case(drawn(*sizes)) for sizes in ((3, 4, 2, 2), (4, 4, 4, 4), (1, 5, 3, 2))),
        Case(drawn(4, 1, 3, 2), "one key: there is nothing to choose"),
        Case(drawn(2, 6, 9, 1)),
        Case((*map(np.asfortranarray, (Q, K)), V), "another order in memory"),
        Case(far, "far apart", part=EXTREME),
        Case(drawn(3, 5, 4, 2, scale=1e4), "very far apart", part=EXTREME),
    ]


def _attention(Q: Array, K: Array, V: Array) -> Array:
    """Weigh one query at a time, with the largest logit taken off."""
    rows = []
    for q in np.asarray(Q, dtype=float):
        logits = np.asarray(K) @ q / np.sqrt(len(q))
        weights = np.exp(logits - logits.max())
        rows.append(weights / weights.sum() @ V)
    return np.array(rows).reshape(len(Q), np.shape(V)[1])


def _softmax(Z: Array, axis: int = 1) -> Array:
    if Z.size == 0:
        return Z
    E = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return np.asarray(E / E.sum(axis=axis, keepdims=True))


def _of_attention(
    logits: Callable[[Array, Array], Array] = lambda Q, K: Q @ K.T / np.sqrt(Q.shape[1]),
    weights: Callable[[Array], Array] = _softmax,
) -> Callable[..., Any]:
    return lambda Q, K, V: weights(logits(Q, K)) @ V


def _overflowing(Z: Array) -> Array:
    E = np.exp(Z)
    return np.asarray(E / E.sum(axis=1, keepdims=True))


def _less_the_largest_of_all(Z: Array) -> Array:
    E = np.exp(Z - Z.max())
    return np.asarray(E / E.sum(axis=1, keepdims=True))


def _with_values(logits: Callable[[Array, Array, Array], Array]) -> Callable[..., Any]:
    return lambda Q, K, V: _softmax(logits(Q, K, V)) @ V


def _nearest(Q: Array, K: Array) -> Array:
    return np.asarray(-np.sum((Q[:, None] - K) ** 2, axis=2) / np.sqrt(Q.shape[1]))


ATTENTION = Exercise(
    name="attention",
    lesson=8,
    points=2,
    reference=_attention,
    cases=_attention_cases,
    stable=True,
    parts={"ordinary entries": 1, EXTREME: 1},
    may_call=("softmax",),
    misconceptions=(
        Misconception(
            "forgot-the-scale",
            _of_attention(logits=lambda Q, K: Q @ K.T),
            "Your weights are too sharp: with more dimensions the products q . k grow. "
            "By what does scaled attention divide them?",
        ),
        Misconception(
            "scaled-by-d",
            _of_attention(logits=lambda Q, K: Q @ K.T / Q.shape[1]),
            "You divide by d. The spread of a sum of d products grows with which power of d?",
        ),
        Misconception(
            "scaled-by-the-number-of-keys",
            _of_attention(logits=lambda Q, K: Q @ K.T / np.sqrt(len(K))),
            "You divide by the root of the number of keys. Over how many products does q . k sum?",
        ),
        Misconception(
            "scaled-by-the-width-of-the-values",
            _with_values(lambda Q, K, V: Q @ K.T / np.sqrt(V.shape[1])),
            "You take the root of the length of a value. The logits are products of queries and "
            "keys: over how many entries does q . k sum?",
        ),
        Misconception(
            "scaled-by-the-number-of-queries",
            _of_attention(logits=lambda Q, K: Q @ K.T / np.sqrt(len(Q))),
            "You divide by the root of the number of queries. Over how many products does q . k "
            "sum?",
        ),
        Misconception(
            "multiplied-by-the-root",
            _of_attention(logits=lambda Q, K: Q @ K.T * np.sqrt(Q.shape[1])),
            "Your logits grow with d even more. Does the root of d multiply or divide?",
        ),
        Misconception(
            "scaled-after-the-softmax",
            lambda Q, K, V: _softmax(Q @ K.T) @ V / np.sqrt(Q.shape[1]),
            "You scale after the softmax, so that the weights no longer add up to 1. "
            "Where must the root of d come in?",
        ),
        Misconception(
            "softmax-over-queries",
            _of_attention(weights=lambda Z: _softmax(Z, axis=0)),
            "In yours the weights of one key add up to 1, over all queries. "
            "Who shares out attention, the query or the key?",
        ),
        Misconception(
            "unstable-exp",
            _of_attention(weights=_overflowing),
            "The formula is right, but exp overflows for large logits. "
            "What may you take off from each row first?",
        ),
        Misconception(
            "one-maximum-for-all",
            _of_attention(weights=_less_the_largest_of_all),
            "You take the largest logit of all off. In a row far below it every exp is 0, and "
            "0 / 0 is nan. Whose largest logit should a row lose?",
        ),
        Misconception(
            "logits-cut-off",
            _of_attention(weights=lambda Z: _softmax(np.clip(Z, -500, 500))),
            "You cut large logits off: two different ones become equal. Which change of all "
            "logits of a row leaves its softmax as it is?",
        ),
        Misconception(
            "softmax-over-everything",
            _of_attention(weights=lambda Z: _softmax(Z.reshape(1, -1)).reshape(Z.shape)),
            "In yours all the weights together add up to 1. How much has each query to share out?",
        ),
        Misconception(
            "no-softmax",
            _of_attention(weights=lambda Z: Z),
            "Your weights may be negative, and need not add up to 1. "
            "Which module makes probabilities out of them?",
        ),
        Misconception(
            "shares-without-exp",
            _of_attention(weights=lambda Z: Z / Z.sum(axis=1, keepdims=True)),
            "You divide the logits by their sum: some shares may be negative. "
            "What does softmax do before it divides?",
        ),
        Misconception(
            "takes-the-best-key",
            _of_attention(weights=lambda Z: np.eye(Z.shape[1])[Z.argmax(axis=1)]),
            "Each query takes the value of one key only. Then no gradient says which key to "
            "choose (lesson 6). What is the soft version of the maximum?",
        ),
        Misconception(
            "mean-of-all-values",
            lambda Q, K, V: np.tile(V.mean(axis=0), (len(Q), 1)),
            "All queries get the mean of all values. Where do queries and keys come in?",
        ),
        Misconception(
            "weights-only",
            lambda Q, K, V: _softmax(Q @ K.T / np.sqrt(Q.shape[1])),
            "Those are the weights, one for each query and key. What is weighed with them?",
        ),
        Misconception(
            "by-distance",
            _of_attention(logits=_nearest),
            "You weigh keys by their distance from the query. "
            "In dot-product attention, what counts besides the direction of a key?",
        ),
    ),
    hints=(
        "Three steps: a logit for each query and key, (Nq, Nk); a softmax for each query; a mean "
        "of the values with these weights.",
        "The logits are the inner products of all queries with all keys, over the root of d. "
        "Your stable softmax of lesson 2 goes along each row.",
        "S = Q @ K.T / np.sqrt(d), then S minus its row maximum (axis=1, keepdims=True), exp, and "
        "divide each row by its sum. Last: (Nq, Nk) times V (Nk, dv).",
    ),
    remark="The logits are x^T W z: queries and keys meet in a multiplicative layer.",
)


# 6. metric_interaction -----------------------------------------------------------------------


def _metric_cases(rng: np.random.Generator) -> Sequence[Case]:
    drawn = [rng.normal(size=shape) for shape in ((3, 3), (2, 4), (4, 2), (1, 3), (5, 1))]
    return [
        Case((np.array([[1.0, 2.0], [0.0, 3.0]]),)),
        Case((np.array([[2.0]]),), "one number"),
        Case((np.array([[1, 0, 2], [0, 3, -1]]),), "whole numbers"),
        *(Case((L,)) for L in drawn),
        Case((np.zeros((2, 3)),), "all points are at one place"),
        Case((np.asfortranarray(rng.normal(size=(3, 2))),), "another order in memory"),
    ]


def _cross_derivative(L: Array) -> Array:
    """Differentiate ||L(x - z)||^2 by x and by z: what stands between x and z."""
    from autograd import grad, jacobian
    from autograd import numpy as anp

    def squared(x: Any, z: Any) -> Any:
        return anp.sum(anp.dot(np.asarray(L, dtype=float), x - z) ** 2)

    zero = np.zeros(np.shape(L)[1])
    return np.asarray(jacobian(lambda z: grad(squared)(zero, z))(zero))


METRIC_INTERACTION = Exercise(
    name="metric_interaction",
    lesson=8,
    points=1,
    reference=_cross_derivative,
    cases=_metric_cases,
    misconceptions=(
        Misconception(
            "forgot-the-two",
            lambda L: -L.T @ L,
            "In (x - z)^2 = x^2 - ... + z^2 the mixed term comes twice. Does it in yours?",
        ),
        Misconception(
            "wrong-sign",
            lambda L: 2 * L.T @ L,
            "If x moves towards z, <x, z> grows and the distance shrinks. Which sign has M then?",
        ),
        Misconception(
            "the-square-terms",
            lambda L: L.T @ L,
            "That is A, which belongs to x with x and to z with z. What stands between x and z?",
        ),
        Misconception(
            "wrong-side",
            lambda L: -2 * L @ L.T,
            "You multiply L by its transpose in the other order. M meets x and z, which have D "
            "entries: which shape must it have?",
        ),
        Misconception(
            "not-squared",
            lambda L: -2 * L,
            "L appears once in yours. In the squared length of L(x - z), how many times?",
        ),
        Misconception(
            "entrywise-square",
            lambda L: -2 * L**2,
            "You square each entry of L. A squared length is v^T v: what is it for v = L x?",
        ),
        Misconception(
            "four-times",
            lambda L: -4 * L.T @ L,
            "There are two mixed terms, x with z and z with x, each with a factor of -1. "
            "How many have you counted?",
        ),
        Misconception(
            "the-diagonal-only",
            lambda L: -2 * np.diag(np.sum(L**2, axis=0)),
            "Only the diagonal is there. A row of L adds up several entries of x before the "
            "square: which products x_i z_j come of that?",
        ),
        Misconception(
            "both-matrices",
            lambda L: (L.T @ L, -2 * L.T @ L),
            "Both A and M came back. Which one is asked for?",
        ),
    ),
    hints=(
        "Multiply out: ||v||^2 = v^T v with v = L x - L z. There are four terms.",
        "x^T L^T L x, then twice a mixed term, then z^T L^T L z. Why are the two mixed terms "
        "equal, and which sign have they?",
        "M is -2 times A, and A is L.T @ L.",
    ),
    remark="A learnt distance needs x and z to multiply: the tensor of the layer is its M.",
)
