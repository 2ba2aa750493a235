"""Functions are asked over the pipe as the checks in a notebook ask them: same words, same result.

The oracle is `diagnose` in this process, on the same function.
"""

import re

import numpy as np
import pytest

from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import Case, Exercise, Misconception, all_exercises
from nnf_teach.exercises.exercise import Reached
from nnf_teach.exercises.formula import Formula
from nnf_teach.exercises.given import Given
from nnf_teach.grading import marking
from nnf_teach.grading.wire import Channel
from tests.checking.cells import run_cell


@pytest.fixture
def asked(sandbox_works, make_notebook):
    """Return a function that runs source in the sandbox and diagnoses an exercise there."""

    def ask(exercise, source, seed=0, may_call=()):
        task = marking.Task("student", 1, make_notebook(source))
        work = marking._Marking(task)
        with marking._sandbox("auto").fork(work.bounds()) as tree:
            work.tree = tree
            fork = work._run().fork(tree)
            function = fork.find(exercise.name, may_call, exercise.vectorised is not None)
            assert work.notes == []
            return diagnose(exercise, function, seed, caller=fork)

    return ask


def here(exercise, source, seed=0):
    return diagnose(exercise, run_cell(source)[exercise.name], seed)


def without_addresses(text):
    return re.sub(r"0x[0-9a-f]+", "0x", text)


def exercise_of(reference, *cases, **more):
    return Exercise(
        name="f",
        lesson=1,
        points=1,
        reference=reference,
        cases=lambda rng: [Case(tuple(args)) for args in cases],
        misconceptions=more.pop("misconceptions", ()),
        hints=("", "", ""),
        **more,
    )


SIGMOIDS = {
    "right": "e = np.exp(-np.abs(x)); return np.where(x >= 0, 1, e) / (1 + e)",
    "overflows": "return 1 / (1 + np.exp(-x))",
    "fraction": "return np.exp(x) / (1 + np.exp(x))",
    "prints": "print(1 / (1 + np.exp(-x)))",
    "raises": "raise ValueError('no ' + str(x.shape))",
    "raises in NumPy": "return x @ np.zeros((7, 7))",
    "not written": "raise NotImplementedError('write me')",
    "integers": "return np.zeros_like(x)",
    "another shape": "return np.zeros(1)",
    "text": "return 'abc'",
    "None in a list": "return [None, 1.0]",
    "generator": "return (k for k in x)",
    "a class": "return int",
    "itself": "return sigmoid",
    "complex": "return 1j * x",
    "masked": "return np.ma.masked_all(3)",
    "objects": "return np.array([object(), None])",
    "words": "return np.array(['a', 'b'])",
    "numbers as objects": "return np.array([1, 2.5], dtype=object)",
    "lists": "return (1 / (1 + np.exp(-np.clip(x, -700, 700)))).tolist()",
    "float32": "return (1 / (1 + np.exp(-np.clip(x, -80, 80)))).astype(np.float32)",
    "half": "return np.full(np.shape(x), 0.5, np.float16)",
    "fractions": "from fractions import Fraction; return Fraction(1, 2)",
    "changes its input": "y = np.exp(-np.logaddexp(0, -x)); x[...] = 0; return y",
    "prints and is wrong": "print('hello'); return 0 * x",
    "exits": "raise SystemExit(1)",
    "trap": "raise type('Trap', (Exception,), {'__str__': lambda self: 1 / 0})",
}


@pytest.mark.parametrize("name", SIGMOIDS)
def test_an_answer_gets_the_same_words_as_in_a_notebook(name, asked):
    source = f"import numpy as np\ndef sigmoid(x):\n    {SIGMOIDS[name]}"
    exercise = all_exercises()["sigmoid"]
    remote, local = asked(exercise, source), here(exercise, source)
    assert remote.rows == local.rows
    assert list(map(without_addresses, remote.steps)) == list(map(without_addresses, local.steps))
    assert (remote.explained_by, remote.clue) == (local.explained_by, local.clue)
    assert (remote.status, remote.misconception) == (local.status, local.misconception)
    assert (remote.points, remote.parts, remote.cases) == (local.points, local.parts, local.cases)


@pytest.mark.parametrize(
    ("name", "source"),
    {
        "test_softmax": "def test_softmax(softmax):\n    P = softmax(np.zeros((1, 2)))\n"
        "    total = P.sum()\n    assert np.allclose(total, 2)",
        "test_linear_backward": "def test_linear_backward(backward):\n"
        "    G = backward(np.ones((1, 1)), np.zeros((1, 2)), np.ones((1, 2)))\n"
        "    total = np.sum(G[0])\n    assert total == 1",
    }.items(),
)
def test_a_test_that_asks_what_it_tests_shows_its_steps(name, source, asked):
    source = "import numpy as np\n" + source
    remote, local = (of(all_exercises()[name], source) for of in (asked, here))
    assert len(local.steps) == 3
    assert remote.steps == local.steps


def test_an_error_shows_the_students_line(asked):
    source = "import numpy as np\ndef sigmoid(x):\n    y = x + 1\n    return y @ np.zeros((7, 7))"
    rows = dict(asked(all_exercises()["sigmoid"], source).rows)
    assert rows["line"] == "line 4: return y @ np.zeros((7, 7))"
    assert rows["error"].startswith("ValueError: matmul")


def test_a_helper_that_is_not_written_is_named(asked):
    source = "def g(): raise NotImplementedError\ndef sigmoid(x): return g()"
    assert "g, which your function calls" in asked(all_exercises()["sigmoid"], source).message


def test_a_wrong_signature_is_told(asked):
    source = "def neuron(x, w, bias=0.5, *more, key): return 1"
    message = asked(all_exercises()["neuron"], source).message
    assert "yours is neuron(x, w, bias=0.5, *more, key)" in message


def test_a_python_loop_is_counted_there(asked):
    source = "import numpy as np\ndef linear_layer(X, W, b):\n"
    source += "    return np.array([W @ x + b for x in X]).reshape(len(X), len(b))"
    exercise = all_exercises()["linear_layer"]
    remote, local = asked(exercise, source), here(exercise, source)
    assert remote.misconception == "python-loop"
    assert remote.rows == local.rows  # down to the number of steps
    assert remote.parts == (("values", 1, 1), ("without a Python loop", 0, 1))


def test_a_large_matrix_is_weighed_there(asked):
    source = "import numpy as np\ndef softmax_backward(dY, Y):\n"
    source += "    J = Y[:, :, None] * (np.eye(Y.shape[1]) - Y[:, None, :])\n"
    source += "    return np.einsum('ni,nij->nj', dY, J)"
    exercise = all_exercises()["softmax_backward"]
    remote, local = asked(exercise, source), here(exercise, source)
    assert (remote.status, remote.misconception) == ("wrong", "large-matrix")
    assert remote.rows == local.rows
    assert remote.parts == (("values", 1, 1), ("without a large matrix", 0, 1))


# Every kind of argument arrives -------------------------------------------------------------

ARGUMENTS = {
    "whole numbers": 3,
    "large numbers": 2**80,
    "text": "healthy",
    "nothing": None,
    "bool": True,
    "NumPy scalars": np.float32(0.1),
    "arrays": np.arange(6.0).reshape(2, 3),
    "arrays of float32": np.ones(3, np.float32),
    "arrays with gaps": np.arange(12.0).reshape(2, 6)[:, ::2],
    "columns first": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "empty arrays": np.zeros((0, 3)),
    "no axes": np.array(2.5),
    "params": [(np.ones((2, 3)), np.zeros(2)), (np.ones((1, 2)), np.zeros(1))],
    "history": {"loss": np.array([1.0, np.nan]), "chance_loss": 0.69, "name": "run"},
    "nested": ([1, (2.0, "a")], {"k": [None]}),
}
SHOW = """
import numpy as np
def show(a):
    if isinstance(a, np.ndarray):
        flags = a.flags
        return ["array", a.dtype.str, a.shape, flags.c_contiguous, flags.f_contiguous, a.tolist()]
    if isinstance(a, (list, tuple)):
        return [type(a).__name__, [show(part) for part in a]]
    if isinstance(a, dict):
        return ["dict", [[key, show(part)] for key, part in a.items()]]
    return [type(a).__name__, repr(a)]
def f(a):
    import hashlib
    return int(hashlib.sha256(repr(show(a)).encode()).hexdigest()[:12], 16)
"""


@pytest.mark.parametrize("name", ARGUMENTS)
def test_arguments_arrive_as_they_are(name, asked):
    """Does the function there see the same values, types, shapes and order in memory as here?"""
    namespace = {}
    exec(SHOW, namespace)
    exercise = exercise_of(namespace["f"], [ARGUMENTS[name]], rtol=0, atol=0)
    result = asked(exercise, SHOW)
    assert result.passed, result.message


def test_a_formula_is_rebuilt_from_its_text(asked):
    f = Formula("x[0] ** 2 + 3 * x[1]")
    exercise = exercise_of(lambda f, x: f(x), [f, np.array([2.0, 1.0])])
    assert asked(exercise, "def f(g, x): return g(x)").passed
    assert asked(exercise, "def f(g, x): return len(str(g)) * 0 + 7").passed


def test_a_curve_takes_lists_of_numbers_there_too(asked):
    curve = all_exercises()["approximate"].cases(np.random.default_rng(0))[0].args[0]
    exercise = exercise_of(lambda f: f([0, 1]), [curve])
    assert asked(exercise, "def f(g): return g([0, 1])").passed


def test_a_formula_can_be_differentiated_where_that_is_allowed(asked):
    exercise = exercise_of(lambda f, x: 2 * x, [Formula("np.sum(x ** 2)"), np.arange(3.0)])
    source = "import autograd\ndef f(g, x): return autograd.grad(g)(x)"
    assert asked(exercise, source, may_call=["autograd"]).passed
    assert not asked(exercise, source).passed


@pytest.mark.parametrize("bits", [np.random.PCG64, np.random.MT19937, np.random.Philox])
def test_a_generator_goes_on_where_it_stood(bits, asked):
    rng = np.random.Generator(bits(5))
    rng.random(7)
    expected = np.random.Generator(bits(5)).random(10)[7:]
    exercise = exercise_of(lambda rng: expected, [rng])
    assert asked(exercise, "def f(rng): return rng.random(3)").passed
    assert np.array_equal(rng.random(3), expected)  # and ours has not moved


def test_large_data_are_made_there(asked):
    source = "def f(X): return [X.shape[0], X.shape[1], float(X[:10].sum())]"
    given = Given("training digits")
    expected = np.array([60_000, 784, given.make()[:10].sum()])
    result = asked(exercise_of(lambda X: expected, [given], rtol=1e-5), source)
    assert result.passed, result.message


def test_changing_what_was_made_is_seen(asked):
    exercise = exercise_of(lambda X: 1.0, [Given("training digits")])
    assert "changes its argument X" in asked(exercise, "def f(X):\n X[5, 5] = 1\n return 1").message


def test_functions_that_are_returned_can_be_called(asked):
    def score(answer):
        forward, backward, x = answer
        total = sum(float(forward(x + k)) for k in range(5))
        return Reached("sum", total + float(backward(x)[0]["dx"][1]), 17.0, ".3g")

    exercise = exercise_of(lambda: None, [], score=score)
    source = "def f(): return (lambda x: x.sum(), lambda x: [{'dx': x * 7}], x)\n"
    result = asked(exercise, "import numpy as np\nx = np.arange(2.0)\n" + source)
    assert result.passed, result.message  # 1 + 3 + 5 + 7 + 9 - 10 ... by hand: 25 + 7


def test_an_error_in_a_returned_function_is_an_error(asked):
    exercise = exercise_of(lambda: float, [], observe=lambda answer: np.float64(answer(1)))
    result = asked(exercise, "def f(): return lambda x: 1 / 0")
    assert not result.passed
    assert "ZeroDivisionError" in result.message


def test_the_stretch_exercise_of_lesson_8_works_through_the_pipe(asked):
    source = """
import numpy as np
def forward(x, params): return x * params[0]
def backward(dy, x, params): return dy * params[0], [dy * x]
def your_module(): return forward, backward, np.array([1.0, 2.0]), [np.array([3.0, -1.0])]
"""
    result = asked(all_exercises()["your_module"], source)
    assert result.passed, result.message
    wrong = source.replace("return dy * params[0]", "return -dy * params[0]")
    assert asked(all_exercises()["your_module"], wrong).status == "wrong"


MODULES = {
    "backward": (
        "return x * params[0]",
        "g = [dy * x]; dy *= params[0]; return dy, g",
    ),
    "forward": (
        "x *= params[0]; return x",
        "return dy * params[0], [dy * x]",
    ),
}


@pytest.mark.parametrize("name", MODULES)
def test_a_returned_function_that_changes_its_arguments_is_named(asked, name):
    forward, backward = MODULES[name]
    source = f"""
import numpy as np
def forward(x, params): {forward}
def backward(dy, x, params): {backward}
def your_module(): return forward, backward, np.array([1.0, 2.0]), [np.array([3.0, -1.0])]
"""
    assert f"changed by {name}" in asked(all_exercises()["your_module"], source).message


def test_a_mistake_that_ends_in_an_error_of_numpys_own_is_explained(asked):
    source = """
def gradient_descent_step(params, grads, learning_rate):
    for (W, b), (dW, db) in zip(params, grads):
        W -= learning_rate * dW
        b -= learning_rate * db
    return params
"""
    result = asked(all_exercises()["gradient_descent_step"], source)
    assert (result.status, result.explained_by) == ("raised", "kind")
    assert "W -= learning_rate * dW" in result.message
    assert "writes into the array" in result.message


def test_an_answer_that_must_raise_may_raise(asked):
    exercise = all_exercises()["checked_linear"]
    wrong = asked(exercise, "def checked_linear(X, W, b): return X @ W.T + b")
    assert wrong.status in ("wrong", "raised")
    assert not wrong.passed


# One question does not change another --------------------------------------------------------


def test_each_exercise_is_asked_in_a_state_of_its_own(mark_cells):
    source = """
count = 0
def neuron(x, w, b):
    global count
    count += 1
    return sum(x * w) + b
def or_gate():
    assert count == 0
    return (1, 1), -0.5
"""
    rows = mark_cells(source)["exercises"]
    assert rows["neuron"]["status"] == rows["or_gate"]["status"] == "passed"


def test_a_function_that_hangs_costs_its_own_exercise_only(mark_cells):
    source = """
def neuron(x, w, b):
    while True: pass
def or_gate(): return (1, 1), -0.5
"""
    rows = mark_cells(source, question_factor=0.05)["exercises"]
    assert rows["neuron"]["status"] == "timed out"
    assert rows["neuron"]["seconds"] < 3
    assert rows["or_gate"]["points"] == 1


def test_a_function_that_ends_its_process_costs_its_own_exercise_only(mark_cells):
    source = """
import os
def neuron(x, w, b): os._exit(0)
def or_gate(): return (1, 1), -0.5
"""
    result = mark_cells(source)
    assert result["status"] == "graded"
    assert result["exercises"]["neuron"]["status"] == "raised"
    assert "The process ended in this call" in str(result["exercises"]["neuron"]["rows"])
    assert result["exercises"]["or_gate"]["points"] == 1


def test_memory_that_is_too_much_costs_its_own_exercise_only(mark_cells):
    source = """
import numpy as np
def neuron(x, w, b): return np.ones(400_000_000).sum()
def or_gate(): return (1, 1), -0.5
"""
    rows = mark_cells(source)["exercises"]
    assert "MemoryError" in str(rows["neuron"]["rows"])
    assert rows["or_gate"]["points"] == 1


def test_parts_before_a_hang_count(mark_cells):
    source = """
import numpy as np
def sigmoid(x):
    while np.any(np.abs(x) > 100): pass
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)
"""
    row = mark_cells(source, question_factor=0.05)["exercises"]["sigmoid"]
    assert row["status"] == "timed out"
    assert row["points"] == 0  # ordinary inputs come after the hang, so they were not asked


def test_partial_credit_is_given_for_ordinary_inputs(mark_cells):
    source = "import numpy as np\ndef sigmoid(x): return 1 / (1 + np.exp(-x))"
    row = mark_cells(source)["exercises"]["sigmoid"]
    assert row["misconception"] == "unstable-exp"
    assert row["points"] == 1
    assert row["parts"] == [["ordinary inputs", 1, 1], ["extreme inputs", 0, 1]]


def test_what_is_no_function_is_not_found(mark_cells):
    row = mark_cells("neuron = 3")["exercises"]["neuron"]
    assert row["status"] == "not found"
    assert row["points"] == 0


# What may be called -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "from nnf_teach.modules import softmax as f",
        "import nnf_teach.modules as m\ndef f(Z): return m.softmax(Z)",
        "from nnf_teach.modules.softmax import softmax\ng = softmax\ndef f(Z): return g(Z)",
        "from nnf_teach.modules import softmax\nimport functools\nf = functools.partial(softmax)",
        "from nnf_teach.arguments import unchecked\nfrom nnf_teach import modules\n"
        "g = unchecked(modules.softmax)\ndef f(Z): return g(Z)",
        "import importlib\ndef f(Z):\n"
        "    return importlib.import_module('nnf_teach.modules').softmax(Z)",
        "import nnf_teach.modules as m\ndef f(Z): return getattr(m, 'soft' + 'max')(Z)",
        "from nnf_teach.modules import log_softmax\nimport numpy as np\n"
        "def f(Z):\n    try: return np.exp(log_softmax(Z))\n    except Exception: return 0",
    ],
)
def test_our_modules_are_found_by_whatever_way_they_are_called(
    source, sandbox_works, make_notebook
):
    task = marking.Task("student", 1, make_notebook(source))
    work = marking._Marking(task)
    Z = np.zeros((2, 3))
    for may_call, right in (((), False), (("modules",), True)):
        with marking._sandbox("auto").fork(work.bounds()) as tree:
            work.tree, work._runs = tree, 0
            fork = work._run().fork(tree)
            function = fork.find("f", may_call)
            calls = fork.call_all(function, [Case((Z,))], lambda answer, k: answer, 5)
            assert bool(fork.called) is not right
            assert np.array_equal(calls.outcomes[0].answer, Z + 1 / 3) is right


def test_the_same_name_of_the_students_own_is_no_borrowing(mark_cells):
    source = "import numpy as np\nfrom nnf_teach.modules import sigmoid as theirs\n"
    source += (
        "def sigmoid(x):\n    e = np.exp(-np.abs(x))\n    return np.where(x >= 0, 1, e) / (1 + e)"
    )
    assert mark_cells(source)["exercises"]["sigmoid"]["points"] == 2


# Replies that are no replies ----------------------------------------------------------------


def test_a_default_is_shown_and_never_evaluated(asked, tmp_path):
    flag = tmp_path / "ran"
    source = f"class A:\n    def __repr__(self): return \"open({str(flag)!r}, 'w')\"\n"
    source += "def neuron(x, w, b=A(), *, more): return 1"
    assert "yours is neuron(x, w, b=open(" in asked(all_exercises()["neuron"], source).message
    assert not flag.exists()


def test_a_channel_knows_no_more_kinds_than_these():
    import socket

    one, other = socket.socketpair()
    with one, other:
        remote = marking.Remote(Channel(one, watch=lambda: None))
        assert set(remote.channel.build) == {"object", "masked", "odd array", "function"}


def test_misconceptions_are_explained_here_and_not_there(asked):
    wrong = Misconception("doubled", lambda x: 4 * x, "Why twice?")
    exercise = exercise_of(lambda x: 2 * x, [1.0], [3.0], misconceptions=(wrong,))
    assert asked(exercise, "def f(x): return x * 4").misconception == "doubled"


def test_a_reply_to_another_question_is_malformed():
    import socket

    one, other = socket.socketpair()
    with one, other:
        remote, submission = marking.Remote(Channel(one, watch=lambda: None)), Channel(other)
        remote.deadline = marking.time.monotonic() + 5
        submission.send({"id": 7, "error": None}, [1.0])
        assert "answers another question" in remote.ask("f", []).error_text
        for number in (2, 3):
            submission.send({"id": number, "error": None}, [number])
        assert remote.ask("f", []).answer == 2
        assert remote.ask("f", []).answer == 3


TESTS = {
    "right": "P = softmax(np.log([[0.1, 0.2, 0.5], [6.0, 3.0, 1.0]]))\n"
    "    assert np.allclose(P, [[0.125, 0.25, 0.625], [0.6, 0.3, 0.1]])\n"
    "    P = softmax(Z=[[1000.0, 1000.0], [-1000.0, -1000.0]])\n"
    "    return bool(np.allclose(P, 0.5))",
    "never calls": "pass",
    "the shape": "assert softmax(np.zeros((2, 3))).shape == (2, 3)",
    "sums": "return np.allclose(softmax(np.eye(3)).sum(axis=1), 1)",
    "not written": "raise NotImplementedError('write me')",
    "an error of a right one": "softmax(np.zeros(3))",
    "what no candidate takes": "softmax([[0.0]], 1, K=[])",
    "too large": "softmax(np.zeros((1000, 1000)))",
    "the function itself": "softmax(softmax)",
    "catches": "try: softmax(None)\n    except TypeError: pass",
}


@pytest.mark.parametrize("body", TESTS.values(), ids=TESTS)
def test_a_test_is_tried_on_functions_that_stay_outside(asked, body):
    exercise = all_exercises()["test_softmax"]
    source = f"import numpy as np\n\n\ndef test_softmax(softmax):\n    {body}\n"
    found, expected = asked(exercise, source), here(exercise, source)
    assert (found.status, found.misconception) == (expected.status, expected.misconception)
    assert without_lines(found) == without_lines(expected)


def without_lines(result):
    """Return the rows without the line, which is known by its text in the sandbox alone."""
    return [row for row in result.rows if row[0] != "line"]


FORGERIES = {
    "asks for another number": "channel.send({'id': node.asked, 'asks': 10**6}, [[], {}])",
    "asks for no number": "channel.send({'id': node.asked, 'asks': 'all'}, [[], {}])",
    "asks without values": "channel.send({'id': node.asked, 'asks': 0}, [])",
}


@pytest.mark.parametrize("forged", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_question_to_a_candidate_earns_nothing(asked, forged):
    source = f"""
import gc
from nnf_teach.grading.inside.node import Node

def test_softmax(softmax):
    node = next(o for o in gc.get_objects() if isinstance(o, Node))
    channel = node.channel
    {forged}
    channel.receive()
"""
    assert not asked(all_exercises()["test_softmax"], source).passed


def test_a_test_sees_no_more_than_what_is_returned(asked):
    source = """
import inspect

def test_softmax(softmax):
    cells = [c.cell_contents for c in softmax.__closure__]
    seen = [type(c).__name__ for c in cells]
    raise ValueError(str(seen))
"""
    result = asked(all_exercises()["test_softmax"], source)
    assert "Candidate" not in result.message
    assert "int" in result.message
