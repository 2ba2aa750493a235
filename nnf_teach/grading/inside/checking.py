"""The stand-in for `nnf_teach.checking`: checks do nothing, the grader has its own."""

from collections.abc import Callable
from typing import Any

from nnf_teach.grading.inside.inert import Inert

certificate = check = hint = predict = progress = solution = Inert()
CheckResult = Inert


def or_ours(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, right or not."""
    return function
