"""Are gradient and best convex curve what they are called?"""

import numpy as np
import pytest

from nnf_teach.experiments.maximum_of_lines import (
    NAMES,
    Cloud,
    Descent,
    best_convex,
    cloud,
    gradient,
    heights,
)


def error(lines, points):
    return ((heights(lines, points.x).max(axis=1) - points.t) ** 2).mean()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_is_what_differences_say(name, seed):
    lines, step = np.random.default_rng(seed).normal(size=(3, 2)), 1e-6
    moves = step * np.eye(6).reshape(6, 3, 2)
    points = cloud(name)
    slopes = [(error(lines + m, points) - error(lines - m, points)) / (2 * step) for m in moves]
    np.testing.assert_allclose(gradient(lines, points).ravel(), slopes, atol=1e-6)


def test_a_line_that_is_nowhere_the_largest_stays():
    first = ((1.0, 0.0), (0.0, -9.0), (-1.0, 0.0))
    frames = [Descent("a bowl", first).at(k) for k in (0, 40)]
    assert frames[1].lines[1].tolist() == [0.0, -9.0]
    assert (frames[1].lines[0] != frames[0].lines[0]).all()
    assert set(frames[1].owner) == {0, 2}


@pytest.mark.parametrize("name", NAMES)
def test_the_error_falls(name):
    descent = Descent(name, ((-0.8, -0.6), (0.8, -0.9), (0.0, -0.8)))
    errors = [descent.at(k).error for k in range(40)]
    assert (np.diff(errors) < 1e-4).all()  # the slope jumps where a line takes a point over


@pytest.mark.parametrize("name", NAMES)
def test_the_best_convex_curve_meets_the_conditions_of_an_optimum(name):
    """Convex; no line and no kink upwards would help, and none that it has could be smaller."""
    x, t = cloud(name)
    fit = best_convex(name)
    slopes = np.diff(fit) / np.diff(x)
    bends = np.diff(slopes)
    assert (bends > -1e-7).all()
    rest = t - fit
    np.testing.assert_allclose([rest.sum(), rest @ x], 0, atol=1e-7)
    gains = np.maximum(x[:, None] - x[1:-1], 0).T @ rest
    assert (gains < 1e-7).all()
    np.testing.assert_allclose(gains[bends > 1e-6], 0, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(5))
def test_no_maximum_of_lines_comes_below_the_best_convex_curve(name, seed):
    points = cloud(name)
    best = float(((best_convex(name) - points.t) ** 2).mean())
    rng = np.random.default_rng(seed)
    start = tuple(map(tuple, rng.normal(size=(5, 2)).tolist()))
    assert Descent(name, start).at(60).error > best - 1e-9


def test_of_concave_points_it_is_a_line():
    x, t = cloud("a hill")
    np.testing.assert_allclose(best_convex("a hill"), np.full_like(x, t.mean()), atol=1e-9)


def test_ties_go_to_the_first():
    points = Cloud(np.array([-1.0, 1.0]), np.array([0.0, 0.0]))
    both = gradient(np.array([[0.0, 1.0], [0.0, 1.0]]), points)
    assert both.tolist() == [[0.0, 2.0], [0.0, 0.0]]
