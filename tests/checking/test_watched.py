"""Work is watched without a thread: it ends, whatever it catches, and leaves nothing behind.

Python tells of its jumps from 3.12 on; on an older one this file is not collected.
"""

import itertools
import sys
import threading
import time
import warnings

import numpy as np
import pytest

from nnf_teach.checking import giving_up
from nnf_teach.checking.calls import call_all
from nnf_teach.checking.giving_up import watched
from nnf_teach.exercises import Case

LITTLE = 0.1  # seconds


def loop(x):
    while True:
        pass


def catches_everything(x):
    while True:
        try:
            while True:
                x = x + 1
        except BaseException:
            pass


def keep(answer, k):
    return answer


def test_what_catches_everything_is_given_up():
    calls = call_all(catches_everything, [Case((1.0,))], keep, LITTLE, give_up=watched)
    assert calls.timed_out


def test_afterwards_nothing_is_watched():
    watched(lambda: loop(1), LITTLE)
    watched(lambda: None, LITTLE)
    time.sleep(LITTLE)
    assert sum(k for k in range(1000)) == 499_500
    assert giving_up._watches == []
    assert all(sys.monitoring.get_tool(number) != giving_up._NAME for number in range(6))


def test_an_error_ends_the_watch_and_goes_on():
    with pytest.raises(ZeroDivisionError):
        watched(lambda: 1 / 0, 60)
    assert giving_up._watches == []


def test_what_was_changed_for_a_while_is_put_back():
    """A `with` that ends after the time puts its things back all the same."""
    before = np.geterr(), warnings.filters[:], np.errstate.__enter__, sys.stdout
    calls = call_all(catches_everything, [Case((1.0,))], keep, LITTLE, give_up=watched)
    assert calls.timed_out
    assert (np.geterr(), warnings.filters[:], np.errstate.__enter__, sys.stdout) == before


def test_other_threads_go_on():
    counted = []

    def count():
        for k in itertools.count():  # noqa: B007
            if counted and time.monotonic() > counted[0]:
                break
        counted.append(k)

    thread = threading.Thread(target=count)
    thread.start()
    assert watched(lambda: loop(1), LITTLE).timed_out
    counted.insert(0, time.monotonic())
    thread.join()
    assert len(counted) == 2


def test_a_debugger_keeps_its_number():
    sys.monitoring.use_tool_id(4, "somebody's debugger")
    try:
        assert watched(lambda: loop(1), LITTLE).timed_out
        assert sys.monitoring.get_tool(4) == "somebody's debugger"
    finally:
        sys.monitoring.free_tool_id(4)
