"""Explain wrong answers, once nothing can change a mark any more.

Who calls a function of another exercise that is not right yet is told that. Else the place of a
slip is looked for, in a new process that runs no more of the notebook than the function needs, so
that what is found depends on these cells alone, and is right for whoever wrote the same.
"""

from __future__ import annotations

import contextlib
import pickle
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from nnf_teach.checking.budget import PATIENCE
from nnf_teach.checking.diagnosis import search_on
from nnf_teach.checking.explain import is_searchable
from nnf_teach.checking.result import CheckResult
from nnf_teach.checking.trial import Trial
from nnf_teach.grading.mark import ExerciseMark, storable
from nnf_teach.grading.questions import Unexplained, is_full
from nnf_teach.grading.remote import PROMPT
from nnf_teach.grading.sandbox import ProcessTree
from nnf_teach.grading.shop import Searcher
from nnf_teach.grading.task import Task
from nnf_teach.grading.wire import LOST

_PREPARING = 2.0  # seconds for the cells that a function needs
_found: dict[tuple[object, ...], CheckResult | None] = {}  # where they were looked for


def explained(
    task: Task,
    tree: ProcessTree,
    wrong: Mapping[str, Unexplained],
    marks: Mapping[str, ExerciseMark],
) -> Iterator[ExerciseMark]:
    """Yield the marks of wrong answers again that can be explained; the tree is begun again."""
    searched: list[Trial] = []
    for name, one in wrong.items():
        if name not in marks:
            continue  # it was lost on the way to its mark
        others = [n for n in marks if n in one.uses and not is_full(marks[n])]
        if others:
            yield _by_others(marks[name], others)
        elif is_searchable(one.trial.first_round):
            searched.append(one.trial)
    if not searched:
        return
    with contextlib.suppress(*LOST):  # the others stay without
        tree.begin_again()
        tree.note_own()
        root = Searcher.of(tree)
        for trial in searched:
            found = _look(task, tree, root, trial)
            if found is not None:
                yield _by_search(marks[trial.exercise.name], found)


def _by_others(mark: ExerciseMark, others: Sequence[str]) -> ExerciseMark:
    """Return a mark that tells of other exercises, which come first."""
    are = "is" if len(others) == 1 else "are"
    sentence = (
        f"It calls your {' and '.join(others)}, which {are} not right yet. Is the fault there?"
    )
    said = [text for label, text in mark.rows if label == "look at" and mark.status == "raised"]
    rows = [row for row in mark.rows if row[0] not in ("look at", "cases")]
    cases = [row for row in mark.rows if row[0] == "cases"]
    told = ("look at", " ".join([sentence, *said]))
    return replace(mark, explained_by="clue", clue=sentence, rows=(*rows, told, *cases))


def _look(task: Task, tree: ProcessTree, root: Searcher, trial: Trial) -> CheckResult | None:
    """Return what is found in a wrong answer; the same answers are looked at once."""
    tree.end_strays()
    fork = root.fork(tree)
    fork.deadline = time.monotonic() + PROMPT
    head = {"do": "read_for", "name": trial.exercise.name}
    reply, _ = fork.request(head, [task.content])
    key = _key(task, trial, str(reply["digest"]))
    if key not in _found:
        with contextlib.suppress(*LOST):
            _found[key] = _search(task, fork, trial, reply["cells"])
    root.deadline = time.monotonic() + PROMPT
    root.request({"do": "kill"})
    fork.channel.close()
    return _found.get(key)


def _key(task: Task, trial: Trial, digest: str) -> tuple[object, ...]:
    """Return what is found rests on: the cells, and what they did."""
    did = [(o.error_text, o.warned, o.mutated, o.answer) for o in trial.calls.outcomes]
    seconds = task.limits.place_seconds
    return trial.exercise.name, trial.seed, seconds, digest, sha256(pickle.dumps(did)).digest()


def _search(task: Task, fork: Searcher, trial: Trial, cells: list[int]) -> CheckResult | None:
    fork.deadline = time.monotonic() + _PREPARING
    for number in cells:
        reply, _ = fork.request({"do": "run", "cell": number, "skip": [], "brief": False})
        while "begins" in reply:
            reply = fork.hear()
    function = fork.find(trial.exercise.name, trial.exercise.may_call)
    if function is None:
        return None
    fork.seconds = task.limits.place_seconds
    fork.deadline = time.monotonic() + PATIENCE * fork.seconds + _PREPARING
    return search_on(replace(trial, function=function, caller=fork))


def _by_search(mark: ExerciseMark, found: CheckResult) -> ExerciseMark:
    """Return a mark that tells what was found."""
    rows = tuple((label, storable(text)) for label, text in found.rows)
    by, place, clue = found.explained_by, found.place, found.clue
    return replace(mark, explained_by=by, place=place, clue=clue, rows=rows)
