"""The network of `digit_pad`: is it what its script makes, and does it get what MNIST gives?"""

from __future__ import annotations

import numpy as np
import pytest

from nnf_teach.datasets import image_rows, load_mnist
from nnf_teach.experiments import digit_reader
from nnf_teach.experiments.digit_reader import as_in_mnist, load_reader, save, train_reader


def test_the_stored_accuracy_is_that_of_the_stored_weights():
    digits = load_mnist()
    (V, a), (W, b) = load_reader().params
    hidden = np.maximum(image_rows(digits.x_test) @ V.T + a, 0)
    right = np.mean((hidden @ W.T + b).argmax(axis=1) == digits.t_test)
    assert load_reader().accuracy == pytest.approx(right, abs=2e-4)  # two images, for another BLAS
    assert right > 0.97


def test_it_is_small():
    assert digit_reader.FILE.stat().st_size < 100_000


def test_the_script_makes_the_same_network_again(tmp_path, monkeypatch):
    short = {"rates": (0.3,), "images": 3000}
    first, again = train_reader(**short), train_reader(**short)
    assert first.accuracy == again.accuracy > 0.8
    monkeypatch.setattr(digit_reader, "FILE", tmp_path / "reader.npz")
    save(first, digit_reader.FILE)
    stored = load_reader.__wrapped__()
    assert stored.accuracy == first.accuracy
    for layer, same, kept in zip(first.params, again.params, stored.params, strict=True):
        for array, other, third in zip(layer, same, kept, strict=True):
            np.testing.assert_array_equal(array, other)
            np.testing.assert_array_equal(array, third)


def test_digits_of_mnist_stay_as_they_are():
    for image in load_mnist().x_train[:200]:
        np.testing.assert_array_equal(as_in_mnist(image), image)


@pytest.mark.parametrize(("down", "right"), [(-4, 0), (3, -2), (0, 4)])
def test_it_does_not_matter_where_a_digit_is_drawn(down, right):
    five = load_mnist().x_train[0]  # 4 pixels and more are free at each edge
    np.testing.assert_array_equal(as_in_mnist(np.roll(five, (down, right), (0, 1))), five)


def test_nor_how_large():
    """Each pixel of a small ring becomes 2 x 2 pixels; a blot is as wide as it is tall."""
    ring = np.zeros((28, 28), np.uint8)
    ring[3:13, 8:18] = 255
    ring[5:11, 10:16] = 0
    seen = as_in_mnist(ring)
    np.testing.assert_array_equal(seen[4:24, 4:24], np.kron(ring[3:13, 8:18], np.ones((2, 2))))
    assert np.count_nonzero(seen) == 4 * np.count_nonzero(ring)


def test_a_tall_stroke_keeps_its_ink_and_stands_in_the_middle():
    stroke = np.zeros((28, 28), np.uint8)
    stroke[:, 2:5] = 200  # 28 tall: it shrinks to 20, and its 3 columns to 2.14
    seen = as_in_mnist(stroke)
    assert np.flatnonzero(seen.any(axis=1)).tolist() == list(range(4, 24))
    assert seen.sum() / 200 == pytest.approx(28 * 3 * (20 / 28) ** 2, rel=0.01)
    assert (seen.sum(axis=0) @ np.arange(28)) / seen.sum() == pytest.approx(14, abs=0.5)


def test_an_empty_sheet_stays_empty():
    assert not as_in_mnist(np.zeros((28, 28), np.uint8)).any()
