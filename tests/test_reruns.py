"""Does a lesson hold together when its cells are run again, and out of order?

While they run anyway, their figures are looked at, and how long they take. A check that trains
would run once; nbval runs it, too, so that here its answer counts as right.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode
from traitlets.config import Config

from nnf_teach import plots
from nnf_teach.authoring.markers import is_answer
from nnf_teach.checking.engine import PASSED
from nnf_teach.exercises import all_exercises

from .figures import covered_in, wrong_in

SOLUTIONS = sorted((Path(__file__).parents[1] / "solutions").glob("*.ipynb"))
DEAR = 0.3  # seconds of the processor; what takes longer is run once
LONG = 5.0  # seconds; what takes longer says so before
SAY_SO = ("takes_seconds(", "double_descent(")  # this widget by itself
TRAINING = {f"check({name})": name for name, e in all_exercises().items() if e.score}


@pytest.fixture
def shell(monkeypatch: Any, tmp_path: Path) -> Iterator[InteractiveShell]:
    """An IPython in which a check that does not pass raises."""
    monkeypatch.setenv("NNF_STRICT", "1")
    monkeypatch.setenv("NNF_PROGRESS", str(tmp_path / "progress.json"))
    yield InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    InteractiveShell.clear_instance()


@pytest.fixture
def drawn(monkeypatch: Any) -> list[plots.Picture]:
    """All figures that are shown, from now on."""
    found: list[plots.Picture] = []
    made = plots.Picture.__init__

    def remember(picture: plots.Picture, *parts: Any) -> None:
        made(picture, *parts)
        found.append(picture)

    monkeypatch.setattr(plots.Picture, "__init__", remember)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.name[:2])
def test_every_cell_runs_twice_and_once_more_at_the_end(
    shell: InteractiveShell, drawn: list[plots.Picture], path: Path
) -> None:
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    cheap = []
    for cell in cells:
        if name := TRAINING.get(cell.source):
            PASSED.add(shell.user_ns[name])
            continue
        seconds = run(shell, cell)
        assert seconds < LONG or any(word in cell.source for word in SAY_SO), cell.id
        if seconds < DEAR:
            run(shell, cell)
            cheap.append(cell)
    assert len(cheap) > 0.7 * len(cells)
    for cell in filter(lambda cell: not is_answer(cell), cheap):
        run(shell, cell)
    figures = {picture.alt: picture.figure for picture in drawn}
    found = {alt: [*wrong_in(one), *covered_in(one)] for alt, one in figures.items()}
    assert {alt: labels for alt, labels in found.items() if labels} == {}


def run(shell: InteractiveShell, cell: NotebookNode) -> float:
    """Run a cell, and return how long it took the processor."""
    start = time.process_time()
    result = shell.run_cell(cell.source)
    assert result.success, f"{cell.id}: {result.error_before_exec or result.error_in_exec!r}"
    return time.process_time() - start
