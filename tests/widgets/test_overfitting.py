import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from nnf_teach.experiments.small_fits import (
    EARLY,
    FRAMES,
    METHODS,
    NONE,
    STEPS,
    TRAINED,
    Setting,
    Training,
    outputs,
)
from nnf_teach.widgets import overfitting
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.overfitting import GRID
from nnf_teach.widgets.overfitting import _compare as compare
from nnf_teach.widgets.scene import Bars, Line, Points, Slider, Text
from nnf_teach.widgets.text_twin import describe

STRENGTHS = {
    "L2 penalty": "l2",
    "L1 penalty": "l1",
    "dropout": "drop",
    "noise on the data": "jitter",
}
scene_of = overfitting.bind().scene  # remembers its trainings


def mark(scene, panel, kind, label):
    (found,) = [
        m for m in scene.panels[panel].marks if isinstance(m, kind) and m.label.startswith(label)
    ]
    return found


def test_early_stopping_keeps_the_lowest_validation_error():
    scene = scene_of(method=EARLY)
    training = Training(Setting(64, 20, 0.5, 0, 0.001, 0.0032, 0.2, 0.1))
    held = [training.at(k).held[0] for k in range(FRAMES + 1)]
    best = int(np.argmin(held))
    assert mark(scene, 1, Points, f"kept: step {STEPS * best}").x.tolist() == [STEPS * best]
    fit = mark(scene, 0, Line, "fit, early stopping").y
    np.testing.assert_allclose(fit, outputs(GRID, training.frames[best].weights)[0], atol=1e-5)
    assert f"(kept from step {STEPS * best}," in scene.caption


@pytest.mark.parametrize("method", METHODS)
def test_what_is_drawn_is_what_was_trained(method):
    scene = scene_of(method=method, frame=12)
    training = Training(Setting(64, 20, 0.5, 0, 0.001, 0.0032, 0.2, 0.1))
    training.at(12)
    network = 0 if method == EARLY else TRAINED.index(method)
    tests = [one.test[network] for one in training.frames]
    np.testing.assert_allclose(mark(scene, 1, Line, "test error").y if method == NONE else [
        m for m in scene.panels[1].marks if isinstance(m, Line) and m.label == "test error"
    ][0].y, tests, rtol=1e-5)  # fmt: skip
    bars = mark(scene, 2, Bars, "chosen")
    assert bars.x.tolist() == [METHODS.index(method)]
    written = [float(m.text) for m in scene.panels[2].marks if isinstance(m, Text)]
    assert written[METHODS.index(method)] == pytest.approx(bars.heights[0], abs=0.006)
    strengths = {c.name for c in scene.controls if isinstance(c, Slider)} & {*STRENGTHS.values()}
    assert strengths == ({STRENGTHS[method]} if method in STRENGTHS else set())
    assert (f"With {method}: test error" in scene.caption) == (method != NONE)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "It overfits: it has learnt the noise"),
        ({"units": 2, "examples": 5, "noise": 0.1, "frame": 24}, "far better on its own examples"),
        ({"units": 1}, "1 hidden unit (4 parameters)"),
        ({"units": 1}, "It underfits"),
        ({"noise": 0.0, "examples": 60}, "little overfitting"),
        ({"frame": 0}, "Nothing is learnt yet."),
    ],
)
def test_the_caption_judges(changes, words):
    assert words in scene_of(**changes).caption


def test_every_state_is_drawn():
    for units, examples, noise, frame in itertools.product(
        (0, 1, 64), (4, 60), (0.0, 1.0), (-1, 3)
    ):
        state = {"units": units, "examples": examples, "noise": noise, "frame": frame}
        for method in METHODS:
            scene = scene_of(**state, method=method, drop=0.8, l1=0.1, l2=0.1)
            to_message(scene)
            assert "nan" not in describe(scene)


def test_the_widget_stands_on_a_stage():
    stage = overfitting()
    assert stage.state == overfitting.initial
    change = {"units": 8, "method": "dropout", "frame": 4}
    stage._receive(stage, {"state": change, "seq": 1, "view": "v"})
    stage._receive(stage, {"state": {"drop": 0.5, "draw": 1}, "seq": 2, "view": "v"})
    assert stage.state == overfitting.initial | change | {"drop": 0.5, "draw": 1}
    assert stage.error == ""
    assert "With dropout" in stage.scene.caption


def test_one_fit_that_has_run_away_does_not_flatten_the_others():
    """With four examples a network may be off by 10^9 between them."""
    setting = SimpleNamespace(noise=0.5)
    errors = dict(zip(METHODS, (0.5, 0.4, 3e9, 0.3, float("nan"), 0.2), strict=True))
    fits = {name: SimpleNamespace(test=error) for name, error in errors.items()}
    panel = compare(SimpleNamespace(setting=setting), fits, NONE, FRAMES)
    assert panel.y.high == 10
    heights = np.concatenate([mark.heights for mark in panel.marks if isinstance(mark, Bars)])
    np.testing.assert_allclose(sorted(heights), [0.2, 0.3, 0.4, 0.5, 10, 10])
    words = [mark.text for mark in panel.marks if isinstance(mark, Text)]
    assert words == ["0.50", "0.40", "3e9", "0.30", "nan", "0.20"]
    assert max(mark.y for mark in panel.marks if isinstance(mark, Text)) < 10, "inside the panel"
