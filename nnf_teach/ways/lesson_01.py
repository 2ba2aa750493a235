"""Other ways for lesson 01, The neuron."""

import numpy as np


def neuron__products(x, w, b):
    """Product by product, as the sum in the statement: nothing is hidden in a sign."""
    return np.sum(x * w) + b


def linear_layer__einsum(X, W, b):
    """With every axis named: good where arrays have more than two axes."""
    return np.einsum("nd,kd->nk", X, W) + b


def sigmoid__tanh(x):
    """A sigmoid is a tanh, stretched and moved up: short, and stable because np.tanh is."""
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def sigmoid__logaddexp(x):
    """Through the logarithm: the trick that also makes the cross entropy of lesson 2 stable."""
    return np.exp(-np.logaddexp(0, -x))


def sigmoid_derivative__cosh(x):
    """In one formula that shows the symmetry; clipped, since cosh is too large for a computer from
    711 on."""
    return 0.25 / np.cosh(np.clip(x, -700, 700) / 2) ** 2


def saturation_point__arccosh(epsilon):
    """Where a formula can be solved for x: the slope is 1 / (4 cosh(x / 2)^2)."""
    return 2 * np.arccosh(0.5 / np.sqrt(epsilon))


def saturation_point__bisection(epsilon):
    """Where no formula can be solved: halve an interval that holds the answer, again and again."""
    low, high = 0.0, 700.0
    for _ in range(100):
        x = (low + high) / 2
        slope = np.exp(-x) / (1 + np.exp(-x)) ** 2
        low, high = (x, high) if slope > epsilon else (low, x)
    return low


def and_gate__far():
    """Any line between the corners will do: this one is further from the corner (1, 1)."""
    return [2, 2], -2.5


def or_gate__from_nand():
    """By De Morgan: one of two is NAND of the opposites. A turned input moves b by its weight."""
    w, b = [-1, -1], 1.5
    return [-weight for weight in w], b + sum(w)


def nand_gate__from_and():
    """NOT turns signs around: the weights of AND, each with a minus, make NAND."""
    w, b = [1, 1], -1.5
    return [-weight for weight in w], -b
