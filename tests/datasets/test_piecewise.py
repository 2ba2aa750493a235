"""Do the points stand on the lines that were asked for?"""

import numpy as np
import pytest

from nnf_teach.datasets import make_piecewise


@pytest.mark.parametrize("pieces", [[(2, 1)], [(1, 0), (-1, 5)], [(0, k) for k in range(7)]])
def test_points_stand_on_their_piece(pieces):
    X, T, piece = make_piecewise(5000, np.random.default_rng(0), pieces)
    edges = np.linspace(-3, 3, len(pieces) + 1)
    assert X.shape == T.shape == (5000, 1)
    assert sorted(set(piece.tolist())) == list(range(len(pieces)))
    for k, (a, b) in enumerate(pieces):
        x, t = X[piece == k, 0], T[piece == k, 0]
        assert edges[k] - 1e-9 <= x.min() < x.max() <= edges[k + 1] + 1e-9
        np.testing.assert_allclose(t, a * x + b)
    assert abs(np.mean(piece == 0) - 1 / len(pieces)) < 0.03


def test_noise():
    _, clean, _ = make_piecewise(20_000, np.random.default_rng(0))
    _, noisy, _ = make_piecewise(20_000, np.random.default_rng(0), noise=0.3)
    assert np.std(noisy - clean) == pytest.approx(0.3, rel=0.03)


@pytest.mark.parametrize(
    ("change", "kind", "sentence"),
    [
        ({"n": 0}, ValueError, "n is 0"),
        ({"rng": 3}, TypeError, r"default_rng\(3\)"),
        ({"pieces": [1, 2]}, ValueError, r"pieces has shape \(2,\), expected \(P, 2\)"),
        ({"pieces": np.zeros((0, 2))}, ValueError, "it is empty"),
        ({"noise": -1}, ValueError, "noise is -1"),
    ],
)
def test_bad_arguments(change, kind, sentence):
    with pytest.raises(kind, match=f"make_piecewise: .*{sentence}"):
        make_piecewise(**{"n": 5, "rng": np.random.default_rng(0)} | change)
