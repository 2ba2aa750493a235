import numpy as np
import pytest

from nnf_teach.experiments.bumps import (
    STEEP,
    TARGETS,
    cells,
    drawn_target,
    fitted,
    measure,
    places_to_measure,
    rule,
)

GRID = np.linspace(0, 1, 20_001)


def forward(params, x):
    (W, b), (V, c) = params
    with np.errstate(over="ignore"):
        H = 1 / (1 + np.exp(-(x[:, None] @ W.T + b)))
    return (H @ V.T + c)[:, 0]


@pytest.mark.parametrize("word", TARGETS)
def test_each_target_has_the_slope_that_it_claims(word):
    x = np.linspace(0, 1, 100_001)
    y = TARGETS[word].function(x)
    slope = np.abs(np.diff(y) / np.diff(x)).max()
    assert slope == pytest.approx(TARGETS[word].lipschitz, rel=1e-4)
    assert 0 <= y.min() <= y.max() <= 1


def test_a_drawing_is_straight_between_its_points():
    target = drawn_target([0, 1, 0.5])
    assert target.lipschitz == 2
    np.testing.assert_allclose(
        target.function(np.array([0, 0.25, 0.5, 0.75, 1])), [0, 0.5, 1, 0.75, 0.5]
    )
    assert drawn_target([0.3] * 11).lipschitz == 0


def test_the_outermost_edges_lie_outside():
    edges, centres = cells(3)
    assert edges[0] < 0
    assert edges[-1] > 1
    assert centres.tolist() == pytest.approx([1 / 6, 1 / 2, 5 / 6])


def test_errors_are_measured_at_both_ends_and_at_each_joint():
    x = places_to_measure(cells(7)[0], 400.0)
    assert (x[0], x[-1]) == (0, 1)
    assert (np.diff(x) > 0).all()
    for k in range(1, 7):
        near = x[np.abs(x - k / 7) < 2 / 400]
        assert len(near) >= 9
        assert np.abs(x - k / 7).min() < 1e-12


@pytest.mark.parametrize("word", TARGETS)
@pytest.mark.parametrize("bumps", range(1, 65, 7))
def test_the_rule_keeps_its_promise_at_every_width(word, bumps):
    target = TARGETS[word]
    error = np.abs(forward(rule(target.function, bumps), GRID) - target.function(GRID)).max()
    assert error <= target.lipschitz / bumps


def test_the_fitted_weights_have_the_least_sum_of_squares():
    f = TARGETS["kinked"].function
    (W, b), (V, c) = fitted(f, 6)
    x = np.linspace(0, 1, 201)
    H = np.column_stack([1 / (1 + np.exp(-(x[:, None] * W.T + b))), np.ones(201)])
    best = np.linalg.lstsq(H, f(x), rcond=None)[0]
    mine = np.append(V[0], c)
    assert np.sum((H @ mine - f(x)) ** 2) == pytest.approx(np.sum((H @ best - f(x)) ** 2), rel=1e-6)


def test_errors_are_measured_at_both_ends():
    def steep_end(x):
        return np.where(x > 1 - 1e-9, 5.0, 0.0)

    x = places_to_measure(cells(4)[0], STEEP * 4)
    flat = measure(steep_end, x, 0 * x)
    assert (flat.error, flat.at) == (5.0, 1.0)
    assert (flat.there, flat.goal) == (0.0, 5.0)
    start = measure(lambda x: np.where(x < 1e-9, 3.0, 0.0), x, 0 * x)
    assert (start.error, start.at) == (3.0, 0.0)
