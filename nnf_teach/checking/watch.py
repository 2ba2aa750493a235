"""Watch a training run: what it would return, and the loss of that, before it is through.

A learner's function trains in a loop and returns weights. It is called once more, for a short
time, and at the head of its loop what stands behind its `return` is looked at.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import CodeType, FrameType, FunctionType
from typing import Any

import numpy as np

from nnf_teach.checking.callers import HERE
from nnf_teach.checking.calls import copy_args
from nnf_teach.checking.source import helpers_of, tree_of
from nnf_teach.exercises import Case

SECONDS = 3.0  # for a run that is watched
_READ = ("astype", "copy", "list", "tuple", "array", "asarray")  # calls that train nothing
_LAYERS = 8  # a loop of fewer rounds is one over layers
_STEPS = (0, 4, 16)  # rounds whose step is looked at
_EARLY = 2  # rounds in which it is seen how many examples a step looks at


class _Enough(BaseException):
    """Raised in a run that has been watched long enough."""


@dataclass
class Course:
    """What a run did: the loss after some rounds of its loop, and some `steps`, from and to.

    `seconds` is the time of a round, `line` the head of the loop, `parts` the names that the
    learner has for the arrays of an answer, `all_rows` what holds every example in a round.
    """

    line: tuple[int, str]
    rounds: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    states: list[Any] = field(default_factory=list)
    steps: list[tuple[Any, Any]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    all_rows: str = ""
    seconds: float = 0.0
    ended: bool = False


def _has_parts(answer: Any) -> bool:
    """Whether an answer is made of arrays, and is not one."""
    parts = (np.ndarray, tuple, list)
    return isinstance(answer, tuple | list) and any(isinstance(part, parts) for part in answer)


def leaves(answer: Any) -> list[np.ndarray[Any, Any]]:
    """Return the arrays of an answer, in order."""
    if _has_parts(answer):
        return [leaf for part in answer for leaf in leaves(part)]
    return [np.asarray(answer, dtype=float)]


def arrays(answer: Any) -> Any:
    """Return an answer with copies of its arrays, whose leaves can be changed."""
    if _has_parts(answer):
        return [arrays(part) for part in answer]
    return np.array(answer, dtype=float)


def moved(answer: Any, other: Any, share: float) -> Any:
    """Return the answer after a share of the way to another one."""
    if _has_parts(answer):
        return [moved(one, two, share) for one, two in zip(answer, other, strict=True)]
    one, two = np.asarray(answer, dtype=float), np.asarray(other, dtype=float)
    return one + share * (two - one)


def only(part: int, answer: Any, other: Any) -> Any:
    """Return the answer with one of its arrays, by number, as it is in another one.

    >>> only(1, [(np.zeros(1), np.zeros(1))], [(np.ones(1), np.ones(1))])
    [[array([0.]), array([1.])]]
    """
    numbers = iter(range(len(leaves(answer))))

    def chosen(one: Any, two: Any) -> Any:
        if _has_parts(one):
            return [chosen(a, b) for a, b in zip(one, two, strict=True)]
        return np.asarray(two if next(numbers) == part else one, dtype=float)

    return chosen(answer, other)


def watch(
    function: Callable[..., Any], args: Sequence[Any], loss: Callable[[Any], float]
) -> Course | None:
    """Return the course of a function that trains; None where its loop cannot be looked into."""
    return watch_loops(list(loops_of(function)), function, args, loss)


def watch_loops(
    loops: Sequence[Loop],
    function: Callable[..., Any],
    args: Sequence[Any],
    loss: Callable[[Any], float],
    rounds: float = math.inf,
) -> Course | None:
    """Return the course of a function of which the loops are known, for so many rounds."""
    if not loops:
        return None
    watcher = _Watcher(loops, args, loss, rounds)
    HERE.call_all(
        lambda *given: watcher.run(function, given),
        [Case(tuple(args))],
        lambda answer, k: None,
        2 * SECONDS,
    )
    return watcher.course if watcher.course and watcher.course.losses else None


def repeats(function: Callable[..., Any]) -> bool:
    """Whether a function can make many steps: by a loop, or by a call of something else's."""
    trees = [tree for tree, _ in _trees(function)]
    loops = (ast.For, ast.While, ast.comprehension)
    own = {tree.name for tree in trees}
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, loops):
            return True
        called = getattr(node.func, "id", None) if isinstance(node, ast.Call) else None
        if called is not None and called not in own and not hasattr(builtins, called):
            return True
    return not trees


def _trees(function: Callable[..., Any]) -> Iterator[tuple[ast.FunctionDef, FunctionType]]:
    try:
        plain = inspect.unwrap(function)
        if not isinstance(plain, FunctionType):
            return
        for each in (plain, *(helper for _, helper in helpers_of(plain))):
            if (tree := tree_of(each)) is not None:
                yield tree, each
    except (OSError, TypeError, ValueError, SyntaxError, IndexError):
        return


@dataclass
class Loop:
    """A loop that makes steps: where it stands, and what its function returns."""

    code: CodeType
    line: int
    source: str
    answer: ast.expr
    looked_at: CodeType


def loops_of(function: Callable[..., Any]) -> Iterator[Loop]:
    """Yield the loop of each function that makes steps, with what the function returns."""
    for tree, each in _trees(function):
        returned = [n.value for n in ast.walk(tree) if isinstance(n, ast.Return) and n.value]
        answers = [value for value in returned if _is_plain(value)]
        loops = [n for n in ast.walk(tree) if isinstance(n, ast.For | ast.While)]
        if not loops or not returned:
            continue
        answer = answers[-1] if answers else ast.Constant(None)
        names = {n.id for n in ast.walk(answer) if isinstance(n, ast.Name)} or {"params"}
        loop = _innermost(loops[0], names)
        code = compile(
            ast.fix_missing_locations(ast.Expression(answer)), "<answer>", "eval", dont_inherit=True
        )
        yield Loop(each.__code__, loop.lineno, ast.unparse(loop).split("\n")[0], answer, code)


def _innermost(loop: ast.For | ast.While, names: set[str]) -> ast.For | ast.While:
    """Return the loop over steps: not the one over the layers, which goes through the weights."""
    for node in loop.body:
        for inner in ast.walk(node):
            if isinstance(inner, ast.While) or (
                isinstance(inner, ast.For) and not _goes_through(inner, names)
            ):
                return _innermost(inner, names)
    return loop


def _goes_through(loop: ast.For, names: set[str]) -> bool:
    used = {n.id for n in ast.walk(loop.iter) if isinstance(n, ast.Name)}
    numbers = [n.value for n in ast.walk(loop.iter) if isinstance(n, ast.Constant)]
    few = used == {"range"} and all(isinstance(n, int) and n < _LAYERS for n in numbers)
    return few or bool(used & (names | {"zip", "enumerate", "grads", "reversed"}))


def _is_plain(value: ast.expr) -> bool:
    """Whether looking at an expression trains nothing: names, and what they are put together by."""
    for node in ast.walk(value):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            called = node.func.id if isinstance(node.func, ast.Name) else called
            if called not in _READ:
                return False
    return any(isinstance(node, ast.Name) for node in ast.walk(value))


class _Watcher:
    """Traces a run. What it does itself is not counted as the run's time."""

    def __init__(
        self,
        loops: Sequence[Loop],
        args: Sequence[Any],
        loss: Callable[[Any], float],
        rounds: float,
    ) -> None:
        self.loops = {loop.code: loop for loop in loops}
        self.loss, self.rounds = loss, rounds
        self.rows = max((len(a) for a in args if isinstance(a, np.ndarray)), default=0)
        self.course: Course | None = None
        self.loop: Loop | None = None
        self.round = -1
        self.begun = self.own = 0.0
        self.tables: dict[str, Any] = {}

    def run(self, function: Callable[..., Any], args: Sequence[Any]) -> None:
        outer = sys.gettrace()
        sys.settrace(self._called)
        try:
            function(*args)
        except _Enough:
            pass
        else:
            if self.course is not None:
                self.course.ended = True
        finally:
            sys.settrace(outer)
            if self.course is not None and self.round > 0:
                gone = time.perf_counter() - self.begun - self.own
                self.course.seconds = gone / self.round

    def _called(self, frame: FrameType, event: str, arg: Any) -> Callable[..., Any] | None:
        if frame.f_code in self.loops and self.loop in (None, self.loops[frame.f_code]):
            return self._line
        course, name = self.course, frame.f_code.co_name
        if course and self.loop and self.round <= _EARLY and not course.all_rows:
            own = frame.f_code.co_filename == self.loop.code.co_filename and name[0] != "<"
            if own and self._holds_all(frame.f_locals.values()):
                course.all_rows = name
        return None

    def _line(self, frame: FrameType, event: str, arg: Any) -> Callable[..., Any]:
        loop = self.loops[frame.f_code]
        if event == "line" and frame.f_lineno == loop.line:
            begun = time.perf_counter()
            self._look(frame, loop)
            self.own += time.perf_counter() - begun
            if self.begun and begun - self.begun - self.own > SECONDS:
                raise _Enough
        return self._line

    def _look(self, frame: FrameType, loop: Loop) -> None:
        """Note the loss after 0, 1, 2, 4, 8, ... rounds, and the last one seen."""
        self.round += 1
        if self.round > self.rounds:
            raise _Enough
        if self.round & (self.round - 1) and self.round - 1 not in _STEPS:
            return
        answer = self._answer(frame, loop)
        if answer is None:
            return
        state, loss, called = answer
        if self.course is None:
            self.round = 0  # the weights may not have been there before
            self.loop, self.begun = loop, time.perf_counter()
            self.course = Course((loop.line, loop.source), parts=_names(called, state))
        self.course.rounds.append(self.round)
        self.course.losses.append(loss)
        if self.round - 1 in _STEPS and self.course.rounds[-2] == self.round - 1:
            self.course.steps.append((self.course.states[-1], state))
        self.course.states.append(state)
        if self.round <= _EARLY:
            self.course.all_rows = self.course.all_rows or self._made_anew(frame)

    def _answer(self, frame: FrameType, loop: Loop) -> tuple[Any, float, ast.expr] | None:
        """Return what would come back now, its loss, and what the learner calls it."""
        local = frame.f_locals
        try:
            returned = [(loop.answer, eval(loop.looked_at, frame.f_globals, dict(local)))]
        except Exception:
            returned = []
        for name, value in [*returned, *((ast.Name(name), v) for name, v in local.items())]:
            try:
                with np.errstate(all="ignore"):
                    return copy_args([value])[0], float(self.loss(value)), name
            except Exception:
                continue
        return None

    def _made_anew(self, frame: FrameType) -> str:
        """Return the name of what has a row for each example and was not there a round before."""
        tables = {
            name: value
            for name, value in frame.f_locals.items()
            if isinstance(value, np.ndarray) and value.ndim > 1 and len(value) == self.rows
        }
        before, self.tables = self.tables, tables
        new = [n for n, value in tables.items() if n in before and before[n] is not value]
        return new[0] if new else ""

    def _holds_all(self, values: Any) -> bool:
        return any(isinstance(v, np.ndarray) and v.ndim and len(v) == self.rows for v in values)


def _names(called: ast.expr, value: Any) -> list[str]:
    """Return what the learner calls each array of an answer.

    >>> W, b = np.zeros((2, 3)), np.zeros(2)
    >>> _names(ast.parse("[layer, (V, c)]", mode="eval").body, [(W, b), (W, b)])
    ['layer[0]', 'layer[1]', 'V', 'c']
    """
    parts = called.elts if isinstance(called, ast.Tuple | ast.List) else []
    if parts and _has_parts(value) and len(parts) == len(value):
        pairs = zip(parts, value, strict=True)
        return [name for part, inner in pairs for name in _names(part, inner)]
    word = ast.unparse(called)
    if not _has_parts(value):
        return [word]
    return [f"{word}[{k}]" for k, inner in enumerate(value) for _ in leaves(inner)]
