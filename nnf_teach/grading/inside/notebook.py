"""The cells of a notebook, and how they are run: in order, statement by statement."""

from __future__ import annotations

import ast
import contextlib
import functools
import inspect
import json
import linecache
import re
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from symtable import symtable
from types import ModuleType
from typing import NamedTuple

from nnf_teach.grading.inside.inert import Inert

_MOST_CELLS = 2000
_LONGEST_NOTE = 200
_WORD = re.compile(r"[^\W\d]\w*")
_LOOKS_AROUND = {"globals", "locals", "vars", "eval", "exec", "getattr", "__main__", "__dict__"}
# what IPython takes for a magic without its %
_PLAIN = "pip|conda|cd|ls|cat|cp|mv|rm|mkdir|matplotlib|time|timeit|load_ext|autoreload|config"
_MAGIC = re.compile(rf"^\s*([%!?]|[\w.,\s]*=\s*[%!]|({_PLAIN})\s)|\?\s*$")
_TIMED = re.compile(r"^\s*(?P<target>[\w.,\s]*=)?\s*%?time\s+(?P<code>.*)$", re.DOTALL)
_BARE = {"ls", "ll", "pwd", "who", "whos", "hist", "history", "clear", "cls", "lsmagic", "cd"}
_RUNS_ITS_BODY = {"%%time", "%%capture", "%%prun", "%%debug", "%%snakeviz", "%%pyinstrument"}
_DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
_COMPUTES = (ast.Call, ast.Await, ast.ListComp, ast.SetComp, ast.DictComp)
_CHECK = re.compile(r"^\s*check\(\s*['\"]?(\w+)", re.MULTILINE)
_LINE_END = re.compile(r"\r\n?|\n")  # of a Python source; str.splitlines knows more
_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_FUTURE = 0x1FF0000  # the compiler's flags that `from __future__ import` sets


STAND_IN = Inert()
"""What takes the place of a module that is not in the sandbox, until questions are asked."""


class Unreadable(Exception):
    """The file is no notebook; the message says why."""


@dataclass(frozen=True)
class Cell:
    """A code cell: its number, counted from 1 among the code cells, and its text.

    `ours` is one that is as it was handed out.
    """

    number: int
    source: str
    needed: bool = True
    ours: bool = False

    @property
    def where(self) -> str:
        whose = ", which is the lesson's own" if self.ours else ""
        return f"cell {self.number} ({self.first_line}){whose}"

    @property
    def checks(self) -> list[str]:
        """The names that it checks."""
        return _CHECK.findall(self.source)

    @property
    def first_line(self) -> str:
        lines = [line.strip() for line in self.source.splitlines() if line.strip()]
        return lines[0][:60] if lines else ""


def read_cells(data: bytes) -> list[Cell]:
    """Return the code cells of a notebook file.

    Raises
    ------
    Unreadable
        When it is none.
    """
    try:
        notebook = json.loads(data)
    except UnicodeDecodeError:
        raise Unreadable("it is not text in UTF-8") from None
    except RecursionError:
        raise Unreadable("it is nested too deeply") from None
    except (ValueError, MemoryError):
        raise Unreadable("it is not JSON") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        if isinstance(notebook, dict) and "worksheets" in notebook:
            raise Unreadable("it is a notebook of the format before 4 (2015)")
        raise Unreadable("it has no cells")
    found: list[Cell] = []
    for cell in notebook["cells"]:
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", "")
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if not isinstance(source, str):
            raise Unreadable("the text of a cell is no text")
        found.append(Cell(len(found) + 1, source))
        if len(found) > _MOST_CELLS:
            raise Unreadable("it has too many cells")
    return found


def in_text(data: bytes, name: str) -> bool:
    """Whether the answer with this name is in a cell of text: Markdown, or raw."""
    defines = re.compile(rf"^\s*(async\s+)?def\s+{re.escape(name)}\s*\(", re.MULTILINE)
    for cell in json.loads(data)["cells"]:
        if isinstance(cell, dict) and cell.get("cell_type") != "code":
            source = cell.get("source", "")
            if defines.search("".join(source) if isinstance(source, list) else str(source)):
                return True
    return False


class Names(NamedTuple):
    """The names that a cell uses of others, and those that it binds."""

    used: set[str]
    bound: set[str]


def names_of(source: str) -> Names:
    """Return the names of one cell."""
    return Names(_used_names(source), _bound_names(source))


def choose(
    cells: Sequence[Cell], handed_out: Mapping[str, Names], wanted: Collection[str]
) -> list[Cell]:
    """Mark which cells have to be run: all but demonstrations that nothing depends on.

    A cell that is as it was handed out is needed only when it binds a name that is wanted, or that
    another needed cell uses.
    """
    ours = {cell.number: handed_out.get(cell.source.strip()) for cell in cells}
    theirs = {cell.number: _used_names(cell.source) for cell in cells if ours[cell.number] is None}
    reached = set(wanted).union(*_of_others(cells, ours, theirs))
    if any(names & _LOOKS_AROUND for names in theirs.values()):
        return [Cell(c.number, c.source, ours=c.number not in theirs) for c in cells]
    needed = set(theirs)
    left = {number: names for number, names in ours.items() if names is not None}
    while more := {number for number, names in left.items() if names.bound & reached}:
        needed |= more
        reached = reached.union(*(left.pop(number).used for number in more))
    return [Cell(c.number, c.source, c.number in needed, c.number not in theirs) for c in cells]


def _of_others(
    cells: Sequence[Cell], ours: Mapping[int, Names | None], theirs: Mapping[int, set[str]]
) -> Iterator[set[str]]:
    """Yield the names that the student's cells use, but for functions of their own.

    A demonstration further down may have something of the same name, which they do not mean.
    """
    own: dict[str, int] = {}  # name: the cell that has defined it last
    for cell in cells:
        names = ours[cell.number]
        if names is not None:
            own = {name: number for name, number in own.items() if name not in names.bound}
            continue
        own |= dict.fromkeys(_defined(cell.source), cell.number)
        used, read = set(theirs[cell.number]), set[int]()
        while more := {own[name] for name in used if name in own} - read:  # as it is called here
            read |= more
            used = used.union(*(theirs[number] for number in more))
        yield used - set(own)


def _defined(source: str) -> set[str]:
    """Return the names of the functions and classes of a cell that nothing in it uses before.

    Only as far as nothing in it can fail.
    """
    found, used = set[str](), set[str]()
    with contextlib.suppress(Exception):
        for node in _without_magics(source)[0].body:
            if not (_defines(node) or _is_docstring(node)):
                break
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.decorator_list:
                found |= {node.name} - used
            used |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return found


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def needed_for(cells: Sequence[Cell], name: str) -> list[Cell]:
    """Return the cells that bind a name, and those that bind what they use, in their order.

    Of a name that is a function where it is used, the cell that defines it is enough. None, where
    they look for names in other ways.
    """
    names = {cell.number: names_of(cell.source) for cell in cells}
    defined = {cell.number: _defined(cell.source) for cell in cells}
    needed, seen = set[int](), set[tuple[str, int]]()
    waiting = {(name, cells[-1].number)} if cells else set()
    while waiting:
        seen |= waiting
        binding = set[int]()
        for used, where in waiting:
            all_binding = [number for number in names if used in names[number].bound]
            last = max((number for number in all_binding if number <= where), default=0)
            binding |= {last} if last and used in defined[last] else set(all_binding)
        needed |= binding
        waiting = {(used, number) for number in binding for used in names[number].used} - seen
    if {used for used, _ in seen} & _LOOKS_AROUND:
        return []
    return [cell for cell in cells if cell.number in needed]


def _used_names(source: str) -> set[str]:
    """Return the names that a cell uses of others; a few too many do no harm."""
    try:
        tables = [symtable(_without_magics(source)[1], "", "exec")]
    except Exception:
        return set(_WORD.findall(source))
    top, found = tables[0], set()
    for table in tables:  # it grows
        symbols = table.get_symbols()
        found |= {s.get_name() for s in symbols if table is top or s.is_global()}
        tables += table.get_children()
    return found


def _bound_names(source: str) -> set[str]:
    """Return the names that a cell binds, or whose content it changes."""
    found: set[str] = set()
    try:
        tree = _without_magics(source)[0]
    except Exception:
        return found
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            found.add(node.id)
        elif isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
            base: ast.AST = node
            while isinstance(base, ast.Attribute | ast.Subscript):
                base = base.value
            found |= {base.id} if isinstance(base, ast.Name) else set()
    return found


class Runner:
    """Runs cells in one namespace, as a kernel does."""

    def __init__(self, module: ModuleType) -> None:
        self.namespace = module.__dict__
        self._flags = 0

    def run(
        self,
        cell: Cell,
        begins: Callable[[int], None],
        skip: Collection[int] = (),
        brief: bool = False,
    ) -> list[str]:
        """Run a cell up to its first error; return notes on what was skipped, and the error.

        `begins(k)` is called before statement k, counted from 0. The statements `skip` are left
        out, and of those below them, or of all in `brief`, what only defines something is run.
        """
        text, magic = python_of(cell.source)
        if magic:
            return [f"{cell.where}: skipped, since it begins with {magic}."]
        filename = f"<cell {cell.number}>"
        try:
            tree, text, skipped = _without_magics(cell.source)
        except BaseException as error:
            return [f"{cell.where}: not run. {_first_line(error)}"]
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        notes = [f"{cell.where}: the line {line[:60]!r} was skipped." for line in skipped]
        for k, statement in enumerate(_one_by_one(tree)):
            after = brief or any(k > other for other in skip)
            if k in skip or (after and not _defines(statement)):
                continue
            begins(k)
            try:
                self._run(statement, filename)
            except BaseException as error:
                if note := self._goes_on(statement, error):
                    notes.append(f"{cell.where}: {note}")
                    continue
                line = f"line {statement.lineno}"
                return [*notes, f"{cell.where}: {line} failed. {_first_line(error)}"]
        return notes

    def _run(self, statement: ast.stmt, filename: str) -> None:
        flags = _AWAIT | self._flags
        code = compile(ast.Module([statement], []), filename, "exec", flags, dont_inherit=True)
        self._flags |= code.co_flags & _FUTURE
        if not code.co_flags & inspect.CO_COROUTINE:
            exec(code, self.namespace)
            return
        import asyncio

        asyncio.new_event_loop().run_until_complete(eval(code, self.namespace))

    def _goes_on(self, statement: ast.stmt, error: BaseException) -> str:
        """Say why a statement that failed stops nothing, for it may have run in the notebook."""
        line = f"line {statement.lineno}"
        if isinstance(statement, ast.Import | ast.ImportFrom) and isinstance(error, ImportError):
            for alias in statement.names:
                name = (alias.asname or alias.name).partition(".")[0]
                self.namespace.setdefault(name, STAND_IN)
            return f"{line}: not in the sandbox, where it goes on without. {_first_line(error)}"
        if isinstance(statement, ast.Expr) and isinstance(error, NameError) and error.name in _BARE:
            return f"{line}: the command {error.name} was skipped."
        return ""

    def settle(self) -> None:
        """Take away what stood in for modules: an answer that needs one has none."""
        for name in [name for name, value in self.namespace.items() if value is STAND_IN]:
            del self.namespace[name]


def _one_by_one(tree: ast.Module) -> list[ast.stmt]:
    """Return the statements; an import of several things is one for each, which may fail alone."""
    found: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.Import):
            parts = [ast.Import([alias]) for alias in node.names]
            found += [ast.copy_location(part, node) for part in parts]
        elif isinstance(node, ast.ImportFrom):
            each = [ast.ImportFrom(node.module, [alias], node.level) for alias in node.names]
            found += [ast.copy_location(part, node) for part in each]
        else:
            found.append(node)
    return found


def _defines(statement: ast.stmt) -> bool:
    """Whether a statement only binds names, and computes nothing."""
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        return not any(isinstance(node, _COMPUTES) for node in ast.walk(statement))
    return isinstance(statement, _DEFINES)


def python_of(source: str) -> tuple[str, str]:
    """Return a cell as Python with its lines where they are, and the magic that it is of, or "".

    The body of `%%time` and the like is run in the notebook, too; that of `%%bash` is no Python.
    """
    lines = _LINE_END.split(source)
    for k, line in enumerate(lines):
        magic, *words = line.split() or [""]
        if magic.startswith("%%"):
            if magic not in _RUNS_ITS_BODY:
                return "", magic[:30]
            names = [word for word in words if word.isidentifier() and magic == "%%capture"]
            lines[k] = f"{names[0]} = display()" if names else ""  # what is captured is not kept
        elif magic:
            break
    return "\n".join(lines), ""


@functools.lru_cache
def _without_magics(source: str) -> tuple[ast.Module, str, list[str]]:
    """Return a cell as a tree, as a text, and its lines with magics, which have become `pass`.

    The parser says which line is not Python; that it looks like a magic is not enough. A line may
    be continued by a backslash, and what `%time` times is run.
    """
    lines = _without_indent(_LINE_END.split(python_of(source)[0]))
    skipped: list[str] = []
    while True:
        text = "\n".join(lines)
        try:
            return ast.parse(text), text, skipped
        except SyntaxError as error:
            k = (error.lineno or 0) - 1
            if not (0 <= k < len(lines) and _MAGIC.search(lines[k])) or len(skipped) > 200:
                raise
            end = k
            while lines[end].endswith("\\") and end + 1 < len(lines):
                end += 1
            whole = " ".join(line.removesuffix("\\").strip() for line in lines[k : end + 1])
            timed = _TIMED.match(whole)
            code = f"{timed['target'] or ''} {timed['code']}".strip() if timed else "pass"
            skipped += [] if timed else [whole.strip()]
            indent = lines[k][: len(lines[k]) - len(lines[k].lstrip())]
            lines[k : end + 1] = [indent + code, *[""] * (end - k)]


def _without_indent(lines: list[str]) -> list[str]:
    """Take the first line's indent from all that have it, as IPython does."""
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    return [line.removeprefix(indent) for line in lines] if indent else lines


def _first_line(error: BaseException) -> str:
    try:
        text = traceback.format_exception_only(error)[-1]
        return text.strip().split("\n")[0][:_LONGEST_NOTE]
    except BaseException:
        return type(error).__name__[:_LONGEST_NOTE]
