"""Does a mixture of experts say, pass back and learn what its formula promises?"""

import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach.datasets import make_piecewise
from nnf_teach.modules import (
    gate_probabilities,
    linear,
    mixture_backward,
    mixture_forward,
    mixture_gradients,
    train_mixture_steps,
)

SHAPES = [(5, 3, 2, 4), (1, 1, 1, 2), (4, 2, 1, 1), (2, 1, 3, 3)]  # N, D, K, E


def draw(rng, N, D, K, E):
    W, b = rng.normal(size=(E, K, D)), rng.normal(size=(E, K))
    return rng.normal(size=(N, D)), W, b, rng.normal(size=(E, D)), rng.normal(size=E)


def probabilities(X, V, c):
    weights = anp.exp(anp.dot(X, V.T) + c)
    return weights / anp.sum(weights, axis=1, keepdims=True)


def answers(X, W, b):
    return anp.einsum("nd,ekd->nek", X, W) + b


def reference(X, W, b, V, c):
    return anp.einsum("ne,nek->nk", probabilities(X, V, c), answers(X, W, b))


def flat(d_experts, d_gate):
    """Return the gradients of W (E, K, D), b (E, K), V and c, as `reference` takes them."""
    return np.array([dW for dW, _ in d_experts]), np.array([db for _, db in d_experts]), *d_gate


@pytest.mark.parametrize("shape", SHAPES)
def test_gradients(rng, shape, assert_gradients):
    X, W, b, V, c = args = draw(rng, *shape)
    experts = list(zip(W, b, strict=True))
    Y = mixture_forward(X, experts, (V, c))
    np.testing.assert_allclose(Y, reference(*args), rtol=1e-12)
    np.testing.assert_allclose(gate_probabilities(X, (V, c)), probabilities(X, V, c), rtol=1e-12)
    dY = rng.normal(size=Y.shape)
    dX, *rest = mixture_backward(dY, X, experts, (V, c))
    assert_gradients(reference, args, (dX, *flat(*rest)), dY)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("loss", ["blended", "separate"])
def test_losses(rng, shape, loss, assert_gradients):
    X, W, b, V, c = draw(rng, *shape)
    T = rng.normal(size=(shape[0], shape[2]))

    def blended(W, b, V, c):
        return anp.sum((reference(X, W, b, V, c) - T) ** 2) / len(X)

    def separate(W, b, V, c):
        distances = anp.sum((answers(X, W, b) - T[:, None]) ** 2, axis=2)
        return anp.sum(probabilities(X, V, c) * distances) / len(X)

    truth = blended if loss == "blended" else separate
    value, *gradients = mixture_gradients(X, T, list(zip(W, b, strict=True)), (V, c), loss)
    assert value == pytest.approx(truth(W, b, V, c), rel=1e-12)
    assert_gradients(truth, (W, b, V, c), flat(*gradients))


def test_an_open_gate_is_the_expert_behind_it(rng):
    X, W, b, V, _ = draw(rng, 6, 2, 3, 4)
    experts = list(zip(W, b, strict=True))
    for e in range(4):
        Y = mixture_forward(X, experts, (0 * V, 1000.0 * np.eye(4)[e]))
        np.testing.assert_array_equal(Y, linear(X, W[e], b[e]))


def test_separate_is_never_less_than_blended(rng):
    """A square is convex: the blend errs at most as much as the experts do on average."""
    for _ in range(50):
        X, W, b, V, c = draw(rng, 4, 2, 3, 3)
        T = rng.normal(size=(4, 3))
        experts = list(zip(W, b, strict=True))
        blended, separate = (
            mixture_gradients(X, T, experts, (V, c), loss)[0] for loss in ("blended", "separate")
        )
        assert blended <= separate + 1e-12


def test_experts_that_answer_for_themselves_take_a_piece_each():
    """Each of three experts owns one piece, and its line is the line of that piece."""
    from nnf_teach.datasets.piecewise import LINES

    X, T, piece = make_piecewise(200, np.random.default_rng(1))
    *_, last = train_mixture_steps(X, T, 3, np.random.default_rng(1), steps=1500, loss="separate")
    owner = gate_probabilities(X, last.gate).argmax(axis=1)
    owners = [np.bincount(owner[piece == k], minlength=3).argmax() for k in range(3)]
    assert sorted(owners) == [0, 1, 2]
    assert np.mean(owner == np.array(owners)[piece]) > 0.97
    for k, e in enumerate(owners):
        W, b = last.experts[e]
        np.testing.assert_allclose([W.item(), b.item()], LINES[k], atol=0.2)


def test_training_leaves_earlier_states_and_arguments_alone():
    X, T, _ = make_piecewise(20, np.random.default_rng(0))
    before = X.copy(), T.copy()
    states = list(train_mixture_steps(X, T, 2, np.random.default_rng(0), steps=3))
    assert [state.step for state in states] == [1, 2, 3]
    assert states[0].experts[0][0] != states[2].experts[0][0]
    np.testing.assert_array_equal((X, T), before)
    again = list(train_mixture_steps(X, T, 2, np.random.default_rng(0), steps=3))
    np.testing.assert_array_equal(states[2].gate[0], again[2].gate[0])
    assert states[1].loss == pytest.approx(
        mixture_gradients(X, T, states[0].experts, states[0].gate)[0]
    )


EXPERTS, GATE = [(np.ones((1, 2)), np.ones(1))] * 3, (np.ones((3, 2)), np.ones(3))


@pytest.mark.parametrize(
    ("X", "experts", "gate", "kind", "sentence"),
    [
        (np.ones((4, 3)), EXPERTS, GATE, ValueError, r"experts\[0\]\[0\] has shape \(1, 2\)"),
        (np.ones((4, 2)), [], GATE, TypeError, "experts is empty"),
        (np.ones((4, 2)), None, GATE, TypeError, "experts is NoneType"),
        (np.ones((4, 2)), EXPERTS[:2], GATE, ValueError, "E = 2, as in the list of experts"),
        (np.ones((4, 2)), EXPERTS, GATE[0], TypeError, "gate is not a pair"),
        (np.ones((4, 2)), [np.ones((1, 2))], GATE, TypeError, r"experts\[0\] is not a pair"),
        (np.full((4, 2), np.nan), EXPERTS, GATE, ValueError, "not finite"),
    ],
)
def test_bad_arguments(X, experts, gate, kind, sentence):
    with pytest.raises(kind, match=f"mixture_forward: .*{sentence}"):
        mixture_forward(X, experts, gate)


def test_bad_names_and_targets():
    X = np.ones((4, 2))
    with pytest.raises(ValueError, match="expected one of 'blended', 'separate'"):
        mixture_gradients(X, np.ones((4, 1)), EXPERTS, GATE, "square")
    with pytest.raises(ValueError, match=r"T has shape \(4,\), expected \(N, K\)"):
        mixture_gradients(X, np.ones(4), EXPERTS, GATE)
    with pytest.raises(ValueError, match=r"dY has shape \(4, 3\)"):
        mixture_backward(np.ones((4, 3)), X, EXPERTS, GATE)
    with pytest.raises(TypeError, match="default_rng"):
        train_mixture_steps(X, X, 2, 0)
