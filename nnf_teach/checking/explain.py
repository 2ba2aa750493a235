"""Say why an answer is wrong: explainers, asked in their order until one knows.

Not written yet / a known mistake / raised / returned None / wrong type / wrong shape / wrong value
(the smallest failing example) / nan / warning / changed its input. A known mistake says most. A
wrong value on an ordinary input comes before a nan on an extreme one: the nan would hide it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nnf_teach.checking.answers import compare
from nnf_teach.checking.clues import find_clue
from nnf_teach.checking.in_loop import place_in_loop
from nnf_teach.checking.mistakes import misconception_of, seen_in
from nnf_teach.checking.place import find_place, may_have_place
from nnf_teach.checking.result import Explained, Place, Status
from nnf_teach.checking.telling import nearness, plain
from nnf_teach.checking.training import tell_slow, tell_training
from nnf_teach.checking.trial import Trial, observed, size, truth_of
from nnf_teach.checking.verdicts import about_verdicts, first_wrong, verdict_rows
from nnf_teach.checking.wording import (
    Rows,
    at_place,
    error_rows,
    example_rows,
    question,
    too_long_rows,
)
from nnf_teach.exercises import BadAnswer, Case, Exercise
from nnf_teach.exercises.exercise import NO_LOOP, NO_MATRIX

TELLING = 2.0  # seconds for what an exercise tells of an answer
PLAIN = 3  # an example in plain numbers may be so many times as large as the smallest one
_LOOP_STEPS = 30  # extra Python steps on the large input that give a loop away
_OTHER_ANSWER = (
    "Right in all examples, but not in the larger one whose {what} are counted. What does your "
    "function do with it that it does not do with others?"
)
_SPARING = 50  # times the bytes of the input: right answers take up to 10, a matrix 100 and more


@dataclass(frozen=True)
class Explanation:
    """What is told about an answer.

    Attributes
    ----------
    status, rows, misconception, explained_by, place, clue
        As in the `CheckResult`.
    shown
        The case that is shown, if one is.
    counted
        Whether it is said how many of the cases are right.
    lost
        The part whose points a right answer loses, by how it computes.
    """

    status: Status
    rows: Rows
    misconception: str | None = None
    explained_by: Explained | None = None
    place: Place | None = None
    clue: str | None = None
    shown: int | None = None
    counted: bool = True
    lost: str = ""


ORDER = ("raised", "none", "type", "shape", "value", "nan", "warning", "mutated")
Explainer = Callable[[Trial], Explanation | None]


def explain(trial: Trial, first: Callable[[Explanation], None] | None = None) -> Explanation:
    """Explain an answer of which at least one case went wrong.

    `first` gets what can be said at once, before a search that may take half a second.
    """
    for explainer in EXPLAINERS:
        if explainer in SLOW and first is not None:
            first(telling_case(trial))
            first = None
        if found := explainer(trial):
            return found
    return telling_case(trial)


def known(trial: Trial) -> Explanation | None:
    """Explain what can be explained without a search."""
    return _first_of([e for e in EXPLAINERS if e not in SEARCHES], trial)


def is_searchable(trial: Trial) -> bool:
    """Whether `searched` may find something."""
    return may_have_place(trial) or _kind(trial, _most_telling(trial, ORDER)) == "value"


def searched(trial: Trial) -> Explanation | None:
    """Search for the place of a slip, and where there is none for a clue."""
    return _first_of(SEARCHES, trial)


def _first_of(explainers: Sequence[Explainer], trial: Trial) -> Explanation | None:
    return next(filter(None, (explainer(trial) for explainer in explainers)), None)


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
        return Explanation("raised", [("look at", where)], explained_by="kind", counted=False)
    look = write_it(trial.exercise)
    return Explanation("not attempted", [("look at", look)], counted=False)


def write_it(exercise: Exercise) -> str:
    """Return what those read who have not begun yet."""
    return f"Write {exercise.name} in the cell above, run it, then run this check."


def verdicts(trial: Trial) -> Explanation | None:
    """Have a learner's test told what it takes for right, or for wrong."""
    if trial.exercise.subject is None:
        return None
    misconception, rows, k = misconception_of(trial), verdict_rows(trial), first_wrong(trial)
    if misconception is not None:
        rows.append(("look at", misconception.message))
        return Explanation("wrong", rows, misconception.name, "misconception", shown=k)
    found = about_verdicts(trial)
    rows.append(("look at", found))
    return Explanation("wrong", rows, explained_by="clue", clue=found, shown=k)


def known_mistake(trial: Trial) -> Explanation | None:
    """Recognise what others have done wrong before, where there is an answer to look at."""
    if all(p is None or p.kind in ("none", "type") for p in trial.problems):
        return None
    misconception = misconception_of(trial)
    if misconception is None:
        return None
    # a wrong value shows more of it than an error does
    order = ("value", "nan", "warning", "shape", "mutated", "raised", "none", "type")
    k = _most_telling(trial, order, seen_in(misconception, trial))
    rows = [row for row in example_rows(trial, k) if row[0] != "look at"]
    rows.append(("look at", misconception.message))
    return Explanation("wrong", rows, misconception.name, "misconception", shown=k)


def weights(trial: Trial) -> Explanation | None:
    """Have an answer that is made of weights told where it is wrong, by the exercise."""
    tell = trial.exercise.tell
    if tell is None:
        return None
    k = _most_telling(trial, ORDER)
    if _kind(trial, k) != "value":
        return None
    case = trial.cases[k]
    calls = trial.caller.call_all(
        trial.function, [case], lambda answer, _: tell(answer, *case.args), TELLING
    )
    found = next((o.answer for o in calls.outcomes if o.error is None), "")
    if not found:
        return None
    rows = [*example_rows(trial, k), ("look at", found)]
    return Explanation("wrong", rows, explained_by="clue", clue=found, shown=k)


def fact(trial: Trial) -> Explanation | None:
    """Ask the question of the first fact about an answer that is not as it should be."""
    if not any(isinstance(right, Mapping) for right in trial.truths):
        return None
    if _kind(trial, _most_telling(trial, ORDER)) != "value":
        return None
    for k in trial.failing:
        got, right = trial.calls.outcomes[k].answer, trial.truths[k]
        if not isinstance(right, Mapping) and not trial.cases[k].about:
            return None  # an ordinary answer is wrong
        if not isinstance(got, Mapping) or not isinstance(right, Mapping):
            continue
        wrong = [value for name, value in got.items() if value != right.get(name)]
        found = next(filter(None, (getattr(value, "question", "") for value in wrong)), "")
        if found:
            rows = [*example_rows(trial, k), ("look at", found)]
            return Explanation("wrong", rows, explained_by="clue", clue=found, shown=k)
    return None


def training(trial: Trial) -> Explanation | None:
    """Say what a training run did to the loss."""
    if trial.exercise.learning is None:
        return None
    k = _most_telling(trial, ORDER)
    found, seen = tell_training(trial, k)
    if not found:
        return None
    rows = [*example_rows(trial, k), ("look at", found)]
    where = None if seen is None else place_in_loop(trial.function, trial.cases[k].args, seen)
    if where is None:
        return Explanation("wrong", rows, explained_by="clue", clue=found, shown=k)
    where = replace(where, question=f"{found} {where.question}")
    rows = at_place(rows, where)
    return Explanation("wrong", rows, None, "place", where, found, shown=k)


def place(trial: Trial) -> Explanation | None:
    """Find the one small change of the learner's own code that makes every case right."""
    found = find_place(trial)
    if found is None:
        return None
    k = _most_telling(trial, ORDER)
    rows = example_rows(trial, k)
    if all(_kind(trial, failing) == "raised" for failing in trial.failing):
        rows.append(("look at", question(trial, k)))
    rows = at_place(rows, found)
    problem = trial.problems[k]
    if problem is not None and problem.kind == "shape":
        rows[-1] = ("look at", f"{question(trial, k)} {found.question}")
    return Explanation(_status(trial, k), rows, explained_by="place", place=found, shown=k)


def clue(trial: Trial) -> Explanation | None:
    """Find a relation between what came back and what is right."""
    k = _most_telling(trial, ORDER)
    found = find_clue(trial) if _kind(trial, k) == "value" else ""
    if not found:
        return None
    rows = [*example_rows(trial, k), ("look at", found)]
    return Explanation("wrong", rows, explained_by="clue", clue=found, shown=k)


def telling_case(trial: Trial) -> Explanation:
    """Show the case that says most, with a question to it."""
    k = _most_telling(trial, ORDER)
    rows = example_rows(trial, k)
    if asked := question(trial, k):
        rows.append(("look at", asked))
    by: Explained | None = None if _kind(trial, k) == "value" else "kind"
    return Explanation(_status(trial, k), rows, explained_by=by, shown=k)


def _kind(trial: Trial, k: int) -> str:
    problem = trial.problems[k]
    return problem.kind if problem is not None else ""


def _status(trial: Trial, k: int) -> Status:
    return "raised" if _kind(trial, k) == "raised" else "wrong"


SEARCHES: tuple[Explainer, ...] = place, clue
SLOW = training, *SEARCHES
EXPLAINERS: tuple[Explainer, ...] = (
    not_written,
    verdicts,
    known_mistake,
    fact,
    weights,
    *SLOW,
)


def _most_telling(trial: Trial, order: Sequence[str], among: Sequence[int] = ()) -> int:
    """Choose the failing case to show: first kind of trouble in the order, then what convinces.

    That is one whose wrong and right numbers are far apart, in plain numbers, and small. An empty
    array shows least.
    """
    kinds = {k: p.kind for k, p in enumerate(trial.problems) if p is not None}
    empty = {k for k in kinds if trial.cases[k].args and not size(trial.cases[k])}
    failing = among or trial.failing
    best = min((k in empty, order.index(kinds[k])) for k in failing)
    alike = [k for k in failing if (k in empty, order.index(kinds[k])) == best]
    smallest = PLAIN * size(trial.cases[alike[0]])

    def rank(k: int) -> tuple[int, bool, int]:
        case = trial.cases[k]
        return nearness(trial, k), size(case) > smallest or not plain(case.args), alike.index(k)

    return min(alike, key=rank)


def too_long(trial: Trial) -> Explanation:
    """Explain an answer that did not come in time, or was interrupted."""
    rows = too_long_rows(trial.exercise, trial.cases, trial.calls)
    if not trial.calls.interrupted and not trial.calls.still_running:
        rows = [
            (label, tell_slow(trial) or text) if label == "look at" else (label, text)
            for label, text in rows
        ]
    return Explanation("timed out", rows, explained_by="kind", counted=False)


def side_by_side(trial: Trial) -> Explanation | None:
    """Find what is wrong with answers that are right one by one."""
    look = trial.exercise.side_by_side
    if look is None:
        return None
    cases = list(look.cases(np.random.default_rng(trial.seed)))
    calls = trial.caller.call_all(
        trial.function, cases, lambda answer, _: answer, trial.exercise.time_limit
    )
    if calls.timed_out or any(outcome.error is not None for outcome in calls.outcomes):
        return None
    told = look.told([outcome.answer for outcome in calls.outcomes])
    rows = [("look at", told)]
    return Explanation("wrong", rows, explained_by="clue", clue=told) if told else None


def python_loop(trial: Trial) -> Explanation | None:
    """Find a Python loop in a right answer that must do without: its steps grow with the input."""
    exercise = trial.exercise
    if exercise.vectorised is None:
        return None
    pair = exercise.vectorised(np.random.default_rng(trial.seed))
    counted = _counted(trial, pair, "steps", NO_LOOP)
    if isinstance(counted, Explanation):
        return counted
    few, many = counted
    if many - few < _LOOP_STEPS:
        return None
    shapes = [" and ".join(str(np.shape(a)) for a in case.args) for case in pair]
    got = (
        f"the right values, in {few} Python steps for inputs of shapes {shapes[0]},\n"
        f"but in {many} steps for shapes {shapes[1]}"
    )
    rows = [("got", got), ("look at", exercise.loop_message)]
    return Explanation("wrong", rows, "python-loop", "misconception", lost=NO_LOOP)


def large_matrix(trial: Trial) -> Explanation | None:
    """Find a matrix in a right answer that must do without: by the memory that it takes."""
    exercise = trial.exercise
    if exercise.sparing is None:
        return None
    case = exercise.sparing(np.random.default_rng(trial.seed))
    counted = _counted(trial, [case], "bytes", NO_MATRIX)
    if isinstance(counted, Explanation):
        return counted
    arrays = [a for a in case.args if isinstance(a, np.ndarray)]
    if counted[0] <= _SPARING * sum(a.nbytes for a in arrays):
        return None
    shapes = " and ".join(str(a.shape) for a in arrays)
    numbers = float(f"{counted[0] / 8:.1g}")
    got = (
        f"the right values, but for arrays of shapes {shapes}\n"
        f"it takes room for some {numbers:,.0f} numbers at once"
    )
    rows = [("got", got), ("look at", exercise.matrix_message)]
    return Explanation("wrong", rows, "large-matrix", "misconception", lost=NO_MATRIX)


def _counted(trial: Trial, cases: Sequence[Case], what: str, part: str) -> list[int] | Explanation:
    """Return what calls take, or why it cannot be counted; `part` is what is lost then."""
    exercise = trial.exercise
    truths = [truth_of(exercise, case) for case in cases]

    def take(number: int, answer: Any, k: int) -> int:
        problem = compare(
            observed(exercise, answer, cases[k], truths[k]), truths[k], exercise.rtol, exercise.atol
        )
        if problem is not None:
            raise BadAnswer(problem.kind, "")
        return number

    calls = trial.caller.count_all(trial.function, cases, take, exercise.time_limit, what)
    if calls.timed_out:
        rows = too_long_rows(exercise, cases, calls)
        return Explanation("timed out", rows, explained_by="kind", counted=False, lost=part)
    failed = next((o for o in calls.outcomes if o.error is not None), None)
    if failed is not None and isinstance(failed.error, BadAnswer):
        rows = [("look at", _OTHER_ANSWER.format(what=what))]
        return Explanation("wrong", rows, explained_by="kind", counted=False, lost=part)
    if failed is not None:
        rows = error_rows(failed)
        return Explanation("raised", rows, explained_by="kind", counted=False, lost=part)
    return [int(outcome.answer) for outcome in calls.outcomes]
