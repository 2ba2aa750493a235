import itertools
import math

import numpy as np
import pytest

from nnf_teach.experiments.regions import (
    EDGE,
    WIDEST,
    folding_network,
    most_regions,
    random_network,
    reachable_regions,
    split_square,
    two_points,
    with_lines,
)

SHAPES = [(1, 1), (1, 4), (2, 3), (3, 2), (5, 1), (5, 4), (8, 2), (8, 4)]


def patterns(params, X):
    """Return which units are on, (N, units), by a plain forward pass."""
    on = []
    for W, b in params:
        Z = X @ W.T + b
        on.append(Z > 0)
        X = np.maximum(Z, 0)
    return np.concatenate(on, axis=1)


def area(corners):
    x, y = np.asarray(corners).T
    return 0.5 * float(x @ np.roll(y, -1) - y @ np.roll(x, -1))


def lattice(count, edge=EDGE):
    ticks = np.linspace(-edge, edge, count)
    return np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)


@pytest.mark.parametrize(("width", "depth"), SHAPES)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_pieces_are_the_activation_patterns_of_the_square(width, depth, seed):
    """They fill the square, each has a pattern of its own, and no point has another one."""
    params = random_network(width, depth, seed)
    pieces = split_square(params).pieces
    assert sum(area(piece.corners) for piece in pieces) == pytest.approx(4 * EDGE**2, rel=1e-12)
    assert min(area(piece.corners) for piece in pieces) > 0
    middles = np.array([np.mean(piece.corners, axis=0) for piece in pieces])
    found = {row.tobytes() for row in patterns(params, middles)}
    assert len(found) == len(pieces)
    seen = {row.tobytes() for row in patterns(params, lattice(300) * (1 - 1e-6))}
    assert seen <= found
    assert len(seen) >= 0.6 * len(pieces)


def test_inside_a_piece_the_network_is_the_affine_function_that_it_keeps():
    params = random_network(6, 3, 4)
    rng = np.random.default_rng(0)
    for piece in split_square(params).pieces:
        corners = np.array(piece.corners)
        X = rng.dirichlet(np.ones(len(corners)), 5) @ corners
        H = X
        for W, b in params:
            H = np.maximum(H @ W.T + b, 0)
        np.testing.assert_allclose(X @ piece.A.T + piece.c, H, atol=1e-9)
        assert (patterns(params, X) == piece.on).all()


def test_lines_that_all_cross_inside_make_as_many_pieces_as_there_can_be():
    for units in range(1, 9):
        angle = np.pi * (np.arange(units) + 0.5) / units
        W = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        b = 0.2 * np.sin(7 * np.arange(units))  # near the origin, no three through one point
        crossings = [
            np.linalg.solve(W[[i, j]], -b[[i, j]])
            for i, j in itertools.combinations(range(units), 2)
        ]
        big = 1.5 + max((np.abs(place).max() for place in crossings), default=0)
        assert split_square([(W, b)], big).counts == [most_regions(units)]
        assert most_regions(units) == 1 + units + units * (units - 1) // 2


def test_one_layer_has_one_piece_and_one_more_for_each_line_and_crossing_inside():
    for seed in range(20):
        ((W, b),) = random_network(8, 1, seed)
        count = 1
        for k in range(8):  # a line meets the square when corners lie on both of its sides
            z = np.array(list(itertools.product([-EDGE, EDGE], repeat=2))) @ W[k] + b[k]
            count += z.min() < 0 < z.max()
        for i, j in itertools.combinations(range(8), 2):
            count += np.abs(np.linalg.solve(W[[i, j]], -b[[i, j]])).max() < EDGE
        assert split_square([(W, b)]).counts == [count]


def test_a_network_made_by_hand_folds_the_square_onto_its_quarter():
    """|x1| and |x2| in a layer of four; one line then cuts all four quarters."""
    fold = (np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]]), np.zeros(4))
    line = (np.array([[1.0, 1, 1, 1]]), np.array([-0.5]))
    assert split_square([fold, line]).counts == [4, 8]
    # The line |x1| = 1/2 is upright twice: 2 x 2 quarters, each cut in two.
    upright = (np.array([[1.0, 1, 0, 0]]), np.array([-0.5]))
    assert split_square([fold, upright]).counts == [4, 8]
    # |x1| = x1 folded again at 1/2, and both coordinates: 16 squares.
    again = (
        np.array([[1.0, 1, 0, 0], [-1, -1, 0, 0], [0, 0, 1, 1], [0, 0, -1, -1]]),
        np.array([-0.5, 0.5, -0.5, 0.5]),
    )
    assert split_square([fold, again]).counts == [4, 16]


def test_montufars_count_is_reached_by_folding():
    """Width 4 folds each input twice: floor(4 / 2)^2 cells, in each of which a layer cuts alike."""
    fold = (np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]]), np.zeros(4))
    angle = np.pi * (np.arange(4) + 0.5) / 4
    cut = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    b = -cut @ [0.5, 0.5] + 0.02 * np.array([1, -1, 1, 1])
    last = (np.repeat(cut, 2, axis=1), b)  # of |x1| = h1 + h2 and |x2| = h3 + h4
    assert split_square([(cut, b)]).counts == [11]
    assert split_square([fold, last]).counts == [4, reachable_regions(4, 2)] == [4, 44]


@pytest.mark.parametrize(
    "params",
    [
        [(np.zeros((3, 2)), np.zeros(3))],
        [(np.zeros((3, 2)), np.ones(3)), (np.ones((2, 3)), -np.ones(2))],
        [(np.array([[1.0, 0.0]]), np.array([1.0]))],  # its line is the square's side
        [(np.array([[1.0, 0.0]]), np.array([5.0]))],  # its line is outside
        [(np.array([[1e-300, 0.0]]), np.array([1.0]))],
    ],
)
def test_units_without_a_line_in_the_square_cut_nothing(params):
    regions = split_square(params)
    assert regions.counts == [1] * len(params)
    assert not any(regions.cuts)


def test_the_same_line_twice_cuts_once_and_lines_through_one_point_count_right():
    twice = np.array([[1.0, 2.0], [-3.0, -6.0], [1.0, 2.0]])
    assert split_square([(twice, np.zeros(3))]).counts == [2]
    angle = np.pi * np.arange(8) / 8
    star = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    assert split_square([(star, np.zeros(8))]).counts == [16]
    corner = np.array([[1.0, -1.0], [1.0, 1.0]])  # both diagonals: ends at corners
    assert split_square([(corner, np.zeros(2))]).counts == [4]


def test_bounds_against_the_formulas():
    for n in range(1, 10):
        assert most_regions(n) == 1 + n + math.comb(n, 2)
    for n, depth in itertools.product(range(2, 9), range(1, 5)):
        folds = (n // 2) ** 2
        assert reachable_regions(n, depth) == folds ** (depth - 1) * most_regions(n)
    assert reachable_regions(1, 3) is None
    assert reachable_regions(3, 2, inputs=1) == 3 * 4
    assert reachable_regions(2, 1, inputs=3) is None


@pytest.mark.parametrize("seed", range(5))
def test_counts_stay_below_what_each_layer_can_make(seed):
    for width in range(1, WIDEST + 1):
        counts = split_square(random_network(width, 4, seed)).counts
        assert counts == sorted(counts)
        for before, after in zip([1, *counts], counts, strict=False):
            assert after <= before * most_regions(width)


def test_networks_of_one_seed_contain_one_another():
    large = split_square(random_network(8, 4, 7)).counts
    assert split_square(random_network(8, 2, 7)).counts == large[:2]
    ones = [split_square(random_network(width, 1, 7)).counts[0] for width in range(1, 9)]
    assert ones == sorted(ones)
    again, other = random_network(3, 2, 7), random_network(3, 2, 8)
    np.testing.assert_array_equal(again[1][0], random_network(3, 2, 7)[1][0])
    assert not np.allclose(again[0][0], other[0][0])


@pytest.mark.parametrize("width", range(2, WIDEST + 1))
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_a_folding_network_has_as_many_regions_as_are_promised(width, depth):
    if (promised := reachable_regions(width, depth)) < 3000:
        assert split_square(folding_network(width, depth)).counts[-1] == promised


def test_what_the_lesson_says_of_the_regions():
    """Two layers of 4 make 44, one of 8 at most 37; four of 4 make 704, one of 16 at most 137."""
    assert split_square(folding_network(4, 2)).counts[-1] == 44 > most_regions(8) == 37
    assert split_square(folding_network(4, 4)).counts[-1] == 704 > most_regions(16) == 137
    for seed in (0, 1):
        one, two, four = (
            split_square(random_network(width, depth, seed)).counts[-1]
            for width, depth in ((8, 1), (4, 2), (2, 4))
        )
        assert one > two > four


@pytest.mark.parametrize("network", [random_network(4, 2, 1), folding_network(4, 2)])
def test_a_unit_on_its_own_two_points_stays_as_it_is(network):
    W, b = network[0]
    lines = {k: two_points(W[k], b[k]) for k in range(4)}
    assert all(np.abs(W[k] @ at + b[k]).max() < 1e-12 for k in lines for at in lines[k])
    (V, c), *later = with_lines(network, lines)
    np.testing.assert_allclose(V, W, atol=1e-12)
    np.testing.assert_allclose(c, b, atol=1e-12)
    assert later[0] is network[1]


def test_a_line_outside_of_the_square_gets_points_inside_beside_it():
    w, b = np.array([1.0, 0.5]), -40.0
    A, B = np.array(two_points(w, b))
    assert np.abs([A, B]).max() < EDGE
    assert w @ (B - A) == pytest.approx(0)
    assert w @ A + b < 0


def test_a_moved_unit_switches_on_its_line_and_is_on_to_its_right():
    network = random_network(3, 2, 5)
    A, B = np.array([-0.5, -0.2]), np.array([0.5, 0.9])
    (W, b), _ = with_lines(network, {1: [A, B]})
    assert np.abs([W[1] @ A + b[1], W[1] @ B + b[1]]).max() < 1e-12
    assert W[1] @ [0.5, -0.5] + b[1] > 0
    assert np.hypot(*W[1]) == pytest.approx(np.hypot(*network[0][0][1]))
    assert (W[[0, 2]] == network[0][0][[0, 2]]).all()
    (W, b), _ = with_lines(network, {1: [A, A]})
    assert W[1] @ A + b[1] == pytest.approx(0)
    assert W[1, 1] == 0
