"""A linear classifier reads digits. Then a pile of forms comes, with ones alone."""

from typing import Any

import numpy as np

from nnf_teach.clinic.notes import History, Notes, some_digits
from nnf_teach.modules import init_params, network_forward, softmax_cross_entropy
from nnf_teach.modules import train as training


def normalise(X_train: Any, X_test: Any) -> Any:
    normal = []
    for X in (X_train, X_test):
        deviation = X.std(axis=0)
        deviation[deviation == 0] = 1  # a pixel that never changes
        normal.append((X - X.mean(axis=0)) / deviation)
    return normal[0], normal[1]


def train(normalise: Any = normalise, epochs: int = 40) -> History:
    rng = np.random.default_rng(4)
    X, t = some_digits(1600, rng)
    X, t, X_test, t_test = X[:1000], t[:1000], X[1000:], t[1000:]
    X, X_test = normalise(X, X_test[t_test == 1])
    params = init_params((196, 10), rng=rng, init="zeros")
    states = training(params, X, t, learning_rate=0.3, epochs=epochs,
                      loss="softmax cross entropy")  # fmt: skip

    notes = Notes(chance_loss=np.log(10))
    for state in states:  # its loss is that of the parameters before the step
        test = softmax_cross_entropy(network_forward(X_test, params)[-1], t_test[t_test == 1])
        notes.add(state.loss, test, state.grads, params)
        params = state.params
    return notes.history
