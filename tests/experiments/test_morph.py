import numpy as np

from nnf_teach.experiments.morph import EDGE, T_DATA, X_DATA, train_network


def test_the_data_are_the_slides_four_clouds():
    np.testing.assert_array_equal(T_DATA, X_DATA[:, 0] * X_DATA[:, 1] < 0)
    for corner in ((-3, -3), (-3, 3), (3, -3), (3, 3)):
        near = np.hypot(*(X_DATA - corner).T) < 3
        assert near.sum() == 20
        np.testing.assert_allclose(X_DATA[near].mean(axis=0), corner, atol=0.4)
    assert np.abs(X_DATA).max() < EDGE


def test_training_is_the_same_every_time():
    first, second = train_network(3, 1), train_network(3, 1)
    np.testing.assert_array_equal(first[1], second[1])
    assert first[2] == second[2]
