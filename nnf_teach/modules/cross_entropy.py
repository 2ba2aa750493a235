"""Cross entropy: minus the log of the probability given to what happened.

Two classes, t in {0, 1} (slides "Cross entropy", 'The simplest "neural" classifier'), and the
slide "Cross entropy as a computational graph" for any number of them.
"""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array, checked
from nnf_teach.modules.sigmoid import sigmoid


@checked(p="(N,) probabilities", t="(N,) labels")
def cross_entropy(p: Array, t: Array) -> float:
    """Return the mean over examples of -t log p - (1 - t) log(1 - p).

    Parameters
    ----------
    p : (N,)
        Probability of class 1, from 0 to 1.
    t : (N,)
        Labels, 0 or 1.

    Returns
    -------
    float
        In nats. Infinite when something happened that was given probability 0.

    Raises
    ------
    ValueError
        When p is not in [0, 1] or t not in {0, 1}, the shapes differ, or there is no example.

    Examples
    --------
    -log(1/2) and -log(1/8) are 1 and 3 times log 2 = 0.693, and 2 times on average:

    >>> round(cross_entropy(p=[0.5, 0.875], t=[1, 0]), 3)
    1.386
    """
    with np.errstate(divide="ignore"):  # the logarithm that is not chosen may be of 0
        return float(-np.where(t == 1, np.log(p), np.log1p(-p)).mean())


@checked(p="(N,) probabilities", t="(N,) labels")
def cross_entropy_gradient(p: Array, t: Array) -> Array:
    """Return dL/dp of the mean cross entropy: -1/(N p) where t = 1, 1/(N (1 - p)) where t = 0.

    Parameters
    ----------
    p : (N,)
        Probability of class 1, from 0 to 1.
    t : (N,)
        Labels, 0 or 1.

    Returns
    -------
    dp : (N,)
        Infinite where the gradient is larger than the largest float. The slides call this form
        numerically unstable, and it is; see `cross_entropy_with_logits_gradient`.

    Raises
    ------
    ValueError
        As `cross_entropy`.

    Examples
    --------
    >>> cross_entropy_gradient(p=[0.5, 0.75], t=[1, 0])
    array([-1.,  2.])
    """
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(np.where(t == 1, -1 / p, 1 / (1 - p)) / len(p))


@checked(z="(N,)", t="(N,) labels")
def cross_entropy_with_logits(z: Array, t: Array) -> float:
    """Return the mean cross entropy of p = sigmoid(z): max(z, 0) - z t + log(1 + exp(-|z|)).

    Only exp(-|z|) is computed, which cannot overflow, and no logarithm of a rounded probability.

    Parameters
    ----------
    z : (N,)
        Logits of class 1.
    t : (N,)
        Labels, 0 or 1.

    Returns
    -------
    float
        In nats.

    Raises
    ------
    ValueError
        When t is not in {0, 1}, the shapes differ, there is no example or z is not finite.

    Examples
    --------
    >>> cross_entropy_with_logits(z=[1000.0, 1000.0], t=[1, 0])
    500.0
    """
    return float((np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))).mean())


@checked(z="(N,)", t="(N,) labels")
def cross_entropy_with_logits_gradient(z: Array, t: Array) -> Array:
    """Return dL/dz = (sigmoid(z) - t) / N of the mean cross entropy.

    Parameters
    ----------
    z : (N,)
        Logits of class 1.
    t : (N,)
        Labels, 0 or 1.

    Returns
    -------
    dz : (N,)

    Raises
    ------
    ValueError
        As `cross_entropy_with_logits`.

    Examples
    --------
    >>> cross_entropy_with_logits_gradient(z=[0.0, np.log(3)], t=[1, 0])
    array([-0.25 ,  0.375])
    """
    return (sigmoid(z) - t) / len(z)


@checked(P="(N, K) probabilities", T="(N, K) masses")
def cross_entropy_backward(P: Array, T: Array) -> tuple[Array, Array]:
    """Return dL/dP = -T / P and dL/dT = -log P of L = -sum over examples and classes of T log P.

    The sum over the batch, as on the slide, not the mean.

    Parameters
    ----------
    P : (N, K)
        Probabilities, from 0 to 1.
    T : (N, K)
        One-hot rows, distributions, or any weights of at least 0.

    Returns
    -------
    dP : (N, K)
        0 where T is 0, also at P = 0.
    dT : (N, K)
        Infinite where P is 0.

    Raises
    ------
    ValueError
        When P is not in [0, 1] or T below 0, the shapes differ, or there is no example.

    Examples
    --------
    >>> dP, dT = cross_entropy_backward(P=[[0.25, 0.75]], T=[[1, 0]])
    >>> dP.tolist(), (dT / np.log(4)).round(3).tolist()
    ([[-4.0, 0.0]], [[1.0, 0.208]])
    """
    with np.errstate(divide="ignore", over="ignore"):
        dP = np.divide(-T, P, out=np.zeros_like(P), where=T > 0)
        return dP, -np.log(P)
