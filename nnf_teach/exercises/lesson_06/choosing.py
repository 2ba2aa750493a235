"""Max and max pooling: gradients flow through the chosen element only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.exercises.exercise import BadAnswer, Case, Exercise, Misconception
from nnf_teach.exercises.numbers import read_numbers
from nnf_teach.exercises.oracles import vjp

Array = NDArray[Any]

# A window is a row of numbers of which one is chosen; a vector is a single window. Of W (..., size)
# and dY (...), one number per window, the subgradients are compared, for ties have many right ones.


def is_subgradient(dW: Array, dY: Array, W: Array) -> bool:
    """Whether dW shares every window's dY among its largest numbers, in parts of the sign of dY.

    That is the convex hull of the gradients on all sides of a tie (Clarke's generalised
    gradient), times dY.

    >>> W = np.array([2.0, 5.0, 5.0])
    >>> parts = [0, 10, 0], [0, 4, 6], [0, 10, 10], [0, 15, -5], [5, 5, 0]
    >>> [is_subgradient(np.array(dW), np.array(10.0), W) for dW in parts]
    [True, True, False, False, False]
    """
    near = (2e-5 if dW.dtype == np.float32 else 1e-6) * np.abs(dY) + 1e-9
    chosen = W.max(axis=-1, keepdims=True) == W
    outside = np.where(chosen, 0, np.abs(dW)).max(axis=-1)
    against = (-dW * np.sign(dY)[..., None]).max(axis=-1)
    with np.errstate(invalid="ignore"):
        missing = np.abs(dW.sum(axis=-1, dtype=float) - dY)
        return bool(np.all((outside <= near) & (against <= near) & (missing <= near)))


def _one_for_all(answer: Any, dY: Any, X: Any, size: int, truth: Callable[..., Array]) -> Array:
    """Return the reference's gradient for every right one, and a wrong one as it is."""
    dX, X, dY = read_numbers(answer), np.asarray(X, float), np.asarray(dY, float)
    if dX.shape != X.shape:
        question = "A gradient has the shape of its input: which shape has the input here?"
        sentence = f"The shape is {dX.shape}, but {X.shape} is asked for. {question}"
        raise BadAnswer("shape", sentence)
    if dX.dtype == np.float16:
        return dX
    windows = (*dY.shape, size)
    right = is_subgradient(dX.reshape(windows), dY, X.reshape(windows))
    return truth() if right else dX


# 1. max_backward -----------------------------------------------------------------------------


def _max_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((10.0, np.array([2.0, 5.0, 3.0])), "by hand"),
        Case((10.0, np.array([2.0, 5.0, 5.0])), "a tie"),
        Case((-3.0, np.array([-4.0, -1.0, -2.0])), "below zero"),
        Case((6.0, np.array([7.0, 1.0, 7.0, 7.0])), "a tie of three"),
        Case((-1.0, np.zeros(4)), "all equal"),
        Case((0.5, np.array([3, 1, 2])), "whole numbers"),
        Case((2.0, np.array([-4.0])), "one number"),
        Case((0.0, np.array([1.0, 2.0])), "no gradient"),
        Case((float(rng.normal()), rng.normal(size=6))),
        Case((float(rng.normal()), 100 * rng.normal(size=9))),
        Case((float(rng.normal()), rng.integers(-2, 3, 8).astype(float)), "more ties"),
    ]


def _max_backward(dy: float, x: Array) -> Array:
    from autograd import numpy as anp

    return vjp(anp.max, dy, x)[0]


def _first(x: Array) -> Array:
    """Return 1 at the first largest number and 0 elsewhere."""
    return np.asarray(np.eye(len(x))[np.argmax(x)])


def _chosen(x: Array) -> Array:
    return np.asarray(x == np.max(x)).astype(float)


def _last_above_zero(x: Array) -> Array:
    """Return 1 at the place that a search from 0 finds: the first one where nothing is above 0."""
    return np.asarray(np.eye(len(x))[np.argmax(x) if np.max(x) > 0 else 0])


def _measured(x: Array) -> Array:
    """Return what central differences give: 1/2 at each of several largest numbers."""
    chosen = _chosen(x)
    return np.asarray(chosen / min(chosen.sum(), 2))


def _surplus_from_one(dy: float, x: Array) -> Array:
    return np.asarray(dy * (_chosen(x) - (_chosen(x).sum() - 1) * _first(x)))


def _softmax(x: Array) -> Array:
    E = np.exp(x - np.max(x))
    return np.asarray(E / E.sum())


MAX_BACKWARD = Exercise(
    name="max_backward",
    lesson=6,
    points=1,
    reference=_max_backward,
    cases=_max_cases,
    observe=lambda answer, dy, x: _one_for_all(answer, dy, x, len(x), lambda: _max_backward(dy, x)),
    misconceptions=(
        Misconception(
            "printed-on-the-slide",
            lambda dy, x: dy * _chosen(x),
            "This is the slide's formula. Where k numbers are the largest, it counts dy k times. "
            "What should the parts of all of them add up to?",
        ),
        Misconception(
            "slide-in-whole-numbers",
            lambda dy, x: (dy * _chosen(x)).astype(np.asarray(x).dtype),
            "Where k numbers are the largest, the slide's formula counts dy k times. Should they "
            "add up to dy? And where x holds whole numbers, your gradient is cut: which numbers "
            "does np.zeros_like make?",
        ),
        Misconception(
            "gradient-to-all",
            lambda dy, x: dy * np.ones(len(x)),
            "Every number gets dy. If a number that is not the largest grows a little, "
            "how does the maximum change?",
        ),
        Misconception(
            "shared-by-all",
            lambda dy, x: np.full(len(x), dy / len(x)),
            "You share dy among all numbers: that is the gradient of the mean. "
            "Which numbers does the maximum depend on?",
        ),
        Misconception(
            "forgot-incoming-gradient",
            lambda dy, x: _first(x),
            "That is the slope of the maximum alone. By what is it multiplied, by the chain rule?",
        ),
        Misconception(
            "multiplied-by-the-maximum",
            lambda dy, x: dy * np.max(x) * _first(x),
            "Your gradient contains the value of the maximum. If the largest number grows by "
            "0.1, by how much does the maximum grow?",
        ),
        Misconception(
            "smallest-number",
            lambda dy, x: dy * np.eye(len(x))[np.argmin(x)],
            "Your gradient goes to the smallest number. Which one came out on the way forward?",
        ),
        Misconception(
            "largest-size",
            lambda dy, x: dy * np.eye(len(x))[np.argmax(np.abs(x))],
            "Right, until a number far below zero comes. Is -4 larger than -1?",
        ),
        Misconception(
            "starts-from-zero",
            lambda dy, x: dy * _last_above_zero(x),
            "Right, until all numbers are below zero. What did your search for the largest number "
            "start from?",
        ),
        Misconception(
            "measured-at-a-tie",
            lambda dy, x: dy * _measured(x),
            "Where k numbers tie, each of them gets half of dy, as central differences measure. "
            "What should the parts of all k add up to?",
        ),
        Misconception(
            "smooth-maximum",
            lambda dy, x: dy * _softmax(x),
            "You share dy by softmax: that is the gradient of the log of a sum of exponentials. "
            "How much does the largest number alone get here?",
        ),
        Misconception(
            "one-number",
            lambda dy, x: dy,
            "That is one number. The maximum has several inputs: which shape has dL/dx, and what "
            "stands at the numbers that were not chosen?",
        ),
        Misconception(
            "surplus-taken-from-one",
            _surplus_from_one,
            "Your parts add up to dy, but one of them has the other sign. If that number alone "
            "grows, the maximum grows as well: can its part be against dy?",
        ),
        Misconception(
            "whole-number-array",
            lambda dy, x: (dy * _first(x)).astype(np.asarray(x).dtype),
            "Where x holds whole numbers, your gradient is cut to a whole number. "
            "Which kind of numbers does np.zeros_like make, and which does np.zeros?",
        ),
    ),
    hints=(
        "Only one number came out. If any other number moves a little, the maximum stays.",
        "Start with zeros in the shape of x, and put dy at the place of the largest number.",
        "np.argmax(x) is the place of the largest number, of the first one where there are "
        "several. Make the zeros with np.zeros(len(x)).",
    ),
    remark="Where numbers tie, any split whose parts have the sign of dy and add up to dy is "
    "right. They are all subgradients.",
)


# 2. max_pool, max_pool_backward --------------------------------------------------------------


def _windows(X: Array, size: int) -> Array:
    return np.reshape(X, (len(X), np.shape(X)[1] // size, size))


def _pool(X: Array, size: int) -> Array:
    return np.asarray(_windows(X, size).max(axis=2))


def _pool_inputs(rng: np.random.Generator) -> list[tuple[Array, int, str]]:
    return [
        (np.array([[1.0, 7.0, 4.0, 2.0, 3.0, 5.0]]), 2, "by hand"),
        (np.array([[1, 7, 4, 2, 3, 5], [-9, -8, -5, -6, 0, -7]]), 3, "whole numbers"),
        (-np.abs(rng.normal(size=(2, 4))) - 1, 2, "below zero"),
        (rng.normal(size=(2, 3)), 1, "windows of one"),
        (rng.normal(size=(3, 4)), 4, "one window"),
        (rng.normal(size=(4, 8)), 2, ""),
        (rng.normal(size=(3, 9)), 3, "as many windows as numbers in one"),
        (np.asfortranarray(rng.normal(size=(2, 12))), 4, "another order in memory"),
        (rng.normal(size=(1, 1)), 1, "one number"),
    ]


MAX_POOL = Exercise(
    name="max_pool",
    lesson=6,
    points=1,
    reference=lambda X, size: _pool(X, size),
    cases=lambda rng: [Case((X, size), about) for X, size, about in _pool_inputs(rng)],
    misconceptions=(
        Misconception(
            "every-so-many-th",
            lambda X, size: np.reshape(X, (len(X), size, -1)).max(axis=1),
            "Your windows take numbers that stand apart. Which numbers of a row are in its first "
            "window?",
        ),
        Misconception(
            "windows-compared",
            lambda X, size: _windows(X, size).max(axis=1),
            "You compare the first numbers of all windows, then the second ones. "
            "Along which axis do the numbers of one window lie?",
        ),
        Misconception(
            "overlapping-windows",
            lambda X, size: np.stack(
                [X[:, k : k + size].max(axis=1) for k in range(X.shape[1] - size + 1)], axis=1
            ),
            "Your windows overlap: each begins one place after the last. "
            "How far apart do windows begin that stand side by side?",
        ),
        Misconception(
            "whole-row",
            lambda X, size: X.max(axis=1, keepdims=True),
            "You take one number of the whole row. How many windows has a row?",
        ),
        Misconception(
            "examples-mixed",
            lambda X, size: np.tile(_pool(X, size).max(axis=0), (len(X), 1)),
            "Your windows mix the examples. Does one example depend on the others?",
        ),
        Misconception(
            "mean-instead-of-max",
            lambda X, size: _windows(X, size).mean(axis=2),
            "You take the mean of each window. Which number of it is asked for?",
        ),
        Misconception(
            "first-of-each-window",
            lambda X, size: X[:, ::size],
            "You take the first number of each window. Where in it can the largest one be?",
        ),
        Misconception(
            "smallest-number",
            lambda X, size: _windows(X, size).min(axis=2),
            "You take the smallest number of each window. Which one is asked for?",
        ),
        Misconception(
            "starts-from-zero",
            lambda X, size: np.maximum(_pool(X, size), 0),
            "Where all numbers of a window are below zero, you give 0. "
            "What did your search for the largest number start from?",
        ),
        Misconception(
            "largest-size",
            lambda X, size: np.abs(_windows(X, size)).max(axis=2),
            "You compare sizes without their signs. Is -9 larger than -5?",
        ),
        Misconception(
            "places-instead-of-numbers",
            lambda X, size: _windows(X, size).argmax(axis=2),
            "These are the places of the largest numbers. What comes out of max itself?",
        ),
    ),
    hints=(
        "A row of D numbers is cut into D / size windows. Each window gives one number.",
        "Give X three axes: examples, windows, numbers in a window. Then take the maximum "
        "along one of them.",
        "X.reshape(N, D // size, size) cuts the rows; .max(axis=2) looks into each window.",
    ),
    remark="In convolutional networks the windows are squares of a picture.",
)


def _pool_backward_cases(rng: np.random.Generator) -> Sequence[Case]:
    ties = np.array([[3.0, 3.0, 1.0, 0.0], [2.0, 2.0, 2.0, 2.0]])
    between = np.array([[4.0, 1.0, 0.0, 4.0, 4.0, 3.0]])
    grid = rng.integers(0, 3, (3, 9)).astype(float)
    first, *rest = [
        Case((rng.normal(size=(len(X), X.shape[1] // size)), X, size), about)
        for X, size, about in _pool_inputs(rng)
    ]
    hand = Case((np.array([[10.0, 20.0, 30.0]]), first.args[1], 2), "by hand")
    return [
        hand,
        Case((np.array([[10.0, -8.0], [6.0, 4.0]]), ties, 2), "ties in a window"),
        Case((np.array([[1.0, 2.0, 3.0]]), between, 2), "equal numbers in two windows"),
        *rest,
        Case((rng.normal(size=(3, 3)), grid, 3), "more ties"),
    ]


def _pool_backward(dY: Array, X: Array, size: int) -> Array:
    from autograd import numpy as anp

    n, d = np.shape(X)
    return vjp(lambda X: anp.max(anp.reshape(X, (n, d // size, size)), axis=2), dY, X)[0]


def _firsts(X: Array, size: int) -> Array:
    return np.asarray(np.eye(size)[_windows(X, size).argmax(axis=2)])


def _routed(parts: Callable[[Array, int], Array]) -> Callable[..., Array]:
    """Multiply dY, one number per window, by parts (N, D / size, size), and give X's shape back."""
    return lambda dY, X, size: np.reshape(dY[:, :, None] * parts(X, size), X.shape)


_every_largest = _routed(lambda X, size: _windows(X, size) == _pool(X, size)[:, :, None])


def _without_offset(dY: Array, X: Array, size: int) -> Array:
    dX = np.zeros(X.shape)
    for n, row in enumerate(_windows(X, size).argmax(axis=2)):
        for window, place in enumerate(row):
            dX[n, place] += dY[n, window]
    return dX


def _without_offset_overwritten(dY: Array, X: Array, size: int) -> Array:
    dX = np.zeros(X.shape)
    for n, row in enumerate(_windows(X, size).argmax(axis=2)):
        for window, place in enumerate(row):
            dX[n, place] = dY[n, window]
    return dX


def _found_by_value(dY: Array, X: Array, size: int, overwrite: bool = False) -> Array:
    dX = np.zeros(X.shape)
    Y = _pool(X, size)
    for n in range(len(X)):
        for window in range(Y.shape[1]):
            place = np.argmax(X[n] == Y[n, window])  # of the whole row
            dX[n, place] = dY[n, window] + (0 if overwrite else dX[n, place])
    return dX


def _apart(dY: Array, X: Array, size: int) -> Array:
    W = np.reshape(X, (len(X), size, -1))
    if W.shape[2] != np.shape(dY)[1]:
        raise ValueError("the windows do not fit dY")
    return np.reshape(dY[:, None] * (W.max(axis=1, keepdims=True) == W), X.shape)


MAX_POOL_BACKWARD = Exercise(
    name="max_pool_backward",
    lesson=6,
    points=2,
    reference=_pool_backward,
    cases=_pool_backward_cases,
    observe=lambda answer, dY, X, size: _one_for_all(
        answer, dY, X, size, lambda: _pool_backward(dY, X, size)
    ),
    misconceptions=(
        Misconception(
            "printed-on-the-slide",
            lambda dY, X, size: _every_largest(dY, X, size),
            "Where numbers of one window tie, each of them gets all of dY, as on the slide. "
            "What should their parts add up to?",
        ),
        Misconception(
            "slide-in-whole-numbers",
            lambda dY, X, size: _every_largest(dY, X, size).astype(np.asarray(X).dtype),
            "Where numbers of a window tie, each gets all of dY. What should their parts add up "
            "to? And where X holds whole numbers, your gradient is cut: which numbers does "
            "np.zeros_like make?",
        ),
        Misconception(
            "gradient-to-all",
            _routed(lambda X, size: np.ones((len(X), X.shape[1] // size, size))),
            "Every number of a window gets its dY. If one that is not the largest grows a "
            "little, how does the maximum change?",
        ),
        Misconception(
            "shared-by-all",
            _routed(lambda X, size: np.full((len(X), X.shape[1] // size, size), 1 / size)),
            "You share each dY among its whole window: that is the gradient of mean pooling. "
            "Which number does the maximum depend on?",
        ),
        Misconception(
            "forgot-incoming-gradient",
            lambda dY, X, size: np.reshape(_firsts(X, size), X.shape),
            "You mark the largest numbers. By what is each mark multiplied, by the chain rule?",
        ),
        Misconception(
            "multiplied-by-the-maximum",
            lambda dY, X, size: np.reshape(
                (dY * _pool(X, size))[:, :, None] * _firsts(X, size), X.shape
            ),
            "Your gradient contains the values of the maxima. If a largest number grows by 0.1, "
            "by how much does its maximum grow?",
        ),
        Misconception(
            "place-without-its-window",
            _without_offset,
            "All your gradients land in the first window. A place counts within its window: "
            "where in the row does window k begin?",
        ),
        Misconception(
            "windows-on-top-of-each-other",
            _without_offset_overwritten,
            "All your gradients land in the first window, each on top of the one before. A place "
            "counts within its window: where in the row does window k begin?",
        ),
        Misconception(
            "found-by-value",
            _found_by_value,
            "You look for the value of the maximum in the whole row, and find it in another "
            "window, too. Where should the search end?",
        ),
        Misconception(
            "found-by-value-overwritten",
            lambda dY, X, size: _found_by_value(dY, X, size, overwrite=True),
            "You look for the value of the maximum in the whole row. Where another window has the "
            "same value, you write into that one. Where should the search begin and end?",
        ),
        Misconception(
            "largest-of-the-row",
            lambda dY, X, size: np.repeat(dY, size, axis=1) * (X.max(axis=1, keepdims=True) == X),
            "Only the largest number of the whole row gets a gradient. How many numbers of a row "
            "came out on the way forward?",
        ),
        Misconception(
            "every-so-many-th",
            _apart,
            "Your windows take numbers that stand apart. Which numbers of a row went into its "
            "first maximum?",
        ),
        Misconception(
            "smallest-number",
            _routed(lambda X, size: np.eye(size)[_windows(X, size).argmin(axis=2)]),
            "Your gradient goes to the smallest number of each window. Which one came out on the "
            "way forward?",
        ),
        Misconception(
            "gradient-per-window",
            lambda dY, X, size: dY,
            "That is one number a window. A gradient has the shape of what it is a gradient of: "
            "which shape has X?",
        ),
        Misconception(
            "whole-number-array",
            lambda dY, X, size: _routed(_firsts)(dY, X, size).astype(np.asarray(X).dtype),
            "Where X holds whole numbers, your gradient is cut to whole numbers. "
            "Which kind of numbers does np.zeros_like make, and which does np.zeros?",
        ),
    ),
    hints=(
        "It is max_backward for every window. Cut X into windows as in max_pool, make zeros of "
        "that shape, fill them, and give the result the shape of X.",
        "A plain way: loop over the examples n and the windows k. The window is "
        "X[n, k * size : (k + 1) * size], and it gets max_backward(dY[n, k], window).",
        "Without a loop: one row of np.eye(size) for each window, chosen by its argmax, has the "
        "shape (N, D // size, size). Multiply it by dY[:, :, None] and reshape to (N, D).",
    ),
    remark="Most inputs got no gradient at all: pooling learns from its winners only.",
)
