"""Are these the optima that they are said to be?"""

import numpy as np
import pytest
from autograd import grad
from autograd import numpy as anp

from nnf_teach.experiments.shrinking import (
    L1,
    L2,
    PENALTIES,
    POWERS,
    RADIUS2,
    STRENGTHS,
    TRUE,
    Paths,
    draw,
    fit,
    products,
)


@pytest.fixture(scope="module")
def paths():
    return Paths(2)


def slopes(paths, model):
    """The slopes of the mean cross entropy by weights and bias, by autograd."""
    X, t = paths.training
    F = (products(X) - model.mean) / model.size

    def loss(theta):
        z = anp.dot(F, theta[:-1]) + theta[-1]
        return anp.mean(anp.logaddexp(0, z) - t * z)

    return grad(loss)(np.append(model.w, model.b))


@pytest.mark.parametrize("k", [0, 8, 16, 24, 32])
def test_no_weight_of_either_penalty_can_be_bettered(paths, k):
    strength = STRENGTHS[k]
    for penalty in PENALTIES:
        model = paths.models[penalty][k]
        *by_weight, by_bias = slopes(paths, model)
        by_weight, held = np.array(by_weight), model.w != 0
        assert by_bias == pytest.approx(0, abs=1e-6)
        if penalty == L2:
            np.testing.assert_allclose(by_weight, -2 * strength * model.w, atol=1e-6)
        else:
            np.testing.assert_allclose(by_weight[held], -strength * np.sign(model.w[held]), 1e-3)
            assert (np.abs(by_weight[~held]) <= strength + 1e-6).all()


def test_l1_takes_weights_to_zero_and_l2_none(paths):
    counts = {p: [np.count_nonzero(model.w) for model in paths.models[p]] for p in PENALTIES}
    assert set(counts[L2]) == {len(POWERS)}
    assert counts[L1][0] == len(POWERS)
    assert counts[L1][-1] == 0
    (found,) = {tuple(np.flatnonzero(paths.models[L1][k].w)) for k in (STRENGTHS.index(0.1),)}
    assert found == TRUE


def test_a_stronger_penalty_makes_the_weights_smaller(paths):
    for penalty, size in ((L1, lambda w: np.abs(w).sum()), (L2, lambda w: (w**2).sum())):
        sizes = [size(model.w) for model in paths.models[penalty]]
        assert (np.diff(sizes) < 1e-6).all()


def test_the_start_does_not_matter(paths):
    X, t = paths.training
    model = paths.models[L1][20]
    F = (products(X) - model.mean) / model.size
    other = fit(F, t, L1, STRENGTHS[20], np.random.default_rng(0).normal(size=10))
    np.testing.assert_allclose(other, np.append(model.w, model.b), atol=1e-5)


def test_test_labels_are_right_and_training_labels_nearly():
    training, tests = draw(3)
    assert (tests.t == ((tests.X**2).sum(axis=1) > RADIUS2)).all()
    wrong = (training.t != ((training.X**2).sum(axis=1) > RADIUS2)).mean()
    assert 0 < wrong < 0.25
