"""The clinic: six broken training scripts, and the function of each that is to be repaired.

The scripts themselves are in `nnf_teach.clinic`. Every first misconception is the broken
function as it stands there. Here is what is broken in the training itself: softmax, loss and step;
`clinic_data` and `clinic_init` have what is broken before it begins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.clinic.loss import loss as broken_loss
from nnf_teach.clinic.softmax import softmax as broken_softmax
from nnf_teach.clinic.step import step as broken_step
from nnf_teach.exercises.exercise import Case, Exercise, Misconception
from nnf_teach.exercises.lesson_07.clinic_data import REPAIRED_NORMALISE, REPAIRED_SPLIT
from nnf_teach.exercises.lesson_07.clinic_init import REPAIRED_INIT
from nnf_teach.exercises.lesson_07.clinic_questions import PREDICTIONS
from nnf_teach.exercises.lesson_07.facts import Fact
from nnf_teach.exercises.numbers import read_numbers
from nnf_teach.exercises.oracles import random_params

__all__ = ["EXERCISES", "PREDICTIONS"]

Array = NDArray[Any]


# 1. repaired_softmax -------------------------------------------------------------------------


def _softmax_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((np.array([[0.0, np.log(3)], [np.log(2), 0.0]]),), "by hand"),
        Case((np.array([[2.0, -1.0, 0.5]]),), "one example"),
        Case((np.array([[1, 0], [0, 4], [2, 2]]),), "whole numbers"),
        Case((np.array([[1000.0, 999.0], [-1000.0, -1001.0]]),), "large logits"),
        Case((np.array([[0.5], [-2.0], [7.0]]),), "one class"),
        Case((3 * rng.normal(size=(4, 4)),), "as many examples as classes"),
        Case((5 * rng.normal(size=(7, 3)),)),
    ]


def _softmax(Z: Array) -> Array:
    """Give every logit its share by the differences to it, one pair of classes at a time."""
    differences = np.minimum(np.asarray(Z)[:, None, :] - np.asarray(Z)[:, :, None], 700)
    return np.asarray(1 / np.exp(differences).sum(axis=2))


def _shares(
    top: Callable[[Array], Array], total: Callable[[Array], Array]
) -> Callable[[Array], Array]:
    """Build a softmax from what is subtracted and what is divided by."""

    def softmax(Z: Array) -> Array:
        E = np.exp(Z - top(Z))
        return np.asarray(E / total(E))

    return softmax


def _over(axis: int, reduce: Callable[..., Array]) -> Callable[[Array], Array]:
    return lambda A: reduce(A, axis=axis, keepdims=True)


def _of_cut(Z: Array, most: float) -> Array:
    return np.asarray(np.exp(np.clip(Z, -most, most)))


REPAIRED_SOFTMAX = Exercise(
    name="repaired_softmax",
    lesson=7,
    points=1,
    reference=_softmax,
    cases=_softmax_cases,
    stable=True,
    misconceptions=(
        Misconception(
            "still-over-the-batch",
            broken_softmax,
            "Your columns add up to 1: the examples of a batch compete with each other. "
            "Which numbers are the probabilities of one image?",
        ),
        Misconception(
            "maximum-over-the-batch",
            _shares(_over(0, np.max), _over(1, np.sum)),
            "You divide by the right sum, but what you subtract differs from class to class, and "
            "does not cancel. Over which axis does your maximum run?",
        ),
        Misconception(
            "sum-over-the-batch",
            _shares(_over(1, np.max), _over(0, np.sum)),
            "The maximum is that of a row now. Over which axis does your sum run?",
        ),
        Misconception(
            "one-sum-for-all",
            _shares(_over(1, np.max), lambda E: np.asarray(E.sum())),
            "The whole table adds up to 1 in yours. What should add up to 1?",
        ),
        Misconception(
            "one-maximum-for-all",
            _shares(lambda Z: np.asarray(Z.max()), _over(1, np.sum)),
            "You subtract the largest logit of the whole batch. A row that is far below it becomes "
            "0 / 0. Which maximum is safe for every row?",
        ),
        Misconception(
            "unstable-exp",
            lambda Z: np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True),
            "The axis is right. But the broken script was stable, and yours overflows at 1000. "
            "What was the maximum for?",
        ),
        Misconception(
            "logits-cut",
            lambda Z: np.asarray(_of_cut(Z, 500) / _of_cut(Z, 500).sum(axis=1, keepdims=True)),
            "You cut the logits off, so that 1000 and 999 become the same. Only the differences "
            "in a row count: what can be subtracted from a row without a change?",
        ),
        Misconception(
            "logarithm-returned",
            lambda Z: np.asarray(Z - np.logaddexp.reduce(Z, axis=1, keepdims=True)),
            "These are logarithms of probabilities. What does the rest of the script expect?",
        ),
    ),
    hints=(
        "Z has one example a row. Which entries belong to the same image: those of a row, or those "
        "of a column?",
        "Take an example with two rows by hand, and add up your result along rows, then along "
        "columns.",
        "Both the maximum and the sum must run along a row: axis=1, and keepdims=True so that the "
        "shapes still fit.",
    ),
    remark="log(batch size) at the start, and another value with another batch, gave it away.",
)


# 2. repaired_loss ----------------------------------------------------------------------------


def _loss_cases(rng: np.random.Generator) -> Sequence[Case]:
    p, t = rng.uniform(0.05, 0.95, (6, 1)), rng.integers(0, 2, 6)
    t[:2] = 0, 1
    return [
        Case((np.array([[0.5], [0.2]]), np.array([1, 0])), "by hand: a column and a row"),
        Case((np.array([0.8, 0.3, 0.6]), np.array([1, 0, 0])), "both (N,)"),
        Case((np.array([0.8, 0.3, 0.6]), np.array([[1.0], [0.0], [0.0]])), "t is the column"),
        Case((np.array([[0.9]]), np.array([1])), "one example"),
        Case((p, t)),
        Case((p, t[:, None]), "both columns"),
        Case((p.astype(np.float32), t), "float32"),
        Case((np.array([[0.001], [0.999]]), np.array([1, 1])), "nearly sure"),
        Case((np.array([[1.0], [0.0], [0.5]]), np.array([1, 0, 1])), "sure, and right"),
        Case((np.array([[1.0], [0.5]], np.float32), np.array([1, 0])), "sure in float32"),
        Case((np.array([[1.0], [0.5], [0.25]]), np.array([0, 1, 1])), "sure, and wrong at p = 1"),
        Case((np.array([[0.5], [0.0]]), np.array([0, 1])), "sure, and wrong at p = 0"),
    ]


def _of_the_right_class(p: Array, t: Array) -> Array:
    p, t = np.ravel(p).astype(float), np.ravel(t)
    return np.where(t == 1, p, 1 - p)


def _loss(p: Array, t: Array) -> float:
    return float(np.mean(-np.log(np.maximum(_of_the_right_class(p, t), 1e-12))))


_LEAST, _MOST = 10.0, 1e4  # what a sure and wrong answer may cost; -log(5e-324) is 744


def _observe_loss(answer: Any, p: Array, t: Array) -> Any:
    """Return the number; where someone was sure and wrong, whether it is large and finite."""
    loss = read_numbers(answer)
    wrong = int(np.sum(_of_the_right_class(p, t) == 0))
    if not wrong:
        return loss
    if loss.shape != ():
        return {"the loss is": Fact(f"an array of shape {loss.shape}")}
    value = float(loss)
    if not _LEAST <= value * np.size(t) / wrong <= _MOST:
        return {"the loss is": Fact("nan" if np.isnan(value) else f"{value:.4g}")}
    return {"the loss is": Fact("large, and finite")}


def _column_of(p: Array) -> Array:
    return np.ravel(p).astype(float)


def _cross_entropy(
    clip: Callable[[Array], Array] = lambda p: np.clip(p, 1e-12, 1 - 1e-12),
    mean: Callable[[Array], Any] = np.mean,
) -> Callable[..., Any]:
    """Build a loss without broadcasting in which something else is wrong."""

    def loss(p: Array, t: Array) -> Any:
        p, t = clip(_column_of(p)), np.ravel(t)
        return mean(-(t * np.log(p) + (1 - t) * np.log(1 - p)))

    return loss


def _against_a_column(p: Array, t: Array) -> Any:
    p = np.clip(np.asarray(p, dtype=float), 1e-12, 1 - 1e-12)
    t = np.reshape(t, (-1, 1))
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def _still_broadcasts(p: Array, t: Array) -> Any:
    p = np.clip(np.asarray(p, dtype=float), 1e-12, 1 - 1e-12)
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def _in_the_type_of_p(
    mean: Callable[[Array], Any] = np.mean,
) -> Callable[..., Any]:
    """Build a loss that cuts p as it comes: in float32, 1 - 1e-12 is 1."""

    def loss(p: Array, t: Array) -> Any:
        p, t = np.clip(np.ravel(p), 1e-12, 1 - 1e-12), np.ravel(t)
        return mean(-(t * np.log(p) + (1 - t) * np.log(1 - p)))

    return loss


def _zero_for_nan(p: Array, t: Array) -> Any:
    p, t = np.ravel(p), np.ravel(t)
    return np.nan_to_num(-np.mean(t * np.log(p) + (1 - t) * np.log(1 - p)))


def _p_made_flat(p: Array, t: Array) -> Any:
    p = np.clip(np.ravel(p), 1e-12, 1 - 1e-12)
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


REPAIRED_LOSS = Exercise(
    name="repaired_loss",
    lesson=7,
    points=1,
    reference=_loss,
    cases=_loss_cases,
    observe=_observe_loss,
    atol=1e-6,  # who cuts p at 1e-7 is right, too
    misconceptions=(
        Misconception(
            "still-broken",
            broken_loss,
            "A column (N, 1) and a row (N,) make a table (N, N): every p meets every t. "
            "And what is 0 times log 0? Look at the shape of t * log(p): what should it be?",
        ),
        Misconception(
            "log-of-zero-remains",
            _cross_entropy(clip=lambda p: p),
            "The shapes are right, so this network learns, and then breaks in another way: "
            "p becomes exactly 1. What is log(1 - p) then, and what is 0 times it?",
        ),
        Misconception(
            "lost-in-float32",
            _in_the_type_of_p(),
            "Right for float64. But this p comes in float32, where 1 - 1e-12 is rounded to exactly "
            "1, and the logarithm of 0 is back. In which type should p be when it is cut?",
        ),
        Misconception(
            "sure-and-wrong-is-infinite",
            lambda p, t: np.mean(-np.log(_of_the_right_class(p, t))),
            "You take only the logarithm that counts, so nobody who is right pays. But who is sure "
            "and wrong pays -log(0). What is the least probability that you should allow?",
        ),
        Misconception(
            "zero-in-place-of-nan",
            _zero_for_nan,
            "One nan, and you call the loss of the whole batch 0. What do the other examples pay, "
            "and where does the nan come from?",
        ),
        Misconception(
            "only-p-is-flat",
            _p_made_flat,
            "You make p flat. But t may come as a column, and then the two make a table again. "
            "How can both become the same shape?",
        ),
        Misconception(
            "shapes-remain",
            _still_broadcasts,
            "No infinity is left. But a column (N, 1) and a row (N,) still make a table (N, N). "
            "How can both become the same shape?",
        ),
        Misconception(
            "only-t-is-turned",
            _against_a_column,
            "You make a column of t. That fits a column p. But p may come as (N,) as well: "
            "what happens then?",
        ),
        Misconception(
            "cut-at-one-end",
            _cross_entropy(clip=lambda p: np.maximum(p, 1e-12)),
            "You keep p away from 0. At which other value of p does a logarithm break?",
        ),
        Misconception(
            "cut-too-much",
            _cross_entropy(clip=lambda p: np.clip(p, 0.01, 0.99)),
            "You change probabilities that were fine: 0.001 is not the same as 0.01. "
            "How near to 0 and 1 can p go before a logarithm breaks?",
        ),
        Misconception(
            "cut-much",
            _cross_entropy(clip=lambda p: np.clip(p, 1e-3, 1 - 1e-3)),
            "You cut at 0.001, so that who is sure and right pays 0.001. How near to 0 and 1 can p "
            "go before a logarithm breaks?",
        ),
        Misconception(
            "cut-a-little-much",
            _cross_entropy(clip=lambda p: np.clip(p, 1e-5, 1 - 1e-5)),
            "You cut at 0.00001, and who is sure and right pays that much; 0.000001 is allowed. "
            "How near to 0 and 1 can p go before a logarithm breaks?",
        ),
        Misconception(
            "sum-in-the-type-of-p",
            _in_the_type_of_p(np.sum),
            "The broken script took a mean over the examples, and that was right. "
            "Show yours the same examples twice: should the loss double?",
        ),
        Misconception(
            "sum-instead-of-mean",
            _cross_entropy(mean=np.sum),
            "The broken script took a mean over the examples, and that was right. "
            "Show yours the same examples twice: should the loss double?",
        ),
        Misconception(
            "wrong-answers-cost-nothing",
            _cross_entropy(
                clip=lambda p: p,
                mean=lambda terms: np.mean(np.nan_to_num(terms, nan=0.0, posinf=0.0)),
            ),
            "You put 0 in place of what is not finite. A model that is sure and wrong then pays "
            "nothing. What should it pay?",
        ),
        Misconception(
            "one-loss-an-example",
            lambda p, t: -np.log(np.maximum(_of_the_right_class(p, t), 1e-12)),
            "That is one loss for each example. Which single number did the script return?",
        ),
    ),
    hints=(
        "There are two faults. Print the shapes of p, t and t * np.log(p), with p of shape (3, 1) "
        "and t of shape (3,). How many numbers should a batch of 3 give?",
        "First give p and t the same shape, (N,), whatever shape they come in: np.ravel does it. "
        "Then keep p away from exactly 0 and exactly 1, by very little.",
        "np.clip(p, 1e-12, 1 - 1e-12) on float64 numbers. In float32, 1 - 1e-12 is 1: use "
        "p.astype(float) first.",
    ),
    remark="A loss that rests exactly at chance, with weights that shrink to 0: the model "
    "was asked to please every label at once.",
)


# 3. repaired_step ----------------------------------------------------------------------------


def _step_cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(rate: float, *sizes: int) -> Case:
        return Case((random_params(rng, sizes), random_params(rng, sizes), rate))

    hand = [(np.array([[1.0, 2.0]]), np.array([3.0]))]
    slopes = [(np.array([[10.0, 0.0]]), np.array([-10.0]))]
    return [
        Case((hand, slopes, 0.1), "by hand"),
        drawn(0.3, 1, 1),
        drawn(0.01, 2, 3, 1),
        drawn(2.0, 3, 3, 3, 2),
    ]


def _each(rule: Callable[[Array, Array, float], Any]) -> Callable[..., Any]:
    return lambda params, grads, learning_rate: [
        (rule(W, dW, learning_rate), rule(b, db, learning_rate))
        for (W, b), (dW, db) in zip(params, grads, strict=True)
    ]


_descend = _each(lambda p, g, rate: p - rate * g)

REPAIRED_STEP = Exercise(
    name="repaired_step",
    lesson=7,
    points=1,
    reference=lambda params, grads, learning_rate: _descend(params, grads, learning_rate),
    cases=_step_cases,
    misconceptions=(
        Misconception(
            "still-in-place",
            broken_step,
            "-= writes into the arrays that came in. The script keeps a name for its best "
            "parameters: which arrays does that name stand for after the next step?",
        ),
        Misconception(
            "old-params-returned",
            lambda params, grads, learning_rate: [(W.copy(), b.copy()) for W, b in params],
            "The parameters that came in are safe now, but they also come out. "
            "Where does the new step go?",
        ),
        Misconception(
            "uphill",
            _each(lambda p, g, rate: p + rate * g),
            "The broken step went downhill, and that was right. Which way does yours go?",
        ),
        Misconception(
            "forgot-learning-rate",
            _each(lambda p, g, rate: p - g),
            "The broken step was as long as the learning rate said. What has become of it?",
        ),
        Misconception(
            "biases-stay",
            lambda params, grads, learning_rate: [
                (W - learning_rate * dW, b.copy())
                for (W, b), (dW, _) in zip(params, grads, strict=True)
            ],
            "Only the weights move. Did the biases move in the broken script?",
        ),
        Misconception(
            "first-layer-only",
            lambda params, grads, learning_rate: (
                _descend(params[:1], grads[:1], learning_rate)
                + [(W.copy(), b.copy()) for W, b in params[1:]]
            ),
            "Only the first layer moves. Does your loop end too early?",
        ),
    ),
    hints=(
        "What does W -= 1 do to the array that W stands for, and what does W = W - 1 do?",
        "After best = params both names stand for the same arrays. A copy of the list alone does "
        "not help: its pairs still hold the same arrays.",
        "Build a new list of new pairs: (W - learning_rate * dW, b - learning_rate * db) for each "
        "layer.",
    ),
    remark="Whoever had kept the old params still has them.",
)


EXERCISES = (
    REPAIRED_SOFTMAX,
    REPAIRED_LOSS,
    REPAIRED_STEP,
    REPAIRED_SPLIT,
    REPAIRED_NORMALISE,
    REPAIRED_INIT,
)
