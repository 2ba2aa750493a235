"""A layer that looks at what it is given, and says what is wrong with it."""

from __future__ import annotations

import re

import numpy as np

from nnf_teach.exercises.exercise import BadAnswer, Fact, Raised
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.numbers import read_numbers


def offending(X, W, b):
    """Return the shapes that an error must name; none for values, None where all is right."""
    for array in (X, W):
        if array.ndim != 2:
            return (array.shape,)
    if X.shape[1] != W.shape[1]:
        return X.shape, W.shape
    if b.shape != (len(W),):
        return (b.shape,)
    return None if all(np.isfinite(array).all() for array in (X, W, b)) else ()


def names(text: str, shape: tuple[int, ...]) -> bool:
    """Whether a text contains a shape: (2, 3), [2, 3], 2 x 3, 2 by 3.

    >>> names("X is (2, 3)", (2, 3)), names("got 2x3", (2, 3)), names("(12, 3)", (2, 3))
    (True, True, False)
    """
    between = r"\W{0,3}(?:x|by)?\W{0,3}"
    return bool(re.search(r"(?<!\d)" + between.join(map(str, shape)) + r"(?!\d)", text))


def facts_of(answer, X, W, b):
    """Return the numbers, or what can be said of the error where one is asked for."""
    if isinstance(answer, Exception):
        raise BadAnswer("type", "The error comes back as an answer. Which word raises it?")
    shapes = offending(X, W, b)
    if shapes is None:
        return read_numbers(answer)
    raised = isinstance(answer, Raised)
    facts = {"a ValueError": Fact.whether(raised, _about_silence(shapes, X, W, b))}
    if shapes:
        facts[f"that names {' and '.join(map(str, shapes))}"] = Fact.whether(
            raised and all(names(answer.text, shape) for shape in shapes),
            "The error is there, but its text has brackets in place of numbers. Which letter in "
            "front of a text puts the values in?"
            if raised and "{" in answer.text
            else "The error is there, but it does not say which shapes met. What would you want to "
            "read at three in the morning?",
        )
    return facts


def _about_silence(shapes, X, W, b):
    """Ask about what went through, though it should not."""
    if not shapes:
        name, array = next(
            (n, a) for n, a in {"X": X, "W": W, "b": b}.items() if not np.isfinite(a).all()
        )
        value = array[~np.isfinite(array)][0]
        return (
            f"{name} contains {value} here, and nothing is raised. Which function of NumPy finds "
            "nans and infinities, and on which of X, W and b do you call it?"
        )
    if X.ndim != 2 or W.ndim != 2:
        name = "X" if X.ndim != 2 else "W"
        return f"{name} has the shape {shapes[0]} here. How many axes should X and W have?"
    if len(shapes) == 2:
        return f"X {X.shape} and W {W.shape} have no inputs in common. What is compared first?"
    return (
        f"b has the shape {b.shape} here, for {len(W)} units, and NumPy adds what it can stretch. "
        "Which attribute tells it from one number per unit?"
    )


@exercise(lesson=7, points=2, observe=facts_of, raises=ValueError)
def checked_linear(X, W, b):
    X, W, b = np.asarray(X), np.asarray(W), np.asarray(b)
    shapes = offending(X, W, b)
    if shapes is not None:
        raise ValueError(f"X {X.shape}, W {W.shape}, b {b.shape}: {shapes or 'not finite'}")
    return np.asarray(np.einsum("nd,kd->nk", X, W) + b)


@checked_linear.cases
def cases(rng):
    def drawn(X, W, b, *about):
        return rng.normal(size=X), rng.normal(size=W), rng.normal(size=b), *about

    def spoilt(which, value):
        args = drawn((2, 3), (4, 3), (4,))
        args[which].flat[-1] = value
        return *args, "not finite"

    yield np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]), np.array([5.0])
    yield np.array([[1, 2], [3, -4]]), np.array([[0, 1], [5, 2], [1, 1]]), np.array([1, 0, 2])
    yield drawn((4, 3), (2, 3), (2,))
    yield drawn((3, 3), (3, 3), (3,))
    yield drawn((1, 1), (1, 1), (1,))
    yield drawn((5, 1), (3, 1), (3,))
    yield tuple(1e9 * a for a in drawn((2, 2), (3, 2), (3,)))
    yield drawn((4, 3), (2, 5), (2,), "X and W do not fit")
    yield drawn((4, 3), (3, 2), (2,), "W is transposed")
    yield drawn((4, 3), (2, 3), (3,), "b does not fit")
    yield drawn((3, 2), (3, 2), (3, 1), "b is a column, as long as the batch")
    yield drawn((1, 1), (2, 1), (2, 1), "b is a column")
    yield drawn((4, 3), (2, 3), (1, 2), "b is a row")
    yield drawn((4, 3), (2, 3), (4, 2), "one b per example")
    yield drawn((4, 3), (2, 3), (1,), "one b for all units")
    yield drawn((3,), (2, 3), (2,), "one example without its axis")
    yield drawn((4, 3), (3,), (1,), "W without its axis")
    yield drawn((2, 4, 3), (2, 3), (2,), "an axis too many")
    for which in range(3):
        for value in (np.nan, -np.inf if which == 1 else np.inf):
            yield spoilt(which, value)


checked_linear.hints(
    "Three questions, before anything is computed: have X and W two axes, and as many inputs? "
    "Is b one number for each unit? Are all values finite?",
    "X.shape[1] and W.shape[1] must be equal, and b.shape must be (len(W),), comma included. "
    "len(b) is not enough: a column has a length, too.",
    'raise ValueError(f"... X {X.shape}, W {W.shape}") names the shapes. '
    "np.isfinite(X).all() is False when a nan or an infinity hides in X.",
    remark="Half of all silent bugs are a (K,) that met a (K, 1). Yours would not be silent.",
)
