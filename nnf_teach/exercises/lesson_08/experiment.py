"""How wide must a ReLU network be to come near a product? An experiment, checked by what it finds.

What a right experiment can find was measured: twelve ways to train (Adam and gradient descent,
500 to 6,000 steps, rates that stay and that fall, fresh examples and 2,000 to 10,000 fixed ones),
three seeds each. The error of a width moves by less than a factor of 2 between them, and from a
width to its double it falls by more, until about four units for each product x_i z_i. In these
gaps lie the targets that the check draws, so that the answer is clear. A training that is worse
than all of these may need the next width, which counts as right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.exercises.exercise import BadAnswer, Case, Reached
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.numbers import kind_of, read_numbers

Array = NDArray[Any]
Params = list[tuple[Array, Array]]

WIDTHS = (4, 8, 16, 32, 64, 128, 256)

# (dimension, lowest target, highest target, the width that the experiment finds).
# In brackets the errors of the width before and of this width, over all ways to train.
CLEAR = (
    (2, 0.15, 0.25, 8),  # (0.34 to 0.52, 0.06 to 0.10)
    (4, 0.13, 0.19, 16),  # (0.24 to 0.37, 0.07 to 0.10)
    (8, 0.70, 0.75, 8),  # (0.79 to 0.89, 0.59 to 0.67)
    (8, 0.12, 0.17, 32),  # (0.20 to 0.39, 0.07 to 0.10)
)


def draw_products(
    dimension: int, n: int, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return X (n, 2 dimension), x beside z, both standard normal, and <x, z> / sqrt(dimension)."""
    X = rng.standard_normal((n, 2 * dimension), dtype=np.float32)
    products = np.einsum("nd,nd->n", X[:, :dimension], X[:, dimension:])
    return X, products / np.float32(np.sqrt(dimension))


def train_on_products(
    dimension: int,
    width: int,
    rng: np.random.Generator,
    steps: int = 1000,
    batch_size: int = 256,
    learning_rate: float = 0.01,
) -> Params:
    """Train one hidden layer of ReLUs by Adam, on new examples at every step."""
    from nnf_teach.arguments import unchecked
    from nnf_teach.modules import Adam, init_params, network_backward, network_forward

    forward, backward = unchecked(network_forward), unchecked(network_backward)
    params = init_params((2 * dimension, width, 1), rng=rng, init="he", dtype=np.float32)
    adam = Adam()
    for step in range(steps):
        X, t = draw_products(dimension, batch_size, rng)
        outputs = forward(X, params, "relu")
        dY = 2 * (outputs[-1] - t[:, None]) / np.float32(batch_size)
        rate = learning_rate * (1 + np.cos(np.pi * step / steps)) / 2
        params = adam(params, backward(dY, outputs, params, "relu"), rate)
    return params


def product_error(
    params: Params, dimension: int, rng: np.random.Generator, n: int = 10_000
) -> float:
    """Return the mean squared error on n new examples."""
    from nnf_teach.modules import network_forward

    X, t = draw_products(dimension, n, rng)
    return float(np.mean((network_forward(X, params, "relu")[-1][:, 0] - t) ** 2))


def _found(dimension: int, target: float) -> int:
    """Return the width that an experiment finds for a target of the check."""
    return next(w for d, low, high, w in CLEAR if d == dimension and low <= target <= high)


class _Width(Reached):
    """A width; the target is the one that the experiment finds."""

    @property
    def enough(self) -> bool:
        return self.value in (self.target, 2 * self.target)

    @property
    def asked(self) -> str:
        return "the smallest width whose error on new examples is at most the target"

    def __str__(self) -> str:
        return f"width {self.value:.0f}"


def _read_width(answer: Any) -> int:
    numbers = read_numbers(answer)
    if numbers.size != 1:
        raise BadAnswer("type", f"One width is asked for, got {kind_of(answer)}.", answer)
    width = float(numbers.ravel()[0])
    if width not in WIDTHS:
        allowed = ", ".join(map(str, WIDTHS))
        raise BadAnswer("shape", f"One of {allowed} is asked for, got {width:.4g}.", answer)
    return int(width)


def _score(answer: Any, dimension: int, target: float, rng: Any) -> Reached:
    return _Width("width", _read_width(answer), _found(dimension, target), shown=".0f")


# One width alone says little about how it was found, so the answers are looked at side by side,
# in the order of CLEAR. A case without a width stands there as None.


def _widths(answers: Sequence[Any]) -> list[int | None]:
    widths: list[int | None] = []
    for answer in answers:
        try:
            widths.append(_read_width(answer))
        except BadAnswer:
            widths.append(None)
    return widths


def _all_are(width: int) -> Callable[..., bool]:
    return lambda answers, cases: set(_widths(answers)) == {width}


def _all_equal(answers: Sequence[Any], cases: Sequence[Case]) -> bool:
    widths = _widths(answers)
    return widths[0] is not None and len(set(widths)) == 1


def _all_among(*allowed: tuple[int | None, ...]) -> Callable[..., bool]:
    """Return whether the width of every case is among those that a mistake gives there."""
    return lambda answers, cases: all(
        width in some for width, some in zip(_widths(answers), allowed, strict=True)
    )


def _are_places(answers: Sequence[Any], cases: Sequence[Case]) -> bool:
    """Whether places in the list of widths came back."""
    places = [WIDTHS.index(width) for *_, width in CLEAR]
    found = [float(read_numbers(answer)) for answer in answers]
    return all(f in (p, p + 1) for f, p in zip(found, places, strict=True))


def _same_for_both_targets(answers: Sequence[Any], cases: Sequence[Case]) -> bool:
    """Whether dimension 8 has one answer, though one target is a fifth of the other."""
    easy, hard = _widths(answers)[2:]
    return easy is not None and easy == hard


def _compared(answers: Sequence[Any], sign: int) -> bool:
    """Whether some widths are below what is right (sign -1) or above, and none the other way."""
    found = _widths(answers)
    if any(w is None and a is not None for w, a in zip(found, answers, strict=True)):
        return False  # an error or a width between two of the list: that is said first
    signs = [
        0 if width in (right, 2 * right) else -1 if width is not None and width < right else 1
        for width, (*_, right) in zip(found, CLEAR, strict=True)
    ]
    return sign in signs and -sign not in signs


@exercise(lesson=8, points=3, score=_score, time_limit=60, may_call=("modules", "autograd"))
def width_for_error(dimension, target, rng):
    for width in WIDTHS:
        params = train_on_products(dimension, width, rng)
        if product_error(params, dimension, rng) <= target:
            return width
    return None


@width_for_error.cases
def cases(rng):
    for dimension, low, high, _ in CLEAR:
        target = float(rng.uniform(low, high))
        yield dimension, target, np.random.default_rng(rng.integers(2**32))


def stand_in(dimension, target, *widths):
    """Return what a wrong experiment finds, without the training."""
    places = zip(widths, CLEAR, strict=True)
    return next(w for w, (d, low, high, _) in places if d == dimension and low <= target <= high)


@width_for_error.mistake(recognise_all=_all_are(256))
def reports_the_largest(dimension, target, rng):
    """You report the largest width, whatever is asked. If a narrow network reaches the
    target already, when should the search stop?"""
    return 256


@width_for_error.mistake(recognise_all=_all_are(4))
def reports_the_smallest(dimension, target, rng):
    """You report the smallest width, whatever is asked.
    Does your search stop when the error is small enough, or when it is still too large?"""
    return 4


@width_for_error.mistake(recognise_all=_all_equal)
def one_number_for_all(dimension, target, rng):
    """You report the same width every time. What should happen to it when the dimension
    grows, and when the target shrinks?"""
    return 32


@width_for_error.mistake(recognise_all=_are_places)
def place_in_the_list(dimension, target, rng):
    """You report which place in the list the width has. Which number stands at that place?"""
    return stand_in(dimension, target, 1, 2, 1, 3)


@width_for_error.mistake(recognise_all=_same_for_both_targets)
def ignores_the_target(dimension, target, rng):
    """At dimension 8 you report one width for an easy and for a hard target.
    Where does the target come into your function?"""
    return stand_in(dimension, target, 8, 16, 32, 32)


@width_for_error.mistake(
    recognise_all=_all_among((8, 16), (32, 64, 128, 256, None), (32, 64), (128, 256, None))
)
def forgot_the_root(dimension, target, rng):
    """Your widths grow too fast with the dimension. Is <x, z> divided by the root of d?
    (If it is: are there enough examples for the training, or does the network know
    them by heart?)"""
    return stand_in(dimension, target, 8, 64, 32, 256)


@width_for_error.mistake(recognise_all=_all_among((4, 8), (8, 16), (4,), (16, 32)))
def half_of_the_square(dimension, target, rng):
    """Your error comes out smaller than it is on new examples. Has the network seen those on which
    you measure it? And is it the mean of the squares, without the 1/2 of `half square`?"""
    return stand_in(dimension, target, 8, 8, 4, 16)


@width_for_error.mistake(recognise_all=lambda answers, cases: _compared(answers, -1))
def judged_on_the_training_data(dimension, target, rng):
    """Such a narrow network cannot be that good on new examples.
    On which examples do you measure the error, and has the network seen them before?"""
    return stand_in(dimension, target, 4, 8, 4, 8)


@width_for_error.mistake(recognise_all=lambda answers, cases: _compared(answers, 1))
def trained_too_little(dimension, target, rng):
    """Narrower networks can do it. Are yours trained to the end: is the error still falling
    when you stop? Have they seen enough different examples? And is it the mean of the
    squares that you compare, not its root?"""
    return stand_in(dimension, target, 32, 64, 32, 128)


width_for_error.hints(
    "A loop over the widths, from 4 on: make a network, train it, measure its mean squared "
    "error on examples that it has not seen, and return the width as soon as it is at most "
    "the target.",
    "Draw about 20,000 examples for the training and 10,000 others to measure. With Adam, a "
    "learning rate of 0.01 that becomes smaller, and 2,000 steps of 256 examples, 4 units for "
    "each dimension are enough for an error of 0.1.",
    "train(params, X, t, learning_rate=0.01, epochs=20, batch_size=256, rng=rng, "
    'loss="half square", activation="relu", update=Adam()) from nnf_teach.modules trains; '
    'params is init_params((2 * dimension, width, 1), rng=rng, init="he").',
    remark="About four ReLUs for each product, at best: the width grows with the dimension.",
)
