"""Do the tables say what the marks say, in the form that each system reads, and start no formula?

The readers below follow the systems' own importers: Canvas's lib/gradebook_importer.rb, Moodle's
grade/import/csv/classes/load_data.php.
"""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nnf_teach.exercises import all_exercises
from nnf_teach.grading import sheets
from nnf_teach.grading.late import LateRule, parse_penalty
from nnf_teach.grading.roster import Roster

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOSTILE = ["=cmd|' /C calc'!A1", "+1", "-1+2", "@SUM(A1)", "\t=1", ' =HYPERLINK("x")', "a,b", 'q"']
HOSTILE += ["\uff1dA1"]  # in full width


def table(text: str) -> list[list[str]]:
    rows = list(csv.reader(io.StringIO(text)))
    assert len({len(row) for row in rows}) == 1
    return rows


def test_grades(make_report: Callable) -> None:
    rule = LateRule({None: NOON - timedelta(hours=2)}, parse_penalty("50%"))
    report = make_report({"ann": {}, "bob": {"neuron": 0, "linear_layer": 1.5}}, rule=rule)
    rows = list(csv.DictReader(io.StringIO(sheets.grades(report))))
    ann, bob = rows
    names = [e.name for e in all_exercises().values() if e.lesson == 1]
    assert [ann[f"01 {name}"] for name in names] == ["1", "2", "2", "1", "1", "1", "1", "1"]
    assert (ann["total"], ann["out of"], ann["01 penalty"]) == ("5", "10", "5")
    assert (bob["student"], bob["total"], bob["01 linear_layer"]) == ("bob", "4.25", "1.5")
    assert bob["status"] == "graded"
    assert "2 hours late" in bob["remarks"]
    assert datetime.fromisoformat(bob["01 submitted"]) == NOON
    assert bob["seconds"] == "0.5"


def test_stretch_exercises_have_a_star(make_report: Callable) -> None:
    (row,) = csv.DictReader(io.StringIO(sheets.grades(make_report({"ann": {}}, lesson=2))))
    assert (row["02 sparsemax*"], row["total"], row["out of"]) == ("1", "17", "17")


def test_who_handed_in_nothing(make_report: Callable) -> None:
    roster = Roster(("Student", "ID"), ({"Student": "Doe, Jane", "ID": "1"}, {"Student": "Ann"}))
    rows = table(sheets.grades(make_report({"ann": {}}), roster))
    assert rows[-1][:3] == ["Doe, Jane", "nothing handed in", "0"]
    assert len(rows) == 3


@pytest.mark.parametrize("make", [sheets.grades, sheets.canvas, sheets.moodle])
def test_no_formula(make_report: Callable, make: Callable) -> None:
    """Is there no cell that a spreadsheet would calculate?"""
    report = make_report({name: {} for name in HOSTILE})
    student = report.students[0]
    handed = student.lessons[1]
    bad = replace(handed.mark, sentence="=1+1", status="@died")
    report = replace(
        report,
        students=(
            replace(student, lessons={1: replace(handed, mark=bad)}),
            *report.students[1:],
        ),
    )
    rows = table(make(report))
    for cell in (cell for row in rows for cell in row):
        assert not re.match(r"\s*[=+@\uff1d]", cell), cell
        assert not re.match(r"\s*-(?!\d+(\.\d+)?$)", cell), cell
    assert len(rows) >= len(HOSTILE) + 1


def canvas_import(text: str) -> tuple[list[str], list[str], dict[str, list[str]]]:
    """Read as Canvas does: assignments, points possible, and scores by who was found."""
    header, *rows = table(text)
    assert "Student" in header[0]
    assert "ID" in header[1]
    assert header[2:5] == ["SIS User ID", "SIS Login ID", "Section"]
    possible: list[str] = []
    students = {}
    for row in rows:
        if "Points Possible" in row[0]:
            possible = row[5:]
        else:
            students[next(cell for cell in (*row[1:4], row[0]) if cell)] = row[5:]
    return header[5:], possible, students


def test_canvas(make_report: Callable) -> None:
    report = make_report({"ann": {}, "bob": {"neuron": 0.25}})
    assert canvas_import(sheets.canvas(report)) == (
        ["01 The neuron"],
        ["10"],
        {"ann": ["10.00"], "bob": ["9.25"]},
    )


def test_canvas_with_its_own_export(make_report: Callable) -> None:
    """Are Canvas's ids used, its assignment taken, and strangers kept out?"""
    row = {"Student": "Doe, Ann", "ID": "77", "SIS Login ID": "ann", "Section": "A"}
    roster = Roster(("Student", "ID", "01 The neuron (4711)"), (row,))
    report = make_report({"ann": {}, "eve": {}})
    found = canvas_import(sheets.canvas(report, roster))
    assert found == (["01 The neuron (4711)"], ["10"], {"77": ["10.00"]})
    assert sheets.unknown(report, roster) == ["eve"]
    assert sheets.unknown(report, None) == []


def test_moodle(make_report: Callable) -> None:
    report = make_report({"ann@example.org": {}, "bob": {"neuron": 0}})
    header, ann, bob = table(sheets.moodle(report))
    assert header[-2:] == ["01 The neuron", "01 The neuron (feedback)"]
    ann, bob = dict(zip(header, ann, strict=True)), dict(zip(header, bob, strict=True))
    assert ann["Email address"] == ann["Username"] == "ann@example.org"
    assert bob["Username"] == "bob"
    assert (bob["Email address"], bob["01 The neuron"]) == ("", "9.00")
    assert "neuron" in bob["01 The neuron (feedback)"]
    assert ann["01 The neuron (feedback)"] == ""


def test_moodle_with_its_own_export(make_report: Callable) -> None:
    """Are only users in the table whom Moodle knows? One stranger stops its whole import."""
    row = {"First name": "Ann", "Last name": "Doe", "ID number": "S1", "Email address": "ann@x.org"}
    header, *rows = table(
        sheets.moodle(make_report({"ann": {}, "eve": {}}), Roster(tuple(row), (row,)))
    )
    assert [row[:5] for row in rows] == [["Ann", "Doe", "S1", "", "ann@x.org"]]
    assert header[:5] == ["First name", "Last name", "ID number", "Username", "Email address"]


def test_lines_end_as_the_standard_says(make_report: Callable) -> None:
    assert sheets.grades(make_report({"ann": {}})).count("\r\n") == 2
