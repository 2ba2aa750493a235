"""Ask the functions that a notebook left, exercise by exercise.

A fork of the notebook's process is asked about one exercise after another, since forks take longer
than most questions. So that no answer suffers from what another one did, a wrong one counts only
where it was asked first in its fork, or is wrong in itself: not written, not there, or a function
that uses nothing which could be changed, and has no `return`, makes a known mistake, or calls
another exercise that is wrong. Otherwise it is asked for again, once, first in a fork. What is
right counts. Where a check has found another function than there is in the end, that one is asked
for as well.

Whenever an exercise is asked again, it is with other inputs: a submission may have kept those of
before, with all that it has made of them meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nnf_teach.checking.diagnosis import diagnose, not_attempted
from nnf_teach.checking.result import CheckResult
from nnf_teach.checking.trial import Trial
from nnf_teach.exercises import Exercise
from nnf_teach.grading.mark import ExerciseMark, storable
from nnf_teach.grading.remote import PROMPT, Remote
from nnf_teach.grading.sandbox import ProcessTree, Woken
from nnf_teach.grading.task import Limits, Task
from nnf_teach.grading.wire import LOST

_WOKEN = (
    "While it was asked, something of your notebook ran beside it: a thread, or a process that had "
    "been stopped. What in your notebook starts one?"
)
_OTHER_INPUTS = 2**32  # between the seeds of an exercise that is asked again
_FIRST, _CHECKED, _BESIDE, _ONCE_MORE = range(4)  # when it is asked
_ONE_CORE = 2.0  # training has its time limit for two cores; a sandbox has one, and twice the time


def seconds_for(exercise: Exercise, limits: Limits) -> float:
    """Return how long an exercise may take."""
    return exercise.time_limit * limits.question_factor * (_ONE_CORE if _slow(exercise) else 1.0)


@dataclass(frozen=True)
class Unexplained:
    """A wrong answer that is not explained yet.

    Attributes
    ----------
    trial
        What it did.
    uses
        The other exercises whose functions it calls.
    """

    trial: Trial
    uses: tuple[str, ...]

    @property
    def returns_nothing(self) -> bool:
        """Whether it always returned None."""
        return all(found is not None and found.kind == "none" for found in self.trial.problems)


class Questions:
    """Asks the exercises of one submission.

    Attributes
    ----------
    unexplained
        Wrong answers, by exercise.
    """

    def __init__(self, task: Task, tree: ProcessTree) -> None:
        self.task, self.tree = task, tree
        self.unexplained: dict[str, Unexplained] = {}
        self._together = True
        self._wrong: set[str] = set()
        self._forked: Remote | None = None
        self._asked: set[tuple[str, int]] = set()

    def ask(self, node: Remote, waiting: Sequence[Exercise]) -> dict[str, ExerciseMark]:
        """Ask the process that ran the notebook; return what became of one exercise or more.

        It can be that there are none, once: then something ran that should not.
        """
        first, *others = sorted(waiting, key=_turn)
        found, other = self._ask_in_fork(node, [first, *others] if self._together else [first])
        if other and not node.lost:
            then, _ = self._ask_in_fork(node, [first], checked=True)
            if then[first.name].points > found[first.name].points:
                self.unexplained.pop(first.name, None)
                return {first.name: _as_checked(then[first.name])}
        self._wrong.update(name for name, mark in found.items() if not is_full(mark))
        return found

    def _ask_in_fork(
        self, node: Remote, exercises: Sequence[Exercise], checked: bool = False
    ) -> tuple[dict[str, ExerciseMark], bool]:
        """Ask about exercises in one fork, as they are in the end, or as their checks found them.

        Return what became of them, and whether the first one is not right, and the check of it
        had found another function.
        """
        first, *others = exercises
        found: dict[str, ExerciseMark] = {}
        if self._forked is node:
            _end_fork(node)
        self._forked = node
        self.tree.end_strays()
        fork = node.fork(self.tree)
        try:
            with self.tree.held():
                found[first.name] = mark = self._ask(fork, first, _CHECKED if checked else _FIRST)
                if fork.other_when_checked and not is_full(mark):
                    return found, True
                for exercise in others:
                    if fork.lost or not self.tree.is_alone():
                        break
                    if _first(exercise) or (exercise.name, _BESIDE) in self._asked:
                        continue
                    mark = self._ask(fork, exercise, _BESIDE)
                    wrong = self._wrong.union(n for n in found if not is_full(found[n]))
                    if is_full(mark) or self._in_itself(mark, fork, wrong):
                        found[exercise.name] = mark
                    else:
                        self.unexplained.pop(exercise.name, None)
            return found, False
        except Woken:
            self._together = False
            for name in found:
                self.unexplained.pop(name, None)
            alone = {first.name: _nothing(first, "raised", _WOKEN)}
            return ({} if len(found) > 1 else alone), False
        finally:
            fork.channel.close()  # it is killed before the next one, or with all of them

    def _in_itself(self, mark: ExerciseMark, fork: Remote, wrong: set[str]) -> bool:
        """Whether an answer is wrong whatever was asked before it; so are the exercises `wrong`."""
        if fork.other_when_checked:
            return False
        if mark.status == "not found" or fork.is_stub:
            return True
        if not fork.is_fixed:
            return False
        one = self.unexplained.get(mark.name)
        if one is None:
            return mark.misconception is not None or mark.status == "not attempted"
        return one.returns_nothing or not wrong.isdisjoint(one.uses)

    def _ask(self, fork: Remote, exercise: Exercise, when: int) -> ExerciseMark:
        begin = time.monotonic()
        if (exercise.name, when) in self._asked:
            when = _ONCE_MORE  # what it said was given up with others
        self._asked.add((exercise.name, when))
        found = self._diagnose(fork, exercise, when)
        return replace(found, seconds=round(time.monotonic() - begin, 3))

    def _diagnose(self, fork: Remote, exercise: Exercise, when: int) -> ExerciseMark:
        checked = when == _CHECKED
        seconds = seconds_for(exercise, self.task.limits)
        exercise = replace(exercise, time_limit=seconds, **exercise.graded)
        fork.deadline = time.monotonic() + seconds
        try:
            alone = exercise.vectorised is not None  # so that all its steps can be counted
            function = fork.find(exercise.name, exercise.may_call, alone, checked)
        except LOST:
            return _nothing(exercise, "raised", "The process ended before it could be asked.")
        if function is None:
            return _nothing(exercise, "not found", fork.missing)
        if fork.is_stub:
            return _mark_of(exercise, not_attempted(exercise, function))
        seed = self.task.seed + when * _OTHER_INPUTS
        wrong: list[Trial] = []
        result = diagnose(exercise, function, seed, caller=fork, later=wrong.append)
        if alone and not self.tree.is_alone():
            raise Woken
        if wrong and not fork.called and not checked:
            self.unexplained[exercise.name] = Unexplained(wrong[0], fork.uses)
        if fork.called:
            found = _nothing(exercise, "wrong", _whose(sorted(fork.called)))
            return replace(found, misconception="not-your-own")
        return _mark_of(exercise, result)


def _end_fork(node: Remote) -> None:
    node.deadline = time.monotonic() + PROMPT
    node.request({"do": "kill"})


# Which questions one fork gets --------------------------------------------------------------


def _slow(exercise: Exercise) -> bool:
    return exercise.time_limit > Exercise.time_limit


def _last(exercise: Exercise) -> bool:
    """Whether a fork is asked nothing after it, as it takes long, or calls right functions."""
    return _slow(exercise) or exercise.subject is not None or exercise.side_by_side is not None


def _first(exercise: Exercise) -> bool:
    """Whether a fork is asked nothing before it, from which what it counts could be known."""
    return _last(exercise) or exercise.vectorised is not None or exercise.sparing is not None


def _turn(exercise: Exercise) -> int:
    return 2 if _last(exercise) else 0 if _first(exercise) else 1


def is_full(mark: ExerciseMark) -> bool:
    return mark.points == mark.out_of


# Marks --------------------------------------------------------------------------------------


def unasked(exercise: Exercise) -> ExerciseMark:
    """Return the mark of an exercise that nobody was asked for."""
    return _nothing(exercise, "not asked")


def _nothing(exercise: Exercise, status: str, sentence: str = "") -> ExerciseMark:
    """Return a mark without points."""
    return ExerciseMark(
        name=exercise.name,
        points=0,
        out_of=exercise.points,
        stretch=exercise.stretch,
        status=status,
        rows=(("look at", storable(sentence)),) if sentence else (),
        parts=tuple((part, 0, points) for part, points in exercise.parts.items()),
    )


def _mark_of(exercise: Exercise, result: CheckResult) -> ExerciseMark:
    earned = sum(points for _, points, _ in result.parts)
    return replace(
        _nothing(exercise, result.status),
        points=exercise.points if result.passed else earned,
        misconception=result.misconception,
        explained_by=result.explained_by,
        clue=result.clue,
        steps=tuple(map(storable, result.steps)),
        rows=tuple((label, storable(text)) for label, text in result.rows),
        cases=result.cases,
        parts=result.parts,
    )


def _as_checked(found: ExerciseMark) -> ExerciseMark:
    """Say that a mark is for the function which a check cell found."""
    sentence = f"Your {found.name} counts as its check found it: cells below change what it does."
    return replace(found, rows=(*found.rows, ("notice", sentence)))


def _whose(called: list[str]) -> str:
    names = " and ".join(name[:80] for name in called[:3])
    return (
        f"Your function lets {names} do the work. This exercise asks for your own: "
        "which of the steps can you write yourself?"
    )
