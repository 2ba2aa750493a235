"""Draw the learner's function where it works, and say so where it does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from nnf_teach.arguments import Array

Elementwise = Callable[[Any], Any]


def name_of(function: Callable[..., Any]) -> str:
    """Return the name a learner gave to a function.

    >>> name_of(np.sin), name_of(lambda x: x)
    ('sin', 'function')
    """
    name = getattr(function, "__name__", "function")
    return "function" if name == "<lambda>" else str(name)


def yours(theirs: Callable[..., Any] | None) -> str:
    """Return the word for the learner's function among the options of a choice, if there is one.

    >>> yours(np.tanh), yours(None)
    ('your tanh', '')
    """
    return f"your {name_of(theirs)}" if theirs else ""


def credit(theirs: Callable[..., Any] | None, problem: str) -> str:
    """Say that the learner's function is drawn, if it is: without a problem.

    >>> credit(np.tanh, ""), credit(np.tanh, "Your tanh is not written yet, so this is ours.")
    ('This is your tanh.', '')
    """
    return f"This is {yours(theirs)}." if theirs and not problem else ""


def adapt(theirs: Callable[..., Any] | None, use: Callable[..., Any]) -> Callable[..., Any] | None:
    """Return use(theirs, ...) under the name of theirs; None where there is none.

    >>> power = adapt(np.power, lambda theirs, x: theirs(x, 2))
    >>> power(3), name_of(power)
    (np.int64(9), 'power')
    """
    if theirs is None:
        return None

    def adapted(*arguments: Any) -> Any:
        return use(theirs, *arguments)

    adapted.__name__ = name_of(theirs)
    return adapted


def call(theirs: Elementwise | None, ours: Elementwise, x: Array) -> tuple[Array, str]:
    """Return theirs(x) where that is an array shaped like x, else ours(x) and the reason.

    Parameters
    ----------
    theirs : function or None
        The learner's elementwise function. It gets a copy of x. None asks for ours, in silence.
    ours : function
        What is drawn instead.
    x : any shape

    Returns
    -------
    values : the shape of x
    sentence : str
        Why ours is drawn; empty when theirs is, or when there is no theirs.

    Examples
    --------
    >>> values, sentence = call(lambda x: x[:1], np.negative, np.array([1.0, 2.0]))
    >>> values
    array([-1., -2.])
    >>> sentence
    'Your function returned shape (1,) for an input of shape (2,), so this is ours.'
    """
    if theirs is None:
        return np.asarray(ours(x), dtype=np.float64), ""
    name = name_of(theirs)
    result, problem = attempt(theirs, x)
    if not problem:
        values = numbers(result)
        if values is None:
            problem = f"Your {name} returned {kind(result)}, not an array of numbers"
        elif values.shape != x.shape:
            problem = f"Your {name} returned shape {values.shape} for an input of shape {x.shape}"
        else:
            return values, ""
    return np.asarray(ours(x), dtype=np.float64), f"{problem}, so this is ours."


def attempt(theirs: Callable[..., Any], *arguments: Any) -> tuple[Any, str]:
    """Return what the learner's function returns, or what kept it from returning (no full stop).

    Arrays go in as copies, and warnings of NumPy are not shown.

    >>> attempt(lambda x: 1 / 0, np.zeros(2))
    (None, 'Your function raised ZeroDivisionError: division by zero')
    """
    own = [np.copy(value) if isinstance(value, np.ndarray) else value for value in arguments]
    try:
        with np.errstate(all="ignore"):
            return theirs(*own), ""
    except NotImplementedError:
        return None, f"Your {name_of(theirs)} is not written yet"
    except (Exception, SystemExit) as error:
        detail = f": {error}" if str(error) else ""
        return None, f"Your {name_of(theirs)} raised {type(error).__name__}{detail}"


def read_array(
    theirs: Callable[..., Any], arguments: tuple[Any, ...], *shapes: tuple[int, ...]
) -> tuple[Array | None, str]:
    """Return the learner's array of one of these shapes, or None and what is wrong with it.

    >>> read_array(lambda x: 2 * x, (np.ones(2),), (2,))
    (array([2., 2.]), '')
    >>> read_array(lambda x: x[:1], (np.ones(2),), (2,))
    (None, 'Your function returned shape (1,), not (2,)')
    """
    name = name_of(theirs)
    result, problem = attempt(theirs, *arguments)
    if problem:
        return None, problem
    found = numbers(result)
    if found is None:
        return None, f"Your {name} returned {kind(result)}, not an array of numbers"
    if found.shape not in shapes:
        return None, f"Your {name} returned shape {found.shape}, not {shapes[0]}"
    if not np.isfinite(found).all():
        return None, f"Your {name} returned values that are not finite"
    return found, ""


def read_arrays(
    theirs: Callable[..., Any],
    arguments: tuple[Any, ...],
    what: str,
    shapes: Mapping[str, tuple[int, ...]],
    finite: bool = True,
) -> tuple[list[Array], str]:
    """Return the learner's arrays, as many as `shapes` names, or none and what is wrong.

    >>> shapes = {"dw": (2,), "db": ()}
    >>> read_arrays(lambda: (np.ones(2), 0.5), (), "the two gradients", shapes)
    ([array([1., 1.]), array(0.5)], '')
    >>> read_arrays(lambda: np.ones(2), (), "the two gradients", shapes)
    ([], 'Your function returned a ndarray, not the two gradients (dw, db)')
    """
    name = name_of(theirs)
    result, problem = attempt(theirs, *arguments)
    if problem:
        return [], problem
    if not isinstance(result, tuple | list) or len(result) != len(shapes):
        return [], f"Your {name} returned {kind(result)}, not {what} ({', '.join(shapes)})"
    found = []
    for part, (which, shape) in zip(result, shapes.items(), strict=True):
        array = numbers(part)
        if array is None:
            return [], f"Your {name} returned a {which} that is not numbers"
        if array.shape != shape:
            return [], f"Your {name} returned a {which} of shape {array.shape}, not {shape}"
        if finite and not np.isfinite(array).all():
            return [], f"Your {name} returned a {which} that is not finite"
        found.append(array)
    return found, ""


def numbers(result: Any) -> Array | None:
    """Return a result as an array of numbers, or None where it is not one."""
    try:
        array = np.array(result)
    except (TypeError, ValueError):  # rows of unequal length
        return None
    return array.astype(np.float64) if array.dtype.kind in "biuf" else None


def kind(result: Any) -> str:
    """Name the kind of a result that is not what it should be."""
    return "None" if result is None else f"a {type(result).__name__}"
