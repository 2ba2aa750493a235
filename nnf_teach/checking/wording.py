"""The labelled lines of a panel: what a learner reads about a case, and the question to it."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from nnf_teach.checking.answers import Problem, clip, show, show_call
from nnf_teach.checking.calls import Calls, Outcome
from nnf_teach.checking.errors import about_shapes, in_words
from nnf_teach.checking.result import Place
from nnf_teach.checking.trial import Run, Trial
from nnf_teach.exercises import Case, Exercise

Rows = list[tuple[str, str]]

FEW = 3  # facts are all shown; of more only those that are wrong
_MOST_RUNS = 10  # whose scores are listed

_QUESTIONS = {
    "value": "Work this example out by hand, step by step. Which step gives something else?",
    "nan": "Where does inf - inf, inf / inf, 0 / 0 or 0 times inf come from in your formula?",
    "warning": "The value is near enough here, but a step on the way is out of range. Which one?",
}
# What makes a nan in a step that NumPy warns of by name
_MAKES_NAN = {
    "multiply": "0 times inf",
    "divide": "0 / 0 or inf / inf",
    "subtract": "inf - inf",
    "log": "the logarithm of a negative number",
    "sqrt": "the root of a negative number",
}
_STOPPED = "Python stops in this line. Which value in it is not what you expect?"
_TOO_LONG = "Is there a loop that never ends, or that takes very many steps?"
_TRAINS_TOO_LONG = (
    "Does each step look at all examples, does a Python loop go through them, or has a step "
    "turned float32 into float64 (as np.ones does), which takes several times as long?"
)


def example_rows(trial: Trial, k: int) -> Rows:
    """Show a case that went wrong: its input, and what came of it."""
    case, outcome, problem = trial.cases[k], trial.calls.outcomes[k], trial.problems[k]
    assert problem is not None
    rows = _input_rows(trial.exercise, case)
    if problem.kind == "raised":
        rows += error_rows(outcome)
    elif problem.kind == "mutated":
        names = names_of(trial.exercise)
        changed = ", ".join(names[i] for i in outcome.mutated)
        look = (
            f"The answer is right, but your function changes its argument {changed}. "
            "Who else may still need it? Work on a copy."
        )
        rows.append(("look at", look))
    else:
        rows += _value_rows(outcome, trial.truths[k])
    if problem.kind == "warning":
        rows.append(("warning", clip(outcome.warned[0], 300)))
    if outcome.printed.strip():
        rows.append(("printed", clip(outcome.printed.strip(), 300)))
    return rows


def names_of(exercise: Exercise) -> list[str]:
    """Return the names of the arguments, as the statement has them."""
    return list(inspect.signature(exercise.reference).parameters)


def _input_rows(exercise: Exercise, case: Case) -> Rows:
    if not case.args:
        return []
    return [("input", show_call(exercise.name, names_of(exercise), case.args))]


def _value_rows(outcome: Outcome, truth: Any) -> Rows:
    if isinstance(outcome.answer, Run):
        reached = outcome.answer.reached
        return [("got", str(reached)), ("expected", reached.asked)]
    answer = outcome.answer
    if isinstance(answer, Mapping) and isinstance(truth, Mapping) and len(truth) > FEW:
        wrong = [name for name in answer if answer[name] != truth.get(name)]
        truth = {name: truth[name] for name in wrong if name in truth}
        answer = {name: answer[name] for name in wrong}
    got = [("got", show(answer))] if outcome.error is None else []
    return [*got, ("expected", show(truth))] if truth is not None else got


def error_rows(outcome: Outcome) -> Rows:
    """Show an error, and the learner's line that it comes from."""
    place, source = outcome.line
    rows: Rows = [("error", clip(outcome.error_text, 300))]
    if place:
        rows.insert(0, ("line", f"{place}: {source}" if source else place))
    return rows


def at_place(rows: Iterable[tuple[str, str]], place: Place) -> Rows:
    """Show an example with the learner's lines, the expressions underlined, and the question.

    Where an error arose in that line, the question to the error says more.
    """
    start = f"line {place.line}: "
    before = dict(rows)
    here = "error" in before and before.get("line", "").startswith(start) and not place.other
    asked = before["look at"] if here and "look at" in before else place.question
    kept = [row for row in before.items() if row[0] not in ("line", "look at")]
    lines = "\n".join(map(_underlined, place.all))
    return [*kept, ("line", lines), ("look at", asked)]


def _underlined(place: Place) -> str:
    start = f"line {place.line}: "
    mark = " " * (len(start) + place.column) + "^" * len(place.expression)
    return f"{start}{place.source}\n{mark}"


def question(trial: Trial, k: int) -> str:
    """Return the question to a case that went wrong in no known way; "" if there is none."""
    outcome, problem = trial.calls.outcomes[k], trial.problems[k]
    assert problem is not None
    if problem.kind == "none" and outcome.printed.strip():
        return "Your function prints its answer, but returns None. Which word hands a value back?"
    wanted = trial.exercise.raises
    if problem.kind == "raised" and wanted and not isinstance(trial.truths[k], Mapping):
        if isinstance(outcome.error, wanted) and outcome.line[1].startswith("raise"):
            return "What came in is right here, and yours refuses it. Which part of it is too much?"
    elif problem.kind == "raised" and wanted:
        kind = type(outcome.error).__name__
        return (
            f"An error is right here, but this is {_article(kind)} {kind}, and a "
            f"{wanted.__name__} is asked for. Do you raise it, or does it come from NumPy, or "
            "Python, before your own question?"
        )
    if problem.kind == "raised":
        return _about_error(trial, k)
    if problem.kind == "value" and isinstance(trial.truths[k], dict):
        return ""
    trains = trial.exercise.score is not None and "rng" in names_of(trial.exercise)
    if trains and problem.kind == "value":
        return "How does what it reaches change with the number of steps and the learning rate?"
    sentence = problem.sentence
    if problem.parts:
        sentence = about_parts(problem, trial.exercise.returns, len(trial.truths[k]))
    asked = _QUESTIONS.get(problem.kind, "")
    if problem.kind == "nan":
        asked = _about_nans(outcome.warned) or asked
    return " ".join(filter(None, [sentence, asked]))


def _about_nans(warned: Sequence[str]) -> str:
    """Ask where a nan comes from, by what NumPy warned of; "" where it did not say.

    >>> _about_nans(["divide by zero encountered in log", "invalid value encountered in multiply"])
    'Where does 0 times inf come from in your formula?'
    """
    steps = [text.split()[-1] for text in warned if text.startswith("invalid value")]
    if not steps or any(step not in _MAKES_NAN for step in steps):
        return ""
    return (
        f"Where does {' or '.join(_MAKES_NAN[step] for step in steps)} come from in your formula?"
    )


def _article(word: str) -> str:
    return "an" if word[0] in "AEIOU" else "a"


def _about_error(trial: Trial, k: int) -> str:
    outcome = trial.calls.outcomes[k]
    if not about_shapes(outcome):
        return in_words(outcome) or _STOPPED
    told = outcome.seen
    if told.startswith("Here"):
        return f"{told} Which shapes should they have, to fit?"
    if not told:
        named = zip(names_of(trial.exercise), trial.cases[k].args, strict=False)
        pairs = [f"{name} {np.shape(a)}" for name, a in named if isinstance(a, np.ndarray)]
        told = f"The arguments have the shapes {', '.join(pairs)}." if pairs else ""
    return f"{told} Write down the shapes of what meets in this line: do they fit?".lstrip()


def about_parts(problem: Problem, names: Sequence[str], count: int) -> str:
    """Say which parts of an answer are wrong, before the sentence about the worst of them.

    >>> about_parts(Problem("shape", "The shape is (2,), but (3,) is asked for.", (1,)), "Wb", 2)
    'The shape of b is (2,), but (3,) is asked for.'
    >>> about_parts(Problem("shape", "One number is asked for.", (1,)), "Wb", 2)
    'For b, one number is asked for.'
    >>> about_parts(Problem("value", "", (2, 0)), (), 3)
    'Wrong here: part 1 and part 3.'
    """
    called = names or [f"part {k}" for k in range(1, count + 1)]
    if problem.kind == "shape":
        part, said = called[problem.parts[0]], problem.sentence
        if said.startswith("The shape is "):
            return said.replace("The shape is ", f"The shape of {part} is ", 1)
        return f"For {part}, {said[:1].lower()}{said[1:]}"
    wrong = [called[k] for k in sorted(problem.parts)]
    if len(wrong) == count:
        return problem.sentence
    listed = " and ".join(filter(None, [", ".join(wrong[:-1]), wrong[-1]]))
    return f"Wrong here: {listed}. {problem.sentence}".strip()


def too_long_rows(exercise: Exercise, cases: Sequence[Case], calls: Calls) -> Rows:
    """Say that the time was over, and show the case that it was over in."""
    if calls.interrupted:
        look = "You stopped this check."
    else:
        look = (
            f"Your function did not come back within {exercise.time_limit:.4g} seconds, so "
            "the check gave up. "
        )
        look += _TOO_LONG if exercise.score is None else _TRAINS_TOO_LONG
    if calls.still_running:
        look += " It could not be stopped and still runs: restart the kernel (Kernel menu)."
    at = cases[len(calls.outcomes) :][:1]
    return [*(row for case in at for row in _input_rows(exercise, case)), ("look at", look)]


def passed_rows(trial: Trial) -> Rows:
    """Say what was right, what training reached, and what to notice."""
    right, total = sum(problem is None for problem in trial.problems), len(trial.cases)
    found = [o.answer.reached for o in trial.calls.outcomes if isinstance(o.answer, Run)]
    rows: Rows = []
    if total > 1:
        rows.append(
            ("cases", f"all {total} are right" if right == total else f"{right} of {total}")
        )
    if found:
        values = [f"{r.value:{r.shown}}" for r in found[1:_MOST_RUNS]]
        more = ["..."] if len(found) > _MOST_RUNS else []
        rows.append(("reached", ", ".join([str(found[0]), *values, *more])))
    if trial.exercise.remark:
        rows.append(("notice", trial.exercise.remark))
    return rows
