import numpy as np
import pytest

from nnf_teach.datasets import sample_digits
from nnf_teach.modules import (
    FeatureSweep,
    double_descent_curve,
    fourier_features,
    fourier_layer,
    min_norm_fit,
    ridge_fit,
)
from nnf_teach.modules.double_descent import BLOCK

N = 200  # real digits: the threshold is where there are as many features
SIZES = (10, 20, 40, 60, 80, 120, 160, 190, 200, 210, 240, 300, 500, 1000, 3000)


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def digits():
    return sample_digits(N, 1000, rng=rng())


@pytest.fixture(scope="module")
def curve(digits):
    return double_descent_curve(*digits, SIZES, rng=rng(1))


def test_the_test_error_peaks_where_there_are_as_many_features_as_digits(curve):
    assert SIZES[curve.test_error.argmax()] == N
    assert SIZES[curve.test_loss.argmax()] == N
    assert SIZES[curve.norm.argmax()] == N
    assert curve.test_error.max() > 0.8  # nearly as bad as chance, 0.9


def test_the_second_descent_ends_below_the_first_minimum(curve):
    before = np.array(SIZES) < N
    first = curve.test_error[before].min()
    assert first < curve.test_error[: before.sum()][0]  # there is a first descent
    assert first < curve.test_error[before][-1]  # and an ascent
    assert curve.test_error[-1] < first - 0.1
    beyond = curve.test_error[np.array(SIZES) >= N]
    assert (np.diff(beyond) < 0).all()


def test_from_the_threshold_on_every_target_is_hit(curve):
    beyond = np.array(SIZES) >= N
    assert curve.train_loss[beyond].max() < 1e-9
    assert curve.train_loss[~beyond].min() > 1e-4
    assert (np.diff(curve.train_loss[~beyond]) < 0).all()
    assert not curve.train_error[beyond].any()


@pytest.mark.parametrize("p", [7, 120, 190, 200, 201, 900])
def test_a_sweep_finds_what_the_pseudoinverse_finds(digits, p):
    X, t, X_test, t_test = digits
    sweep = FeatureSweep(*digits, most=1000, rng=rng(1))
    point = sweep.at(p)
    F, F_test = (half.astype(np.float64) for half in sweep.features(p))
    w = np.linalg.pinv(F) @ np.eye(10)[t]
    assert point.norm == pytest.approx(np.linalg.norm(w), rel=1e-4)
    Y = F_test @ w
    assert point.test_loss == pytest.approx(((Y - np.eye(10)[t_test]) ** 2).sum(1).mean(), rel=1e-3)
    assert point.test_error == pytest.approx((Y.argmax(1) != t_test).mean(), abs=0.002)
    assert point.train_error == ((F @ w).argmax(1) != t).mean()


@pytest.mark.parametrize("p", [50, 200, 600])
@pytest.mark.parametrize("ridge", [1e-3, 1.0])
def test_a_ridge_is_where_the_gradient_of_the_penalised_loss_is_zero(digits, p, ridge):
    t = digits[1]
    sweep = FeatureSweep(*digits, most=600, rng=rng(1))
    F, T = sweep.features(p)[0].astype(np.float64), np.eye(10)[t]
    w = ridge_fit(F, T, ridge)
    np.testing.assert_allclose(F.T @ (F @ w - T) + ridge * w, 0, atol=1e-9)
    point = sweep.at(p, ridge)
    assert point.norm == pytest.approx(np.linalg.norm(w), rel=1e-4)
    assert point.train_loss == pytest.approx(((F @ w - T) ** 2).sum(1).mean(), rel=1e-3)


@pytest.mark.parametrize("p", [60, 300])
def test_a_grid_is_all_of_its_models(digits, p):
    X, t, X_test, t_test = digits
    wrong = (t + (np.arange(N) % 5 == 0)) % 10
    found = FeatureSweep(*digits, most=300, rng=rng(1)).grid(p, (0.0, 0.01, 1.0), (t, wrong))
    for labels, row in zip((t, wrong), found, strict=True):
        for ridge, point in zip((0.0, 0.01, 1.0), row, strict=True):
            alone = FeatureSweep(X, labels, X_test, t_test, most=300, rng=rng(1)).at(p, ridge)
            assert point == pytest.approx(alone, rel=1e-9)
    assert found[0] != found[1]


def test_a_ridge_takes_the_peak_away(digits, curve):
    with_ridge = double_descent_curve(*digits, SIZES, rng=rng(1), ridge=0.1)
    assert with_ridge.test_error.max() < 0.8
    assert with_ridge.test_error[SIZES.index(N)] < curve.test_error[SIZES.index(N)] - 0.4
    assert (with_ridge.norm <= curve.norm * (1 + 1e-6)).all()


@pytest.mark.parametrize("shape", [(30, 5), (30, 30), (5, 30)])
def test_the_fit_is_the_smallest_of_the_best(shape):
    F, T = rng(3).normal(size=shape), rng(4).normal(size=(shape[0], 2))
    w = min_norm_fit(F, T)
    np.testing.assert_allclose(F.T @ (F @ w - T), 0, atol=1e-8)  # no w is nearer to T
    rows = np.linalg.svd(F, full_matrices=True)[2]
    unseen = rows[min(shape) :]  # directions that F does not see
    np.testing.assert_allclose(unseen @ w, 0, atol=1e-10)
    np.testing.assert_allclose(min_norm_fit(F, T[:, 0]), w[:, 0], atol=1e-10)


def test_sizes_share_their_features(digits):
    """Is the model of p features a part of that of more, whatever is asked for first?"""
    upwards = FeatureSweep(*digits, most=BLOCK + 100, rng=rng(1))
    downwards = FeatureSweep(*digits, most=2 * BLOCK + 1, rng=rng(1))
    sizes = (30, N, BLOCK + 100)
    points = [upwards.at(p) for p in sizes]
    for p, point in zip(reversed(sizes), reversed(points), strict=True):
        assert downwards.at(p) == pytest.approx(point, rel=1e-6)
    small, large = upwards.features(30)[0], upwards.features(60)[0]
    np.testing.assert_allclose(small, large[:, :30] * np.sqrt(2), rtol=1e-6)


def test_the_features_approach_the_gaussian_kernel():
    X = rng(5).normal(size=(6, 3))
    F = fourier_features(X, *fourier_layer(3, 200_000, rng(6), bandwidth=1.5))
    apart = ((X[:, None] - X) ** 2).sum(-1)
    np.testing.assert_allclose(F @ F.T, np.exp(-apart / (2 * 1.5**2)), atol=0.01)


def test_equal_examples_have_a_fit_too():
    X, t = rng().normal(size=(20, 3)), np.arange(20) % 3
    X[10:], t[10:] = X[:10], t[:10]
    sweep = FeatureSweep(X, t, X, t, most=50, rng=rng(1), bandwidth=1.0)
    for p in (5, 20, 50):
        F = sweep.features(p)[0].astype(np.float64)
        w = np.linalg.pinv(F) @ np.eye(3)[t]
        assert sweep.at(p).norm == pytest.approx(np.linalg.norm(w), rel=1e-3)


def test_the_learners_fit_is_used(digits, curve):
    calls = []

    def halved(F, T):
        calls.append((F.shape, T.shape, F.dtype))
        return np.linalg.pinv(F) @ T / 2

    sizes = (40, 300)
    theirs = double_descent_curve(*digits, sizes, rng=rng(1), fit=halved)
    assert calls == [((N, 40), (N, 10), np.float64), ((N, 300), (N, 10), np.float64)]
    ours = curve.norm[[SIZES.index(p) for p in sizes]]
    np.testing.assert_allclose(theirs.norm, ours / 2, rtol=1e-3)


@pytest.mark.parametrize(
    ("fit", "words"),
    [
        (lambda F, T: T.T @ F, r"shape \(10, 40\), expected \(40, 10\)"),
        (lambda F, T: None, "expected"),
        (lambda F, T: "w", "expected an array"),
        (lambda F, T: np.full((40, 10), np.nan), "not finite"),
    ],
)
def test_what_is_wrong_with_the_learners_fit_is_said(digits, fit, words):
    with pytest.raises(ValueError, match=words):
        double_descent_curve(*digits, (40,), rng=rng(1), fit=fit)


def test_arguments_are_looked_at(digits):
    X, t, X_test, t_test = digits
    with pytest.raises(ValueError, match="empty"):
        double_descent_curve(*digits, (), rng=rng())
    with pytest.raises(TypeError, match="rng"):
        double_descent_curve(*digits, (10,), rng=0)
    with pytest.raises(ValueError, match="ridge"):
        double_descent_curve(*digits, (10,), rng=rng(), ridge=-1.0)
    with pytest.raises(ValueError, match="X_test"):
        double_descent_curve(X, t, X_test[:, :3], t_test, (10,), rng=rng())
    with pytest.raises(ValueError, match="most|p is 11"):
        FeatureSweep(*digits, most=10, rng=rng()).at(11)
    with pytest.raises(ValueError, match="ridge is 0"):
        ridge_fit(np.eye(2), np.ones(2), 0)
