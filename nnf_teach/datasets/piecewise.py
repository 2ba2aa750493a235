"""Points on a line that is broken into pieces."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnf_teach.arguments import argument, generator, number, whole_number

REACH = 3.0
LINES = ((2.0, 4.0), (-1.5, 0.5), (1.0, -2.0))


def make_piecewise(
    n: int,
    rng: np.random.Generator,
    pieces: ArrayLike = LINES,
    noise: float = 0.0,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """Draw points of a piecewise-linear function: t = a_k x + b_k on the k-th piece.

    x is uniform in (-3, 3), which the pieces share equally, from left to right. Where two lines
    do not meet, the function jumps.

    Parameters
    ----------
    n : int
        How many points.
    rng : numpy.random.Generator
    pieces : (P, 2)
        Slope a and intercept b of each piece.
    noise : float
        Standard deviation of what is added to t, in units of t.

    Returns
    -------
    X : (n, 1)
    T : (n, 1)
    piece : (n,)
        The piece that each point belongs to, 0..P-1.

    Raises
    ------
    TypeError, ValueError
        In a sentence, when an argument is not as above.

    Examples
    --------
    >>> X, T, piece = make_piecewise(100, np.random.default_rng(0), pieces=[(-1, 0), (1, 0)])
    >>> bool(np.all(T == abs(X))), bool(np.all(piece == (X[:, 0] > 0)))
    (True, True)
    """
    where = "make_piecewise"
    n = whole_number(where, "n", n, low=1)
    rng = generator(where, rng)
    lines = argument(where, "pieces", pieces, "(P, 2)", {"2": (2, "a slope and an intercept")})
    noise = number(where, "noise", noise, low=0)
    x = rng.uniform(-REACH, REACH, n)
    piece = np.floor((x + REACH) / (2 * REACH) * len(lines)).astype(np.intp)
    piece = np.minimum(piece, len(lines) - 1)  # rounding may lift the last x to the edge
    slope, intercept = lines[piece].T
    t = slope * x + intercept + noise * rng.standard_normal(n)
    return x[:, None], t[:, None], piece
