"""What one line can do about XOR. Slide "... and limitations"."""

from __future__ import annotations

from typing import Any

from nnf_teach.exercises.exercise import Reached
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.readers import CORNERS, about_corners, fires

XOR = {corner: corner[0] != corner[1] for corner in CORNERS}


def corners_right(answer: Any) -> Reached:
    found = fires(answer)
    right = sum(found[corner] == XOR[corner] for corner in CORNERS)
    words = ", ".join(f"{c} {'fires' if found[c] else 'silent'}" for c in CORNERS)
    return Reached(f"{words}: corners right", right, 3, shown=".0f")


def which_corners(answer: Any) -> str:
    return f"{about_corners(answer, XOR)} At one corner a line must be wrong, not at more."


@exercise(lesson=3, points=1, score=corners_right, tell=which_corners)
def best_line_for_xor():
    return [1.0, 1.0], -0.5


@best_line_for_xor.mistake(recognise=lambda answer: corners_right(answer).value == 1)
def one_corner_right():
    """Only one corner is right: that is the worst a line can do.
    What do you get when you turn all signs?"""
    return [-1, -1], 0.5


best_line_for_xor.hints(
    "Compare the table of XOR with those of AND, OR and NAND in lesson 1.",
    "OR differs from XOR at one corner only. So does NAND.",
    "Return the (w, b) of your or_gate of lesson 1: weights of 1, a bias between -1 and 0.",
    remark="Three is the best: the four inequalities for all corners contradict each other.",
)
