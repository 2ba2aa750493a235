"""Count the linear pieces of a function."""

from functools import partial

import numpy as np

from nnf_teach.exercises.exercise import Case
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.lesson_04.curves import Curve, polygon

SHORTEST = 1e-3  # shortest piece that the check uses, as a share of the interval
LEAST_BEND = 0.01  # smallest change of slope that the check uses
CELLS = 8000  # of the interval; the shortest piece spans eight


def _grid(f, low, high, cells=CELLS):
    """Return f on a regular grid, and how much of its second differences may be rounding."""
    x = np.linspace(low, high, cells + 1)
    y = np.asarray(f(x), dtype=float)
    steepest = float(np.max(np.abs(np.diff(y)))) * cells / (high - low)
    noise = 16 * np.finfo(float).eps * (np.abs(y).max() + steepest * np.abs(x).max())
    return y, float(noise)


def pieces_on_grid(f, low, high, cells=CELLS):
    """Count the runs of at least two cells of equal slope.

    A cell with a kink inside has a slope of its own, or that of a neighbour; it is never a run.
    A piece that spans three cells always holds two without a kink. So no piece of at least
    3 / cells of the interval is missed.
    """
    y, noise = _grid(f, low, high, cells)
    return _runs(np.abs(np.diff(y, n=2)) <= noise)


def _runs(straight):
    return int(np.sum(np.diff(straight.astype(int), prepend=0) == 1))


@exercise(lesson=4, points=2)
def count_linear_pieces(f, low, high):
    return pieces_on_grid(f, low, high)


def _zigzag(low, high, kinks, slopes, about=""):
    """Ask for the pieces of a function with these kinks and slopes, and f(low) = 0."""
    knots = np.array([low - 1, *kinks, high + 1])
    values = np.cumsum([-slopes[0] * 1.0, *(np.diff(knots) * slopes)])
    return Case((polygon(knots, values, low, high), low, high), about)


def _random_pieces(rng, low, high, pieces):
    """Draw pieces that are none too short and bend clearly."""
    spare = 1 - pieces * 1.05 * SHORTEST
    lengths = 1.05 * SHORTEST + spare * rng.dirichlet(np.full(pieces, 0.5))
    kinks = low + (high - low) * np.cumsum(lengths)[:-1]
    slopes = np.cumsum(rng.uniform(0.1, 2, pieces) * rng.choice([-1, 1], pieces))
    return _zigzag(low, high, kinks.tolist(), slopes.tolist())


def _relu_network(rng, units):
    """Draw a sum of ReLUs that look both ways, with kinks apart from each other in (-1, 1)."""
    kinks = np.linspace(-0.9, 0.9, units) + rng.uniform(-0.05, 0.05, units)
    weights = rng.choice([-1, 1], units) * rng.uniform(0.5, 2, units)
    signs = rng.choice(["", "-"], units)
    terms = [
        f"{v:+.2f} * np.maximum({sign}(x - {kink:.3f}), 0)"
        for v, sign, kink in zip(weights, signs, kinks, strict=True)
    ]
    return Case((Curve(" ".join(terms)), -1.0, 1.0), "a network of ReLUs")


@count_linear_pieces.cases
def cases(rng):
    short = 1.05 * SHORTEST
    after = 1 / 3 + short
    bent = 1 + 1.01 * LEAST_BEND
    yield Curve("2 * x - 1"), 0.0, 1.0, "a straight line"
    yield Curve("np.abs(x)", kinks=(0,)), -1.0, 1.0
    yield Curve("0 * x"), -1, 4, "whole numbers, a constant"
    yield _zigzag(0.0, 1.0, [0.25, 0.5, 0.75], [1, -1, 1, -1], "equal slopes apart")
    yield Curve("1 - np.abs(2 * x - 1)"), 0.0, 0.5, "the kink is at the border"
    yield _zigzag(-2.0, 3.0, [0, 1.7], [1, 2, 2.5], "it never turns")
    yield _zigzag(0.0, 1.0, [1 / 3, after], [1, 3, 1], "a short piece")
    kinks = [0.4, 0.4 + 2.5 * short, 0.4 + 4 * short]
    yield _zigzag(0.0, 1.0, kinks, [1, -1, 1, 2], "short pieces side by side")
    yield _zigzag(0.0, 1.0, [0.2, np.pi / 5], [1, bent, 1], "hardly bent")
    yield _zigzag(0.0, 1.0, [0.123, 0.55, 0.8], [1e4, -1e4, 1e4, -2e4], "very steep")
    yield _zigzag(100.0, 101.0, [100.3, 100.9], [1.125, -2, 1.125], "far from 0")
    yield Curve("1 - np.abs(2 * ((32 * x) % 1) - 1)"), 0.0, 1.0, "a sawtooth of 64 pieces"
    yield _relu_network(rng, 9)
    yield _random_pieces(rng, -3.0, 2.0, 12)
    yield _random_pieces(rng, 0.0, 1.0, 25)
    yield _zigzag(0.0, 1.0, [0.3, 0.62], [1000, 1000.5, 1000], "steep, and hardly bent")
    steepest = [19_000, 19_000.5, 19_000]
    yield _zigzag(0.0, 1.0, [0.3, 0.62], steepest, "very steep, and hardly bent")


def _different_slopes(digits, f, low, high):
    x = np.linspace(low, high, 10_001)
    return len(np.unique(np.round(np.diff(f(x)) / np.diff(x), digits)))


@count_linear_pieces.mistake(also=tuple(partial(_different_slopes, k) for k in (2, 3, 4, 5, 8)))
def distinct_slopes(f, low, high):
    """A zigzag has only two different slopes. Has it only two pieces?"""
    return _different_slopes(6, f, low, high)


def _changes_of_sign(f, low, high):
    rises = np.sign(np.diff(_grid(f, low, high, 10_000)[0]))
    return 1 + int(np.sum(np.diff(rises) != 0))


@count_linear_pieces.mistake(also=(_changes_of_sign,))
def only_turning_points(f, low, high):
    """You count where the function turns from rising to falling. Is there no kink where the slope
    goes from 1 to 2?"""
    rises = np.sign(np.diff(_grid(f, low, high)[0]))
    return int(1 + np.sum(np.diff(rises[rises != 0]) != 0))


def _unequal_differences(f, low, high):
    return 1 + int(np.sum(np.diff(f(np.linspace(low, high, 10_001)), n=2) != 0))


@count_linear_pieces.mistake(also=(_unequal_differences,))
def no_tolerance(f, low, high):
    """Equal slopes come out different in the last digit. How large must a difference be before it
    is more than rounding?"""
    x = np.linspace(low, high, 10_001)
    slopes = np.diff(f(x)) / np.diff(x)
    return 1 + int(np.sum(slopes[1:] != slopes[:-1]))


def _none_for_a_line(answers, cases):
    straight = [k for k, case in enumerate(cases) if not case.args[0].kinks]
    return all(answers[k] == 0 for k in straight if pieces_on_grid(*cases[k].args) == 1)


@count_linear_pieces.mistake(recognise_all=_none_for_a_line)
def kinks_counted(f, low, high):
    """A straight line has no kink, and yet it is a piece. Which of the two do you count?"""
    return pieces_on_grid(f, low, high) - 1


def _too_many_by_kinks(answer, f, low, high):
    pieces = pieces_on_grid(f, low, high)
    return pieces < answer <= 2 * pieces - 1


@count_linear_pieces.mistake(recognise=_too_many_by_kinks)
def kink_cells_counted_twice(f, low, high):
    """A kink between two points of your grid changes the slope twice: once into the cell and once
    out of it. How many pieces are that?"""
    y, noise = _grid(f, low, high)
    return int(1 + np.sum(np.abs(np.diff(y, n=2)) > noise))


def _misses_short_ones_alone(answers, cases):
    short = {
        case.about: answer < pieces_on_grid(*case.args)
        for answer, case in zip(answers, cases, strict=True)
    }
    return short["a short piece"] and not short["it never turns"]


@count_linear_pieces.mistake(recognise_all=_misses_short_ones_alone)
def coarse_grid(f, low, high):
    """The long pieces are all there, but a short one is missing. How long is the shortest piece,
    and how many points of your grid lie in it?"""
    return pieces_on_grid(f, low, high, 1000)


def _sees_steep_kinks_alone(answers, cases):
    steep = [case.about == "very steep" for case in cases]
    bent = [k for k, case in enumerate(cases) if pieces_on_grid(*case.args) > 1]
    ones = [answers[k] == 1 for k in bent if not steep[k]]
    return np.mean(ones) > 0.7 and all(answers[k] > 1 for k in bent if steep[k])


@count_linear_pieces.mistake(recognise_all=_sees_steep_kinks_alone)
def differences_for_slopes(f, low, high):
    """You find kinks only where f is steep. Neighbours on a fine grid differ little: what makes
    slopes of their differences?"""
    y = f(np.linspace(low, high, 10_001))
    return 1 + _runs(np.abs(np.diff(y, n=2)) > 0.01)


def _count_by(change, f, low, high):
    """Count the runs in which something made of each cell's dx and dy stays nearly the same."""
    x = np.linspace(low, high, CELLS + 1)
    with np.errstate(all="ignore"):
        changes = change(np.diff(x), np.diff(np.asarray(f(x), dtype=float)))
    return _runs(np.isclose(changes[1:], changes[:-1], rtol=1e-6, atol=1e-6))


@count_linear_pieces.mistake(also=(lambda *f: _count_by(lambda dx, dy: np.arctan2(dy, dx), *f),))
def inverse_slopes(f, low, high):
    """You compare dx / dy, or angles: where the function is steep, two clearly different slopes
    are nearly the same there. Which of dx and dy belongs on top?"""
    return _count_by(lambda dx, dy: dx / dy, f, low, high)


count_linear_pieces.hints(
    "Take f on a fine regular grid. What do the differences of neighbours say, and the "
    "differences of these differences?",
    "np.diff(y, n=2) is 0 (but for rounding) inside a piece. Around a kink one or two "
    "neighbouring entries are not. Two of them side by side are one kink.",
    "With 10,000 cells: straight = np.abs(np.diff(y, n=2)) below a small tolerance, such as "
    "1e-10 times the largest |y| (plus 1e-12). Count the unbroken runs of True.",
    remark="Sure for pieces down to a thousandth of the interval, and for no shorter ones.",
)
