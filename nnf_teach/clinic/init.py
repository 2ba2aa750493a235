"""A network with a hidden layer of 32 units learns XOR."""

from typing import Any

import numpy as np

from nnf_teach.clinic.notes import History, Notes
from nnf_teach.datasets import make_xor
from nnf_teach.modules import cross_entropy_with_logits, network_forward
from nnf_teach.modules import train as training


def init(n_in: int, n_out: int, rng: Any) -> Any:
    return np.full((n_out, n_in), np.sqrt(2 / n_in)), np.zeros(n_out)


def train(init: Any = init, epochs: int = 60, units: int = 32) -> History:
    rng = np.random.default_rng(5)
    X, t = make_xor(600, 0.05, rng=rng)
    X, t, X_val, t_val = X[:300] / 5, t[:300], X[300:] / 5, t[300:]
    params = [init(2, units, rng), init(units, 1, rng)]
    states = training(params, X, t, learning_rate=0.1, epochs=epochs, batch_size=20, rng=rng,
                      activation="tanh")  # fmt: skip

    notes = Notes(chance_loss=np.log(2))
    for state in states:
        if state.step % 15 == 1:  # once an epoch
            z = network_forward(X_val, params, "tanh")[-1][:, 0]
            notes.add(state.loss, cross_entropy_with_logits(z, t_val), state.grads, params)
        params = state.params
    return notes.history
