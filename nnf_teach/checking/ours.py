"""`or_ours`: lesson cells run with the learner's function once it is right."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from nnf_teach.checking.called import name_of
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.checking.engine import PASSED, find
from nnf_teach.checking.undefined import unknown
from nnf_teach.exercises import Exercise


def or_ours(function: Any) -> Callable[..., Any]:
    """Return the learner's function if it is right, else ours, and say so.

    A text is the name of a function that is not defined yet. A function that has passed its check
    in this kernel is not tried again: training takes time. A check takes a list of rows for an
    array; lesson cells get the array.

    >>> def neuron(x, w, b):
    ...     raise NotImplementedError("write neuron here")
    >>> or_ours(neuron)([1.0], [2.0], 0.5)
    neuron is not right yet, so this cell uses ours.
    2.5
    """
    defined = not isinstance(function, str)
    name = name_of(function) if defined else function
    exercise = find(name)
    if exercise is None:
        raise ValueError(f"or_ours takes the function of an exercise. {unknown(name)}")
    if defined and (_has_passed(function) or diagnose(exercise, function).passed):
        return function if exercise.score else _with_arrays(function, exercise)
    print(f"{name} is not {'right' if defined else 'defined'} yet, so this cell uses ours.")
    return exercise.reference


def _with_arrays(function: Callable[..., Any], exercise: Exercise) -> Callable[..., Any]:
    @cache
    def ours() -> Any:
        """Return an answer of ours; which of its parts are arrays is the same in all."""
        return exercise.reference(*exercise.cases(np.random.default_rng(0))[0].args)

    def called(*args: Any, **named: Any) -> Any:
        answer = function(*args, **named)
        lists = isinstance(answer, list | tuple) and list in map(type, (answer, *answer))
        return as_in(ours(), answer) if lists else answer

    return called


def as_in(ours: Any, answer: Any) -> Any:
    """Return an answer with arrays in place of the lists where ours has arrays.

    >>> as_in((np.zeros(2), []), ([1, 2], [3]))
    (array([1, 2]), [3])
    """
    if isinstance(ours, tuple) and len(ours) == len(answer):
        return tuple(map(as_in, ours, answer))
    return np.array(answer) if isinstance(ours, np.ndarray) else answer


def _has_passed(function: Any) -> bool:
    try:
        return function in PASSED
    except TypeError:  # some callables take no weak references
        return False
