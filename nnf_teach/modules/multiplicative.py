"""The multiplicative layer: two inputs that multiply (slide "Multiplicative interactions").

Jayakumar et al. 2020, *Multiplicative Interactions and Where to Find Them*, ICLR.
"""

from __future__ import annotations

import numpy as np

from nnf_teach.arguments import Array, checked


@checked(X="(N, Dx)", Z="(N, Dz)", W="(Dx, Dz, K)", U="(Dz, K)", V="(K, Dx)", b="(K,)")
def multiplicative_layer(X: Array, Z: Array, W: Array, U: Array, V: Array, b: Array) -> Array:
    """Return Y = x^T W z + z^T U + V x + b for every example (x, z).

    y_k = sum_ij x_i W_ijk z_j + sum_j z_j U_jk + sum_i V_ki x_i + b_k.

    Parameters
    ----------
    X : (N, Dx)
    Z : (N, Dz)
    W : (Dx, Dz, K)
        One matrix for each unit: W[:, :, k].
    U : (Dz, K)
        As the slide has it, z^T U; its transpose is the weights of a linear layer.
    V : (K, Dx)
        The weights of a linear layer, one unit per row.
    b : (K,)

    Returns
    -------
    Y : (N, K)

    Raises
    ------
    ValueError
        When the shapes do not fit, there is no example, or a value is not finite.

    Examples
    --------
    With W = I and nothing else it is the inner product, 1 * 3 + 2 * 4.

    >>> W, U, V, b = np.eye(2)[:, :, None], np.zeros((2, 1)), np.zeros((1, 2)), np.zeros(1)
    >>> multiplicative_layer([[1, 2]], [[3, 4]], W, U, V, b)
    array([[11.]])
    """
    # x^T W first, for all pairs (j, k): one matrix product, which is what einsum would not find
    by_z = (X @ W.reshape(len(W), -1)).reshape(len(X), *W.shape[1:])
    Y: Array = np.einsum("njk,nj->nk", by_z, Z) + Z @ U + X @ V.T + b
    return Y


@checked(dY="(N, K)", X="(N, Dx)", Z="(N, Dz)", W="(Dx, Dz, K)", U="(Dz, K)", V="(K, Dx)")
def multiplicative_backward(
    dY: Array, X: Array, Z: Array, W: Array, U: Array, V: Array
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Return the gradients of L by X, Z, W, U, V and b.

    Each factor of x_i W_ijk z_j meets the other two: dW_ijk = sum_n x_i z_j dy_k, and
    dx_i = sum_jk W_ijk z_j dy_k + sum_k V_ki dy_k. A mean over the batch, where there is one,
    is already in dY.

    Parameters
    ----------
    dY : (N, K)
        dL/dY.
    X, Z, W, U, V
        As given to `multiplicative_layer`.

    Returns
    -------
    dX, dZ, dW, dU, dV, db
        Shaped like X, Z, W, U, V and b.

    Raises
    ------
    ValueError
        When the shapes do not fit, there is no example, or a value is not finite.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> grads = multiplicative_backward(dY=one, X=2 * one, Z=3 * one, W=[[[5]]], U=7 * one, V=one)
    >>> [float(g.squeeze()) for g in grads]
    [16.0, 17.0, 6.0, 3.0, 2.0, 1.0]
    """
    dW = np.einsum("ni,nj,nk->ijk", X, Z, dY, optimize=True)
    dX = np.einsum("ijk,nj,nk->ni", W, Z, dY, optimize=True) + dY @ V
    dZ = np.einsum("ijk,ni,nk->nj", W, X, dY, optimize=True) + dY @ U.T
    return dX, dZ, dW, Z.T @ dY, dY.T @ X, dY.sum(axis=0)
