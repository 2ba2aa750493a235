"""A mixture of experts that trains on a line of three pieces."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.datasets.piecewise import make_piecewise
from nnf_teach.experiments.film import Film
from nnf_teach.modules.mixture import gate_probabilities, mixture_forward, train_mixture_steps

LAST, EVERY = 60, 10  # frames, and steps per frame
N = 120
EDGE = 3.0
ALONG = np.linspace(-EDGE, EDGE, 301)[:, None]


class Mixture(NamedTuple):
    """A mixture on the line: its gate and answers along x, and its error on the points."""

    gate: Array  # (len(ALONG), E)
    answers: Array  # (len(ALONG), E)
    blend: Array  # (len(ALONG),)
    error: float  # mean square over the points
    owned: Array  # (E,), whole numbers: points where the gate weighs the expert most
    certain: float  # the largest weight, a mean over the points


@cache
def points() -> tuple[Array, Array]:
    """Return X (N, 1) and T (N, 1): three straight pieces.

    >>> [a.shape for a in points()]
    [(120, 1), (120, 1)]
    """
    X, T, _ = make_piecewise(N, np.random.default_rng(0))
    return X, T


@cache
def single_line() -> tuple[Array, float]:
    """Return the best single line along x, and its mean squared error on the points."""
    X, T = points()
    ones = np.ones_like(X)
    best = np.linalg.lstsq(np.hstack([X, ones]), T, rcond=None)[0]
    error = float(((np.hstack([X, ones]) @ best - T) ** 2).mean())
    return (np.hstack([ALONG, np.ones_like(ALONG)]) @ best)[:, 0], error


def look_at(experts: Any, gate: Any) -> Mixture:
    """Measure a mixture along x and on the points.

    It raises a TypeError or ValueError for what is no mixture of one input and one output.

    >>> one = look_at([([[0.0]], [2.0])], ([[0.0]], [0.0]))
    >>> one.blend[:3].tolist(), one.owned.tolist(), one.certain
    ([2.0, 2.0, 2.0], [120], 1.0)
    """
    X, T = points()
    blend = mixture_forward(np.vstack([ALONG, X]), experts, gate)
    if blend.shape[1] != 1:
        raise ValueError(f"it answers {blend.shape[1]} numbers, not 1")
    P = gate_probabilities(np.vstack([ALONG, X]), gate)
    answers = [ALONG @ np.asarray(W, float).T + np.asarray(b, float) for W, b in experts]
    along, here = P[: len(ALONG)], P[len(ALONG) :]
    return Mixture(
        along,
        np.hstack(answers),
        blend[: len(ALONG), 0],
        float(((blend[len(ALONG) :] - T) ** 2).mean()),
        np.bincount(here.argmax(axis=1), minlength=len(experts)),
        float(here.max(axis=1).mean()),
    )


def owners(mixture: Mixture) -> list[tuple[int, float, float]]:
    """Return the stretches of x that an expert owns: (expert, from, to), left to right.

    >>> owners(look_at([([[0.0]], [2.0])], ([[0.0]], [0.0])))
    [(0, -3.0, 3.0)]
    """
    owner, x = mixture.gate.argmax(axis=1), ALONG[:, 0]
    changes = np.flatnonzero(np.diff(owner))
    edges = [float(x[0]), *((x[changes] + x[changes + 1]) / 2).tolist(), float(x[-1])]
    starts = [0, *(changes + 1).tolist()]
    return [(int(owner[s]), edges[k], edges[k + 1]) for k, s in enumerate(starts)]


class Frame(NamedTuple):
    """The mixture after some steps, and its error on the points."""

    experts: Any
    gate: Any
    error: float


class Training(Film[Frame]):
    """Our mixture at every frame; frame k is step 1 + EVERY * k.

    >>> training = Training(2, "blended", 0)
    >>> training.at(3).error < training.at(0).error
    True
    """

    def __init__(self, experts: int, loss: str, seed: int) -> None:
        rng, steps = np.random.default_rng(seed), 1 + EVERY * LAST
        self._states = train_mixture_steps(*points(), experts, rng, steps=steps, loss=loss)
        self._state = next(self._states)
        super().__init__()

    def advance(self) -> None:
        for _ in range(EVERY):
            self._state = next(self._states)

    def look(self) -> Frame:
        """Measure the blend."""
        (X, T), (experts, gate) = points(), (self._state.experts, self._state.gate)
        return Frame(experts, gate, float(((mixture_forward(X, experts, gate) - T) ** 2).mean()))
