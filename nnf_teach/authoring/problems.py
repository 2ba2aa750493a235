"""What is wrong in a notebook, and where."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to fix in a notebook, or in a document about the notebooks.

    Attributes
    ----------
    notebook
        File name of the notebook or document.
    found
        What is there now, as a sentence without its full stop.
    expected
        What should be there.
    cell
        Number of the cell, from 1, or None where the whole notebook is meant.
    cell_id
        Id of the cell (its grade id, if it has one).
    line
        Number of the line in the cell, from 1; in the file, where there is no cell.

    Examples
    --------
    >>> print(Problem("01_neuron.ipynb", "two ends", "one end", cell=4, cell_id="neuron", line=2))
    01_neuron.ipynb, cell 4 (neuron), line 2: two ends; expected: one end
    """

    notebook: str
    found: str
    expected: str = ""
    cell: int | None = None
    cell_id: str = ""
    line: int | None = None

    def __str__(self) -> str:
        where = self.notebook
        if self.cell is not None:
            where += f", cell {self.cell}"
        if self.cell_id:
            where += f" ({self.cell_id})"
        if self.line is not None:
            where += f", line {self.line}"
        return f"{where}: {self.found}" + (f"; expected: {self.expected}" if self.expected else "")


class BuildError(Exception):
    """The notebooks cannot be built; `problems` has every reason that was found.

    Examples
    --------
    >>> str(BuildError([Problem("a.ipynb", "not JSON"), Problem("b.ipynb", "no cells")]))
    'a.ipynb: not JSON\\nb.ipynb: no cells'
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
