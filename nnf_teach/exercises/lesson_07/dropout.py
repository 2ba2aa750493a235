"""Dropout, which draws: what is compared are facts about the mask."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.exercises.exercise import BadAnswer, Fact
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.lesson_07.facts import are_independent, nearest_name, rng_facts
from nnf_teach.exercises.numbers import read_numbers

ENOUGH = 5_000  # of so many numbers a share is known to a few per cent
MANY = 40_000  # of so many the share is exact twice in a row once in 60,000 times
COLUMNS = 20  # so many do not all keep the same number by chance


def facts_of(answers, X, keep, rng, training):
    """Return what can be said of a dropout without knowing how it was drawn."""
    found = [read_numbers(answer).astype(float) for answer in answers]
    Y = found[0]
    if not np.isfinite(Y).all():
        raise BadAnswer("nan", "There are nans or infinities in the answer.")
    if X.shape != Y.shape:
        return {
            "shape": Fact(Y.shape, "Each number of X is either kept or 0. Which shape is that?")
        }
    if not training or keep == 1 or not X.any():
        return {"shape": Fact(Y.shape)} | _unchanged(Y, X, keep, training)
    kept = Y != 0
    facts: dict[str, Any] = {
        "numbers are dropped": Fact.whether(
            not kept.all(),
            "No number is 0 in yours. What does your mask look like when you print it?",
        ),
        "what is kept is multiplied by": _factor(Y[kept] / X[kept], kept, keep),
    }
    if X.size < ENOUGH:
        return facts
    if kept.any() and not kept.all():
        facts |= _each_on_its_own(kept)
    if X.size >= MANY:
        exact = {int(np.count_nonzero(Y)) for Y in found[:2]} == {round(keep * X.size)}
        facts["how many are kept"] = Fact(
            "a matter of chance" if not exact else "the same each time",
            "Exactly the share keep_probability stays in yours, each time. Should it matter for "
            "one entry how many of all the others are gone already?",
        )
    return facts | {"share that is kept": _share(kept, keep)} | rng_facts(found)


def _unchanged(Y: Array, X: Array, keep: float, training: bool) -> dict[str, Fact]:
    if training:
        drops = (
            f"keep_probability is {keep:.4g} here, and some numbers are dropped. Is it the share "
            "that stays, or that is dropped?"
        )
        changes = "All numbers stay here. Which factor keeps the mean when nothing is dropped?"
    else:
        drops = (
            "When training is over you still drop. Should a trained network give another answer "
            "each time it is asked?"
        )
        changes = (
            "After training nothing is dropped, so that nothing is missing. In the inverted form, "
            "when is the factor needed?"
        )
    dropped = ((Y == 0) & (X != 0)).any()
    return {
        "no number is dropped": Fact.whether(not dropped, drops),
        "X comes back as it is": Fact.whether(np.allclose(Y, X, rtol=1e-5, atol=1e-9), changes),
    }


def _factor(ratios: Array, kept: Array, keep: float) -> Fact:
    """Name the factor, which is the same for all that is kept."""
    right = Fact("1 / keep_probability")
    names = {
        right: 1 / keep,
        Fact(
            "1",
            "On average your numbers shrink to the share that is kept. The next layer would get "
            "other sums after training: which factor keeps the mean?",
        ): 1.0,
        Fact(
            "keep_probability",
            "You make what is kept smaller. Some of the sum is gone already: should the rest "
            "become larger or smaller?",
        ): keep,
        Fact(
            "1 / (1 - keep_probability)",
            "You divide by the share that is dropped. With nearly everything kept, how large "
            "should the factor be?",
        ): 1 / (1 - keep),
        Fact(
            "1 / (the share that this mask kept)",
            "You divide by the share that this mask happened to keep. Then one draw changes the "
            "size of all others: which number is the same at every step?",
        ): 1 / max(float(kept.mean()), 1e-300),
    }
    if not len(ratios):
        return right  # by chance nothing is kept; that shows elsewhere
    for name, factor in names.items():
        if np.allclose(ratios, factor, rtol=1e-5):
            return name
    if np.allclose(ratios, ratios[0], rtol=1e-5):
        return Fact(f"about {ratios[0]:.2g}", "Which factor keeps the mean over many masks at X?")
    return Fact("not one number", "Should a number be made smaller a little, or be kept or 0?")


def _share(kept: Array, keep: float) -> Fact:
    """Say which share is kept; the error of a share p is sqrt(p (1 - p) / n)."""
    share = float(kept.mean())
    if share in (0.0, 1.0):
        said = "No number is 0" if share else "Every number is 0"
        question = f"{said}. What does your mask look like when you print it?"
        return Fact("all of it" if share else "nothing", question)
    # A mask that whole rows or columns share has few draws, so its share is known less well.
    draws = kept.size
    if (kept == kept[0]).all():
        draws = kept.shape[1]
    elif (kept == kept[:, :1]).all():
        draws = kept.shape[0]
    other = Fact(
        "1 - keep_probability",
        "You keep what should go. Is keep_probability the share that stays, or that is dropped?",
    )
    return nearest_name(
        share,
        {"keep_probability": keep, other: 1 - keep},
        float(np.sqrt((1 - keep) / keep / draws)),
        "keep_probability",
        f"Of {kept.size:,} numbers {share:.1%} stay, and keep_probability is {keep:.4g}. Between "
        "which bounds are the numbers that you draw, and are all of them equally likely?",
    )


def _each_on_its_own(kept: Array) -> dict[str, Fact]:
    rows, columns = kept.sum(axis=1), kept.sum(axis=0)
    same = (
        "Every row (or column) loses the same number in yours. Should it matter for one entry how "
        "many of its neighbours are gone already?"
    )
    return {
        "every row is drawn on its own": Fact.whether(
            not (kept == kept[0]).all(),
            "All examples lose the same units. How many numbers must be drawn for X of (N, D)?",
        ),
        "every column is drawn on its own": Fact.whether(
            not (kept == kept[:, :1]).all(),
            "You drop whole examples. What should be dropped: examples, or single units of each?",
        ),
        "rows keep different numbers": Fact.whether(np.ptp(rows) > 0, same),
        "columns keep different numbers": Fact.whether(
            len(columns) < COLUMNS or np.ptp(columns) > 0, same
        ),
        "every entry is drawn on its own": Fact.whether(
            are_independent(kept - kept.mean()),
            "Whether an entry is kept hangs together with its row and its column in yours. How "
            "many numbers must be drawn for X of (N, D)?",
        ),
    }


@exercise(lesson=7, points=1, observe=facts_of, draws=True)
def dropout(X, keep_probability, rng, training):
    if not training:
        return X
    return X * rng.binomial(1, keep_probability, np.shape(X)) / keep_probability


@dropout.cases
def cases(rng):
    def drawn(shape, keep, training, *about):
        X = rng.uniform(1, 2, shape) * rng.choice([-1, 1], shape)
        return X, keep, np.random.default_rng(rng.integers(2**32)), training, *about

    yield drawn((2, 16), 0.5, False, "after training")
    yield drawn((1, 3), 1.0, True, "nothing is dropped")
    yield drawn((3, 12), 0.25, True)
    yield np.zeros((2, 2)), 0.5, np.random.default_rng(1), True, "zeros"
    yield drawn((100, 80), 0.25, True)
    yield drawn((80, 100), 0.8, True)
    yield drawn((200, 200), 0.5, True)
    yield drawn((6000, 2), 0.25, True)
    yield rng.integers(1, 9, (100, 80)), 0.5, np.random.default_rng(2), True, "whole numbers"
    yield drawn((60, 50), 0.7, False, "after training")


dropout.hints(
    "Two cases: after training X comes back as it is. In training each number is kept with "
    "keep_probability, else it becomes 0.",
    "rng.random(X.shape) draws one number between 0 and 1 for each entry. Which of them are "
    "below keep_probability?",
    "mask = rng.random(X.shape) < keep_probability. What is kept is divided by "
    "keep_probability, so that the mean over many masks is X.",
    remark="The mean over many masks is X: so nothing needs to change when training is over.",
)
