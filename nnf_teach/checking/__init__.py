"""Checks, hints, solutions, predictions and progress: what the learner meets in the notebooks."""

from __future__ import annotations

from nnf_teach.checking.carry import load_progress, save_progress
from nnf_teach.checking.certificate import certificate
from nnf_teach.checking.engine import check
from nnf_teach.checking.hints import hint
from nnf_teach.checking.ours import or_ours
from nnf_teach.checking.predictions import predict
from nnf_teach.checking.report import progress
from nnf_teach.checking.result import CheckResult
from nnf_teach.checking.solutions import solution

__all__ = [
    "CheckResult",
    "certificate",
    "check",
    "hint",
    "load_progress",
    "or_ours",
    "predict",
    "progress",
    "save_progress",
    "solution",
]
