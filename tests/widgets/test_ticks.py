"""Ticks, and the numbers at them: by rule, and in the browser by the same rule."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnf_teach.widgets.scene import Axis
from nnf_teach.widgets.ticks import (
    Tick,
    axis_ticks,
    general,
    linear_ticks,
    log_ticks,
    nice_top,
    power,
)

Evaluate = Callable[[str, str], Any]


@pytest.mark.parametrize(
    ("ticks", "texts"),
    [
        (linear_ticks(-3, 3, 6), "−3 −2 −1 0 1 2 3"),
        (linear_ticks(0, 0.3, 3), "0.0 0.1 0.2 0.3"),
        (linear_ticks(-0.5, 0.5, 2), "−0.5 0.0 0.5"),
        (linear_ticks(0, 70, 4), "0 20 40 60"),
        (linear_ticks(1e6, 3e6, 2), "1000000 2000000 3000000"),
        (linear_ticks(7e-5, 13e-5, 3), "0.00008 0.00010 0.00012"),
        (linear_ticks(-2e-7, 2e-7, 4), "−2·10⁻⁷ −10⁻⁷ 0 10⁻⁷ 2·10⁻⁷"),
        (linear_ticks(100100, 100140, 2), "100100 100120 100140"),
        (linear_ticks(0.1, 8.2, 4), "2 4 6 8"),  # steps of 5 would leave one tick
        (log_ticks(0.01, 100, 5), "0.01 0.1 1 10 100"),
        (log_ticks(1e-10, 1, 5), "10⁻¹⁰ 10⁻⁸ 10⁻⁶ 10⁻⁴ 0.01 1"),
        (log_ticks(1, 30, 5), "1 2 5 10 20"),
        (log_ticks(1e4, 1e5), "10⁴ 2·10⁴ 5·10⁴ 10⁵"),
        (log_ticks(3, 4, 5), "3.0 3.2 3.4 3.6 3.8 4.0"),  # no power and no 2 or 5 times one
        (axis_ticks(Axis("", 0, 2, ticks=(0, 1, 5), tick_labels=("a", "b", "c"))), "a b"),
        (axis_ticks(Axis("", 0, 2, ticks=(0.25, 1.0))), "0.25 1"),
        (axis_ticks(Axis("", 1e-5, 10, "log", (1e-4, 1e-3, 10))), "10⁻⁴ 0.001 10"),
    ],
)
def test_ticks_stand_at_one_two_five(ticks: list[Tick], texts: str) -> None:
    assert [tick.text for tick in ticks] == texts.split()


def ranges(count: int) -> list[Axis]:
    """Draw axes of all sizes: far from 0 and around it, of a few percent and of many decades."""
    rng = np.random.default_rng(11)
    axes = []
    for _ in range(count):
        size = 10 ** rng.uniform(-7, 7)
        low = size * rng.choice([0.0, -1.0, rng.uniform(-10, 10)])
        axes.append(Axis("linear", float(low), float(low + size)))
        low = 10 ** rng.uniform(-12, 6)
        high = low * 10 ** rng.choice([rng.uniform(0.01, 1), rng.uniform(1, 20)])
        axes.append(Axis("log", float(low), float(high), "log"))
        ends = rng.integers(-12, 6), rng.integers(7, 12)
        axes.append(Axis("whole", 10.0 ** ends[0], 10.0 ** ends[1], "log"))
        axes.append(Axis("given", 1e-9, 1e9, "log", (2 * 10.0 ** ends[0], 10.0 ** ends[1])))
    return axes


def test_a_chosen_axis_has_at_least_two_ticks_inside_that_differ() -> None:
    for axis in ranges(400):
        for wanted in (4, 6, 11.5):
            ticks = axis_ticks(axis, wanted)
            slack = 1e-8 * (axis.high - axis.low)
            assert all(axis.low - slack <= tick.value <= axis.high + slack for tick in ticks)
            if axis.ticks is None:
                assert len({tick.text for tick in ticks}) == len(ticks) >= 2, axis


def test_the_browser_has_the_same_ticks(javascript: Evaluate) -> None:
    axes, wanted = ranges(400), (4, 6, 11.5)
    given = [vars(axis) for axis in axes]
    code = f"{json.dumps(given)}.map((axis) => {json.dumps(wanted)}.map((n) => axisTicks(axis, n)))"
    found = javascript("numbers", code)
    for axis, theirs in zip(axes, found, strict=True):
        for count, browser in zip(wanted, theirs, strict=True):
            ticks = axis_ticks(axis, count)
            assert [tick["text"] for tick in browser] == [tick.text for tick in ticks], axis
            np.testing.assert_allclose(
                [float(tick["value"]) for tick in browser],
                [tick.value for tick in ticks],
                rtol=1e-12,
                atol=1e-12 * (axis.high - axis.low),
            )


def test_the_browser_writes_the_same_numbers(javascript: Evaluate) -> None:
    rng = np.random.default_rng(5)
    values = [0.0, 12345.0, 0.5, 2.5, 1e-7, 1e21, 1000.0, 999.96, 1e-3]
    values += (10 ** rng.uniform(-9, 23, 500)).tolist()
    found = javascript(
        "numbers",
        f"{json.dumps(values)}.map((v) => [general(v), general(-v), power(v || 1), roundUp(v)])",
    )
    for value, written in zip(values, found, strict=True):
        assert written[:3] == [general(value), general(-value), power(value or 1)]
        assert written[3] == pytest.approx(nice_top(value), rel=1e-12)


def test_a_top_is_the_next_round_number() -> None:
    assert [nice_top(v) for v in (1, 1.01, 0.3, 70, 0, np.nan, np.inf)] == [1, 2, 0.5, 100, 1, 1, 1]
    assert nice_top(0.3, least=2) == 2
    assert [nice_top(v, steps=(1, 2.5, 5)) for v in (1.1, 30, 60)] == [2.5, 50, 100]
