"""Double descent: random-feature models of growing size on the same data.

Slide "Overfitting and regularisation": Belkin et al. 2019. The models are those of
`random_features`; sizes share their work, so that a curve takes seconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from nnf_teach.arguments import Array, argument, generator, number, whole_number
from nnf_teach.modules.random_features import BANDWIDTH, fourier_layer, positive

Fit = Callable[[Array, Array], Any]  # (F, T) -> weights

FEATURES = (
    *(10, 20, 30, 50, 70, 100, 150, 200, 300, 400, 500, 600, 700, 800, 900, 950, 980),
    *(1000, 1020, 1050, 1100, 1200, 1400, 1700, 2000, 3000, 4000, 5000, 7000, 10_000),
)
BLOCK = 500  # features are made so many at a time, whatever is asked for: same digits, same bits


class DescentPoint(NamedTuple):
    """How good one model is, by its number of features."""

    features: int
    train_error: float  # share of the training examples that are classified wrongly
    test_error: float
    train_loss: float  # squared distance from the one-hot target, mean over the examples
    test_loss: float
    norm: float  # of all weights together, sqrt(sum w^2)


class DescentCurve(NamedTuple):
    """The fields of `DescentPoint`, an array (n_sizes,) each."""

    features: Array
    train_error: Array
    test_error: Array
    train_loss: Array
    test_loss: Array
    norm: Array


class FeatureSweep:
    """Models of growing size on the same data, each with the features of the one before and more.

    What one size costs is little, because sizes share their work: up to P = N one QR decomposition
    serves all sizes (its first p columns are that of the first p features), and beyond, F F^T grows
    by the products of the new features alone, and stays N x N.

    Features are float32, which makes them twice as fast; every equation is solved in float64.

    Parameters
    ----------
    X : (N, D)
    t : (N,)
        Class numbers.
    X_test : (M, D)
    t_test : (M,)
    most : int
        The largest number of features that will be asked for.
    rng : numpy.random.Generator
        Draws the features.
    bandwidth : float
        Of `fourier_layer`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X, t = rng.normal(size=(20, 2)), np.arange(20) % 2
    >>> sweep = FeatureSweep(X, t, X, t, most=40, rng=rng, bandwidth=1.0)
    >>> [round(sweep.at(p).train_error, 2) for p in (1, 20, 40)]
    [0.5, 0.0, 0.0]
    """

    def __init__(
        self,
        X: Array,
        t: Array,
        X_test: Array,
        t_test: Array,
        most: int,
        rng: np.random.Generator,
        bandwidth: float = BANDWIDTH,
    ) -> None:
        where = "FeatureSweep"
        sizes: dict[str, tuple[Any, str]] = {}
        rows = argument(where, "X", X, "(N, D)", sizes)
        labels = np.asarray(t)
        kinds = int(labels.max(initial=0)) + 1 if labels.dtype.kind in "iu" else 2
        sizes["K"] = (max(2, kinds), "t")
        self._t = argument(where, "t", t, "(N,) classes", sizes)
        tests = argument(where, "X_test", X_test, "(M, D)", sizes)
        self._t_test = argument(where, "t_test", t_test, "(M,) classes", sizes)
        most = whole_number(where, "most", most, low=1)
        self._inputs = np.concatenate([rows, tests]).astype(np.float32)
        self._n = len(rows)
        self._rng = generator(where, rng)
        self._bandwidth = positive(where, "bandwidth", bandwidth)
        self._one_hot = np.eye(sizes["K"][0])
        self._T_test = self._one_hot[self._t_test]
        # cos(X W^T + b) of training and test examples: without the factor, which depends on P
        whole_blocks = -(-max(most, self._n) // BLOCK) * BLOCK
        self._cos = np.empty((len(self._inputs), whole_blocks), np.float32)
        self._most, self._made = most, 0
        self._gram, self._summed = np.zeros((self._n, self._n)), 0
        self._qr: tuple[Array, Array, bool] | None = None
        self._spectrum: tuple[int, Array, Array] | None = None

    @property
    def most(self) -> int:
        """The largest number of features."""
        return self._most

    def features(self, p: int) -> tuple[Array, Array]:
        """Return F (N, p) and F_test (M, p) of the first p features, in float32."""
        p = whole_number("features", "p", p, low=1, high=self._most)
        self._make(p)
        scaled = self._cos[:, :p] * np.float32(math.sqrt(2 / p))
        return scaled[: self._n], scaled[self._n :]

    def at(self, p: int, ridge: float = 0.0, fit: Fit | None = None) -> DescentPoint:
        """Return how good the model with the first p features is.

        Parameters
        ----------
        p : int
        ridge : float
            0 is the least squares or minimum-norm fit; above 0 see `ridge_fit`.
        fit : function of (F (N, p), T (N, K)) -> weights (p, K), optional
            Fits in the place of ours where the ridge is 0; T is one-hot.

        Raises
        ------
        ValueError
            When `fit` returns something else than finite weights of that shape.
        """
        return self.grid(p, [ridge], [self._t], fit)[0][0]

    def grid(
        self, p: int, ridges: Sequence[float], labels: Sequence[Array], fit: Fit | None = None
    ) -> list[list[DescentPoint]]:
        """Return models of p features for every kind of training labels and every ridge.

        It costs little more than one of them, since all share one decomposition.

        Parameters
        ----------
        p : int
        ridges : sequence of float
        labels : sequence of (N,)
            Class numbers in the place of t, some of them wrong, say; the test's stay right.
        fit : function, optional
            As in `at`; it is called once, with the one-hot labels of all kinds side by side.

        Returns
        -------
        points : list of list of DescentPoint
            points[i][j] is for labels[i] and ridges[j]. Training errors count against labels[i].
        """
        p = whole_number("grid", "p", p, low=1, high=self._most)
        ridges = [number("grid", "ridge", ridge, low=0) for ridge in ridges]
        self._make(p)
        T = np.concatenate([self._one_hot[t] for t in labels], axis=1)
        fits = [self._ridge(p, r, T) if r else self._unpenalised(p, T, fit) for r in ridges]
        points = self._judge(p, np.concatenate(fits, axis=1), [*labels] * len(ridges))
        return [points[i :: len(labels)] for i in range(len(labels))]

    def _unpenalised(self, p: int, T: Array, fit: Fit | None) -> Array:
        if fit is None:
            return self._least_squares(p, T)
        return _their_weights(fit, self.features(p)[0].astype(np.float64), T)

    def _judge(self, p: int, w: Array, labels: Sequence[Array]) -> list[DescentPoint]:
        """Return how good models of weights (p, K) are that stand side by side in w."""
        # float32 where there are many features, and no row is a sum of large and cancelling terms
        used = (w * math.sqrt(2 / p)).astype(np.float64 if p <= 2 * self._n else np.float32)
        together = self._cos[:, :p].astype(used.dtype, copy=False) @ used
        points = []
        for k, t in enumerate(labels):
            own = slice(k * len(self._one_hot), (k + 1) * len(self._one_hot))
            train, test = together[: self._n, own], together[self._n :, own]
            points.append(
                DescentPoint(
                    p,
                    float((train.argmax(1) != t).mean()),
                    float((test.argmax(1) != self._t_test).mean()),
                    float(((train - self._one_hot[t]) ** 2).sum(1).mean()),
                    float(((test - self._T_test) ** 2).sum(1).mean()),
                    float(np.sqrt((w[:, own] ** 2).sum())),
                )
            )
        return points

    def _make(self, p: int) -> None:
        """Make the features up to p, and those of the QR decomposition, in whole blocks."""
        while self._made < p:
            W, b = fourier_layer(
                self._inputs.shape[1], BLOCK, self._rng, self._bandwidth, np.float32
            )
            block = self._cos[:, self._made : self._made + BLOCK]
            np.cos(self._inputs @ W.T + b, out=block)
            self._made += BLOCK

    def _least_squares(self, p: int, T: Array) -> Array:
        if self._qr is None:
            self._make(self._n)
            Q, R = np.linalg.qr(self._cos[: self._n, : self._n].astype(np.float64))
            sides = np.abs(np.diag(R))
            # Equal examples (or features) leave no single answer to a triangular system.
            regular = sides.min() > self._n * np.finfo(np.float64).eps * sides.max()
            self._qr = Q, R, bool(regular)
        Q, R, regular = self._qr
        scale = math.sqrt(2 / p)
        if not regular:
            F = self._cos[: self._n, :p].astype(np.float64)
            return np.asarray(np.linalg.lstsq(F, T, rcond=None)[0] / scale)
        if p <= self._n:
            return np.asarray(np.linalg.solve(R[:p, :p], Q[:, :p].T @ T) / scale)
        return self._transposed(p, np.linalg.solve(self._products(p), T)) / scale

    def _ridge(self, p: int, ridge: float, T: Array) -> Array:
        """Solve the smaller system of `ridge_fit` in the eigenvectors that serve every ridge."""
        few = p < self._n
        if self._spectrum is None or self._spectrum[0] != p:
            F = self._cos[: self._n, :p].astype(np.float64) if few else None
            squares = self._products(p) if F is None else F.T @ F
            values, vectors = np.linalg.eigh(squares * (2 / p))
            self._spectrum = p, np.maximum(values, 0), vectors
        _, values, vectors = self._spectrum
        right = self._transposed(p, T) * math.sqrt(2 / p) if few else T
        a = vectors @ ((vectors.T @ right) / (values + ridge)[:, None])
        return a if few else self._transposed(p, a) * math.sqrt(2 / p)

    def _products(self, p: int) -> Array:
        """Return F F^T of the first p features, without the factor 2/p."""
        if p < self._summed:
            self._gram, self._summed = np.zeros_like(self._gram), 0
        while self._summed < p:
            end = min(p, self._summed + BLOCK)
            new = self._cos[: self._n, self._summed : end].astype(np.float64)
            self._gram += new @ new.T
            self._summed = end
        return self._gram

    def _transposed(self, p: int, a: Array) -> Array:
        """Return cos(X W^T + b)^T a in float64, block by block: the features stay float32."""
        w = np.empty((p, a.shape[1]))
        for start in range(0, p, BLOCK):
            block = self._cos[: self._n, start : min(p, start + BLOCK)]
            w[start : start + BLOCK] = block.astype(np.float64).T @ a
        return w


def double_descent_curve(
    X: Array,
    t: Array,
    X_test: Array,
    t_test: Array,
    features: Iterable[int] = FEATURES,
    *,
    rng: np.random.Generator,
    ridge: float = 0.0,
    bandwidth: float = BANDWIDTH,
    fit: Fit | None = None,
) -> DescentCurve:
    """Return train and test error of random-feature models of growing size.

    On 1,000 MNIST digits the test error falls, rises to a peak where there are as many features
    as examples, and falls again, below its first minimum: double descent (Belkin et al. 2019,
    "Reconciling modern machine-learning practice and the classical bias-variance trade-off").

    Parameters
    ----------
    X, t, X_test, t_test
        As `nnf_teach.datasets.sample_digits` returns them: rows (N, D) and class numbers.
    features : sequence of int
        The sizes, in growing order to be quick.
    rng : numpy.random.Generator
        Draws the features.
    ridge : float
        Strength of an L2 penalty on the weights; 0 is none.
    bandwidth : float
        Of `fourier_layer`.
    fit : function of (F (N, P), T (N, K)) -> weights (P, K), optional
        Your own `min_norm_fit`.

    Returns
    -------
    DescentCurve
        features, train_error, test_error, train_loss, test_loss, norm: an array each.

    Raises
    ------
    TypeError, ValueError
        When an argument is not as above, or `fit` returns something else than weights.

    Examples
    --------
    >>> from nnf_teach.datasets import sample_digits
    >>> digits = sample_digits(100, 500, rng=np.random.default_rng(0))
    >>> curve = double_descent_curve(*digits, (30, 100, 2000), rng=np.random.default_rng(1))
    >>> curve.test_error.round(1)
    array([0.6, 0.9, 0.3])
    """
    sizes = [whole_number("double_descent_curve", "features", p, low=1) for p in features]
    if not sizes:
        raise ValueError("double_descent_curve: features is empty. Give one size at least.")
    sweep = FeatureSweep(X, t, X_test, t_test, max(sizes), rng, bandwidth)
    return collect([sweep.at(p, ridge, fit) for p in sizes])


def collect(points: Sequence[DescentPoint]) -> DescentCurve:
    """Return points as a curve: the same fields, an array each."""
    return DescentCurve(*(np.array(column) for column in zip(*points, strict=True)))


def _their_weights(fit: Fit, F: Array, T: Array) -> Array:
    """Return what the learner's function makes of F and T, or raise what is wrong with it."""
    name = getattr(fit, "__name__", "fit")
    shape = (F.shape[1], T.shape[1])
    result = fit(F, T.copy())
    try:
        w = np.asarray(result, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name} returned {type(result).__name__}, expected an array.") from None
    if w.shape != shape:
        raise ValueError(
            f"{name} returned shape {w.shape}, expected {shape}, so that F @ w fits T."
        )
    if not np.isfinite(w).all():
        raise ValueError(f"{name} returned weights that are not finite for F of shape {F.shape}.")
    return w
