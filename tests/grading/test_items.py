"""Are exercises counted as by hand, and told apart by the formula of the textbooks?"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from nnf_teach.grading.items import FEWEST, Item, items
from nnf_teach.grading.report import ClassReport, Student


def item_of(report: ClassReport, name: str) -> Item:
    return next(item for item in items(report) if item.exercise.name == name)


def test_the_separation_is_the_point_biserial_one(make_report: Callable) -> None:
    """Does it equal (M1 - M0) / s * sqrt(p q), with the points of the other exercises?"""
    rng = np.random.default_rng(1)
    students = {
        f"s{k:02}": {"neuron": int(right), "sigmoid": int(sigmoid), "linear_layer": int(layer)}
        for k, (right, sigmoid, layer) in enumerate(
            zip(rng.integers(0, 2, 30), rng.integers(0, 3, 30), rng.integers(0, 3, 30), strict=True)
        )
    }
    report = make_report(students)
    item, worth = item_of(report, "neuron"), {e.name: e.points for e in report.exercises}
    right = np.array([changed["neuron"] == 1 for changed in students.values()])
    others = [name for name in worth if name != "neuron"]
    rest = np.array(
        [np.mean([c.get(n, worth[n]) / worth[n] for n in others]) for c in students.values()]
    )
    p = right.mean()
    expected = (rest[right].mean() - rest[~right].mean()) / rest.std() * np.sqrt(p * (1 - p))
    assert item.separation == pytest.approx(expected)


def test_who_knows_the_rest_knows_this(make_report: Callable) -> None:
    weak = {"neuron": 0, "sigmoid": 0, "linear_layer": 0}
    report = make_report({f"s{k}": weak if k < 8 else {} for k in range(16)})
    assert item_of(report, "neuron").separation == pytest.approx(1)
    turned = {"neuron": 0}
    report = make_report({f"s{k}": {**weak, "neuron": 1} if k < 8 else turned for k in range(16)})
    assert item_of(report, "neuron").separation == pytest.approx(-1)


def test_nothing_is_said_of_few_or_of_equals(make_report: Callable) -> None:
    few = make_report({f"s{k}": {"neuron": k % 2} for k in range(FEWEST - 1)})
    alike = make_report({f"s{k:02}": {"sigmoid": k % 3} for k in range(FEWEST)})
    assert item_of(few, "neuron").separation is None
    assert item_of(alike, "neuron").separation is None


def test_first_comes_where_those_who_tried_lost_most(make_report: Callable) -> None:
    """Does an exercise that nobody began come after one that some got wrong?"""
    report = make_report({f"s{k}": {"neuron": int(k > 0), "sigmoid": 0} for k in range(4)})

    def not_begun(student: Student) -> Student:
        handed = student.lessons[1]
        marks = tuple(
            replace(m, status="not attempted") if m.name == "sigmoid" else m
            for m in handed.mark.exercises
        )
        return replace(
            student, lessons={1: replace(handed, mark=replace(handed.mark, exercises=marks))}
        )

    found = items(replace(report, students=tuple(map(not_begun, report.students))))
    assert [item.exercise.name for item in found[:2]] == ["neuron", "sigmoid"]
    assert found[0].lost == 1
    assert found[1].counts == {"open": 4}
