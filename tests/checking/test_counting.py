"""What does a call take? Steps of Python, and bytes."""

import sys
import tracemalloc

import numpy as np

from nnf_teach.checking.counting import count_steps, most_bytes
from nnf_teach.exercises import Case

ROW = Case((np.ones(1000),))


def test_steps_grow_with_a_loop_and_not_with_a_product():
    def loop(x):
        return sum(v for v in x)

    few, many = Case((np.ones(3),)), Case((np.ones(300),))
    assert count_steps(np.sum, few)[0] == count_steps(np.sum, many)[0]
    assert count_steps(loop, many)[0] > count_steps(loop, few)[0] + 500
    assert count_steps(loop, many)[1] == 300


def test_tracing_is_put_back():
    before = sys.gettrace()
    count_steps(lambda x: x, ROW)
    assert sys.gettrace() is before


def test_a_matrix_takes_the_square_of_what_a_row_takes():
    assert most_bytes(lambda x: np.outer(x, x) @ x, ROW)[0] > 8_000_000
    assert most_bytes(lambda x: x * (x @ x), ROW)[0] < 20_000
    assert most_bytes(lambda x: [2 * v for v in x.tolist()], ROW)[0] < 100_000


def test_what_was_there_before_and_between_does_not_count():
    kept = [np.ones(10**6)]

    def in_turn(x):
        return sum(np.outer(x, x).sum() for _ in range(3)) + len(kept)

    assert 8_000_000 < most_bytes(in_turn, ROW)[0] < 17_000_000


def test_who_traces_memory_goes_on_tracing():
    for tracing in (False, True):
        if tracing:
            tracemalloc.start()
        most_bytes(lambda x: x, ROW)
        assert tracemalloc.is_tracing() is tracing
    tracemalloc.stop()
