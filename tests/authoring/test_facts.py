"""Does a notebook that disagrees with the package stop the build, and does it say where?"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from nbformat import NotebookNode

from nnf_teach.authoring.course import build, check_build, find_all_fact_problems, solution_paths
from nnf_teach.authoring.facts import Facts, find_course_problems, find_fact_problems
from nnf_teach.authoring.files import read_notebook
from nnf_teach.authoring.outline import Outline, outline
from nnf_teach.authoring.problems import BuildError

pytestmark = pytest.mark.slow  # each looks at the whole course

ROOT = Path(__file__).parents[2]
FACTS = Facts.of_package()

# a fault: lesson, what stands there, what is planted, and what the build says of it
FAULTS = {
    "title": (
        ("02", "# 02 Logistic regression", "# 02 Logistic regressions"),
        "cell (title), line 1: the title is '02 Logistic regressions'; "
        "expected: '02 Logistic regression', the TITLE",
    ),
    "no title": (
        ("03", "# 03 XOR\n", ""),
        "cell (slides), line 1: the title is 'What the slides said'; expected: '03 XOR'",
    ),
    "wrong sum": (
        ("02", "**Points**: 17, and", "**Points**: 16, and"),
        "cell (title), line 3: the lesson's points are '16, and one stretch exercise'; "
        "expected: '17, and one stretch exercise'",
    ),
    "no stretch in the sum": (
        ("02", "17, and one stretch exercise.", "17."),
        "cell (title), line 3: the lesson's points are '17'; expected: '17, and one stretch",
    ),
    "no sum": (
        ("02", "**Points**: 17, and one stretch exercise.", ""),
        "02_logistic_regression.ipynb: no line with time and points; expected: '**Time**",
    ),
    "points in a heading": (
        ("02", "Exercise 5: softmax [1 point]", "Exercise 5: softmax [2 points]"),
        "cell (softmax-exercise), line 1: 'Exercise 5: softmax' offers [2 points]; "
        "expected: [1 point], as the Exercise says: softmax",
    ),
    "points of each": (
        ("01", "gates [1 point each]", "gates [2 points each]"),
        "cell (gates-exercise), line 1: 'Exercise 6: three gates' offers [2 points each]; "
        "expected: [3 points] or [1 + 1 + 1 points] or [1 point each], "
        "as the Exercise says: and_gate, or_gate, nand_gate",
    ),
    "points in another order": (
        ("06", "max pooling, forward and backward [1 + 2 p", "max pooling [2 + 1 p"),
        "cell (pool-text), line 6: 'Exercise 2: max pooling' offers [2 + 1 points]; "
        "expected: [3 points] or [1 + 2 points]",
    ),
    "points of a group": (
        ("07", "the clinic [6 points]", "the clinic [5 points]"),
        "cell (clinic-text), line 1: 'Exercise 10: the clinic' offers [5 points]; "
        "expected: [6 points]",
    ),
    "points in bold": (
        ("07", "**Patient 3 [1 point].**", "**Patient 3 [2 points].**"),
        "cell (clinic-step-exercise), line 1: 'Patient 3' offers [2 points]; "
        "expected: [1 point], as the Exercise says: repaired_step",
    ),
    "points outside the total": (
        ("02", "[1 point, outside the total]", "[1 point]"),
        "'Stretch exercise 10: sparsemax' offers [1 point]; expected: [1 point, outside the total]",
    ),
    "points for nothing": (
        ("02", "## Where it breaks", "## Where it breaks [1 point]"),
        "cell (logits-text), line 1: 'Where it breaks' offers [1 point]; "
        "expected: an exercise below it",
    ),
    "no points": (
        ("02", "Exercise 5: softmax [1 point]", "Exercise 5: softmax"),
        "cell (softmax), line 1: no heading above softmax says its points; "
        "expected: '... [1 point]'",
    ),
    "a number too far": (
        ("02", "## Exercise 5: softmax", "## Exercise 6: softmax"),
        "cell (softmax-exercise), line 1: 'Exercise 6: softmax' comes here; "
        "expected: 'Exercise 5: ...'",
    ),
    "no number": (
        ("02", "## Exercise 5: softmax", "## Softmax"),
        "'Softmax' comes here; expected: 'Exercise 5: ...'",
    ),
    "a letter too far": (
        ("04", "## Exercise 5b: dead", "## Exercise 5c: dead"),
        "cell (dead-exercise), line 1: 'Exercise 5c: dead units' comes here; "
        "expected: 'Exercise 6: ...' or 'Exercise 6a: ...' or 'Exercise 5b: ...'",
    ),
    "a number twice": (
        ("05", "## Exercise 8, second part", "## Exercise 8"),
        "cell (adam-exercise), line 1: 'Exercise 8: a step of Adam' comes here; "
        "expected: 'Exercise 9: ...' or 'Exercise 9a: ...' or 'Exercise 8, second part: ...'",
    ),
    "a stretch unsaid": (
        ("02", "## Stretch exercise 10", "## Exercise 10"),
        "cell (sparsemax-exercise), line 1: 'Exercise 10: sparsemax', and the Exercise has "
        "stretch=True; expected: 'Stretch exercise 10: ...'",
    ),
    "no stretch": (
        ("02", "## Exercise 5: softmax", "## Stretch exercise 5: softmax"),
        "'Stretch exercise 5: softmax', and the Exercise has stretch=False; expected: 'Exercise 5:",
    ),
    "hint": (
        ("02", "hint(softmax)", "hint(sigmoid)"),
        "cell (softmax-hint), line 1: hint(sigmoid) in lesson 2; expected: one of cross_entropy",
    ),
    "progress": (
        ("02", "progress(2)", "progress(3)"),
        "cell (score), line 1: progress(3) in lesson 2; expected: one of 2, None",
    ),
    "half of a lesson": (
        ("02", 'until="fit_logistic_regression"', 'until="softmax"'),
        "progress counts up to 'softmax'; expected: ['fit_logistic_regression'], the last exercise",
    ),
    "unknown question": (
        ("02", 'predict("temperature")', 'predict("temprature")'),
        "cell (predict-temperature), line 1: predict(temprature) in lesson 2; expected: one of "
        "entirely-correct, too-large-a-step, temperature, shatter",
    ),
    "question not asked": (
        ("02", 'predict("temperature")', ""),
        "02_logistic_regression.ipynb: the question 'temperature' is asked 0 times; "
        "expected: one cell with predict('temperature')",
    ),
    "imported widget": (
        ("02", "    softmax_temperature,", "    softmax_heat,"),
        "cell (imports), line 5: there is no widget softmax_heat; expected: a name of",
    ),
    "widget by its dot": (
        ("08", "widgets.hypernetwork(", "widgets.hypernet("),
        "cell (hypernetwork), line 1: there is no widget hypernet; expected: a name of",
    ),
    "widget not called": (
        ("02", "softmax_temperature()", "softmax_temperature"),
        "solutions/: no notebook calls the widget softmax_temperature",
    ),
    "no Python": (
        ("02", "hint(softmax)", "hint(softmax"),
        "cell (softmax-hint), line 1: this is no Python: '(' was never closed",
    ),
}


def stop(root: Path) -> str:
    """Build one notebook, which has no fault; the facts of all are compared."""
    with pytest.raises(BuildError) as error:
        build(root, ["00"], execute=False)
    assert list(root.glob("course/*")) == []
    return unnumbered(error.value)


def unnumbered(said: object) -> str:
    """Return a text without the numbers of cells, which each new cell moves."""
    return re.sub(r"cell \d+ \(", "cell (", str(said))


def read(root: Path, lesson: str) -> tuple[Path, NotebookNode]:
    (path,) = (root / "solutions").glob(f"{lesson}_*.ipynb")
    return path, read_notebook(path)


def outline_of(lesson: str) -> Outline:
    path, notebook = read(ROOT, lesson)
    return outline(notebook, path.name)


def test_the_repository() -> None:
    """Do all facts of the repository agree?"""
    assert len(solution_paths(ROOT)) == len(FACTS.titles)
    assert find_all_fact_problems(ROOT) == []


def test_the_copy(course: Path) -> None:
    """Is the copy right before a fault is planted?"""
    assert find_all_fact_problems(course) == []


@pytest.mark.parametrize(("fault", "sentence"), FAULTS.values(), ids=FAULTS)
def test_planted(
    course: Path, plant: Callable[..., int], fault: tuple[str, str, str], sentence: str
) -> None:
    """Is a fault named, with notebook, cell and line? The numbers of cells are left out."""
    plant(*fault)
    (named,) = [line for line in stop(course).splitlines() if sentence in line]
    assert named.startswith(("solutions/", f"{fault[0]}_"))


def test_seven_points(course: Path) -> None:
    """Do seven points for an exercise of one stop the build of all, of one, and the check?"""
    path, notebook = read(course, "02")
    (cell,) = [cell for cell in notebook.cells if cell.source == "check(softmax)"]
    cell.metadata.nbgrader.points = 7
    path.write_text(json.dumps(notebook), encoding="utf-8")
    sentence = (
        "02_logistic_regression.ipynb, cell (softmax), line 1: the cell's metadata offers 7 "
        "points; expected: 1 point, as its Exercise says; change one of them"
    )
    assert stop(course) == sentence
    for work in (lambda: build(course, execute=False), lambda: check_build(course)):
        with pytest.raises(BuildError) as error:
            work()
        assert sentence in unnumbered(error.value).splitlines()


def problems(notebook: Outline, facts: Facts) -> list[str]:
    return [unnumbered(problem) for problem in find_fact_problems(notebook, facts)]


def test_unknown_exercise() -> None:
    """Is a check of what is no exercise named, or of another lesson?"""
    others = {name: e for name, e in FACTS.exercises.items() if name != "train_xor"}
    (first, *_) = problems(outline_of("03"), replace(FACTS, exercises=others))
    assert "the lesson's points are '10'; expected: '7'" in first
    sentence = "03_xor.ipynb, cell (train_xor), line 1: there is no exercise train_xor in lesson 3"
    assert f"{sentence}; expected: an Exercise of this lesson" in problems(
        outline_of("03"), replace(FACTS, exercises=others)
    )
    others["train_xor"] = replace(FACTS.exercises["train_xor"], lesson=4)
    moved = problems(outline_of("03"), replace(FACTS, exercises=others))
    assert f"{sentence}; it is one of lesson 4; expected: an Exercise of this lesson" in moved


def test_missing_exercise() -> None:
    """Is an exercise named that the notebook does not ask, or asks too early?"""
    notebook = outline_of("03")
    without = replace(notebook, checks=notebook.checks[:-1])
    sentence = "03_xor.ipynb: the exercise train_xor is not in the notebook; expected: an answer"
    assert any(line.startswith(sentence) for line in problems(without, FACTS))
    swapped = dict(reversed(FACTS.exercises.items()))
    assert (
        "03_xor.ipynb, cell (best_line_for_xor), line 1: best_line_for_xor comes here, and "
        "train_xor in EXERCISES; expected: one order"
    ) in problems(notebook, replace(FACTS, exercises=swapped))


def test_lessons() -> None:
    """Is a notebook without a lesson named, and a lesson without a notebook?"""
    notebook = outline_of("03")
    for name in ("13_xor.ipynb", "xor.ipynb"):
        first, *_ = problems(replace(notebook, name=name), FACTS)
        assert first.startswith(f"{name}: there is no such lesson; expected: one of 00, 01, 02")
    others = replace(FACTS, widgets=notebook.called_widgets, titles={2: "Two", 3: "XOR"})
    (problem,) = find_course_problems([notebook], others)
    assert str(problem) == "solutions/: lesson 2 (Two) has no notebook; expected: 02_*.ipynb"


def test_other_notebooks(lesson: NotebookNode, project: Callable[..., Path]) -> None:
    """Are notebooks compared only where the package is that they belong to?"""
    root = project(**{"01_lesson": lesson})
    assert find_all_fact_problems(root) == []
    (root / "nnf_teach").mkdir()
    assert find_all_fact_problems(root)
