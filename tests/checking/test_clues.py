"""Does each clue hold where it is said, and is none said by chance?"""

import pytest

from nnf_teach.checking.clues import find_clue
from nnf_teach.checking.trial import try_out
from nnf_teach.exercises import all_exercises
from tests.checking.cells import run_cell


def clue_of(exercise, body):
    parameters = {
        "neuron": "x, w, b", "linear_layer": "X, W, b", "sigmoid": "x", "softmax": "Z",
        "cross_entropy": "p, t", "quadratic_loss_backward": "X, T", "sigmoid_derivative": "x",
        "softmax_cross_entropy_gradient": "Z, t",
    }[exercise]  # fmt: skip
    names = run_cell(f"def {exercise}({parameters}):\n    {body}\n")
    return find_clue(try_out(all_exercises()[exercise], names[exercise]))


SOFTMAX = "E = np.exp(Z - Z.max(axis=1, keepdims=True)); P = E / E.sum(axis=1, keepdims=True)"


@pytest.mark.parametrize(
    ("exercise", "body", "said"),
    [
        ("neuron", "return -(x @ w + b)", "the other sign"),
        ("neuron", "return 1.5 * (x @ w + b)", "Every number is 1.5 times the right one"),
        ("neuron", "return x @ w + b + 0.25", "Every number is 0.25 too large"),
        ("neuron", "return x @ w", "Your answer stays the same when b changes"),
        ("neuron", "return x @ w + b * (1 + 1e-3)", "right to two digits or more"),
        ("neuron", "return float(x @ w + b > 1)", "only the values 0 and 1"),
        ("neuron", "return -x @ w + b", "the right answer for -"),
        ("linear_layer", "return (X @ W.T + b)[::-1]", "in another order"),
        ("softmax", f"{SOFTMAX}; P[:, -1] = 0.5; return P", "Only the last column is wrong"),
        ("softmax", "return np.full(Z.shape, 0.5)", "Your answer is 0.5 in every example"),
        ("quadratic_loss_backward", "D = X - T; return 2 * D, -3 * D", "every number of part 2 is"),
        ("linear_layer", "return 2 * (X @ W.T + b)", "In each example that fails every number"),
        # right for small numbers, nan for large ones; 0 or 1, and right in some examples; an
        # argument that is there, but nothing comes out; one that moves what is right already
        ("softmax", "E = np.exp(Z); return E / E.sum(axis=1, keepdims=True)", ""),
        ("sigmoid_derivative", "e = np.exp(-x); return e / (1 + e) ** 2", ""),
        ("neuron", "return 1.0 if x @ w + b > 0 else x @ w + b", ""),
        ("neuron", "return np.sqrt(-1 - (x @ w + b) ** 2)", ""),
        ("neuron", "return x @ w + b if x @ w + b > 0 else 0.1 * b", ""),
        ("sigmoid", "return np.clip(0.25 * np.asarray(x) + 0.5, 0, 1)", ""),
        ("sigmoid", "return 0.5 * (1 + x / (2 + np.abs(x)))", ""),
    ],
)
def test_a_clue_is_said_where_it_holds(exercise, body, said):
    found = clue_of(exercise, body)
    assert said in found
    assert bool(found) == bool(said)


def test_a_sum_for_a_mean_is_told_by_its_factor():
    body = f"{SOFTMAX}; P[np.arange(len(t)), t] -= 1; return P"
    assert "the number of rows of Z" in clue_of("softmax_cross_entropy_gradient", body)


def test_a_right_answer_and_one_that_raises_have_no_clue():
    assert clue_of("neuron", "return 1 / 0") == ""
