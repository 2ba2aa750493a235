"""Are copies listed, renamed ones too, and the work of two who think alike not?"""

import json

import pytest

from nnf_teach.grading.similar import PUBLISHED, Features, features, similar_pairs

HANDED_OUT = """
def neuron(x, w, b):
    '''Return <w, x> + b.'''
    raise NotImplementedError("write neuron here")

for k in range(10):
    print("this cell is everybody's", k, k ** 2, [k, k + 1])
"""
SOLUTION = """
def neuron(x, w, b):
    '''Return <w, x> + b.'''
    total = float(np.dot(np.asarray(w), np.asarray(x)) + b)
    return total  # which is one number
"""
ANN = """
def neuron(x, w, b):
    # I go through all the inputs one by one
    answer = 0.0
    for position in range(len(x)):
        product = x[position] * w[position]
        answer = answer + product
    answer += b
    return answer

def sigmoid(x):
    # two branches, so that exp never gets a large number
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small))
"""
BOB = """
def neuron(x, w, b):
    return sum(a * c for a, c in zip(x, w)) + b

def sigmoid(x):
    out = np.zeros_like(x, dtype=float)
    out[x >= 0] = 1 / (1 + np.exp(-x[x >= 0]))
    out[x < 0] = np.exp(x[x < 0]) / (1 + np.exp(x[x < 0]))
    return out
"""


def notebook(*sources: str) -> bytes:
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"cells": cells}).encode()


def pairs(**students: str) -> dict[tuple[str, str], tuple[float, float]]:
    found = similar_pairs(
        1,
        {name: features(notebook(HANDED_OUT, text)) for name, text in students.items()},
        features(notebook(HANDED_OUT)),
        features(notebook(HANDED_OUT, SOLUTION)),
    )
    return {(pair.one, pair.other): (pair.shape, pair.lines) for pair in found}


def renamed(text: str) -> str:
    for old, new in (("answer", "s"), ("position", "i"), ("product", "p"), ("small", "e")):
        text = text.replace(old, new)
    return "\n".join(line for line in text.split("\n") if "#" not in line)


def test_a_copy() -> None:
    assert pairs(ann=ANN, bob=BOB, eve=ANN) == {("ann", "eve"): (1.0, 1.0)}


def test_a_copy_with_other_names() -> None:
    """Is code found whose names were exchanged and whose comments are gone?"""
    found = pairs(ann=ANN, bob=BOB, eve=renamed(ANN))
    assert list(found) == [("ann", "eve")]
    assert found["ann", "eve"][0] > 0.7


def test_a_copy_with_a_change() -> None:
    found = pairs(ann=ANN, bob=BOB, eve=ANN.replace("answer += b", "answer = answer + 1 * b"))
    assert list(found) == [("ann", "eve")]


def test_what_was_handed_out_is_nobodys() -> None:
    assert pairs(ann="", bob="", eve=BOB) == {}


def test_the_published_solution_is_no_sign_of_each_other() -> None:
    """Are those who took the solution set beside it, and not beside each other?"""
    found = pairs(ann=SOLUTION, eve=SOLUTION, bob=BOB)
    assert found == {}  # two lines are too few to say anything
    long = SOLUTION + "\n".join(f"value_{k} = some_function({k})" for k in range(5))
    handed_out, solution = features(notebook(HANDED_OUT)), features(notebook(HANDED_OUT, long))
    students = {"ann": solution, "eve": solution, "bob": features(notebook(HANDED_OUT, BOB))}
    found = similar_pairs(1, students, handed_out, solution)
    assert [(p.one, p.other, p.lines) for p in found] == [
        ("ann", PUBLISHED, 1.0),
        ("eve", PUBLISHED, 1.0),
    ]


def test_the_same_slip_in_the_same_place() -> None:
    """Are two listed who both have the published solution, with the same change in it?"""
    slip = SOLUTION.replace("total = float", "total = int").replace("which is", "that is")
    more = "first_value = 1 + 2\nsecond_value = 3 + 4\nthird_value = 5 + 6"
    solution = features(notebook(HANDED_OUT, SOLUTION + more))
    students = {
        "ann": features(notebook(HANDED_OUT, slip + more)),
        "eve": features(notebook(HANDED_OUT, slip + more)),
        "bob": features(notebook(HANDED_OUT, BOB)),
        "sol": solution,
        "two": solution,
    }
    found = similar_pairs(1, students, features(notebook(HANDED_OUT)), solution)
    assert {(p.one, p.other) for p in found if p.other != PUBLISHED} == {("ann", "eve")}


def test_what_much_of_a_class_wrote_is_no_sign() -> None:
    """Is an answer that a third of the class found by itself left out, but not a whole copy?"""
    own = {
        f"s{k}": ANN + "\n".join(f"q{k}_{j} = [{k} * {j}, 'a{k}', {k} - {j}]" for j in range(1))
        for k in range(4)
    }
    others = {f"t{k}": f"x{k} = {k}" for k in range(5)}
    assert pairs(**own, **others) == {}
    assert len(pairs(**{name: ANN for name in own}, **others)) == 6


def test_the_lines_that_both_have_are_shown() -> None:
    (pair,) = similar_pairs(
        1, {"ann": features(notebook(ANN)), "eve": features(notebook(BOB + ANN))}
    ) or [None]
    assert pair is None or "# I go through all the inputs one by one" in pair.same_lines
    (pair,) = similar_pairs(1, {"ann": features(notebook(ANN)), "eve": features(notebook(ANN))})
    assert "# I go through all the inputs one by one" in pair.same_lines


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"cells": 3}',
        b'{"cells": [{"cell_type": "code"}]}',
        b'{"cells": [{"cell_type": "code", "source": [1]}]}',
        b"{}",
        b"null",
        notebook("x" * 300_000),
    ],
    ids=range(9),
)
def test_what_is_no_notebook_has_no_features(content: bytes) -> None:
    assert features(content) == Features()


@pytest.mark.parametrize(
    "source", ["def f(:", "(" * 5000, "-" * 60_000 + "1", "\x00", "a" + "+1" * 9000]
)
def test_code_that_does_not_parse_is_compared_by_its_lines(source: str) -> None:
    found = features(notebook(source, "this_line = 'is kept'"))
    assert "this_line = 'is kept'" in found.lines


def test_a_number_too_long_to_write_is_no_error() -> None:
    source = "x = 0x" + "f" * 50_000
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": source}]})
    assert features(notebook.encode()).lines


@pytest.mark.filterwarnings("error")
def test_code_that_python_warns_of_says_nothing_in_our_terminal() -> None:
    assert features(notebook("x = '\\\x1b'\ny = 1if 1else 2\n" + ANN)).shapes
