"""A learner's own steps: their lines on one example, each with the values that it gave."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

import numpy as np

from nnf_teach.checking.answers import show
from nnf_teach.checking.calls import HERE, code_of
from nnf_teach.checking.source import line_of
from nnf_teach.checking.trial import Trial

MOST = 12  # lines that are shown
SECONDS = 0.5


@dataclass
class Step:
    """A line that was run: its number and text, what it gave, and how often it was run."""

    line: int
    source: str
    gave: str = ""
    times: int = 1

    def __str__(self) -> str:
        again = f"   ({self.times} times; the last)" if self.times > 1 else ""
        return f"line {self.line}: {self.source}" + (
            f"\n    {self.gave}{again}" if self.gave else ""
        )


def own_steps(trial: Trial, k: int) -> tuple[str, ...]:
    """Return the learner's lines on case k, from one traced call; none where they are not known.

    Of a loop the last pass is shown.
    """
    code = code_of(trial.function)
    alone = trial.exercise.draws or trial.exercise.score is not None  # another call gives others
    if code is None or trial.caller is not HERE or alone:
        return ()
    steps: dict[int, Step] = {}
    before: dict[str, str] = {}
    at: list[int] = []

    def told(frame: FrameType) -> None:
        """Note what the line that has just been run has changed."""
        now = {name: _value(value) for name, value in frame.f_locals.items()}
        if at:
            changed = [f"{n} = {v}" for n, v in now.items() if before.get(n) != v]
            step = steps[at[-1]]
            step.gave = ", ".join(changed) or step.gave
        before.clear()
        before.update(now)

    def trace(frame: FrameType, event: str, arg: Any) -> Callable[..., Any] | None:
        if frame.f_code is not code:
            return None
        if event == "call":
            before.update({name: _value(value) for name, value in frame.f_locals.items()})
        else:
            told(frame)
        if event == "line":
            line = frame.f_lineno
            if line in steps:
                steps[line].times += 1
            else:
                steps[line] = Step(line, line_of(code, line))
            at.append(line)
        elif event == "return" and at and not steps[at[-1]].gave:
            steps[at[-1]].gave = _value(arg)
        return trace

    def traced(*args: Any) -> Any:
        outer = sys.gettrace()
        sys.settrace(trace)
        try:
            return trial.function(*args)
        finally:
            sys.settrace(outer)

    HERE.call_all(traced, [trial.cases[k]], lambda answer, k: None, SECONDS)
    shown = sorted(steps.values(), key=lambda step: step.line)
    return tuple(map(str, shown[:MOST]))


def _value(value: Any) -> str:
    shape = f" of shape {value.shape}" if isinstance(value, np.ndarray) and value.ndim else ""
    return f"{show(value, 3, 5)}{shape}"
