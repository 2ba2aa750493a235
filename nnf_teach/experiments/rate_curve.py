"""How often a membrane fires under a current, and the sigmoid nearest to that curve.

Equations and sources in `nnf_teach.modules.hodgkin_huxley`.
"""

from __future__ import annotations

import functools

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.modules.hodgkin_huxley import firing_rate
from nnf_teach.modules.sigmoid import sigmoid

MAX_CURRENT = 20.0  # uA/cm^2
STEP = 0.1  # uA/cm^2


@functools.cache
def rate_curve() -> tuple[Array, Array]:
    """Return currents in uA/cm^2 and the lasting firing rates in Hz, both (201,); once per session.

    >>> currents, rates = rate_curve()
    >>> round(float(currents[np.nonzero(rates)[0][0]]), 1)
    6.3
    """
    currents = STEP * np.arange(round(MAX_CURRENT / STEP) + 1, dtype=np.float64)
    return currents, firing_rate(currents, duration=300.0, transient=150.0)


@functools.cache
def fitted_sigmoid() -> tuple[float, float, float]:
    """Return height (Hz), centre and width (uA/cm^2) of the sigmoid nearest to the rate curve.

    Least squares: centre and width from a grid, and the best height for each in closed form.
    """
    currents, rates = rate_curve()
    centres, widths = np.linspace(4, 10, 61)[:, None, None], np.linspace(0.1, 4, 40)[:, None]
    shapes = sigmoid((currents - centres) / widths)
    heights = (shapes * rates).sum(-1) / (shapes**2).sum(-1)
    errors = ((heights[..., None] * shapes - rates) ** 2).sum(-1)
    i, j = np.unravel_index(errors.argmin(), errors.shape)
    return float(heights[i, j]), float(centres[i, 0, 0]), float(widths[j, 0])
