"""Other ways for lesson 04, Universal approximation and depth."""

import math

import numpy as np

from nnf_teach.modules import relu, sigmoid


def step__tanh(x, position, steepness):
    """Through tanh: many libraries have it, and it is stable for any steepness."""
    return 0.5 + 0.5 * np.tanh(0.5 * steepness * (x - position))


def bump__layer(x, left, right, height, steepness):
    """As a network: a hidden layer of two units, and a layer on top that adds them up."""
    x = np.asarray(x, dtype=float)
    hidden = sigmoid(steepness * (x[..., None] - np.array([left, right])))
    return hidden @ np.array([height, -height], dtype=float)


def approximate__stairs(f, n_bumps):
    """As stairs: each step goes up by a difference, and half of the units are not needed."""
    middles = (np.arange(n_bumps) + 0.5) / n_bumps
    heights = np.array([float(f(x)) for x in middles])
    edges = np.arange(1, n_bumps) / n_bumps
    unused = 2 * n_bumps - len(edges)
    steepness = 1000.0 * n_bumps
    W = np.full((2 * n_bumps, 1), steepness)
    b = -steepness * np.concatenate([edges, np.full(unused, 2.0)])
    V = np.concatenate([np.diff(heights), np.zeros(unused)])[None, :]
    return [(W, b), (V, heights[:1])]


def relu__product(x):
    """As a gate: x times whether it is positive. Its backward pass has the same factor."""
    return x * (np.asarray(x) > 0)


def dead_units__largest(X, W, b):
    """By its best moment: a unit is dead when even its largest sum does not pass 0."""
    return np.max(X @ W.T + b, axis=0) <= 0


def tent__slopes_inside(x):
    """With the slopes inside the units, 2 and 4: the layer on top only adds and subtracts."""
    return relu(2 * x) - relu(4 * x - 2)


def sawtooth__recursion(x, depth):
    """By recursion: a sawtooth is a tent, and a sawtooth one less deep behind it."""
    x = 2 * relu(x) - 4 * relu(x - 0.5)
    return sawtooth__recursion(x, depth - 1) if depth > 1 else x


def count_linear_pieces__slopes(f, low, high):
    """By slopes: where two neighbours differ there is a kink, and a run of such places is one."""
    x = np.linspace(low, high, 20_001)
    slopes = np.diff(f(x)) / np.diff(x)
    bends = np.abs(np.diff(slopes)) > 1e-4 + 1e-9 * np.abs(slopes).max()
    kinks = bends & ~np.append(False, bends[:-1])
    return int(kinks.sum()) + 1


def montufar_lower_bound__loop(n_inputs, width, depth):
    """Layer by layer: all but the last fold, and each fold multiplies what comes after it."""
    regions = sum(math.comb(width, j) for j in range(n_inputs + 1))
    for _ in range(depth - 1):
        regions *= (width // n_inputs) ** n_inputs
    return regions
