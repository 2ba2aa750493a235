"""Does early stopping do what its statement says, and is every other way of counting found out?"""

import math
from itertools import product

import numpy as np
import pytest

from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import all_exercises

from ..verdict import passes

EXERCISE = all_exercises()["early_stopping"]
# every record of up to four epochs that differs in order, ties or nan
RECORDS = [
    np.array(record)
    for epochs in range(1, 5)
    for record in product((1.0, 2.0, 3.0, math.nan), repeat=epochs)
]
SIZES = [np.array([2.0, 1.9]), *(np.array([2.0, 3.0, 1.5]) * size for size in (1e-9, 1e5, 1e30))]


def by_the_statement(losses, patience):
    """Return the kept epoch: each sentence of the statement as one line, slowly."""
    new = [
        not math.isnan(losses[k]) and all(not earlier <= losses[k] for earlier in losses[:k])
        for k in range(len(losses))
    ]
    ends = (k for k in range(patience - 1, len(losses)) if not any(new[k - patience + 1 : k + 1]))
    trained = next(ends, len(losses) - 1) + 1
    return max((k for k in range(trained) if new[k]), default=0)


def stop_with(better, begin, counts, enough):
    def stop(losses, patience):
        best, waited = 0, 0
        lowest = losses[0] if begin is None else begin
        for epoch in range(begin is None, len(losses)):
            if better(losses[epoch], lowest):
                best, waited, lowest = epoch, 0, losses[epoch]
            elif counts(losses[epoch], lowest):
                waited += 1
                if enough(waited, patience):
                    break
        return best

    return stop


VARIATIONS = {
    " ".join(names): stop_with(*parts)
    for names, parts in (
        (tuple(name for name, _ in chosen), tuple(part for _, part in chosen))
        for chosen in product(
            (
                ("below", lambda loss, lowest: loss < lowest),
                ("not-above", lambda loss, lowest: loss <= lowest),
                ("not-at-least", lambda loss, lowest: not loss >= lowest),
                ("clearly-below", lambda loss, lowest: loss < lowest - 1e-4),
                ("a-share-below", lambda loss, lowest: loss < 0.9 * lowest),
            ),
            (("inf", math.inf), ("first", None), ("1e5", 1e5)),
            (
                ("all", lambda loss, lowest: True),
                ("above", lambda loss, lowest: loss > lowest),
                ("at-least", lambda loss, lowest: loss >= lowest),
                ("other", lambda loss, lowest: loss != lowest),
            ),
            (
                ("enough", lambda waited, patience: waited >= patience),
                ("more", lambda waited, patience: waited > patience),
            ),
        )
    )
}


EXPECTED = [
    (losses, patience, by_the_statement(losses, patience))
    for losses in (*RECORDS, *SIZES)
    for patience in (1, 2, 3)
]


def differs(answer):
    return any(answer(losses, patience) != epoch for losses, patience, epoch in EXPECTED)


def test_the_reference_is_the_statement():
    assert not differs(EXERCISE.reference)


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_variation_passes_where_it_is_right_and_only_there(name):
    """Is each way of comparing, beginning and counting judged by what it does?"""
    assert passes(EXERCISE, VARIATIONS[name]) != differs(VARIATIONS[name])


@pytest.mark.parametrize("variation", ["not-at-least inf all enough", "below first all enough"])
def test_a_variation_that_is_wrong_about_nan_is_led_there(variation):
    result = diagnose(EXERCISE, VARIATIONS[variation])
    assert "wrong only in some of these: a nan is no new lowest loss" in result.message
