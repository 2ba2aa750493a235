"""Lesson 06: other right answers pass, every right split of a tie does, and near misses do not."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach import check, modules
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import all_exercises
from nnf_teach.exercises.lesson_06.choosing import is_subgradient
from nnf_teach.exercises.lesson_06.mixture import draw_data, times_better

from .right_answers import (  # noqa: F401
    test_a_different_right_answer_passes,
    test_every_exercise_is_proved_by_three_other_right_answers,
)


def split(share):
    """Build max_backward that shares dy among the largest numbers by share(how many)."""

    def max_backward(dy, x):
        x = np.asarray(x, dtype=float)
        places = np.flatnonzero(x == x.max())
        dx = np.zeros(len(x))
        dx[places] = dy * np.asarray(share(len(places)), dtype=float)
        return dx

    return max_backward


FIRST, LAST = split(lambda k: np.eye(k)[0]), split(lambda k: np.eye(k)[-1])
EQUAL = split(lambda k: np.full(k, 1 / k))
UNEQUAL = split(lambda k: np.arange(1, k + 1) / sum(range(1, k + 1)))
RANDOM = split(lambda k: np.random.default_rng(k).dirichlet(np.ones(k)))


def max_loop(dy, x):
    best = 0
    for k in range(len(x)):
        if x[k] > x[best]:
            best = k
    return [dy if k == best else 0.0 for k in range(len(x))]


def pooled(one):
    """Build max_pool_backward from max_backward, window by window."""

    def max_pool_backward(dY, X, size):
        dX = np.zeros(np.shape(X))
        for n in range(len(X)):
            for k in range(X.shape[1] // size):
                window = slice(k * size, (k + 1) * size)
                dX[n, window] = one(dY[n, k], X[n, window])
        return dX

    return max_pool_backward


def pool_loop(X, size):
    return [[max(row[k : k + size]) for k in range(0, len(row), size)] for row in X]


def pool_by_columns(X, size):
    Y = X[:, 0::size]
    for k in range(1, size):
        Y = np.maximum(Y, X[:, k::size])
    return Y


def gate_through_jacobians(dY, X, Z):
    dX, dZ = np.zeros(X.shape), np.zeros(X.shape)
    for n in range(len(X)):
        p = modules.softmax(Z[n])
        dX[n] = p * dY[n]
        dZ[n] = (dY[n] * X[n]) @ (np.diag(p) - np.outer(p, p))
    return dX, dZ


def gate_by_logs(X, Z):
    return X * np.exp(Z - np.logaddexp.reduce(Z, axis=1, keepdims=True))


def gate_loop(X, Z):
    rows = []
    for x, z in zip(X, Z, strict=True):
        e = np.exp(z - max(z))
        rows.append(x * e / sum(e))
    return np.array(rows).reshape(X.shape)


def gate_from_the_output(dY, X, Z):
    P = gate_by_logs(np.ones(X.shape), Z)
    G = dY * X * P
    return dY * P, G - P * G.sum(axis=1, keepdims=True)


def expanded_distance(X, T):
    return np.sum(X * X, axis=1) - 2 * np.sum(X * T, axis=1) + np.sum(T * T, axis=1)


def mixture_einsum(X, experts, gate):
    W, b = np.array([W for W, _ in experts]), np.array([b for _, b in experts])
    P = gate_by_logs(1.0, X @ gate[0].T + gate[1])
    return np.einsum("ne,ekd,nd->nk", P, W, X) + P @ b


def mixture_loop(X, experts, gate):
    rows = []
    for x in np.asarray(X, dtype=float):
        z = gate[0] @ x + gate[1]
        p = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
        rows.append(sum(p[e] * (W @ x + b) for e, (W, b) in enumerate(experts)))
    return np.reshape(rows, (len(X), len(experts[0][1])))


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def mixture_by_softmax_gate(X, experts, gate):
    said = np.stack([X @ W.T + b for W, b in experts], axis=2)  # (N, K, E)
    return (said * gate_by_logs(1.0, X @ gate[0].T + gate[1])[:, None, :]).sum(axis=2)


LESSON, POINTS = 6, 15
OTHERS = ("train_mixture",)
RIGHT = {
    "max_backward": [FIRST, LAST, EQUAL, UNEQUAL, RANDOM, max_loop],
    "max_pool": [pool_loop, pool_by_columns, lambda X, size: np.sort(
        np.asarray(X, float).reshape(len(X), -1, size), axis=2)[:, :, -1]],
    "max_pool_backward": [pooled(f) for f in (FIRST, LAST, EQUAL, UNEQUAL, RANDOM, max_loop)]
    + [modules.max_pool_backward],
    "conditional_backward": [
        lambda dY, X, P: [np.multiply(P, dY), np.multiply(X, dY)],
        lambda dY, X, P: (np.einsum("nk,nk->nk", dY, P), np.einsum("nk,nk->nk", dY, X)),
        lambda dY, X, P: tuple(dY * other for other in (P, X)),
    ],
    "softmax_gate": [gate_by_logs, gate_loop, lambda X, Z: gate_by_logs(X, np.asarray(Z) - 3.0)],
    "softmax_gate_backward": [
        gate_through_jacobians,
        gate_from_the_output,
        lambda dY, X, Z: list(gate_from_the_output(dY, X, Z)),
    ],
    "quadratic_loss": [
        expanded_distance,
        lambda X, T: np.linalg.norm(np.subtract(X, T), axis=1) ** 2,
        lambda X, T: np.einsum("nk,nk->n", np.subtract(X, T), np.subtract(X, T)),
        lambda X, T: [sum((x - t) ** 2) for x, t in zip(X, T, strict=True)],
    ],
    "quadratic_loss_backward": [
        lambda X, T: (2 * X - 2 * T, 2 * T - 2 * X),
        lambda X, T: [np.subtract(X, T) * 2, np.subtract(T, X) * 2],
        lambda X, T: (-2 * (T - X), 2 * (T - X)),
    ],
    "mixture_forward": [mixture_einsum, mixture_loop, mixture_by_softmax_gate],
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_single_precision_passes(name):
    def rounded(answer):
        if isinstance(answer, tuple | list):
            return tuple(map(rounded, answer))
        return np.asarray(answer, dtype=np.float32)

    exercise = all_exercises()[name]
    result = diagnose(exercise, lambda *args: rounded(exercise.reference(*args)))
    assert result.passed, result.message


@pytest.mark.parametrize("share", [0.5, 1.001, 0.0])
@pytest.mark.parametrize(("name", "build"), [("max_backward", None), ("max_pool_backward", pooled)])
def test_parts_that_do_not_add_up_are_wrong(name, build, share):
    one = split(lambda k: share * np.eye(k)[0])
    assert check(build(one) if build else one, name).status == "wrong"


def test_a_gradient_that_leaks_is_wrong():
    def leaking(dy, x):
        dx = 0.999 * FIRST(dy, x)
        dx[np.argmin(x)] += 0.001 * dy
        return dx

    assert check(leaking, "max_backward").status == "wrong"
    assert check(pooled(leaking), "max_pool_backward").status == "wrong"


def test_one_name_for_the_slide_whichever_way_it_is_written():
    def slide(dy, x):
        return [dy * float(v == max(x)) for v in x]

    assert check(slide, "max_backward").misconception == "printed-on-the-slide"
    assert check(pooled(slide), "max_pool_backward").misconception == "printed-on-the-slide"


def test_subgradients_are_those_of_the_definition():
    """max(w + d) >= max(w) + <g, d> for all d, tried on many; -max bends the other way."""
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(20_000, 3))
    for w in ([1.0, 1.0, 1.0], [2.0, 2.0, 0.0], [3.0, 0.0, 1.0]):
        w = np.array(w)
        grown = np.max(w + directions, axis=1) - w.max()
        any_sum = rng.normal(size=(20, 3))
        sum_one = any_sum + (1 - any_sum.sum(axis=1, keepdims=True)) / 3
        shares = rng.dirichlet(np.ones(3), 20)
        for g in np.vstack([np.eye(3), shares, any_sum, sum_one, [[0.5, 0.5, 0], [1.5, -0.5, 0]]]):
            defined = bool(np.all(grown >= directions @ g - 1e-9))
            assert is_subgradient(g, np.array(1.0), w) == defined
            assert is_subgradient(-g, np.array(-1.0), w) == defined


def test_every_window_counts():
    W, dY = np.array([[[1.0, 2.0], [5.0, 5.0]]]), np.array([[3.0, 4.0]])
    assert is_subgradient(np.array([[[0.0, 3.0], [1.0, 3.0]]]), dY, W)
    assert not is_subgradient(np.array([[[0.0, 3.0], [4.0, 4.0]]]), dY, W)
    assert not is_subgradient(np.array([[[0.0, np.nan], [4.0, 0.0]]]), dY, W)


def pool_by_value(dY, X, size):
    dX = np.zeros(np.shape(X))
    for n, row in enumerate(np.asarray(X).tolist()):
        for k in range(len(row) // size):
            dX[n, row.index(max(row[k * size : (k + 1) * size]))] = dY[n, k]
    return dX


def mixture_with(weights, X, experts, gate):
    P = weights(X @ gate[0].T + gate[1])
    return sum(P[:, [e]] * (X @ W.T + b) for e, (W, b) in enumerate(experts))


@pytest.mark.parametrize(
    ("name", "wrong", "misconception"),
    [
        ("max_backward", lambda dy, x: dy * (np.asarray(x) >= max(x)), "printed-on-the-slide"),
        ("max_pool_backward", lambda dY, X, size: np.repeat(dY, size, axis=1), "gradient-to-all"),
        ("max_pool_backward", lambda dY, X, size: np.repeat(dY, size, axis=1) / size,
         "gradient-to-all"),
        ("softmax_gate", lambda X, Z: X / (1 + np.exp(-np.clip(Z, -700, 700))), "sigmoid-gate"),
        ("softmax_gate_backward", lambda dY, X, Z: (gate_by_logs(1.0 * dY, Z), dY * X),
         "stopped-at-the-probabilities"),
        ("max_pool_backward", pool_by_value, "found-by-value"),
        ("max_pool_backward", lambda dY, X, size: np.repeat(dY, size, axis=1)
         * (X.max(axis=1)[:, None] == X), "largest-of-the-row"),
        ("softmax_gate", lambda X, Z: X * (1 / (1 + np.exp(-Z))), "sigmoid-gate"),
        ("softmax_gate", lambda X, Z: X * (Z.max(axis=1)[:, None] == Z), "hard-gate"),
        ("softmax_gate_backward", lambda dY, X, Z:
         (dY * softmax(Z), modules.softmax_backward(dY, X * softmax(Z))),
         "output-into-softmax-backward"),
        ("mixture_forward", lambda X, experts, gate: mixture_with(
            lambda Z: 1 / (1 + np.exp(-Z)), X, experts, gate), "sigmoid-gate"),
        ("mixture_forward", lambda X, experts, gate: mixture_with(
            lambda Z: Z.max(axis=1)[:, None] == Z, X, experts, gate), "hard-gate"),
    ],
)  # fmt: skip
def test_wrong_answers_are_named(name, wrong, misconception):
    result = check(wrong, name)
    assert result.status == "wrong"
    assert result.misconception == misconception, result.message


def test_references_agree_with_our_modules():
    rng = np.random.default_rng(0)
    dY, X, Z = rng.normal(size=(3, 4, 6))
    exercises = all_exercises()
    pairs = [
        ("max_pool", modules.max_pool, (X, 3)),
        ("max_pool_backward", modules.max_pool_backward, (dY[:, :2], X, 3)),
        ("conditional_backward", modules.conditional_backward, (dY, X, Z)),
        ("softmax_gate", modules.softmax_gate, (X, Z)),
        ("softmax_gate_backward", modules.softmax_gate_backward, (dY, X, Z)),
        ("quadratic_loss", modules.quadratic_loss, (X, Z)),
        ("quadratic_loss_backward", modules.quadratic_loss_backward, (X, Z)),
    ]
    for name, ours, args in pairs:
        theirs = exercises[name].reference(*args)
        for one, other in zip(np.atleast_1d(ours(*args)), np.atleast_1d(theirs), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


# train_mixture -------------------------------------------------------------------------------


def train_by_autograd(X, T, n_experts, rng):
    """Train by gradient descent with momentum, the gradients by autograd."""
    D, K = X.shape[1], T.shape[1]
    shapes = [(n_experts, K, D), (n_experts, K), (n_experts, D), (n_experts,)]
    params = [rng.normal(size=shape) for shape in shapes]

    def loss(params):
        W, b, V, c = params
        E = anp.exp(anp.dot(X, V.T) + c)
        P = E / anp.sum(E, axis=1, keepdims=True)
        Y = anp.einsum("ne,nek->nk", P, anp.einsum("nd,ekd->nek", X, W) + b)
        return anp.mean(anp.sum((Y - T) ** 2, axis=1))

    slope, speed = autograd.grad(loss), [np.zeros(shape) for shape in shapes]
    for _ in range(800):
        speed = [0.9 * v - 0.01 * g for v, g in zip(speed, slope(params), strict=True)]
        params = [p + v for p, v in zip(params, speed, strict=True)]
    W, b, V, c = params
    return [[W[e], b[e]] for e in range(n_experts)], [V, c]


def train_each_for_itself(X, T, n_experts, rng):
    *_, last = modules.train_mixture_steps(X, T, n_experts, rng, loss="separate", steps=1500)
    return last.experts, last.gate


def train_by_expectation(X, T, n_experts, rng):
    """Share the points out, fit a line to each share, and again; the best of six starts."""
    A, best = np.column_stack([X, np.ones(len(X))]), None
    for _ in range(6):
        V, c = rng.normal(size=(n_experts, X.shape[1])), np.zeros(n_experts)
        owner = (X @ V.T).argmax(axis=1)
        for _ in range(30):
            fits = [_fit(A, T, owner == e, rng) for e in range(n_experts)]
            errors = np.stack([((A @ w - T) ** 2).sum(axis=1) for w in fits], axis=1)
            V, c = _follow(X, V, c, errors.argmin(axis=1))
            owner = (X @ V.T + c).argmax(axis=1)
        experts = [(w[:-1].T, w[-1]) for w in fits]
        loss = np.mean((modules.mixture_forward(X, experts, (V, c)) - T) ** 2)
        if best is None or loss < best[0]:
            best = loss, (experts, (V, c))
    return best[1]


def _fit(A, T, mine, rng):
    if mine.sum() < A.shape[1]:
        mine = rng.integers(0, len(A), A.shape[1] + 1)
    return np.linalg.lstsq(A[mine], T[mine], rcond=None)[0]


def _follow(X, V, c, owner):
    for _ in range(30):
        dZ = (softmax(X @ V.T + c) - np.eye(len(c))[owner]) / len(X)
        V, c = V - 5 * dZ.T @ X, c - 5 * dZ.sum(axis=0)
    return V, c


@pytest.mark.slow
@pytest.mark.parametrize("train", [train_by_autograd, train_each_for_itself, train_by_expectation])
def test_other_trainings_pass(train):
    result = diagnose(all_exercises()["train_mixture"], train)
    assert result.passed, result.message


@pytest.fixture(scope="module")
def mixtures():
    """One mixture for each number of experts, trained well enough for any data of its kind."""
    exercise = all_exercises()["train_mixture"]
    cases = {case.args[2]: case.args for case in exercise.cases(np.random.default_rng(0))}
    return {n_experts: exercise.reference(*args) for n_experts, args in cases.items()}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("failing", "passes", "tried"),
    [
        ({4}, True, 6),
        ({0, 1}, True, 12),
        ({0, 2, 8, 10}, True, 24),
        (set(range(6)), False, 6),
        ({*range(2, 30, 6), *range(3, 30, 6)}, False, 18),  # never with two inputs
    ],
)
def test_one_of_six_runs_may_fail_however_many_it_takes(failing, passes, tried, mixtures):
    runs = []

    def unlucky(X, T, n_experts, rng):
        experts, (V, c) = mixtures[n_experts]
        if len(runs) < tried:
            runs.append(len(runs))
            if runs[-1] in failing:
                return [(0 * W, 0 * b) for W, b in experts], (V, c)
        return experts, (V, c + T[0].sum())  # which changes nothing, but depends on the targets

    assert check(unlucky, "train_mixture").passed is passes
    assert len(runs) == tried


def test_data_has_as_many_pieces_as_experts_can_take():
    """A mixture set by hand, with a steep gate, makes next to no error."""
    X, T = draw_data(3, 100, np.random.default_rng(0))
    lines = [(2.0, 4.0), (-1.5, 0.5), (1.0, -2.0)]
    experts = [(np.array([[a]]), np.array([b])) for a, b in lines]
    gate = 1000 * np.array([[-1.0], [0.0], [1.0]]), 1000 * np.array([-1.0, 0.0, -1.0])
    assert times_better((experts, gate), X, T, 3) > 100


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda D, K, E: [1], "two parts"),
        (lambda D, K, E: ([], (np.zeros((E, D)), np.zeros(E))), f"A list of {3} experts"),
        (lambda D, K, E: ([np.zeros((K, D))] * E, np.zeros((E, D))), "should be a pair"),
        (lambda D, K, E: ([(np.zeros((D + 1, K)), np.zeros(K))] * E,
                          (np.zeros((E, D)), np.zeros(E))), "are asked for"),
        (lambda D, K, E: ([(np.zeros((K, D)), np.zeros(K))] * E,
                          (np.zeros((D + 1, E)), np.zeros(E))), "The gate has arrays"),
    ],
)  # fmt: skip
def test_what_cannot_be_read(answer, sentence):
    result = check(lambda X, T, E, rng: answer(X.shape[1], T.shape[1], E), "train_mixture")
    assert not result.passed
    assert sentence in result.message


def train_with_a_slip(dZ_of=modules.softmax_backward, gated=True, steps=500):
    """Build a training by hand, with a slip in a gradient or too few steps."""

    def train_mixture(X, T, n_experts, rng):
        params = [
            (rng.normal(size=(K, X.shape[1])), rng.normal(size=K))
            for K in (*(T.shape[1],) * n_experts, n_experts)
        ]
        update = modules.Adam()
        for _ in range(steps):
            P = softmax(modules.linear(X, *params[-1]))
            said = [modules.linear(X, *expert) for expert in params[:-1]]
            dY = 2 * (sum(P[:, [e]] * said[e] for e in range(n_experts)) - T) / len(X)
            dP = np.column_stack([(dY * Y).sum(axis=1) for Y in said])
            backs = [P[:, [e]] * dY if gated else dY for e in range(n_experts)] + [dZ_of(dP, P)]
            grads = [(back.T @ X, back.sum(axis=0)) for back in backs]
            params = update(params, grads, 0.03)
        return params[:-1], params[-1]

    return train_mixture


@pytest.mark.slow
@pytest.mark.parametrize(
    ("train", "misconception"),
    [
        (train_with_a_slip(lambda dP, P: 0 * dP), "gate-left-behind"),
        (train_with_a_slip(lambda dP, P: dP), "gate-left-behind"),
        (train_with_a_slip(lambda dP, P: -modules.softmax_backward(dP, P)), "one-expert-for-all"),
        (train_with_a_slip(gated=False), "experts-left-behind"),
    ],
)
def test_what_stands_still_is_named(train, misconception):
    result = check(train, "train_mixture")
    assert result.misconception == misconception, result.message


@pytest.mark.parametrize("seed", [1322745051, *range(100, 110)])
def test_a_gate_that_is_left_behind_is_named_at_any_seed(seed):
    exercise = all_exercises()["train_mixture"]
    left = next(m for m in exercise.misconceptions if m.name == "gate-left-behind")
    assert diagnose(exercise, left.wrong, seed).misconception == left.name


def test_a_single_line_behind_a_working_gate_is_not_enough():
    def one_line(X, T, n_experts, rng):
        A = np.column_stack([X, np.ones(len(X))])
        w = np.linalg.lstsq(A, T, rcond=None)[0]
        experts = [(w[:-1].T, w[-1] + e / 100) for e in range(n_experts)]
        return experts, (rng.normal(size=(n_experts, X.shape[1])), np.zeros(n_experts))

    result = check(one_line, "train_mixture")
    assert not result.passed
    assert "has no loop" not in result.message
    assert "that of the best linear model" in result.message


@pytest.mark.slow
@pytest.mark.parametrize("steps", [30, 100])
def test_a_training_that_stops_early_is_told_that_its_loss_was_falling(steps):
    assert (
        "it was still falling then"
        in check(train_with_a_slip(steps=steps), "train_mixture").message
    )


def train_behind_a_fixed_gate(X, T, n_experts, rng):
    """Draw a gate that is never moved, and solve for the experts behind it."""
    start = np.random.default_rng(5)
    V, c = start.normal(size=(n_experts, X.shape[1])), start.normal(size=n_experts)
    A = np.column_stack([X, np.ones(len(X))])
    parts = np.einsum("ne,nd->ned", softmax(X @ V.T + c), A).reshape(len(X), -1)
    best = np.linalg.lstsq(parts, T, rcond=None)[0].reshape(n_experts, A.shape[1], -1)
    return [(w[:-1].T, w[-1]) for w in best], (V, c)


def test_a_gate_that_is_never_trained_is_found_where_the_mixture_is_good_enough():
    result = check(train_behind_a_fixed_gate, "train_mixture")
    assert not result.passed
    assert "its gate was never trained" in result.message
