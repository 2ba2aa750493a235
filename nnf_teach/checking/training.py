"""Say why training does not get there, by what the run did, measured on the run itself.

The loss rises or is no number: the first step is tried in part, which tells steps that are too
long from steps uphill. It stays: nothing moves, or the steps are short, or what is learnt is
something else. It falls: too slowly, or not to the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnf_teach.checking.callers import HERE
from nnf_teach.checking.calls import copy_args
from nnf_teach.checking.trial import Run, Trial
from nnf_teach.checking.watch import Course, leaves, moved, only, repeats, watch
from nnf_teach.exercises import BadAnswer
from nnf_teach.exercises.exercise import Learning

SOME = 2000  # examples on which the loss is measured
LITTLE = 0.01, 1e-4, 1e-6  # of a step
LONGER = 100.0  # times as long a step
NO_STEPS = (
    "Your function has no loop, so that no step is made again and again. "
    "How do weights get from a random start to good ones?"
)
FEW_ROUNDS = 1000  # to be made faster by more than other numbers
RESTS = 0.03  # a loss that falls by a smaller share no longer falls


@dataclass(frozen=True)
class Finding:
    """A failing case: its answer and the loss of it, and its course, if it was seen."""

    learning: Learning
    args: tuple[Any, ...]
    end: float
    course: Course | None
    answer: Any = None

    @property
    def guess(self) -> float:
        return self.learning.guess(*self.args)

    def loss(self, answer: Any) -> float:
        with np.errstate(all="ignore"):
            return float(self.learning.loss(answer, *self.args))

    def after(self, share: float) -> float:
        """Return the loss after a share of the first step."""
        return self.loss(moved(*self.steps[0], share))

    def slope(self, step: tuple[Any, Any], part: int | None = None) -> int:
        """Say whether a step, or a part of it, begins downhill (-1), uphill (1), or neither (0)."""
        start, end = step
        if part is not None:
            end = only(part, start, end)
        here = self.loss(start)
        for share in LITTLE:
            there, back = (self.loss(moved(start, end, way * share)) for way in (1, -1))
            if there < here < back:
                return -1
            if back < here < there:
                return 1
        return 0

    @property
    def steps(self) -> list[tuple[Any, Any]]:
        return self.course.steps if self.course else []

    @property
    def states(self) -> list[Any]:
        return self.course.states if self.course else []

    @property
    def losses(self) -> list[float]:
        return self.course.losses if self.course else []

    @property
    def rounds(self) -> int:
        return self.course.rounds[-1] if self.course else 0


def tell_training(trial: Trial, k: int) -> tuple[str, Finding | None]:
    """Return the sentence about a training run that did not get there, "" for none; and what is
    known of it, where its steps do not go down, or go down in parts only."""
    learning, outcome = trial.exercise.learning, trial.calls.outcomes[k]
    bad = outcome.error.kind if isinstance(outcome.error, BadAnswer) else ""
    if learning is None or not (isinstance(outcome.answer, Run) or bad == "nan"):
        return "", None
    if trial.caller is HERE and not repeats(trial.function):
        return NO_STEPS, None
    finding = _finding(trial, k, outcome.answer.answer if isinstance(outcome.answer, Run) else None)
    for tell in SEEN if finding.course else UNSEEN:
        if said := tell(finding):
            return said, finding if tell in WRONG_WAY else None
    return "", None


def tell_slow(trial: Trial) -> str:
    """Return the sentence about a training run that did not come back in time; "" for none."""
    if trial.exercise.learning is None or trial.caller is not HERE:
        return ""
    finding = _finding(trial, len(trial.calls.outcomes), None)
    course = finding.course
    if course is None or not course.seconds:
        return ""
    limit, number = trial.exercise.time_limit, trial.exercise.time_limit / course.seconds
    said = (
        f"Your function did not come back within {limit:.4g} seconds. One round of your loop "
        f"(line {course.line[0]}) takes {course.seconds:.2g} seconds, so that there is time for "
        f"about {number:,.0f}. "
    )
    narrow = any(getattr(a, "dtype", None) == np.float32 for a in finding.args)
    wide = any(np.asarray(part).dtype == np.float64 for part in _arrays(course.states[-1]))
    if course.all_rows:
        rows = max(len(a) for a in trial.cases[0].args if isinstance(a, np.ndarray))
        said += f"Each looks at all {rows:,} examples (`{course.all_rows}`). How many are enough?"
    elif narrow and wide and number > FEW_ROUNDS:
        said += "Your weights are float64, and X is float32. How much faster would float32 be?"
    else:
        said += "How many examples does a round look at, and does a Python loop go through them?"
    return said


def _arrays(state: Any) -> Iterator[Any]:
    if isinstance(state, tuple | list):
        for part in state:
            yield from _arrays(part)
    else:
        yield state


def _finding(trial: Trial, k: int, answer: Any) -> Finding:
    learning = trial.exercise.learning
    assert learning is not None
    args = copy_args(trial.cases[k].args)
    rows = max((len(a) for a in args if isinstance(a, np.ndarray)), default=0)
    few = tuple(a[:SOME] if isinstance(a, np.ndarray) and len(a) == rows else a for a in args)
    course = None
    if trial.caller is HERE:
        course = watch(trial.function, args, lambda found: learning.loss(found, *few))
    finding = Finding(learning, few, np.nan, course)
    end = np.nan if answer is None else finding.loss(answer)
    return Finding(learning, few, end, course, answer)


# Of a run that was seen ----------------------------------------------------------------------


def nothing_moves(f: Finding) -> str:
    if len(f.states) + (f.answer is not None) < 2 or any(_parts_that_move(f)):
        return ""
    when = f"After {_rounds(f)}" if f.rounds else "At the end"
    return (
        f"{when} of your loop {_line(f)} the weights are what they were at its beginning. Which "
        "line of it gives them new values, and is there a gradient that is not 0?"
    )


def _parts_that_move(f: Finding) -> list[bool]:
    first = leaves(f.states[0])
    seen = [leaves(state) for state in (*f.states[1:], *([] if f.answer is None else [f.answer]))]
    if any(len(later) != len(first) for later in seen):
        return [True]
    return [
        any(not np.allclose(part, later[k], 1e-9, 1e-12) for later in seen)
        for k, part in enumerate(first)
    ]


def uphill_or_too_far(f: Finding) -> str:
    """The loss rises: a little of the first step says whether the direction is wrong."""
    start, seen = f.losses[0], {**dict(zip(_when(f), f.losses, strict=True)), "at the end": f.end}
    risen = {when: loss for when, loss in seen.items() if loss > 1.05 * start}
    if not f.steps or not risen or f.end < 0.5 * f.guess:
        return ""
    when, worst = max(risen.items(), key=lambda pair: _size(pair[1]))
    grown = f"The loss is {_said(start)} at first, and {_said(worst)} {when}. "
    slopes = {f.slope(step) for step in f.steps}
    if slopes == {1}:
        return (
            f"{grown}Already a small part of your step {_line(f)} raises it, and the same "
            "the other way lowers it. Which way does a gradient point, and which way do you go?"
        )
    if f.slope(f.steps[0]) < 0:
        return (
            f"{grown}A small part of your first step {_line(f)} lowers it, so that its direction "
            "is right and the step is too long. What makes it shorter?"
        )
    return ""


def turns_into_no_number(f: Finding) -> str:
    if np.isfinite(f.end):
        return ""
    seen = f", {_said(f.losses[-1])} after {_rounds(f)}" if len(f.losses) > 1 else ""
    return (
        f"The loss is {_said(f.losses[0])} at first{seen}, and in the end the weights are no "
        "numbers any more. Is a step too long, or does an exp overflow, or a logarithm get a 0?"
    )


def bounces(f: Finding) -> str:
    best = min(f.losses)
    if not f.end > 1.3 * best or best > 0.9 * f.losses[0]:
        return ""
    n = f.course.rounds[f.losses.index(best)]  # type: ignore[union-attr]
    return (
        f"The loss was {_said(best)} after {_count(n)}, and is {_said(f.end)} at the end: it "
        "goes up and down. Which learning rate lets it come to rest?"
    )


def a_part_stays(f: Finding) -> str:
    parts = _parts_that_move(f)
    names = f.course.parts if f.course else []
    if len(f.states) < 3 or all(parts) or len(parts) != len(names):
        return ""
    move = {name for name, moves in zip(names, parts, strict=True) if moves}
    still = [name for name in names if name not in move]
    if not still:
        return ""
    return (
        f"After {_rounds(f)} of your loop {_line(f)}, `{still[0]}` is what it was at the "
        "beginning. Which line gives it new values, and with which gradient?"
    )


def a_part_goes_uphill(f: Finding) -> str:
    names = f.course.parts if f.course else []
    if len(f.steps) < 2 or len(leaves(f.steps[0][0])) != len(names):
        return ""
    slopes = [{f.slope(step, k) for step in f.steps} for k in range(len(names))]
    wrong = [name for name, found in zip(names, slopes, strict=True) if found == {1}]
    if not wrong or not any(found == {-1} for found in slopes):
        return ""
    some = "" if names.count(wrong[0]) == 1 else "A part of "
    return (
        f"{some}`{wrong[0]}` goes uphill in your loop {_line(f)}: a small part of its step alone "
        "raises the loss, and those of others lower it. Which gradient moves it, with which sign?"
    )


def short_steps(f: Finding) -> str:
    start = f.losses[0]
    if not f.steps or not start > f.end > 0.9 * start:
        return ""
    once, longer = start - f.after(1.0), start - f.after(LONGER)
    if not 0 < once < 0.01 * start or not longer > 20 * once:
        return ""
    return (
        f"Your steps go down, but they are short: the first lowers the loss of {_said(start)} by "
        f"{once:.1g}, and one {LONGER:.0f} times as long would lower it by {longer:.1g}. How large "
        "is your learning rate, and is a gradient divided twice?"
    )


def learns_nothing(f: Finding) -> str:
    if not f.end > 0.97 * f.guess:
        return ""
    return (
        f"The weights move, but the loss ends at {_said(f.end)}, and {f.learning.guessing} has "
        f"{_said(f.guess)}. Do inputs and answers still belong together, in their order and in "
        "their shapes, and is the learning rate a usual one?"
    )


def still_falls(f: Finding) -> str:
    seen, n = _earlier(f)
    if not f.end < (1 - RESTS) * seen:
        return ""
    falls = f"After {n} it was {_said(seen)}, so it was still falling then. " if f.rounds else ""
    return (
        f"The loss falls from {_said(f.losses[0])} to {_said(f.end)}. {falls}Does it still fall "
        "when you stop? What would more steps do, or longer ones?"
    )


def has_come_to_rest(f: Finding) -> str:
    return (
        f"The loss goes from {_said(f.losses[0])} to {_said(f.end)}, where it was already after "
        f"{_earlier(f)[1]}. What keeps it there: a learning rate that has become too small, one "
        "that never becomes small enough, or steps that see too few of the examples?"
    )


def _earlier(f: Finding) -> tuple[float, str]:
    """Return a loss that was seen well before the end, and when."""
    last = -2 if f.course and f.course.ended and len(f.losses) > 2 else -1
    return f.losses[last], _when(f)[last].removeprefix("after ")


def _when(f: Finding) -> list[str]:
    return [f"after {_count(n)}" for n in f.course.rounds] if f.course else []


def _rounds(f: Finding) -> str:
    return _count(f.rounds)


def _count(n: int) -> str:
    return "1 round" if n == 1 else f"{n:,} rounds"


def _line(f: Finding) -> str:
    return f"(line {f.course.line[0]})" if f.course else ""


def _said(loss: float) -> str:
    return f"{loss:.3g}" if np.isfinite(loss) else "no number"


def _size(loss: float) -> float:
    return loss if np.isfinite(loss) else np.inf


# Of a run of which only the answer is known ----------------------------------------------------


def no_numbers(f: Finding) -> str:
    if np.isfinite(f.end):
        return ""
    return (
        "The weights grew until they were no numbers any more. "
        "Is the learning rate too large, or does exp overflow?"
    )


def worse_than_guessing(f: Finding) -> str:
    if f.end <= 1.03 * f.guess:
        return ""
    return (
        f"The loss of your weights is {_said(f.end)}, and {f.learning.guessing} has "
        f"{_said(f.guess)}. Print the loss after each step: does it go up from the start, or jump?"
    )


def as_guessing(f: Finding) -> str:
    if f.end <= 0.97 * f.guess:
        return ""
    return (
        f"The loss of your weights is {_said(f.end)}, that of {f.learning.guessing}. Print it "
        "after each step: do the weights change, and does it fall at all?"
    )


def not_far_enough(f: Finding) -> str:
    return (
        f"It learns: the loss is {_said(f.end)}, and {f.learning.guessing} has {_said(f.guess)}. "
        "Print it after each step: does it still fall when you stop, or does it go up and down?"
    )


SEEN = (
    nothing_moves,
    a_part_goes_uphill,
    uphill_or_too_far,
    turns_into_no_number,
    a_part_stays,
    bounces,
    short_steps,
    still_falls,
    learns_nothing,
    has_come_to_rest,
)
WRONG_WAY = nothing_moves, a_part_goes_uphill, uphill_or_too_far, a_part_stays
UNSEEN = (no_numbers, worse_than_guessing, as_guessing, not_far_enough)
