"""Is a notebook run as a reader would run it, and is every fault named?"""

from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from nnf_teach.authoring.execute import execute_notebook
from nnf_teach.authoring.problems import BuildError

pytestmark = pytest.mark.slow  # each starts a kernel


def run(lesson: NotebookNode, folder: Path, source: str, **options: int) -> str:
    """Return the message of the error that a cell with this source gives."""
    lesson.cells = [new_code_cell("x = 1"), new_code_cell(source, id="bad")]
    with pytest.raises(BuildError) as error:
        execute_notebook(lesson, folder / "a.ipynb", **options)
    return str(error.value)


def test_outputs(lesson: NotebookNode, tmp_path: Path) -> None:
    """Do outputs arrive, and does the kernel know that it must be strict?"""
    lesson.cells.append(
        new_code_cell("import os\nprint(os.environ['NNF_STRICT'], os.environ['NNF_PROGRESS'])")
    )
    execute_notebook(lesson, tmp_path / "a.ipynb")
    assert lesson.cells[3].outputs[0].text == "passed\n"
    strict, progress = lesson.cells[-1].outputs[0].text.split()
    assert strict == "1"
    assert not Path(progress).parent.exists()  # what it kept has gone with it


def test_error(lesson: NotebookNode, tmp_path: Path) -> None:
    """Is an error named with its cell and its last line?"""
    message = run(lesson, tmp_path, "def f():\n    return 1 / 0\nf()")
    assert message.startswith("a.ipynb, cell 2 (bad): ZeroDivisionError: division by zero")


def test_warning(lesson: NotebookNode, tmp_path: Path) -> None:
    """Does a warning stop the build?"""
    message = run(lesson, tmp_path, "import warnings\nwarnings.warn('mind the gap')")
    assert "a.ipynb, cell 2 (bad): the cell writes to stderr" in message


def test_address(lesson: NotebookNode, tmp_path: Path) -> None:
    """Does an output that shows an address in memory stop the build?"""
    assert "a memory address" in run(lesson, tmp_path, "object()")
    assert "a memory address" in run(lesson, tmp_path, "print(object())")


def test_endless(lesson: NotebookNode, tmp_path: Path) -> None:
    """Does a cell without an end stop the build?"""
    assert "cell 2 (bad): no end after 1 s" in run(
        lesson, tmp_path, "while True:\n    pass", timeout=1
    )


def test_dead_kernel(lesson: NotebookNode, tmp_path: Path) -> None:
    """Does a kernel that dies stop the build?"""
    assert "cell 2 (bad): the kernel died" in run(lesson, tmp_path, "import os\nos._exit(1)")
