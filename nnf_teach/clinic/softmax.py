"""A linear classifier reads digits, in batches of 100 images."""

from typing import Any

import numpy as np

from nnf_teach.clinic.notes import History, Notes, some_digits


def softmax(Z: Any) -> Any:
    E = np.exp(Z - Z.max(axis=0, keepdims=True))
    return E / E.sum(axis=0, keepdims=True)


def train(softmax: Any = softmax, epochs: int = 20) -> History:
    X, t = some_digits(2500, np.random.default_rng(0))
    X, t, X_val, t_val = X[:2000], t[:2000], X[2000:], t[2000:]
    W, b = np.zeros((10, 196)), np.zeros(10)

    def loss_and_gradients(X: Any, t: Any) -> Any:
        P = softmax(X @ W.T + b)
        dZ = (P - np.eye(10)[t]) / len(t)
        return -np.mean(np.log(P[np.arange(len(t)), t])), (dZ.T @ X, dZ.sum(axis=0))

    notes = Notes(chance_loss=np.log(10))
    for _ in range(epochs):
        for start in range(0, len(X), 100):
            batch = slice(start, start + 100)
            loss, (dW, db) = loss_and_gradients(X[batch], t[batch])
            if start == 0:
                notes.add(loss, loss_and_gradients(X_val, t_val)[0], [(dW, db)], [(W, b)])
            W, b = W - 0.4 * dW, b - 0.4 * db
    return notes.history
