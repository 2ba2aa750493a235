"""Max and max pooling: gradients flow through the chosen element only."""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.exercises.exercise import BadAnswer
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.numbers import read_numbers
from nnf_teach.exercises.oracles import vjp

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


def one_for_all(answer, dY, X, truth):
    """Return the reference's gradient for every right one, and a wrong one as it is."""
    dX, X, dY = read_numbers(answer), np.asarray(X, float), np.asarray(dY, float)
    if dX.shape != X.shape:
        question = "A gradient has the shape of its input: which shape has the input here?"
        sentence = f"The shape is {dX.shape}, but {X.shape} is asked for. {question}"
        raise BadAnswer("shape", sentence)
    if dX.dtype == np.float16:
        return dX
    windows = (*dY.shape, X.size // max(dY.size, 1))
    right = is_subgradient(dX.reshape(windows), dY, X.reshape(windows))
    return truth if right else dX


def _of_max(answer, dy, x):
    return one_for_all(answer, dy, x, max_backward(dy, x))


@exercise(lesson=6, points=1, observe=_of_max)
def max_backward(dy, x):
    from autograd import numpy as anp

    return vjp(anp.max, dy, x)[0]


@max_backward.cases
def cases(rng):
    yield 10.0, np.array([2.0, 5.0, 3.0])
    yield 10.0, np.array([2.0, 5.0, 5.0]), "a tie"
    yield -3.0, np.array([-4.0, -1.0, -2.0]), "below zero"
    yield 6.0, np.array([7.0, 1.0, 7.0, 7.0]), "a tie of three"
    yield -1.0, np.zeros(4), "all equal"
    yield 0.5, np.array([3, 1, 2]), "whole numbers"
    yield 2.0, np.array([-4.0]), "one number"
    yield 0.0, np.array([1.0, 2.0])
    yield float(rng.normal()), rng.normal(size=6)
    yield float(rng.normal()), 100 * rng.normal(size=9)
    yield 1.0, np.array([299.998, 300.0, -1.0]), "nearly equal numbers"
    yield float(rng.normal()), rng.integers(-2, 3, 8).astype(float), "more ties"


def largest(x: Array) -> Array:
    return np.asarray(x == np.max(x)).astype(float)


@max_backward.mistake(also=(lambda dy, x: (dy * largest(x)).astype(np.asarray(x).dtype),))
def printed_on_the_slide(dy, x):
    """This is the slide's formula. Where k numbers are the largest, it counts dy k times. What
    should the parts of all of them add up to?"""
    return dy * largest(x)


@max_backward.mistake
def gradient_to_all(dy, x):
    """Every number gets dy. If a number that is not the largest grows a little, how does the
    maximum change?"""
    return dy * np.ones(len(x))


@max_backward.mistake
def smooth_maximum(dy, x):
    """You share dy by softmax: that is the gradient of the log of a sum of exponentials. How much
    does the largest number alone get here?"""
    E = np.exp(x - np.max(x))
    return dy * E / E.sum()


@max_backward.mistake
def whole_number_array(dy, x):
    """Where x holds whole numbers, your gradient is cut to a whole number. Which kind of numbers
    does np.zeros_like make, and which does np.zeros?"""
    return (dy * np.eye(len(x))[np.argmax(x)]).astype(np.asarray(x).dtype)


max_backward.hints(
    "Only one number came out. If any other number moves a little, the maximum stays.",
    "Start with zeros in the shape of x, and put dy at the place of the largest number.",
    "np.argmax(x) is the place of the largest number, of the first one where there are "
    "several. Make the zeros with np.zeros(len(x)).",
    remark="Where numbers tie, any split whose parts have the sign of dy and add up to dy is "
    "right. They are all subgradients.",
)


def in_windows(X: Array, size: int) -> Array:
    return np.reshape(X, (len(X), np.shape(X)[1] // size, size))


def pool_inputs(rng):
    yield np.array([[1.0, 7.0, 4.0, 2.0, 3.0, 5.0]]), 2, ""
    yield np.array([[1, 7, 4, 2, 3, 5], [-9, -8, -5, -6, 0, -7]]), 3, "whole numbers"
    yield -np.abs(rng.normal(size=(2, 4))) - 1, 2, "below zero"
    yield rng.normal(size=(2, 3)), 1, "windows of one"
    yield rng.normal(size=(3, 4)), 4, "one window"
    yield rng.normal(size=(4, 8)), 2, ""
    yield rng.normal(size=(3, 9)), 3, ""
    yield np.asfortranarray(rng.normal(size=(2, 12))), 4, "another order in memory"
    yield rng.normal(size=(1, 1)), 1, "one number"
    yield -1e4 - rng.random(size=(2, 4)), 2, "far below zero"


@exercise(lesson=6, points=1)
def max_pool(X, size):
    return in_windows(X, size).max(axis=2)


max_pool.cases(pool_inputs)


@max_pool.mistake
def every_so_many_th(X, size):
    """Your windows take numbers that stand apart. Which numbers of a row are in its first
    window?"""
    return np.reshape(X, (len(X), size, -1)).max(axis=1)


@max_pool.mistake
def first_of_each_window(X, size):
    """You take the first number of each window. Where in it can the largest one be?"""
    return X[:, ::size]


@max_pool.mistake
def places_instead_of_numbers(X, size):
    """These are the places of the largest numbers. What comes out of max itself?"""
    return in_windows(X, size).argmax(axis=2)


max_pool.hints(
    "A row of D numbers is cut into D / size windows. Each window gives one number.",
    "Give X three axes: examples, windows, numbers in a window. Then take the maximum "
    "along one of them.",
    "X.reshape(N, D // size, size) cuts the rows; .max(axis=2) looks into each window.",
    remark="In convolutional networks the windows are squares of a picture.",
)


def _of_pool(answer, dY, X, size):
    return one_for_all(answer, dY, X, max_pool_backward(dY, X, size))


@exercise(lesson=6, points=2, observe=_of_pool)
def max_pool_backward(dY, X, size):
    from autograd import numpy as anp

    n, d = np.shape(X)
    return vjp(lambda X: anp.max(anp.reshape(X, (n, d // size, size)), axis=2), dY, X)[0]


@max_pool_backward.cases
def cases(rng):
    first, *rest = pool_inputs(rng)
    yield np.array([[10.0, 20.0, 30.0]]), *first[:2]
    ties = np.array([[3.0, 3.0, 1.0, 0.0], [2.0, 2.0, 2.0, 2.0]])
    yield np.array([[10.0, -8.0], [6.0, 4.0]]), ties, 2, "ties in a window"
    between = np.array([[4.0, 1.0, 0.0, 4.0, 4.0, 3.0]])
    yield np.array([[1.0, 2.0, 3.0]]), between, 2, "equal numbers in two windows"
    for X, size, about in rest:
        yield rng.normal(size=(len(X), X.shape[1] // size)), X, size, about
    near = np.array([[300.0, 299.998, 100.0, 100.0001]])
    yield np.array([[1.0, 2.0]]), near, 2, "nearly equal numbers"
    yield rng.normal(size=(3, 3)), rng.integers(0, 3, (3, 9)).astype(float), 3, "more ties"


def _slide(dY, X, size):
    W = in_windows(X, size)
    return np.reshape(dY[:, :, None] * (W.max(axis=2, keepdims=True) == W), X.shape)


@max_pool_backward.mistake(
    name="printed-on-the-slide",
    also=(lambda dY, X, size: _slide(dY, X, size).astype(np.asarray(X).dtype),),
)
def of_each_window(dY, X, size):
    """Where numbers of one window tie, each of them gets all of dY, as on the slide. What should
    their parts add up to?"""
    return _slide(dY, X, size)


@max_pool_backward.mistake(
    name="gradient-to-all", also=(lambda dY, X, size: np.repeat(dY, size, axis=1) / size,)
)
def whole_windows(dY, X, size):
    """Every number of a window gets a gradient. If one that is not the largest grows a little,
    how does the maximum change?"""
    return np.repeat(dY, size, axis=1)


def _one_by_one(find, add=True):
    """Send the gradient of each window to the place find(row, window) of its row."""

    def backward(dY, X, size):
        dX = np.zeros(X.shape)
        for n, row in enumerate(X):
            for k, window in enumerate(in_windows(X, size)[n]):
                place = find(row, window)
                dX[n, place] = dY[n, k] + (dX[n, place] if add else 0)
        return dX

    return backward


def _in_the_first(row, window):
    return np.argmax(window)


@max_pool_backward.mistake(also=(_one_by_one(_in_the_first, add=False),))
def place_without_its_window(dY, X, size):
    """All your gradients land in the first window. A place counts within its window: where in the
    row does window k begin?"""
    return _one_by_one(_in_the_first)(dY, X, size)


def _in_the_row(row, window):
    return np.argmax(row == window.max())


@max_pool_backward.mistake(also=(_one_by_one(_in_the_row, add=False),))
def found_by_value(dY, X, size):
    """You look for the value of the maximum in the whole row, and find it in another window, too.
    Where should the search begin and end?"""
    return _one_by_one(_in_the_row)(dY, X, size)


@max_pool_backward.mistake
def largest_of_the_row(dY, X, size):
    """Only the largest number of the whole row gets a gradient. How many numbers of a row came out
    on the way forward?"""
    return np.repeat(dY, size, axis=1) * (X.max(axis=1, keepdims=True) == X)


def _apart(dY, X, size, parts=lambda W: W.max(axis=1, keepdims=True) == W):
    W = np.reshape(X, (len(X), size, -1))
    return np.reshape(dY[:, None] * parts(W), X.shape)


@max_pool_backward.mistake(
    name="every-so-many-th",
    also=(
        lambda dY, X, size: _apart(
            dY, X, size, lambda W: np.moveaxis(np.eye(size)[W.argmax(axis=1)], 2, 1)
        ),
    ),
)
def windows_apart(dY, X, size):
    """Your windows take numbers that stand apart. Which numbers of a row went into its first
    maximum?"""
    return _apart(dY, X, size)


@max_pool_backward.mistake(name="whole-number-array")
def cut_to_whole_numbers(dY, X, size):
    """Where X holds whole numbers, your gradient is cut to whole numbers. Which kind of numbers
    does np.zeros_like make, and which does np.zeros?"""
    dX = np.zeros_like(in_windows(X, size))
    np.put_along_axis(dX, in_windows(X, size).argmax(2)[:, :, None], dY[:, :, None], axis=2)
    return dX.reshape(X.shape)


max_pool_backward.hints(
    "It is max_backward for every window. Cut X into windows as in max_pool, make zeros of "
    "that shape, fill them, and give the result the shape of X.",
    "A plain way: loop over the examples n and the windows k. The window is "
    "X[n, k * size : (k + 1) * size], and it gets max_backward(dY[n, k], window).",
    "Without a loop: one row of np.eye(size) for each window, chosen by its argmax, has the "
    "shape (N, D // size, size). Multiply it by dY[:, :, None] and reshape to (N, D).",
    remark="Most inputs got no gradient at all: pooling learns from its winners only.",
)
