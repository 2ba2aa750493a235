"""The MNIST handwritten digits, all 70,000 of them, from the file in the package."""

from __future__ import annotations

import functools
import hashlib
import io
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnf_teach import session
from nnf_teach.datasets import page

FILE = Path(__file__).parents[1] / "data" / "mnist.npz"
SIZE = 11_490_519  # bytes
SHA256 = "06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64"


class Digits(NamedTuple):
    """Images and the digits they show; `x_train, t_train, x_test, t_test = load_mnist()`."""

    x_train: NDArray[np.uint8]
    t_train: NDArray[np.intp]
    x_test: NDArray[np.uint8]
    t_test: NDArray[np.intp]


_used: list[Digits] = []


def load_mnist() -> Digits:
    """Return the MNIST images and their digits; nothing is downloaded.

    (In a browser the page's own server is asked for the file, once.)

    The file is read, and checked against its SHA-256, once; later calls return the same arrays.
    They are read-only for that reason: write on a copy. `image_rows` makes network inputs.

    Returns
    -------
    x_train : (60000, 28, 28) uint8
        Brightness from 0 (paper) to 255 (ink), one image per example, row by row.
    t_train : (60000,) int64; in a browser, where `int` has 32 bits, int32
        The digit, 0 to 9.
    x_test, t_test : (10000, 28, 28) uint8, (10000,) int64
        Written by other people than the training images.

    Raises
    ------
    OSError
        When the file is missing (`FileNotFoundError`) or is not the file it should be.

    Notes
    -----
    Origin: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits",
    made from NIST's Special Databases 1 and 3. Y. LeCun and C. Cortes hold the copyright; they
    are widely reported (the documentation of Keras, for one) to make it available under the
    Creative Commons Attribution-Share Alike 3.0 licence. The page of the database names none.
    This is the file `mnist.npz` that Keras distributes, unchanged; its SHA-256 is
    06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64.

    Examples
    --------
    >>> digits = load_mnist()
    >>> digits.x_train.shape, digits.x_test.shape
    ((60000, 28, 28), (10000, 28, 28))
    >>> digits.t_train[:5].tolist()
    [5, 0, 4, 1, 9]
    """
    return _used[-1] if _used else _read(FILE)


def use(digits: Digits) -> None:
    """Let `load_mnist` return these digits from now on: a grader's sandbox has no test images."""
    _used.append(digits)


def image_rows(images: NDArray[Any], dtype: DTypeLike = np.float32) -> NDArray[Any]:
    """Return images as rows of numbers in [0, 1]: brightness / 255, one image per row.

    Parameters
    ----------
    images : (N, 28, 28) uint8
    dtype : float32 or float64
        float32 takes half the memory and time; 60,000 images are 188 MB.

    Returns
    -------
    (N, 784)

    Examples
    --------
    >>> image_rows(np.array([[[0, 51], [102, 255]]], dtype=np.uint8)).tolist()
    [[0.0, 0.20000000298023224, 0.4000000059604645, 1.0]]
    """
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim != 3:
        raise ValueError(
            f"image_rows: images have shape {images.shape} and type {images.dtype}, expected "
            "(N, 28, 28) of type uint8, as load_mnist() returns. Are they rows already?"
        )
    kind = np.dtype(dtype)
    if kind.kind != "f":
        raise TypeError(f"image_rows: dtype is {kind}, expected float32 or float64.")
    rows = images.reshape(len(images), images.shape[1] * images.shape[2])
    return np.asarray(np.divide(rows, kind.type(255), dtype=kind))


def sample_digits(
    n_train: int, n_test: int, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.intp], NDArray[np.float32], NDArray[np.intp]]:
    """Return a few digits, drawn without repetition, as rows of numbers in [0, 1].

    Parameters
    ----------
    n_train, n_test : int
        How many of the 60,000 training and of the 10,000 test images.
    rng : numpy.random.Generator

    Returns
    -------
    X : (n_train, 784) float32
    t : (n_train,) intp, as `load_mnist` returns
    X_test : (n_test, 784) float32
    t_test : (n_test,) intp

    Examples
    --------
    >>> X, t, X_test, t_test = sample_digits(1000, 2000, rng=np.random.default_rng(0))
    >>> X.shape, t_test.shape
    ((1000, 784), (2000,))
    """
    digits = load_mnist()
    for name, n, there in (
        ("n_train", n_train, len(digits.t_train)),
        ("n_test", n_test, len(digits.t_test)),
    ):
        if not 1 <= n <= there:
            raise ValueError(f"sample_digits: {name} is {n}, expected 1 to {there:,}.")
    train = rng.choice(len(digits.t_train), n_train, replace=False)
    test = rng.choice(len(digits.t_test), n_test, replace=False)
    return (
        image_rows(digits.x_train[train]),
        digits.t_train[train],
        image_rows(digits.x_test[test]),
        digits.t_test[test],
    )


@functools.cache
def _read(file: Path) -> Digits:
    content = _content(file)
    found = hashlib.sha256(content).hexdigest()  # 0.04 s; the images take 0.3 s to unpack
    if found != SHA256:
        raise OSError(
            f"The MNIST file is damaged: {file} has {len(content):,} bytes with SHA-256 {found}; "
            f"expected {SIZE:,} bytes with SHA-256 {SHA256}. {_ADVICE}"
        )
    with np.load(io.BytesIO(content)) as arrays:
        digits = Digits(
            arrays["x_train"],
            arrays["y_train"].astype(np.intp),  # in uint8, 0 - 1 is 255
            arrays["x_test"],
            arrays["y_test"].astype(np.intp),
        )
    for array in digits:
        array.flags.writeable = False
    return digits


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        if session.in_browser():  # the page serves it apart from the package
            return page.bring(file.name)
        raise FileNotFoundError(f"The MNIST file is missing: {file}. {_ADVICE}") from None


_ADVICE = (
    "In the folder that you got the course in: pip install --force-reinstall --no-deps . ; in a "
    "clone of the repository: git checkout -- nnf_teach/data/mnist.npz"
)
