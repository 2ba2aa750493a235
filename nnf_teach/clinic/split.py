"""A network reads digits from 400 images. Some came twice, and many have a wrong label."""

from typing import Any

import numpy as np

from nnf_teach.clinic.notes import History, Notes, some_digits
from nnf_teach.modules import Adam, init_params, network_forward, softmax_cross_entropy
from nnf_teach.modules import train as training


def split(X: Any, t: Any, rng: Any) -> Any:
    order = rng.permutation(len(X))
    X, t = X[order], t[order]
    n_test = len(X) // 4
    return X[:-n_test], t[:-n_test], X[:n_test], t[:n_test]


def train(split: Any = split, epochs: int = 100, units: int = 64) -> History:
    rng = np.random.default_rng(3)
    X, t = some_digits(300, rng)
    t[:100] = rng.integers(0, 10, 100)  # the wrong labels
    X, t = np.concatenate([X, X[::3]]), np.concatenate([t, t[::3]])  # every third came twice
    X, t, X_test, t_test = split(X, t, rng)
    params = init_params((196, units, 10), rng=rng, init="he")
    states = training(params, X, t, learning_rate=0.01, epochs=epochs, activation="relu",
                      loss="softmax cross entropy", update=Adam())  # fmt: skip

    notes = Notes(chance_loss=np.log(10))
    for state in states:  # its loss is that of the parameters before the step
        test = softmax_cross_entropy(network_forward(X_test, params, "relu")[-1], t_test)
        notes.add(state.loss, test, state.grads, params)
        params = state.params
    return notes.history
