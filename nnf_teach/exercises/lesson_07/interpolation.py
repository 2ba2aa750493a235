"""Least squares on both sides of the interpolation threshold."""

import numpy as np

from nnf_teach.exercises.form import exercise


@exercise(lesson=7, points=2)
def min_norm_fit(F, T):
    """Return V S^-1 U^T T, leaving out singular values that are 0 but for rounding."""
    U, S, Vt = np.linalg.svd(np.asarray(F, dtype=float), full_matrices=False)
    kept = S[0] * max(F.shape) * np.finfo(float).eps < S
    return Vt[kept].T @ ((U[:, kept].T @ T) / S[kept, None])


@min_norm_fit.cases
def cases(rng):
    def drawn(n, features, outputs=1, least=0.5):
        # Singular values from `least` to 2, so that every way to the answer is exact enough. One
        # feature, or one example, is 0 throughout: then F^T F, or F F^T, has no inverse at all.
        rows, columns = n - (n > features), features - (features > n)
        k = min(rows, columns)
        left, right = (np.linalg.qr(rng.normal(size=(m, k)))[0] for m in (rows, columns))
        F = np.zeros((n, features))
        F[:rows, :columns] = left * np.append(rng.uniform(0.5, 2, k - 1), least) @ right.T
        return F, rng.normal(size=(n, outputs))

    yield np.array([[1.0], [1.0]]), np.array([[1.0], [3.0]])
    yield np.array([[1.0, 2.0]]), np.array([[5.0]])
    yield np.array([[2.0]]), np.array([[6.0]])
    yield np.array([[1, 0, 1], [0, 1, 1]]), np.array([[3], [6]])
    yield drawn(4, 4)
    yield drawn(6, 3, 2)
    yield drawn(3, 6, 2)
    yield drawn(10, 8, 3)
    yield drawn(8, 10, 3)
    twin = np.array([[1, 0, 1], [2, 1, 2], [0, 3, 0], [1, 1, 1]])
    yield twin, rng.normal(size=(4, 2)), "the same feature twice"
    yield drawn(4, 40, 10)
    yield *drawn(6, 4, least=0.02), "features that are nearly the same"


@min_norm_fit.mistake
def no_inverse(F, T):
    """That is F^T T, the correlations of features and targets. What about features that are
    correlated with each other?"""
    return F.T @ T


@min_norm_fit.mistake
def ridge(F, T):
    """You add a little to the diagonal, so that an inverse exists. It pulls the weights towards 0:
    do they still fit exactly, where they could?"""
    return np.linalg.solve(F.T @ F + 1e-3 * np.eye(F.shape[1]), F.T @ T)


min_norm_fit.hints(
    "F w = T has no solution when there are more examples than features, and many when there "
    "are fewer. One rule covers both: the smallest squared error, and of all weights "
    "that reach it the shortest.",
    "np.linalg knows this problem: lstsq solves it for any shape, and pinv gives the matrix "
    "that maps T to the weights.",
    "np.linalg.lstsq(F, T, rcond=None) returns four things. The weights are the first.",
    remark="The same formula below and above the threshold. Gradient descent from zero finds the "
    "same weights.",
)
