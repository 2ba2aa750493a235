"""Is it the slide's loss, without a half and without a mean?"""

import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach.modules import half_square_loss, quadratic_loss, quadratic_loss_backward


@pytest.mark.parametrize("shape", [(1, 1), (4, 3), (1, 5), (5, 1)])
def test_gradients(rng, shape, assert_gradients):
    X, T = rng.normal(size=(2, *shape))
    np.testing.assert_allclose(quadratic_loss(X, T), np.linalg.norm(X - T, axis=1) ** 2)
    gradients = quadratic_loss_backward(X, T)
    assert_gradients(lambda X, T: anp.sum((X - T) ** 2), (X, T), gradients)
    assert quadratic_loss(X, T).mean() == pytest.approx(2 * half_square_loss(X, T))


def test_shapes_must_fit():
    with pytest.raises(ValueError, match=r"T has shape \(3,\), expected \(N, K\)"):
        quadratic_loss(np.ones((3, 1)), np.ones(3))
