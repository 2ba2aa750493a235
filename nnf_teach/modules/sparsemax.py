"""Sparsemax: logits to probabilities, some of which are exactly 0.

A. F. T. Martins and R. F. Astudillo, "From softmax to sparsemax", ICML 2016. The slide "Softmax +
Cross entropy" says what it is for: softmax cannot represent sparse outputs.
"""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array, checked


@checked(z="(K,)")
def sparsemax(z: Array) -> Array:
    """Return the point of the simplex that is nearest to z: max(z_k - tau, 0), adding up to 1.

    tau is found from the sorted logits: the support holds the k largest for the largest k with
    1 + k z_(k) > z_(1) + ... + z_(k), and tau = (z_(1) + ... + z_(k) - 1) / k (Algorithm 1).

    Parameters
    ----------
    z : (K,)
        Logits.

    Returns
    -------
    (K,)
        At least 0, adding up to 1. Adding a constant to z changes nothing.

    Raises
    ------
    ValueError
        When there is no class, or a value is not finite.

    Examples
    --------
    >>> sparsemax([1.5, 1.0, -0.5])
    array([0.75, 0.25, 0.  ])
    """
    z = z - z.max()  # changes nothing, and keeps the sums exact for large logits
    largest_first = np.sort(z)[::-1]
    sums = np.cumsum(largest_first)
    k = np.arange(1, len(z) + 1)
    size = int((1 + k * largest_first > sums).sum())
    tau = (sums[size - 1] - 1) / size
    return np.asarray(np.maximum(z - tau, 0))
