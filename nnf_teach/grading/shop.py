"""The other side of a workshop: changes of a function that lives in a submission's process."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from nnf_teach.checking.borrow import Right
from nnf_teach.checking.callers import Look
from nnf_teach.checking.edits import RANKS
from nnf_teach.checking.result import Place
from nnf_teach.checking.workshop import Answer, Change, Found
from nnf_teach.grading.records import NotARecord, from_json
from nnf_teach.grading.remote import STEPS, Remote, RemoteFunction
from nnf_teach.grading.replies import TEXT
from nnf_teach.grading.wire import CHANGED, LOST, Malformed

_CHANGES = 20_000
_AT_ONCE = 16  # changes that are tried before their answers are sent


class Searcher(Remote):
    """Asks the functions of one process, and looks for places of slips in changes of them."""

    seconds = 0.0  # for one of them

    def search(self, function: Callable[..., Any], look: Look, seconds: float) -> Place | None:
        assert isinstance(function, RemoteFunction)
        if not self.seconds:
            return None
        try:
            return look(RemoteShop(self, function), self, self.seconds)
        except LOST:
            return None


class RemoteShop:
    """The workshop of a function in its process (`checking.workshop`): it makes, this compares.

    It gets no right answer; at the end it is told which of its changes help.
    """

    def __init__(self, remote: Remote, function: RemoteFunction) -> None:
        self.remote, self.function = remote, function
        reply, _ = self._request({"do": "open", "function": function.handle})
        found, size = reply.get("changes"), reply.get("size")
        self.changes = [_change(c) for c in found[:_CHANGES]] if isinstance(found, list) else []
        self.size = size if type(size) is int and size > 0 else 0

    def _request(
        self, head: dict[str, Any], values: Sequence[Any] = ()
    ) -> tuple[dict[str, Any], list[Any]]:
        self.remote.deadline = time.monotonic() + STEPS
        return self.remote.request(head, values)

    def borrow(self, rights: Sequence[Right]) -> None:
        """Add nothing: a right answer stays outside."""

    def answers(self, numbers: Sequence[int], args: Sequence[Any]) -> Iterator[tuple[int, Answer]]:
        """Yield changes with what the function then answers, asked for some at a time."""
        for k in range(0, len(numbers), _AT_ONCE):
            some = numbers[k : k + _AT_ONCE]
            _, values = self._request({"do": "try", "numbers": some}, [list(args)])
            found = values[0] if len(values) == 1 else None
            if not isinstance(found, list) or len(found) != len(some):
                raise Malformed("there are not as many answers as changes")
            for number, answer in zip(some, found, strict=True):
                yield number, functools.partial(_itself, answer)

    def made(self, numbers: Sequence[int], seconds: float) -> RemoteFunction:
        """Have the function made with some changes."""
        self._request({"do": "make", "numbers": [*numbers], "seconds": seconds})
        return RemoteFunction(self.remote, CHANGED)

    def place(self, found: Sequence[Found], other: Sequence[Found] = ()) -> Place | None:
        """Ask where the changes lie."""
        told = [[[one.number, one.what, one.part, one.left] for one in f] for f in (found, other)]
        reply, _ = self._request({"do": "place", "found": told})
        return _place(reply.get("place"))


def _itself(answer: Any) -> Any:
    if answer is None:
        raise ValueError("the changed function raised an error, or returned None")
    return answer


def _change(found: Any) -> Change:
    rank, line = found if isinstance(found, list) and len(found) == 2 else (None, None)
    if rank not in RANKS or type(line) is not int:
        raise Malformed("a change makes no sense")
    return Change(rank, line)


def _place(found: Any) -> Place | None:
    """Read a place: short texts, whose expression stands in its line where it says."""
    if found is None:
        return None
    try:
        place = from_json(Place, found)
    except NotARecord:
        raise Malformed("a place is none") from None
    if (place.other and place.other.other) or not all(map(_is_one, place.all)):
        raise Malformed("a place makes no sense")
    return place


def _is_one(place: Place) -> bool:
    texts = place.source, place.expression, place.kind, place.question
    in_line = place.source[place.column :].startswith(place.expression)
    short = all(len(text) <= TEXT and "\n" not in text for text in texts)
    return short and in_line and place.column >= 0 and 0 < place.line < 10**6
