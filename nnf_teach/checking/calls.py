"""Call a learner's function, whatever it does; `giving_up` ends what does not end by itself."""

from __future__ import annotations

import contextlib
import copy
import inspect
import io
import logging
import random
import re
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import CodeType, TracebackType
from typing import Any, Literal

import numpy as np

from nnf_teach.checking import shapes
from nnf_teach.checking.answers import same
from nnf_teach.checking.giving_up import GiveUp, Stop, Waiting, one_at_a_time, usual
from nnf_teach.checking.silenced import heard, undecorated
from nnf_teach.exercises import Case
from nnf_teach.exercises.candidates import Candidate
from nnf_teach.exercises.given import Given

_PRINT_LIMIT = 2_000  # characters of the learner's own output that are kept


@dataclass
class Outcome:
    """What one call did. `answer` is what `take` made of the returned value.

    Of an error, `line` says where in the learner's code it arose ("line 3", "return W @ x") and
    `seen` what is known of shapes there, in a sentence; `raised_in` names the function
    that raised it, and `raised_by` says whose that is: the called one itself, another of the same
    file or cell, or somebody else's.
    """

    answer: Any = None
    error: BaseException | None = None
    error_text: str = ""
    line: tuple[str, str] = ("", "")
    seen: str = ""
    raised_in: str = ""
    raised_by: Literal["itself", "a helper", "somebody else", ""] = ""
    warned: tuple[str, ...] = ()
    mutated: tuple[int, ...] = ()  # which arguments were changed
    printed: str = ""


@dataclass
class Calls:
    """What happened in a series of calls."""

    outcomes: list[Outcome] = field(default_factory=list)
    timed_out: bool = False
    interrupted: bool = False
    still_running: bool = False


def call_all(
    function: Callable[..., Any],
    cases: Sequence[Case],
    take: Callable[[Any, int], Any],
    time_limit: float,
    waiting: Waiting | None = None,
    give_up: GiveUp | None = None,
) -> Calls:
    """Call `function` on every case and return the outcomes, at most `time_limit` seconds.

    `take(answer, k)` reads the answer to case k while the learner's objects are still where they
    were made; what it raises is kept as the outcome's error. Each call gets fresh copies of its
    arguments. Prints are kept aside, and the global random states are put back. `waiting` is
    called with the seconds gone while the function runs. `give_up` is how its time is kept.
    """
    outcomes: list[Outcome] = []

    def work() -> None:
        try:
            for k, case in enumerate(cases):
                printed.forget()
                outcome = call_once(function, case, take, k)
                outcome.printed = printed.getvalue()
                outcomes.append(outcome)
        except Stop:
            raise
        except BaseException as error:  # the call itself left something that cannot be looked at
            outcomes.append(Outcome(error=error, error_text="it left a broken state behind"))

    with one_at_a_time(), _aside() as printed:
        ending = (give_up or usual())(work, time_limit, waiting)
    return Calls(outcomes, ending.timed_out, ending.interrupted, ending.still_running)


class _Log:
    """What NumPy warns of, also where the function that is called silences or filters it."""

    def __init__(self) -> None:
        self.texts: set[str] = set()

    def write(self, line: str) -> None:
        """Warn as NumPy does, and note it where the warning has not become an error."""
        text = line.removeprefix("Warning: ").strip()
        warnings.warn(text, RuntimeWarning, stacklevel=2)
        self.texts.add(text)


def call_once(
    function: Callable[..., Any], case: Case, take: Callable[[Any, int], Any], k: int
) -> Outcome:
    """Call `function` on case k, on copies of its arguments, and note all that happens.

    Whether it changed a large argument is not looked at after an error: another one would be made.
    """
    args = copy_args(case.args)
    outcome = Outcome()
    log = _Log()
    function = undecorated(function)
    with (
        warnings.catch_warnings(record=True) as caught,
        np.errstate(all="log", under="ignore", call=log),
        heard(function),
    ):
        warnings.simplefilter("always")
        try:
            outcome.answer = take(function(*args), k)
        except Stop:
            raise
        except BaseException as error:  # SystemExit and KeyboardInterrupt too: they are answers
            _note_error(outcome, error, function)
    texts = {str(w.message) for w in caught if issubclass(w.category, RuntimeWarning)}
    outcome.warned = tuple(sorted(texts | log.texts))
    outcome.mutated = tuple(
        i
        for i, (now, then) in enumerate(zip(args, case.args, strict=True))
        if (outcome.error is None or not isinstance(then, Given)) and _changed(now, then)
    )
    return outcome


def _note_error(outcome: Outcome, error: BaseException, function: Callable[..., Any]) -> None:
    outcome.error, outcome.error_text = error, _text_of(error)
    outcome.line, outcome.seen = learners_line(error, outcome.error_text, function)
    own, place = code_of(function), raised_in(error)
    if place is None:
        return
    outcome.raised_in = place.co_name
    if place is own or own is None:
        outcome.raised_by = "itself" if place is own else "a helper"
    else:
        same_file = place.co_filename == own.co_filename
        outcome.raised_by = "a helper" if same_file else "somebody else"


def _text_of(error: BaseException) -> str:
    """Return an error's text; what it runs is the learner's, so it is run in their thread."""
    try:
        return f"{type(error).__name__}: {error}"[:_PRINT_LIMIT]
    except Stop:
        raise
    except BaseException:
        return type(error).__name__


def copy_args(args: Sequence[Any]) -> list[Any]:
    """Copy arguments deeply; arrays keep their type and whether they are contiguous."""
    return [_copy(a) for a in args]


def _copy(arg: Any) -> Any:
    if isinstance(arg, Given | Candidate):
        return arg.make()
    return _copy_array(arg) if isinstance(arg, np.ndarray) else copy.deepcopy(arg)


def _copy_array(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if array.ndim == 0 or array.flags.c_contiguous or array.flags.f_contiguous:
        return array.copy(order="K")
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]


def _changed(now: Any, then: Any) -> bool:
    if isinstance(then, Given):
        then = then.make()
    if isinstance(then, np.ndarray):
        # But for rounding: who puts back what they moved (x += e; x -= 2 * e; x += e) has left x
        # as it was. Only where it moved, for a training set is large.
        if np.shape(now) != then.shape:
            return True
        moved = np.not_equal(now, then)
        return bool(np.any(moved)) and not same(np.asarray(now)[moved], then[moved])
    if isinstance(then, list | tuple):
        return len(now) != len(then) or any(map(_changed, now, then))
    if isinstance(then, dict):
        return now.keys() != then.keys() or any(_changed(now[key], then[key]) for key in then)
    return False


class _Bounded(io.StringIO):
    """Keeps the first characters that are printed in a call."""

    def close(self) -> None:
        """Stay open: it is ours."""

    def forget(self) -> None:
        self.seek(0)
        self.truncate()

    def write(self, text: str) -> int:
        if self.tell() < _PRINT_LIMIT:
            super().write(text[: _PRINT_LIMIT - self.tell()])
        return len(text)


@contextlib.contextmanager
def _aside() -> Iterator[_Bounded]:
    """Keep prints aside, and put global state back afterwards, also after a time-out."""
    printed = _Bounded()
    numpy_state, python_state = np.random.get_state(), random.getstate()  # noqa: NPY002
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        warnings.catch_warnings(),
    ):
        try:
            yield printed
        finally:
            with contextlib.suppress(Exception):  # another bit generator was put in
                np.random.set_state(numpy_state)  # noqa: NPY002
            random.setstate(python_state)
            for handler in list(logging.root.handlers):
                if getattr(handler, "stream", None) is printed:
                    logging.root.removeHandler(handler)


def learners_line(
    error: BaseException, text: str, function: Callable[..., Any]
) -> tuple[tuple[str, str], str]:
    """Return where in the learner's code an error arose, and what is known of shapes there.

    That is the deepest frame of the file (or notebook cell) in which the function was written:
    ("line 3", "return W @ x"), "Here `W` of shape (2, 3) meets `x` of shape (2,)."
    """
    frames = list(_frames(error.__traceback__))
    code = code_of(function)
    home = code.co_filename if code else None
    own = [(tb.tb_frame, tb.tb_lineno, tb.tb_lasti) for tb in frames if _file(tb) == home]
    if not own:
        return ("", ""), ""
    frame, line, lasti = own[-1]
    summary = traceback.StackSummary.extract([(frame, line)], capture_locals=False)
    source = (summary[0].line or "").strip()
    seen = shapes.what_meets(text, frame, lasti) if own[-1][0] is frames[-1].tb_frame else ""
    names = dict.fromkeys(re.findall(r"(?<![.\w'\"])[^\W\d]\w*", source))
    named = [(name, shapes.in_words(frame.f_locals.get(name))) for name in names]
    listed = ", ".join(f"{name} {shape}" for name, shape in named if shape)
    if listed and not seen:
        seen = f"What is named in this line has the shapes {listed}."
    return (f"line {line}", source), seen


def _file(tb: TracebackType) -> str:
    return tb.tb_frame.f_code.co_filename


def raised_in(error: BaseException) -> CodeType | None:
    """Return the code object in which an error was raised."""
    frames = list(_frames(error.__traceback__))
    return frames[-1].tb_frame.f_code if frames else None


def code_of(function: Callable[..., Any]) -> CodeType | None:
    """Return a function's code object, through decorators and partials."""
    try:
        function = inspect.unwrap(getattr(function, "func", function))
        return getattr(function, "__code__", None)
    except Exception:  # a callable may answer as it likes, also with an error
        return None


def _frames(tb: TracebackType | None) -> Iterator[TracebackType]:
    while tb is not None:
        yield tb
        tb = tb.tb_next
