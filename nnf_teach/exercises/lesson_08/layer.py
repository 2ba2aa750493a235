"""The multiplicative layer itself: forward, backward, an inner product, a network of weights."""

import numpy as np

from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.oracles import vjp

# n, Dx, Dz, K; with all sizes equal every axis can be taken for another, and no shape complains
SHAPES = ((1, 1, 1, 1), (1, 3, 2, 2), (4, 2, 3, 1), (3, 3, 3, 3), (5, 2, 4, 3), (2, 4, 1, 2))


def given(rng, n, dx, dz, k):
    shapes = (n, dx), (n, dz), (dx, dz, k), (dz, k), (k, dx), (k,)
    return tuple(rng.normal(size=shape) for shape in shapes)


def by_hand():
    X, Z = np.array([[1.0, 2.0]]), np.array([[3.0]])
    W = np.array([[[1.0, 0.0]], [[4.0, -1.0]]])
    U, V, b = np.array([[10.0, 0.0]]), np.array([[0.0, 1.0], [5.0, 0.0]]), np.array([0.5, 0.0])
    return X, Z, W, U, V, b


def whole(rng):
    shapes = (2, 3), (2, 2), (3, 2, 2), (2, 2), (2, 3), (2,)
    return tuple(rng.integers(-4, 5, shape) for shape in shapes)


@exercise(lesson=8, points=2)
def multiplicative_layer(X, Z, W, U, V, b):
    from autograd import numpy as anp  # which can trace it

    return anp.einsum("ni,ijk,nj->nk", X, W, Z) + anp.dot(Z, U) + anp.dot(X, V.T) + b


@multiplicative_layer.cases
def cases(rng):
    X, Z, W, U, V, b = given(rng, 4, 3, 2, 3)
    yield by_hand()
    yield *whole(rng), "whole numbers"
    yield from (given(rng, *shape) for shape in SHAPES)
    yield *map(np.asfortranarray, (X, Z, W, U, V)), b, "another order in memory"
    yield *given(rng, 0, 3, 2, 2), "no examples"


def around(product, Z, U, X, V, b):
    """Add the terms without a product; the mistakes are in the product."""
    return product + Z @ U + X @ V.T + b


@multiplicative_layer.mistake
def only_the_diagonal(X, Z, W, U, V, b):
    """You multiply each entry of x with the entry of z at the same place only.
    Which pairs of places does x^T W z run over?"""
    same = range(min(W.shape[:2]))
    return around(sum(X[:, [i]] * Z[:, [i]] * W[i, i] for i in same), Z, U, X, V, b)


@multiplicative_layer.mistake
def sums_first(X, Z, W, U, V, b):
    """You add up before you multiply. Each pair of entries x_i, z_j has its own W_ij:
    in which order do product and sum come?"""
    sums = X.sum(axis=1, keepdims=True) * Z.sum(axis=1, keepdims=True)
    return around(sums * W.sum(axis=(0, 1)), Z, U, X, V, b)


@multiplicative_layer.mistake
def summed_over_units(X, Z, W, U, V, b):
    """All units get the same product: you have added up over the last axis of W.
    What is that axis for?"""
    return around(np.einsum("ni,ijk,nj->n", X, W, Z)[:, None], Z, U, X, V, b)


multiplicative_layer.hints(
    "Unit k has a matrix of its own, W[:, :, k]. What is x^T W[:, :, k] z for one example?",
    "Write the product with its indices: sum over i and j of x_ni W_ijk z_nj. The indices that "
    "stay are n and k: they are the letters behind the arrow of np.einsum. The other terms are two "
    "matrix products and b.",
    'np.einsum takes the formula as text: "ni,ijk,nj->nk" with X, W, Z. Then add Z @ U, the '
    "product of X with V turned, and b.",
    remark="x and z multiply: with z held fixed it is a linear layer of x, with x held fixed one "
    "of z.",
)


@exercise(lesson=8, points=1, returns=("W", "U", "V", "b"), atol=0.0)
def dot_product_weights(d):
    return np.eye(d)[:, :, None], np.zeros((d, 1)), np.zeros((1, d)), np.zeros(1)


@dot_product_weights.cases
def cases(rng):
    yield from (2, 1, 3, 7, int(rng.integers(8, 20)))


@dot_product_weights.mistake
def all_ones(d):
    """With ones everywhere each x_i meets every z_j: you get the product of two sums.
    Which pairs are in the inner product?"""
    return np.ones((d, d, 1)), np.zeros((d, 1)), np.zeros((1, d)), np.zeros(1)


@dot_product_weights.mistake
def one_unit_a_place(d):
    """Your layer gives the d products x_i z_i, each from a unit of its own.
    How many numbers is the inner product?"""
    W = np.eye(d)[:, :, None] * np.eye(d)[:, None, :]
    return W, np.zeros((d, d)), np.zeros((d, d)), np.zeros(d)


dot_product_weights.hints(
    "Which of the four arrays makes products of an x and a z? The others should do nothing.",
    "<x, z> = x^T I z, with the unit matrix I. There is one unit, K = 1.",
    "np.eye(d) is I; [:, :, None] gives it the third axis. U is (d, 1), V is (1, d), b is (1,): "
    "all zeros.",
    remark="No training, no error, any range of inputs: the layer represents the inner product.",
)


@exercise(lesson=8, points=3, returns=("dX", "dZ", "dW", "dU", "dV", "db"))
def multiplicative_backward(dY, X, Z, W, U, V):
    return vjp(multiplicative_layer, dY, X, Z, W, U, V, np.zeros(np.shape(W)[2]))


@multiplicative_backward.cases
def cases(rng):
    yield np.array([[1.0, -1.0]]), *by_hand()[:5]
    yield rng.integers(-3, 4, (2, 2)), *whole(rng)[:5], "whole numbers"
    for shape in SHAPES:
        yield rng.normal(size=(shape[0], shape[3])), *given(rng, *shape)[:5]
    yield np.zeros((0, 2)), *given(rng, 0, 3, 2, 2)[:5], "no examples"


def gradients(dY, X, Z, W, U, V):
    """Compute what the mistakes are made of, quicker than autograd; never a reference."""
    return (
        np.einsum("ijk,nj,nk->ni", W, Z, dY) + dY @ V,
        np.einsum("ijk,ni,nk->nj", W, X, dY) + dY @ U.T,
        np.einsum("ni,nj,nk->ijk", X, Z, dY),
        Z.T @ dY,
        dY.T @ X,
        dY.sum(axis=0),
    )


@multiplicative_backward.mistake
def forgot_both_alone(dY, X, Z, W, U, V):
    """dX and dZ hold the way through W only. In which other terms do x and z stand, and what is
    done where a value is used twice?"""
    dX, dZ = np.einsum("ijk,nj,nk->ni", W, Z, dY), np.einsum("ijk,ni,nk->nj", W, X, dY)
    return dX, dZ, *gradients(dY, X, Z, W, U, V)[2:]


@multiplicative_backward.mistake
def only_the_linear_part(dY, X, Z, W, U, V):
    """dX and dZ leave the product out. How much does y change with x_i when z_j is large?"""
    return dY @ V, dY @ np.transpose(U), *gradients(dY, X, Z, W, U, V)[2:]


@multiplicative_backward.mistake
def outer_of_sums(dY, X, Z, W, U, V):
    """In your dW the x of one example meets the z of another.
    Which three arrays must share the index n?"""
    dX, dZ, _, *others = gradients(dY, X, Z, W, U, V)
    return dX, dZ, np.einsum("ni,mj,nk->ijk", X, Z, dY), *others


multiplicative_backward.hints(
    "Each gradient keeps the indices of its array. In the term x_ni W_ijk z_nj, leave out the "
    "factor whose gradient you want, and put dy_nk in its place: what is summed over?",
    "dW_ijk = sum over n of x_ni z_nj dy_nk. dX and dZ have two parts each: one through W, "
    "one through V or U. Where a value is used twice, its gradients add up.",
    'np.einsum("ijk,nj,nk->ni", W, Z, dY) is the part of dX through W; the other is dY @ V. '
    'dZ: "ijk,ni,nk->nj" with W, X, dY, plus dY @ U.T. dU is Z.T @ dY, dV is dY.T @ X.',
    remark="Each of three factors meets the other two: the symmetry of lesson 5, once more.",
)


@exercise(lesson=8, points=2, returns=("W_eff", "b_eff"))
def hypernetwork_weights(z, W, U, V, b):
    """Find the weights by asking the layer: its answer at x = 0, and at the unit vectors."""
    probes = np.vstack([np.zeros(len(W)), np.eye(len(W))])
    rows = np.tile(np.asarray(z, dtype=float), (len(probes), 1))
    Y = multiplicative_layer(probes, rows, W, U, V, b)
    return (Y[1:] - Y[0]).T, Y[0]


@hypernetwork_weights.cases
def cases(rng):
    def of(X, Z, *others):
        return Z[0], *others

    z, *others = of(*given(rng, 1, 3, 2, 2))
    yield of(*by_hand())
    yield *of(*whole(rng)), "whole numbers"
    yield from (of(*given(rng, *shape)) for shape in SHAPES)
    yield 0.0 * z, *others, "z is zero"


hypernetwork_weights.hints(
    "Hold z fixed. Which terms of x^T W z + z^T U + V x + b contain x, and which do not?",
    "The terms without x are the bias: z^T U + b. In the terms with x, row k of the weights "
    "is W[:, :, k] z plus row k of V.",
    'W_eff sums over the axis of z and puts the units first: np.einsum("ijk,j->ki", W, z), '
    "plus V. b_eff is z @ U + b.",
    remark="One network writes the weights of another: a hypernetwork is a multiplicative layer.",
)
