"""Run a notebook in a fresh kernel."""

import os
import re
import tempfile
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from nnf_teach.authoring.problems import BuildError, Problem

TIMEOUT = 120  # seconds for one cell; headless runs do hang now and then

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")


def execute_notebook(
    notebook: NotebookNode, path: Path, *, strict: bool = True, timeout: int = TIMEOUT
) -> None:
    """Run all cells from top to bottom, putting the outputs into the notebook.

    The kernel starts in the folder of `path`, keeps its progress in a file that is thrown away,
    and knows by NNF_STRICT whether an exercise that is not solved is an error.

    Parameters
    ----------
    notebook
        The notebook; its outputs are replaced.
    path
        Where it lives, for the kernel's folder and for messages.
    strict
        Whether a check that does not pass raises.
    timeout
        Seconds that one cell may take.

    Raises
    ------
    BuildError
        If a cell raises (unless it is tagged `raises-exception`) or takes too long, if the
        kernel dies, or if an output is one that a stored notebook should not have: something
        on stderr, or an object's address in memory.
    """
    here = [0]

    def remember(cell: NotebookNode, cell_index: int, **_: Any) -> None:
        here[0] = cell_index

    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=remember,
    )
    with tempfile.TemporaryDirectory(prefix="nnf-") as scratch:
        environment = os.environ | {
            "NNF_STRICT": "1" if strict else "0",
            "NNF_PROGRESS": str(Path(scratch) / "progress.json"),
            "PYTHONHASHSEED": "0",
        }
        # pytest and scripts set a backend of their own, the lesson is shown with the kernel's
        environment.pop("MPLBACKEND", None)
        try:
            client.execute(env=environment)
        except CellTimeoutError:
            found = f"no end after {timeout} s (if the computer is busy, build again)"
            raise _error(notebook, path, here[0], found) from None
        except CellExecutionError as error:
            raise _error(notebook, path, here[0], _last_line(error)) from None
        except DeadKernelError:
            raise _error(notebook, path, here[0], "the kernel died") from None
    if problems := find_output_problems(notebook, path.name):
        raise BuildError(problems)


def find_output_problems(notebook: NotebookNode, name: str) -> list[Problem]:
    """Return the outputs that should not be stored.

    A warning in a lesson is a defect, and a memory address differs at every run.
    """
    problems = []
    for number, cell in enumerate(notebook.cells, start=1):
        label = cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                last = _last_words(output.text)
                found = f"the cell writes to stderr: {last!r}"
                problems.append(Problem(name, found, "no warnings", number, label))
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            if match := _ADDRESS.search(text):
                found = f"an output shows a memory address ({match[0]!r})"
                problems.append(Problem(name, found, "a fixed repr", number, label))
    return problems


def find_unrun(notebook: NotebookNode, name: str) -> list[Problem]:
    """Return the problem that a notebook was stored without being run, if it was.

    nbval compares nothing where nothing is stored, so it would pass such a notebook.
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if code and not any(cell.outputs for cell in code):
        return [Problem(name, "no outputs are stored", "'nnf build' run")]
    return [
        Problem(name, "a check without an output", "'nnf build' run", number, cell.id)
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.metadata.get("nbgrader", {}).get("grade") and not cell.outputs
    ]


def _error(notebook: NotebookNode, path: Path, index: int, found: str) -> BuildError:
    cell = notebook.cells[index]
    label = cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)
    return BuildError([Problem(path.name, found, "the cell to run", index + 1, label)])


def _last_line(error: CellExecutionError) -> str:
    return f"{error.ename}: {_last_words(error.evalue)}"


def _last_words(text: str) -> str:
    lines = [line for line in _COLOURS.sub("", text).splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""
