"""The multiplicative layer against its sum written out, autograd and differences."""

import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach.modules import linear, multiplicative_backward, multiplicative_layer

SHAPES = [(5, 3, 4, 2), (1, 3, 2, 2), (5, 1, 3, 2), (5, 3, 1, 2), (4, 3, 2, 1), (1, 1, 1, 1)]


def draw(rng, shape):
    N, Dx, Dz, K = shape
    sizes = (N, Dx), (N, Dz), (Dx, Dz, K), (Dz, K), (K, Dx), (K,)
    return [rng.normal(size=size) for size in sizes]


def written_out(X, Z, W, U, V, b):
    (Dx, Dz, K), N = W.shape, len(X)
    Y = np.zeros((N, K))
    for n in range(N):
        for k in range(K):
            Y[n, k] = b[k]
            Y[n, k] += sum(X[n, i] * W[i, j, k] * Z[n, j] for i in range(Dx) for j in range(Dz))
            Y[n, k] += sum(Z[n, j] * U[j, k] for j in range(Dz))
            Y[n, k] += sum(V[k, i] * X[n, i] for i in range(Dx))
    return Y


def for_autograd(X, Z, W, U, V, b):
    return anp.einsum("ni,ijk,nj->nk", X, W, Z) + anp.dot(Z, U) + anp.dot(X, V.T) + b


@pytest.mark.parametrize("shape", SHAPES)
def test_is_the_sum_written_out(rng, shape):
    given = draw(rng, shape)
    np.testing.assert_allclose(multiplicative_layer(*given), written_out(*given), rtol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_gradients(rng, shape, assert_gradients):
    given = draw(rng, shape)
    dY = rng.normal(size=(shape[0], shape[3]))
    gradients = multiplicative_backward(dY, *given[:5])
    assert_gradients(for_autograd, given, gradients, dY)


def test_is_linear_without_the_tensor(rng):
    """Is it W x + b of the first input when W and U are 0, and of the second when W and V are?"""
    X, Z, W, U, V, b = draw(rng, (5, 3, 4, 2))
    np.testing.assert_allclose(
        multiplicative_layer(X, Z, 0 * W, 0 * U, V, b), linear(X, V, b), rtol=1e-12
    )
    np.testing.assert_allclose(
        multiplicative_layer(X, Z, 0 * W, U, 0 * V, b), linear(Z, U.T, b), rtol=1e-12
    )


def test_changing_places(rng):
    """Does the layer give the same when x and z, and what belongs to them, change places?"""
    X, Z, W, U, V, b = draw(rng, (5, 3, 4, 2))
    changed = multiplicative_layer(Z, X, W.transpose(1, 0, 2), V.T, U.T, b)
    np.testing.assert_allclose(changed, multiplicative_layer(X, Z, W, U, V, b), rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_keeps_floats(rng, dtype):
    given = [a.astype(dtype) for a in draw(rng, (4, 3, 2, 2))]
    dY = multiplicative_layer(*given)
    assert dY.dtype == dtype
    assert [g.dtype for g in multiplicative_backward(dY, *given[:5])] == [dtype] * 6


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"Z": np.ones((4, 2))}, r"Z has shape \(4, 2\), expected \(N, Dz\) with N = 5, as in X"),
        ({"W": np.ones((2, 3, 4))}, r"W has .* expected \(Dx, Dz, K\) with Dx = 3, as in X"),
        ({"W": np.ones((3, 2))}, r"W has shape \(3, 2\), expected \(Dx, Dz, K\)"),
        ({"V": np.ones((3, 4))}, r"V has shape .*Its transpose would fit: V\.T"),
        ({"b": np.ones(3)}, r"b has shape \(3,\), expected \(K,\) with K = 4, as in W"),
        ({"X": [[1, np.inf, 2]] * 5}, r"X has a value that is not finite: X\[0, 1\] = inf"),
    ],
)
def test_bad_arguments(change, sentence):
    given = {
        "X": np.ones((5, 3)),
        "Z": np.ones((5, 2)),
        "W": np.ones((3, 2, 4)),
        "U": np.ones((2, 4)),
        "V": np.ones((4, 3)),
        "b": np.ones(4),
    } | change
    with pytest.raises(ValueError, match=f"^multiplicative_layer: {sentence}"):
        multiplicative_layer(**given)
