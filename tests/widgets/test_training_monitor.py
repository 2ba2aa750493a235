"""Does the monitor show a run as it is, and leave the loop in peace?"""

import math
import warnings

import numpy as np
import pytest

from nnf_teach import session
from nnf_teach.datasets import make_gaussians
from nnf_teach.modules import init_params, network_loss, train
from nnf_teach.modules.training_record import TrainingRecord
from nnf_teach.widgets import training_monitor
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Line, Points
from nnf_teach.widgets.text_twin import describe
from nnf_teach.widgets.training_curves import training_scene
from nnf_teach.widgets.training_monitor import WIDGET_VIEW

X, T = make_gaussians(60, noise=0.2, rng=np.random.default_rng(0))


def states(epochs=4):
    params = init_params((2, 5, 1), rng=np.random.default_rng(1))
    return train(
        params, X, T, learning_rate=0.5, epochs=epochs, batch_size=10, rng=np.random.default_rng(2)
    )


def mark(scene, panel, kind, label):
    (found,) = [
        m for m in scene.panels[panel].marks if isinstance(m, kind) and m.label.startswith(label)
    ]
    return found


def test_items_pass_through_untouched():
    expected = list(states())
    monitor = training_monitor(states(), every=1)
    for got, wanted in zip(monitor, expected, strict=True):
        assert got.loss == wanted.loss
        np.testing.assert_array_equal(got.params[0][0], wanted.params[0][0])
    assert monitor.last.step == 24
    assert repr(monitor) == "TrainingMonitor(24 steps)"


def test_it_runs_a_loop_by_itself():
    monitor = training_monitor(states(), every=5)
    assert monitor.run().step == 24
    assert str(monitor).startswith("Step 24: loss ")
    assert "Finished, after step 24." in str(monitor)


def test_the_picture_is_the_history():
    monitor = training_monitor(states(), every=2, validation=lambda p: network_loss(X, T, p))
    monitor.run()
    history, scene = monitor.history, monitor.stage.scene
    for panel, label, name in (
        (0, "training loss", "loss"),
        (0, "validation loss", "validation_loss"),
        (1, "weights", "weight_norm"),
        (1, "gradients", "gradient_norm"),
        (2, "length of a step", "update_ratio"),
    ):
        line = mark(scene, panel, Line, label)
        real = np.isfinite(history[name])
        np.testing.assert_allclose(line.x, history["step"][real])
        np.testing.assert_allclose(line.y, history[name][real], rtol=1e-6)
        y = scene.panels[panel].y
        assert y.low <= line.y.min() <= line.y.max() <= y.high
    assert mark(scene, 0, Points, "now").y[0] == pytest.approx(history["loss"][-1])
    assert "validation loss" in scene.caption


def test_the_history_is_in_the_form_that_diagnose_takes():
    monitor = training_monitor(
        states(), every=3, chance_loss=math.log(2), validation=lambda p: network_loss(X, T, p)
    )
    monitor.run()
    history = monitor.history
    curves = ("loss", "validation_loss", "gradient_norm", "weight_norm")
    assert {len(history[name]) for name in curves} == {len(history["step"])}
    assert all(np.isfinite(history[name]).all() for name in curves)
    assert history["chance_loss"] == math.log(2)


def broken(at=15):
    for state in states():
        yield state
        if state.step == at:
            raise FloatingPointError("overflow")


def test_an_exception_of_the_loop_goes_on_and_the_record_stays():
    monitor = training_monitor(broken(), every=4)
    with pytest.raises(FloatingPointError, match="overflow"):
        monitor.run()
    assert monitor.history["step"][-1] == 15
    assert "Your loop raised FloatingPointError: overflow, after step 15." in str(monitor)
    assert "raised FloatingPointError" in monitor.stage.scene.caption


def test_an_exception_of_the_body_too():
    monitor = training_monitor(states(), every=4)

    def body():
        for state in monitor:
            assert state.step < 7

    with pytest.raises(AssertionError):
        body()
    assert monitor.history["step"][-1] == 7


def test_break_ends_it():
    monitor = training_monitor(states(), every=4)
    for state in monitor:
        if state.step == 6:
            break
    assert monitor.history["step"].tolist() == [1, 2, 5, 6]
    assert "Broken off in the loop's body, after step 6." in str(monitor)


def test_while_it_runs_it_says_so_and_no_ending():
    monitor = training_monitor(states(), every=4)
    assert str(monitor) == "Waiting for the first step."
    for state in monitor:
        if state.step == 9:
            said = str(monitor)
    assert said.endswith("Nothing to warn of so far. It is still running.")
    assert str(monitor).endswith("Nothing to warn of. Finished, after step 24.")


def interrupted():
    for state in states():
        if state.step == 10:
            raise KeyboardInterrupt
        yield state


def test_an_interrupt_ends_training_as_if_it_were_over(capsys):
    monitor = training_monitor(interrupted(), every=4)
    assert monitor.run().step == 9
    assert capsys.readouterr().out == "Interrupted after step 9. What was recorded is kept.\n"
    assert monitor.history["step"][-1] == 9


def test_an_interrupt_between_two_steps_ends_training_too(monkeypatch, capsys):
    """Where it strikes is chance: also outside of the loop that is watched."""
    monitor = training_monitor(states(), every=4)
    passed_on = type(monitor).__iter__

    class Struck:
        def __init__(self):
            self.items = passed_on(monitor)
            self.throw = self.items.throw

        def __iter__(self):
            return self

        def __next__(self):
            if monitor.record.step == 7:
                raise KeyboardInterrupt
            return next(self.items)

    monkeypatch.setattr(type(monitor), "__iter__", lambda self: Struck())
    assert monitor.run().step == 7
    assert capsys.readouterr().out.startswith("Interrupted after step 7.")
    assert "Interrupted, after step 7." in str(monitor)


def test_an_interrupt_is_one_where_nobody_is_looking(monkeypatch):
    monkeypatch.setenv("NNF_STRICT", "1")
    monitor = training_monitor(interrupted())
    with pytest.raises(KeyboardInterrupt):
        monitor.run()
    assert monitor.history["step"][-1] == 9


def test_where_nobody_is_looking_the_record_is_the_same_again(monkeypatch):
    monkeypatch.setenv("NNF_STRICT", "1")
    first, second = (training_monitor(states(20)) for _ in range(2))
    first.run()
    second.run()
    assert first.history["step"].tolist() == second.history["step"].tolist()
    assert first.history["step"][:20].tolist() == list(range(1, 21))
    for name, curve in first.history.items():
        np.testing.assert_array_equal(curve, second.history[name])
    assert describe(first.stage.scene) == describe(second.stage.scene)


class Screen:
    """Stands for the notebook's output area."""

    def __init__(self, monkeypatch, seen=True):
        self.bundles = []
        monkeypatch.setattr(session, "in_notebook", lambda: seen)
        monkeypatch.setattr("IPython.display.display", self.display)

    def display(self, thing, raw=False, display_id=None):
        self.bundles.append(thing)
        return self

    def update(self, bundle, metadata=None, raw=False):
        self.bundles.append(bundle)


def test_a_notebook_sees_it_live_and_keeps_a_picture(monkeypatch):
    started = []

    class Now:
        def __init__(self, target, args, name, daemon):
            self.start = lambda: started.append(target(*args))

    monkeypatch.setattr("threading.Thread", Now)
    screen = Screen(monkeypatch)
    monkeypatch.setenv("NNF_STRICT", "0")
    monitor = training_monitor(states(), every=1)
    pictures = []
    for state in monitor:
        monitor._drawn_at = 0.0  # the next picture is due
        monitor._showing = 0.0
        pictures.append((state.step, monitor.stage.scene.caption.split(":")[0]))
    live, final = screen.bundles
    assert WIDGET_VIEW in live
    assert "image/png" not in live  # that takes matplotlib a while: after the run
    assert {"image/png", WIDGET_VIEW} <= final.keys()
    assert pictures[5] == (6, "Step 6")
    assert "Finished, after step 24." in final["text/plain"]


def test_where_nobody_is_looking_it_is_shown_once_at_the_end(monkeypatch):
    screen = Screen(monkeypatch)
    monkeypatch.setenv("NNF_STRICT", "1")
    monitor = training_monitor(states())
    monitor.run()
    assert screen.bundles == [monitor.stage]
    assert "Finished" in monitor.stage.scene.caption


def test_outside_a_notebook_nothing_is_shown(monkeypatch):
    screen = Screen(monkeypatch, seen=False)
    monitor = training_monitor(states())
    monitor.run()
    assert screen.bundles == []
    assert monitor._stage is None


def test_pictures_keep_to_their_share_of_the_time(monkeypatch):
    module = training_monitor.__globals__
    clock = {"now": 0.0}
    monkeypatch.setattr(module["time"], "perf_counter", lambda: clock["now"])
    Screen(monkeypatch)
    monkeypatch.setenv("NNF_STRICT", "0")
    monitor = training_monitor(states(500), every=1000)
    shows = []

    def slow(**changes):
        shows.append(clock["now"])
        clock["now"] += 0.02

    monitor.stage.set = slow
    for _ in monitor:
        clock["now"] += 0.005
    assert len(shows) * 0.02 < 0.02 * clock["now"] + 0.04
    assert len(shows) > 5


def test_a_run_of_any_kind_is_drawn():
    for losses in ([1.0], [0.0, 0.0], [1e-30, 1e30], [math.nan], [-1.0, -2.0, 3.0], [math.inf] * 3):
        record = TrainingRecord(every=1)
        for loss in losses:
            record.take((loss, [np.full(2, 1e30 if loss == 1e30 else 1.0)]))
        record.finish()
        scene = training_scene(record)
        to_message(scene)
        assert scene.caption
    empty = training_scene(TrainingRecord())
    assert empty.caption == "Waiting for the first step."
    to_message(empty)


def test_losses_beyond_float32_are_drawn_in_silence():
    record = TrainingRecord(every=1)
    for power in (0, 20, 60, 120):
        record.take((10.0**power, [np.full(2, 10.0**power)], [np.full(2, 10.0**power)]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        to_message(training_scene(record))


def test_a_nan_is_marked_and_named_in_the_title():
    record = TrainingRecord(every=1)
    for k in range(20):
        record.take((1.0 if k < 12 else math.nan, [np.ones(2)], [np.ones(2)]))
    scene = training_scene(record, "Finished")
    assert scene.title == "Training monitor: NaN"
    assert mark(scene, 0, Line, "lost at step 13").x.tolist() == [13, 13]
    assert "NaN: the loss is nan since step 13." in scene.caption


def test_a_long_run_is_thinned_for_drawing():
    record = TrainingRecord(every=1)
    for k in range(5000):
        record.take((1 / (k + 1), [np.ones(1)], [np.ones(1)]))
    line = mark(training_scene(record), 0, Line, "training loss")
    assert len(line.x) <= 400
    assert (line.x[0], line.x[-1]) == (1, 5000)


def test_without_gradients_it_says_what_is_drawn():
    monitor = training_monitor(((state.loss, state.params) for state in states()), every=1)
    monitor.run()
    assert mark(monitor.stage.scene, 1, Line, "steps (no gradients given)")
    assert "gradient norm" not in monitor.stage.scene.caption
    losses = training_monitor([3.0, 2.0, 1.0], every=1)
    losses.run()
    assert len(losses.stage.scene.panels) == 1


def test_what_is_no_loop_is_refused():
    with pytest.raises(TypeError, match=r"a function cannot be looped over. Call it"):
        training_monitor(states)
    with pytest.raises(TypeError, match="a int cannot be looped over. It takes a loop that yields"):
        training_monitor(3)
