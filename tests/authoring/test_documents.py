"""Does a document that disagrees with the course stop the build, and does it say which line?"""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnf_teach.authoring.course import build
from nnf_teach.authoring.problems import BuildError

pytestmark = pytest.mark.slow  # each looks at the whole course

README, CHANGELOG, SLIDES = "README.md", "CHANGELOG.md", "docs/slides.md"

# a fault: where, what stands there, what is planted, and what the build says of its line
FAULTS = {
    "time": (
        (README, "| Logistic regression | 110 to 150 min", "| Logistic regression | 75 min"),
        "lesson 02 takes '75 min'; expected: '110 to 150 min', as the first cell of 02",
    ),
    "cells of a lesson": (
        (README, "| 00 | Start here | ", "| 00 | Start | here | "),
        "a row of 5 cells that begins with '00'; expected: 4 cells",
    ),
    "title": (
        (README, "| 04 | Universal approximation and depth", "| 04 | Universal approximation"),
        "lesson 04 is called 'Universal approximation'; expected: 'Universal approximation and de",
    ),
    "a count in the table": (
        (README, "six patients", "five patients"),
        "lesson 07: 'five patients'; expected: 6",
    ),
    "exercises measured": (
        (README, "right answer, slowest of 76", "right answer, slowest of 75"),
        "'slowest of 75 exercises'; expected: 76, those that do not train",
    ),
    "exercises": (
        (CHANGELOG, "eight checked exercises", "nine checked exercises"),
        "lesson 01: 'nine checked exercises'; expected: 8",
    ),
    "points": (
        (CHANGELOG, "ten exercises (12 points)", "ten exercises (13 points)"),
        "lesson 04: '13 points'; expected: 12",
    ),
    "predictions": (
        (CHANGELOG, "four predictions", "five predictions"),
        "lesson 01: 'five predictions'; expected: 4",
    ),
    "widgets": (
        (CHANGELOG, "depth*: five widgets", "depth*: six widgets"),
        "lesson 04: 'six widgets'; expected: 5",
    ),
    "recorded runs": (
        (CHANGELOG, "86 recorded", "85 recorded"),
        "lesson 07: '85 recorded runs'; expected: 86",
    ),
    "broken scripts": (
        (CHANGELOG, "six broken", "seven broken"),
        "lesson 07: 'seven broken scripts'; expected: 6",
    ),
    "no counts": (
        (CHANGELOG, "eight exercises (14 points), ", ""),
        "lesson 08 does not say how many exercises, points",
    ),
    "title in the changelog": (
        (CHANGELOG, "*XOR*", "*Xor*"),
        "lesson 03 is called 'Xor'; expected: 'XOR'",
    ),
    "section": (
        (SLIDES, "A proof in four inequalities", "A proof in three inequalities"),
        "'... and limitations': no section 'A proof in three inequalities' in 03_xor.ipynb",
    ),
    "widget of another lesson": (
        (SLIDES, "`folding`", "`saturation`"),
        "'Depth': 04_universal_approximation_and_depth.ipynb does not call the widget 'saturation'",
    ),
    "unknown exercise": (
        (SLIDES, "`bumps_needed`", "`bumps`"),
        "'Universal Approximation Theorem': no exercise 'bumps' in lesson 4; expected: one of step",
    ),
    "lesson": (
        (SLIDES, "| Real neuron | 01", "| Real neuron | 11"),
        "there is no lesson 11",
    ),
    "no slide": (
        (SLIDES, "| Real neuron |", "| |"),
        "a row of 5 cells that begins with ''; expected: 5 cells, none empty at the start",
    ),
    "cells": (
        (SLIDES, "| A real neuron | ", "| A real | neuron | "),
        "a row of 6 cells that begins with 'Real neuron'; expected: 5 cells",
    ),
}

# ... and what it says of the whole document
FAULTS_OF_ALL = {
    "no row": (
        (README, "| 03 | XOR", "| 3 | XOR"),
        "lessons 00, 01, 02, 04, 05, 06, 07, 08; expected: 00, 01, 02, 03, 04, 05, 06, 07, 08",
    ),
    "no entry": (
        (CHANGELOG, "- Lesson 03, ", "- The lesson "),
        "lessons 00, 01, 02, 04, 05, 06, 07, 08; expected: 00, 01, 02, 03",
    ),
    "no widget": (
        (SLIDES, "`folding`, ", ""),
        "the widget folding of lesson 4 has no row",
    ),
    "no exercise": (
        (SLIDES, "`bumps_needed`", ""),
        "the exercise bumps_needed of lesson 4 is in 0 rows",
    ),
    "exercise twice": (
        (SLIDES, "`step`, `bump`", "`step`, `bumps_needed`, `bump`"),
        "the exercise bumps_needed of lesson 4 is in 2 rows",
    ),
    "order": (
        (SLIDES, "| ... and limitations | 02", "| ... and limitations | 04"),
        "lessons 00, 01, 02, 04, 03, 04, 05, 06, 07, 08; expected: 00, 01, 02, 03",
    ),
}


def stop(root: Path) -> list[str]:
    """Build one notebook, which has no fault; the documents are compared all the same."""
    with pytest.raises(BuildError) as error:
        build(root, ["00"], execute=False)
    return str(error.value).splitlines()


@pytest.mark.parametrize(("fault", "sentence"), FAULTS.values(), ids=FAULTS)
def test_line(
    course: Path, plant: Callable[..., int], fault: tuple[str, str, str], sentence: str
) -> None:
    """Does a fault in a document stop the build, and is its line named?"""
    start = f"{fault[0]}, line {plant(*fault)}: {sentence}"
    assert any(line.startswith(start) for line in stop(course))


@pytest.mark.parametrize(("fault", "sentence"), FAULTS_OF_ALL.values(), ids=FAULTS_OF_ALL)
def test_whole(
    course: Path, plant: Callable[..., int], fault: tuple[str, str, str], sentence: str
) -> None:
    """Does what is missing in a document, or there twice, stop the build?"""
    plant(*fault)
    assert any(line.startswith(f"{fault[0]}: {sentence}") for line in stop(course))


def test_renamed_section(course: Path, plant: Callable[..., int]) -> None:
    """Is the row of the slides named where a heading in a notebook is renamed?"""
    rows = (course / SLIDES).read_text(encoding="utf-8").splitlines()
    (line,) = [n for n, row in enumerate(rows, start=1) if "A proof in four inequalities" in row]
    plant("03", "## A proof in four inequalities", "## A proof")
    assert stop(course) == [
        f"{SLIDES}, line {line}: '... and limitations': no section 'A proof in four inequalities' "
        "in 03_xor.ipynb; expected: one of its headings"
    ]


def test_time_in_a_notebook(course: Path, plant: Callable[..., int]) -> None:
    """Is README to follow where a notebook's own time changes?"""
    plant("02", "110 to 150 minutes", "80 to 90 minutes")
    (line,) = stop(course)
    assert (
        "lesson 02 takes '110 to 150 min'; expected: '80 to 90 min', as the first cell of 02"
        in line
    )


def test_no_row_of_the_benchmark(course: Path) -> None:
    """Is a benchmark that is no longer found missed?"""
    text = (course / README).read_text(encoding="utf-8")
    (course / README).write_text(text.replace("slowest of", "slowest among"), encoding="utf-8")
    assert stop(course) == [
        "README.md: no row 'slowest of ... exercises'; expected: one, with 76 exercises"
    ]


@pytest.mark.parametrize("name", [README, CHANGELOG, SLIDES])
def test_missing(course: Path, name: str) -> None:
    """Is a document missed that is not there?"""
    (course / name).unlink()
    assert stop(course) == [f"{name}: there is no such file; expected: one"]
