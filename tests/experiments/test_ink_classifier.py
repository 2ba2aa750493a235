"""Is the loss over (w, b) that of the lesson, and its lowest point the lowest?"""

import numpy as np
import pytest

from nnf_teach.datasets import load_mnist
from nnf_teach.experiments.ink_classifier import (
    EACH,
    find_lowest,
    ink_landscape,
    ink_of_digits,
    logistic_landscape,
)
from nnf_teach.experiments.logistic_descent import our_gradients
from nnf_teach.modules.cross_entropy import cross_entropy_with_logits

CENTRED = pytest.mark.parametrize("centred", [False, True])


@CENTRED
def test_value_and_gradient_are_those_of_logistic_regression(centred):
    x, t = ink_of_digits(centred)
    landscape, _ = ink_landscape(centred)
    theta = np.random.default_rng(0).normal(scale=4, size=(5, 2))
    losses, gradients = landscape.value(theta), landscape.gradient(theta)
    for (w, b), loss, gradient in zip(theta, losses, gradients, strict=True):
        assert loss == pytest.approx(cross_entropy_with_logits(w * x + b, t))
        dw, db = our_gradients(x[:, None], t, np.array([w]), b)
        np.testing.assert_allclose(gradient, [*dw, db], rtol=1e-9)


@CENTRED
def test_around_the_lowest_point_the_loss_is_higher_and_bends_as_said(centred):
    landscape, lowest = ink_landscape(centred)
    np.testing.assert_allclose(landscape.gradient(lowest.theta), 0, atol=1e-12)
    side = np.linspace(-12, 12, 121)
    everywhere = landscape.value(np.stack(np.meshgrid(side, side), axis=-1))
    assert lowest.loss < everywhere.min() < lowest.loss + 0.01
    turn = np.linspace(0, np.pi, 721)
    step = 1e-3 * np.column_stack([np.cos(turn), np.sin(turn)])
    ahead, behind = landscape.value(lowest.theta + step), landscape.value(lowest.theta - step)
    bend = (ahead + behind - 2 * lowest.loss) / 1e-6
    assert bend.max() == pytest.approx(lowest.curvatures[1], rel=1e-3)
    assert bend.min() == pytest.approx(lowest.curvatures[0], rel=2e-2)


def test_the_ink_is_that_of_the_images_in_standard_deviations():
    digits = load_mnist()
    zeros, ones = (digits.x_train[digits.t_train == t][:EACH] for t in (0, 1))
    x, t = ink_of_digits(centred=False)
    assert t.tolist() == [0] * EACH + [1] * EACH
    ink = np.array([image.mean() for image in (*zeros, *ones)])
    np.testing.assert_allclose(x / x[0], ink / ink[0])
    assert x.std() == pytest.approx(1)
    assert ink_of_digits(centred=True)[0].mean() == pytest.approx(0)


def test_the_mean_moves_the_lowest_point_and_not_its_loss():
    x, t = ink_of_digits(centred=False)
    raw, centred = (find_lowest(*ink_of_digits(word)) for word in (False, True))
    assert raw.loss == pytest.approx(centred.loss)
    w, b = raw.theta
    np.testing.assert_allclose(centred.theta, [w, b + w * x.mean()])
    assert raw.curvatures[1] / raw.curvatures[0] > 10 * np.divide(*centred.curvatures[::-1])


def test_many_places_are_taken_at_once():
    landscape = logistic_landscape(np.array([1.0, -2.0, 3.0]), np.array([0.0, 1.0, 1.0]))
    theta = np.ones((4, 5, 2))
    assert landscape.value(theta).shape == (4, 5)
    assert landscape.gradient(theta).shape == (4, 5, 2)
