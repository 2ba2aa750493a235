"""What does not end by itself is given up, with a thread and without one."""

import itertools
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from nnf_teach import session
from nnf_teach.checking import giving_up
from nnf_teach.checking.calls import call_all
from nnf_teach.checking.giving_up import Ending, in_a_thread, watched
from nnf_teach.exercises import Case

WAYS = [in_a_thread, watched] if sys.version_info >= (3, 12) else [in_a_thread]
LITTLE = 0.1  # seconds


def loop(x):
    while True:
        pass


def counts_up(x):
    n = 0
    while n >= 0:
        n += 1


def catches_exceptions(x):
    while True:
        try:
            while True:
                x = x + 1
        except Exception:
            pass


def holds_on_in_the_end(x):
    try:
        loop(x)
    finally:
        loop(x)


def calls_itself_twice(n):
    return 1 if n < 0 else calls_itself_twice(n - 1) + calls_itself_twice(n - 1)


def takes_from_a_generator(x):
    def ones():
        while True:
            yield 1

    return sum(ones())


def for_ever(x):
    for _ in itertools.count():
        x = x * 0.5


def in_a_comprehension(x):
    return sum([k for k in itertools.count() if k < 0])


def numpy_alone(x):
    A = np.ones((200, 200))
    while True:
        A = np.tanh(A @ A)


ENDLESS = [
    loop,
    counts_up,
    catches_exceptions,
    holds_on_in_the_end,
    takes_from_a_generator,
    for_ever,
    in_a_comprehension,
    numpy_alone,
]


def keep(answer, k):
    return answer


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("function", ENDLESS)
def test_what_has_no_end_is_given_up(function, way):
    calls = call_all(function, [Case((1.0,))], keep, LITTLE, give_up=way)
    assert calls.timed_out
    assert not calls.still_running


@pytest.mark.parametrize("way", WAYS)
def test_a_recursion_that_doubles_is_given_up(way):
    assert call_all(calls_itself_twice, [Case((60,))], keep, LITTLE, give_up=way).timed_out


@pytest.mark.parametrize("way", WAYS)
def test_what_ends_is_not_disturbed(way):
    calls = call_all(lambda x: sum(range(x)), [Case((k,)) for k in range(4)], keep, 60, give_up=way)
    assert [outcome.answer for outcome in calls.outcomes] == [0, 0, 1, 3]
    assert not calls.timed_out


@pytest.mark.parametrize("way", WAYS)
def test_what_came_back_before_is_kept(way):
    cases = [Case((k,)) for k in (0, -1, 60)]
    calls = call_all(calls_itself_twice, cases, keep, LITTLE, give_up=way)
    assert [outcome.answer for outcome in calls.outcomes[1:]] == [1]
    assert calls.outcomes[0].answer == 2


@pytest.mark.parametrize("way", WAYS)
def test_those_who_wait_hear_of_the_time(way, monkeypatch):
    monkeypatch.setattr(giving_up, "_WAITING_STEP", 0.02)
    heard = []

    def until_heard_twice(x):
        while len(heard) < 2:
            pass

    calls = call_all(until_heard_twice, [Case((1,))], keep, 60.0, heard.append, give_up=way)
    assert not calls.timed_out
    assert heard == sorted(heard)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("inner", "outer"), [(LITTLE, 60.0), (60.0, LITTLE)])
def test_one_inside_another_is_given_up_by_the_first_whose_time_is_over(inner, outer, way):
    found = []
    before = set(threading.enumerate())

    def work():
        found.append(way(lambda: loop(1), inner))

    ending = way(work, outer)
    assert ending.timed_out == (outer < inner)
    if inner < outer:
        assert found == [Ending(timed_out=True)]
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive(), "a loop goes on behind the scenes"


def test_a_browser_is_watched_and_others_have_threads(monkeypatch):
    assert giving_up.usual() is in_a_thread
    monkeypatch.setattr(session, "in_browser", lambda: True)
    assert giving_up.usual() is watched


def test_a_stop_that_strikes_at_the_very_end_goes_no_further(monkeypatch):
    """Is work whose last step was struck known to have ended, and the thread silent?"""

    class Struck(threading.Event):
        def set(self):
            raise giving_up.Stop

    heard = []
    monkeypatch.setattr(threading, "excepthook", heard.append)
    ours = SimpleNamespace(**vars(threading) | {"Event": Struck})
    monkeypatch.setattr(giving_up, "threading", ours)
    ending = in_a_thread(lambda: None, LITTLE)
    assert not ending.still_running
    assert heard == []


def test_work_that_others_keep_waiting_has_more_time_but_not_for_ever(monkeypatch):
    over = threading.Event()

    def kept_waiting(thread):
        over.set()
        return 3600.0

    monkeypatch.setattr(giving_up, "_kept_waiting", kept_waiting)
    assert in_a_thread(lambda: loop(0), LITTLE).timed_out
    monkeypatch.setattr(giving_up, "_PATIENCE", 3600.0)
    over.clear()
    assert not in_a_thread(over.wait, LITTLE).timed_out


def test_how_long_a_thread_waited_for_a_processor_is_known_or_taken_for_nothing():
    assert giving_up._kept_waiting(threading.current_thread()) >= 0
    assert giving_up._kept_waiting(threading.Thread()) == 0
