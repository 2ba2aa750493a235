"""What goes through the pipe between the grader and a submission: frames of plain data.

A frame is two lengths, a JSON header, and the raw bytes of arrays. Values travel as JSON where
they can; what JSON has no word for is an object with one tag: {"array": ...}, {"tuple": ...}.
Reading a frame builds numbers, text, arrays and containers of these, and nothing else; it runs no
code that the other side could have chosen. Whatever is too large, too deep or makes no sense is
`Malformed`.
"""

from __future__ import annotations

import json
import math
import select
import socket
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Json = Any
Describe = Callable[[Any], "Json | None"]
"""Finds a word for an object that has none here: {tag: content}, {"plain": content}, or None."""
Build = Mapping[str, Callable[[Any], Any]]
"""What the receiver makes of the tags that only it knows."""

CHANGED = -1
"""The number of the function that a workshop has made last."""

HEADER_BYTES = 1024**2
BODY_BYTES = 64 * 1024**2
_LENGTHS = struct.Struct("!II")
_DEPTH = 20  # of containers in each other
_NODES = 50_000  # of JSON in a value
_LONG_LIST = 64  # numbers, from which on a list travels as an array
_LONGEST_LIST = 1_000_000  # of all lists in a frame together: a number takes much more than a byte
_CHUNK = 1 << 18
_TICK = 0.05  # seconds between two looks at what the other side uses
_DTYPES = {
    np.dtype(code).str
    for code in ("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
}
_SCALARS = {np.dtype(code).type for code in _DTYPES}


class Malformed(Exception):
    """What came through the pipe is not what it should be."""


class Closed(Exception):
    """The other side is gone."""


class Late(Exception):
    """The other side did not answer in time."""


class TooMuch(Exception):
    """The other side uses more than it may; raised by whoever watches it."""


LOST = (Closed, Late, Malformed, TooMuch)
"""What becomes of a question that is not answered."""

# Values ------------------------------------------------------------------------------------


class Writer:
    """Turns values into JSON and raw bytes."""

    def __init__(self, describe: Describe = lambda value: None) -> None:
        self.describe = describe
        self.blobs: list[bytes | memoryview] = []
        self._nodes = 0

    def write(self, value: Any, depth: int = 0) -> Json:
        """Return the JSON of a value; the bytes of its arrays are kept in `blobs`."""
        self._nodes += 1
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value
        if kind is int or kind is float:
            return value if abs(value) < 2**53 or value != value else {"number": str(value)}
        if (kind is np.ndarray or kind in _SCALARS) and value.dtype.str in _DTYPES:
            return self._array(value)
        if depth < _DEPTH and self._nodes < _NODES:
            if kind is list or kind is tuple:
                return self._sequence(value, depth)
            if kind is dict and all(type(key) is str for key in value):
                return {"dict": [[key, self.write(v, depth + 1)] for key, v in value.items()]}
        described = self.describe(value)
        if described is None:
            return {"object": kind.__name__[:40]}
        ((tag, content),) = described.items()
        written = self.write(content, depth + 1)
        return written if tag == "plain" else {tag: written}

    def _array(self, value: Any) -> Json:
        array = np.asarray(value)
        self.blobs.append(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
        if isinstance(value, np.generic):
            return {"scalar": array.dtype.str}
        return {"array": [array.dtype.str, *array.shape], "order": order_of(array)}

    def _sequence(self, value: Any, depth: int) -> Json:
        if len(value) > _LONG_LIST and {type(part) for part in value} == {float}:
            return {type(value).__name__: self._array(np.array(value, dtype=float))}
        return {type(value).__name__: [self.write(part, depth + 1) for part in value]}


class Reader:
    """Turns JSON and raw bytes into values."""

    def __init__(self, body: bytes | bytearray | memoryview, build: Build | None = None) -> None:
        self.body = memoryview(body)
        self.build = build or {}
        self._nodes = self._listed = 0

    def read(self, node: Json, depth: int = 0) -> Any:
        """Return the value that a JSON node stands for."""
        self._nodes += 1
        if depth > 2 * _DEPTH + 2 or self._nodes > 3 * _NODES:
            raise Malformed("it is nested too deeply or has too many parts")
        if node is None or isinstance(node, bool | int | float | str):
            return node
        if not isinstance(node, dict) or not node:
            raise Malformed("a value has no tag")
        tag = next(iter(node))
        if tag in ("list", "tuple"):
            parts = self._parts(node[tag], depth)
            return tuple(parts) if tag == "tuple" else parts
        if tag == "dict":
            return self._dict(node[tag], depth)
        if tag == "number":
            return self._number(node[tag])
        if tag == "array":
            return self._array(node["array"], node.get("order"))
        if tag == "scalar":
            return self._array([node["scalar"]], "C")[()]
        if tag in self.build:
            return self.build[tag](self.read(node[tag], depth + 1))
        raise Malformed("a value has an unknown tag")

    def _parts(self, parts: Json, depth: int) -> list[Any]:
        if isinstance(parts, dict):
            array = self.read(parts, depth + 1)
            if not isinstance(array, np.ndarray) or array.ndim != 1:
                raise Malformed("a list is no list")
            self._listed += array.size
            if self._listed > _LONGEST_LIST:
                raise Malformed("a list is too long")
            return list(array.tolist())
        if not isinstance(parts, list):
            raise Malformed("a list is no list")
        return [self.read(part, depth + 1) for part in parts]

    def _dict(self, pairs: Json, depth: int) -> dict[str, Any]:
        found = {}
        for pair in pairs if isinstance(pairs, list) else [None]:
            if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)):
                raise Malformed("a dictionary is none")
            found[pair[0]] = self.read(pair[1], depth + 1)
        return found

    def _number(self, text: Json) -> int | float:
        if not isinstance(text, str) or len(text) > 4000:
            raise Malformed("a number is none")
        try:
            return int(text) if text.lstrip("-").isdecimal() else float(text)
        except ValueError:
            raise Malformed("a number is none") from None

    def _array(self, form: Json, order: Json) -> NDArray[Any]:
        if not (isinstance(form, list) and form and form[0] in _DTYPES and len(form) <= 33):
            raise Malformed("an array has an unknown type")
        dtype, shape = np.dtype(form[0]), tuple(form[1:])
        if not all(type(n) is int and 0 <= n <= 2**31 for n in shape):
            raise Malformed("an array has no shape")
        size = math.prod(shape) * dtype.itemsize
        if size > len(self.body):
            raise Malformed("an array is larger than its bytes")
        taken, self.body = self.body[:size], self.body[size:]
        array = np.frombuffer(bytearray(taken), dtype).reshape(shape)
        return laid_out(array, str(order))


def order_of(array: NDArray[Any]) -> str:
    """Say how an array lies in memory: "C", "F", or with "gaps"."""
    if array.ndim == 0 or array.flags.c_contiguous:
        return "C"
    return "F" if array.flags.f_contiguous else "gaps"


def laid_out(array: NDArray[Any], order: str) -> NDArray[Any]:
    """Return the array as it lay in memory."""
    if order == "F":
        return np.asfortranarray(array)
    if order == "gaps" and array.ndim:
        wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
        wide[..., ::2] = array
        return wide[..., ::2]
    return array


# Frames ------------------------------------------------------------------------------------


def pack(
    head: Mapping[str, Json], values: Sequence[Any] = (), describe: Describe = lambda value: None
) -> list[bytes | memoryview]:
    """Return the parts of a frame: what it says (`head`, plain JSON), and values."""
    writer = Writer(describe)
    written = [writer.write(value) for value in values]
    text = json.dumps({"head": head, "values": written}, separators=(",", ":")).encode(
        "utf-8", "backslashreplace"
    )
    return [_LENGTHS.pack(len(text), sum(map(len, writer.blobs))), text, *writer.blobs]


def unpack(
    text: bytes | bytearray, body: bytes | bytearray | memoryview, build: Build | None = None
) -> tuple[dict[str, Json], list[Any]]:
    """Return what a frame says, and its values.

    Raises
    ------
    Malformed
        When it is no frame.
    """
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError, MemoryError):
        raise Malformed("it is no JSON") from None
    if not isinstance(frame, dict):
        raise Malformed("it is no object")
    head, nodes = frame.get("head"), frame.get("values")
    if not isinstance(head, dict) or not isinstance(nodes, list):
        raise Malformed("it has no head or no values")
    reader = Reader(body, build)
    try:
        values = [reader.read(node) for node in nodes]
    except Malformed:
        raise
    except (ValueError, TypeError, KeyError, OverflowError, MemoryError):
        raise Malformed("a value makes no sense") from None
    return head, values


# Pipe --------------------------------------------------------------------------------------


class Channel:
    """One end of a pipe.

    `watch` is called every twentieth of a second while waiting or reading; it may raise.
    """

    def __init__(
        self,
        end: socket.socket,
        describe: Describe = lambda value: None,
        build: Build | None = None,
        largest: tuple[int, int] = (HEADER_BYTES, BODY_BYTES),
        watch: Callable[[], None] | None = None,
    ) -> None:
        self.end = end
        self.describe, self.build = describe, build
        self.largest = largest
        self.watch = watch
        self.heard = 0  # bytes that have come
        self._ahead = bytearray()  # what was read of the next frame: not where pipes come with one
        self._looked = time.monotonic()
        end.setblocking(watch is None)

    def close(self) -> None:
        self.end.close()

    def send(
        self,
        head: Mapping[str, Json],
        values: Sequence[Any] = (),
        deadline: float = math.inf,
        hand_over: socket.socket | None = None,
    ) -> None:
        """Send a frame, with the end of another pipe where there is one to hand over."""
        lengths, *parts = pack(head, values, self.describe)
        try:
            if hand_over is not None:
                self._wait(select.POLLOUT, deadline)
                socket.send_fds(self.end, [lengths], [hand_over.fileno()])
                lengths = b""
            whole = b"".join([lengths, *parts]) if sum(map(len, parts)) < _CHUNK else None
            for part in [lengths, *parts] if whole is None else [whole]:
                self._send(memoryview(part), deadline)
        except OSError:
            raise Closed from None

    def _send(self, rest: memoryview, deadline: float) -> None:
        while rest:
            try:
                rest = rest[self.end.send(rest[:_CHUNK]) :]
            except BlockingIOError:
                self._wait(select.POLLOUT, deadline)

    def receive(
        self, deadline: float = math.inf, take_over: bool = False
    ) -> tuple[dict[str, Json], list[Any]]:
        """Wait for a frame and return what it says, and its values.

        With `take_over`, an end of a pipe that comes with it is kept in the head as "end".
        """
        ends: list[int] = []
        self._look(deadline)  # also where all of it has been read ahead
        lengths = self._read(_LENGTHS.size, deadline, ends if take_over else None)
        text, body = _LENGTHS.unpack(lengths)
        if text > self.largest[0] or body > self.largest[1]:
            raise Malformed("it is too long")
        self.heard += text + body
        both = self._read(text + body, deadline)
        head, values = unpack(both[:text], memoryview(both)[text:], self.build)
        if ends:
            head["end"] = ends[0]
        return head, values

    def _read(self, size: int, deadline: float, ends: list[int] | None = None) -> bytearray:
        while (missing := size - len(self._ahead)) > 0:
            self._look(deadline)  # also where there is always more to read
            try:
                if ends is None:
                    part = self.end.recv(min(missing, _CHUNK) if self.watch is None else _CHUNK)
                else:
                    part, new, _, _ = socket.recv_fds(self.end, missing, 1)
                    ends += new
            except BlockingIOError:
                self._wait(select.POLLIN, deadline)
                continue
            except OSError:
                raise Closed from None
            if not part:
                raise Closed
            self._ahead += part
        found, self._ahead = self._ahead[:size], self._ahead[size:]
        return found

    def _wait(self, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(self.end, event)
        while True:
            left = self._look(deadline)
            if poll.poll(1000 * min(_TICK, max(left, 0.001))):
                return

    def _look(self, deadline: float) -> float:
        """Look at the clock, and now and then at the other side; return the seconds left."""
        now = time.monotonic()
        if now > deadline:
            raise Late
        if self.watch is not None and now - self._looked > _TICK:
            self._looked = now
            self.watch()
        return deadline - now
