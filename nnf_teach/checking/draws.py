"""Ask a function that draws at random three times: does all it draws come from `rng`?

1. the case as it is; 2. the same with `rng` a little further on; 3. the case as it is, again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nnf_teach.checking.calls import Calls, Outcome, copy_args
from nnf_teach.exercises import Case

Take = Callable[[Any, int], Any]
_FURTHER = 1000  # numbers drawn in between


def thrice(cases: Sequence[Case]) -> list[Case]:
    """Return three cases for each: itself, itself with another rng, and itself again."""
    return [asked for case in cases for asked in (case, _further(case), case)]


def _further(case: Case) -> Case:
    args = copy_args(case.args)
    for arg in args:
        if isinstance(arg, np.random.Generator):
            arg.random(_FURTHER)
    return Case(tuple(args), case.about)


def take_thirds(read: Callable[[Any], Any], take: Take) -> Take:
    """Return a `take` for the calls of `thrice`, which hands three answers to `take` at once."""
    earlier: dict[int, Any] = {}

    def take_one(answer: Any, k: int) -> Any:
        earlier[k] = read(answer)
        case, part = divmod(k, 3)
        if part < 2:
            return None
        return take(tuple(earlier.pop(k - j, None) for j in (2, 1, 0)), case)

    return take_one


def merge(calls: Calls) -> Calls:
    """Put the outcomes of three calls into one: the answers of all, or the first error."""
    groups = [calls.outcomes[k : k + 3] for k in range(0, len(calls.outcomes), 3)]
    if calls.timed_out and groups and len(groups[-1]) < 3:
        groups.pop()
    calls.outcomes = [_merged(group) for group in groups]
    return calls


def _merged(group: Sequence[Outcome]) -> Outcome:
    last = group[-1]
    failed = next((outcome for outcome in group if outcome.error is not None), last)
    return replace(
        failed,
        answer=last.answer,
        warned=tuple(sorted({text for outcome in group for text in outcome.warned})),
        mutated=tuple(sorted({k for outcome in group for k in outcome.mutated})),
    )
