"""What is said about a learner's test that takes wrong for right, or right for wrong."""

from __future__ import annotations

from nnf_teach.checking.answers import clip
from nnf_teach.checking.errors import in_words
from nnf_teach.checking.trial import Trial
from nnf_teach.checking.wording import Rows, error_rows
from nnf_teach.exercises.candidates import Candidate


def verdict_rows(trial: Trial) -> Rows:
    """Say how many the test knows, and show why it rejects a right one."""
    rows: Rows = []
    for kind, verdict in (("right", "accepted"), ("wrong", "rejected")):
        all_, missed = _all(trial, kind), _missed(trial, kind)
        rows.append((f"{kind} ones", f"{len(all_) - len(missed)} of {len(all_)} {verdict}"))
    k = first_wrong(trial)
    if _missed(trial, "right"):
        outcome = trial.calls.outcomes[k]
        rows += error_rows(outcome) if outcome.error_text else [("got", "False")]
    if printed := trial.calls.outcomes[k].printed.strip():
        rows.append(("printed", clip(printed, 300)))
    return rows


def about_verdicts(trial: Trial) -> str:
    """Say what the test is wrong about: a right one that it rejects before what it lets through."""
    if _missed(trial, "right"):
        outcome = trial.calls.outcomes[first_wrong(trial)]
        asked = "Is what you expect right, and how exactly must it be met?"
        if outcome.error_text and not outcome.error_text.startswith("AssertionError"):
            asked = "Can it be called like that, and do you read its answer as it comes?"
            asked = in_words(outcome) or asked
        return f"Your test rejects {_some(trial, 'right')}. {asked}"
    return f"Your test lets {_some(trial, 'wrong')}. Which input would show it?"


def _some(trial: Trial, kind: str) -> str:
    """Say how many of how many, and what the one that is shown does."""
    missed, all_ = _missed(trial, kind), _all(trial, kind)
    some = f"all {len(all_)}" if missed == all_ else f"{len(missed)} of {len(all_)}"
    through = " through" if kind == "wrong" else ""
    one = "it" if len(missed) == 1 else "one of them"
    shown = trial.cases[first_wrong(trial)].args[0]
    return f"{some} {kind} ones{through}; {one} {shown.about}"


def first_wrong(trial: Trial) -> int:
    """Return the case that is shown: what the exercise names first, and right ones before wrong."""
    subject = trial.exercise.subject
    named = [*subject.right, *subject.wrong] if subject else []
    places = {about: place for place, about in enumerate(named)}
    return min(trial.failing, key=lambda k: places.get(trial.cases[k].args[0].about, len(named)))


def _all(trial: Trial, kind: str) -> list[Candidate]:
    return [case.args[0] for case in trial.cases if case.args[0].right is (kind == "right")]


def _missed(trial: Trial, kind: str) -> list[Candidate]:
    found = [trial.cases[k].args[0] for k in trial.failing]
    return [candidate for candidate in found if candidate.right is (kind == "right")]
