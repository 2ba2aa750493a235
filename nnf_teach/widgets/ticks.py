"""Where the ticks of an axis stand and how their numbers are written.

One rule for the browser (`static/numbers.js`, tested against this file) and for the picture
without a browser (`fallback.py`):

- A linear axis has a tick at every multiple of a step: the smallest 1, 2 or 5 times a power of
  ten that divides the range into at most `wanted` steps; a smaller one where that leaves fewer
  than two ticks. They have as many decimals as the step.
- A log axis has a tick at every power of ten, or at every second, third, ... one so that they
  divide the range into at most `wanted` steps; below two whole decades also at 2 and 5 times a
  power. Where that leaves fewer than two ticks they stand where a linear axis has them.
- Powers of ten are written plainly from 0.001 to 1000, and as 10⁻⁴ or 2·10⁴ beyond.

An axis may name its ticks, and the words at them; what it leaves out follows the rule.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

from nnf_teach.widgets.scene import Axis

STEPS = (1.0, 2.0, 5.0)
PLAIN = 3  # the largest exponent of ten that is written without a power
SLACK = 1e-9  # what rounding may add to a whole number of steps
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Tick(NamedTuple):
    """A value of an axis and what is written there."""

    value: float
    text: str


def axis_ticks(axis: Axis, wanted: float = 6) -> list[Tick]:
    """Return the ticks of an axis: its own, or about `wanted` that are chosen by the rule.

    >>> [tick.text for tick in axis_ticks(Axis("error", 1e-8, 1, "log"), 4)]
    ['10⁻⁸', '10⁻⁶', '10⁻⁴', '0.01', '1']
    >>> [tick.text for tick in axis_ticks(Axis("x", 0, 2, ticks=(0, 1, 5), tick_labels="abc"))]
    ['a', 'b']
    """
    log = axis.scale == "log"
    if axis.ticks is None:
        return (log_ticks if log else linear_ticks)(axis.low, axis.high, wanted)
    words = axis.tick_labels or [power(t) if log else general(t) for t in axis.ticks]
    pairs = zip(axis.ticks, words, strict=True)
    return [Tick(value, text) for value, text in pairs if axis.low <= value <= axis.high]


def linear_ticks(low: float, high: float, wanted: float = 6) -> list[Tick]:
    """Return ticks at the multiples of 1, 2 or 5 times a power of ten.

    >>> [tick.text for tick in linear_ticks(-0.5, 0.5, 2)]
    ['−0.5', '0.0', '0.5']
    """
    for step in _steps_down((high - low) / max(1, wanted)):
        whole = range(math.ceil(low / step - SLACK), math.floor(high / step + SLACK) + 1)
        if len(whole) >= 2:
            break
    values = [k * step for k in whole]
    if not 1e-6 <= max(map(abs, values)) < 1e15:
        return [Tick(value, general(value)) for value in values]
    return [Tick(value, _fixed(value, _decimals(step))) for value in values]


def log_ticks(low: float, high: float, wanted: float = 6) -> list[Tick]:
    """Return ticks at powers of ten, or at 1, 2 and 5 times them.

    >>> [tick.text for tick in log_ticks(0.5, 30)]
    ['0.5', '1', '2', '5', '10', '20']
    """
    first = math.ceil(math.log10(low) - SLACK)
    last = math.floor(math.log10(high) + SLACK)
    if last - first < 2:
        values = [step * 10.0**k for k in range(first - 1, last + 1) for step in STEPS]
    else:
        every = max(1, math.ceil((last - first) / max(1, wanted)))
        values = [10.0**k for k in range(first, last + 1, every)]
    inside = [v for v in values if low * (1 - SLACK) <= v <= high * (1 + SLACK)]
    if len(inside) < 2:
        return linear_ticks(low, high, wanted)
    return [Tick(value, power(value)) for value in inside]


def nice_top(value: float, least: float = 0.0, steps: Sequence[float] = STEPS) -> float:
    """Return the next round number from `value` up, at least `least`: a top for an axis.

    Round is one of `steps` (which ascend from 1 and stay below 10) times a power of ten. What
    is not a positive finite number gives 1.

    >>> nice_top(3.2), nice_top(0.013), nice_top(0.013, least=0.5)
    (5.0, 0.02, 0.5)
    >>> nice_top(11, steps=(1, 1.5, 2, 3, 5))
    15.0
    """
    value = max(value, least)
    if not 0 < value < math.inf:
        return 1.0
    ten = 10.0 ** math.floor(math.log10(value))
    return next(step * ten for step in (*steps, 10.0) if step * ten >= value * (1 - SLACK))


def _steps_down(least: float) -> Iterator[float]:
    """Yield the round step from `least` up, and then ever smaller ones."""
    step = nice_top(least)
    while True:
        yield step
        step = nice_top(step / 2.5)  # the one below 1, 2 or 5: 0.5, 1 or 2


def power(value: float, plain: int = PLAIN) -> str:
    """Write a positive number, with a power of ten where its exponent is beyond ±`plain`.

    >>> power(0.001), power(1e-4), power(2e5), power(0.01, plain=1)
    ('0.001', '10⁻⁴', '2·10⁵', '10⁻²')
    """
    exponent = math.floor(math.log10(value) + SLACK)
    if abs(exponent) <= plain:
        return general(value)
    return times_ten(general(value / 10.0**exponent), exponent)


def times_ten(factor: str, exponent: int) -> str:
    """Write a factor times a power of ten.

    >>> times_ten("2", 5), times_ten("-1", -7)
    ('2·10⁵', '-10⁻⁷')
    """
    times = {"1": "", "-1": "-"}.get(factor, f"{factor}·")
    return f"{times}10{str(exponent).translate(SUPERSCRIPTS)}"


def general(value: float) -> str:
    """Write a number with at most four significant digits.

    >>> general(0.1 + 0.2), general(-12.3456), general(123456.7), general(1.5e-7)
    ('0.3', '−12.35', '123500', '1.5·10⁻⁷')
    """
    rounded = _rounded(value, 4).normalize()
    if -7 < rounded.adjusted() < 21:  # as a browser writes numbers
        return _with_minus(f"{rounded:f}")
    factor, exponent = f"{rounded:e}".split("e")
    return _with_minus(times_ten(factor, int(exponent)))


def _fixed(value: float, decimals: int) -> str:
    clean = Decimal(float(_rounded(value, 12)))  # 0.30000000000000004 is 0.3
    return _with_minus(f"{clean.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}")


def _decimals(step: float) -> int:
    for count in range(8):
        shifted = step * 10.0**count
        if abs(shifted - round(shifted)) < 1e-6 * shifted:
            return count
    return 8


def _rounded(value: float, digits: int) -> Decimal:
    return Context(digits, ROUND_HALF_UP).create_decimal(value + 0.0)  # -0 is 0


def _with_minus(text: str) -> str:
    return text.replace("-", "−")
