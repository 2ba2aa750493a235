"""Is a student found again in what Canvas or Moodle exported?"""

from pathlib import Path

import pytest

from nnf_teach.grading.roster import Roster, RosterError, read_roster

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,01 The neuron (4711),Final Score\n"
    "    Points Possible,,,,,10,(read only)\n"
    '"Doe, Jane",1234,S1,jdoe,Group A,,\n'
    '"Müller, José",1235,S2,jmueller,Group A,,\n'
    '"Doe, Max",1236,S3,mdoe,Group B,,\n'
)
MOODLE = (
    "First name,Last name,ID number,Email address,Assignment: 01\n"
    "Jane,Doe,S1,jdoe@example.org,\nMax,Doe,S3,mdoe@example.org,\n"
)


@pytest.fixture
def canvas(tmp_path: Path):
    path = tmp_path / "canvas.csv"
    path.write_text(CANVAS, encoding="utf-8-sig")
    return read_roster(path)


@pytest.mark.parametrize(
    "name", ["jdoe", "1234", "S1", "Doe, Jane", "Jane Doe", "doejane_1234", "JDOE", "Jane Doe_77"]
)
def test_canvas(canvas, name: str) -> None:
    assert canvas.find(name)["ID"] == "1234"


def test_no_guess(canvas) -> None:
    """Is nobody found by a part of a name, or by one that two share?"""
    assert canvas.find("Doe") is None
    assert canvas.find("doe") is None
    assert canvas.find("Group A") is None
    assert canvas.find("") is None
    assert canvas.find("_") is None
    twice = Roster(
        ("Student", "ID"), ({"Student": "Ann", "ID": "1"}, {"Student": "Ann", "ID": "2"})
    )
    assert twice.find("Ann") is None
    assert twice.find("2")["ID"] == "2"


def test_missing(canvas) -> None:
    assert [row["ID"] for row in canvas.missing(["jdoe", "eve"])] == ["1235", "1236"]


def test_assignment(canvas) -> None:
    assert canvas.assignment("01 The neuron") == "01 The neuron (4711)"
    assert canvas.assignment("02 Logistic regression") is None


@pytest.mark.parametrize("name", ["S3", "mdoe", "mdoe@example.org", "Max Doe", "Max Doe_78"])
def test_moodle(tmp_path: Path, name: str) -> None:
    path = tmp_path / "moodle.csv"
    path.write_text(MOODLE)
    assert read_roster(path).find(name)["Last name"] == "Doe"
    assert read_roster(path).find(name)["First name"] == "Max"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\n\n", "is empty"),
        (b"a,b\n1,2\n", "none of the columns.*Its first row reads: a, b"),
        (b"PK\x03\x04...", "is a workbook"),
    ],
)
def test_what_is_no_roster(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    with pytest.raises(RosterError, match=why):
        read_roster(path)
    with pytest.raises(RosterError, match="cannot be read"):
        read_roster(tmp_path / "not there")
