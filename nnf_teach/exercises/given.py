"""Arguments that are too large to carry about: made where they are used, from a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Given:
    """An argument of a case that stands for a large array.

    >>> Given("training digits")
    the 60,000 training images, as rows (60000, 784)
    """

    name: str

    def make(self) -> Any:
        """Return the argument itself, new each time."""
        return _MAKERS[self.name][0]()

    def __repr__(self) -> str:
        return _MAKERS[self.name][1]


def _training_digits() -> NDArray[np.float32]:
    from nnf_teach.datasets import image_rows, load_mnist

    return image_rows(load_mnist().x_train)


_MAKERS: dict[str, tuple[Callable[[], Any], str]] = {
    "training digits": (_training_digits, "the 60,000 training images, as rows (60000, 784)"),
}
