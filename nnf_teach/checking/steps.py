"""A learner's own steps: their lines on one example, each with the values that it gave."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

import numpy as np

from nnf_teach.checking.answers import show
from nnf_teach.checking.calls import code_of
from nnf_teach.checking.source import line_of

MOST = 12  # lines that are shown


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


class Trace:
    """A function that notes its own lines while it is called."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.code = function, code_of(function)
        self.steps: dict[int, Step] = {}
        self._before: dict[str, str] = {}
        self._at: Step | None = None

    @property
    def shown(self) -> tuple[str, ...]:
        """The first lines, each with what it gave; of a loop, in its last pass."""
        return tuple(map(str, sorted(self.steps.values(), key=lambda step: step.line)[:MOST]))

    def __call__(self, *args: Any) -> Any:
        outer = sys.gettrace()
        sys.settrace(self._trace)
        try:
            return self.function(*args)
        finally:
            sys.settrace(outer)

    def _trace(self, frame: FrameType, event: str, arg: Any) -> Callable[..., Any] | None:
        if frame.f_code is not self.code:
            return None
        now = {name: _value(value) for name, value in frame.f_locals.items()}
        if event != "call" and self._at is not None:
            changed = [f"{n} = {v}" for n, v in now.items() if self._before.get(n) != v]
            self._at.gave = ", ".join(changed) or self._at.gave
        self._before = now
        if event == "line":
            self._begin(frame.f_lineno)
        elif event == "return" and self._at is not None and not self._at.gave:
            self._at.gave = _value(arg)
        return self._trace

    def _begin(self, line: int) -> None:
        assert self.code is not None
        if line in self.steps:
            self.steps[line].times += 1
        else:
            self.steps[line] = Step(line, line_of(self.code, line))
        self._at = self.steps[line]


def _value(value: Any) -> str:
    shape = f" of shape {value.shape}" if isinstance(value, np.ndarray) and value.ndim else ""
    return f"{show(value, 3, 5)}{shape}"
