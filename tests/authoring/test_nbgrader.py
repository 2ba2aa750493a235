"""Can a site that uses nbgrader take the notebooks as they are?"""

import copy
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


@pytest.fixture(params=["small", "first lesson"])
def solution(request: pytest.FixtureRequest, lesson: NotebookNode) -> NotebookNode:
    """A lesson made here, and the course's own first one."""
    if request.param == "small":
        return lesson
    return read_notebook(FIRST_LESSON)


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


def submit(root: Path, student: str, notebook: NotebookNode) -> None:
    folder = root / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / "notebook.ipynb").write_bytes(to_bytes(notebook))


def test_validate(solution: NotebookNode, tmp_path: Path) -> None:
    """Does `nbgrader validate` find nothing to complain about in a solution?"""
    path = tmp_path / "notebook.ipynb"
    path.write_bytes(to_bytes(solution))
    results = Validator().validate(str(path))
    assert not {"failed", "changed", "grade_changed"} & results.keys(), results


def test_validate_untouched(lesson: NotebookNode, tmp_path: Path) -> None:
    """Does `nbgrader validate` notice work that is not done?"""
    path = tmp_path / "notebook.ipynb"
    path.write_bytes(to_bytes(make_student_notebook(lesson)))
    assert "failed" in Validator().validate(str(path))


# nbgrader fills its gradebook in an order that SQLAlchemy warns about.
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_grades(solution: NotebookNode, tmp_path: Path) -> None:
    """Does the solution get full points, untouched work none, and half-done work its share?"""
    worth = points(solution)
    done = set(list(worth)[::2])
    source = tmp_path / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    (source / "notebook.ipynb").write_bytes(to_bytes(solution))

    config = Config()
    config.CourseDirectory.root = str(tmp_path)
    config.CourseDirectory.db_url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    result = api.generate_assignment(ASSIGNMENT)
    assert result["success"], result["log"]
    released = read_notebook(tmp_path / "release" / ASSIGNMENT / "notebook.ipynb")

    submit(tmp_path, "solved", copy.deepcopy(solution))
    submit(tmp_path, "untouched", make_student_notebook(solution))
    submit(tmp_path, "released", released)
    submit(tmp_path, "half", half_done(solution, done))
    expected = {
        "solved": sum(worth.values()),
        "untouched": 0,
        "released": 0,
        "half": sum(worth[name] for name in done),
    }
    scores = {}
    for student in expected:
        result = api.autograde(ASSIGNMENT, student)
        assert result["success"], result["log"]
        with api.gradebook as gradebook:
            submission = gradebook.find_submission(ASSIGNMENT, student)
            scores[student] = submission.score
            assert submission.max_score == expected["solved"]
    assert 0 < expected["half"] < expected["solved"]
    assert scores == expected
