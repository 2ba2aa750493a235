"""Count what one call takes: steps of Python, and bytes. Its answer is handed on beside it."""

from __future__ import annotations

import gc
import os
import sys
import tracemalloc
from collections.abc import Callable
from types import FrameType
from typing import Any

import numpy as np

from nnf_teach.checking.calls import copy_args
from nnf_teach.exercises import Case

_NUMPY = os.path.dirname(np.__file__) + os.sep


def count_steps(function: Callable[..., Any], case: Case) -> tuple[int, Any]:
    """Count the Python instructions of one call, also of the functions that it calls.

    Those of NumPy's own Python code do not count: printing an array takes thousands.
    """
    steps = 0

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal steps
        if frame.f_code.co_filename.startswith(_NUMPY):
            return None
        frame.f_trace_opcodes = True
        steps += event == "opcode"
        return trace

    args = copy_args(case.args)
    before, collecting = sys.gettrace(), gc.isenabled()
    gc.disable()  # a collection in the middle would run, and count, other people's code
    sys.settrace(trace)
    try:
        answer = function(*args)
    finally:
        sys.settrace(before)
        if collecting:
            gc.enable()
    return steps, answer


def most_bytes(function: Callable[..., Any], case: Case) -> tuple[int, Any]:
    """Return how many bytes one call holds at once, beside its arguments.

    >>> most_bytes(lambda x: (x[:, None] * x).sum(axis=0), Case((np.ones(1000),)))[0] // 10**6
    8
    """
    args = copy_args(case.args)
    tracing = tracemalloc.is_tracing()
    tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        answer = function(*args)
        return tracemalloc.get_traced_memory()[1] - before, answer
    finally:
        if not tracing:
            tracemalloc.stop()


COUNTS = {"steps": count_steps, "bytes": most_bytes}
