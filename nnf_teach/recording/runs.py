"""Make the recorded runs of `diagnose` by real training.

    python -m nnf_teach.recording.runs

trains them all again (20 seconds with OMP_NUM_THREADS=1, longer when threads wait for each other)
and writes `recorded_runs.npz` beside the exercise, whose check draws from it, and
`nnf_teach/data/example_runs.npz`, two runs of each kind to look at. A run is called after what was
done to it (`recipes.py`), not after its curves. That the two agree is proved by the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach import datasets
from nnf_teach.arguments import unchecked
from nnf_teach.datasets.runs import CURVES, History, Run, write_runs
from nnf_teach.datasets.runs import FILE as EXAMPLE_FILE
from nnf_teach.exercises.lesson_07.diagnose import FILE
from nnf_teach.modules import Adam, Momentum, RMSProp, init_params, sigmoid
from nnf_teach.modules.gradient_descent import descend
from nnf_teach.modules.network import network_backward, network_forward
from nnf_teach.modules.training import LOSSES
from nnf_teach.recording.recipes import EXAMPLES, RECIPES, Recipe

Array = NDArray[Any]
Params = list[tuple[Array, Array]]
OPTIMIZERS: dict[str, Callable[[], Callable[[Params, Params, float], Params]]] = {
    "gradient descent": lambda: descend,
    "momentum": Momentum,
    "RMSProp": RMSProp,
    "Adam": Adam,
}
_forward, _backward = unchecked(network_forward), unchecked(network_backward)


def record(recipe: Recipe) -> Run:
    """Train as the recipe says, note every entry, and return the run.

    The first entry is taken before training, with the gradient of the whole training set. Later
    ones hold the mean loss over the batches of an epoch (or the last batch's alone, where the
    recipe says so), the loss on the validation set after it, and the norm of the last gradient.
    """
    rng = np.random.default_rng(recipe.seed)
    X, t, X_val, t_val = _spoilt_data(recipe, rng)
    value, gradient = _loss(recipe)
    params = _beginning(recipe, X.shape[1], _outputs(recipe), rng)
    update = OPTIMIZERS[recipe.optimizer]()
    size = recipe.batch or len(X)
    notes: list[tuple[float, ...]] = []

    def step(batch: Any) -> tuple[float, Params]:
        outputs = _forward(X[batch], params, recipe.activation)
        grads = _backward(gradient(outputs[-1], t[batch]), outputs, params, recipe.activation)
        return value(outputs[-1], t[batch]), grads

    def note(loss: float, grads: Params) -> None:
        Y_val = _forward(X_val, params, recipe.activation)[-1]
        notes.append((loss, value(Y_val, t_val), _norm(grads), _norm(params)))

    with np.errstate(all="ignore"):
        note(*step(slice(None)))
        for epoch in range(recipe.epochs):
            rate = recipe.rate * recipe.growth**epoch * (-1 if recipe.uphill else 1)
            losses, order = [], rng.permutation(len(X))
            for start in range(0, len(X), size):
                loss, grads = step(order[start : start + size])
                params = update(params, grads, rate)
                losses.append(loss)
            if (epoch + 1) % recipe.every == 0:
                note(losses[-1] if recipe.one_batch else float(np.mean(losses)), grads)
            if recipe.stops_at_nan and not np.isfinite(notes[-1]).all():
                break
    history: History = dict(zip(CURVES, np.array(notes, dtype=float).T, strict=True))
    history["chance_loss"] = _chance(recipe, t)
    return Run(recipe.kinds, recipe.made, history)


def _norm(params: Params) -> float:
    return float(np.sqrt(sum(float(np.sum(np.square(part))) for pair in params for part in pair)))


# The data, and what is done to them -----------------------------------------------------------


@cache
def _digits() -> tuple[Array, Array]:
    """Return the 10,000 test images and their digits; the training sets are drawn from them."""
    digits = datasets.load_mnist()
    return datasets.image_rows(digits.x_test), digits.t_test


def _draw_digits(n: int, noise: float, *, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw images without replacement; a share `noise` of them gets a digit at random."""
    X, t = _digits()
    drawn = rng.choice(len(X), n, replace=False)
    wrong = rng.random(n) < noise
    return X[drawn], np.where(wrong, rng.integers(0, 10, n), t[drawn])


DATA: dict[str, Callable[..., tuple[Array, Array]]] = {
    "digits": _draw_digits,
    "XOR": datasets.make_xor,
    "gaussians": datasets.make_gaussians,
    "spiral": datasets.make_spiral,
    "plane": datasets.make_plane,
    "hills": datasets.make_gaussian_hills,
}
REGRESSION = ("plane", "hills")


def _outputs(recipe: Recipe) -> int:
    return 10 if recipe.data == "digits" else 1


def _spoilt_data(recipe: Recipe, rng: np.random.Generator) -> tuple[Array, Array, Array, Array]:
    """Draw training and validation set, and spoil them as the recipe says."""
    X, t = DATA[recipe.data](recipe.n + recipe.n_val, recipe.noise, rng=rng)
    X = (recipe.inputs * (X if recipe.data == "digits" else X / 5)).astype(recipe.dtype)
    if recipe.spoilt == "shuffled labels":
        t = rng.permutation(t)
    if recipe.spoilt == "labels among the inputs":
        shown = np.eye(10)[t] if recipe.data == "digits" else t[:, None] - 0.5
        X = np.hstack([X, recipe.shown * shown]).astype(recipe.dtype)
    if recipe.spoilt == "divided by zero":
        with np.errstate(all="ignore"):
            X = (X - X.mean(axis=0)) / X.std(axis=0)
    if recipe.data != "digits":
        t = t.astype(recipe.dtype)
        t = t if recipe.spoilt == "broadcast" else t[:, None]  # shaped like the output
    X_val, t_val = X[recipe.n :], t[recipe.n :]
    if recipe.spoilt == "validation set in training":
        copied = slice(0, recipe.n + int(recipe.shown * recipe.n_val))
        return X[copied], t[copied], X_val, t_val
    return X[: recipe.n], t[: recipe.n], X_val, t_val


def _beginning(recipe: Recipe, inputs: int, outputs: int, rng: np.random.Generator) -> Params:
    drawn = init_params((inputs, *recipe.hidden, outputs), rng=rng, init="he", dtype=recipe.dtype)
    kind = drawn[0][0].dtype.type
    params = [(kind(recipe.scale) * W, b) for W, b in drawn]
    return [(W, b + kind(recipe.bias)) for W, b in params[:-1]] + params[-1:]


# The losses, sound ones and careless ones ----------------------------------------------------


def _loss(recipe: Recipe) -> tuple[Callable[..., float], Callable[..., Array]]:
    careless = recipe.spoilt == "careless loss"
    if recipe.data in REGRESSION:
        return _BROADCAST if recipe.spoilt == "broadcast" else LOSSES["half square"]
    if recipe.data == "digits":
        return _CARELESS_SOFTMAX if careless else LOSSES["softmax cross entropy"]
    if recipe.spoilt == "careless record":
        return _rounded_to_infinity, LOSSES["cross entropy"][1]
    return _CARELESS_SIGMOID if careless else LOSSES["cross entropy"]


def _softmax_unshifted(Z: Array) -> Array:
    return np.asarray(np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))


def _share_off(Z: Array, t: Array) -> Array:
    return np.asarray((_softmax_unshifted(Z) - np.eye(Z.shape[1], dtype=Z.dtype)[t]) / len(t))


_CARELESS_SOFTMAX: tuple[Callable[..., float], Callable[..., Array]] = (
    lambda Z, t: -float(np.mean(np.log(_softmax_unshifted(Z)[np.arange(len(t)), t]))),
    _share_off,
)


def _log_of_the_sigmoid(Z: Array, t: Array) -> float:
    p = sigmoid(Z)
    return -float(np.mean(t * np.log(p) + (1 - t) * np.log(1 - p)))


def _through_the_logarithm(Z: Array, t: Array) -> Array:
    """Return dL/dZ as the chain rule has it, through p: 0 / 0 where p is 0 or 1."""
    p = sigmoid(Z)
    return np.asarray(((1 - t) / (1 - p) - t / p) * p * (1 - p) / len(t))


def _rounded_to_infinity(Z: Array, t: Array) -> float:
    """Return a loss that is infinite where p is rounded to 0 or 1 and wrong; never nan."""
    p = sigmoid(Z)
    return -float(np.mean(np.log(np.where(t == 1, p, 1 - p))))


_CARELESS_SIGMOID = (_log_of_the_sigmoid, _through_the_logarithm)

# (N, 1) - (N,) is (N, N): every answer is compared with every target
_BROADCAST: tuple[Callable[..., float], Callable[..., Array]] = (
    lambda Y, t: 0.5 * float(np.mean(np.square(Y - t))),
    lambda Y, t: np.mean(Y - t, axis=1, keepdims=True) / len(t),
)


def _chance(recipe: Recipe, t: Array) -> float:
    """Return the loss of who gives every example the same, best answer."""
    if recipe.data in REGRESSION:
        return 0.5 * float(np.var(t))
    share = np.unique(t, return_counts=True)[1] / len(t)
    return -float(np.sum(share * np.log(share)))


def main() -> None:
    """Train all, and write both files."""
    write_runs(FILE, [record(recipe) for recipe in RECIPES])
    write_runs(EXAMPLE_FILE, [record(recipe) for recipe in EXAMPLES])


if __name__ == "__main__":
    main()
