"""A mixture of experts: its forward pass, and its training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.exercises.exercise import BadAnswer, Case, Exercise, Misconception, Reached
from nnf_teach.exercises.lesson_06 import gating
from nnf_teach.exercises.oracles import softmax
from nnf_teach.exercises.readers import Pair, read_pair, refuse_nans

Array = NDArray[Any]
Mixture = tuple[list[Pair], Pair]

# 6. mixture_forward --------------------------------------------------------------------------


def _mixture(rng: np.random.Generator, d: int, k: int, e: int, scale: float = 1.0) -> Mixture:
    experts = [(rng.normal(size=(k, d)), rng.normal(size=k)) for _ in range(e)]
    return experts, (scale * rng.normal(size=(e, d)), scale * rng.normal(size=e))


def _mixture_cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(n: int, d: int, k: int, e: int) -> Case:
        return Case((rng.normal(size=(n, d)), *_mixture(rng, d, k, e)))

    up, down = (np.array([[1.0]]), np.array([0.0])), (np.array([[-1.0]]), np.array([2.0]))
    gate = np.array([[0.0], [1.0]]), np.array([0.0, 0.0])
    hand = Case((np.array([[0.0], [np.log(3.0)]]), [up, down], gate), "by hand")
    whole = [(np.array([[1, 2], [0, 1]]), np.array([1, 0])), (np.array([[3, 0], [1, -1]]),
             np.array([0, 2]))]  # fmt: skip
    wide = np.array([[1000.0], [-1000.0], [0.0]]), np.array([0.0, 0.0, 5.0])
    near = np.array([[1000.0], [999.0], [0.0]]), np.zeros(3)
    three = _mixture(rng, 1, 2, 3)[0]
    return [
        hand,
        Case((np.array([[1, 0], [2, -1]]), whole, (np.array([[1, 0], [0, 1]]), np.array([0, 1]))),
             "whole numbers"),
        Case((np.array([[1.0], [-1.0], [0.0]]), three, wide), "large logits"),
        Case((np.array([[1.0], [-1.0], [0.0]]), three, near), "large logits near each other"),
        drawn(4, 2, 1, 3),
        drawn(3, 3, 3, 3),
        drawn(5, 1, 2, 2),
        drawn(2, 2, 3, 1),
        drawn(1, 1, 1, 1),
    ]  # fmt: skip


def _logits(X: Array, gate: Pair) -> Array:
    return np.asarray(X @ gate[0].T + gate[1])


def _each(X: Array, experts: Sequence[Pair]) -> Array:
    """Return what every expert says: (E, N, K)."""
    return np.array([X @ W.T + b for W, b in experts])


def _weighed(
    weights: Callable[[Array], Array] = softmax,
    each: Callable[[Array, Sequence[Pair]], Array] = _each,
    logits: Callable[[Array, Pair], Array] = _logits,
) -> Callable[..., Array]:
    """Build a mixture, one part of it wrong."""
    return lambda X, experts, gate: np.einsum(
        "ne,enk->nk", weights(logits(X, gate)), each(X, experts)
    )


def _forward(X: Array, experts: Sequence[Pair], gate: Pair) -> Array:
    return _weighed()(X, experts, gate)


def _equal(Z: Array) -> Array:
    return np.full(Z.shape, 1 / Z.shape[1])


def _softmax_of_answers(X: Array, experts: Sequence[Pair], gate: Pair) -> Array:
    A = _each(X, experts)
    E = np.exp(A - A.max(axis=0))
    return np.asarray((A * E / E.sum(axis=0)).sum(axis=0))


def _weights_along_the_outputs(X: Array, experts: Sequence[Pair], gate: Pair) -> Array:
    P = softmax(_logits(X, gate))
    said = (P[:, e] * (X @ W.T + b) for e, (W, b) in enumerate(experts))
    return np.asarray(sum(said))


MIXTURE_FORWARD = Exercise(
    name="mixture_forward",
    lesson=6,
    points=2,
    reference=lambda X, experts, gate: _forward(X, experts, gate),
    cases=_mixture_cases,
    stable=True,
    may_call=("linear", "softmax"),
    misconceptions=(
        Misconception(
            "logits-as-weights",
            _weighed(lambda Z: Z),
            "You weigh the experts by the gate's logits. What makes them into parts of a whole?",
        ),
        Misconception(
            "hard-gate",
            _weighed(gating.hard),
            "You ask the best expert only. That cannot be learnt by gradients: "
            "which module makes a smooth choice?",
        ),
        Misconception(
            "hard-gate-with-ties",
            _weighed(gating.every_largest),
            "You ask the experts with the largest logit only. That cannot be learnt by gradients: "
            "which module makes a smooth choice?",
        ),
        Misconception(
            "gate-not-used",
            _weighed(_equal),
            "Every expert counts the same in yours. Who decides how much each of them counts for "
            "an example?",
        ),
        Misconception(
            "sum-of-the-experts",
            _weighed(np.ones_like),
            "You add the experts up. What is each of them multiplied by first?",
        ),
        Misconception(
            "sigmoid-gate",
            _weighed(gating.sigmoid),
            "Each of your gates opens on its own, so that their sum is not 1. "
            "Which function makes them share?",
        ),
        Misconception(
            "overflowing-sigmoid-gate",
            _weighed(gating.overflowing_sigmoid),
            "Each of your gates opens on its own, so that their sum is not 1, and exp(1000) "
            "overflows. Which function makes them share?",
        ),
        Misconception(
            "one-maximum-for-all-rows",
            _weighed(gating.one_maximum),
            "You subtract one maximum from all rows of logits. A row far below it becomes 0 / 0. "
            "Whose maximum does each row need?",
        ),
        Misconception(
            "clipped-logits",
            _weighed(gating.clipped),
            "You cut large logits off, so that 1000 and 999 count equally. What may you subtract "
            "from a row so that its softmax stays the same?",
        ),
        Misconception(
            "wrong-axis",
            _weighed(gating.softmax_down),
            "Your gates share over the examples. Along which axis are the experts of one example?",
        ),
        Misconception(
            "forgot-gate-bias",
            _weighed(logits=lambda X, gate: X @ gate[0].T),
            "Your gate has no bias. At x = 0 it cannot prefer anyone: what does (V, c) say?",
        ),
        Misconception(
            "forgot-expert-bias",
            _weighed(each=lambda X, experts: np.array([X @ W.T for W, _ in experts])),
            "Your experts have no bias. What is a linear layer?",
        ),
        Misconception(
            "unnormalised",
            _weighed(lambda Z: np.exp(Z - Z.max(axis=1, keepdims=True))),
            "The weights of your experts do not add up to 1. What are the exponentials divided by?",
        ),
        Misconception(
            "unstable-exp",
            _weighed(gating.overflowing),
            "The formula is right, but exp(1000) overflows. "
            "What may you subtract from each row of logits first?",
        ),
        Misconception(
            "gate-on-the-answers",
            _softmax_of_answers,
            "Your weights come from what the experts say: the loudest one wins. "
            "What does the gate look at?",
        ),
        Misconception(
            "first-expert-only",
            lambda X, experts, gate: _each(X, experts)[0],
            "Only the first expert is heard. Does your loop end after the first?",
        ),
        Misconception(
            "weights-along-the-outputs",
            _weights_along_the_outputs,
            "There is one weight for each row, but it meets the columns of what the expert says. "
            "Which shape must the weights have, so that each meets its own row?",
        ),
        Misconception(
            "order-of-the-experts",
            lambda X, experts, gate: _forward(X, experts[::-1], gate),
            "Each expert gets the weight of another one. Which row of the gate belongs to which "
            "expert?",
        ),
    ),
    hints=(
        "Gate and experts are linear layers. The gate gives one logit for each expert, the "
        "softmax makes weights of them, and the weights multiply what the experts say.",
        "P = softmax of linear(X, V, c), of shape (N, E). Start with zeros (N, K), and for "
        "expert e add its answers, each row times its weight.",
        "The weights of expert e are the column P[:, e]. To multiply rows of (N, K) they need "
        "the shape (N, 1): P[:, [e]].",
    ),
    remark="Linear layer, softmax and gate: a new network, out of pieces that you have.",
)

# 7. train_mixture ----------------------------------------------------------------------------

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


def _train_cases(rng: np.random.Generator) -> Sequence[Case]:
    cases = []
    for n_experts in (3, 2, 4):
        for seed in rng.integers(0, 2**32, SEEDS):
            X, T = draw_data(n_experts, N_TRAIN, np.random.default_rng(seed))
            about = f"{n_experts} experts, seed {seed}"
            cases.append(Case((X, T, n_experts, np.random.default_rng(seed + 1)), about))
    return cases


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


def _best_line(X: Array, T: Array) -> Pair:
    weights = np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]), T, rcond=None)[0]
    return weights[:-1].T, weights[-1]


def _errors(answer: Any, X: Array, T: Array, n_experts: int) -> tuple[float, float]:
    """Return the mean squared distances on held-out data: of the mixture, and of the best line."""
    experts, gate = read_mixture(answer, X.shape[1], T.shape[1], n_experts)
    X_new, T_new = draw_data(n_experts, N_HELD_OUT, np.random.default_rng(0))
    W, b = _best_line(X, T)
    guesses = _forward(X_new, experts, gate), X_new @ W.T + b
    one, other = (float(np.mean(np.sum((Y - T_new) ** 2, axis=1))) for Y in guesses)
    return one, other


def times_better(answer: Any, X: Array, T: Array, n_experts: int) -> float:
    """Return how many times smaller the error is than that of the best linear model."""
    ours, line = _errors(answer, X, T, n_experts)
    return line / max(ours, 1e-12)


def _score(answer: Any, X: Array, T: Array, n_experts: int, rng: Any) -> Reached:
    times = times_better(answer, X, T, n_experts)
    return Reached("times better than the best linear model, on new data", times, TIMES, ".3g")


def _train_mixture(
    X: Array, T: Array, n_experts: int, rng: np.random.Generator, steps: int = 1000
) -> Mixture:
    from nnf_teach.modules import train_mixture_steps

    *_, last = train_mixture_steps(X, T, n_experts, rng, steps=steps)
    return last.experts, last.gate


def _same_experts(X: Array, T: Array, n_experts: int, rng: np.random.Generator) -> Mixture:
    return [_best_line(X, T)] * n_experts, (rng.normal(size=(n_experts, X.shape[1])),
                                            np.zeros(n_experts))  # fmt: skip


def _still_gate(X: Array, T: Array, n_experts: int, rng: np.random.Generator) -> Mixture:
    experts = _mixture(rng, X.shape[1], T.shape[1], n_experts)[0]
    return experts, (np.zeros((n_experts, X.shape[1])), np.zeros(n_experts))


def _backwards(X: Array, T: Array, n_experts: int, rng: np.random.Generator) -> Mixture:
    W, b = _best_line(X, T)
    experts = [(-10 * (e + 1) * W, -10 * (e + 1) * b) for e in range(n_experts)]
    return experts, (rng.normal(size=(n_experts, X.shape[1])), np.ones(n_experts))


def _far_apart(pairs: Sequence[Pair]) -> bool:
    (W, b), *rest = pairs
    return any(not (np.allclose(W, V) and np.allclose(b, c)) for V, c in rest)


def _is_constant(gate: Pair) -> bool:
    V, c = gate
    return bool(np.allclose(V, V[:1]) and np.allclose(c, c[:1]))


def _slopes(mixture: Mixture, X: Array, T: Array) -> tuple[float, float]:
    """Return how steep the error is at a mixture: along its experts' weights, and its gate's."""
    experts, gate = mixture
    P, answers = softmax(_logits(X, gate)), _each(X, experts)
    dY = 2 * (_forward(X, experts, gate) - T) / len(X)
    dP = np.einsum("nk,enk->ne", dY, answers)
    dZ = P * (dP - (dP * P).sum(axis=1, keepdims=True))
    with_one = np.column_stack([X, np.ones(len(X))])
    of_experts = np.einsum("ne,nk,nd->ekd", P, dY, with_one)
    return float(np.linalg.norm(of_experts)), float(np.linalg.norm(dZ.T @ with_one))


RESTS = 0.05  # a part with less than this share of the other's slope has come to rest
STEEP = 0.01  # below it a part has come to rest as well: a valley, or a plateau


def _gate_left_behind(answer: Any, X: Array, T: Array, n_experts: int, rng: Any) -> bool:
    of_experts, of_gate = _slopes(read_mixture(answer, X.shape[1], T.shape[1], n_experts), X, T)
    return (
        of_gate > STEEP
        and of_experts < RESTS * of_gate
        and times_better(answer, X, T, n_experts) > 0.7
    )


def _experts_left_behind(answer: Any, X: Array, T: Array, n_experts: int, rng: Any) -> bool:
    mixture = read_mixture(answer, X.shape[1], T.shape[1], n_experts)
    of_experts, of_gate = _slopes(mixture, X, T)
    differ = np.std(_each(X, mixture[0]), axis=0).mean() > 0.1 * np.std(T)  # a gate can choose
    return bool(
        of_experts > STEEP
        and of_gate < RESTS * of_experts
        and differ
        and times_better(answer, X, T, n_experts) > 0.7
    )


def _one_owner(answer: Any, X: Array, T: Array, n_experts: int, rng: Any) -> bool:
    _, gate = read_mixture(answer, X.shape[1], T.shape[1], n_experts)
    return bool(softmax(_logits(X, gate)).mean(axis=0).max() > 0.95)


def _learns_slowly(answer: Any, X: Array, T: Array, n_experts: int, rng: Any) -> bool:
    named = _gate_left_behind, _experts_left_behind, _one_owner
    return _between(0.7, TIMES)(answer, X, T, n_experts, rng) and not any(
        seen(answer, X, T, n_experts, rng) for seen in named
    )


def _gate_of_the_start(X: Array, T: Array, n_experts: int, rng: np.random.Generator) -> Mixture:
    """Fit the experts as well as can be behind a gate that is nearly a constant."""
    (d, k), gate = (X.shape[1], T.shape[1]), _mixture(rng, X.shape[1], 1, n_experts, 0.2)[1]
    parts = np.einsum(
        "ne,nd->ned", softmax(_logits(X, gate)), np.column_stack([X, np.ones(len(X))])
    )
    best = np.linalg.lstsq(parts.reshape(len(X), -1), T, rcond=None)[0]
    return [(w[:-1].T, w[-1]) for w in best.reshape(n_experts, d + 1, k)], gate


def _experts_off_their_best(
    X: Array, T: Array, n_experts: int, rng: np.random.Generator
) -> Mixture:
    """Put the experts above and below the best line, behind a gate that has decided."""
    W, b = _best_line(X, T)
    experts = [(W, b + 0.3 * (-1) ** e) for e in range(n_experts)]
    return experts, _mixture(rng, X.shape[1], 1, n_experts, scale=1000.0)[1]


def _all_to_one(X: Array, T: Array, n_experts: int, rng: np.random.Generator) -> Mixture:
    experts = _mixture(rng, X.shape[1], T.shape[1], n_experts - 1)[0]
    return [_best_line(X, T), *experts], (np.zeros((n_experts, X.shape[1])),
                                          20 * np.eye(n_experts)[0])  # fmt: skip


def _between(low: float, high: float) -> Callable[..., bool]:
    return lambda answer, X, T, n_experts, rng: low <= times_better(answer, X, T, n_experts) < high


def _diverged(answer: Any, X: Array, T: Array, n_experts: int, rng: Any) -> bool:
    experts, gate = answer
    return not all(np.isfinite(np.array(part, float)).all() for p in [*experts, gate] for part in p)


TRAIN_MIXTURE = Exercise(
    name="train_mixture",
    lesson=6,
    points=3,
    reference=lambda X, T, n_experts, rng: _train_mixture(X, T, n_experts, rng),
    cases=_train_cases,
    score=_score,
    failures_allowed=1,
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
    misconceptions=(
        Misconception(
            "diverged",
            lambda X, T, n_experts, rng: (
                [(np.full((T.shape[1], X.shape[1]), np.nan), np.zeros(T.shape[1]))] * n_experts,
                (np.zeros((n_experts, X.shape[1])), np.zeros(n_experts)),
            ),
            "The weights grew until they were no numbers any more. "
            "Is the learning rate too large, or does exp overflow?",
            recognise=_diverged,
        ),
        Misconception(
            "all-experts-equal",
            _same_experts,
            "All your experts are the same, so they get the same gradients and stay the same for "
            "ever. What must differ at the start?",
            recognise=lambda answer, X, T, n_experts, rng: (
                not _far_apart(read_mixture(answer, X.shape[1], T.shape[1], n_experts)[0])
            ),
        ),
        Misconception(
            "gate-does-not-learn",
            _still_gate,
            "The gate treats all experts alike everywhere: together they are one linear model. "
            "Does your step move the gate as well?",
            recognise=lambda answer, X, T, n_experts, rng: _is_constant(
                read_mixture(answer, X.shape[1], T.shape[1], n_experts)[1]
            ),
        ),
        Misconception(
            "one-expert-for-all",
            _all_to_one,
            "One expert has nearly all of the weight everywhere, so that the mixture is a single "
            "line. Does your gate learn to prefer who errs less, or who errs more: which sign has "
            "its gradient?",
            recognise=_one_owner,
        ),
        Misconception(
            "gate-left-behind",
            _gate_of_the_start,
            "At your result the gradients of the experts are near 0, and those of the gate are "
            "not: the experts have learnt, the gate has not. Does your step move it, and does dP "
            "go through softmax_backward first?",
            recognise=_gate_left_behind,
        ),
        Misconception(
            "experts-left-behind",
            _experts_off_their_best,
            "At your result the gradients of the gate are near 0, and those of the experts are "
            "not. Does your step move the experts, and is dY multiplied by column e of P for "
            "expert e?",
            recognise=_experts_left_behind,
        ),
        Misconception(
            "climbing",
            _backwards,
            "It is worse than a single line. Do your steps go down the slope or up, and is the "
            "learning rate small enough?",
            recognise=_between(0.0, 0.7),
        ),
        Misconception(
            "stopped-early",
            lambda X, T, n_experts, rng: _train_mixture(X, T, n_experts, rng, steps=20),
            "It does not get far enough. Print the loss as you go: does it still fall when you "
            "stop? Then take more steps, or Adam's. Does it stand still? Then compare your "
            "gradients with measured ones, as in lesson 5.",
            recognise=_learns_slowly,
        ),
    ),
    hints=(
        "The loss is the mean of quadratic_loss(mixture_forward(X, experts, gate), T). Draw all "
        "weights from rng.normal, and go downhill, with autograd or with your own pieces.",
        "By hand, with dY = 2 (Y - T) / N: expert e gets P[:, [e]] * dY through linear_backward. "
        "dP[:, e] is the row sum of dY times what e says, and softmax_backward makes dZ of dP.",
        "About 1,000 steps of Adam on all examples, with a learning rate of 0.1. Before the loop "
        "update = Adam() and params = [*experts, gate]; in it params = update(params, grads, 0.1), "
        "with grads a list of pairs in the same order.",
    ),
    remark="Who knows what was never told: gate and experts found it out by gradients.",
)
