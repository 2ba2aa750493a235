"""Demand that cells can be run in any order: what one needs of others, one other makes."""

import ast
import dis
from collections import defaultdict
from collections.abc import Iterator
from types import CodeType

from nbformat import NotebookNode

from nnf_teach.authoring.problems import Problem


def find_reused_names(notebook: NotebookNode, name: str) -> list[Problem]:
    """Return the names that a cell takes from others while several of these make it.

    Such a cell gets, when it is run again, what another has made of its name in the meantime.
    """
    found = {
        number: made_and_needed(cell.source)
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "code"
    }
    makers = defaultdict(list)
    for number, (made, _) in found.items():
        for each in made:
            makers[each].append(number)
    return [
        Problem(
            name,
            f"the cell needs {each}, which cells {', '.join(map(str, makers[each]))} make",
            "a name of its own for each, so that cells can be run again",
            number,
            notebook.cells[number - 1].id,
        )
        for number, (_, needed) in found.items()
        for each in sorted(needed)
        if len(makers[each]) > 1
    ]


def made_and_needed(source: str) -> tuple[set[str], set[str]]:
    """Return the names that a cell makes, and those that it needs to be there.

    >>> made, needed = made_and_needed("total = start + 1\\nfor k in range(3): total = total + k")
    >>> sorted(made), sorted(needed - {"range"})
    (['k', 'total'], ['start'])
    """
    code = compile(source, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    made: set[str] = set()
    needed: set[str] = set()
    for step in dis.get_instructions(code):
        if step.opname == "STORE_NAME":
            made.add(step.argval)
        elif step.opname == "LOAD_NAME" and step.argval not in made:
            needed.add(step.argval)
    return made, needed | (set(_needed_inside(code)) - made)


def _needed_inside(code: CodeType) -> Iterator[str]:
    for inner in filter(lambda constant: isinstance(constant, CodeType), code.co_consts):
        yield from (
            step.argval
            for step in dis.get_instructions(inner)
            if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")
        )
        yield from _needed_inside(inner)
