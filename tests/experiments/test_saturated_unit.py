import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach.experiments.saturated_unit import (
    STARTS,
    WATCHED_STEPS,
    count_steps,
    descend,
    gradients,
    losses,
    steps_needed,
)

THEIRS = (
    lambda z: (1 - 1 / (1 + anp.exp(-z))) ** 2,
    lambda z: -anp.log(1 / (1 + anp.exp(-z))),
)


@pytest.mark.parametrize("row", [0, 1])
def test_losses_and_gradients_are_autograds(row):
    z = np.linspace(-8, 8, 33)
    np.testing.assert_allclose(losses(z)[row], THEIRS[row](z), rtol=1e-9)
    slope = autograd.elementwise_grad(THEIRS[row])(z)
    np.testing.assert_allclose(gradients(z)[row], slope, rtol=1e-7)


@pytest.mark.parametrize("row", [0, 1])
@pytest.mark.parametrize(("start", "rate"), [(-5.0, 1.0), (-2.3, 0.1), (1.0, 10.0)])
def test_the_path_is_gradient_descent(row, start, rate):
    slope, z = autograd.grad(THEIRS[row]), start
    path = descend(start, rate)[row]
    for k in range(WATCHED_STEPS + 1):
        assert path[k] == pytest.approx(z, rel=1e-8)
        z -= rate * slope(z)


@pytest.mark.parametrize("row", [0, 1])
@pytest.mark.parametrize(("start", "rate"), [(-5.0, 1.0), (-3.0, 0.32), (2.0, 1.0), (3.0, 1.0)])
def test_steps_are_counted_until_the_output_reaches_90_percent(row, start, rate):
    slope, z, count = autograd.grad(THEIRS[row]), start, 0
    while 1 / (1 + np.exp(-z)) < 0.9:
        z -= rate * slope(z)
        count += 1
    assert count_steps(start, rate)[row] == count
    at = np.flatnonzero(start == STARTS)[0]
    assert steps_needed(rate)[row, at] == count


def test_square_loss_stalls_where_the_unit_saturates_and_cross_entropy_does_not():
    """Each unit of z further out costs square loss e times as much, cross entropy one step."""
    square, cross = steps_needed(1.0)[:, [0, 4, 8, 12]]  # from z = -8, -7, -6, -5
    extra = -np.diff(square)
    np.testing.assert_allclose(extra[:-1] / extra[1:], np.e, rtol=0.02)
    np.testing.assert_allclose(-np.diff(cross), 1, atol=1)
