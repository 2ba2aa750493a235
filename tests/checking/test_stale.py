"""A cell that fails leaves the old function behind: is that said?"""

from types import SimpleNamespace

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from nnf_teach import session
from nnf_teach.checking import stale

RIGHT = "from nnf_teach import check\ndef double(x):\n    return 2 * x"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("again", "said"),
    [("def double(x)\n    return x", True), ("def double(x):\n    return x + x", False)],
)
def test_an_old_function_is_named_as_one(again, said):
    cells = [new_code_cell(source) for source in (RIGHT, again, "check(double)")]
    notebook = new_notebook(cells=cells)
    NotebookClient(notebook, timeout=60, allow_errors=True).execute()
    shown = notebook.cells[-1].outputs[0].data["text/plain"]
    assert "double: right." in shown
    assert ("failed when it was last run" in shown) is said


@pytest.fixture
def run(monkeypatch):
    """Return a function that runs a cell as IPython does, and what its names are then."""
    names = {}
    monkeypatch.setattr(session, "names", lambda: names)
    monkeypatch.setattr(stale, "_left", {})

    def run(cell):
        stale._begin(SimpleNamespace(raw_cell=cell))
        try:
            exec(cell, names)
            success = True
        except Exception:
            success = False
        stale._note(SimpleNamespace(success=success))

    return run


@pytest.mark.parametrize(
    ("again", "old"),
    [
        ("def double(x)\n    return x", True),  # no Python
        ("1 / 0\ndef double(x):\n    return x", True),
        ("def double(x):\n    return x\n1 / 0", False),  # what failed came behind it
        ("double = 1 / 0", True),
        ("double = lambda x: x", False),
        ("y = 1 / 0", False),
        ("text = 'a'\ndouble(1) == 2", False),
    ],
)
def test_a_function_is_old_only_where_its_cell_did_not_come_so_far(again, old, run):
    run("def double(x):\n    return 2 * x")
    run(again)
    assert stale.is_stale("double") is old


@pytest.mark.parametrize("cell", ["def double(x):\n    return x", "double = lambda x: x"])
def test_a_function_is_old_no_longer_once_it_is_made_again(cell, run):
    run("def double(x):\n    return 2 * x")
    run("def double(x)")
    assert stale.is_stale("double")
    run(cell)
    assert not stale.is_stale("double")


def test_a_function_that_was_made_in_another_way_is_not_old(run):
    run("def double(x):\n    return 2 * x")
    run("def double(x)")
    run("exec('def double(x): return 3 * x')")
    assert not stale.is_stale("double")
