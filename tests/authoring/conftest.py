"""A small lesson, complete in itself, for the tests to build, break and grade."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from nnf_teach.authoring import course as course_of_solutions
from nnf_teach.authoring.facts import Facts

CHECK = '''def check(function):
    """Stand in for the real check: raise unless the function is right."""
    expected = {"double": 6, "negate": -3}[function.__name__]
    assert function(3) == expected, "not yet"
    print("passed")
'''

ROOT = Path(__file__).parents[2]

ANSWER = '''def {name}(x):
    """Return {what}."""
    ### BEGIN SOLUTION
    secret_{name} = {value}
    return secret_{name}
    ### END SOLUTION'''


def _nbgrader(grade_id: str, **flags: Any) -> dict[str, Any]:
    base = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    return {"nbgrader": base | flags | {"grade_id": grade_id}}


def _answer(name: str, what: str, value: str) -> NotebookNode:
    source = ANSWER.format(name=name, what=what, value=value)
    metadata = _nbgrader(f"{name}_answer", solution=True)
    return new_code_cell(source, id=f"{name}-answer", metadata=metadata)


def _check(name: str, points: int) -> NotebookNode:
    metadata = _nbgrader(name, grade=True, locked=True, points=points)
    outputs = [new_output("stream", name="stdout", text="passed\n")]
    cell_id = f"{name}-check"
    return new_code_cell(f"check({name})", id=cell_id, metadata=metadata, outputs=outputs)


@pytest.fixture
def lesson() -> NotebookNode:
    """A lesson of two exercises, a printed line and a cell for the solutions only."""
    return new_notebook(
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "P"}},
        cells=[
            new_markdown_cell("# A lesson\n\nIn the end, solutions are short.", id="title"),
            new_code_cell(CHECK, id="tools"),
            _answer("double", "two times x", "2 * x"),
            _check("double", 3),
            _answer("negate", "minus x", "-x"),
            _check("negate", 1),
            new_code_cell("print('how we know')", id="notes", metadata={"tags": ["solution-only"]}),
        ],
    )


@pytest.fixture
def figure_lesson(lesson: NotebookNode) -> NotebookNode:
    """The lesson with what differs from run to run elsewhere: figures, displays, sets."""
    for source in (
        "import matplotlib.pyplot as plt",
        "fig, ax = plt.subplots()\nax.plot([1, 3, 2])\nax.set_title('a figure')",
        "from IPython.display import display\nfor i in range(3):\n    print(i)\ndisplay(3)",
        "import ipywidgets\nipywidgets.IntSlider(description='a')",
        "sorted({'b', 'a'})",
    ):
        lesson.cells.append(new_code_cell(source, id=f"more-{len(lesson.cells)}"))
    return lesson


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that makes a folder with solutions/ from notebooks."""

    def make(**notebooks: NotebookNode) -> Path:
        (tmp_path / "solutions").mkdir()
        (tmp_path / "course").mkdir()
        for stem, notebook in notebooks.items():
            nbformat.write(notebook, tmp_path / "solutions" / f"{stem}.ipynb")
        return tmp_path

    return make


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that repeats a fact; without outputs, so that it is read quickly."""
    root = tmp_path_factory.mktemp("facts")
    for folder in ("solutions", "docs", "nnf_teach"):
        (root / folder).mkdir(parents=True)
    for name in ("README.md", "CHANGELOG.md", "docs/slides.md", "docs/terms.md"):
        shutil.copy(ROOT / name, root / name)
    for path in (ROOT / "solutions").glob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"] = []
        (root / "solutions" / path.name).write_text(json.dumps(notebook), encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def read_once() -> Callable[..., Any]:
    """`read_facts`, which remembers what it made of a notebook of this name and content."""
    remembered: dict[tuple[str, bytes], Any] = {}
    read_facts = course_of_solutions.read_facts

    def read(path: Path, facts: Facts) -> Any:
        key = path.name, path.read_bytes()
        if key not in remembered:
            remembered[key] = read_facts(path, facts)
        return remembered[key]

    return read


@pytest.fixture
def course(
    facts: Path, tmp_path: Path, read_once: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A copy of all that repeats a fact, to plant a fault in."""
    monkeypatch.setattr(course_of_solutions, "read_facts", read_once)
    return Path(shutil.copytree(facts, tmp_path / "copy"))


@pytest.fixture
def plant(course: Path) -> Callable[..., int]:
    """Return a function that replaces a text that is there once, and says in which line.

    `name` is a file, or a lesson: then the line is that of the cell.
    """

    def plant(name: str, old: str, new: str) -> int:
        if not name.isdecimal():
            text = (course / name).read_text(encoding="utf-8")
            assert text.count(old) == 1
            (course / name).write_text(text.replace(old, new), encoding="utf-8")
            return text.count("\n", 0, text.index(old)) + 1
        (path,) = (course / "solutions").glob(f"{name}_*.ipynb")
        notebook = json.loads(path.read_text(encoding="utf-8"))
        (cell,) = [c for c in notebook["cells"] if old in "".join(c["source"])]
        text = "".join(cell["source"])
        assert text.count(old) == 1
        cell["source"] = text.replace(old, new)
        path.write_text(json.dumps(notebook), encoding="utf-8")
        return text.count("\n", 0, text.index(old)) + 1

    return plant
