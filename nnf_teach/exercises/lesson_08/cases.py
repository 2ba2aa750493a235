"""What the multiplicative layer has as special cases: attention, and a learnt metric."""

import numpy as np

from nnf_teach.exercises.exercise import Case
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.oracles import softmax

EXTREME = "huge entries"


@exercise(
    lesson=8,
    points=2,
    stable=True,
    parts={"ordinary entries": 1, EXTREME: 1},
    may_call=("softmax",),
)
def attention(Q, K, V):
    """Weigh one query at a time, with the largest logit taken off."""
    rows = []
    for q in np.asarray(Q, dtype=float):
        logits = np.asarray(K) @ q / np.sqrt(len(q))
        weights = np.exp(logits - logits.max())
        rows.append(weights / weights.sum() @ V)
    return np.array(rows).reshape(len(Q), np.shape(V)[1])


@attention.cases
def cases(rng):
    def drawn(n_q, n_k, d, d_v, scale=1.0):
        sizes = (n_q, d), (n_k, d), (n_k, d_v)
        Q, K, V = (rng.normal(size=size) for size in sizes)
        return scale * Q, K, V

    whole = rng.integers(-2, 3, (2, 3)), rng.integers(-2, 3, (4, 3)), rng.integers(-9, 9, (4, 2))
    Q, K, V = drawn(3, 4, 4, 2)
    far = np.array([[1000.0], [-1000.0]]), np.array([[1.0], [0.999], [-1.0]]), np.eye(3)
    yield np.array([[2.0, 0.0, 0.0, 0.0]]), np.eye(4)[:2] * 2.0, np.array([[1.0], [3.0]])
    yield *whole, "whole numbers"
    yield from (drawn(*sizes) for sizes in ((3, 4, 2, 2), (4, 4, 4, 4), (1, 5, 3, 2)))
    yield *drawn(4, 1, 3, 2), "one key: there is nothing to choose"
    yield drawn(2, 6, 9, 1)
    yield *map(np.asfortranarray, (Q, K)), V, "another order in memory"
    yield Case(far, "far apart", part=EXTREME)
    yield Case(drawn(3, 5, 4, 2, scale=1e4), "very far apart", part=EXTREME)


def scaled(Q, K):
    return Q @ K.T / np.sqrt(Q.shape[1])


@attention.mistake
def forgot_the_scale(Q, K, V):
    """Your weights are too sharp: with more dimensions the products q . k grow.
    By what does scaled attention divide them?"""
    return softmax(Q @ K.T) @ V


@attention.mistake
def scaled_by_d(Q, K, V):
    """You divide by d. The spread of a sum of d products grows with which power of d?"""
    return softmax(Q @ K.T / Q.shape[1]) @ V


@attention.mistake
def scaled_after_the_softmax(Q, K, V):
    """You scale after the softmax, so that the weights no longer add up to 1.
    Where must the root of d come in?"""
    return softmax(Q @ K.T) @ V / np.sqrt(Q.shape[1])


@attention.mistake
def no_softmax(Q, K, V):
    """Your weights may be negative, and need not add up to 1.
    Which module makes probabilities out of them?"""
    return scaled(Q, K) @ V


@attention.mistake
def shares_without_exp(Q, K, V):
    """You divide the logits by their sum: some shares may be negative.
    What does softmax do before it divides?"""
    S = scaled(Q, K)
    return S / S.sum(axis=1, keepdims=True) @ V


@attention.mistake
def takes_the_best_key(Q, K, V):
    """Each query takes the value of one key only. Then no gradient says which key to choose
    (lesson 6). What is the soft version of the maximum?"""
    return np.asarray(V)[scaled(Q, K).argmax(axis=1)]


@attention.mistake
def by_distance(Q, K, V):
    """You weigh keys by their distance from the query.
    In dot-product attention, what counts besides the direction of a key?"""
    return softmax(-np.sum((Q[:, None] - K) ** 2, axis=2) / np.sqrt(Q.shape[1])) @ V


attention.hints(
    "Three steps: a logit for each query and key, (Nq, Nk); a softmax for each query; a mean "
    "of the values with these weights.",
    "The logits are the inner products of all queries with all keys, over the root of d. "
    "Your stable softmax of lesson 2 goes along each row.",
    "S = Q @ K.T / np.sqrt(d), then S minus its row maximum (axis=1, keepdims=True), exp, and "
    "divide each row by its sum. Last: (Nq, Nk) times V (Nk, dv).",
    remark="The logits are x^T W z: queries and keys meet in a multiplicative layer.",
)


@exercise(lesson=8, points=1)
def metric_interaction(L):
    """Differentiate ||L(x - z)||^2 by x and by z: what stands between x and z."""
    from autograd import grad, jacobian
    from autograd import numpy as anp

    def squared(x, z):
        return anp.sum(anp.dot(np.asarray(L, dtype=float), x - z) ** 2)

    zero = np.zeros(np.shape(L)[1])
    return np.asarray(jacobian(lambda z: grad(squared)(zero, z))(zero))


@metric_interaction.cases
def cases(rng):
    drawn = [rng.normal(size=shape) for shape in ((3, 3), (2, 4), (4, 2), (1, 3), (5, 1))]
    yield np.array([[1.0, 2.0], [0.0, 3.0]])
    yield np.array([[2.0]])
    yield np.array([[1, 0, 2], [0, 3, -1]]), "whole numbers"
    yield from drawn
    yield np.zeros((2, 3)), "all points are at one place"
    yield np.asfortranarray(rng.normal(size=(3, 2))), "another order in memory"


@metric_interaction.mistake
def entrywise_square(L):
    """You square each entry of L. A squared length is v^T v: what is it for v = L x?"""
    return -2 * L**2


metric_interaction.hints(
    "Multiply out: ||v||^2 = v^T v with v = L x - L z. There are four terms.",
    "x^T L^T L x, then twice a mixed term, then z^T L^T L z. Why are the two mixed terms "
    "equal, and which sign have they?",
    "M is -2 times A, and A is L.T @ L.",
    remark="A learnt distance needs x and z to multiply: the tensor of the layer is its M.",
)
