"""A cell that fails leaves the old function behind: is that said?"""

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

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
