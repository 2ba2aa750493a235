"""`solution`: after a pass at once, before one only after the hints and a second, explicit call."""

import json

import pytest

from nnf_teach import certificate, check, hint, progress, solution

SECRET = "np.exp(-np.abs(x))"  # of our answer


def sigmoid(x):
    return 1 / (1 + x)


def right():
    """Pass the check of neuron."""
    space = {}
    exec("def neuron(x, w, b):\n    return x @ w + b", space)
    assert check(space["neuron"]).passed


def said(capsys, *args, **more):
    capsys.readouterr()
    solution(*args, **more)
    return capsys.readouterr().out


def test_after_a_pass_it_shows_ours_and_other_ways_with_what_they_are_good_for(capsys):
    right()
    shown = said(capsys, "neuron")
    assert "neuron: ways to write it." in shown
    assert "return float(w @ x + b)" in shown
    assert "def neuron(x, w, b):\n    return np.sum(x * w) + b" in shown
    assert "nothing is hidden in a sign." in shown
    assert "solution seen" not in str(progress(1))


def test_the_panel_of_a_pass_says_so(capsys):
    right()
    assert "`solution(neuron)` shows good ways to write it." in capsys.readouterr().out


def test_before_a_pass_it_takes_the_hints_and_two_calls(capsys, tmp_path):
    assert "Open its three hints first: `hint(sigmoid)`" in said(capsys, sigmoid)
    assert "Open its three hints first" in said(capsys, sigmoid, sure=True)
    hint(sigmoid, 1)
    assert "Open its three hints first" in said(capsys, sigmoid)
    hint(sigmoid)
    assert "solution(sigmoid, sure=True)" in said(capsys, sigmoid)
    assert SECRET not in said(capsys, sigmoid)  # a cell that runs again is no second call
    assert "solution seen" not in str(progress(1))
    shown = said(capsys, sigmoid, sure=True)
    assert SECRET in shown
    assert "np.tanh" not in shown  # other ways come after a pass
    assert "With the solution seen before a pass: sigmoid." in str(progress())
    assert "before a pass: sigmoid.</p>" in progress(1)._repr_mimebundle_()["text/html"]
    assert progress(1).points == 0
    page = certificate("Ada", tmp_path).path.read_text(encoding="utf-8")
    assert "<h2>With the solution seen</h2>" in page


def test_nobody_gets_it_at_the_first_call(capsys):
    hint("softmax")
    assert "softmax, sure=True" in said(capsys, "softmax", sure=True)


def test_a_name_of_no_exercise_is_a_sentence(capsys):
    assert "Did you mean 'softmax'" in said(capsys, "softmx")
    assert "There is no exercise" in said(capsys, 3)


def test_an_instructor_switches_it_off_by_the_environment(capsys, monkeypatch):
    right()
    monkeypatch.setenv("NNF_SOLUTIONS", "0")
    assert "switched off" in said(capsys, "neuron")
    check(lambda x, w, b: x @ w + b, "neuron")
    assert "shows good ways" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("metadata", "off"),
    [
        ({"nnf_teach": {"solutions": False}}, True),
        ({"nnf_teach": {"solutions": True}}, False),
        ({"nnf_teach": 3}, False),
        ({}, False),
    ],
)
@pytest.mark.parametrize("name", ["01_neuron.ipynb", "renamed.ipynb"])
def test_or_in_the_notebook(name, metadata, off, capsys, monkeypatch, tmp_path):
    right()
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(json.dumps({"metadata": metadata, "cells": []}))
    if name == "renamed.ipynb":
        monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / name))
    assert ("switched off" in said(capsys, "neuron")) is off
