"""Against overfitting: a penalty on the weights, dropout, and stopping early."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnf_teach.arguments import Params
from nnf_teach.exercises.exercise import BadAnswer, Case, Exercise, Misconception
from nnf_teach.exercises.lesson_07.facts import Array, Fact, nearest_name, rng_facts
from nnf_teach.exercises.numbers import read_numbers
from nnf_teach.exercises.oracles import random_params

# l2_penalty ----------------------------------------------------------------------------------


def _penalty_cases(rng: np.random.Generator) -> Sequence[Case]:
    hand = [(np.array([[1.0, -2.0]]), np.array([5.0]))]
    whole = [(np.array([[1, 2], [0, -3]]), np.array([4, 4])), (np.array([[2, 1]]), np.array([7]))]
    zero = [(np.zeros((2, 3)), np.ones(2))]
    return [
        Case((hand, 0.5), "by hand"),
        Case((whole, 0.1), "whole numbers"),
        Case((zero, 0.3), "no weights"),
        Case((random_params(rng, (2, 1)), 0.0), "no penalty"),
        Case((random_params(rng, (3, 4)), 3), "a whole number as strength"),
        Case((random_params(rng, (2, 3, 2)), 0.01)),
        Case((random_params(rng, (4, 3, 3, 1)), 2.5), "three layers"),
    ]


def _penalty(params: Params, strength: float) -> tuple[float, Any]:
    from autograd import numpy as anp
    from autograd import value_and_grad

    def value(params: Any) -> Any:
        return strength * sum(anp.sum(W**2) + 0.0 * anp.sum(b) for W, b in params)

    floats = [(np.array(W, dtype=float), np.array(b, dtype=float)) for W, b in params]
    found, grads = value_and_grad(value)(floats)
    return float(found), grads


Part = Callable[[Array], Any]


def _penalised(
    value: Part = lambda W: np.sum(np.square(W)),
    slope: Part = lambda W: 2 * W,
    bias_value: Part = lambda b: 0.0,
    bias_slope: Part = lambda b: 0.0 * b,
    of_slope: Callable[[float], float] = lambda strength: strength,
    of_value: Callable[[float], float] = lambda strength: strength,
) -> Callable[..., Any]:
    """Build a penalty in which one part is wrong."""

    def penalty(params: Params, strength: float) -> tuple[float, Any]:
        total = of_value(strength) * sum(value(W) + bias_value(b) for W, b in params)
        share = of_slope(strength)
        return total, [(share * slope(W), share * bias_slope(b)) for W, b in params]

    return penalty


def _last_layer_only(params: Params, strength: float) -> tuple[float, Any]:
    value, grads = _penalised()(params[-1:], strength)
    return value, [(0.0 * W, 0.0 * b) for W, b in params[:-1]] + grads


def _length(W: Array) -> Any:
    return np.sqrt(np.sum(np.square(W)))


def _value_begins_anew(params: Params, strength: float) -> tuple[float, Any]:
    """Set the value to 0 inside the loop over layers."""
    return _penalised()(params[-1:], strength)[0], _penalised()(params, strength)[1]


def _makes_gradients_of_params(params: Params, strength: float) -> tuple[float, Any]:
    value = strength * sum(np.sum(np.square(W)) for W, _ in params)
    for W, b in params:
        W *= 2 * strength
        b *= 0
    return value, params


L2_PENALTY = Exercise(
    name="l2_penalty",
    lesson=7,
    points=1,
    reference=_penalty,
    cases=_penalty_cases,
    misconceptions=(
        Misconception(
            "biases-too",
            _penalised(bias_value=lambda b: np.sum(np.square(b)), bias_slope=lambda b: 2 * b),
            "Your penalty pulls the biases as well. Which of the two should stay free?",
        ),
        Misconception(
            "gradient-of-biases",
            _penalised(bias_slope=lambda b: 2 * b),
            "The value leaves the biases free, but your gradients pull them. What is the slope "
            "of something that does not depend on b?",
        ),
        Misconception(
            "forgot-the-two",
            _penalised(slope=lambda W: W),
            "The value is right, the gradient is half of what it should be. "
            "What is the derivative of w squared?",
        ),
        Misconception(
            "half-the-penalty",
            _penalised(value=lambda W: np.sum(np.square(W)) / 2, slope=lambda W: W),
            "Many books put a factor 1/2 in front, so that the gradient looks simpler. "
            "Does the formula of this exercise have one?",
        ),
        Misconception(
            "length-instead-of-square",
            _penalised(value=_length, slope=lambda W: W / max(float(_length(W)), 1e-300)),
            "You add up the lengths of the matrices. Is there a square root in the formula?",
        ),
        Misconception(
            "length-in-the-value",
            _penalised(value=_length),
            "Your gradient is that of the squares, but your value adds up the lengths of the "
            "matrices. Is there a square root in the formula?",
        ),
        Misconception(
            "absolute-values",
            _penalised(value=lambda W: np.sum(np.abs(W)), slope=np.sign),
            "That is L1, the sum of absolute values. What does L2 add up?",
        ),
        Misconception(
            "mean-instead-of-sum",
            _penalised(value=lambda W: np.mean(np.square(W)), slope=lambda W: 2 * W / W.size),
            "You take the mean of the squares, so that a large layer counts no more than a small "
            "one. What does the formula take?",
        ),
        Misconception(
            "gradient-without-strength",
            _penalised(of_slope=lambda strength: 1.0),
            "Your gradient does not change with the strength. Where does a factor in front of "
            "the value go in the derivative?",
        ),
        Misconception(
            "strength-forgotten",
            _penalised(of_slope=lambda strength: 1.0, of_value=lambda strength: 1.0),
            "Your penalty is the same at any strength. Where does it come in?",
        ),
        Misconception(
            "strength-squared",
            _penalised(of_slope=np.square, of_value=np.square),
            "The strength is squared in yours. Is it inside the square, or in front of the sum?",
        ),
        Misconception(
            "last-layer-only",
            _last_layer_only,
            "Only the last layer is penalised. Does your loop add up, or does it keep the last "
            "value?",
        ),
        Misconception(
            "value-of-the-last-layer",
            _value_begins_anew,
            "The gradients are right, but the value is that of the last layer. Where does your "
            "sum begin: before the loop, or anew in each layer?",
        ),
        Misconception(
            "changes-its-arguments",
            _makes_gradients_of_params,
            "You write the gradients into the weights that came in: a network would lose them. "
            "Can you make new arrays?",
        ),
        Misconception(
            "uphill",
            _penalised(slope=lambda W: -2 * W),
            "That is the direction in which the weights should move. Which direction does a "
            "gradient point in?",
        ),
    ),
    hints=(
        "The value adds up the squares of all weights of all layers, times the strength. Its "
        "derivative by one weight w is strength * 2 w.",
        "The gradients have the form of params: one pair for each layer. The penalty does not "
        "depend on b, so its slope there is 0, in the shape of b.",
        "value = strength * sum(np.sum(W**2) for W, b in params), and each pair of gradients is "
        "(2 * strength * W, np.zeros(len(b))).",
    ),
    remark="Its gradient shrinks every weight by the same share at each step: weight decay.",
)


# dropout -------------------------------------------------------------------------------------

_ENOUGH = 5_000  # of so many numbers a share is known to a few per cent


def _dropout_cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(shape: tuple[int, int], keep: float, training: bool, about: str = "") -> Case:
        X = rng.uniform(1, 2, shape) * rng.choice([-1, 1], shape)
        return Case((X, keep, np.random.default_rng(rng.integers(2**32)), training), about)

    whole = rng.integers(1, 9, (100, 80))
    return [
        drawn((2, 16), 0.5, False, "after training"),
        drawn((1, 3), 1.0, True, "nothing is dropped"),
        drawn((3, 12), 0.25, True, "few numbers"),
        Case((np.zeros((2, 2)), 0.5, np.random.default_rng(1), True), "zeros"),
        drawn((80, 100), 0.8, True, "many numbers"),
        drawn((100, 80), 0.3, True, "many numbers, most are dropped"),
        Case((whole, 0.5, np.random.default_rng(2), True), "whole numbers"),
        drawn((60, 50), 0.7, False, "after training, many numbers"),
    ]


def _dropout_facts(
    answers: tuple[Any, Any, Any], X: Array, keep: float, rng: Any, training: bool
) -> Any:
    """Return what can be said of a dropout without knowing how it was drawn."""
    found = [read_numbers(answer).astype(float) for answer in answers]
    Y = found[0]
    if not np.isfinite(Y).all():
        raise BadAnswer("nan", "There are nans or infinities in the answer.")
    facts: dict[str, Any] = {"shape": Fact(Y.shape)}
    if X.shape != Y.shape:
        return facts
    if not training or keep == 1 or not X.any():
        unchanged = bool(np.allclose(Y, X, rtol=1e-5, atol=1e-9))
        dropped = bool(((Y == 0) & (X != 0)).any())
        return facts | {"X comes back as it is": unchanged, "numbers are dropped": dropped}
    kept = Y != 0
    facts["what is kept is multiplied by"] = _factor(Y[kept] / X[kept], keep)
    if X.size < _ENOUGH:
        return facts
    facts["share that is kept"] = _share(kept, keep)
    if kept.any() and not kept.all():
        facts["every row is drawn on its own"] = not (kept == kept[0]).all()
        facts["every column is drawn on its own"] = not (kept == kept[:, :1]).all()
        facts["every row keeps the same number"] = bool(np.ptp(kept.sum(axis=1)) == 0)
        facts["every column keeps the same number"] = bool(np.ptp(kept.sum(axis=0)) == 0)
        facts |= rng_facts(found)
    return facts


def _share(kept: Array, keep: float) -> Fact:
    """Say which share is kept; the error of a share p is sqrt(p (1 - p) / n)."""
    share = float(kept.mean())
    if share in (0.0, 1.0):
        return Fact("all of it" if share else "nothing")
    # A mask that whole rows or columns share has few draws, so its share is known less well.
    draws = kept.size
    if (kept == kept[0]).all():
        draws = kept.shape[1]
    elif (kept == kept[:, :1]).all():
        draws = kept.shape[0]
    names = {"keep_probability": keep, "1 - keep_probability": 1 - keep}
    error = np.sqrt((1 - keep) / keep / draws)
    return nearest_name(share, names, float(error), right="keep_probability")


def _factor(ratios: Array, keep: float) -> Fact:
    """Name the factor, which is the same for all that is kept."""
    names = {
        "1 / keep_probability": 1 / keep,
        "1": 1.0,
        "keep_probability": keep,
        "1 / (1 - keep_probability)": 1 / (1 - keep),
    }
    if not len(ratios):
        return Fact("1 / keep_probability")  # by chance nothing is kept; that shows elsewhere
    for name, factor in names.items():
        if np.allclose(ratios, factor, rtol=1e-5):
            return Fact(name)
    same = np.allclose(ratios, ratios[0], rtol=1e-5)
    return Fact(f"about {ratios[0]:.2g}" if same else "not one number")


def _dropout(X: Array, keep_probability: float, rng: Any, training: bool) -> Array:
    if not training:
        return np.asarray(X)
    return np.asarray(X * rng.binomial(1, keep_probability, np.shape(X)) / keep_probability)


Mask = Callable[[Any, tuple[int, ...], float], Any]


def _dropped(
    mask: Mask = lambda rng, shape, keep: rng.random(shape) < keep,
    scale: Callable[[float], float] = lambda keep: 1 / keep,
    later: Callable[[Array, float, Any], Any] = lambda X, keep, rng: X,
) -> Callable[..., Any]:
    """Build a dropout in which one thing is wrong.

    A division by 0 gives inf without a warning: where there is one, not everybody divides there.
    """
    return lambda X, keep_probability, rng, training: (
        X * mask(rng, X.shape, keep_probability) * scale(keep_probability)
        if training
        else later(X, keep_probability, rng)
    )


def _exactly(rng: Any, shape: tuple[int, ...], keep: float) -> Array:
    """Return a mask that keeps the same number in each row."""
    places = rng.random(shape).argsort(axis=1)
    return np.asarray(places < round(keep * shape[1]))


def _scaled_by_what_was_drawn(X: Array, keep_probability: float, rng: Any, training: bool) -> Array:
    mask = rng.random(X.shape) < keep_probability
    return X * mask / max(mask.mean(), 1e-300) if training else X


def _in_place(X: Array, keep_probability: float, rng: Any, training: bool) -> Array:
    if training:
        X *= (rng.random(X.shape) < keep_probability) / keep_probability
    return X


DROPOUT = Exercise(
    name="dropout",
    lesson=7,
    points=1,
    reference=_dropout,
    cases=_dropout_cases,
    observe=_dropout_facts,
    draws=True,
    misconceptions=(
        Misconception(
            "not-scaled",
            _dropped(scale=lambda keep: 1.0),
            "On average your numbers shrink to the share that is kept. The next layer would get "
            "other sums after training: which factor keeps the mean?",
        ),
        Misconception(
            "scaled-after-training",
            _dropped(scale=lambda keep: 1.0, later=lambda X, keep, rng: X * keep),
            "That is the first form of dropout, which scales after training. In the inverted form "
            "nothing happens then: where does the factor go?",
        ),
        Misconception(
            "multiplied-by-keep",
            _dropped(scale=lambda keep: keep),
            "You make what is kept smaller. Some of the sum is gone already: should the rest "
            "become larger or smaller?",
        ),
        Misconception(
            "scaled-by-the-other-share",
            _dropped(scale=lambda keep: 1 / (1 - keep) if keep < 1 else 1.0),
            "You divide by the share that is dropped. With nearly everything kept, how large "
            "should the factor be?",
        ),
        Misconception(
            "keeps-the-other-share",
            _dropped(lambda rng, shape, keep: (rng.random(shape) > keep) | (keep == 1)),
            "You keep what should go. Is keep_probability the share that stays, or that is "
            "dropped?",
        ),
        Misconception(
            "drops-keep-probability",
            _dropped(
                lambda rng, shape, keep: (rng.random(shape) > keep) | (keep == 1),
                lambda keep: 1 / (1 - keep) if keep < 1 else 1.0,
            ),
            "Yours drops with probability keep_probability. Which share should stay?",
        ),
        Misconception(
            "drops-all-where-all-is-kept",
            _dropped(lambda rng, shape, keep: rng.random(shape) > keep),
            "Where keep_probability is 1, all is dropped in yours, and nothing should be. Is "
            "keep_probability the share that stays, or that is dropped?",
        ),
        Misconception(
            "one-share-for-the-other",
            _dropped(
                lambda rng, shape, keep: rng.random(shape) < 1 - keep,
                lambda keep: 1 / (1 - keep) if keep < 1 else np.nan,
            ),
            "You take keep_probability for the share that is dropped: 1 - keep_probability of the "
            "numbers stay in yours. What does its name say?",
        ),
        Misconception(
            "normal-numbers",
            _dropped(lambda rng, shape, keep: rng.normal(size=shape) < keep),
            "rng.normal is not below keep_probability with that probability: its numbers have no "
            "bounds. Which function draws evenly between 0 and 1?",
        ),
        Misconception(
            "scaled-by-what-was-drawn",
            _scaled_by_what_was_drawn,
            "You divide by the share that this mask happened to keep. Then one draw changes the "
            "size of all others: which number is the same at every step?",
        ),
        Misconception(
            "changes-x",
            _in_place,
            "You write into X. Its owner loses the numbers, and an array of whole numbers cannot "
            "hold fractions. Can you make a new array?",
        ),
        Misconception(
            "drops-after-training",
            _dropped(
                later=lambda X, keep, rng: X * (rng.random(X.shape) < keep) / keep,
            ),
            "When training is over you still drop. Should a trained network give another answer "
            "each time it is asked?",
        ),
        Misconception(
            "training-the-wrong-way-round",
            lambda X, keep_probability, rng, training: (
                X if training else X * (rng.random(X.shape) < keep_probability) / keep_probability
            ),
            "You drop after training and not during it. When is the network to learn that no "
            "unit can be relied on?",
        ),
        Misconception(
            "scaled-when-not-training",
            _dropped(later=lambda X, keep, rng: X / keep),
            "When nothing is dropped, nothing is missing. Why the factor after training?",
        ),
        Misconception(
            "one-mask-for-all-rows",
            _dropped(lambda rng, shape, keep: rng.random(shape[1]) < keep),
            "All examples lose the same units. How many numbers must be drawn for X of (N, D)?",
        ),
        Misconception(
            "whole-rows-dropped",
            _dropped(lambda rng, shape, keep: rng.random((shape[0], 1)) < keep),
            "You drop whole examples. What should be dropped: examples, or single units of each?",
        ),
        Misconception(
            "same-number-in-each-row",
            _dropped(_exactly),
            "Every row (or column) loses the same number in yours. Should it matter for one "
            "entry how many of its neighbours are gone already?",
            also=(_dropped(lambda rng, shape, keep: _exactly(rng, shape[::-1], keep).T),),
        ),
        Misconception(
            "own-seed",
            _dropped(lambda rng, shape, keep: np.random.default_rng(0).random(shape) < keep),
            "The same units are dropped whatever rng is. Do you make a generator of your own?",
        ),
        Misconception(
            "global-random-state",
            _dropped(lambda rng, shape, keep: np.random.default_rng().random(shape) < keep),
            "Called again with the same rng, your function drops other units. Do all numbers come "
            "from rng, or from np.random?",
        ),
        Misconception(
            "noise-instead",
            lambda X, keep_probability, rng, training: (
                X * rng.random(X.shape) / keep_probability
                if training and keep_probability < 1
                else X
            ),
            "You make every number a little smaller, and drop none. Should a number be either "
            "kept or 0?",
        ),
        Misconception(
            "nothing-happens",
            lambda X, keep_probability, rng, training: X,
            "X comes back as it is, also in training. Does your mask reach X?",
        ),
    ),
    hints=(
        "Two cases: after training X comes back as it is. In training each number is kept with "
        "keep_probability, else it becomes 0.",
        "rng.random(X.shape) draws one number between 0 and 1 for each entry. Which of them are "
        "below keep_probability?",
        "mask = rng.random(X.shape) < keep_probability. What is kept is divided by "
        "keep_probability, so that the mean over many masks is X.",
    ),
    remark="The mean over many masks is X: so nothing needs to change when training is over.",
)
