"""Wrong answers to the exercises of lesson 8, as learners write them."""

import numpy as np


def softmax(Z):
    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def multiplicative_layer__u_term_missing(X, Z, W, U, V, b):
    """The term z^T U is missing."""
    return np.einsum("ni,ijk,nj->nk", X, W, Z) + X @ V.T + b


def multiplicative_layer__v_term_missing(X, Z, W, U, V, b):
    """The term V x is missing."""
    return np.einsum("ni,ijk,nj->nk", X, W, Z) + Z @ U + b


def multiplicative_layer__bias_forgotten(X, Z, W, U, V, b):
    """The bias is missing."""
    return np.einsum("ni,ijk,nj->nk", X, W, Z) + Z @ U + X @ V.T


def multiplicative_layer__x_and_z_swapped(X, Z, W, U, V, b):
    """x and z have changed places in the product: it fits only where both are as long."""
    return np.einsum("nj,ijk,ni->nk", X, W, Z) + Z @ U + X @ V.T + b


def multiplicative_layer__all_pairs_summed(X, Z, W, U, V, b):
    """Each x meets the sum of all z, not its own z: right for one row only."""
    return np.einsum("ni,ijk,mj->nk", X, W, Z) + Z @ U + X @ V.T + b


def multiplicative_layer__v_not_transposed(X, Z, W, U, V, b):
    """V is used without its transpose."""
    return np.einsum("ni,ijk,nj->nk", X, W, Z) + Z @ U + X @ V + b


def multiplicative_layer__product_alone(X, Z, W, U, V, b):
    """Only the product; U, V and b are not used."""
    return np.einsum("ni,ijk,nj->nk", X, W, Z)


def multiplicative_layer__diagonal(X, Z, W, U, V, b):
    """Only the diagonal of each matrix is used: x_i meets z_i alone."""
    D = min(X.shape[1], Z.shape[1])
    diagonal = np.array([np.diagonal(W[:, :, k]) for k in range(W.shape[2])])
    return (X[:, :D] * Z[:, :D]) @ diagonal.T + Z @ U + X @ V.T + b


def multiplicative_layer__loop_over_batch_for_units(X, Z, W, U, V, b):
    """The loop takes W[k] for the matrix of unit k; it is W[:, :, k]."""
    Y = Z @ U + X @ V.T + b
    for n in range(len(X)):
        for k in range(len(b)):
            Y[n, k] += X[n] @ W[k] @ Z[n]
    return Y


def dot_product_weights__ones(d):
    """A matrix of ones gives the product of the sums."""
    return np.ones((d, d, 1)), np.zeros((d, 1)), np.zeros((1, d)), np.zeros(1)


def dot_product_weights__scaled(d):
    """The unit matrix is divided by d: a mean, not a sum."""
    return np.eye(d)[:, :, None] / d, np.zeros((d, 1)), np.zeros((1, d)), np.zeros(1)


def dot_product_weights__two_axes(d):
    """W has two axes; the axis of the unit is missing."""
    return np.eye(d), np.zeros((d, 1)), np.zeros((1, d)), np.zeros(1)


def dot_product_weights__ones_in_u_and_v(d):
    """U and V are 1, so the sums of x and z are added."""
    return np.eye(d)[:, :, None], np.ones((d, 1)), np.ones((1, d)), np.zeros(1)


def dot_product_weights__d_units(d):
    """d units give the products one by one; they are not added up."""
    W = np.zeros((d, d, d))
    W[range(d), range(d), range(d)] = 1
    return W, np.zeros((d, d)), np.zeros((d, d)), np.zeros(d)


def dot_product_weights__anti_diagonal(d):
    """The ones stand on the other diagonal: x meets z in reverse order."""
    W = np.fliplr(np.eye(d))[:, :, None]
    return W, np.zeros((d, 1)), np.zeros((1, d)), np.zeros(1)


def _three(dY, X, Z, W):
    dX = np.einsum("ijk,nj,nk->ni", W, Z, dY)
    dZ = np.einsum("ijk,ni,nk->nj", W, X, dY)
    return dX, dZ, np.einsum("ni,nj,nk->ijk", X, Z, dY)


def multiplicative_backward__linear_parts_missing(dY, X, Z, W, U, V):
    """dX lacks the part through V, and dZ the part through U."""
    dX, dZ, dW = _three(dY, X, Z, W)
    return dX, dZ, dW, Z.T @ dY, dY.T @ X, dY.sum(axis=0)


def multiplicative_backward__dx_without_v(dY, X, Z, W, U, V):
    """dX lacks the part through V."""
    dX, dZ, dW = _three(dY, X, Z, W)
    return dX, dZ + dY @ U.T, dW, Z.T @ dY, dY.T @ X, dY.sum(axis=0)


def multiplicative_backward__averaged(dY, X, Z, W, U, V):
    """The gradients of the weights are divided by N."""
    dX, dZ, dW = _three(dY, X, Z, W)
    N = len(X)
    return (
        dX + dY @ V,
        dZ + dY @ U.T,
        dW / N,
        Z.T @ dY / N,
        dY.T @ X / N,
        dY.mean(axis=0),
    )


def multiplicative_backward__dv_transposed(dY, X, Z, W, U, V):
    """dV is transposed: (Dx, K)."""
    dX, dZ, dW = _three(dY, X, Z, W)
    return dX + dY @ V, dZ + dY @ U.T, dW, Z.T @ dY, X.T @ dY, dY.sum(axis=0)


def multiplicative_backward__db_not_summed(dY, X, Z, W, U, V):
    """db is not summed over the batch."""
    dX, dZ, dW = _three(dY, X, Z, W)
    return dX + dY @ V, dZ + dY @ U.T, dW, Z.T @ dY, dY.T @ X, dY


def multiplicative_backward__du_and_dv_swapped(dY, X, Z, W, U, V):
    """dU is made from X and dV from Z."""
    dX, dZ, dW = _three(dY, X, Z, W)
    return dX + dY @ V, dZ + dY @ U.T, dW, X.T @ dY, dY.T @ Z, dY.sum(axis=0)


def multiplicative_backward__w_factor_missing(dY, X, Z, W, U, V):
    """In dX the factor z is missing, in dZ the factor x."""
    _, _, dW = _three(dY, X, Z, W)
    dX = np.einsum("ijk,nk->ni", W, dY) + dY @ V
    dZ = np.einsum("ijk,nk->nj", W, dY) + dY @ U.T
    return dX, dZ, dW, Z.T @ dY, dY.T @ X, dY.sum(axis=0)


def multiplicative_backward__five_parts(dY, X, Z, W, U, V):
    """db is forgotten: five parts come back."""
    dX, dZ, dW = _three(dY, X, Z, W)
    return dX + dY @ V, dZ + dY @ U.T, dW, Z.T @ dY, dY.T @ X


def multiplicative_backward__last_example_only(dY, X, Z, W, U, V):
    """The loop overwrites dW: only the last example counts."""
    dX, dZ, _ = _three(dY, X, Z, W)
    for x, z, dy in zip(X, Z, dY, strict=True):
        dW = np.einsum("i,j,k->ijk", x, z, dy)
    return dX + dY @ V, dZ + dY @ U.T, dW, Z.T @ dY, dY.T @ X, dY.sum(axis=0)


def hypernetwork_weights__v_forgotten(z, W, U, V, b):
    """V is not added to the weights."""
    return np.einsum("ijk,j->ki", W, z), z @ U + b


def hypernetwork_weights__bias_from_b_only(z, W, U, V, b):
    """The part z^T U of the bias is missing."""
    return np.einsum("ijk,j->ki", W, z) + V, b


def hypernetwork_weights__b_forgotten(z, W, U, V, b):
    """b is missing in the bias."""
    return np.einsum("ijk,j->ki", W, z) + V, z @ U


def hypernetwork_weights__transposed(z, W, U, V, b):
    """The weights come back as (Dx, K)."""
    return np.einsum("ijk,j->ik", W, z) + V.T, z @ U + b


def hypernetwork_weights__over_x(z, W, U, V, b):
    """z is multiplied along the axis of x: it fits only where both are as long."""
    return np.einsum("ijk,i->kj", W, z) + V, z @ U + b


def hypernetwork_weights__sum_over_z(z, W, U, V, b):
    """The tensor is summed over its second axis, without z."""
    return W.sum(axis=1).T + V, z @ U + b


def hypernetwork_weights__order(z, W, U, V, b):
    """The bias comes first."""
    return z @ U + b, np.einsum("ijk,j->ki", W, z) + V


def attention__not_scaled(Q, K, V):
    """The division by the root of d is missing."""
    return softmax(Q @ K.T) @ V


def attention__divided_by_d(Q, K, V):
    """Divided by d, not by its root."""
    return softmax(Q @ K.T / Q.shape[1]) @ V


def attention__root_of_the_number_of_keys(Q, K, V):
    """Divided by the root of the number of keys, len(K)."""
    return softmax(Q @ K.T / np.sqrt(len(K))) @ V


def attention__softmax_over_queries(Q, K, V):
    """The softmax runs over the queries."""
    return softmax((Q @ K.T / np.sqrt(Q.shape[1])).T).T @ V


def attention__unstable(Q, K, V):
    """exp overflows for huge entries."""
    E = np.exp(Q @ K.T / np.sqrt(Q.shape[1]))
    return E / E.sum(axis=1, keepdims=True) @ V


def attention__shares_only(Q, K, V):
    """The shares come back; the values are not used."""
    return softmax(Q @ K.T / np.sqrt(Q.shape[1]))


def attention__values_for_keys(Q, K, V):
    """The shares multiply the keys, not the values."""
    return softmax(Q @ K.T / np.sqrt(Q.shape[1])) @ K


def attention__scaled_after_the_softmax(Q, K, V):
    """The division by the root of d comes after the softmax."""
    return softmax(Q @ K.T) / np.sqrt(Q.shape[1]) @ V


def attention__multiplies_by_the_root(Q, K, V):
    """It multiplies by the root of d."""
    return softmax(Q @ K.T * np.sqrt(Q.shape[1])) @ V


def attention__clipped(Q, K, V):
    """Logits are clipped at 50 against overflow, so huge ones lose their order."""
    E = np.exp(np.clip(Q @ K.T / np.sqrt(Q.shape[1]), -50, 50))
    return E / E.sum(axis=1, keepdims=True) @ V


def attention__global_maximum(Q, K, V):
    """The largest of all logits is subtracted: whole rows become 0 / 0."""
    S = Q @ K.T / np.sqrt(Q.shape[1])
    E = np.exp(S - S.max())
    return E / E.sum(axis=1, keepdims=True) @ V


def metric_interaction__two_missing(L):
    """The factor 2 is missing: there are two mixed terms."""
    return -L.T @ L


def metric_interaction__sign(L):
    """The minus is missing."""
    return 2 * L.T @ L


def metric_interaction__other_order(L):
    """L L^T in place of L^T L."""
    return -2 * L @ L.T


def metric_interaction__a(L):
    """This is A, not M."""
    return L.T @ L


def metric_interaction__entry_by_entry(L):
    """The entries are squared, not multiplied as matrices."""
    return -2 * L * L


def metric_interaction__no_square(L):
    """-2 L: the matrix is not multiplied by itself."""
    return -2 * L


def metric_interaction__symmetric_twice(L):
    """Both mixed terms are counted twice: -4."""
    A = L.T @ L
    return -2 * (A + A.T)


def width_for_error__always_the_widest(dimension, target, rng):
    """No experiment: the largest width, which always works but is not the smallest."""
    return 256


def width_for_error__rule_of_thumb(dimension, target, rng):
    """Twice the dimension, whatever the target is."""
    return max(4, 2 * dimension)


def width_for_error__text(dimension, target, rng):
    """The width comes back as text."""
    return "8"


def your_module__wrong_factor():
    """The backward pass of a square lacks the factor 2."""

    def forward(x, params):
        return x**2

    def backward(dy, x, params):
        return dy * x, []

    return forward, backward, np.array([1.0, -2.0, 3.0]), []


def your_module__dy_ignored():
    """backward returns the slope alone and ignores dy."""

    def forward(x, params):
        return np.sin(x)

    def backward(dy, x, params):
        return np.cos(x), []

    return forward, backward, np.array([0.3, -1.2, 2.0]), []


def your_module__params_without_gradient():
    """The parameter gets a gradient of 0, though the output depends on it."""

    def forward(x, params):
        return params[0] * x

    def backward(dy, x, params):
        return dy * params[0], [np.zeros_like(params[0])]

    return forward, backward, np.array([1.0, 2.0]), [np.array([3.0, -1.0])]


def your_module__scale_not_summed():
    """One scale for all inputs: its gradient is not summed and has the wrong shape."""

    def forward(x, params):
        return params[0] * x

    def backward(dy, x, params):
        return dy * params[0], [dy * x]

    return forward, backward, np.array([1.0, 2.0, -4.0]), [np.array([3.0])]


def your_module__three_parts():
    """Only three things come back: params is missing."""

    def forward(x, params):
        return 3 * x

    def backward(dy, x, params):
        return 3 * dy, []

    return forward, backward, np.array([1.0, 2.0])


def your_module__called_not_given():
    """The functions are called in the return, so that arrays come back in their place."""
    x = np.array([1.0, 2.0])

    def forward(x, params):
        return 3 * x

    def backward(dy, x, params):
        return 3 * dy, []

    return forward(x, []), backward(x, x, []), x, []


def your_module__random():
    """forward adds noise: nothing random is allowed in it."""
    rng = np.random.default_rng(0)

    def forward(x, params):
        return x + 0.1 * rng.normal(size=x.shape)

    def backward(dy, x, params):
        return dy, []

    return forward, backward, np.array([1.0, 2.0]), []


def multiplicative_layer__two_slips(X, Z, W, U, V, b):
    """Two slips: the bias is subtracted, and the term with U is missing."""
    return np.einsum("ni,ijk,nj->nk", X, W, Z) + X @ V.T - b


def multiplicative_backward__dz_uses_z(dY, X, Z, W, U, V):
    """In dZ the factor z stands where x belongs."""
    dX, _, dW = _three(dY, X, Z, W)
    dZ = np.einsum("ijk,ni,nk->nj", W, Z, dY) + dY @ U.T
    return dX + dY @ V, dZ, dW, Z.T @ dY, dY.T @ X, dY.sum(axis=0)


def hypernetwork_weights__two_slips(z, W, U, V, b):
    """Two slips: V is forgotten, and b as well."""
    return np.einsum("ijk,j->ki", W, z), z @ U


def attention__root_of_the_width_of_the_values(Q, K, V):
    """Divided by the root of the width of the values."""
    return softmax(Q @ K.T / np.sqrt(V.shape[1])) @ V


def attention__causal(Q, K, V):
    """Each query sees only the keys up to its own place, which is not asked."""
    S = Q @ K.T / np.sqrt(Q.shape[1])
    return softmax(np.where(np.tri(*S.shape) > 0, S, -1e9)) @ V


def metric_interaction__diagonal_only(L):
    """Only the diagonal of L^T L is used."""
    return np.diag(np.diag(-2 * L.T @ L))


def metric_interaction__upper_triangle(L):
    """Both halves of M are put into the upper one: the same only for x = z."""
    M = -2 * L.T @ L
    return np.triu(M) + np.triu(M, 1)


def your_module__mean_of_dy():
    """backward uses the mean of dy for all entries."""

    def forward(x, params):
        return x**2

    def backward(dy, x, params):
        return 2 * x * np.mean(dy), []

    return forward, backward, np.array([1.0, -2.0, 3.0]), []


def your_module__output_never_moves():
    """forward always gives 0: nothing depends on the input."""

    def forward(x, params):
        return 0 * x

    def backward(dy, x, params):
        return 0 * dy, []

    return forward, backward, np.array([1.0, -2.0, 3.0]), []


def dot_product_weights__tiny_bias(d):
    """A bias of 1e-9: not exactly the inner product."""
    return np.eye(d)[:, :, None], np.zeros((d, 1)), np.zeros((1, d)), np.full(1, 1e-9)
