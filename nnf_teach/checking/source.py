"""A learner's function as it was written: its tree, and a function again after a change in it."""

from __future__ import annotations

import ast
import contextlib
import functools
import inspect
import itertools
import linecache
import math
import textwrap
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

_TICK, _EXPONENT, _ENTRY = "__nnf_tick__", "__nnf_exponent__", "__nnf_entry__"
_LARGEST = 2_000  # whole exponent
_clock = getattr(time, "thread_time", time.perf_counter)  # another thread's time does not count
# What a changed function must not do again, or could not be trusted to do alike.
_SIDE_EFFECTS = (ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Await, ast.Yield)
_DOERS = {"open", "input", "exec", "eval", "__import__", "breakpoint", "setattr", "globals"}


class Loops(Exception):
    """Raised in a changed function that does not come to an end."""


def _exponent(value: Any) -> Any:
    """Return an exponent: a power of whole numbers may take hours, and nothing can end it."""
    if isinstance(value, int) and value > _LARGEST:
        raise Loops
    return value


def _entry(holder: Any, value: Any) -> Any:
    """Return what is put into a list, if it is not the list: NumPy would look for its end."""
    if value is holder or (isinstance(value, list) and any(part is holder for part in value)):
        raise Loops
    return value


@dataclass(frozen=True)
class Source:
    """The tree of a function and of those of its helpers that stand in the same cell or file.

    Attributes
    ----------
    name
        The function's name.
    functions
        Trees by name, the function itself first. Whoever changes them calls `function` for a
        function of the changed tree, and puts back what was there.
    lines
        The lines of the cell or file.
    """

    name: str
    functions: dict[str, ast.FunctionDef]
    lines: list[str]
    space: dict[str, Any]  # a copy of the function's globals: a change stays in it
    free: dict[str, Any]  # values of the closure
    can_loop: bool
    guarded: Guarded

    @classmethod
    def of(cls, function: Callable[..., Any]) -> Source | None:
        """Return the source of a function, or None where there is none that can be changed."""
        try:
            plain = inspect.unwrap(function)
            if not isinstance(plain, FunctionType):
                return None
            tree = tree_of(plain)
            lines, _ = inspect.findsource(plain)
            free = dict(inspect.getclosurevars(plain).nonlocals)
        except Exception:  # there is no source, or a callable answers as it likes
            return None
        if tree is None:
            return None
        functions = {tree.name: tree}
        for name, helper in helpers_of(plain):
            found = tree_of(helper)
            if found is not None and found.name == name and not helper.__closure__:
                functions.setdefault(name, found)
        if any(_has_effects(part) for part in functions.values()):
            return None
        loops = (ast.For, ast.While, ast.comprehension)
        repeats = any(isinstance(n, loops) for part in functions.values() for n in ast.walk(part))
        can_loop = repeats or len(functions) > 1 or tree.name in _names(tree)
        space = dict(plain.__globals__) | {_EXPONENT: _exponent, _ENTRY: _entry}
        guarded = Guarded.of(*functions.values())
        found_source = cls(tree.name, functions, lines, space, free, can_loop, guarded)
        return found_source if found_source._is_theirs(plain) else None

    def function(
        self, seconds: float, new: Iterable[ast.AST] = (), rounds: float = math.inf
    ) -> Callable[..., Any]:
        """Return the function of the tree as it is now.

        It gives up after so many seconds, or rounds of its loops; `new` are the nodes that have
        been put into the tree for a while.
        """
        if self.can_loop:
            end = _clock() + seconds

            def tick() -> None:
                nonlocal rounds
                rounds -= 1
                if rounds < 0 or _clock() > end:
                    raise Loops

            self.space[_TICK] = tick
        body: list[ast.stmt] = [*reversed(self.functions.values())]
        with _ticking(body if self.can_loop else []), _bounded(self.guarded | Guarded.of(*new)):
            if self.free:
                inner = [*body, ast.Return(ast.Name(self.name, ast.Load()))]
                body = [ast.fix_missing_locations(_outer(list(self.free), inner))]
            code = compile(ast.Module(body, []), "<changed>", "exec", dont_inherit=True)
        exec(code, self.space)
        made: Callable[..., Any] = self.space[_OUTER if self.free else self.name]
        return made(*self.free.values()) if self.free else made

    def rounds(self, args: Sequence[Any]) -> int:
        """Count the rounds of all loops in a call of the function as it is."""
        if not self.can_loop:
            return 0
        function, rounds = self.function(math.inf), itertools.count()
        self.space[_TICK] = lambda: next(rounds)
        with contextlib.suppress(Exception):
            function(*args)
        return next(rounds)

    def helpers(self) -> list[str]:
        """Return the functions of one argument that are called, and those of the same cell."""
        called = {
            node.func.id
            for tree in self.functions.values()
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        names = sorted(called | {*self.functions} - {self.name})
        return [name for name in names if _takes_one(self.space.get(name))]

    def _is_theirs(self, function: FunctionType) -> bool:
        """Whether this source is what runs: a file may have changed since it was imported.

        The whole cell or file is compiled: a call of what it imports is compiled in another way.
        """
        return _looks(function.__code__) in _looks_in("".join(self.lines))


def _takes_one(function: Any) -> bool:
    return isinstance(function, FunctionType) and function.__code__.co_argcount == 1


@functools.lru_cache(maxsize=16)
def _looks_in(text: str) -> frozenset[tuple[Any, ...]]:
    """Return what the functions of a cell or file look like, once for all of its functions."""
    try:
        module = compile(text, "<same>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(_looks(code) for code in _codes(module))


def _looks(code: CodeType) -> tuple[Any, ...]:
    values = tuple(repr(value) for value in code.co_consts if not isinstance(value, CodeType))
    return code.co_name, code.co_firstlineno, code.co_code, code.co_names, values


_OUTER = "__nnf_outer__"


def _outer(names: list[str], body: list[ast.stmt]) -> ast.FunctionDef:
    args = ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])
    made = ast.FunctionDef(_OUTER, args, body, [])
    made.lineno = made.end_lineno = 1
    made.col_offset = made.end_col_offset = 0
    return made


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def tree_of(function: FunctionType) -> ast.FunctionDef | None:
    """Return the tree of a function, with the line numbers of its cell or file."""
    lines, start = inspect.getsourcelines(function)
    text = textwrap.dedent("".join(lines))
    found = ast.parse(text).body[0]
    if not isinstance(found, ast.FunctionDef) or found.name != function.__name__:
        return None
    indent = len(lines[0]) - len(lines[0].lstrip())
    for node in ast.walk(found):
        if isinstance(node, ast.stmt | ast.expr | ast.arg | ast.keyword):
            node.lineno += start - 1
            node.col_offset += indent
            if node.end_lineno is not None and node.end_col_offset is not None:
                node.end_lineno += start - 1
                node.end_col_offset += indent
    return found


def helpers_of(function: FunctionType) -> Iterator[tuple[str, FunctionType]]:
    """Yield the functions of the same cell or file that a function calls, also by way of others."""
    seen, waiting = {function.__name__}, [function]
    while waiting:
        caller = waiting.pop()
        for name in caller.__code__.co_names:
            helper = caller.__globals__.get(name)
            if name in seen or not isinstance(helper, FunctionType):
                continue
            if helper.__code__.co_filename == function.__code__.co_filename:
                seen.add(name)
                waiting.append(helper)
                yield name, helper


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _has_effects(tree: ast.AST) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, _SIDE_EFFECTS):
            return True
        if isinstance(node, ast.Name) and node.id in _DOERS:
            return True
        if isinstance(node, ast.Attribute) and node.attr in ("random", "seed", "savefig", "save"):
            return True
    return False


class _ticking:
    """Puts a call that ends endless loops into every loop and function, and takes it out again."""

    def __init__(self, body: list[ast.stmt]) -> None:
        self.blocks = [
            n.body
            for n in _statements(body)
            if isinstance(n, ast.For | ast.While | ast.FunctionDef)
        ]

    def __enter__(self) -> None:
        for block in self.blocks:
            tick = ast.Expr(ast.Call(ast.Name(_TICK, ast.Load()), [], []))
            block.insert(0, located(tick, block[0]))

    def __exit__(self, *error: object) -> None:
        for block in self.blocks:
            del block[0]


@dataclass(frozen=True)
class Guarded:
    """What nothing could end if it went wrong: exponents, and what is put into lists; by id."""

    powers: dict[int, ast.BinOp]
    puts: dict[int, tuple[str, list[ast.expr]]]

    @classmethod
    def of(cls, *trees: ast.AST) -> Guarded:
        found = cls({}, {})
        for node in (node for tree in trees for node in ast.walk(tree)):
            match node:
                case ast.BinOp(op=ast.Pow()):
                    found.powers[id(node)] = node
                case ast.Call(ast.Attribute(ast.Name(holder), "append" | "insert"), [*_, _]):
                    found.puts[id(node)] = holder, node.args
        return found

    def __or__(self, other: Guarded) -> Guarded:
        return Guarded(self.powers | other.powers, self.puts | other.puts)


class _bounded:
    """Puts calls that refuse what nothing can end around it, and takes them out again."""

    def __init__(self, guarded: Guarded) -> None:
        self.powers, self.puts = guarded.powers.values(), guarded.puts.values()

    def __enter__(self) -> None:
        for power in self.powers:
            power.right = _called(_EXPONENT, power.right)
        for holder, args in self.puts:
            args[-1] = _called(_ENTRY, ast.Name(holder, ast.Load()), args[-1])

    def __exit__(self, *error: object) -> None:
        for power in self.powers:
            power.right = power.right.args[-1]  # type: ignore[attr-defined]
        for _, args in self.puts:
            args[-1] = args[-1].args[-1]  # type: ignore[attr-defined]


def _called(name: str, *args: ast.expr) -> ast.expr:
    call: ast.expr = located(ast.Call(ast.Name(name, ast.Load()), [*args], []), args[-1])
    return call


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        for field in ("body", "orelse"):
            yield from _statements(getattr(statement, field, []))


def located(new: Any, at: ast.AST) -> Any:
    """Give the new nodes of a tree the place of an old one; old ones under it keep theirs."""
    if "lineno" in new._attributes:
        if hasattr(new, "lineno"):
            return new
        ast.copy_location(new, at)
    for child in ast.iter_child_nodes(new):
        located(child, at)
    return new


def line_of(code: CodeType, line: int) -> str:
    """Return a line of the cell or file in which a function was written, without its indent."""
    return linecache.getline(code.co_filename, line).strip()
