"""Small networks that learn a curve from noisy examples, one with each regulariser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.experiments.film import Film
from nnf_teach.modules.adam import adam_move

Weights = list[Array]  # w (V, 1, H), b (V, 1, H), v (V, 1, H), c (V, 1, 1): V networks at a time

FRAMES, STEPS = 40, 25  # frames, and steps of Adam per frame
RATE = 0.02
FIRST_SCALE = 6.0  # of the first weights: bends enough for a wriggling curve
TEST_EXAMPLES, HELD_EXAMPLES = 400, 60
MAX_EXAMPLES = 60

TRAINED = ("none", "L2 penalty", "L1 penalty", "dropout", "noise on the data")
NONE, EARLY = "none", "early stopping"  # which needs no network: it keeps an earlier frame of NONE
METHODS = (*TRAINED, EARLY)
PLAIN, L2, L1, DROPOUT, JITTER = range(len(TRAINED))  # the networks


def truth(x: Array) -> Array:
    """Return what is to be learnt: sin(2 pi x)."""
    return np.asarray(np.sin(2 * np.pi * x))


class Data(NamedTuple):
    """Noisy examples of the same curve: to train on, to stop by, and to test on."""

    x: Array  # (N,)
    y: Array  # (N,)
    x_held: Array
    y_held: Array
    x_test: Array
    y_test: Array


def draw_data(examples: int, noise: float, draw: int) -> Data:
    """Draw data; the first examples of a draw are the same for every number of examples.

    >>> few, many = draw_data(5, 0.5, 1), draw_data(60, 0.5, 1)
    >>> bool((few.x == many.x[:5]).all() and (few.y_test == many.y_test).all())
    True
    """
    rng = np.random.default_rng(draw + 1)
    parts = []
    for n in (MAX_EXAMPLES, HELD_EXAMPLES, TEST_EXAMPLES):
        x = rng.uniform(-1, 1, n)
        parts += [x, truth(x) + noise * rng.standard_normal(n)]
    return Data(parts[0][:examples], parts[1][:examples], *parts[2:])


def outputs(x: Array, weights: Weights) -> Array:
    """Return what the V networks make of x (N,): (V, N)."""
    w, b, v, c = weights
    hidden = np.tanh(x.astype(np.float32)[None, :, None] * w + b)
    return (hidden @ v.transpose(0, 2, 1) + c)[..., 0]


class Frame(NamedTuple):
    """The networks at one frame, and their mean squared errors (V,) each."""

    weights: Weights
    train: Array
    held: Array
    test: Array


@dataclass(frozen=True)
class Setting:
    """All that decides a training."""

    units: int
    examples: int
    noise: float
    draw: int
    l2: float
    l1: float
    drop: float
    jitter: float


class Training(Film[Frame]):
    """All of TRAINED side by side, from the same first weights, as far as it is asked for.

    >>> training = Training(Setting(8, 20, 0.5, 0, 0.001, 0.003, 0.2, 0.1))
    >>> training.at(1).test.shape
    (5,)
    """

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.data = draw_data(setting.examples, setting.noise, setting.draw)
        self._rng = np.random.default_rng(0)
        H, V = setting.units, len(TRAINED)
        w = FIRST_SCALE * self._rng.standard_normal(H)
        bends = self._rng.uniform(-1.1, 1.1, H)  # spread over the data
        v = self._rng.standard_normal(H) / np.sqrt(H)
        first = (w, -w * bends, v, np.zeros(1))
        self._weights = [np.tile(part, (V, 1, 1)).astype(np.float32) for part in first]
        zeros = [np.zeros_like(part) for part in self._weights]
        self._memory, self._step = list(zip(zeros, zeros, strict=True)), 0
        super().__init__()

    def best(self, frame: int) -> int:
        """Return the frame, up to this one, at which NONE has the lowest validation error."""
        self.at(frame)
        return int(np.argmin([one.held[PLAIN] for one in self.frames[: frame + 1]]))

    def look(self) -> Frame:
        """Measure the errors, without dropout and noise."""
        data = self.data
        errors = [
            np.asarray(((outputs(x, self._weights) - y) ** 2).mean(axis=1))
            for x, y in ((data.x, data.y), (data.x_held, data.y_held), (data.x_test, data.y_test))
        ]
        return Frame(self._weights, *errors)

    def advance(self) -> None:
        for _ in range(STEPS):
            grads = self._gradients()
            self._step += 1
            moved = [
                adam_move(part, grad, m, v, self._step, RATE, 0.9, 0.999, 1e-8)
                for part, grad, (m, v) in zip(self._weights, grads, self._memory, strict=True)
            ]
            self._weights = [part for part, _, _ in moved]
            self._memory = [(m, v) for _, m, v in moved]

    def _gradients(self) -> Weights:
        """Return the gradients of each network's mean squared error and penalty."""
        setting, rng = self.setting, self._rng
        w, b, v, c = self._weights
        n, V = len(self.data.x), len(TRAINED)
        x = np.repeat(self.data.x.astype(np.float32)[None, :, None], V, axis=0)
        x[JITTER] += np.float32(setting.jitter) * rng.standard_normal((n, 1), np.float32)
        hidden = np.tanh(x * w + b)
        kept = np.float32(1 - setting.drop)
        mask = (rng.random((n, setting.units), np.float32) < kept) / kept
        shown = hidden.copy()
        shown[DROPOUT] *= mask
        targets = self.data.y.astype(np.float32)[None, :, None]
        dY = 2 / np.float32(n) * (shown @ v.transpose(0, 2, 1) + c - targets)
        dv = dY.transpose(0, 2, 1) @ shown
        d_hidden = dY * v
        d_hidden[DROPOUT] *= mask
        dz = d_hidden * (1 - hidden * hidden)
        dw = (dz * x).sum(axis=1, keepdims=True)
        for part, grad in ((w, dw), (v, dv)):  # biases are free
            grad[L2] += np.float32(2 * setting.l2) * part[L2]
            grad[L1] += np.float32(setting.l1) * np.sign(part[L1])
        return [dw, dz.sum(axis=1, keepdims=True), dv, dY.sum(axis=1, keepdims=True)]


class Fit:
    """What a method has made of a training at a frame; early stopping keeps an earlier frame.

    >>> training = Training(Setting(8, 20, 0.5, 0, 0.001, 0.003, 0.2, 0.1))
    >>> Fit(training, EARLY, 2).frame == training.best(2)
    True
    """

    def __init__(self, training: Training, method: str, frame: int) -> None:
        self.method = method
        self.network = PLAIN if method == EARLY else TRAINED.index(method)
        self.frame = training.best(frame) if method == EARLY else frame
        shown = training.at(self.frame)
        self.train, self.test = float(shown.train[self.network]), float(shown.test[self.network])
        self._weights = shown.weights

    def curve(self, x: Array) -> Array:
        """Return the outputs at x (N,)."""
        return np.asarray(outputs(x, self._weights)[self.network])
