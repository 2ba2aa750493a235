"""Do points, penalties and statuses add up as an instructor would by hand?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nnf_teach.grading.late import LateRule, parse_penalty
from nnf_teach.grading.mark import Mark
from nnf_teach.grading.report import collect, number
from nnf_teach.grading.submissions import Submission

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_totals(make_report: Callable) -> None:
    report = make_report({"ann": {}, "bob": {"neuron": 0, "linear_layer": 0.5}})
    ann, bob = report.students
    assert (ann.points, bob.points) == (10, 7.5)
    assert report.out_of() == report.out_of(1) == 10
    assert bob.exercise("linear_layer").points == 0.5
    assert bob.exercise("softmax") is None


def test_stretch_exercises_stay_outside(make_report: Callable) -> None:
    report = make_report({"ann": {}, "bob": {"sparsemax": 0}}, lesson=2)
    assert {student.points for student in report.students} == {report.out_of()} == {17}


def test_lateness_takes_points(make_report: Callable) -> None:
    rule = LateRule({None: NOON - timedelta(hours=30)}, parse_penalty("10%/day"))
    (ann,) = make_report({"ann": {"neuron": 0}}, rule=rule).students
    assert ann.points == 9 - 1.8
    assert ann.lessons[1].lateness == "1 day and 6 hours late, -1.8"


def test_what_was_refused(make_mark: Callable) -> None:
    """Does a pipe named as a lesson make no lesson of the class, but a row of the student?"""
    good = Submission("ann", 1, Path("ann/01_neuron.ipynb"), NOON.timestamp())
    pipe = Submission("ann", 2, Path("ann/02_x.ipynb"), 0.0, "refused", "It is a pipe.")
    link = Submission("bob", 1, Path("bob/01_neuron.ipynb"), 0.0, "refused", "It is a link.")
    marked = [(good, make_mark("ann"))]
    marked += [(s, Mark(s.student, s.lesson, None, s.status, s.sentence)) for s in (pipe, link)]
    rule = LateRule({None: NOON - timedelta(days=9)}, parse_penalty("all"))
    report = collect(marked, rule)
    ann, bob = report.students
    assert report.lessons == (1,)
    assert ann.status == "01: graded; 02_x.ipynb: refused"
    assert bob.status == "refused"
    assert (bob.points, bob.lessons[1].submitted, bob.lessons[1].seconds_late) == (0, None, 0)


def test_several_lessons(make_mark: Callable) -> None:
    marked = []
    for student, lesson in (("ann", 1), ("ann", 2), ("bob", 2)):
        submission = Submission(student, lesson, Path(f"{lesson:02}.ipynb"))
        marked.append((submission, make_mark(student, lesson)))
    report = collect(marked, LateRule())
    assert report.lessons == (1, 2)
    assert report.out_of() == 27
    assert [student.points for student in report.students] == [27, 17]
    assert [student.seconds for student in report.students] == [1.0, 0.5]
    assert not report.unsafe
    one = replace(marked[0][0], student="eve")
    marked.append((one, replace(make_mark("eve"), sandbox="none")))
    assert collect(marked, LateRule()).unsafe


def test_numbers() -> None:
    assert [number(x) for x in (0, 10, 1.5, 2 / 3, 7.10)] == ["0", "10", "1.5", "0.67", "7.1"]
