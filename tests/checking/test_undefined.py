"""A name that is not defined yet is told about, and no other cell is changed."""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from nnf_teach import check
from nnf_teach.checking import stale, undefined

FIRST = "from nnf_teach import check, hint, or_ours"


@pytest.fixture
def run(capsys):
    """Return a function that runs cells as JupyterLite does, and says what was shown."""
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    stale.watch()
    undefined.watch()

    def run(*cells):
        results = [shell.run_cell(cell) for cell in (FIRST, *cells)]
        return capsys.readouterr().out, results[-1].error_in_exec

    yield run
    InteractiveShell.clear_instance()


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["check(sigmoid)"], "sigmoid is not defined yet. Run the cell above first"),
        (["check(sigmoid)\ncheck(softmax)"], "softmax is not defined yet."),
        (["hint(sigmoid)"], "hint('sigmoid', 3)\nsigmoid is not defined yet. Run the cell above"),
        (["print(or_ours(sigmoid)(0.0))"], "sigmoid is not defined yet, so this cell uses ours."),
        (["f = or_ours(sigmoid)\nprint(f(0.0))"], "0.5"),
        (["check(sigmiod)"], "sigmiod is not defined. There is no exercise of the name 'sigmiod'."),
        (["check(sigmiod)"], "Did you mean 'sigmoid'"),
        (["hint(sigmiod)"], "Did you mean 'sigmoid'"),
        (["def sigmoidd(x):\n    return x", "check(sigmoid)"], "Is `sigmoidd` that function?"),
        (["def sigmoid(x)\n    return x", "check(sigmoid)"], "failed when it was last run."),
        (["sigmoid = 0.5", "check(sigmoid)"], "type float is no function"),
        (["sigmoid = 0.5\ncheck(sigmoid)"], "type float is no function"),
        (["def sigmoid(x):\n    return x", "check('sigmoid')"], "without quotes"),
        (["for double in [lambda x: 2 * x]:\n    check(double, 'double')"], "double: right."),
    ],
)
def test_an_undefined_name_is_told_about_and_the_cell_goes_on(cells, said, run):
    shown, error = run(*cells)
    assert said in shown
    assert error is None


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["print(sigmoid)"], "name 'sigmoid' is not defined"),
        (["len(sigmoid)"], "name 'sigmoid' is not defined"),
        (["def check(x):\n    return x", "check(sigmoid)"], "name 'sigmoid' is not defined"),
        (["check(sigmoid)\nsigmoid = check"], "name 'sigmoid' is not defined"),
        (["def f(sigmoid):\n    return check(sigmoid)", "f(hidden)"], "'hidden' is not defined"),
        (["or_ours(sigmiod)"], "Did you mean 'sigmoid'"),
    ],
)
def test_what_other_cells_do_is_not_changed(cells, said, run):
    assert said in str(run(*cells)[1])


def test_strict_runs_stop_at_an_undefined_name(run, monkeypatch):
    monkeypatch.setenv("NNF_STRICT", "1")
    assert "name 'sigmoid' is not defined" in str(run("check(sigmoid)")[1])


def test_outside_ipython_a_text_is_no_function(capsys):
    assert check("sigmoid").status == "not attempted"
    assert "without quotes" in capsys.readouterr().out


@pytest.mark.slow
def test_a_kernel_goes_on_after_an_undefined_name():
    cells = [new_code_cell(FIRST), new_code_cell("check(sigmoid)"), new_code_cell("1 + 1")]
    notebook = new_notebook(cells=cells)
    NotebookClient(notebook, timeout=60).execute()
    (panel,) = cells[1].outputs
    assert "Run the cell above first" in panel.data["text/html"]
