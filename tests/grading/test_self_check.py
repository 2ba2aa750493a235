"""Does the self-check prove an assignment, and notice when one does not hold?"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from nnf_teach.cli import main
from nnf_teach.exercises import all_exercises
from nnf_teach.grading import self_check as module
from nnf_teach.grading.mark import ExerciseMark, Mark, Result
from nnf_teach.grading.self_check import mistaken_notebook, self_check


@pytest.mark.usefixtures("sandbox_works")
def test_the_first_lesson(capsys: pytest.CaptureFixture[str]) -> None:
    """Does lesson 01 hold: its solution, the untouched notebook, each of its misconceptions?"""
    assert main(["grade", "--self-check", "--lesson", "1", "--jobs", "2", "--seed", "5"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    lines = said.out.splitlines()
    assert "seed 5" in lines[0]
    assert "solutions/01_neuron.ipynb: as it must be" in lines
    assert "course/01_neuron.ipynb: as it must be" in lines
    most = max(len(e.misconceptions) for e in all_exercises().values() if e.lesson == 1)
    assert sum("mistakes" in line for line in lines) == most
    assert lines[-1] == "All is well."


def marks_by(change: Callable[[Mark], Mark], make_mark: Callable) -> Callable:
    """Stand in for the processes: what a perfect grader says, but for a change."""

    def answered(student: str, found: ExerciseMark) -> ExerciseMark:
        if student.startswith("course/"):
            return replace(found, points=0, status="not attempted")
        if "mistakes" not in student:
            return found
        k = int(student.rpartition(" ")[2]) - 1
        mistakes = module.all_exercises()[found.name].misconceptions
        name = mistakes[k].name if k < len(mistakes) else None
        return replace(found, points=0, status="wrong", misconception=name)

    def run(tasks, jobs, done, tick) -> None:
        for task in tasks:
            mark = make_mark(task.student, task.lesson)
            exercises = tuple(answered(task.student, found) for found in mark.exercises)
            done(task, Result(change(replace(mark, exercises=exercises))))

    return run


MISTAKES = len(all_exercises()["neuron"].misconceptions)  # other exercises have more


def nothing(mark: Mark) -> Mark:
    return mark


def neuron_in(whose: str, **changed: object) -> Callable[[Mark], Mark]:
    """Change what became of the first exercise, in marks of this name."""

    def change(mark: Mark) -> Mark:
        if whose not in mark.student:
            return mark
        first, *others = mark.exercises
        assert first.name == "neuron"
        return replace(mark, exercises=(replace(first, **changed), *others))

    return change


def die(mark: Mark) -> Mark:
    return replace(mark, status="died") if mark.student.startswith("course/") else mark


def leave_one_out(mark: Mark) -> Mark:
    left = mark.exercises[1:] if mark.student.startswith("course/") else mark.exercises
    return replace(mark, exercises=left)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (neuron_in("solutions/", points=0), "solutions/01_neuron.ipynb: neuron: 0 of 1"),
        (neuron_in("course/", points=1), "course/01_neuron.ipynb: neuron: 1 of 1"),
        (neuron_in("course/", status="wrong"), "course/01_neuron.ipynb: neuron: 0 of 1, wrong"),
        (neuron_in("mistakes 2", misconception=None), "is not named"),
        (neuron_in("mistakes 2", points=1), "gets 1 of 1"),
        (neuron_in(f"mistakes {MISTAKES + 1}", points=1), "1 of 1 without an answer"),
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
    monkeypatch.setattr(module, "run_processes", marks_by(nothing, make_mark))
    assert self_check([1, 2], jobs=1) == []


def test_each_self_check_draws_other_inputs_and_says_from_which_seed(
    make_mark: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds, said = [], []

    def run(tasks, jobs, done, tick) -> None:
        seeds.append({task.seed for task in tasks})

    monkeypatch.setattr(module, "run_processes", run)
    for seed in (None, None, 7):
        self_check([1], jobs=1, say=said.append, seed=seed)
    (one,), (other,), (chosen,) = seeds
    assert one != other
    assert chosen == 7
    assert [f"seed {n};" in line for n, line in zip((one, other, 7), said, strict=True)] == [
        True
    ] * 3


def test_a_lesson_without_its_notebook(
    make_mark: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "run_processes", marks_by(nothing, make_mark))
    monkeypatch.setattr(module, "checkout", lambda: tmp_path)
    assert self_check([1], jobs=1) == ["lesson 01: there is no 01_neuron.ipynb"]


def test_a_carried_mistake_is_the_mistake() -> None:
    """Does a notebook of mistakes, run here, hold the very function?"""
    exercise = module.all_exercises()["neuron"]
    mistake = replace(exercise.misconceptions[0])
    text = mistaken_notebook({"neuron": mistake}).decode()
    assert f'm.name == \\"{mistake.name}\\"' in text
