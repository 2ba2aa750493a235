"""Are the losses those of the whole network, and the slopes those of autograd?"""

import numpy as np
import pytest

from nnf_teach.experiments import one_weight as net
from nnf_teach.experiments.digit_reader import load_reader

CHOSEN = pytest.mark.parametrize(("unit", "pixel"), [(53, 464), (31, 349), (0, 0), (20, 400)])


def plain_losses(params, X, t):
    """Return the loss of each image, by a forward pass that is nobody else's."""
    (W, b), (V, c) = params
    logits = np.where(X @ W.T + b > 0, X @ W.T + b, 0) @ V.T + c
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    return -np.log(p[np.arange(len(t)), t] / p.sum(axis=1))


@CHOSEN
def test_losses_are_those_of_the_network_with_this_weight(unit, pixel):
    X, t = net.load_batch()
    values = np.array([-3.0, net.trained_weight(unit, pixel), 0.7, 3.0])
    for value, losses in zip(values, net.losses(unit, pixel, values), strict=True):
        expected = plain_losses(net.with_weight(unit, pixel, value), X, t)
        np.testing.assert_allclose(losses, expected, rtol=1e-7, atol=1e-10)


@CHOSEN
def test_backprop_and_differences_find_the_slope_of_autograd(unit, pixel):
    import autograd
    from autograd import numpy as anp

    X, t = net.load_batch()
    (W, b), (V, c) = net.with_weight(unit, pixel, 0.6)

    def mean_loss(value):
        H = anp.dot(X, W.T) + b
        H = H + anp.outer((value - 0.6) * X[:, pixel], np.eye(net.UNITS)[unit])
        Z = anp.dot(anp.maximum(H, 0), V.T) + c
        return anp.mean(anp.log(anp.sum(anp.exp(Z), axis=1)) - Z[np.arange(len(t)), t])

    slope = autograd.grad(mean_loss)(0.6)
    _, grads = net.our_loss_and_gradients(net.with_weight(unit, pixel, 0.6), X, t)
    assert grads[0][0][unit, pixel] == pytest.approx(slope, rel=1e-9, abs=1e-14)
    assert net.measured_slopes(unit, pixel, 0.6).mean() == pytest.approx(slope, rel=1e-5, abs=1e-9)


def test_setting_a_weight_leaves_the_network_of_the_package_alone():
    before = load_reader().params[0][0].copy()
    params = net.with_weight(2, 300, 9.0)
    assert params[0][0][2, 300] == 9
    assert (
        np.delete(params[0][0].ravel(), 2 * 784 + 300) == np.delete(before, 2 * 784 + 300)
    ).all()
    assert (load_reader().params[0][0] == before).all()
    assert net.trained_weight(2, 300) == pytest.approx(float(before[2, 300]))


def test_what_is_read_is_what_the_package_reads():
    X, _ = net.load_batch()
    params = net.with_weight(0, 0, net.trained_weight(0, 0))
    read = load_reader()(X[:5].astype(np.float32)).argmax(axis=1)
    assert [net.read_image(params, image)[0] for image in range(5)] == read.tolist()
    assert 0.5 < net.read_image(params, 0)[1] <= 1
