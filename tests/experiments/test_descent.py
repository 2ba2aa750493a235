import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach.experiments.descent import (
    KINK,
    OPTIMIZERS,
    RACE_LANDSCAPES,
    RATES,
    SETTLED,
    STEPS,
    TWO_VALLEYS,
    best_rates,
    bowl,
    descend,
    settled_losses,
    thresholds,
)

SMALL = {  # with their losses a second time
    "bowl in 1-D": (bowl(0.7), lambda x: 0.35 * x[0] ** 2),
    "bowl in 2-D": (bowl(0.7, 3.0), lambda x: 0.35 * x[0] ** 2 + 1.5 * x[1] ** 2),
    "kink in 1-D": (KINK, lambda x: anp.abs(x[0])),
    "two valleys in 1-D": (TWO_VALLEYS, lambda x: (x[0] ** 2 - 4) ** 2 / 16 + 0.2 * x[0]),
}
RACES = {
    "narrow valley": lambda x: 0.1 * x[0] ** 2 + 2.5 * x[1] ** 2,
    "bent valley": lambda x: 0.1 * (x[0] - 1) ** 2 + 2 * (x[1] - x[0] ** 2 / 2) ** 2,
    "saddle": lambda x: (x[0] ** 2 - 4) ** 2 / 16 + x[1] ** 2 / 2,
    "kinked valley": lambda x: 0.1 * anp.abs(x[0]) + 2 * anp.abs(x[1]),
}


@pytest.mark.parametrize("word", SMALL)
def test_gradients_are_autograds(rng_points, word):
    landscape, loss = SMALL[word]
    size = max(len(landscape.curvatures), 1)
    for theta in rng_points[:, :size]:
        theirs = autograd.grad(loss)(theta)
        np.testing.assert_allclose(landscape.gradient(theta), theirs, rtol=1e-9)


@pytest.fixture
def rng_points():
    return np.random.default_rng(0).uniform(-4, 4, size=(20, 2))


def test_a_valley_holds_up_to_2_over_its_curvature():
    landscape = TWO_VALLEYS
    for minimum, edge in zip(landscape.minima, thresholds(landscape).values(), strict=True):
        for factor, stays in ((0.98, True), (1.02, False)):
            theta = np.array([minimum + 1e-6])
            for _ in range(1000):
                theta = theta - factor * edge * landscape.gradient(theta)
            assert (abs(theta[0] - minimum) < 1e-6) == stays
        assert abs(landscape.gradient(np.array([minimum]))[0]) < 1e-12


def test_values_and_gradients_are_autograds_in_the_race():
    assert RACES.keys() == RACE_LANDSCAPES.keys()
    for word, landscape in RACE_LANDSCAPES.items():
        for theta in np.random.default_rng(0).uniform(-3, 3, size=(20, 2)):
            assert landscape.value(theta) == pytest.approx(RACES[word](theta))
            theirs = autograd.grad(RACES[word])(theta)
            np.testing.assert_allclose(landscape.gradient(theta), theirs, rtol=1e-9)


@pytest.mark.parametrize("landscape", [bowl(0.7), bowl(0.7, 3.0), KINK, TWO_VALLEYS])
def test_many_rates_at_once_are_descents_for_each(landscape):
    start = np.array([-3.0, 2.0])[: max(len(landscape.curvatures), 1)]
    paths = descend(landscape, start, RATES[:, None], 12)
    for k in (0, 30, 60):
        np.testing.assert_array_equal(paths[:, k], descend(landscape, start, RATES[k], 12))


@pytest.mark.parametrize("word", RACE_LANDSCAPES)
def test_the_best_rate_is_the_lowest_of_the_curve(word):
    start, landscape = (-2.6, 1.4), RACE_LANDSCAPES[word]
    settled = settled_losses(landscape, start, 0.0)
    for name, rate in best_rates(settled).items():
        highest = {}
        for other in (*RATES[::6], rate):
            path = descend(landscape, start, other, STEPS, OPTIMIZERS[name])
            values = landscape.value(path[SETTLED:])
            highest[other] = np.inf if np.isnan(values).any() else values.max()
        assert highest[rate] == min(highest.values())
        assert highest[rate] == settled[name].min()
