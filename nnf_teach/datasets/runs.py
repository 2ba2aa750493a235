"""Recorded training runs, each with what was done to it."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

History = dict[str, Any]

FILE = Path(__file__).parents[1] / "data" / "example_runs.npz"
KINDS = ("nan", "diverging", "not learning", "too good", "overfitting", "healthy")
CURVES = ("loss", "validation_loss", "gradient_norm", "weight_norm")


class Run(NamedTuple):
    """A recorded run: its name (its kind, as a rule), how it was made, and what was noted.

    `history` holds the arrays `loss`, `validation_loss`, `gradient_norm` and `weight_norm`, one
    value per entry, the first before training; and `chance_loss`, the loss of a model that
    has learnt nothing and gives every example the same answer.
    """

    kinds: tuple[str, ...]  # what it may be called; two names where it lies between them
    made: str
    history: History

    @property
    def kind(self) -> str:
        return self.kinds[0]


def load_runs() -> list[Run]:
    """Return example runs, two of each kind, made by real training; nothing is downloaded.

    Returns
    -------
    list of Run
        In the order nan, diverging, not learning, too good, overfitting, healthy. The arrays are
        your own copies.

    Raises
    ------
    FileNotFoundError
        When the file of the package is missing.

    Notes
    -----
    `python -m nnf_teach.recording.runs` made them, on MNIST digits and on
    data of the Playground.

    Examples
    --------
    >>> run = load_runs()[0]
    >>> run.kind, sorted(run.history)
    ('nan', ['chance_loss', 'gradient_norm', 'loss', 'validation_loss', 'weight_norm'])
    """
    return read_runs(FILE)


def write_runs(file: Path, runs: Sequence[Run]) -> None:
    """Store runs in one small file, curves one after the other in float32."""
    curves = [np.concatenate([run.history[name] for run in runs]) for name in CURVES]
    np.savez_compressed(
        file,
        curves=np.asarray(curves, dtype=np.float32),
        lengths=np.array([len(run.history["loss"]) for run in runs]),
        chance=np.array([run.history["chance_loss"] for run in runs]),
        kinds=np.array([" or ".join(run.kinds) for run in runs]),
        made=np.array([run.made for run in runs]),
    )


def read_runs(file: Path) -> list[Run]:
    """Return the runs of a file, in arrays of their own."""
    curves, lengths, chance, kinds, made = _read(file)
    ends = np.cumsum(lengths)
    return [
        Run(
            tuple(str(kinds[k]).split(" or ")),
            str(made[k]),
            {
                name: curves[i, ends[k] - lengths[k] : ends[k]].astype(float)
                for i, name in enumerate(CURVES)
            }
            | {"chance_loss": float(chance[k])},
        )
        for k in range(len(ends))
    ]


@functools.cache
def _read(file: Path) -> tuple[NDArray[Any], ...]:
    with np.load(file) as arrays:
        return tuple(arrays[name] for name in ("curves", "lengths", "chance", "kinds", "made"))
