"""Other ways for lesson 08, Multiplicative units."""

import numpy as np


def multiplicative_layer__products(X, Z, W, U, V, b):
    """By one matrix product: all pairs x_i z_j in a row, and the tensor as a matrix of their
    weights."""
    pairs = (X[:, :, None] * Z[:, None, :]).reshape(len(X), W.shape[0] * W.shape[1])
    return pairs @ W.reshape(-1, W.shape[2]) + Z @ U + X @ V.T + b


def dot_product_weights__entries(d):
    """Entry by entry: the weights of x_i z_i are 1, all the others 0."""
    W = np.zeros((d, d, 1))
    W[np.arange(d), np.arange(d)] = 1
    return W, np.zeros((d, 1)), np.zeros((1, d)), np.zeros(1)


def multiplicative_backward__by_unit(dY, X, Z, W, U, V):
    """Unit by unit, by matrix products: slower, and each line can be checked on paper."""
    dX, dZ, dW = dY @ V, dY @ U.T, np.zeros(W.shape)
    for k in range(W.shape[2]):
        g = dY[:, [k]]
        dX = dX + (g * Z) @ W[:, :, k].T
        dZ = dZ + (g * X) @ W[:, :, k]
        dW[:, :, k] = (g * X).T @ Z
    return dX, dZ, dW, Z.T @ dY, dY.T @ X, dY.sum(axis=0)


def hypernetwork_weights__tensordot(z, W, U, V, b):
    """By tensordot over the axis of z: what is left has the axes of x and of the units."""
    return np.tensordot(W, z, axes=([1], [0])).T + V, U.T @ z + b


def attention__logaddexp(Q, K, V):
    """Through the logarithm of the shares: stable without a maximum of one's own."""
    S = Q @ K.T / np.sqrt(K.shape[1])
    return np.exp(S - np.logaddexp.reduce(S, axis=1, keepdims=True)) @ V


def metric_interaction__gram(L):
    """By the Gram matrix of L's columns: what A is, and M is minus twice as much."""
    A = np.einsum("rd,re->de", L, L)
    return -2 * A
