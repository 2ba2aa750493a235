"""Lesson 08: other right answers pass, wrong experiments are named, the special cases are cases."""

import inspect
from functools import partial

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach import check, modules
from nnf_teach.checking import clues, explain, place
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import all_exercises
from nnf_teach.exercises.lesson_08 import experiment, proposal
from nnf_teach.exercises.lesson_08.proposal import leaves_of

from ..checking.cells import run_cell
from .right_answers import (  # noqa: F401
    test_a_different_right_answer_passes,
    test_an_answer_that_is_wrong_by_half_a_thousandth_fails,
    test_every_exercise_is_proved_by_three_other_right_answers,
    test_every_part_of_an_answer_counts,
)


def layer_by_units(X, Z, W, U, V, b):
    rows = [
        [x @ W[:, :, k] @ z + z @ U[:, k] + V[k] @ x + b[k] for k in range(len(b))]
        for x, z in zip(X, Z, strict=True)
    ]
    return np.array(rows).reshape(len(X), len(b))


def layer_of_all_pairs(X, Z, W, U, V, b):
    pairs = (X[:, :, None] * Z[:, None, :]).reshape(len(X), X.shape[1] * Z.shape[1])
    both = np.hstack([pairs, Z, X, np.ones((len(X), 1))])
    return both @ np.vstack([W.reshape(-1, len(b)), U, V.T, b])


def layer_by_hypernetwork(X, Z, W, U, V, b):
    weights = np.tensordot(Z, W, axes=(1, 1)).transpose(0, 2, 1) + V  # (N, K, Dx)
    return np.matmul(weights, X[:, :, None])[:, :, 0] + np.dot(Z, U) + b


def backward_by_loops(dY, X, Z, W, U, V):
    dX, dZ, dW = (np.zeros(a.shape) for a in (X, Z, W))
    dU, dV, db = np.zeros(U.shape), np.zeros(V.shape), np.zeros(len(V))
    for n in range(len(X)):
        for k in range(len(V)):
            dX[n] += dY[n, k] * (W[:, :, k] @ Z[n] + V[k])
            dZ[n] += dY[n, k] * (X[n] @ W[:, :, k] + U[:, k])
            dW[:, :, k] += dY[n, k] * np.outer(X[n], Z[n])
            dU[:, k] += dY[n, k] * Z[n]
            dV[k] += dY[n, k] * X[n]
            db[k] += dY[n, k]
    return dX, dZ, dW, dU, dV, db


def backward_by_products(dY, X, Z, W, U, V):
    (Dx, Dz, K), N = W.shape, len(X)
    outer = (Z[:, :, None] * dY[:, None, :]).reshape(N, Dz * K)
    by_x = (X @ W.reshape(Dx, Dz * K)).reshape(N, Dz, K)
    return [
        outer @ W.reshape(Dx, Dz * K).T + dY @ V,
        (by_x @ dY[:, :, None])[:, :, 0] + dY @ U.T,
        (X.T @ outer).reshape(Dx, Dz, K),
        np.dot(Z.T, dY),
        np.dot(dY.T, X),
        np.ones(N) @ dY,
    ]


def hyper_by_units(z, W, U, V, b):
    rows = [V[k] + W[:, :, k] @ z for k in range(len(b))]
    return np.array(rows), [float(b[k] + U[:, k] @ z) for k in range(len(b))]


def attention_by_einsum(Q, K, V):
    S = np.einsum("qd,kd->qk", Q, K) / Q.shape[1] ** 0.5
    logs = S - np.logaddexp.reduce(S, axis=1, keepdims=True)
    return np.einsum("qk,kv->qv", np.exp(logs), V)


def attention_scaled_first(Q, K, V):
    S = (Q / np.sqrt(Q.shape[-1])) @ np.transpose(K)
    E = np.exp(S - S.max(axis=-1)[:, None])
    return (E @ V) / E.sum(axis=-1)[:, None]


def attention_by_queries(Q, K, V):
    rows = []
    for q in Q:
        s = [float(q @ k) / len(q) ** 0.5 for k in K]
        e = [np.exp(one - max(s)) for one in s]
        rows.append(sum(w * v for w, v in zip(e, V, strict=True)) / sum(e))
    return np.array(rows).reshape(len(Q), V.shape[1])


def metric_by_rows(L):
    M = np.zeros((L.shape[1], L.shape[1]))
    for row in L:
        M -= 2 * np.outer(row, row)
    return M


def metric_by_distances(L):
    """Ask the distance: ||L(e_i - e_j)||^2 has the entry (i, j) in it."""
    eye = np.eye(L.shape[1])
    sizes = np.sum((L @ eye) ** 2, axis=0)
    far = np.array([[np.sum((L @ (x - z)) ** 2) for z in eye] for x in eye])
    return far - sizes[:, None] - sizes


LESSON, POINTS = 8, 14
OTHERS = ("width_for_error", "your_module")
PARTS = ["multiplicative_backward", "hypernetwork_weights"]
RIGHT = {
    "multiplicative_layer": [
        layer_by_units,
        layer_of_all_pairs,
        layer_by_hypernetwork,
        lambda X, Z, W, U, V, b: np.float32(layer_by_units(X, Z, W, U, V, b)),
    ],
    "dot_product_weights": [
        lambda d: (np.identity(d).reshape(d, d, 1), np.zeros((d, 1)), np.zeros((1, d)), [0.0]),
        lambda d: [
            [[[1 if i == j else 0] for j in range(d)] for i in range(d)],
            [[0]] * d,
            [[0] * d],
            [0],
        ],
        lambda d: tuple(np.float32(a) for a in (np.eye(d)[..., None], [[0]] * d, [[0] * d], [0])),
    ],
    "multiplicative_backward": [
        backward_by_loops,
        backward_by_products,
        lambda *args: tuple(np.float32(part) for part in backward_by_loops(*args)),
    ],
    "hypernetwork_weights": [
        hyper_by_units,
        lambda z, W, U, V, b: [np.tensordot(W, z, axes=(1, 0)).T + V, U.T @ z + b],
        lambda z, W, U, V, b: ((np.moveaxis(W, 2, 0) @ z) + V, np.float32(b + z @ U)),
    ],
    "attention": [attention_by_einsum, attention_scaled_first, attention_by_queries],
    "metric_interaction": [
        metric_by_rows,
        metric_by_distances,
        lambda L: -2 * np.einsum("ki,kj->ij", L, L),
        lambda L: (-(L.T) @ (L + L)).tolist(),
    ],
}


@pytest.mark.parametrize("name", list(RIGHT))
def test_the_reference_and_our_modules_agree(name):
    """Does what the package offers pass the check of the lesson?"""
    ours = getattr(modules, name, None)
    if ours is not None:
        cases = all_exercises()[name].cases(np.random.default_rng(1))
        for case in cases:
            if all(np.size(a) for a in case.args):
                for one, other in zip(
                    leaves_of(ours(*case.args)),
                    leaves_of(all_exercises()[name].reference(*case.args)),
                    strict=True,
                ):
                    np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def backward_with(change):
    """The six gradients, changed by a function of them."""
    return lambda *args: change(*backward_by_loops(*args))


# Without a name of their own: the place tells them, or a clue. (lines, what is asked)
LAYER = "return np.einsum('ni,ijk,nj->nk', X, W, Z) + Z @ U + X @ V.T + b"
ATTENTION = """S = Q @ K.T / np.sqrt(Q.shape[1])
    E = np.exp(S - S.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True) @ V"""
HYPER = "return np.einsum('ijk,j->ki', W, z) + V, z @ U + b"
DOT = "return np.eye(d)[:, :, None], np.zeros((d, 1)), np.zeros((1, d)), np.zeros(1)"
TOLD = [
    ("multiplicative_layer", LAYER.replace(" + Z @ U", ""), "gets `U`, and never uses it"),
    ("multiplicative_layer", LAYER.replace("V.T", "V"), "something is missing around `V`"),
    ("multiplicative_layer", LAYER.replace("return ", "return (") + ") / len(X)", "`/ len(X)`"),
    ("dot_product_weights", DOT.replace("None]", "None] / d"), "what is `/ d` for?"),
    ("dot_product_weights", DOT.replace("[:, :, None]", ""), "The shape of W is (2, 2)"),
    ("hypernetwork_weights", HYPER.replace(" + V", ""), "something is missing around `np.einsum"),
    ("hypernetwork_weights", HYPER.replace(" + b", ""), "something is missing around `z @ U`"),
    ("attention", ATTENTION.replace("Q.shape", "V.shape"), "look at the name `V`"),
    ("attention", ATTENTION.replace("/ np.sqrt", "* np.sqrt"), "look at the operation"),
    ("metric_interaction", "return -L.T @ L", "the slip is in it"),
    ("metric_interaction", "return -2 * L @ L.T", "look at the order in `-2 * L @ L.T`"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "lines", "asked"), TOLD)
def test_what_has_no_name_is_told_by_its_place_or_a_clue(name, lines, asked, monkeypatch):
    monkeypatch.setattr(explain, "find_place", partial(place.find_place, seconds=30))
    monkeypatch.setattr(explain, "find_clue", partial(clues.find_clue, seconds=30))
    exercise = all_exercises()[name]
    arguments = ", ".join(inspect.signature(exercise.reference).parameters)
    function = run_cell(f"def {name}({arguments}):\n    {lines}\n")[name]
    result = diagnose(exercise, function)
    assert result.explained_by is not None
    assert asked in result.message


def test_the_gradient_that_is_wrong_is_named():
    def of_another_shape(dY, X, *args):
        dX, dZ, dW, _, dV, db = backward_by_loops(dY, X, *args)
        return dX, dZ, dW, X.T @ dY, dV, db

    message = check(of_another_shape, "multiplicative_backward").message
    assert "The shape of dU is (2, 2), but (1, 2) is asked for." in message

    wrong = backward_with(lambda dX, dZ, dW, dU, dV, db: (3 * dX, dZ, dW, dU, 3 * dV, db))
    message = check(wrong, "multiplicative_backward").message
    assert "number of dX and dV is 3 times the right one" in message

    def without_bias(z, W, U, V, b):
        return hyper_by_units(z, W, U, V, b)[0], None

    message = check(without_bias, "hypernetwork_weights").message
    assert "Part 2 of the 2 that come back is None." in message
    assert "`return`" not in message


def test_no_examples_and_units_are_looked_for_in_a_matrix():
    message = check(lambda L: np.outer(L, L), "metric_interaction").message
    assert "The shape is (4, 4), but (2, 2) is asked for." in message
    assert "examples" not in message


# The same tensor: what the lesson says of attention, metric, gates and hypernetworks.


def test_attention_is_a_multiplicative_layer_of_queries_and_keys(rng):
    d, n_q, n_k = 3, 4, 5
    Wq, Wk = rng.normal(size=(2, d, 6))
    X, Z = rng.normal(size=(n_q, 6)), rng.normal(size=(n_k, 6))
    W = (Wq.T @ Wk / np.sqrt(d))[:, :, None]
    pairs = np.repeat(X, n_k, axis=0), np.tile(Z, (n_q, 1))
    logits = modules.multiplicative_layer(
        *pairs, W, np.zeros((6, 1)), np.zeros((1, 6)), np.zeros(1)
    )
    E = np.exp(logits.reshape(n_q, n_k))
    values = rng.normal(size=(n_k, 2))
    expected = E / E.sum(axis=1, keepdims=True) @ values
    np.testing.assert_allclose(
        attention_by_queries(X @ Wq.T, Z @ Wk.T, values), expected, rtol=0, atol=1e-12
    )


# 7. the experiment ---------------------------------------------------------------------------

WIDTH = all_exercises()["width_for_error"]


@pytest.mark.slow
def test_the_experiment_finds_what_the_check_holds_from_other_starts():
    for seed in range(1, 3):
        result = diagnose(WIDTH, WIDTH.reference, seed)
        assert result.passed, result.message
        assert "width 8, 16, 8, 32" in result.message


def test_targets_lie_between_the_errors_of_two_widths():
    """Is the stored table, trained six times as long, of the same opinion as the check?"""
    from nnf_teach.datasets import load_product_errors

    table = load_product_errors()
    for dimension, low, high, width in experiment.CLEAR:
        errors = table.errors[table.dimensions.index(dimension)]
        k = table.widths.index(width)
        assert errors[k].max() < low
        assert errors[k - 1].min() > high


@pytest.mark.slow
def test_one_width_of_the_stored_table_can_be_measured_again():
    from nnf_teach.datasets import load_product_errors
    from nnf_teach.recording.widths import STARTS, measure

    table = load_product_errors()
    assert table.errors.shape == (len(table.dimensions), len(table.widths), STARTS)
    stored = table.errors[table.dimensions.index(4), table.widths.index(16), 1]
    assert measure(4, 16, seed=1, steps=table.steps) == pytest.approx(stored, rel=0.2)


def train_on(n, dimension, width, rng):
    """Train on n fixed examples with the course's own loop, as a learner does."""
    X, t = experiment.draw_products(dimension, n, rng)
    params = modules.init_params((2 * dimension, width, 1), rng=rng, init="he", dtype=np.float32)
    steps = modules.train(
        params, X, t, learning_rate=0.005, epochs=max(1, 150_000 // n), batch_size=128, rng=rng,
        loss="half square", activation="relu", update=modules.Adam(),
    )  # fmt: skip
    return modules.last_state(steps).params, X, t


def search(train, error):
    def width_for_error(dimension, target, rng):
        for width in experiment.WIDTHS:
            if error(train(dimension, width, rng), dimension, rng) <= target:
                return width
        return experiment.WIDTHS[-1]

    return width_for_error


def by_our_loop(dimension, width, rng):
    return train_on(15_000, dimension, width, rng)


def for_steps(steps):
    def train(dimension, width, rng):
        return experiment.train_on_products(dimension, width, rng, steps), None, None

    return train


short, brief, hasty = for_steps(600), for_steps(300), for_steps(100)


def new_error(trained, dimension, rng):
    return experiment.product_error(trained[0], dimension, rng)


def by_gradient_descent(dimension, width, rng):
    """Train without Adam, in float64, written out."""
    W, v = rng.normal(size=(width, 2 * dimension)) / np.sqrt(dimension), rng.normal(size=width)
    b, c, v = np.zeros(width), 0.0, v * np.sqrt(1 / width)
    for _ in range(4000):
        X = rng.normal(size=(100, 2 * dimension))
        t = (X[:, :dimension] * X[:, dimension:]).sum(1) / np.sqrt(dimension)
        H = np.maximum(X @ W.T + b, 0)
        dy = 2 * (H @ v + c - t) / 100
        dH = np.outer(dy, v) * (H > 0)
        W, b = W - 0.05 * dH.T @ X, b - 0.05 * dH.sum(0)
        v, c = v - 0.05 * H.T @ dy, c - 0.05 * dy.sum()
    return [(W, b), (v[None], np.array([c]))], None, None


in_fixed_examples, briefly, without_adam = (
    search(train, new_error) for train in (by_our_loop, short, by_gradient_descent)
)


@pytest.mark.slow
@pytest.mark.parametrize("answer", [in_fixed_examples, briefly, without_adam])
def test_other_ways_to_train_find_the_same(answer):
    result = diagnose(WIDTH, answer, seed=3)
    assert result.passed, result.message


def training_error(trained, dimension, rng):
    params, X, t = trained
    return np.mean((modules.network_forward(X, params, "relu")[-1][:, 0] - t) ** 2)


def few(dimension, width, rng):
    return train_on(200, dimension, width, rng)


WRONG = {
    "half-of-the-square": search(short, lambda *a: new_error(*a) / 2),
    "forgot-the-root": search(brief, lambda p, d, rng: new_error(p, d, rng) * d),
    "judged-on-the-training-data": search(few, training_error),
    "ignores-the-target": lambda d, target, rng: search(short, new_error)(d, 0.15, rng),
    "reports-the-largest": lambda d, target, rng: 256,
    "reports-the-smallest": lambda d, target, rng: next(
        w for w in experiment.WIDTHS if new_error(short(d, w, rng), d, rng) > 1e-9
    ),
    "one-number-for-all": lambda d, target, rng: np.int64(16),
    "place-in-the-list": lambda d, target, rng: experiment.WIDTHS.index(
        search(short, new_error)(d, target, rng)
    ),
    "trained-too-little": search(hasty, new_error),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_experiment_is_named(name):
    """Are real experiments with a real mistake recognised, not only the stand-ins for them?"""
    result = diagnose(WIDTH, WRONG[name], seed=1)
    assert result.status == "wrong"
    assert result.misconception == name, result.message


@pytest.mark.parametrize("answer", [0.07, 7, 5.5])
def test_what_is_no_width_is_not_blamed_on_the_training(answer):
    """Is it said that one of the widths is asked for, when an error or a place in between came?"""
    result = diagnose(WIDTH, lambda d, target, rng: answer * d)
    assert result.misconception is None
    assert "One of 4, 8, 16, 32, 64, 128, 256 is asked for" in result.message


@pytest.mark.parametrize("width", experiment.WIDTHS)
def test_no_single_number_passes(width):
    for seed in range(10):
        assert diagnose(WIDTH, lambda d, target, rng: width, seed).status == "wrong"


@pytest.mark.parametrize("answer", [12, 0, "16", [8, 16], 16.5, -4, float("inf")])
def test_a_width_that_is_not_in_the_list_is_wrong(answer):
    assert diagnose(WIDTH, lambda d, target, rng: answer).status == "wrong"


# 8. a module of one's own --------------------------------------------------------------------


def gate():
    """FiLM: a ReLU of x decides on a scale and a shift of x itself; params in pairs."""

    def forward(x, params):
        (W, b), (scale, shift) = params
        return anp.maximum(anp.dot(x, W.T) + b, 0) * x * scale + shift

    def backward(dy, x, params):
        (W, b), (scale, shift) = params
        Z = x @ W.T + b
        H, dH = np.maximum(Z, 0), dy * x * scale
        dZ = dH * (Z > 0)
        dx = dZ @ W + dy * H * scale
        return dx, [(dZ.T @ x, dZ.sum(0)), ((dy * H * x).sum(0), dy.sum(0))]

    rng = np.random.default_rng(1)
    params = [(rng.normal(size=(3, 3)), np.zeros(3)), (np.ones(3), np.zeros(3))]
    return forward, backward, rng.normal(size=(5, 3)), params


def identity():
    return lambda x, params: x, lambda dy, x, params: (dy, []), np.ones((2, 3)), []


def sorting():
    """Sort the entries of a vector; no parameters, kinks everywhere, autograd cannot trace it."""

    def backward(dy, x, params):
        dx = np.empty(x.shape)
        dx[np.argsort(x)] = dy
        return dx, ()

    return lambda x, params: np.array(sorted(x.tolist())), backward, [3, 1, 2, 0], ()


def one_number():
    """Take an example without axes, of whole numbers, and give a number back."""
    return (
        lambda x, params: params[0] * x**2,
        lambda dy, x, params: (2 * dy * params[0] * x, [dy * x**2]),
        3,
        [2],
    )


def at_a_kink():
    return (
        lambda x, params: np.abs(x),
        lambda dy, x, params: (dy * np.sign(x), []),
        np.zeros(4),
        [],
    )


def logarithm():
    """Take positive x only."""

    def forward(x, params):
        if (x <= 0).any():
            raise ValueError("x must be positive")
        return np.log(x) * params[0]

    return (
        forward,
        lambda dy, x, params: (dy * params[0] / x, [np.sum(dy * np.log(x))]),
        np.array([0.5, 2.0]),
        [3.0],
    )


MODULES = [gate, identity, sorting, one_number, at_a_kink, logarithm]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_module_whose_backward_belongs_to_its_forward_passes(module):
    result = check(module, "your_module")
    assert result.passed, result.message


def test_the_measured_slopes_are_those_of_autograd(rng):
    from nnf_teach.exercises.lesson_08.proposal import _Module, measured_slopes

    forward, _, x, params = gate()
    module = _Module(gate())
    dy = rng.normal(size=x.shape)

    def total(x, W, b, scale, shift):
        return anp.sum(dy * forward(x, [(W, b), (scale, shift)]))

    for k in range(5):
        directions, slopes = measured_slopes(module, dy, module.example, k, rng)
        gradient = autograd.grad(total, k)(*module.example)
        assert len(slopes) > 0
        np.testing.assert_allclose(directions @ gradient.ravel(), slopes, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("part", range(5))
@pytest.mark.parametrize("module", [gate])
def test_a_gradient_that_is_wrong_by_a_thousandth_fails(module, part):
    forward, backward, x, params = module()

    def nearly(dy, x, params):
        dx, ((dW, db), (dscale, dshift)) = backward(dy, x, params)
        leaves = [dx, dW, db, dscale, dshift]
        leaves[part] = leaves[part] * 1.001
        return leaves[0], [tuple(leaves[1:3]), tuple(leaves[3:])]

    result = check(lambda: (forward, nearly, x, params), "your_module")
    agrees = "dx agrees with forward" if part else "dparams agrees with forward"
    assert result.clue.startswith(agrees)


def test_a_slope_that_is_right_around_the_example_only_fails():
    """Is |x| with the slope 1 caught, though every x of the example is positive?"""

    def module():
        def backward(dy, x, params):
            return dy, []

        return lambda x, params: np.abs(x), backward, np.ones((3, 2)), []

    assert check(module, "your_module").clue.startswith("dparams agrees with forward")


def distances(backward, forward=proposal.forward):
    """The reference with a backward of (dx, dprototypes, dy, x, prototypes)."""
    _, right, x, params = all_exercises()["your_module"].reference()

    def changed(dy, x, params):
        dx, (dp,) = right(dy.copy(), x, params)
        return backward(dx, dp, dy, x, params[0])

    return lambda: (forward, changed, x, params)


def doubles_dy(dx, dp, dy, x, P):
    dy *= 2
    return dx, [dp]


def doubles_x(x, params):
    y = proposal.forward(x, params)
    x *= 2
    return y


AS_IT_IS = lambda dx, dp, dy, x, P: (dx, [dp])  # noqa: E731
WRONG_MODULES = [
    (distances(lambda dx, dp, dy, x, P: (np.ones_like(dx), [dp])), "dx is the same for every dy"),
    (distances(lambda dx, dp, dy, x, P: (dx, [np.ones_like(dp)])), "dparams is the same for every"),
    (distances(lambda dx, dp, *_: (np.ones_like(dx), [np.ones_like(dp)])), "Your gradients are"),
    (distances(lambda dx, dp, *_: (-dx, [-dp])), "Both gradients point the other way"),
    (distances(lambda dx, dp, *_: (dx, [-dp])), "dparams points the other way"),
    (distances(lambda dx, dp, *_: (-dx, [dp])), "dx points the other way"),
    (distances(lambda dx, dp, *_: (dx / 2, [dp])), "dparams agrees with forward, and dx does not"),
    (distances(lambda dx, dp, *_: (dx, [dp / 2])), "dx agrees with forward, and dparams does not"),
    (distances(lambda dx, dp, *_: (dx / 2, [-dp])), "Neither gradient belongs to forward"),
    (distances(lambda dx, dp, *_: (dx, [dp[:1]])), "dparams has another shape than params"),
    (distances(lambda dx, dp, *_: (dx.sum(axis=0), [dp])), "dx has another shape than x"),
    (distances(lambda dx, dp, *_: (dp, [dx])), "Which comes first, dx or dparams?"),
    (
        lambda: (lambda x, p: np.ones(2), lambda dy, x, p: (0 * x, []), np.ones(3), []),
        "Your output is the same for all x and params",
    ),
    (distances(doubles_dy), "backward changes the arrays that it is given"),
    (distances(AS_IT_IS, doubles_x), "forward changes x or params"),
]


@pytest.mark.parametrize(("module", "told"), WRONG_MODULES, ids=[t for _, t in WRONG_MODULES])
def test_a_wrong_module_is_told_what_does_not_belong(module, told):
    result = check(module, "your_module")
    assert (result.status, result.explained_by) == ("wrong", "clue")
    assert told in result.message


BROKEN = {
    "three parts": lambda: gate()[:3],
    "no functions": lambda: (1, 2, np.ones(3), []),
    "no example": lambda: (*gate()[:2], None, []),
    "empty example": lambda: (*identity()[:2], np.zeros((0, 3)), []),
    "huge": lambda: (*identity()[:2], np.zeros(20_000), []),
    "params is an array": lambda: (*identity()[:2], np.zeros(3), np.zeros(2)),
    "gives nan": lambda: (lambda x, p: x * np.nan, identity()[1], np.ones(3), []),
    "backward gives one": lambda: (identity()[0], lambda dy, x, p: dy, np.ones(3), []),
    "backward raises": lambda: (identity()[0], lambda dy, x, p: 1 / 0, np.ones(3), []),
    "forward takes one": lambda: (lambda x: x, identity()[1], np.ones(3), []),
}


@pytest.mark.parametrize("module", BROKEN.values(), ids=BROKEN)
def test_a_broken_proposal_is_told_what_is_wrong(module):
    result = check(module, "your_module")
    assert result.status in ("wrong", "raised")
    assert result.message.count("\n") >= 1


def test_a_module_of_chance_is_told_so():
    """Is a module that draws numbers taken for one whose output never moves?"""
    rng = np.random.default_rng(0)
    drops = lambda x, params: x * (rng.random(x.shape) < 0.5)  # noqa: E731
    result = check(lambda: (drops, identity()[1], np.ones(3), []), "your_module")
    assert result.status == "wrong"
    assert "another output when it is called again" in result.message


def test_an_argument_too_few_is_named():
    message = check(lambda: (lambda x: x, *identity()[1:]), "your_module").message
    assert "forward is called as forward(x, params)" in message
    message = check(lambda: (identity()[0], lambda x, p: x, *identity()[2:]), "your_module").message
    assert "backward is called as backward(dy, x, params)" in message


def test_a_list_of_shapes_is_not_begun_where_there_is_none():
    def module():
        return lambda x, p: x @ np.ones((3, 2)), identity()[1], np.ones(4), []

    message = check(module, "your_module").message
    assert "Write down the shapes" in message
    assert "The arguments have the shapes" not in message


def test_a_parameter_without_axes_has_a_gradient_without_axes():
    def module():
        return (
            lambda x, params: params[0] * x,
            lambda dy, x, params: (params[0] * dy, [np.sum(dy * x)]),
            np.ones(3),
            [np.array(2.0)],
        )

    result = check(module, "your_module")
    assert result.passed, result.message


@pytest.fixture
def rng():
    return np.random.default_rng(0)
