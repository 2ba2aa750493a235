"""Is the logarithm of a cut probability found out, and does the statement say so?"""

from functools import partial

import numpy as np
import pytest

from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import all_exercises
from nnf_teach.exercises.lesson_05.learning import by_hand

from .test_statements import STATEMENTS


def both(cut, p, t):
    return -np.mean(t * np.log(cut(p)) + (1 - t) * np.log(cut(1 - p)))


def clipped(small, p, t):
    p = np.clip(p, small, 1 - small)
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def softmax(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    return 0.5 * (1 + np.tanh(np.asarray(z) / 2))


def picked(log, Z, t):
    return -np.mean(log(softmax(Z)[np.arange(len(t)), t]))


def answers(name, small):
    """Return what people write in place of a logarithm of p: cut below, cut, and moved."""
    cuts = {
        "below": lambda p: np.maximum(p, small),
        "moved": lambda p: p + small,
        "cut": lambda p: np.clip(p, small, 1 - small),
    }
    for way, cut in cuts.items():

        def log(p, cut=cut):
            return np.log(cut(p))

        if name == "softmax_cross_entropy":
            yield way, lambda Z, t, log=log: picked(log, Z, t)
        elif name == "mlp_loss_and_gradients":
            yield way, partial(by_hand, log_p=lambda Z, log=log: log(softmax(Z)))
        else:
            p_of = sigmoid if name == "cross_entropy_with_logits" else np.asarray
            if way == "cut":
                yield way, lambda x, t, p_of=p_of: clipped(small, p_of(x), t)
            else:
                yield way, lambda x, t, p_of=p_of, cut=cut: both(cut, p_of(x), t)


STABLE = (
    "cross_entropy",
    "cross_entropy_with_logits",
    "softmax_cross_entropy",
    "mlp_loss_and_gradients",
)


@pytest.mark.parametrize("small", [1e-15, 1e-12, 1e-8, 1e-7])
@pytest.mark.parametrize("name", STABLE)
def test_a_cut_probability_is_named(name, small):
    for way, answer in answers(name, small):
        result = diagnose(all_exercises()[name], answer)
        assert (way, result.misconception) == (way, "clipped-probability"), result.message


@pytest.mark.parametrize("name", ["cross_entropy", "mlp_loss_and_gradients"])
def test_the_statement_says_what_cutting_does(name):
    assert "10^{-15}" in STATEMENTS[name]


@pytest.mark.parametrize("name", STABLE[1:])
def test_the_statement_asks_for_what_is_stable(name):
    assert "**stable**" in STATEMENTS[name]
