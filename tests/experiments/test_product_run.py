import numpy as np
import pytest

from nnf_teach.experiments.product_run import ALONG, DIMENSIONS, LAST, Run, product


def answer(net, x):
    (W, b), (V, c) = net
    return float((V @ np.maximum(W @ x + b, 0) + c)[0])


def unit_answer(unit, x, z):
    """The slide's formula: x^T W z + z^T U + V x + b."""
    (W, U), (V, b) = unit
    return float((x @ W[:, :, 0] @ z + z @ U + V @ x + b)[0])


def test_the_target_is_the_inner_product_with_variance_1():
    rng = np.random.default_rng(0)
    for d in DIMENSIONS:
        XZ = rng.uniform(-1, 1, (20_000, 2 * d))
        x, z = XZ[7, :d], XZ[7, d:]
        expected = 3 * sum(a * b for a, b in zip(x, z, strict=True)) / d**0.5
        assert product(XZ)[7, 0] == pytest.approx(expected)
        assert product(XZ).var() == pytest.approx(1, rel=0.05)


def test_curves_and_errors_are_those_of_the_networks():
    run = Run(3)
    frame = run.at(2)
    for k in (0, 50, 160):
        x = ALONG[k] * run.direction
        for row, net in enumerate(run.nets):
            assert frame.curves[row, k] == pytest.approx(answer(net, x))
        assert frame.curves[-1, k] == pytest.approx(unit_answer(run.unit, x[:3], x[3:]))
    for errors, far in ((frame.inside, 1.0), (frame.outside, 2.0)):
        points = far * run.test
        t = 3 * (points[:, :3] * points[:, 3:]).sum(axis=1) / 3**0.5
        for row in (1, 4):
            y = np.array([answer(run.nets[row], x) for x in points])
            assert errors[row] == pytest.approx(np.mean((y - t) ** 2) / np.mean(t**2))
        y = np.array([unit_answer(run.unit, x[:3], x[3:]) for x in points])
        assert errors[-1] == pytest.approx(np.mean((y - t) ** 2) / np.mean(t**2))
    assert np.abs(run.test).max() <= 1
    assert np.abs(run.direction).max() == pytest.approx(1)  # a = 1 is the edge of the range


@pytest.mark.slow
def test_the_unit_ends_as_the_product_itself():
    run = Run(4)
    run.at(LAST)
    (W, U), (V, b) = run.unit
    np.testing.assert_allclose(W[:, :, 0], 3 / 2 * np.eye(4), atol=1e-6)
    for rest in (U, V, b):
        np.testing.assert_allclose(rest, 0, atol=1e-6)
    rng = np.random.default_rng(9)
    x, z = 1000 * rng.normal(size=(2, 4))  # as far out as you like
    assert unit_answer(run.unit, x, z) == pytest.approx(1.5 * x @ z, rel=1e-5)


def test_the_same_run_is_the_same_to_the_last_digit():
    np.testing.assert_array_equal(*(Run(2).at(3).inside for _ in range(2)))
