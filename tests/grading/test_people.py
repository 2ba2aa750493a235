"""Is one person one, by all the names that folders, files, tables and systems have for them?"""

import random
from pathlib import Path

import pytest

from nnf_teach.cli import main
from nnf_teach.grading.late import LateRule, parse_penalty, parse_time
from nnf_teach.grading.names import printable
from nnf_teach.grading.people import People
from nnf_teach.grading.report import OWN_DATE, collect
from nnf_teach.grading.roster import Roster, read_roster
from nnf_teach.grading.submissions import find_submissions, parse_timestamp

ROWS = (
    {"Student": "Doe, Jane", "ID": "1234", "SIS User ID": "1235", "SIS Login ID": "jdoe"},
    {"Student": "Núñez, José", "ID": "1235", "SIS User ID": "S2", "SIS Login ID": "jnunez"},
)
ROSTER = Roster(tuple(ROWS[0]), ROWS)
NOTEBOOK = '{"cells": [{"metadata": {"nbgrader": {"grade_id": "neuron_answer"}}}]}'


def put(path: Path, text: str = NOTEBOOK) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


FILES = ["01_neuron.ipynb", "homework.ipynb", "My Notebook (final) 2.ipynb", "neuron-1.IPYNB",
         "2026-11-03_neuron.ipynb", "lab_1_2_3.ipynb", "Copy of 01_neuron.ipynb"]  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_a_platforms_user_is_one_whatever_the_file_is_called(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    late = rng.choice(["", "_LATE"])
    put(tmp_path / f"doejane{late}_1234_{rng.randint(10**4, 10**9)}_{rng.choice(FILES)}")
    put(tmp_path / f"núñezjosé_1235_567891_{rng.choice(FILES)}")
    put(tmp_path / f"Max Doe_77_assignsubmission_file_{rng.choice(FILES)}")
    put(tmp_path / f"anon_b7Xq2_567892_{rng.choice(FILES)}")
    put(tmp_path / "maxmuster_1239_text.html", "<p>")
    found = find_submissions(tmp_path)
    assert [(s.student, s.lesson) for s in found] == [
        ("Max Doe_77", 1), ("anon_b7Xq2", 1), ("doejane_1234", 1), ("maxmuster_1239", None),
        ("núñezjosé_1235", 1),
    ]  # fmt: skip
    assert [s.late for s in found] == [None, False, bool(late), None, False]
    assert ROSTER.find("doejane_1234") is ROWS[0]
    assert ROSTER.find("núñezjosé_1235") is ROWS[1]  # though another has that number elsewhere


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("ann_Copy of 01_neuron.ipynb", "ann"),
        ("Copy of ann_01_neuron.ipynb", "ann"),
        ("ann - Kopie von 01_neuron.ipynb", "ann"),
        ("Copy of Copy of ann_01_neuron (1).ipynb", "ann"),
        ("ann_2026_11_lab.ipynb", "ann_2026_11_lab"),
        ("scopy of_01_neuron.ipynb", "scopy of"),
        ("LATE_anon_b7Xq2_567892_x.ipynb", "anon_b7Xq2"),
        ("jose\u0301_01_neuron.ipynb", "jos\u00e9"),
    ],
)
def test_whose_a_file_is(name: str, student: str, tmp_path: Path) -> None:
    put(tmp_path / name)
    put(tmp_path / "zoe_01_neuron.ipynb")
    assert student in [s.student for s in find_submissions(tmp_path)]


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("jdoe", "doejane_1234"),
        ("1234", "doejane_1234"),
        ("Jane Doe", "doejane_1234"),
        ("Nu\u0301n\u0303ez, Jose\u0301", "José_77"),
        ("S2", "José_77"),
        ("max", "max"),
        ("MAX", "max"),
        ("nobody", None),
        ("", None),
    ],
)
def test_a_name_in_a_table(name: str, student: str | None) -> None:
    roster = Roster(ROSTER.header, (*ROWS[:1], {**ROWS[1], "Full name": "José"}))
    assert People(["doejane_1234", "José_77", "max"], roster).find(name) == student


def test_two_of_a_name_are_nobody() -> None:
    assert People(["Jane Doe_1", "Jane Doe_2"]).find("Jane Doe") is None
    assert People(["Jane Doe_1", "Jane Doe_2"]).find("2") == "Jane Doe_2"


def test_one_person_with_two_names_has_one_row(tmp_path: Path, sandbox_works: None) -> None:
    """Are a folder and a file one student's, where the roster says so, and times and tables too?"""
    classroom, out = tmp_path / "class", tmp_path / "out"
    put(classroom / "jdoe" / "01_neuron.ipynb", NOTEBOOK.replace("{}", "{"))
    put(classroom / "doejane_1234_567890_02.ipynb", NOTEBOOK.replace("neuron_", "softmax_"))
    roster = tmp_path / "roster.csv"
    roster.write_bytes(
        "Student;ID;SIS User ID;SIS Login ID;Section\nDoe, Jane;1234;S1;jdoe;A\n".encode("utf-16")
    )
    times = tmp_path / "times.csv"
    times.write_text("student,submitted\nJane Doe,2026-11-20T10:00+00:00\neve,2026-11-20\n")
    assert read_roster(roster).separator == ";"
    words = ["grade", str(classroom), "--out", str(out), "--roster", str(roster), "--times",
             str(times), "--jobs", "1", "--place-seconds", "0"]  # fmt: skip
    assert main(words) == 0
    raw = (out / "grades.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfstudent;status")
    (row,) = raw.decode("utf-8-sig").splitlines()[1:]
    assert row.count("2026-11-20T10:00:00") == 2


# When ----------------------------------------------------------------------------------------

RULE = LateRule({None: parse_time("2026-11-20T12:00+00:00")}, parse_penalty("10%/day"))


def handed(folder: Path, make_mark, rule: LateRule = RULE):
    (submission,) = find_submissions(folder)
    report = collect([(submission, make_mark(submission.student))], rule)
    return report.students[0].lessons[1]


def test_late_in_canvass_names_counts_and_its_files_dates_do_not(tmp_path, make_mark) -> None:
    put(tmp_path / "late" / "doejane_LATE_1234_567890_x.ipynb")  # written now, after the deadline
    put(tmp_path / "punctual" / "doejane_1234_567890_x.ipynb")
    late, punctual = (handed(tmp_path / name, make_mark) for name in ("late", "punctual"))
    assert (late.penalty, punctual.penalty) == (1.0, 0.0)
    assert late.submitted is None is punctual.submitted
    assert late.lateness == "late, -1"
    assert "does not say by how much" in late.remarks[0]
    assert punctual.remarks == ()


def test_a_table_of_times_is_better_than_a_flag(tmp_path, make_mark) -> None:
    put(tmp_path / "doejane_LATE_1234_567890_x.ipynb")
    times = {("doejane_1234", None): parse_time("2026-11-22T13:00+00:00")}
    found = handed(tmp_path, make_mark, LateRule(RULE.deadlines, RULE.penalty, times=times))
    assert found.penalty == 3.0
    assert found.remarks == ()


def test_a_files_own_date_is_not_taken_without_a_word(tmp_path, make_mark) -> None:
    put(tmp_path / "ann" / "01_neuron.ipynb")
    put(tmp_path / "ann" / "timestamp.txt", "2020-01-01 00:00:00 UTC")
    assert handed(tmp_path, make_mark).remarks == (OWN_DATE,)
    assert handed(tmp_path, make_mark, LateRule()).remarks == ()


STAMPS = ["2026-11-20 12:00:00.5 UTC", "2026-11-20 12:00:00", "2026-11-20 12:00:00 EST",
          "2026-11-20 12:00:00 America/New_York", "2026-11-20 12:00:00 CEST",
          "2026-11-20 12:00:00 +0100", "2026-11-20T12:00:00+01:00", "2026-11-20 12:00:00.5+01:00",
          "2026-07-20 12:00:00 Europe/Berlin", "20 Nov 2026 12:00 UTC"]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("text", STAMPS)
def test_zones_are_read_as_nbgrader_reads_them(text: str) -> None:
    utils = pytest.importorskip("nbgrader.utils")
    time, _ = parse_timestamp(text)
    assert (time - time.utcoffset()).replace(tzinfo=None) == utils.parse_utc(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-11-20 11:00:00 UTC", ""),
        ("2026-11-20 11:00:00 XYZT", "is taken for UTC"),
        ("Fri 20 Nov 2026 11:00:00 XYZT", "is taken for UTC"),
        ("the day before", "is not understood"),
    ],
)
def test_a_zone_that_is_not_understood_gives_a_remark(text, said, tmp_path, make_mark) -> None:
    put(tmp_path / "submitted" / "ann" / "ps1" / "01_neuron.ipynb")
    put(tmp_path / "submitted" / "ann" / "ps1" / "timestamp.txt", text)
    found = handed(tmp_path / "submitted", make_mark)
    assert said in " ".join(found.remarks)
    assert (OWN_DATE in found.remarks) is (said == "is not understood")
    assert bool(found.remarks) is bool(said)


def test_names_are_composed() -> None:
    assert printable("Jose\u0301") == "Jos\u00e9"
