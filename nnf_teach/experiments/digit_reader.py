"""The network that reads digits in `digit_pad`, and how a drawing becomes an image like MNIST's.

`python -m nnf_teach.experiments.digit_reader` trains it again on the 60,000 training images of
MNIST (half a minute), tests it on the 10,000 others, and writes `nnf_teach/data/digit_reader.npz`.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnf_teach.arguments import Array, Params
from nnf_teach.datasets import image_rows, load_mnist
from nnf_teach.modules import init_params, network_forward, train

FILE = Path(__file__).parents[1] / "data" / "digit_reader.npz"
SIZES = [784, 56, 10]  # in half precision as many weights as go into 100 kB
RATES = (0.3, 0.3, 0.3, 0.1, 0.03)  # the learning rate of each two epochs
EDGE, BOX = 28, 20  # pixels of an image, and of the box that the digit in it fits into


class Reader(NamedTuple):
    """A trained ReLU network, and the share of MNIST's test images that it reads correctly."""

    params: Params
    accuracy: float

    def __call__(self, X: Array) -> Array:
        """Return the logits (N, 10) of images (N, 784)."""
        return network_forward(X, self.params, "relu")[-1]


@functools.cache
def load_reader() -> Reader:
    """Return the network of the package.

    >>> load_reader()(np.zeros((1, 784), np.float32)).shape
    (1, 10)
    """
    with np.load(FILE) as stored:
        arrays = [stored[f"{part}{k}"].astype(np.float32) for k in (1, 2) for part in "Wb"]
        return Reader([(arrays[0], arrays[1]), (arrays[2], arrays[3])], float(stored["accuracy"]))


def train_reader(rates: tuple[float, ...] = RATES, images: int = 60_000) -> Reader:
    """Train the network, round its weights as they are stored, and test it."""
    digits, rng = load_mnist(), np.random.default_rng(0)
    X, t = image_rows(digits.x_train[:images]), digits.t_train[:images]
    params = init_params(SIZES, rng=rng, init="he", dtype=np.float32)
    for rate in rates:
        for state in train(
            params,
            X,
            t,
            learning_rate=rate,
            epochs=2,
            rng=rng,
            batch_size=100,
            loss="softmax cross entropy",
            activation="relu",
        ):
            params = state.params
    halves = [(W.astype(np.float16), b.astype(np.float16)) for W, b in params]
    reader = Reader([(W.astype(np.float32), b.astype(np.float32)) for W, b in halves], 0.0)
    read = reader(image_rows(digits.x_test)).argmax(axis=1)
    return reader._replace(accuracy=float(np.mean(read == digits.t_test)))


def save(reader: Reader, file: Path = FILE) -> None:
    """Write a network down, in half precision."""
    arrays: dict[str, Any] = {
        f"{part}{k}": array.astype(np.float16)
        for k, layer in enumerate(reader.params, start=1)
        for part, array in zip("Wb", layer, strict=True)
    }
    np.savez_compressed(file, **arrays, accuracy=np.array(reader.accuracy))


def as_in_mnist(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Scale and centre a drawing as the images of MNIST are.

    What is drawn fits into a box of 20 x 20 pixels, as tall as it is wide as before, and its
    centre of mass goes to the middle of 28 x 28 pixels, by whole pixels. (LeCun, Cortes, Burges,
    "The MNIST database": the bilevel images of NIST were treated so.)

    Parameters
    ----------
    ink : (28, 28) uint8
        From 0 (paper) to 255, first row on top.

    Examples
    --------
    A dab becomes a blot of 20 x 20, and an image of MNIST stays as it is.

    >>> ink = np.zeros((28, 28), np.uint8)
    >>> ink[2:4, 3:5] = 255
    >>> blot = as_in_mnist(ink)
    >>> int(np.count_nonzero(blot)), bool((blot[4:24, 4:24] == 255).all())
    (400, True)
    >>> five = load_mnist().x_train[0]
    >>> bool((as_in_mnist(five) == five).all())
    True
    """
    places = [np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0)]
    if not places[0].size:
        return ink
    scale = BOX / max(np.ptp(place) + 1 for place in places)
    maps = []
    for axis, place in enumerate(places):
        weights = ink.sum(axis=1 - axis, dtype=np.float64)
        middle = scale * (weights @ (np.arange(EDGE) + 0.5) / weights.sum() - place[0])
        # In MNIST all centres of mass are in the pixel 14, counted from 0.
        maps.append(_resample(scale, np.rint(14.5 - middle) - scale * place[0]))
    return np.rint(maps[0] @ ink @ maps[1].T).astype(np.uint8)


def _resample(scale: float, shift: float) -> Array:
    """Return (28, 28): the share of each pixel at scale x + shift (column) in each pixel (row)."""
    edges = np.arange(EDGE + 1)
    ends = scale * edges + shift
    over = np.minimum(edges[1:, None], ends[1:]) - np.maximum(edges[:-1, None], ends[:-1])
    return np.asarray(np.maximum(over, 0))


if __name__ == "__main__":
    trained = train_reader()
    save(trained)
    print(f"{trained.accuracy:.2%} of the test images are read correctly", file=sys.stderr)
