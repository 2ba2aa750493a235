"""Say why an answer is wrong: explainers, asked in their order until one knows.

Not written yet / a known mistake / raised / returned None / wrong type / wrong shape / wrong value
(the smallest failing example) / nan / warning / changed its input. A known mistake says most. A
wrong value on an ordinary input comes before a nan on an extreme one: the nan would hide it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nnf_teach.checking.mistakes import misconception_of
from nnf_teach.checking.result import Status
from nnf_teach.checking.trial import Trial, size
from nnf_teach.checking.wording import Rows, error_rows, example_rows, question, too_long_rows

_LOOP_STEPS = 30  # extra Python steps on the large input that give a loop away


@dataclass(frozen=True)
class Explanation:
    """What is told about an answer.

    Attributes
    ----------
    status, rows, misconception
        As in the `CheckResult`.
    counted
        Whether it is said how many of the cases are right.
    loops
        Whether the points for an answer without a Python loop are lost.
    """

    status: Status
    rows: Rows
    misconception: str | None = None
    counted: bool = True
    loops: bool = False


Explainer = Callable[[Trial], Explanation | None]


def explain(trial: Trial) -> Explanation:
    """Explain an answer of which at least one case went wrong."""
    return next(found for explainer in EXPLAINERS if (found := explainer(trial)))


def not_written(trial: Trial) -> Explanation | None:
    """Recognise the stub: NotImplementedError out of the function itself."""
    outcomes = trial.calls.outcomes
    if not all(isinstance(outcome.error, NotImplementedError) for outcome in outcomes):
        return None
    first = outcomes[0]
    if first.raised_by == "somebody else":
        return None  # not the learner's: an input() without a keyboard raises it, too
    if first.raised_by == "a helper":
        where = f"{first.raised_in}, which your function calls, is not written yet."
        return Explanation("raised", [("look at", where)], counted=False)
    look = f"Write {trial.exercise.name} in the cell above, run it, then run this check."
    return Explanation("not attempted", [("look at", look)], counted=False)


def known_mistake(trial: Trial) -> Explanation | None:
    """Recognise what others have done wrong before, where there is an answer to look at."""
    if all(p is None or p.kind in ("none", "type") for p in trial.problems):
        return None
    misconception = misconception_of(trial)
    if misconception is None:
        return None
    # a wrong value shows more of it than an error does
    order = ("value", "nan", "warning", "shape", "mutated", "raised", "none", "type")
    rows = example_rows(trial, _most_telling(trial, order))
    return Explanation("wrong", [*rows, ("look at", misconception.message)], misconception.name)


def telling_case(trial: Trial) -> Explanation:
    """Show the case that says most, with a question to it."""
    order = ("raised", "none", "type", "shape", "value", "nan", "warning", "mutated")
    k = _most_telling(trial, order)
    problem, rows = trial.problems[k], example_rows(trial, k)
    if asked := question(trial, k):
        rows.append(("look at", asked))
    raised = problem is not None and problem.kind == "raised"
    return Explanation("raised" if raised else "wrong", rows)


EXPLAINERS: tuple[Explainer, ...] = (not_written, known_mistake, telling_case)


def _most_telling(trial: Trial, order: Sequence[str]) -> int:
    """Choose the failing case to show: first kind of trouble in the order, then the smallest.

    An empty array shows least.
    """
    kinds = {k: p.kind for k, p in enumerate(trial.problems) if p is not None}
    empty = {k for k in kinds if trial.cases[k].args and not size(trial.cases[k])}
    return min(
        trial.failing,
        key=lambda k: (k in empty, order.index(kinds[k]), trial.failing.index(k)),
    )


def too_long(trial: Trial) -> Explanation:
    """Explain an answer that did not come in time, or was interrupted."""
    rows = too_long_rows(trial.exercise, trial.cases, trial.calls)
    return Explanation("timed out", rows, counted=False)


def python_loop(trial: Trial) -> Explanation | None:
    """Find a Python loop in a right answer that must do without: its steps grow with the input."""
    exercise = trial.exercise
    if exercise.vectorised is None:
        return None
    pair = exercise.vectorised(np.random.default_rng(trial.seed))
    calls = trial.caller.count_all(trial.function, pair, exercise.time_limit)
    if calls.timed_out:
        rows = too_long_rows(exercise, pair, calls)
        return Explanation("timed out", rows, counted=False, loops=True)
    failed = next((o for o in calls.outcomes if o.error is not None), None)
    if failed is not None:
        return Explanation("raised", error_rows(failed), counted=False, loops=True)
    few, many = (int(outcome.answer) for outcome in calls.outcomes)
    if many - few < _LOOP_STEPS:
        return None
    shapes = [" and ".join(str(np.shape(a)) for a in case.args) for case in pair]
    got = (
        f"the right values, in {few} Python steps for inputs of shapes {shapes[0]},\n"
        f"but in {many} steps for shapes {shapes[1]}"
    )
    rows = [("got", got), ("look at", exercise.loop_message)]
    return Explanation("wrong", rows, "python-loop", loops=True)
