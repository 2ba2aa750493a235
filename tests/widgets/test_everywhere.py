"""What must hold in every state of every widget, as far as its scenes show it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from nnf_teach import widgets
from nnf_teach.widgets.scene import Button, Line, Panel, Scene, Text
from nnf_teach.widgets.text_twin import describe

from .walk import DECLARED, change, moves, walked

MARKDOWN = re.compile(r"`|\$|\*\*|__|(?<!\S)\*\S|\S\*(?!\S)|\]\(")
HYPHEN = re.compile(r"(?<![\w)\]])-(?=[\d.(]|\w\b)| - ")  # in place of a minus
EXPONENT = re.compile(r"\de[-+−]?\d")
ROUNDED_SUM = re.compile(r"\d\.\d+·\S+ \+ [^=]*= ")  # of products of rounded numbers
SHORT = 0.03  # of a panel's side: a shorter piece of a dashed line shows no dash
AS_WIDE = 1.6  # a line that is so many times as wide as another of its stroke is told apart

each_widget = pytest.mark.parametrize("name", DECLARED)
SLOW = {"double_descent", "mlp_against_product", "overfitting", "initialisation"}  # to draw
BROWSER = Path(__file__).parents[1] / "browser"


def words(scene: Scene) -> Iterator[str]:
    yield from (scene.title, scene.caption)
    yield scene.goal.text if scene.goal else ""
    yield from (control.label for control in scene.controls)
    for panel in scene.panels:
        yield from (panel.title, panel.x.label, panel.y.label)
        yield from (*(panel.x.tick_labels or ()), *(panel.y.tick_labels or ()))
        yield from (mark.text if isinstance(mark, Text) else mark.label for mark in panel.marks)
        yield from (handle.label for handle in panel.handles)


def alike(panel: Panel) -> list[tuple[str, str]]:
    """Return the names of lines of which only the colour tells one from the other."""
    lines = {
        mark.label: mark
        for mark in panel.marks
        if isinstance(mark, Line) and mark.label and len(mark.x)
    }
    return [
        (a.label, b.label)
        for a, b in combinations(lines.values(), 2)
        if a.stroke == b.stroke and max(a.width, b.width) < AS_WIDE * min(a.width, b.width)
    ]


@pytest.mark.slow
@each_widget
def test_no_words_are_raw_markdown(name: str) -> None:
    found = {w for *_, scene in walked(name) for w in words(scene) if MARKDOWN.search(w)}
    assert found == set()


@pytest.mark.slow
@each_widget
def test_numbers_are_written_as_on_the_axes(name: str) -> None:
    """With a true minus and powers of ten; and a sum of rounded numbers is about its value."""
    wrong = HYPHEN, EXPONENT, ROUNDED_SUM
    found = {w for *_, scene in walked(name) for w in words(scene) for r in wrong if r.search(w)}
    assert found == set()
    *_, scene = next(iter(walked(name)))
    twin = describe(scene)
    assert [found.group() for pattern in wrong for found in pattern.finditer(twin)] == []


def choppy(panel: Panel) -> list[str]:
    """Return the names of dashed and dotted lines that look solid: in pieces too short for it."""
    side = np.array([panel.x.high - panel.x.low, panel.y.high - panel.y.low])
    found = []
    for mark in panel.marks:
        if isinstance(mark, Line) and mark.stroke != "solid" and np.isnan(mark.x).sum() > 4:
            points = np.stack([mark.x, mark.y], axis=-1) / side
            pieces = np.split(points, np.flatnonzero(np.isnan(points[:, 0])))
            lengths = [np.nansum(np.hypot(*np.diff(p, axis=0).T)) for p in pieces if len(p) > 1]
            found += [mark.label] * bool(lengths and np.median(lengths) < SHORT)
    return found


@pytest.mark.slow
@each_widget
def test_a_dashed_line_is_not_cut_into_pieces_shorter_than_its_dashes(name: str) -> None:
    panels = (panel for *_, scene in walked(name) for panel in scene.panels)
    linear = (p for p in panels if p.x.scale == p.y.scale == "linear")
    assert {label for panel in linear for label in choppy(panel)} == set()


@pytest.mark.slow
@each_widget
def test_lines_are_told_apart_without_colour(name: str) -> None:
    found = {pair for *_, scene in walked(name) for p in scene.panels for pair in alike(p)}
    assert found == set()


@pytest.mark.slow
@each_widget
def test_what_is_moved_back_is_said_as_before(name: str) -> None:
    """No sentence and no title stays when its cause is gone."""
    bound = getattr(widgets, name).bind()
    first = bound.build(bound.initial)
    begin = bound.initial | dict(first.state)
    presses = {control.name for control in first.controls if isinstance(control, Button)}
    said = [first.caption, *(panel.title for panel in first.panels)]
    for move in moves(first):
        if not move.keys() & presses:
            there, _ = change(bound, begin, move)
            _, back = change(bound, there, {part: begin[part] for part in move})
            assert [back.caption, *(panel.title for panel in back.panels)] == said, move


@pytest.mark.parametrize("name", [name for name in widgets.__all__ if name not in SLOW])
def test_a_goal_is_reached_in_the_browser_by_moves_of_a_person(name: str) -> None:
    declared = name in DECLARED
    if name == "playground" or (declared and getattr(widgets, name).scene().goal):
        tests = "".join(path.read_text(encoding="utf-8") for path in BROWSER.glob("test_*.py"))
        assert f"def test_the_goal_of_{name}_is_reached_by_" in tests
