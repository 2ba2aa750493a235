"""Measure how the error on a product falls with the width, and write the table of lesson 08.

    python -m nnf_teach.recording.widths

trains every width at every dimension from several random starts (half an hour on one core), six
times as long as `width_for_error` does, and writes `nnf_teach/data/product_errors.json`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from nnf_teach.datasets.product_errors import PATH
from nnf_teach.exercises.lesson_08.experiment import product_error, train_on_products

DIMENSIONS = (1, 2, 4, 8, 16)
WIDTHS = (4, 8, 16, 32, 64, 128, 256, 512)
STEPS, STARTS = 6000, 3


def measure(dimension: int, width: int, seed: int, steps: int = STEPS) -> float:
    """Return the mean squared error on <x, z> / sqrt(dimension), four digits of it."""
    rng = np.random.default_rng([seed, dimension, width])
    params = train_on_products(dimension, width, rng, steps)
    return float(f"{product_error(params, dimension, rng, 20_000):.4g}")


def record(path: Path = PATH) -> None:
    """Measure everything and write it down."""
    errors = []
    for dimension in DIMENSIONS:
        errors.append([[measure(dimension, w, s) for s in range(STARTS)] for w in WIDTHS])
        medians = ", ".join(f"{float(np.median(runs)):.2g}" for runs in errors[-1])
        print(f"dimension {dimension}: {medians}", file=sys.stderr, flush=True)
    found = {"dimensions": DIMENSIONS, "widths": WIDTHS, "steps": STEPS, "errors": errors}
    path.write_text(json.dumps(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    record()
