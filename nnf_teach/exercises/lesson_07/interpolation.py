"""Least squares on both sides of the interpolation threshold."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from nnf_teach.exercises.exercise import Case, Exercise, Misconception
from nnf_teach.exercises.lesson_07.facts import Array

# min_norm_fit --------------------------------------------------------------------------------


def _cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(n: int, features: int, outputs: int = 1, about: str = "") -> Case:
        # Singular values between 0.5 and 2, so that every way to the answer is exact enough. One
        # feature, or one example, is 0 throughout: then F^T F, or F F^T, has no inverse at all.
        rows, columns = n - (n > features), features - (features > n)
        k = min(rows, columns)
        left, right = (np.linalg.qr(rng.normal(size=(m, k)))[0] for m in (rows, columns))
        F = np.zeros((n, features))
        F[:rows, :columns] = left * rng.uniform(0.5, 2, k) @ right.T
        return Case((F, rng.normal(size=(n, outputs))), about)

    below = np.array([[1.0], [1.0]]), np.array([[1.0], [3.0]])
    above = np.array([[1.0, 2.0]]), np.array([[5.0]])
    whole = np.array([[1, 0, 1], [0, 1, 1]]), np.array([[3], [6]])
    twin = np.array([[1, 0, 1], [2, 1, 2], [0, 3, 0], [1, 1, 1]]), rng.normal(size=(4, 2))
    return [
        Case(below, "more examples than features"),
        Case(above, "more features than examples"),
        Case((np.array([[2.0]]), np.array([[6.0]])), "one of each"),
        Case(whole, "whole numbers"),
        drawn(4, 4, about="as many features as examples"),
        drawn(6, 3, 2),
        drawn(3, 6, 2),
        drawn(10, 8, 3, "just below"),
        drawn(8, 10, 3, "just above"),
        Case(twin, "the same feature twice"),
        drawn(4, 40, 10, "far above"),
    ]


def _min_norm(F: Array, T: Array) -> Array:
    """Return V S^-1 U^T T, leaving out singular values that are 0 but for rounding."""
    U, S, Vt = np.linalg.svd(np.asarray(F, dtype=float), full_matrices=False)
    smallest = S[0] * max(F.shape) * np.finfo(float).eps
    kept = smallest < S
    return np.asarray(Vt[kept].T @ ((U[:, kept].T @ T) / S[kept, None]))


def _by_first_features(F: Array, T: Array) -> Array:
    """Fit with as many features as there are examples, and leave the others at 0."""
    used = min(F.shape)
    weights = np.zeros((F.shape[1], T.shape[1]))
    weights[:used] = _min_norm(F[:, :used], T)
    return weights


def _normal_equations(F: Array, T: Array) -> Array:
    return np.asarray(np.linalg.solve(F.T @ F, F.T @ T))


def _other_normal_equations(F: Array, T: Array) -> Array:
    return np.asarray(F.T @ np.linalg.solve(F @ F.T, T))


def _either(F: Array, T: Array) -> Array:
    return (_normal_equations if len(F) >= F.shape[1] else _other_normal_equations)(F, T)


def _ridge(strength: float) -> Callable[[Array, Array], Array]:
    return lambda F, T: np.asarray(
        np.linalg.solve(F.T @ F + strength * np.eye(F.shape[1]), F.T @ T)
    )


def _every_singular_value(F: Array, T: Array) -> Array:
    """Divide by the singular values that rounding left near 0, too."""
    U, S, Vt = np.linalg.svd(F, full_matrices=False)
    return np.asarray(Vt.T @ ((U.T @ T) / S[:, None]))


MIN_NORM_FIT = Exercise(
    name="min_norm_fit",
    lesson=7,
    points=2,
    reference=_min_norm,
    cases=_cases,
    misconceptions=(
        Misconception(
            "first-features-only",
            _by_first_features,
            "With more features than examples you leave some weights at 0. Many weights fit "
            "exactly then: are yours the shortest?",
        ),
        Misconception(
            "normal-equations",
            _normal_equations,
            "With more features than examples, F^T F has no inverse. Many weights fit exactly "
            "there. Which function of np.linalg gives the shortest of them?",
        ),
        Misconception(
            "normal-equations-of-examples",
            _other_normal_equations,
            "F F^T has no inverse when there are more examples than features. Then no weights fit "
            "exactly: what is made as small as possible in place of that?",
        ),
        Misconception(
            "inverse-in-both-cases",
            _either,
            "Two formulas, one for each side, and both need an inverse. Two equal features are "
            "enough to take it away. Which function of np.linalg needs none?",
        ),
        Misconception(
            "every-singular-value",
            _every_singular_value,
            "Where two features are equal, a singular value is 0 but for rounding, and you divide "
            "by it. Which singular values must be left out?",
        ),
        Misconception(
            "no-inverse",
            lambda F, T: F.T @ T,
            "That is F^T T, the correlations of features and targets. What about features that "
            "are correlated with each other?",
        ),
        Misconception(
            "ridge",
            _ridge(1e-3),
            "You add a little to the diagonal, so that an inverse exists. It pulls the weights "
            "towards 0: do they still fit exactly, where they could?",
        ),
        Misconception(
            "transposed",
            lambda F, T: _min_norm(F, T).T,
            "Yours has one row an output. F (N, features) times the weights must be (N, outputs): "
            "which shape do the weights have?",
        ),
        Misconception(
            "predictions-instead-of-weights",
            lambda F, T: F @ _min_norm(F, T),
            "These are the predictions. Which weights lead to them?",
        ),
        Misconception(
            "first-output-only",
            lambda F, T: _min_norm(F, T[:, :1]),
            "There is one column of weights only. How many outputs has T?",
        ),
        Misconception(
            "mean-of-targets",
            lambda F, T: _min_norm(F, T - T.mean(axis=0)),
            "You take the mean away from the targets first. Who puts it back?",
        ),
    ),
    hints=(
        "F w = T has no solution when there are more examples than features, and many when there "
        "are fewer. One rule covers both: the smallest squared error, and of all weights "
        "that reach it the shortest.",
        "np.linalg knows this problem: lstsq solves it for any shape, and pinv gives the matrix "
        "that maps T to the weights.",
        "np.linalg.lstsq(F, T, rcond=None) returns four things. The weights are the first.",
    ),
    remark="The same formula below and above the threshold. Gradient descent from zero finds the "
    "same weights.",
)
