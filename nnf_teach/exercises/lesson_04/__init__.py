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

from nnf_teach.exercises.form import gather
from nnf_teach.exercises.lesson_04 import approximation, bumps, folding, pieces, questions, relus

TITLE = "Universal approximation and depth"
EXERCISES = gather(bumps, approximation, relus, folding.tent, folding.sawtooth, pieces, folding)
PREDICTIONS = questions.PREDICTIONS
