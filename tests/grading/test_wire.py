"""What goes through the pipe arrives as it was, and nothing else gets through."""

import json
import pickle
import random
import socket
import struct
import threading
import time

import numpy as np
import pytest

from nnf_teach.grading import wire
from nnf_teach.grading.wire import Channel, Closed, Late, Malformed, pack, unpack


def through(*values, describe=lambda value: None, build=None):
    """Send values through a frame, as bytes."""
    lengths, text, *blobs = pack({}, values, describe)
    body = b"".join(blobs)
    assert struct.unpack("!II", lengths) == (len(text), len(body))
    return unpack(text, body, build)[1]


PLAIN = [
    None,
    True,
    0,
    -7,
    2**53 + 1,
    -(10**300),
    1.5,
    -0.0,
    1e300,
    5e-324,
    float("inf"),
    "",
    "text with \u00e4, \U0001f600 and \x00",
    [],
    (),
    {},
    [1, [2.5, None], ("a", {"k": [True]})],
    [float(k) / 7 for k in range(1000)],
    tuple(float(k) / 7 for k in range(1000)),
]


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: repr(value)[:20])
def test_plain_values_arrive_with_their_types(value):
    (found,) = through(value)
    assert found == value
    assert type(found) is type(value)
    assert repr(found) == repr(value)  # down to the sign of zero


def test_nan_arrives():
    (found,) = through(float("nan"))
    assert found != found


DTYPES = ["?", "i1", "u2", "i8", "f2", "f4", "f8", ">f8", "c16"]
SHAPES = [(), (0,), (3,), (2, 0, 3), (2, 3, 4), (1,) * 20]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_arrays_arrive_bit_by_bit(dtype, shape):
    rng = np.random.default_rng(len(shape))
    array = np.array(100 * rng.normal(size=shape)).astype(dtype)
    if dtype == ">f8":  # another order of bytes: no word for it on this machine
        assert through(array, describe=lambda a: {"plain": a.astype("f8")})[0].shape == shape
        return
    (found,) = through(array)
    assert found.dtype == array.dtype
    assert found.shape == shape
    assert found.tobytes() == array.tobytes()
    assert found.flags.writeable


def test_an_array_lies_in_memory_as_it_did():
    base = np.arange(24.0).reshape(4, 6)
    c, f, gaps = through(base, np.asfortranarray(base), base[:, ::2])
    assert c.flags.c_contiguous
    assert f.flags.f_contiguous
    assert not gaps.flags.c_contiguous
    assert not gaps.flags.f_contiguous
    for found, sent in ((c, base), (f, base), (gaps, base[:, ::2])):
        assert np.array_equal(found, sent)


def test_scalars_of_numpy_stay_scalars():
    found = through(np.float32(0.1), np.int64(-3), np.bool_(True))
    assert [type(x) for x in found] == [np.float32, np.int64, np.bool_]
    assert found[0] == np.float32(0.1)


def test_many_arrays_do_not_get_mixed_up():
    rng = np.random.default_rng(0)
    sent = [{"W": rng.normal(size=(k, 3)), "b": (rng.integers(0, 9, k), k)} for k in range(10)]
    (found,) = through(sent)
    for one, other in zip(found, sent, strict=True):
        assert np.array_equal(one["W"], other["W"])
        assert np.array_equal(one["b"][0], other["b"][0])
        assert one["b"][1] == other["b"][1]


class Subclass(np.ndarray):
    pass


@pytest.mark.parametrize(
    "value",
    [object(), {1: 2}, {3}, b"bytes", np.zeros(3).view(Subclass), np.array([None]), ValueError],
    ids=lambda value: type(value).__name__,
)
def test_what_has_no_word_becomes_the_name_of_its_kind(value):
    (found,) = through(value, build={"object": lambda name: ("kind", name)})
    assert found == ("kind", type(value).__name__)


def test_endless_nests_end():
    nest = []
    nest.append(nest)
    wide = [[[[0] * 100] * 100] * 100]
    found = through(nest, wide, build={"object": lambda name: "cut"})
    assert "cut" in repr(found[0])
    assert "cut" in repr(found[1])


def test_bytes_that_are_a_pickle_are_never_loaded(monkeypatch):
    called = []
    monkeypatch.setattr(pickle, "loads", called.append)
    monkeypatch.setattr(pickle, "Unpickler", called.append)
    with pytest.raises(Malformed):
        unpack(pickle.dumps({"head": {}}), b"")
    assert not called


def framed(value, head=None):
    return json.dumps({"head": head or {}, "values": [value]}).encode()


MALFORMED = {
    "nothing": b"",
    "no JSON": b"{",
    "not UTF-8": b'"\xff"',
    "a number": b"3",
    "no head": b'{"values": []}',
    "head is a list": b'{"head": [], "values": []}',
    "values are none": b'{"head": {}, "values": 3}',
    "deep": b'{"head": {}, "values": [' + b"[" * 10**5 + b"]" * 10**5 + b"]}",
    "a bare list": framed([1, 2]),
    "an empty tag": framed({}),
    "an unknown tag": framed({"eval": "1"}),
    "list of a number": framed({"list": 3}),
    "list of a table": framed({"list": {"array": ["<f8", 0, 0]}}),
    "dict of pairs of three": framed({"dict": [["a", 1, 2]]}),
    "dict with numbers as keys": framed({"dict": [[1, 2]]}),
    "dict of a number": framed({"dict": 3}),
    "number of words": framed({"number": "eval"}),
    "number too long": framed({"number": "9" * 5000}),
    "integer too long": b'{"head": {}, "values": [' + b"9" * 5000 + b"]}",
    "objects": framed({"array": ["|O", 1]}),
    "a structure": framed({"array": ["V8", 1]}),
    "text": framed({"array": ["<U10", 1]}),
    "negative shape": framed({"array": ["<f8", -1]}),
    "shape of floats": framed({"array": ["<f8", 1.0]}),
    "shape of booleans": framed({"array": ["<f8", True]}),
    "overflowing shape": framed({"array": ["<f8", 2**31, 2**31, 2**31]}),
    "more than its bytes": framed({"array": ["<f8", 2]}),
    "too many axes": framed({"array": ["<f8", *[1] * 40]}),
    "dtype is a list": framed({"array": [["<f8"], 1]}),
    "too many parts": framed({"list": [0] * 200_000}),
    "nested lists": framed(eval('{"list": [' * 80 + "1" + "]}" * 80)),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_makes_no_sense_is_malformed(name):
    with pytest.raises(Malformed):
        unpack(MALFORMED[name], b"12345678")


def test_random_bytes_never_do_anything_else():
    """Does any damage to a frame end in something other than values or Malformed?"""
    rng = random.Random(0)
    _, text, *blobs = pack({"id": 1}, [[1, 2.5, np.arange(3.0)], {"a": ("b", None)}])
    body = b"".join(blobs)
    for _ in range(5000):
        damaged = bytearray(text)
        for _ in range(rng.randint(1, 4)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        try:
            head, values = unpack(bytes(damaged), body[: rng.randint(0, len(body))])
        except Malformed:
            continue
        assert isinstance(head, dict)
        assert isinstance(values, list)


@pytest.fixture
def ends():
    one, other = socket.socketpair()
    yield Channel(one, watch=lambda: None), Channel(other)
    one.close()
    other.close()


def soon(seconds=0.1):
    return time.monotonic() + seconds


def test_frames_arrive_in_order_and_with_what_they_carry(ends):
    mine, theirs = ends
    for k in range(20):
        theirs.send({"id": k}, [np.full(k, k)])
    for k in range(20):
        head, (array,) = mine.receive(soon(5))
        assert head == {"id": k}
        assert array.tolist() == [k] * k


def test_a_large_frame_passes_while_both_sides_work(ends):
    mine, theirs = ends
    big = np.random.default_rng(0).normal(size=500_000)
    sender = threading.Thread(target=theirs.send, args=({}, [big]))
    sender.start()
    assert np.array_equal(mine.receive(soon(10))[1][0], big)
    sender.join()


def test_silence_is_late(ends):
    with pytest.raises(Late):
        ends[0].receive(soon())


def test_a_drip_is_late_too(ends):
    mine, theirs = ends
    stop = threading.Event()

    def drip():
        for byte in b"\0\0\1\0\0\0\0\0" + b"{" * 256:
            theirs.end.send(bytes([byte]))
            if stop.wait(0.02):
                return

    thread = threading.Thread(target=drip)
    thread.start()
    with pytest.raises(Late):
        mine.receive(soon(0.2))
    stop.set()
    thread.join()


def test_who_does_not_read_is_late(ends):
    with pytest.raises(Late):
        ends[0].send({}, [np.zeros(10**7)], soon(0.2))


def test_a_closed_pipe_is_closed(ends):
    mine, theirs = ends
    theirs.close()
    with pytest.raises(Closed):
        mine.receive(soon(1))
    with pytest.raises(Closed):
        mine.send({}, [], soon(1))


def test_a_frame_that_claims_to_be_too_long_is_not_waited_for(ends):
    mine, theirs = ends
    for lengths in ((2**32 - 1, 0), (0, 2**32 - 1), (wire.HEADER_BYTES + 1, 0)):
        theirs.end.send(struct.pack("!II", *lengths))
        with pytest.raises(Malformed, match="too long"):
            mine.receive(soon(1))


def test_who_watches_is_asked_and_may_stop_it():
    one, other = socket.socketpair()
    looked = []

    def watch():
        looked.append(time.monotonic())
        if len(looked) == 3:
            raise wire.TooMuch("memory")

    with one, other, pytest.raises(wire.TooMuch):
        Channel(one, watch=watch).receive(soon(10))
    assert len(looked) == 3


def test_an_end_of_a_pipe_can_be_handed_over(ends):
    mine, theirs = ends
    inner, outer = socket.socketpair()
    mine.send({"do": "fork"}, [1.0], soon(1), hand_over=outer)
    outer.close()
    head, values = theirs.receive(take_over=True)
    with inner, socket.socket(fileno=head["end"]) as received:
        received.send(b"hello")
        assert inner.recv(10) == b"hello"
    assert values == [1.0]


def test_ends_that_nobody_asked_for_are_not_taken(ends):
    """Does a submission get rid of its own pipes by sending them to the grader?"""
    mine, theirs = ends
    spare, other = socket.socketpair()
    lengths, *parts = pack({"id": 1})
    socket.send_fds(theirs.end, [lengths], [other.fileno()])
    other.close()
    theirs.end.sendall(b"".join(parts))
    head, _ = mine.receive(soon(1))
    assert head == {"id": 1}
    with spare:
        spare.settimeout(1)
        assert spare.recv(1) == b""  # its other end has been closed
