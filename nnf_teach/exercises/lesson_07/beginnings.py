"""Weights to start from, and a layer that looks at what it is given."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnf_teach.exercises.exercise import Case, Exercise, Misconception, Raised
from nnf_teach.exercises.lesson_07.facts import (
    STANDARD_ERRORS,
    Array,
    Fact,
    nearest_name,
    rng_facts,
)
from nnf_teach.exercises.numbers import read_numbers
from nnf_teach.exercises.readers import read_weights

# he_init -------------------------------------------------------------------------------------

_ENOUGH = 20_000  # of so many weights the standard deviation is known to half a per cent


def _he_cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(n_in: int, n_out: int, about: str = "") -> Case:
        return Case((n_in, n_out, np.random.default_rng(rng.integers(2**32))), about)

    return [
        drawn(3, 2),
        drawn(2, 5),
        drawn(1, 1, "one of everything"),
        drawn(4, 1, "one unit"),
        drawn(300, 120, "many weights"),
        drawn(100, 500, "many weights, more units than inputs"),
    ]


def _spreads(n_in: int, n_out: int) -> dict[str, float]:
    """Return standard deviations that people give weights, by name."""
    return {
        "sqrt(2 / n_in)": np.sqrt(2 / n_in),
        "sqrt(2 / n_out)": np.sqrt(2 / n_out),
        "2 / n_in": 2 / n_in,
        "2 / n_out": 2 / n_out,
        "sqrt(1 / n_in)": np.sqrt(1 / n_in),
        "sqrt(2 / (n_in + n_out))": np.sqrt(2 / (n_in + n_out)),
        "sqrt(2 / n_in) / sqrt(3)": np.sqrt(2 / n_in / 3),
        "0.88 sqrt(2 / n_in)": 0.8796 * np.sqrt(2 / n_in),  # what is left of a cut-off normal
        "1": 1.0,
    }


def _he_facts(
    answers: tuple[Any, Any, Any], n_in: int, n_out: int, rng: np.random.Generator
) -> dict[str, Any]:
    """Return what can be said of random weights without knowing how they were drawn."""
    pairs = [read_weights(answer) for answer in answers]
    W, b = pairs[0]
    facts: dict[str, Any] = {"shapes": Fact(f"{W.shape} and {b.shape}")}
    if W.shape != (n_out, n_in) or b.shape != (n_out,):
        return facts
    facts["biases are 0"] = not b.any()
    if W.size >= _ENOUGH:  # of a few numbers, two draws may be equal by chance
        facts |= _spread_facts(W.astype(float), n_in, n_out)
        facts |= rng_facts([W for W, _ in pairs])
    return facts


def _spread_facts(W: Array, n_in: int, n_out: int) -> dict[str, Any]:
    right = "sqrt(2 / n_in)"
    spread = float(np.sqrt(np.mean(W**2)))
    centred = abs(W.mean()) <= STANDARD_ERRORS * spread / np.sqrt(W.size)
    # Means of rows of n_in independent weights spread as spread / sqrt(n_in), of columns likewise;
    # rows that are all equal spread not at all, and columns that are all equal far more.
    rows = W.mean(axis=1).std() * np.sqrt(n_in) / max(spread, 1e-300)
    return {
        "mean of W": Fact("about 0") if centred else Fact("not 0"),
        "standard deviation of W": nearest_name(
            float(W.std()), _spreads(n_in, n_out), 1 / np.sqrt(2 * W.size), right
        ),
        "every weight is drawn on its own": bool(0.5 < rows < 2) or not centred,
    }


def _he_init(n_in: int, n_out: int, rng: np.random.Generator) -> tuple[Array, Array]:
    return rng.normal(0.0, np.sqrt(2 / n_in), (n_out, n_in)), np.zeros(n_out)


Scale = Callable[[int, int], float]


def _drawn(
    scale: Scale = lambda n_in, n_out: float(np.sqrt(2 / n_in)),
    draw: Callable[..., Array] = lambda rng, shape: rng.normal(size=shape),
    biases: Callable[[int], Any] = np.zeros,
) -> Callable[..., Any]:
    """Build weights in which one thing is wrong."""
    return lambda n_in, n_out, rng: (scale(n_in, n_out) * draw(rng, (n_out, n_in)), biases(n_out))


def _cut_off(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """Draw normals again until none is beyond two standard deviations."""
    drawn = rng.normal(size=shape)
    while (far := np.abs(drawn) > 2).any():
        drawn[far] = rng.normal(size=int(far.sum()))
    return drawn


HE_INIT = Exercise(
    name="he_init",
    lesson=7,
    points=1,
    reference=_he_init,
    cases=_he_cases,
    observe=_he_facts,
    draws=True,
    misconceptions=(
        Misconception(
            "units-instead-of-inputs",
            _drawn(lambda n_in, n_out: np.sqrt(2 / n_out)),
            "Your weights get smaller with the number of units. Which sum should not explode: "
            "how many terms does the sum in one unit have?",
        ),
        Misconception(
            "variance-instead-of-deviation",
            _drawn(lambda n_in, n_out: 2 / n_in),
            "2 / n_in is the variance. What does rng.normal take as its scale?",
        ),
        Misconception(
            "variance-of-units",
            _drawn(lambda n_in, n_out: 2 / n_out),
            "Two things at once: 2 / n is a variance, and n counts the units here. How many terms "
            "has the sum in one unit, and what is the standard deviation?",
        ),
        Misconception(
            "forgot-the-two",
            _drawn(lambda n_in, n_out: np.sqrt(1 / n_in)),
            "sqrt(1 / n_in) keeps the size of a sum. But half of the sums are cut off by the ReLU "
            "behind the layer. What makes up for that?",
        ),
        Misconception(
            "mean-of-inputs-and-units",
            _drawn(lambda n_in, n_out: np.sqrt(2 / (n_in + n_out))),
            "That is Glorot's rule, for activations such as tanh. "
            "Which number does He's rule, for ReLU, divide by?",
        ),
        Misconception(
            "deviation-as-mean",
            lambda n_in, n_out, rng: (
                rng.normal(np.sqrt(2 / n_in), size=(n_out, n_in)),
                np.zeros(n_out),
            ),
            "The first argument of rng.normal is the mean, and the second is the standard "
            "deviation. Which of the two have you given?",
        ),
        Misconception(
            "no-scale",
            _drawn(lambda n_in, n_out: 1.0),
            "Your weights have standard deviation 1, whatever the layer. How large does a sum of "
            "300 such terms become?",
        ),
        Misconception(
            "uniform-too-narrow",
            _drawn(draw=lambda rng, shape: rng.uniform(-1, 1, shape)),
            "Uniform numbers are fine, but the standard deviation of those between -a and a is "
            "a / sqrt(3). Which a do you need?",
        ),
        Misconception(
            "cut-off-without-correction",
            _drawn(draw=_cut_off),
            "You cut off the tails of the normal distribution. What does that do to its standard "
            "deviation?",
        ),
        Misconception(
            "positive-only",
            _drawn(draw=lambda rng, shape: rng.random(shape)),
            "None of your weights is negative. What mean should they have?",
        ),
        Misconception(
            "all-units-equal",
            _drawn(draw=lambda rng, shape: np.tile(rng.normal(size=shape[1]), (shape[0], 1))),
            "All units start with the same weights. They would get the same gradients, too: "
            "could they ever become different?",
        ),
        Misconception(
            "all-inputs-equal",
            _drawn(draw=lambda rng, shape: np.tile(rng.normal(size=(shape[0], 1)), shape[1])),
            "Each unit of yours gives all its inputs the same weight. How many numbers must be "
            "drawn for a W of (n_out, n_in)?",
        ),
        Misconception(
            "zeros",
            _drawn(draw=lambda rng, shape: np.zeros(shape)),
            "All weights are 0. Every unit would do the same, for ever. What makes them differ?",
        ),
        Misconception(
            "random-biases",
            lambda n_in, n_out, rng: (
                rng.normal(0, np.sqrt(2 / n_in), (n_out, n_in)),
                rng.normal(size=n_out),
            ),
            "W is fine, and your biases are random. Do they need to be, when the weights differ "
            "already?",
        ),
        Misconception(
            "own-seed",
            lambda n_in, n_out, rng: _he_init(n_in, n_out, np.random.default_rng(0)),
            "Your weights are the same whatever rng is. Do you make a generator of your own?",
        ),
        Misconception(
            "global-random-state",
            lambda n_in, n_out, rng: _he_init(n_in, n_out, np.random.default_rng()),
            "Called again with the same rng, your function gives other weights. Do all numbers "
            "come from rng, or from np.random?",
        ),
        Misconception(
            "transposed-weights",
            lambda n_in, n_out, rng: (
                rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)),
                np.zeros(n_out),
            ),
            "Your W has one row an input. What is a row of W in this course?",
        ),
        Misconception(
            "biases-in-a-column",
            _drawn(biases=lambda n_out: np.zeros((n_out, 1))),
            "Your biases are a column, (n_out, 1). What would X W^T + b become with it, for as "
            "many examples as units?",
        ),
        Misconception(
            "bias-per-input",
            lambda n_in, n_out, rng: (
                rng.normal(0, np.sqrt(2 / n_in), (n_out, n_in)),
                np.zeros(n_in),
            ),
            "You have one bias an input. What does a bias belong to?",
        ),
    ),
    hints=(
        "How many terms are added up in one unit? The more there are, the smaller each weight "
        "must be, so that the sum keeps its size.",
        "The variance of each weight is 2 / n_in. rng.normal wants the standard deviation, its "
        "square root.",
        "rng.normal(0.0, scale, size=(n_out, n_in)) draws the weights; np.zeros(n_out) are the "
        "biases.",
    ),
    remark="Any distribution with this variance does: normal or uniform. The figure below "
    "shows what it is good for.",
)


# checked_linear ------------------------------------------------------------------------------


def _linear_cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(X: tuple[int, ...], W: tuple[int, ...], b: tuple[int, ...], about: str) -> Case:
        return Case((rng.normal(size=X), rng.normal(size=W), rng.normal(size=b)), about)

    def spoilt(which: int, value: float) -> Case:
        args = rng.normal(size=(2, 3)), rng.normal(size=(4, 3)), rng.normal(size=4)
        args[which].flat[-1] = value
        return Case(args, "not finite")

    hand = np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]), np.array([5.0])
    whole = np.array([[1, 2], [3, -4]]), np.array([[0, 1], [5, 2], [1, 1]]), np.array([1, 0, 2])
    return [
        Case(hand, "by hand"),
        Case(whole, "whole numbers"),
        drawn((4, 3), (2, 3), (2,), "right"),
        drawn((3, 3), (3, 3), (3,), "square"),
        drawn((1, 1), (1, 1), (1,), "one of everything"),
        drawn((5, 1), (3, 1), (3,), "one input"),
        drawn((4, 3), (2, 5), (2,), "X and W do not fit"),
        drawn((4, 3), (3, 2), (2,), "W is transposed"),
        drawn((4, 3), (2, 3), (3,), "b does not fit"),
        drawn((3, 2), (3, 2), (3, 1), "b is a column, as long as the batch"),
        drawn((1, 1), (2, 1), (2, 1), "b is a column"),
        drawn((4, 3), (2, 3), (1, 2), "b is a row"),
        drawn((4, 3), (2, 3), (4, 2), "one b an example"),
        drawn((4, 3), (2, 3), (1,), "one b for all units"),
        drawn((3,), (2, 3), (2,), "one example without its axis"),
        drawn((4, 3), (3,), (1,), "W without its axis"),
        drawn((2, 4, 3), (2, 3), (2,), "an axis too many"),
        spoilt(0, np.nan),
        spoilt(0, np.inf),
        spoilt(1, np.nan),
        spoilt(1, -np.inf),
        spoilt(2, np.nan),
        spoilt(2, np.inf),
    ]


def _offending(X: Array, W: Array, b: Array) -> tuple[tuple[int, ...], ...] | None:
    """Return the shapes that an error must name; none for values, None where all is right."""
    for array, axes in ((X, 2), (W, 2)):
        if array.ndim != axes:
            return (array.shape,)
    if X.shape[1] != W.shape[1]:
        return X.shape, W.shape
    if b.shape != (len(W),):
        return (b.shape,)
    return None if all(np.isfinite(array).all() for array in (X, W, b)) else ()


def _names(text: str, shape: tuple[int, ...]) -> bool:
    """Whether a text contains a shape: (2, 3), [2, 3], 2 x 3, 2 by 3.

    >>> _names("X is (2, 3)", (2, 3)), _names("got 2x3", (2, 3)), _names("(12, 3)", (2, 3))
    (True, True, False)
    """
    between = r"\W{0,3}(?:x|by)?\W{0,3}"
    return bool(re.search(r"(?<!\d)" + between.join(map(str, shape)) + r"(?!\d)", text))


def _linear_facts(answer: Any, X: Array, W: Array, b: Array) -> Any:
    """Return the numbers, or what can be said of the error where one is asked for."""
    shapes = _offending(X, W, b)
    if shapes is None:
        return read_numbers(answer)
    raised = isinstance(answer, Raised)
    facts = {"a ValueError": raised}
    if shapes:
        named = raised and all(_names(answer.text, shape) for shape in shapes)
        facts[f"that names {' and '.join(map(str, shapes))}"] = named
    return facts


def _checked_linear(X: Array, W: Array, b: Array) -> Array:
    X, W, b = np.asarray(X), np.asarray(W), np.asarray(b)
    shapes = _offending(X, W, b)
    if shapes is not None:
        raise ValueError(f"X {X.shape}, W {W.shape}, b {b.shape}: {shapes or 'not finite'}")
    return np.asarray(np.einsum("nd,kd->nk", X, W) + b)


Guard = Callable[[Array, Array, Array], bool]


def _inputs(X: Array, W: Array, b: Array) -> bool:
    return X.ndim != 2 or W.ndim != 2 or X.shape[1] != W.shape[1]


def _biases(X: Array, W: Array, b: Array) -> bool:
    return bool(b.shape != (len(W),))


def _values(X: Array, W: Array, b: Array) -> bool:
    return not all(np.isfinite(array).all() for array in (X, W, b))


def _guarded(
    *guards: Guard,
    error: type[Exception] = ValueError,
    words: Callable[[Array, Array, Array], str] = lambda X, W, b: f"{X.shape} {W.shape} {b.shape}",
    layer: Callable[[Array, Array], Any] = lambda X, W: X @ W.T,
) -> Callable[..., Array]:
    """Build a layer that looks for some mistakes only, or says too little."""

    def guarded(X: Array, W: Array, b: Array) -> Array:
        for guard in guards:
            if guard(X, W, b):
                raise error(words(X, W, b))
        with np.errstate(all="ignore"):
            return np.asarray(layer(X, W) + b)

    return guarded


def _asserts_for_inputs(X: Array, W: Array, b: Array) -> Array:
    if X.shape[1] != W.shape[1]:
        raise AssertionError
    with np.errstate(all="ignore"):
        return np.asarray(X @ W.T + b)


def _looks_at_the_result(X: Array, W: Array, b: Array) -> Array:
    if _inputs(X, W, b) or _values(X, W, b):
        raise ValueError(f"{X.shape} {W.shape} {b.shape}")
    try:
        Y = X @ W.T + b
    except ValueError:
        raise ValueError(f"{b.shape}") from None
    if Y.shape != (len(X), len(W)):
        raise ValueError(f"{b.shape}")
    return np.asarray(Y)


def _flattens_the_biases(X: Array, W: Array, b: Array) -> Array:
    return _guarded(_inputs, _biases, _values)(X, W, np.ravel(b))


def _weights_of_inputs(X: Array, W: Array, b: Array) -> Array:
    """Take a row of W for an input."""
    if X.ndim != 2:
        raise ValueError(f"X {X.shape}")
    if W.ndim != 2 or X.shape[1] != len(W):
        raise ValueError(f"X {X.shape}, W {W.shape}")
    return _guarded(lambda X, W, b: b.shape != W.shape[1:], _values, layer=np.matmul)(X, W, b)


def _type_error_for_shapes(X: Array, W: Array, b: Array) -> Array:
    _guarded(_inputs, _biases, error=TypeError)(X, W, b)
    return _guarded(_values)(X, W, b)


def _asserts_for_axes(X: Array, W: Array, b: Array) -> Array:
    if X.ndim != 2 or X.shape[1] != W.shape[1]:
        raise AssertionError
    with np.errstate(all="ignore"):
        return np.asarray(X @ W.T + b)


def _axes_missed(X: Array, W: Array, b: Array) -> Array:
    """Compare shape[1], which an array of one axis does not have."""
    if X.shape[1] != W.shape[1]:
        raise ValueError(f"X {X.shape}, W {W.shape}")
    return _guarded(_biases, _values)(X, W, b)


def _axes_and_values_missed(X: Array, W: Array, b: Array) -> Array:
    if X.shape[1] != W.shape[1]:
        raise ValueError(f"X {X.shape}, W {W.shape}")
    return _guarded(lambda X, W, b: len(b) != len(W))(X, W, b)


CHECKED_LINEAR = Exercise(
    name="checked_linear",
    lesson=7,
    points=2,
    reference=_checked_linear,
    cases=_linear_cases,
    observe=_linear_facts,
    raises=ValueError,
    misconceptions=(
        Misconception(
            "no-checks",
            _guarded(),
            "NumPy complains about some of these, and computes the others without a word. "
            "What has to be looked at before X meets W and b?",
        ),
        Misconception(
            "assert-instead",
            _guarded(_inputs, _biases, _values, error=AssertionError),
            "An assert is good for yourself, but python -O leaves it out. "
            "Which error does this exercise ask for?",
        ),
        Misconception(
            "assert-for-inputs-only",
            _asserts_for_inputs,
            "An assert for X and W, and none for b or for values. Which error does the exercise "
            "ask for, and what else can go wrong before anybody sees it?",
        ),
        Misconception(
            "assert-for-axes-and-inputs",
            _asserts_for_axes,
            "An assert for X and W, and none for b or for values. Which error does the exercise "
            "ask for, and what else can go wrong before anybody sees it?",
        ),
        Misconception(
            "second-axis-not-there",
            _axes_missed,
            "An array with one axis has no shape[1], so your own check breaks before it can say "
            "what is wrong. What must be known before shape[1] is looked at?",
        ),
        Misconception(
            "axes-and-values-not-looked-at",
            _axes_and_values_missed,
            "An array with one axis has no shape[1], so your own check breaks there; a column b "
            "and a nan go through. Which rows of the table are still missing in yours?",
        ),
        Misconception(
            "biases-flattened",
            _flattens_the_biases,
            "You turn b into (K,), whatever it was. But a column b is a sign of a mistake "
            "somewhere else: should your layer hide it, or say it?",
        ),
        Misconception(
            "weights-of-inputs",
            _weights_of_inputs,
            "Your W has one row an input, so you refuse what is right. Which shape does W have in "
            "the table?",
        ),
        Misconception(
            "any-exception",
            _guarded(_inputs, _biases, _values, error=Exception),
            "You raise a plain Exception, which nobody can tell from other mistakes. "
            "Which kind of error stands for a wrong value?",
        ),
        Misconception(
            "type-error",
            _guarded(_inputs, _biases, _values, error=TypeError),
            "A TypeError says that something is of the wrong type. These are arrays, as they "
            "should be, with wrong shapes or values. Which error fits?",
        ),
        Misconception(
            "type-error-for-shapes",
            _type_error_for_shapes,
            "A TypeError says that something is of the wrong type. These are arrays, as they "
            "should be, with wrong shapes. Which error fits?",
        ),
        Misconception(
            "says-too-little",
            _guarded(_inputs, _biases, _values, words=lambda X, W, b: "wrong shape"),
            "The error is there, but it does not say which shapes met. "
            "What would you want to read at three in the morning?",
        ),
        Misconception(
            "bias-not-looked-at",
            _guarded(_inputs, _values),
            "You look at X and W only. What happens when b is a column, (K, 1)?",
        ),
        Misconception(
            "length-of-bias-only",
            _guarded(_inputs, lambda X, W, b: len(b) != len(W), _values),
            "A column (K, 1) has the length K, too. What does NumPy make of (N, K) + (K, 1), and "
            "which attribute tells the two apart?",
        ),
        Misconception(
            "number-of-biases-only",
            _guarded(_inputs, lambda X, W, b: b.size != len(W), _values),
            "A column (K, 1) and a row (1, K) hold K numbers, too. "
            "Which attribute tells them from (K,)?",
        ),
        Misconception(
            "looks-at-the-result",
            _looks_at_the_result,
            "You look at the result's shape. When b is (K, 1) and there are K examples, the "
            "result has the right shape and wrong values. What can be looked at before?",
        ),
        Misconception(
            "axes-not-counted",
            _guarded(lambda X, W, b: X.shape[-1] != W.shape[-1], _biases, _values),
            "The last axes fit, so you let it pass. How many axes should X and W have?",
        ),
        Misconception(
            "values-not-looked-at",
            _guarded(_inputs, _biases),
            "The shapes are in good hands, but a nan goes through. "
            "Which function of NumPy finds nans and infinities?",
        ),
        Misconception(
            "nan-only",
            _guarded(_inputs, _biases, lambda X, W, b: any(np.isnan(a).any() for a in (X, W, b))),
            "You find nans, but infinities go through. Which function of NumPy finds both?",
        ),
        Misconception(
            "values-of-x-only",
            _guarded(_inputs, _biases, lambda X, W, b: not np.isfinite(X).all()),
            "You look at the values of X only. Can a weight become nan, too?",
        ),
        Misconception(
            "values-of-biases-forgotten",
            _guarded(_inputs, _biases, lambda X, W, b: not np.isfinite(X.sum() + W.sum())),
            "You look at the values of X and W. Can a bias become nan, too?",
        ),
    ),
    hints=(
        "Three questions, before anything is computed: have X and W two axes, and as many inputs? "
        "Is b one number for each unit? Are all values finite?",
        "X.shape[1] and W.shape[1] must be equal, and b.shape must be (len(W),), comma included. "
        "len(b) is not enough: a column has a length, too.",
        'raise ValueError(f"... X {X.shape}, W {W.shape}") names the shapes. '
        "np.isfinite(X).all() is False when a nan or an infinity hides in X.",
    ),
    remark="Half of all silent bugs are a (K,) that met a (K, 1). Yours would not be silent.",
)
