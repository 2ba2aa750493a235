"""Do a learner's own steps show what each line gave on the example?"""

from nnf_teach.checking.diagnosis import diagnose, own_steps
from nnf_teach.checking.trial import try_out
from nnf_teach.exercises import all_exercises
from tests.checking.cells import run_cell

NEURON = all_exercises()["neuron"]
CODE = """def neuron(x, w, b):
    total = b * 2
    for i in range(len(x)):
        total = total + w[i] * x[i]
    return total
"""


def steps_of(code, exercise=NEURON):
    trial = try_out(exercise, run_cell(code)[exercise.name])
    return trial, own_steps(trial, trial.failing[0])


def test_each_line_has_what_it_gave():
    trial, steps = steps_of(CODE)
    x, w, b = trial.cases[trial.failing[0]].args
    lines = [step.splitlines()[0] for step in steps]
    assert lines == [f"line {k}: {CODE.splitlines()[k - 1].strip()}" for k in (2, 3, 4, 5)]
    assert f"total = {2 * b:.4g}" in steps[0]
    assert f"{2 * b + w @ x:.4g}" in steps[-1]


def test_a_loop_says_how_often_and_shows_its_last_pass():
    _, steps = steps_of(CODE.replace("range(len(x))", "range(len(x) + 2 - 2)"))
    (loop,) = [step for step in steps if "w[i] * x[i]" in step]
    assert "times; the last)" in loop or "\n" in loop


def test_an_error_ends_the_steps_where_it_arose():
    _, steps = steps_of("def neuron(x, w, b):\n    z = x @ w\n    return z + missing\n")
    assert [step.splitlines()[0] for step in steps] == [
        "line 2: z = x @ w",
        "line 3: return z + missing",
    ]


def test_an_endless_loop_has_an_end_here_too():
    code = "def neuron(x, w, b):\n    while b > -1e300:\n        b = b + 1\n    return b\n"
    trial = try_out(NEURON, run_cell("def neuron(x, w, b):\n    return b + 0.5\n")["neuron"])
    endless = run_cell(code)["neuron"]
    object.__setattr__(trial, "function", endless)
    assert len(own_steps(trial, trial.failing[0])) <= 3


def test_what_has_no_python_code_has_no_steps():
    import numpy as np

    result = diagnose(all_exercises()["sigmoid"], np.tanh)
    assert result.steps == ()
    assert "<details" not in result.panel()["text/html"]


def test_the_panel_folds_them_and_escapes_them():
    result = diagnose(NEURON, run_cell("def neuron(x, w, b):\n    return x @ w < b\n")["neuron"])
    html = result.panel()["text/html"]
    assert "<summary" in html
    assert "x @ w &lt; b" in html
