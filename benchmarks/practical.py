"""Lesson 07: seconds of the double descent curve, and what the training monitor costs.

The monitor watches typical MNIST training; the same loop without it takes turns with it, and the
best turn of each counts. In JupyterLab both run in a cell of one notebook, with the live picture in
headless Chromium on the same machine. There the allocator can make either loop a third faster than
the other, by where the heap ends; so the share of the time that looks and pictures took, by the
monitor's own clock, has a row too.

    python -m benchmarks practical
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.widgets import _test_tools
from nnf_teach.datasets import image_rows, load_mnist, sample_digits
from nnf_teach.modules import double_descent_curve, init_params, min_norm_fit, train
from nnf_teach.widgets import training_monitor

MOST_SECONDS = 10.0
MOST_SHARE = 5.0  # % of the loop's time
ROUNDS = 7
LAYERS, BATCH, EPOCHS = (784, 100, 10), 128, 2
LIVE = f"""
import time
from benchmarks.practical import plain_loop
from nnf_teach.widgets import training_monitor
times = {{"plain": [], "watched": [], "share": []}}
for _ in range({ROUNDS}):
    begin = time.perf_counter()
    for state in plain_loop():
        pass
    times["plain"].append(time.perf_counter() - begin)
    monitor = training_monitor(plain_loop())
    begin = time.perf_counter()
    for state in monitor:
        pass
    times["watched"].append(time.perf_counter() - begin)
    times["share"].append(monitor.own_seconds / times["watched"][-1])
"""


def measure() -> list[tuple[str, str, str, bool]]:
    """Return the rows of the curve and of the monitor."""
    digits = sample_digits(1000, 2000, rng=np.random.default_rng(0))
    rows = []
    for fit, whose in ((None, "ours"), (min_norm_fit, "lstsq at every size")):
        begin = time.perf_counter()
        curve = double_descent_curve(*digits, rng=np.random.default_rng(1), fit=fit)
        seconds = time.perf_counter() - begin
        what = f"double descent, {len(curve.features)} sizes to {curve.features[-1]:,}, {whose}"
        limit = f"under {MOST_SECONDS:g} s" if fit is None else "none"
        rows.append((what, f"{seconds:.1f} s", limit, fit is not None or seconds < MOST_SECONDS))
    name = f"training monitor, MNIST {'-'.join(map(str, LAYERS))}, batch {BATCH}"
    plain, watched, shares = _live()
    share = 100 * statistics.median(shares)
    own = f"{share:.1f} %", f"under {MOST_SHARE:g} %", share < MOST_SHARE
    return [
        *rows,
        _row(f"{name}, no notebook", *_take_turns()),
        _row(f"{name}, live", plain, watched),
        (f"{name}, live, by its own clock", *own),
    ]


def plain_loop() -> Iterator[Any]:
    """Train on 60,000 digits for two epochs."""
    digits = load_mnist()
    params = init_params(LAYERS, rng=np.random.default_rng(0), init="he", dtype=np.float32)
    return train(
        params,
        _rows(),
        digits.t_train,
        learning_rate=0.1,
        epochs=EPOCHS,
        batch_size=BATCH,
        rng=np.random.default_rng(1),
        loss="softmax cross entropy",
        activation="relu",
    )


def watched_loop() -> Iterator[Any]:
    return iter(training_monitor(plain_loop()))


def _rows(kept: list[Any] = []) -> Any:  # noqa: B006 - read once
    if not kept:
        kept.append(image_rows(load_mnist().x_train))
    return kept[0]


def _take_turns() -> tuple[list[float], list[float]]:
    times: tuple[list[float], list[float]] = [], []
    loops: tuple[Callable[[], Iterator[Any]], ...] = (plain_loop, watched_loop)
    for _ in range(ROUNDS):
        for found, loop in zip(times, loops, strict=True):
            begin = time.perf_counter()
            for _state in loop():
                pass
            found.append(time.perf_counter() - begin)
    return times


def _live() -> tuple[list[float], list[float], list[float]]:
    tools = _test_tools()
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        tools.start_lab(Path(folder)) as lab,
    ):
        notebook = lab.open("live.ipynb", [LIVE])
        notebook.run_cell(0, timeout=600)
        assert notebook.cell_errors() == []
        times = eval(notebook.kernel("times"))
        notebook.close()
    return times["plain"], times["watched"], times["share"]


def _row(what: str, plain: list[float], watched: list[float]) -> tuple[str, str, str, bool]:
    cost = 100 * (min(watched) / min(plain) - 1)
    middle = 100 * (statistics.median(watched) / statistics.median(plain) - 1)
    found = f"{cost:.1f} % ({min(plain):.2f} s to {min(watched):.2f} s; medians {middle:.1f} %)"
    return what, found, f"under {MOST_SHARE:g} %", cost < MOST_SHARE
