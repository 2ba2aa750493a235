"""Does one command make course/ from solutions/, the same way every time?"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from nbformat import NotebookNode

from nnf_teach.authoring.course import build, check_build
from nnf_teach.authoring.problems import BuildError

Project = Callable[..., Path]


def contents(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
def test_two_builds(figure_lesson: NotebookNode, project: Project) -> None:
    """Do two runs give equal bytes, with figures, displays and widgets in them?"""
    root = project(**{"01_lesson": figure_lesson})
    changed = build(root)
    assert [path.parent.name for path in changed] == ["solutions", "course"]
    first = contents(root)
    outputs = json.loads(first["solutions/01_lesson.ipynb"])["cells"]
    kinds = {
        key for cell in outputs for out in cell.get("outputs", []) for key in out.get("data", {})
    }
    assert kinds == {"image/png", "text/plain"}  # the figure is there, the widget view is not
    assert build(root) == []
    assert contents(root) == first
    assert check_build(root) == [root / "solutions" / "01_lesson.ipynb"]


def test_without_running(lesson: NotebookNode, project: Project) -> None:
    """Are stored outputs kept when nothing is run?"""
    root = project(**{"01_lesson": lesson})
    build(root, execute=False)
    assert b"passed" in contents(root)["solutions/01_lesson.ipynb"]
    assert check_build(root)


@pytest.mark.parametrize(
    "name", ["01", "01_lesson", "01_lesson.ipynb", "solutions/01_lesson.ipynb"]
)
def test_one_notebook(lesson: NotebookNode, project: Project, name: str) -> None:
    """Can one notebook be built by any of its names?"""
    root = project(**{"01_lesson": lesson, "02_other": lesson})
    build(root, [name], execute=False)
    assert [path.name for path in (root / "course").iterdir()] == ["01_lesson.ipynb"]


def test_unknown_notebook(lesson: NotebookNode, project: Project) -> None:
    """Is a notebook that is not there named, with those that are?"""
    root = project(**{"01_lesson": lesson})
    with pytest.raises(BuildError, match="9: there is no such solution notebook.*01_lesson"):
        build(root, ["9"])


def test_nothing_written_on_error(lesson: NotebookNode, project: Project) -> None:
    """Is nothing run or written before all notebooks are right?"""
    good = project(**{"01_lesson": lesson})
    lesson.cells[2].source = lesson.cells[2].source.replace("BEGIN SOLUTION", "BEGIN SOLUTON")
    (good / "solutions" / "02_bad.ipynb").write_text(json.dumps(lesson))
    before = contents(good)
    with pytest.raises(BuildError, match=r"02_bad\.ipynb, cell 3 \(double_answer\), line 3"):
        build(good)
    assert contents(good) == before


@pytest.mark.slow
def test_failing_solution(lesson: NotebookNode, project: Project) -> None:
    """Does a solution that its own check refuses stop the build?"""
    lesson.cells[2].source = lesson.cells[2].source.replace("2 * x", "3 * x")
    root = project(**{"01_lesson": lesson})
    before = contents(root)
    with pytest.raises(BuildError, match=r"cell 4 \(double\): AssertionError: not yet"):
        build(root)
    assert contents(root) == before


def test_leak_stops_the_build(
    lesson: NotebookNode, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Does a leak that nothing else notices stop build and check?"""
    root = project(**{"01_lesson": lesson})
    monkeypatch.setattr("nnf_teach.authoring.course.make_student_notebook", lambda nb: nb)
    for work in (lambda: build(root, execute=False), lambda: check_build(root)):
        with pytest.raises(BuildError, match="a line of the solution is left"):
            work()
    assert list((root / "course").iterdir()) == []


def test_check_changes_nothing(lesson: NotebookNode, project: Project) -> None:
    """Is a project that was never built refused, and left as it is?"""
    root = project(**{"01_lesson": lesson})
    before = contents(root)
    with pytest.raises(BuildError) as error:
        check_build(root)
    assert "solutions/01_lesson.ipynb: not in normal form" in str(error.value)
    assert "course/01_lesson.ipynb: missing" in str(error.value)
    assert contents(root) == before


def test_one_byte(lesson: NotebookNode, project: Project) -> None:
    """Is one byte of difference in a student notebook found?"""
    root = project(**{"01_lesson": lesson})
    build(root, execute=False)
    path = root / "course" / "01_lesson.ipynb"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(BuildError, match=r"course/01_lesson\.ipynb: not what the solution gives"):
        check_build(root)


def test_stray(lesson: NotebookNode, project: Project) -> None:
    """Is a file of another origin found, and a contributor's backup left in peace?"""
    root = project(**{"01_lesson": lesson})
    build(root, execute=False)
    (root / "course" / "01_lesson-2026-11-23T14-05-09.ipynb").write_text("mine")
    check_build(root)
    (root / "course" / "09_old.ipynb").write_text("{}")
    with pytest.raises(BuildError, match=r"course/09_old\.ipynb: no solution gives this file"):
        check_build(root)


@pytest.mark.parametrize(
    ("cleared", "found"),
    [((3, 5), "01_lesson.ipynb: no outputs"), ((3,), "cell 4 (double-check): a check without")],
)
def test_never_run(
    lesson: NotebookNode, project: Project, cleared: tuple[int, ...], found: str
) -> None:
    """Is a solution refused that was stored without being run?"""
    for index in cleared:
        lesson.cells[index].outputs = []
    root = project(**{"01_lesson": lesson})
    build(root, execute=False)
    with pytest.raises(BuildError) as error:
        check_build(root)
    assert found in str(error.value)


def test_nothing_to_look_at(project: Project) -> None:
    """Is a project without notebooks an error, and not a success?"""
    root = project()
    for work in (lambda: build(root), lambda: check_build(root)):
        with pytest.raises(BuildError, match="no notebooks"):
            work()


def test_corrupt(lesson: NotebookNode, project: Project) -> None:
    """Is a corrupt notebook named beside the other mistakes?"""
    root = project(**{"01_lesson": lesson})
    (root / "solutions" / "02_bad.ipynb").write_text("{")
    with pytest.raises(BuildError) as error:
        check_build(root)
    assert "02_bad.ipynb: this is no notebook" in str(error.value)
    assert "01_lesson.ipynb: missing" in str(error.value)
