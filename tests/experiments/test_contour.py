import numpy as np
import pytest

from nnf_teach.experiments.contour import chained, chord, level_line, straight_line

X = np.linspace(-2, 2, 41)
Y = np.linspace(-1, 3, 21)


def pieces(x, y):
    ends = np.stack([x, y], axis=-1).reshape(-1, 3, 2)
    assert np.isnan(ends[:, 2]).all()
    return ends[:, :2]


@pytest.mark.parametrize(("a", "b", "c"), [(1, 0, 0.3), (0, -2, 1), (0.7, -1.3, 0.2), (1, 1, 1)])
def test_the_line_of_a_plane_is_exact_and_whole(a, b, c):
    ends = pieces(*level_line(a * X + b * Y[:, None] + c, X, Y))
    np.testing.assert_allclose(a * ends[..., 0] + b * ends[..., 1] + c, 0, atol=1e-12)
    # Its pieces are as long as the chord of the rectangle.
    along = ends.reshape(-1, 2) @ (np.array([-b, a]) / np.hypot(a, b))
    length = np.hypot(*(ends[:, 1] - ends[:, 0]).T).sum()
    assert length == pytest.approx(np.ptp(along))
    x, y = ends[..., 0], ends[..., 1]
    on_edge = np.isclose(np.abs(x), 2) | np.isclose(y, -1) | np.isclose(y, 3)
    assert len(np.unique(ends[on_edge].round(9), axis=0)) == 2


def test_a_circle_is_closed_and_has_its_radius_and_length():
    side = np.linspace(-2, 2, 101)
    ends = pieces(*level_line(side**2 + side[:, None] ** 2, side, side, 1.5))
    np.testing.assert_allclose((ends**2).sum(axis=-1), 1.5, atol=1e-3)
    length = np.hypot(*(ends[:, 1] - ends[:, 0]).T).sum()
    assert length == pytest.approx(2 * np.pi * np.sqrt(1.5), rel=1e-3)
    ends, count = np.unique(ends.reshape(-1, 2).round(9), axis=0, return_counts=True)
    assert set(count) == {2}


def test_a_surface_that_does_not_reach_the_level_has_no_line():
    for surface in (np.zeros((4, 5)), np.ones((4, 5)), np.full((4, 5), np.nan)):
        x, y = level_line(surface, np.arange(5.0), np.arange(4.0), 0.5)
        assert pieces(x, y).shape == (len(x) // 3, 2, 2)
    assert len(level_line(np.zeros((4, 5)), np.arange(5.0), np.arange(4.0), 0.5)[0]) == 0


@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
def test_there_is_no_line_where_a_value_is_missing(hole):
    surface = np.tile(X, (len(Y), 1))
    surface[5:10] = hole
    ends = pieces(*level_line(surface, X, Y, 0.05))
    assert np.isfinite(ends).all()
    inside = (ends[..., 1] > Y[4] + 1e-9) & (ends[..., 1] < Y[10] - 1e-9)
    assert len(ends)
    assert not inside.any()


@pytest.mark.parametrize(("w", "b"), [((1, 0), 0.3), ((0, -2), 1), ((0.7, -1.3), 0.2), ((1, 1), 3)])
def test_a_chord_runs_from_edge_to_edge_as_the_straight_line_does(w, b):
    w = np.array(w, dtype=float)
    ends = chord(w, b, 2.0)
    np.testing.assert_allclose(ends @ w + b, 0, atol=1e-12)
    np.testing.assert_allclose(np.abs(ends).max(axis=1), 2)
    line = pieces(*straight_line(w, b, -2.0, 2.0))
    np.testing.assert_allclose(line @ w + b, 0, atol=1e-12)
    length = np.hypot(*(line[:, 1] - line[:, 0]).T).sum()
    assert length == pytest.approx(np.hypot(*(ends[1] - ends[0])))
    level = pieces(*straight_line(w, b, -2.0, 2.0, 0.5))
    np.testing.assert_allclose(level @ w + b, 0.5, atol=1e-12)


def test_a_line_outside_the_square_has_no_chord():
    for w in ([1.0, 0.0], [0.0, 1.0], [1.0, 1.0]):
        assert chord(np.array(w), 9.0, 2.0) is None
        assert not len(straight_line(np.array(w), 9.0, -2.0, 2.0)[0])


@pytest.mark.parametrize("level", [0.3, 1.0, 2.0, 3.7])
def test_a_chained_line_has_the_same_pieces_in_fewer_strokes(level):
    side = np.linspace(-2, 2, 41)
    surface = np.sin(3 * side) + side[:, None] ** 2 * np.cos(side)
    x, y = level_line(surface, side, side, level)
    u, v = chained(x, y)

    def pieces(x, y):
        points = np.column_stack([x, y]).round(7)
        ends = zip(points[:-1].tolist(), points[1:].tolist(), strict=True)
        drawn = [frozenset(map(tuple, pair)) for pair in ends if np.isfinite(pair).all()]
        return sorted(sorted(pair) for pair in drawn if len(pair) == 2)

    assert pieces(u, v) == pieces(x, y)
    assert np.isnan(u).sum() < np.isnan(x).sum() / 10


def test_nothing_is_chained_to_nothing():
    x, y = chained(np.zeros(0), np.zeros(0))
    assert x.shape == y.shape == (0,)
