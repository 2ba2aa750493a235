"""Run in Pyodide by `run.cjs`, one function after the other: what a browser must be able to do."""

import contextlib
import io
import itertools
import json
import sys
from pathlib import Path

import numpy as np

import nnf_teach
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import Exercise, all_exercises

QUICK = [e for e in all_exercises().values() if e.time_limit <= Exercise.time_limit]


def test_it_is_a_browsers_python():
    assert sys.platform == "emscripten"
    assert np.dtype(int).itemsize == 4
    assert "filelock" not in sys.modules


def test_the_course_s_own_answer_passes_every_check_that_trains_nothing():
    assert len(QUICK) > 60
    found = {e.name: diagnose(e, e.reference) for e in QUICK if e.subject is None}
    assert {name: result.message for name, result in found.items() if not result.passed} == {}


def test_what_has_no_end_is_given_up():
    def loop():
        while True:
            pass

    def catches():
        while True:
            with contextlib.suppress(BaseException):
                loop()

    def recursion(n=60):
        return 0 if n < 0 else recursion(n - 1) + recursion(n - 1)

    def generator():
        return sum(k for k in itertools.count())

    def numpy_alone():
        A = np.ones((50, 50))
        while True:
            A = np.tanh(A @ A)

    from nnf_teach.checking.calls import call_all
    from nnf_teach.exercises import Case

    for function in (loop, catches, recursion, generator, numpy_alone):
        calls = call_all(function, [Case(())], lambda answer, k: answer, 0.2)
        assert calls.timed_out, function.__name__
    assert sum(range(1000)) == 499_500  # nothing watches any more


def test_quick_loops_are_not_watched_at_every_step():
    from nnf_teach.checking.giving_up import watched

    told, jumps = [], sys.monitoring.events.JUMP

    def work():
        for k in range(100_000):
            if k % 1000 == 0:
                told.append(any(jumps & sys.monitoring.get_events(tool) for tool in range(6)))

    assert not watched(work, 60).timed_out
    assert told[0]
    assert not all(told)


def test_an_endless_recursion_is_an_answer():
    from nnf_teach.checking.calls import call_all
    from nnf_teach.exercises import Case

    def deeper():
        return deeper()

    calls = call_all(deeper, [Case(())], lambda answer, k: answer, 5.0)
    assert isinstance(calls.outcomes[0].error, RecursionError)


def test_a_wrong_answer_is_told_where_to_look():
    def sigmoid(x):
        return (1 + np.tanh(x)) / 2

    result = nnf_teach.check(sigmoid)
    assert result.status == "wrong"
    assert dict(result.rows)["look at"], result.message


def test_progress_is_kept_with_the_notebooks_and_carried():
    def neuron(x, w, b):
        return x @ w + b

    assert nnf_teach.check(neuron).passed
    kept = json.loads(Path("/drive/progress.json").read_text())
    assert kept["exercises"]["neuron"]["passed"]
    nnf_teach.save_progress("/drive/mine.json")
    Path("/drive/progress.json").unlink()
    assert nnf_teach.progress(1).points == 0
    assert nnf_teach.load_progress("/drive/mine.json").points == 1


def test_hints_solutions_and_a_certificate_are_there():
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        nnf_teach.hint("neuron")
        nnf_teach.solution("neuron")
        made = nnf_teach.certificate("Ada Lovelace", folder="/drive")
    assert "def neuron" in said.getvalue()
    assert "Ada Lovelace" in made.path.read_text()


def test_digits_are_counted_and_shuffled():
    digits = nnf_teach.datasets.load_mnist()
    assert np.bincount(digits.t_train).sum() == 60_000
    np.random.default_rng(0).permutation(digits.t_train)
    sample = nnf_teach.datasets.sample_digits(10, 10, rng=np.random.default_rng(0))
    np.bincount(sample[1])


def test_a_loop_is_monitored_without_a_thread():
    from nnf_teach.widgets import training_monitor

    monitor = training_monitor((0.5**k, [np.array([1.0 / (k + 1)])]) for k in range(50))
    monitor.run()
    assert len(monitor.history["loss"]) > 10


def test_a_picture_has_its_figure():
    from nnf_teach import plots

    shown = plots.picture(plots.plot_neuron(), alt="a neuron")
    assert "<svg" in shown._repr_mimebundle_()["text/html"]


def test_a_widget_that_is_alive_gets_no_picture():
    from nnf_teach import widgets
    from nnf_teach.widgets.declaration import Widget

    made = 0
    for name in widgets.__all__:
        declared = getattr(widgets, name)
        if isinstance(declared, Widget) and not declared.__signature__.parameters:
            stage = declared()
            assert stage.error == "", (name, stage.error)
            bundle, _ = stage._repr_mimebundle_()
            assert "image/png" not in bundle, name
            assert len(bundle["text/plain"]) > 40, name
            stage.close()
            made += 1
    assert made > 5


def test_commands_are_answered_by_a_sentence():
    from IPython.core import interactiveshell

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        interactiveshell.system("nnf doctor")
    assert "nnf_teach.doctor()" in said.getvalue()


def test_the_doctor_is_content():
    found = list(nnf_teach.doctor.examine())
    assert [str(finding) for finding in found if not finding.ok] == []
    assert "Pyodide" in str(found[0])


def test_the_machine_is_measured():
    from nnf_teach.checking.speed import slowness, with_time

    assert slowness() > 1
    training = all_exercises()["train_digit_mlp"]
    assert training.time_limit < with_time(training).time_limit <= 300
