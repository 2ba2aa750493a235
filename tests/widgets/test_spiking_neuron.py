import numpy as np
import pytest

from nnf_teach.modules.hodgkin_huxley import firing_rate, simulate, spike_times
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Line, Points
from nnf_teach.widgets.spiking_neuron import spiking_neuron
from nnf_teach.widgets.text_twin import describe


def marks(scene, panel, kind):
    return [mark for mark in scene.panels[panel].marks if isinstance(mark, kind)]


def test_the_trace_is_the_membrane_of_the_equations():
    scene = spiking_neuron.scene(current=10.0)
    line = marks(scene, 0, Line)[0]
    time, voltage = simulate(10.0, 100.0)
    np.testing.assert_allclose(np.interp(time, line.x, line.y), voltage, atol=0.05)
    assert line.x[0] == -10
    np.testing.assert_allclose(line.y[line.x < 0], voltage[0])


def test_a_triangle_stands_over_each_spike():
    scene = spiking_neuron.scene(current=10.0)
    (spikes,) = marks(scene, 0, Points)
    assert spikes.symbol == "triangle"
    np.testing.assert_allclose(spikes.x, spike_times(*simulate(10.0, 100.0)), atol=1e-3)
    assert f"fires {len(spikes.x)} spikes in 100 ms" in scene.caption
    assert not marks(spiking_neuron.scene(current=2.0), 0, Points)


def test_the_present_current_is_marked_on_the_rate_curve():
    scene = spiking_neuron.scene(current=12.3)
    (here,) = marks(scene, 1, Points)
    assert here.x[0] == pytest.approx(12.3)
    assert here.y[0] == pytest.approx(float(firing_rate(12.3)), rel=5e-3)
    assert f"{here.y[0]:.1f} Hz" in scene.caption


def test_the_rate_jumps_and_the_sigmoid_does_not():
    curve, dashed = marks(spiking_neuron.scene(), 1, Line)
    (gap,) = np.nonzero(np.isnan(curve.y))[0]
    assert curve.y[gap - 1] == 0
    assert curve.y[gap + 1] > 50
    assert dashed.stroke == "dashed"
    assert np.abs(np.diff(dashed.y)).max() < 10


@pytest.mark.parametrize(
    ("current", "words"),
    [
        (0.0, "Without current the membrane rests at −65.0 mV: no spike, 0 Hz."),
        (2.0, "At 2.0 µA/cm² the membrane fires no spike: it rises to −60.1 mV and settles."),
        (5.0, "fires a single spike when the current comes on, and is then silent: 0 Hz."),
        (6.2, "fires 3 spikes when the current comes on, and is then silent: 0 Hz."),
        (10.0, "At 10.0 µA/cm² the membrane fires 7 spikes in 100 ms and goes on at 68.2 Hz."),
    ],
)
def test_caption_says_what_is_seen(current, words):
    caption = spiking_neuron.scene(current=current).caption
    assert words in caption
    assert ("only from 6.3 µA/cm²" in caption) == (current < 6.3)


def test_every_state_gives_a_scene_that_can_be_sent_and_read():
    for current in np.linspace(0, 20, 11):
        scene = spiking_neuron.scene(current=float(current))
        to_message(scene)
        assert "µA/cm²" in describe(scene)
        assert scene.panels[1].handles[0].x == scene.state["current"] == pytest.approx(current)


def test_a_current_outside_is_brought_to_the_end():
    assert spiking_neuron.scene(current=-1).state["current"] == 0
    assert spiking_neuron.scene(current=25).state["current"] == pytest.approx(20)


def test_the_widget_stands_on_a_stage():
    stage = spiking_neuron()
    stage.set(current=5.0)
    assert "single spike" in stage.scene.caption
    stage.close()
