"""Find the known mistake that a wrong answer makes: the one that explains all its failing cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nnf_teach.checking import answers
from nnf_teach.checking.calls import Calls, Outcome
from nnf_teach.checking.trial import Trial, asked_as, call, problem_of, size
from nnf_teach.exercises import BadAnswer, Misconception

_TIME = 5.0  # seconds that a known wrong answer may take, all cases together


def misconception_of(trial: Trial) -> Misconception | None:
    """Return the misconception that fails where the answer fails, and in the same way.

    Among several, the one with the most outcomes in common.
    """
    best: tuple[int, Misconception] | None = None
    first = _alike_at_first(trial)
    for misconception in trial.exercise.misconceptions:
        if misconception.recognise_all is not None:
            seen = len(trial.failing)
            told = best is not None and best[0] >= seen
            if not told and _recognised_all(misconception.recognise_all, trial):
                best = seen, misconception
            continue
        if misconception.recognise is not None:
            seen = len(seen_in(misconception, trial))
            if 2 * seen >= len(trial.failing) and (best is None or seen > best[0]):
                best = seen, misconception
            continue
        ways = [wrong for wrong in _ways(misconception) if wrong in first]
        likeness = max((_likeness_of(trial, wrong) for wrong in ways), default=0)
        if likeness and (best is None or likeness > best[0]):
            best = likeness, misconception
    return best[1] if best else None


def seen_in(misconception: Misconception, trial: Trial) -> list[int]:
    """Return the failing cases that show a mistake: all, where it is not recognised one by one."""
    recognise = misconception.recognise
    if recognise is None:
        return trial.failing
    return [k for k in trial.failing if _recognised(recognise, trial, k)]


def _ways(misconception: Misconception) -> tuple[Callable[..., Any], ...]:
    """Return the functions that make a mistake; none, where it is recognised by what it did."""
    if misconception.recognise or misconception.recognise_all:
        return ()
    return misconception.wrong, *misconception.also


def _alike_at_first(trial: Trial) -> list[Callable[..., Any]]:
    """Return the wrong functions that do as the answer does on one case.

    Most do something else there, and need not do the rest. All are called in one thread.
    """
    exercise, k = trial.exercise, trial.failing[0]
    wrongs = [wrong for misconception in exercise.misconceptions for wrong in _ways(misconception)]
    times = 3 if exercise.draws else 1
    turns = iter([wrong for wrong in wrongs for _ in range(times)])

    def in_turn(*args: Any) -> Any:
        return next(turns)(*args)

    cases, truths = [trial.cases[k]] * len(wrongs), [trial.truths[k]] * len(wrongs)
    found = call(exercise, in_turn, cases, truths, 2 * _TIME).outcomes if wrongs else []
    theirs = trial.calls.outcomes[k]
    return [wrong for wrong, o in zip(wrongs, found, strict=False) if alike(theirs, o)]


def _likeness_of(trial: Trial, wrong: Callable[..., Any]) -> int:
    """Count what a wrong function has in common with the answer; 0 if it does not explain it."""
    calls = _calls_of(trial, wrong)
    return 0 if calls.timed_out else _likeness(trial, calls)


_MOST_REMEMBERED = 400
_remembered: dict[tuple[Any, ...], Calls] = {}


def _calls_of(trial: Trial, wrong: Callable[..., Any]) -> Calls:
    """Call a known wrong function as the learner's was called; a class makes the same mistakes."""
    key = (*asked_as(trial.exercise), trial.seed, len(trial.cases), wrong)
    if key in _remembered:
        return _remembered[key]
    calls = call(trial.exercise, wrong, trial.cases, trial.truths, _TIME)
    if not calls.timed_out and trial.exercise.score is None and len(_remembered) < _MOST_REMEMBERED:
        _remembered[key] = calls
    return calls


def _likeness(trial: Trial, calls: Calls) -> int:
    """Count the outcomes that two functions have in common; 0 when they fail in other places.

    Empty arrays decide only where nothing else is wrong: a mean over no examples is a nan in one
    way of writing, and 0 in another.
    """
    ours = [
        problem_of(trial.exercise, o, t) for o, t in zip(calls.outcomes, trial.truths, strict=True)
    ]
    pairs = list(zip(trial.calls.outcomes, calls.outcomes, strict=True))
    agree = [alike(one, other) for one, other in pairs]
    full = [bool(size(case)) for case in trial.cases]
    told_by_full = any(f and p is not None for f, p in zip(full, trial.problems, strict=True))
    for k, (theirs, wrong) in enumerate(zip(trial.problems, ours, strict=True)):
        if told_by_full and not full[k]:
            continue
        if theirs is not None and (wrong is None or not agree[k]):
            return 0
        if theirs is None and wrong is not None and full[k]:
            return 0
    return sum(agree) + sum(one.warned == other.warned for one, other in pairs)


def alike(one: Outcome, other: Outcome) -> bool:
    """Whether two calls did the same, as far as a check looks at it."""
    if one.error is not None or other.error is not None:
        # by name: an error that was raised in another process is of a copy of its type
        return type(one.error).__name__ == type(other.error).__name__
    return (
        answers.same(one.answer, other.answer)
        and bool(one.warned) == bool(other.warned)
        and one.mutated == other.mutated
    )


def _recognised(recognise: Callable[..., Any], trial: Trial, k: int) -> bool:
    answer, problem = _answer(trial.calls.outcomes[k]), trial.problems[k]
    if problem is not None and problem.kind == "mutated":
        return False  # the answer itself is right
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
    """Return the answer, of a training run also when it could not be read; None for an error."""
    if isinstance(outcome.error, BadAnswer):
        return outcome.error.answer
    return getattr(outcome.answer, "answer", outcome.answer)
