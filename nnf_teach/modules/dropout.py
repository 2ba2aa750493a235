"""Dropout: leave units out at random while training (slide "Overfitting and regularisation")."""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array, checked, generator, number


@checked(X="(N, D)")
def dropout(
    X: Array, keep_probability: float, rng: np.random.Generator, training: bool = True
) -> Array:
    """Return X with each number kept and divided by keep_probability, or 0.

    This is inverted dropout: since what is kept grows, the mean stays X, and nothing is left to do
    when training is over. (Srivastava et al. 2014, "Dropout: a simple way to prevent neural
    networks from overfitting"; they scale after training.)

    Parameters
    ----------
    X : (N, D)
    keep_probability : float
        Above 0, at most 1.
    rng : numpy.random.Generator
    training : bool
        After training X comes back as it is.

    Returns
    -------
    Y : (N, D)

    Raises
    ------
    ValueError
        When keep_probability is not a probability above 0.

    Examples
    --------
    >>> np.unique(dropout(np.ones((50, 50)), 0.25, rng=np.random.default_rng(0))).tolist()
    [0.0, 4.0]
    """
    keep = number("dropout", "keep_probability", keep_probability, low=0, high=1)
    if not keep:
        raise ValueError("dropout: keep_probability is 0, so that nothing would be left.")
    if not training:
        return X
    kept = generator("dropout", rng).random(X.shape, np.float32) < keep
    return np.asarray(X * kept / X.dtype.type(keep))
