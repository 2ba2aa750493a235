"""Lesson 03, XOR: what a line cannot do, and a hidden layer can.

Slides: "... and limitations", "Two layer neural networks", "1-hidden layer network vs XOR".
"""

from __future__ import annotations

from nnf_teach.exercises.lesson_03.hidden_layer import hidden_layer, xor_output_weights
from nnf_teach.exercises.lesson_03.line import best_line_for_xor
from nnf_teach.exercises.lesson_03.mlp import mlp_forward, solve_xor_by_hand
from nnf_teach.exercises.lesson_03.questions import PREDICTIONS
from nnf_teach.exercises.lesson_03.train_xor import train_xor

__all__ = ["EXERCISES", "PREDICTIONS", "TITLE"]

TITLE = "XOR"
EXERCISES = (
    best_line_for_xor.exercise,
    hidden_layer.exercise,
    xor_output_weights.exercise,
    mlp_forward.exercise,
    solve_xor_by_hand.exercise,
    train_xor.exercise,
)
