"""Answers as learners write them: the wrong ones are rejected, the right ones accepted."""

import runpy
from pathlib import Path

import pytest

from nnf_teach.exercises import all_exercises

from ..verdict import passes

EXERCISES = all_exercises()
TRAINING = {
    "train_digit_classifier", "train_xor", "train_digit_mlp", "train_mixture", "width_for_error",
}  # fmt: skip


def answers(pattern):
    found = []
    for file in sorted(Path(__file__).parent.glob(pattern)):
        for name, value in runpy.run_path(str(file)).items():
            exercise = name.partition("__")[0]
            if exercise in EXERCISES and "__" in name:
                slow = [pytest.mark.slow] if exercise in TRAINING else []
                found.append(pytest.param(exercise, value, id=name, marks=slow))
    return found


@pytest.mark.parametrize(("exercise", "answer"), answers("lesson_*.py"))
def test_a_wrong_answer_is_rejected(exercise, answer):
    assert not passes(EXERCISES[exercise], answer)


@pytest.mark.parametrize(("exercise", "answer"), answers("right.py"))
def test_a_right_answer_is_accepted(exercise, answer):
    assert passes(EXERCISES[exercise], answer)
