"""Can a site that keeps its course with nbgrader take our marks into its gradebook?"""

import os
import sqlite3
import sysconfig
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from nnf_teach.cli import main
from nnf_teach.grading.gradebook import GradebookError, write_gradebook
from nnf_teach.grading.late import LateRule, parse_penalty

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
STEM = "01_neuron"
TOP = Path(__file__).parents[2]

# nbgrader fills its gradebook in an order that SQLAlchemy warns about.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, NbGraderAPI]:
    """An nbgrader course with our first lesson as its assignment ps1."""
    scripts = sysconfig.get_path("scripts")  # nbgrader calls alembic by its name
    monkeypatch.setenv("PATH", f"{scripts}{os.pathsep}{os.environ['PATH']}")
    source = tmp_path / "source" / "ps1"
    source.mkdir(parents=True)
    (source / f"{STEM}.ipynb").write_bytes((TOP / "solutions" / f"{STEM}.ipynb").read_bytes())
    config = Config()
    config.CourseDirectory.root = str(tmp_path)
    config.CourseDirectory.db_url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    result = api.generate_assignment("ps1")
    assert result["success"], result["log"]
    return tmp_path, api


def test_a_course_of_nbgraders(
    course: tuple[Path, NbGraderAPI], sandbox_works: None, answered: Callable[..., bytes]
) -> None:
    """Do submissions in its folders get our marks, where its own would stand?"""
    root, api = course
    for student, names in {"ann": ("neuron", "sigmoid"), "bob": ()}.items():
        folder = root / "submitted" / student / "ps1"
        folder.mkdir(parents=True)
        (folder / f"{STEM}.ipynb").write_bytes(answered(STEM, **dict.fromkeys(names, ...)))
        (folder / "timestamp.txt").write_text("2026-11-20 12:00:00 UTC")
    words = ["grade", str(root), "--out", str(root / "marks"), "--gradebook"]
    assert main([*words, str(root / "gradebook.db")]) == 0
    with api.gradebook as gradebook:
        assert [assignment.name for assignment in gradebook.assignments] == ["ps1"]
        ann = gradebook.find_submission("ps1", "ann")
        assert (ann.score, ann.max_score) == (3, 10)
        assert ann.timestamp == NOON.replace(tzinfo=None)
        assert not ann.needs_manual_grade
        assert gradebook.find_grade("sigmoid", STEM, "ps1", "ann").auto_score == 2
        assert gradebook.find_submission("ps1", "bob").score == 0


def test_a_gradebook_that_is_new(make_report: Callable, tmp_path: Path) -> None:
    """Are students, assignment and cells made, late points taken, and all written only once?"""
    rule = LateRule({None: NOON - timedelta(hours=1)}, parse_penalty("50%"))
    report = make_report({"ann": {}, "bob": {"neuron": 0, "linear_layer": 0.5}}, rule=rule)
    database = tmp_path / "gradebook.db"
    for _ in range(2):
        assert write_gradebook(report, str(database)) == 2
    with Gradebook(f"sqlite:///{database}") as gradebook:
        bob = gradebook.find_submission(STEM, "bob")
        assert (bob.score, bob.max_score, bob.late_submission_penalty) == (7.5, 10, 3.75)
        assert len(gradebook.students) == 2
        assert len(gradebook.assignment_submissions(STEM)) == 2


def test_what_a_person_marked_stays(make_report: Callable, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'gradebook.db'}"
    write_gradebook(make_report({"ann": {"neuron": 0}}), address)
    with Gradebook(address) as gradebook:
        gradebook.find_grade("neuron", STEM, STEM, "ann").manual_score = 0.75
        gradebook.db.commit()
    write_gradebook(make_report({"ann": {"neuron": 0, "sigmoid": 1}}), address)
    with Gradebook(address) as gradebook:
        grade = gradebook.find_grade("neuron", STEM, STEM, "ann")
        assert (grade.score, grade.auto_score, grade.needs_manual_grade) == (0.75, 0, True)
        assert gradebook.find_submission(STEM, "ann").score == 8.75


def test_what_is_no_gradebook(
    make_report: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "gradebook.db"
    path.write_text("no database" * 100)
    opened = []
    connect = sqlite3.connect

    def noted(*args: object, **options: object) -> sqlite3.Connection:
        opened.append(connect(*args, **options))
        return opened[-1]

    monkeypatch.setattr("sqlite3.connect", noted)
    with pytest.raises(GradebookError, match="is no gradebook"):
        write_gradebook(make_report({"ann": {}}), str(path))
    (connection,) = opened
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("")
    with pytest.raises(GradebookError, match="is no gradebook"):
        write_gradebook(make_report({"ann": {}}), str(tmp_path / "nowhere" / "gradebook.db"))
