"""Can a site that uses nbgrader take the notebooks as they are?"""

import os
import sysconfig
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.validator import Validator
from traitlets.config import Config

from nnf_teach.authoring.files import read_notebook, to_bytes
from nnf_teach.authoring.markers import is_answer
from nnf_teach.authoring.student import make_student_notebook

FIRST_LESSON = Path(__file__).parents[2] / "solutions" / "01_neuron.ipynb"
ASSIGNMENT = "lesson"

pytestmark = pytest.mark.slow  # kernels, and an import that takes its time


@pytest.fixture
def solutions(lesson: NotebookNode) -> dict[str, NotebookNode]:
    """A lesson made here, and the course's own first one."""
    return {"small": lesson, "first": read_notebook(FIRST_LESSON)}


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give nbgrader what it takes for granted, and keep it from anybody's progress."""
    monkeypatch.setenv("NNF_PROGRESS", str(tmp_path / "progress.json"))
    # It is nbgrader itself that must make a failed check raise.
    monkeypatch.delenv("NNF_STRICT", raising=False)
    monkeypatch.delenv("PYTEST_VERSION", raising=False)
    # nbgrader calls alembic by its name
    scripts = sysconfig.get_path("scripts")
    monkeypatch.setenv("PATH", f"{scripts}{os.pathsep}{os.environ['PATH']}")


def points(solution: NotebookNode) -> dict[str, float]:
    """Return the points of each exercise, in the notebook's order."""
    return {
        cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points
        for cell in solution.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }


def half_done(solution: NotebookNode, done: set[str]) -> NotebookNode:
    """Return the student notebook with the solutions of some exercises written into it."""
    student = make_student_notebook(solution)
    answers = {
        cell.metadata.nbgrader.grade_id: cell.source for cell in solution.cells if is_answer(cell)
    }
    for cell in student.cells:
        if is_answer(cell) and cell.metadata.nbgrader.grade_id.removesuffix("_answer") in done:
            cell.source = answers[cell.metadata.nbgrader.grade_id]
    return student


def put(folder: Path, name: str, notebook: NotebookNode) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.ipynb").write_bytes(to_bytes(notebook))


@pytest.mark.parametrize("name", ["small", "first"])
def test_validate(solutions: dict[str, NotebookNode], name: str, tmp_path: Path) -> None:
    """Does `nbgrader validate` find nothing to complain about in a solution?"""
    put(tmp_path, name, solutions[name])
    results = Validator().validate(str(tmp_path / f"{name}.ipynb"))
    assert not {"failed", "changed", "grade_changed"} & results.keys(), results


def test_validate_untouched(lesson: NotebookNode, tmp_path: Path) -> None:
    """Does `nbgrader validate` notice work that is not done?"""
    path = tmp_path / "notebook.ipynb"
    path.write_bytes(to_bytes(make_student_notebook(lesson)))
    assert "failed" in Validator().validate(str(path))


# nbgrader fills its gradebook in an order that SQLAlchemy warns about.
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_grades(solutions: dict[str, NotebookNode], tmp_path: Path) -> None:
    """Does the solution get full points, untouched work none, and half-done work its share?"""
    for name, solution in solutions.items():
        put(tmp_path / "source" / ASSIGNMENT, name, solution)
    config = Config()
    config.CourseDirectory.root = str(tmp_path)
    config.CourseDirectory.db_url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    result = api.generate_assignment(ASSIGNMENT)
    assert result["success"], result["log"]

    expected: dict[tuple[str, str], float] = {}
    for name, solution in solutions.items():
        worth = points(solution)
        done = set(list(worth)[::2])
        released = tmp_path / "release" / ASSIGNMENT / f"{name}.ipynb"
        for student, work, score in (
            ("solved", solution, sum(worth.values())),
            ("untouched", make_student_notebook(solution), 0),
            ("released", read_notebook(released), 0),
            ("half", half_done(solution, done), sum(worth[exercise] for exercise in done)),
        ):
            put(tmp_path / "submitted" / student / ASSIGNMENT, name, work)
            expected[name, student] = score
        assert 0 < expected[name, "half"] < expected[name, "solved"]
    scores = {}
    for student in ("solved", "untouched", "released", "half"):
        result = api.autograde(ASSIGNMENT, student)
        assert result["success"], result["log"]
        with api.gradebook as gradebook:
            for notebook in gradebook.find_submission(ASSIGNMENT, student).notebooks:
                scores[notebook.name, student] = notebook.score
                assert notebook.max_score == expected[notebook.name, "solved"]
    assert scores == expected
