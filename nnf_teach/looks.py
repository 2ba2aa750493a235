"""What colours, strokes and symbols stand for, in every widget and in the figures beside them."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Stroke = Literal["solid", "dashed", "dotted"]
Symbol = Literal["circle", "square", "triangle", "cross"]

BLUE, ORANGE, GREEN, PINK, YELLOW, SKY, INK = range(7)
# Okabe and Ito (2008), in the order of static/palette.js; the last is the text's colour.
SERIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#212121")


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
