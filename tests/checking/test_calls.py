"""What may a learner's function do? Anything: the caller gets its turn and its state back."""

import random
import sys
import threading
import time
import warnings

import numpy as np
import pytest

from nnf_teach.checking.calls import call_all, copy_args
from nnf_teach.exercises import Case
from nnf_teach.exercises.given import Given

ONE = [Case((np.array([1.0, 2.0]),))]


def keep(answer, k):
    return answer


def call_once(function, case=ONE[0], time_limit=5.0):
    return call_all(function, [case], keep, time_limit).outcomes[0]


def test_a_large_argument_is_made_once_for_a_call_that_fails(monkeypatch):
    made = []
    monkeypatch.setattr(Given, "make", lambda self: made.append(self) or np.zeros(3))
    case = Case((Given("training digits"),))
    assert call_once(lambda X: 1 / 0, case).mutated == ()
    assert len(made) == 1
    assert call_once(lambda X: X.fill(1), case).mutated == (0,)


def test_answers_come_back_in_order():
    calls = call_all(lambda x: 2 * x, [Case((k,)) for k in range(3)], keep, 5.0)
    assert [outcome.answer for outcome in calls.outcomes] == [0, 2, 4]
    assert not calls.timed_out


@pytest.mark.parametrize(
    "error", [ValueError, SystemExit, KeyboardInterrupt, GeneratorExit, MemoryError, RecursionError]
)
def test_every_exception_is_an_outcome(error):
    def raises(x):
        raise error("no")

    assert type(call_once(raises).error) is error


def test_endless_recursion_is_an_outcome():
    def deeper(x):
        return deeper(x)

    assert isinstance(call_once(deeper).error, RecursionError)


def test_an_endless_loop_is_given_up_and_its_thread_ends():
    def forever(x):
        while True:
            pass

    before = threading.active_count()
    calls = call_all(forever, ONE, keep, time_limit=0.2)
    assert calls.timed_out
    assert not calls.still_running
    time.sleep(0.1)
    assert threading.active_count() == before


def test_a_loop_that_catches_everything_ends_too():
    def stubborn(x):
        while True:
            try:  # noqa: SIM105
                x = x + 1
            except BaseException:
                pass

    assert not call_all(stubborn, ONE, keep, time_limit=0.2).still_running


@pytest.mark.slow
def test_what_cannot_be_stopped_is_left_behind_and_said():
    calls = call_all(lambda x: time.sleep(4), ONE, keep, time_limit=0.1)
    assert calls.timed_out
    assert calls.still_running


def test_it_works_in_a_thread_that_is_not_the_main_one():
    """Widgets' callbacks and kernel subshells run in other threads: are loops stopped there?"""
    found = []

    def forever(x):
        while True:
            pass

    def in_thread():
        found.append(call_all(forever, ONE, keep, time_limit=0.2))

    thread = threading.Thread(target=in_thread)
    thread.start()
    thread.join(5)
    assert found
    assert found[0].timed_out
    assert not found[0].still_running


def test_no_signal_is_used(monkeypatch):
    """Windows has no alarm signals, so is the time limit kept without them?"""
    import signal

    for name in ("alarm", "setitimer", "signal"):
        monkeypatch.delattr(signal, name, raising=False)

    def forever(x):
        while True:
            pass

    assert call_all(forever, ONE, keep, time_limit=0.1).timed_out


def test_prints_are_kept_aside_and_bounded():
    def chatty(x):
        for k in range(100_000):
            print("line", k)
        print("to stderr", file=sys.stderr)
        return x

    printed = call_once(chatty).printed
    assert printed.startswith("line 0\nline 1\n")
    assert len(printed) <= 2_000


def test_changed_arguments_are_noticed_and_the_case_is_kept():
    def clears(x):
        x[...] = 0
        return x

    outcome = call_once(clears)
    assert outcome.mutated == (0,)
    np.testing.assert_array_equal(ONE[0].args[0], [1.0, 2.0])


def test_numpy_error_state_does_not_leak():
    before = np.geterr()

    def careless(x):
        np.seterr(all="raise")
        return x

    call_once(careless)
    assert np.geterr() == before


def test_a_notebooks_own_error_state_does_not_reach_the_check():
    with np.errstate(all="raise"):
        outcome = call_once(lambda x: np.exp(1000 * x))
    assert outcome.error is None
    assert outcome.warned == ("overflow encountered in exp",)


def test_warnings_turned_off_by_the_notebook_are_seen():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outcome = call_once(lambda x: x / 0)
    assert outcome.warned


def test_what_is_silenced_is_heard_from_the_function_itself_alone():
    def silences(x):
        with np.errstate(all="ignore"):
            return np.exp(1000 * x)

    def leaves_it_to_numpy(x):
        return np.nanmax(np.linalg.pinv(np.diag(x))) + np.nanmean(x)

    def silences_a_logarithm_of_0(x):
        with np.errstate(divide="ignore"):
            return np.where(x == 0, 0, np.log(0 * x))

    before = np.errstate.__enter__, np.seterr
    assert call_once(silences).warned == ("overflow encountered in exp",)
    assert not call_once(leaves_it_to_numpy).warned
    assert not call_once(silences_a_logarithm_of_0).warned
    assert (np.errstate.__enter__, np.seterr) == before


def test_global_random_states_are_put_back():
    def gambles(x):
        np.random.seed(0)
        random.seed(0)
        return np.random.rand() + random.random()

    np.random.seed(5)
    random.seed(5)
    expected = np.random.rand(), random.random()
    np.random.seed(5)
    random.seed(5)
    call_once(gambles)
    assert (np.random.rand(), random.random()) == expected


def test_stdout_is_put_back_after_a_time_out():
    before = sys.stdout
    call_all(lambda x: time.sleep(1), ONE, keep, time_limit=0.05)
    assert sys.stdout is before


def test_copies_keep_the_layout():
    wide = np.arange(12.0).reshape(3, 4)[:, ::2]
    fortran = np.asfortranarray(np.ones((2, 3)))
    originals = [wide, fortran, np.array(1.0), np.empty((0, 2))]
    copies = copy_args(originals)
    assert not copies[0].flags.contiguous
    assert copies[1].flags.f_contiguous
    for copied, original in zip(
        copies, [wide, fortran, np.array(1.0), np.empty((0, 2))], strict=True
    ):
        assert not np.shares_memory(copied, original)
        np.testing.assert_array_equal(copied, original)
