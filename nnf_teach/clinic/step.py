"""A network learns 200 digits by heart. It keeps the parameters of its best epoch."""

from typing import Any

import numpy as np

from nnf_teach.clinic.notes import History, Notes, some_digits
from nnf_teach.modules import (
    init_params,
    network_backward,
    network_forward,
    softmax_cross_entropy,
    softmax_cross_entropy_gradient,
)


def step(params: Any, grads: Any, learning_rate: Any) -> Any:
    for (W, b), (dW, db) in zip(params, grads, strict=True):
        W -= learning_rate * dW
        b -= learning_rate * db
    return params


def train(step: Any = step, epochs: int = 50, units: int = 32) -> History:
    rng = np.random.default_rng(2)
    X, t = some_digits(500, rng)
    t[:60] = rng.integers(0, 10, 60)  # wrong labels
    X, t, X_val, t_val = X[:200], t[:200], X[200:], t[200:]
    params = init_params((196, units, 10), rng=rng, init="he")

    def validation_loss(params: Any) -> float:
        return softmax_cross_entropy(network_forward(X_val, params, "relu")[-1], t_val)

    notes, best, best_params = Notes(chance_loss=np.log(10)), np.inf, params
    for epoch in range(5 * epochs + 1):
        outputs = network_forward(X, params, "relu")
        dZ = softmax_cross_entropy_gradient(outputs[-1], t)
        grads = network_backward(dZ, outputs, params, "relu")
        if epoch % 5 == 0:
            val = validation_loss(params)
            notes.add(softmax_cross_entropy(outputs[-1], t), val, grads, params)
            if val < best:
                best, best_params = val, params
        params = step(params, grads, 0.5)
    return notes.history | {"kept_validation_loss": validation_loss(best_params)}
