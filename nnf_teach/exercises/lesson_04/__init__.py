"""Lesson 04, Universal approximation and depth: bumps, ReLUs, folds, linear pieces.

Slides: "Universal Approximation Theorem" and its intuition, "Rectified Linear Unit (ReLU)",
"Depth", "Neural networks as computational graphs".

bumps               a step, and a bump of two steps
approximation       any function out of bumps, and how many it takes
relus               the ReLU, and units that died
folding             tents, sawteeth, and Montufar's bound
pieces              linear pieces, counted
questions           what is predicted before the reveal
"""

from nnf_teach.exercises.lesson_04.approximation import approximate, bumps_needed
from nnf_teach.exercises.lesson_04.bumps import bump, step
from nnf_teach.exercises.lesson_04.folding import montufar_lower_bound, sawtooth, tent
from nnf_teach.exercises.lesson_04.pieces import count_linear_pieces
from nnf_teach.exercises.lesson_04.questions import PREDICTIONS
from nnf_teach.exercises.lesson_04.relus import dead_units, relu

__all__ = ["EXERCISES", "PREDICTIONS", "TITLE"]

TITLE = "Universal approximation and depth"

EXERCISES = (
    step.exercise,
    bump.exercise,
    approximate.exercise,
    bumps_needed.exercise,
    relu.exercise,
    dead_units.exercise,
    tent.exercise,
    sawtooth.exercise,
    count_linear_pieces.exercise,
    montufar_lower_bound.exercise,
)
