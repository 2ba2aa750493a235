"""Random Fourier features: a model whose size is one number.

The model is a network with one hidden layer whose first layer is drawn and never trained:
F = sqrt(2/P) cos(X W^T + b), Y = F w. Only the P weights of the second layer are fitted, and that
has a closed form. So `double_descent` can watch the test error as P passes the number of examples.
(Slide "Overfitting and regularisation": Belkin et al. 2019. The features are those of Rahimi and
Recht 2007, "Random features for large-scale kernel machines".)
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnf_teach.arguments import Array, checked, generator, number, whole_number

BANDWIDTH = 5.0  # in units of the pixels' length: MNIST rows lie about 10 from one another


def fourier_layer(
    n_inputs: int,
    n_features: int,
    rng: np.random.Generator,
    bandwidth: float = BANDWIDTH,
    dtype: DTypeLike = np.float64,
) -> tuple[Array, Array]:
    """Draw the layer of random Fourier features: W normal / bandwidth, b uniform in [0, 2 pi).

    Parameters
    ----------
    n_inputs, n_features : int
    rng : numpy.random.Generator
    bandwidth : float
        Inputs that are much nearer than this to one another have nearly the same features.
    dtype : float32 or float64

    Returns
    -------
    W : (n_features, n_inputs)
    b : (n_features,)

    Examples
    --------
    >>> W, b = fourier_layer(784, 5, rng=np.random.default_rng(0))
    >>> W.shape, b.shape
    ((5, 784), (5,))
    """
    where = "fourier_layer"
    shape = [
        whole_number(where, name, n, low=1)
        for name, n in (("n_features", n_features), ("n_inputs", n_inputs))
    ]
    width = positive(where, "bandwidth", bandwidth)
    rng = generator(where, rng)
    b = rng.uniform(0, 2 * np.pi, shape[0]).astype(dtype)
    kind: Any = np.dtype(dtype)  # the generator draws these two types alone
    normal = rng.standard_normal(shape, kind)
    return np.divide(normal, width, dtype=dtype), b


@checked(X="(N, D)", W="(P, D)", b="(P,)")
def fourier_features(X: Array, W: Array, b: Array) -> Array:
    """Return F = sqrt(2/P) cos(X W^T + b).

    For many features F F^T comes close to the Gaussian kernel exp(-|x - x'|^2 / (2 bandwidth^2))
    (Rahimi and Recht 2007); that is what the factor is for.

    Parameters
    ----------
    X : (N, D)
    W, b : (P, D), (P,)
        As `fourier_layer` draws them.

    Returns
    -------
    F : (N, P)

    Examples
    --------
    >>> fourier_features(X=[[0.0], [np.pi]], W=[[1.0], [2.0]], b=[0.0, 0.0])
    array([[ 1.,  1.],
           [-1.,  1.]])
    """
    factor = X.dtype.type(math.sqrt(2 / len(b)))
    return np.asarray(factor * np.cos(X @ W.T + b))


@checked(F="(N, P)", T="(N,) or (N, K)")
def min_norm_fit(F: Array, T: Array) -> Array:
    """Return the smallest w of all that make |F w - T|^2 smallest.

    With fewer features than examples there is one such w (least squares). With more there are
    many w that fit every target, and this one has the smallest norm.

    Parameters
    ----------
    F : (N, P)
    T : (N,) or (N, K)

    Returns
    -------
    w : (P,) or (P, K)

    Examples
    --------
    Two weights and one equation, w1 + w2 = 2:

    >>> min_norm_fit([[1.0, 1.0]], [2.0]).round(12)
    array([1., 1.])

    One weight and two equations, w = 0 and w = 2:

    >>> min_norm_fit([[1.0], [1.0]], [0.0, 2.0]).round(12)
    array([1.])
    """
    return np.asarray(np.linalg.lstsq(F, T, rcond=None)[0])


@checked(F="(N, P)", T="(N,) or (N, K)")
def ridge_fit(F: Array, T: Array, ridge: float) -> Array:
    """Return the w that makes |F w - T|^2 + ridge |w|^2 smallest.

    Parameters
    ----------
    F : (N, P)
    T : (N,) or (N, K)
    ridge : float
        Above 0; near 0 the result comes near to `min_norm_fit`.

    Returns
    -------
    w : (P,) or (P, K)

    Examples
    --------
    (2 w - 2)^2 + 4 w^2 is smallest at w = 1/2.

    >>> ridge_fit([[2.0]], [2.0], ridge=4.0)
    array([0.5])
    """
    ridge = positive("ridge_fit", "ridge", ridge)
    # w = (F^T F + ridge)^-1 F^T T = F^T (F F^T + ridge)^-1 T: take the smaller matrix.
    n, p = F.shape
    if p <= n:
        return np.asarray(np.linalg.solve(F.T @ F + ridge * np.eye(p), F.T @ T))
    return np.asarray(F.T @ np.linalg.solve(F @ F.T + ridge * np.eye(n), T))


def positive(where: str, name: str, value: Any) -> float:
    """Return a number above 0, or raise what is wrong with it."""
    positive = number(where, name, value, low=0)
    if not positive:
        raise ValueError(f"{where}: {name} is 0, expected a number above 0.")
    return positive
