"""A logistic unit learns to tell two clouds of points apart. Its gradients are measured."""

from typing import Any

import numpy as np

from nnf_teach.clinic.notes import History, Notes
from nnf_teach.datasets import make_gaussians
from nnf_teach.modules import sigmoid


def loss(p: Any, t: Any) -> Any:
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def train(loss: Any = loss, epochs: int = 80) -> History:
    X, t = make_gaussians(300, 0.5, rng=np.random.default_rng(1))
    X[t.argmax()] = 25  # one point of class 1 is far out
    X, t, X_val, t_val = X[:200], t[:200], X[200:], t[200:]
    W, b = np.array([[0.3, -0.2]]), np.zeros(1)

    def loss_of(W: Any, b: Any, X: Any, t: Any) -> Any:
        p = sigmoid(X @ W.T + b)  # (N, 1)
        return loss(p, t)

    def slope(dW: Any, db: Any) -> Any:
        up, down = loss_of(W + dW, b + db, X, t), loss_of(W - dW, b - db, X, t)
        return (up - down) / 2e-5

    notes = Notes(chance_loss=np.log(2))
    for _ in range(epochs + 1):
        dW = np.array([[slope(step, 0.0) for step in 1e-5 * np.eye(2)]])
        db = np.array([slope(0.0, 1e-5)])
        notes.add(loss_of(W, b, X, t), loss_of(W, b, X_val, t_val), [(dW, db)], [(W, b)])
        W, b = W - 0.1 * dW, b - 0.1 * db
    return notes.history
