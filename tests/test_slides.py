"""The table of slides names what there is, and leaves nothing out."""

import re
from pathlib import Path

import nbformat
import pytest

from nnf_teach import widgets
from nnf_teach.exercises import all_exercises

ROOT = Path(__file__).parent.parent
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs/slides.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| slide |"))
]


def names_in(cell):
    return re.findall(r"`(\w+)`", cell)


def cells_of(lesson, kind):
    (path,) = (ROOT / "solutions").glob(f"{lesson}_*.ipynb")
    return [c.source for c in nbformat.read(path, 4).cells if c.cell_type == kind]


def sections_of(lesson):
    """The headings of a lesson, without the points behind them."""
    text = "\n".join(cells_of(lesson, "markdown"))
    return [
        re.sub(r" [\[(][^])]*[])]$", "", heading)
        for heading in re.findall(r"^##+ (.*)$", text, re.MULTILINE)
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[1]} {row[0]}")
def test_what_a_row_names_is_there(row):
    slide, lesson, sections, shown, asked = row
    assert slide
    assert sections
    for section in sections.split("; "):
        assert section in sections_of(lesson)
    code = "\n".join(cells_of(lesson, "code"))
    for widget in names_in(shown):
        assert widget in widgets.__all__
        assert f"{widget}(" in code
    for exercise in names_in(asked):
        assert all_exercises()[exercise].lesson == int(lesson)


def test_every_lesson_widget_and_exercise_has_a_slide():
    lessons = {path.name[:2] for path in (ROOT / "solutions").glob("*.ipynb")}
    assert {row[1] for row in ROWS} == lessons
    toys = {"two_points"}
    assert {w for row in ROWS for w in names_in(row[3])} == set(widgets.__all__) - toys
    asked = [e for row in ROWS for e in names_in(row[4])]
    assert sorted(asked) == sorted(e.name for e in all_exercises().values() if e.lesson > 0)


def test_the_rows_follow_the_lecture():
    lessons = [row[1] for row in ROWS]
    assert lessons == sorted(lessons)
