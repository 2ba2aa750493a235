"""Steps a second of our network against the same one in autograd and in PyTorch, on the CPU.

All take the same batches of the same data, in float32, by plain gradient descent, and give the
loss of every step; that they agree on it is checked first. They take turns, and the best turn
of each counts. Run it on a machine that does nothing else: two threads that wait for each other on
a busy one measure the wait. PyTorch comes with `pip install nnf_teach[benchmark]`; where it is not
installed a row says so.

    python -m benchmarks training
"""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import autograd
import autograd.numpy as anp
import numpy as np

from nnf_teach.modules import init_params, train

Run = Callable[[int], tuple[float, float]]  # so many steps -> seconds, and the last step's loss


class Size(NamedTuple):
    """A network with its data, and what is required of it: our rate over a peer's."""

    layers: tuple[int, ...]
    batch: int
    activation: str
    loss: str
    autograd: float
    torch: float

    def __str__(self) -> str:
        return f"{'-'.join(map(str, self.layers))}, batch {self.batch}"


SIZES = (
    Size((2, 6, 1), 10, "sigmoid", "cross entropy", 5.0, 1.0),
    Size((784, 100, 10), 128, "relu", "softmax cross entropy", 0.0, 0.8),
    Size((784, 256, 256, 10), 128, "relu", "softmax cross entropy", 0.0, 0.8),
)
RATE = 0.03
EXAMPLES = 1280
ROUNDS = 6
SECONDS = 0.4  # about what one turn of one of them takes


def measure() -> list[tuple[str, str, str, bool]]:
    """Measure every size, and say what share of our time is spent inside BLAS."""
    rows = []
    for size in SIZES:
        ours = _ours(size)
        runs = {"ours": ours, "products": _products(size), "autograd": _autograd(size)}
        if importlib.util.find_spec("torch"):
            runs["PyTorch"] = _torch(size)
        best = _take_turns(runs)
        rate = 1 / best["ours"]
        for peer, least in (("autograd", size.autograd), ("PyTorch", size.torch)):
            if peer not in best:
                rows.append((f"{size}: against {peer}", "not installed", f"{least:g} times", True))
                continue
            ratio = best[peer] / best["ours"]
            found = f"{ratio:.2f} times ({rate:,.0f} steps/s against {1 / best[peer]:,.0f})"
            required = f"at least {least:g} times" if least else "none"
            rows.append((f"{size}: against {peer}", found, required, ratio >= least))
        share = best["products"] / best["ours"]
        rows.append((f"{size}: inside BLAS", f"{100 * share:.0f} % of the time", "none", True))
    return rows


def _take_turns(runs: dict[str, Run]) -> dict[str, float]:
    """Return the seconds a step of each takes, in the best of the rounds."""
    losses = [run(50)[1] for name, run in runs.items() if name != "products"]
    if not np.allclose(losses, losses[0], rtol=1e-3):
        raise RuntimeError(f"These are not the same networks: after 50 steps {losses}.")
    steps = {name: max(20, int(SECONDS * 50 / run(50)[0])) for name, run in runs.items()}
    found: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            found[name].append(run(steps[name])[0] / steps[name])
    return {name: min(seconds) for name, seconds in found.items()}


def _data(size: Size) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(EXAMPLES, size.layers[0])).astype(np.float32)
    t = rng.integers(max(2, size.layers[-1]), size=EXAMPLES)
    return X, t, init_params(size.layers, rng=rng, dtype=np.float32)


def _batches(size: Size, steps: int) -> Iterator[Any]:
    """Yield the examples of each step: a new order for every epoch."""
    rng = np.random.default_rng(1)
    while True:
        order = rng.permutation(EXAMPLES)
        for start in range(0, EXAMPLES, size.batch):
            if steps == 0:
                return
            steps -= 1
            yield order[start : start + size.batch]


def _ours(size: Size) -> Run:
    X, t, params = _data(size)

    def run(steps: int) -> tuple[float, float]:
        options: dict[str, Any] = {
            "learning_rate": RATE,
            "batch_size": size.batch,
            "loss": size.loss,
            "activation": size.activation,
            "rng": np.random.default_rng(1),
        }
        states = train(params, X, t, epochs=steps, **options)
        start = time.perf_counter()
        for state in states:
            if state.step == steps:
                break
        return time.perf_counter() - start, state.loss

    return run


def _products(size: Size) -> Run:
    """Make only the matrix products of a step, as `network_forward` and its backward do."""
    X, _, params = _data(size)
    X = X[: size.batch]
    outputs = [X] + [np.ones((size.batch, n), np.float32) for n in size.layers[1:]]

    def run(steps: int) -> tuple[float, float]:
        start = time.perf_counter()
        for _ in range(steps):
            for layer, (W, _) in enumerate(params):
                outputs[layer] @ W.T
            for layer in range(len(params) - 1, -1, -1):
                outputs[layer + 1].T @ outputs[layer]
                if layer:
                    outputs[layer + 1] @ params[layer][0]
        return time.perf_counter() - start, np.nan

    return run


def _autograd(size: Size) -> Run:
    X, t, params = _data(size)

    def loss(params: Any, X: Any, t: Any) -> Any:
        for W, b in params[:-1]:
            Z = anp.dot(X, W.T) + b
            X = anp.maximum(Z, 0) if size.activation == "relu" else 1 / (1 + anp.exp(-Z))
        W, b = params[-1]
        Z = anp.dot(X, W.T) + b
        if size.loss == "cross entropy":
            z = Z[:, 0]
            return anp.mean(anp.maximum(z, 0) - z * t + anp.log1p(anp.exp(-anp.abs(z))))
        Z = Z - anp.max(Z, axis=1, keepdims=True)
        logs = Z - anp.log(anp.sum(anp.exp(Z), axis=1, keepdims=True))
        return -anp.mean(logs[anp.arange(len(t)), t])

    gradient = autograd.value_and_grad(loss)

    def run(steps: int) -> tuple[float, float]:
        mine, labels = params, t.astype(np.float32) if size.loss == "cross entropy" else t
        start = time.perf_counter()
        for batch in _batches(size, steps):
            value, grads = gradient(mine, X[batch], labels[batch])
            mine = [
                (W - RATE * dW, b - RATE * db) for (W, b), (dW, db) in zip(mine, grads, strict=True)
            ]
        return time.perf_counter() - start, float(value)

    return run


def _torch(size: Size) -> Run:
    import torch
    from torch import nn

    # As NumPy's BLAS does: all cores for large products, one for small ones, which wait otherwise.
    threads = 1 if max(size.layers) < 50 else os.cpu_count() or 1
    data, labels, params = _data(size)
    X, t = torch.from_numpy(data), torch.from_numpy(labels)
    layers: list[Any] = []
    for W, b in params:
        linear = nn.Linear(W.shape[1], W.shape[0])
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(W))
            linear.bias.copy_(torch.from_numpy(b))
        layers += [linear, nn.ReLU() if size.activation == "relu" else nn.Sigmoid()]
    network = nn.Sequential(*layers[:-1])
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE)
    loss = nn.CrossEntropyLoss()
    if size.loss == "cross entropy":
        loss, t = nn.BCEWithLogitsLoss(), t.float()[:, None]

    def run(steps: int) -> tuple[float, float]:
        torch.set_num_threads(threads)
        start = time.perf_counter()
        for batch in _batches(size, steps):
            rows = torch.from_numpy(batch)
            optimizer.zero_grad()
            value = loss(network(X[rows]), t[rows])
            value.backward()
            optimizer.step()
            last = value.item()
        return time.perf_counter() - start, last

    return run
