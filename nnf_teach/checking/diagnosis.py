"""Say why an answer is wrong: the order of diagnosis, and its words.

Not written yet / raised / returned None / wrong type / known misconception / wrong shape /
wrong value (the smallest failing example) / nan / warning / changed its input. A recognised
misconception comes before all of them but the first, because it says most. A wrong value on an
ordinary input comes before a nan on an extreme one: the nan would hide it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nnf_teach.checking import answers
from nnf_teach.checking.answers import Problem
from nnf_teach.checking.calls import HERE, Caller, Calls, Outcome, Waiting, copy_args
from nnf_teach.checking.draws import merge, take_thirds, thrice
from nnf_teach.checking.result import CheckResult
from nnf_teach.exercises import BadAnswer, Case, Exercise, Misconception, Raised, Reached
from nnf_teach.exercises.exercise import NO_LOOP

Rows = list[tuple[str, str]]
_MISCONCEPTION_TIME = 2.0  # seconds that a known wrong answer may take, all cases together
_LOOP_STEPS = 30  # extra Python steps on the large input that give a loop away


@dataclass(frozen=True)
class Run:
    """The answer of a training exercise, and what it reached."""

    answer: Any
    reached: Reached


@dataclass(frozen=True)
class Trial:
    """A learner's function, called on the cases of an exercise."""

    exercise: Exercise
    function: Callable[..., Any]
    cases: Sequence[Case]
    truths: Sequence[Any]
    calls: Calls
    problems: Sequence[Problem | None]

    @property
    def failing(self) -> list[int]:
        """The cases that went wrong, smallest first; empty arrays last, they show least.

        None, when so many may fail.
        """
        wrong = [k for k, problem in enumerate(self.problems) if problem is not None]
        if len(wrong) <= self.exercise.failures_allowed:
            return []
        return sorted(wrong, key=lambda k: (_size(self.cases[k]) or np.inf, k))


def diagnose(
    exercise: Exercise,
    function: Callable[..., Any],
    seed: int = 0,
    waiting: Waiting | None = None,
    caller: Caller = HERE,
) -> CheckResult:
    """Call the function on the exercise's cases and say what is wrong, if anything is.

    `waiting(seconds)` is called now and then while the function runs. `caller` calls functions
    that live in another process.
    """
    sentence = _signature_problem(exercise, function)
    if sentence:
        return _result(exercise, "raised", [("look at", sentence)])
    trial = try_out(exercise, function, seed, waiting, caller)
    if trial.calls.timed_out:
        return _timed_out(trial)
    if not trial.failing:
        return _loops(trial, seed, caller) or _passed(trial)
    return _not_written(trial) or _wrong(trial)


def try_out(
    exercise: Exercise,
    function: Callable[..., Any],
    seed: int = 0,
    waiting: Waiting | None = None,
    caller: Caller = HERE,
) -> Trial:
    """Call the function on every case, and compare with the reference."""
    cases = list(exercise.cases(np.random.default_rng(seed)))
    truths = [_truth(exercise, case) for case in cases]
    calls = _call(exercise, function, cases, truths, exercise.time_limit, waiting, caller)
    missing = len(cases) - len(calls.outcomes)
    if missing and not calls.timed_out:  # its thread ended: whatever it did, it gave no answer
        calls.outcomes += [calls.outcomes[-1]] * missing
    problems = [
        _problem(exercise, outcome, truth)
        for outcome, truth in zip(calls.outcomes, truths, strict=not calls.timed_out)
    ]
    return Trial(exercise, function, cases, truths, calls, problems)


def _call(
    exercise: Exercise,
    function: Callable[..., Any],
    cases: Sequence[Case],
    truths: Sequence[Any],
    time_limit: float,
    waiting: Waiting | None = None,
    caller: Caller = HERE,
) -> Calls:
    def read(answer: Any) -> Any:
        if inspect.iscoroutine(answer):
            answer.close()
        return answers.read(answer, {})  # refuses None

    def take(answer: Any, k: int) -> Any:
        return _observed(exercise, read(answer), cases[k], truths[k])

    if exercise.draws:
        each = take_thirds(read, take)
        calls = merge(caller.call_all(function, thrice(cases), each, time_limit, waiting))
    else:
        calls = caller.call_all(function, cases, take, time_limit, waiting)
    for outcome, case, truth in zip(calls.outcomes, cases, truths, strict=False):
        _take_error(exercise, outcome, case, truth)
    return calls


def _take_error(exercise: Exercise, outcome: Outcome, case: Case, truth: Any) -> None:
    """Make an answer of an error that is asked for."""
    if exercise.raises is None or not isinstance(truth, Mapping):
        return
    if isinstance(outcome.error, exercise.raises) and exercise.observe is not None:
        outcome.answer = exercise.observe(Raised(outcome.error_text), *case.args)
        outcome.error = None


def _truth(exercise: Exercise, case: Case) -> Any:
    if exercise.score is not None:
        return None  # what a training run must reach is known without running one
    asked = thrice([case]) if exercise.draws else [case]
    found = [_reference(exercise, each) for each in asked]
    return _observed(exercise, tuple(found) if exercise.draws else found[0], case)


def _reference(exercise: Exercise, case: Case) -> Any:
    """Return the reference's answer, or the error that it raises where one is asked for."""
    try:
        return exercise.reference(*copy_args(case.args))
    except Exception as error:
        if exercise.raises is None or not isinstance(error, exercise.raises):
            raise
        return Raised(f"{type(error).__name__}: {error}")


def _observed(exercise: Exercise, answer: Any, case: Case, truth: Any = None) -> Any:
    """Return what is compared: the answer itself as plain arrays, or what is observed of it."""
    if exercise.score is not None:
        return Run(answer, exercise.score(answer, *case.args))
    if exercise.observe is None:
        return answers.read(answer, answer if truth is None else truth)
    return exercise.observe(answer, *case.args)


def _problem(exercise: Exercise, outcome: Outcome, truth: Any) -> Problem | None:
    error = outcome.error
    if isinstance(error, BadAnswer):
        return Problem(error.kind, str(error))
    if error is not None:
        return Problem("raised", "")
    if isinstance(outcome.answer, Run):
        problem = None if outcome.answer.reached.enough else Problem("value", "")
    else:
        problem = answers.compare(outcome.answer, truth, exercise.rtol, exercise.atol)
    if problem is None and exercise.stable and outcome.warned:
        return Problem("warning", "")
    if problem is None and outcome.mutated:
        return Problem("mutated", "")
    return problem


def explain(trial: Trial) -> Misconception | None:
    """Return the misconception that fails where the answer fails, and in the same way.

    Among several, the one with the most outcomes in common.
    """
    best: tuple[int, Misconception] | None = None
    for misconception in trial.exercise.misconceptions:
        if misconception.recognise_all is not None:
            if _recognised_all(misconception.recognise_all, trial) and best is None:
                best = len(trial.failing), misconception
            continue
        if misconception.recognise is not None:
            seen = sum(_recognised(misconception.recognise, trial, k) for k in trial.failing)
            if 2 * seen >= len(trial.failing) and (best is None or seen > best[0]):
                best = seen, misconception
            continue
        if not _alike_on(trial, misconception, trial.failing[0]):
            continue
        calls = _call(
            trial.exercise, misconception.wrong, trial.cases, trial.truths, _MISCONCEPTION_TIME
        )
        if calls.timed_out:
            continue
        likeness = _likeness(trial, calls)
        if likeness and (best is None or likeness > best[0]):
            best = likeness, misconception
    return best[1] if best else None


def _alike_on(trial: Trial, misconception: Misconception, k: int) -> bool:
    """Whether a misconception does the same on one case; most do not, and need not do the rest."""
    exercise, wrong = trial.exercise, misconception.wrong
    calls = _call(exercise, wrong, [trial.cases[k]], [trial.truths[k]], _MISCONCEPTION_TIME)
    return not calls.timed_out and _alike(trial.calls.outcomes[k], calls.outcomes[0])


def _likeness(trial: Trial, calls: Calls) -> int:
    """Count what a misconception has in common with an answer; 0 when it does not explain it.

    Empty arrays decide only where nothing else is wrong: a mean over no examples is a nan in one
    way of writing, and 0 in another.
    """
    ours = [
        _problem(trial.exercise, o, t) for o, t in zip(calls.outcomes, trial.truths, strict=True)
    ]
    pairs = list(zip(trial.calls.outcomes, calls.outcomes, strict=True))
    agree = [_alike(one, other) for one, other in pairs]
    full = [bool(_size(case)) for case in trial.cases]
    told_by_full = any(f and p is not None for f, p in zip(full, trial.problems, strict=True))
    for k, (theirs, wrong) in enumerate(zip(trial.problems, ours, strict=True)):
        if told_by_full and not full[k]:
            continue
        if theirs is not None and (wrong is None or not agree[k]):
            return 0
        if theirs is None and wrong is not None and full[k]:
            return 0
    return sum(agree) + sum(one.warned == other.warned for one, other in pairs)


def _recognised(recognise: Callable[..., Any], trial: Trial, k: int) -> bool:
    answer = _answer(trial.calls.outcomes[k])
    try:
        return answer is not None and bool(recognise(answer, *trial.cases[k].args))
    except Exception:  # junk need not have the parts that a misconception is recognised by
        return False


def _recognised_all(recognise_all: Callable[..., Any], trial: Trial) -> bool:
    try:
        return bool(recognise_all([_answer(o) for o in trial.calls.outcomes], trial.cases))
    except Exception:  # as above
        return False


def _answer(outcome: Outcome) -> Any:
    """Return what a training run gave, also when it could not be read; None for an error."""
    if isinstance(outcome.error, BadAnswer):
        return outcome.error.answer
    return getattr(outcome.answer, "answer", None)


def _alike(one: Outcome, other: Outcome) -> bool:
    if one.error is not None or other.error is not None:
        # by name: an error that was raised in another process is of a copy of its type
        return type(one.error).__name__ == type(other.error).__name__
    return (
        answers.same(one.answer, other.answer)
        and bool(one.warned) == bool(other.warned)
        and one.mutated == other.mutated
    )


def _not_written(trial: Trial) -> CheckResult | None:
    """Recognise the stub: NotImplementedError out of the function itself."""
    outcomes = trial.calls.outcomes
    if not all(isinstance(outcome.error, NotImplementedError) for outcome in outcomes):
        return None
    first = outcomes[0]
    if first.raised_by == "somebody else":
        return None  # not the learner's: an input() without a keyboard raises it, too
    if first.raised_by == "a helper":
        where = f"{first.raised_in}, which your function calls, is not written yet."
        return _result(trial.exercise, "raised", [("look at", where)])
    look = f"Write {trial.exercise.name} in the cell above, run it, then run this check."
    return _result(trial.exercise, "not attempted", [("look at", look)])


def _wrong(trial: Trial) -> CheckResult:
    exercise, problems = trial.exercise, trial.problems
    misconception = explain(trial) if _readable(trial) else None
    shown = _most_telling(trial, misconception is not None)
    problem = problems[shown]
    assert problem is not None
    rows = _example_rows(trial, shown, problem)
    if misconception is not None:
        rows.append(("look at", misconception.message))
    elif question := _question(trial, shown, problem):
        rows.append(("look at", question))
    status = "raised" if problem.kind == "raised" and misconception is None else "wrong"
    return _result(exercise, status, rows, trial, misconception)


def _readable(trial: Trial) -> bool:
    return any(p is not None and p.kind not in ("none", "type") for p in trial.problems)


def _most_telling(trial: Trial, recognised: bool) -> int:
    """Choose the failing case to show: first kind of trouble in the order, then the smallest.

    With a recognised misconception a wrong value shows more than an error does. An empty array
    shows least.
    """
    order = ["raised", "none", "type", "shape", "value", "nan", "warning", "mutated"]
    if recognised:
        order = ["value", "nan", "warning", "shape", "mutated", "raised", "none", "type"]
    kinds = {k: p.kind for k, p in enumerate(trial.problems) if p is not None}
    empty = {k for k in kinds if trial.cases[k].args and not _size(trial.cases[k])}
    return min(
        trial.failing,
        key=lambda k: (k in empty, order.index(kinds[k]), trial.failing.index(k)),
    )


_QUESTIONS = {
    "value": "Work this example out by hand, step by step. Which step gives something else?",
    "nan": "Where does inf - inf, inf / inf or 0 / 0 come from in your formula?",
    "warning": "The value is near enough here, but a step on the way is out of range. Which one?",
}


def _question(trial: Trial, k: int, problem: Problem) -> str:
    outcome, case = trial.calls.outcomes[k], trial.cases[k]
    if problem.kind == "none" and outcome.printed.strip():
        return "Your function prints its answer, but returns None. Which word hands a value back?"
    if problem.kind == "raised" and re.search(r"shapes|matmul|broadcast", outcome.error_text):
        names = inspect.signature(trial.exercise.reference).parameters
        shapes = ", ".join(
            f"{name} {np.shape(a)}"
            for name, a in zip(names, case.args, strict=False)  # some have a default
            if isinstance(a, np.ndarray)
        )
        told = f"The arguments have the shapes {shapes}. " if shapes else ""
        return f"{told}Write down the shapes of what meets in this line: do they fit?"
    if problem.kind == "value" and isinstance(trial.truths[k], dict):
        return ""
    if trial.exercise.score is not None and problem.kind == "value":
        return "How does what it reaches change with the number of steps and the learning rate?"
    sentence = problem.sentence
    if problem.parts:
        sentence = answers.about_parts(problem, trial.exercise.returns, len(trial.truths[k]))
    return " ".join(filter(None, [sentence, _QUESTIONS.get(problem.kind, "")]))


def _example_rows(trial: Trial, k: int, problem: Problem) -> Rows:
    case, outcome = trial.cases[k], trial.calls.outcomes[k]
    rows: Rows = []
    if case.args:
        names = list(inspect.signature(trial.exercise.reference).parameters)
        rows.append(("input", answers.show_call(trial.exercise.name, names, case.args)))
    if problem.kind == "raised":
        rows += _error_rows(outcome)
    elif problem.kind == "mutated":
        names = list(inspect.signature(trial.exercise.reference).parameters)
        changed = ", ".join(names[i] for i in outcome.mutated)
        look = (
            f"The answer is right, but your function changes its argument {changed}. "
            "Who else may still need it? Work on a copy."
        )
        rows.append(("look at", look))
    else:
        rows += _value_rows(outcome, trial.truths[k])
    if problem.kind == "warning":
        rows.append(("warning", answers.clip(outcome.warned[0], 300)))
    if outcome.printed.strip():
        rows.append(("printed", answers.clip(outcome.printed.strip(), 300)))
    return rows


def _value_rows(outcome: Outcome, truth: Any) -> Rows:
    if isinstance(outcome.answer, Run):
        reached = outcome.answer.reached
        return [("got", str(reached)), ("expected", reached.asked)]
    got = [("got", answers.show(outcome.answer))] if outcome.error is None else []
    return [*got, ("expected", answers.show(truth))] if truth is not None else got


def _error_rows(outcome: Outcome) -> Rows:
    place, source = outcome.line
    rows: Rows = [("error", answers.clip(outcome.error_text, 300))]
    if place:
        rows.insert(0, ("line", f"{place}: {source}" if source else place))
    return rows


_TOO_LONG = "Is there a loop that never ends, or that takes very many steps?"
_TRAINS_TOO_LONG = (
    "Does a Python loop go through the examples, or has a step turned float32 into float64 "
    "(as np.ones does), which takes several times as long?"
)


def _timed_out(trial: Trial) -> CheckResult:
    if trial.calls.interrupted:
        look = "You stopped this check."
    else:
        look = (
            f"Your function did not come back within {trial.exercise.time_limit:.4g} seconds, so "
            "the check gave up. "
        )
        look += _TOO_LONG if trial.exercise.score is None else _TRAINS_TOO_LONG
    if trial.calls.still_running:
        look += " It could not be stopped and still runs: restart the kernel (Kernel menu)."
    rows: Rows = [("look at", look)]
    k = len(trial.calls.outcomes)
    if k < len(trial.cases) and trial.cases[k].args:
        names = list(inspect.signature(trial.exercise.reference).parameters)
        shown = answers.show_call(trial.exercise.name, names, trial.cases[k].args)
        rows.insert(0, ("input", shown))
    return _result(trial.exercise, "timed out", rows, trial)


def _loops(trial: Trial, seed: int, caller: Caller) -> CheckResult | None:
    """Find a Python loop in an answer that must be vectorised: its steps grow with the input."""
    exercise = trial.exercise
    if exercise.vectorised is None:
        return None
    pair = exercise.vectorised(np.random.default_rng(seed))
    calls = caller.count_all(trial.function, pair, exercise.time_limit)
    counted, parts = calls.outcomes, tuple(_parts(exercise, trial, loops=True))
    if calls.timed_out:
        late = _timed_out(Trial(exercise, trial.function, pair, (), calls, ()))
        return replace(late, parts=parts)
    if any(outcome.error is not None for outcome in counted):
        failed = next(o for o in counted if o.error is not None)
        return replace(_result(exercise, "raised", _error_rows(failed)), parts=parts)
    few, many = (int(outcome.answer) for outcome in counted)
    if many - few < _LOOP_STEPS:
        return None
    shapes = [" and ".join(str(np.shape(a)) for a in case.args) for case in pair]
    rows: Rows = [
        (
            "got",
            f"the right values, in {few} Python steps for inputs of shapes {shapes[0]},\n"
            f"but in {many} steps for shapes {shapes[1]}",
        ),  # fmt: skip
        ("look at", exercise.loop_message),
    ]
    return replace(_result(exercise, "wrong", rows, trial, name="python-loop"), parts=parts)


def _passed(trial: Trial) -> CheckResult:
    exercise = trial.exercise
    right, total = sum(problem is None for problem in trial.problems), len(trial.cases)
    found = [o.answer.reached for o in trial.calls.outcomes if isinstance(o.answer, Run)]
    rows: Rows = []
    if total > 1:
        rows.append(
            ("cases", f"all {total} are right" if right == total else f"{right} of {total}")
        )
    if found:
        rows.append(
            ("reached", ", ".join([str(found[0]), *(f"{r.value:{r.shown}}" for r in found[1:])]))
        )
    if exercise.remark:
        rows.append(("notice", exercise.remark))
    return _result(exercise, "passed", rows, trial)


def _result(
    exercise: Exercise,
    status: Any,
    rows: Rows,
    trial: Trial | None = None,
    misconception: Misconception | None = None,
    name: str | None = None,
) -> CheckResult:
    right, total = (0, 0)
    if trial is not None and status != "timed out":
        right, total = len(trial.cases) - len(trial.failing), len(trial.cases)
        if total > 1 and trial.failing and status != "passed":
            rows = [*rows, ("cases", f"{right} of {total} are right")]
    return CheckResult(
        exercise=exercise.name,
        status=status,
        points=exercise.points if status == "passed" else 0,
        out_of=exercise.points,
        misconception=misconception.name if misconception else name,
        rows=tuple(rows),
        cases=(right, total),
        parts=tuple(_parts(exercise, trial)),
    )


def _parts(
    exercise: Exercise, trial: Trial | None, loops: bool = False
) -> Iterator[tuple[str, int, int]]:
    """Give each part its points, if it and those before it are right."""
    wrong = set(exercise.parts)
    if trial is not None:
        first = next(iter(exercise.parts), "")
        unasked = range(len(trial.problems), len(trial.cases))
        wrong = {trial.cases[k].part or first for k in (*trial.failing, *unasked)}
        wrong |= {NO_LOOP} if loops else set()
    earning = True
    for part, points in exercise.parts.items():
        earning = earning and part not in wrong
        yield part, points if earning else 0, points


def _signature_problem(exercise: Exercise, function: Callable[..., Any]) -> str:
    """Say when the function cannot be called with the exercise's arguments."""
    wanted = inspect.signature(exercise.reference)
    try:
        given = inspect.signature(function)
    except Exception:  # built-in functions need not tell, others may answer as they like
        return ""
    try:
        given.bind(*wanted.parameters)
    except TypeError:
        return (
            f"It is called as {exercise.name}({', '.join(wanted.parameters)}), "
            f"but yours is {exercise.name}{given}."
        )
    return ""


def _size(case: Case) -> int:
    """Count the numbers of a case; 0 when one of its arrays is empty."""
    sizes = [len(a) if isinstance(a, list | tuple) else int(np.size(a)) for a in case.args]
    return sum(sizes) * all(sizes)
