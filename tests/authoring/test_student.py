"""Does a student get the questions, and no answers?"""

import copy
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader import preprocessors
from traitlets.config import Config

from nnf_teach.authoring import student as module
from nnf_teach.authoring.course import solution_paths
from nnf_teach.authoring.files import read_notebook, to_bytes
from nnf_teach.authoring.leaks import find_leaks
from nnf_teach.authoring.normalise import normalise
from nnf_teach.authoring.student import make_student_notebook

ROOT = Path(__file__).parents[2]


def test_stub(lesson: NotebookNode) -> None:
    """Does the student keep the head and the docstring, and find a stub with the name?"""
    student = make_student_notebook(lesson)
    assert student.cells[2].source == (
        'def double(x):\n    """Return two times x."""\n'
        '    raise NotImplementedError("write double here")'
    )
    assert "write negate here" in student.cells[4].source


def test_nothing_else_changes(lesson: NotebookNode) -> None:
    """Are other cells, ids and their order as in the solution?"""
    student = make_student_notebook(lesson)
    assert [cell.id for cell in student.cells] == [cell.id for cell in lesson.cells[:-1]]
    for index in (0, 1, 3, 5):
        assert student.cells[index].source == lesson.cells[index].source


def test_solution_stays(lesson: NotebookNode) -> None:
    """Is the solution notebook itself left alone?"""
    before = to_bytes(lesson)
    make_student_notebook(lesson)
    assert to_bytes(lesson) == before


def test_locks(lesson: NotebookNode) -> None:
    """Can students not edit a check, and not delete an answer?"""
    student = make_student_notebook(lesson)
    assert student.cells[3].metadata.editable is False
    assert student.cells[2].metadata.deletable is False
    assert "editable" not in student.cells[2].metadata


def test_outputs_go(lesson: NotebookNode) -> None:
    """Are outputs gone?"""
    lesson.cells[1].outputs = [new_output("stream", text="hello")]
    assert all(not cell.get("outputs") for cell in make_student_notebook(lesson).cells)


def test_no_leak(lesson: NotebookNode) -> None:
    """Is nothing of the solution in the student notebook?"""
    student = make_student_notebook(lesson)
    assert find_leaks(lesson, student, "a.ipynb") == []
    text = to_bytes(student).decode()
    assert "secret" not in text
    assert "how we know" not in text
    assert "SOLUTION" not in text


@pytest.mark.parametrize("place", ["source", "markdown", "metadata", "output"])
def test_planted_leak(lesson: NotebookNode, place: str) -> None:
    """Is one line of a solution found wherever it is left?"""
    student = make_student_notebook(lesson)
    line = "    return secret_double"
    if place == "source":
        student.cells[2].source += f"\n{line}"
    elif place == "markdown":
        student.cells[0].source += f"\n{line}"
    elif place == "metadata":
        student.cells[2].metadata["note"] = line
    else:
        student.cells[1].outputs = [new_output("stream", text=f"{line}\n")]
    found = "\n".join(map(str, find_leaks(lesson, student, "course/a.ipynb")))
    assert "course/a.ipynb, cell " in found
    assert "'return secret_double'" in found


def test_leak_of_a_solution_only_cell(lesson: NotebookNode) -> None:
    """Is a cell for the solutions only found when it is left?"""
    student = make_student_notebook(lesson)
    student.cells.append(lesson.cells[-1])
    (problem,) = find_leaks(lesson, student, "a.ipynb")
    assert "how we know" in str(problem)


def test_preprocessor_that_does_nothing(
    lesson: NotebookNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Would solutions be found if the code that takes them out had left them?"""
    monkeypatch.setattr(module, "_with_stub", lambda source, function: source)
    found = "\n".join(map(str, find_leaks(lesson, make_student_notebook(lesson), "a.ipynb")))
    assert "a line of the solution is left: 'return secret_double'" in found
    assert "a marker is left" in found
    assert "an answer without a stub" in found


def test_public_line_is_no_leak(lesson: NotebookNode) -> None:
    """May a line of a solution stand where the author shows it to everybody?"""
    lesson.cells[0].source += "\n    return secret_double"
    assert find_leaks(lesson, make_student_notebook(lesson), "a.ipynb") == []


def test_stub_of_module() -> None:
    """Does the stub raise, so that unfinished work does not look finished?"""
    with pytest.raises(NotImplementedError, match="write sigmoid here"):
        exec(module.stub("sigmoid"))


@pytest.mark.parametrize("path", solution_paths(ROOT), ids=lambda path: path.stem)
def test_it_is_what_nbgrader_makes(path: Path) -> None:
    """Do nbgrader's own preprocessors make the same notebook, to the byte?"""
    solution = read_notebook(path)
    expected = copy.deepcopy(solution)
    expected.cells = [
        c for c in expected.cells if "solution-only" not in c.metadata.get("tags", [])
    ]
    resources: dict[str, object] = {}
    config = Config({"ClearSolutions": {"code_stub": {"python": "STUB"}}})
    for name in ("LockCells", "ClearSolutions", "ClearOutput", "CheckCellMetadata"):
        expected, resources = getattr(preprocessors, name)(config=config).preprocess(
            expected, resources
        )
    for cell in expected.cells:
        function = cell.metadata.get("nbgrader", {}).get("grade_id", "").removesuffix("_answer")
        cell.source = cell.source.replace("STUB", module.stub(function))
    for name in ("ClearHiddenTests", "ClearMarkScheme", "ComputeChecksums"):
        expected, resources = getattr(preprocessors, name)().preprocess(expected, resources)
    assert to_bytes(make_student_notebook(solution)) == to_bytes(normalise(expected))
