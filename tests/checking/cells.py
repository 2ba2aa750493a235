"""Functions written in a cell of a notebook: their source is known, as IPython keeps it."""

import itertools
import linecache

import numpy as np

_numbers = itertools.count()


def run_cell(code, **names):
    """Run a cell and return its names."""
    file = f"<test cell {next(_numbers)}>"
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    space = {"np": np, "__name__": "__main__"} | names
    exec(compile(code, file, "exec"), space)
    return space
