"""Does the self-check prove an assignment, and notice when one does not hold?"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from nnf_teach.cli import main
from nnf_teach.grading import self_check as module
from nnf_teach.grading.self_check import mistaken_notebook, self_check


@pytest.mark.usefixtures("sandbox_works")
def test_the_first_lesson(capsys: pytest.CaptureFixture[str]) -> None:
    """Does lesson 01 hold: its solution, the untouched notebook, each of its misconceptions?"""
    assert main(["grade", "--self-check", "--lesson", "1", "--jobs", "2"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    lines = said.out.splitlines()
    assert "solutions/01_neuron.ipynb: as it must be" in lines
    assert "course/01_neuron.ipynb: as it must be" in lines
    assert sum("mistakes" in line for line in lines) == 9
    assert lines[-1] == "All is well."


def marks_by(change: Callable[[dict], None], make_mark: Callable) -> Callable:
    """Stand in for the processes: what a perfect grader says, but for a change."""

    def run(tasks, jobs, done, tick) -> None:
        for task in tasks:
            mark = make_mark(task.student, task.lesson)
            for found in mark["exercises"]:
                if task.student.startswith("course/"):
                    found |= {"points": 0, "status": "not attempted"}
                elif "mistakes" in task.student:
                    k = int(task.student.rpartition(" ")[2]) - 1
                    mistakes = module.all_exercises()[found["name"]].misconceptions
                    found |= {"points": 0, "status": "wrong"}
                    if k < len(mistakes):
                        found["misconception"] = mistakes[k].name
            change(mark)
            done(task, {"mark": mark, "features": {}})

    return run


def first(mark: dict, name: str = "neuron") -> dict:
    return next(found for found in mark["exercises"] if found["name"] == name)


def lose_a_point(mark: dict) -> None:
    if mark["student"].startswith("solutions/"):
        first(mark)["points"] = 0


def give_a_point(mark: dict) -> None:
    if mark["student"].startswith("course/"):
        first(mark)["points"] = 1


def leave_a_stub_wrong(mark: dict) -> None:
    if mark["student"].startswith("course/"):
        first(mark)["status"] = "wrong"


def name_nothing(mark: dict) -> None:
    if "mistakes 2" in mark["student"]:
        first(mark)["misconception"] = None


def pay_for_a_mistake(mark: dict) -> None:
    if "mistakes 2" in mark["student"]:
        first(mark)["points"] = 1


def pay_for_nothing(mark: dict) -> None:
    if "mistakes 9" in mark["student"]:  # neuron has eight
        first(mark)["points"] = 1


def die(mark: dict) -> None:
    if mark["student"].startswith("course/"):
        mark["status"] = "died"


def leave_one_out(mark: dict) -> None:
    if mark["student"].startswith("course/"):
        mark["exercises"] = mark["exercises"][1:]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lose_a_point, "solutions/01_neuron.ipynb: neuron: 0 of 1"),
        (give_a_point, "course/01_neuron.ipynb: neuron: 1 of 1"),
        (leave_a_stub_wrong, "course/01_neuron.ipynb: neuron: 0 of 1, wrong"),
        (name_nothing, "is not named"),
        (pay_for_a_mistake, "gets 1 of 1"),
        (pay_for_nothing, "1 of 1 without an answer"),
        (die, "course/01_neuron.ipynb: died"),
        (leave_one_out, "without a mark: neuron"),
    ],
)
def test_what_does_not_hold_is_found(
    change: Callable, sentence: str, make_mark: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "run_processes", marks_by(change, make_mark))
    (problem,) = self_check([1], jobs=1)
    assert sentence in problem


def test_a_perfect_grader_has_no_problems(
    make_mark: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "run_processes", marks_by(lambda mark: None, make_mark))
    assert self_check([1, 2], jobs=1) == []


def test_a_lesson_without_its_notebook(
    make_mark: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "run_processes", marks_by(lambda mark: None, make_mark))
    monkeypatch.setattr(module, "checkout", lambda: tmp_path)
    assert self_check([1], jobs=1) == ["lesson 01: there is no 01_neuron.ipynb"]


def test_a_carried_mistake_is_the_mistake() -> None:
    """Does a notebook of mistakes, run here, hold the very function?"""
    exercise = module.all_exercises()["neuron"]
    mistake = replace(exercise.misconceptions[0])
    text = mistaken_notebook({"neuron": mistake}).decode()
    assert f'm.name == \\"{mistake.name}\\"' in text
