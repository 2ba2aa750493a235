"""What people found who tried to break the checks."""

import numpy as np
import pytest

from nnf_teach import check
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import all_exercises


def linear(X, W, b):
    return X @ W.T + b


def fails_when_large(X, W, b):
    if len(X) > 5:
        raise ValueError("too many")
    return linear(X, W, b)


def hangs_when_traced(X, W, b):
    import sys

    while sys.gettrace():
        pass
    return linear(X, W, b)


def raises_when_traced(X, W, b):
    import sys

    if sys.gettrace():
        raise ValueError("I am watched")
    return linear(X, W, b)


@pytest.mark.parametrize("answer", [fails_when_large, raises_when_traced])
def test_what_fails_on_the_large_batch_or_under_the_count_does_not_pass(answer):
    assert not check(answer, "linear_layer").passed


def test_a_function_that_breaks_its_argument_gives_no_answer():
    def neuron(x, w, b):
        x.dtype = "S8"
        return 99

    assert not check(neuron).passed


@pytest.mark.parametrize(
    "answer",
    [
        lambda X, W, b: (X @ W.T + b).astype(X.dtype),
        lambda X, W, b: np.round(X @ W.T + b) if X.dtype.kind == "i" else X @ W.T + b,
    ],
)
def test_whole_inputs_do_not_make_whole_answers(answer):
    assert not check(answer, "linear_layer").passed


def test_a_wrong_answer_is_not_named_after_a_mistake_that_it_does_not_make():
    """An answer that is off by 2e-9 is near to many things: is it named for one of them?"""
    result = check(lambda x: 1 / (1 + np.exp(-np.clip(x, -20, 20))), "sigmoid")
    assert result.status == "wrong"
    assert result.misconception is None


@pytest.mark.parametrize(
    "loop",
    [
        lambda X, W, b: np.array([W @ x + b for x in X]),
        lambda X, W, b: np.stack([W @ x + b for x in X]),
        lambda X, W, b: [[w @ x + c for w, c in zip(W, b, strict=True)] for x in X],
    ],
)
def test_the_obvious_loops_hear_about_the_loop(loop):
    result = check(loop, "linear_layer")
    assert result.misconception in ("python-loop", None)
    assert "Which axis" not in result.message


def test_printing_is_not_looping():
    def linear_layer(X, W, b):
        print(X, f"{W}")
        return linear(X, W, b)

    assert check(linear_layer).passed


def test_print_in_place_of_return_is_said():
    def neuron(x, w, b):
        print(x @ w + b)

    assert "prints its answer, but returns None" in check(neuron).message


def test_a_return_inside_the_loop_shows_an_example_with_numbers():
    def neuron(x, w, b):
        total = b
        for k in range(len(x)):
            total += x[k] * w[k]
            return total
        return None

    message = check(neuron).message
    assert "empty" not in message
    assert "`return` line" not in message


def test_shapes_that_do_not_fit_are_told():
    message = check(lambda X, W, b: W @ X, "linear_layer").message
    assert "Here `W` of shape (2, 3) meets `X` of shape (1, 3)." in message


def test_only_one_number_is_said_where_one_number_is_asked_for():
    message = check(lambda x, w, b: np.array([x @ w + b]), "neuron").message
    assert "One number is asked for, an array of shape (1,) came back." in message


def test_an_unwritten_branch_is_not_an_unwritten_function():
    def neuron(x, w, b):
        if len(x) == 0:
            raise NotImplementedError
        return x @ w + b

    assert check(neuron).status == "raised"


class Rude(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def raises_rudely(x, w, b):
    raise Rude


def raises_a_lone_surrogate(x, w, b):
    raise ValueError("\ud800")


def closes_stdout(x, w, b):
    import sys

    sys.stdout.close()
    return x @ w + b


@pytest.mark.parametrize("function", [raises_rudely, raises_a_lone_surrogate, closes_stdout])
def test_rude_functions_are_answered(function):
    result = check(function, "neuron")
    assert "failed (" not in result.message
    assert result.panel()["text/html"].encode("utf-8")


def test_a_function_that_wraps_itself_is_answered():
    def neuron(x, w, b):
        return x @ w

    neuron.__wrapped__ = neuron
    assert check(neuron).status in ("wrong", "raised")


def test_an_object_that_answers_every_question_with_an_error_is_answered():
    class Secretive:
        def __getattr__(self, name):
            raise RuntimeError(name)

        def __call__(self, x, w, b):
            return x @ w + b

    assert check(Secretive()).status == "wrong"
    assert check(Secretive(), "neuron").passed


@pytest.mark.parametrize("name", [3, ["neuron"], check])
def test_a_name_that_is_none_is_a_sentence(name):
    assert "There is no exercise" in check(linear, name).message


def test_logging_inside_the_function_keeps_working_afterwards():
    import logging

    def neuron(x, w, b):
        logging.basicConfig(force=True)
        logging.warning("inside")
        return x @ w + b

    handlers = list(logging.root.handlers)
    check(neuron)
    assert not any(
        "_Bounded" in repr(h.stream) for h in logging.root.handlers if hasattr(h, "stream")
    )
    logging.root.handlers[:] = handlers


def test_two_checks_at_once_leave_stdout_alone():
    import sys
    import threading
    import time

    before = sys.stdout

    def neuron(x, w, b):
        time.sleep(0.01)
        return x @ w + b

    threads = [
        threading.Thread(target=diagnose, args=(all_exercises()["neuron"], neuron))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sys.stdout is before


def test_a_check_inside_a_function_that_is_checked_does_not_block():
    def neuron(x, w, b):
        diagnose(all_exercises()["double"], lambda v: 2 * v)
        return x @ w + b

    assert check(neuron).passed
