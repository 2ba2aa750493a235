"""Lesson 07, Practical issues: what overfits, what helps, and how a broken training is found.

Slides: "Overfitting and regularisation" (three of them), "Diagnosing and debugging".

beginnings          weights to start from, and a layer that guards its shapes
regularisation      penalties, dropout, early stopping
normalisation       layer norm and batch norm
interpolation       least squares on both sides of the interpolation threshold
diagnose            which illness a recorded run has
clinic              six broken scripts, and their repairs
questions           what is predicted before the reveal
"""

from __future__ import annotations

import importlib
import importlib.util

from nnf_teach.exercises.exercise import Exercise, Prediction

__all__ = ["EXERCISES", "PREDICTIONS", "TITLE"]

TITLE = "Practical issues: overfitting and debugging"

_PARTS = (
    "beginnings",
    "regularisation",
    "normalisation",
    "diagnose",
    "clinic",
    "interpolation",
    "questions",
)
_found = [
    importlib.import_module(f"{__name__}.{part}")
    for part in _PARTS
    if importlib.util.find_spec(f"{__name__}.{part}") is not None
]

EXERCISES: tuple[Exercise, ...] = tuple(
    exercise for part in _found for exercise in getattr(part, "EXERCISES", ())
)
PREDICTIONS: tuple[Prediction, ...] = tuple(
    prediction for part in _found for prediction in getattr(part, "PREDICTIONS", ())
)
