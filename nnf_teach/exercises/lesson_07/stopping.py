"""When to stop: the epoch with the lowest validation loss, of those before patience is over."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnf_teach.exercises.exercise import Case, Exercise, Misconception
from nnf_teach.exercises.lesson_07.facts import Array


def _stopping_cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(n: int, patience: int) -> Case:
        falling = 2.0 / np.arange(1, n + 1) + 0.02 * np.arange(n)
        return Case((falling + 0.15 * rng.random(n), patience))

    return [
        Case((np.array([3.0, 2.0, 2.5, 2.6, 1.0]), 2), "by hand"),
        Case((np.array([3.0, 2.0, 2.5, 1.9, 1.0]), 2), "a bump on the way"),
        Case((np.array([3.0, 2.0, 2.5, 2.6, 2.7, 1.0]), 3), "more patience"),
        Case((np.array([3.0, 2.0, 2.5, 2.6, 1.0]), 3), "just patient enough"),
        Case((np.array([1.0, 2.0, 0.5]), 1), "no patience"),
        Case((np.array([1.0]), 5), "one epoch"),
        Case((np.array([4.0, 3.0, 2.0, 1.0]), 2), "better to the end"),
        Case((np.array([1.0, 2.0, 3.0, 4.0]), 9), "worse from the start"),
        Case((np.array([2.0, 1.0, 1.0, 1.0, 1.5]), 4), "equal losses"),
        Case((np.array([3.0, 4.0, 2.0, 2.5, 1.0, 1.5, 0.5]), 2), "ups and downs"),
        Case((np.array([3.0, 2.8, 2.9, 2.85, 2.82, 1.0]), 3), "nearly, but not better"),
        Case((np.array([1.0, 0.8, np.nan, 0.9, 0.7]), 3), "a nan is no improvement"),
        Case((np.array([3.0, np.nan, 5.0, 6.0, 4.0]), 2), "a nan is no improvement"),
        Case((np.array([3.0, np.nan, 5.0, 4.0]), 9), "a nan is no improvement"),
        Case((np.array([2.0, np.nan, np.nan, 1.0]), 2), "a nan is no improvement"),
        Case((np.array([np.nan, 2.0, 1.0]), 2), "the first loss is nan"),
        Case((np.array([np.nan, 3.0, 2.0, 2.5, 2.6, 1.0]), 2), "the first loss is nan"),
        Case((np.array([3.0, 2.0, 2.0, 2.0, 1.0]), 2), "equal losses"),
        Case((np.array([2e5, 3e5, 1.5e5]), 2), "large losses"),
        Case((np.array([2e30, 3e30, 1.5e30]), 2), "large losses"),
        Case((np.array([3e-9, 2e-9, 2.5e-9, 1.9e-9, 2.1e-9]), 2), "small losses"),
        Case((np.array([-1.0, -2.0, -1.5, -1.6, -3.0]), 2), "losses below 0"),
        Case(
            (np.array([3.0, 1.0, 2.0, 2.0, 2.0, 2.0, 0.5]), 2), "a long time without a better one"
        ),
        Case((np.array([5, 3, 4, 4, 1]), 2), "whole numbers"),
        drawn(30, 3),
        drawn(30, 8),
        drawn(60, 1),
    ]


def _early_stopping(validation_losses: Array, patience: int) -> int:
    """Walk through the epochs as training would; no loss is below nan."""
    best, waited, lowest = 0, 0, math.inf
    for epoch, loss in enumerate(validation_losses):
        if loss < lowest:
            best, waited, lowest = epoch, 0, loss
        else:
            waited += 1
            if waited == patience:
                break
    return best


def _stopped(
    better: Callable[[float, float], bool] = lambda loss, lowest: loss < lowest,
    counts: Callable[[float, float], bool] = lambda loss, lowest: True,
    waits: Callable[[int], int] = lambda patience: patience,
    resets: bool = True,
    lowest: float | None = math.inf,
    answer: Callable[[int, int, Array], Any] = lambda best, last, losses: best,
) -> Callable[..., Any]:
    """Build a walk in which one thing is wrong; where `lowest` is None, the first loss is it."""

    def stop(validation_losses: Array, patience: int) -> Any:
        best = waited = last = 0
        least = validation_losses[0] if lowest is None else lowest
        for epoch in range(lowest is None, len(validation_losses)):
            last, loss = epoch, validation_losses[epoch]
            if better(loss, least):
                best, waited, least = epoch, 0 if resets else waited, loss
            elif counts(loss, least):
                waited += 1
                if waited >= waits(patience):
                    break
        return answer(best, last, validation_losses)

    return stop


def _against_the_epoch_before(validation_losses: Array, patience: int) -> int:
    waited = best = 0
    for epoch in range(1, len(validation_losses)):
        if validation_losses[epoch] < validation_losses[epoch - 1]:
            waited = 0
        else:
            waited += 1
        if validation_losses[epoch] < validation_losses[best]:
            best = epoch
        if waited >= patience:
            break
    return best


def _after_the_last_fall(validation_losses: Array, patience: int) -> int:
    """Take every loss below the one before it for the best."""
    waited = best = 0
    for epoch in range(1, len(validation_losses)):
        if validation_losses[epoch] < validation_losses[epoch - 1]:
            best, waited = epoch, 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best


EARLY_STOPPING = Exercise(
    name="early_stopping",
    lesson=7,
    points=1,
    reference=_early_stopping,
    cases=_stopping_cases,
    misconceptions=(
        Misconception(
            "best-of-all",
            lambda validation_losses, patience: int(np.argmin(validation_losses)),
            "You look at all epochs, also at those after training has stopped. "
            "Can it know what would have come?",
        ),
        Misconception(
            "best-of-all-but-nan",
            lambda validation_losses, patience: int(np.nanargmin(validation_losses)),
            "You look at the losses of all epochs, also of those that training never reaches. "
            "How can your function tell when it would have stopped?",
        ),
        Misconception(
            "where-it-stopped",
            _stopped(answer=lambda best, last, losses: last),
            "That is where training stops. Which epoch had the best weights until then?",
        ),
        Misconception(
            "a-little-too-patient",
            _stopped(waits=lambda patience: patience + 1),
            "Yours waits for one epoch more. With patience 1, how many epochs without "
            "improvement are enough to stop?",
        ),
        Misconception(
            "too-impatient",
            _stopped(waits=lambda patience: max(patience - 1, 1)),
            "Yours gives up one epoch too soon. How many epochs in a row without improvement "
            "does patience allow?",
        ),
        Misconception(
            "counter-never-reset",
            _stopped(resets=False),
            "You count all epochs without improvement. What happens to the count when a new best "
            "one comes?",
        ),
        Misconception(
            "against-the-epoch-before",
            _against_the_epoch_before,
            "You compare each loss with the one before it. With which earlier loss should it be "
            "compared?",
        ),
        Misconception(
            "last-fall",
            _after_the_last_fall,
            "You take every loss that is below the one before it for the best. After 2.8 and 2.9, "
            "is 2.85 a new lowest loss?",
        ),
        Misconception(
            "ties-count-as-better",
            _stopped(better=lambda loss, lowest: loss <= lowest),
            "An equal loss is not a better one. Which of the equal epochs comes first?",
        ),
        Misconception(
            "ties-do-not-count",
            _stopped(counts=lambda loss, lowest: loss != lowest),
            "An epoch whose loss is equal to the lowest brings no new lowest loss either. "
            "Does yours count it as one without improvement?",
        ),
        Misconception(
            "only-worse-counts",
            _stopped(counts=lambda loss, lowest: loss > lowest),
            "Yours counts an epoch only where the loss is above the lowest. Does a nan, or an "
            "equal loss, bring a new lowest one?",
        ),
        Misconception(
            "nan-does-not-count",
            _stopped(counts=lambda loss, lowest: not math.isnan(loss)),
            "An epoch whose loss is nan brings no new lowest loss. Does yours count it as one "
            "without improvement?",
        ),
        Misconception(
            "nan-as-lowest",
            _stopped(better=lambda loss, lowest: not loss >= lowest),
            "Yours takes nan for a new lowest loss. What does Python say to nan >= 2, and to "
            "nan < 2?",
        ),
        Misconception(
            "begins-with-nan",
            _stopped(lowest=None),
            "The first loss is nan, and yours compares every other loss with it. Is any number "
            "below nan? What could the lowest loss be before the first epoch?",
        ),
        Misconception(
            "begins-too-low",
            _stopped(lowest=1e5),
            "Your lowest loss begins at a number, and all of these losses are above it. Which "
            "number is above every loss?",
        ),
        Misconception(
            "loss-instead-of-epoch",
            _stopped(answer=lambda best, last, losses: losses[best]),
            "That is the loss. What is asked for is when it was reached: which index?",
        ),
        Misconception(
            "counted-from-one",
            _stopped(answer=lambda best, last, losses: best + 1),
            "Your epochs are counted from 1. At which number does an index begin?",
        ),
        Misconception(
            "largest-loss",
            _stopped(better=lambda loss, lowest: loss > lowest, lowest=None),
            "You wait for the loss to rise. Which loss is better, a large or a small one?",
        ),
    ),
    hints=(
        "Walk through the epochs once, as training would. Remember the epoch with the lowest loss "
        "so far.",
        "When a new lowest loss comes, its epoch is the best one, and you begin to count again. "
        "Else one more epoch has passed without improvement.",
        "Begin with lowest = np.inf, best = 0, waited = 0. If loss < lowest: lowest, best, "
        "waited = loss, epoch, 0; else waited += 1, and break if waited == patience. "
        "At the end, best is the answer.",
    ),
    remark="The price of a regulariser that costs nothing: a validation set that you do not train "
    "on.",
)
