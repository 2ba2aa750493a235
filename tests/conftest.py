"""Where a learner can stand: beside an installed package, or in a clone of the repository."""

import functools
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nnf_teach import notebooks

NAMES = ("00_start_here.ipynb", "01_neuron.ipynb")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a learner's empty folder, with the package installed elsewhere."""
    package = tmp_path / "site-packages" / "nnf_teach"
    (package / "course").mkdir(parents=True)
    for name in NAMES:
        (package / "course" / name).write_text(f"fresh {name}")
    monkeypatch.setattr(notebooks, "_PACKAGE", package)
    monkeypatch.delenv(notebooks.OPENED, raising=False)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    return home


@pytest.fixture(scope="session")
def build_clone(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Build a repository, with a course that says this name: once for all tests."""
    from nnf_teach.authoring.course import student_bytes
    from nnf_teach.authoring.files import to_bytes

    @functools.cache
    def build(name: str) -> Path:
        top = tmp_path_factory.mktemp("clone")
        for folder in ("course", "solutions", "nnf_teach"):
            (top / folder).mkdir()
        (top / "pyproject.toml").touch()
        for number, file in enumerate(NAMES):
            cell = new_markdown_cell(f"# {number} {name}", id="title")
            notebook = new_notebook(cells=[cell, new_code_cell("1 + 1", id="sum")])
            path = top / "solutions" / file
            path.write_bytes(to_bytes(nbformat.from_dict(notebook)))
            (top / "course" / file).write_bytes(student_bytes(path))
        return top

    return build


@pytest.fixture
def make_clone(build_clone: Callable[[str], Path], tmp_path: Path) -> Callable[[str], Path]:
    """Make a repository as a ZIP brings it: no `.git`, and the course built."""
    return lambda name: Path(shutil.copytree(build_clone(name), tmp_path / name))


@pytest.fixture
def cloned(make_clone: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a clone of the repository from which the package is used."""
    top = make_clone("a clone")
    monkeypatch.setattr(notebooks, "_PACKAGE", top / "nnf_teach")
    monkeypatch.delenv(notebooks.OPENED, raising=False)
    monkeypatch.chdir(top)
    return top
