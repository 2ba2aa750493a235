"""The place of a slip in a training loop: one change after which every step goes down.

What is right is not known of a single step. But a step downhill lowers the loss, a little of it as
well as the whole, and that of each weight does alone. So the changes of the lines that give the
weights new values are tried on a run of a few steps, from the same start.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nnf_teach.checking.budget import Budget
from nnf_teach.checking.expressions import Rank
from nnf_teach.checking.result import Place
from nnf_teach.checking.training import Finding
from nnf_teach.checking.watch import Course, Loop, arrays, leaves, loops_of, watch_loops
from nnf_teach.checking.workshop import Found, Workshop

SECONDS = 1.0  # beside a run of several
SOME = 300  # examples for a short run
FEW, MORE = 5, 32  # rounds on which a change is tried, and on which it is proved
NUMBERS, NEAR = 12, 1e-4  # of a step, the largest; how far the loss beside them is looked at
ALONG = 0.7  # the cosine of the angle to the steepest way down, at least
RANKS: tuple[Rank, ...] = ("removal", "exchange", "insertion")
KINDS = ("the operation", "a sign", "= or +=", "a line", "the order", "the indentation", "the name")


def place_in_loop(function: Callable[..., Any], args: Sequence[Any], seen: Finding) -> Place | None:
    """Return the place of the one change after which a run that goes wrong goes down.

    `seen` is what is known of the run. None, where changes of several lines would do.
    """
    shop, loops, course = Workshop.of(function), list(loops_of(function)), seen.course
    if shop is None or course is None:
        return None
    budget, lines = Budget(SECONDS), _lines_of_steps(shop, course)
    seen, good = replace(seen, args=_some(seen.args)), _good_parts(seen)
    for rank in RANKS:
        numbers = [
            number
            for number, edit in enumerate(shop.edits)
            if edit.rank == rank and edit.kind in KINDS and shop.changes[number].line in lines
        ]
        found = []
        for number in sorted(numbers, key=lambda number: KINDS.index(shop.edits[number].kind)):
            if budget.over:
                return None
            now = _run(shop, number, loops, seen, FEW)
            if now is not None and _goes_down(replace(seen, course=now), good):
                found.append(number)
        if found:
            return _proved(shop, found, loops, seen)
    return None


def _some(args: Sequence[Any]) -> tuple[Any, ...]:
    rows = max((len(a) for a in args if isinstance(a, np.ndarray)), default=0)
    return tuple(a[:SOME] if isinstance(a, np.ndarray) and len(a) == rows else a for a in args)


def _lines_of_steps(shop: Workshop, course: Course) -> set[int]:
    """Return the lines of the loop that give new values to what is returned."""
    names = {re.split(r"\W", part)[0] for part in course.parts} | {"params"}
    trees = [node for tree in shop.source.functions.values() for node in ast.walk(tree)]
    loops = [n for n in trees if isinstance(n, ast.For | ast.While)]
    inside = [n for loop in loops if loop.lineno == course.line[0] for n in ast.walk(loop)]
    found: set[int] = set()
    for node in inside:
        if isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            parts = [part for target in targets for part in ast.walk(target)]
            if names & {part.id for part in parts if isinstance(part, ast.Name)}:
                found |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return found


def _run(
    shop: Workshop, number: int, loops: Sequence[Loop], seen: Finding, rounds: int
) -> Course | None:
    """Return the course of a changed function for a few rounds."""
    changed = shop.made([number], SECONDS)
    own = [
        replace(loop, code=code)
        for loop in loops
        if (code := _code(shop, changed, loop)) is not None
    ]
    return watch_loops(own, changed, seen.args, lambda found: seen.loss(found), rounds)


def _code(shop: Workshop, changed: Callable[..., Any], loop: Loop) -> Any:
    name = loop.code.co_name
    function = changed if name == shop.source.name else shop.source.space.get(name)
    return getattr(function, "__code__", None)


def _goes_down(run: Finding, good: Collection[int]) -> bool:
    """Whether each part goes down in the steps that were seen.

    That of those parts which did so unchanged (`good`) is enough; others go as steep as they can.
    """
    if not run.steps or not run.losses[-1] < run.losses[0]:
        return False
    parts = range(len(leaves(run.steps[0][0])))
    slopes = [
        {run.slope(step, part) if part in good else _slope(run, step, part) for step in run.steps}
        for part in parts
    ]
    return all(-1 in found and 1 not in found for found in slopes)


def _good_parts(run: Finding) -> set[int]:
    parts = range(len(leaves(run.states[0])))
    slopes = {part: {run.slope(step, part) for step in run.steps} for part in parts}
    return {part for part, found in slopes.items() if found == {-1}}


def _slope(run: Finding, step: tuple[Any, Any], part: int) -> int:
    """Return the slope of a part's step; 1 as well where it does not go where it is steepest."""
    start, end = (leaves(answer)[part] for answer in step)
    if start.shape != end.shape or (found := run.slope(step, part)) == 1:
        return 1
    if found == 0:
        return 0
    way = np.ravel(end - start)
    largest = np.argsort(-np.abs(way))[:NUMBERS]
    slopes = np.array([_partial(run, step[0], part, int(k)) for k in largest])
    sizes = np.linalg.norm(slopes) * np.linalg.norm(way[largest])
    return -1 if -(slopes @ way[largest]) > ALONG * sizes else 1


def _partial(run: Finding, answer: Any, part: int, k: int) -> float:
    """Return the slope of the loss along one number of a part."""

    def loss(by: float) -> float:
        other = arrays(answer)
        leaves(other)[part].flat[k] += by
        return run.loss(other)

    return loss(NEAR) - loss(-NEAR)


def _proved(
    shop: Workshop, found: Sequence[int], loops: Sequence[Loop], seen: Finding
) -> Place | None:
    place = shop.place([Found(number, "the loss") for number in found])
    now = _run(shop, found[0], loops, seen, MORE)
    if place is None or now is None or not now.losses[-1] < 0.98 * now.losses[0]:
        return None
    down = f"from {now.losses[0]:.3g} to {now.losses[-1]:.3g} in {now.rounds[-1]} rounds"
    told = place.question.replace("Without it the loss comes out right.", "")
    asked = f"{told.strip()} With one change there it goes down: {down}."
    return replace(place, question=asked)
