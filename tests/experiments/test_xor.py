from math import hypot

import numpy as np
import pytest

from nnf_teach.experiments.xor import best_output


def test_no_line_is_better_than_the_computers():
    """The margin of the best line is not passed by any of 20,000 others, right corners neither."""
    rng = np.random.default_rng(1)
    signs = np.array([-1, 1, 1, -1])
    angle = rng.uniform(0, 2 * np.pi, 20_000)
    normals = np.stack([np.cos(angle), np.sin(angle)])
    offsets = rng.uniform(-1.5, 1.5, 20_000)
    for _ in range(40):
        H = rng.uniform(0, 1, (4, 2))
        others = signs[:, None] * (H @ normals + offsets)
        v, c = best_output(H)
        ours = signs * (H @ v + c) / hypot(*v)
        assert (ours > 0).sum() >= (others > 0).sum(axis=0).max()
        as_many = (others > 0).sum(axis=0) == (ours > 0).sum()
        nearest = np.where(others > 0, others, np.inf).min(axis=0)[as_many]
        assert ours[ours > 0].min() >= nearest.max() - 1e-9


def test_the_computer_gets_three_corners_of_a_square():
    v, c = best_output(np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float))
    assert ((np.array([-1, 1, 1, -1]) * [c, v[1] + c, v[0] + c, v.sum() + c]) > 0).sum() == 3


@pytest.mark.parametrize(
    "H",
    [
        np.full((4, 2), 0.5),
        np.array([[0, 0], [0, 0], [1, 1], [1, 1]], float),  # A on B, C on D
        np.array([[0, 0], [1, 1], [0, 0], [1, 1]], float),
    ],
)
def test_the_computer_gives_up_where_a_line_cannot_get_three(H):
    v, c = best_output(H)
    assert (v.tolist(), c) == ([0, 0], 0)
