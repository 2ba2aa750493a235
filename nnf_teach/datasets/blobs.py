"""Round clouds of points."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnf_teach.arguments import argument, generator, number, whole_number


def make_blobs(
    n: int,
    noise: float = 1.0,
    *,
    centres: ArrayLike = ((-2.0, -2.0), (2.0, 2.0)),
    rng: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Draw points around centres: x = centre[t] + noise * standard normal.

    The classes are as equal in size as they can be, the first ones taking what is left over,
    and the examples come in random order.

    Parameters
    ----------
    n : int
        How many points.
    noise : float
        Standard deviation of a cloud, in units of x; 0 puts all points on the centres.
    centres : (K, 2)
        One cloud per row.
    rng : numpy.random.Generator

    Returns
    -------
    X : (n, 2)
    t : (n,)
        Which centre, 0..K-1; with two centres, labels in {0, 1}.

    Raises
    ------
    TypeError, ValueError
        In a sentence, when an argument is not as above.

    Examples
    --------
    The four clouds of the slide "... and limitations", labelled with XOR:

    >>> corners = [(-3, -3), (-3, 3), (3, -3), (3, 3)]
    >>> X, corner = make_blobs(200, 0.5, centres=corners, rng=np.random.default_rng(0))
    >>> t = np.array([0, 1, 1, 0])[corner]
    >>> X.shape, np.bincount(corner).tolist(), int(t.sum())
    ((200, 2), [50, 50, 50, 50], 100)
    """
    where = "make_blobs"
    n = whole_number(where, "n", n, low=1)
    noise = number(where, "noise", noise, low=0)
    rng = generator(where, rng)
    places = argument(where, "centres", centres, "(K, 2)", {"2": (2, "the plane")})
    t = rng.permutation(np.arange(n) % len(places))
    return places[t] + noise * rng.standard_normal((n, 2)), t
