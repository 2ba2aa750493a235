"""Numbers and names as they stand in pictures and captions."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from nnf_teach.widgets.ticks import times_ten

MINUS = re.compile(r"(?<![\w)\]])-(?=\.?\d)")
POWER = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)e([+-]?\d+)\b")
WORDS = ("title", "caption", "label", "text", "tick_labels", "words", "unit")
PARTS = ("panels", "controls", "goal", "x", "y", "marks", "handles")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def number(value: float, places: int = 2) -> str:
    """Write a number with a true minus sign, and none before a zero.

    >>> number(-1.5), number(-0.001), number(0.25, 1)
    ('−1.50', '0.00', '0.2')
    """
    text = f"{value:.{places}f}"
    return (text if float(text) else text.lstrip("-")).replace("-", "−")


def row(values: Iterable[float], places: int = 2) -> str:
    """Write numbers as a row, or a point.

    >>> row([0.5, -1])
    '(0.50, −1.00)'
    """
    return f"({', '.join(number(value, places) for value in values)})"


def counted(count: int, word: str) -> str:
    """Write a number of things.

    >>> counted(1, "step"), counted(1200, "step")
    ('1 step', '1,200 steps')
    """
    return f"{count:,} {word}" + ("" if count == 1 else "s")


def subscript(name: str) -> str:
    """Write the digits of a name as subscripts.

    >>> subscript("x12")
    'x₁₂'
    """
    return name.translate(_SUBSCRIPTS)


@lru_cache(maxsize=10_000)  # most words of a picture are those of the one before
def written(text: str) -> str:
    """Write the numbers of a text with true minus signs, and powers of ten as the axes do.

    >>> written("w = -1.5, loss 5.4e-05, then 1e-06; x-1 and non-0 stay")
    'w = −1.5, loss 5.4·10⁻⁵, then 10⁻⁶; x-1 and non-0 stay'
    """
    return MINUS.sub("−", POWER.sub(_power, text))


def _power(found: re.Match[str]) -> str:
    factor, exponent = found.groups()
    return times_ten("1" if float(factor) == 1 else factor, int(exponent))


def typeset(part: Any) -> Any:
    """Return a scene, or a part of one, with the numbers of all its texts `written`.

    >>> from nnf_teach.widgets.scene import Scene
    >>> typeset(Scene("A line", (), "y = -2")).caption
    'y = −2'
    """
    if isinstance(part, str):
        return written(part)
    if isinstance(part, tuple):
        return tuple(map(typeset, part))
    if not dataclasses.is_dataclass(part) or isinstance(part, type):
        return part
    return _with_texts(part)


def _with_texts(part: Any) -> Any:
    fields = [name for name in (*WORDS, *PARTS) if hasattr(part, name)]
    return dataclasses.replace(part, **{name: typeset(getattr(part, name)) for name in fields})
