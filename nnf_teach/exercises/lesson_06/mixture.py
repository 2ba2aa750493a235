"""A mixture of experts: its forward pass, and its training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.exercises.exercise import BadAnswer, Case, Learning, Reached, SideBySide
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.lesson_06 import gating
from nnf_teach.exercises.oracles import softmax
from nnf_teach.exercises.readers import Pair, read_pair, refuse_nans

Mixture = tuple[list[Pair], Pair]


def logits(X: Array, gate: Pair) -> Array:
    return np.asarray(X @ gate[0].T + gate[1])


def each(X: Array, experts: Sequence[Pair]) -> Array:
    """Return what every expert says: (E, N, K)."""
    return np.array([X @ W.T + b for W, b in experts])


def weighed(weights: Callable[[Array], Array]) -> Callable[..., Array]:
    """Return a mixture whose weights come from the logits in another way."""
    return lambda X, experts, gate: np.einsum(
        "ne,enk->nk", weights(logits(X, gate)), each(X, experts)
    )


@exercise(lesson=6, points=2, stable=True, may_call=("linear", "softmax"))
def mixture_forward(X, experts, gate):
    return weighed(softmax)(X, experts, gate)


@mixture_forward.cases
def cases(rng):
    def drawn(n, d, k, e):
        experts = [(rng.normal(size=(k, d)), rng.normal(size=k)) for _ in range(e)]
        return rng.normal(size=(n, d)), experts, (rng.normal(size=(e, d)), rng.normal(size=e))

    up, down = (np.array([[1.0]]), np.array([0.0])), (np.array([[-1.0]]), np.array([2.0]))
    gate = np.array([[0.0], [1.0]]), np.array([0.0, 0.0])
    yield np.array([[0.0], [np.log(3.0)]]), [up, down], gate
    first, second = ([[1, 2], [0, 1]], [1, 0]), ([[3, 0], [1, -1]], [0, 2])
    X, W, c = np.array([[1, 0], [2, -1]]), np.array([[1, 0], [0, 1]]), np.array([0, 1])
    yield X, [tuple(map(np.array, pair)) for pair in (first, second)], (W, c), "whole numbers"
    X, three, _ = drawn(3, 1, 2, 3)
    X[:, 0] = 1, -1, 0
    wide = np.array([[1000.0], [-1000.0], [0.0]]), np.array([0.0, 0.0, 5.0])
    yield X, three, wide, "large logits"
    near = np.array([[1000.0], [999.0], [0.0]]), np.zeros(3)
    yield X, three, near, "large logits near each other"
    yield from (drawn(4, 2, 1, 3), drawn(3, 3, 3, 3), drawn(5, 1, 2, 2))
    yield *drawn(2, 2, 3, 1), "one expert"
    yield *drawn(1, 1, 1, 1), "one of everything"


@mixture_forward.mistake
def logits_as_weights(X, experts, gate):
    """You weigh the experts by the gate's logits. What makes them into parts of a whole?"""
    return weighed(lambda Z: Z)(X, experts, gate)


@mixture_forward.mistake(also=(weighed(gating.every_largest),))
def hard_gate(X, experts, gate):
    """You ask the expert with the largest logit only. That cannot be learnt by gradients: which
    module makes a smooth choice?"""
    return weighed(gating.hard)(X, experts, gate)


@mixture_forward.mistake(also=(weighed(gating.overflowing_sigmoid),))
def sigmoid_gate(X, experts, gate):
    """Each of your gates opens on its own, so that their sum is not 1. Which function makes them
    share?"""
    return weighed(gating.sigmoid)(X, experts, gate)


@mixture_forward.mistake
def wrong_axis(X, experts, gate):
    """Your gates share over the examples. Along which axis are the experts of one example?"""
    return weighed(gating.down)(X, experts, gate)


@mixture_forward.mistake
def forgot_gate_bias(X, experts, gate):
    """The bias of the gate has no say in yours. What does the gate look at where x is 0?"""
    return mixture_forward(X, experts, (gate[0], np.zeros(len(gate[1]))))


@mixture_forward.mistake
def not_divided(X, experts, gate):
    """The weights of your experts do not add up to 1. What are the exponentials divided by?"""
    return weighed(gating.unnormalised)(X, experts, gate)


mixture_forward.hints(
    "Gate and experts are linear layers. The gate gives one logit for each expert, the "
    "softmax makes weights of them, and the weights multiply what the experts say.",
    "P = softmax of linear(X, V, c), of shape (N, E). Start with zeros (N, K), and for "
    "expert e add its answers, each row times its weight.",
    "The weights of expert e are the column P[:, e]. To multiply rows of (N, K) they need "
    "the shape (N, 1): P[:, [e]].",
    remark="Linear layer, softmax and gate: a new network, out of pieces that you have.",
)


TIMES = 10.0  # how many times smaller than the best linear model's the error must be
SEEDS = 2  # runs for each number of experts
N_TRAIN, N_HELD_OUT = 200, 2000

# By the number of experts: three pieces for three, and three for four, one of them to spare.
LINES = {3: ((2, 4), (-1.5, 0.5), (1, -2)), 4: ((2, 4), (-2, 0), (2, -4))}


def draw_data(n_experts: int, n: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw piecewise-linear data for 3 or 4 experts, or for 2 a plane that is folded twice.

    >>> X, T = draw_data(2, 5, np.random.default_rng(0))
    >>> bool(np.allclose(T, np.column_stack([abs(X[:, 0] + X[:, 1]), X[:, 0] - T[:, 0]])))
    True
    """
    from nnf_teach.datasets import make_piecewise

    if n_experts in LINES:
        X, T, _ = make_piecewise(n, rng, pieces=LINES[n_experts])
        return X, T
    X = rng.uniform(-2, 2, (n, 2))
    fold = np.abs(X.sum(axis=1))
    return X, np.column_stack([fold, X[:, 0] - fold])


def read_mixture(answer: Any, d: int, k: int, n_experts: int) -> Mixture:
    """Read (experts, gate) for d inputs and k outputs, or raise `BadAnswer`."""
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise BadAnswer("type", "Return two parts: the list of experts, and the gate.", answer)
    experts, gate = answer
    if not isinstance(experts, tuple | list) or len(experts) != n_experts:
        raise BadAnswer(
            "shape", f"A list of {n_experts} experts is asked for, each a pair (W, b).", answer
        )
    pairs = []
    for name, pair, rows in [
        *((f"Expert {e}", expert, k) for e, expert in enumerate(experts)),
        ("The gate", gate, n_experts),
    ]:
        W, b = read_pair(pair, f"{name} should be a pair of arrays.", answer)
        if W.shape != (rows, d) or b.shape != (rows,):
            raise BadAnswer(
                "shape",
                f"{name} has arrays of the shapes {W.shape} and {b.shape}. "
                f"({rows}, {d}) and ({rows},) are asked for.",
                answer,
            )
        refuse_nans((W, b), answer, f"{name} has nans or infinities in it.")
        pairs.append((W.astype(float), b.astype(float)))
    return pairs[:-1], pairs[-1]


def best_line(X: Array, T: Array) -> Pair:
    weights = np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]), T, rcond=None)[0]
    return weights[:-1].T, weights[-1]


def errors(answer: Any, X: Array, T: Array, n_experts: int) -> tuple[float, float]:
    """Return the mean squared distances on held-out data: of the mixture, and of the best line."""
    experts, gate = read_mixture(answer, X.shape[1], T.shape[1], n_experts)
    X_new, T_new = draw_data(n_experts, N_HELD_OUT, np.random.default_rng(0))
    W, b = best_line(X, T)
    guesses = mixture_forward(X_new, experts, gate), X_new @ W.T + b
    one, other = (float(np.mean(np.sum((Y - T_new) ** 2, axis=1))) for Y in guesses)
    return one, other


def times_better(answer: Any, X: Array, T: Array, n_experts: int) -> float:
    """Return how many times smaller the error is than that of the best linear model."""
    ours, line = errors(answer, X, T, n_experts)
    return line / max(ours, 1e-12)


def score(answer, X, T, n_experts, rng):
    times = times_better(answer, X, T, n_experts)
    return Reached("times better than the best linear model, on new data", times, TIMES, ".3g")


def loss(answer, X, T, n_experts, rng):
    experts, gate = read_mixture(answer, X.shape[1], T.shape[1], n_experts)
    return float(np.mean(np.sum((mixture_forward(X, experts, gate) - T) ** 2, axis=1)))


def loss_of_one_line(X, T, n_experts, rng):
    W, b = best_line(X, T)
    return float(np.mean(np.sum((X @ W.T + b - T) ** 2, axis=1)))


def other_targets(rng):
    """Yield a case, and the same with its targets in another order."""
    first = next(iter(train_mixture.exercise.cases(rng)))
    X, T, n_experts, _ = first.args
    yield first
    yield Case((X, T[::-1].copy(), n_experts, first.args[3]))


def same_gate(answers):
    (_, (V, c)), (_, (U, d)) = answers
    if not (np.allclose(V, U) and np.allclose(c, d)):
        return ""
    return (
        "Your mixture is good enough, but its gate was never trained: with other targets, and the "
        "same X and rng, it is the very same. From which gradient does it learn which expert is "
        "good where?"
    )


@exercise(
    lesson=6,
    points=3,
    score=score,
    learning=Learning(loss, loss_of_one_line, "the best linear model"),
    side_by_side=SideBySide(other_targets, same_gate),
    failures_allowed=1,
    rounds=5,
    time_limit=120,
    may_call=(
        "Adam",
        "autograd",
        "init_params",
        "linear",
        "linear_backward",
        "softmax",
        "softmax_backward",
    ),
)
def train_mixture(X, T, n_experts, rng):
    from nnf_teach.modules import train_mixture_steps

    *_, last = train_mixture_steps(X, T, n_experts, rng, steps=1000)
    return last.experts, last.gate


@train_mixture.cases
def cases(rng):
    for n_experts in (3, 2, 4):
        for seed in rng.integers(0, 2**32, SEEDS):
            X, T = draw_data(n_experts, N_TRAIN, np.random.default_rng(seed))
            about = f"{n_experts} experts, seed {seed}"
            yield X, T, n_experts, np.random.default_rng(seed + 1), about


def gate_of(X, n_experts, rng, scale=1.0):
    return scale * rng.normal(size=(n_experts, X.shape[1])), scale * rng.normal(size=n_experts)


def recognised(test):
    """Return what recognises a mixture by a test of its experts, its gate, and the data."""

    def recognise(answer, X, T, n_experts, rng):
        return test(*read_mixture(answer, X.shape[1], T.shape[1], n_experts), X, T)

    return recognise


@train_mixture.mistake(
    recognise=recognised(
        lambda experts, gate, X, T: all(
            np.allclose(W, experts[0][0]) and np.allclose(b, experts[0][1]) for W, b in experts
        )
    )
)
def all_experts_equal(X, T, n_experts, rng):
    """All your experts are the same, so they get the same gradients and stay the same for ever.
    What must differ at the start?"""
    return [best_line(X, T)] * n_experts, gate_of(X, n_experts, rng)


def is_constant(experts, gate, X, T):
    return np.allclose(gate[0], gate[0][:1]) and np.allclose(gate[1], gate[1][:1])


@train_mixture.mistake(recognise=recognised(is_constant))
def gate_does_not_learn(X, T, n_experts, rng):
    """The gate treats all experts alike everywhere: together they are one linear model. Does your
    step move the gate as well?"""
    k = T.shape[1]
    experts = [(rng.normal(size=(k, X.shape[1])), rng.normal(size=k)) for _ in range(n_experts)]
    return experts, gate_of(X, n_experts, rng, scale=0.0)


@train_mixture.mistake(
    recognise=recognised(
        lambda experts, gate, X, T: softmax(logits(X, gate)).mean(axis=0).max() > 0.95
    )
)
def one_expert_for_all(X, T, n_experts, rng):
    """One expert has nearly all of the weight everywhere, so that the mixture is a single line.
    Does your gate learn to prefer who errs less, or who errs more: which sign has its gradient?"""
    others = gate_does_not_learn(X, T, n_experts - 1, rng)[0]
    gate = np.zeros((n_experts, X.shape[1])), 20 * np.eye(n_experts)[0]
    return [best_line(X, T), *others], gate


def slopes(experts, gate, X, T):
    """Return how steep the error is at a mixture: along its experts' weights, and its gate's."""
    P, answers = softmax(logits(X, gate)), each(X, experts)
    dY = 2 * (mixture_forward(X, experts, gate) - T) / len(X)
    dP = np.einsum("nk,enk->ne", dY, answers)
    with_one = np.column_stack([X, np.ones(len(X))])
    of_experts = np.einsum("ne,nk,nd->ekd", P, dY, with_one)
    of_gate = gating.through_softmax(dP, P).T @ with_one
    return float(np.linalg.norm(of_experts)), float(np.linalg.norm(of_gate))


RESTS = 0.05  # a part with less than this share of the other's slope has come to rest
STEEP = 0.01  # below it a part has come to rest as well: a valley, or a plateau


def is_better_than_a_line(experts, gate, X, T):
    return times_better((experts, gate), X, T, len(experts)) > 0.7


def gate_lags(experts, gate, X, T):
    of_experts, of_gate = slopes(experts, gate, X, T)
    rests = of_gate > STEEP and of_experts < RESTS * of_gate
    return rests and is_better_than_a_line(experts, gate, X, T)


@train_mixture.mistake(recognise=recognised(gate_lags))
def gate_left_behind(X, T, n_experts, rng):
    """At your result the gradients of the experts are near 0, and those of the gate are not: the
    experts have learnt, the gate has not. Does your step move it, and does dP go through
    softmax_backward first?"""
    gate = gate_of(X, n_experts, rng, 0.2)
    for part in gate:
        part[2:] = part[1]  # as two experts: with more, solved for, any gate is good enough
    with_one = np.column_stack([X, np.ones(len(X))])
    parts = np.einsum("ne,nd->ned", softmax(logits(X, gate)), with_one)
    best = np.linalg.lstsq(parts.reshape(len(X), -1), T, rcond=None)[0]
    experts = best.reshape(n_experts, -1, T.shape[1])
    return [(w[:-1].T, w[-1]) for w in experts], gate


def experts_lag(experts, gate, X, T):
    of_experts, of_gate = slopes(experts, gate, X, T)
    rests = of_experts > STEEP and of_gate < RESTS * of_experts
    differ = np.std(each(X, experts), axis=0).mean() > 0.1 * np.std(T)  # a gate can choose
    return rests and differ and is_better_than_a_line(experts, gate, X, T)


@train_mixture.mistake(recognise=recognised(experts_lag))
def experts_left_behind(X, T, n_experts, rng):
    """At your result the gradients of the gate are near 0, and those of the experts are not. Does
    your step move the experts, and is dY multiplied by column e of P for expert e?"""
    W, b = best_line(X, T)
    experts = [(W, b + 0.3 * (-1) ** e) for e in range(n_experts)]
    return experts, gate_of(X, n_experts, rng, 1000.0)


train_mixture.hints(
    "The loss is the mean of quadratic_loss(mixture_forward(X, experts, gate), T). Draw all "
    "weights from rng.normal, and go downhill, with autograd or with your own pieces.",
    "By hand, with dY = 2 (Y - T) / N: expert e gets P[:, [e]] * dY through linear_backward. "
    "dP[:, e] is the row sum of dY times what e says, and softmax_backward makes dZ of dP.",
    "About 1,000 steps of Adam on all examples, with a learning rate of 0.1. Before the loop "
    "update = Adam() and params = [*experts, gate]; in it params = update(params, grads, 0.1), "
    "with grads a list of pairs in the same order.",
    remark="Who knows what was never told: gate and experts found it out by gradients.",
)
