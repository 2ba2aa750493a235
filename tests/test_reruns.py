"""Does a lesson hold together when its cells are run again, and out of order?"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode
from traitlets.config import Config

from nnf_teach.authoring.markers import is_answer

SOLUTIONS = sorted((Path(__file__).parents[1] / "solutions").glob("*.ipynb"))
DEAR = 0.3  # seconds of the processor; what takes longer is run once


@pytest.fixture
def shell(monkeypatch: Any, tmp_path: Path) -> Iterator[InteractiveShell]:
    """An IPython in which a check that does not pass raises."""
    monkeypatch.setenv("NNF_STRICT", "1")
    monkeypatch.setenv("NNF_PROGRESS", str(tmp_path / "progress.json"))
    yield InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    InteractiveShell.clear_instance()


@pytest.mark.slow
@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.name[:2])
def test_every_cell_runs_twice_and_once_more_at_the_end(
    shell: InteractiveShell, path: Path, capsys: Any
) -> None:
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    cheap = [cell for cell in cells if run(shell, cell) < DEAR and run(shell, cell) < 2 * DEAR]
    assert len(cheap) > 0.7 * len(cells)
    for cell in filter(lambda cell: not is_answer(cell), cheap):
        run(shell, cell)


def run(shell: InteractiveShell, cell: NotebookNode) -> float:
    """Run a cell, and return how long it took the processor."""
    start = time.process_time()
    result = shell.run_cell(cell.source)
    assert result.success, f"{cell.id}: {result.error_before_exec or result.error_in_exec!r}"
    return time.process_time() - start
