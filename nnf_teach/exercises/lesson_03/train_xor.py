"""Training a network on XOR. Slide "1-hidden layer network vs XOR": the playground's run."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.exercises.exercise import Learning, Reached
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.lesson_03.mlp import mlp_forward
from nnf_teach.exercises.readers import read_network, units_are_equal

SEEDS = 10
TARGET = 0.05  # training cross entropy


def loss(answer: Any, X: Array, t: Array, n_hidden: int, rng: Any) -> float:
    z = mlp_forward(X, read_network(answer, [(n_hidden, 2), (1, n_hidden)]))[:, 0]
    return float(np.mean(np.logaddexp(0, z) - t * z))


def reached(answer: Any, *args: Any, target: float = TARGET) -> Reached:
    return Reached("training cross entropy", loss(answer, *args), target, ".3g", at_most=True)


@exercise(
    lesson=3,
    points=3,
    score=reached,
    learning=Learning(loss, lambda *args: float(np.log(2)), "a coin"),
    failures_allowed=1,
    rounds=6,
    graded={"failures_allowed": 2, "score": partial(reached, target=2 * TARGET)},
    time_limit=120,
    may_call=("autograd", "init_params"),
)
def train_xor(X, t, n_hidden, rng):
    from nnf_teach.modules import training

    hidden = 0.5 * rng.normal(size=(n_hidden, 2)), 0.5 * rng.normal(size=n_hidden)
    params = [hidden, (rng.normal(size=(1, n_hidden)), np.zeros(1))]
    run = training.train(params, X, t, learning_rate=2.0, epochs=3000, shuffle=False)
    return training.last_state(run).params


@train_xor.cases
def cases(rng):
    from nnf_teach.datasets import make_xor

    for seed in rng.integers(0, 2**32, SEEDS):
        X, t = make_xor(200, rng=np.random.default_rng(seed))
        yield X, t, 6, np.random.default_rng(seed + 1), f"seed {seed}"


@train_xor.mistake(recognise=lambda answer, *_: units_are_equal(*answer))
def all_units_equal(X, t, n_hidden, rng):
    """All your hidden units have the same weights, so they get the same gradient and stay equal
    for ever. What must differ at the start?"""
    return [(np.ones((n_hidden, 2)), np.zeros(n_hidden)), (np.ones((1, n_hidden)), np.zeros(1))]


train_xor.hints(
    "Write the loss as a function of params alone, with autograd's numpy: forward pass, then "
    "the mean of logaddexp(0, z) - t z. Then autograd.grad(loss) gives the gradients.",
    "Start all weights at random with rng.normal, about 0.5 for the hidden layer and 1 for "
    "the output, with biases too. Then repeat: params minus learning_rate times gradient.",
    "Full batch, learning rate 2, 3,000 steps is enough. The gradients come as a list of "
    "pairs, like params.",
    remark="autograd did the chain rule for you. Lesson 5 opens that box.",
)
