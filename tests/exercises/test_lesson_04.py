"""Lesson 04: other right answers pass, and near misses do not."""

import copy
import itertools
import math
from fractions import Fraction
from pathlib import Path

import nbformat
import numpy as np
import pytest

from nnf_teach import check
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import all_exercises
from nnf_teach.exercises.lesson_04.approximation import _largest_error
from nnf_teach.exercises.lesson_04.curves import Curve
from nnf_teach.exercises.lesson_04.folding import sawtooth
from nnf_teach.exercises.lesson_04.pieces import LEAST_BEND, SHORTEST, pieces_on_grid
from nnf_teach.modules import network_forward

from .right_answers import (  # noqa: F401
    test_a_different_right_answer_passes,
    test_an_answer_that_is_wrong_by_half_a_thousandth_fails,
    test_every_exercise_is_proved_by_three_other_right_answers,
)


def stable_sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def step_elementwise(x, position, steepness):
    flat = [stable_sigmoid(steepness * (float(v) - position)) for v in np.ravel(x)]
    return np.array(flat).reshape(np.shape(x))


def network_of(edges, heights, steepness):
    ups, downs = steepness * edges[:-1], steepness * edges[1:]
    W = np.full((2 * len(heights), 1), steepness)
    return [
        (W, -np.concatenate([ups, downs])),
        (np.concatenate([heights, -heights])[None], np.zeros(1)),
    ]


def bumps_side_by_side(f, n_bumps):
    """Two units after each other for every bump, as plain lists."""
    W, b, v = [], [], []
    for k in range(n_bumps):
        left = k / n_bumps if k else -3.0
        right = (k + 1) / n_bumps if k < n_bumps - 1 else 4.0
        height = float(f((k + 0.5) / n_bumps))
        W += [[5000.0 * n_bumps]] * 2
        b += [-5000.0 * n_bumps * left, -5000.0 * n_bumps * right]
        v += [height, -height]
    return [(W, b), ([v], [0.0])]


def values_at_the_left(f, n_bumps):
    edges = np.linspace(0, 1, n_bumps + 1)
    heights = f(edges[:-1])
    edges[0], edges[-1] = -1, 2
    return network_of(edges, heights, 2000 * n_bumps)


def a_staircase(f, n_bumps):
    """Only steps up and down, half of the units unused, and the first value as output bias."""
    heights = f((np.arange(n_bumps) + 0.5) / n_bumps)
    W, b, v = np.zeros((2 * n_bumps, 1)), np.zeros(2 * n_bumps), np.zeros((1, 2 * n_bumps))
    for k in range(1, n_bumps):
        W[k], b[k] = 1e4 * n_bumps, -1e4 * k
        v[0, k] = heights[k] - heights[k - 1]
    return (W, b), (v, heights[:1])


def falling_sigmoids(f, n_bumps):
    """Steep sigmoids that go down where others go up: negative weights."""
    (W, b), (v, c) = bumps_side_by_side(f, n_bumps)
    return [(-np.array(W), -np.array(b)), (-np.array(v), c)]


def needed_by_search(lipschitz, epsilon, dimension):
    m = 1
    while lipschitz / (2 * m) > epsilon * (1 + 1e-12):
        m += 1
    return m**dimension


def dead_by_loop(X, W, b):
    return [all(sum(w * x) + c <= 0 for x in X) for w, c in zip(W, b, strict=True)]


def by_runs(f, low, high):
    """Second differences: every unbroken run of bends is one kink."""
    y = f(np.linspace(low, high, 20_001))
    bent = np.abs(np.diff(y, n=2)) > 1e-11 * np.abs(y).max() + 1e-13
    return 1 + int(np.sum(bent[1:] & ~bent[:-1])) + int(bent[0])


def by_close_slopes(f, low, high):
    """A piece is where a cell has the slope of the cell before it, and that one had not."""
    x = np.linspace(low, high, 12_001)
    slopes = np.diff(f(x)) / np.diff(x)
    pieces, straight = 0, False
    for before, now in itertools.pairwise(slopes.tolist()):
        same = math.isclose(before, now, rel_tol=1e-6, abs_tol=1e-7)
        pieces += same and not straight
        straight = same
    return pieces


def by_following_lines(f, low, high):
    """Follow a line until the function leaves it; begin again there."""
    y = f(np.linspace(low, high, 20_001))
    tolerance = 1e-9 * np.abs(y).max() + 1e-12
    k, pieces = 0, 0
    while k < len(y) - 1:
        pieces += 1
        line = y[k] + (y[k + 1] - y[k]) * np.arange(len(y) - k)
        left = np.flatnonzero(np.abs(y[k:] - line) > tolerance)
        k = k + int(left[0]) if len(left) else len(y)
    return np.int64(pieces)


def montufar_by_product(n_inputs, width, depth):
    regions = 0
    for j in range(n_inputs + 1):
        regions += math.factorial(width) // math.factorial(j) // math.factorial(width - j)
    for _ in range(1, depth):
        for _ in range(n_inputs):
            regions *= width // n_inputs
    return regions


LESSON, POINTS = 4, 12
NUMBERS = ["step", "bump", "relu", "tent", "sawtooth"]
RIGHT = {
    "step": [
        step_elementwise,
        lambda x, position, steepness: stable_sigmoid(steepness * x - steepness * position),
        lambda x, position, steepness: np.exp(-np.logaddexp(0, steepness * (position - x))),
        lambda x, position, steepness: np.float32(stable_sigmoid(steepness * (x - position))),
    ],
    "bump": [
        lambda x, left, right, height, steepness: (
            height * step_elementwise(x, left, steepness)
            - height * step_elementwise(x, right, steepness)
        ),
        lambda x, left, right, height, steepness: (
            stable_sigmoid(np.subtract.outer(x, [left, right]) * steepness) @ [height, -height]
        ),
        lambda x, left, right, height, steepness: (
            height
            / 2
            * (np.tanh(steepness * (x - left) / 2) - np.tanh(steepness * (x - right) / 2))
        ),
    ],
    "approximate": [bumps_side_by_side, values_at_the_left, a_staircase, falling_sigmoids],
    "bumps_needed": [
        needed_by_search,
        lambda lipschitz, epsilon, dimension: (
            max(1, math.ceil(lipschitz / (2 * epsilon))) ** dimension
        ),
        lambda lipschitz, epsilon, dimension: (
            int(np.maximum(np.ceil(lipschitz / epsilon / 2 - 1e-9), 1)) ** dimension
        ),
        lambda lipschitz, epsilon, dimension: math.prod(
            [max(1, -int(-0.5 * lipschitz // epsilon))] * dimension
        ),
    ],
    "relu": [
        lambda x: x * (x > 0),
        lambda x: (x + np.abs(x)) / 2,
        lambda x: np.where(x > 0, x, 0),
        lambda x: [max(v, 0) for v in x] if np.ndim(x) == 1 else np.clip(x, 0, None),
    ],
    "dead_units": [
        dead_by_loop,
        lambda X, W, b: np.maximum(X @ W.T + b, 0).sum(axis=0) == 0,
        lambda X, W, b: ((W @ X.T).max(axis=1) + b <= 0).astype(int),
        lambda X, W, b: ~np.any(np.einsum("nd,kd->nk", X, W) + b > 0, axis=0),
    ],
    "tent": [
        lambda x: np.minimum(2 * x, 2 - 2 * x),
        lambda x: 1 - np.abs(2 * x - 1),
        lambda x: np.maximum(np.subtract.outer(x, [0, 0.5, 1]), 0) @ [2, -4, 2],
        lambda x: np.where(x < 0.5, 2 * x, 2 * (1 - x)),
    ],
    "sawtooth": [
        lambda x, depth: 1 - np.abs(2 * ((2.0 ** (depth - 1) * x) % 1) - 1),
        lambda x, depth: np.abs(2 * np.abs(np.asarray(sawtooth(x, depth - 1)) - 0.5) - 1),
        lambda x, depth: np.interp(
            x, np.arange(2**depth + 1) / 2**depth, np.arange(2**depth + 1) % 2
        ),
    ],
    "count_linear_pieces": [by_runs, by_close_slopes, by_following_lines],
    "montufar_lower_bound": [
        montufar_by_product,
        lambda n_inputs, width, depth: (
            math.floor(width / n_inputs) ** ((depth - 1) * n_inputs)
            * math.fsum(math.comb(width, j) for j in range(n_inputs + 1))
        ),
        lambda n_inputs, width, depth: (
            np.prod([float(width // n_inputs)] * (n_inputs * (depth - 1)))
            * sum(math.comb(width, j) for j in range(n_inputs + 1))
        ),
    ],
}


@pytest.mark.parametrize("name", ["bumps_needed", "count_linear_pieces", "montufar_lower_bound"])
@pytest.mark.parametrize("off", [-1, 1])
def test_a_count_that_is_off_by_one_fails(name, off):
    answer = RIGHT[name][0]
    assert check(lambda *args: answer(*args) + off, name).status == "wrong"


# approximate: where the error is measured ---------------------------------------------------

TWO = Curve("0 * x + 2")


def error(params, f, n_bumps):
    return _largest_error(params, f, n_bumps).value


def test_an_error_at_either_end_alone_is_seen():
    """Is a network caught that is right everywhere but within 0.0001 of one end?"""
    for edges in ([1e-4, 3.0], [-2.0, 1 - 1e-4]):
        params = network_of(np.array(edges), np.array([2.0]), 1e7)
        assert error(params, TWO, 1) == pytest.approx(2)
    assert error(network_of(np.array([-2.0, 3.0]), np.array([2.0]), 1e7), TWO, 1) < 1e-6


@pytest.mark.parametrize("place", [0.1234567, 1 / 3, 0.99991])
def test_a_gap_between_two_bumps_is_seen_however_narrow(place):
    """Is a gap of a millionth found, that no grid would meet?"""
    left = network_of(np.array([-2.0, place]), np.array([2.0]), 1e9)
    right = network_of(np.array([place + 1e-6, 3.0]), np.array([2.0]), 1e9)
    (W1, b1), (v1, c) = left
    (W2, b2), (v2, _) = right
    params = [
        (np.vstack([W1, W2]), np.concatenate([b1, b2])),
        (np.hstack([v1, v2]), c),
    ]
    assert error(params, TWO, 2) > 1.9


@pytest.mark.slow
def test_the_error_is_what_a_much_finer_grid_finds():
    rng = np.random.default_rng(4)
    x = np.linspace(0, 1, 100_001)
    for case in all_exercises()["approximate"].cases(rng):
        f, n_bumps = case.args
        (W, b), (v, c) = params = values_at_the_left(f, n_bumps)
        y = np.full(len(x), c[0])
        for w, bias, out in zip(W[:, 0], b, v[0], strict=True):
            y += out * stable_sigmoid(w * x + bias)
        finer = np.max(np.abs(y - f(x)))
        assert error(params, f, n_bumps) == pytest.approx(finer, rel=0.02)
        assert error(params, f, n_bumps) <= f.lipschitz / n_bumps + 1e-9


def test_the_targets_are_as_lipschitz_as_they_say():
    x = np.linspace(0, 1, 200_001)
    for case in all_exercises()["approximate"].cases(np.random.default_rng(5)):
        f, _ = case.args
        steepest = np.max(np.abs(np.diff(f(x)))) / (x[1] - x[0])
        assert 0.9 * f.lipschitz < steepest <= f.lipschitz * (1 + 1e-6), f


def test_targets_take_numbers_and_arrays_and_show_their_formula():
    for case in all_exercises()["approximate"].cases(np.random.default_rng(6)):
        f, _ = copy.deepcopy(case.args)
        grid = np.array([[0, 1, 2], [3, 4, 5]]) / 5
        assert f(grid).shape == (2, 3)
        assert float(f(0.4)) == f([0.4])[0] == f(grid)[0, 2]
    message = check(lambda f, n_bumps: [(np.zeros((2, 1)), np.zeros(2))], "approximate").message
    assert "f = x, n_bumps = 4" in message


def test_weights_that_overflow_are_an_error_not_a_crash():
    def huge(f, n_bumps):
        W = np.full((2 * n_bumps, 1), 1e308)
        return [(W, W[:, 0]), (W.T, np.array([-1e308]))]

    result = check(huge, "approximate")
    assert result.status == "wrong"
    assert "inf" in result.message


@pytest.mark.parametrize("steepness", [lambda n: 1000.0, lambda n: 300 * n, lambda n: 1e6])
def test_ends_half_high_is_told_at_any_steepness(steepness):
    def half_high(f, n_bumps):
        edges = np.linspace(0, 1, n_bumps + 1)
        return network_of(edges, f((edges[1:] + edges[:-1]) / 2), steepness(n_bumps))

    rows = dict(check(half_high, "approximate").rows)
    assert "only where two cells meet, or at an end" in rows["look at"]
    assert "at x = 1:" in rows["got"]
    assert "At x = 1, in cell 4" in rows["look at"]  # where the largest error is


@pytest.mark.slow
@pytest.mark.parametrize("approximate", [values_at_the_left, bumps_side_by_side])
def test_the_table_of_the_lesson_holds_for_every_answer_that_passes(approximate, capsys):
    path = Path(__file__).parents[2] / "course" / "04_universal_approximation_and_depth.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    code = next(cell.source for cell in cells if "Cybenko 1989: at most" in cell.source)
    network = {"network_forward": network_forward, "or_ours": lambda _: approximate}
    exec(code, {"np": np, "math": math, "approximate": approximate, **network})
    rows = [list(map(float, line.split())) for line in capsys.readouterr().out.splitlines()[1:]]
    assert len(rows) == 6
    assert all(error <= epsilon == most for epsilon, _, _, error, most in rows)


def test_a_forgotten_steepness_is_told():
    def gentle(f, n_bumps):
        edges = np.linspace(0, 1, n_bumps + 1)
        heights = f((edges[1:] + edges[:-1]) / 2)
        edges[0], edges[-1] = -1, 2
        return network_of(edges, heights, 30.0)

    result = check(gentle, "approximate")
    assert result.misconception == "too-soft"
    shown = int(dict(result.rows)["input"].rpartition("= ")[2])
    assert 30.0 / shown < 8  # bumps where the steps are not done within a cell, not just any case


# count_linear_pieces: an exact oracle ---------------------------------------------------------


def exact_pieces(params, low, high):
    """Return the borders and slopes of a ReLU network of one input, layer by layer.

    On an interval in which no unit switches, every unit is a x + c. The next layer's units
    switch where theirs is zero.
    """
    parts = [(low, high, np.array([[1.0]]), np.array([0.0]))]
    for layer, (W, b) in enumerate(params):
        last = layer == len(params) - 1
        found = []
        for left, right, A, c in parts:
            A, c = W @ A, W @ c + b
            if last:
                found.append((left, right, A, c))
                continue
            with np.errstate(all="ignore"):
                zeros = -c / A[:, 0]
            cuts = sorted(z for z in zeros if left < z < right)
            for lo, hi in itertools.pairwise([left, *cuts, right]):
                on = A[:, 0] * (lo + hi) / 2 + c > 0
                found.append((lo, hi, A * on[:, None], c * on))
        parts = found
    borders, slopes = [low], []
    for _, right, A, _ in parts:
        if slopes and math.isclose(slopes[-1], A[0, 0], abs_tol=1e-12):
            borders[-1] = right
        else:
            slopes.append(float(A[0, 0]))
            borders.append(right)
    return np.array(borders), np.array(slopes)


def network(params):
    def f(x):
        H = np.asarray(x, dtype=float).reshape(-1, 1)
        for W, b in params[:-1]:
            H = np.maximum(H @ W.T + b, 0)
        W, b = params[-1]
        return (H @ W.T + b).reshape(np.shape(x))

    return f


def draw(rng, sizes):
    pairs = itertools.pairwise(sizes)
    return [(rng.normal(size=(k, d)), 0.5 * rng.normal(size=k)) for d, k in pairs]


@pytest.mark.parametrize("sizes", [(1, 3, 1), (1, 12, 1), (1, 5, 5, 1), (1, 4, 4, 4, 1)])
def test_the_count_is_that_of_the_activation_patterns(sizes):
    """Does the reference count what can be counted exactly, down to the shortest piece?"""
    rng = np.random.default_rng(7)
    compared = 0
    while compared < 25:
        params = draw(rng, sizes)
        borders, slopes = exact_pieces(params, -2, 3)
        if np.diff(borders).min() < 5 * SHORTEST:
            continue
        if np.abs(np.diff(slopes)).min(initial=1) < LEAST_BEND:
            continue
        assert pieces_on_grid(network(params), -2, 3) == len(slopes)
        compared += 1


@pytest.mark.parametrize("length", [1.0, 1.01, 1.37, 1.9])
def test_no_piece_of_the_stated_length_is_missed_wherever_it_lies(length):
    rng = np.random.default_rng(8)
    for _ in range(100):
        left = rng.uniform(0.01, 0.95)
        kinks = [0.0, left, left + length * SHORTEST, 1.0]
        for middle in (1 + LEAST_BEND, -1.0, 1e4):
            heights = np.concatenate([[0], np.cumsum(np.diff(kinks) * [1, middle, 1])])

            def f(x, kinks=kinks, heights=heights):
                return np.interp(x, kinks, heights)

            assert pieces_on_grid(f, 0, 1) == 3


def test_the_cases_hold_no_piece_shorter_than_the_exercise_says():
    for seed in range(20):
        for case in all_exercises()["count_linear_pieces"].cases(np.random.default_rng(seed)):
            f, low, high = case.args
            inside = [k for k in f.kinks if low < k < high]
            borders = np.array([low, *inside, high])
            assert np.diff(borders).min() >= SHORTEST * (high - low) * (1 - 1e-9), f
            if inside:
                assert pieces_on_grid(f, low, high) == len(inside) + 1, f


def test_many_tents_double_the_pieces():
    for depth in range(1, 10):
        assert pieces_on_grid(lambda x, depth=depth: sawtooth(x, depth), 0, 1) == 2**depth


# the rest --------------------------------------------------------------------------------------


def test_rounding_may_go_either_way_where_it_decides():
    """1.1 / 0.1 is 11 on paper, but the computer's 1.1 is a little more: are both taken?"""
    exercise = all_exercises()["bumps_needed"]
    assert math.ceil(Fraction(1.1) / Fraction(0.1)) == 12
    assert exercise.reference(1.1, 0.05, 2) == 11**2
    assert exercise.observe(144, 1.1, 0.05, 2) == exercise.observe(121, 1.1, 0.05, 2) == 121
    assert exercise.observe(9, 4.0, 0.25, 1) != exercise.observe(8, 4.0, 0.25, 1)


def test_a_count_that_is_no_whole_number_is_told_so():
    result = check(lambda L, e, d: max(np.ceil(L / (2 * e)), 1.0) ** d, "bumps_needed")
    assert result.status == "wrong"
    assert "A whole number is asked for" in result.message


def test_an_int64_that_overflows_is_no_count():
    def overflowing(lipschitz, epsilon, dimension):
        m = np.maximum(np.ceil(np.round(lipschitz / (2 * epsilon), 9)), 1).astype(np.int64)
        with np.errstate(all="ignore"):
            return np.prod(np.full(dimension, m))

    result = check(overflowing, "bumps_needed")
    assert result.status == "wrong"
    assert result.cases == (12, 13)


def test_a_living_unit_must_be_above_zero_not_at_it():
    X, W, b = np.array([[1.0], [2.0]]), np.array([[0.0], [-1.0], [1.0]]), np.array([0.0, 1, -1])
    assert all_exercises()["dead_units"].reference(X, W, b).tolist() == [True, True, False]


def test_the_case_of_dead_units_holds_dead_and_living_ones():
    exercise = all_exercises()["dead_units"]
    for seed in range(10):
        for case in exercise.cases(np.random.default_rng(seed)):
            dead = exercise.reference(*case.args)
            if len(dead) > 2:
                assert 0 < dead.sum() < len(dead), case.about


@pytest.mark.parametrize("name", [e.name for e in all_exercises().values() if e.lesson == 4])
def test_a_check_answers_at_once(name):
    """Less than a tenth of a second on a quiet machine; ten times that here."""
    import time

    exercise = all_exercises()[name]
    diagnose(exercise, exercise.reference)
    begin = time.process_time()
    diagnose(exercise, exercise.reference)
    assert time.process_time() - begin < 1


@pytest.mark.parametrize(
    ("measure", "cause"),
    [
        (lambda dx, dy: dx / dy, "inverse-slopes"),
        (lambda dx, dy: np.arctan2(dy, dx), "inverse-slopes"),
        (lambda dx, dy: np.arctan(dy / dx), "inverse-slopes"),
    ],
)
@pytest.mark.parametrize("seed", range(5))
def test_slopes_are_told_apart_where_they_are_steep(measure, cause, seed):
    """Are 1000 and 1000.5 two slopes, also for an answer that compares dx / dy, or angles?"""

    def count(f, low, high):
        x = np.linspace(low, high, 20_001)
        with np.errstate(all="ignore"):
            measured = measure(np.diff(x), np.diff(f(x)))
            same = np.isclose(measured[1:], measured[:-1], rtol=1e-6, atol=1e-6)
        return int(np.sum(np.diff(same.astype(int), prepend=0) == 1))

    result = diagnose(all_exercises()["count_linear_pieces"], count, seed)
    assert result.misconception == cause, result.message


@pytest.mark.parametrize("points", [5001, 10_000, 10_001, 16_384, 30_001])
@pytest.mark.parametrize("least", [1e-6, 0.002, 0.01])
def test_a_kink_counted_twice_is_told_on_any_grid(points, least):
    def count(f, low, high, missing=0):
        x = np.linspace(low, high, points)
        slopes = np.diff(f(x)) / np.diff(x)
        return int(np.sum(np.abs(np.diff(slopes)) > least)) + 1 - missing

    def kinks(f, low, high):
        return count(f, low, high, missing=1)

    exercise = all_exercises()["count_linear_pieces"]
    assert diagnose(exercise, count).misconception == "kink-cells-counted-twice"
    result = diagnose(exercise, kinks)
    assert result.misconception == "kinks-counted"
    assert dict(result.rows)["got"] == "0"


@pytest.mark.slow
@pytest.mark.parametrize("points", [5001, 10_001])
@pytest.mark.parametrize("least", [0.002, 0.01, 0.1])
@pytest.mark.parametrize("tolerance_is_of", ["differences", "slopes"])
def test_a_large_tolerance_is_not_taken_for_a_coarse_grid(points, least, tolerance_is_of):
    def count(f, low, high):
        x = np.linspace(low, high, points)
        run = np.diff(x) if tolerance_is_of == "slopes" else 1.0
        bends = np.abs(np.diff(np.diff(f(x)) / run)) > least
        return 1 + int((bends & ~np.append(False, bends[:-1])).sum())

    result = diagnose(all_exercises()["count_linear_pieces"], count)
    if tolerance_is_of == "differences":
        assert result.misconception == "differences-for-slopes", result.message
    else:
        assert result.passed or result.misconception is None, result.message


@pytest.mark.parametrize("points", [50, 100, 300, 1001])
def test_a_coarse_grid_is_told_whatever_its_points(points):
    def count(f, low, high):
        x = np.linspace(low, high, points)
        bends = np.abs(np.diff(np.diff(f(x)) / np.diff(x))) > 0.005
        return 1 + int((bends & ~np.append(False, bends[:-1])).sum())

    result = diagnose(all_exercises()["count_linear_pieces"], count)
    assert result.misconception == "coarse-grid", result.message
