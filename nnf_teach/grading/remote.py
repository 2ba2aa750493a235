"""Ask a function that lives in a submission's process; believe nothing but plain data.

A `Remote` calls functions for `checking.diagnosis.diagnose`, as `checking.calls.CallHere` does in
a notebook. What comes back is read by `wire`, and compared here.

Proved here, whatever a submission does: the values, shapes and types of answers, on inputs that it
sees for the first time; what training reaches on data that it never gets; the time that it takes.
The functions on which a learner's test is tried stay here, too: it gets what they return.
Only reported by the submission's process, so that a notebook which rewrites that process could
forge it: NumPy warnings, changed arguments, prints, the lines of errors, and that nobody else's
code was called. Memory, and the steps of a vectorised answer, are counted there too; against
hiding steps Python's audit hooks help, which no Python code takes away, and no thread can be
started.
"""

from __future__ import annotations

import functools
import math
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

import numpy as np

from nnf_teach.checking.callers import Look
from nnf_teach.checking.calls import Calls, Outcome
from nnf_teach.checking.giving_up import Waiting
from nnf_teach.checking.result import Place
from nnf_teach.exercises import Case
from nnf_teach.exercises.candidates import Candidate
from nnf_teach.exercises.formula import Formula
from nnf_teach.exercises.given import Given
from nnf_teach.grading.replies import (
    TEXT,
    error_of,
    foreign,
    list_of,
    odd_array,
    signature_of,
    text_of,
    texts_of,
    why_missing,
)
from nnf_teach.grading.sandbox import ProcessTree
from nnf_teach.grading.wire import BODY_BYTES, Channel, Closed, Late, Malformed, TooMuch

PROMPT = 20.0  # seconds for what costs milliseconds
_LEAST = 2.0  # seconds for some calls: two processes take turns, on a busy machine
STEPS = 2.0  # seconds for a function's own lines on a case, and for some of its changes
_LIGHT = 64_000  # bytes of questions that are sent at once: a pipe takes them before anybody reads
_MOST_STEPS, _STEP = 12, 600  # how many lines, and characters of one


class Died(Exception):
    """The process ended, or said something that makes no sense, in place of an answer."""


def describe(value: Any) -> Any:
    """Find a word for the arguments that a submission gets built for it."""
    if isinstance(value, Formula):
        return {"float formula" if value.as_floats else "formula": value.text}
    if isinstance(value, np.random.Generator):
        return {"rng": value.bit_generator.state}
    if isinstance(value, Given):
        return {"given": value.name}
    if isinstance(value, dict):  # one that knows more than it tells
        return {"plain": dict(value)}
    raise TypeError(f"{type(value).__name__} cannot be sent to a submission")


class RemoteFunction:
    """A function that a submission returned; it can be called like any other."""

    def __init__(self, remote: Remote, handle: int | str) -> None:
        self.remote, self.handle = remote, handle

    def __call__(self, *args: Any) -> Any:
        outcome = self.remote.ask(self.handle, args)
        if outcome.error is not None:
            raise outcome.error
        for k in outcome.mutated:
            _spoil(args[k : k + 1])
        return outcome.answer


RemoteFunction.__name__ = "function"  # so that a learner reads of it as of a function of here


def _spoil(changed: Any) -> None:
    """Change the arrays that a submission changed; what it wrote there is not sent back."""
    if isinstance(changed, np.ndarray) and changed.dtype.kind == "f":
        changed[...] = np.nan
    elif isinstance(changed, list | tuple):
        for part in changed:
            _spoil(part)


class Remote:
    """Asks the functions of one process, each question within `deadline` (`time.monotonic`)."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        channel.describe = self._describe
        channel.build = {
            "object": foreign,
            "masked": lambda content: np.ma.MaskedArray([0.0], mask=[True]),
            "odd array": odd_array,
            "function": self._function,
        }
        self.lost = False  # whether the last request has got no answer
        self.called: set[str] = set()
        self.candidates: list[Candidate] = []
        self.other_when_checked = self.is_stub = self.is_fixed = False
        self.missing = ""
        self.uses: tuple[str, ...] = ()
        self.deadline = math.inf
        self._number = 0

    @classmethod
    def of(cls, tree: ProcessTree) -> Self:
        """Return who asks the first process of a tree."""
        return cls(Channel(tree.root, watch=tree.watch))

    def fork(self, tree: ProcessTree) -> Self:
        """Have the process fork; return who asks the new one."""
        mine, theirs = tree.pipe()
        self.deadline = time.monotonic() + PROMPT
        with theirs:
            self.request({"do": "fork"}, hand_over=theirs)
        return type(self)(Channel(mine, watch=tree.watch))

    def _describe(self, value: Any) -> Any:
        """Find a word for an argument; of a candidate, only a number goes over there."""
        if not isinstance(value, Candidate):
            return describe(value)
        self.candidates.append(value)
        return {"candidate": [value.name, len(self.candidates) - 1]}

    def _function(self, handle: Any) -> RemoteFunction:
        if type(handle) is not int:
            raise Malformed("a function has no number")
        return RemoteFunction(self, handle)

    def request(
        self,
        head: dict[str, Any],
        values: Sequence[Any] = (),
        hand_over: socket.socket | None = None,
    ) -> tuple[dict[str, Any], list[Any]]:
        """Ask, and return the reply: what it says, and its values.

        Raises
        ------
        Closed, Late, Malformed, TooMuch
        """
        self._number += 1
        self.lost = True
        self.channel.send({**head, "id": self._number}, values, self.deadline, hand_over)
        return self._reply()

    def hear(self) -> dict[str, Any]:
        """Return what it says next about the last request."""
        return self._reply()[0]

    def _reply(self) -> tuple[dict[str, Any], list[Any]]:
        self.lost = True
        reply, answers = self.channel.receive(self.deadline)
        if reply.get("id") != self._number:
            raise Malformed("it answers another question")
        if "failed" in reply:
            raise Malformed(f"it failed ({text_of(reply, 'failed')[:40]})")
        self.lost = False
        return reply, answers

    def find(
        self,
        name: str,
        may_call: Sequence[str] = (),
        alone: bool = False,
        checked: bool = False,
    ) -> RemoteFunction | None:
        """Return a function of the submission, by its name, or None when there is none.

        From then on it may call of the course's modules only `may_call`; `alone`, it can start no
        thread and no process. With `checked` it is as its check cell found it. `other_when_checked`
        says whether that is another one, `is_stub` whether it is not written yet, `is_fixed`
        whether it uses nothing that could be changed, `uses` which other exercises it calls, and
        `missing` why there is none.
        """
        head = {"do": "find", "name": name, "may_call": list(may_call), "alone": alone}
        self.called.clear()
        reply, _ = self.request({**head, "checked": checked})
        self.other_when_checked = reply.get("other") is True
        self.is_stub = reply.get("stub") is True
        self.is_fixed = reply.get("fixed") is True
        self.uses = tuple(texts_of(reply, "uses"))
        if reply.get("found") is not True:
            self.missing = why_missing(name, reply)
            return None
        found = RemoteFunction(self, name)
        signature = signature_of(reply.get("signature"))
        if signature is not None:
            found.__signature__ = signature  # type: ignore[attr-defined]
        return found

    def ask(self, handle: int | str, args: Sequence[Any], do: str = "call") -> Outcome:
        """Call a function once. What goes wrong on the way is the outcome's error.

        Raises
        ------
        Late
        """
        return self._outcome_of(lambda: self.request({"do": do, "function": handle}, [list(args)]))

    def _outcomes(self, handle: int | str, cases: Sequence[Case], do: str) -> Iterator[Outcome]:
        """Call a function on cases, several at once where they are light."""
        for some in _lots(cases) if do == "call" else [[case] for case in cases]:
            if len(some) > 1:
                yield from self._ask_each(handle, some)
            else:
                yield self.ask(handle, some[0].args, do)

    def _ask_each(self, handle: int | str, cases: Sequence[Case]) -> Iterator[Outcome]:
        """Call a function on cases that are sent at once, as `ask` does.

        All of its calls are over when the first outcome is yielded: whoever gets it may call what
        the function returned.
        """
        found: list[Outcome] = []
        late: Late | None = None
        before, args = self.channel.heard, [list(case.args) for case in cases]
        head = {"do": "call_each", "function": handle}
        reply_of: Callable[[], Any] = functools.partial(self.request, head, args)
        try:
            while len(found) < len(cases) and not (found and _is_dead(found[-1])):
                found.append(self._outcome_of(reply_of))
                reply_of = self._reply
                if self.channel.heard - before > BODY_BYTES:
                    self.lost = True
                    found[-1] = _died("What came back cannot be read: it is too long.")
        except Late as error:
            late = error
        yield from found
        if late is not None:
            raise late

    def _outcome_of(self, reply_of: Callable[[], tuple[dict[str, Any], list[Any]]]) -> Outcome:
        try:
            return self._outcome(*self._after_asking(*reply_of()))
        except Closed:
            return _died("The process ended in this call.")
        except Malformed as error:
            return _died(f"What came back cannot be read: {error}.")
        except TooMuch as error:
            return _died(f"It used {error}.")

    def _after_asking(
        self, reply: dict[str, Any], values: list[Any]
    ) -> tuple[dict[str, Any], list[Any]]:
        """Answer a test as long as it asks; return what it says in the end."""
        while "asks" in reply:
            reply, values = self._answer(reply["asks"], values)
        return reply, values

    def _answer(self, number: Any, values: list[Any]) -> tuple[dict[str, Any], list[Any]]:
        """Call a candidate for a test that asks it; return what the test says next."""
        if type(number) is not int or not 0 <= number < len(self.candidates) or len(values) != 2:
            raise Malformed("it asks nobody")
        args, named = values
        head: dict[str, Any] = {"id": self._number}
        answer = None
        try:
            answer = self.candidates[number](*args, **named)
        except Exception as error:
            head |= {"error": type(error).__name__, "text": str(error)[:TEXT]}
        self.channel.send(head, [answer], self.deadline)
        return self._reply()

    def _outcome(self, reply: dict[str, Any], values: list[Any]) -> Outcome:
        if len(values) != 1:
            raise Malformed("it is no single answer")
        called = texts_of(reply, "called")
        self.called |= set(called)
        raised_by = reply.get("raised_by")
        outcome = Outcome(
            answer=values[0],
            warned=tuple(texts_of(reply, "warned")),
            mutated=tuple(k for k in list_of(reply, "mutated") if type(k) is int and 0 <= k < 100),
            printed=text_of(reply, "printed"),
            seen=text_of(reply, "seen"),
            raised_in=text_of(reply, "raised_in"),
            raised_by=raised_by if raised_by in ("itself", "a helper", "somebody else") else "",
        )
        kinds = texts_of(reply, "error")
        if kinds:
            outcome.answer = None
            outcome.error, outcome.error_text = error_of(kinds), text_of(reply, "text")
            line = texts_of(reply, "line")
            outcome.line = (line[0], line[1]) if len(line) == 2 else ("", "")
        return outcome

    # What a check calls (calls.Caller) ------------------------------------------------------

    def call_all(
        self,
        function: Callable[..., Any],
        cases: Sequence[Case],
        take: Callable[[Any, int], Any],
        time_limit: float,
        waiting: Waiting | None = None,
    ) -> Calls:
        """Ask one question per case, as `calls.call_all` does here."""
        return self._all(function, cases, take, time_limit, "call")

    def count_all(
        self,
        function: Callable[..., Any],
        cases: Sequence[Case],
        take: Callable[[int, Any, int], Any],
        time_limit: float,
        what: str = "steps",
    ) -> Calls:
        """Ask for the number of Python steps of each case, or of bytes, and for the answer."""

        def read(found: Any, k: int) -> Any:
            number, answer = found if isinstance(found, tuple) and len(found) == 2 else (None, None)
            if type(number) is not int:
                raise Died("What it counted is no number.")
            return take(number, answer, k)

        return self._all(function, cases, read, time_limit, f"count_{what}")

    def search(self, function: Callable[..., Any], look: Look, seconds: float) -> Place | None:
        """Find nothing: `explaining` looks for it, once all marks are known."""
        return None

    def steps(self, function: Callable[..., Any], case: Case) -> tuple[str, ...]:
        """Ask for the learner's own lines on a case."""
        assert isinstance(function, RemoteFunction)
        self.deadline = time.monotonic() + STEPS
        try:
            head = {"do": "steps", "function": function.handle}
            reply, _ = self._after_asking(*self.request(head, [list(case.args)]))
        except (Closed, Late, Malformed, TooMuch):
            return ()
        return tuple(text[:_STEP] for text in texts_of(reply, "steps")[:_MOST_STEPS])

    def _all(
        self,
        asked: Callable[..., Any],
        cases: Sequence[Case],
        take: Callable[[Any, int], Any],
        time_limit: float,
        do: str,
    ) -> Calls:
        assert isinstance(asked, RemoteFunction)
        self.deadline = time.monotonic() + max(time_limit, _LEAST)
        calls, taken = Calls(), 0
        try:
            for outcome in self._outcomes(asked.handle, cases, do):
                calls.outcomes.append(outcome)
                if _is_dead(outcome):
                    break
                if outcome.error is None:
                    self._take(outcome, take, taken)
                taken += 1
        except Late:
            del calls.outcomes[taken:]
            calls.timed_out = True
        return calls

    def _take(self, outcome: Outcome, take: Callable[[Any, int], Any], k: int) -> None:
        answer, outcome.answer = outcome.answer, None
        try:
            outcome.answer = take(answer, k)
        except Late:
            raise
        except Exception as error:
            outcome.error = error
            outcome.error_text = f"{type(error).__name__}: {error}"[:TEXT]


def _lots(cases: Sequence[Case]) -> Iterator[list[Case]]:
    """Yield the cases in lots that are sent at once."""
    lot: list[Case] = []
    weight = 0
    for case in cases:
        more = _weight(case.args)
        if lot and weight + more > _LIGHT:
            yield lot
            lot, weight = [], 0
        lot.append(case)
        weight += more
    if lot:
        yield lot


def _weight(value: Any) -> int:
    """Return roughly how many bytes a value is on its way; a candidate needs the way for itself."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, list | tuple):
        return sum(map(_weight, value))
    if isinstance(value, dict):
        return sum(map(_weight, value.values()))
    if isinstance(value, Candidate):
        return _LIGHT
    return 10 if isinstance(value, int | float) else 1000


def _is_dead(outcome: Outcome) -> bool:
    return isinstance(outcome.error, Died)


def _died(sentence: str) -> Outcome:
    return Outcome(error=Died(sentence), error_text=sentence)
