"""What colours, strokes and symbols stand for, in every widget and in the figures beside them."""

from __future__ import annotations

import re
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Stroke = Literal["solid", "dashed", "dotted"]
Symbol = Literal["circle", "square", "triangle", "cross"]

BLUE, ORANGE, GREEN, PINK, YELLOW, SKY, INK = range(7)
# Okabe and Ito (2008), in the order of static/palette.js; the last is the text's colour.
SERIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#212121")
# On a dark page they are brighter, and the two blues change places: the first has to stand out.
SERIES_ON_DARK = ("#56B4E9", "#F07830", "#26B98A", "#E08FBE", "#EFB02E", "#3A93DB")


class Meaning(NamedTuple):
    """How what is meant is told apart from others, without colour too."""

    color: int
    stroke: Stroke
    symbol: Symbol


TRAINING, TEST = Meaning(BLUE, "solid", "circle"), Meaning(ORANGE, "dashed", "square")
RIDGE = Meaning(GREEN, "solid", "square")
CLASS_0, CLASS_1 = Meaning(BLUE, "solid", "circle"), Meaning(ORANGE, "dashed", "square")
MLP, UNIT = Meaning(BLUE, "solid", "circle"), Meaning(ORANGE, "dotted", "triangle")
CROSS_ENTROPY, SQUARE_LOSS = Meaning(BLUE, "solid", "circle"), Meaning(ORANGE, "dashed", "square")
EXPERTS = (
    Meaning(BLUE, "solid", "circle"),
    Meaning(ORANGE, "dashed", "square"),
    Meaning(GREEN, "dotted", "triangle"),
    Meaning(PINK, "solid", "cross"),
)
DIMENSIONS = (  # 1, 2, 4, 8, 16; not the colours of network and unit
    Meaning(GREEN, "solid", "circle"),
    Meaning(PINK, "dashed", "square"),
    Meaning(YELLOW, "dotted", "triangle"),
    Meaning(SKY, "solid", "cross"),
    Meaning(INK, "dashed", "circle"),
)
OPTIMIZERS = {
    "SGD": Meaning(BLUE, "solid", "circle"),
    "momentum": Meaning(ORANGE, "dashed", "square"),
    "RMSProp": Meaning(GREEN, "dotted", "triangle"),
    "Adam": Meaning(PINK, "solid", "cross"),
}

# Words in labels, and what they mean; the first that is found holds.
MEANINGS: tuple[tuple[str, Meaning], ...] = (
    (r"(?<!no )ridge", RIDGE),
    (r"\btraining (error|loss|example)|^training$", TRAINING),
    (r"\b(test|validation) (error|loss)|^test$", TEST),
    (r"\b(class|t =) ?0\b", CLASS_0),
    (r"\b(class|t =) ?1\b", CLASS_1),
    (r"\bMLP\b|\d ReLUs", MLP),
    (r"\bmultiplicative unit|^unit ", UNIT),
    (r"^cross entropy", CROSS_ENTROPY),
    (r"^square loss", SQUARE_LOSS),
    *((rf"\bexpert {k}\b", look) for k, look in enumerate(EXPERTS, start=1)),
    *((rf"^(d =|dimension) {2**k}$", look) for k, look in enumerate(DIMENSIONS)),
    *((rf"^{name}\b", look) for name, look in OPTIMIZERS.items()),
)


def meaning_of(label: str) -> Meaning | None:
    """Return how what a label names is drawn everywhere; None where every picture may choose.

    >>> meaning_of("test error, no ridge").color == ORANGE
    True
    >>> meaning_of("the truth")
    """
    return next((look for words, look in MEANINGS if re.search(words, label)), None)


def piece_colors(on: Any) -> NDArray[np.uint8]:
    """Return a colour (K, 3) for each of K pieces, by which units are on in it, (K, units).

    Red, green and blue are from 0 to 255. Each unit turns the hue by an angle of its own, at
    least a fifth of the circle, so that pieces with a common edge differ, and a piece keeps its
    colour while it moves. All are as bright as heat maps are: dark ink is seen on them in every
    theme.

    >>> piece_colors([[False, False], [True, False]]).tolist()
    [[255, 185, 209], [113, 218, 235]]
    """
    on = np.asarray(on, dtype=np.float64)
    by, dim = np.random.default_rng(0).uniform(size=(on.shape[1], 2)).T  # no two sums are equal
    turn = 2 * np.pi * (on @ (0.2 + 0.6 * by))
    light = 0.87 - 0.14 * (on @ dim % 1)
    return _oklab(light, 0.1 * np.cos(turn), 0.1 * np.sin(turn))


def _oklab(light: Any, a: Any, b: Any) -> NDArray[np.uint8]:
    """Return the colours (K, 3) of B. Ottosson's Oklab (2020), equal steps of which look equal."""
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = np.stack(
        [
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        ],
        axis=-1,
    ).clip(0, 1)
    curved = np.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, 12.92 * linear)
    return np.asarray(np.rint(255 * curved), dtype=np.uint8)
