"""Does what has a meaning look alike in all widgets?"""

import functools
import json
import re

import numpy as np
import pytest

from nnf_teach import looks, widgets
from nnf_teach.modules.training_record import TrainingRecord
from nnf_teach.widgets.scene import Arrow, Bars, Line, Points, Scene
from nnf_teach.widgets.shell import STATIC
from nnf_teach.widgets.training_curves import training_scene

SLOW = {"double_descent"}  # see tests/widgets/test_double_descent.py
SHOWN = [n for n in widgets.__all__ if hasattr(getattr(widgets, n), "scene") and n not in SLOW]


@functools.cache
def scene_of(name: str) -> Scene:
    return getattr(widgets, name).scene()


def watched() -> Scene:
    record = TrainingRecord(every=1, validation=lambda params: 1.0)
    for loss in (2.0, 1.0):
        record.take((loss, [np.ones(2)], [np.ones(2)]))
    return training_scene(record)


def wrong(scene: Scene) -> list[str]:
    """Return the labels of what is drawn in another colour than its meaning has."""
    found = []
    for panel in scene.panels:
        for mark in panel.marks:
            if isinstance(mark, Arrow | Bars | Line | Points):
                meaning = looks.meaning_of(mark.label)
                # the text's colour has no meaning: it is seen on every surface
                if meaning and mark.color not in (meaning.color, looks.INK):
                    found.append(f"{panel.title}: {mark.label}")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", SHOWN)
def test_a_label_with_a_meaning_has_its_colour(name):
    assert wrong(scene_of(name)) == []


def test_the_monitor_too():
    assert wrong(watched()) == []


@pytest.mark.slow
def test_many_widgets_have_such_labels():
    scenes = [watched(), *map(scene_of, SHOWN)]
    labels = {m.label for s in scenes for p in s.panels for m in p.marks if hasattr(m, "label")}
    found = {looks.meaning_of(label) for label in labels} - {None}
    assert {*looks.OPTIMIZERS.values(), *looks.EXPERTS[:3]} <= found
    assert sum(looks.meaning_of(label) is not None for label in labels) > 25


def test_the_first_meaning_that_is_found_holds():
    assert looks.meaning_of("test error, ridge λ = 0.1") is looks.RIDGE
    assert looks.meaning_of("test error, no ridge") is looks.TEST
    assert looks.meaning_of("class 10") is None
    assert looks.meaning_of("the truth, sin(2πx)") is None


def test_groups_are_told_apart_without_colour():
    for group in (looks.EXPERTS, looks.DIMENSIONS, tuple(looks.OPTIMIZERS.values())):
        assert len({look.color for look in group}) == len(group)
        assert len({(look.stroke, look.symbol) for look in group}) == len(group)


def brightness(color: str) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_colours_are_those_of_the_browser_and_bright_on_a_dark_page():
    """A line is thinner than a letter: it needs more than the 4.5 to 1 of words."""
    palette = (STATIC / "palette.js").read_text(encoding="utf-8")
    for name, ours in (("SERIES", looks.SERIES[:6]), ("SERIES_ON_DARK", looks.SERIES_ON_DARK)):
        (theirs,) = re.findall(rf"const {name} = (\[.*?\]);", palette)
        assert json.loads(theirs) == list(ours)
    dark = brightness("#111111") + 0.05
    assert min((brightness(c) + 0.05) / dark for c in looks.SERIES_ON_DARK) > 5.5


@pytest.mark.parametrize("name", SHOWN)
def test_lines_that_a_legend_names_can_be_seen(name: str) -> None:
    marks = [mark for panel in scene_of(name).panels for mark in panel.marks]
    named = [m for m in marks if isinstance(m, Line) and m.label and m.color != looks.INK]
    assert [mark.label for mark in named if mark.width < 1.5] == []
