"""Is it the real MNIST, quickly, and is a broken file explained?"""

import hashlib
import shutil
import time

import numpy as np
import pytest

from nnf_teach.datasets import image_rows, load_mnist, mnist, sample_digits


@pytest.mark.slow
def test_is_the_whole_of_it():
    x_train, t_train, x_test, t_test = load_mnist()
    assert (x_train.shape, x_test.shape) == ((60000, 28, 28), (10000, 28, 28))
    assert x_train.dtype == x_test.dtype == np.uint8
    assert t_train.dtype == t_test.dtype == np.int64
    # how often each digit occurs, as published for the database
    assert np.bincount(t_train).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]  # fmt: skip
    assert np.bincount(t_test).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
    # the mean and standard deviation that everybody normalises with
    rows = image_rows(x_train)
    assert float(rows.mean(dtype=np.float64)) == pytest.approx(0.1307, abs=5e-5)
    assert float(rows.std(dtype=np.float64)) == pytest.approx(0.3081, abs=5e-5)


@pytest.mark.slow
def test_loads_in_under_a_second():
    def seconds():
        mnist._read.cache_clear()
        start = time.process_time()
        load_mnist()
        return time.process_time() - start

    assert min(seconds() for _ in range(3)) < 1


def test_documents_the_file_it_has():
    digest = hashlib.sha256(mnist.FILE.read_bytes()).hexdigest()
    assert digest == mnist.SHA256
    assert digest in load_mnist.__doc__
    assert mnist.FILE.stat().st_size == mnist.SIZE


def test_later_calls_are_free_and_cannot_be_spoilt():
    first, second = load_mnist(), load_mnist()
    assert first.x_train is second.x_train
    with pytest.raises(ValueError, match="read-only"):
        first.x_train[0] = 0


def test_needs_no_network(monkeypatch):
    import socket

    def refuse(*args, **kwargs):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    mnist._read.cache_clear()
    load_mnist()


@pytest.fixture
def copy(tmp_path, monkeypatch):
    path = tmp_path / "mnist.npz"
    shutil.copyfile(mnist.FILE, path)
    monkeypatch.setattr(mnist, "FILE", path)
    return path


def test_missing_file(copy):
    copy.unlink()
    with pytest.raises(
        FileNotFoundError, match=r"is missing: .*mnist\.npz\. .*: pip install --force"
    ):
        load_mnist()


@pytest.mark.parametrize("keep", [0, 1000, mnist.SIZE - 1])
def test_truncated_file(copy, keep):
    copy.write_bytes(copy.read_bytes()[:keep])
    with pytest.raises(OSError, match=f"damaged: .* has {keep:,} bytes .* expected 11,490,519"):
        load_mnist()


def test_one_wrong_bit(copy):
    content = bytearray(copy.read_bytes())
    content[5_000_000] ^= 1
    copy.write_bytes(content)
    with pytest.raises(
        OSError, match=f"expected .* SHA-256 {mnist.SHA256}. .*: pip install --force"
    ):
        load_mnist()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_image_rows(dtype):
    images = load_mnist().x_test[:3]
    rows = image_rows(images, dtype)
    assert rows.dtype == dtype
    assert rows.flags.writeable
    np.testing.assert_array_equal(rows, images.reshape(3, 784).astype(dtype) / dtype(255))
    assert image_rows(images[:0], dtype).shape == (0, 784)


def test_image_rows_of_something_else():
    rows = image_rows(load_mnist().x_test[:3])
    with pytest.raises(ValueError, match=r"shape \(3, 784\) and type float32.*Are they rows"):
        image_rows(rows)
    with pytest.raises(TypeError, match="dtype is int64, expected float32"):
        image_rows(load_mnist().x_test[:3], int)


@pytest.mark.slow
def test_a_sample_has_no_digit_twice_and_is_the_same_again():
    X, t, X_test, t_test = sample_digits(3000, 10_000, rng=np.random.default_rng(0))
    digits = load_mnist()
    assert len(np.unique(X, axis=0)) == 3000
    np.testing.assert_array_equal(np.bincount(t_test), np.bincount(digits.t_test))
    rows = {
        row.tobytes(): label
        for row, label in zip(image_rows(digits.x_train), digits.t_train, strict=True)
    }
    assert all(rows[row.tobytes()] == label for row, label in zip(X, t, strict=True))
    again = sample_digits(3000, 10_000, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(again[0], X)
    with pytest.raises(ValueError, match="n_test is 10001"):
        sample_digits(1, 10_001, rng=np.random.default_rng(0))


def test_others_can_be_put_in_its_place(monkeypatch):
    monkeypatch.setattr(mnist, "_used", [])
    few = mnist.Digits(*(array[:20] for array in load_mnist()))
    mnist.use(few)
    assert load_mnist() is few
    assert sample_digits(2, 2, np.random.default_rng(0))[0].shape == (2, 784)
