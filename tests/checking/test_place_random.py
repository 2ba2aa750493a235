"""Is only told what is so? Right answers are broken in known places, and asked for theirs."""

import itertools
import random
import re

import numpy as np
import pytest

from nnf_teach.checking.place import find_place
from nnf_teach.checking.trial import try_out
from nnf_teach.exercises import all_exercises
from tests.checking.cells import run_cell

EXERCISES = all_exercises()
RIGHT = [
    """def neuron(x, w, b):
    total = b
    for k in range(len(x)):
        total = total + x[k] * w[k]
    return total
""",
    """def linear_layer(X, W, b):
    Y = np.zeros((len(X), len(b)))
    for j in range(len(b)):
        Y[:, j] = X @ W[j] + b[j]
    return Y
""",
    """def sigmoid_derivative(x):
    e = np.exp(-np.abs(x))
    return e / (1 + e) ** 2
""",
    """def cross_entropy_with_logits(z, t):
    losses = np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))
    return np.mean(losses)
""",
    """def logistic_gradients(X, t, w, b):
    p = 0.5 * (1 + np.tanh((X @ w + b) / 2))
    error = p - t
    dw = np.mean(error[:, None] * X, axis=0)
    return dw, error.mean()
""",
    """def softmax(Z):
    shifted = Z - Z.max(axis=1)[:, None]
    E = np.exp(shifted)
    return E / np.sum(E, axis=1)[:, None]
""",
    """def softmax_cross_entropy_gradient(Z, t):
    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    P[np.arange(len(t)), t] -= 1
    return P / len(t)
""",
    """def squash(z):
    return np.tanh(z / 2) / 2 + 0.5

def mlp_forward(X, params):
    H = X
    for i, (W, b) in enumerate(params):
        H = H @ W.T + b
        if i < len(params) - 1:
            H = squash(H)
    return H
""",
    """def squash(z):
    return 0.5 * np.tanh(0.5 * z) + 0.5

def bump(x, left, right, height, steepness):
    up = squash(steepness * (x - left))
    down = squash(steepness * (x - right))
    return height * (up - down)
""",
    """def dead_units(X, W, b):
    Z = X @ W.T + b
    return np.all(Z <= 0, axis=0)
""",
    """def softmax_backward(dY, Y):
    inner = (dY * Y).sum(axis=1)
    return Y * (dY - inner[:, None])
""",
    """def linear_backward(dY, X, W):
    dX = dY @ W
    dW = np.zeros(W.shape)
    for n in range(len(X)):
        dW += np.outer(dY[n], X[n])
    return dX, dW, np.sum(dY, axis=0)
""",
    """def adam_step(param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad ** 2
    m_hat = m / (1 - beta1 ** step)
    v_hat = v / (1 - beta2 ** step)
    return param - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v
""",
    """def max_pool(X, size):
    windows = X.reshape(len(X), X.shape[1] // size, size)
    return windows.max(axis=2)
""",
    """def softmax_gate(X, Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return X * E / E.sum(axis=1, keepdims=True)
""",
    """def quadratic_loss_backward(X, T):
    D = 2 * (X - T)
    return D, -D
""",
    """def layer_norm(X, gain, bias, epsilon=1e-5):
    centred = X - X.mean(axis=1, keepdims=True)
    variance = (centred ** 2).mean(axis=1, keepdims=True)
    return gain * centred / np.sqrt(variance + epsilon) + bias
""",
    """def early_stopping(validation_losses, patience):
    best, wait, lowest = 0, 0, np.inf
    for epoch, loss in enumerate(validation_losses):
        if loss < lowest:
            best, wait, lowest = epoch, 0, loss
        else:
            wait += 1
            if wait == patience:
                break
    return best
""",
    """def attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    A = np.exp(scores - scores.max(axis=1, keepdims=True))
    A = A / A.sum(axis=1, keepdims=True)
    return A @ V
""",
    """def multiplicative_backward(dY, X, Z, W, U, V):
    dX = np.einsum("nk,ijk,nj->ni", dY, W, Z) + dY @ V
    dZ = np.einsum("nk,ijk,ni->nj", dY, W, X) + dY @ U.T
    dW = np.einsum("nk,ni,nj->ijk", dY, X, Z)
    return dX, dZ, dW, Z.T @ dY, dY.T @ X, dY.sum(axis=0)
""",
]
# what is put in a place of what: one occurrence of a pattern
BREAKS = [
    ("axis=1", "axis=0"), ("axis=0", "axis=1"), (r"\bsum\b", "mean"), (r"\bmean\b", "sum"),
    (r"\bmax\b", "min"), (r" \+ ", " - "), (r" - ", " + "), (r" \* ", " + "), (r" \* ", " / "),
    (r" / ", " * "), (r" @ ", " * "), (r"\.T\b", ""), (r", keepdims=True", ""), (r"\b1 - ", ""),
    (r"\b1\b", "2"), (r"\b2\b", "3"), (r"\b2\b", "1"), (r"\b0\b", "1"), (r"\b0\.5\b", "0.25"),
    (r"np\.exp\(", "np.tanh("), (r"np\.\w+\(", "("), (r" <= ", " < "), (r" < ", " > "),
    (r"return ", "return 2 * "), (r"return ", "return -"), (r"$", " + 0.1"), (r"$", " * 1.5"),
    (r" / len\(\w+\)", ""), (r" \*\* 2", ""), (r" \+ \w+$", ""), (r" = ", " += "),
    (r" \+= ", " = "), (r" -= ", " += "), (r"\[\w, ", "["), (r"(\w+) @ (\w+)\b", r"\2 @ \1"),
    (r"(\w+), (\w+)$", r"\2, \1"), (r"(\w+) - (\w+)\b", r"\2 - \1"), (r"\[:, None\]", ""),
    (r" / np\.sqrt\([^()]*\)$", ""), (r" - Z\.max\([^()]*\)", ""), (r"np\.abs", ""),
]  # fmt: skip


def name_of(code):
    """Return the exercise's name: the last function's."""
    return re.findall(r"^def (\w+)", code, re.MULTILINE)[-1]


def ways_to_break(code):
    """Return (line, columns, new line) of every change of one line that these tests know."""
    found = []
    lines = code.splitlines()
    parameters = re.findall(r"\((.*)\):", code[code.rindex("def ") :])[0]
    names = re.findall(r"\b([a-zA-Z]\w*)(?:=\S+)?(?:, |$)", parameters)
    breaks = BREAKS + [(rf"\b{a}\b", b) for a in names for b in names if a != b]
    for number, line in enumerate(lines, 1):
        if line.startswith(("def", " def")) or not line.strip():
            continue
        for pattern, new in breaks:
            for match in re.finditer(pattern, line):
                changed = line[: match.start()] + match.expand(new) + line[match.end() :]
                span = match.start(), match.start() + len(match.expand(new))
                found.append((number, span, changed))
        if lines[number - 2].startswith(" ") and not line.rstrip().endswith(":"):
            found.append((number, (0, len(line)), re.sub(r"\S.*", "pass", line)))
    return found


def broken(code, rng, count):
    """Break so many lines of a right answer; return what it is then, and where it is broken."""
    lines, where = code.splitlines(), {}
    for number, span, changed in rng.sample(ways_to_break(code), count):
        if number not in where and changed != lines[number - 1]:
            lines[number - 1], where[number] = changed, span
    return "\n".join(lines) + "\n", where


def tried(code):
    """Return the trial of a wrong answer, None if it is right or does not run."""
    name = name_of(code)
    try:
        function = run_cell(code)[name]
    except SyntaxError:
        return None
    trial = try_out(EXERCISES[name], function)
    return trial if trial.failing and not trial.calls.timed_out else None


def passes(code):
    return not try_out(EXERCISES[name_of(code)], run_cell(code)[name_of(code)]).failing


def told_lines(place, lines):
    """Return, for each place that is told, its line and where else the slip may be."""
    before = re.findall(r"Line \d+[^:]*(?=: )", place.question)
    assert len(before) == len(place.all)
    return [told_line(one, words, lines) for one, words in zip(place.all, before, strict=True)]


def told_line(place, words, lines):
    told = {place.line, *map(int, re.findall(r"[lL]ine (\d+)", words))}
    for helper in re.findall(r"in `(\w+)`", words):
        first = next(k for k, line in enumerate(lines, 1) if line.startswith(f"def {helper}("))
        told |= {k for k, line in enumerate(lines, 1) if k > first and line.startswith(" ")}
    for helper in re.findall(r"where `(\w+)` is called", words):
        told |= {k for k, line in enumerate(lines, 1) if f"{helper}(" in line}
    return told


def said_of(place, code, where):
    """Return what is wrong with what is told: "" if all is so. Of two places, each has a slip."""
    lines = code.splitlines()
    told = told_lines(place, lines)
    slips = itertools.permutations(where, len(told))
    if not any(all(line in one for one, line in zip(told, each, strict=True)) for each in slips):
        return "another line"
    if place.other is not None:
        return ""
    if lines[place.line - 1].strip() != place.source:
        return "another source"
    if "Without it every example comes out right" in place.question and "..." not in place.question:
        gone = place.expression
        line = lines[place.line - 1]
        start = len(line) - len(line.lstrip()) + place.column
        assert line[start : start + len(gone)] == gone
        without = line[:start] + line[start + len(gone) :]
        lines[place.line - 1] = re.sub(r", \)", ")", re.sub(r"\(, ", "(", without))
        try:
            return "" if passes("\n".join(lines)) else "not right without it"
        except SyntaxError:
            return ""  # brackets, or the colon of an if
    return ""


def falsely_told(seed, changes, seconds):
    """Break an answer, and return what is told falsely, if anything is."""
    rng = random.Random(seed)
    code, where = broken(rng.choice(RIGHT), rng, changes)
    with np.errstate(all="ignore"):
        trial = tried(code)
        place = None if trial is None else find_place(trial, seconds)
        wrong = "" if place is None else said_of(place, code, where)
    return f"{wrong}: {where}\n{code}{place.question}" if wrong else ""


@pytest.mark.parametrize("code", RIGHT, ids=name_of)
def test_the_right_answers_of_these_tests_are_right(code):
    assert passes(code)


@pytest.mark.slow
@pytest.mark.parametrize("changes", [1, 2])
def test_a_broken_right_answer_is_told_where_it_is_broken_or_nothing(changes):
    told = [falsely_told(seed, changes, seconds=0.5) for seed in range(40)]
    assert "\n".join(filter(None, told)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("changes", [1, 2])
def test_many_broken_right_answers_are_told_where_they_are_broken_or_nothing(changes):
    told = [falsely_told(seed, changes, seconds=1) for seed in range(1000, 1020)]
    assert "\n".join(filter(None, told)) == ""
