"""Has every error of Python and NumPy a sentence, with the line that it arose in?"""

from dataclasses import replace

import pytest

from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import all_exercises
from tests.checking.cells import run_cell

NEURON = all_exercises()["neuron"]
ERRORS = [
    ("k = np.array([1, 2]); k *= 0.5", "writes into the array"),
    ("k = np.ones(2, np.float32); np.add(k, 1j * k, out=k)", "what comes out is complex64"),
    ("np.array([1, 2]) ** -1", "negative power"),
    ("np.array([True]) - np.array([True])", "no minus"),
    ("1 if np.ones(2) > 0 else 0", "choose for each number by itself?"),
    ("assert np.ones(2) == np.ones(2)", "Must all of them be yes"),
    ("max(np.ones((2, 2)))", "an answer for each of its numbers"),
    ("len(3.0)", "it has no length"),
    ("len(np.array(3.0))", "it has no length"),
    ("b = 3.0; b[0]", "it has no entries"),
    ("b = np.float64(3); b[0]", "it has no entries"),
    ("b = np.array(3.0); b[0]", "it has no entries"),
    ("list(np.array(3.0))", "nothing to go through"),
    ("list(3)", "nothing to go through. Is it a count"),
    ("2.0 ^ 3", "How is a power written?"),
    ("a, c = None", "Does the function that made it reach a `return`?"),
    ("a, c = 3.0", "one value, of type float"),
    ("a, c = [1, 2, 3]", "into 2, and it has more parts"),
    ("a, c, d = [1, 2]", "into 3, and it has 2 here"),
    ("import math; math.exp(np.ones(3))", "wanted, in `math.exp`"),
    ("float(np.ones(2))", "wanted, in `float`"),
    ("np.array([[1, 2], [3]])", "parts that have different shapes"),
    ("k = np.zeros(3); k[0] = np.ones(2)", "Several numbers are put"),
    ("[1].T", "A list has no .T"),
    ("(1, 2).shape", "A tuple has no .shape"),
    ("[1, 2] - [3, 4]", "does not compute with whole lists"),
    ("[1, 2] * 0.5", "does not compute with whole lists"),
    ("0.5 - [1, 2]", "does not compute with whole lists"),
    ("-[1, 2]", "does not compute with whole lists"),
    ("1 / np.ones(2).shape", "is a tuple, as a shape is"),
    ("np.ones(2).shape - 1", "is a tuple, as a shape is"),
    ("-np.ones(2).shape", "is a tuple, as a shape is"),
    ("[].append(1)[0]", "Which function that made it returns nothing"),
    ("None + 1", "Which function that made it returns nothing"),
    ("None.shape", "Which function that made it returns nothing"),
    ("(lambda a, c: a)(1)", "is called without 'c'"),
    ("(lambda a: a)(1, 2)", "with more arguments than it has (2)"),
    ("np.sum(x, axes=1)", "no argument of the name axes"),
    ("neuron(x, w, b)", "calls itself again and again"),
    ("np.ones(2)(1)", "no function, but of type numpy.ndarray"),
    ("b = 3.0; b(2)", "no function, but of type float"),
    ("y = y + 1", "y has no value yet"),
    ("foo + 1", "There is no foo"),
    ("np.soft_max(x)", "There is no soft_max in numpy"),
    ("np.ones(2).length", "stands before .length is of type ndarray"),
    ("import foo_bar", "There is no package foo_bar"),
    ("np.zeros(0)[0]", "Entry 0 is asked for where there is none"),
    ("np.ones(3)[5]", "Entry 5 of axis 0 is asked for, whose length is 3 here"),
    ("[1][3]", "does not have. How long is it"),
    ("np.ones(3)[0, 1]", "from 2 axes, and the array has 1 here"),
    ("np.ones(3)[2.0]", "An index must be whole"),
    ("k = [1, 2]; k[1.0]", "An index must be whole"),
    ("np.ones(3)[np.array([0.0])]", "An index must be whole"),
    ("np.ones(3)[np.array([True, False])]", "The array of yes and no has another length"),
    ("{}['a']", "There is no key 'a' here"),
    ("np.max(0, x)", "`np.max` works on its first argument, and takes the second for an axis"),
    ("np.sum(w * (x), w)", "`np.sum` works on its first argument"),
    ("np.ones(3).sum(axis=1); np.max(0)", "Axis 1 is asked for"),
    ("range(2.0)", "A count or a shape must be whole"),
    ("np.zeros(2.0)", "A count or a shape must be whole"),
    ("np.zeros(2, 3)", "The second argument, 3, is taken for a type"),
    ("np.ones(6).reshape(4, 2)", "There are 6 numbers, and shape (4,2)"),
    ("np.ones(3).sum(axis=1)", "Axis 1 is asked for. The array has 1 here"),
    ("list(zip([1], [1, 2], strict=True))", "is not of one length"),
    ("np.array([]).max()", "where there is no number"),
    ("max([])", "where there is no number"),
    ("1 / 0", "Something is divided by 0 here"),
    ("import math; math.log(0)", "`math.log` has no value"),
    ("import math; math.exp(1000)", "A number gets too large"),
    ("np.linalg.inv(np.zeros((2, 2)))", "This matrix has no inverse"),
    ("np.linalg.inv(np.ones((2, 3)))", "not as many rows as columns"),
    ("k = (1, 2); k[0] = 3", "What is changed here cannot be changed"),
    ("assert False", "An `assert` is not fulfilled"),
    ("next(iter([]))", "There is no next one here"),
    ("'a' + 1", "not of the type that it is used for"),
    ("float('a')", "not of the type that it is used for"),
    (
        "k = np.ones((2, 3)); k + k.sum(axis=1)",
        "Here `k` of shape (2, 3) meets `k.sum(axis=1)` of shape (2,). Which shapes",
    ),
    ("k = np.ones((2, 3)); k.T @ k.T", "Here `k.T` of shape (3, 2) meets `k.T` of shape (3, 2)."),
    ("k = np.ones((2, 3)); k += np.ones(2)", "meets `np.ones(2)` of shape (2,)"),
    ("k = [np.ones((2, 3))]; k[-1] @ k[0]", "Here `k[-1]` of shape (2, 3) meets `k[0]`"),
    ("k = np.ones((2, 3)); np.dot(k, k)", "Here `k` of shape (2, 3) meets `k`"),
    ("k = [(np.ones((2, 3)), np.ones(3))]; np.hstack(k[0])", "k [((2, 3), (3,))]. Write down"),
    ("k = np.ones((2, 3)); k @ abs(k)", "k (2, 3). Write down the shapes"),
    ("np.concatenate([np.ones((2, 3)), np.ones(3)])", "do they fit?"),
    ("k = np.zeros((3, 2)); k[:] = np.ones(3)", "k (3, 2). Write down the shapes"),
    ("raise KeyboardInterrupt", "Python stops in this line"),
]


@pytest.mark.parametrize(("line", "said"), ERRORS)
def test_an_error_is_said_in_words_with_its_line(line, said):
    code = f"def neuron(x, w, b):\n    {line}\n    return x @ w + b\n"
    rows = dict(diagnose(NEURON, run_cell(code)["neuron"]).rows)
    assert said in rows["look at"]
    assert rows["line"].startswith(f"line 2: {line}")


def test_where_only_special_examples_end_in_an_error_the_place_is_asked_about():
    code = "def sigmoid_backward(dY, Y):\n    return dY * Y * (1 - Y) / len(Y)\n"
    exercise = replace(all_exercises()["sigmoid_backward"], misconceptions=())
    result = diagnose(exercise, run_cell(code)["sigmoid_backward"])
    assert "what is `/ len(Y)` for?" in dict(result.rows)["look at"]


AUTOGRAD = [
    ("import math\n    return grad(lambda v: math.exp(v))(b)", "`math.exp` is none that it can"),
    ("return grad(lambda v: float(v))(b)", "`float` is none that it can follow"),
    ("return grad(lambda v: v * x)(b)", "a function that returns one number"),
]


@pytest.mark.parametrize(("body", "said"), AUTOGRAD)
def test_an_error_of_autograd_names_the_function_that_it_cannot_follow(body, said):
    from autograd import grad

    code = f"def neuron(x, w, b):\n    {body}\n"
    result = diagnose(NEURON, run_cell(code, grad=grad)["neuron"])
    assert said in dict(result.rows)["look at"]
