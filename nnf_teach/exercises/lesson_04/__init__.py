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

from nnf_teach.exercises.lesson_04.approximation import APPROXIMATE, BUMPS_NEEDED
from nnf_teach.exercises.lesson_04.bumps import BUMP, STEP
from nnf_teach.exercises.lesson_04.folding import MONTUFAR, SAWTOOTH, TENT
from nnf_teach.exercises.lesson_04.pieces import COUNT_LINEAR_PIECES
from nnf_teach.exercises.lesson_04.questions import PREDICTIONS
from nnf_teach.exercises.lesson_04.relus import DEAD_UNITS, RELU

__all__ = ["EXERCISES", "PREDICTIONS", "TITLE"]

TITLE = "Universal approximation and depth"

EXERCISES = (
    STEP,
    BUMP,
    APPROXIMATE,
    BUMPS_NEEDED,
    RELU,
    DEAD_UNITS,
    TENT,
    SAWTOOTH,
    COUNT_LINEAR_PIECES,
    MONTUFAR,
)
