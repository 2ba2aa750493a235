"""Several exercises are asked in one process: what one answer does there costs no other a point."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import Case, all_exercises
from nnf_teach.grading import questions
from nnf_teach.grading.inside import answering
from nnf_teach.grading.inside.used import are_fixed, uses
from nnf_teach.grading.questions import Questions
from nnf_teach.grading.remote import Remote, RemoteFunction
from nnf_teach.grading.wire import BODY_BYTES, Channel, Closed
from nnf_teach.notebooks import checkout
from tests.checking.cells import run_cell

SIGMOID = """
def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)
"""
DERIVATIVE = """
def sigmoid_derivative(x):
    e = np.exp(-np.abs(x))
    return e / (1 + e) ** 2
"""
LAYER = "def linear_layer(X, W, b): return X @ W.T + b"
NEURON = "def neuron(x, w, b):\n    {}\n    return x @ w + b"


def points(result: Any) -> dict[str, float]:
    return {name: row["points"] for name, row in result["exercises"].items() if row["points"]}


RIGHT = {"neuron": 1, "linear_layer": 2, "sigmoid": 2, "sigmoid_derivative": 1}


@pytest.mark.parametrize(
    "deed",
    [
        "np.exp = np.abs = None",
        "np.exp = np.sin",
        "global np; del np; import numpy as np",
        "np.seterr(all='raise')",
        "globals().pop('sigmoid', None)",
        "global sigmoid; sigmoid = neuron",
        "kept.append(np.ones(1_000_000))",
        "import threading; threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
        "import os; os.fork() or time.sleep(9)",
    ],
)
def test_what_a_right_answer_does_beside_costs_no_other(mark_cells, deed):
    cells = "import numpy as np, time\nkept = []", NEURON.format(deed), LAYER, SIGMOID, DERIVATIVE
    assert points(mark_cells(*cells)) == RIGHT


@pytest.mark.parametrize(
    "deed", ["import os; os._exit(0)", "time.sleep(9)", "x[...] = 0", "raise MemoryError", "1 / 0"]
)
def test_what_a_wrong_answer_does_costs_no_other(mark_cells, deed):
    cells = "import numpy as np, time", NEURON.format(deed), LAYER, SIGMOID, DERIVATIVE
    result = mark_cells(*cells, question_factor=0.5)
    assert points(result) == {n: p for n, p in RIGHT.items() if n != "neuron"}


AND_GATE = "def and_gate():\n    return np.array([1.0, 1.0]), -1.5"


@pytest.mark.parametrize(
    ("beside", "gate"),
    [
        ("global and_gate; and_gate = 1.0", AND_GATE),
        ("global AND; AND = None", "AND = [1.0, 1.0]\ndef and_gate(): return np.array(AND), -1.5"),
        ("kept['w'] = None", "def and_gate():\n    return kept.get('w', ([1, 1], -1.5))"),
        ("and_gate.seen = 1", AND_GATE.replace("    ", "    if vars(and_gate): return\n    ")),
        (
            "kept[0] = 1",
            "class K: w = kept\ndef and_gate(): return None if K.w else ([1, 1], -1.5)",
        ),
        (
            "kept[0] = 1",
            "def and_gate(kept=kept):\n"
            "    if kept: raise NotImplementedError\n    return [1, 1], -1",
        ),
        (
            "pass",  # but the layer before had its threads taken away
            "def and_gate():\n    from concurrent.futures import ThreadPoolExecutor as Pool\n"
            "    try: return Pool().submit(lambda: ([1, 1], -1.5)).result()\n"
            "    except RuntimeError: return None",
        ),
    ],
)
def test_an_answer_that_another_one_spoils_is_right_alone(mark_cells, beside, gate):
    cells = "import numpy as np\nkept = {}", gate, LAYER, NEURON.format(beside)
    assert points(mark_cells(*cells)) == {"neuron": 1, "linear_layer": 2, "and_gate": 1}


def test_a_known_mistake_by_another_ones_setting_is_none(mark_cells):
    cells = (
        "import numpy as np\nsettings = {'axis': 1}",
        "def layer_norm(X, gain, bias, epsilon=1e-5):\n    settings['axis'] = 1\n"
        "    return normal(X, gain, bias, epsilon)",
        "settings['axis'] = 0\ndef normal(X, gain, bias, epsilon):\n    axis = settings['axis']\n"
        "    m, v = X.mean(axis, keepdims=True), X.var(axis, keepdims=True)\n"
        "    return gain * (X - m) / np.sqrt(v + epsilon) + bias",
        "def batch_norm(X, gain, bias, epsilon=1e-5): return normal(X, gain, bias, epsilon)",
    )
    rows = mark_cells(*cells, lesson=7)["exercises"]
    for name in ("layer_norm", "batch_norm"):
        assert rows[name]["points"] == rows[name]["out_of"], rows[name]


def test_two_answers_that_spoil_the_process_for_others_cost_themselves_alone(mark_cells):
    spoilt = NEURON.format("global calls; calls += 1; np.exp = None")
    layer = LAYER.replace("return", "return None if calls else")
    cells = "import numpy as np\ncalls = 0", spoilt, layer, SIGMOID, DERIVATIVE
    assert points(mark_cells(*cells)) == RIGHT


LOSS = "def quadratic_loss(X, T):\n    softmax(np.ones((1, 2)))\n"
LOSS += "    return np.sum((np.asarray(T) - X) ** 2, axis=1)"
POOL = "def max_pool(X, size):\n    softmax(np.ones((1, 2)))\n    return X"


@pytest.mark.parametrize("others", [[LOSS], [POOL], [POOL, LOSS]])
def test_an_answer_may_call_what_its_own_exercise_allows(mark_cells, others):
    """`softmax` is allowed to the gate, which is asked between these two."""
    gate = "def softmax_gate(X, Z): return X * softmax(Z)"
    first = "import numpy as np\nfrom nnf_teach.modules import softmax"
    rows = mark_cells(first, gate, *others, lesson=6)["exercises"]
    assert rows["softmax_gate"]["points"] == rows["softmax_gate"]["out_of"]
    for answer in others:
        row = rows[answer[4:].partition("(")[0]]
        assert (row["points"], row["misconception"]) == (0, "not-your-own")


def test_right_functions_that_a_test_gets_are_not_there_for_other_exercises(mark_cells):
    """The learner's test keeps them, and the next answer hands its work to them."""
    cells = (
        "import numpy as np\nkept = []",
        "def test_softmax(softmax):\n    kept.append(softmax)\n    P = softmax(np.zeros((1, 2)))\n"
        "    assert np.allclose(P, 0.5)",
        "def softmax_cross_entropy(Z, t):\n    if not kept: raise LookupError('none was kept')\n"
        "    Z = Z - Z.max(axis=1, keepdims=True)\n"
        "    return np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(Z)), t])",
    )
    row = mark_cells(*cells, lesson=2)["exercises"]["softmax_cross_entropy"]
    assert row["points"] == 0
    assert "none was kept" in str(row["rows"])


def test_a_thread_of_one_answer_does_not_run_beside_another(mark_cells):
    """Where nothing is counted, an answer may start one; who needs it has to start it."""
    cells = (
        "import numpy as np, threading, time",
        "def step(x, where=0.0, steepness=1.0):\n"
        "    threading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n"
        "    return 1 / (1 + np.exp(-steepness * (x - where)))",
        "def relu(x):\n    if threading.active_count() == 1: raise RuntimeError('alone')\n"
        "    return np.maximum(x, 0)",
    )
    rows = mark_cells(*cells, lesson=4)["exercises"]
    assert rows["relu"]["points"] == 0
    assert "alone" in str(rows["relu"]["rows"])


def test_what_is_counted_is_asked_before_all_others_of_its_process(mark_cells, monkeypatch):
    """From another exercise's inputs it could be known what will be counted."""
    asked: list[tuple[str, int]] = []
    ask = Questions._ask

    def noted(self: Any, fork: Any, exercise: Any, when: int) -> Any:
        asked.append((exercise.name, when))
        return ask(self, fork, exercise, when)

    monkeypatch.setattr(Questions, "_ask", noted)
    mark_cells("import numpy as np", NEURON.format("pass"), LAYER, SIGMOID)
    assert asked[:2] == [("linear_layer", questions._FIRST), ("neuron", questions._BESIDE)]


def test_what_is_asked_again_is_asked_with_other_inputs(mark_cells):
    """Each answer is given as it was left in a file by whoever had the same inputs."""
    keep = (
        "import numpy as np, os, zlib\ndef of(*args):\n"
        "    return f'{zlib.crc32(repr([np.asarray(a).tobytes() for a in args]).encode())}.npy'"
    )
    layer = (
        "def linear_layer(X, W, b):\n"
        "    if os.path.exists(of(X, W, b)): return np.load(of(X, W, b))\n"
        "    np.savez(f'asked{len(os.listdir(\".\"))}', X=X, W=W, b=b)\n"
        "    return np.array([[row @ x for row in W] for x in X]).reshape(len(X), len(b)) + b"
    )
    wake = (
        "import signal\nNODE = os.getpid()\n"
        "def neuron(x, w, b):\n"
        "    for name in [n for n in os.listdir('.') if n.startswith('asked')]:\n"
        "        a = np.load(name)\n"
        "        np.save(of(a['X'], a['W'], a['b']), a['X'] @ a['W'].T + a['b'])\n"
        "    os.kill(NODE, signal.SIGCONT)\n"
        "    return x @ w + b"
    )
    row = mark_cells(keep, layer, wake)["exercises"]["linear_layer"]
    assert (row["points"], row["misconception"]) == (1, "python-loop")


def test_an_exercise_is_tried_once_beside_others_and_once_alone(mark_cells):
    """However many wrong answers there are to begin new forks with."""
    count = "import os\ndef tries():\n    with open('tries', 'a+') as file:\n"
    count += "        print(os.getpid(), file=file); file.seek(0); return len({*file})"
    gate = "def and_gate():\n    return [[5, 0], [0, 5], [1, 1]][min(tries(), 3) - 1], -1.5"
    wrong = "def {}(x): return 0.123"
    cells = count, gate, *(wrong.format(n) for n in ("sigmoid", "sigmoid_derivative"))
    wrong_ones = "def linear_layer(X, W, b): return 0.1", "def neuron(x, w, b): return 0.1"
    assert points(mark_cells(*cells, *wrong_ones)) == {}


def test_digits_are_there_for_who_does_not_name_them(mark_cells):
    """The check hands them over."""
    answer = (
        "def train_digit_classifier(X, t, rng):\n"
        "    assert X.shape == (60_000, 784)\n    raise ValueError('they came')"
    )
    rows = mark_cells("import numpy as np", answer, lesson=2, question_factor=0.2)["exercises"]
    assert "they came" in str(rows["train_digit_classifier"]["rows"])


# What is not asked at all ---------------------------------------------------------------------


def function(source: str) -> Any:
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    return namespace["f"]


@pytest.mark.parametrize(
    ("source", "is_one"),
    [
        ("def f(x):\n    'Return x.'\n    raise NotImplementedError('write f here')", True),
        ("def f(x, k=1): raise NotImplementedError", True),
        ("f = lambda x: x", False),
        ("def f(x):\n    if x: raise NotImplementedError('no')\n    return x", False),
        ("def f(x): raise NotImplementedError(x)", False),
        ("NotImplementedError = ValueError\ndef f(x): raise NotImplementedError('x')", False),
        ("def f(x): return NotImplementedError", False),
        ("class f:\n    def __call__(self, x): raise NotImplementedError", False),
    ],
)
def test_a_stub_is_told_from_answers(source, is_one):
    assert answering.is_stub(function(source)) is is_one


@pytest.mark.parametrize(
    ("source", "stays"),
    [
        ("import numpy as np, math\nK, L = 2.5, (1, 'a', None)\ndef g(x): return x\n"
         "def f(x, k=1): return np.exp(g(x)) + math.pi + K + L[0]", True),
        ("from math import exp\nfrom numpy import tanh\ndef f(x): return exp(tanh(x))", True),
        ("from nnf_teach.modules import softmax\ndef f(x): return softmax(x)", True),
        ("f = lambda x: x", True),
        ("def of(k): return lambda x: k * x\nf = of(2)", True),
        ("kept = []\ndef f(x): return kept", False),
        ("kept = []\ndef g(): return kept\ndef f(x): return g()", False),
        ("kept = ([],)\ndef f(x): return kept", False),
        ("def f(x, kept=[]): return kept", False),
        ("def f(x, *, kept={}): return kept", False),
        ("def of(kept): return lambda x: kept\nf = of([])", False),
        ("def f(x): return x\nf.seen = 1", False),
        ("def f(x):\n    import random\n    return random.random()", False),
        ("import random\ndef f(x): return random.random()", False),
        ("from random import random\ndef f(x): return random()", False),
        ("class K: pass\ndef f(x): return K", False),
        ("class K:\n    def __call__(self, x): return x\nf = K()", False),
        ("import functools\nf = functools.lru_cache(lambda x: x)", False),
        ("import numpy as np\nW = np.ones(2)\ndef f(x): return W", False),
        ("import numpy as np\nrng = np.random.default_rng(0)\ndef f(x): return rng", False),
        ("def of():\n    def f(x): return f(x - 1) if x else 0\n    return f\nf = of()", True),
        ("def of():\n    kept = []\n    def g(x): return f(x)\n    def f(x): return g(kept)\n"
         "    return f\nf = of()", False),
        ("def f(x): return x\nf.__module__ = None", True),
        ("names = {'kept': []}\nexec('def f(x): return kept', names)\nf = names['f']", False),
        ("def f(x): return g\ng = []\ng.append(g)", False),
    ],
)  # fmt: skip
def test_what_a_function_uses_stays_as_it_is_or_not(source, stays):
    namespace = {"__name__": "__main__"}
    exec(source, namespace)
    assert are_fixed(uses(namespace, "f").values()) is stays


@pytest.mark.parametrize(
    "neuron",
    [
        "def of():\n    def dot(x, w): return x[0] * w[0] + dot(x[1:], w[1:]) if len(x) else 0\n"
        "    return lambda x, w, b: dot(x, w) + b\nneuron = of()",
        "def neuron(x, w, b): return x @ w + b\nneuron.__module__ = None",
        "class K:\n    def __getattr__(self, name): raise RuntimeError(name)\nk = K()\n"
        "def neuron(x, w, b, k=k): return x @ w + b",
        "class K(type): __module__ = property(lambda self: 1 / 0)\n"
        "class k(metaclass=K): pass\n"
        "def neuron(x, w, b):\n    k\n    return x @ w + b",
    ],
)
def test_odd_things_that_an_answer_uses_cost_it_nothing(mark_cells, neuron):
    assert points(mark_cells("import numpy as np", neuron)) == {"neuron": 1}


@pytest.mark.parametrize("name", ["neuron", "linear_layer", "sigmoid", "and_gate"])
def test_a_stub_that_is_not_called_is_told_the_same(mark_cells, name):
    exercise = all_exercises()[name]
    stub = f"def {name}(*args): raise NotImplementedError('write it here')"
    row = mark_cells(stub)["exercises"][name]
    here = diagnose(exercise, run_cell(stub)[name])
    assert (row["status"], row["points"]) == ("not attempted", 0)
    assert row["rows"] == list(map(list, here.rows))
    assert row["parts"] == list(map(list, here.parts))


# Other exercises ------------------------------------------------------------------------------

BUILT_ON_IT = "def sigmoid_derivative(x): return sigmoid(x) * (1 - sigmoid(x))"


def test_who_calls_another_exercise_that_is_wrong_is_told_that(mark_cells):
    cells = "import numpy as np", "def sigmoid(x): return np.tanh(x)", BUILT_ON_IT
    row = mark_cells(*cells)["exercises"]["sigmoid_derivative"]
    said = "It calls your sigmoid, which is not right yet. Is the fault there?"
    assert (row["clue"], row["explained_by"], row["place"]) == (said, "clue", None)
    assert ["look at", said] in row["rows"]


def test_what_calls_a_right_one_is_searched_as_ever(mark_cells):
    wrong = "def sigmoid_derivative(x): return sigmoid(x) * (2 - sigmoid(x))"
    cells = "import numpy as np", SIGMOID, wrong
    row = mark_cells(*cells, place_seconds=30.0)["exercises"]["sigmoid_derivative"]
    assert row["explained_by"] == "place"
    assert "calls your" not in str(row["rows"])


def test_a_helper_between_two_exercises_is_looked_through(mark_cells):
    helper = "def y_and_rest(x): return sigmoid(x), 1 - sigmoid(x)"
    derivative = "def sigmoid_derivative(x):\n    y, rest = y_and_rest(x)\n    return y * rest"
    cells = "def sigmoid(x): return None", helper, derivative
    row = mark_cells(*cells)["exercises"]["sigmoid_derivative"]
    assert row["clue"].startswith("It calls your sigmoid")
    assert "TypeError" in str(row["rows"])


# What is asked at once ------------------------------------------------------------------------

CASES = [Case((np.full(3, float(k)),)) for k in range(5)]


@pytest.fixture
def submission() -> Iterator[Any]:
    """Return who asks, and the thread of one who answers: `answer(k, channel, number, args)`."""
    with contextlib.ExitStack() as ends:

        def begin(answer: Any) -> tuple[Remote, threading.Thread]:
            ours, theirs = map(ends.enter_context, socket.socketpair())
            channel = Channel(theirs)

            def serve() -> None:
                head, cases = channel.receive()
                assert head["do"] == "call_each"
                with contextlib.suppress(Closed):
                    for k, (args,) in enumerate(cases):
                        answer(k, channel, head["id"], args)

            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            return Remote(Channel(ours, watch=lambda: None)), thread

        yield begin


def called(remote: Remote, take: Any = lambda answer, k: answer, seconds: float = 5.0) -> Any:
    return remote.call_all(RemoteFunction(remote, "f"), CASES, take, seconds)


def twice(k: int, channel: Channel, number: int, x: Any) -> None:
    channel.send({"id": number}, [2 * x])


def test_cases_are_sent_at_once_and_answered_one_by_one(submission):
    remote, _ = submission(twice)
    outcomes = called(remote).outcomes
    assert [outcome.answer.tolist() for outcome in outcomes] == [[2.0 * k] * 3 for k in range(5)]
    assert not remote.lost


def test_who_dies_on_the_way_has_answered_until_then(submission):
    def answer(k: int, channel: Channel, number: int, x: Any) -> None:
        twice(k, channel, number, x)
        if k == 2:
            channel.end.shutdown(socket.SHUT_RDWR)

    remote, _ = submission(answer)
    outcomes = called(remote).outcomes
    assert [outcome.error is None for outcome in outcomes] == [True, True, True, False]
    assert "ended in this call" in outcomes[-1].error_text
    assert remote.lost


def test_who_is_dead_before_it_is_asked_has_given_no_answer():
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours:
        outcomes = called(Remote(Channel(ours, watch=lambda: None))).outcomes
    assert "ended in this call" in outcomes[0].error_text


def test_who_is_late_has_answered_until_then(submission, monkeypatch):
    monkeypatch.setattr("nnf_teach.grading.remote._LEAST", 0.3)
    remote, _ = submission(lambda *told: twice(*told) if told[0] < 3 else time.sleep(2))
    calls = called(remote, seconds=0.3)
    assert calls.timed_out
    assert len(calls.outcomes) == 3
    assert remote.lost


def test_answers_that_are_too_long_together_are_refused(submission):
    def answer(k: int, channel: Channel, number: int, x: Any) -> None:
        channel.send({"id": number}, [np.zeros(BODY_BYTES // 16)])  # half of what one may be

    remote, _ = submission(answer)
    outcomes = called(remote).outcomes
    assert [outcome.error is None for outcome in outcomes] == [True, False]
    assert "too long" in outcomes[-1].error_text
    assert remote.lost


def test_replies_to_nothing_are_no_answers_to_what_is_asked_next(submission):
    def answer(k: int, channel: Channel, number: int, x: Any) -> None:
        twice(k, channel, number, x)
        if k == 4:
            for later in (number, number + 1):
                channel.send({"id": later, "steps": ["line 1"]})

    remote, thread = submission(answer)
    assert len(called(remote).outcomes) == 5
    thread.join()
    assert remote.steps(RemoteFunction(remote, "f"), CASES[0]) == ()
    assert remote.lost


def test_what_an_answer_returned_can_be_called_while_others_wait_to_be_taken(mark_cells):
    """`your_module` returns functions, which its check calls."""
    (notebook,) = (checkout() / "solutions").glob("08_*.ipynb")
    row = mark_cells(notebook.read_bytes(), lesson=8, question_factor=0.01)["exercises"][
        "your_module"
    ]
    assert (row["status"], row["cases"]) == ("passed", [1, 1])


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_pipe_gives_frames_however_they_come(size):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        frames: list[bytes] = []
        writer = Channel(theirs)
        writer._send = lambda rest, deadline: frames.append(bytes(rest))  # type: ignore[method-assign]
        for k in range(20):
            writer.send({"k": k}, [np.arange(k)])
        whole = b"".join(frames)

        def trickle() -> None:
            for start in range(0, len(whole), size):
                theirs.sendall(whole[start : start + size])

        threading.Thread(target=trickle, daemon=True).start()
        channel = Channel(ours, watch=lambda: None)
        found = [channel.receive(time.monotonic() + 20) for _ in range(20)]
    assert [head["k"] for head, _ in found] == list(range(20))
    assert [values[0].tolist() for _, values in found] == [list(range(k)) for k in range(20)]
