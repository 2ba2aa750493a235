"""What a learner's test is tried on, and what is said when it takes wrong for right.

The wrong candidates are those that the exercise names, and small changes of a right one: the same
changes with which the place of a slip is found.
"""

from __future__ import annotations

import inspect
import math
import random
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from nnf_teach.checking.edits import Edit, edits_of
from nnf_teach.checking.source import Source
from nnf_teach.exercises import Case, Exercise
from nnf_teach.exercises.candidates import Candidate, Subject

CHANGED = 9  # wrong ones that are small changes
SECONDS = 0.1  # for a changed function
DIGITS = 4  # in which a wrong one differs


def cases_of(exercise: Exercise, seed: int, number: int = 0) -> list[Case]:
    """Return the cases of an exercise; those of a test in an order that tells nothing.

    `number` counts the rounds from 0, where chance decides and there may be more than one.
    """
    rng = np.random.default_rng([seed, number] if number else seed)
    cases = list(exercise.cases(rng))
    if exercise.subject is None:
        return cases
    cases += [Case((candidate,)) for candidate in changed(exercise.subject)]
    return [cases[k] for k in rng.permutation(len(cases))]


@cache
def changed(subject: Subject) -> list[Candidate]:
    """Return small changes of the first right function that do something else, each in its way."""
    right, *_ = subject.right.values()
    source = Source.of(right)
    if source is None:
        return []
    inputs = list(subject.inputs(np.random.default_rng(0)))
    known = {_deeds(function, inputs) for function in (right, *subject.wrong.values())}
    edits = edits_of(source.functions[source.name], "np")
    random.Random(0).shuffle(edits)
    found: list[Candidate] = []
    for edit in edits:
        with edit.made():
            try:
                deeds = _deeds(source.function(SECONDS, edit.new), inputs)
            except Exception:
                continue
            if deeds not in known and any(deeds):
                known.add(deeds)
                function = source.function(math.inf, edit.new)  # it came to an end on these inputs
                found.append(Candidate(subject.name, function, _words(edit), False))
        if len(found) == CHANGED:
            break
    return found


def _deeds(function: Any, inputs: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Return what a function does on some inputs, for comparison; "" for an error."""
    found = []
    for args in inputs:
        try:
            answer = Candidate("", function, "", False)(*args)
            parts = answer if isinstance(answer, tuple) else (answer,)
            arrays = [np.asarray(part, dtype=float) for part in parts]
            found.append(str([(a.shape, (a + 0.0).round(DIGITS).tolist()) for a in arrays]))
        except Exception:
            found.append("")
    return tuple(found)


def _words(edit: Edit) -> str:
    if edit.kind.startswith("the "):
        return f"is wrong in one place, in {edit.kind}"
    if edit.rank == "removal":
        return f"leaves {edit.kind} out"
    return f"has {edit.kind} too much"


# Verdicts ---------------------------------------------------------------------------------------


def accepts(answer: Any) -> bool:
    """Whether a test that came back with this answer accepts: all but False does."""
    if inspect.iscoroutine(answer):
        answer.close()
    return not (isinstance(answer, bool | np.bool_) and not answer)
