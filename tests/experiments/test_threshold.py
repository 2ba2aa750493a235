"""Are these the fits, and the errors, that they are said to be?"""

import numpy as np
import pytest

from nnf_teach.experiments.threshold import EXAMPLES, GRID, HIT, SIZES, Sweep, truth


@pytest.fixture(scope="module")
def sweep():
    return Sweep(9)


@pytest.mark.parametrize("p", [5, 19, 20, 21, 200])
def test_a_fit_is_the_pseudoinverses(sweep, p):
    F = sweep.features(sweep.x, p)
    w = np.linalg.pinv(F) @ sweep.t
    model = sweep.at(p)
    assert model.norm == pytest.approx(np.linalg.norm(w), rel=1e-4)
    values = sweep.features(GRID, p) @ w
    np.testing.assert_allclose(model.values, values, atol=1e-4 * np.abs(values).max())
    assert model.test == pytest.approx(np.mean((values - truth(GRID)) ** 2), rel=1e-3)


def test_examples_are_hit_from_the_threshold_on(sweep):
    hit = [model.features for model in sweep.curve if model.train < HIT]
    assert hit == [p for p in SIZES if p >= EXAMPLES]


def test_it_is_wild_at_the_threshold_and_calm_beyond(sweep):
    worst = max(sweep.curve, key=lambda model: model.test)
    assert worst.features == EXAMPLES
    assert worst.test > 1000 * sweep.at(1000).test
    assert np.abs(worst.values).max() > 50
    assert np.abs(sweep.at(1000).values).max() < 2


def test_weights_of_cosines_get_no_longer_beyond(sweep):
    """A new feature may stay unused. The features' own factor, sqrt(2/P), is taken out."""
    models = [model for model in sweep.curve if model.features >= EXAMPLES]
    norms = np.array([model.norm * np.sqrt(2 / model.features) for model in models])
    assert (norms[1:] <= 1.0001 * norms[:-1]).all()


def test_longer_weights_are_noticed():
    def longer(F, T):
        w = np.linalg.pinv(F) @ T
        return w + (np.eye(F.shape[1]) - np.linalg.pinv(F) @ F) @ np.ones_like(w)

    theirs = Sweep(9, longer)
    assert theirs.at(200).train < HIT
    assert not theirs.is_shortest(theirs.at(200))
    assert Sweep(9).is_shortest(Sweep(9).at(200))
