"""Who calls a learner's function: this process, or one that asks another."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from nnf_teach.checking.borrow import Right
from nnf_teach.checking.budget import PATIENCE
from nnf_teach.checking.calls import Calls, call_all
from nnf_teach.checking.counting import COUNTS
from nnf_teach.checking.giving_up import Waiting
from nnf_teach.checking.result import Place
from nnf_teach.checking.steps import Trace
from nnf_teach.checking.workshop import Answer, Change, Found, Function, Workshop
from nnf_teach.exercises import Case

_PATIENCE = 2.0  # seconds for a call into compiled code in which the time runs out
_STEPS = 0.5  # seconds for the learner's own steps


class Shop(Protocol):
    """A `Workshop`, wherever it is."""

    @property
    def function(self) -> Function: ...

    @property
    def changes(self) -> Sequence[Change]: ...

    @property
    def size(self) -> int: ...  # nodes of the tree: what it costs to make a change

    def borrow(self, rights: Sequence[Right]) -> None: ...

    def answers(
        self, numbers: Sequence[int], args: Sequence[Any]
    ) -> Iterator[tuple[int, Answer]]: ...

    def made(self, numbers: Sequence[int], seconds: float) -> Function: ...

    def place(self, found: Sequence[Found], other: Sequence[Found] = ()) -> Place | None: ...


class Caller(Protocol):
    """How a check calls a function, and has it changed: in this process, or in another one."""

    def call_all(
        self,
        function: Function,
        cases: Sequence[Case],
        take: Callable[[Any, int], Any],
        time_limit: float,
        waiting: Waiting | None = None,
    ) -> Calls:
        """Call `function` on every case, as `call_all` does."""
        ...

    def count_all(
        self,
        function: Function,
        cases: Sequence[Case],
        take: Callable[[int, Any, int], Any],
        time_limit: float,
        what: str = "steps",
    ) -> Calls:
        """Call `function` on every case; `take` gets numbers of Python steps, or of bytes.

        Beside them it gets the answer, and the number of the case.
        """
        ...

    def search(self, function: Function, look: Look, seconds: float) -> Place | None:
        """Have `look` find a place in the changes of a function."""
        ...

    def steps(self, function: Function, case: Case) -> tuple[str, ...]:
        """Return the learner's own lines on a case."""
        ...


Look = Callable[[Shop, Caller, float], Place | None]
"""Looks for a place in a workshop, by a caller of its functions, in so many seconds."""


class CallHere:
    """Call functions in this process."""

    def call_all(
        self,
        function: Function,
        cases: Sequence[Case],
        take: Callable[[Any, int], Any],
        time_limit: float,
        waiting: Waiting | None = None,
    ) -> Calls:
        return call_all(function, cases, take, time_limit, waiting)

    def count_all(
        self,
        function: Function,
        cases: Sequence[Case],
        take: Callable[[int, Any, int], Any],
        time_limit: float,
        what: str = "steps",
    ) -> Calls:
        @functools.wraps(function, assigned=(), updated=())  # so that errors are found in its lines
        def counted(*args: Any) -> tuple[int, Any]:
            return COUNTS[what](function, Case(args))

        return call_all(counted, cases, lambda found, k: take(found[0], found[1], k), time_limit)

    def search(self, function: Function, look: Look, seconds: float) -> Place | None:
        shop = Workshop.of(function)
        if shop is None:
            return None

        def run() -> Place | None:
            return look(shop, self, seconds)

        # in a thread of its own: a change may call what never comes back
        ran = call_all(run, [Case(())], lambda place, k: place, PATIENCE * seconds + _PATIENCE)
        found = ran.outcomes[0].answer if ran.outcomes and not ran.timed_out else None
        return found if isinstance(found, Place) else None

    def steps(self, function: Function, case: Case) -> tuple[str, ...]:
        trace = Trace(function)
        if trace.code is not None:
            call_all(trace, [case], lambda answer, k: None, _STEPS)
        return trace.shown


HERE = CallHere()
