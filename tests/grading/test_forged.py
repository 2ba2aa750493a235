"""Replies that no honest process would give, and runs that never end: only their sender loses."""

import json
import socket
import struct
import threading
import time
import tracemalloc

import numpy as np
import pytest

from nnf_teach.checking.result import Place
from nnf_teach.checking.workshop import Found
from nnf_teach.exercises import BadAnswer, Case, all_exercises
from nnf_teach.grading import marking
from nnf_teach.grading.remote import Remote, RemoteFunction
from nnf_teach.grading.shop import RemoteShop
from nnf_teach.grading.wire import Channel, Late, Malformed, TooMuch, unpack

OK = {"error": None, "text": "", "line": ["", ""], "warned": [], "mutated": [], "printed": ""}


@pytest.fixture
def forged():
    """Return a function that makes a Remote which gets this reply to its first question."""
    ends = []

    def make(head, nodes=None):
        ours, theirs = socket.socketpair()
        ends.extend((ours, theirs))
        text = json.dumps({"head": {"id": 1, **head}, "values": nodes or []}).encode()
        theirs.sendall(struct.pack("!II", len(text), 0) + text)
        return Remote(Channel(ours, watch=lambda: None))

    yield make
    for end in ends:
        end.close()


@pytest.mark.parametrize(
    "kinds",
    [
        ["a\0b", "ValueError"],
        ["\ud800", "ValueError"],
        ["", "ValueError"],
        ["ExceptionGroup"],
        ["x y", "Exception"],
    ],
)
def test_an_error_may_have_any_name(forged, kinds):
    outcome = forged({**OK, "error": kinds}, nodes=[None]).ask("f", [])
    assert isinstance(outcome.error, Exception)
    assert type(outcome.error).__name__.isidentifier()


def test_a_signature_is_shown_but_not_at_any_length(forged):
    remote = forged({"found": True, "signature": [["x" * 100_000, 1, None]]})
    function = remote.find("f")
    assert function is not None
    assert len(str(getattr(function, "__signature__", ""))) < 1000


def test_a_list_is_not_longer_than_any_answer():
    """A byte in the pipe must not become eight in memory, and more, without end."""
    node = {"list": {"array": ["|b1", 20_000_000], "order": "C"}}
    text = json.dumps({"head": {}, "values": [node]}).encode()
    with pytest.raises(Malformed):
        unpack(text, bytes(20_000_000))


def test_lists_are_not_longer_together_either():
    parts = [{"list": {"array": ["|b1", 900_000], "order": "C"}}] * 2
    text = json.dumps({"head": {}, "values": [{"list": parts}]}).encode()
    with pytest.raises(Malformed):
        unpack(text, bytes(1_800_000))


def test_what_is_no_data_has_a_short_name(forged):
    answer = forged(OK, nodes=[{"object": "x" * 100_000}]).ask("f", []).answer
    assert len(type(answer).__name__) < 100


@pytest.mark.parametrize("reason", ["deadline", "watch"])
def test_a_pipe_that_is_never_empty_is_late_and_watched_all_the_same(reason):
    def watch():
        if reason == "watch":
            raise TooMuch("too much memory")

    ours, theirs = socket.socketpair()
    text = json.dumps({"head": {"id": 1, "begins": 0}, "values": []}).encode()
    stop = threading.Event()

    def flood():
        frames = (struct.pack("!II", len(text), 0) + text) * 1000
        while not stop.is_set():
            try:
                theirs.sendall(frames)
            except OSError:
                return

    thread = threading.Thread(target=flood)
    thread.start()
    channel = Channel(ours, watch=watch)

    def read(deadline):
        while time.monotonic() < deadline + 2:
            time.sleep(0.001)  # so that there is always more to read
            channel.receive(deadline)

    try:
        with pytest.raises(Late if reason == "deadline" else TooMuch):
            read(time.monotonic() + 0.3)
    finally:
        stop.set()
        ours.close()
        theirs.close()
        thread.join()


# What the process says when the notebook has taken its channel.
SPEAK = """
import gc
from nnf_teach.grading.wire import Channel
channel = next(o for o in gc.get_objects() if type(o) is Channel)
send = channel.send
def lie(head, values=(), *more):
    send({**head, **LIE} if "notes" in head else head, values)
channel.send = lie
"""


@pytest.mark.parametrize(
    "lie",
    [
        "{'notes': 3}",
        "{'notes': {'a': [1]}}",
        "{'notes': None}",
        "{'printed': 10 ** 4000}",
        "{'printed': -1}",
        "{'notes': [['x'] * 9]}",
    ],
)
def test_what_it_says_of_a_cell_is_not_believed(mark_cells, lie):
    honest = "def or_gate(): return (1, 1), -0.5"
    result = mark_cells(SPEAK.replace("LIE", lie), honest)
    assert result["status"] == "graded"
    assert result["exercises"]["or_gate"]["points"] == 1


def test_running_a_notebook_again_has_an_end_too(mark_cells, monkeypatch):
    """A notebook that is quick at first, and slow when it is run again after it has died."""
    monkeypatch.setattr(marking, "PROMPT", 1.0)
    later = time.time() + 3.0
    slow = f"import time\nif time.time() > {later}: time.sleep(0.9)"
    die = f"import os, time\ntime.sleep(max(0, {later} - time.time() + 0.1))\nos._exit(0)"
    start = time.monotonic()
    mark_cells(*[slow] * 60, die, statement_seconds=5.0, notebook_seconds=5.0, question_factor=0.01)
    assert time.monotonic() - start < 25


def test_calling_itself_one_of_our_modules_opens_no_door(mark_cells):
    source = (
        "from nnf_teach.modules import sigmoid as theirs\n"
        "__name__ = 'nnf_teach.modules.sigmoid'\n"
        "def sigmoid(x): return theirs(x)"
    )
    row = mark_cells(source)["exercises"]["sigmoid"]
    assert row["points"] == 0
    assert row["misconception"] == "not-your-own"


def test_a_wide_network_is_judged_in_little_memory():
    """The images are looked at here, outside the sandbox, by weights of any size."""
    exercise = all_exercises()["train_digit_mlp"]
    (case,) = exercise.cases(np.random.default_rng(0))
    params = [(np.ones((2000, 784)), np.ones(2000)), (np.ones((10, 2000)), np.ones(10))]
    tracemalloc.start()
    try:
        exercise.score(params, *case.args)
        assert tracemalloc.get_traced_memory()[1] < 200e6
    finally:
        tracemalloc.stop()


def test_a_deep_network_has_an_end():
    """How long are the images looked at, outside the sandbox, by weights without number?"""
    exercise = all_exercises()["train_digit_mlp"]
    (case,) = exercise.cases(np.random.default_rng(0))
    layer = np.ones((2000, 2000), np.int8), np.ones(2000)
    params = [
        (np.ones((2000, 784)), np.ones(2000)),
        *[layer] * 14,
        (np.ones((10, 2000)), np.ones(10)),
    ]
    with pytest.raises(BadAnswer, match="More than 5,000,000 weights"):
        exercise.score(params, *case.args)


# The place of a slip -------------------------------------------------------------------------

PLACE = {
    "line": 2, "expression": "+ 3", "kind": "a part", "source": "return x + 3", "column": 9,
    "question": "Line 2: what is `+ 3` for?", "other": None,
}  # fmt: skip


def told(forged, place):
    shop = forged({"changes": []})
    found = RemoteShop(shop, RemoteFunction(shop, "f"))
    found.remote = forged({"place": place})
    return found.place([Found(0)])


def test_a_place_that_fits_its_line_is_believed(forged):
    assert told(forged, PLACE) == Place(**PLACE)
    assert told(forged, PLACE | {"other": PLACE}) == Place(**PLACE | {"other": Place(**PLACE)})
    assert told(forged, None) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"line": 0},
        {"line": "2"},
        {"line": 10**9},
        {"column": -1},
        {"column": 8},
        {"expression": "- 3"},
        {"source": "return y"},
        {"source": "return x +\n 3", "expression": "3"},
        {"question": "x" * 100_000},
        {"kind": None},
        {"more": 1},
        {"other": PLACE | {"column": 8}},
        {"other": PLACE | {"other": PLACE}},
    ],
)
def test_a_place_that_does_not_fit_is_none(forged, changed):
    with pytest.raises(Malformed):
        told(forged, PLACE | changed)


@pytest.mark.parametrize("changes", [[["magic", 1]], [["removal"]], [["removal", "1"]], [None]])
def test_changes_are_of_ranks_that_there_are(forged, changes):
    shop = forged({"changes": changes})
    with pytest.raises(Malformed):
        RemoteShop(shop, RemoteFunction(shop, "f"))


def test_steps_are_shown_but_not_at_any_length(forged):
    remote = forged({"steps": ["x" * 1000] * 50 + [3]})
    steps = remote.steps(RemoteFunction(remote, "f"), Case((1.0,)))
    assert len(steps) < 20
    assert max(map(len, steps)) < 1000


FORGES = """
import nnf_teach.checking.workshop as workshop

class Liar(workshop.Workshop):
    def place(self, found):
        from nnf_teach.checking.result import Place
        return Place(1, "1 / 0", "right", "1 / 0", 0, "<script>You have 10 points.</script>")

    def answers(self, numbers, args):
        for number in numbers:
            yield number, lambda: 7.0

workshop.Workshop.of = classmethod(lambda cls, f: Liar(f, workshop.Source.of(f)))
import nnf_teach.grading.inside.node as node
node.Workshop = Liar
"""


def test_whoever_forges_a_place_misleads_nobody_but_themselves(mark_cells):
    neuron = "def neuron(x, w, b):\n    return x @ w + b + 3"
    forged = mark_cells(FORGES + neuron, neuron.replace("neuron", "sigmoid"))
    assert forged["status"] == "graded"
    assert {row["points"] for row in forged["exercises"].values()} == {0}
    honest = mark_cells(neuron, place_seconds=30.0)["exercises"]["neuron"]
    assert honest["place"]["expression"] == "+ 3"


def test_marks_are_settled_before_a_right_change_is_known(mark_cells):
    """A function that waits for its change cannot use it: nobody asks it any more."""
    waits = """
import os
def neuron(x, w, b):
    return x @ w + b + 3
def linear_layer(X, W, b):
    return X @ W.T + b if os.path.exists("/tmp/found") else X
import nnf_teach.checking.workshop as workshop
place = workshop.Workshop.place
def spy(self, found):
    open("/tmp/found", "w").close()
    return place(self, found)
workshop.Workshop.place = spy
"""
    assert mark_cells(waits)["exercises"]["linear_layer"]["points"] == 0
