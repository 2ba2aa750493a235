import itertools

import numpy as np
import pytest

from nnf_teach.experiments.inseparable import UNDECIDED, first_inseparable, measure, separable_share


def separable(a):
    """Decide by brute force whether some w has <w, a_i> > 0 for all rows.

    If there is one it can be turned until d - 1 points lie on its hyperplane (in general position
    no more), and from there back to either side of them.
    """
    n, d = a.shape
    if n <= d:
        return True
    for on in itertools.combinations(range(n), d - 1):
        normal = np.linalg.svd(a[list(on)])[2][-1] if on else np.ones(1)
        side = np.delete(a, on, axis=0) @ normal
        if (side > 0).all() or (side < 0).all():
            return True
    return False


def draw(d, n, runs, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((runs, n, d)), rng.choice([-1, 1], (runs, n))


@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_every_run_stops_where_brute_force_does(d):
    n, runs = 3 * d + 1, 60
    points, labels = draw(d, n, runs)
    stuck = first_inseparable(points, labels)
    for k in range(runs):
        a = points[k] * labels[k][:, None]
        expected = next((m for m in range(1, n + 1) if not separable(a[:m])), n + 1)
        assert stuck[k] == expected


def test_affine_points_are_points_with_a_constant():
    """On a line with a bias, labels are separable when they change at most once."""
    rng = np.random.default_rng(1)
    x, labels = rng.standard_normal((200, 6)), rng.choice([-1, 1], (200, 6))
    stuck = first_inseparable(np.stack([x, np.ones_like(x)], axis=2), labels)
    for run in range(200):
        changes = [
            (np.diff(labels[run, :m][np.argsort(x[run, :m])]) != 0).sum() for m in range(1, 7)
        ]
        assert stuck[run] == next((m for m, c in enumerate(changes, 1) if c > 1), 7)


def test_separable_by_construction_never_stops():
    rng = np.random.default_rng(2)
    points = rng.standard_normal((50, 60, 10))
    labels = np.where(points @ rng.standard_normal(10) > 0, 1, -1)
    assert (first_inseparable(points, labels) == 61).all()


def test_points_out_of_general_position_are_never_called_separable_by_mistake():
    """A point and its opposite, with one label, are not separable."""
    points = np.random.default_rng(3).standard_normal((50, 8, 5))
    points[:, 1] = -points[:, 0]
    assert (first_inseparable(points, np.ones((50, 8), dtype=int)) < 9).all()


def test_no_run_stays_undecided():
    for d in (1, 2, 5, 12, 20):
        stuck = first_inseparable(*draw(d, 4 * d, 2000 if d < 20 else 500, seed=4))
        assert not (stuck == UNDECIDED).any()
        assert (stuck > d).all()


def test_scale_does_not_matter():
    points, labels = draw(4, 16, 100)
    np.testing.assert_array_equal(
        first_inseparable(points, labels), first_inseparable(1e-3 * points, labels)
    )


@pytest.mark.parametrize(("n", "d"), [(1, 1), (3, 2), (5, 3), (6, 3)])
def test_covers_count_is_that_of_all_labellings(n, d):
    points = np.random.default_rng(5).standard_normal((n, d))
    all_labels = np.array(list(itertools.product([-1, 1], repeat=n)))
    count = sum(separable(points * labels[:, None]) for labels in all_labels)
    assert count / 2**n == separable_share(n, d)
    stuck = first_inseparable(np.repeat(points[None], 2**n, axis=0), all_labels)
    assert (stuck > n).sum() == count


@pytest.mark.parametrize("d", [1, 2, 7, 20, 200])
def test_half_are_separable_at_twice_the_dimension(d):
    assert separable_share(2 * d, d) == 0.5
    assert separable_share(d, d) == 1
    assert separable_share(d + 1, d) == 1 - 2.0**-d


def test_new_points_are_new_and_come_again():
    assert measure(5, 100, 0) != measure(5, 100, 1)
    measure.cache_clear()
    first = measure(5, 100, 1)
    measure.cache_clear()
    assert measure(5, 100, 1) == first
