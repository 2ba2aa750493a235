"""Do the pages say what happened, whatever is in names, messages and notes, and nothing more?"""

from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from nnf_teach.checking.result import Place
from nnf_teach.exercises import all_exercises
from nnf_teach.grading.class_report import class_page
from nnf_teach.grading.feedback import feedback_page
from nnf_teach.grading.report import ClassReport
from nnf_teach.grading.similar import Pair
from nnf_teach.grading.submissions import Submission

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
VOID = {"meta", "br", "rect", "line", "circle", "hr", "img", "link"}


class Reader(HTMLParser):
    """Checks that tags close in order; keeps tags, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(text: str) -> Reader:
    reader = Reader(text)
    names = {tag for tag, _ in reader.tags}
    assert not names & {"script", "img", "iframe", "object", "form", "link", "base", "input"}
    for tag, attributes in reader.tags:
        assert not any(name.startswith("on") for name in attributes), tag
        assert not attributes.get("href", "feedback/").startswith(("http", "javascript", "/"))
    assert "http" not in text.replace("http-equiv", "")  # nothing is loaded from elsewhere
    return reader


@pytest.fixture
def evil(make_report: Callable, mark_exercise: Callable) -> ClassReport:
    """A student whose every word is an attack."""
    report = make_report({EVIL: {}, "ann": {}})
    student = next(s for s in report.students if s.name == EVIL)
    handed = student.lessons[1]
    exercises = (
        mark_exercise(
            "neuron",
            0,
            status="raised",
            rows=(("error", EVIL), (EVIL, "x")),
            misconception=EVIL,
            place=Place(1, EVIL, EVIL, EVIL, question=EVIL),
            steps=(EVIL,),
            parts=((EVIL, 0, 1), ("b", 0, 1)),
        ),
        *handed.mark.exercises[1:],
    )
    mark = replace(handed.mark, sentence=EVIL, notes=(EVIL,), exercises=exercises)
    submission = replace(handed.submission, others=(EVIL,))
    handed = replace(handed, mark=mark, submission=submission)
    problem = Submission(EVIL, None, Path("x.ipynb"), status=EVIL, sentence=EVIL)
    student = replace(student, lessons={1: handed}, problems=(problem,))
    pair = Pair(1, EVIL, "ann", 1.0, 1.0, (EVIL,))
    others = tuple(s for s in report.students if s.name != EVIL)
    return replace(report, students=(student, *others), similar=(pair,))


def test_feedback_escapes(evil: ClassReport) -> None:
    page = read(feedback_page(evil, evil.students[0]))
    assert page.text.count("<script>") >= 6


def test_class_escapes(evil: ClassReport) -> None:
    page = read(class_page(evil, {s.name: "feedback/x.html" for s in evil.students}))
    assert page.text.count("<script>") >= 5


def test_a_policy_forbids_what_slips_through(make_report: Callable) -> None:
    report = make_report({"ann": {}})
    for text in (feedback_page(report, report.students[0]), class_page(report, {"ann": "x"})):
        policy = [a for tag, a in read(text).tags if "content-security-policy" in str(a).lower()]
        assert "default-src 'none'" in policy[0]["content"]


def test_feedback_says_what_is_right_and_what_is_not(
    make_report: Callable, mark_exercise: Callable
) -> None:
    report = make_report({"ann": {}})
    handed = report.students[0].lessons[1]
    exercises = (
        mark_exercise("neuron", 0, rows=(("got", "3"), ("look at", "Where is `b`?")), cases=(2, 9)),
        mark_exercise("linear_layer", 1, parts=(("shapes", 1, 1), ("values", 0, 1))),
        mark_exercise("sigmoid", 0, status="not attempted"),
        mark_exercise("sigmoid_derivative", 0, status="timed out"),
        mark_exercise("and_gate", 0, status="not found"),
        mark_exercise("or_gate"),
    )
    handed = replace(handed, mark=replace(handed.mark, exercises=exercises))
    student = replace(report.students[0], lessons={1: handed})
    text = read(feedback_page(report, student)).text
    for words in (
        "2 of 10 points",
        "✗ neuron: not yet, 0 of 1 point",
        "Where is b?",
        "2 of 9 are right",
        "◐ linear_layer: partly right, 1 of 2 points",
        "part: values0 of 1",
        "○ sigmoid: not attempted, 0 of 2 points",
        "✗ sigmoid_derivative: took too long",
        "○ and_gate: not found",
        "✓ or_gate: right, 1 of 1 point",
    ):
        assert words in text
    assert "without a sandbox" not in text


def test_feedback_of_a_stretch_exercise(make_report: Callable) -> None:
    report = make_report({"ann": {}}, lesson=2)
    text = read(feedback_page(report, report.students[0])).text
    assert "sparsemax: right, 1 of 1 point, a stretch exercise, outside the total" in text


def test_unsafe_is_said_on_every_page(make_report: Callable) -> None:
    report = make_report({"ann": {}})
    handed = report.students[0].lessons[1]
    handed = replace(handed, mark=replace(handed.mark, sandbox="none"))
    report = replace(report, students=(replace(report.students[0], lessons={1: handed}),))
    for text in (feedback_page(report, report.students[0]), class_page(report, {"ann": "x"})):
        assert "without a sandbox" in text


def test_the_class_s_page_says_which_sandbox(make_report: Callable) -> None:
    report = make_report({"ann": {}})
    handed = report.students[0].lessons[1]
    handed = replace(handed, mark=replace(handed.mark, sandbox="user"))
    report = replace(report, students=(replace(report.students[0], lessons={1: handed}),))
    assert "Sandbox: user." in class_page(report, {"ann": "x"})


def test_class_counts(make_report: Callable) -> None:
    """Are scores, outcomes and misconceptions counted as by hand?"""
    wrong = {"neuron": 0}
    report = make_report({"ann": {}, "bob": wrong, "cy": wrong, "di": {"neuron": 0, "sigmoid": 1}})
    students = []
    for student in report.students:
        neuron, *others = student.lessons[1].mark.exercises
        if neuron.points == 0:
            neuron = replace(neuron, misconception="forgot-bias")
        mark = replace(student.lessons[1].mark, exercises=(neuron, *others))
        lessons = {1: replace(student.lessons[1], mark=mark)}
        students.append(replace(student, lessons=lessons))
    report = replace(report, students=tuple(students))
    reader = read(class_page(report, {s.name: "x" for s in report.students}))
    pictures = [a["aria-label"] for tag, a in reader.tags if a.get("role") == "img"]
    assert "8 to 9 points: 1; 9 to 10 points: 3" in pictures[1]
    neuron = "Exercises. 01 neuron: 1 right, 3 wrong, 25% of the points, tells apart: –; "
    assert pictures[0].startswith(neuron)
    assert "01 sigmoid: 3 right, 1 partly right, 88% of the points" in pictures[0]
    message = next(
        m.message for m in all_exercises()["neuron"].misconceptions if m.name == "forgot-bias"
    )
    assert message in reader.text
    table = reader.text[reader.text.index("What is wrong") : reader.text.index("Students")]
    assert not {"bob", "cy", "di"} & set(table.split())
    assert "mean 9, median 9, from 8 to 10 of 10" in reader.text


PLACE = Place(2, "axis=0", "the axis", "return Z.sum(axis=0)", 13, "Line 2: look at the axis.")


def with_place(report: ClassReport, exercise: str) -> ClassReport:
    """Give the wrong answers to an exercise a place and steps."""
    students = []
    for student in report.students:
        handed = student.lessons[1]
        exercises = tuple(
            replace(
                mark,
                explained_by="place",
                place=PLACE,
                steps=("line 2: return Z.sum(axis=0)\n    [<3>]",),
                rows=(
                    ("input", "Z = [1]"),
                    ("got", "3"),
                    ("line", f"line 2: return Z.sum(axis=0)\n{21 * ' '}^^^^^^"),
                    ("look at", "?"),
                ),
            )
            if mark.name == exercise and not mark.points
            else mark
            for mark in handed.mark.exercises
        )
        handed = replace(handed, mark=replace(handed.mark, exercises=exercises))
        students.append(replace(student, lessons={1: handed}))
    return replace(report, students=tuple(students))


def test_the_place_is_marked_in_the_students_line(make_report: Callable) -> None:
    report = with_place(make_report({"ann": {"neuron": 0}}), "neuron")
    page = feedback_page(report, report.students[0])
    assert "line 2: return Z.sum(<mark>axis=0</mark>)</dd>" in page
    reader = read(page)
    assert "Your steps on this example" in reader.text
    assert "[<3>]" in reader.text


def test_the_class_is_told_the_commonest_places_without_names(make_report: Callable) -> None:
    report = make_report({"ann": {"neuron": 0}, "bob": {"neuron": 0}, "cy": {"sigmoid": 0}})
    report = with_place(with_place(report, "neuron"), "sigmoid")
    page = class_page(report, {s.name: "x" for s in report.students})
    table = page[page.index("What is wrong") : page.index("<h2>Students")]
    assert table.count("the axis: <code>return Z.sum(<mark>axis=0</mark>)</code>") == 2
    assert table.index("neuron") < table.index("sigmoid")
    assert '<td class="n">2</td>' in table
    assert "input: <code>Z = [1]</code><br>got: <code>3</code>" in table
    assert "ann" not in table


def test_class_of_nothing_but_trouble(make_report: Callable) -> None:
    """Is a page made where nobody's work could be graded?"""
    report = make_report({"ann": {}})
    handed = report.students[0].lessons[1]
    bad = replace(handed.mark, status="died", sentence="It died.", exercises=())
    student = replace(report.students[0], lessons={1: replace(handed, mark=bad)})
    report = replace(report, students=(student,))
    assert "died" in read(class_page(report, {"ann": "x"})).text
    assert "It died." in read(feedback_page(report, student)).text
    assert "0 students" in read(class_page(ClassReport((), ()), {})).text


def test_similar_work_is_listed_without_a_verdict(make_report: Callable) -> None:
    pair = Pair(1, "ann", "bob", 0.93, 0.5, ("weird = 17  # my idea",))
    text = read(
        class_page(make_report({"ann": {}, "bob": {}}, similar=(pair,)), {"ann": "a", "bob": "b"})
    ).text
    assert "For a person to judge" in text
    assert "93%" in text
    assert "weird = 17  # my idea" in text
