import itertools
import re
import time

import numpy as np
import pytest

from nnf_teach.experiments.propagate import digits, first_params, he, propagate
from nnf_teach.widgets import initialisation
from nnf_teach.widgets.initialisation import BY_SCALE, HE, LAST, XAVIER
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Line, Player, Points, Slider, Text
from nnf_teach.widgets.text_twin import describe

scene_of = initialisation.bind().scene
FUNCTIONS = ("relu", "tanh", "sigmoid", "linear")


def mark(scene, panel, kind, label):
    (found,) = [
        m for m in scene.panels[panel].marks if isinstance(m, kind) and m.label.startswith(label)
    ]
    return found


@pytest.mark.parametrize(
    ("activation", "rule", "scale", "words"),
    [
        ("relu", HE, 1.0, "Both keep their size within ten times"),
        ("tanh", BY_SCALE, 1.0, "Both keep their size within ten times"),
        ("relu", BY_SCALE, 0.5, "Gradients shrink"),
        ("relu", BY_SCALE, 4.0, "Activations grow"),
        ("sigmoid", BY_SCALE, 1.0, "Gradients shrink"),
        ("tanh", BY_SCALE, 8.0, "% of all activations are saturated"),
    ],
)
def test_what_ten_layers_do_is_said(activation, rule, scale, words):
    assert words in scene_of(activation=activation, rule=rule, scale=scale).caption


def test_the_numbers_by_the_histograms_are_their_spread():
    scene = scene_of(rule=HE)
    X, t = digits()
    through = propagate(X, t, first_params(he), "relu")
    for panel, layers, label in (
        (0, through.activations, "activations"),
        (1, through.gradients, "gradients"),
    ):
        spreads = [float(values.astype(float).std()) for values in layers]
        written = [m.text for m in scene.panels[panel].marks if isinstance(m, Text)]
        assert written == [f"{std:.2g}" for std in spreads]
        np.testing.assert_allclose(mark(scene, 2, Points, label).y, spreads, rtol=1e-5)
        lines = [m for m in scene.panels[panel].marks if isinstance(m, Line)]
        edges = np.linspace(-lines[0].x.max(), lines[0].x.max(), 42)
        for layer, (line, values) in enumerate(zip(lines, layers, strict=True), start=1):
            counts = np.histogram(values[values != 0], edges)[0]
            tallest = line.y[2:-2:2].argmax()
            assert abs(counts[tallest] - counts.max()) <= 3
            assert (line.y.min(), round(float(line.y.max()), 2)) == (layer, layer + 0.85)


@pytest.mark.slow
def test_good_starts_learn():
    losses = {}
    for scale in (0.3, 1.41):
        scene = scene_of(scale=scale, step=LAST)
        losses[scale] = float(scene.caption.split(" to ")[-1].split(" ")[0])
    assert losses[0.3] > 2.2
    assert losses[1.41] < 1.5


def test_numbers_that_are_lost_are_drawn_and_said():
    for step in (0, 10, LAST):
        scene = scene_of(scale=10.0, step=step)
        to_message(scene)
        describe(scene)
    assert "nan: it is lost" in scene.caption
    assert "Numbers have left the range of float32" in scene.caption


def test_every_state_is_drawn_and_quickly():
    times = []
    for activation, rule, scale, step in itertools.product(
        FUNCTIONS, (BY_SCALE, HE, XAVIER), (0.1, 10.0), (-1, 0, 3)
    ):
        start = time.process_time()
        scene = scene_of(activation=activation, rule=rule, scale=scale, step=step)
        to_message(scene)
        times.append(time.process_time() - start)
        sliders = [c for c in scene.controls if isinstance(c, Slider)]
        assert len(sliders) == (rule == BY_SCALE)
        assert ("nan" in describe(scene)) == ("it is lost" in scene.caption)
    assert np.median(times) < 0.05  # seconds; about 12 ms


def my_init(n_in, n_out, rng):
    return rng.normal(0, np.sqrt(2 / n_in), (n_out, n_in)), np.zeros(n_out)


def test_theirs_is_taken():
    stage = initialisation(my_init)
    assert stage.state["rule"] == "your my_init"
    assert "Both keep their size" in stage.scene.caption
    ours = scene_of(rule=HE)
    np.testing.assert_allclose(
        mark(stage.scene, 2, Points, "activations").y, mark(ours, 2, Points, "activations").y
    )


def unwritten(n_in, n_out, rng):
    raise NotImplementedError


@pytest.mark.parametrize(
    ("init", "words"),
    [
        (unwritten, "Your unwritten is not written yet, so this is He's rule."),
        (lambda n_in, n_out, rng: np.zeros((n_out, n_in)), "did not return a pair (W, b)"),
        (lambda n_in, n_out, rng: (np.zeros((n_in, n_out)), np.zeros(n_out)),
         "Your function(784, 100, rng) returned shapes (784, 100) and (100,), not (100, 784)"),
        (lambda n_in, n_out, rng: (1 / 0, 0), "raised ZeroDivisionError"),
    ],
)  # fmt: skip
def test_hes_rule_is_taken_where_theirs_does_not_work(init, words):
    bound = initialisation.bind(init)
    for step in (0, 1):
        scene = bound.scene(step=step)
        assert words in scene.caption
        assert "Both keep their size" in scene.caption


def test_the_widget_stands_on_a_stage():
    stage = initialisation()
    change = {"activation": "tanh", "rule": BY_SCALE, "scale": 3.2, "step": 2}
    stage._receive(stage, {"state": change, "seq": 1, "view": "v"})
    assert stage.state == change
    assert stage.error == ""
    assert any(isinstance(control, Player) for control in stage.scene.controls)


@pytest.mark.parametrize("scale", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("activation", FUNCTIONS)
def test_what_is_cut_off_a_histogram_is_said(activation, scale):
    """A histogram that shows its middle alone would look like an even spread."""
    scene = scene_of(activation=activation, scale=scale)
    said = re.search(r"Cut off at the ends of the axis: layer (.*?)\.", scene.caption)
    said = said[1] if said else ""
    for panel, what in zip(scene.panels, ("activations", "gradients"), strict=False):
        lines = [mark for mark in panel.marks if isinstance(mark, Line)]
        found = re.search(rf"(\d+)(?: (?:to|and) (\d+))? of the {what}", said)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        for layer, line in enumerate(lines, start=1):
            ends = max(line.y[1], line.y[-2]) - layer
            assert first <= layer <= last or ends < 0.5 * (line.y.max() - layer)


def test_the_axis_at_the_start_is_as_wide_as_every_layer():
    assert "Cut off" not in scene_of().caption
    assert "layer 1 to 4 of the activations, 7 to 10 of" in scene_of(scale=0.1).caption
