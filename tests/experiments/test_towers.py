"""Do four steep units and a lid make a tower, and many of them a surface at its price?"""

import numpy as np
import pytest

from nnf_teach.experiments import towers as net

SURFACES = pytest.mark.parametrize("word", net.SURFACES)


def plain_tower(x, y, low, high, steepness):
    """Return a tower, unit by unit."""

    def unit(z):
        return 1 / (1 + np.exp(-np.clip(z, -700, 700)))

    steps = unit(steepness * (x - low[0])) - unit(steepness * (x - high[0]))
    steps = steps + unit(steepness * (y - low[1])) - unit(steepness * (y - high[1]))
    return unit(net.LID_STEEP * (steps - net.LID_AT))


def test_a_tower_stands_between_its_corners_and_nowhere_else():
    x = np.linspace(0, 1, 41)
    low, high = (0.21, 0.41), (0.61, 0.83)
    steps = net.four_steps(x, x[:, None], low, high, 2000.0)
    across, up = (x > low[0]) & (x < high[0]), (x > low[1]) & (x < high[1])
    np.testing.assert_allclose(steps, across + up[:, None].astype(float), atol=1e-4)
    np.testing.assert_allclose(net.lid(steps), across & up[:, None], atol=1e-4)


@SURFACES
def test_the_sum_is_that_of_its_towers_one_by_one(word):
    surface, x, side = net.SURFACES[word], np.linspace(0.01, 0.99, 15), 3
    edges = np.array([-1, 1 / 3, 2 / 3, 2])
    total = np.zeros((15, 15))
    for i in range(side):
        for j in range(side):
            low, high = (edges[j], edges[i]), (edges[j + 1], edges[i + 1])
            height = surface((j + 0.5) / side, (i + 0.5) / side)
            total += height * plain_tower(x, x[:, None], low, high, net.STEEP * side)
    np.testing.assert_allclose(net.sum_of_towers(surface, side, x), total, atol=1e-9)


def test_a_sum_is_exact_in_the_middle_of_its_cells():
    middles = (np.arange(4) + 0.5) / 4
    np.testing.assert_allclose(net.gap("waves", 4, middles), 0, atol=1e-6)


def test_where_four_corners_meet_no_tower_stands():
    surface, corner = net.SURFACES["hill"], np.array([0.5])
    assert net.sum_of_towers(surface, 2, corner)[0, 0] < 1e-6
    assert net.measure("hill").largest[1] == pytest.approx(surface(0.5, 0.5))
    near = net.sum_of_towers(surface, 2, corner + 0.02)
    assert near[0, 0] == pytest.approx(surface(0.75, 0.75), rel=1e-3)


@SURFACES
def test_the_errors_fall_as_the_side_of_a_cell(word):
    errors, sides = net.measure(word), np.array(net.SIDES)
    late = sides >= 4
    for mean in (errors.plane, errors.line):
        slope = np.polyfit(np.log(sides[late]), np.log(mean[late]), 1)[0]
        assert slope == pytest.approx(-1, abs=0.15)
    x = net.places()
    gap = net.sum_of_towers(net.SURFACES[word], 6, x) - net.SURFACES[word](x, x[:, None])
    assert errors.plane[sides == 6] == pytest.approx(np.abs(gap).mean())


def test_along_the_cut_it_is_the_rule_of_one_dimension():
    surface, x = net.SURFACES["ridge"], net.places()
    cells = np.minimum((x * 8).astype(int), 7)
    steps = surface((cells + 0.5) / 8, net.CUT)  # bumps of infinite steepness
    expected = np.abs(steps - surface(x, net.CUT)).mean()
    assert net.measure("ridge").line[net.SIDES.index(8)] == pytest.approx(expected, rel=0.02)
