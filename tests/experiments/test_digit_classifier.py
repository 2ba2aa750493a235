import numpy as np
import pytest

from nnf_teach.datasets import load_mnist
from nnf_teach.experiments.digit_classifier import train_snapshots


@pytest.fixture(scope="module")
def shots():
    return train_snapshots()


@pytest.mark.slow
def test_92_percent_and_more_at_the_end_and_a_tenth_at_the_start(shots):
    right = (shots.read == shots.truth).mean(axis=1)
    assert right[0] == (shots.truth == 0).mean() < 0.11
    assert right[-1] >= 0.92
    assert right[len(right) // 2] > 0.8
    assert shots.steps[0] == 0
    assert (np.diff(shots.steps) > 0).all()
    assert len(shots.steps) == len(shots.weights) == len(shots.read)


def test_what_it_reads_is_what_its_weights_say(shots):
    """Up to the bias, which the picture does not show: it moves few of the images."""
    digits = load_mnist()
    np.testing.assert_array_equal(shots.truth, digits.t_test)
    X = digits.x_test.reshape(len(digits.x_test), -1) / 255
    without_bias = (X @ shots.weights[-1].reshape(10, -1).T).argmax(axis=1)
    assert (without_bias == shots.read[-1]).mean() > 0.9
