import math
from fractions import Fraction

import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach.modules import log_softmax, sigmoid, softmax, softmax_backward

SHAPES = [(5, 3), (1, 3), (5, 1), (1, 1), (4,), (1,), (2, 3, 4)]


def reference(Z):
    E = anp.exp(Z)
    return E / anp.sum(E, axis=-1, keepdims=True)


@pytest.mark.parametrize("shape", SHAPES)
def test_gradients(rng, shape, assert_gradients):
    Z, dY = rng.normal(scale=2, size=shape), rng.normal(size=shape)
    np.testing.assert_allclose(softmax(Z), reference(Z), rtol=1e-12)
    np.testing.assert_allclose(log_softmax(Z), np.log(reference(Z)), rtol=1e-9, atol=1e-14)
    dZ = softmax_backward(dY, softmax(Z))
    assert_gradients(reference, (Z,), (dZ,), dY)
    np.testing.assert_allclose(dZ.sum(axis=-1), 0, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_logits(dtype):
    Z = np.array([[1000, 1000, -1000], [-1000, -1000, -1000], [0, 1000, 999]], dtype)
    Y = softmax(Z)
    e = 1 / (1 + math.e)
    expected = [[1 / 2, 1 / 2, 0], [1 / 3, 1 / 3, 1 / 3], [0, 1 - e, e]]
    np.testing.assert_allclose(Y, expected, rtol=1e-6)
    logs = [[-math.log(2)] * 2 + [-2000 - math.log(2)], [-math.log(3)] * 3]
    np.testing.assert_allclose(log_softmax(Z)[:2], logs, rtol=1e-6)
    dZ = softmax_backward(np.ones_like(Y), Y)
    assert Y.dtype == dZ.dtype == log_softmax(Z).dtype == dtype


def test_is_sigmoid_for_two():
    """softmax([x, 0]) = [sigmoid(x), 1 - sigmoid(x)], as on the slide."""
    x = np.linspace(-50, 50, 101)
    Y = softmax(np.stack([x, np.zeros_like(x)], axis=1))
    np.testing.assert_allclose(Y, np.stack([sigmoid(x), sigmoid(-x)], axis=1), rtol=1e-12)


def test_whole_weights_by_hand():
    """Logits log 1, log 2, log 5 have the shares 1/8, 2/8, 5/8."""
    shares = [float(Fraction(k, 8)) for k in (1, 2, 5)]
    np.testing.assert_allclose(softmax(np.log([1.0, 2.0, 5.0])), shares, rtol=1e-14)


def test_no_examples_have_no_probabilities():
    none = np.zeros((0, 3))
    for answer in (softmax(none), log_softmax(none), softmax_backward(none, none)):
        assert answer.shape == (0, 3)


def test_arguments_stay():
    Z = np.array([[1.0, 2.0]])
    softmax(Z), log_softmax(Z), softmax_backward(Z, Z)
    assert Z.tolist() == [[1, 2]]


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (np.zeros((3, 0)), r"Z has shape \(3, 0\): it is empty"),
        (1.0, r"Z has shape \(\), expected \(\.\.\., K\)"),
        ([0.0, np.inf], r"Z has a value that is not finite: Z\[1\] = inf"),
    ],
)
def test_bad_arguments(bad, sentence):
    for f in (softmax, log_softmax):
        with pytest.raises(ValueError, match=f"^{f.__name__}: {sentence}"):
            f(bad)
    with pytest.raises(ValueError, match=r"^softmax_backward: Y has shape \(2, 2\)"):
        softmax_backward(np.ones((2, 3)), np.ones((2, 2)))
