"""Clues: relations between what came back and what is right, which hold for any exercise.

For what no small change of the code explains: another formula, a look-alike, an answer by heart. A
clue is said only if it holds for every failing case and is unlikely by chance. Each is a function
of a `Finding` that returns a sentence or ""; those that say most come first.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import numpy as np

from nnf_teach.checking import laws, moves, others, relations, whereabouts
from nnf_teach.checking.budget import Budget
from nnf_teach.checking.finding import Finding, part_name
from nnf_teach.checking.trial import Trial
from nnf_teach.checking.unused import drawn, dropped_value, unused_argument

SECONDS = 0.25  # for functions on other arguments

CLUES = (
    whereabouts.not_as_asked,
    dropped_value,
    drawn,
    relations.other_sign,
    relations.factor,
    relations.offset,
    relations.other_order,
    relations.exchanged_parts,
    relations.function_of_it,
    relations.an_argument,
    relations.few_values,
    relations.nearly,
    whereabouts.some_places,
    unused_argument,
    moves.ignored_argument,
    moves.too_much_moves,
    moves.other_rows,
    others.other_argument,
    whereabouts.special_only,
    whereabouts.some_numbers,
    whereabouts.some_examples,
    laws.broken_law,
    others.argument_of_two,
    relations.line_by_line,
    relations.line,
    laws.other_response,
    whereabouts.mostly_some_numbers,
    whereabouts.mostly_some_examples,
    relations.too_even,
    relations.one_side,
    whereabouts.some_parts,
)
SURE = (
    relations.other_sign,
    relations.factor,
    relations.offset,
    unused_argument,
    moves.ignored_argument,
    laws.broken_law,
)
WIDE = CLUES[: CLUES.index(unused_argument)]  # cheap: looked for in special cases, too


def find_clue(
    trial: Trial, seconds: float = SECONDS, clues: Sequence[Callable[[Finding], str]] = CLUES
) -> str:
    """Return the first clue that holds of all that is wrong, or of one part of it; or ""."""
    exercise, budget = trial.exercise, Budget(seconds)
    whole = Finding(trial, budget)
    if exercise.draws or exercise.score is not None:
        return _sentence(whereabouts.not_as_asked(whole))
    parts = [None, *(whole.wrong_parts if len(whole.wrong_parts) > 1 else [])]
    findings = [Finding(trial, budget, part) for part in parts]
    wide = [Finding(trial, budget, part, special=True) for part in parts]
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for clue in clues:
            for finding in (*wide, *findings) if clue in WIDE else findings:
                if said := _said(clue, finding):
                    return _sentence(_of_a_part(finding, said))
    return ""


def _of_a_part(finding: Finding, said: str) -> str:
    """Name the part, where the numbers in it or its examples are spoken of."""
    named = (whereabouts.NUMBERS, whereabouts.EXAMPLES, *laws.OPENINGS)
    if finding.part is None or not said.startswith(named):
        return said
    return f"Look at {part_name(finding.trial, finding.part)} alone. {said}"


def _sentence(said: str) -> str:
    return said[:1].upper() + said[1:]


def _said(clue: Callable[[Finding], str], finding: Finding) -> str:
    """Have a clue said; answers of any kind meet here, and what cannot be computed is no clue."""
    try:
        return clue(finding)
    except (ArithmeticError, IndexError, TypeError, ValueError):
        return ""
