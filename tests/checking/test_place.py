"""Is the place of a slip told where there is one, and only there?"""

import functools
import math
import re
import time
from dataclasses import replace

import numpy as np
import pytest

from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.checking.place import find_place
from nnf_teach.checking.source import Loops, Source
from nnf_teach.checking.trial import try_out
from nnf_teach.exercises import Case, all_exercises
from tests.checking.cells import run_cell

EXERCISES = all_exercises()


def place_of(exercise, code, **names):
    exercise = EXERCISES[exercise]
    return find_place(try_out(exercise, run_cell(code, **names)[exercise.name]), seconds=30)


LOGISTIC = """def logistic_gradients(X, t, w, b):
    z = X @ w + b
    r = (1 / (1 + np.exp(-z)) - t) / len(t)
    return X.T @ r, r.sum()
"""
SOFTMAX = """def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)
"""
LAYER = """def linear_layer(X, W, b):
    return X @ W.T + b
"""
ADAM = """def adam_step(p, g, m, v, step, rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g ** 2
    root = np.sqrt(v / (1 - beta2 ** step))
    return p - rate * m / (1 - beta1 ** step) / (root + epsilon), m, v
"""
MLP = """def squash(z):
    return 0.5 * (1 + np.tanh(z / 2))

def mlp_forward(X, params):
    H = X
    for W, b in params[:-1]:
        H = squash(H @ W.T + b)
    W, b = params[-1]
    return H @ W.T + b
"""
# exercise, right code, what is broken in it and how; the line, and what must lie in the place
BROKEN = [
    ("logistic_gradients", LOGISTIC, "X.T @ r,", "X.T @ r + 0.01 * w,", 4, "0.01 * w"),
    ("logistic_gradients", LOGISTIC, "- t)", "+ t)", 3, "+ t"),
    ("logistic_gradients", LOGISTIC, "/ len(t)", "/ (len(t) + 1)", 3, "len(t) + 1"),
    ("logistic_gradients", LOGISTIC, "r.sum()", "r.mean()", 4, "r.mean"),
    ("logistic_gradients", LOGISTIC, "np.exp(-z)", "np.exp(z)", 3, "z"),
    ("softmax", SOFTMAX, "np.exp(Z -", "np.exp(Z / 2 -", 2, "Z / 2"),
    ("softmax", SOFTMAX, "return E /", "return np.sqrt(E) /", 3, "np.sqrt(E)"),
    ("softmax", SOFTMAX, "E.sum(axis=1", "E.max(axis=1", 3, "E.max"),
    ("linear_layer", LAYER, "+ b", "- b", 2, "- b"),
    ("linear_layer", LAYER, "X @ W.T", "2 * X @ W.T", 2, "2 * X"),
    ("mlp_forward", MLP, "z / 2", "z", 2, "z"),
    (
        "mlp_forward",
        MLP,
        "    return H @ W.T + b\n",
        "    return squash(H @ W.T + b)\n",
        9,
        "squash",
    ),
    ("mlp_forward", MLP, "params[:-1]", "params[:-2]", 6, "-2"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("exercise", "code", "old", "new", "line", "inside"), BROKEN)
def test_a_right_answer_broken_in_one_place_is_told_that_place(
    exercise, code, old, new, line, inside
):
    assert code.count(old) == 1, "the test itself"
    found = place_of(exercise, code.replace(old, new))
    if found is None:
        pytest.fail("no place found")
    # a name may be changed where it is made and where it is used: both are told
    assert found.line == line or f"or line {line} before it" in found.question
    if found.line == line:
        assert inside in found.expression or found.expression in inside
    assert found.source == code.replace(old, new).splitlines()[found.line - 1].strip()
    assert found.source[found.column :].startswith(found.expression) or found.column == 0


@pytest.mark.slow
@pytest.mark.parametrize(("exercise", "code", "old", "new", "line", "inside"), BROKEN)
def test_the_question_never_holds_the_right_code(exercise, code, old, new, line, inside):
    found = place_of(exercise, code.replace(old, new))
    missing = [part for part in ("X.T @ r,", "E.sum", "params[:-1]", "np.exp(-z)") if part == old]
    assert not any(part in f"{found.question}{found.kind}" for part in missing)


@pytest.mark.parametrize("code", [LOGISTIC, SOFTMAX, LAYER, MLP])
def test_the_right_answers_of_these_tests_are_right(code):
    names = run_cell(code)
    name = next(name for name in EXERCISES if name in names)
    problems = try_out(EXERCISES[name], names[name]).problems
    about = [case.about for case in EXERCISES[name].cases(np.random.default_rng(0))]
    assert not any(p for p, a in zip(problems, about, strict=True) if not a)


# an answer in one line: what is told of it
TOLD = [
    ("relu", "x", "np.abs(x)", "look at the function in `np.abs(x)`"),
    ("conditional_backward", "dY, X, P", "dY * (P > 0), dY * X", "what is `> 0` for?"),
    (
        "quadratic_loss_backward", "X, T", "2 * (X + T), -2 * (X + T)",
        "look at `2 * (X + T), -2 * (X + T)`: the slip is in it",
    ),
    (
        "cross_entropy_with_logits", "z, t",
        "np.mean(t * np.logaddexp(0, z) + (1 - t) * np.logaddexp(0, -z))",
        "look at `t * np.logaddexp(0, z) + (1 - t) * np.logaddexp(0, -z)`: the slip is in it",
    ),
    (
        "gradient_descent_step", "params, grads, rate",
        "[(W + rate * G, b + rate * g) for (W, b), (G, g) in zip(params, grads)]",
        "look at the operation in `(W + rate * G, b + rate * g)`",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("exercise", "names", "answer", "told"), TOLD)
def test_the_place_holds_all_of_the_slip(exercise, names, answer, told):
    found = place_of(exercise, f"def {exercise}({names}):\n    return {answer}\n")
    assert told in found.question


def test_a_name_that_is_wrong_twice_in_a_line_is_told_so():
    found = place_of(
        "adam_step", ADAM.replace("beta2 * v + (1 - beta2)", "beta1 * v + (1 - beta1)")
    )
    assert found.question == "Line 3: look at the name `beta1`, both times."


LOOK_ALIKES = [
    ("sigmoid", "def sigmoid(x):\n    return np.clip(0.25 * np.asarray(x) + 0.5, 0, 1)\n"),
    ("sigmoid", "def sigmoid(x):\n    return 0.5 * (1 + x / (2 + np.abs(x)))\n"),
    ("softmax", "def softmax(Z):\n    return np.full(Z.shape, 1 / Z.shape[1])\n"),
    ("neuron", "def neuron(x, w, b):\n    return 0.25\n"),
    ("linear_layer", "def linear_layer(X, W, b):\n    return np.zeros((len(X), len(b)))\n"),
    ("cross_entropy", "def cross_entropy(p, t):\n    return np.mean((p - t) ** 2)\n"),
]


@pytest.mark.parametrize(("exercise", "code"), LOOK_ALIKES)
def test_a_look_alike_or_an_answer_by_heart_is_told_no_place(exercise, code):
    assert place_of(exercise, code) is None


def test_a_part_of_an_answer_has_its_own_place():
    code = LOGISTIC.replace("X.T @ r, r.sum()", "2 * X.T @ r, np.tanh(r).sum() + t.max()")
    found = place_of("logistic_gradients", code)
    assert (found.expression, found.other) == ("2 *", None)
    assert found.question == "Line 4: what is `2 *` for? Without it dw comes out right."


TWO = [
    ("logistic_gradients", LOGISTIC, "X.T @ r, r.sum()", "2 * X.T @ r, -r.sum()", "2 *", "-"),
    ("logistic_gradients", LOGISTIC, "X.T @ r, r.sum()", "X.T @ r / 9, r.min()", "/ 9", "r.min"),
    (
        "adam_step",
        ADAM.replace("p - rate", "p + rate"),
        "g ** 2",
        "np.abs(g)",
        "np.abs",
        "p + rate * m / (1 - beta1 ** step) / (root + epsilon)",
    ),
]


@pytest.mark.parametrize(("exercise", "code", "old", "new", "one", "other"), TWO)
def test_two_slips_are_told_both_places(exercise, code, old, new, one, other):
    assert code.count(old) == 1, "the test itself"
    found = place_of(exercise, code.replace(old, new))
    assert [place.expression for place in found.all] == [one, other]
    assert found.question.startswith("Two slips")
    for place in found.all:
        assert place.source[place.column :].startswith(place.expression)


def test_where_brackets_and_a_number_help_neither_is_told():
    code = "def tent(x):\n    return 2 * np.maximum(x, 0) - 2 * np.maximum(x - 0.5, 0)\n"
    found = place_of("tent", code)
    assert found.expression == "2 * np.maximum(x, 0) - 2 * np.maximum(x - 0.5, 0)"
    assert found.question.endswith("the slip is in it.")


def test_what_is_borrowed_is_no_place_where_the_type_alone_is_wrong():
    code = """def bumps_needed(lipschitz, epsilon, dimension):
    return np.ceil(lipschitz / (2 * epsilon)) ** dimension
"""
    assert place_of("bumps_needed", code) is None
    result = diagnose(EXERCISES["bumps_needed"], run_cell(code)["bumps_needed"])
    assert "Which function makes an int?" in dict(result.rows)["look at"]


ADAM = """def adam_step(param, grad, m, v, step, rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**step), v / (1 - beta2**step)
    return param - rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v
"""
SOFTMAX_BACKWARD = """def softmax_backward(dY, Y):
    return Y * (dY - np.sum(dY * Y, axis=1, keepdims=True))
"""
GRADIENT_STEP = """def gradient_descent_step(params, grads, rate):
    return [(W - rate * dW, b - rate * db) for (W, b), (dW, db) in zip(params, grads)]
"""
MEANT = [
    (
        SOFTMAX_BACKWARD,
        ", keepdims=True",
        "",
        "something is missing inside `np.sum(dY * Y, axis=1)`",
    ),
    (
        SOFTMAX_BACKWARD,
        ", axis=1, keepdims=True",
        "",
        "something is missing inside `np.sum(dY * Y)`",
    ),
    (SOFTMAX_BACKWARD, "axis=1, keepdims=True", "axis=0", "look at the axis in `np.sum("),
    (GRADIENT_STEP, " - ", " + ", "look at the operation in `(W + rate * dW, b + rate * db)`"),
    (ADAM, "(np.sqrt(v_hat) + epsilon), m, v", "np.sqrt(v_hat) + epsilon, m, v", "the brackets in"),
    (
        ADAM,
        "return param - rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v",
        "param = param - rate * m_hat / (np.sqrt(v_hat) + epsilon)\n    return m, v, param",
        "look at the order of the parts in `m, v, param`",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("code", "old", "new", "said"), MEANT)
def test_what_is_asked_leads_to_what_a_person_would_change(code, old, new, said):
    name = code[4 : code.index("(")]
    assert said in place_of(name, code.replace(old, new)).question


def test_what_stays_wrong_is_said():
    code = SOFTMAX.replace("Z.max(axis=1, keepdims=True))", "Z.max()) + 0.5")
    found = place_of("softmax", code)
    assert "+ 0.5" in found.question
    assert "Then only this is left" in found.question


LOGITS = """def cross_entropy_with_logits(z, t):
    s = 1 / (1 + np.exp(-z))
    return -np.mean(t * np.log(s) + (1 - t) * np.log(1 - s))
"""
PAPER = """def softmax_cross_entropy(Z, t):
    return np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(t)), t])
"""
ATTENTION = """def attention(Q, K, V):
    E = np.exp(Q @ K.T / np.sqrt(K.shape[1]))
    return E / E.sum(axis=1, keepdims=True) @ V
"""
# an answer as on paper, which overflows; a slip in it; where, and what is left
ON_PAPER = [
    ("def sigmoid(x):\n    return 1 / (1 + np.exp(-x))", "-x", "x", "extreme inputs"),
    ("def sigmoid(x):\n    return np.exp(x) / (1 + np.exp(x))", "1 +", "1 -", "extreme inputs"),
    (LOGITS, "-np.mean", "-np.sum", "extreme logits"),
    (LOGITS, "-np.mean", "np.mean", "extreme logits"),
    (LOGITS, "-z", "z", "extreme logits"),
    (PAPER, " - ", " + ", "extreme logits"),
    (
        SOFTMAX.replace(" - Z.max(axis=1, keepdims=True)", ""),
        "axis=1",
        "axis=0",
        "logits far apart",
    ),
    (ATTENTION, "axis=1, keepdims=True", "axis=0", "huge entries"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("code", "old", "new", "left"), ON_PAPER)
def test_a_slip_in_what_overflows_is_one_slip(code, old, new, left):
    found = place_of(code[4 : code.index("(")], code.replace(old, new, 1))
    assert found.other is None
    line = code[: code.index(old)].count("\n") + 1
    assert re.search(f"[Ll]ine {line}\\b", found.question)
    assert re.search(f"Then only this is left: [^.]*{left}.$", found.question)


def test_who_computes_safely_is_not_led_to_what_overflows():
    """Without the size of x every ordinary example would come out right."""
    assert place_of("sigmoid", "def sigmoid(x):\n    return 1 / (1 + np.exp(-np.abs(x)))") is None


def test_a_function_with_a_closure_and_a_decorated_one_have_places():
    closed = """def make(offset):
    def neuron(x, w, b):
        return x @ w + b + offset * 2 - offset + 1
    return neuron
neuron = make(0.0)
"""
    assert place_of("neuron", closed).line == 3
    decorated = """def twice(f):
    @functools.wraps(f)
    def inner(*args):
        return f(*args)
    return inner

@twice
def neuron(x, w, b):
    return x @ w + b + 1
"""
    assert "+ 1" in place_of("neuron", decorated, functools=functools).question


@pytest.mark.parametrize(
    "code",
    [
        "neuron = lambda x, w, b: x @ w + b + 1",
        "from functools import partial\ndef n(x, w, b, k): return x @ w\nneuron = partial(n, k=1)",
        "class N:\n    def __call__(self, x, w, b): return x @ w + b + 1\nneuron = N()",
        "def neuron(x, w, b):\n    global seen\n    seen = x\n    return x @ w + b + 1\n",
        "def neuron(x, w, b):\n    import math\n    return x @ w + b + 1\n",
        "def neuron(x, w, b):\n    open('f', 'w').close()\n    return x @ w + b + 1\n",
    ],
)  # fmt: skip
def test_where_there_is_no_source_or_more_than_a_value_nothing_is_changed(
    code, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert place_of("neuron", code) is None


def test_a_cell_that_has_changed_since_is_not_taken_for_the_function():
    names = run_cell("def neuron(x, w, b):\n    return x @ w + b + 1\n")
    import linecache

    file = names["neuron"].__code__.co_filename
    for changed in ("x @ w * b", "x @ w + b + 2"):
        text = f"def neuron(x, w, b):\n    return {changed}\n"
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        assert find_place(try_out(EXERCISES["neuron"], names["neuron"])) is None


def test_a_cell_that_imports_has_places():
    code = """import numpy as np

def neuron(x, w, b):
    return np.dot(x, w) + b + 1
"""
    assert "+ 1" in place_of("neuron", code).question


def test_letters_of_several_bytes_do_not_shift_the_place():
    code = LAYER.replace("X @ W.T + b", 'β = b; "αβγ"; return X @ W.T + β + 0.5').replace(
        "return β", "β"
    )
    found = place_of("linear_layer", code)
    assert found.expression == "+ 0.5"
    assert found.source[found.column :] == "+ 0.5"


def test_a_sign_that_is_too_much_is_marked_where_it_stands():
    code = """def cross_entropy_with_logits(z, t):
    return -np.mean(t * np.logaddexp(0, -z) + (1 - t) * np.logaddexp(0, z))
"""
    found = place_of("cross_entropy_with_logits", code)
    assert (found.column, found.expression) == (len("return "), "-")


def test_the_search_keeps_to_its_time_also_where_changes_loop():
    code = """def neuron(x, w, b):
    total, i = b, 0
    while i < len(x):
        total = total + np.sin(x[i] * w[i]) * np.cos(b) + np.tanh(total)
        i = i + 1
    return total
"""
    trial = try_out(EXERCISES["neuron"], run_cell(code)["neuron"])
    begin = time.process_time()
    find_place(trial, seconds=0.5)
    assert time.process_time() - begin < 3  # the machine may be busy; without ticks it never ends


def test_no_change_computes_a_power_that_takes_hours():
    """Nothing can end it, and the kernel stands still: `2 ** (3 * 10**9)`, one bracket away."""
    code = """def montufar_lower_bound(n_inputs, width, depth):
    last = sum(math.comb(width, j) for j in range(n_inputs))
    return (width // n_inputs) ** (n_inputs * (depth - 1)) * last
"""
    names = run_cell(code, math=math)
    find_place(try_out(EXERCISES["montufar_lower_bound"], names["montufar_lower_bound"]))


def test_nothing_is_printed_and_the_learners_names_stay(capsys):
    names = run_cell("def neuron(x, w, b):\n    print('hello')\n    return x @ w + b + 1\n")
    before = names["neuron"]
    find_place(try_out(EXERCISES["neuron"], before))
    assert names["neuron"] is before
    assert capsys.readouterr().out == ""


def test_the_result_says_by_what_it_is_explained():
    code = LAYER.replace("+ b", "+ b + 0.5")
    result = diagnose(EXERCISES["linear_layer"], run_cell(code)["linear_layer"])
    assert (result.explained_by, result.place.line) == ("place", 2)
    assert "+ 0.5" in result.message
    marked, under = result.message.splitlines()[-4:-2]
    assert marked[under.index("^") :] == "+ 0.5"
    assert "Your steps on this example" in result.panel()["text/html"]
    assert result.steps[0].startswith("line 2: return X @ W.T + b + 0.5\n")


def test_a_change_that_is_right_by_chance_is_no_place():
    """Of x = 2 alone x + x is x times x; on the cases of other seeds it is not."""

    def cases(rng):
        first = rng.random() == np.random.default_rng(0).random()
        return [Case((x,)) for x in ((2.0, 2.0) if first else (3.0, 5.0))]

    square = replace(
        EXERCISES["neuron"], name="square", reference=lambda x: x * x, cases=cases,
        misconceptions=(), vectorised=None,
    )  # fmt: skip
    told = [
        find_place(try_out(square, run_cell(f"def square(x):\n    return {code}\n")["square"]), 5)
        for code in ("x + x + 1", "x * x + 1")
    ]
    assert told[0] is None
    assert "+ 1" in told[1].question


def test_no_place_is_looked_for_where_nothing_comes_back():
    trial = try_out(
        EXERCISES["neuron"], run_cell("def neuron(x, w, b):\n    x @ w + b\n")["neuron"]
    )
    begin = time.process_time()
    assert find_place(trial, seconds=30) is None
    assert time.process_time() - begin < 0.1


def holds_itself(x):
    rows = []
    rows.append(rows)
    return np.array(rows)


def holds_itself_by_another_name(x):
    rows = [[1], [2]]
    row = rows
    row.insert(0, [1, rows])
    return np.array(rows)


@pytest.mark.parametrize("answer", [holds_itself, holds_itself_by_another_name])
def test_a_list_that_holds_itself_is_given_up(answer):
    """NumPy looks for its end at every entry, and nothing can stop it."""
    with pytest.raises(Loops):
        Source.of(answer).function(1.0)(1.0)
