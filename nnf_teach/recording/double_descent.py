"""Fit the models of double descent, and write how good they are.

    python -m nnf_teach.recording.double_descent

fits every size with and without a ridge, on right and on wrong labels (half a minute on one core),
and writes `nnf_teach/data/double_descent.npz`: "points", (sizes, label noises, 1 + ridges, 5), the
fields of a `DescentPoint` after its size.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nnf_teach.experiments.double_descent import FILE, SIZES, Models


def record(path: Path = FILE) -> None:
    """Fit everything and write it down."""
    models = Models()
    models.go_to(len(SIZES) - 1)
    points = [[[point[1:] for point in row] for row in rows] for rows in models.points]
    np.savez_compressed(path, points=np.array(points, dtype=np.float32))


if __name__ == "__main__":
    record()
