"""Numbers and names as they stand in pictures and captions."""

from __future__ import annotations

from collections.abc import Iterable

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
